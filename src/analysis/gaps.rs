//! Counts what the entries of a recording lack, and what the analysis could not say of them.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution::{Attribution, TriggerKind};
use super::dictionary::{Dictionary, Meaning};
use crate::model::{ExhibitKind, Gap, GapKind, RecordedExhibit, Session};
use crate::observe::{Missing, Observation};
use crate::site::Position;

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

    /// Counts what is not known of a flow.
    pub(super) fn flow(&mut self, observation: &Observation<'_>, position: Position, attribution: &Attribution) {
        for (is_so, kind) in [
            (observation.decode_anomalies().next().is_some(), GapKind::DecodeAnomalies),
            (attribution.trigger.kind == TriggerKind::NotEstablished, GapKind::Unattributed),
            (position == Position::Browser, GapKind::BrowserBackground),
        ] {
            if is_so {
                self.one(kind, observation.number);
            }
        }
    }

    /// Counts the fields that nobody explained.
    pub(super) fn dictionary(&mut self, dictionary: &Dictionary) {
        let unexplained = Meaning::ALL.iter().position(|meaning| *meaning == Meaning::None).unwrap_or_default();
        let fields = dictionary.endpoints.iter().map(|endpoint| endpoint.fields_by_meaning[unexplained]).sum();
        self.some(GapKind::UndecodedFields, fields);
    }

    /// Counts what the session says of itself, and what no recording of a browser shows.
    pub(super) fn session(&mut self, session: &Session) {
        let reports = session.exhibits.iter().filter_map(RecordedExhibit::browser_report);
        self.some(GapKind::ReportNotRead, reports.map(|report| report.not_read.len() as u64).sum());
        // Reports of the browser that cannot be read are told by whoever reads the recording.
        let others = session.exhibits.iter().filter(|exhibit| exhibit.kind != ExhibitKind::BrowserReport);
        self.some(GapKind::UnreadableExhibits, others.filter(|exhibit| exhibit.is_unreadable()).count() as u64);
        self.whole(GapKind::CacheAnswers, 1);
        self.whole(GapKind::MobileApp, 1);
    }

    fn some(&mut self, kind: GapKind, count: u64) {
        if count > 0 {
            self.whole(kind, count);
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
