//! The two languages against each other, the words against their users, and numbers and days.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lifetime_rows::Difference;
use super::*;
use crate::analysis::TrailKind;
use crate::analysis::attribution::{Actor, Confidence, MentionKind, PageBasis, TriggerKind, Way};
use crate::analysis::planted::{Phase, SeedKind, SeedNote};
use crate::decode::{DecodeAnomaly, FieldPlace};
use crate::model::{ChoicePath, GapKind, GapUnit, Operated, PersonaState, TargetKind};
use crate::site::{Says, Scope};

const TEMPLATE: &str = include_str!("../annex.html.j2");
const VISIT: &str = include_str!("../annex_visit.html.j2");
const RECIPIENTS: &str = include_str!("../annex_recipients.html.j2");
const LIFETIMES: &str = include_str!("../annex_lifetimes.html.j2");
const FIELDS: &str = concat!(include_str!("../annex_fields.html.j2"), include_str!("../annex_sent.html.j2"));
const CELLS_OF_FIELDS: &str = include_str!("../html/fields.rs");
const LINKAGE: &str = concat!(
    include_str!("../annex_linkage.html.j2"),
    include_str!("../linkage.html.j2"),
    include_str!("../beside.html.j2"),
    include_str!("../annex_attribution.html.j2"),
    include_str!("../annex_planted.html.j2"),
    include_str!("../annex_assessment.html.j2"),
    include_str!("../annex_risks.html.j2"),
    include_str!("../house_cover.html.j2"),
    include_str!("../annex_scenario.html.j2")
);
const BESIDE: &str = include_str!("../annex_beside_wire.html.j2");
const LINKAGE_CELLS: &str = concat!(include_str!("../html/linkage.rs"), include_str!("../html/scenario.rs"));
const COMPARISON: &str = concat!(
    include_str!("../comparison.html.j2"),
    include_str!("../html/comparison.rs"),
    include_str!("../html/comparison/cells.rs"),
    include_str!("../html/comparison/matrix_cells.rs"),
    include_str!("../html/comparison/annex.rs"),
    include_str!("../html/comparison/annex/rows.rs"),
    include_str!("../html/comparison/annex/people.rs"),
    include_str!("../html/comparison/annex/sentences.rs")
);
const GLOSSARY: &str = concat!(include_str!("../html/glossary.rs"), include_str!("../../batch/report.rs"));
const PROGRAM: &str = include_str!("../html.rs");
const WORDS: &str = concat!(
    include_str!("../html/words.rs"),
    include_str!("../html/press.rs"),
    include_str!("../html/page_check.rs"),
    include_str!("../html/parts.rs"),
    include_str!("../html/table_tools.rs")
);
const PICTURE: &str = concat!(
    include_str!("../drawing/timeline.rs"),
    include_str!("../drawing/flow.rs"),
    include_str!("../drawing/lifetimes.rs"),
    include_str!("../drawing/categories.rs"),
    include_str!("../drawing/trail.rs"),
    include_str!("../drawing/matrix.rs"),
    include_str!("../drawing/series.rs")
);
const CELLS: &str = include_str!("../html/recipients.rs");
const STATUS: &str = include_str!("../../cli/status.rs");

/// Every message of a file with the variables it mentions.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::<String, BTreeSet<String>>::new();
    let mut current = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if !line.starts_with([' ', '}']) {
            current = line.split(" =").next().expect("an id").to_owned();
            assert!(found.insert(current.clone(), BTreeSet::new()).is_none(), "{current} stands twice");
        }
        for after in line.split('$').skip(1) {
            let name = after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            found.get_mut(&current).expect("a message").insert(name);
        }
    }
    found
}

#[test]
fn both_languages_say_the_same_things() {
    let (nl, en) = (messages(NL), messages(EN));
    assert_eq!(nl, en);
    for source in [NL, EN] {
        assert!(FluentResource::try_new(source.to_owned()).is_ok(), "a file has a fault");
    }
    for lang in [Lang::Nl, Lang::En] {
        let texts = Texts::of(lang);
        for (id, variables) in &nl {
            for count in [0_u64, 1, 2, 12_345] {
                let args: Vec<_> = variables.iter().map(|name| (name.as_str(), Value::from(count))).collect();
                let text = texts.get(id, &args);
                assert!(texts.has(id) && !text.trim().is_empty() && !text.contains(['$', '{', '\u{2068}']), "{lang} {id}: {text}");
            }
        }
    }
}

