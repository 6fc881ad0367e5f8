//! The chapter about fields: what is not established is said to be, hostile names are harmless, and big dictionaries are bounded and say so.

use super::super::super::field_rows::tests::{dictionary, endpoint, row, tables};
use super::super::super::{csv, json, model::*};
use super::super::tests::{HOSTILE, sample, unbalanced};
use super::super::{Lang, render};
use crate::analysis::Dictionary;
use crate::analysis::dictionary::Meaning;
use crate::decode::FieldPlace;
use crate::rules::RuleId;
use crate::site::Position;

fn report(dictionary: &Dictionary) -> Report {
    let mut report = sample();
    report.fields = tables(dictionary);
    let sent = Sent {
        bodies_open: 2,
        answers_open: 1,
        fields: vec![
            SentFields { data: None, fields: 12, unverified: 0, names: 3, too_short: 2 },
            SentFields { data: Some("contact"), fields: 3, unverified: 3, names: 1, too_short: 0 },
        ],
        cookies: vec!["datr".to_owned(), HOSTILE.to_owned()],
        url_bytes: 1_234,
        body_bytes: 1,
        answer_bytes: 0,
        by_choice: ByChoice { before: 1, transition: 2, after: 3, no_choice_recorded: 0 },
    };
    report.recipients[0].sent = sent;
    report
}

#[test]
fn both_languages_print_every_table() {
    let report = report(&dictionary());
    for (lang, sentences) in [
        (
            Lang::Nl,
            [
                "Van de 12 velden die in dit onderzoek naar <bdi dir=\"ltr\">p.a.test/tr</bdi> zijn verzonden, is van 6 (50 %) de betekenis niet vastgesteld",
                "Van 3 velden (25 %) berust de betekenis alleen op een uitspraak die niet aan een bron is getoetst.",
                "<strong>niet aan een bron getoetst</strong>",
                "hashwaarde van een e-mailadres",
                "Niets over &lt;gebruik&gt;.",
                "verkeer van de browser in deze vastlegging",
                "Categorie betrokkene",
                "12 velden (100 %)",
                "betekenis niet vastgesteld: 6 (50 %); alleen ongetoetst: 3",
                "Voorstel van het programma; vast te stellen door een persoon",
                "waarden van stappen zijn niet vergeleken",
                "2 met de naam van een kenmerk en een waarde van ten hoogste 1 byte",
                "categorie niet vastgesteld",
                "zonder headers en padsegmenten: van 9 velden is bij 3 (33,3 %) de betekenis niet vastgesteld en bij nog 3 alleen niet getoetst",
                "formulier <bdi dir=\"ltr\">ud[em]</bdi>",
                "dat 4 verzoeken aan deze host zijn gezonden",
                "44 verzoeken, eindpunten: 2. Het adres is geen veld",
                "geen vraag vastgelegd",
                "stap: bevat alleen andere velden en telt niet mee",
                "1 tot 2 lagen uitgepakt",
                "1.234 bytes in adressen (URL’s)",
                "van 2 verzoeken is de inhoud niet of niet geheel in de vastlegging",
                "van 1 antwoord is de inhoud niet of niet geheel in de vastlegging",
                "Ten minste 8 velden zijn niet gelezen",
                "6 verzoeken horen bij eindpunten waarvoor geen plaats was",
            ],
        ),
        (
            Lang::En,
            [
                "Of the 12 fields sent to <bdi dir=\"ltr\">p.a.test/tr</bdi> in this examination, the meaning of 6 (50 %) is not established",
                "The meaning of 3 fields (25 %) rests only on a claim that was not checked against a source.",
                "<strong>not checked against a source</strong>",
                "digest of an e-mail address",
                "Nothing about &lt;use&gt;.",
                "traffic of the browser, recorded in this recording",
                "Category of data subject",
                "12 fields (100 %)",
                "meaning not established: 6 (50 %); only unchecked: 3",
                "Proposal of the program; to be established by a person",
                "values of steps were not compared",
                "2 with the name of an identifier and a value of at most 1 byte",
                "category not established",
                "without header fields and path segments: of 9 fields the meaning of 3 (33.3 %) is not established, and of another 3 only unchecked",
                "form <bdi dir=\"ltr\">ud[em]</bdi>",
                "that 4 requests were sent to this host",
                "44 requests, endpoints: 2. The address is no field",
                "no such answer recorded",
                "step: only holds other fields and is not counted",
                "1 to 2 layers unpacked",
                "1,234 bytes in addresses (URLs)",
                "the content of 2 requests is not, or not whole, in the recording",
                "the content of 1 answer is not, or not whole, in the recording",
                "At least 8 fields were not read",
                "6 requests belong to endpoints for which there was no room",
            ],
        ),
    ] {
        let html = render(&report, lang).expect("renders");
        assert_eq!(unbalanced(&html), Vec::<String>::new());
        let mut missing: Vec<&str> = sentences.into_iter().filter(|sentence| !html.contains(sentence)).collect();
        for id in [
            "t2c-r1",
            "t14-recording",
            "t14-platform",
            "t14-recording-without-headers",
            "t14-platform-without-headers",
            "t14a-r2",
            "t14b-r2",
            "t14c-r4",
            "t14d-r2",
            "t14e-r1",
            "c14-e2",
            "t14-l1",
            "t14-e1",
        ] {
            missing.extend((html.matches(&format!(" id=\"{id}\"")).count() != 1).then_some(id));
        }
        assert_eq!(missing, Vec::<&str>::new(), "{lang}");
        for target in html.split("href=\"#").skip(1) {
            let id = target.split('"').next().expect("a target");
            assert!(html.contains(&format!(" id=\"{id}\"")), "no target #{id}");
        }
    }
}

