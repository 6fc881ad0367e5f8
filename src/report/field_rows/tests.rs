//! The tables about fields from a dictionary made by hand: shares, order, ladder, hints, the table for the Model DPIA, and what is left out.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::analysis::attribution::Actor;
use crate::analysis::dictionary::EndpointKey;
use crate::classify::Parties;
use crate::model::{CaptureSource, Digest, Timestamp};
use crate::report::Context;
use crate::rules::RuleSet;
use crate::site::{Relation, SuffixList};

const RULES: &str = r#"
format = 2
id = "own"
version = "2026-11-22"
title = { en = "a", nl = "b" }
[[source]]
id = "S"
title = "t"
publisher = "p"
reference = "r"
date = "2026-01-02"
[[field]]
id = "own.field.em"
hosts = ["a.test"]
in = ["form"]
name = "ud[em]"
limits = { en = "Nothing about <use>.", nl = "Niets over <gebruik>." }
[[field.claim]]
by = "vendor"
who = "Vendor <b>"
purpose = { en = "digest of an e-mail address", nl = "hashwaarde van een e-mailadres" }
data = "contact"
identifies = "user"
personal = { en = "e-mail address, as a digest", nl = "e-mailadres, als hashwaarde" }
personal_category = { en = "contact details", nl = "contactgegevens" }
personal_type = "ordinary"
source = "S"
certainty = "stated"
[[field.claim]]
by = "own"
who = "dataspoor"
purpose = { en = "seen to be 64 digits", nl = "gezien als 64 cijfers" }
source = "S"
certainty = "derived"
[[field]]
id = "own.field.rl"
hosts = ["a.test"]
in = ["form"]
name = "rl"
[[field.claim]]
by = "own"
who = "dataspoor"
purpose = { en = "address of the page before", nl = "adres van de vorige pagina" }
data = "behaviour"
personal = { en = "pages visited", nl = "bezochte pagina’s" }
source = "S"
certainty = "unverified"
"#;

pub(in crate::report) fn rules() -> RuleSet {
    RuleSet::compile([("own.toml", RULES)]).expect("sound rules")
}

/// The tables of a dictionary.
pub(in crate::report) fn tables(dictionary: &Dictionary) -> FieldTables {
    built(dictionary).fields.tables
}

/// What a builder holds after it took the dictionary. Rules are those of [`rules`].
fn built(dictionary: &Dictionary) -> Builder<'static> {
    let capture = CaptureSource { name: "x.har".to_owned(), format: "har", wrappings: vec![], digest: Digest([0; 32]), length: 1 };
    // A builder borrows what it works with; that a test never frees it hurts nobody.
    let context = Context {
        capture: Box::leak(Box::new(capture)),
        rules: Box::leak(Box::new(rules())),
        suffixes: Box::leak(Box::new(SuffixList::default())),
        lists: &[],
        parties: Box::leak(Box::new(Parties::default())),
        full_urls: false,
    };
    let mut builder = Builder::new(context);
    builder.add_dictionary(dictionary);
    builder
}

pub(in crate::report) fn row(place: FieldPlace, name: &str, rules: Vec<RuleId>, meaning: Meaning) -> FieldRow {
    FieldRow {
        place,
        name: name.to_owned(),
        rules,
        meaning,
        data: None,
        identifies: None,
        times: 3,
        requests: 2,
        bytes: 30,
        longest: 10,
        depth: (0, 0),
        shapes: BTreeSet::from(["word", "hexadecimal"]),
        different: Some(1),
        marks: Vec::new(),
        values: BTreeMap::new(),
        holds_fields: false,
        states: BTreeMap::from([("before-choice", 1), ("after-choice", 1)]),
        entry: 7,
        locator: "request.body/form[0]".to_owned(),
    }
}

