//! Attributes entries in order of time: finds the page, then the trigger, then who acted. Keeps what pages hold, not what entries do.

use hashbrown::HashMap;

use super::actor::{Actor, ActorBasis, Way};
use super::ahead::Ahead;
use super::pages::{Asker, Page, Pages, SourceKind, basis_of};
use super::trigger::{Trigger, TriggerBasis, TriggerKind, may_part};
use super::{Acted, Attribution, Confidence, PageBasis, PageOf, TopPage};
use crate::classify::{HostFacts, Navigated};
use crate::evidence::Fingerprinter;
use crate::model::{Timestamp, UrlParts};
use crate::observe::{Account, AddressMark, FetchDest, FetchMode, FetchSite, InitiatorKind, Observation, Reading, Sends, path_mark};
use crate::redact::printable_path;
use crate::site::{ChoiceState, Position, Relation, Visit};

/// After the head of the answer that opens the next page, a page that is left may still send for this long, in nanoseconds.
const PARTING: i64 = 5_000_000_000;

/// Before the next page is asked for, what is sent as a page is left may come this early, in nanoseconds.
const PARTING_BEFORE: i64 = 1_000_000_000;

/// After so long without a recorded action of the visitor a request counts as sent while idle, in nanoseconds.
const IDLE: i64 = 30_000_000_000;

/// A connection speaks for the page that used it last within this time, in nanoseconds.
const BUSY: i64 = 30_000_000_000;

/// Endpoints for reports that are remembered.
const ENDPOINTS: usize = 10_000;

/// Longest path of a page that is printed, in characters.
const LONGEST_PATH: usize = 200;

/// What entries are held against.
#[derive(Clone, Copy)]
pub struct Ground<'v> {
    /// Stretches, marks and choices.
    pub visit: &'v Visit,
    /// Makes the fingerprints; the same as those of the observations.
    pub fingerprints: &'v Fingerprinter,
    /// Whether the operator named the platform; else it is whoever owns the examined page's site.
    pub platform_named: bool,
    /// Names of query parameters that hold click identifiers, as the rules say.
    pub click_identifiers: &'v [String],
}

/// What is known of an entry when its turn comes.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    /// What was observed.
    pub observation: &'a Observation<'a>,
    /// Its start.
    pub at: Timestamp,
    /// The host that is asked.
    pub host: &'a HostFacts,
    /// The host to which the answer redirects.
    pub to: Option<&'a HostFacts>,
    /// The entry whose answer redirected here.
    pub redirected_from: Option<u64>,
    /// Whether a rule or the baseline says that it is the browser's own traffic.
    pub background: bool,
    /// The signature of a page fetched without a document.
    pub navigated: Option<&'a Navigated>,
}

impl Step<'_> {
    fn at(&self) -> i64 {
        self.at.as_nanoseconds()
    }

    fn answered(&self) -> i64 {
        self.observation.answered.unwrap_or_default().max(self.at())
    }
}

/// How a document is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opens {
    Page(Confidence),
    Frame,
    Nothing,
}

/// The page of a request, and who on it asked.
struct Located {
    asker: Option<Asker>,
    basis: PageBasis,
    confidence: Confidence,
    /// Why it counts as sent while the page was left.
    parting: Option<Confidence>,
}

/// Attributes the entries of a recording.
pub struct Attributor<'v> {
    ground: Ground<'v>,
    ahead: Ahead,
    pages: Pages,
    stretch: u32,
    /// The last action of the visitor in the stretch.
    last_action: Option<i64>,
    /// Where reports are to be sent: the entry that says so and its page.
    endpoints: HashMap<AddressMark, (u64, Option<usize>)>,
    /// Where a chain of redirects that opens a document began: by the entry that redirected last, the page it was opened from.
    chains: HashMap<u64, (Opens, Option<usize>)>,
    left_out: u64,
}

