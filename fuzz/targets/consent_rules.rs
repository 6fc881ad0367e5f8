//! Any text as a file of consent rules: reading ends in rules or a mistake, every rule of which it is said that it can be carried out has steps, and asking
//! whether it fits asks for nothing that was not announced.
#![no_main]

use dataspoor::plan::autoconsent::{ConsentRules, Held};
use dataspoor::plan::steps::RuledPath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(read) = ConsentRules::read(text) else { return };
    let survey = read.survey();
    assert!(survey.decline <= survey.rules && survey.allow <= survey.rules && survey.tested <= survey.decline);
    for rule in &read.rules {
        for choice in [RuledPath::Decline, RuledPath::Allow, RuledPath::Withdraw] {
            assert!(rule.hindrance(choice).is_some() || !rule.steps_of(choice).is_empty());
        }
        let asked = rule.asked();
        for held in [Held::Yes, Held::No, Held::Untold] {
            rule.fits(&mut |condition| {
                assert!(asked.contains(&condition));
                held
            });
        }
    }
});
