//! A linkage made by hand, and what its rows, pages and tables say of it: in both languages, with hostile names, without values.

use super::super::html::{self, render_linkage};
use super::super::linkage_document;
use super::super::model::{NotSentAgainRow, RedirectRow, SentFromOtherRow};
use super::super::text::Lang;
use super::*;
use crate::analysis::linkage::{Criteria, OwnUse};
use crate::decode::FieldPlace;

const HOSTILE: &str = "=<script>alert(1)</script>\"'>&\u{202e}evil";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_nanoseconds(1_795_000_000_000_000_000 + seconds * 1_000_000_000)
}

fn identifier(carrier: Carrier, values: &[(u32, u32, u8)]) -> Identifier {
    let value = |&(capture, stretch, value): &(u32, u32, u8)| ValueSeen {
        capture,
        stretch,
        fingerprint: [value; 8],
        seen: (at(0), at(60)),
        times: 4,
    };
    let criteria = Criteria {
        lifetime_days: Some(399.96),
        session_cookie: true,
        length: (24, 28),
        profiles: values.len() as u32,
        different_values: values.iter().map(|(.., value)| value).collect::<BTreeSet<_>>().len() as u32,
        values_in_profile: 1,
        similarity: (values.len() > 1).then_some(0.4118),
        entropy_bits: 96.04,
        constant_seconds: 216_000.0,
    };
    Identifier { carrier, criteria, values: values.iter().map(value).collect(), values_unlisted: 7, values_left_out: 3 }
}

fn cookie(name: &str, domain: &str) -> Carrier {
    Carrier::Cookie { name: name.to_owned(), domain: domain.to_owned() }
}

fn own(identifier: usize, (stretch, value): (u32, u8), host: &str, from: &str, entry: u64) -> OwnUse {
    OwnUse {
        identifier,
        capture: 0,
        stretch,
        fingerprint: [value; 8],
        host: host.to_owned(),
        site: SuffixList::Embedded.registrable_domain(host).to_owned(),
        asked_from: from.to_owned(),
        entry,
        seen: (at(entry as i64), at(entry as i64)),
        times: 3,
    }
}

fn sharing(identifier: usize, value: u8, codings: &[Coding], way: Way, (host, from): (&str, &str), entry: u64) -> Sharing {
    Sharing {
        identifier,
        capture: 0,
        fingerprint: [value; 8],
        part: false,
        codings: codings.to_vec(),
        way,
        host: host.to_owned(),
        site: SuffixList::Embedded.registrable_domain(host).to_owned(),
        asked_from: from.to_owned(),
        place: FieldPlace::Query,
        field: "external_id".to_owned(),
        locator: "request.url/query[3]".to_owned(),
        entry,
        at: at(entry as i64),
        stretch: 1,
        times: 2,
        across_profiles: entry == 9,
    }
}

/// Cookie `datr` of the platform in two profiles with two values, cookie `_fbp` of a shop with one value in both, an entity tag and a field.
pub(in crate::report) fn linkage() -> Linkage {
    let field = Carrier::Field { name: "fbp".to_owned(), host: "www.facebook.com".to_owned(), identifies: "browser" };
    Linkage {
        identifiers: vec![
            identifier(cookie("datr", "facebook.com"), &[(0, 1, 1), (0, 2, 2)]),
            identifier(cookie("_fbp", "shop.example"), &[(0, 1, 3), (0, 2, 3)]),
            identifier(Carrier::EntityTag { host: "static.xx.fbcdn.net".to_owned() }, &[(0, 1, 4)]),
            identifier(field, &[(0, 1, 3)]),
        ],
        identifiers_left_out: 2,
        sent: vec![
            own(0, (1, 1), "www.facebook.com", "facebook.com", 2),
            own(0, (1, 1), "www.facebook.com", "shop.example", 7),
            own(1, (1, 3), "www.shop.example", "shop.example", 5),
        ],
        sent_left_out: 5,
        sharings: vec![
            sharing(0, 1, &[Coding::Sha256, Coding::Base64], Way::Request, ("collect.measure.example", "shop.example"), 8),
            sharing(0, 1, &[], Way::Answer, ("www.facebook.com", "facebook.com"), 3),
            sharing(1, 3, &[Coding::Md5], Way::Request, ("www.facebook.com", "shop.example"), 9),
            Sharing { part: true, ..sharing(1, 3, &[], Way::Referer, ("ads.other.example", ""), 10) },
        ],
        sharings_left_out: 1,
        survivals: vec![Survival { identifier: 1, fingerprint: [3; 8], profiles: vec![(0, 1), (0, 2)] }],
        bytes: 1_234_567,
        bytes_left_out: 12,
        ..Linkage::default()
    }
}

