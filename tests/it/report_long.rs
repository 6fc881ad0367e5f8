//! Annexes with long tables: every row stands once on the page, in parts that a browser opens when a link leads into them and that are all printed; other forms
//! have whole tables.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dataspoor::report::document::{Block, Document};
use serde_json::Value;

use super::corpus::{ROOT, run_in, scratch};
use super::live_archive::tools;
use super::report_access::{is_there, looked};

/// Requests, each to a path of its own: rows of table 4.
const FLOWS: usize = 320;
/// Cookies that answers set.
const COOKIES: usize = 160;

fn recording(folder: &Path) -> PathBuf {
    let entry = |nr: usize| {
        let set = if nr <= COOKIES {
            format!(r#"{{"name":"Set-Cookie","value":"c{nr}=value-{nr:08}-of-a-visitor; Max-Age={}"}}"#, 86_400 * nr)
        } else {
            String::new()
        };
        let (minute, second) = (nr / 60, nr % 60);
        // The words of a later day come before those of an earlier one.
        let day = if nr <= FLOWS / 2 { "11-21" } else { "12-01" };
        format!(
            r#"{{"startedDateTime":"2026-{day}T08:{minute:02}:{second:02}Z","request":{{"method":"GET","url":"https://www.site{}.example/of-row-{nr}","headers":[]}},
            "response":{{"status":200,"headers":[{set}]}}}}"#,
            nr % 20
        )
    };
    let entries: Vec<String> = (1..=FLOWS).map(entry).collect();
    let har = format!(r#"{{"log":{{"version":"1.2","creator":{{"name":"x","version":"1"}},"entries":[{}]}}}}"#, entries.join(","));
    let path = folder.join("long.har");
    fs::write(&path, har).expect("a recording");
    path
}

/// The annex of such a recording.
fn annex(folder: &Path, out: &str) -> PathBuf {
    let ran = run_in(folder, ["report", "long.har", "--format", "html,odt,json,csv", "--lang", "nl,en", "--out", out]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    folder.join(out).join("long")
}

fn python(command: &mut Command) -> (bool, Value, String) {
    let run = command.env("PYTHONDONTWRITEBYTECODE", "1").output().expect("Python starts");
    let wrong = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(!wrong.contains("Traceback"), "{wrong}");
    (run.status.success(), serde_json::from_slice(&run.stdout).unwrap_or_default(), wrong)
}

fn oracle(name: &str) -> PathBuf {
    Path::new(ROOT).join("tests/oracles").join(name)
}

/// What a program of ours sees of table 4 in a browser.
fn looked_at(page: &Path, program: &str) -> (bool, Value, String) {
    let rows = FLOWS.to_string();
    python(Command::new(tools().join("python")).arg(oracle(program)).arg(page).args(["t4", &rows, "/of-row-{}"]))
}

#[test]
fn every_row_of_a_long_table_stands_once() {
    let root = scratch();
    let recording = recording(root.path());
    let folder = annex(root.path(), "out");
    for (lang, part) in [("nl", "Rijen 51 tot en met 150 van 320</summary>"), ("en", "Rows 51 to 150 of 320</summary>")] {
        let name = format!("annex.{lang}.html");
        let page = fs::read_to_string(folder.join(&name)).expect("a page");
        assert!(page.contains(part), "{part}");
        assert_eq!(page.matches("data-of=\"t4\">").count(), 3);
        for nr in 1..=FLOWS {
            assert_eq!(page.matches(&format!(" id=\"t4-r{nr}\"")).count(), 1, "row {nr}");
        }
        // Other forms have the table whole, and say nothing of parts.
        let document = Document::of_page(&page).expect("a document");
        let t4 = document.blocks.iter().find_map(|block| match block {
            Block::Table(table) if table.id.as_deref() == Some("t4") => Some(table),
            _ => None,
        });
        assert_eq!(t4.expect("table 4").body.len(), FLOWS);
        let odt = fs::read(folder.join(format!("annex.{lang}.odt"))).expect("a text document");
        let mut content = String::new();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(odt)).expect("an archive");
        std::io::Read::read_to_string(&mut archive.by_name("content.xml").expect("content"), &mut content).expect("text");
        assert!(content.contains("of-row-320") && !content.contains("51 tot en met 150") && !content.contains("Rows 51"));
    }
    // Links, rows, numbers of rows and the sentences of parts, by Python without any code of ours.
    let (fine, seen, wrong) = python(Command::new("python3").arg(oracle("rows.py")).arg(&folder).arg(&recording));
    assert!(fine && seen["rows"].as_u64() > Some(2 * (FLOWS + COOKIES) as u64), "{seen} {wrong}");
    let (fine, _, wrong) =
        python(Command::new("python3").arg(oracle("recount.py")).arg(&folder).arg(Path::new(ROOT).join("src/report/locale")));
    assert!(fine, "{wrong}");
    // The same bytes again.
    let again = annex(root.path(), "again");
    for name in ["annex.nl.html", "annex.en.html", "annex.nl.odt", "annex.en.odt"] {
        assert!(fs::read(folder.join(name)).expect("one") == fs::read(again.join(name)).expect("other"), "{name}");
    }
    // A part that says something else is noticed, and so is a row that is not there.
    let path = folder.join("annex.en.html");
    let page = fs::read_to_string(&path).expect("a page");
    for (from, to, word) in [
        ("Rows 51 to 150 of 320</summary>", "Rows 51 to 160 of 320</summary>", "but it holds 100 rows of 320 behind 50"),
        ("<tr role=\"row\" id=\"t4-r150\"", "<tr role=\"row\" class=\"said\" id=\"t4-r150\"", "but it holds 99 rows of 319"),
        ("data-of=\"t4\">", "data-of=\"t1\">", "no table in parts"),
    ] {
        assert!(page.contains(from), "{from}");
        fs::write(&path, page.replacen(from, to, 1)).expect("written");
        let (fine, _, wrong) = python(Command::new("python3").arg(oracle("rows.py")).arg(&folder).arg(&recording));
        assert!(!fine && wrong.contains(word), "{word}: {wrong}");
    }
}