pub(in crate::report) fn endpoint(host: &str, position: Position, requests: u64, rows: Vec<FieldRow>) -> EndpointFields {
    let counted = || rows.iter().filter(|row| !row.holds_fields);
    let by = |of: &dyn Fn(&FieldRow) -> u64| Meaning::ALL.map(|meaning| counted().filter(|row| row.meaning == meaning).map(of).sum());
    let bare = |row: &&FieldRow| !matches!(row.place, FieldPlace::Header | FieldPlace::Path);
    let own = |of: &dyn Fn(&FieldRow) -> u64| {
        Meaning::ALL.map(|meaning| counted().filter(bare).filter(|row| row.meaning == meaning).map(of).sum())
    };
    EndpointFields {
        key: EndpointKey { host: host.to_owned(), path: "/tr".to_owned(), operation: String::new() },
        site: "a.test".to_owned(),
        owner: None,
        relation: Relation::OwnerNotEstablished,
        position,
        rules: vec![],
        methods: BTreeSet::from(["POST".to_owned()]),
        requests,
        bodies_open: 0,
        states: BTreeMap::from([("before-choice", 1), ("transition", 2), ("no-choice-recorded", requests - 3)]),
        actors: BTreeMap::new(),
        first: (7, Timestamp::from_nanoseconds(0)),
        fields: counted().map(|row| row.times).sum(),
        fields_by_meaning: by(&|row| row.times),
        bytes: counted().map(|row| row.bytes).sum(),
        bytes_by_meaning: by(&|row| row.bytes),
        own_fields_by_meaning: own(&|row| row.times),
        own_bytes_by_meaning: own(&|row| row.bytes),
        outer_fields: counted().filter(|row| row.depth.0 == 0).map(|row| row.times).sum(),
        rows,
        rows_left_out: 0,
        mentions: BTreeMap::new(),
    }
}

/// A pixel endpoint of the platform with every degree of meaning and a step, another host with one header field, hints and anomalies.
pub(in crate::report) fn dictionary() -> Dictionary {
    use FieldPlace::{Form, Header, Json};
    let mut em = row(Form, "ud[em]", vec![RuleId::Field(0)], Meaning::Stated);
    (em.data, em.identifies, em.values) = (Some("contact"), Some("user"), BTreeMap::from([("shown-value".to_owned(), 3)]));
    let mut referrer = row(Form, "rl", vec![RuleId::Field(1)], Meaning::Unverified);
    (referrer.data, referrer.entry) = (Some("behaviour"), 5);
    let mut step = row(Form, "payload", vec![], Meaning::None);
    step.holds_fields = true;
    let mut inside = row(Json, "payload.x", vec![], Meaning::None);
    (inside.depth, inside.different) = ((1, 2), None);
    let hint = |name: &str| row(Header, name, vec![], Meaning::None);
    let pixel = endpoint("p.a.test", Position::Platform, 4, vec![em, referrer, step, inside, hint("sec-ch-ua")]);
    let other = endpoint("b.test", Position::Other, 40, vec![hint("sec-ch-ua"), hint("dpr")]);
    let asked = |host: &str, hint: &str| ((host.to_owned(), hint.to_owned()), 2);
    Dictionary {
        endpoints: vec![other, pixel],
        left_out: 6,
        hints_asked: BTreeMap::from([asked("b.test", "dpr"), asked("p.a.test", "sec-ch-ua-model")]),
        anomalies: BTreeMap::from([("broken-syntax", vec![3, 9])]),
        fields_left_out: 8,
    }
}

