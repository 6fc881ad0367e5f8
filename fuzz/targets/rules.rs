//! Any text as one rule file, beside two of the built-in files that others refer to (all of them would take most of the time).
#![no_main]

use dataspoor::rules::{BUILTIN, RuleSet, explain_cookie, explain_url};
use dataspoor::site::SuffixList;
use libfuzzer_sys::fuzz_target;

const BESIDE: [&str; 2] = ["categories.toml", "owners-meta.toml"];

fuzz_target!(|text: &str| {
    let beside = BUILTIN.iter().copied().filter(|(name, _)| BESIDE.contains(name));
    match RuleSet::compile(beside.chain([("fuzz.toml", text)])) {
        Ok(rules) => {
            assert_eq!(rules.digest(), rules.digest());
            let _ = explain_url(&rules, &SuffixList::Embedded, "https://www.facebook.com/tr/?id=1&ev=PageView", "GET");
            let _ = explain_cookie(&rules, "fr", "facebook.com");
            for cookie in &rules.cookies {
                let _ = cookie.name.matches("_ga_SIMULATED");
            }
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty(), "what does not compile has a reason");
            let lines = text.lines().count() + 1;
            for mistake in mistakes {
                assert!(!mistake.to_string().is_empty());
                assert!(mistake.file != "fuzz.toml" || mistake.line as usize <= lines, "{mistake}: there are only {lines} lines");
            }
        }
    }
});
