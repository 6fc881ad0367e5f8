//! What the annex over a whole case says beside what is counted in classes, answers, matrices and series: rows merged over all recordings that are
//! used, each with the recordings and entries behind it, and the sentences that hold. Values only.

use serde::Serialize;

mod sentences;

use super::super::{
    AboveLine, AddressSaid, Choice, Claim, ConsentOptionRow, OwnerRef, PersonalSaid, RiskTables, RuleFile, Source, Span, Text, TrailRow,
    UsedList, WordRow,
};
use super::{Behind, Item};
pub use sentences::{AfterDecline, BeforeChoice, Followed, NotSeen, OpenFields, Sentences, Stamped, StampedBy, StatedPurpose, WithPage};

/// Rows of one thing, merged over recordings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lines<T> {
    /// The rows, numbered from 1.
    pub rows: Vec<T>,
    /// Rows there was no room for.
    pub left_out: u64,
}

impl<T> Default for Lines<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), left_out: 0 }
    }
}

/// In how many of the recordings that are used something stands, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Recordings.
    pub recordings: u64,
    /// Recordings that could have shown it, these included.
    pub of: u64,
    /// Recordings that are used and could not: something of them is missing, or was not recorded at all.
    pub cannot_tell: u64,
    /// Names of their scenarios, by name.
    pub scenarios: Vec<String>,
    /// Row and entry in the first of these.
    pub behind: Vec<Behind>,
}

/// The annex over a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CaseAnnex {
    /// Who answers for the recordings, as the case says.
    pub auditor: String,
    /// Addresses of the Pages that the case names.
    pub pages: Vec<String>,
    /// What was examined, in numbers.
    pub examined: Examined,
    /// Sentences that hold.
    pub sentences: Sentences,
    /// Comparison lines of lifetimes, as the rules have them.
    pub comparison_lines: Vec<super::super::ComparisonLine>,
    /// The ways in which something reached the platform (question 2).
    pub ways: Lines<WayLine>,
    /// Values of fields that a rule lets be printed, such as names of events (question 3).
    pub inputs: Lines<InputLine>,
    /// What is visible of each endpoint at each level of detail (question 4).
    pub ladder: Lines<LadderLine>,
    /// Fields; those whose meaning is not established first.
    pub fields: Lines<FieldLine>,
    /// Personal data as speakers name them (Model DPIA 2).
    pub personal: Lines<PersonalLine>,
    /// Endpoints (Model DPIA 3).
    pub endpoints: Lines<EndpointLine>,
    /// Techniques (Model DPIA 4).
    pub techniques: Lines<TechniqueLine>,
    /// Parties (Model DPIA 6).
    pub parties: Lines<PartyLine>,
    /// Addresses of servers (Model DPIA 8).
    pub locations: Lines<LocationLine>,
    /// Cookies (Model DPIA 10).
    pub cookies: Lines<CookieLine>,
    /// Values seen with the platform and with another site.
    pub trail: Lines<TrailLine>,
    /// Layers of consent screens.
    pub screens: Lines<ScreenLine>,
    /// Buttons that were clicked in them.
    pub clicks: Lines<ClickLine>,
    /// What people wrote. `None`: no file of theirs was given.
    pub words: Option<Lines<WordRow>>,
    /// Risks in the words of their authors. `None`: no file of them was given.
    pub risks: Option<RiskTables>,
    /// How it was made.
    pub method: CaseMethod,
    /// The files of the DPIA dossier.
    pub files: Lines<FileLine>,
    /// Works that claims refer to, by identifier.
    pub sources: Vec<Source>,
}

/// What was examined, in numbers; over the recordings that are used unless said otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Examined {
    /// Recordings in the register.
    pub recordings: u64,
    /// Recordings of these that are used.
    pub used: u64,
    /// Start of the first request of all, RFC 3339 UTC.
    pub first: Option<String>,
    /// Start of the last.
    pub last: Option<String>,
    /// Registrable domains of the pages that the recordings are about, by name.
    pub sites: Vec<String>,
    /// Personas.
    pub personas: u64,
    /// Planned paths of choices.
    pub paths: u64,
    /// Recordings of audited Pages.
    pub of_pages: u64,
    /// Recordings of controls.
    pub of_controls: u64,
    /// Programs that made the recordings, as these say, by name.
    pub creators: Vec<String>,
    /// Browsers, as the recordings say, by name.
    pub browsers: Vec<String>,
    /// Entries.
    pub entries: u64,
    /// Requests of these that never left the browser or were refused, as the recordings themselves say.
    pub not_sent: u64,
    /// Different hosts.
    pub hosts: u64,
    /// Different recipients to which at least one request was sent.
    pub recipients: u64,
    /// Different cookies that were set or sent, by name and domain.
    pub cookies: u64,
    /// Different fields of different endpoints.
    pub fields: u64,
    /// Of these, fields whose meaning is not established.
    pub fields_open: u64,
    /// Choices in consent screens, counted each time.
    pub choices: u64,
}

