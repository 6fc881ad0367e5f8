//! The course of a visit as a time line: when each stretch began and ended, what was opened, marked and chosen, and when each other site was
//! first asked.

use hashbrown::HashSet;

use super::SentOrigin;
use super::survey::Survey;
use super::trail::TrailRow;
use crate::model::{MarkKind, Page, SaidBy, Timestamp};
use crate::observe::Observation;
use crate::site::Visit;

/// Parts into which the picture of a stretch is cut.
pub const BINS: usize = 120;

/// How many first requests to other sites the time line names in all.
const SITES: usize = 600;

/// How many entries a count of requests names.
const NAMED: usize = 10;

/// How many of the pages that a recording names stand in the time line, where no opened document was recorded.
const PAGES: usize = 100;

/// What is known of the course of a visit once every entry was seen.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// The stretches.
    pub lanes: Vec<Lane>,
    /// Moments, by time.
    pub moments: Vec<Moment>,
    /// How many moments were left out of the time line because it would have grown past its bound.
    pub moments_left_out: u64,
    /// Values that were sent while the examined page's site was visited and seen again with other sites.
    pub trail: Vec<TrailRow>,
    /// How many rows of the trail, or values that might have become one, were left out for the same reason.
    pub trail_left_out: u64,
}

/// A stretch with its requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// Number of the stretch.
    pub stretch: u32,
    /// Start of its first and of its last request; `None`: it has none.
    pub period: Option<(Timestamp, Timestamp)>,
    /// Requests that have a host.
    pub requests: u64,
    /// Different hosts that were asked.
    pub hosts: u64,
    /// Hosts whose first request in the stretch carried a cookie.
    pub hosts_first_asked_with_cookies: u64,
    /// Of these, hosts to which that request carried only cookies that an earlier answer of the stretch had set.
    pub with_cookies_set_before: u64,
    /// Of these, hosts to which it carried a cookie that no recorded answer had set, before anything of their registrable domain was asked: neither an
    /// answer nor a script of a page of theirs can have set it in this stretch.
    pub with_cookies_from_elsewhere: u64,
    /// The first of these requests, by number of entry.
    pub entries_from_elsewhere: Vec<u64>,
    /// Requests in each of [`BINS`] parts of the period.
    pub bins: Vec<u32>,
}

/// A moment of the time line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// In which stretch.
    pub stretch: u32,
    /// The entry it rests on, if it rests on one.
    pub entry: Option<u64>,
    /// What happened.
    pub event: MomentEvent,
}

/// What happened at a moment. The order is that in which moments of the same time stand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MomentEvent {
    /// A stretch was marked: a browser with a new profile.
    Stretch,
    /// The first request of a stretch, to this host.
    FirstRequest(String),
    /// A document was opened: host, path as it may be printed, status of the answer (0: none recorded).
    Opened(String, String, u16),
    /// Another page was fetched without a document: host, path as it may be printed where it is known, index of the rule that says so.
    Navigated(String, Option<String>, usize),
    /// A page that the recording names: its identifier and its title.
    Named(String, String),
    /// A note: its text, and whether the script wrote it.
    Note(String, bool),
    /// The choice with this number.
    Choice(u32),
    /// The first request of the stretch to this registrable domain.
    FirstTo(String),
    /// The last request of a stretch.
    LastRequest,
}

impl MomentEvent {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Stretch => "stretch",
            Self::FirstRequest(_) => "first-request",
            Self::Opened(..) => "opened",
            Self::Navigated(..) => "navigated",
            Self::Named(..) => "page",
            Self::Note(..) => "note",
            Self::Choice(_) => "choice",
            Self::FirstTo(_) => "first-to-site",
            Self::LastRequest => "last-request",
        }
    }
}

/// Puts the time line together. Entries must come in order of time.
pub(super) struct CourseBuilder<'v> {
    visit: &'v Visit,
    lanes: Vec<Lane>,
    moments: Vec<Moment>,
    left_out: u64,
    hosts: HashSet<(u32, usize)>,
    /// Registrable domains that were asked.
    asked: HashSet<(u32, String)>,
    /// Of these, those that the time line was to name.
    sites: HashSet<(u32, String)>,
}

/// What the time line is told of the host of an entry.
pub(super) struct HostSeen<'h> {
    /// Index of the host.
    pub(super) host: usize,
    /// Its registrable domain.
    pub(super) site: &'h str,
    /// Whether that is another than the examined page's.
    pub(super) is_other: bool,
    /// Where the cookies of the request come from.
    pub(super) sent: &'h [SentOrigin],
}

