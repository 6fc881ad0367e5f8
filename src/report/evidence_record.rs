//! The records of the evidence log as they are written: names and order of members are the format (`docs/evidence-format.md`).

use std::borrow::Cow;

use serde::Serialize;

use super::finding_record::{FindingRecord, ReasonRecord};
use super::model::Start;
use crate::analysis::{Attribution, PageMention};
use crate::model::Digest;
use crate::redact::field_locator;

#[derive(Serialize)]
pub(super) struct Header<'a> {
    pub(super) kind: &'static str,
    pub(super) format: &'static str,
    pub(super) version: u32,
    pub(super) tool: &'static str,
    pub(super) tool_version: &'static str,
    pub(super) simulated: bool,
    /// What a simulated recording says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) notice: Option<&'static str>,
    pub(super) capture: CaptureRecord<'a>,
    pub(super) page: PageRecord<'a>,
    pub(super) scenario: Option<&'a str>,
    pub(super) rules_sha256: String,
    pub(super) rules: Vec<FileRecord<'a>>,
    pub(super) suffix_list: String,
    pub(super) suffix_list_sha256: Option<String>,
    pub(super) lists: Vec<ListRecord<'a>>,
    pub(super) auditee: &'a [String],
    pub(super) platform: Option<&'a str>,
    /// Only where a case names Pages.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) platform_sites: &'a [String],
    pub(super) urls: &'static str,
    pub(super) fingerprints: &'static str,
}

#[derive(Serialize)]
pub(super) struct CaptureRecord<'a> {
    pub(super) name: &'a str,
    pub(super) format: &'static str,
    pub(super) wrappings: &'a [&'static str],
    pub(super) sha256: String,
    pub(super) bytes: u64,
    pub(super) creator: Option<&'a str>,
    pub(super) browser: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct PageRecord<'a> {
    pub(super) site: Option<&'a str>,
    pub(super) basis: &'static str,
    pub(super) detail: &'a str,
    pub(super) overruled: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct FileRecord<'a> {
    pub(super) file: &'a str,
    pub(super) id: &'a str,
    pub(super) version: &'a str,
    pub(super) sha256: String,
}

#[derive(Serialize)]
pub(super) struct ListRecord<'a> {
    pub(super) list: &'a str,
    pub(super) kind: &'static str,
    pub(super) title: Option<&'a str>,
    pub(super) version: Option<&'a str>,
    pub(super) licence: Option<&'a str>,
    pub(super) origin: Option<&'a str>,
    pub(super) retrieved: Option<&'a str>,
    pub(super) sha256: String,
    pub(super) rules: u64,
    pub(super) rejected: u64,
    pub(super) may_be_handed_over: Option<bool>,
}

#[derive(Serialize)]
pub(super) struct PageEvent<'a> {
    pub(super) kind: &'static str,
    pub(super) time: Option<String>,
    pub(super) id: &'a str,
    pub(super) title: String,
    pub(super) observed: &'static str,
}

#[derive(Serialize)]
pub(super) struct FlowRecord<'a> {
    pub(super) kind: &'static str,
    pub(super) time: Option<String>,
    pub(super) entry: u64,
    pub(super) entry_digest: Digest,
    pub(super) scenario: Option<&'a str>,
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    pub(super) host: &'a str,
    pub(super) site: &'a str,
    pub(super) relation: &'static str,
    pub(super) position: &'static str,
    /// The next two only where the recording holds them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) server_address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) host_leads_to: Option<&'a [String]>,
    /// The next four only in a recording with marks or choices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stretch: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) choice_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) choice: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) other_choices: Vec<OtherChoice<'a>>,
    pub(super) page: Option<String>,
    /// Who acted in the browser when the request began, where that is established.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) operated: Option<&'static str>,
    pub(super) outcome: &'static str,
    pub(super) from_cache: bool,
    pub(super) status: u16,
    pub(super) request_kind: &'static str,
    pub(super) request_kind_basis: &'static str,
    pub(super) cause: &'static str,
    pub(super) cause_basis: &'static str,
    pub(super) caused_by_host: Option<&'a str>,
    pub(super) redirected_from_entry: Option<u64>,
    pub(super) attribution: AttributionRecord<'a>,
    /// Where the examined Page's identifier, name or address stands in the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) page_mentions: Vec<MentionRecord<'a>>,
    pub(super) body_bytes_sent: u64,
    pub(super) redirect_to: Option<Cow<'a, str>>,
    pub(super) cookies_sent: Vec<SentRecord<'a>>,
    /// Cache validators sent and given; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) validators: Vec<ValidatorRecord>,
    pub(super) findings: Vec<FindingRecord<'a>>,
    pub(super) observed: &'static str,
}

