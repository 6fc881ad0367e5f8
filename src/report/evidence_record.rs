//! The records of the evidence log as they are written: names and order of members are the format (`docs/evidence-format.md`).

use std::borrow::Cow;

use serde::Serialize;

use crate::model::Digest;

#[derive(Serialize)]
pub(super) struct Header<'a> {
    pub(super) kind: &'static str,
    pub(super) format: &'static str,
    pub(super) version: u32,
    pub(super) tool: &'static str,
    pub(super) tool_version: &'static str,
    pub(super) simulated: bool,
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
    pub(super) version: Option<&'a str>,
    pub(super) sha256: String,
    pub(super) rules: u64,
    pub(super) rejected: u64,
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
    pub(super) page: Option<String>,
    pub(super) outcome: &'static str,
    pub(super) from_cache: bool,
    pub(super) status: u16,
    pub(super) request_kind: &'static str,
    pub(super) request_kind_basis: &'static str,
    pub(super) cause: &'static str,
    pub(super) cause_basis: &'static str,
    pub(super) caused_by_host: Option<&'a str>,
    pub(super) redirected_from_entry: Option<u64>,
    pub(super) body_bytes_sent: u64,
    pub(super) redirect_to: Option<Cow<'a, str>>,
    pub(super) cookies_sent: Vec<SentRecord<'a>>,
    pub(super) findings: Vec<FindingRecord<'a>>,
    pub(super) observed: &'static str,
}

#[derive(Serialize)]
pub(super) struct SentRecord<'a> {
    pub(super) name: &'a str,
    pub(super) value_fingerprint: String,
    pub(super) value_bytes: u32,
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
}

/// A finding with its reason: what, by which rule of which file or list, at which place, quoting which bytes.
#[derive(Serialize)]
pub(super) struct FindingRecord<'a> {
    pub(super) subject: &'static str,
    /// Which cookie of the request, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cookie: Option<usize>,
    #[serde(flatten)]
    pub(super) reason: ReasonRecord<'a>,
    pub(super) locator: String,
    pub(super) quote: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum ReasonRecord<'a> {
    Rule {
        rule: &'a str,
        file: &'a str,
        line: u64,
        version: &'a str,
        sha256: Digest,
    },
    #[cfg(feature = "lists")]
    List {
        list: &'a str,
        rule: &'a str,
        line: Option<u64>,
        exception: Option<&'a str>,
        exception_line: Option<u64>,
        sha256: Digest,
    },
}
