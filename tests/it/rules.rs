//! The built-in rule files say what they are there to say, none of them can be emptied unnoticed, and mistakes in rule files are placed.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use dataspoor::rules::{BUILTIN, Diagnostic, RuleSet, explain_cookie, explain_url};
use dataspoor::site::SuffixList;

use super::corpus::{ROOT, builtin_rules, run, scratch};

/// What is asked of a rule set.
#[derive(Clone, Copy, Debug)]
enum Ask {
    /// What it says of a request.
    Request(&'static str, &'static str),
    /// What it says of a cookie kept for a domain.
    Cookie(&'static str, &'static str),
    /// What it counts.
    Counters,
    /// Its words for categories.
    Categories,
}

impl Ask {
    fn answer(self, rules: &RuleSet) -> String {
        match self {
            Self::Request(method, url) => explain_url(rules, &SuffixList::Embedded, url, method).expect("a URL with a host"),
            Self::Cookie(name, domain) => explain_cookie(rules, name, domain),
            Self::Counters => rules.counters.iter().map(|counter| format!("{}: {}\n", counter.id, counter.domains.join(" "))).collect(),
            Self::Categories => rules
                .categories
                .iter()
                .map(|category| format!("{}: {} / {}\n", category.id, category.label.en, category.label.nl))
                .collect(),
        }
    }
}

/// For each rule file, questions with what the answer has to hold.
const GOLDEN: &[(&str, Ask, &[&str])] = &[
    (
        "browser-background.toml",
        Ask::Request("POST", "https://update.googleapis.com/service/update2/json"),
        &["rule browser.endpoint.update at browser-background.toml:", "dataspoor (own): no category"],
    ),
    (
        "browser-background.toml",
        Ask::Request("GET", "http://connectivitycheck.gstatic.com/generate_204"),
        &["rule browser.endpoint.connectivity-check at browser-background.toml:", "dataspoor (own): no category"],
    ),
    (
        "browser-background.toml",
        Ask::Request("GET", "https://start.duckduckgo.com/"),
        &["owner DuckDuckGo (duckduckgo), derived by", "rule browser.endpoint.start-page at"],
    ),
    (
        "categories.toml",
        Ask::Categories,
        &["marketing: marketing / marketing", "strictly-necessary: strictly necessary / strikt noodzakelijk"],
    ),
    ("categories.toml", Ask::Cookie("_fbp", "www.ministerie.nl"), &["Open Cookie Database (independent): marketing"]),
    (
        "cookies-common.toml",
        Ask::Cookie("_ga", "ministerie.nl"),
        &[
            "rule common.cookie.ga at cookies-common.toml:",
            "of Google",
            "Open Cookie Database (independent): analytics",
            "lifetime stated: 2 years",
        ],
    ),
    ("cookies-common.toml", Ask::Cookie("_ga_ABC123", "ministerie.nl"), &["rule common.cookie.ga-stream at"]),
    (
        "choices-meta.toml",
        Ask::Request("POST", "https://www.facebook.com/cookie/consent/"),
        &[
            "choice request meta.choice.decline at choices-meta.toml:",
            "says decline-optional for the browser, if the form field accept_only_essential is true or 1",
            "says allow-optional for the browser, if the form field accept_only_essential is false or 0",
            "choice request meta.choice.saved at",
            "unverified: Design notes",
        ],
    ),
    ("counters.toml", Ask::Counters, &["meta_requests: facebook.com facebook.net fbcdn.net", " atdmt.com "]),
    (
        "meta-cookies.toml",
        Ask::Cookie("datr", "facebook.com"),
        &[
            "rule meta.cookie.datr at meta-cookies.toml:",
            "of Meta Platforms, Inc.",
            "Meta (vendor): security",
            "Open Cookie Database (independent): marketing",
            "Brussels courts (authority): no category",
            "dataspoor (own): no category",
            "lifetime stated: 400 d",
        ],
    ),
    (
        "meta-cookies.toml",
        Ask::Cookie("xs", "www.facebook.com"),
        &["rule meta.cookie.xs at", "its value opens an account and is never printed"],
    ),
    ("meta-cookies.toml", Ask::Cookie("fbm_12345", "instagram.com"), &["rule meta.cookie.fbm at"]),
    (
        "meta-endpoints.toml",
        Ask::Request("GET", "https://www.facebook.com/tr/?id=1&ev=PageView"),
        &["rule meta.endpoint.pixel at meta-endpoints.toml:", "Meta (vendor): marketing", "EasyPrivacy (independent)"],
    ),
    (
        "meta-endpoints.toml",
        Ask::Request("POST", "https://www.facebook.com/ajax/bz?__a=1"),
        &["rule meta.endpoint.banzai at", "datagobes.dev (private auditor) (independent): diagnostic data"],
    ),
    (
        "owners-meta.toml",
        Ask::Request("GET", "https://static.xx.fbcdn.net/rsrc.php/v3/x.js"),
        &[
            "registrable domain fbcdn.net",
            "owner Meta Platforms, Inc. (meta), stated by Domain list community",
            "rule at owners-meta.toml:",
        ],
    ),
    (
        "owners-meta.toml",
        Ask::Request("GET", "https://scontent.cdninstagram.com/x.jpg"),
        &["owner Meta Platforms, Inc. (meta), stated by third-party-web"],
    ),
    (
        "owners.toml",
        Ask::Request("GET", "https://px.ads.linkedin.com/collect"),
        &["registrable domain linkedin.com", "(linkedin), derived by third-party-web", "rule at owners.toml:"],
    ),
    ("owners.toml", Ask::Request("GET", "https://www.youtube.com/x"), &["owner Google (google), stated by third-party-web"]),
    (
        "secrets.toml",
        Ask::Request("GET", "https://www.facebook.com/login/?email=a&new_Password=x&enc_password=y"),
        &["query parameter new_Password: masked before it is recorded, rule secret.password at secrets.toml:", "derived: Scrubber"],
    ),
    (
        "secrets.toml",
        Ask::Request("POST", "https://graph.facebook.com/v20.0/oauth/access_token"),
        &["some members of JSON in the answer: masked before it is recorded, rule secret.answered-token at"],
    ),
    (
        "secrets.toml",
        Ask::Cookie("xs", "www.facebook.com"),
        &["its value: masked before it is recorded, rule secret.cookie.xs at secrets.toml:"],
    ),
    (
        "trackers-common.toml",
        Ask::Request("POST", "https://www.google-analytics.com/g/collect?v=2"),
        &["rule common.endpoint.google-analytics-collect at trackers-common.toml:", "third-party-web (independent): analytics"],
    ),
    (
        "trackers-common.toml",
        Ask::Request("GET", "https://fonts.gstatic.com/s/x.woff2"),
        &["rule common.endpoint.google-fonts at", "content delivery"],
    ),
];

