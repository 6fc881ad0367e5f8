//! The same recording gives the same bytes, whatever the number of threads and whatever the order in which entries come.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use dataspoor::batch::Inputs;
use dataspoor::evidence::CaseKey;
use dataspoor::report::evidence_log::EvidenceLog;
use dataspoor::report::{Builder, Fanout, csv, json};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::corpus::{FILTER_LIST, Recording, inputs, name, read_har, recording, recordings, run_in, scratch, tree};

/// Files that every annex holds.
const FILES: [&str; 42] = [
    "addresses.csv",
    "annex.en.html",
    "annex.json",
    "annex.nl.html",
    "attribution.csv",
    "choices.csv",
    "client-hints.csv",
    "comparison-lines.csv",
    "consent-clicks.csv",
    "consent-options.csv",
    "consent-rules.csv",
    "consent-screens.csv",
    "cookie-recipients.csv",
    "cookies.csv",
    "detail-ladder.csv",
    "endpoints.csv",
    "evidence.ndjson",
    "fields.csv",
    "flows.csv",
    "gaps.csv",
    "identifier-recipients.csv",
    "identifiers.csv",
    "lifetimes.csv",
    "manifest.json",
    "not-sent-again.csv",
    "other-names.csv",
    "page-mentions.csv",
    "personal-data.csv",
    "pictures.csv",
    "planted-values.csv",
    "planted.csv",
    "preflights.csv",
    "recipients.csv",
    "redirects.csv",
    "scenario.csv",
    "sent-from-other-sites.csv",
    "sharing.csv",
    "survivals.csv",
    "timeline.csv",
    "trail.csv",
    "validators.csv",
    "ways.csv",
];

#[test]
fn runs_and_threads_give_the_same_bytes() {
    let folder = scratch();
    let list = folder.path().join("own.txt");
    fs::write(&list, FILTER_LIST).expect("a list");
    let replay = |out: &str, threads: &str, paths: &[PathBuf]| {
        let mut arguments: Vec<OsString> =
            ["replay", "--quiet", "--lang", "nl", "--lang", "en", "--out", out, "--threads", threads, "--list"].map(OsString::from).into();
        arguments.push(list.clone().into());
        arguments.extend(paths.iter().map(|path| path.clone().into_os_string()));
        let ran = run_in(folder.path(), arguments);
        assert!(ran.code < 2, "{}", ran.err);
        (tree(&folder.path().join(out)), ran)
    };
    let paths = recordings();
    let (one, one_ran) = replay("one", "1", &paths);
    let (three, three_ran) = replay("three", "3", &paths);
    same(&one, &three);
    assert_eq!(one_ran.err, three_ran.err, "what is said stands in the order of the files");
    assert_eq!(one_ran.out, three_ran.out);
    assert!(paths.len() >= 8, "enough files to go to several threads");

    // Again, fewer at once and in another order.
    let few: Vec<PathBuf> = paths.iter().rev().step_by(5).cloned().collect();
    let (again, _) = replay("again", "2", &few);
    let kept = |path: &Path| again.keys().any(|other| other.parent() == path.parent());
    same(&one.into_iter().filter(|(path, _)| kept(path)).collect(), &again);
    assert!(again.len() >= FILES.len());
}

/// Both trees hold the same files with the same bytes, and every annex is whole.
fn same(one: &std::collections::BTreeMap<PathBuf, Vec<u8>>, other: &std::collections::BTreeMap<PathBuf, Vec<u8>>) {
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (path, bytes) in one {
        assert!(*bytes == other[path], "{} differs", path.display());
    }
    let folders: std::collections::BTreeSet<&Path> = one.keys().filter_map(|path| path.parent()).collect();
    for folder in folders {
        FILES.iter().for_each(|file| assert!(one.contains_key(&folder.join(file)), "{} has no {file}", folder.display()));
    }
}

/// Pushes the entries in this order and gives the bytes of evidence log, annex and tables.
fn finish(inputs: &Inputs, recording: &Recording, order: &[usize]) -> Vec<(String, Vec<u8>)> {
    let subject = inputs.subject(None, false);
    let mut analysis = inputs.analysis(&subject, &CaseKey::of_capture(recording.capture.digest));
    for &index in order {
        analysis.push(&recording.entries[index]).expect("a spool in memory");
    }
    let context = inputs.context(&recording.capture, &subject);
    let mut log = EvidenceLog::new(context, Vec::new());
    let mut builder = Builder::new(context);
    let mut fanout = Fanout(vec![&mut log, &mut builder]);
    let contents = &recording.contents;
    let counts = analysis.finish(&contents.session, contents.gaps.clone(), &mut fanout).expect("sinks in memory").counts;
    let (records, head) = log.head();
    let report = builder.finish(("evidence.ndjson", records, head)).expect("a finished report");
    let mut files = vec![
        ("counts".to_owned(), serde_json::to_vec(&counts).expect("counts")),
        ("log".to_owned(), log.into_inner()),
        ("annex".to_owned(), json::render(&report).expect("an annex")),
    ];
    files.extend(csv::render(&report).expect("tables"));
    files
}