impl<'v> Attributor<'v> {
    /// An attributor. `ahead` must have seen every entry and be settled.
    #[must_use]
    pub fn new(ground: Ground<'v>, ahead: Ahead) -> Self {
        let (endpoints, chains) = (HashMap::new(), HashMap::new());
        Self { ground, ahead, pages: Pages::default(), stretch: 0, last_action: None, endpoints, chains, left_out: 0 }
    }

    /// How many pages, addresses and endpoints were forgotten because there were too many.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out + self.pages.left_out
    }

    /// Attributes the next entry. Entries must come in order of time.
    pub fn see(&mut self, step: Step<'_>) -> Attribution {
        let stretch = self.ground.visit.stretch_at(step.at);
        if stretch != self.stretch {
            self.stretch = stretch;
            self.pages.begin_anew();
            self.endpoints.clear();
            self.chains.clear();
            self.last_action = None;
        }
        let leads = &step.observation.leads;
        let opens = self.opens(&step);
        let mut located = self.locate(&step);
        let mut trigger = self.trigger(&step, opens, &located);
        let mut page = located.asker.as_ref().map(|asker| self.pages.current(asker.page));
        let (mut basis, mut confidence) = (located.basis, located.confidence);
        match opens {
            Opens::Page(sure) => {
                let from = self.opened_from(&step, page);
                let redirects = !step.observation.redirect.is_empty();
                if redirects {
                    // A redirect shows nothing; whoever opens the document at its end was opened from here.
                    self.chains.insert(step.observation.number, (opens, from));
                }
                if matches!(trigger.kind, TriggerKind::Typed | TriggerKind::Link | TriggerKind::Form) {
                    self.last_action = Some(step.at());
                }
                let top = top_page(&step, None);
                (basis, confidence) = (PageBasis::NavigationItself, sure);
                if leads.gives_document || step.observation.status == 0 && step.observation.outcome() == "not-recorded" {
                    let times = (step.at(), step.answered());
                    page = Some(self.pages.open(leads, top, times, step.host, from, &step.observation.page));
                    located.asker = page.map(|page| self.pages.itself(page));
                } else {
                    // It stays the page of nothing but itself.
                    let page = PageOf { page: Some(std::sync::Arc::new(top)), basis, confidence, frame: None };
                    let acted = self.acted(&step, None, &trigger, confidence);
                    return self.attribution(&step, page, trigger, acted);
                }
            }
            Opens::Frame | Opens::Nothing => {
                if let (Some(navigated), Some(base)) = (step.navigated, page) {
                    let path = navigated.path.as_deref();
                    let scheme_and_host = || format!("https://{}{}", step.observation.host, path.unwrap_or_default());
                    let mark = path.and_then(|_| path_mark(&scheme_and_host(), self.ground.fingerprints));
                    page = Some(self.pages.fetch(base, top_page(&step, Some(path)), step.at(), mark));
                    (basis, confidence) = (PageBasis::NavigationSignature, Confidence::Derived);
                    trigger = Trigger::new(TriggerKind::InPage, TriggerBasis::Signature, Confidence::Derived);
                    self.last_action = Some(step.at());
                }
            }
        }
        self.remember(&step, opens, located.asker.as_ref(), page);
        let frame =
            located.asker.as_ref().filter(|asker| asker.kind == SourceKind::Frame).map(|asker| self.pages.documents[asker.document].entry);
        let found = page.map(|page| &self.pages.pages[page]);
        let acted = self.acted(&step, found, &trigger, confidence);
        let page = PageOf { page: found.map(|page| page.top.clone()), basis, confidence, frame };
        self.attribution(&step, page, trigger, acted)
    }

    fn attribution(&self, step: &Step<'_>, page: PageOf, trigger: Trigger, acted: Acted) -> Attribution {
        let is_preflight = step.observation.leads.is_preflight();
        Attribution { page, trigger, acted, is_preflight, paired_with: self.ahead.paired_with(step.observation.number) }
    }

    /// Whether a request opens a document, and where.
    fn opens(&self, step: &Step<'_>) -> Opens {
        let Step { observation, .. } = step;
        let leads = &observation.leads;
        if leads.ahead || leads.is_preflight() {
            return Opens::Nothing;
        }
        if leads.mode == FetchMode::Navigate {
            return match leads.dest {
                FetchDest::Document => Opens::Page(Confidence::Stated),
                _ => Opens::Frame,
            };
        }
        if leads.mode != FetchMode::Missing {
            return Opens::Nothing;
        }
        // Without Fetch Metadata only the recording's own word is left.
        if observation.kind.name() == "subdocument" {
            return Opens::Frame;
        }
        if let Some((opens, _)) = step.redirected_from.and_then(|from| self.chains.get(&from)) {
            return if *opens == Opens::Frame { Opens::Frame } else { Opens::Page(Confidence::Derived) };
        }
        let first_of_page = !observation.page.is_empty() && self.pages.with_id(&observation.page).is_none();
        let called_document = observation.kind.name() == "document" && observation.kind.basis() == "recording";
        let passed_on = leads.is_html && observation.method == "GET" && !leads.by_script && leads.origin.is_none();
        match (called_document, first_of_page, &leads.referer) {
            (true, true, _) => Opens::Page(Confidence::Stated),
            // A recording that names pages gives each document of a window a page of its own.
            (true, false, _) if !observation.page.is_empty() => Opens::Frame,
            (true, false, None) => Opens::Page(Confidence::Derived),
            (true, false, Some(referer)) if *referer.host == *observation.host => Opens::Page(Confidence::Guessed),
            (true, false, Some(_)) => Opens::Frame,
            (false, true, None) if passed_on => Opens::Page(Confidence::Derived),
            (false, false, None) if passed_on && observation.page.is_empty() => Opens::Page(Confidence::Guessed),
            _ => Opens::Nothing,
        }
    }

    /// The page from which a document was opened.
    fn opened_from(&self, step: &Step<'_>, located: Option<usize>) -> Option<usize> {
        if let Some((_, from)) = step.redirected_from.and_then(|from| self.chains.get(&from)) {
            return *from;
        }
        let leads = &step.observation.leads;
        let named = leads.referer.is_some() || leads.initiator_at.is_some() || leads.origin.is_some();
        located.filter(|_| named)
    }

    /// The page to which a request belongs, as far as it does not open one; for one that opens a page, the page it was opened from.
    fn locate(&self, step: &Step<'_>) -> Located {
        let Step { observation, .. } = step;
        let leads = &observation.leads;
        let found = |(asker, confidence): (Asker, Confidence), told: PageBasis| {
            let basis = basis_of(&asker, told);
            Some(Located { asker: Some(asker), basis, confidence, parting: None })
        };
        if let Some((page, basis, confidence, parting)) = self.parting(step) {
            return Located { asker: Some(self.pages.itself(page)), basis, confidence, parting: Some(parting) };
        }
        let named = || {
            let referer = leads.referer.as_ref();
            // An address that was cut to its origin may look like the address of the start page.
            let told = |spot: &crate::observe::Spot<'_>| {
                if spot.origin_only && *spot.host != *observation.host { PageBasis::RefererOrigin } else { PageBasis::Referer }
            };
            let weaker = |spot: &crate::observe::Spot<'_>, (asker, confidence): (Asker, Confidence)| {
                let cut = told(spot) == PageBasis::RefererOrigin;
                (asker, if cut { confidence.max(Confidence::Derived) } else { confidence })
            };
            let exact = referer.and_then(|spot| found(weaker(spot, self.pages.at(spot)?), told(spot)));
            exact
                .or_else(|| found(self.pages.at(leads.ping_from.as_ref()?)?, PageBasis::PingFrom))
                .or_else(|| found(self.pages.at(leads.initiator_at.as_ref()?)?, PageBasis::Initiator))
                .or_else(|| found(self.pages.on_host(&referer?.host)?, PageBasis::RefererOrigin))
                .or_else(|| found(self.pages.on_host(&leads.origin.as_ref()?.host)?, PageBasis::Origin))
                .or_else(|| found(self.pages.on_host(&leads.initiator_at.as_ref()?.host)?, PageBasis::Initiator))
        };
        let named = named();
        if let Some(page) = self.pages.with_id(&observation.page) {
            // The recording says which page; who on it asked is in the request.
            let asker = named.and_then(|located| located.asker).filter(|asker| self.pages.current(asker.page) == self.pages.current(page));
            let asker = asker.unwrap_or_else(|| self.pages.itself(page));
            return Located { asker: Some(asker), basis: PageBasis::RecordingPage, confidence: Confidence::Stated, parting: None };
        }
        if let Some(located) = named {
            return located;
        }
        let none = || Located { asker: None, basis: PageBasis::None, confidence: Confidence::NotEstablished, parting: None };
        if step.background || (leads.site == FetchSite::None && leads.mode != FetchMode::Navigate) {
            return none();
        }
        if let Some((_, Some(page))) = leads.address.and_then(|address| self.endpoints.get(&address))
            && is_report(step)
        {
            let asker = Some(self.pages.itself(*page));
            return Located { asker, basis: PageBasis::Declared, confidence: Confidence::Guessed, parting: None };
        }
        if matches!(leads.site, FetchSite::SameOrigin | FetchSite::SameSite)
            && let Some(hit) = self.pages.on_host(&observation.host)
        {
            return found((hit.0, hit.1.max(Confidence::Derived)), PageBasis::FetchSite).unwrap_or_else(none);
        }
        // A Referer or Origin that names nobody we know speaks against every page that we do know.
        if leads.referer.is_some() || leads.origin.is_some() || leads.site == FetchSite::None {
            return none();
        }
        let busy = self.pages.on_connection(&leads.client).filter(|(_, at)| step.at() - at <= BUSY).map(|(page, _)| page);
        let (page, basis) = match (busy, self.pages.last()) {
            (Some(page), _) => (page, PageBasis::ConnectionAndTime),
            (None, Some(page)) => (page, PageBasis::Time),
            (None, None) => return none(),
        };
        Located { asker: Some(self.pages.itself(page)), basis, confidence: Confidence::Guessed, parting: None }
    }

    /// The page that was being left when a request was sent, what says which page it is, and how sure the leaving is.
    fn parting(&self, step: &Step<'_>) -> Option<(usize, PageBasis, Confidence, Confidence)> {
        let leads = &step.observation.leads;
        if !may_part(step.observation) {
            return None;
        }
        let (spot, told) = match (&leads.ping_from, &leads.referer, &leads.origin) {
            (Some(spot), ..) => (spot, PageBasis::PingFrom),
            (None, Some(spot), _) => (spot, PageBasis::Referer),
            (None, None, Some(spot)) => (spot, PageBasis::Origin),
            (None, None, None) => return None,
        };
        let last = self.pages.last()?;
        let exact = self.pages.at(spot).filter(|_| !spot.origin_only || *spot.host == *step.observation.host);
        let exact = exact.filter(|(asker, _)| asker.kind == SourceKind::Document).map(|(asker, sure)| (asker.page, sure));
        // The page that is opened next: in time it may only just have been asked for.
        let newer = |page: usize| (page + 1..=last).take(64).find(|&next| !self.pages.pages[next].top.in_document);
        let in_time = |next: usize| {
            let next = &self.pages.pages[next];
            next.at <= step.at() && step.at() <= next.answered.saturating_add(PARTING)
        };
        if let Some((page, sure)) = exact {
            if let Some(next) = newer(page) {
                let next_page = &self.pages.pages[next];
                let goes_on = self.ahead.goes_on(self.pages.pages[page].address, next_page.answered.saturating_add(PARTING));
                if !in_time(next) || goes_on {
                    return None;
                }
                let leaves = next_page.from.is_some_and(|from| self.pages.current(from) == self.pages.current(page));
                return Some((
                    page,
                    PageBasis::Unload,
                    Confidence::Derived,
                    if leaves { Confidence::Derived } else { Confidence::Guessed },
                ));
            }
            let next = self.ahead.next_opening(step.at())?;
            let leaves = next.referer.is_some() && next.referer == Some(spot.address);
            let soon = next.at - step.at() <= PARTING_BEFORE;
            return (leaves && soon).then_some((page, told, sure, Confidence::Guessed));
        }
        // Only the host is known. While the next page's answer is on its way, it cannot be that page.
        let next = &self.pages.pages[last];
        let waits = next.at <= step.at() && step.at() < next.answered && !next.top.in_document;
        let page = self.pages.before_on_host(&spot.host, last).filter(|_| waits)?;
        Some((page, PageBasis::Unload, Confidence::Guessed, Confidence::Guessed))
    }

    fn trigger(&self, step: &Step<'_>, opens: Opens, located: &Located) -> Trigger {
        use Confidence::{Derived, Guessed, Stated};
        let leads = &step.observation.leads;
        let asker = located.asker.as_ref();
        if leads.is_preflight() {
            let by_field = !leads.asks.is_empty();
            let basis = if by_field { TriggerBasis::AccessControl } else { TriggerBasis::Recording };
            let of = self.ahead.paired_with(step.observation.number);
            return Trigger { entry: of, ..Trigger::new(TriggerKind::Preflight, basis, Stated) };
        }
        if let Some(from) = step.redirected_from {
            return Trigger { entry: Some(from), ..Trigger::new(TriggerKind::Redirect, TriggerBasis::Location, Derived) };
        }
        if is_report(step) {
            let declared = leads.address.and_then(|address| self.endpoints.get(&address)).map(|(entry, _)| *entry);
            let basis = if declared.is_some() { TriggerBasis::Declared } else { TriggerBasis::MediaType };
            return Trigger { entry: declared, ..Trigger::new(TriggerKind::Reporting, basis, Stated) };
        }
        if step.background {
            return Trigger::new(TriggerKind::Browser, TriggerBasis::Rule, Derived);
        }
        if let Opens::Page(_) = opens {
            return self.navigation(step, asker);
        }
        if leads.ahead {
            return Trigger::new(TriggerKind::Prefetch, TriggerBasis::Purpose, Stated);
        }
        if leads.registers_worker || leads.dest == FetchDest::ServiceWorker {
            return Trigger::new(TriggerKind::ServiceWorker, TriggerBasis::HeaderField, Stated);
        }
        if let Some(parting) = located.parting {
            let basis = if leads.sends == Sends::Ping { TriggerBasis::PingFrom } else { TriggerBasis::Time };
            return Trigger::new(TriggerKind::Unload, basis, parting);
        }
        if self.choice_of(step).is_some() {
            let choice = self.choice_of(step);
            return Trigger { choice, ..Trigger::new(TriggerKind::Choice, TriggerBasis::Signature, Derived) };
        }
        if leads.site == FetchSite::None && leads.mode != FetchMode::Missing {
            return Trigger::new(TriggerKind::Browser, TriggerBasis::FetchMetadata, Guessed);
        }
        let own = self.by_parts(step, opens, asker);
        // A script may send on its own account or because something was chosen, or go on while nobody does anything. Time says no more than that.
        if matches!(own.kind, TriggerKind::Script | TriggerKind::NotEstablished)
            && let Some(asker) = asker
        {
            let page = &self.pages.pages[asker.page];
            if let Some(ChoiceState::Transition(number)) = self.ground.visit.state_for(&page.top.site, self.stretch, step.at) {
                return Trigger { choice: Some(number), ..Trigger::new(TriggerKind::Choice, TriggerBasis::Time, Guessed) }
                    .of_host(own.host.unwrap_or_default());
            }
            let since = self.last_action(step.at).map(|action| step.at().saturating_sub(action));
            if let Some(since) = since.filter(|since| *since >= IDLE) {
                let seconds = Some(since.unsigned_abs() / 1_000_000_000);
                return Trigger { idle_seconds: seconds, ..Trigger::new(TriggerKind::Idle, TriggerBasis::Time, Guessed) }
                    .of_host(own.host.unwrap_or_default());
            }
        }
        own
    }

    /// What of a page asked: a frame, a worker, a stylesheet, the parser or a script.
    fn by_parts(&self, step: &Step<'_>, opens: Opens, asker: Option<&Asker>) -> Trigger {
        use Confidence::{Derived, Guessed, Stated};
        let leads = &step.observation.leads;
        let told = if leads.referer.is_some() { TriggerBasis::Referer } else { TriggerBasis::Origin };
        match asker.map(|asker| (asker.kind, &asker.host)) {
            Some((SourceKind::Frame, host)) => return Trigger::new(TriggerKind::Frame, told, Derived).of_host(host),
            Some((SourceKind::ServiceWorker, host)) => return Trigger::new(TriggerKind::ServiceWorker, told, Derived).of_host(host),
            Some((SourceKind::Stylesheet, host)) => return Trigger::new(TriggerKind::Stylesheet, told, Stated).of_host(host),
            Some((SourceKind::Script, host)) if leads.initiator != InitiatorKind::Script => {
                return Trigger::new(TriggerKind::Script, told, Derived).of_host(host);
            }
            _ => {}
        }
        let initiator = leads.initiator_at.as_ref().map(|spot| spot.host.to_string()).unwrap_or_default();
        match leads.initiator {
            InitiatorKind::Script => return Trigger::new(TriggerKind::Script, TriggerBasis::Recording, Stated).of_host(initiator),
            InitiatorKind::Parser => return Trigger::new(TriggerKind::Parser, TriggerBasis::Recording, Stated).of_host(initiator),
            _ => {}
        }
        let scripts_only = leads.dest == FetchDest::Empty || leads.by_script || matches!(leads.mode, FetchMode::WebSocket);
        if scripts_only || ["xmlhttprequest", "websocket", "ping"].contains(&step.observation.kind.name()) {
            let basis = match (leads.dest, leads.by_script) {
                (FetchDest::Empty, _) => TriggerBasis::FetchMetadata,
                (_, true) => TriggerBasis::HeaderField,
                _ if step.observation.kind.basis() == "recording" => TriggerBasis::Recording,
                _ => TriggerBasis::HeaderField,
            };
            // A document in JSON that an address bar opens would look alike without Fetch Metadata.
            let confidence = if step.observation.kind.basis() == "media-type" { Guessed } else { Derived };
            let basis = if confidence == Guessed { TriggerBasis::MediaType } else { basis };
            return Trigger::new(TriggerKind::Script, basis, confidence);
        }
        let (Some(asker), Some(address)) = (asker, leads.address) else { return Trigger::none() };
        let document = &self.pages.documents[asker.document];
        let holds = |marks: &[AddressMark]| marks.binary_search(&address).is_ok();
        for (marks, basis) in [
            (&document.hinted, TriggerBasis::EarlyHints),
            (&document.linked, TriggerBasis::LinkHeader),
            (&document.loads, TriggerBasis::DocumentMention),
        ] {
            if holds(marks) {
                return Trigger::new(TriggerKind::Parser, basis, Derived).of_host(&document.host);
            }
        }
        if let Some((host, _)) = document.styles.iter().find(|(_, marks)| holds(marks)) {
            return Trigger::new(TriggerKind::Stylesheet, TriggerBasis::StylesheetMention, Derived).of_host(host);
        }
        if document.reading == Reading::Whole && document.styles_read && opens == Opens::Nothing {
            return Trigger::new(TriggerKind::Script, TriggerBasis::NoMention, Guessed);
        }
        Trigger::none()
    }

    /// What opened a page.
    fn navigation(&self, step: &Step<'_>, asker: Option<&Asker>) -> Trigger {
        use Confidence::{Derived, Guessed, Stated};
        let leads = &step.observation.leads;
        if step.observation.method == "POST" {
            return Trigger::new(TriggerKind::Form, TriggerBasis::HeaderField, Derived);
        }
        if leads.mode == FetchMode::Navigate && leads.site == FetchSite::None {
            return Trigger::new(TriggerKind::Typed, TriggerBasis::FetchMetadata, Stated);
        }
        let document = asker.map(|asker| &self.pages.documents[asker.document]);
        let mentioned =
            document.is_some_and(|document| leads.address.is_some_and(|address| document.opens.binary_search(&address).is_ok()));
        let from = document.map(|document| document.host.clone()).or_else(|| leads.referer.as_ref().map(|spot| spot.host.to_string()));
        let from = from.unwrap_or_default();
        match (leads.mode, leads.by_user) {
            (FetchMode::Navigate, true) if mentioned => {
                Trigger::new(TriggerKind::Link, TriggerBasis::DocumentMention, Derived).of_host(from)
            }
            (FetchMode::Navigate, true) => Trigger::new(TriggerKind::Link, TriggerBasis::FetchMetadata, Derived).of_host(from),
            (FetchMode::Navigate, false) => Trigger::new(TriggerKind::OpenedByPage, TriggerBasis::FetchMetadata, Derived).of_host(from),
            _ if mentioned => Trigger::new(TriggerKind::Link, TriggerBasis::DocumentMention, Guessed).of_host(from),
            _ if leads.referer.is_some() => Trigger::new(TriggerKind::Link, TriggerBasis::Referer, Guessed).of_host(from),
            _ => Trigger::new(TriggerKind::Opened, TriggerBasis::Recording, Guessed),
        }
    }

    /// The choice that a request carries.
    fn choice_of(&self, step: &Step<'_>) -> Option<u32> {
        let carries = |choice: &&crate::site::Choice| choice.said_by.entry() == Some(step.observation.number);
        self.ground.visit.choices.iter().find(carries).map(|choice| choice.number)
    }

    /// The last action of the visitor up to a moment: a page opened by hand, a choice, a mark.
    fn last_action(&self, at: Timestamp) -> Option<i64> {
        let visit = self.ground.visit;
        let choices = visit.choices.iter().filter(|choice| choice.stretch == self.stretch).map(crate::site::Choice::begins);
        let marks = visit.marks.iter().filter(|marked| marked.stretch == self.stretch).map(|marked| marked.at);
        let said = choices.chain(marks).filter(|moment| *moment <= at).map(Timestamp::as_nanoseconds).max();
        self.last_action.into_iter().chain(said).max()
    }

    /// Keeps what later requests may name.
    fn remember(&mut self, step: &Step<'_>, opens: Opens, asker: Option<&Asker>, page: Option<usize>) {
        let Step { observation, .. } = step;
        let leads = &observation.leads;
        let kind = match observation.kind.name() {
            _ if opens == Opens::Frame => Some(SourceKind::Frame),
            _ if leads.registers_worker || leads.dest == FetchDest::ServiceWorker => Some(SourceKind::ServiceWorker),
            "stylesheet" => Some(SourceKind::Stylesheet),
            "script" => Some(SourceKind::Script),
            _ => None,
        };
        if opens == Opens::Frame && !observation.redirect.is_empty() {
            self.chains.insert(observation.number, (Opens::Frame, None));
        }
        if let (Some(kind), Some(asker)) = (kind, asker)
            && observation.redirect.is_empty()
        {
            self.pages.load(leads, kind, asker, observation.number, &observation.host, step.at());
        }
        for endpoint in &leads.declared {
            if self.endpoints.len() >= ENDPOINTS {
                self.left_out += 1;
                break;
            }
            self.endpoints.insert(*endpoint, (observation.number, page));
        }
        if let Some(page) = page {
            self.pages.used(&leads.client, page, step.at());
        }
    }

    fn is_platform(&self, position: Position, relation: Relation) -> bool {
        if self.ground.platform_named {
            matches!(position, Position::Platform | Position::PlatformAffiliate)
        } else {
            matches!(relation, Relation::SameSite | Relation::SameOwner)
        }
    }

    /// Who acted, and in which way.
    fn acted(&self, step: &Step<'_>, page: Option<&Page>, trigger: &Trigger, sure: Confidence) -> Acted {
        let leads = &step.observation.leads;
        let none = Acted {
            actor: Actor::NotEstablished,
            way: Way::NotEstablished,
            basis: ActorBasis::None,
            confidence: Confidence::NotEstablished,
        };
        if trigger.kind == TriggerKind::Browser {
            return none;
        }
        let sure = sure.max(Confidence::Derived);
        let to_platform = self.is_platform(step.host.position, step.host.relation);
        if let (true, Account::Is(acting), Account::Is(account)) = (to_platform, leads.acting, leads.account)
            && acting != account
        {
            // Whether something was entered is not told by the account, so the way stays open.
            return Acted { actor: Actor::Staff, basis: ActorBasis::ActingAccount, confidence: Confidence::Derived, ..none };
        }
        let follows = |basis| Acted { actor: Actor::Visitor, way: Way::AuditeeSites, basis, confidence: Confidence::Derived };
        let opened = matches!(
            trigger.kind,
            TriggerKind::Link | TriggerKind::OpenedByPage | TriggerKind::Redirect | TriggerKind::Opened | TriggerKind::Typed
        );
        if opened && step.host.position == Position::Auditee && self.has_click_identifier(&step.observation.url) {
            return follows(ActorBasis::ClickIdentifier);
        }
        if to_platform && step.to.is_some_and(|to| to.position == Position::Auditee) {
            let clicked = self.has_click_identifier(&step.observation.redirect);
            return follows(if clicked { ActorBasis::ClickIdentifier } else { ActorBasis::LinkTarget });
        }
        let (position, relation) = match page {
            Some(page) => (page.position, page.relation),
            // A document that was never shown belongs to the host that was asked.
            None if sure < Confidence::NotEstablished => (step.host.position, step.host.relation),
            None => return none,
        };
        let (actor, way) = match position {
            Position::Auditee => (Actor::AuditeeSite, Way::AuditeeSites),
            _ if self.is_platform(position, relation) => (Actor::Visitor, Way::VisitorOnPlatform),
            _ => (Actor::Visitor, Way::Elsewhere),
        };
        Acted { actor, way, basis: ActorBasis::Page, confidence: sure }
    }

    fn has_click_identifier(&self, url: &str) -> bool {
        let names = UrlParts::of(url).query_parameters(url).filter_map(|range| url[range].split_once('=')).map(|(name, _)| name);
        names.into_iter().any(|name| self.ground.click_identifiers.iter().any(|wanted| wanted == name))
    }
}

/// Whether a request is a report of the browser to an endpoint.
fn is_report(step: &Step<'_>) -> bool {
    let leads = &step.observation.leads;
    leads.dest == FetchDest::Report || matches!(leads.sends, Sends::Reports | Sends::CspReport)
}

/// The page that a request opens. `fetched`: its path, as far as known, if it was fetched without a document.
fn top_page(step: &Step<'_>, fetched: Option<Option<&str>>) -> TopPage {
    let url = &*step.observation.url;
    let path = match fetched {
        Some(path) => path.unwrap_or_default().to_owned(),
        None => printable_path(&url[UrlParts::of(url).path]),
    };
    TopPage {
        entry: step.observation.number,
        host: step.observation.host.to_string(),
        site: step.host.site.clone(),
        path: path.chars().take(LONGEST_PATH).collect(),
        in_document: fetched.is_some(),
    }
}
