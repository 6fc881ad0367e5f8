//! What no message may say, in whichever language: a test over all of them.

use super::{EN, NL};

/// Words that claim more than a recording shows (claims.md) do not stand in any message.
#[test]
fn no_words_that_claim_too_much() {
    let banned = [
        "third party",
        "third-party",
        "third parties",
        "derde",
        "derden",
        "personal data",
        "persoonsgegeven",
        "persoonsgegevens",
        "transferred",
        "transfer",
        "doorgifte",
        "doorgegeven",
        "compliant",
        "illegal",
        "onrechtmatig",
        "tracker",
        "tracking",
        "proven",
        "bewezen",
        "received by",
        "ontvangen door",
    ];
    for source in [NL, EN] {
        // Sentences that have to name what they deny.
        let denies = |line: &str| ["addresses-limits = ", "case-ten-8 = ", "case-i-dpia-8 = "].iter().any(|id| line.starts_with(id));
        for line in source.lines().filter(|line| !line.starts_with('#') && !denies(line)) {
            let mut text = line.to_lowercase();
            // Headings of the Model DPIA are quoted, and the table under them says who calls something so.
            let quotes = ["model-dpia-", "case-h-dpia-", "case-dpia-"].iter().any(|id| text.starts_with(id));
            if quotes || text.starts_with("column-") && text.contains("(model dpia)") {
                text = text.replace("persoonsgegeven", "").replace("personal data", "");
            }
            let text = format!(" {} ", text.replace(|c: char| !c.is_alphanumeric() && c != '-', " "));
            for word in banned {
                assert!(!text.contains(&format!(" {word} ")), "“{word}” in: {line}");
            }
        }
    }
}
