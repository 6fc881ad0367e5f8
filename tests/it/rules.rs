//! Rule files as the program takes them: mistakes are placed, folders add and replace, tools for rule writers answer. What the built-in files say
//! stands in `rules_golden`.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use dataspoor::capture::{Capture, RULES_BROKEN};
use dataspoor::report::explain::explain;
use dataspoor::report::text::Lang;
use dataspoor::rules::{BUILTIN, ExampleSubject, RuleSet};
use dataspoor::site::SuffixList;

use super::corpus::{ROOT, builtin_rules, run, scratch};
use super::live_bench::Recorded;
use super::live_origin::LiveOrigin;

/// What the program explains of a cookie or a request.
fn explained(rules: &RuleSet, subject: &str) -> String {
    let subject = match subject.split_once('@').filter(|_| !subject.contains('/')) {
        Some((name, domain)) => ExampleSubject::Cookie(name.to_owned(), domain.to_owned()),
        None => {
            let (method, url) = subject.split_once(' ').unwrap_or(("GET", subject));
            ExampleSubject::Request {
                url: url.to_owned(),
                method: method.to_owned(),
                headers: Vec::new(),
                names: Vec::new(),
                operation: None,
            }
        }
    };
    explain(rules, &SuffixList::Embedded, &subject, Lang::En).expect("a URL with a host")
}

/// What an answer must not claim: near misses.
const SILENT: &[(&str, &[&str])] = &[
    ("datr@example.org", &["Rule meta."]),
    ("datr@notfacebook.com", &["Rule meta."]),
    ("xs@example.org", &["masked"]),
    ("c_user@facebook.com", &["masked"]),
    ("POST https://www.facebook.com/login/?fb_dtsg=1&lsd=2&passive=3", &["masked"]),
    ("xdatr@facebook.com", &["Rule meta.cookie"]),
    ("https://www.facebook.com/training", &["Rule meta.endpoint.pixel"]),
    ("https://facebook.com.example.org/tr/", &["Meta Platforms", "Rule meta."]),
    ("https://www.facebook.com/cookie/consent/", &["Carries a choice"]),
    ("POST https://www.facebook.com/cookie/consent_decision", &["Carries a choice"]),
    ("POST https://notfacebook.com/cookie/consent/", &["Carries a choice"]),
    ("https://clients2.google.com/timeline", &["Rule browser.endpoint.time"]),
];

#[test]
fn near_misses_stay_silent() {
    let rules = builtin_rules();
    for (subject, claims) in SILENT {
        let answer = explained(&rules, subject);
        claims.iter().for_each(|claim| assert!(!answer.contains(claim), "{subject} claims {claim:?}:\n{answer}"));
    }
    // They miss something that is there.
    for (subject, claim) in [
        ("datr@facebook.com", "Rule meta.cookie.datr"),
        ("xs@facebook.com", "Its value: masked before it is recorded"),
        ("xs@facebook.com", "Its value opens an account and is never printed."),
        ("https://www.facebook.com/tr/", "Rule meta.endpoint.pixel"),
        ("POST https://www.facebook.com/cookie/consent/", "Carries a choice on the screen: rule meta.choice.decline"),
        ("POST https://www.facebook.com/cookie/consent/", "if the field of the form accept_only_essential has one of the values true, 1"),
        ("POST https://www.facebook.com/login/?pass=1", "Query parameter pass: masked before it is recorded"),
    ] {
        assert!(explained(&rules, subject).contains(claim), "{subject} does not claim {claim:?}:\n{}", explained(&rules, subject));
    }
}

#[test]
fn mistakes_are_named_with_file_line_column_and_hint() {
    let folder = Path::new(ROOT).join("tests/data/rules-broken");
    let expected = fs::read_to_string(folder.join("expected.txt")).expect("the expected mistakes");
    let ran = run([OsString::from("rules"), "check".into(), folder.into()]);
    let found: String = ran.err.lines().map(|line| format!("{}\n", line.strip_prefix("dataspoor: ").unwrap_or(line))).collect();
    for (expected, found) in expected.lines().zip(found.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found, expected);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
}

