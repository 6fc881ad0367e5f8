//! Decides what made the browser send a request, from the surest statement to the weakest. What time alone suggests is a guess and gives way to
//! everything else.

use super::Confidence;
use super::attributor::{Attributor, Located, Opens, Step, is_report};
use super::pages::{Asker, SourceKind};
use super::trigger::{Trigger, TriggerBasis, TriggerKind};
use crate::model::Timestamp;
use crate::observe::{AddressMark, FetchDest, FetchMode, FetchSite, InitiatorKind, Reading, Sends};
use crate::site::ChoiceState;

/// After so long without a recorded action of the visitor a request counts as sent while idle, in nanoseconds.
const IDLE: i64 = 30_000_000_000;

impl Attributor<'_> {
    pub(super) fn trigger(&self, step: &Step<'_>, opens: Opens, located: &Located) -> Trigger {
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
            return self.navigation(step, located);
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
        if let Some(choice) = self.carried.get(&step.observation.number) {
            return Trigger { choice: Some(*choice), ..Trigger::new(TriggerKind::Choice, TriggerBasis::Signature, Derived) };
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
    fn navigation(&self, step: &Step<'_>, located: &Located) -> Trigger {
        use Confidence::{Derived, Guessed, Stated};
        let leads = &step.observation.leads;
        if step.observation.method == "POST" {
            return Trigger::new(TriggerKind::Form, TriggerBasis::HeaderField, Derived);
        }
        if leads.mode == FetchMode::Navigate && leads.site == FetchSite::None {
            return Trigger::new(TriggerKind::Typed, TriggerBasis::FetchMetadata, Stated);
        }
        let document = located.asker.as_ref().map(|asker| &self.pages.documents[asker.document]);
        let mentioned =
            document.is_some_and(|document| leads.address.is_some_and(|address| document.opens.binary_search(&address).is_ok()));
        // A page that only was the last one before says nothing of where the link stood, unless it holds it.
        let named = mentioned || located.confidence < Guessed;
        let from = document.filter(|_| named).map(|document| document.host.clone());
        let from = from.or_else(|| leads.referer.as_ref().map(|spot| spot.host.to_string())).unwrap_or_default();
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

    /// The last action of the visitor up to a moment: a page opened by hand, a choice, a mark.
    fn last_action(&self, at: Timestamp) -> Option<i64> {
        let said = self.said_actions.partition_point(|said| *said <= (self.stretch, at.as_nanoseconds()));
        let said = said.checked_sub(1).map(|last| self.said_actions[last]).filter(|(stretch, _)| *stretch == self.stretch);
        let said = said.map(|(_, moment)| moment);
        self.last_action.into_iter().chain(said).max()
    }
}
