//! Pages of ours in a real Chromium, for whoever sees, hears or moves in another way: axe-core (WCAG 2.2 AA), the keyboard alone, and the accessibility tree.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::corpus::{ROOT, recordings, run_in, scratch};
use super::html::browser;
use super::live_archive::{node_tools, tools};

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/simulated-demo");
const HAR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/simulated-ministry-page.har");

/// Whether there is a browser; said where there is none, and wrong on the machine that judges.
pub(super) fn is_there() -> bool {
    let there = browser().is_some();
    assert!(there || env::var_os("CI").is_none_or(|value| value != "true"), "no Chromium on the PATH; install the Debian package chromium");
    if !there {
        eprintln!("no Chromium on the PATH, so no page was looked at; install the Debian package chromium");
    }
    there
}

/// What was looked at, or what is wrong.
pub(super) fn looked(pages: &[PathBuf], only: &str) -> Result<Value, String> {
    let axe = node_tools().join("node_modules/axe-core/axe.min.js");
    let script = Path::new(ROOT).join("tests/oracles/access.py");
    let mut command = Command::new(tools().join("python"));
    let run = command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(script)
        .arg(axe)
        .args(pages)
        .args(["--only", only])
        .output()
        .expect("Python starts");
    let wrong = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(!wrong.contains("Traceback"), "{wrong}");
    if run.status.success() { Ok(serde_json::from_slice(&run.stdout).expect("JSON")) } else { Err(wrong) }
}

fn report(folder: &Path, path: &str, out: &str) -> PathBuf {
    let ran = run_in(folder, ["report", path, "--lang", "nl,en", "--out", out]);
    assert_eq!(ran.code, 0, "{path}: {}", ran.err);
    folder.join(out)
}

/// How often a page was looked at in a way, and the sum of what was counted there.
fn sum(looked: &Value, pointer: &str) -> (usize, u64) {
    let found: Vec<u64> = looked.as_object().expect("pages").values().filter_map(|page| page.pointer(pointer)?.as_u64()).collect();
    (found.len(), found.iter().sum())
}

#[test]
fn the_demos_annex_for_everybody() {
    if !is_there() {
        return;
    }
    let root = scratch();
    let folder = report(root.path(), DEMO, "out").join("simulated-demo");
    let seen = looked(&[folder.join("annex.nl.html")], "axe,keys,arrows,tree").unwrap_or_else(|wrong| panic!("{wrong}"));
    let english = looked(&[folder.join("annex.en.html")], "axe,tree").unwrap_or_else(|wrong| panic!("{wrong}"));
    for seen in [&seen, &english] {
        let (pages, rules) = sum(seen, "/axe");
        assert!(pages == 2 && rules > 40, "{seen}");
        let (pages, rows) = sum(seen, "/tree/rows");
        assert!(pages == 2 && rows > 1_000 && sum(seen, "/tree/pictures").1 >= 8, "{seen}");
    }
    let ((pages, stops), (_, scrolled)) = (sum(&seen, "/keys/stops"), sum(&seen, "/arrows"));
    assert!(pages == 2 && stops > 1_000 && scrolled > 4, "{seen}");
}

#[test]
fn the_annex_over_a_case_for_everybody() {
    if !is_there() {
        return;
    }
    let root = scratch();
    let folder = root.path();
    let ok = |arguments: &[&str]| assert_eq!(run_in(folder, arguments).code, 0, "{arguments:?}");
    ok(&["init", "case", "--title", "T", "--auditee", "M", "--page", "https://www.facebook.com/stad", "--auditor", "A"]);
    fs::write(folder.join("other.har"), fs::read_to_string(HAR).expect("a recording").replacen("200", "201", 1)).expect("another");
    ok(&["import", HAR, "--case", "case", "--scenario", "none-page", "--said", "exported by A"]);
    ok(&["import", "other.har", "--case", "case", "--scenario", "none-page"]);
    let folder = report(folder, "case", "out").join("case-annex");
    let pages = ["case-annex.nl.html", "case-annex.en.html"].map(|name| folder.join(name));
    let seen = looked(&pages, "axe,keys,arrows,tree").unwrap_or_else(|wrong| panic!("{wrong}"));
    assert!(sum(&seen, "/axe").0 == 4 && sum(&seen, "/tree/tables").1 > 40 && sum(&seen, "/keys/stops").1 > 200, "{seen}");
}