/// Which page, what made the browser ask, and who acted, each with what it rests on and how sure it is.
#[derive(Serialize)]
pub(super) struct AttributionRecord<'a> {
    page_entry: Option<u64>,
    page_host: Option<&'a str>,
    page_basis: &'static str,
    page_confidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame_entry: Option<u64>,
    trigger: &'static str,
    trigger_basis: &'static str,
    trigger_confidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger_host: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger_entry: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger_choice: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idle_seconds: Option<u64>,
    actor: &'static str,
    way: &'static str,
    actor_basis: &'static str,
    actor_confidence: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    preflight: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    paired_with_entry: Option<u64>,
}

impl<'a> From<&'a Attribution> for AttributionRecord<'a> {
    fn from(attribution: &'a Attribution) -> Self {
        let Attribution { page, trigger, acted, is_preflight, paired_with } = attribution;
        Self {
            page_entry: page.page.as_ref().map(|page| page.entry),
            page_host: page.page.as_ref().map(|page| &*page.host),
            page_basis: page.basis.id(),
            page_confidence: page.confidence.id(),
            frame_entry: page.frame,
            trigger: trigger.kind.id(),
            trigger_basis: trigger.basis.id(),
            trigger_confidence: trigger.confidence.id(),
            trigger_host: trigger.host.as_deref(),
            trigger_entry: trigger.entry,
            trigger_choice: trigger.choice,
            idle_seconds: trigger.idle_seconds,
            actor: acted.actor.id(),
            way: acted.way.id(),
            actor_basis: acted.basis.id(),
            actor_confidence: acted.confidence.id(),
            preflight: *is_preflight,
            paired_with_entry: *paired_with,
        }
    }
}

/// A place that holds something of the examined Page.
#[derive(Serialize)]
pub(super) struct MentionRecord<'a> {
    what: &'static str,
    locator: &'a str,
    undone: &'static str,
}

impl<'a> From<&'a PageMention> for MentionRecord<'a> {
    fn from(mention: &'a PageMention) -> Self {
        Self { what: mention.kind.id(), locator: field_locator(&mention.locator), undone: mention.coding.id() }
    }
}

/// A cache validator that a request sends back or an answer gives.
#[derive(Serialize)]
pub(super) struct ValidatorRecord {
    pub(super) field: &'static str,
    pub(super) value_fingerprint: String,
    pub(super) value_bytes: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) digest_of_body: Option<&'static str>,
    pub(super) locator: String,
}

/// The state with regard to another site than the one that matters most.
#[derive(Serialize)]
pub(super) struct OtherChoice<'a> {
    pub(super) site: &'a str,
    pub(super) state: &'static str,
    pub(super) choice: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct StretchRecord<'a> {
    pub(super) kind: &'static str,
    pub(super) time: Option<String>,
    pub(super) stretch: u32,
    pub(super) name: Option<String>,
    pub(super) said_by: Option<&'static str>,
    /// The site that `choice_state` of flows speaks of.
    pub(super) choice_site: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct MarkRecord {
    pub(super) kind: &'static str,
    pub(super) time: String,
    pub(super) stretch: u32,
    pub(super) mark: &'static str,
    pub(super) text: String,
    pub(super) said_by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) choice: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct ChoiceRecord<'a> {
    pub(super) kind: &'static str,
    pub(super) time: String,
    pub(super) choice: u32,
    pub(super) stretch: u32,
    pub(super) site: Option<&'a str>,
    pub(super) scope: Option<&'static str>,
    pub(super) text: Option<String>,
    pub(super) text_said_by: Option<&'static str>,
    pub(super) says: Option<&'static str>,
    pub(super) clicked: Option<String>,
    pub(super) answered: Option<String>,
    pub(super) said_by: &'static str,
    pub(super) entry: Option<u64>,
    pub(super) reason: Option<ChoiceReason<'a>>,
}

