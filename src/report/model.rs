//! The report model: everything an annex says, as values, before it has a language or a form.
//!
//! Every form (HTML, CSV, JSON) is written from this and from nothing else. Texts that a reader sees in words are identifiers here
//! (`same-owner`, `no-set-cookies`); the form turns them into sentences of the reader's language. Rows are numbered from 1 in a stated order, so
//! that "table 2, row 14" means the same row after a second run.

mod assessment;
mod attribution;
mod beside_wire;
mod capture;
mod claims;
pub mod comparison;
mod cookies;
mod fields;
mod flows;
mod lifetime;
mod linkage;
mod logout;
mod planted;
mod recipients;
mod risks;
mod scenario;
mod style;
mod visit;

use serde::Serialize;

pub use crate::model::Scenario;
pub use crate::rules::Text;
pub use assessment::{AssessmentTables, KINDS, RowRef, WordRow, WordsOf};
pub use attribution::{
    ActedCount, AttributionTables, FlowAttribution, MentionRow, PageCount, PreflightRow, TriggerCount, TriggerRow, WayRow,
};
pub use beside_wire::{BesideCookie, BesideRefusal, BesideReport, BesideStorage, BesideWire};
pub use capture::{Capture, ExaminedPage, Method, RuleFile, TakenIn, Totals};
pub use claims::{Category, Claim, Source};
pub use cookies::{Cookie, SentTo};
pub use fields::{
    ByChoice, DecodeAnomalyRow, EndpointMention, EndpointRow, FieldClaim, FieldEntry, FieldRule, FieldTables, FieldsLeftOut, HintRow,
    LadderRow, Part, PersonalFrom, PersonalRow, PersonalSaid, ScopeShare, Sent, SentFields, Share, ShownValue,
};
pub use flows::{CauseCount, Flow};
pub use lifetime::{AboveLine, ComparisonLine, LifetimeRow, Span, ValidatorRow};
pub use linkage::{
    CookieRecipientRow, IdentifierRecipientRow, IdentifierRow, LinkageTables, NotSentAgainRow, RecordingRow, RedirectRow, SentFromOtherRow,
    SharingRow, SurvivalRow, ValueRow,
};
pub use logout::{LoginCookie, Logout, LogoutCookie, LogoutRecipient, LogoutTables};
pub use planted::{PlantedFound, PlantedTables, SeedRow, SubmitRef};
pub use recipients::{
    AddressRow, AddressSaid, AliasEndRow, AliasRow, AliasSaid, ContractRef, ListClaim, ListCount, ListMatch, ListOwner, NetworkRef,
    OwnerRef, Recipient, UsedList,
};
pub use risks::{EvidenceRef, MeasureRow, RetestRow, RiskRow, RiskTables};
pub use scenario::{ClickedRow, ConsentOptionRow, ConsentRuleRow, ConsentScreenRow, HandCount};
pub use scenario::{OutcomeRow, PictureRow, ScenarioTables, Start};
pub use style::{HouseStyle, UsedFile};
pub use visit::{Choice, ChoiceCookie, ChoiceRule, Custody, End, MaskCount, Moment, Phases, State, Stretch, Times, TrailRow};

/// Version of the annex JSON.
pub const ANNEX_VERSION: u32 = 4;

/// Everything an annex says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// When somebody logged out, and what was set and sent after it. Left out: no such moment was recorded.
    #[serde(skip_serializing_if = "LogoutTables::is_empty")]
    pub logout: LogoutTables,
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
    /// What people wrote about what was recorded. `None`: no file of theirs was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assessment: Option<AssessmentTables>,
    /// The house style that it was made in. `None`: our own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub house_style: Option<HouseStyle>,
    /// The auditor's own risks. `None`: no file of theirs was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risks: Option<RiskTables>,
    /// The scenario, how it began and how it came out, and what was shown on the way.
    pub scenario: ScenarioTables,
    /// What was not seen.
    pub gaps: Vec<GapRow>,
    /// The custody of the recording. `None`: the recording carries none.
    pub custody: Option<Custody>,
    /// Works that the claims refer to, in the order of their identifier.
    pub sources: Vec<Source>,
}

/// Something that was not seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
