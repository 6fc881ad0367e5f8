//! The one path: entries in, findings out, the same for a live session and for a recording.
//!
//! [`Analysis::push`] observes an entry and keeps the observation in a spool, not the exchange. [`Analysis::finish`] puts all observations in
//! order of time, decides what only the whole recording shows (the page, the history of cookies, the course of the visit), classifies, and
//! hands every flow, cookie and gap to a [`Sink`]. The order of pushes does not matter.

pub mod attribution;
mod counts;
mod course;
pub mod dictionary;
mod gaps;
mod handed;
mod jar;
pub mod linkage;
pub mod planted;
mod reading;
mod redirects;
mod spool;
mod survey;
mod trail;
mod validators;

use std::io;

use hashbrown::HashMap;

pub use attribution::{Attribution, PageMention, PageNeedles};
pub use counts::Counts;
pub use course::{BINS, Course, Lane, Moment, MomentEvent};
pub use dictionary::Dictionary;
pub use handed::{Finished, Flow, Opening, Settings, Sink};
pub use jar::{CookieEvent, Jar, Kept, LineState, SentOrigin};
pub use linkage::Linkage;
pub use planted::{Planted, PlantedTable};
pub use spool::{MemorySpool, Spool};
pub use trail::{Sighting, TrailKind, TrailRow};
pub use validators::{ValidatorRow, ValidatorTable};

use crate::classify::{Alias, Aliases, Classifier, Hosts, Parties, navigation_request, position};
use crate::evidence::{CaseKey, Fingerprinter};
use crate::model::{Entry, Fidelity, Gap, GapKind, Outcome, Session, Timestamp};
use crate::observe::{self, Cause, Observation};
use crate::site::{PageSurvey, PageVerdict, Position, Seen, Visit};

use attribution::{Ahead, Attributor};
use course::{CourseBuilder, HostSeen};
use gaps::GapCounts;
use linkage::Linker;
use planted::{PlantedEntry, PlantedSurvey};
use reading::Reading;
use redirects::{AddressMark, Redirects, without_fragment};
use survey::Survey;
use trail::{Ground, Step, Trail};
use validators::Validators;

/// What is kept of an entry in memory, ordered by time and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Indexed {
    order: i64,
    number: u64,
    /// When the head of its answer came, or its start where that is not known.
    answered: i64,
    /// Place and length in the spool.
    place: u64,
    length: u32,
    sends_cookies: bool,
    sets_cookies: bool,
    address: AddressMark,
    redirect: Option<AddressMark>,
}

/// The state over a session.
pub struct Analysis<'r> {
    settings: Settings<'r>,
    fingerprints: Fingerprinter,
    spool: Box<dyn Spool>,
    index: Vec<Indexed>,
    buffer: Vec<u8>,
    sites: HashMap<String, String>,
    page_survey: PageSurvey,
    survey: Survey,
    gaps: GapCounts,
    counts: Counts,
    period: Option<(i64, i64)>,
    linker: Option<Linker>,
    planted: PlantedSurvey,
    ahead: Ahead,
}

impl<'r> Analysis<'r> {
    /// An analysis that keeps its observations in `spool` and makes fingerprints under `key`.
    #[must_use]
    pub fn new(settings: Settings<'r>, key: &CaseKey, spool: Box<dyn Spool>) -> Self {
        let mut counts = Counts::default();
        counts.count_by(settings.rules);
        Self {
            settings,
            fingerprints: Fingerprinter::new(key),
            spool,
            index: Vec::new(),
            buffer: Vec::new(),
            sites: HashMap::new(),
            page_survey: PageSurvey::default(),
            survey: Survey::default(),
            gaps: GapCounts::default(),
            counts,
            period: None,
            linker: None,
            planted: PlantedSurvey::default(),
            ahead: Ahead::default(),
        }
    }

