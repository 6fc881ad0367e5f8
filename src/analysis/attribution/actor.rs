//! Who acted: whoever uses the browser as a visitor, a member of staff who acts under another account, or a page of the audited organisation's own
//! site; and in which of the three ways of question 2 a request was sent. Says nothing about roles under the law.
//!
//! The first way, what the audited organisation enters itself, is not concluded here: no rule tells which requests do that.

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
    /// Nothing.
    None,
}

impl ActorBasis {
    /// Every basis.
    pub const ALL: [Self; 5] = [Self::ActingAccount, Self::Page, Self::ClickIdentifier, Self::LinkTarget, Self::None];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::ActingAccount => "acting-account",
            Self::Page => "page",
            Self::ClickIdentifier => "click-identifier",
            Self::LinkTarget => "link-target",
            Self::None => "none",
        }
    }
}
