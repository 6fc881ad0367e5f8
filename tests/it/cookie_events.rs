//! What becomes of cookies, against a model in a few lines: whatever the order in which a cookie is set, renewed, changed, deleted, expired and sent,
//! evidence log and annex tell the events apart as the model does.

use std::collections::BTreeMap;

use dataspoor::batch::Inputs;
use dataspoor::classify::Parties;
use dataspoor::evidence::CaseKey;
use dataspoor::report::evidence_log::EvidenceLog;
use dataspoor::report::{Builder, Fanout};
use dataspoor::rules::RuleSet;
use dataspoor::site::SuffixList;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::corpus::read_har;

/// What an entry does with one of two cookies.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// Sets a value for so many seconds, or for the session.
    Set(u8, Option<u8>),
    Delete,
    /// A line that a browser should refuse.
    Refused,
    Send(u8),
}

/// What the model knows of a cookie.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// Whether any line about it was recorded.
    any: bool,
    /// Value and end (in seconds) of what is kept.
    kept: Option<(u8, Option<u32>)>,
}

impl Known {
    fn alive(self, at: u32) -> Option<u8> {
        self.kept.filter(|(_, ends)| ends.is_none_or(|ends| ends > at)).map(|(value, _)| value)
    }

    /// The event, or the origin of what is sent.
    fn act(&mut self, act: Act, at: u32) -> &'static str {
        let alive = self.alive(at);
        match act {
            Act::Send(_) => return if self.any { "set-cookie" } else { "no-set-cookie-recorded" },
            Act::Refused => {
                self.any = true;
                return "refusal-expected";
            }
            Act::Delete => self.kept = None,
            Act::Set(value, seconds) => self.kept = Some((value, seconds.map(|seconds| at + u32::from(seconds)))),
        }
        self.any = true;
        match (act, alive) {
            (Act::Delete, _) => "deleted",
            (Act::Set(value, _), Some(before)) if before == value => "renewed",
            (_, Some(_)) => "changed",
            (_, None) => "set",
        }
    }
}

fn entry(second: u32, cookie: usize, act: Act) -> Value {
    let name = format!("c{cookie}");
    let field = |name: &str, value: String| json!([{"name": name, "value": value}]);
    let (sent, set) = match act {
        Act::Send(value) => (field("Cookie", format!("{name}=v{value}")), json!([])),
        Act::Set(value, Some(seconds)) => (json!([]), field("Set-Cookie", format!("{name}=v{value}; Max-Age={seconds}"))),
        Act::Set(value, None) => (json!([]), field("Set-Cookie", format!("{name}=v{value}"))),
        Act::Delete => (json!([]), field("Set-Cookie", format!("{name}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"))),
        Act::Refused => (json!([]), field("Set-Cookie", format!("{name}=v9; SameSite=None"))),
    };
    json!({
        "startedDateTime": format!("2026-11-21T08:{:02}:{:02}.000Z", second / 60, second % 60),
        "request": {"method": "GET", "url": "https://www.shop.example/", "headers": sent},
        "response": {"status": 200, "headers": set, "content": {}},
        "timings": {"wait": 0},
    })
}

fn acts() -> impl Strategy<Value = Vec<(u8, usize, Act)>> {
    let act = prop_oneof![
        4 => (0_u8..3, prop::option::of(1_u8..20)).prop_map(|(value, seconds)| Act::Set(value, seconds)),
        1 => Just(Act::Delete),
        1 => Just(Act::Refused),
        3 => (0_u8..3).prop_map(Act::Send),
    ];
    prop::collection::vec((1_u8..10, 0_usize..2, act), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn events_are_those_of_the_model(acts in acts()) {
        let mut at = 0;
        let mut model = [Known::default(); 2];
        let mut expected = Vec::new();
        let mut entries = Vec::new();
        for (pause, cookie, act) in acts {
            at += u32::from(pause);
            expected.push((format!("c{cookie}"), model[cookie].act(act, at)));
            entries.push(entry(at, cookie, act));
        }
        let har = json!({"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "pages": [], "entries": entries}});
        let recording = read_har("events.har", &serde_json::to_vec(&har).expect("JSON"));
        let rules = RuleSet::compile([]).expect("no rules, no mistakes");
        let (parties, case) = <(Parties, Parties)>::default();
        let inputs = Inputs { rules, rule_mistakes: 0, suffixes: SuffixList::Embedded, lists: vec![], parties, case, planted: None };
        let subject = inputs.subject(None, false);
        let key = CaseKey::of_capture(recording.capture.digest);
        let mut analysis = inputs.analysis(&subject, &key);
        recording.entries.iter().for_each(|entry| analysis.push(entry).expect("a spool in memory"));
        let context = inputs.context(&recording.capture, &subject);
        let (mut log, mut builder) = (EvidenceLog::new(context, Vec::new()), Builder::new(context));
        analysis.finish(&recording.contents.session, vec![], &mut Fanout(vec![&mut log, &mut builder])).expect("sinks in memory");
        let (records, head) = log.head();
        let report = builder.finish(("evidence.ndjson", records, head)).expect("a finished report");
        let log = String::from_utf8(log.into_inner()).expect("text");
        let mut found = Vec::new();
        for line in log.lines() {
            let record: Value = serde_json::from_str(line).expect("JSON");
            let text = |record: &Value, member: &str| record[member].as_str().expect("a text").to_owned();
            match record["kind"].as_str() {
                Some("cookie") => found.push((text(&record, "name"), text(&record, "event"))),
                Some("flow") => found.extend(record["cookies_sent"].as_array().expect("a list").iter().map(|sent| (text(sent, "name"), text(sent, "origin")))),
                _ => {}
            }
        }
        prop_assert_eq!(found, expected.iter().map(|(name, event)| (name.clone(), (*event).to_owned())).collect::<Vec<_>>());

        // The table counts what the log tells, each kind for itself.
        let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        expected.iter().for_each(|(name, event)| *counts.entry((name, event)).or_default() += 1);
        let count = |name: &str, event: &str| counts.get(&(name, event)).copied().unwrap_or_default();
        for name in ["c0", "c1"] {
            let sum = |of: fn(&dataspoor::report::model::Cookie) -> u64| report.cookies.iter().filter(|row| row.name == name).map(of).sum::<u64>();
            prop_assert_eq!(sum(|row| row.set), count(name, "set"));
            prop_assert_eq!(sum(|row| row.renewed), count(name, "renewed"));
            prop_assert_eq!(sum(|row| row.changed), count(name, "changed"));
            prop_assert_eq!(sum(|row| row.deleted), count(name, "deleted"));
            prop_assert_eq!(sum(|row| row.refusal_expected), count(name, "refusal-expected"));
            prop_assert_eq!(sum(|row| row.sent), count(name, "set-cookie") + count(name, "no-set-cookie-recorded"));
        }
    }
}
