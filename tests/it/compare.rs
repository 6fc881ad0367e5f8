//! `dataspoor compare` from outside: two recordings of one publisher compare without false certainty, and what cannot be done is said.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::bad_input::says;
use super::corpus::{Ran, recording, run, scratch, tree};

/// Two visits to Wikipedia, made by other people in 2010 and 2018; of the first the exporter left the cookies out.
fn pair() -> [PathBuf; 2] {
    ["wpt2010-www.wikipedia.org.har", "wpt2018-wikipedia-firefox.har"].map(recording)
}

fn compare(arguments: &[&str]) -> Ran {
    run([&["compare"], arguments].concat())
}

fn json(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).expect("JSON")
}

fn text(path: &std::path::Path) -> &str {
    path.to_str().expect("a plain path")
}

#[test]
fn two_recordings_of_a_publisher_tell_no_difference() {
    let [one, other] = pair();
    if one == other {
        eprintln!("the corpus is not there; two recordings of one publisher were not compared");
        return;
    }
    let found = json(&compare(&[text(&one), "--against", text(&other), "--json"]));
    let lines = found["sides"]["lines"].as_array().expect("lines");
    assert!(lines.len() > 50, "{}", lines.len());
    let [mut hidden, mut alone] = [0, 0];
    for line in lines {
        assert_eq!(line["difference"], false, "one recording on a side tells no difference: {line}");
        let statement = line["statement"].as_str().expect("a statement");
        if statement == "not-comparable" {
            hidden += 1;
            let gaps = [&line["one"]["gaps"], &line["other"]["gaps"]];
            assert!(gaps.iter().any(|gaps| !gaps.as_array().expect("gaps").is_empty()), "a gap is named: {line}");
        } else {
            assert_eq!(line["basis"], "one-recording-only", "{line}");
            alone += 1;
        }
        // The recording of 2010 has no Set-Cookie line at all: none of the cookies of 2018 was absent there.
        if line["item"]["kind"] == "cookie-set" {
            assert_eq!(statement, "not-comparable", "{line}");
        }
    }
    assert!(hidden > 0 && alone > 0, "{hidden} {alone}");
    let gaps = found["gaps"].as_array().expect("gaps");
    let named = |kind: &str| gaps.iter().any(|gap| gap["kind"] == kind && gap["hides"].as_array().is_some_and(|kinds| !kinds.is_empty()));
    assert!(named("no-set-cookies"), "{gaps:?}");
    assert!(found["classes"]["groups"].as_array().expect("groups").is_empty(), "nothing is known of Pages and controls");
}

#[test]
fn the_same_question_gives_the_same_bytes_and_a_folder_that_holds() {
    let [one, other] = pair();
    let other = if one == other { recording("mitmproxytest-firefox.har") } else { other };
    let folder = scratch();
    let out = folder.path().join("comparison");
    let ask = |arguments: &[&str]| {
        let ran = compare(&[arguments, &["--out", text(&out), "--lang", "nl", "--lang", "en"]].concat());
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        tree(&out)
    };
    let first = ask(&[text(&one), "--against", text(&other)]);
    assert_eq!(ask(&[text(&one), "--against", text(&other)]), first, "the same bytes again, in place of the first");
    for name in ["comparison.json", "comparison.nl.html", "comparison.en.html", "differences.csv", "register.csv", "manifest.json"] {
        assert!(first.contains_key(&PathBuf::from(name)), "{name}");
    }
    let checked = run(["verify", text(&out)]);
    assert!(checked.out.contains("compare them again") && !checked.out.contains("DISPROVED"), "{}", checked.out);
    let page = out.join("comparison.nl.html");
    fs::write(&page, fs::read_to_string(&page).expect("a page").replace("wisselt", "verschilt")).expect("changed");
    assert!(run(["verify", text(&out)]).out.contains("DISPROVED"));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let [one, _] = pair();
    let folder = scratch();
    let empty = folder.path().join("no-case");
    fs::create_dir(&empty).expect("a folder");
    for (arguments, words) in [
        (&[text(&one)][..], &["--against"][..]),
        (&[], &["nothing to compare", "--case"]),
        (&["--against", text(&one)], &["nothing to stand against"]),
        (&["nowhere.*", "--against", text(&one)], &["nowhere.*", "no such file", "--case"]),
        (&[text(&one), "--against", text(&one)], &["both sides"]),
        (&["--case", text(&empty)], &["no case here"]),
        (&[text(&one), "--against", text(&one), "--days", "tomorrow"], &["tomorrow", "2026-11-20"]),
    ] {
        let ran = compare(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
        says(&ran, words);
    }
}
