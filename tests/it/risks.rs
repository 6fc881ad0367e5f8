//! The auditor's own risks, from the outside: in every form as their words, with links to the rows they name; made again by `verify`; taken from the folder of a
//! case; refused whole where something is wrong; harmless whatever they hold.

use std::fs;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use dataspoor::report::document::Document;
use serde_json::Value;

use super::corpus::{own_recordings, run, run_in, scratch};

const HEAD: &str = "format = \"dataspoor-risks\"\nversion = 1\n";

fn page_har() -> PathBuf {
    own_recordings().into_iter().find(|path| path.ends_with("page.har")).expect("a recording of ours")
}

fn annex_in(out: &Path) -> PathBuf {
    fs::read_dir(out).expect("annexes").map(|entry| entry.expect("an annex").path()).find(|path| path.is_dir()).expect("a folder")
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
}

/// A risk that names the first cookie, request and recipient of an annex, something that was not recorded, and a question.
fn risks_about(annex: &Value, said: &str) -> String {
    let (cookie, flow, recipient) = (&annex["cookies"][0], &annex["flows"][0], &annex["recipients"][0]);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let request = format!("{} {}{}", text(&flow["method"]), text(&flow["host"]), text(&flow["path"]));
    format!(
        "{HEAD}[[risk]]\nrisk = {said:?}\norigin = {said:?}\nlikelihood = \"misschien\"\nlevel = \"hoog\"\nby = \"A. Jansen\"\ndate = 2026-11-23\n\
         evidence = [{{ cookie = {}, domain = {} }}, {{ request = {request:?} }}, {{ recipient = {} }}, {{ cookie = \"never-recorded\" }}, {{ question = 3 }}]\n\
         [[risk.measure]]\ntext = {said:?}\nby = \"B. de Vries\"\ndate = 2026-11-24\n\
         [[risk.retest]]\ntext = \"nog niet\"\nby = \"A. Jansen\"\ndate = 2026-12-01\nrecordings = [\"0007\"]\n\
         [[risk]]\nrisk = \"zonder bewijs\"\nby = \"A. Jansen\"\ndate = 2026-11-23\n",
        cookie["name"], cookie["domain"], recipient["site"]
    )
}

#[test]
fn risks_are_shown_as_their_authors_and_made_again() {
    let root = scratch();
    let capture = page_har();
    let capture = capture.to_str().expect("a path");
    let plain = run_in(root.path(), ["replay", capture, "--out", "plain"]);
    assert_eq!(plain.code, 0, "{}{}", plain.out, plain.err);
    let annexes = annex_in(&root.path().join("plain"));
    let annex = json(&annexes.join("annex.json"));
    let page = fs::read_to_string(annexes.join("annex.nl.html")).expect("a page");
    assert!(annex.get("risks").is_none() && page.contains("is geen bestand met risico’s gegeven"), "nothing is said where nobody wrote");

    let words = risks_about(&annex, "Volgt bezoekers =1+1 <script>alert(1)</script>");
    fs::write(root.path().join("words.toml"), &words).expect("written");
    let with = |out: &str| {
        let formats = "html,odt,json,csv,xlsx";
        run_in(root.path(), ["report", capture, "--out", out, "--lang", "nl,en", "--format", formats, "--risks", "words.toml"])
    };
    let ran = with("told");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let annexes = annex_in(&root.path().join("told"));
    let annex = json(&annexes.join("annex.json"));
    let (first, second) = (&annex["risks"]["risks"][0], &annex["risks"]["risks"][1]);
    let recorded: Vec<&Value> = first["evidence"].as_array().expect("evidence").iter().map(|of| &of["recorded"]).collect();
    assert_eq!(recorded, [&Value::Bool(true), &Value::Bool(true), &Value::Bool(true), &Value::Bool(false), &Value::Null]);
    assert_eq!(first["evidence"][0]["rows"][0], serde_json::json!({"table": "3", "nr": 1}));
    assert_eq!((&first["level"], &second["level"]), (&Value::from("hoog"), &Value::Null), "levels are never computed");
    let page = fs::read_to_string(annexes.join("annex.nl.html")).expect("a page");
    let chapter = page.split("id=\"c18\"").nth(1).expect("chapter 18");
    for sentence in [
        "href=\"#t3-r1\"",
        "in deze vastlegging staat niets met deze naam",
        "niet vastgesteld",
        "geen maatregel genoemd",
        "B. de Vries",
        "0007",
        "&lt;script&gt;",
    ] {
        assert!(chapter.contains(sentence), "{sentence}");
    }
    assert!(!page.contains("<script>alert"));
    let csv = fs::read_to_string(annexes.join("risks.csv")).expect("a table");
    assert!(csv.starts_with("nr,risk,origin,likelihood,impact,level,by,date,simulated\r\n") && csv.contains("hoog"), "{csv}");
    let evidence = fs::read_to_string(annexes.join("risk-evidence.csv")).expect("a table");
    assert_eq!(evidence.lines().count(), 6, "{evidence}");
    assert_eq!(fs::read_to_string(annexes.join("risks.toml")).expect("the file"), words);

    let verified = run(["verify".as_ref(), annexes.as_os_str(), "--capture".as_ref(), capture.as_ref()]);
    assert_eq!(verified.code, 0, "{}", verified.out);
    fs::write(annexes.join("risks.toml"), words.replace("misschien", "zeker")).expect("written");
    let edited = run(["verify".as_ref(), annexes.as_os_str(), "--capture".as_ref(), capture.as_ref()]);
    assert_eq!(edited.code, 1, "{}", edited.out);

    let wrong = words.replace("date = 2026-11-24", "").replace("level = \"hoog\"", "level = \"\"");
    fs::write(root.path().join("words.toml"), wrong).expect("written");
    let refused = with("wrong");
    assert_eq!(refused.code, 2, "{}", refused.out);
    for said in ["words.toml: line 7: `level` says nothing", "this [[risk.measure]] has no `date`"] {
        assert!(refused.err.contains(said), "{}", refused.err);
    }
    assert!(!root.path().join("wrong").exists(), "nothing is written");
}

