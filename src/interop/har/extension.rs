//! What our own exports say of a whole recording in `log._dataspoor`: gaps and marks. What is not known there is left out.

use super::schema::{List, RawGap, RawMark, RawPage};
use crate::model::{Gap, GapKind, Mark, MarkKind, SaidBy, Timestamp};

/// As many entries as outputs name.
const NAMED: usize = 10;

/// When a page began: our own exports say it to the nanosecond, or that it is not known.
pub(super) fn started(page: &RawPage<'_>) -> Option<Timestamp> {
    if page.own.no_start.0 == Some(true) {
        return None;
    }
    let exact = page.own.started.as_str().parse().ok().map(Timestamp::from_nanoseconds);
    exact.or_else(|| Timestamp::parse(page.started.as_str()))
}

pub(super) fn gaps(raw: List<RawGap<'_>>) -> Vec<Gap> {
    let gap = |raw: &RawGap<'_>| {
        let kind = GapKind::ALL.into_iter().find(|kind| kind.id() == raw.gap.as_str())?;
        let entries = raw.entries.0.iter().filter_map(|number| number.applies()).map(|number| number as u64).take(NAMED).collect();
        Some(Gap { kind, since: None, entries, count: raw.count.applies().unwrap_or(1.0) as u64 })
    };
    raw.0.iter().filter_map(gap).collect()
}

pub(super) fn marks(raw: List<RawMark<'_>>) -> Vec<(Timestamp, Mark)> {
    let mark = |raw: &RawMark<'_>| {
        let at = Timestamp::from_nanoseconds(raw.at.as_str().parse().ok()?);
        let kind = MarkKind::ALL.into_iter().find(|kind| kind.id() == raw.kind.as_str())?;
        let said_by = SaidBy::ALL.into_iter().find(|said_by| said_by.id() == raw.said_by.as_str())?;
        Some((at, Mark { kind, said_by, text: raw.text.as_str().to_owned() }))
    };
    raw.0.iter().filter_map(mark).collect()
}
