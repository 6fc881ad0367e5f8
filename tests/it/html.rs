//! The annex as a reader sees it: opened once in a real browser, with a recording among whose names and addresses are some that would like to
//! be more than text.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dataspoor::batch::{Options, replay};
use dataspoor::report::text::Lang;
use serde_json::{Value, json};

use super::corpus::{inputs, own_recordings, scratch};

/// The browser, under the names that Debian and others give it.
pub(crate) fn browser() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let named = |folder: PathBuf| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name));
    env::split_paths(&path).flat_map(named).find(|file| file.is_file())
}

/// Text that would act if it were taken for HTML, in every way that an attribute, a text or a script could end.
const HOSTILE: &str = "\"'><img src=x onerror=document.title=1></td></table><script>document.title=2</script>]]>&lt;{{t('title')}}";

/// Our simulated recording, or our richest one, with entries that carry [`HOSTILE`] everywhere.
fn recording() -> Vec<u8> {
    let own = own_recordings();
    let path = own
        .iter()
        .find(|path| path.to_string_lossy().contains("simulated-"))
        .or_else(|| own.iter().find(|path| path.ends_with("page.har")))
        .expect("a recording of ours");
    let mut har: Value = serde_json::from_slice(&fs::read(path).expect("a recording")).expect("plain JSON");
    let log = &mut har["log"];
    log["creator"] = json!({"name": HOSTILE, "version": HOSTILE});
    log["comment"] = HOSTILE.into();
    let page = json!({"id": HOSTILE, "title": format!("{HOSTILE} title"), "startedDateTime": "2026-11-21T08:00:00Z"});
    log["pages"].as_array_mut().expect("pages").push(page);
    let line = format!("{}=1; Path=/{HOSTILE}; SameSite={HOSTILE}", HOSTILE.replace(['=', ';'], "."));
    log["entries"].as_array_mut().expect("entries").push(json!({
        "startedDateTime": "2026-11-21T08:00:09.000Z",
        "pageref": HOSTILE,
        "serverIPAddress": HOSTILE,
        "request": {
            "method": HOSTILE,
            "url": format!("https://www.hostile.example/{HOSTILE}?{HOSTILE}=1&ev={HOSTILE}"),
            "headers": [
                {"name": "Cookie", "value": format!("{}=1", HOSTILE.replace(['=', ';'], "."))},
                {"name": "If-None-Match", "value": format!("W/\"{HOSTILE}\"")},
            ],
        },
        "response": {"status": 302, "headers": [{"name": "Set-Cookie", "value": line}, {"name": "Location", "value": format!("https://{HOSTILE}/")}]},
        "_resourceType": HOSTILE,
    }));
    serde_json::to_vec(&har).expect("JSON")
}

#[test]
fn the_annex_in_a_browser() {
    let Some(browser) = browser() else {
        assert!(env::var_os("CI").is_none_or(|value| value != "true"), "no Chromium on the PATH; install the Debian package chromium");
        eprintln!("no Chromium on the PATH, so the annex was not opened; install the Debian package chromium");
        return;
    };
    let root = scratch();
    let capture = root.path().join("capture.har");
    fs::write(&capture, recording()).expect("a recording");
    let folder = root.path().join("annex");
    replay(&capture, inputs(), &Options { languages: vec![Lang::En], ..Options::default() }, Some(&folder)).expect("an annex");
    let annex: Value = serde_json::from_slice(&fs::read(folder.join("annex.json")).expect("annex.json")).expect("JSON");
    let dom = dom(&browser, root.path(), &folder.join("annex.en.html"));

    let title = between(&dom, "<title>", "</title>");
    assert!(title.contains("Annex") && title.len() > 10, "the title is {title:?}");
    assert!(between(&dom, "<html", ">").contains("lang=\"en\""), "the language is named");
    let rows = |list: &str| annex[list].as_array().expect("a list").len();
    let inputs = annex["method"]["rules"].as_array().expect("rules").len() + 1 + annex["method"]["lists"].as_array().expect("lists").len();
    for (table, rows) in [
        ("t2", rows("recipients")),
        ("t3", rows("cookies")),
        ("t3a", rows("comparison_lines")),
        ("t3b", rows("lifetimes")),
        ("t3c", rows("validators")),
        ("t4", rows("flows")),
        ("t5", rows("timeline")),
        ("t6", rows("choices")),
        ("t7", rows("choice_cookies")),
        ("t8", rows("trail")),
        ("t9", rows("gaps")),
        ("t10", inputs),
        ("t13", rows("sources")),
    ] {
        // A long table stands in parts.
        let (whole, part) = (format!(" id=\"{table}\""), format!(" data-of=\"{table}\""));
        let parts: Vec<&str> = dom
            .split("<table")
            .skip(1)
            .filter(|text| text.split_once('>').is_some_and(|(tag, _)| tag.contains(&whole) || tag.contains(&part)))
            .collect();
        let body: String = parts.iter().map(|text| between(text, "<tbody", "</tbody>")).collect();
        assert!(rows > 0, "{table} has rows to show");
        // What sources say stands in a row of its own below each recipient and each cookie.
        let said = body.matches("-said\"").count();
        assert_eq!(said, if matches!(table, "t2" | "t3" | "t8") { rows } else { 0 }, "what is said of the rows of {table}");
        assert_eq!(body.matches("<tr").count(), rows + said, "rows of {table}");
        for row in 1..=rows {
            assert!(body.contains(&format!("id=\"{table}-r{row}\"")), "{table} has no row {row}");
        }
        assert!(!parts.is_empty() && parts.iter().all(|text| between(text, "<caption", "</caption>").len() > 20), "{table} has a caption");
    }
    assert!(annex["simulated"] == false || dom.contains("is-simulated"), "a simulated recording says so");
    // The one script of the page, which filters and sorts tables (docs/annex.md, "Filter and sort").
    let script = between(&dom, "<script>", "</script>");
    assert!(script.contains("Filtering and sorting the tables of a page"), "{script}");
    let dom = dom.replacen(&format!("<script>{script}</script>"), "", 1);
    for element in ["<script", "<img", "<iframe", "<link", "<object", "<form", " onerror=\"", "javascript:"] {
        // A block of data that holds nothing is no script (docs/annex.md, "Long tables").
        let text = dom.replace("&lt;script", "").replace("&lt;img", "").replace("<script type=\"text/plain\"></script>", "");
        assert!(!text.contains(element), "the page holds {element}");
    }
    assert!(dom.contains("hostile.example"), "the hostile entry is in the page");
    assert!(!dom.contains("src=\"") && !dom.contains("@import") && !dom.contains("url(http"), "the page loads something from elsewhere");
}

/// The page's tree after the browser has read it.
fn dom(browser: &Path, profile: &Path, page: &Path) -> String {
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
        ])
        .arg(format!("--user-data-dir={}", profile.join("profile").display()))
        .arg("--dump-dom")
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .output()
        .expect("the browser starts");
    let text = String::from_utf8(output.stdout).expect("the browser writes UTF-8");
    assert!(output.status.success() && text.contains("</html>"), "the browser failed: {}", String::from_utf8_lossy(&output.stderr));
    text
}

/// The text from the first `start` to the next `end`.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start}")).1;
    rest.split_once(end).unwrap_or_else(|| panic!("no {end} after {start}")).0
}