#[test]
fn sound_rules_are_listed_with_their_digests() {
    let ran = run(["rules", "check"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let rules = builtin_rules();
    for file in &rules.files {
        let line = format!("{} {} {} {} rules\n", file.digest, file.name, file.version, file.rules);
        assert!(ran.out.contains(&line), "{line} is not in\n{}", ran.out);
    }
    assert!(ran.out.ends_with("no mistakes, 0 doubts\n"), "{}", ran.out);
}

#[test]
fn a_folder_adds_files_and_replaces_those_of_the_same_name() {
    let folder = scratch();
    let own = "format = 1\nid = \"own\"\nversion = \"2026-11-21\"\ntitle = { en = \"Own\", nl = \"Eigen\" }\n\
        [[source]]\nid = \"X\"\ntitle = \"T\"\npublisher = \"P\"\nreference = \"R\"\ndate = \"2026\"\n\
        [[owner]]\nid = \"ministry\"\nname = \"A ministry\"\ndomains = [\"ministerie.example\"]\nsource = \"X\"\ncertainty = \"stated\"\n";
    fs::write(folder.path().join("own.toml"), own).expect("a rule file");
    let explain = || {
        run([OsString::from("rules"), "explain".into(), "https://www.ministerie.example/".into(), "--rules".into(), folder.path().into()])
    };
    let ran = explain();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.contains("Holder of the domain: A ministry\n  Rule ministry, own.toml:14\n  stated by the source; T, P, 2026\n    R\n"),
        "{}",
        ran.out
    );
    assert!(run(["rules", "explain", "https://www.ministerie.example/"]).out.contains("Holder of the domain: not established"));

    let counters = BUILTIN.iter().find(|(name, _)| *name == "counters.toml").expect("counters").1;
    fs::write(folder.path().join("counters.toml"), counters.replace("meta_requests", "other_requests")).expect("a rule file");
    let recording = Path::new(ROOT).join("tests/data/har/page.har");
    let ran = run([OsString::from("replay"), "--json".into(), recording.into(), "--rules".into(), folder.path().into()]);
    assert!(ran.out.contains("\"other_requests\":") && !ran.out.contains("meta_requests"), "{}{}", ran.out, ran.err);
}

/// The page and the line itself: a member that is added to either is refused as the name of a counter, or this fails.
#[test]
fn no_counter_takes_the_place_of_another_member() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/replay-json.md")).expect("the page");
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    let documented = cells.flat_map(|cell| cell.split(", ").map(|name| name.trim_matches('`').to_owned()));
    let ran = run([OsString::from("replay"), "--json".into(), Path::new(ROOT).join("tests/data/har/page.har").into()]);
    let line: serde_json::Value = serde_json::from_str(&ran.out).expect("a line of JSON");
    let printed = line.as_object().expect("an object").keys().cloned();
    let names: std::collections::BTreeSet<String> = documented.chain(printed).chain(["error".to_owned()]).collect();
    assert!(names.len() > 20 && names.contains("sha256") && names.contains("bytes"), "{names:?}");
    // Names that the built-in rules give are theirs, and free where those rules are not.
    let builtin = builtin_rules();
    let of_rules = builtin.endpoints.iter().map(|rule| &rule.count).chain(builtin.fields.iter().map(|rule| &rule.count)).flatten();
    let ours: std::collections::BTreeSet<&str> =
        of_rules.chain(builtin.counters.iter().map(|counter| &counter.id)).map(String::as_str).collect();
    assert!(ours.contains("meta_requests") && ours.contains("pixel_requests") && ours.contains("pixel_ids"), "{ours:?}");
    let head = "format = 1\nid = \"own\"\nversion = \"2026-11-21\"\ntitle = { en = \"Own\", nl = \"Eigen\" }\n";
    for name in names {
        let text = format!("{head}[[counter]]\nid = \"{name}\"\ndomains = [\"example.org\"]\nsource = \"S\"\n");
        let outcome = RuleSet::compile([("own.toml", text.as_str())]);
        let refused =
            outcome.is_err_and(|mistakes| mistakes[0].to_string().contains("own.toml:6:6: ") && mistakes[0].message.contains(&name));
        assert_eq!(refused, !ours.contains(name.as_str()), "{name}");
    }
}

