//! What became of each cookie of a profile that was kept over several recordings: its value, whether it was renewed or changed, and whether its end
//! date moved. Values are compared by keyed fingerprints of one case, and named V1, V2 … within a row.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Settings;
use super::recording::{CookieSeen, Recording};
use crate::model::{ProfileUse, Timestamp};
use crate::report::model::comparison::{Item, ItemKind, Series, SeriesCell, SeriesPoint, SeriesRow};

/// How exact the ends of cookies and the moments at which they were set are, in seconds: what differs by no more is the same.
const EXACT_SECONDS: i64 = 2;

const DAY: i64 = 86_400;

/// Values of a row that get a name.
const VALUES: usize = 200;

/// The values of a cookie in a recording, and when it was set and until when it was asked to be kept, in seconds since 1970.
type Asked = (Vec<String>, Option<(i64, i64)>);

/// The series of each kept profile, by name.
pub(super) fn series(recordings: &[&Recording], settings: Settings) -> Vec<Series> {
    let mut profiles: BTreeMap<String, Vec<(u32, &Recording)>> = BTreeMap::new();
    for recording in recordings {
        if let Some(ProfileUse::Kept { name, before }) = recording.scenario.as_ref().map(|scenario| &scenario.profile) {
            profiles.entry(name.clone()).or_default().push((*before, recording));
        }
    }
    let one = |(profile, mut of): (String, Vec<(u32, &Recording)>)| {
        of.sort_by_key(|(before, recording)| (recording.started.clone(), *before, recording.nr));
        let points = of
            .iter()
            .map(|(before, recording)| SeriesPoint { recording: recording.nr, before: *before, started: recording.started.clone() })
            .collect();
        let of: Vec<&Recording> = of.into_iter().map(|(_, recording)| recording).collect();
        let cookies: BTreeSet<&(String, String)> = of.iter().flat_map(|recording| recording.cookies.keys()).collect();
        let rows_left_out = cookies.len().saturating_sub(settings.rows) as u64;
        let rows = cookies.into_iter().take(settings.rows).zip(1..).map(|(key, nr)| row(nr, key, &of)).collect();
        Series { profile, points, rows, rows_left_out }
    };
    profiles.into_iter().map(one).collect()
}

fn row(nr: u64, key: &(String, String), recordings: &[&Recording]) -> SeriesRow {
    let holding = || recordings.iter().filter(|recording| recording.cookies.contains_key(key));
    let cases: BTreeSet<&Option<String>> = holding().map(|recording| &recording.case).collect();
    let comparable = cases.len() < 2 && holding().all(|recording| recording.keyed_by_case);
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut spans: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let mut ends: Vec<Asked> = Vec::new();
    let mut before: Option<&CookieSeen> = None;
    let mut cells = Vec::new();
    for recording in recordings {
        let Some(cookie) = recording.cookies.get(key) else {
            let hidden = |kind| recording.limits.hides(&Item { kind, ..Item::default() }).is_some();
            let state = if hidden(ItemKind::CookieSet) || hidden(ItemKind::CookieSent) { "cannot-tell" } else { "not-recorded" };
            cells.push(SeriesCell { state, ..SeriesCell::default() });
            continue;
        };
        let mut values = Vec::new();
        for value in cookie.fingerprints.iter().filter(|_| comparable) {
            let next = names.len() + 1;
            if names.len() < VALUES || names.contains_key(value) {
                let number = names.entry(value.clone()).or_insert(next);
                values.push(format!("V{number}"));
            }
            if let Some(at) = recording.started.as_deref().and_then(Timestamp::parse).map(Timestamp::as_seconds) {
                let span = spans.entry(value.clone()).or_insert((at, at));
                *span = (span.0.min(at), span.1.max(at));
            }
        }
        let end = end_of(cookie);
        if cookie.set + cookie.renewed + cookie.changed > 0 {
            ends.push((cookie.fingerprints.clone(), end));
        }
        cells.push(SeriesCell {
            state: state(comparable, before, cookie),
            values,
            set: cookie.set,
            renewed: cookie.renewed,
            changed: cookie.changed,
            deleted: cookie.deleted,
            sent: cookie.sent,
            ends: end.map(|(_, end)| Timestamp::from_nanoseconds(end.saturating_mul(1_000_000_000)).to_string()),
            behind: Some((cookie.row, cookie.first_entry)),
        });
        before = Some(cookie);
    }
    let constant = spans.values().map(|(first, last)| ((last - first) / DAY).unsigned_abs()).max();
    SeriesRow {
        nr,
        name: key.0.clone(),
        domain: key.1.clone(),
        cells,
        values: comparable.then_some(names.len() as u64),
        constant_days: constant.filter(|_| comparable),
        expiry: expiry(comparable, &ends),
    }
}

fn state(comparable: bool, before: Option<&CookieSeen>, now: &CookieSeen) -> &'static str {
    let Some(before) = before else { return "first" };
    if !comparable {
        return "recorded";
    }
    let known = |value: &String| before.fingerprints.contains(value);
    match (now.fingerprints.iter().any(known), now.fingerprints.iter().all(known)) {
        (true, true) => "kept",
        (true, false) => "kept-and-changed",
        _ => "changed",
    }
}

/// When the first Set-Cookie came and until when it asks to keep it, in seconds since 1970, by the longest lifetime that was asked for.
fn end_of(cookie: &CookieSeen) -> Option<(i64, i64)> {
    let set = Timestamp::parse(cookie.first_set.as_deref()?)?.as_seconds();
    Some((set, set.saturating_add(cookie.longest?)))
}

fn expiry(comparable: bool, ends: &[Asked]) -> &'static str {
    let (mut later, mut same, mut close) = (0, 0, 0);
    for (index, (values, end)) in ends.iter().enumerate() {
        let Some((_, earlier)) = ends[..index].iter().rev().find(|(known, _)| known.iter().any(|value| values.contains(value))) else {
            continue;
        };
        let (Some((set_before, end_before)), Some((set, end))) = (earlier, end) else { return "not-comparable" };
        match (set - set_before <= EXACT_SECONDS, end - end_before > EXACT_SECONDS) {
            // Set again so soon that a later end could not be told from the same.
            (true, _) => close += 1,
            (false, true) => later += 1,
            (false, false) => same += 1,
        }
    }
    match (comparable, later, same) {
        (false, _, _) => "not-comparable",
        (true, 0, 0) if close > 0 => "not-comparable",
        (true, 0, 0) => "not-set-again",
        (true, _, 0) => "slides",
        (true, 0, _) => "fixed",
        (true, _, _) => "mixed",
    }
}
