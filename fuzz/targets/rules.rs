//! Any text as one rule file, beside two of the built-in files that others refer to (all of them would take most of the time).
#![no_main]

use dataspoor::report::explain::explain;
use dataspoor::report::text::Lang;
use dataspoor::rules::{BUILTIN, ExampleSubject, ExchangeForm, RuleSet};
use dataspoor::site::SuffixList;
use libfuzzer_sys::fuzz_target;

const BESIDE: [&str; 3] = ["categories.toml", "meta.toml", "sources.toml"];

fuzz_target!(|text: &str| {
    let beside = BUILTIN.iter().copied().filter(|(name, _)| BESIDE.contains(name));
    let (rules, mistakes) = RuleSet::compile_what_holds(beside.chain([("fuzz.toml", text)]));
    let lines = text.lines().count() + 1;
    for mistake in &mistakes {
        assert!(!mistake.to_string().is_empty());
        assert!(mistake.file != "fuzz.toml" || mistake.line as usize <= lines, "{mistake}: there are only {lines} lines");
    }
    // What is left is a rule set like any other, mistakes or none.
    assert_eq!(rules.digest(), rules.digest());
    let suffixes = SuffixList::Embedded;
    let url = "https://www.facebook.com/tr/?id=1&ev=PageView".to_owned();
    for subject in [
        ExampleSubject::Request { url, method: "GET".to_owned(), headers: vec!["x-fb-lsd".to_owned()], names: vec![("form".to_owned(), "ud[em]".to_owned())], operation: None },
        ExampleSubject::Cookie("fr".to_owned(), "facebook.com".to_owned()),
        ExampleSubject::Storage("Session".to_owned(), "facebook.com".to_owned()),
    ] {
        assert!(explain(&rules, &suffixes, &subject, Lang::Nl).is_some_and(|text| !text.is_empty()));
    }
    let _ = rules.failed_examples(&suffixes);
    for doubt in rules.doubts(&suffixes, "2026-11-22".parse().expect("a day")) {
        assert!(doubt.line > 0);
    }
    let _ = rules.export_cookies(ExchangeForm::OpenCookieDatabase);
    for cookie in &rules.cookies {
        let _ = cookie.name.matches("_ga_SIMULATED");
    }
});
