//! The recording that was read, the page it is about, what was counted over it, and how the annex was made.

use serde::Serialize;

use super::{OwnerRef, Scenario, UsedList};

/// The recording that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Capture {
    /// File name without folder.
    pub name: String,
    /// Format: `har`.
    pub format: String,
    /// Wrappings around the format, outermost first.
    pub wrappings: Vec<String>,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Length of the file in bytes.
    pub bytes: u64,
    /// Program that wrote it, as it says.
    pub creator: Option<String>,
    /// Browser, as it says.
    pub browser: Option<String>,
    /// What is said of the baseline: a recording of the same browser while it was idle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<String>,
    /// Start of the first exchange, RFC 3339 UTC.
    pub started: Option<String>,
    /// Start of the last exchange, RFC 3339 UTC.
    pub ended: Option<String>,
    /// The recording's own comment.
    pub comment: Option<String>,
    /// Scenario, where known.
    pub scenario: Option<String>,
    /// Which recording of the plan of a case it is, where it was made by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned: Option<Scenario>,
    /// Of a recording made elsewhere: how it came into the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_in: Option<TakenIn>,
    /// How many pages it names.
    pub pages: u64,
}

/// How a recording made elsewhere came into a case. The file lies there as it came: what it holds is neither masked nor vouched for by a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TakenIn {
    /// Identifier of the case.
    pub case: String,
    /// Number in the ledger of the case.
    pub ledger_number: u64,
    /// Which repetition of its scenario it is, from 1.
    pub repetition: u32,
    /// Who made it and how, as whoever took it in says.
    pub said: String,
}

/// The page relative to which "same site" is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExaminedPage {
    /// Registrable domain of the page. `None`: not established.
    pub site: Option<String>,
    /// Owner of that domain, where a rule names it.
    pub owner: Option<OwnerRef>,
    /// How it was found: `operator`, `page-title`, `later-page-title`, `first-document`, `referers`, `first-entry`, `none`.
    pub basis: &'static str,
    /// What the basis rests on: a page identifier, an entry number, a count.
    pub detail: String,
    /// The candidate that was overruled, if one was (for instance a stale title that no Referer confirms).
    pub overruled: Option<String>,
}

/// Totals over the recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Totals {
    /// Entries in the recording.
    pub entries: u64,
    /// Entries without a host.
    pub hostless_entries: u64,
    /// Different hosts.
    pub hosts: u64,
    /// Different registrable domains.
    pub registrable_domains: u64,
    /// Requests to another registrable domain than the page's.
    pub other_site_requests: u64,
    /// Requests to a host whose owner a rule names.
    pub requests_with_owner: u64,
    /// Requests left out because they went to the auditee itself.
    pub auditee_requests: u64,
    /// Set-Cookie lines recorded.
    pub set_cookie_lines: u64,
    /// How many cookie pairs were sent.
    pub cookies_sent: u64,
    /// Different cookies set or sent.
    pub cookies: u64,
    /// Requests that match at least one rule about an endpoint or a cookie, or one of a list; rules that name an owner, a network or a contract party
    /// only are not counted.
    pub requests_with_findings: u64,
    /// Answers that give at least one cache validator.
    pub answers_with_validators: u64,
    /// Requests that send at least one back.
    pub requests_with_validators: u64,
    /// How many resources (host and path) have a validator, each kind counted for itself.
    pub resources_with_validators: u64,
    /// Requests of which it was recorded whether the name of the host is another name (CNAME) of one more. Zero: no answer of a name server was recorded.
    pub requests_with_names: u64,
}

/// How the annex was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Method {
    /// `dataspoor`.
    pub tool: &'static str,
    /// Its version.
    pub tool_version: &'static str,
    /// Digest over all rule files.
    pub rules_sha256: String,
    /// The rule files.
    pub rules: Vec<RuleFile>,
    /// Which Public Suffix List decided on registrable domains: name and version, or file name.
    pub suffix_list: String,
    /// Its SHA-256, where it was a file.
    pub suffix_list_sha256: Option<String>,
    /// Outside lists that were used, in the order given.
    pub lists: Vec<UsedList>,
    /// Registrable domains of the auditee, as given.
    pub auditee: Vec<String>,
    /// Owner id of the platform, as given.
    pub platform: Option<String>,
    /// Registrable domains of the Pages that the case names.
    pub platform_sites: Vec<String>,
    /// Whether there is a case. Without one, positions are not established.
    pub case: bool,
    /// What the key of fingerprints is made from: `recording` (its digest, which this annex prints), `session` (the digest of its session file,
    /// which whoever holds the recording can take), `case` (the secret of the case).
    pub fingerprints: &'static str,
    /// `full` or `masked`: whether values of query parameters are printed.
    pub urls: &'static str,
    /// File name of the evidence log.
    pub evidence_log: String,
    /// How many records the evidence log has, header and end included.
    pub evidence_records: u64,
    /// Digest of its last record.
    pub evidence_head: String,
}

/// A rule file that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RuleFile {
    /// File name.
    pub file: String,
    /// Its `id`.
    pub id: String,
    /// Its `version`.
    pub version: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// How many rules it holds.
    pub rules: u64,
}
