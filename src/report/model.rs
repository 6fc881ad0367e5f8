//! The report model: everything an annex says, as values, before it has a language or a form.
//!
//! Every form (HTML, CSV, JSON) is written from this and from nothing else. Texts that a reader sees in words are identifiers here
//! (`same-owner`, `no-set-cookies`); the form turns them into sentences of the reader's language. Rows are numbered from 1 in a stated order, so
//! that "table 2, row 14" means the same row after a second run.

mod attribution;
mod beside_wire;
pub mod comparison;
mod fields;
mod lifetime;
mod linkage;
mod planted;
mod recipients;
mod scenario;
mod visit;

use serde::Serialize;

pub use crate::model::Scenario;
pub use crate::rules::Text;
pub use attribution::{
    ActedCount, AttributionTables, FlowAttribution, MentionRow, PageCount, PreflightRow, TriggerCount, TriggerRow, WayRow,
};
pub use beside_wire::{BesideCookie, BesideRefusal, BesideReport, BesideStorage, BesideWire};
pub use fields::{
    ByChoice, DecodeAnomalyRow, EndpointMention, EndpointRow, FieldClaim, FieldEntry, FieldRule, FieldTables, FieldsLeftOut, HintRow,
    LadderRow, Part, PersonalFrom, PersonalRow, PersonalSaid, ScopeShare, Sent, SentFields, Share, ShownValue,
};
pub use lifetime::{AboveLine, ComparisonLine, LifetimeRow, Span, ValidatorRow};
pub use linkage::{
    CookieRecipientRow, IdentifierRecipientRow, IdentifierRow, LinkageTables, NotSentAgainRow, RecordingRow, RedirectRow, SentFromOtherRow,
    SharingRow, SurvivalRow, ValueRow,
};
pub use planted::{PlantedFound, PlantedTables, SeedRow, SubmitRef};
pub use recipients::{
    AddressRow, AddressSaid, AliasEndRow, AliasRow, AliasSaid, ContractRef, ListClaim, ListCount, ListMatch, ListOwner, NetworkRef,
    OwnerRef, Recipient, UsedList,
};
pub use scenario::{ClickedRow, ConsentOptionRow, ConsentRuleRow, ConsentScreenRow, HandCount};
pub use scenario::{OutcomeRow, PictureRow, ScenarioTables, Start};
pub use visit::{Choice, ChoiceCookie, ChoiceRule, Custody, End, MaskCount, Moment, Phases, State, Stretch, Times, TrailRow};

/// Version of the annex JSON.
pub const ANNEX_VERSION: u32 = 4;

/// Everything an annex says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// `dataspoor-annex`.
    pub format: &'static str,
    /// [`ANNEX_VERSION`].
    pub version: u32,
    /// Whether the recording is simulated. If so, every page of every form says so.
    pub simulated: bool,
    /// What a simulated recording says of itself.
    pub notice: Option<&'static str>,
    /// The recording.
    pub capture: Capture,
    /// The page that was examined.
    pub page: ExaminedPage,
    /// Totals.
    pub totals: Totals,
    /// How it was made.
    pub method: Method,
    /// Who received requests; one row per registrable domain and holder, most requests first, then by name.
    pub recipients: Vec<Recipient>,
    /// At which addresses recipients answered; by recipient and address.
    pub addresses: Vec<AddressRow>,
    /// How many rows of addresses were left out.
    pub addresses_left_out: u64,
    /// Hosts that are another name of somebody else's; by host.
    pub aliases: Vec<AliasRow>,
    /// Cookies, by registrable domain of their domain, then name, domain and path.
    pub cookies: Vec<Cookie>,
    /// Lines with which lifetimes are compared, in the order of the rules.
    pub comparison_lines: Vec<ComparisonLine>,
    /// Lifetimes that sources state of cookies, beside the recorded ones; in the order of `cookies` and of the claims there.
    pub lifetimes: Vec<LifetimeRow>,
    /// Cache validators that were sent back, or that differ though the bytes are the same; by host, path and kind.
    pub validators: Vec<ValidatorRow>,
    /// How many values and rows of these were left out because the table would have grown past its bound.
    pub validators_left_out: u64,
    /// Flows, one row per host, method and path; in the order of their first entry.
    pub flows: Vec<Flow>,
    /// How many rows of flows were left out because the table would have grown past its bound; all of them stand in the evidence log.
    pub flows_left_out: u64,
    /// Endpoints, fields and what of them nobody explained.
    #[serde(flatten)]
    pub fields: FieldTables,
    /// The stretches of the recording.
    pub stretches: Vec<Stretch>,
    /// The time line, by stretch and time.
    pub timeline: Vec<Moment>,
    /// How many moments were left out of the time line because it would have grown past its bound.
    pub timeline_left_out: u64,
    /// Choices made in consent screens, by time.
    pub choices: Vec<Choice>,
    /// What was set and sent before and after each choice; by choice, cookie name and domain.
    pub choice_cookies: Vec<ChoiceCookie>,
    /// How many rows of these were left out.
    pub choice_cookies_left_out: u64,
    /// Values seen with the platform and with another site; by stretch and time of the second end.
    pub trail: Vec<TrailRow>,
    /// How many rows of the trail, or values that might have become one, were left out.
    pub trail_left_out: u64,
    /// Identifiers, who was sent them, and where else their values were found.
    pub linkage: LinkageTables,
    /// What requests are attributed to, counted over the recording.
    pub attribution: AttributionTables,
    /// Planted values. `None`: the case has none, or there is no case.
    pub planted: Option<PlantedTables>,
    /// What the browser itself says, beside what was recorded. `None`: the recording holds no word of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside_wire: Option<BesideWire>,
    /// The scenario, how it began and how it came out, and what was shown on the way.
    pub scenario: ScenarioTables,
    /// What was not seen.
    pub gaps: Vec<GapRow>,
    /// The custody of the recording. `None`: the recording carries none.
    pub custody: Option<Custody>,
    /// Works that the claims refer to, in the order of their identifier.
    pub sources: Vec<Source>,
}

