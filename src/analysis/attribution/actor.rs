//! Who acted: whoever uses the browser as a visitor, a member of staff who acts under another account, or a page of the audited organisation's own
//! site; and in which of the three ways of question 2 a request was sent. Says nothing about roles under the law.
//!
//! The first way, what the audited organisation enters itself, is not concluded here: no rule tells which requests do that.

use super::attributor::{Attributor, Step};
use super::pages::Page;
use super::trigger::{Trigger, TriggerKind};
use super::{Acted, Confidence};
use crate::model::UrlParts;
use crate::observe::Account;
use crate::site::Position;

/// Who acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// Whoever uses the browser, as a visitor of a page.
    Visitor,
    /// Somebody who acts under another account than the one that is logged in.
    Staff,
    /// A page of the audited organisation's own site.
    AuditeeSite,
    /// Nothing says who.
    NotEstablished,
}

impl Actor {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Visitor, Self::Staff, Self::AuditeeSite, Self::NotEstablished];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Staff => "staff",
            Self::AuditeeSite => "auditee-site",
            Self::NotEstablished => "not-established",
        }
    }
}

/// In which way a request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// By a visitor's browser from a page of the platform.
    VisitorOnPlatform,
    /// From the audited organisation's own sites: a link to them with a click identifier, an embed, a pixel.
    AuditeeSites,
    /// From a page of another site.
    Elsewhere,
    /// Not established.
    NotEstablished,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::VisitorOnPlatform, Self::AuditeeSites, Self::Elsewhere, Self::NotEstablished];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::VisitorOnPlatform => "visitor-on-platform",
            Self::AuditeeSites => "auditee-sites",
            Self::Elsewhere => "elsewhere",
            Self::NotEstablished => "not-established",
        }
    }
}

/// What it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActorBasis {
    /// The acting account is another than the one that is logged in.
    ActingAccount,
    /// The page from which it was sent.
    Page,
    /// A link to the audited organisation's site that carries a click identifier.
    ClickIdentifier,
    /// A redirect of the platform to the audited organisation's site.
    LinkTarget,
    /// Nothing: the operator named no platform, so that no page is known as one of it.
    NoPlatform,
    /// Nothing.
    None,
}

impl ActorBasis {
    /// Every basis.
    pub const ALL: [Self; 6] = [Self::ActingAccount, Self::Page, Self::ClickIdentifier, Self::LinkTarget, Self::NoPlatform, Self::None];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::ActingAccount => "acting-account",
            Self::Page => "page",
            Self::ClickIdentifier => "click-identifier",
            Self::LinkTarget => "link-target",
            Self::NoPlatform => "no-platform",
            Self::None => "none",
        }
    }
}

impl Attributor<'_> {
    /// Whether a host belongs to the platform. Where the operator named none, nothing does: a website that is examined is no platform for that.
    fn is_platform(&self, position: Position) -> bool {
        self.ground.platform_named && matches!(position, Position::Platform | Position::PlatformAffiliate)
    }

    /// Who acted, and in which way.
    pub(super) fn acted(&self, step: &Step<'_>, page: Option<&Page>, trigger: &Trigger, sure: Confidence) -> Acted {
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
        let to_platform = self.is_platform(step.host.position);
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
        let position = match page {
            Some(page) => page.position,
            // A document that was never shown belongs to the host that was asked.
            None if sure < Confidence::NotEstablished => step.host.position,
            None => return none,
        };
        let (actor, way) = match position {
            Position::Auditee => (Actor::AuditeeSite, Way::AuditeeSites),
            _ if !self.ground.platform_named => return Acted { basis: ActorBasis::NoPlatform, ..none },
            _ if self.is_platform(position) => (Actor::Visitor, Way::VisitorOnPlatform),
            _ => (Actor::Visitor, Way::Elsewhere),
        };
        Acted { actor, way, basis: ActorBasis::Page, confidence: sure }
    }

    fn has_click_identifier(&self, url: &str) -> bool {
        let names = UrlParts::of(url).query_parameters(url).filter_map(|range| url[range].split_once('=')).map(|(name, _)| name);
        names.into_iter().any(|name| self.ground.click_identifiers.iter().any(|wanted| wanted == name))
    }
}