/// What one would write to break a page, a table or a text document, and a text that is far too long.
#[test]
fn hostile_risks_are_harmless_in_every_form() {
    let root = scratch();
    let capture = page_har();
    let capture = capture.to_str().expect("a path");
    let hostile = [
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@x",
        "\u{202e}moc.elpmaxe",
        "\"'><img src=x onerror=alert(1)></td></table>",
        "{{ t('title') }}{% raw %}",
    ];
    let risks: String = hostile
        .iter()
        .map(|text| {
            let text = toml::Value::String((*text).to_owned());
            format!(
                "[[risk]]\nrisk = {text}\norigin = {text}\nlikelihood = {text}\nimpact = {text}\nlevel = {text}\nby = {text}\ndate = 2026-11-23\n\
                 evidence = [{{ cookie = {text} }}]\n[[risk.measure]]\ntext = {text}\nby = {text}\ndate = 2026-11-23\n\
                 [[risk.retest]]\ntext = {text}\nby = {text}\ndate = 2026-11-23\nrecordings = [{text}]\n"
            )
        })
        .collect();
    fs::write(root.path().join("risks.toml"), format!("{HEAD}{risks}")).expect("written");
    let made = run_in(root.path(), ["report", capture, "--out", "out", "--format", "html,odt,csv,xlsx,json", "--risks", "risks.toml"]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    let annexes = annex_in(&root.path().join("out"));
    let page = fs::read_to_string(annexes.join("annex.nl.html")).expect("a page");
    Document::of_page(&page).expect("a page that is read whole");
    assert!(!page.contains("<img") && !page.contains('\u{202e}') && page.contains("{% raw %}"));
    for table in ["risks", "risk-evidence", "risk-measures", "risk-retests"] {
        let csv = fs::read_to_string(annexes.join(format!("{table}.csv"))).expect("a table");
        assert!(!csv.contains('\u{202e}') && csv.contains("'=cmd") && csv.contains("'@x"), "{csv}");
        assert!(!csv.contains(",=") && !csv.contains(",@") && !csv.contains(",+") && !csv.contains("\"=cmd"), "{csv}");
    }
    let odt = fs::read(annexes.join("annex.nl.odt")).expect("a text document");
    let mut archive = zip::ZipArchive::new(Cursor::new(odt)).expect("an archive");
    let mut content = String::new();
    archive.by_name("content.xml").expect("a member").read_to_string(&mut content).expect("text");
    assert!(!content.contains("<img") && !content.contains('\u{202e}') && content.contains("&lt;img src=x"));

    let long = format!("{HEAD}[[risk]]\nrisk = \"{}\"\nby = \"A\"\ndate = 2026-11-23\n", "x".repeat(100_000));
    fs::write(root.path().join("risks.toml"), long).expect("written");
    let refused = run_in(root.path(), ["report", capture, "--out", "long", "--risks", "risks.toml"]);
    assert_eq!(refused.code, 2, "{}", refused.out);
    assert!(refused.err.contains("line 4: `risk` has 100000 bytes; at most 4000 are read"), "{}", refused.err);
    assert!(!root.path().join("long").exists());
}

#[test]
fn a_case_has_its_risks_in_its_folder() {
    let root = scratch();
    let capture = page_har();
    let capture = capture.to_str().expect("a path");
    let made =
        run_in(root.path(), ["init", "case", "--title", "t", "--auditee", "m", "--auditor", "a", "--page", "https://www.facebook.com/m"]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    fs::write(root.path().join("case/risks.toml"), format!("{HEAD}[[risk]]\nrisk = \"van het dossier\"\nby = \"A\"\ndate = 2026-11-23\n"))
        .expect("written");
    let ran = run_in(root.path(), ["replay", capture, "--case", "case", "--out", "out", "--quiet"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let annex = json(&annex_in(&root.path().join("out")).join("annex.json"));
    assert_eq!(annex["risks"]["risks"][0]["risk"], "van het dossier");
}
