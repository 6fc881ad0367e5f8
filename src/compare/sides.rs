//! Two sides set beside each other. Whatever a side could not have shown is not compared, and what varies between repetitions is no difference.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Settings;
use super::recording::Recording;
use super::tally::{REPETITIONS, about, basis, items, tally, varies};
use crate::report::model::comparison::{ByteLine, ByteRange, Item, ItemKind, Line, Sides, StatementCount, Tally, Values};

/// Everything recorded on one side or the other, with n of N on both.
pub(super) fn sides(one: &[&Recording], other: &[&Recording], settings: Settings) -> Sides {
    let both: Vec<&Recording> = one.iter().chain(other).copied().collect();
    let mut lines: Vec<Line> = items(&both).into_iter().map(|item| line(item, one, other, &both)).collect();
    let mut counts: BTreeMap<(ItemKind, &'static str), u64> = BTreeMap::new();
    for line in &lines {
        *counts.entry((line.item.kind, line.statement)).or_default() += 1;
    }
    // What differs stands before what does not, so that a bound never hides a difference behind what is the same.
    lines.sort_by_cached_key(|line| (order(line), line.item.clone()));
    let lines_left_out = lines.len().saturating_sub(settings.rows) as u64;
    lines.truncate(settings.rows);
    lines.iter_mut().zip(1..).for_each(|(line, nr)| line.nr = nr);
    let mut bytes = bytes(one, other);
    let bytes_left_out = bytes.len().saturating_sub(settings.rows) as u64;
    bytes.truncate(settings.rows);
    let numbers = |side: &[&Recording]| side.iter().map(|recording| recording.nr).collect();
    Sides {
        recordings: [numbers(one), numbers(other)],
        lines,
        lines_left_out,
        counts: counts.into_iter().map(|((kind, statement), lines)| StatementCount { kind, statement, lines }).collect(),
        bytes,
        bytes_left_out,
    }
}

fn order(line: &Line) -> (u8, ItemKind) {
    let group = match (line.statement, line.difference) {
        ("same", _) => 4,
        ("not-comparable", _) => 3,
        ("varying", _) => 2,
        (_, true) => 0,
        (_, false) => 1,
    };
    (group, line.item.kind)
}

fn line(item: Item, one: &[&Recording], other: &[&Recording], both: &[&Recording]) -> Line {
    let (paths, position) = about(&item, both);
    let (on_one, on_other) = (tally(&item, one), tally(&item, other));
    let (statement, basis, difference) = statement(&on_one, &on_other);
    let values = (item.kind == ItemKind::Identifier && on_one.recorded > 0 && on_other.recorded > 0).then(|| values(&item, one, other));
    Line { nr: 0, item, paths, position, one: on_one, other: on_other, statement, basis, difference, values }
}

/// What two tallies say: the statement, what it rests on, and whether it is a difference.
pub(super) fn statement(one: &Tally, other: &Tally) -> (&'static str, &'static str, bool) {
    let basis = basis(&[one, other]);
    if one.of == 0 || other.of == 0 {
        return ("not-comparable", basis, false);
    }
    if varies(one) || varies(other) {
        return ("varying", basis, false);
    }
    // A recording that cannot tell may have held it: the other recordings of the side do not speak for it.
    let silent = |tally: &Tally| tally.recorded == 0 && tally.cannot_tell > 0;
    if silent(one) || silent(other) {
        return ("not-comparable", basis, false);
    }
    let (n, m) = (one.recorded * other.of, other.recorded * one.of);
    let statement = match (one.recorded, other.recorded) {
        (_, 0) => "one-side-only",
        (0, _) => "other-side-only",
        _ if n > m => "more-on-one-side",
        _ if n < m => "more-on-other-side",
        _ => "same",
    };
    (statement, basis, basis == REPETITIONS && statement != "same")
}

fn values(item: &Item, one: &[&Recording], other: &[&Recording]) -> Values {
    let holding = |side: &[&Recording]| -> Vec<(bool, Option<String>, Vec<String>)> {
        let seen = side.iter().filter_map(|recording| {
            let seen = recording.seen.get(item)?;
            Some((recording.keyed_by_case, recording.case.clone(), seen.fingerprints.clone()))
        });
        seen.collect()
    };
    let (one, other) = (holding(one), holding(other));
    let cases: BTreeSet<&Option<String>> = one.iter().chain(&other).map(|(_, case, _)| case).collect();
    let comparable = cases.len() == 1 && one.iter().chain(&other).all(|(keyed, _, _)| *keyed);
    let of = |side: &[(bool, Option<String>, Vec<String>)]| -> BTreeSet<String> {
        side.iter().flat_map(|(_, _, values)| values.iter().cloned()).collect()
    };
    let (one, other) = (of(&one), of(&other));
    let both = if comparable { one.intersection(&other).count() as u64 } else { 0 };
    Values { comparable, one: one.len() as u64, other: other.len() as u64, both }
}

fn bytes(one: &[&Recording], other: &[&Recording]) -> Vec<ByteLine> {
    let keys: BTreeSet<&(String, String)> = one.iter().chain(other).flat_map(|recording| recording.bytes.keys()).collect();
    let range = |side: &[&Recording], key: &(String, String)| {
        let of: Vec<(u64, u64)> = side.iter().filter_map(|recording| recording.bytes.get(key).copied()).collect();
        let span = |of: &dyn Fn(&(u64, u64)) -> u64, all: &[(u64, u64)]| {
            all.iter().map(of).fold(None, |span: Option<(u64, u64)>, next| {
                Some(span.map_or((next, next), |(least, most)| (least.min(next), most.max(next))))
            })
        };
        let (sent, answered) = (span(&|bytes| bytes.0, &of)?, span(&|bytes| bytes.1, &of)?);
        Some(ByteRange { recordings: of.len() as u64, sent, answered })
    };
    let line = |(key, nr): (&(String, String), u64)| {
        let item = Item { kind: ItemKind::Recipient, site: key.0.clone(), holder: key.1.clone(), ..Item::default() };
        let (on_one, on_other) = (tally(&item, one), tally(&item, other));
        let (ranges, basis) = ((range(one, key), range(other, key)), basis(&[&on_one, &on_other]));
        let holds = |recording: &&&Recording| recording.bytes.contains_key(key);
        let gaps: BTreeSet<&'static str> =
            one.iter().chain(other).filter(holds).flat_map(|recording| recording.limits.bytes.iter().copied()).collect();
        let statement = match &ranges {
            (Some(one), Some(other)) => match one.sent.0 <= other.sent.1 && other.sent.0 <= one.sent.1 {
                true => "ranges-overlap",
                false if gaps.is_empty() => "ranges-apart",
                false => "not-comparable",
            },
            _ => statement(&on_one, &on_other).0,
        };
        let (one, other) = ranges;
        ByteLine { nr, site: key.0.clone(), holder: key.1.clone(), one, other, statement, basis, gaps: gaps.into_iter().collect() }
    };
    keys.into_iter().zip(1..).map(line).collect()
}
