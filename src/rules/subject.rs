//! What rules are about, compiled: cookies, storage keys, endpoints, fields, owners and networks, each with who says what. Judges nothing.

use super::file::{By, Certainty, Text};
use super::request::{HostName, RequestMatch};
use crate::model::{Digest, Pattern};

/// Where a rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index in [`super::RuleSet::files`].
    pub file: usize,
    /// Line from 1.
    pub line: u64,
    /// Column in characters from 1.
    pub column: u64,
}

/// A rule file that is part of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// File name.
    pub name: String,
    /// Its `id`.
    pub id: String,
    /// Its `version`: the day of the last change.
    pub version: String,
    /// SHA-256 of its text.
    pub digest: Digest,
    /// How many rules it holds.
    pub rules: u64,
}

/// A work that claims refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// `file-id/SOURCE-ID`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// Where it is found.
    pub reference: String,
    /// Date.
    pub date: String,
    /// Whether the work itself was read for these rules; else what it says is taken over from another.
    pub consulted: bool,
    /// Where it is declared.
    pub place: Place,
}

/// A category of purposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Identifier.
    pub id: String,
    /// Label.
    pub label: Text,
    /// What is meant.
    pub meaning: Text,
}

/// What somebody says about a cookie, a storage key, an endpoint or a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What kind of speaker.
    pub by: By,
    /// Who.
    pub who: String,
    /// Index in [`super::RuleSet::categories`].
    pub category: Option<usize>,
    /// What they say.
    pub purpose: Option<Text>,
    /// Whether it leaves open what the value means here: no purpose follows from its source, or it is about another site.
    pub open: bool,
    /// Whether it says that the cookie belongs to being logged in: set by logging in, or telling who is. Of cookies only.
    pub login: bool,
    /// Lifetime they state. Of cookies only.
    pub lifetime: Option<String>,
    /// Category of the data, one of [`DATA`]. Of fields and cookies only.
    pub data: Option<&'static str>,
    /// What the value tells apart, one of [`IDENTIFIES`]. Of fields and cookies only.
    pub identifies: Option<&'static str>,
    /// The entry for "persoonsgegeven" in the Model DPIA. Of fields and cookies only.
    pub personal: Option<Text>,
    /// The entry for "categorie" there, such as "apparaat- en internetgegevens". Of fields and cookies only.
    pub personal_category: Option<Text>,
    /// The entry for "type" there, one of [`PERSONAL_TYPES`]. Of fields and cookies only.
    pub personal_type: Option<&'static str>,
    /// Index in [`super::RuleSet::sources`].
    pub source: usize,
    /// How it follows from the source.
    pub certainty: Certainty,
}

impl Claim {
    /// Whether it says what the value means: a claim about no more than a lifetime, or one that leaves the meaning open, does not.
    #[must_use]
    pub fn gives_meaning(&self) -> bool {
        !self.open && (self.purpose.is_some() || self.category.is_some() || self.data.is_some())
    }
}

/// Categories of data that a field can hold.
pub const DATA: [&str; 8] = ["device", "behaviour", "location", "contact", "content", "identifier", "choice", "technical"];

/// What the value of a field can tell apart.
pub const IDENTIFIES: [&str; 7] = ["user", "browser", "session", "page-load", "device", "campaign", "none"];

/// Types of personal data of the Model DPIA Rijksdienst, version 3, paragraph 2: gewoon, gevoelig, bijzonder, strafrechtelijk, nationaal
/// identificatienummer. Whose data they are and where they come from is for the recording to say, not for a rule.
pub const PERSONAL_TYPES: [&str; 5] = ["ordinary", "sensitive", "special", "criminal", "national-number"];

/// Where a browser keeps what is not a cookie.
pub const AREAS: [&str; 4] = ["local", "session", "indexed-db", "cache"];

/// Where in a request a field can stand. `any`: in each of the others. Cookies have rules of their own.
pub const FIELD_PLACES: [&str; 8] = ["path", "query", "form", "json", "header", "message", "body", "any"];