impl<'v> CourseBuilder<'v> {
    /// A time line for entries that begin at these moments, which stand in order with the entries' numbers.
    pub(super) fn new(visit: &'v Visit, starts: impl Iterator<Item = (Timestamp, u64)> + Clone) -> Self {
        let mut lanes: Vec<Lane> = visit.stretches.iter().map(|stretch| Lane { stretch: stretch.number, ..Lane::default() }).collect();
        let lane_at = |at| visit.stretch_at(at) as usize - 1;
        let mut last_entries = vec![0; lanes.len()];
        for (at, entry) in starts.clone() {
            let lane = lane_at(at);
            last_entries[lane] = entry;
            lanes[lane].requests += 1;
            lanes[lane].period = Some((lanes[lane].period.map_or(at, |(first, _)| first), at));
        }
        for (at, _) in starts {
            let lane = &mut lanes[lane_at(at)];
            let Some((first, last)) = lane.period else { continue };
            let since = |at: Timestamp| i128::from(at.as_nanoseconds()) - i128::from(first.as_nanoseconds());
            lane.bins.resize(BINS, 0);
            let bin = since(at) * BINS as i128 / since(last).max(1);
            lane.bins[(bin as usize).min(BINS - 1)] += 1;
        }
        let last = |(lane, entry): (&Lane, u64)| {
            let (_, at) = lane.period?;
            Some(Moment { at, stretch: lane.stretch, entry: Some(entry), event: MomentEvent::LastRequest })
        };
        let moments = lanes.iter().zip(last_entries).filter_map(last).collect();
        Self { visit, lanes, moments, left_out: 0, hosts: HashSet::new(), asked: HashSet::new(), sites: HashSet::new() }
    }

    /// Takes the next entry.
    pub(super) fn see(&mut self, observation: &Observation<'_>, at: Timestamp, seen: &HostSeen<'_>) {
        let stretch = self.visit.stretch_at(at);
        if !self.hosts.insert((stretch, seen.host)) {
            return;
        }
        let new_site = self.asked.insert((stretch, seen.site.to_owned()));
        let lane = &mut self.lanes[stretch as usize - 1];
        let entry = Some(observation.number);
        if lane.hosts == 0 {
            self.moments.push(Moment { at, stretch, entry, event: MomentEvent::FirstRequest(observation.host.to_string()) });
        }
        lane.hosts += 1;
        if !observation.sent.is_empty() {
            let all_set = seen.sent.iter().all(|origin| *origin != SentOrigin::NotRecorded);
            lane.hosts_first_asked_with_cookies += 1;
            lane.with_cookies_set_before += u64::from(all_set);
            if !all_set && new_site {
                lane.with_cookies_from_elsewhere += 1;
                if lane.entries_from_elsewhere.len() < NAMED {
                    lane.entries_from_elsewhere.push(observation.number);
                }
            }
        }
        if seen.is_other && self.sites.insert((stretch, seen.site.to_owned())) {
            if self.sites.len() <= SITES {
                self.moments.push(Moment { at, stretch, entry, event: MomentEvent::FirstTo(seen.site.to_owned()) });
            } else {
                self.left_out += 1;
            }
        }
    }

    /// The time line, with what was opened, marked and chosen.
    pub(super) fn finish(self, mut survey: Survey, pages: &[Page]) -> Course {
        let Self { visit, lanes, mut moments, mut left_out, .. } = self;
        left_out += survey.left_out;
        let moment = |at, entry, event| Moment { at, stretch: visit.stretch_at(at), entry, event };
        let navigated = survey.navigated();
        moments.extend(navigated.map(|(at, entry, host, to)| moment(at, Some(entry), MomentEvent::Navigated(host, to.path, to.signature))));
        let before = moments.len();
        let opened = survey.opened();
        moments.extend(opened.map(|(at, entry, what)| moment(at, Some(entry), MomentEvent::Opened(what.host, what.path, what.status))));
        if moments.len() == before {
            let named = pages.iter().filter_map(|page| page.started.map(|at| (at, page)));
            moments.extend(
                named.clone().take(PAGES).map(|(at, page)| moment(at, None, MomentEvent::Named(page.id.clone(), page.title.clone()))),
            );
            left_out += named.skip(PAGES).count() as u64;
        }
        for marked in &visit.marks {
            let event = match marked.mark.kind {
                MarkKind::FreshProfile => MomentEvent::Stretch,
                MarkKind::Note => MomentEvent::Note(marked.mark.text.clone(), marked.mark.said_by == SaidBy::Script),
                // It stands with its choice.
                MarkKind::Choice => continue,
            };
            moments.push(Moment { at: marked.at, stretch: marked.stretch, entry: None, event });
        }
        for choice in &visit.choices {
            let entry = choice.said_by.entry();
            moments.push(Moment { at: choice.asked_at, stretch: choice.stretch, entry, event: MomentEvent::Choice(choice.number) });
        }
        moments
            .sort_by(|one, other| (one.stretch, one.at, &one.event, one.entry).cmp(&(other.stretch, other.at, &other.event, other.entry)));
        Course { lanes, moments, moments_left_out: left_out, ..Course::default() }
    }
}
