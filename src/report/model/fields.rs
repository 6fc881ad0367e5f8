//! What a report says of fields: per endpoint which fields were sent, what rules say they mean and what of them nobody explained; what is seen at
//! each level of detail; and what the Model DPIA asks for. Values only; nothing is decided here, and no field is called personal data but by a
//! speaker who is named.

use serde::Serialize;

use super::{Claim, OwnerRef, Text};

/// The tables about fields. Their members stand in the annex JSON beside the other tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldTables {
    /// Endpoints: those of the platform and its affiliates first, then by number of requests, then by host, path and operation.
    pub endpoints: Vec<EndpointRow>,
    /// Fields, in the order of `endpoints`, then by place and name.
    pub fields: Vec<FieldEntry>,
    /// Rules about these fields, by identifier.
    pub field_rules: Vec<FieldRule>,
    /// Share of what is not established, over the whole recording and over the platform.
    pub field_shares: Vec<ScopeShare>,
    /// The detail ladder: four rows for each endpoint, in their order.
    pub ladder: Vec<LadderRow>,
    /// Client hints asked for and given; by host and name.
    pub hints: Vec<HintRow>,
    /// What claims name for paragraph 2 of the Model DPIA; by text.
    pub personal_data: Vec<PersonalRow>,
    /// What of requests could not be taken apart as it should be; by kind.
    pub decode_anomalies: Vec<DecodeAnomalyRow>,
    /// What these tables do not hold.
    pub fields_left_out: FieldsLeftOut,
}

/// What there was no room for. Nothing of it is left out in silence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldsLeftOut {
    /// Requests to endpoints that the dictionary had no room for; they are counted nowhere in it.
    pub requests: u64,
    /// Fields of endpoints that are counted in their shares and have no row, because their endpoint has more than are kept.
    pub not_kept: u64,
    /// Rows that the annex had no room for; they are counted in the shares.
    pub rows: u64,
    /// Fields that were not read, at least: beyond what is read of one request.
    pub not_read: u64,
    /// Rows of client hints.
    pub hints: u64,
    /// Fields that a claim names as personal data and calls an identifier, and of which every value is at most one byte long: not in the table.
    pub personal_too_short: u64,
}

/// Requests by the state of the choice for the examined page's site when they began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ByChoice {
    /// Requests before a choice.
    pub before: u64,
    /// Requests from the click to the answer.
    pub transition: u64,
    /// Requests after it.
    pub after: u64,
    /// Requests where no choice for that site was recorded.
    pub no_choice_recorded: u64,
}

/// A part of fields and bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Part {
    /// Fields.
    pub fields: u64,
    /// Of all fields, in per cent with one decimal and a full stop. `None`: there are no fields. Only nothing is `0.0`, and only all is `100.0`.
    pub fields_percent: Option<String>,
    /// Bytes of their values.
    pub bytes: u64,
    /// Likewise.
    pub bytes_percent: Option<String>,
}

/// How much of what was sent nobody explained.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Share {
    /// Fields, counted each time they were recorded; what holds others is a step and not counted.
    pub fields: u64,
    /// Bytes of their values, as far as they were unpacked.
    pub bytes: u64,
    /// Of which no rule says anything.
    pub not_established: Part,
    /// Of which a rule says something that nobody checked against a source, and none says more.
    pub unverified: Part,
}

/// The share over several endpoints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScopeShare {
    /// `recording` or `platform` (positions `platform` and `platform-affiliate`; with no endpoints: no position was established); both again with
    /// `-without-headers`: without header fields and segments of the path, which nearly every request has.
    pub scope: &'static str,
    /// How many endpoints.
    pub endpoints: u64,
    /// Requests to them.
    pub requests: u64,
    /// The share.
    pub share: Share,
}

/// An endpoint and the sums of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EndpointRow {
    /// Row, from 1.
    pub nr: u64,
    /// Host.
    pub host: String,
    /// Path as it may be printed; `*` stands for a segment that looks like a value.
    pub path: String,
    /// Name of the operation (GraphQL). `None`: the requests name none.
    pub operation: Option<String>,
    /// Methods, by name.
    pub methods: Vec<String>,
    /// Registrable domain, or address.
    pub site: String,
    /// Owner of the domain.
    pub owner: Option<OwnerRef>,
    /// Relation, as for recipients.
    pub relation: &'static str,
    /// Position, as for recipients.
    pub position: &'static str,
    /// What each source says of the endpoint.
    pub claims: Vec<Claim>,
    /// Requests.
    pub requests: u64,
    /// The same, by choice.
    pub by_choice: ByChoice,
    /// Requests whose body is not, or not whole, in the recording; its fields are not counted.
    pub bodies_open: u64,
    /// First entry.
    pub first_entry: u64,
    /// Its time, RFC 3339 UTC.
    pub first_time: String,
    /// The share of what is not established.
    pub share: Share,
    /// Rows of [`FieldTables::fields`] about it.
    pub rows: u64,
    /// Different fields that there was no row for: in the dictionary or in the annex.
    pub rows_left_out: u64,
    /// `content`, `functional` or `diagnostic`, as a person who is named decides it. `None`: not established; the program never fills it.
    pub data_kind: Option<String>,
    /// What of its requests carries something of the examined Page. For comparisons: the annex has a table of its own for it.
    #[serde(skip)]
    pub mentions: Vec<EndpointMention>,
}