/// The cells of a row.
fn cells<'h>(html: &'h str, id: &str) -> Vec<&'h str> {
    let from = html.split_once(&format!(" id=\"{id}\"")).unwrap_or_else(|| panic!("no row {id}")).1;
    from.split_once("</tr>").expect("a row ends").0.split("role=\"cell\"").skip(1).collect()
}

#[test]
fn speakers_stay_apart_and_silence_is_said() {
    let html = render(&report(&dictionary()), Lang::Nl).expect("renders");
    let tables = tables(&dictionary());
    let of = |name: &str| cells(&html, &format!("t14-f{}", tables.fields.iter().find(|field| field.name == name).expect("a field").nr));
    let said = of("ud[em]");
    assert!(
        said[1].contains("Vendor &lt;b&gt;</bdi> (leverancier") && said[1].contains("dataspoor</bdi> (eigen opvatting)"),
        "{}",
        said[1]
    );
    assert!(said[1].contains("2026-01-02") && said[1].contains("own.field.em") && said[1].matches("<li>").count() == 2);
    assert!(said[2].contains("contactgegevens") && said[2].contains("onderscheidt: gebruiker") && said[7].contains("shown-value"));
    let silent = of("payload.x");
    assert!([1, 2, 3].iter().all(|&cell| silent[cell].contains("niet vastgesteld")), "{silent:?}");
    assert!(silent[7].contains("niet afgedrukt") && silent[6].contains("meer verschillende waarden dan zijn geteld"));
    // The examiner's column and whose data they are stay open; the type does where nobody names it.
    assert!(cells(&html, "t14a-r1")[6].contains("niet vastgesteld"));
    let personal = cells(&html, "t14d-r3");
    assert!([1, 2, 3].iter().all(|&cell| personal[cell].contains("niet vastgesteld")), "{personal:?}");
    assert!(cells(&html, "t14d-r2")[3].contains("gewoon") && personal[5].contains("niet aan een bron getoetst"));
    // One row for a header field of two endpoints.
    let folded = cells(&html, "t14b-r2");
    assert!(folded[9].contains("2 eindpunten") && folded[5].contains("6 keer") && folded[5].contains("4 verzoeken"), "{folded:?}");
}

/// What is said of a cookie stands once, in the table of cookies; a cookie of another domain with the same name is another one.
#[test]
fn cookies_refer_to_their_row() {
    let mut dictionary = dictionary();
    let sent = row(FieldPlace::Cookie, "datr", vec![RuleId::Field(0)], Meaning::Stated);
    dictionary.endpoints.push(endpoint("www.facebook.com", Position::Other, 5, vec![sent.clone()]));
    dictionary.endpoints.push(endpoint("notfacebook.com", Position::Other, 4, vec![sent]));
    let report = report(&dictionary);
    let html = render(&report, Lang::Nl).expect("renders");
    let found: Vec<u64> = report.fields.fields.iter().filter(|field| field.place == "cookie").map(|field| field.nr).collect();
    let nr = report.cookies.iter().find(|cookie| cookie.name == "datr" && cookie.domain == "facebook.com").expect("a cookie").nr;
    let (own, other) = (cells(&html, &format!("t14-f{}", found[0])), cells(&html, &format!("t14-f{}", found[1])));
    assert!(own[1].contains(&format!("href=\"#t3-r{nr}\"")) && own[1].contains(&format!("zie rij {nr} van tabel 3")), "{}", own[1]);
    assert!(!own[1].contains("hashwaarde van een e-mailadres") && !other[1].contains("van tabel 3"), "{}", other[1]);
}