/// The recording that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// Cookie pairs sent.
    pub cookies_sent: u64,
    /// Different cookies set or sent.
    pub cookies: u64,
    /// Requests that match at least one rule of ours or of a list.
    pub requests_with_findings: u64,
    /// Answers that give at least one cache validator.
    pub answers_with_validators: u64,
    /// Requests that send at least one back.
    pub requests_with_validators: u64,
    /// Resources (host and path) with a validator, each kind counted for itself.
    pub resources_with_validators: u64,
}

/// How the annex was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

/// A cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cookie {
    /// Row, from 1.
    pub nr: u64,
    /// Name.
    pub name: String,
    /// Domain it is kept for; for a cookie without recorded Set-Cookie the registrable domain it was sent to.
    pub domain: String,
    /// Whether it goes to that host only. `None`: no Set-Cookie recorded.
    pub host_only: Option<bool>,
    /// Path. `None`: no Set-Cookie recorded.
    pub path: Option<String>,
    /// Whether it is kept apart for each top-level site.
    pub partitioned: bool,
    /// Relation of its domain to the page, as for recipients.
    pub relation: &'static str,
    /// Owner of its domain.
    pub owner: Option<OwnerRef>,
    /// `set-cookie`: at least one Set-Cookie was recorded. `cookie-list`: it stands only in a list of the export. `sent-only`: sent, no Set-Cookie recorded.
    pub origin: &'static str,
    /// Hosts whose answers set it, by name.
    pub set_by: Vec<String>,
    /// How often it was set for the first time (again after a deletion).
    pub set: u64,
    /// How often set again with the same value.
    pub renewed: u64,
    /// How often set again with another value.
    pub changed: u64,
    /// How often deleted by a response.
    pub deleted: u64,
    /// Set-Cookie lines that a browser following RFC 6265bis should not take (reasons in `faults`). Whether it did is not recorded.
    pub refusal_expected: u64,
    /// Time of the first Set-Cookie, RFC 3339 UTC.
    pub first_set: Option<String>,
    /// Entry of the first Set-Cookie, or of the first sending.
    pub first_entry: u64,
    /// Shortest and longest lifetime asked for, from the time of each answer. `None` with `session` = true: ends with the browser session.
    pub asked: Option<Span>,
    /// The same as browsers keep it at most: cut at 400 days (RFC 6265bis section 5.5), without lines that a browser should refuse.
    pub effective: Option<Span>,
    /// Comparison lines that the longest lifetime is above.
    pub above: Vec<AboveLine>,
    /// Whether at least one Set-Cookie asked for a session cookie only.
    pub session: bool,
    /// Set-Cookie lines with an end date whose lifetime cannot be computed, because the time of the answer is not known.
    pub end_not_computable: u64,
    /// `Secure` in the last Set-Cookie.
    pub secure: Option<bool>,
    /// `HttpOnly` in the last Set-Cookie.
    pub http_only: Option<bool>,
    /// `SameSite` in the last Set-Cookie: `Strict`, `Lax`, `None`, or empty.
    pub same_site: Option<String>,
    /// Length of the value in bytes, smallest and largest seen.
    pub value_bytes: (u64, u64),
    /// Keyed fingerprints of the values seen, without repetition, in order of time, at most five.
    pub fingerprints: Vec<String>,
    /// How many different values were seen.
    pub values: u64,
    /// Who it was sent to.
    pub sent_to: Vec<SentTo>,
    /// Requests that carried it.
    pub sent: u64,
    /// Requests that carried it with another value than the last recorded Set-Cookie gave it.
    pub sent_with_other_value: u64,
    /// Faults found in its Set-Cookie lines, as identifiers, by name.
    pub faults: Vec<String>,
    /// What each source says of it. Empty: not established.
    pub claims: Vec<Claim>,
    /// What databases of cookies say of it.
    pub list_claims: Vec<ListClaim>,
}

