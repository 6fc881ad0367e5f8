use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use crate::model::Side;

const TOWN: &str = "Jan.Visser+Proef@Voorbeeld.example";

fn seed(kind: SeedKind, value: &str) -> Seed {
    Seed { id: "seed-1".to_owned(), kind, label: "proef".to_owned(), value: value.to_owned() }
}

fn body() -> Locator {
    Locator { part: Part::RequestBody, steps: Vec::new() }
}

fn raw(planted: &Planted, bytes: &[u8]) -> Vec<Hit> {
    planted.see_raw(&body(), FieldPlace::Body, "", bytes).0
}

/// Paths that are found in a text with other bytes around it.
fn paths(planted: &Planted, bytes: &[u8]) -> Vec<String> {
    raw(planted, &[b"\n \"", bytes, b"\" "].concat()).into_iter().map(|hit| hit.path.join(" ")).collect()
}

#[derive(Deserialize)]
struct Line {
    kind: String,
    value: String,
    path: Vec<String>,
    find: String,
}

#[test]
fn forms_that_python_makes_are_found() {
    let lines: Vec<Line> = serde_json::from_str(include_str!("../../../tests/data/planted/forms.json")).unwrap();
    assert!(lines.len() > 1_000);
    let mut planted: BTreeMap<String, Planted> = BTreeMap::new();
    for line in lines {
        let kind = SeedKind::from_id(&line.kind).unwrap();
        let planted = planted.entry(line.value.clone()).or_insert_with(|| Planted::new(&[seed(kind, &line.value)], Vec::new()));
        let find = data_encoding::HEXLOWER.decode(line.find.as_bytes()).unwrap();
        let found = paths(planted, &find);
        let shown = String::from_utf8_lossy(&find);
        assert!(
            found.contains(&line.path.join(" ")),
            "{}: {} of {} in {shown:?} gave {found:?}",
            line.value,
            line.path.join(" "),
            line.kind
        );
    }
}