/// What an answer must not claim: near misses.
const SILENT: &[(Ask, &[&str])] = &[
    (Ask::Cookie("datr", "example.org"), &["rule meta"]),
    (Ask::Cookie("datr", "notfacebook.com"), &["rule meta"]),
    (Ask::Cookie("xs", "example.org"), &["masked"]),
    (Ask::Cookie("c_user", "facebook.com"), &["masked"]),
    (Ask::Request("POST", "https://www.facebook.com/login/?fb_dtsg=1&lsd=2&passive=3"), &["masked"]),
    (Ask::Cookie("xdatr", "facebook.com"), &["rule meta"]),
    (Ask::Request("GET", "https://www.facebook.com/training"), &["rule meta.endpoint"]),
    (Ask::Request("GET", "https://facebook.com.example.org/tr/"), &["owner Meta", "rule meta"]),
    (Ask::Request("GET", "https://www.facebook.com/cookie/consent/"), &["choice request"]),
    (Ask::Request("POST", "https://www.facebook.com/cookie/consent_decision"), &["choice request"]),
    (Ask::Request("POST", "https://notfacebook.com/cookie/consent/"), &["choice request"]),
    (Ask::Request("GET", "https://clients2.google.com/timeline"), &["rule browser.endpoint.time"]),
];

/// What of the golden answers is missing from a rule set, by rule file.
fn missing(rules: &RuleSet) -> BTreeMap<&'static str, Vec<String>> {
    let mut missing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (file, ask, expected) in GOLDEN {
        let answer = ask.answer(rules);
        let absent = expected.iter().filter(|text| !answer.contains(**text));
        let lines: Vec<String> = absent.map(|text| format!("{ask:?} does not say {text:?} but\n{answer}")).collect();
        if !lines.is_empty() {
            missing.entry(file).or_default().extend(lines);
        }
    }
    missing
}

