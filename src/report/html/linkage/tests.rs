//! Sentences about rows of the trail, units of time, and which values found elsewhere stand in which table: in both languages.

use super::super::super::csv;
use super::super::super::linkage_rows::tests::annex_tables;
use super::super::render;
use super::super::tests::{sample, trail};
use super::*;

fn page(lang: Lang) -> Page {
    Page { words: super::super::Words::of(lang), sources: BTreeMap::new() }
}

/// The text of a cell without the marks around recorded texts.
fn plain(cell: &str) -> String {
    let mut out = cell.replace("<bdi dir=\"ltr\">", "").replace("</bdi>", "");
    out.truncate(out.trim_end().len());
    out
}

fn said(lang: Lang, row: &TrailRow) -> String {
    plain(&page(lang).trail_sentence(row, &[], None).to_string())
}

#[test]
fn lengths_of_time_have_the_unit_that_is_read() {
    let said = |lang, ms| page(lang).span(ms);
    assert_eq!(
        [403, 2_150, 61_000, 7_260_000, 90_000_000].map(|ms| said(Lang::Nl, ms)),
        ["403 ms", "2,2 s", "1 min 1 s", "2 uur 1 min", "1 dag 1 uur"]
    );
    assert_eq!(
        [0, 2_150, 61_000, 7_260_000, 180_000_000].map(|ms| said(Lang::En, ms)),
        ["0 ms", "2.2 s", "1 min 1 s", "2 h 1 min", "2 days 2 h"]
    );
}

#[test]
fn every_kind_of_row_has_its_own_sentence() {
    let again = trail(1, "sent-again");
    assert_eq!(
        said(Lang::Nl, &again),
        "In één browserprofiel (Chromium/156; cookies in verzoeken tussen sites: toegestaan) is de waarde met pseudoniem ID-1 verzonden aan \
         www.facebook.com tijdens het bezoek aan de onderzochte site (facebook.com) (vermelding 12) en, 31,3 s later, nog eens aan \
         www.facebook.com vanaf een pagina of frame van www.voorbeeldgemeente.example (vermelding 80); stand van de keuze op de andere site: geen keuze \
         voor www.voorbeeldgemeente.example vastgelegd. Een controle waarin cookies in verzoeken tussen sites waren geblokkeerd, is hier niet \
         vergeleken."
    );
    // Ends stand in the order of time, and what was done to the value is said.
    let earlier = TrailRow { kind: "linked-value", between_ms: -403, codings: vec!["sha256"], policy: "blocked", ..again.clone() };
    let text = said(Lang::En, &earlier);
    for part in [
        "was sent to www.facebook.com from a page or frame of www.voorbeeldgemeente.example (entry 80) and again, 403 ms later, to www.facebook.com during the \
         visit to the examined site (facebook.com) (entry 12)",
        "Outside its own place the value stood there as: SHA-256.",
        "This recording is itself a control",
    ] {
        assert!(text.contains(part), "{text}");
    }
    // The answer is said to have held the value, not that it was sent to the host.
    let decoration = TrailRow { kind: "link-decoration", name: "fbclid".to_owned(), ..again };
    let (nl, en) = (said(Lang::Nl, &decoration), said(Lang::En, &decoration));
    assert!(
        nl.contains("verwees het antwoord van www.facebook.com (vermelding 12) de browser door naar een adres met parameter fbclid"),
        "{nl}"
    );
    assert!(en.contains("the answer of www.facebook.com (entry 12) redirected the browser") && !en.contains("was sent to"), "{en}");
    // A cookie of the other site: no visit to the examined site is spoken of, and no time is negative.
    let own = TrailRow { between_ms: -403, ..trail(2, "own-cookie") };
    let (nl, en) = (said(Lang::Nl, &own), said(Lang::En, &own));
    assert!(nl.contains("(veld fbp), en als cookie in vermelding 12 bij www.facebook.com; tussen beide ligt 403 ms"), "{nl}");
    assert!(nl.contains("browser niet vastgelegd") && !nl.contains("onderzochte site") && !en.contains("-403"), "{nl} {en}");
}

#[test]
fn the_first_chapter_counts_what_joins_the_examined_site() {
    let mut report = sample();
    let examined = report.page.site.clone().expect("a site");
    report.trail.iter_mut().for_each(|row| row.one.page.clone_from(&examined));
    let html = render(&report, Lang::Nl).expect("renders");
    assert!(html.contains("Er is 1 paar plaatsen met een gelijke waarde vastgelegd: bij de onderzochte site en bij een andere site"));
    assert!(html.contains("Van 1 paar zijn beide plaatsen buiten het bezoek aan de onderzochte site vastgelegd"));
    // A control is not said to be missing where the recording is one.
    report.trail = vec![];
    let none = "Een controle waarin cookies in verzoeken tussen sites waren geblokkeerd, is hier niet vergeleken.";
    assert!(render(&report, Lang::Nl).expect("renders").contains(none));
    report.capture.browser = Some("Chromium/156, third-party cookies blocked".to_owned());
    assert!(!render(&report, Lang::Nl).expect("renders").contains(none));
}

#[test]
fn values_go_to_the_table_of_where_they_went() {
    let mut tables = annex_tables();
    let one = tables.sharings[0].clone();
    let own = SharingRow { nr: 10, own_site: true, host: one.of.clone(), site: one.of.clone(), ..one.clone() };
    let kept = |from: Option<&str>| SharingRow { from: from.map(str::to_owned), ..own.clone() }.stays_with_its_site();
    assert_eq!([kept(Some("facebook.com")), kept(None), kept(Some("shop.example"))], [true, true, false]);
    tables.sharings = vec![
        SharingRow { nr: 1, from: Some("facebook.com".to_owned()), ..own.clone() },
        SharingRow { nr: 2, from: Some("shop.example".to_owned()), ..own },
        SharingRow { nr: 3, part: true, ..one.clone() },
        SharingRow { nr: 4, same_value_as: Some(1), ..one },
    ];
    tables.identifiers[0].constant_seconds = 2;
    let report = Report { linkage: tables.clone(), ..sample() };
    for (lang, sentences) in [
        (
            Lang::Nl,
            [
                "2 plaatsen zijn gevonden waar zo’n waarde",
                "is een deel van de waarde in een verzoek verzonden",
                "1 rij over een waarde die ook onder een ander kenmerk staat",
                "gelijk gebleven zolang zij is gezien: over 2 s",
                "ID-1 elders is een andere waarde",
                "De tabellen tellen vindplaatsen",
            ],
        ),
        (
            Lang::En,
            [
                "2 places were found in which such a value",
                "was sent a part of the value in a request",
                "1 row about a value that stands under another identifier too",
                "constant as long as it was seen: over 2 s",
                "ID-1 elsewhere is another value",
                "The tables count places in requests",
            ],
        ),
    ] {
        let html = render(&report, lang).expect("renders");
        for sentence in sentences {
            assert!(html.contains(sentence), "{sentence}");
        }
        let ids = ["t8e-r1", "t8d-r2", "t8d-r3", "t8d-r4", "t8e-r4"].map(|id| html.matches(&format!(" id=\"{id}\"")).count());
        assert_eq!(ids, [1, 1, 1, 0, 0]);
    }
    let files = csv::files(&super::super::super::tables::linkage::tables(&tables, false)).expect("writes");
    let (_, bytes) = files.iter().find(|(file, _)| file == "sharing.csv").expect("a table");
    let text = String::from_utf8_lossy(bytes);
    assert!(text.lines().count() == 5 && text.contains("the host was sent a part of the value"), "{text}");
}