/// Somebody to whom a cookie was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SentTo {
    /// Registrable domain, or address.
    pub site: String,
    /// Relation of it to the page.
    pub relation: &'static str,
    /// Requests.
    pub requests: u64,
}

/// Requests to one endpoint: host, method and path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Row, from 1.
    pub nr: u64,
    /// Method.
    pub method: String,
    /// Host.
    pub host: String,
    /// Registrable domain, or address.
    pub site: String,
    /// Path as it may be printed.
    pub path: String,
    /// Requests of these that, by the recording itself, never left the browser: served from cache, or stopped by the browser.
    pub not_sent: u64,
    /// Of these, requests that the recording program refused to pass on, as the operator set it. They are no word about the browser.
    pub refused: u64,
    /// Requests of these the like of which was also recorded while the same browser was idle.
    #[serde(skip_serializing_if = "is_zero")]
    pub also_idle: u64,
    /// Names of query parameters seen, by name. What has no name of the usual form stands in the recording only.
    pub parameters: Vec<String>,
    /// Relation, as for recipients.
    pub relation: &'static str,
    /// Position, as for recipients.
    pub position: &'static str,
    /// Owner of the domain.
    pub owner: Option<OwnerRef>,
    /// Requests.
    pub requests: u64,
    /// Time of the first, RFC 3339 UTC.
    pub first_time: Option<String>,
    /// Entry numbers, at most the first ten.
    pub entries: Vec<u64>,
    /// Status codes seen, ascending; 0 = no status recorded.
    pub statuses: Vec<u16>,
    /// Names of cookies sent, by name.
    pub cookies_sent: Vec<String>,
    /// Names of cookies set, by name.
    pub cookies_set: Vec<String>,
    /// Bytes of request bodies that were recorded.
    pub body_bytes_sent: u64,
    /// Hosts to which answers redirected, by name.
    pub redirects_to: Vec<String>,
    /// What made the browser ask, as far as recorded: identifier and requests, by identifier.
    pub causes: Vec<CauseCount>,
    /// Requests while a script acted in the browser, while a person did, and of which that is not established.
    pub operated: HandCount,
    /// What they are attributed to.
    pub attribution: FlowAttribution,
    /// What each source says of the endpoint.
    pub claims: Vec<Claim>,
    /// Rules of filter lists that match, without repetition.
    pub lists: Vec<ListMatch>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Requests with the same cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CauseCount {
    /// `navigation`, `frame`, `document`, `script`, `preflight`, `redirect`, `not-established`.
    pub cause: &'static str,
    /// Requests.
    pub requests: u64,
}

/// What somebody says about a cookie or an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// `vendor`, `independent`, `authority`, `own`.
    pub by: &'static str,
    /// Who.
    pub who: String,
    /// Category id; its label stands in [`Text`] form beside it.
    pub category: Option<Category>,
    /// What they say, in our words.
    pub purpose: Option<Text>,
    /// Lifetime they state, as written in the rule.
    pub lifetime: Option<String>,
    /// Identifier of the source in [`Report::sources`].
    pub source: String,
    /// `stated`, `derived` or `unverified`: nobody has checked it.
    pub certainty: &'static str,
    /// Identifier of the rule.
    pub rule: String,
    /// Rule file and line: `meta-cookies.toml:12`.
    pub place: String,
    /// What the rule does not prove, beside what no rule proves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Text>,
}

/// A category with its label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Category {
    /// Identifier.
    pub id: String,
    /// Label in both languages.
    pub label: Text,
}

/// A work that claims refer to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Source {
    /// Identifier as claims give it: `meta-cookies/OCD`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// Where it is found.
    pub reference: String,
    /// Its date.
    pub date: String,
}

/// Something that was not seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GapRow {
    /// Row, from 1.
    pub nr: u64,
    /// Identifier of the kind (`GapKind::id`).
    pub kind: &'static str,
    /// How many entries (or what `unit` says).
    pub count: u64,
    /// What is counted (`GapUnit::id`).
    pub unit: &'static str,
    /// Of how many, where all of them are counted too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// How many per cent that is, with one decimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
    /// Entry numbers, at most the first ten; empty where it concerns the whole recording.
    pub entries: Vec<u64>,
}