#[test]
fn digests_are_the_published_ones() {
    let of = |name: &str, text: &str| encode::hex(&(encode::HASHES.iter().find(|hash| hash.name == name).unwrap().of)(text.as_bytes()));
    // RFC 1319 and RFC 1320 appendix A.5; the RIPEMD-160 and Whirlpool papers; FIPS 180 and 202; the reference implementation of MurmurHash3.
    assert_eq!(of("md2", "abc"), "da853b0d3f88d99b30283a69e6ded6bb");
    assert_eq!(of("md4", "abc"), "a448017aaf21d8525fc10ae87aa6729d");
    assert_eq!(of("ripemd160", "abc"), "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
    assert_eq!(
        of("whirlpool", "abc"),
        "4e2448a4c6f486bb16b6562c73b4020bf3043e3a731bce721ae1b303d97e6d4c7181eebdb6c57e277d0e34957114cbd6c797fc9d95d8b582d225292076d4eef5"
    );
    assert_eq!(of("md5", "abc"), "900150983cd24fb0d6963f7d28e17f72");
    assert_eq!(of("sha3-256", "abc"), "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
    assert_eq!(of("murmur3-32", "hello"), "248bfa47");
    assert_eq!(of("murmur3-128", "hello"), "cbd8a7b341bd9b025b1e906a48ae1d19");
}

#[test]
fn lz_string_is_found_as_the_library_of_that_name_writes_it() {
    let planted = Planted::new(&[seed(SeedKind::Email, TOWN)], Vec::new());
    assert_eq!(paths(&planted, b"FYQwdgdAbglgznApgJwNQAdkHtEDMACUWWyARoogDYAmEiAHiALbqWJA"), ["lower-case lz-string"]);
    let array =
        data_encoding::HEXLOWER.decode(b"1584307607406e0960ce7029809c0d4007641ed103300094596c80468a200d80261220078802dba96240").unwrap();
    assert_eq!(paths(&planted, &array), ["lower-case lz-string"]);
}

#[test]
fn other_case_is_found_and_named_so() {
    let planted = Planted::new(&[seed(SeedKind::Email, TOWN)], Vec::new());
    assert_eq!(paths(&planted, TOWN.as_bytes()), ["as-typed"]);
    assert_eq!(paths(&planted, TOWN.to_lowercase().as_bytes()), ["lower-case"]);
    assert_eq!(paths(&planted, TOWN.to_uppercase().as_bytes()), ["any-case"]);
    assert_eq!(paths(&planted, b"JAN.VISSER%2bPROEF%40voorbeeld.example"), ["any-case percent"]);
    assert!(paths(&planted, b"Jan.Visser+Proef@Voorbeeld.exampl").iter().all(|path| path == "before-the-at"), "part of it");
}

#[test]
fn what_lies_inside_another_find_is_not_one_more() {
    let planted = Planted::new(&[seed(SeedKind::Email, TOWN), seed(SeedKind::Text, "voorbeeld.example")], Vec::new());
    let found = raw(&planted, b"jan.visser+proef@voorbeeld.example");
    let seeds: Vec<(usize, &str, &str)> = found.iter().map(|hit| (hit.seed, hit.normal, hit.locator.as_str())).collect();
    assert_eq!(seeds, [(0, "lower-case", "request.body"), (1, "as-typed", "request.body/range:17-34")]);
}

#[test]
fn a_field_gives_its_layers_and_its_range() {
    let planted = Planted::new(&[seed(SeedKind::Email, TOWN)], Vec::new());
    let locator: Locator = "request.query[2]/percent/base64/gzip/json:a".parse().unwrap();
    let digest = encode::hex(&(encode::HASHES[0].of)(TOWN.to_lowercase().as_bytes()));
    let value = format!("v1:{digest}");
    let field = Field {
        side: Side::Request,
        message: None,
        place: FieldPlace::Query,
        name: "data.a",
        value: value.as_bytes(),
        locator: &locator,
        depth: 3,
        holds_fields: false,
    };
    let (hits, more) = planted.see(&field);
    assert_eq!(
        hits,
        [Hit {
            seed: 0,
            normal: "lower-case",
            path: vec!["lower-case", "sha256", "base16", "gzip", "base64", "percent"],
            may_be_chance: false,
            locator: "request.query[2]/percent/base64/gzip/json:a/range:3-67".to_owned(),
            part: Part::Query(2),
            place: FieldPlace::Query,
            name: "data.a".to_owned(),
        }]
    );
    assert!(!more);
}

#[test]
fn a_name_that_holds_a_value_is_found_and_not_printed() {
    let planted = Planted::new(&[seed(SeedKind::Email, TOWN)], Vec::new());
    let locator =
        Locator { part: Part::RequestBody, steps: vec![Step::Json(vec!["users".to_owned(), TOWN.to_owned(), "since".to_owned()])] };
    let name = format!("users.{TOWN}.since");
    let field = Field {
        side: Side::Request,
        message: None,
        place: FieldPlace::Json,
        name: &name,
        value: TOWN.as_bytes(),
        locator: &locator,
        depth: 0,
        holds_fields: false,
    };
    let (hits, _) = planted.see(&field);
    assert_eq!(hits.len(), 2);
    for hit in hits {
        assert_eq!((hit.name.as_str(), hit.locator.as_str()), ("users.[seed-1].since", "request.body"));
    }
}

#[test]
fn short_values_say_that_they_may_be_chance_and_shorter_ones_are_left_out() {
    let planted =
        Planted::new(&[seed(SeedKind::Name, "Janneke"), seed(SeedKind::Name, "Jan"), seed(SeedKind::Number, "1234567890")], Vec::new());
    let found = raw(&planted, b"janneke 1234567890 jan");
    assert_eq!(found.iter().map(|hit| (hit.seed, hit.may_be_chance)).collect::<Vec<_>>(), [(0, true), (2, true)]);
    let notes: Vec<Vec<&str>> = planted.searched.iter().map(|seed| seed.notes.iter().map(|note| note.id()).collect()).collect();
    assert_eq!(notes[0], ["may-occur-by-chance"]);
    assert_eq!(notes[1], ["forms-too-short"]);
    let digest = encode::hex(&(encode::HASHES[0].of)(b"jan"));
    assert_eq!(paths(&planted, digest.as_bytes()), ["lower-case sha256 base16"], "digests of short values are long");
}

#[test]
fn the_number_of_forms_is_bounded() {
    for (kind, value) in [
        (SeedKind::Email, "jane.saoirse+work@gmail.com"),
        (SeedKind::Phone, "06-12345678"),
        (SeedKind::Name, "Anne-Fleur van der Öster"),
        (SeedKind::Date, "3-2-1990"),
        (SeedKind::Address, "Korte Voorhout 7, 2511 CW Den Haag"),
    ] {
        let (all, notes) = forms::forms(&seed(kind, value));
        assert!(all.len() <= MOST_FORMS, "{} of {}", all.len(), kind.id());
        assert!(!notes.iter().any(|note| matches!(note, SeedNote::TooMany(_))), "{} of {}", all.len(), kind.id());
    }
    let (all, _) = forms::forms(&seed(SeedKind::Address, &"a b, ".repeat(200)));
    assert!(all.len() <= MOST_FORMS);
}

#[test]
fn no_seeds_find_nothing_and_debug_shows_no_value() {
    assert!(raw(&Planted::new(&[], Vec::new()), TOWN.as_bytes()).is_empty());
    assert!(!format!("{:?}", seed(SeedKind::Email, TOWN)).contains("Visser"));
}
