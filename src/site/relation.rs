//! How a recipient relates to the page, and which position it has in the examination.

/// Relation of a host to the examined page's site. Technical only: it says nothing about roles under the GDPR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The same registrable domain.
    SameSite,
    /// Another registrable domain of the same owner.
    SameOwner,
    /// A registrable domain of another owner.
    OtherOwner,
    /// Another registrable domain; the owner of at least one of the two is not established.
    OwnerNotEstablished,
    /// The page is not established.
    PageNotEstablished,
}

impl Relation {
    /// The relation of a host to a page, by registrable domain and owner.
    pub fn between<O: PartialEq>(page: Option<(&str, Option<O>)>, host: (&str, Option<O>)) -> Self {
        let Some((page_site, page_owner)) = page else { return Self::PageNotEstablished };
        if page_site == host.0 {
            return Self::SameSite;
        }
        match (page_owner, host.1) {
            (Some(one), Some(other)) if one == other => Self::SameOwner,
            (Some(_), Some(_)) => Self::OtherOwner,
            _ => Self::OwnerNotEstablished,
        }
    }

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::SameSite => "same-site",
            Self::SameOwner => "same-owner",
            Self::OtherOwner => "other-owner",
            Self::OwnerNotEstablished => "owner-not-established",
            Self::PageNotEstablished => "page-not-established",
        }
    }
}

/// Position of a recipient in the examination, relative to the audited organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Position {
    /// The audited organisation itself.
    Auditee,
    /// The platform that carries the Page.
    Platform,
    /// Another domain of the platform's owner.
    PlatformAffiliate,
    /// Anybody else.
    Other,
    /// The browser's own traffic, not caused by the page.
    Browser,
    /// Nobody said who is audited.
    NotEstablished,
}

impl Position {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Auditee => "auditee",
            Self::Platform => "platform",
            Self::PlatformAffiliate => "platform-affiliate",
            Self::Other => "other",
            Self::Browser => "browser",
            Self::NotEstablished => "not-established",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations() {
        let page = Some(("a.nl", Some(1)));
        assert_eq!(Relation::between(page, ("a.nl", None)), Relation::SameSite);
        assert_eq!(Relation::between(page, ("b.nl", Some(1))), Relation::SameOwner);
        assert_eq!(Relation::between(page, ("b.nl", Some(2))), Relation::OtherOwner);
        assert_eq!(Relation::between(page, ("b.nl", None)), Relation::OwnerNotEstablished);
        assert_eq!(Relation::between(Some(("a.nl", None)), ("b.nl", Some(2))), Relation::OwnerNotEstablished);
        assert_eq!(Relation::between(None, ("b.nl", Some(2))), Relation::PageNotEstablished);
    }
}