/// The tables of the annex of one recording, with a redirect and a cookie that was not sent again.
pub(in crate::report) fn annex_tables() -> LinkageTables {
    let redirect = RedirectRow {
        nr: 1,
        chain: 1,
        from_entry: 3,
        from_host: None,
        to_entry: 4,
        to_host: "www.shop.example".to_owned(),
        to_site: "shop.example".to_owned(),
        time: Some(at(4).to_string()),
        stretch: 1,
        carried: vec!["fbclid".to_owned()],
        pseudonyms: vec!["ID-9".to_owned()],
    };
    let not_again = NotSentAgainRow {
        nr: 1,
        identifier: 1,
        name: "datr".to_owned(),
        domain: "facebook.com".to_owned(),
        pseudonyms: vec!["ID-1".to_owned()],
        recipient: "facebook.com".to_owned(),
        other: "shop.example".to_owned(),
        stretch: 1,
        requests: 3,
        other_value: false,
        policy: "blocked",
    };
    let rows = rows(&[capture("a")], &mut Pseudonyms::default());
    let sent_from_other_sites = vec![sent_from_other(1, false), sent_from_other(2, true)];
    LinkageTables { redirects: vec![redirect], not_sent_again: vec![not_again], sent_from_other_sites, ..rows }
}

/// The platform's cookie in requests from a shop, set before the recording or by an answer in it.
fn sent_from_other(nr: u64, set_recorded: bool) -> SentFromOtherRow {
    SentFromOtherRow {
        nr,
        identifier: 1,
        name: if set_recorded { "fr" } else { "datr" }.to_owned(),
        domain: "facebook.com".to_owned(),
        pseudonym: format!("ID-{nr}"),
        fingerprint: "0101010101010101".to_owned(),
        hosts: vec!["www.facebook.com".to_owned()],
        from: "shop.example".to_owned(),
        requests: 3 * nr - 2,
        first_entry: 7,
        first_time: at(7).to_string(),
        stretch: 1,
        set_recorded,
        set_by: set_recorded.then(|| "www.facebook.com".to_owned()).into_iter().collect(),
        policy: "not-recorded",
        page_choice: State { state: "none", choice: None },
        own_choice: State { state: "before-choice", choice: None },
    }
}

fn capture(name: &str) -> CaptureRef<'_> {
    let browser = Some("Chromium/156, headless, third-party cookies blocked, driven");
    CaptureRef { number: 4, name, simulated: false, case_key: true, page: Some("facebook.com"), visit: None, browser, not_used: None }
}

