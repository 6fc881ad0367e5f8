//! The tables of a rule file as they are written, read strictly: an unknown key is a mistake, because a misspelt key would silently say nothing.
//! What they mean, and whether it makes sense, is for `compile`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::file::{By, Certainty, Text};

/// A rule file as written. The format is described in `rules/README.md`.
#[derive(Debug, Default)]
pub(super) struct RawFile {
    pub(super) head: Option<RawHead>,
    pub(super) source: Vec<RawSource>,
    pub(super) cookie: Vec<RawCookie>,
    pub(super) storage: Vec<RawStorage>,
    pub(super) endpoint: Vec<RawEndpoint>,
    pub(super) field: Vec<RawField>,
    pub(super) owner: Vec<RawOwner>,
    pub(super) network: Vec<RawNetwork>,
    pub(super) navigation: Vec<RawNavigation>,
    pub(super) choice: Vec<RawChoice>,
    pub(super) secret: Vec<RawSecret>,
    pub(super) example: Vec<RawExample>,
    pub(super) category: Vec<RawCategory>,
    pub(super) counter: Vec<RawCounter>,
    pub(super) lifetime: Vec<RawLifetime>,
    pub(super) statement: Vec<RawStatement>,
    /// Identifiers of tables that have mistakes, so that nobody is told that they do not exist.
    pub(super) broken: Vec<String>,
}

/// The keys before the tables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHead {
    pub(super) format: Spanned<u32>,
    pub(super) id: Spanned<String>,
    pub(super) version: Spanned<String>,
    #[allow(dead_code, reason = "read by people; required so that every file says what it is about")]
    pub(super) title: Text,
}