/// A way in which something was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WayLine {
    /// Row, from 1.
    pub nr: u64,
    /// As in [`super::super::WayRow::way`].
    pub way: &'static str,
    /// Why nothing could be counted, by name; with how many recordings.
    pub not_counted: Vec<(&'static str, u64)>,
    /// Requests.
    pub requests: u64,
    /// Of these, by somebody who acts under another account than the one that is logged in.
    pub by_staff: u64,
    /// Of these, with the Page's identifier, name or address.
    pub with_mention: u64,
    /// Where.
    pub found: Found,
}

/// A value of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InputLine {
    /// Row, from 1.
    pub nr: u64,
    /// Endpoint, field and value.
    pub item: Item,
    /// How often.
    pub times: u64,
    /// Where.
    pub found: Found,
}

/// What is visible of an endpoint at one level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LadderLine {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the endpoints.
    pub endpoint: u64,
    /// `host`, `endpoint`, `parameter`, `field`.
    pub level: &'static str,
    /// What is seen.
    pub seen: Vec<String>,
    /// Fields, counted each time.
    pub fields: u64,
    /// Fields of which this level shows nothing but that something was sent; at the last, whose meaning is not established.
    pub hidden: u64,
    /// How many per cent that is, with one decimal. `None`: there are no fields.
    pub hidden_percent: Option<String>,
}

/// A field of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FieldLine {
    /// Row, from 1.
    pub nr: u64,
    /// Endpoint and field.
    pub item: Item,
    /// As in [`super::super::FieldEntry::meaning`].
    pub meaning: &'static str,
    /// What a source says that it means, in our words.
    pub says: Option<Text>,
    /// Who says so, and where.
    pub said_by: Option<FieldSaid>,
    /// Category of the data.
    pub data: Option<&'static str>,
    /// Whom or what it tells apart, as a rule says.
    pub identifies: Option<&'static str>,
    /// How often it was recorded.
    pub times: u64,
    /// Bytes of its values.
    pub bytes: u64,
    /// Where.
    pub found: Found,
}

/// Whose words the meaning of a field is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FieldSaid {
    /// `vendor`, `independent`, `authority`, `own`.
    pub by: &'static str,
    /// Who.
    pub who: String,
    /// Identifier of the source in [`CaseAnnex::sources`].
    pub source: String,
    /// Its date.
    pub source_date: String,
    /// `stated`, `derived` or `unverified`.
    pub certainty: &'static str,
}

/// Personal data as speakers name them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PersonalLine {
    /// Row, from 1.
    pub nr: u64,
    /// "Persoonsgegeven", in the words of the rules.
    pub personal: Text,
    /// As in [`super::super::PersonalRow::data_subjects`].
    pub data_subjects: Vec<&'static str>,
    /// Whether that was not established for some endpoint.
    pub subject_open: bool,
    /// Who says so.
    pub said: Vec<PersonalSaid>,
    /// Hosts to which it was sent, by name; empty: every connection shows it.
    pub hosts: Vec<String>,
    /// Where.
    pub found: Found,
}

/// An endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EndpointLine {
    /// Row, from 1.
    pub nr: u64,
    /// Which.
    pub item: Item,
    /// Paths, as in [`super::Line::paths`].
    pub paths: Vec<String>,
    /// Registrable domain.
    pub site: String,
    /// Who holds it. `None`: not established.
    pub owner: Option<OwnerRef>,
    /// Relation to the page, where it is the same in all recordings.
    pub relation: &'static str,
    /// Position, likewise.
    pub position: &'static str,
    /// Requests.
    pub requests: u64,
    /// Requests before a choice, while it was handled, after it, and where none was recorded.
    pub by_choice: [u64; 4],
    /// Different fields.
    pub fields: u64,
    /// Of these, fields whose meaning is not established.
    pub open: u64,
    /// What is said of it, without repetition.
    pub claims: Vec<Claim>,
    /// Where.
    pub found: Found,
}

/// A technique.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TechniqueLine {
    /// Row, from 1.
    pub nr: u64,
    /// `cookies`, `cookies-other-site`, `validators`, `client-hints`, `link-decoration`, `sent-again`, `identifiers`, `other-names`.
    pub technique: &'static str,
    /// Different ones.
    pub count: u64,
    /// Their names.
    pub names: Vec<String>,
    /// Where.
    pub found: Found,
}

