//! Planted values: what was not looked for is said, how a value was changed stands in order, and no value is printed.

use super::super::csv;
use super::super::text::{Lang, Texts};
use super::*;
use crate::analysis::linkage::Way;
use crate::analysis::planted::{Phase, SeedKind, SeedNotSearched, SeedSearched};
use crate::decode::FieldPlace;
use crate::model::Timestamp;

/// A seed that was found with a host, and one whose value was not at hand.
pub(in crate::report) fn tables(host: &str) -> PlantedTables {
    let at = Timestamp::from_nanoseconds(1_795_000_000_000_000_000);
    let searched = SeedSearched {
        id: "seed-1".to_owned(),
        kind: SeedKind::Email,
        label: format!("address of {host}"),
        forms: 1_204,
        notes: vec![SeedNote::TooShort(3)],
    };
    let row = PlantedRow {
        seed: "seed-1".to_owned(),
        normal: "lower-case",
        path: vec!["lower-case", "sha256", "base64"],
        may_be_chance: true,
        way: Way::Request,
        host: host.to_owned(),
        site: host.to_owned(),
        asked_from: String::new(),
        place: FieldPlace::Form,
        name: format!("ud[em]{host}"),
        stretch: 1,
        phase: Phase::BeforeSubmit,
        entry: 12,
        at,
        locator: "request.body/form[3]".to_owned(),
        times: 3,
        entries: 2,
        last: at,
        last_entry: 14,
    };
    let submit =
        Submit { seed: "seed-1".to_owned(), site: host.to_owned(), stretch: 1, entry: 20, at, locator: "request.body/form[0]".to_owned() };
    let not_searched = SeedNotSearched { id: "seed-2".to_owned(), kind: SeedKind::Phone, label: "number".to_owned() };
    planted(&PlantedTable {
        searched: vec![searched],
        not_searched: vec![not_searched],
        submits: vec![submit],
        rows: vec![row],
        sightings: 3,
        left_out: 1,
        bytes: 99,
        bytes_left_out: 7,
    })
}

#[test]
fn rows_say_what_was_not_looked_for() {
    let tables = tables("www.facebook.com");
    assert_eq!(tables.seeds.iter().map(|row| (row.nr, row.forms, row.rows)).collect::<Vec<_>>(), [(1, Some(1_204), 1), (2, None, 0)]);
    assert_eq!((tables.found[0].phase, &tables.found[0].from, tables.seeds[0].submits.len()), ("before-submit", &None, 1));
    let files = csv::files(&super::super::tables::planted::tables(Some(&tables), false)).expect("writes");
    let text = |nr: usize| String::from_utf8_lossy(&files[nr].1).into_owned();
    assert_eq!((files[0].0.as_str(), files[1].0.as_str()), ("planted.csv", "planted-values.csv"));
    assert!(text(0).contains("lower-case sha256 base64") && text(0).contains("before-submit"), "{}", text(0));
    assert!(text(1).contains("not looked for: no key to the value"), "{}", text(1));
    assert!(super::super::tables::planted::tables(None, false).iter().all(|table| table.rows.is_empty()));
}

/// What can be done to a planted value, by the analysis of planted values; dates have a message of their own.
const STEPS: &[&str] = &[
    "as-typed",
    "lower-case",
    "any-case",
    "digits",
    "without-spaces",
    "gmail-without-dots",
    "gmail-without-dots-and-tag",
    "without-dots-and-tag",
    "before-the-at",
    "digits-with-country-code",
    "e164",
    "digits-after-00",
    "national",
    "national-without-zero",
    "without-punctuation",
    "without-punctuation-and-spaces",
    "first-word-as-typed",
    "after-first-word-as-typed",
    "last-word-as-typed",
    "first-word",
    "after-first-word",
    "last-word",
    "part-between-commas",
    "part-without-punctuation-and-spaces",
    "postal-code",
    "postal-code-with-space",
    "base16",
    "percent",
    "html-entity",
    "json-escape",
    "decimal",
    "sha256",
    "md5",
    "sha1",
    "sha512",
    "sha224",
    "sha384",
    "sha3-224",
    "sha3-256",
    "sha3-384",
    "sha3-512",
    "md2",
    "md4",
    "ripemd160",
    "whirlpool",
    "murmur3-32",
    "murmur3-128",
    "base64",
    "base64url",
    "base32",
    "base58",
    "lz-string",
    "gzip",
    "deflate",
];

#[test]
fn every_step_has_words_in_both_languages() {
    for lang in [Lang::Nl, Lang::En] {
        let texts = Texts::of(lang);
        let missing: Vec<_> = STEPS.iter().filter(|step| !texts.has(&format!("planted-did-{step}"))).collect();
        assert!(missing.is_empty(), "{lang}: {missing:?}");
    }
}
