//! Finds the page to which a request belongs: by what the recording says, by what the request names, and only then by connection and time.

use super::attributor::{Attributor, Located, Step, is_report};
use super::pages::{Asker, SourceKind, basis_of};
use super::trigger::may_part;
use super::{Confidence, PageBasis};
use crate::observe::{FetchMode, FetchSite};

/// After the head of the answer that opens the next page, a page that is left may still send for this long, in nanoseconds.
const PARTING: i64 = 5_000_000_000;

/// Before the next page is asked for, what is sent as a page is left may come this early, in nanoseconds.
const PARTING_BEFORE: i64 = 1_000_000_000;

/// A connection speaks for the page that used it last within this time, in nanoseconds.
const BUSY: i64 = 30_000_000_000;

impl Attributor<'_> {
    /// The page to which a request belongs, as far as it does not open one; for one that opens a page, the page it was opened from.
    pub(super) fn locate(&self, step: &Step<'_>) -> Located {
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
            // An address that was cut to its origin may look like the address of the start page and be that of any other.
            let whole = referer.filter(|spot| !spot.origin_only || *spot.host == *observation.host);
            let exact = whole.and_then(|spot| found(self.pages.at(spot)?, PageBasis::Referer));
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
        let busy = self.pages.on_connection(&leads.client).filter(|(_, at)| step.at().saturating_sub(*at) <= BUSY).map(|(page, _)| page);
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
                if !in_time(next) {
                    return None;
                }
                let next_page = &self.pages.pages[next];
                if self.ahead.goes_on(self.pages.pages[page].address, next_page.answered.saturating_add(PARTING)) {
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
            let soon = next.at.saturating_sub(step.at()) <= PARTING_BEFORE;
            return (leaves && soon).then_some((page, told, sure, Confidence::Guessed));
        }
        // Only the host is known. While the next page's answer is on its way, it cannot be that page.
        let next = &self.pages.pages[last];
        let waits = next.at <= step.at() && step.at() < next.answered && !next.top.in_document;
        let page = self.pages.before_on_host(&spot.host, last).filter(|_| waits)?;
        Some((page, PageBasis::Unload, Confidence::Guessed, Confidence::Guessed))
    }
}
