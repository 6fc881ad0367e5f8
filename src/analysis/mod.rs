//! The one path: entries in, findings out, the same for a live session and for a recording.
//!
//! [`Analysis::push`] observes an entry and keeps the observation in a spool, not the exchange. [`Analysis::finish`] puts all observations in
//! order of time, decides what only the whole recording shows (the page, the history of cookies), classifies, and hands every flow, cookie and
//! gap to a [`Sink`]. The order of pushes does not matter.

mod counts;
mod gaps;
mod jar;
mod redirects;
mod spool;

use std::io;

use hashbrown::HashMap;

pub use counts::Counts;
pub use jar::{CookieEvent, SentOrigin};
pub use spool::{MemorySpool, Spool};

use crate::classify::{Classified, Classifier, HostFacts, Hosts, Parties, position};
use crate::evidence::{CaseKey, Fingerprinter};
use crate::model::{Entry, Gap, GapKind, Page, Session, Timestamp};
use crate::observe::{self, Cause, Observation};
#[cfg(feature = "lists")]
use crate::rules::FilterList;
use crate::rules::RuleSet;
use crate::site::{PageSurvey, PageVerdict, Position, Seen, SuffixList};

use gaps::GapCounts;
use jar::Jar;
use redirects::Redirects;

/// What an analysis works with.
#[derive(Clone, Copy)]
pub struct Settings<'r> {
    /// Rules.
    pub rules: &'r RuleSet,
    /// Public Suffix List.
    pub suffixes: &'r SuffixList,
    /// Outside filter lists, in the order given.
    #[cfg(feature = "lists")]
    pub lists: &'r [FilterList],
    /// Who is who.
    pub parties: &'r Parties,
    /// The page, if the operator names it.
    pub page: Option<&'r str>,
    /// Print values of query parameters.
    pub full_urls: bool,
}

/// A request to a recipient.
pub struct Flow<'a> {
    /// What was observed.
    pub observation: &'a Observation<'a>,
    /// What is known of its host.
    pub host: &'a HostFacts,
    /// Position of this flow.
    pub position: Position,
    /// What rules and lists say.
    pub classified: &'a Classified,
    /// What made the browser ask.
    pub cause: &'a Cause<'a>,
    /// The entry whose answer redirected here.
    pub redirected_from: Option<u64>,
    /// For every cookie sent, where it comes from.
    pub sent: &'a [SentOrigin],
    /// For every cookie in the answer, what it does.
    pub set: &'a [CookieEvent],
}

/// What is known before the first flow.
pub struct Opening<'a> {
    /// The session.
    pub session: &'a Session,
    /// The page.
    pub page: &'a PageVerdict,
    /// Start of the first and of the last entry.
    pub period: Option<(Timestamp, Timestamp)>,
}

/// Takes what an analysis finds, in order.
pub trait Sink {
    /// Once, first.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn open(&mut self, opening: &Opening<'_>) -> io::Result<()>;
    /// For every page that the recording names.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn page(&mut self, page: &Page) -> io::Result<()>;
    /// For every request to a recipient other than the auditee, by time and number.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn flow(&mut self, flow: &Flow<'_>) -> io::Result<()>;
    /// For every gap.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn gap(&mut self, gap: &Gap) -> io::Result<()>;
    /// Once, last.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn close(&mut self, counts: &Counts) -> io::Result<()>;
}

/// The state over a session.
pub struct Analysis<'r> {
    settings: Settings<'r>,
    fingerprints: Fingerprinter,
    spool: Box<dyn Spool>,
    /// Order, number, place and length in the spool.
    index: Vec<(i64, u64, u64, u32)>,
    buffer: Vec<u8>,
    sites: HashMap<String, String>,
    survey: PageSurvey,
    gaps: GapCounts,
    counts: Counts,
    period: Option<(i64, i64)>,
}

impl<'r> Analysis<'r> {
    /// An analysis that keeps its observations in `spool` and makes fingerprints under `key`.
    #[must_use]
    pub fn new(settings: Settings<'r>, key: &CaseKey, spool: Box<dyn Spool>) -> Self {
        Self {
            settings,
            fingerprints: Fingerprinter::new(key),
            spool,
            index: Vec::new(),
            buffer: Vec::new(),
            sites: HashMap::new(),
            survey: PageSurvey::default(),
            gaps: GapCounts::default(),
            counts: Counts::default(),
            period: None,
        }
    }

