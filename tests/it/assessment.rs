//! What people wrote about a recording, from the outside: in the annex as their words, in its files, made again by `verify`, and refused whole where it is wrong.

use std::fs;

use serde_json::Value;

use super::corpus::{own_recordings, run, scratch};

const HEAD: &str = "format = \"dataspoor-assessment\"\nversion = 1\n";

#[test]
fn what_people_wrote_is_shown_as_theirs_and_made_again() {
    let root = scratch();
    let capture = own_recordings().into_iter().find(|path| path.ends_with("page.har")).expect("a recording of ours");
    let out = root.path().join("plain");
    let plain = run(["replay".as_ref(), capture.as_os_str(), "--out".as_ref(), out.as_os_str(), "--lang".as_ref(), "nl".as_ref()]);
    assert_eq!(plain.code, 0, "{}", plain.out);
    let folder = |out: &std::path::Path| fs::read_dir(out).expect("annexes").next().expect("one").expect("an annex").path();
    let annex: Value = serde_json::from_slice(&fs::read(folder(&out).join("annex.json")).expect("annex.json")).expect("JSON");
    let page = fs::read_to_string(folder(&out).join("annex.nl.html")).expect("a page");
    assert!(
        annex.get("assessment").is_none() && page.contains("is geen bestand met beoordelingen gegeven"),
        "nothing is said where nobody wrote"
    );

    let (cookie, flow, recipient) = (&annex["cookies"][0], &annex["flows"][0], &annex["recipients"][0]);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let request = format!("{} {}{}", text(&flow["method"]), text(&flow["host"]), text(&flow["path"]));
    let hostile = "<script>alert(1)</script>=cmd";
    let words = format!(
        "{HEAD}[[word]]\ncookie = {name}\ndomain = {domain}\nkind = \"purpose\"\ntext = {hostile:?}\nby = \"A. Jansen\"\ndate = 2026-11-23\n\
        [[word]]\nrequest = {request:?}\nkind = \"reply\"\ntext = \"Meetgegevens.\"\nby = \"Leverancier\"\ndate = 2026-11-03\nsource = \"brief 12\"\n\
        [[word]]\nrecipient = {site}\nkind = \"role\"\ntext = \"Ontvanger.\"\nby = \"A. Jansen\"\ndate = 2026-11-23\n\
        [[word]]\ncookie = \"never-recorded\"\nkind = \"note\"\ntext = \"t\"\nby = \"A. Jansen\"\ndate = 2026-11-23\n",
        name = cookie["name"],
        domain = cookie["domain"],
        site = recipient["site"],
    );
    let file = root.path().join("words.toml");
    fs::write(&file, &words).expect("written");
    let out = root.path().join("assessed");
    let with = |out: &std::path::Path| {
        run([
            "replay".as_ref(),
            capture.as_os_str(),
            "--out".as_ref(),
            out.as_os_str(),
            "--lang".as_ref(),
            "nl".as_ref(),
            "--assessment".as_ref(),
            file.as_os_str(),
        ])
    };
    let ran = with(&out);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let annexes = folder(&out);
    let annex: Value = serde_json::from_slice(&fs::read(annexes.join("annex.json")).expect("annex.json")).expect("JSON");
    let said = &annex["assessment"];
    let recorded: Vec<&Value> = said["words"].as_array().expect("words").iter().map(|word| &word["recorded"]).collect();
    assert_eq!(recorded, [&Value::Bool(true), &Value::Bool(true), &Value::Bool(true), &Value::Bool(false)]);
    assert_eq!(said["words"][0]["rows"][0], serde_json::json!({"table": "3", "nr": 1}));
    assert_eq!(said["cookies"][0]["words"][1], serde_json::json!([1]), "the purpose of the cookie");
    assert_eq!(said["flows"][0]["words"][6], serde_json::json!([2]), "the reply about the request");
    assert_eq!(
        said["recipients"].as_array().expect("rows").len(),
        annex["recipients"].as_array().expect("rows").len(),
        "empty rows are visible"
    );
    let page = fs::read_to_string(annexes.join("annex.nl.html")).expect("a page");
    assert!(!page.contains("<script>alert") && page.contains("A. Jansen") && page.contains("niet vastgesteld"));
    assert_eq!(fs::read_to_string(annexes.join("assessment.toml")).expect("the file"), words);

    let verified = run(["verify".as_ref(), annexes.as_os_str(), "--capture".as_ref(), capture.as_os_str()]);
    assert_eq!(verified.code, 0, "{}", verified.out);
    fs::write(annexes.join("assessment.toml"), words.replace("Meetgegevens", "Iets anders")).expect("written");
    let edited = run(["verify".as_ref(), annexes.as_os_str(), "--capture".as_ref(), capture.as_os_str()]);
    assert_eq!(edited.code, 1, "{}", edited.out);

    fs::write(&file, words.replace("kind = \"role\"", "kind = \"opinion\"")).expect("written");
    let wrong = root.path().join("wrong");
    let refused = with(&wrong);
    assert_eq!(refused.code, 2, "{}", refused.out);
    assert!(refused.err.contains("words.toml: line 19: `kind` is none of purpose, legal-basis"), "{}", refused.err);
    assert!(!wrong.exists(), "nothing is written");
}