/// One request to a host of a million labels must not hold up the recording: it is looked up once, not a million times.
#[test]
fn hosts_longer_than_dns_allows_are_looked_up_whole() {
    let rules = builtin_rules();
    let host = |labels: usize| format!("{}www.facebook.com", "a.".repeat(labels));
    // 253 bytes are a name, 254 are none.
    assert_eq!(host(118).len(), 252);
    assert!(!rules.endpoints_at(&host(118)).is_empty());
    assert!(!rules.endpoints_at(&format!("b{}", host(118))).is_empty());
    assert_eq!(rules.endpoints_at(&host(119)), Vec::<usize>::new());
    assert_eq!(rules.endpoints_at(&host(1_000_000)), Vec::<usize>::new());
    assert!(!rules.cookies_for("datr", &host(118)).is_empty());
    assert_eq!(rules.cookies_for("datr", &host(1_000_000)), Vec::<usize>::new());
}

#[test]
fn explaining_a_cookie_by_the_program() {
    let ran = run(["rules", "explain", "datr@facebook.com"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.out, explained(&builtin_rules(), "datr@facebook.com"));
    let nothing = run(["rules", "explain", "unheard-of@example.org", "--lang", "nl"]);
    assert!(nothing.code == 0 && nothing.out.contains("Niet vastgesteld: geen regel beschrijft deze cookie"), "{}", nothing.out);
    let neither = run(["rules", "explain", "datr"]);
    assert!(neither.code == 2 && neither.err.contains("NAME@DOMAIN"), "{}", neither.err);
}

const OWN: &str = "format = 2\nid = \"own\"\nversion = \"2026-11-22\"\ntitle = { en = \"Own\", nl = \"Eigen\" }\n\
    [[source]]\nid = \"X\"\ntitle = \"T\"\npublisher = \"P\"\nreference = \"R\"\ndate = \"2026\"\n";

fn claim(table: &str, rest: &str) -> String {
    format!("[[{table}.claim]]\nby = \"own\"\nwho = \"we\"\nsource = \"X\"\ncertainty = \"unverified\"\n{rest}\n")
}

#[test]
fn a_change_of_rules_is_shown_entry_by_entry() {
    let (before, after) = (scratch(), scratch());
    let recording = Path::new(ROOT).join("tests/data/har/page.har");
    let har: serde_json::Value = serde_json::from_slice(&fs::read(&recording).expect("a recording")).expect("JSON");
    let url = har["log"]["entries"][0]["request"]["url"].as_str().expect("a URL");
    let host = url.split('/').nth(2).expect("a host");
    let endpoint = |id: &str, purpose: &str| {
        let purpose = format!("purpose = {{ en = \"{purpose}\", nl = \"{purpose}.\" }}");
        format!("[[endpoint]]\nid = \"{id}\"\nhosts = [\"{host}\"]\npaths = [\"*\"]\n{}", claim("endpoint", &purpose))
    };
    let write =
        |folder: &Path, rules: &[String]| fs::write(folder.join("own.toml"), format!("{OWN}{}", rules.concat())).expect("a rule file");
    write(before.path(), &[endpoint("own.same", "a"), endpoint("own.gone", "a")]);
    write(after.path(), &[endpoint("own.same", "b"), endpoint("own.new", "a")]);
    let diff = |one: &Path, other: &Path| run([OsString::from("rules"), "diff".into(), one.into(), other.into(), recording.clone().into()]);
    let ran = diff(before.path(), after.path());
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    for line in ["  - endpoint: own.gone (", "  + endpoint: own.new (", "  ~ own.same ("] {
        assert!(ran.out.contains(line), "{line} is not in\n{}", ran.out);
    }
    assert!(ran.out.ends_with("1 recordings, 1 differ, 0 could not be read\n"), "{}", ran.out);
    let same = diff(before.path(), before.path());
    assert!(same.code == 0 && same.out.contains("both say the same"), "{}{}", same.out, same.err);
    let built_in = diff(Path::new("built-in"), before.path());
    assert!(built_in.code == 1 && built_in.out.contains("  + endpoint: own.gone ("), "{}{}", built_in.out, built_in.err);
    let missing = run([OsString::from("rules"), "diff".into(), "built-in".into(), "built-in".into(), "no-such.har".into()]);
    assert!(missing.code == 1 && missing.err.contains("no-such.har") && missing.out.contains("1 could not be read"), "{}", missing.err);
}

#[test]
fn failing_examples_and_doubts_are_placed() {
    let folder = scratch();
    let cookie = format!("[[cookie]]\nid = \"own.c\"\nname = \"c\"\n{}", claim("cookie", "lifetime = \"session\""));
    fs::write(folder.path().join("own.toml"), format!("{OWN}{cookie}[[example]]\ncookie = \"d@a.test\"\nrules = [\"own.c\"]\n"))
        .expect("a rule file");
    let test = run([OsString::from("rules"), "test".into(), folder.path().into(), "--alone".into()]);
    assert_eq!((test.code, test.out.as_str()), (1, "1 examples, 1 failed\n"), "{}", test.err);
    assert!(test.err.contains("own.toml:22:9: cookie d@a.test: the rules own.c should fit, and none do; mend"), "{}", test.err);
    let check = |more: &[&str]| {
        run(["rules", "check"].into_iter().map(OsString::from).chain([folder.path().into()]).chain(more.iter().map(OsString::from)))
    };
    assert_eq!(check(&["--alone"]).code, 0);
    fs::write(folder.path().join("own.toml"), format!("{OWN}{cookie}")).expect("a rule file");
    let doubtful = check(&[]);
    assert!(
        doubtful.code == 0 && doubtful.err.starts_with("dataspoor: doubt: own.toml:12:6: untried: no example names own.c;"),
        "{}",
        doubtful.err
    );
    assert_eq!((check(&["--strict"]).code, doubtful.err.lines().count()), (1, 1), "{}", doubtful.err);
}

/// A page that fetches another page of its own by a script stands in the time line, by the word of the rule and with how sure it is.
#[test]
fn pages_that_are_fetched_without_a_document_stand_in_the_time_line() {
    let folder = scratch();
    let rule = "[[navigation]]\nid = \"own.route\"\nhosts = [\"a.test\"]\npaths = [\"/route\"]\nmethods = [\"POST\"]\nheaders = [\"x-route\"]\n\
        address = \"to\"\nsource = \"X\"\ncertainty = \"unverified\"\n\
        [[example]]\nurl = \"https://a.test/route?to=/b\"\nmethod = \"POST\"\nheaders = [\"x-route\"]\nrules = [\"own.route\"]\n";
    fs::write(folder.path().join("own.toml"), format!("{OWN}{rule}")).expect("a rule file");
    let entry = |second: u32, method: &str, header: &str| {
        serde_json::json!({
            "startedDateTime": format!("2026-11-22T10:00:{second:02}.000Z"), "time": 1,
            "request": {"method": method, "url": "https://www.a.test/route?to=https%3A%2F%2Fwww.a.test%2Fministry%3Fkey%3Dzq9w7", "httpVersion": "HTTP/1.1",
                "headers": [{"name": header, "value": "1"}], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
            "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [], "cookies": [],
                "content": {"size": 0, "mimeType": "application/json"}, "redirectURL": "", "headersSize": -1, "bodySize": 0},
            "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0}
        })
    };
    let elsewhere = |second: u32, address: &str| {
        let mut entry = entry(second, "POST", "X-Route");
        entry["request"]["url"] = format!("https://www.a.test/route?to={address}").into();
        entry
    };
    let mut entries = vec![entry(1, "POST", "X-Other"), entry(2, "POST", "X-Route"), entry(3, "GET", "X-Route")];
    // What is no path of the host that was asked is nobody's business.
    let others = ["zq9w7@mail.test", "zq9w7", "mailto:zq9w7@a.test", "//zq9w7:y@b.test/zq9w7", "https%3A%2F%2Fb.test%2Fzq9w7"];
    entries.extend(others.iter().zip(4..).map(|(address, second)| elsewhere(second, address)));
    let har = serde_json::json!({"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": entries}});
    let recording = folder.path().join("routes.har");
    fs::write(&recording, har.to_string()).expect("a recording");
    let out = folder.path().join("out");
    let arguments =
        [OsString::from("replay"), recording.into(), "--rules".into(), folder.path().into(), "--out".into(), out.clone().into()];
    let ran = run(arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let annex = fs::read_to_string(out.join("routes/annex.json")).expect("an annex");
    let annex: serde_json::Value = serde_json::from_str(&annex).expect("JSON");
    let moments: Vec<&serde_json::Value> =
        annex["timeline"].as_array().expect("moments").iter().filter(|moment| moment["event"] == "navigated").collect();
    assert_eq!(moments.len(), 1 + others.len(), "{moments:?}");
    let moment = moments[0];
    assert!(moments[1..].iter().all(|moment| moment["path"].is_null() && moment["host"] == "www.a.test"), "{moments:?}");
    assert_eq!((&moment["entry"], &moment["path"], &moment["host"]), (&2.into(), &"/ministry".into(), &"www.a.test".into()));
    assert_eq!((&moment["rule"], &moment["certainty"]), (&"own.route, own.toml:12".into(), &"unverified".into()));
    let page = fs::read_to_string(out.join("routes/annex.nl.html")).expect("an annex");
    assert!(page.contains("Andere pagina opgehaald zonder document:") && page.contains("niet aan een bron getoetst"), "the annex says so");
    assert!(!page.contains("zq9w7"), "values of its address are not printed");
    let test = run([OsString::from("rules"), "test".into(), folder.path().into(), "--alone".into()]);
    assert_eq!((test.code, test.out.as_str()), (0, "1 examples, 0 failed\n"), "{}", test.err);
}

/// What others' tools would read: every row comes back by their own columns.
#[test]
fn cookie_rules_are_exported_in_the_forms_of_others() {
    let ran = run(["rules", "export", "open-cookie-database"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut reader = csv::Reader::from_reader(ran.out.as_bytes());
    let head: Vec<String> = reader.headers().expect("a head").iter().map(str::to_owned).collect();
    assert_eq!((&*head[3], &*head[9], head.len()), ("Cookie / Data Key name", "Wildcard match", 10));
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let fr = rows.iter().find(|row| &row[3] == "fr" && &row[4] == "facebook.com" && row[5].contains("Open Cookie Database")).expect("fr");
    assert_eq!((&fr[2], &fr[9], &fr[7]), ("Marketing", "0", "Meta Platforms, Inc."));
    assert!(fr[5].contains("rule meta.cookie.fr") && fr[6].ends_with("days"), "{fr:?}");
    assert!(rows.iter().any(|row| &row[3] == "_ga_" && &row[9] == "1"), "a beginning of names");
    let ids: std::collections::BTreeSet<&str> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(ids.len(), rows.len(), "every row has an id of its own");
    assert!(ran.err.contains(&format!("{} rows written", rows.len())), "{}", ran.err);

    let ran = run(["rules", "export", "edpb"]);
    let base: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let rows = base[0]["knowledges"].as_array().expect("rows");
    let keys: Vec<&str> = rows[0].as_object().expect("a row").keys().map(String::as_str).collect();
    let expected = [
        "updated_at",
        "created_at",
        "kind",
        "domain",
        "name",
        "category",
        "source",
        "controller",
        "date",
        "policy",
        "reference",
        "comment",
    ];
    assert_eq!(keys, expected);
    assert!(rows.iter().any(|row| row["name"] == "fr" && row["domain"] == "facebook.com" && row["category"] == "marketing"));
    assert!(rows.iter().all(|row| row["kind"] == "cookie" && row["name"].as_str().is_some_and(|name| !name.contains('*'))));
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_rules_are_refused_unless_told_and_then_the_recording_says_so() {
    let (rules, out) = (scratch(), scratch());
    let cookie = format!("[[cookie]]\nid = \"own.c\"\nname = \"regex:(\"\n{}", claim("cookie", "lifetime = \"session\""));
    fs::write(rules.path().join("own.toml"), format!("{OWN}{cookie}")).expect("a rule file");
    let capture = out.path().join("visit");
    let arguments = ["record", "--no-browser", "--out"].map(OsString::from).into_iter();
    let refused = run(arguments.chain([capture.clone().into(), "--rules".into(), rules.path().into()]));
    assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{}", refused.err);
    assert!(refused.err.contains("own.toml:13:8: \"regex:(\" is no pattern: unclosed group;"), "{}", refused.err);
    assert!(refused.err.contains("--broken-rules") && !capture.exists(), "{}", refused.err);

    let origin = LiveOrigin::start(Default::default()).await;
    let folder = rules.path().to_str().expect("a path");
    let recorded = Recorded::start(&origin.root, &[], &["--rules", folder, "--broken-rules"]).await;
    let Recorded { program, capture, folder: _folder, .. } = recorded;
    let ended = program.interrupt().await;
    assert!(ended.status.success() && ended.err.contains("what has one is left out"), "{ended:?}");
    assert_eq!(Capture::open(&capture).expect("opens").session.settings[RULES_BROKEN], "1");
    let annex = fs::read_to_string(capture.join("report/annex.nl.html")).expect("an annex");
    assert!(annex.contains("rules-broken") && annex.contains("zonder de betrokken regels doorgegaan"));
}