/// A party.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PartyLine {
    /// Row, from 1.
    pub nr: u64,
    /// Registrable domain.
    pub site: String,
    /// Who holds it. `None`: not established.
    pub owner: Option<OwnerRef>,
    /// Who runs the networks that answered, by name.
    pub networks: Vec<String>,
    /// Parties that terms name, by name.
    pub contracts: Vec<String>,
    /// Relation to the page, where it is the same in all recordings; else `varying`.
    pub relation: &'static str,
    /// Position, likewise.
    pub position: &'static str,
    /// Requests.
    pub requests: u64,
    /// Of these, requests that never left the browser or were refused, as the recordings themselves say.
    pub not_sent: u64,
    /// Requests with at least one cookie.
    pub with_cookies: u64,
    /// Where.
    pub found: Found,
}

/// An address of servers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LocationLine {
    /// Row, from 1.
    pub nr: u64,
    /// The address.
    pub address: String,
    /// Registrable domain of the recipient.
    pub site: String,
    /// Hosts that were asked there, by name.
    pub hosts: Vec<String>,
    /// What databases say.
    pub databases: Vec<AddressSaid>,
    /// Requests.
    pub requests: u64,
    /// Where.
    pub found: Found,
}

/// A cookie.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CookieLine {
    /// Row, from 1.
    pub nr: u64,
    /// Name.
    pub name: String,
    /// Domain.
    pub domain: String,
    /// Relation to the page, where it is the same in all recordings; else `varying`.
    pub relation: &'static str,
    /// Who holds the domain. `None`: not established.
    pub owner: Option<OwnerRef>,
    /// Hosts whose answers set it, by name.
    pub set_by: Vec<String>,
    /// First Set-Cookie of all, RFC 3339 UTC.
    pub first_set: Option<String>,
    /// Shortest and longest lifetime asked for.
    pub asked: Option<Span>,
    /// Whether one asked for the browser session only.
    pub session: bool,
    /// Comparison lines that the longest lifetime is above.
    pub above: Vec<AboveLine>,
    /// `Secure`, where a Set-Cookie was recorded and all agree.
    pub secure: Option<bool>,
    /// `HttpOnly`, likewise.
    pub http_only: Option<bool>,
    /// `SameSite`, likewise.
    pub same_site: Option<String>,
    /// Set-Cookie lines that set it, with any value.
    pub set: u64,
    /// Set-Cookie lines that delete it.
    pub deleted: u64,
    /// Set-Cookie lines that a browser should refuse (RFC 6265bis).
    pub refusal_expected: u64,
    /// Requests that carried it.
    pub sent: u64,
    /// Registrable domains to which it was sent, by name.
    pub sent_to: Vec<String>,
    /// What is said of it, without repetition.
    pub claims: Vec<Claim>,
    /// Where.
    pub found: Found,
}

/// A value seen at two ends, in one recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrailLine {
    /// Row, from 1.
    pub nr: u64,
    /// The row of the recording's own annex; its numbers of stretches and choices are those of that annex.
    pub row: TrailRow,
    /// The choice for the site of the second end that holds there. `None`: none was recorded.
    pub choice: Option<Choice>,
    /// Scenario by name.
    pub scenario: String,
    /// Recording, entries and row.
    pub behind: Behind,
}

/// A layer of a consent screen, as it was shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ScreenLine {
    /// Row, from 1.
    pub nr: u64,
    /// What the steps call the screen.
    pub name: String,
    /// Which layer.
    pub layer: u32,
    /// Clicks from the first layer to it.
    pub clicks: u32,
    /// What could be chosen.
    pub options: Vec<ConsentOptionRow>,
    /// Different digests of its text.
    pub texts: Vec<String>,
    /// Recordings with a picture of it.
    pub pictures: u64,
    /// Where.
    pub found: Found,
}

/// Clicks in consent screens along a planned path of choices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClickLine {
    /// Row, from 1.
    pub nr: u64,
    /// What the path is meant to do; empty: no plan says.
    pub path: &'static str,
    /// Literal texts of the buttons, in order.
    pub buttons: Vec<String>,
    /// How many clicks.
    pub clicks: u64,
    /// Where.
    pub found: Found,
}

/// How the recordings were made and judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CaseMethod {
    /// Digest over all rule files.
    pub rules_sha256: String,
    /// The rule files.
    pub rules: Vec<RuleFile>,
    /// Which Public Suffix List was used.
    pub suffix_list: String,
    /// Outside lists that were used.
    pub lists: Vec<UsedList>,
    /// Changes that the proxy made to traffic.
    pub changes: u64,
    /// Secrets that were masked before they were recorded.
    pub masked: u64,
    /// Requests while a script acted, while a person did, and of which that is not established.
    pub operated: [u64; 3],
}

/// A file of the DPIA dossier ("soort, naam, versie, locatie").
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FileLine {
    /// Row, from 1.
    pub nr: u64,
    /// `recording`, `rules`, `list`, `assessment`, `risks`.
    pub kind: &'static str,
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Place below the folder of the case, or where it came from; empty: not recorded.
    pub place: String,
    /// SHA-256.
    pub sha256: String,
}