/// A rule about a cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Names that fit.
    pub name: Pattern,
    /// Domains that fit, with their subdomains; `None`: any.
    pub domains: Option<Vec<String>>,
    /// Index in [`super::RuleSet::owners`] of whose cookie it is.
    pub owner: Option<usize>,
    /// Whether the value opens an account.
    pub secret: bool,
    /// What the rule does not prove, beside what no rule about a cookie proves.
    pub limits: Option<Text>,
    /// What is said.
    pub claims: Vec<Claim>,
}

/// A rule about a key in the browser's own storage, which a proxy sees only if it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Keys that fit.
    pub key: Pattern,
    /// One of [`AREAS`].
    pub area: &'static str,
    /// Domains of the page that fit, with their subdomains; `None`: any.
    pub domains: Option<Vec<String>>,
    /// Index in [`super::RuleSet::owners`].
    pub owner: Option<usize>,
    /// As for [`Cookie::limits`].
    pub limits: Option<Text>,
    /// What is said.
    pub claims: Vec<Claim>,
}

/// A rule about an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Requests that fit.
    pub at: RequestMatch,
    /// Query parameters whose value may be printed.
    pub show: Vec<String>,
    /// Name under which requests that fit are counted (`replay --json`).
    pub count: Option<String>,
    /// Index in [`super::RuleSet::owners`].
    pub owner: Option<usize>,
    /// Whether it is the browser's own traffic.
    pub background: bool,
    /// As for [`Cookie::limits`].
    pub limits: Option<Text>,
    /// What is said.
    pub claims: Vec<Claim>,
}

/// A rule about a field of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Requests that fit.
    pub at: RequestMatch,
    /// Where in them, of [`FIELD_PLACES`].
    pub places: Vec<&'static str>,
    /// Names that fit.
    pub name: Pattern,
    /// Names of the operation (GraphQL) that fit; `None`: any.
    pub operation: Option<Pattern>,
    /// Index in [`super::RuleSet::owners`].
    pub owner: Option<usize>,
    /// Whether the value opens an account.
    pub secret: bool,
    /// Whether the value may be printed in reports. Never together with `secret`.
    pub show: bool,
    /// Name under which requests are counted by the value of this field (`replay --json`): a request counts once for every value that it gives to
    /// fields counted under one name.
    pub count: Option<String>,
    /// As for [`Cookie::limits`].
    pub limits: Option<Text>,
    /// What is said.
    pub claims: Vec<Claim>,
}

/// An owner of domains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Seat, by its ISO 3166 code, as the source gives it.
    pub country: Option<String>,
    /// Parties that the terms of its services name.
    pub contracts: Vec<Contract>,
    /// Where it stands.
    pub place: Place,
}

/// The party that the terms of a service name, which may be another than the one that holds the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// The party.
    pub party: String,
    /// Which service, for whom.
    pub service: Text,
    /// Domains of the service, with what lies under them; `None`: all domains of the owner.
    pub domains: Option<Vec<String>>,
    /// Index in [`super::RuleSet::sources`].
    pub source: usize,
    /// How it follows from the source.
    pub certainty: Certainty,
}

/// A domain of an owner, with who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnerDomain {
    /// Index in [`super::RuleSet::owners`].
    pub owner: usize,
    /// Index in [`super::RuleSet::sources`].
    pub source: usize,
    /// Where the domain stands.
    pub place: Place,
    /// How it follows from the source.
    pub certainty: Certainty,
}

/// Who runs the network that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Who runs it.
    pub operator: String,
    /// Hosts of it.
    pub hosts: Vec<HostName>,
    /// Numbers of its autonomous systems.
    pub autonomous_systems: Vec<u32>,
    /// Index in [`super::RuleSet::owners`] of who runs it.
    pub owner: Option<usize>,
    /// Index in [`super::RuleSet::sources`].
    pub source: usize,
    /// How it follows from the source.
    pub certainty: Certainty,
}