    /// Takes an entry, in any order.
    ///
    /// # Errors
    ///
    /// The spool fails.
    pub fn push(&mut self, entry: &Entry) -> io::Result<()> {
        self.counts.entries += 1;
        if let Some(started) = entry.exchange.started {
            let at = started.as_nanoseconds();
            self.period = Some(self.period.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        }
        self.gaps.see(entry.number, &observe::missing(&entry.exchange));
        let observed = observe::observe(entry, self.settings.suffixes, &self.fingerprints);
        self.counts.cookies_without_host(entry, observed.is_some());
        let Some(observation) = observed else {
            self.counts.hostless_entries += 1;
            self.gaps.one(GapKind::Hostless, entry.number);
            return Ok(());
        };
        let facts = observe::page_facts(&entry.exchange);
        let referer = facts.referer_host.map(|host| self.site(&host).to_owned());
        let site = self.site(&observation.host).to_owned();
        self.survey.see(Seen {
            number: entry.number,
            host: &observation.host,
            site: &site,
            document: facts.document,
            page: Some(&*observation.page).filter(|page| !page.is_empty()),
            referer: referer.as_deref(),
        });
        self.counts.see(&observation, &site);
        self.buffer.clear();
        self.buffer = postcard::to_extend(&observation, std::mem::take(&mut self.buffer)).map_err(io::Error::other)?;
        let place = self.spool.append(&self.buffer)?;
        self.index.push((entry.order.as_nanoseconds(), entry.number, place, self.buffer.len() as u32));
        Ok(())
    }

    /// The registrable domain of a host. Looked up once for each host.
    fn site(&mut self, host: &str) -> &str {
        let suffixes = self.settings.suffixes;
        self.sites.entry_ref(host).or_insert_with(|| suffixes.registrable_domain(host).to_owned())
    }

    /// Decides what only the whole recording shows and hands everything to `sink`. `gaps` are those that the reader of the recording found.
    ///
    /// # Errors
    ///
    /// The spool or the sink fails.
    pub fn finish(mut self, session: &Session, gaps: Vec<Gap>, sink: &mut dyn Sink) -> io::Result<Counts> {
        let Settings { rules, suffixes, parties, .. } = self.settings;
        let page = self.survey.verdict(&session.pages, suffixes, self.settings.page);
        if page.site.is_none() {
            self.gaps.whole(GapKind::NoPage, self.counts.entries);
        }
        self.counts.page = page.site.clone();
        self.counts.count_other_sites();
        self.counts.count_sets(&rules.counters);
        let time = Timestamp::from_nanoseconds;
        let period = self.period.map(|(first, last)| (time(first), time(last)));
        sink.open(&Opening { session, page: &page, period })?;
        session.pages.iter().try_for_each(|page| sink.page(page))?;
        self.flows(&page, parties, sink)?;
        for gap in self.gaps.finish(self.counts.entries, gaps) {
            sink.gap(&gap)?;
        }
        sink.close(&self.counts)?;
        Ok(self.counts)
    }

    fn flows(&mut self, page: &PageVerdict, parties: &'r Parties, sink: &mut dyn Sink) -> io::Result<()> {
        let Settings { rules, suffixes, full_urls, .. } = self.settings;
        let mut hosts = Hosts::new(rules, suffixes, parties, page);
        let mut classifier = Classifier::new(
            rules,
            #[cfg(feature = "lists")]
            self.settings.lists,
            full_urls,
        );
        let mut jar = Jar::default();
        let mut redirects = Redirects::default();
        self.index.sort_unstable();
        for &(_, _, place, length) in &self.index {
            self.spool.read(place, length as usize, &mut self.buffer)?;
            let observation: Observation<'_> = postcard::from_bytes(&self.buffer).map_err(io::Error::other)?;
            let sent = jar.sent(&observation);
            let set = jar.set(&observation);
            let from = redirects.follow(&observation);
            let redirected_from = from.as_ref().map(|(entry, _)| *entry);
            let by_redirect = from.map(|(_, host)| Cause::redirect(host));
            let host = hosts.index(&observation.host);
            let facts = hosts.facts(host);
            if facts.position == Position::Auditee {
                self.counts.auditee_requests += 1;
                continue;
            }
            let classified = classifier.classify(&observation, facts, &hosts);
            let position = position(facts, &classified);
            self.counts.flows += 1;
            sink.flow(&Flow {
                observation: &observation,
                host: facts,
                position,
                classified: &classified,
                cause: by_redirect.as_ref().unwrap_or(&observation.cause),
                redirected_from,
                sent: &sent,
                set: &set,
            })?;
        }
        Ok(())
    }
}
