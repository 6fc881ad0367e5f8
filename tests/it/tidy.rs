//! The house keeps its order: rooms name only the rooms below them, the core knows no files, sockets, clocks or threads, and files stay small
//! enough to read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::corpus::ROOT;

/// Every room with the rooms that it may name. `ARCHITECTURE.md` says why.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("site", &["model"]),
    ("decode", &["model"]),
    ("redact", &["model", "decode"]),
    ("evidence", &["model"]),
    ("interop", &["model", "decode"]),
    ("rules", &["model", "site", "redact"]),
    ("observe", &["model", "site", "decode", "evidence"]),
    ("classify", &["model", "site", "observe", "rules", "redact"]),
    ("analysis", &["model", "site", "decode", "redact", "observe", "rules", "classify", "evidence"]),
    ("report", &["model", "site", "decode", "redact", "observe", "rules", "classify", "analysis", "evidence"]),
    ("plan", &["model"]),
    ("compare", &["model", "site", "rules", "plan", "report"]),
    ("capture", &["model", "evidence"]),
    ("package", &["model", "evidence", "interop", "capture"]),
    ("recorder", &["model", "redact", "capture"]),
    ("proxy", &["model"]),
    ("browser", &["model"]),
    ("vault", &["model", "evidence", "rules", "plan"]),
    ("demo", &["model"]),
    (
        "batch",
        &[
            "model", "site", "decode", "redact", "observe", "rules", "classify", "analysis", "evidence", "report", "interop", "capture",
            "compare",
        ],
    ),
    (
        "cli",
        &[
            "model", "site", "decode", "redact", "observe", "rules", "classify", "analysis", "evidence", "report", "interop", "capture",
            "package", "recorder", "proxy", "browser", "vault", "demo", "batch", "plan", "compare",
        ],
    ),
];

/// Rooms around the core: they may open files, start threads and speak to a terminal.
const SHELLS: [&str; 9] = ["capture", "package", "recorder", "proxy", "browser", "vault", "demo", "batch", "cli"];

/// What the core must not name, because it is given bytes, times and settings.
const NOT_IN_THE_CORE: [&str; 18] = [
    "tokio",
    "hyper",
    "hudsucker",
    "rustls",
    "clap",
    "indicatif",
    "anyhow",
    "tempfile",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "println!",
    "eprintln!",
    "SystemTime",
    "Instant",
    "Timestamp::now",
];

/// Crates that the core must not pull in.
const NOT_BELOW_THE_CORE: [&str; 10] =
    ["tokio", "hyper", "hudsucker", "rustls", "mio", "socket2", "clap", "indicatif", "anyhow", "tempfile"];

/// Lines of a source file, tests included.
const LONGEST: usize = 500;

/// Files that may be longer, with the number of lines and why.
const LONG: &[(&str, usize, &str)] = &[];

/// Names that say nothing of what is inside.
const SAYING_NOTHING: [&str; 8] = ["utils", "util", "helpers", "helper", "common", "manager", "misc", "shared"];

struct Source {
    path: String,
    room: String,
    /// Without comments, texts and test modules.
    code: String,
    text: String,
}

fn sources() -> Vec<Source> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        let entries = fs::read_dir(folder).expect("a folder of sources");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                below(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    below(&Path::new(ROOT).join("src"), &mut found);
    let source = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file");
        let path = path.strip_prefix(ROOT).expect("inside the package").to_string_lossy().into_owned();
        let room = path["src/".len()..].split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
        let code = if is_test_file(&path) { String::new() } else { without_tests(&without_comments_and_texts(&text)) };
        Source { path, room, code, text }
    };
    found.into_iter().map(source).collect()
}

/// A module that its parent declares under `#[cfg(test)]`.
fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs")
}

/// Blanks out comments and the inside of texts and characters, so that braces and names in them do not count.
fn without_comments_and_texts(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let length = if rest.starts_with(b"//") {
            rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())
        } else if rest.starts_with(b"/*") {
            text[at..].find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) = raw_text(bytes, at) {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = hashes + 2;
            text[at + start..].find(&end).map_or(rest.len(), |found| start + found + end.len())
        } else if rest[0] == b'"' {
            let mut end = 1;
            while end < rest.len() && rest[end] != b'"' {
                end += if rest[end] == b'\\' { 2 } else { 1 };
            }
            (end + 1).min(rest.len())
        } else if rest.starts_with(b"'\\") {
            3 + rest[3..].iter().position(|&byte| byte == b'\'').unwrap_or(0) + 1
        } else if rest[0] == b'\'' && text[at + 1..].chars().nth(1) == Some('\'') {
            2 + text[at + 1..].chars().next().map_or(0, char::len_utf8)
        } else {
            out.push(rest[0]);
            at += 1;
            continue;
        };
        out.extend(rest[..length].iter().map(|&byte| if byte == b'\n' { b'\n' } else { b' ' }));
        at += length;
    }
    String::from_utf8(out).expect("only whole characters were blanked out")
}