    /// The same analysis, which also says where identifiers go. The index of values lies in `spool` and takes so many bytes of memory.
    #[must_use]
    pub fn linking(mut self, key: &CaseKey, spool: Box<dyn Spool>, memory: usize) -> Self {
        self.linker = Some(Linker::new(key, spool, memory));
        self
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
        // That an import names no answer does not say that anybody broke it off.
        if entry.exchange.outcome == Outcome::Abandoned && entry.exchange.fidelity != Fidelity::Imported {
            self.gaps.one(GapKind::Aborted, entry.number);
        }
        let Settings { rules, suffixes, needles, planted, .. } = self.settings;
        let mut reading = Reading::new((rules, suffixes), self.linker.as_mut(), (needles, planted), entry);
        let observed = observe::observe(entry, suffixes, &self.fingerprints, &mut reading);
        let (mentions, search) = (reading.mentioned.mentions, reading.planted);
        self.counts.cookies_without_host(entry, observed.is_some());
        let Some(observation) = observed else {
            self.counts.hostless_entries += 1;
            let kind = if observe::is_local(&entry.exchange) { GapKind::Hostless } else { GapKind::UnreadableAddress };
            self.gaps.one(kind, entry.number);
            return Ok(());
        };
        let facts = observe::page_facts(&entry.exchange);
        let referer = facts.referer_host.map(|host| self.site(&host).to_owned());
        let site = self.site(&observation.host).to_owned();
        self.page_survey.see(Seen {
            number: entry.number,
            host: &observation.host,
            site: &site,
            document: facts.document,
            page: Some(&*observation.page).filter(|page| !page.is_empty()),
            referer: referer.as_deref(),
        });
        if let Some(linker) = &mut self.linker {
            let lifetimes = observation.set.iter().filter(|cookie| !cookie.refused && !cookie.deletes);
            lifetimes.for_each(|cookie| linker.lifetime(&cookie.name, if cookie.session { None } else { cookie.lifetime }));
            linker.end()?;
        }
        if let Some(search) = search.filter(|_| !observation.was_not_sent()) {
            let redirect = observation.redirect_host().map(|host| (self.site(&host).to_owned(), host));
            let facts = PlantedEntry {
                number: entry.number,
                at: entry.order,
                answered: observation.answered.map_or(entry.order, Timestamp::from_nanoseconds),
                host: (&observation.host, &site),
                asked_from: if observation.asked_from.is_empty() { "" } else { suffixes.registrable_domain(&observation.asked_from) },
                redirect: redirect.as_ref().map(|(site, host)| (host.as_ref(), site.as_str())),
            };
            self.planted.take(&facts, search.rest(), &observation.method);
        }
        self.ahead.see(&observation, entry.order);
        self.counts.see(&observation, &site);
        self.counts.see_by_rule(self.settings.rules, &observation);
        self.survey.see(self.settings.rules, entry, &observation, &site);
        self.buffer.clear();
        self.buffer = postcard::to_extend(&observation, std::mem::take(&mut self.buffer)).map_err(io::Error::other)?;
        // What was found about the Page follows the observation.
        self.buffer = postcard::to_extend(&mentions, std::mem::take(&mut self.buffer)).map_err(io::Error::other)?;
        let place = self.spool.append(&self.buffer)?;
        let order = entry.order.as_nanoseconds();
        let mark = |url: &str| self.fingerprints.mark(without_fragment(url).as_bytes());
        self.index.push(Indexed {
            order,
            number: entry.number,
            answered: observation.answered.unwrap_or(order).max(order),
            place,
            length: self.buffer.len() as u32,
            sends_cookies: !observation.sent.is_empty(),
            sets_cookies: !observation.set.is_empty(),
            address: mark(&observation.url),
            redirect: (!observation.redirect.is_empty()).then(|| mark(&observation.redirect)),
        });
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
    pub fn finish(mut self, session: &Session, gaps: Vec<Gap>, sink: &mut dyn Sink) -> io::Result<Finished> {
        let Settings { rules, suffixes, parties, .. } = self.settings;
        let page = self.page_survey.verdict(&session.pages, suffixes, self.settings.page);
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
        self.index.sort_unstable();
        let first = self.index.first().map(|entry| time(entry.order));
        let visit = self.survey.visit(&session.marks, page.site.as_deref(), first);
        sink.visit(&visit)?;
        self.flows(session, &page, &visit, parties, sink)?;
        let mut index = self.linker.take().map(Linker::seal).transpose()?;
        if let Some(index) = &mut index {
            sink.linkage(&linkage::join(std::slice::from_mut(index), &|_, at| visit.stretch_at(at))?)?;
        }
        if let Some(planted) = self.settings.planted {
            sink.planted(&std::mem::take(&mut self.planted).finish(planted, &visit))?;
        }
        self.gaps.session(session);
        for gap in self.gaps.finish(self.counts.entries, gaps) {
            sink.gap(&gap)?;
        }
        sink.close(&self.counts)?;
        Ok(Finished { counts: self.counts, index, visit })
    }

    fn flows(&mut self, session: &Session, page: &PageVerdict, visit: &Visit, parties: &'r Parties, sink: &mut dyn Sink) -> io::Result<()> {
        let Settings { rules, suffixes, full_urls, .. } = self.settings;
        let mut hosts = Hosts::new(rules, suffixes, parties, page);
        let mut classifier = Classifier::new(rules, self.settings.lists, self.settings.idle, full_urls);
        let mut aliases = Aliases::new(self.settings.lists);
        let redirected_from = self.follow_redirects();
        let (jar, mut histories) = self.cookie_history(visit)?;
        let none = (Vec::new(), Vec::new());
        let time = Timestamp::from_nanoseconds;
        let mut course = CourseBuilder::new(visit, self.index.iter().map(|entry| (time(entry.order), entry.number)));
        let fingerprints = self.fingerprints.clone();
        let ground = |page| Ground { visit, fingerprints: &fingerprints, page, platform_named: parties.platform.is_some() };
        let mut trail = page.site.as_deref().map(|page| Trail::new(ground(page)));
        let mut validators = Validators::new(&fingerprints);
        let mut dictionary = dictionary::Builder::new(rules, self.settings.planted);
        let click_identifiers = rules.click_identifiers();
        let grounds = attribution::Ground {
            visit,
            fingerprints: &fingerprints,
            platform_named: parties.platform.is_some(),
            click_identifiers: &click_identifiers,
        };
        self.ahead.settle();
        let mut attributor = Attributor::new(grounds, std::mem::take(&mut self.ahead));
        for place in 0..self.index.len() {
            let Indexed { place: at, length, order, .. } = self.index[place];
            self.spool.read(at, length as usize, &mut self.buffer)?;
            let (observation, rest) = postcard::take_from_bytes::<Observation<'_>>(&self.buffer).map_err(io::Error::other)?;
            let mentions: Vec<PageMention> = postcard::from_bytes(rest).map_err(io::Error::other)?;
            let (sent, set) = histories.remove(&place).unwrap_or_else(|| none.clone());
            let from = redirected_from.get(&place).map(|&from| &self.index[from]);
            let by_redirect = from.map(|_| Cause::redirect());
            let redirected_from = from.map(|from| from.number);
            let at = time(order);
            let host = hosts.index(&observation.host);
            let [asked_from, to] = [Some(&*observation.asked_from), observation.redirect_host().as_deref()]
                .map(|host| host.filter(|host| !host.is_empty()).map(|host| hosts.index(host)));
            let facts = hosts.facts(host);
            let is_other = page.site.as_ref() != Some(&facts.site);
            course.see(&observation, at, &HostSeen { host, site: &facts.site, is_other, sent: &sent });
            if let Some(trail) = &mut trail {
                let [from, to] = [asked_from, to].map(|host| host.map(|host| hosts.facts(host)));
                trail.see(Step { observation: &observation, at, host: facts, from, to });
            }
            let alias = aliases.find(&observation, host, asked_from, &mut hosts);
            let facts = hosts.facts(host);
            let navigated = navigation_request(rules, &observation);
            let to = to.map(|host| hosts.facts(host));
            let attribution_step = attribution::Step {
                observation: &observation,
                at,
                host: facts,
                to,
                redirected_from,
                background: false,
                navigated: navigated.as_ref(),
            };
            // What another organisation answers under a name of the auditee is no request to the auditee.
            if facts.position == Position::Auditee && !alias.as_ref().is_some_and(Alias::is_cloaked) {
                self.counts.auditee_requests += 1;
                attributor.see(attribution_step);
                continue;
            }
            let classified = classifier.classify(&observation, facts, &hosts, alias);
            let position = position(facts, &classified);
            let attribution = attributor.see(attribution::Step { background: position == Position::Browser, ..attribution_step });
            self.counts.flows += 1;
            self.gaps.flow(&observation, position, &attribution);
            let stretch = visit.stretch_at(at);
            let own_state = page.site.as_deref().and_then(|site| visit.state_for(site, stretch, at));
            dictionary.see(&observation, at, facts, position, own_state, (&attribution.acted, &mentions));
            validators.see(&observation, facts, stretch);
            sink.flow(&Flow {
                observation: &observation,
                host: facts,
                position,
                classified: &classified,
                jar: &jar,
                cause: by_redirect.as_ref().unwrap_or(&observation.cause),
                redirected_from,
                sent: &sent,
                set: &set,
                stretch,
                choices: &visit.states(stretch, at),
                attribution: &attribution,
                mentions: &mentions,
            })?;
        }
        let mut course = course.finish(std::mem::take(&mut self.survey), &session.pages);
        (course.trail, course.trail_left_out) = trail.map(Trail::finish).unwrap_or_default();
        sink.course(&course)?;
        sink.validators(&validators.finish())?;
        let dictionary = dictionary.finish();
        self.gaps.dictionary(&dictionary);
        sink.dictionary(&dictionary)
    }

    /// For every entry that a redirect caused, by place in the order of time, the place of the entry that redirected. The answer of that one
    /// cannot have come later than the request it caused, however coarse the recorded durations are.
    fn follow_redirects(&mut self) -> HashMap<usize, usize> {
        let mut redirects = Redirects::default();
        let mut found = HashMap::new();
        for place in 0..self.index.len() {
            let Indexed { order, address, redirect, .. } = self.index[place];
            if let Some(from) = redirects.follow(place, address, redirect) {
                found.insert(place, from);
                self.index[from].answered = self.index[from].answered.min(order);
            }
        }
        found
    }

    /// What becomes of every cookie: a Cookie counts at the start of its request, a Set-Cookie at the head of its answer. Stretch by stretch,
    /// because each begins with an empty jar, and an answer belongs to the browser that asked, however late it comes.
    fn cookie_history(&mut self, visit: &Visit) -> io::Result<(Jar, Histories)> {
        let stretch = |entry: &Indexed| visit.stretch_at(Timestamp::from_nanoseconds(entry.order));
        let sends = self.index.iter().enumerate().filter(|(_, entry)| entry.sends_cookies);
        let sets = self.index.iter().enumerate().filter(|(_, entry)| entry.sets_cookies);
        // At the same instant what an answer sets comes first: the request that follows a redirect may carry it.
        let mut events: Vec<(u32, i64, bool, u64, usize)> =
            sets.map(|(place, entry)| (stretch(entry), entry.answered, false, entry.number, place)).collect();
        events.extend(sends.map(|(place, entry)| (stretch(entry), entry.order, true, entry.number, place)));
        events.sort_unstable();
        let mut jar = Jar::default();
        let mut current = 1;
        let mut histories = Histories::new();
        for (stretch, _, is_sent, _, place) in events {
            if stretch != current {
                jar.begin_anew();
                current = stretch;
            }
            let Indexed { place: at, length, .. } = self.index[place];
            self.spool.read(at, length as usize, &mut self.buffer)?;
            let observation: Observation<'_> = postcard::from_bytes(&self.buffer).map_err(io::Error::other)?;
            let history = histories.entry(place).or_default();
            if is_sent {
                history.0 = jar.sent(&observation);
            } else {
                history.1 = jar.set(&observation);
            }
        }
        Ok((jar, histories))
    }
}

/// For entries with cookies, by place in the order of time: where those sent come from, and what those set do.
type Histories = HashMap<usize, (Vec<SentOrigin>, Vec<CookieEvent>)>;