/// A notice in the caption does not part a sentence.
#[test]
fn captions_of_endpoints_are_whole() {
    let mut report = report(&dictionary());
    report.simulated = true;
    for (lang, words) in [(Lang::Nl, "Detailladder van"), (Lang::En, "Detail ladder of")] {
        let html = render(&report, lang).expect("renders");
        assert!(html.contains(&format!("{words} <bdi dir=\"ltr\">p.a.test/tr</bdi>")), "{lang}");
    }
}

#[test]
fn hostile_names_are_harmless_in_every_form() {
    let mut dictionary = dictionary();
    let hostile = |name: &str| {
        let mut field = row(FieldPlace::Query, name, vec![RuleId::Field(0)], Meaning::Stated);
        field.values.insert(name.to_owned(), 1);
        field
    };
    let mut bad = endpoint(HOSTILE, Position::Other, 3, vec![hostile(HOSTILE), hostile("=cmd()"), hostile("<script>x</script>")]);
    (bad.key.path, bad.key.operation) = (format!("/{HOSTILE}"), "@op".to_owned());
    bad.methods.insert("<i>".to_owned());
    dictionary.endpoints.push(bad);
    dictionary.hints_asked.insert((HOSTILE.to_owned(), "=hint".to_owned()), 1);
    let report = report(&dictionary);
    for lang in [Lang::Nl, Lang::En] {
        let html = render(&report, lang).expect("renders");
        assert!(!html.contains("<script") && !html.contains("<i>") && !html.contains("<code>code</code>"));
        assert!(html.chars().all(|c| c == '\n' || !super::super::is_hidden(c)), "something hidden got through");
        assert_eq!(unbalanced(&html), Vec::<String>::new());
    }
    let files = csv::render(&report).expect("writes");
    let file = |name: &str| String::from_utf8(files.iter().find(|(file, _)| file == name).expect("a file").1.clone()).expect("text");
    assert!(
        file("fields.csv").contains(",'=cmd(),") && file("fields.csv").contains(",'=cmd() (1),") && file("fields.csv").contains(",'@op,")
    );
    assert!(file("client-hints.csv").contains(",'=hint,"));
    for (name, bytes) in &files {
        let mut reader = ::csv::ReaderBuilder::new().from_reader(&bytes[..]);
        let width = reader.headers().expect("a head").len();
        for record in reader.records() {
            let record = record.expect("as wide as the head");
            assert_eq!(record.len(), width, "{name}");
            let formula = |cell: &str| cell.starts_with(['=', '+', '@', '\t', '\r']);
            assert!(!record.iter().any(formula), "{name}: {record:?}");
        }
    }
}

/// What the tables say in words of the model stands in the JSON under the names that docs/evidence-format.md gives.
#[test]
fn json_and_csv_hold_every_field_with_its_locator() {
    let report = report(&dictionary());
    let bytes = json::render(&report).expect("writes");
    let value: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    for member in ["endpoints", "fields", "field_rules", "field_shares", "ladder", "hints", "personal_data", "decode_anomalies"] {
        assert!(value[member].as_array().is_some_and(|rows| !rows.is_empty()), "{member}");
    }
    assert_eq!(value["fields_left_out"]["not_read"], 8);
    assert_eq!(value["fields"][0]["locator"], "request.body/form[0]");
    assert_eq!(value["endpoints"][0]["data_kind"], serde_json::Value::Null);
    let files = csv::render(&report).expect("writes");
    let lines = |name: &str| files.iter().find(|(file, _)| file == name).expect("a file").1.iter().filter(|&&byte| byte == b'\n').count();
    assert_eq!((lines("fields.csv"), lines("endpoints.csv"), lines("personal-data.csv"), lines("detail-ladder.csv")), (8, 3, 4, 9));
}

#[test]
fn big_dictionaries_are_bounded_on_the_page() {
    let mut dictionary = Dictionary::default();
    for number in 0..70 {
        let rows = (0..70).map(|field| row(FieldPlace::Query, &format!("q{field:03}"), vec![], Meaning::None)).collect();
        dictionary.endpoints.push(endpoint(&format!("h{number:02}.test"), Position::Other, 100 - number, rows));
    }
    let report = report(&dictionary);
    let html = render(&report, Lang::En).expect("renders");
    assert_eq!((html.matches("class=\"data ladder\"").count(), html.matches(" id=\"t14-f").count()), (60, 60 * 60));
    assert!(html.contains("10 other fields are not in this table; they stand in <code>fields.csv</code>"));
    assert!(html.contains("10 endpoints have no tables here; their fields stand in <code>fields.csv</code>"));
    assert!(html.len() < 12_000_000, "{}", html.len());
}