#[test]
fn only_nothing_is_nought_and_only_all_is_a_hundred() {
    let cases = [
        (0, 10, "0.0"),
        (10, 10, "100.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 1_000_000, "0.1"),
        (999_999, 1_000_000, "99.9"),
        (1, 8, "12.5"),
    ];
    for (part, all, said) in cases {
        assert_eq!(percent(part, all).as_deref(), Some(said), "{part} of {all}");
    }
    assert_eq!(percent(0, 0), None);
    assert_eq!(percent(u64::MAX - 1, u64::MAX).as_deref(), Some("99.9"));
}

#[test]
fn shares_add_up_and_steps_do_not_count() {
    let tables = tables(&dictionary());
    let of: Vec<_> = tables.endpoints.iter().map(|row| (row.nr, &*row.host, row.requests)).collect();
    assert_eq!(of, [(1, "p.a.test", 4), (2, "b.test", 40)], "the platform comes first, whatever the number of requests");
    let share = &tables.endpoints[0].share;
    assert_eq!((share.fields, share.bytes, share.not_established.fields, share.unverified.fields), (12, 120, 6, 3));
    assert_eq!((share.not_established.fields_percent.as_deref(), share.unverified.bytes_percent.as_deref()), (Some("50.0"), Some("25.0")));
    let [all, platform, all_own, platform_own] = tables.field_shares.as_slice() else { panic!("four scopes") };
    assert_eq!((all.scope, all.endpoints, all.requests, all.share.fields, all.share.not_established.fields), ("recording", 2, 44, 18, 12));
    assert_eq!(all.share.not_established.fields_percent.as_deref(), Some("66.7"));
    assert_eq!((platform.scope, platform.endpoints, &platform.share), ("platform", 1, share));
    // Header fields are left out there: three of them in the pixel's requests, six in the others.
    assert_eq!((all_own.scope, platform_own.scope), ("recording-without-headers", "platform-without-headers"));
    assert_eq!((all_own.share.fields, all_own.share.not_established.fields, all_own.share.unverified.fields), (9, 3, 3));
    assert_eq!((all_own.endpoints, &all_own.share), (2, &platform_own.share), "the other endpoint has header fields alone");
    let steps: Vec<&str> = tables.fields.iter().filter(|field| field.step).map(|field| &*field.name).collect();
    assert_eq!(steps, ["payload"], "a step has a row all the same");
    assert_eq!(tables.endpoints[0].data_kind, None, "the program never fills the examiner's column");
    let choice = tables.endpoints[0].by_choice;
    assert_eq!((choice.before, choice.transition, choice.after, choice.no_choice_recorded), (1, 2, 0, 1));
}

#[test]
fn the_ladder_hides_less_at_every_level() {
    let tables = tables(&dictionary());
    let rows: Vec<_> = tables.ladder.iter().take(4).map(|row| (row.nr, row.endpoint, row.level, row.counted, row.hidden_fields)).collect();
    assert_eq!(rows, [(1, 1, "host", 4, 12), (2, 1, "endpoint", 4, 12), (3, 1, "parameter", 9, 3), (4, 1, "field", 12, 6)]);
    assert_eq!((&*tables.ladder[0].seen[0], &*tables.ladder[1].seen[0]), ("p.a.test", "POST p.a.test/tr"));
    assert_eq!(tables.ladder[2].seen, ["form payload", "form rl", "form ud[em]", "header sec-ch-ua"]);
    assert_eq!(tables.ladder[3].seen, ["form rl", "form ud[em]", "json payload.x", "header sec-ch-ua"]);
    assert_eq!(tables.ladder[2].hidden_percent.as_deref(), Some("25.0"));
    assert_eq!(tables.ladder.len(), 8);
    let mut two = dictionary();
    two.endpoints.push(endpoint("p.a.test", Position::Platform, 3, vec![]));
    let counted: Vec<_> = tests::tables(&two).ladder.iter().filter(|row| row.level == "host").map(|row| row.counted).collect();
    assert_eq!(counted, [7, 7, 40], "who sees the host only does not tell its endpoints apart");
}

#[test]
fn hints_asked_and_given_stand_side_by_side() {
    let tables = tables(&dictionary());
    let rows: Vec<_> = tables.hints.iter().map(|row| (&*row.host, &*row.hint, row.asked_entry, row.requests, row.first_entry)).collect();
    let expected = [
        ("b.test", "dpr", Some(2), 2, Some(7)),
        ("b.test", "sec-ch-ua", None, 2, Some(7)),
        ("p.a.test", "sec-ch-ua", None, 2, Some(7)),
        ("p.a.test", "sec-ch-ua-model", Some(2), 0, None),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn only_a_speaker_calls_something_personal_data() {
    let found = tables(&dictionary());
    let rows: Vec<_> =
        found.personal_data.iter().map(|row| (row.nr, row.basis, &*row.personal.nl, row.said.len(), row.endpoints)).collect();
    let expected =
        [(1, "connection", "IP-adres", 1, 2), (2, "field", "e-mailadres, als hashwaarde", 1, 1), (3, "field", "bezochte pagina’s", 1, 1)];
    assert_eq!(rows, expected);
    let address = &found.personal_data[0];
    assert_eq!((address.requests, address.said[0].by, address.said[0].source.as_deref(), address.from.len()), (Some(44), "own", None, 0));
    let (row, said) = (&found.personal_data[1], &found.personal_data[1].said[0]);
    assert_eq!(
        (&*said.who, said.certainty, said.personal_type, said.source_date.as_deref()),
        ("Vendor <b>", "stated", Some("ordinary"), Some("2026-01-02"))
    );
    assert_eq!((&*row.from[0].fields[0], row.from[0].endpoint, row.from[0].first_entry), ("form ud[em]", 1, 7));
    assert_eq!(said.category.as_ref().map(|text| &*text.nl), Some("contactgegevens"));
    let silent = &found.personal_data[2].said[0];
    assert_eq!((silent.category.as_ref(), silent.personal_type, silent.certainty), (None, None, "unverified"));
    assert_eq!(said.rules, [found.field_rules.iter().find(|rule| rule.rule == "own.field.em").expect("a rule").nr]);
    let with = |actors: &[(Actor, u64)]| {
        let mut changed = dictionary();
        changed.endpoints[1].actors = actors.iter().copied().collect();
        let tables = tables(&changed);
        (tables.personal_data[1].data_subjects.clone(), tables.personal_data[1].endpoints_without_subject)
    };
    assert_eq!(with(&[(Actor::Visitor, 4)]), (vec!["visitor"], 0));
    assert_eq!(with(&[(Actor::Visitor, 3), (Actor::NotEstablished, 1)]), (vec![], 1));
    assert_eq!(with(&[(Actor::NotEstablished, 4)]), (vec![], 1));
}

/// One row for a term, however many fields and endpoints carry it, and whoever says so.
#[test]
fn a_term_of_the_model_dpia_has_one_row() {
    let mut two = dictionary();
    two.endpoints[0].rows.push(row(FieldPlace::Form, "ud[em]", vec![RuleId::Field(0)], Meaning::Stated));
    let found = tables(&two);
    let rows: Vec<_> = found.personal_data.iter().map(|row| (&*row.personal.en, row.endpoints)).collect();
    assert_eq!(rows, [("IP address", 2), ("e-mail address, as a digest", 2), ("pages visited", 1)]);
}

/// An account number that is always `0` is a field and no identifier; one letter may say something all the same.
#[test]
fn a_value_of_one_byte_identifies_nobody() {
    let mut short = dictionary();
    for row in &mut short.endpoints[1].rows {
        row.longest = 1;
    }
    let built = built(&short);
    let found = &built.fields.tables;
    let terms: Vec<&str> = found.personal_data.iter().map(|row| &*row.personal.en).collect();
    assert_eq!((terms, found.fields_left_out.personal_too_short), (vec!["IP address", "pages visited"], 1));
    let field = found.fields.iter().find(|field| field.name == "ud[em]").expect("a field");
    assert_eq!((field.longest, field.data, field.identifies), (1, None, None));
    let sent: Vec<_> = built.fields.sent[&("a.test".to_owned(), None)].iter().map(|row| (row.data, row.fields, row.too_short)).collect();
    assert_eq!(sent, [(Some("behaviour"), 3, 0), (None, 15, 3)]);
}

#[test]
fn recipients_get_fields_by_category() {
    let built = built(&dictionary());
    let sent = &built.fields.sent[&("a.test".to_owned(), None)];
    let rows: Vec<_> = sent.iter().map(|row| (row.data, row.fields, row.unverified, row.names)).collect();
    assert_eq!(rows, [(Some("behaviour"), 3, 3, 1), (Some("contact"), 3, 0, 1), (None, 12, 0, 3)]);
    let sources: Vec<&str> = built.sources.iter().map(|&source| &*built.context.rules.sources[source].id).collect();
    assert_eq!(sources, ["own/S"], "what the tables name is listed");
}

#[test]
fn what_is_left_out_is_counted() {
    let mut big = dictionary();
    let many = (0..FIELD_ROWS + 5).map(|n| row(FieldPlace::Query, &format!("q{n:06}"), vec![], Meaning::None)).collect();
    big.endpoints[0] = EndpointFields { rows_left_out: 11, ..endpoint("b.test", Position::Other, 40, many) };
    let tables = tables(&big);
    let left = tables.fields_left_out;
    assert_eq!(
        (left.requests, left.not_read, left.not_kept, left.rows),
        (6, 8, 11, 10),
        "five rows of the platform's endpoint stand first"
    );
    assert_eq!(tables.fields.len(), FIELD_ROWS);
    assert_eq!((tables.endpoints[0].rows_left_out, tables.endpoints[1].rows_left_out), (0, 21));
    assert_eq!(tables.endpoints[1].share.fields, 3 * (FIELD_ROWS as u64 + 5), "what has no row still counts");
    assert_eq!((tables.decode_anomalies[0].kind, tables.decode_anomalies[0].entries.as_slice()), ("broken-syntax", &[3, 9][..]));
}
