//! Counts what the entries of a recording lack.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Gap, GapKind};
use crate::observe::Missing;

/// How many entry numbers a gap names.
const NAMED: usize = 10;

/// Counts by kind. Entries may come in any order.
#[derive(Clone, Debug, Default)]
pub(super) struct GapCounts {
    kinds: BTreeMap<GapKind, (u64, BTreeSet<u64>)>,
    /// Entries with a Cookie field or list, and with a Set-Cookie field or list.
    with_request_cookies: u64,
    with_set_cookies: u64,
}

impl GapCounts {
    /// Counts one entry for a kind.
    pub(super) fn one(&mut self, kind: GapKind, entry: u64) {
        let (count, entries) = self.kinds.entry(kind).or_default();
        *count += 1;
        // The smallest numbers, whatever the order in which they come.
        entries.insert(entry);
        if entries.len() > NAMED {
            entries.pop_last();
        }
    }

    /// Counts a kind that concerns the whole recording.
    pub(super) fn whole(&mut self, kind: GapKind, count: u64) {
        self.kinds.insert(kind, (count, BTreeSet::new()));
    }

    /// Counts what an entry lacks.
    pub(super) fn see(&mut self, entry: u64, missing: &Missing) {
        self.with_request_cookies += u64::from(!missing.request_cookies);
        self.with_set_cookies += u64::from(!missing.set_cookies);
        for (lacks, kind) in [
            (missing.request_headers, GapKind::NoRequestHeaders),
            (missing.response_headers, GapKind::NoResponseHeaders),
            (missing.response, GapKind::NoResponse),
            (missing.request_body, GapKind::NoRequestBody),
            (missing.response_body, GapKind::NoResponseBody),
            (missing.lossy_body, GapKind::LossyBody),
            (missing.start_time, GapKind::NoStartTime),
            (missing.mended, GapKind::MendedText),
            (missing.server_address, GapKind::NoServerAddress),
            (missing.tls, GapKind::NoTlsFacts),
            (missing.from_cache, GapKind::FromCache),
            (missing.messages, GapKind::NoMessages),
        ] {
            if lacks {
                self.one(kind, entry);
            }
        }
    }

    /// All gaps, in the order of [`GapKind::ALL`], with those that the reader of the recording found.
    pub(super) fn finish(mut self, entries: u64, found: Vec<Gap>) -> Vec<Gap> {
        // One cookie anywhere shows that the recording carries such fields; none at all says nothing about the browser.
        if entries > 0 && self.with_request_cookies == 0 {
            self.whole(GapKind::NoRequestCookies, entries);
        }
        if entries > 0 && self.with_set_cookies == 0 {
            self.whole(GapKind::NoSetCookies, entries);
        }
        let mut gaps: Vec<Gap> = Vec::new();
        // A recording tells some gaps each time they come about.
        for gap in found {
            match gaps.iter_mut().find(|known| known.kind == gap.kind) {
                Some(known) => {
                    known.count += gap.count;
                    known.entries.extend(gap.entries);
                    known.entries.dedup();
                    known.entries.truncate(NAMED);
                }
                None => gaps.push(gap),
            }
        }
        let counted = std::mem::take(&mut self.kinds).into_iter();
        gaps.extend(counted.map(|(kind, (count, entries))| Gap { kind, since: None, entries: entries.into_iter().collect(), count }));
        gaps.sort_by_key(|gap| GapKind::ALL.iter().position(|kind| *kind == gap.kind));
        gaps
    }
}