/// What is remembered of messages for all pages is what Fluent says: each message is either one without arguments, one in which arguments are only put
/// in place, or one that chooses; none is made of others.
#[test]
fn messages_are_told_apart_by_their_arguments() {
    for (lang, source) in [(Lang::Nl, NL), (Lang::En, EN)] {
        let texts = Texts::of(lang);
        let (known, fixed) = (messages(source), texts.without_arguments().collect::<BTreeMap<_, _>>());
        let put_in: BTreeMap<_, _> = texts.with_arguments().collect();
        for (id, variables) in &known {
            let names: BTreeSet<String> = put_in.get(id.as_str()).into_iter().flatten().map(|name| (*name).to_owned()).collect();
            assert_eq!(fixed.contains_key(id.as_str()), variables.is_empty(), "{lang} {id}");
            assert!(names.is_empty() || names == *variables, "{lang} {id}: {names:?}");
        }
        for id in fixed.keys().chain(put_in.keys()) {
            assert!(known.contains_key(*id), "{lang} {id} is no message");
        }
        assert!(put_in.len() > 100 && put_in.len() + fixed.len() < known.len(), "{} {} {}", put_in.len(), fixed.len(), known.len());
        let references = source.split("{ ").skip(1).filter(|after| after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-'));
        assert_eq!(references.count(), 0, "a message is made of others");
    }
}

/// Identifiers of the model of comparisons, by table of words.
fn words_of_comparisons() -> Vec<(&'static str, Vec<&'static str>)> {
    use crate::model::{ChoicePath, Operated, PersonaState, TargetKind};
    use crate::report::model::comparison::ItemKind;
    let questions = [
        "set-before-choice",
        "recipients-before-choice",
        "telemetry-before-choice",
        "in-transition",
        "sent-after-decline",
        "set-after-decline",
        "sent-after-withdrawal",
        "set-after-withdrawal",
        "members",
        "administrators",
        "after-logout",
        "returning",
    ];
    vec![
        ("q", questions.to_vec()),
        ("qi", questions.to_vec()),
        ("kind", ItemKind::ALL.map(ItemKind::id).into_iter().chain(["bytes"]).collect()),
        (
            "statement",
            vec![
                "one-side-only",
                "other-side-only",
                "more-on-one-side",
                "more-on-other-side",
                "same",
                "varying",
                "not-comparable",
                "ranges-overlap",
                "ranges-apart",
            ],
        ),
        ("basis", vec!["repetitions", "one-recording-only", "none", "no-controls"]),
        ("class", vec!["A", "B", "C", "D", "varying", "not-comparable"]),
        ("side", vec!["one", "other"]),
        ("why", vec!["discarded", "not-selected", "copy", "not-readable", "not-ended", "baseline"]),
        (
            "open",
            vec![
                "no-choice-recorded",
                "no-logout-recorded",
                "no-page",
                "no-counterpart",
                "cookies-not-recorded",
                "set-cookies-not-recorded",
                "no-such-recording",
                "rows-left-out",
            ],
        ),
        ("persona", PersonaState::ALL.iter().map(|state| state.id()).collect()),
        ("path", ChoicePath::ALL.iter().map(|path| path.id()).collect()),
        ("target", TargetKind::ALL.iter().map(|kind| kind.id()).collect()),
        ("operated", Operated::ALL.iter().map(|operated| operated.id()).collect()),
        ("profile", vec!["fresh", "kept", "not-known"]),
        ("state", vec!["first", "kept", "changed", "kept-and-changed", "recorded", "not-recorded", "cannot-tell"]),
        ("expiry", vec!["slides", "fixed", "mixed", "not-set-again", "not-comparable"]),
        (
            "gap",
            vec![
                "cut-off",
                "no-request-cookies",
                "no-set-cookies",
                "no-request-headers",
                "no-response-headers",
                "no-response",
                "no-request-body",
                "no-response-body",
                "no-messages",
                "messages-cut",
                "messages-unread",
                "tunnels",
                "under-way",
                "rows-left-out",
            ],
        ),
    ]
}

#[test]
fn every_id_that_is_used_exists() {
    let known = messages(NL);
    let mut used: Vec<String> = Vec::new();
    let templates = [TEMPLATE, RECIPIENTS, VISIT, LIFETIMES, FIELDS, LINKAGE, BESIDE].concat();
    for (source, mark) in [
        (&*templates, "t('"),
        (&*templates, "'col-"),
        (&*templates, "'beside-"),
        (&*templates, ", 'c-"),
        (PROGRAM, "say(\""),
        (WORDS, "say(\""),
        (CELLS, "say(\""),
        (CELLS_OF_FIELDS, "message(\""),
        (LINKAGE_CELLS, "say(\""),
        (LINKAGE_CELLS, "message(\""),
        (LINKAGE_CELLS, "\"col-"),
        (PICTURE, "say(\""),
        (STATUS, "say(\""),
        (COMPARISON, "\"cmp-"),
        (COMPARISON, "'cmp-"),
        (COMPARISON, "\"case-"),
        (COMPARISON, "\"col-"),
        (COMPARISON, "t('"),
        (EXPLAIN, "limit(\""),
        (EXPLAIN, "get(\""),
    ] {
        let start = mark.trim_start_matches([',', ' ']).trim_start_matches(['t', '(', 's', 'a', 'y', 'g', 'e', 'l', 'i', 'm', '\'', '"']);
        for after in source.split(mark).skip(1) {
            used.push(format!("{start}{}", after.split(['\'', '"']).next().expect("an id")));
        }
    }
    // Those that end in '-' are put together with an identifier of the model; all of these are listed here.
    let mut put_together: BTreeMap<&str, Vec<&str>> = BTreeMap::from([
        ("relation-", vec!["same-site", "same-owner", "other-owner", "owner-not-established", "page-not-established"]),
        ("position-", vec!["auditee", "platform", "platform-affiliate", "other", "browser", "not-established"]),
        ("basis-", vec!["operator", "page-title", "later-page-title", "first-document", "referers", "first-entry", "none"]),
        ("by-", vec!["vendor", "independent", "authority", "own"]),
        ("certainty-", vec!["stated", "derived", "unverified"]),
        ("input-", vec!["rules", "filter", "cookies", "trackers", "aliases", "suffixes", "addresses"]),
        ("alias-basis-", vec!["recorded-names", "list-of-hosts"]),
        ("alias-known-", vec!["host", "name", "tracker"]),
        ("said-", vec!["operator", "script", "request", "traffic"]),
        ("event-", vec!["stretch", "first-request", "opened", "navigated", "page", "note", "choice", "first-to-site", "last-request"]),
        ("seen-first-", vec!["before", "transition", "after"]),
        ("state-", vec!["none", "before", "transition", "after"]),
        ("scope-", Scope::ALL.map(Scope::id).to_vec()),
        ("says-", Says::ALL.map(Says::id).to_vec()),
        ("trail-", TrailKind::ALL.map(TrailKind::id).into_iter().chain(["linked-value"]).collect()),
        ("origin-", vec!["set-cookie", "cookie-list", "sent-only"]),
        ("urls-", vec!["masked", "full"]),
        ("m-values-", vec!["recording", "session", "case"]),
        ("life-", vec!["session", "s", "min", "h", "d", "months", "years"]),
    ]);
    put_together.insert("scenario-state-", PersonaState::ALL.iter().map(|state| state.id()).collect());
    put_together.insert("scenario-path-", ChoicePath::ALL.iter().map(|path| path.id()).collect());
    put_together.insert("scenario-kind-", TargetKind::ALL.iter().map(|kind| kind.id()).collect());
    put_together.insert("scenario-operated-", Operated::ALL.iter().map(|operated| operated.id()).collect());
    put_together.insert("scenario-device-", vec!["desktop", "emulated-mobile"]);
    put_together.insert("outcome-", vec!["complete", "wall", "stopped", "not-recorded"]);
    put_together.insert("outcome-means-", vec!["wall", "stopped"]);
    put_together.insert("start-is-", vec!["cookies-at-start", "kept-profile", "unknown-profile"]);
    put_together.insert("start-profile-", vec!["fresh", "kept", "unknown", "not-established"]);
    put_together.insert("rule-choice-", vec!["decline", "allow", "not-recorded"]);
    put_together.insert("rule-test-", vec!["passed", "failed", "none", "not-carried-out", "not-for-this-choice", "not-reached"]);
    put_together.insert("rule-screen-", vec!["gone", "there", "not-told"]);
    put_together.insert("option-", vec!["button", "link", "checkbox", "switch", "radio", "other"]);
    put_together.insert("unit-", GapUnit::ALL.map(GapUnit::id).to_vec());
    put_together.insert("attr-sure-", Confidence::ALL.map(Confidence::id).to_vec());
    put_together.insert("attr-trigger-", TriggerKind::ALL.map(TriggerKind::id).to_vec());
    put_together.insert("attr-actor-", Actor::ALL.map(Actor::id).to_vec());
    put_together.insert("attr-way-", Way::ALL.map(Way::id).to_vec());
    put_together.insert("attr-basis-", PageBasis::ALL.map(PageBasis::id).to_vec());
    put_together.insert("attr-mention-", MentionKind::ALL.map(MentionKind::id).to_vec());
    put_together.insert("planted-kind-", SeedKind::ALL.map(SeedKind::id).to_vec());
    put_together.insert("planted-phase-", Phase::ALL.map(Phase::id).to_vec());
    put_together.insert("planted-did-", vec!["as-typed", "lower-case", "any-case"]);
    let notes = [SeedNote::ShortValue, SeedNote::TooShort(1), SeedNote::TooMany(1), SeedNote::NoCountryCode, SeedNote::NoDate];
    put_together.insert("planted-note-", notes.map(SeedNote::id).to_vec());
    put_together.insert("policy-", vec!["allowed", "blocked", "browser-default", "not-recorded"]);
    put_together.insert("link-carrier-", vec!["cookie", "entity-tag", "decoration", "field"]);
    put_together.insert("link-way-", vec!["request", "referer", "redirect", "answer", "message"]);
    put_together.insert("link-coding-", vec!["percent", "base64", "hex", "md5", "sha1", "sha256"]);
    put_together.insert("link-in-", FieldPlace::ALL.map(FieldPlace::id).to_vec());
    for term in ["lifetime", "length", "constant", "differs", "similarity", "entropy"] {
        used.extend([format!("link-d-{term}"), format!("link-d-{term}-text")]);
    }
    put_together.insert("data-", crate::rules::DATA.to_vec());
    put_together.insert("identifies-", crate::rules::IDENTIFIES.to_vec());
    put_together.insert("personal-type-", crate::rules::PERSONAL_TYPES.to_vec());
    put_together.insert("place-", FieldPlace::ALL.map(FieldPlace::id).to_vec());
    put_together.insert("looks-", crate::observe::SHAPES.to_vec());
    put_together.insert("level-", vec!["host", "endpoint", "parameter", "field"]);
    put_together.insert("ladder-", vec!["host", "endpoint", "parameter", "field"]);
    put_together.insert("share-of-", vec!["recording", "platform"]);
    put_together.insert("subject-", vec!["visitor", "staff", "auditee-site"]);
    put_together.insert("undecoded-", DecodeAnomaly::ALL.map(DecodeAnomaly::id).to_vec());
    put_together.insert("validator-kind-", vec!["etag", "last-modified"]);
    put_together.insert("diff-", Difference::ALL.map(Difference::id).to_vec());
    put_together.insert("fault-", crate::observe::FAULTS.to_vec());
    put_together.insert("cause-", crate::observe::CAUSES.to_vec());
    put_together.insert("gap-", GapKind::ALL.map(GapKind::id).to_vec());
    let states = ["refused", "sent-no-set-cookie", "not-in-jar", "jar-as-set", "jar-otherwise", "jar-only", "jar-not-said"];
    put_together.insert("beside-state-", states.to_vec());
    put_together.insert("beside-differs-", vec!["deleted", "value-length", "secure", "http-only"]);
    put_together.insert("beside-direction-", vec!["set", "send", "set-exempted", "send-exempted"]);
    put_together.insert("beside-store-", vec!["local", "session", "database", "cache", "service-worker"]);
    put_together.insert("beside-refusals-", vec!["reported", "interrupted", "not-reported"]);
    put_together.insert("beside-protocol-", vec!["cdp", "bidi"]);
    put_together.insert("status-what-", vec!["vendor-text", "access-answer", "control"]);
    let states = [
        "recorded",
        "running",
        "not-used",
        "lost",
        "changed",
        "empty",
        "interrupted",
        "stopped",
        "too-old",
        "not-clean",
        "not-judged",
        "other-plan",
        "ahead-of-clock",
    ];
    put_together.extend([("status-is-", states.to_vec()), ("status-short-", states.to_vec())]);
    let techniques =
        ["cookies", "cookies-other-site", "sent-again", "link-decoration", "identifiers", "validators", "client-hints", "other-names"];
    put_together.insert("case-w-technique-", techniques.to_vec());
    put_together.insert("case-w-file-", vec!["recording", "rules", "list", "assessment", "risks"]);
    for (prefix, ids) in words_of_comparisons() {
        used.extend(ids.iter().map(|id| format!("cmp-w-{prefix}-{id}")));
    }
    for (prefix, ids) in put_together {
        used.extend(ids.iter().map(|id| format!("{prefix}{id}")));
    }
    assert!(used.len() > 150, "{} ids found: does the test still see them?", used.len());
    for id in used.iter().filter(|id| !id.ends_with('-') && !id.contains(['.', '{'])) {
        assert!(known.contains_key(id), "no message {id}");
    }
    // A message that nobody uses is a sentence that nobody checks.
    let all = [
        GLOSSARY,
        TEMPLATE,
        RECIPIENTS,
        VISIT,
        LIFETIMES,
        FIELDS,
        LINKAGE,
        BESIDE,
        LINKAGE_CELLS,
        PROGRAM,
        WORDS,
        CELLS,
        CELLS_OF_FIELDS,
        COMPARISON,
        PICTURE,
        STATUS,
        EXPLAIN,
        include_str!("../text.rs"),
    ]
    .concat();
    for id in known.keys() {
        let prefix = [
            "relation-",
            "position-",
            "basis-",
            "by-",
            "certainty-",
            "input-",
            "alias-basis-",
            "alias-known-",
            "origin-",
            "urls-",
            "m-values-",
            "life-",
            "gap-",
            "month-",
            "fault-",
            "cause-",
            "said-",
            "event-",
            "seen-first-",
            "state-",
            "scope-",
            "says-",
            "trail-",
            "diff-",
            "validator-kind-",
            "data-",
            "identifies-",
            "attr-sure-",
            "attr-trigger-",
            "attr-actor-",
            "attr-way-",
            "attr-basis-",
            "attr-mention-",
            "planted-kind-",
            "planted-phase-",
            "planted-did-",
            "planted-note-",
            "policy-",
            "link-carrier-",
            "link-way-",
            "link-coding-",
            "link-in-",
            "link-d-",
            "personal-type-",
            "place-",
            "looks-",
            "level-",
            "ladder-",
            "share-of-",
            "subject-",
            "cmp-w-",
            "case-w-",
            "undecoded-",
            "beside-state-",
            "beside-differs-",
            "beside-direction-",
            "beside-store-",
            "beside-refusals-",
            "beside-protocol-",
            "scenario-state-",
            "scenario-path-",
            "scenario-kind-",
            "scenario-operated-",
            "scenario-device-",
            "outcome-",
            "start-is-",
            "start-profile-",
            "rule-choice-",
            "rule-test-",
            "rule-screen-",
            "option-",
            "unit-",
            "status-is-",
            "status-short-",
            "status-what-",
            "bes-answer-",
            "bes-aspect-",
            "bes-format-",
            "bes-outcome-",
            "bes-seen-on-",
            "bes-when-",
            // Every table and every fact of a workbook: a test of it holds that each has its message.
            "table-",
            "tables-",
            "sheet-",
            "column-",
            // What a house style says.
            "house-",
            "c-assessment-",
            "assessment-about-",
            "assessment-kind-",
        ]
        .iter()
        .any(|prefix| id.starts_with(prefix));
        // The glossary asks for the explanation of each of its words.
        let prefix = prefix || id.strip_suffix("-text").is_some_and(|term| GLOSSARY.contains(&format!("\"{term}\"")));
        assert!(prefix || all.contains(&format!("'{id}'")) || all.contains(&format!("\"{id}\"")), "nobody uses {id}");
    }
}

const EXPLAIN: &str = include_str!("../explain.rs");

#[test]
fn numbers_and_days() {
    assert_eq!((Lang::Nl.integer(1_234_567), Lang::En.integer(-1234)), ("1.234.567".to_owned(), "-1,234".to_owned()));
    assert_eq!((Lang::Nl.decimal("399.9"), Lang::En.decimal("3650.0")), ("399,9".to_owned(), "3,650".to_owned()));
    assert_eq!((Lang::Nl.decimal("-0.5"), Lang::Nl.decimal("1e3"), Lang::Nl.decimal("")), ("-0,5".into(), "1e3".into(), String::new()));
    let texts = Texts::of(Lang::Nl);
    assert_eq!(texts.get("requests-n", &[("n", 1234_u64.into())]), "1.234 verzoeken");
    assert_eq!(texts.get("requests-n", &[("n", 1_u64.into())]), "1 verzoek");
    assert_eq!(texts.moment("2026-03-09T12:03:02.550Z"), "9 maart 2026, 12:03:02,550");
    assert_eq!((texts.moment("2026-13-09T12:03Z"), texts.moment("<x>")), ("2026-13-09T12:03Z".into(), "<x>".into()));
    assert_eq!(
        (texts.lifetime("90 d"), texts.lifetime("1 years"), texts.lifetime("long")),
        ("90 dagen".into(), "1 jaar".into(), "long".into())
    );
    assert_eq!("nl".parse(), Ok(Lang::Nl));
    assert_eq!((Lang::En.to_string(), "fr".parse::<Lang>()), ("en".to_owned(), Err(ParseLangError)));
    assert_eq!(texts.get("no such id", &[]), "no such id");
}
