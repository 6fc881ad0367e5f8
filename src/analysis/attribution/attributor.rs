//! Attributes entries in order of time: finds the page, then the trigger, then who acted. Keeps what pages hold, not what entries do.

use hashbrown::HashMap;

use super::ahead::Ahead;
use super::pages::{Asker, Pages, SourceKind};
use super::trigger::{Trigger, TriggerBasis, TriggerKind};
use super::{Acted, Attribution, Confidence, PageBasis, PageOf, TopPage};
use crate::classify::{HostFacts, Navigated};
use crate::evidence::Fingerprinter;
use crate::model::{Timestamp, UrlParts};
use crate::observe::{AddressMark, FetchDest, FetchMode, Observation, Sends, path_mark};
use crate::redact::printable_path;
use crate::site::Visit;

/// Endpoints for reports that are remembered.
const ENDPOINTS: usize = 10_000;

/// Redirects that open a document and are remembered, for the answer that follows each.
const CHAINS: usize = 10_000;

/// Longest path of a page that is printed, in characters.
const LONGEST_PATH: usize = 200;

/// What entries are held against.
#[derive(Clone, Copy)]
pub struct Ground<'v> {
    /// Stretches, marks and choices.
    pub visit: &'v Visit,
    /// Makes the fingerprints; the same as those of the observations.
    pub fingerprints: &'v Fingerprinter,
    /// Whether the operator named the platform; else nothing is known as one, and ways that speak of a platform are not established.
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
    pub(super) fn at(&self) -> i64 {
        self.at.as_nanoseconds()
    }

    fn answered(&self) -> i64 {
        self.observation.answered.unwrap_or_default().max(self.at())
    }
}

/// How a document is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opens {
    Page(Confidence),
    Frame,
    Nothing,
}

/// The page of a request, and who on it asked.
pub(super) struct Located {
    pub(super) asker: Option<Asker>,
    pub(super) basis: PageBasis,
    pub(super) confidence: Confidence,
    /// Why it counts as sent while the page was left.
    pub(super) parting: Option<Confidence>,
}

/// Attributes the entries of a recording.
pub struct Attributor<'v> {
    pub(super) ground: Ground<'v>,
    pub(super) ahead: Ahead,
    pub(super) pages: Pages,
    pub(super) stretch: u32,
    /// The last action of the visitor in the stretch.
    pub(super) last_action: Option<i64>,
    /// Where reports are to be sent: the entry that says so and its page.
    pub(super) endpoints: HashMap<AddressMark, (u64, Option<usize>)>,
    /// Where a chain of redirects that opens a document began: by the entry that redirected last, the page it was opened from.
    chains: HashMap<u64, (Opens, Option<usize>)>,
    /// Which choice a request carries, by its entry.
    pub(super) carried: HashMap<u64, u32>,
    /// What marks and choices say of when the visitor acted: stretch and time, in order.
    pub(super) said_actions: Vec<(u32, i64)>,
    left_out: u64,
}

impl<'v> Attributor<'v> {
    /// An attributor. `ahead` must have seen every entry and be settled.
    #[must_use]
    pub fn new(ground: Ground<'v>, ahead: Ahead) -> Self {
        let visit = ground.visit;
        let choices = visit.choices.iter().map(|choice| (choice.stretch, choice.begins().as_nanoseconds()));
        let marks = visit.marks.iter().map(|marked| (marked.stretch, marked.at.as_nanoseconds()));
        let mut said_actions: Vec<(u32, i64)> = choices.chain(marks).collect();
        said_actions.sort_unstable();
        Self {
            ground,
            ahead,
            pages: Pages::default(),
            stretch: 0,
            last_action: None,
            endpoints: HashMap::new(),
            chains: HashMap::new(),
            carried: visit.choices.iter().filter_map(|choice| Some((choice.said_by.entry()?, choice.number))).collect(),
            said_actions,
            left_out: 0,
        }
    }

    /// How many pages, addresses, endpoints and redirects were forgotten because there were too many.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out + self.pages.left_out
    }

    /// Attributes the next entry. Entries must come in order of time.
    pub fn see(&mut self, step: Step<'_>) -> Attribution {
        let stretch = self.ground.visit.stretch_at(step.at);
        if stretch != self.stretch || self.pages.is_full() {
            self.left_out += if stretch == self.stretch { self.pages.pages.len() as u64 } else { 0 };
            self.stretch = stretch;
            self.pages.begin_anew();
            // These name pages by their place.
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
                    self.remember_chain(step.observation.number, (opens, from));
                }
                if matches!(trigger.kind, TriggerKind::Typed | TriggerKind::Link | TriggerKind::Form | TriggerKind::Opened) {
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
                // Browsers before 2020 sent the mode alone.
                FetchDest::Missing if observation.kind.name() == "document" => Opens::Page(Confidence::Derived),
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

    /// Keeps where a chain of redirects began, as far as there is room.
    fn remember_chain(&mut self, entry: u64, begun: (Opens, Option<usize>)) {
        if self.chains.len() >= CHAINS {
            self.left_out += 1;
            return;
        }
        self.chains.insert(entry, begun);
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
            self.remember_chain(observation.number, (Opens::Frame, None));
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
}

/// Whether a request is a report of the browser to an endpoint.
pub(super) fn is_report(step: &Step<'_>) -> bool {
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