#[derive(Serialize)]
pub(super) struct ChoiceReason<'a> {
    #[serde(flatten)]
    pub(super) rule: ReasonRecord<'a>,
    pub(super) certainty: &'static str,
    pub(super) source: &'a str,
}

#[derive(Serialize)]
pub(super) struct SentRecord<'a> {
    pub(super) name: &'a str,
    pub(super) value_fingerprint: String,
    pub(super) value_bytes: u32,
    /// `set-cookie` or `no-set-cookie-recorded`.
    pub(super) origin: &'static str,
    pub(super) set_in_entry: Option<u64>,
    pub(super) same_value: Option<bool>,
    pub(super) state_of_that: Option<&'static str>,
    pub(super) locator: String,
}

#[derive(Serialize)]
pub(super) struct CookieRecord<'a> {
    pub(super) kind: &'static str,
    pub(super) event: &'static str,
    pub(super) time: Option<String>,
    pub(super) entry: u64,
    pub(super) entry_digest: Digest,
    pub(super) scenario: Option<&'a str>,
    pub(super) url: &'a str,
    pub(super) host: &'a str,
    pub(super) site: &'a str,
    pub(super) relation: &'static str,
    pub(super) name: &'a str,
    pub(super) domain: &'a str,
    pub(super) host_only: bool,
    pub(super) path: String,
    pub(super) partitioned: bool,
    pub(super) value_fingerprint: String,
    pub(super) value_bytes: u32,
    pub(super) session: bool,
    pub(super) lifetime_seconds: Option<i64>,
    pub(super) effective_lifetime_seconds: Option<i64>,
    pub(super) expires: Option<&'a str>,
    pub(super) max_age: Option<i64>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) same_site: &'a str,
    pub(super) faults: Vec<&'a str>,
    pub(super) locator: String,
    pub(super) findings: Vec<FindingRecord<'a>>,
    pub(super) observed: &'static str,
}

/// How the recording of a scenario began.
#[derive(Serialize)]
pub(super) struct StartRecord<'a> {
    pub(super) kind: &'static str,
    pub(super) scenario: Option<&'a str>,
    pub(super) start: &'static str,
    pub(super) warning: bool,
    pub(super) profile: &'static str,
    pub(super) profile_said_by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kept_profile: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) used_before: Option<u32>,
    pub(super) hosts: u64,
    pub(super) hosts_first_asked_with_cookies: u64,
    pub(super) with_cookies_set_before: u64,
    pub(super) with_cookies_from_elsewhere: u64,
    pub(super) entries_from_elsewhere: &'a [u64],
}

impl<'a> StartRecord<'a> {
    /// The record of a start.
    pub(super) fn of(start: &'a Start, scenario: Option<&'a str>) -> Self {
        Self {
            kind: "start",
            scenario,
            start: start.id,
            warning: start.warning,
            profile: start.profile,
            profile_said_by: start.profile_said_by,
            kept_profile: start.kept.as_deref(),
            used_before: start.used_before,
            hosts: start.hosts,
            hosts_first_asked_with_cookies: start.hosts_first_asked_with_cookies,
            with_cookies_set_before: start.with_cookies_set_before,
            with_cookies_from_elsewhere: start.with_cookies_from_elsewhere,
            entries_from_elsewhere: &start.entries_from_elsewhere,
        }
    }
}

#[derive(Serialize)]
pub(super) struct GapRecord<'a> {
    pub(super) kind: &'static str,
    pub(super) gap: &'static str,
    pub(super) count: u64,
    pub(super) entries: &'a [u64],
}

#[derive(Serialize)]
pub(super) struct EndRecord {
    pub(super) kind: &'static str,
    pub(super) entries: u64,
    pub(super) hostless_entries: u64,
    pub(super) requests_to_auditee: u64,
    pub(super) flows: u64,
    pub(super) cookie_events: u64,
    pub(super) gaps: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) stretches: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) marks: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) choices: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