#[test]
fn the_built_in_rules_say_what_they_are_there_to_say() {
    let rules = builtin_rules();
    let missing = missing(&rules);
    assert!(missing.is_empty(), "{}", missing.values().flatten().cloned().collect::<Vec<_>>().join("\n"));
    for (ask, claims) in SILENT {
        let answer = ask.answer(&rules);
        claims.iter().for_each(|claim| assert!(!answer.contains(claim), "{ask:?} claims {claim:?}:\n{answer}"));
    }
}

/// A rule file without its rules: what stands before its first table, without comments.
fn emptied(text: &str) -> String {
    let head = text.lines().take_while(|line| !line.starts_with("[[")).filter(|line| !line.starts_with('#'));
    head.map(|line| format!("{line}\n")).collect()
}

fn compile(files: &BTreeMap<String, String>) -> Result<RuleSet, Vec<Diagnostic>> {
    RuleSet::compile(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
}

#[test]
fn every_rule_file_emptied_is_missed() {
    for (name, text) in BUILTIN {
        assert!(GOLDEN.iter().any(|(file, ..)| file == name), "{name} has no golden answer: add one to GOLDEN");
        let mut files: BTreeMap<String, String> = BUILTIN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        files.insert((*name).to_owned(), emptied(text));
        // What refers to something in it goes too: leaving the file out would be a mistake in the rules, but a quiet removal is none.
        let mut references = 0;
        let rules = loop {
            match compile(&files) {
                Ok(rules) => break rules,
                Err(mistakes) => {
                    let mut gone: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
                    for mistake in &mistakes {
                        assert!(mistake.message.ends_with("does not exist") && mistake.file != *name, "{name} emptied: {mistake}");
                        gone.entry(&mistake.file).or_default().push(mistake.line);
                    }
                    for (file, lines) in gone {
                        references += lines.len();
                        let text = &files[file];
                        let kept = text.lines().zip(1..).filter(|(_, number)| !lines.contains(number)).map(|(line, _)| format!("{line}\n"));
                        let kept: String = kept.collect();
                        files.insert(file.to_owned(), kept);
                    }
                }
            }
        };
        let info = rules.files.iter().find(|file| file.name == *name).expect("the file is still part of the set");
        assert_eq!(info.rules, 0, "{name} is empty");
        let missing = missing(&rules);
        assert!(missing.contains_key(name), "{name} can be emptied and nothing notices");
        let answers = missing[name].len();
        eprintln!("{name} emptied: {answers} of its own golden answers fail, {references} references from other files go with it");
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
    assert!(ran.out.ends_with("no mistakes\n"), "{}", ran.out);
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
    assert!(ran.out.contains("owner A ministry (ministry), stated by T") && ran.out.contains("rule at own.toml:14"), "{}", ran.out);
    assert!(run(["rules", "explain", "https://www.ministerie.example/"]).out.contains("owner not established"));

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
    let head = "format = 1\nid = \"own\"\nversion = \"2026-11-21\"\ntitle = { en = \"Own\", nl = \"Eigen\" }\n";
    for name in names {
        let text = format!("{head}[[counter]]\nid = \"{name}\"\ndomains = [\"example.org\"]\nsource = \"S\"\n");
        let outcome = RuleSet::compile([("own.toml", text.as_str())]);
        let refused =
            outcome.is_err_and(|mistakes| mistakes[0].to_string().contains("own.toml:6:6: ") && mistakes[0].message.contains(&name));
        assert_eq!(refused, name != "meta_requests", "{name}");
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
    assert_eq!(ran.out, Ask::Cookie("datr", "facebook.com").answer(&builtin_rules()));
    let nothing = run(["rules", "explain", "unheard-of@example.org"]);
    assert!(nothing.code == 0 && nothing.out.contains("nothing established"), "{}", nothing.out);
    let neither = run(["rules", "explain", "datr"]);
    assert!(neither.code == 2 && neither.err.contains("NAME@DOMAIN"), "{}", neither.err);
}