#[test]
fn a_browser_opens_parts_and_prints_all_rows() {
    if !is_there() {
        return;
    }
    let root = scratch();
    recording(root.path());
    let page = annex(root.path(), "out").join("annex.nl.html");
    let look = |page: &Path| looked_at(page, "long.py");
    let (fine, seen, wrong) = look(&page);
    assert!(fine, "{wrong}");
    assert_eq!((&seen["parts"], &seen["laid out"], &seen["printed"]), (&Value::from(3), &Value::from(50), &Value::from(FLOWS)), "{seen}");
    let text = fs::read_to_string(&page).expect("a page");
    let changes = [
        ("content-visibility: visible; block-size: auto", "margin: 0", "50 of 320 rows are printed"),
        ("{ table-layout: fixed }", "{ table-layout: auto } [data-of] th { width: 1px !important }", "the columns of the parts"),
        ("<details class=\"part\"><summary id=\"t4-p2\"", "<details class=\"part\" open><summary id=\"t4-p2\"", "a part is open"),
        (" id=\"t4-r320\"", " id=\"t4-r3200\"", "a link to t4-r320 does not lead to it"),
    ];
    // All of them on one page, because a browser takes its time.
    let changed = page.with_file_name("changed.html");
    let other = changes.iter().fold(text, |text, (from, to, _)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    fs::write(&changed, other).expect("written");
    let (fine, _, wrong) = look(&changed);
    for (_, _, word) in changes {
        assert!(!fine && wrong.contains(word), "{word}: {wrong}");
    }
    // For everybody, closed and open.
    let seen = looked(&[page], "axe,tree").unwrap_or_else(|wrong| panic!("{wrong}"));
    let parts: Vec<u64> = seen.as_object().expect("pages").values().filter_map(|page| page.pointer("/tree/parts")?.as_u64()).collect();
    assert!(parts.len() == 2 && parts.iter().all(|&count| count >= 4), "{seen}");
}

#[test]
fn readers_filter_and_sort_tables() {
    if !is_there() {
        return;
    }
    let root = scratch();
    recording(root.path());
    let page = annex(root.path(), "out").join("annex.nl.html");
    let look = |page: &Path| looked_at(page, "table_tools.py");
    let (fine, seen, wrong) = look(&page);
    assert!(fine, "{wrong}");
    assert!(seen["tables"].as_u64() > Some(2) && seen["columns"] == 8 && seen["numbers"].as_u64() > Some(1), "{seen}");
    // A browser runs that script and no other.
    let text = fs::read_to_string(&page).expect("a page");
    let changed = page.with_file_name("changed.html");
    fs::write(&changed, text.replacen("const AT_ONCE = 100;", "const AT_ONCE = 101;", 1)).expect("written");
    let (fine, _, wrong) = look(&changed);
    assert!(!fine && wrong.contains("its script does not run"), "{wrong}");
    // Whoever looks finds what is wrong; all of it on one page, because a browser takes its time.
    let policy = text.find("; script-src 'sha256-").expect("a policy");
    let end = policy + text[policy..].find("\">").expect("its end");
    let free = format!("{}; script-src 'unsafe-inline'{}", &text[..policy], &text[end..]);
    let changes = [
        ("asked.every(", "asked.some(", "words and cases"),
        ("numeral(figure.exec(a)[0]) - numeral(figure.exec(b)[0])", "alphabet.compare(b, a)", "backwards the rows are"),
        (".tools .open, .controls, .whole, .more { display: none }", ".told { display: none }", "on paper"),
        ("bodies.set(row.body", "bodies.set(this.table.tBodies[0]", "the table is not as it was"),
        (".dateTime ??", ".textContent ??", "not sorted by time"),
        ("const target = led(location.hash);", "const target = null;", "an address of a row that was left out"),
        ("{ .tools { min-height: 2.25rem } }", "{ } .tools { min-height: 2.25rem }", "places are left free"),
    ];
    let other = changes.iter().fold(free, |page, (from, to, _)| {
        assert!(page.contains(from), "{from}");
        page.replacen(from, to, 1)
    });
    fs::write(&changed, other).expect("written");
    let (fine, _, wrong) = look(&changed);
    for (_, _, word) in changes {
        assert!(!fine && wrong.contains(word), "{word}: {wrong}");
    }
}