/// What holds where a file says nothing.
const fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSource {
    pub(super) id: Spanned<String>,
    pub(super) title: String,
    pub(super) publisher: String,
    pub(super) reference: String,
    pub(super) date: Spanned<String>,
    /// Whether the work itself was read for these rules; else what it says is taken over from another.
    #[serde(default = "yes")]
    pub(super) consulted: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClaim {
    pub(super) by: By,
    pub(super) who: Spanned<String>,
    pub(super) category: Option<Spanned<String>>,
    pub(super) purpose: Option<Text>,
    #[serde(default)]
    pub(super) open: Option<Spanned<bool>>,
    #[serde(default)]
    pub(super) login: Option<Spanned<bool>>,
    pub(super) lifetime: Option<Spanned<String>>,
    pub(super) data: Option<Spanned<String>>,
    pub(super) identifies: Option<Spanned<String>>,
    pub(super) personal: Option<Spanned<Text>>,
    pub(super) personal_category: Option<Spanned<Text>>,
    pub(super) personal_type: Option<Spanned<String>>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Certainty,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCookie {
    pub(super) id: Spanned<String>,
    pub(super) name: Spanned<String>,
    pub(super) domains: Option<Vec<Spanned<String>>>,
    pub(super) owner: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) secret: bool,
    pub(super) limits: Option<Text>,
    #[serde(default)]
    pub(super) claim: Vec<RawClaim>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStorage {
    pub(super) id: Spanned<String>,
    pub(super) key: Spanned<String>,
    pub(super) area: Spanned<String>,
    pub(super) domains: Option<Vec<Spanned<String>>>,
    pub(super) owner: Option<Spanned<String>>,
    pub(super) limits: Option<Text>,
    #[serde(default)]
    pub(super) claim: Vec<RawClaim>,
}

/// What a parameter or field must be: name and values, of which one must be there.
pub(super) type RawValues = BTreeMap<Spanned<String>, Vec<Spanned<String>>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEndpoint {
    pub(super) id: Spanned<String>,
    pub(super) hosts: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) host_names: Vec<Spanned<String>>,
    pub(super) paths: Vec<Spanned<String>>,
    pub(super) methods: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) parameters: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) query: RawValues,
    #[serde(default)]
    pub(super) headers: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) show: Vec<String>,
    pub(super) count: Option<Spanned<String>>,
    pub(super) owner: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) background: bool,
    pub(super) limits: Option<Text>,
    #[serde(default)]
    pub(super) claim: Vec<RawClaim>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawField {
    pub(super) id: Spanned<String>,
    #[serde(default)]
    pub(super) hosts: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) host_names: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) paths: Vec<Spanned<String>>,
    pub(super) methods: Option<Vec<Spanned<String>>>,
    #[serde(rename = "in")]
    pub(super) place: Vec<Spanned<String>>,
    pub(super) name: Spanned<String>,
    pub(super) operation: Option<Spanned<String>>,
    pub(super) owner: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) secret: bool,
    #[serde(default)]
    pub(super) show: bool,
    pub(super) count: Option<Spanned<String>>,
    pub(super) limits: Option<Text>,
    #[serde(default)]
    pub(super) claim: Vec<RawClaim>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOwner {
    pub(super) id: Spanned<String>,
    pub(super) name: String,
    pub(super) domains: Vec<Spanned<String>>,
    pub(super) country: Option<Spanned<String>>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Certainty,
    #[serde(default)]
    pub(super) more: Vec<RawMoreDomains>,
    #[serde(default)]
    pub(super) contract: Vec<RawContract>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMoreDomains {
    pub(super) domains: Vec<Spanned<String>>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Certainty,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawContract {
    pub(super) party: Spanned<String>,
    pub(super) service: Text,
    pub(super) domains: Option<Vec<Spanned<String>>>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Certainty,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNetwork {
    pub(super) id: Spanned<String>,
    pub(super) operator: Spanned<String>,
    #[serde(default)]
    pub(super) hosts: Vec<Spanned<String>>,
    #[serde(default, rename = "as")]
    pub(super) numbers: Vec<u32>,
    pub(super) owner: Option<Spanned<String>>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Certainty,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNavigation {
    pub(super) id: Spanned<String>,
    pub(super) hosts: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) host_names: Vec<Spanned<String>>,
    pub(super) paths: Vec<Spanned<String>>,
    pub(super) methods: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) parameters: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) query: RawValues,
    #[serde(default)]
    pub(super) headers: Vec<Spanned<String>>,
    pub(super) address: Option<Spanned<String>>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Certainty,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChoice {
    pub(super) id: Spanned<String>,
    pub(super) hosts: Vec<Spanned<String>>,
    pub(super) paths: Vec<Spanned<String>>,
    pub(super) methods: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) query: RawValues,
    #[serde(default)]
    pub(super) form: RawValues,
    pub(super) site: Option<Spanned<String>>,
    pub(super) scope: Spanned<String>,
    pub(super) says: Spanned<String>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Certainty,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSecret {
    pub(super) id: Spanned<String>,
    #[serde(rename = "in")]
    pub(super) place: Spanned<String>,
    #[serde(default)]
    pub(super) names: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) values: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) hosts: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) paths: Vec<Spanned<String>>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Certainty,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExample {
    pub(super) url: Option<Spanned<String>>,
    pub(super) cookie: Option<Spanned<String>>,
    pub(super) storage: Option<Spanned<String>>,
    pub(super) method: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) headers: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) names: Vec<Spanned<String>>,
    pub(super) operation: Option<Spanned<String>>,
    pub(super) rules: Spanned<Vec<Spanned<String>>>,
    pub(super) owner: Option<Spanned<String>>,
    pub(super) fields: Option<Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCategory {
    pub(super) id: Spanned<String>,
    pub(super) label: Text,
    pub(super) meaning: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCounter {
    pub(super) id: Spanned<String>,
    pub(super) domains: Vec<Spanned<String>>,
    #[allow(dead_code, reason = "read by people; required so that every counter says where its set comes from")]
    pub(super) source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLifetime {
    pub(super) id: Spanned<String>,
    pub(super) days: Spanned<u32>,
    pub(super) label: Text,
    pub(super) meaning: Text,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Certainty,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStatement {
    pub(super) id: Spanned<String>,
    pub(super) by: By,
    pub(super) who: Spanned<String>,
    pub(super) text: Text,
    pub(super) quotation: Option<Spanned<String>>,
    pub(super) kept: Option<Spanned<String>>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Certainty,
    pub(super) observable: Option<Spanned<bool>>,
    #[serde(default)]
    pub(super) seen: Vec<RawSeen>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSeen {
    pub(super) cookie_set: Option<Spanned<String>>,
    pub(super) cookie_sent: Option<Spanned<String>>,
    pub(super) domain: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) hosts: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) paths: Vec<Spanned<String>>,
    pub(super) methods: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) query: RawValues,
    pub(super) field: Option<Spanned<String>>,
    pub(super) when: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) personas: Vec<Spanned<String>>,
}