/// A request by which a page fetches another page of its own without loading a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Navigation {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Requests that fit.
    pub at: RequestMatch,
    /// Query parameter that holds the address of the page.
    pub address: Option<String>,
    /// Index in [`super::RuleSet::sources`].
    pub source: usize,
    /// How it follows from the source.
    pub certainty: Certainty,
}

/// A named set of registrable domains that is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Name of the count in outputs.
    pub id: String,
    /// Registrable domains.
    pub domains: Vec<String>,
}

/// A line with which lifetimes of cookies are compared. Being above it is a fact and no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Days.
    pub days: u32,
    /// Label.
    pub label: Text,
    /// What the source says, and for which cookies.
    pub meaning: Text,
    /// Index in [`super::RuleSet::sources`].
    pub source: usize,
    /// How it follows from the source.
    pub certainty: Certainty,
}

/// What a rule is about, with its index in the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleId {
    /// Index in [`super::RuleSet::cookies`].
    Cookie(usize),
    /// Index in [`super::RuleSet::storage`].
    Storage(usize),
    /// Index in [`super::RuleSet::endpoints`].
    Endpoint(usize),
    /// Index in [`super::RuleSet::fields`].
    Field(usize),
}

/// Something that certain rules have to fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Where it stands.
    pub place: Place,
    /// What.
    pub subject: ExampleSubject,
    /// Identifiers of all rules about cookies, storage, endpoints, navigation and choices that fit.
    pub rules: Vec<String>,
    /// Identifier of the owner of the host or of the cookie's domain, where it is said.
    pub owner: Option<String>,
    /// Identifiers of rules about fields that fit names in the query and other names that are said, among others; where they are said.
    pub fields: Vec<String>,
}

/// What an example is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExampleSubject {
    /// A request.
    Request {
        /// URL.
        url: String,
        /// Method.
        method: String,
        /// Names of header fields.
        headers: Vec<String>,
        /// Place and name of fields beside those of the query, as they are found in a request.
        names: Vec<(String, String)>,
        /// Name of the operation (GraphQL).
        operation: Option<String>,
    },
    /// A cookie: name and domain.
    Cookie(String, String),
    /// A key in the browser's own storage: key and domain.
    Storage(String, String),
}

#[cfg(test)]
mod tests {
    use super::super::{BUILTIN, RuleSet};

    /// What only states a lifetime, says that no purpose follows, or is about another site establishes no meaning; and cookies have categories of data.
    #[test]
    fn cookies_of_the_platform() {
        let rules = RuleSet::compile(BUILTIN.iter().copied()).expect("sound rules");
        let said = |id: &str| {
            let cookie = rules.cookies.iter().find(|cookie| cookie.id == format!("meta.cookie.{id}")).expect("a rule");
            let claims = cookie.claims.iter();
            let own = cookie.claims.iter().find(|claim| claim.data.is_some());
            assert!(own.is_none_or(|claim| claim.by.id() == "own" && claim.certainty.id() != "stated"), "{id}: we say so, not the source");
            (claims.filter(|claim| claim.gives_meaning()).count(), own.and_then(|claim| claim.data), own.and_then(|claim| claim.identifies))
        };
        assert_eq!(said("ps_l"), (0, None, None));
        assert_eq!(said("datr-elsewhere"), (0, None, None));
        assert_eq!(said("dpr"), (1, Some("device"), Some("none")), "of the claims about another site and a lifetime nothing is left");
        let browser = ["datr", "sb", "fr", "fbp"].map(|id| said(id).2);
        assert_eq!(browser, [Some("browser"); 4]);
        assert_eq!([said("c_user").2, said("xs").2, said("fbc").2], [Some("user"), Some("session"), Some("campaign")]);
        let personal = |id: &str| {
            let cookie = rules.cookies.iter().find(|cookie| cookie.id == id).expect("a rule");
            cookie.claims.iter().find_map(|claim| claim.personal.as_ref().map(|text| text.nl.clone()))
        };
        assert_eq!(personal("meta.cookie.datr").as_deref(), Some("kenmerk van de browser"));
    }
}