/// How many number signs a raw text that begins here has.
fn raw_text(bytes: &[u8], at: usize) -> Option<usize> {
    let named = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 1] != b'b' || bytes[at - 1] == b'_');
    if bytes[at] != b'r' || named {
        return None;
    }
    let hashes = bytes[at + 1..].iter().take_while(|&&byte| byte == b'#').count();
    (bytes.get(at + 1 + hashes) == Some(&b'"')).then_some(hashes)
}

/// Cuts out what stands under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::new();
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        out.push_str(&rest[..at]);
        rest = &rest[at + MARK.len()..];
        let end = rest.find(['{', ';']).expect("something stands under cfg(test)");
        let mut depth = 0;
        let whole = rest[end..].char_indices().find_map(|(at, sign)| {
            depth += match sign {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            (depth == 0).then_some(end + at + 1)
        });
        rest = &rest[whole.expect("the braces fit")..];
    }
    out + rest
}

/// The rooms that a piece of code names after `crate::` (and `dataspoor::`), groups of `use` included.
fn rooms_named(code: &str) -> BTreeSet<String> {
    let is_name = |sign: char| sign.is_alphanumeric() || sign == '_';
    let mut named = BTreeSet::new();
    for start in ["crate::", "dataspoor::"] {
        for (at, _) in code.match_indices(start) {
            if code[..at].chars().next_back().is_some_and(|sign| is_name(sign) || sign == ':' || sign == '$') {
                continue;
            }
            let rest = &code[at + start.len()..];
            let Some(group) = rest.strip_prefix('{') else {
                named.insert(rest.chars().take_while(|sign| is_name(*sign)).collect());
                continue;
            };
            // The first name of each member of the group.
            let mut depth = 0;
            let mut first = true;
            let mut name = String::new();
            for sign in group.chars() {
                match sign {
                    '}' if depth == 0 => break,
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        named.insert(std::mem::take(&mut name));
                        first = true;
                    }
                    sign if depth == 0 && first && is_name(sign) => name.push(sign),
                    sign if depth == 0 && !sign.is_whitespace() => first = false,
                    _ => {}
                }
            }
            named.insert(name);
        }
    }
    named.remove("");
    named
}

#[test]
fn the_reader_of_sources_reads_them_right() {
    let code = without_comments_and_texts("a // b\n\"c\\\"{\" r#\"d\"e\"# '{' '\\'' 'x' /* f */ <'g> b\"h\"");
    assert_eq!(code.split_whitespace().collect::<Vec<_>>(), ["a", "<'g>", "b"]);
    assert_eq!(
        without_tests("x #[cfg(test)] mod t { { } } y #[cfg(test)] mod u; z").split_whitespace().collect::<Vec<_>>(),
        ["x", "y", "z"]
    );
    let code = "use crate::{\n    model::{A, B as site},\n    rules::C,\n};\nlet x = crate::redact::f(); mycrate::no(); pub(crate) fn";
    assert_eq!(rooms_named(code), ["model", "redact", "rules"].map(str::to_owned).into());
}

#[test]
fn rooms_name_only_rooms_below_them() {
    let table: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut wrong = Vec::new();
    let mut edges = 0;
    for source in sources().iter().filter(|source| !matches!(source.room.as_str(), "lib" | "main")) {
        let Some(allowed) = table.get(source.room.as_str()) else {
            wrong.push(format!("{}: the room {:?} is not in the table of tests/it/tidy.rs", source.path, source.room));
            continue;
        };
        for named in rooms_named(&source.code) {
            edges += 1;
            if named != source.room && !allowed.contains(&named.as_str()) {
                wrong.push(format!("{}: {} may not name {named}", source.path, source.room));
            }
        }
    }
    assert!(edges > 50, "only {edges} names were found, so the reader of sources is broken");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (room, allowed) in ROOMS {
        let place = |room: &str| ROOMS.iter().position(|(name, _)| *name == room);
        assert!(allowed.iter().all(|other| place(other) < place(room)), "the table itself goes round in circles at {room}");
    }
}