/// A field of an endpoint that carries something of the examined Page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointMention {
    /// `page-id`, `page-name`, `page-address`.
    pub kind: &'static str,
    /// Kind of place in which it stands, as in [`super::MentionRow::place`].
    pub place: String,
    /// Name of the field as it may be printed; empty: it has none.
    pub field: String,
    /// Requests.
    pub requests: u64,
    /// First entry in time.
    pub first_entry: u64,
}

/// A field of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldEntry {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the endpoint.
    pub endpoint: u64,
    /// `path`, `query`, `form`, `json`, `header`, `cookie`, `message`, `body`.
    pub place: &'static str,
    /// Name as recorded; of what is inside others, their names before it with dots between. Empty: it has no name.
    pub name: String,
    /// Whether it only holds others: a step to them, not counted as a field.
    pub step: bool,
    /// How far its meaning is known: `stated`, `derived`, `unverified` or `not-established`.
    pub meaning: &'static str,
    /// Rows of [`FieldTables::field_rules`] about it, the most specific first.
    pub rules: Vec<u64>,
    /// Category of the data, by the strongest claim that gives one.
    pub data: Option<&'static str>,
    /// What its value tells apart, likewise.
    pub identifies: Option<&'static str>,
    /// How many layers were undone to reach it, at least.
    pub layers_min: u8,
    /// How many at most.
    pub layers_max: u8,
    /// What its values look like, by name. A look is no meaning.
    pub looks_like: Vec<&'static str>,
    /// How often it was recorded.
    pub times: u64,
    /// Requests that carry it.
    pub requests: u64,
    /// The same, by choice.
    pub by_choice: ByChoice,
    /// Bytes of its values together.
    pub bytes: u64,
    /// Bytes of its longest value. With less than two it is no identifier, whatever a rule says of its name.
    pub longest: u32,
    /// Different values of eight bytes or more. `None`: more than are told apart. Values of steps are not compared.
    pub different_values: Option<u32>,
    /// Keyed marks of its values, where a rule says that they tell something apart; sorted. For comparisons, which look for the same value with
    /// another endpoint of the same recording; never written anywhere.
    #[serde(skip)]
    pub marks: Vec<u64>,
    /// Values that a rule lets be printed, by value; not all of them where there are many.
    pub values: Vec<ShownValue>,
    /// First entry that carries it.
    pub first_entry: u64,
    /// Where in that entry.
    pub locator: String,
}

/// A value that a rule lets be printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShownValue {
    /// The value.
    pub value: String,
    /// How often.
    pub times: u64,
}

/// A rule about fields or cookies, with what everybody says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldRule {
    /// Row, from 1.
    pub nr: u64,
    /// Identifier.
    pub rule: String,
    /// Rule file and line.
    pub place: String,
    /// `field` or `cookie`.
    pub about: &'static str,
    /// Claims; never merged.
    pub claims: Vec<FieldClaim>,
    /// What the rule does not prove, beside what no rule proves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Text>,
}

/// What somebody says about a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldClaim {
    /// `vendor`, `independent`, `authority`, `own`.
    pub by: &'static str,
    /// Who.
    pub who: String,
    /// What they say it means, in our words.
    pub meaning: Option<Text>,
    /// Whether it leaves open what the value means here, so that no meaning is established by it.
    pub open: bool,
    /// What they say it is used for, as a category; of cookies.
    pub category: Option<Text>,
    /// Category of the data.
    pub data: Option<&'static str>,
    /// What the value tells apart.
    pub identifies: Option<&'static str>,
    /// Identifier of the source in [`super::Report::sources`].
    pub source: String,
    /// Date of the source.
    pub source_date: String,
    /// `stated`, `derived` or `unverified`.
    pub certainty: &'static str,
}

/// What is seen of the requests to an endpoint at one level of detail, and what stays hidden there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LadderRow {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the endpoint.
    pub endpoint: u64,
    /// `host`, `endpoint`, `parameter` or `field`.
    pub level: &'static str,
    /// What is seen, as recorded: the host; method, path and operation; names of parameters; names of decoded fields. At most the first forty.
    pub seen: Vec<String>,
    /// How many different ones are seen.
    pub seen_count: u64,
    /// Requests to the host (`host`: to all its endpoints) or to the endpoint, or fields from `parameter` on.
    pub counted: u64,
    /// Fields of which this level shows nothing but that something was sent. At the last level: whose meaning is not established.
    pub hidden_fields: u64,
    /// Of all fields, as [`Part::fields_percent`].
    pub hidden_percent: Option<String>,
}

