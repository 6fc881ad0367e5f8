//! What a report says of recipients: whose domain, whose network, which party by the terms, at which addresses, under which other names, and what
//! outside lists say of them. Values only; nothing is decided here, and none of these answers is filled in from another.

use serde::Serialize;

use super::{Claim, Sent, Text};

/// An owner as a rule file names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OwnerRef {
    /// Identifier of the owner.
    pub id: String,
    /// Name.
    pub name: String,
    /// Country of the seat as the source gives it (ISO 3166 code). Not where data are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Rule file and line that say so: `owners-meta.toml:12`.
    pub rule: String,
    /// Identifier of the source in [`super::Report::sources`].
    pub source: String,
    /// `stated`, `derived` or `unverified`.
    pub certainty: &'static str,
}

/// Registrable domain (or address) that received requests; where rules name different holders for hosts of one domain, a row for each holder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Recipient {
    /// Row, from 1.
    pub nr: u64,
    /// Registrable domain, or address.
    pub site: String,
    /// Hosts under it, by name.
    pub hosts: Vec<String>,
    /// Who holds the domain. `None`: not established.
    pub owner: Option<OwnerRef>,
    /// Who runs the networks that answered, each with who says so. Empty: not established.
    pub networks: Vec<NetworkRef>,
    /// Parties that the terms of services of the holder name. Empty: not established.
    pub contracts: Vec<ContractRef>,
    /// `same-site`, `same-owner`, `other-owner`, `owner-not-established`, `page-not-established`.
    pub relation: &'static str,
    /// `auditee`, `platform`, `platform-affiliate`, `other`, `browser`, `not-established`.
    pub position: &'static str,
    /// Requests to it.
    pub requests: u64,
    /// Requests to it that carried at least one cookie.
    pub requests_with_cookies: u64,
    /// Set-Cookie lines in its answers.
    pub set_cookie_lines: u64,
    /// What was sent to it.
    pub sent: Sent,
    /// Number of its first entry.
    pub first_entry: u64,
    /// Rows of [`super::Report::aliases`] about hosts of it.
    pub aliases: Vec<u64>,
    /// What is said about endpoints of it that were requested, without repetition.
    pub claims: Vec<Claim>,
    /// Filter lists of which a rule matches a request to it.
    pub lists: Vec<ListCount>,
    /// What databases of trackers say of requests to it, without repetition.
    pub list_owners: Vec<ListOwner>,
}

/// Who runs a network, as somebody says.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NetworkRef {
    /// Who runs it.
    pub operator: String,
    /// `rule-host`: a rule names the host; `rule-number`: a rule names the number of the autonomous system that a database gives for the address;
    /// `database`: the organisation to which a database assigns the address.
    pub basis: &'static str,
    /// Number of the autonomous system, where it rests on one.
    pub as_number: Option<u32>,
    /// Rule file and line.
    pub rule: Option<String>,
    /// Identifier of the source in [`super::Report::sources`].
    pub source: Option<String>,
    /// `stated`, `derived` or `unverified`, for a rule.
    pub certainty: Option<&'static str>,
    /// Name of the database.
    pub list: Option<String>,
    /// The list without which this cannot be made again, with its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_rederivable_without: Option<String>,
}

/// A party that the terms of a service name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ContractRef {
    /// The party.
    pub party: String,
    /// Which service, for whom.
    pub service: Text,
    /// Rule file and line of the owner.
    pub rule: String,
    /// Identifier of the source in [`super::Report::sources`].
    pub source: String,
    /// `stated`, `derived` or `unverified`.
    pub certainty: &'static str,
}

/// Requests that a filter list matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ListCount {
    /// Name of the list.
    pub list: String,
    /// Requests.
    pub requests: u64,
    /// Requests that it matches only under another name to which the host leads.
    pub requests_by_name: u64,
    /// The list without which this cannot be made again, with its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_rederivable_without: Option<String>,
}

/// What a database of trackers says, in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ListOwner {
    /// Name of the list.
    pub list: String,
    /// Owner.
    pub owner: Option<String>,
    /// Service of that owner.
    pub service: Option<String>,
    /// Country of the owner's seat.
    pub country: Option<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// `domain` or `rule`: what of the list matched.
    pub by: &'static str,
    /// The domain or the text of the rule.
    pub matched: String,
    /// Text of an exception that overrules the rule.
    pub exception: Option<String>,
    /// JSON pointer (RFC 6901) into the list.
    pub place: String,
    /// The other name under which the list knows the request; `None`: the one that was asked for.
    pub name: Option<String>,
    /// The list without which this cannot be made again, with its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_rederivable_without: Option<String>,
}

/// An address of servers at which a recipient answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AddressRow {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the recipient.
    pub recipient: u64,
    /// Registrable domain of the recipient.
    pub site: String,
    /// The address, without port.
    pub address: String,
    /// Hosts that were asked there, by name.
    pub hosts: Vec<String>,
    /// Requests.
    pub requests: u64,
    /// First entry.
    pub first_entry: u64,
    /// What each database says of it; one for each database that was asked.
    pub databases: Vec<AddressSaid>,
}