fn rows(captures: &[CaptureRef<'_>], pseudonyms: &mut Pseudonyms) -> LinkageTables {
    let suffixes = SuffixList::Embedded;
    tables(&linkage(), Ground { suffixes: &suffixes, captures, full: false }, pseudonyms)
}

#[test]
fn criteria_are_numbers_and_values_have_pseudonyms() {
    let rows = rows(&[capture("a")], &mut Pseudonyms::default());
    let datr = &rows.identifiers[0];
    assert_eq!(datr.lifetime_days.as_deref(), Some("400"));
    assert_eq!((datr.similarity.as_deref(), &*datr.entropy_bits, &*datr.constant_days), (Some("0.41"), "96", "2.5"));
    assert_eq!((datr.profiles, datr.different_values, datr.values_in_profile), (2, 2, 1));
    let pseudonyms = |nr: usize| rows.identifiers[nr].values.iter().map(|value| &*value.pseudonym).collect::<Vec<_>>();
    assert_eq!((pseudonyms(0), pseudonyms(1), pseudonyms(2)), (vec!["ID-1", "ID-2"], vec!["ID-3", "ID-3"], vec!["ID-4"]));
    // The field that carries the value of the cookie has its pseudonym.
    assert_eq!(pseudonyms(3), ["ID-3"]);
    assert_eq!(rows.sharings[0].pseudonym, "ID-1");
    assert_eq!(rows, self::rows(&[capture("a")], &mut Pseudonyms::default()), "the same question has the same answer");
}

#[test]
fn who_was_sent_what() {
    let rows = rows(&[capture("a")], &mut Pseudonyms::default());
    let cookies: Vec<_> =
        rows.cookie_recipients.iter().map(|row| (&*row.name, &*row.recipient, row.as_itself, row.elsewhere, row.encoded)).collect();
    // Who answered with the value was not sent it by that.
    assert_eq!(
        cookies,
        [
            ("datr", "facebook.com", 6, 0, 0),
            ("datr", "measure.example", 0, 2, 2),
            ("_fbp", "facebook.com", 0, 2, 2),
            ("_fbp", "other.example", 0, 2, 0),
            ("_fbp", "shop.example", 3, 0, 0),
        ]
    );
    assert_eq!(rows.cookie_recipients[0].from, ["facebook.com", "shop.example"]);
    assert!(rows.cookie_recipients[0].own_site && !rows.cookie_recipients[2].own_site);
    let uses: Vec<_> = rows.identifier_recipients.iter().map(|row| (row.identifier, &*row.recipient, row.from.as_deref())).collect();
    assert_eq!(uses[..2], [(1, "facebook.com", Some("facebook.com")), (1, "facebook.com", Some("shop.example"))]);
    assert_eq!(rows.identifier_recipients[0].first_entry, 2);
    assert_eq!(rows.sharings.iter().map(|row| row.own_site).collect::<Vec<_>>(), [false, true, false, false]);
    assert_eq!(rows.sharings[3].from, None);
    assert!(!rows.survivals[0].across_recordings);
}

/// The field that holds the value of the shop's cookie: its finds stand under the cookie, and no row of the cookie is lost.
#[test]
fn a_value_of_several_carriers_counts_once() {
    let mut found = linkage();
    found.sharings.push(sharing(3, 3, &[], Way::Request, ("www.shop.example", "shop.example"), 12));
    let suffixes = SuffixList::Embedded;
    let rows = tables(&found, Ground { suffixes: &suffixes, captures: &[capture("a")], full: false }, &mut Pseudonyms::default());
    assert_eq!(rows.sharings.iter().map(|row| row.same_value_as).collect::<Vec<_>>(), [None, None, None, None, Some(2)]);
}

#[test]
fn what_the_browser_does_with_cookies_between_sites() {
    assert_eq!(policy(capture("a").browser), "blocked");
    assert_eq!(policy(Some("Firefox/1, third-party cookies as this browser does by itself")), "browser-default");
    assert_eq!(
        (policy(Some("Chromium/156, third-party cookies allowed")), policy(Some("Safari")), policy(None)),
        ("allowed", "not-recorded", "not-recorded")
    );
}

/// The page about several recordings: what could not be compared is said, simulated stands everywhere, and JSON alone holds fingerprints.
#[test]
fn several_recordings() {
    let mut linkage = linkage();
    linkage.survivals[0].profiles = vec![(0, 1), (1, 1)];
    let captures = [capture("visit-1"), CaptureRef { case_key: false, simulated: true, number: 9, ..capture("visit-2") }];
    let suffixes = SuffixList::Embedded;
    for (lang, sentences) in [
        (
            Lang::Nl,
            &[
                "SHA-256 van de waarde, daarna base64",
                "3 waarnemingen van waarden waren te veel om ze elders te zoeken",
                "1 vastlegging kon niet met de andere worden vergeleken omdat zij geen sleutel van het dossier heeft.",
                "Dezelfde waarde is gezien in vastlegging 1, traject 1; vastlegging 2, traject 1",
                "verbindt vastleggingen",
                "aan <bdi dir=\"ltr\">collect.measure.example</bdi> is de waarde in een verzoek verzonden",
                "uniek in 2 van 2 browserprofielen",
                "gelijk gebleven, in dagen: 2,5",
                "zegt niets over wat Meta doet",
            ],
        ),
        (
            Lang::En,
            &[
                "SHA-256 of the value, then base64",
                "3 sightings of values were too many to look for them elsewhere",
                "1 recording could not be compared with the others because it has no key of the case.",
                "The same value was seen in recording 1, stretch 1; recording 2, stretch 1",
                "joins recordings",
                "<bdi dir=\"ltr\">collect.measure.example</bdi> was sent the value in a request",
                "unique in 2 of 2 browser profiles",
                "constant, in days: 2.5",
                "says nothing about what Meta does",
            ],
        ),
    ] {
        let document = linkage_document(&linkage, &captures, &suffixes, lang, false).expect("writes");
        for sentence in sentences {
            assert!(document.html.contains(sentence), "{sentence}");
        }
        assert_eq!(html::unbalanced(&document.html), Vec::<String>::new());
        for id in ["t1-r2", "t8b-r5", "t8c-r6", "t8d-r1", "t8e-r2", "t8g-r1", "t8h-r4"] {
            assert_eq!(document.html.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
        }
        for target in document.html.split("href=\"#").skip(1) {
            let id = target.split('"').next().expect("a target");
            assert!(document.html.contains(&format!(" id=\"{id}\"")), "no target #{id}");
        }
        let fingerprint = "0101010101010101";
        assert!(String::from_utf8_lossy(&document.json).contains(fingerprint) && !document.html.contains(fingerprint));
        for (file, bytes) in &document.csv {
            let text = String::from_utf8_lossy(bytes);
            assert!(
                !text.contains(fingerprint) && text.lines().skip(1).all(|line| line.ends_with("says nothing about what Meta does")),
                "{file}"
            );
        }
        let files: Vec<_> = document.csv.iter().map(|(file, _)| file.as_str()).collect();
        assert!(files.contains(&"recordings.csv") && files.contains(&"sharing.csv") && !files.contains(&"redirects.csv"));
    }
}

/// Names come from whoever answered the browser.
#[test]
fn hostile_names_are_harmless() {
    let mut linkage = linkage();
    linkage.identifiers[0].carrier = cookie(HOSTILE, HOSTILE);
    linkage.identifiers[3].carrier = Carrier::Field { name: HOSTILE.to_owned(), host: HOSTILE.to_owned(), identifies: "user" };
    for sharing in &mut linkage.sharings {
        (sharing.host, sharing.site, sharing.asked_from) = (HOSTILE.to_owned(), HOSTILE.to_owned(), HOSTILE.to_owned());
        (sharing.field, sharing.locator) = (HOSTILE.to_owned(), HOSTILE.to_owned());
    }
    for own in &mut linkage.sent {
        (own.host, own.site, own.asked_from) = (HOSTILE.to_owned(), HOSTILE.to_owned(), HOSTILE.to_owned());
    }
    let suffixes = SuffixList::Embedded;
    for lang in [Lang::Nl, Lang::En] {
        let document = linkage_document(&linkage, &[capture(HOSTILE)], &suffixes, lang, true).expect("writes");
        assert!(!document.html.contains("<script") && !document.html.contains('\u{202e}'));
        assert_eq!(html::unbalanced(&document.html), Vec::<String>::new());
        for (file, bytes) in &document.csv {
            let mut reader = ::csv::Reader::from_reader(&**bytes);
            for record in reader.records() {
                for cell in &record.expect("a record") {
                    assert!(!cell.starts_with(['=', '+', '@', '\t']), "{file}: {cell}");
                }
            }
        }
    }
}

/// A long table shows its first rows and says where the others stand.
#[test]
fn long_tables_are_cut_and_say_so() {
    let mut linkage = linkage();
    let one = linkage.sharings[0].clone();
    linkage.sharings = (0..1_000).map(|entry| Sharing { entry, ..one.clone() }).collect();
    linkage.identifiers[0].values = (0..50).map(|stretch| ValueSeen { stretch, ..linkage.identifiers[0].values[0].clone() }).collect();
    let suffixes = SuffixList::Embedded;
    let document = linkage_document(&linkage, &[capture("a")], &suffixes, Lang::Nl, false).expect("writes");
    assert!(document.html.contains("Nog 700 rijen staan in <code>sharing.csv</code>."));
    assert!(document.html.contains("en nog 45") && !document.html.contains("id=\"t8d-r301\""));
    let (_, sharing) = document.csv.iter().find(|(file, _)| file == "sharing.csv").expect("a table");
    assert_eq!(sharing.iter().filter(|byte| **byte == b'\n').count(), 1_001);
    let none = render_linkage(&LinkageTables::default(), Lang::En).expect("renders");
    for sentence in ["No value of an identifier was seen in more than one profile.", "None were found."] {
        assert!(none.contains(sentence), "{sentence}");
    }
    assert!(super::super::tables::linkage::tables(&LinkageTables::default(), false).iter().all(|table| table.rows.is_empty()));
}