#[test]
fn the_core_knows_no_files_sockets_clocks_or_threads() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !SHELLS.contains(&source.room.as_str()) && source.path != "src/main.rs") {
        for (line, text) in source.code.lines().enumerate() {
            // An address is a value like any other; nothing is opened with it.
            let text = text.replace("std::net::IpAddr", "");
            for name in NOT_IN_THE_CORE {
                let found = text.match_indices(name).any(|(at, _)| {
                    let before = text[..at].chars().next_back();
                    let after = text[at + name.len()..].chars().next();
                    let part = |sign: Option<char>| sign.is_some_and(|sign| sign.is_alphanumeric() || sign == '_');
                    !part(before) && (name.ends_with('!') || !part(after))
                });
                // `use std::{fs, io}` names it too.
                let in_group = name.strip_prefix("std::").is_some_and(|module| {
                    text.trim_start().starts_with("use std::{")
                        && text.split(|sign: char| !sign.is_alphanumeric()).any(|word| word == module)
                });
                if (found || in_group) && !(source.path == "src/lib.rs" && text.contains("mod cli")) {
                    wrong.push(format!("{} near line {}: names {name}", source.path, line + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Who may ask a server outside of a recording: what fetches outside lists, and what asks authorities for timestamps.
const ASKING: [&str; 3] = ["src/vault/lists/download.rs", "src/vault/times/ask.rs", "src/vault/web.rs"];

#[test]
fn nobody_else_asks_a_server_outside_of_a_recording() {
    let naming: Vec<String> = sources().into_iter().filter(|source| source.code.contains("ureq")).map(|source| source.path).collect();
    assert_eq!(naming, ASKING, "ARCHITECTURE.md, What never happens, 7");
}

#[test]
fn files_begin_with_what_they_are_for_and_stay_small() {
    let mut wrong = Vec::new();
    for source in sources() {
        if !source.text.starts_with("//! ") {
            wrong.push(format!("{} does not begin with `//!`", source.path));
        }
        let lines = source.text.lines().count();
        let ceiling = LONG.iter().find(|(path, ..)| *path == source.path).map_or(LONGEST, |(_, ceiling, _)| *ceiling);
        if lines > ceiling && !is_test_file(&source.path) {
            wrong.push(format!("{} has {lines} lines, more than {ceiling}", source.path));
        }
        let stem = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        if SAYING_NOTHING.iter().any(|name| stem == *name || source.room == *name) {
            wrong.push(format!("{}: the name says nothing of what is inside", source.path));
        }
    }
    for (path, _, why) in LONG {
        let lines = fs::read_to_string(Path::new(ROOT).join(path)).map_or(0, |text| text.lines().count());
        if lines <= LONGEST || why.is_empty() {
            wrong.push(format!("{path} has {lines} lines and needs no exception any more"));
        }
    }
    for entry in fs::read_dir(Path::new(ROOT).join("tests/it")).expect("the tests") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a test file");
        if !text.starts_with("//! ") {
            wrong.push(format!("{} does not begin with `//!`", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_library_declares_exactly_the_rooms() {
    let library = fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).expect("src/lib.rs");
    let declared: BTreeSet<&str> = library.lines().filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let rooms: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    assert_eq!(declared, rooms);
    assert!(!library.contains("\nmod ") && !library.contains("{\n"), "src/lib.rs only declares rooms");
    let folders: BTreeSet<String> = fs::read_dir(Path::new(ROOT).join("src"))
        .expect("src")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|path| super::corpus::name(&path))
        .collect();
    assert_eq!(folders.iter().map(String::as_str).collect::<BTreeSet<_>>(), rooms);
}

#[test]
fn the_architecture_names_every_room() {
    let text = fs::read_to_string(Path::new(ROOT).join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for (room, _) in ROOMS {
        assert!(text.contains(&format!("`{room}`")) || text.contains(&format!("src/{room}")), "ARCHITECTURE.md does not name {room}");
    }
    let table_of = |shell: &&str| text.lines().any(|line| line.contains(&format!("`{shell}`")));
    assert!(SHELLS.iter().all(table_of), "ARCHITECTURE.md does not name the shells");
}

#[test]
fn the_core_pulls_in_no_runtime_socket_or_terminal() {
    let tree = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
            .args(arguments)
            .current_dir(ROOT)
            .output()
            .expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("text");
        text.lines().filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect::<BTreeSet<String>>()
    };
    let core = tree(&["--no-default-features"]);
    assert!(core.contains("dataspoor") && core.contains("serde_json"), "{core:?}");
    let found: Vec<_> = NOT_BELOW_THE_CORE.iter().filter(|name| core.contains(**name)).collect();
    assert!(found.is_empty(), "the core pulls in {found:?}");
    assert!(tree(&[]).contains("clap"), "the program does have what the core has not, so this test can see it");
}