/// What a database says of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AddressSaid {
    /// Name of the list.
    pub list: String,
    /// Type of the database, from its own metadata.
    pub database: String,
    /// Day on which it was built, from its own metadata.
    pub date: String,
    /// Whether it holds the address.
    pub found: bool,
    /// Country (ISO 3166 code) to which the address was registered.
    pub country: Option<String>,
    /// Number of the autonomous system.
    pub as_number: Option<u32>,
    /// Organisation of the autonomous system.
    pub organisation: Option<String>,
    /// The network of the database that holds the address, as a prefix.
    pub network: Option<String>,
    /// The list without which this cannot be made again, with its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_rederivable_without: Option<String>,
}

/// A host that is another name of a host of another site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AliasRow {
    /// Row, from 1.
    pub nr: u64,
    /// The host that was asked for.
    pub host: String,
    /// Its registrable domain.
    pub site: String,
    /// `recorded-names`: the recording holds the names; `list-of-hosts`: only a list tells.
    pub basis: &'static str,
    /// Names gone through, in order; where only lists tell, the ones that they give.
    pub chain: Vec<String>,
    /// Names of the chain on other sites, one for each site, in order.
    pub ends: Vec<AliasEndRow>,
    /// Whether a list knows it, or a rule names a holder who is not only the operator of a network.
    pub another_organisation: bool,
    /// Lists that know it.
    pub known: Vec<AliasSaid>,
    /// Rules of filter lists that match a request to it under another name, without repetition.
    pub lists: Vec<ListMatch>,
    /// Requests.
    pub requests: u64,
    /// First entry.
    pub first_entry: u64,
}

/// A name to which a host leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AliasEndRow {
    /// The name.
    pub name: String,
    /// Its registrable domain.
    pub site: String,
    /// Who holds that domain.
    pub owner: Option<OwnerRef>,
    /// How that domain relates to the domain of the host, as for recipients.
    pub relation: &'static str,
    /// Whether a rule says that it belongs to a network, which answers for whoever hires it.
    pub network: bool,
}

/// What a list says of another name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AliasSaid {
    /// Name of the list.
    pub list: String,
    /// What it knows: `host`, `name`, `tracker`.
    pub by: &'static str,
    /// The host as listed.
    pub listed: String,
    /// The host of which it is another name.
    pub target: Option<String>,
    /// Whose it is, in the words of the list.
    pub company: Option<String>,
    /// Line or JSON pointer in the list.
    pub place: String,
    /// The list without which this cannot be made again, with its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_rederivable_without: Option<String>,
}

/// A rule of a filter list that matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ListMatch {
    /// Name of the list.
    pub list: String,
    /// The rule's text.
    pub rule: String,
    /// Its line in the list, from 1.
    pub line: Option<u64>,
    /// Text of the exception that overrules it, if one does.
    pub exception: Option<String>,
    /// The other name to which the host leads and under which the rule matches. `None`: the rule matches the request as it was.
    pub name: Option<String>,
    /// The list without which this cannot be made again, with its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_rederivable_without: Option<String>,
}

/// What a row of a database of cookies says, in its own words and language. A claim like any other, of somebody independent; nothing of it is
/// translated, and it is never merged with what others say.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ListClaim {
    /// `independent`.
    pub by: &'static str,
    /// Name of the list.
    pub list: String,
    /// SHA-256 of the list.
    pub sha256: String,
    /// Line or JSON pointer in the list.
    pub place: String,
    /// Whether the row names the cookie's domain; otherwise it is about every cookie of that name.
    pub names_domain: bool,
    /// Service or product.
    pub service: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// What the cookie is for.
    pub purpose: Option<String>,
    /// How long it is kept.
    pub lifetime: Option<String>,
    /// Who controls the data, as the list says.
    pub controller: Option<String>,
    /// The list without which this cannot be made again, with its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_rederivable_without: Option<String>,
}

/// An outside list that was used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UsedList {
    /// Name under which it was used.
    pub name: String,
    /// `filter`, `cookies`, `trackers`, `aliases`, `suffixes`, `addresses`.
    pub kind: &'static str,
    /// Title from its own header, where it has one.
    pub title: Option<String>,
    /// Version from its own header, where it has one.
    pub version: Option<String>,
    /// Licence, as the operator or the list says.
    pub licence: Option<String>,
    /// Path or address from which it was obtained, where that is known.
    pub origin: Option<String>,
    /// When it was obtained, RFC 3339, where that is known.
    pub retrieved: Option<String>,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
    /// Rules (rows, domains, networks) understood.
    pub rules: u64,
    /// Rules that could not be used.
    pub rejected: u64,
    /// Requests about which it says something: for a filter list, that at least one of its rules matches and no exception of it overrules.
    pub matched: u64,
    /// Requests that a rule matches but an exception of the same list overrules.
    pub excepted: u64,
    /// Requests that it matches only under another name to which the host leads.
    pub matched_by_name: u64,
    /// Whether its licence lets it be handed over together with a case. `None`: not established.
    pub may_be_handed_over: Option<bool>,
}