fn assert_same(expected: &[(String, Vec<u8>)], found: &[(String, Vec<u8>)]) -> Result<(), TestCaseError> {
    for ((name, expected), (_, found)) in expected.iter().zip(found) {
        let at = expected.iter().zip(found).take_while(|(one, other)| one == other).count();
        prop_assert!(
            expected == found,
            "{name} differs from byte {at}: {:?} became {:?}",
            String::from_utf8_lossy(&expected[at.saturating_sub(40)..(at + 60).min(expected.len())]),
            String::from_utf8_lossy(&found[at.saturating_sub(40)..(at + 60).min(found.len())])
        );
    }
    prop_assert_eq!(expected.len(), found.len());
    Ok(())
}

#[test]
fn real_recordings_do_not_depend_on_the_order_of_pushes() {
    let inputs = inputs();
    for file in ["chromeharcapturer2017-cnn.har", "pixeledtech-xtramath.har.gz", "edge-harreader-sstoehr.invalid-date.har"] {
        let path = recording(file);
        let recording = read_har(&name(&path), &fs::read(&path).expect("a recording"));
        let in_order: Vec<usize> = (0..recording.entries.len()).collect();
        let expected = finish(inputs, &recording, &in_order);
        assert!(recording.entries.len() > 5 && expected[1].1.len() > 4_000, "{file} has something to mix up");
        let mut runner =
            proptest::test_runner::TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(6) });
        let orders = Just(in_order.clone()).prop_shuffle();
        let outcome = runner.run(&orders, |order| assert_same(&expected, &finish(inputs, &recording, &order)));
        outcome.unwrap_or_else(|error| panic!("{file}: {error}"));
        let reversed: Vec<usize> = in_order.iter().rev().copied().collect();
        assert_same(&expected, &finish(inputs, &recording, &reversed)).unwrap_or_else(|error| panic!("{file} backwards: {error}"));
    }
}

/// An entry of a made-up recording. Few hosts, names and times, so that much falls together.
fn any_entry() -> impl Strategy<Value = Value> {
    let host = prop::sample::select(vec!["www.ministerie.nl", "www.facebook.com", "m.facebook.com", "connect.facebook.net", "t.example"]);
    let path = prop::sample::select(vec!["/", "/tr/?id=1&ev=View", "/en_US/fbevents.js", "/x;s=1?a=b"]);
    let scheme = prop::sample::select(vec!["https://", "https://", "https://", "http://", "data:"]);
    let time = prop::option::weighted(0.8, 0_u32..4);
    let name = || prop::sample::select(vec!["datr", "fr", "_fbp", "sessionid", "x"]);
    let sent = prop::collection::vec((name(), 0_u32..3), 0..3);
    let attributes =
        prop::sample::select(vec!["", "; Max-Age=0", "; Max-Age=60; Secure", "; Domain=facebook.com; Path=/", "; Domain=other.nl"]);
    let set = prop::collection::vec((name(), 0_u32..3, attributes), 0..3);
    let status = prop::sample::select(vec![200, 302, 404, 0]);
    let kind = prop::sample::select(vec!["text/html", "image/gif", "application/javascript"]);
    let referer = prop::option::of(prop::sample::select(vec!["https://www.ministerie.nl/", "https://www.facebook.com/minbzk"]));
    (scheme, host, path, time, sent, set, status, (kind, referer)).prop_map(|(scheme, host, path, time, sent, set, status, (kind, referer))| {
        let pair = |(name, value): &(&str, u32)| format!("{name}={value}");
        let cookies = sent.iter().map(pair).collect::<Vec<_>>().join("; ");
        let mut request = vec![json!({"name": "Accept", "value": "*/*"})];
        request.extend((!cookies.is_empty()).then(|| json!({"name": "Cookie", "value": cookies})));
        request.extend(referer.map(|referer| json!({"name": "Referer", "value": referer})));
        let line = |(name, value, attributes): &(&str, u32, &str)| json!({"name": "Set-Cookie", "value": format!("{name}={value}{attributes}")});
        let mut response: Vec<Value> = set.iter().map(line).collect();
        response.extend((status == 302).then(|| json!({"name": "Location", "value": "https://t.example/next"})));
        let mut entry = json!({
            "request": {"method": "GET", "url": format!("{scheme}{host}{path}"), "httpVersion": "h2", "headers": request},
            "response": {"status": status, "headers": response, "content": {"mimeType": kind, "size": 0}},
            "timings": {"wait": 5},
        });
        if let Some(time) = time {
            entry["startedDateTime"] = format!("2026-11-21T08:00:0{time}.000Z").into();
        }
        entry
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn made_up_recordings_do_not_depend_on_the_order_of_pushes(
        (entries, order) in prop::collection::vec(any_entry(), 2..24).prop_flat_map(|entries| {
            let order: Vec<usize> = (0..entries.len()).collect();
            (Just(entries), Just(order).prop_shuffle())
        })
    ) {
        let inputs = inputs();
        let text = json!({"log": {"version": "1.2", "pages": [{"id": "1", "title": "Ministerie"}], "entries": entries}}).to_string();
        let recording = read_har("made-up.har", text.as_bytes());
        let in_order: Vec<usize> = (0..recording.entries.len()).collect();
        assert_same(&finish(inputs, &recording, &in_order), &finish(inputs, &recording, &order))?;
    }
}