/// The annex with the most to say. All of it takes minutes, so `make test-full` asks for the keyboard and the tree too.
#[test]
fn the_biggest_annex_for_everybody() {
    if !is_there() {
        return;
    }
    let root = scratch();
    let size = |path: &PathBuf| fs::metadata(path).map_or(0, |data| data.len());
    // Where the corpus is not there, `recordings` says so and gives ours. The longest file need not have the longest annex, so three are made.
    let mut paths = recordings();
    paths.sort_by_key(|path| std::cmp::Reverse(size(path)));
    let annexes =
        paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "har")).take(3).enumerate().map(|(nr, path)| {
            let folder = report(root.path(), path.to_str().expect("UTF-8"), &format!("out-{nr}"));
            fs::read_dir(folder).expect("annexes").next().expect("one").expect("an annex").path().join("annex.nl.html")
        });
    let biggest = annexes.max_by_key(size).expect("an annex");
    eprintln!("{}: {} bytes", biggest.display(), size(&biggest));
    let full = env::var_os("DATASPOOR_FULL_CASE").is_some();
    let seen = looked(&[biggest], if full { "axe,keys,arrows,tree" } else { "axe" }).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert!(sum(&seen, "/axe").0 == 2, "{seen}");
}

/// Two requests: enough for every chapter, a picture, and a table with rows.
fn small() -> String {
    let request = |nr: u32, host: &str| {
        format!(
            r#"{{"startedDateTime":"2026-11-21T08:00:0{nr}Z","request":{{"method":"GET","url":"https://{host}/a?id=1","headers":[{{"name":"Cookie","value":"a=1"}}]}},
            "response":{{"status":200,"headers":[{{"name":"Set-Cookie","value":"b=2; Max-Age=100000"}}]}}}}"#
        )
    };
    let entries = [request(1, "www.example.com"), request(2, "www.example.net")].join(",");
    format!(r#"{{"log":{{"version":"1.2","creator":{{"name":"x","version":"1"}},"entries":[{entries}]}}}}"#)
}

#[test]
fn what_keeps_somebody_out_is_named() {
    if !is_there() {
        return;
    }
    let root = scratch();
    fs::write(root.path().join("small.har"), small()).expect("a recording");
    let page = report(root.path(), "small.har", "out").join("small/annex.nl.html");
    let text = fs::read_to_string(&page).expect("a page");
    let changes: [(&[(&str, &str)], &str); 10] = [
        (&[("--ink: ", "--ink: #bbb; --was: ")], "axe: color-contrast"),
        (&[("<html lang=\"nl\"", "<html lang=\"\"")], "axe: html-has-lang"),
        (
            &[
                ("aria-labelledby=\"pic-recipients-title pic-recipients-desc\"", ""),
                ("<title id=\"pic-recipients-title\">", "<text>"),
                ("</title><desc", "</text><desc"),
            ],
            "image have no name",
        ),
        (&[("outline: 3px solid", "outline: 0 solid")], "the focus cannot be seen"),
        (&[("<a class=\"skip\"", "<a href=\"#toc-head\">before</a><a class=\"skip\"")], "the first stop is ''"),
        (&[("<main id=\"content\" tabindex=\"-1\">", "<main id=\"content\">")], "moves the focus to"),
        (&[("<figure class=\"picture\" tabindex=\"0\">", "<figure class=\"picture\">")], "is wider than the screen and cannot be reached"),
        (&[("<h3>", "<h4>"), ("</h3>", "</h4>")], "after level 2"),
        (&[("<section id=\"c3\"", "<section id=\"c30\"")], "the contents name"),
        (&[("<caption id=\"t2-cap\">", "<caption id=\"t2-cap\" hidden>")], "table have no name"),
    ];
    let mut pages = vec![page];
    for (nr, (replaced, _)) in changes.iter().enumerate() {
        let mut changed = text.clone();
        for (from, to) in *replaced {
            assert!(changed.contains(from), "{from}");
            // The title of the page comes before that of the picture.
            let at = if from.starts_with("</title>") { changed.find("<text>").expect("the title of the picture") } else { 0 };
            changed = format!("{}{}", &changed[..at], changed[at..].replacen(from, to, 1));
        }
        let other = root.path().join(format!("changed-{nr}.html"));
        fs::write(&other, changed).expect("written");
        pages.push(other);
    }
    let wrong = looked(&pages, "axe,keys,arrows,tree").expect_err("nothing was noticed");
    assert!(!wrong.contains("annex.nl.html"), "the page as it is: {wrong}");
    for (nr, (_, words)) in changes.iter().enumerate() {
        let name = format!("changed-{nr}.html");
        assert!(wrong.lines().any(|line| line.contains(&name) && line.contains(words)), "{words} is not said of {name}: {wrong}");
    }
}