/// A client hint: what a browser says of itself when a server asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HintRow {
    /// Row, from 1.
    pub nr: u64,
    /// Host.
    pub host: String,
    /// Name, in lower case.
    pub hint: String,
    /// First entry in which the host asked for it (`Accept-CH`). `None`: no such answer recorded.
    pub asked_entry: Option<u64>,
    /// Requests to the host that carry it.
    pub requests: u64,
    /// Entry of the first of these.
    pub first_entry: Option<u64>,
    /// Rows of the fields.
    pub fields: Vec<u64>,
}

/// What speakers propose to name as personal data, for paragraph 2 of the Model DPIA Rijksdienst; one row for each term. A proposal: a person decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PersonalRow {
    /// Row, from 1.
    pub nr: u64,
    /// `field`: fields or cookies carry it. `connection`: the address from which every request comes, which is no field.
    pub basis: &'static str,
    /// "Persoonsgegeven", in the words of the rules.
    pub personal: Text,
    /// "Categorie betrokkene": `visitor`, `staff` or `auditee-site` (visitor of a site of the audited organisation), each where it was established of all
    /// requests to an endpoint, by name. Empty: not established of any.
    pub data_subjects: Vec<&'static str>,
    /// How many endpoints it is not established of.
    pub endpoints_without_subject: u64,
    /// Who says so.
    pub said: Vec<PersonalSaid>,
    /// "Bron": traffic of the browser, recorded here, by endpoint; at most the first fifty. Of a connection: empty.
    pub from: Vec<PersonalFrom>,
    /// How many endpoints in all.
    pub endpoints: u64,
    /// Requests to them; counted of connections only.
    pub requests: Option<u64>,
}

/// Who calls something personal data, in which category and of which type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PersonalSaid {
    /// "Categorie persoonsgegevens". `None`: the speaker names none.
    pub category: Option<Text>,
    /// "Type": of [`crate::rules::PERSONAL_TYPES`]. `None`: the speaker names none.
    pub personal_type: Option<&'static str>,
    /// `vendor`, `independent`, `authority`, `own`.
    pub by: &'static str,
    /// Who says so.
    pub who: String,
    /// Identifier of the source in [`super::Report::sources`]. `None`: it follows from the traffic itself.
    pub source: Option<String>,
    /// Date of the source.
    pub source_date: Option<String>,
    /// `stated`, `derived` or `unverified`.
    pub certainty: &'static str,
    /// Rules, by number in [`FieldTables::field_rules`].
    pub rules: Vec<u64>,
}

/// Where a field that somebody names as personal data was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PersonalFrom {
    /// Row of the endpoint.
    pub endpoint: u64,
    /// Its host.
    pub host: String,
    /// Names of the fields, with their places: `query ud[em]`.
    pub fields: Vec<String>,
    /// First entry.
    pub first_entry: u64,
}

/// Something that could not be taken apart as it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DecodeAnomalyRow {
    /// Row, from 1.
    pub nr: u64,
    /// Identifier (`DecodeAnomaly::id`).
    pub kind: &'static str,
    /// Entries, at most the first twenty.
    pub entries: Vec<u64>,
}

/// What was sent to a recipient, and when with regard to the choice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sent {
    /// Fields by category of the data, in the order of [`crate::rules::DATA`], those without one last.
    pub fields: Vec<SentFields>,
    /// Names of cookies, by name.
    pub cookies: Vec<String>,
    /// Bytes of the addresses (URLs) of the requests.
    pub url_bytes: u64,
    /// Bytes of the bodies of the requests, as far as recorded.
    pub body_bytes: u64,
    /// Bytes of the bodies of the answers, as far as recorded; in recordings of other programs often unpacked.
    pub answer_bytes: u64,
    /// Requests whose body is not, or not whole, in the recording; its bytes are not in the sum.
    pub bodies_open: u64,
    /// Answers whose body is not, or not whole, in the recording.
    pub answers_open: u64,
    /// Requests that were sent, by choice.
    pub by_choice: ByChoice,
}

/// Fields of one category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SentFields {
    /// Category, of [`crate::rules::DATA`]. `None`: not established.
    pub data: Option<&'static str>,
    /// Fields, counted each time they were recorded.
    pub fields: u64,
    /// How many of these have a meaning that nobody checked against a source.
    pub unverified: u64,
    /// Different names.
    pub names: u64,
    /// Of the fields, those that a rule calls an identifier and of which every value is at most one byte long; they stand under no category.
    pub too_short: u64,
}
