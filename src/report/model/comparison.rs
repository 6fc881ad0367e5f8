//! What a comparison of recordings says: how many of how many on each side, in which class, and what could not be told. Values only: `compare`
//! fills them, the forms print them. A line never says more than was counted, and carries what it rests on.

use serde::Serialize;

use super::HouseStyle;

mod answers;
mod case_annex;
mod register;
mod series;

pub use answers::{Answer, AnswerRow, Matrix, MatrixCell, MatrixColumn, MatrixRow, NotEstablished};
pub use case_annex::{
    AfterDecline, BeforeChoice, CaseAnnex, CaseMethod, ClickLine, CookieLine, EndpointLine, Examined, FieldLine, FieldSaid, FileLine,
    Followed, Found, InputLine, LadderLine, Lines, LocationLine, NotSeen, OpenFields, PartyLine, PersonalLine, ScreenLine, Sentences,
    Stamped, StampedBy, StatedPurpose, TechniqueLine, TrailLine, WayLine, WithPage,
};
pub use register::{Button, GapLine, NotUsed, RegisterRow, StartState};
pub use series::{Series, SeriesCell, SeriesPoint, SeriesRow};

/// Version of the JSON of a comparison.
pub const COMPARISON_VERSION: u32 = 1;

/// Everything that the document of a comparison says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// `dataspoor-comparison`; of an annex over a case `dataspoor-case-annex`.
    pub format: &'static str,
    /// [`COMPARISON_VERSION`].
    pub version: u32,
    /// `dataspoor`.
    pub tool: &'static str,
    /// Its version.
    pub tool_version: &'static str,
    /// Whether one of the recordings is simulated. If so, every page of every form says so.
    pub simulated: bool,
    /// The house style that it was written in. `None`: our own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub house_style: Option<HouseStyle>,
    /// What a simulated recording says of itself.
    pub notice: Option<&'static str>,
    /// The case, if there is one.
    pub case: Option<CaseName>,
    /// What was asked for: each side in the words of the operator. Empty: the whole case.
    pub asked: Vec<Vec<String>>,
    /// All recordings of the case, or those that were named; the rows of all other tables name them by [`RegisterRow::nr`].
    pub register: Vec<RegisterRow>,
    /// What recordings could not show, by recording and kind.
    pub gaps: Vec<GapLine>,
    /// Two sides set beside each other. `None`: none were asked for.
    pub sides: Option<Sides>,
    /// The classes of the first question, by persona and path of choices.
    pub classes: Classes,
    /// Direct answers, in the order of the questions.
    pub answers: Vec<Answer>,
    /// Personas by paths of choices, one for each kind of target.
    pub matrices: Vec<Matrix>,
    /// Profiles that were kept over several recordings.
    pub series: Vec<Series>,
    /// What the annex over a case says beside that. `None`: this is a comparison only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annex: Option<Box<CaseAnnex>>,
}

/// A case by identifier and title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseName {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
}

/// What kind of thing is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// A registrable domain with its holder.
    #[default]
    Recipient,
    /// A host that was asked.
    Host,
    /// Method, host, path and operation.
    Endpoint,
    /// A cookie that an answer set, by name and domain.
    CookieSet,
    /// A cookie that a request carried, by name and domain.
    CookieSent,
    /// A field of an endpoint.
    Field,
    /// A value of a field that a rule lets be printed, such as the name of an event.
    Value,
    /// An identifier by carrier, name and whose it is.
    Identifier,
}

impl ItemKind {
    /// Every kind, in the order of the tables.
    pub const ALL: [Self; 8] =
        [Self::Recipient, Self::Host, Self::Endpoint, Self::CookieSet, Self::CookieSent, Self::Field, Self::Value, Self::Identifier];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Recipient => "recipient",
            Self::Host => "host",
            Self::Endpoint => "endpoint",
            Self::CookieSet => "cookie-set",
            Self::CookieSent => "cookie-sent",
            Self::Field => "field",
            Self::Value => "value",
            Self::Identifier => "identifier",
        }
    }
}

/// What is counted over recordings. Members that a kind does not have are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Item {
    /// Its kind.
    pub kind: ItemKind,
    /// Registrable domain of a recipient.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub site: String,
    /// Who holds it, where a rule says so.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub holder: String,
    /// Host.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// Method.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub method: String,
    /// The rule by which an endpoint is known; its requests are one endpoint then, whatever their paths.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// Path as it may be printed, of an endpoint that no rule knows.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Operation.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub operation: String,
    /// Place of a field, or what carries an identifier.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// Name of a cookie, field or identifier.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Domain of a cookie; whose an identifier is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// Value of a field.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
}

/// Where something stands: the recording, entries in it, and the row in a table of its annex.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Behind {
    /// Row in the register.
    pub recording: u64,
    /// Entries, at most the first three that the table names.
    pub entries: Vec<u64>,
    /// Member of the annex JSON that holds the row.
    pub table: &'static str,
    /// Number of the row.
    pub row: u64,
}

/// In how many recordings something was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Recordings in which it was recorded.
    pub recorded: u64,
    /// Recordings that could tell: those in which it was recorded, and those that would have shown it.
    pub of: u64,
    /// Recordings that cannot tell.
    pub cannot_tell: u64,
    /// Why not: kinds of gaps, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<&'static str>,
    /// The same for each scenario.
    pub scenarios: Vec<ScenarioTally>,
    /// Where it stands, for the first recordings in which it was recorded.
    pub behind: Vec<Behind>,
}

/// In how many repetitions of one scenario something was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ScenarioTally {
    /// Name of the scenario; empty: the recordings name none, and count as repetitions of one.
    pub scenario: String,
    /// Recordings in which it was recorded.
    pub recorded: u64,
    /// Recordings that could tell.
    pub of: u64,
}

/// Two sides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sides {
    /// Rows of the register on one side and on the other.
    pub recordings: [Vec<u64>; 2],
    /// What was recorded, by kind and name.
    pub lines: Vec<Line>,
    /// Lines there was no room for.
    pub lines_left_out: u64,
    /// How many lines say what, over all lines.
    pub counts: Vec<StatementCount>,
    /// Bytes by recipient.
    pub bytes: Vec<ByteLine>,
    /// Rows of these there was no room for.
    pub bytes_left_out: u64,
}

/// How many lines make a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementCount {
    /// Kind of what is counted.
    pub kind: ItemKind,
    /// The statement.
    pub statement: &'static str,
    /// Lines.
    pub lines: u64,
}

/// Something on two sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Row, from 1.
    pub nr: u64,
    /// What.
    pub item: Item,
    /// Paths under which an endpoint was recorded, where a rule knows it by more than one; at most three.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Position of its recipient in the examination, as in [`super::Recipient::position`]; empty: none.
    pub position: &'static str,
    /// On one side.
    pub one: Tally,
    /// On the other.
    pub other: Tally,
    /// `one-side-only`, `other-side-only`, `more-on-one-side`, `more-on-other-side`, `same`, `varying`, `not-comparable`.
    pub statement: &'static str,
    /// `repetitions`: every scenario on both sides was recorded twice or more. `one-recording-only`: repetitions are needed to tell a difference from
    /// chance. `none`: nothing is compared.
    pub basis: &'static str,
    /// Whether the line tells a difference: something on one side only or in more, which no repetition contradicts.
    pub difference: bool,
    /// Values of an identifier, compared. `None`: none were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Values>,
}

/// Values of an identifier on two sides, by keyed fingerprints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Values {
    /// Whether they can be compared: all recordings that hold it made their fingerprints under the key of one case.
    pub comparable: bool,
    /// Different values on one side.
    pub one: u64,
    /// On the other.
    pub other: u64,
    /// Values on both.
    pub both: u64,
}

/// Bytes to and from a recipient on two sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ByteLine {
    /// Row, from 1.
    pub nr: u64,
    /// Registrable domain.
    pub site: String,
    /// Who holds it, where a rule says so.
    pub holder: String,
    /// On one side. `None`: not recorded there.
    pub one: Option<ByteRange>,
    /// On the other.
    pub other: Option<ByteRange>,
    /// `ranges-overlap`, `ranges-apart` (of bytes sent), `one-side-only`, `other-side-only`, `not-comparable`.
    pub statement: &'static str,
    /// As in [`Line::basis`].
    pub basis: &'static str,
    /// Gaps that keep bytes from being counted whole, by name.
    pub gaps: Vec<&'static str>,
}

/// Smallest and largest number of bytes in a recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ByteRange {
    /// Recordings that hold requests to the recipient.
    pub recordings: u64,
    /// Bytes of addresses and bodies of requests, smallest and largest.
    pub sent: (u64, u64),
    /// Bytes of bodies of answers.
    pub answered: (u64, u64),
}

/// The classes of the first question: what was recorded with the audited Page, against its controls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Classes {
    /// Scenarios of the audited Page.
    pub groups: Vec<ClassGroup>,
    /// Endpoints, cookies and fields in their classes; fields in classes C and D are counted only.
    pub rows: Vec<ClassRow>,
    /// Rows there was no room for.
    pub rows_left_out: u64,
}

/// A scenario of the audited Page, with the controls of the same persona and path of choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassGroup {
    /// Row, from 1.
    pub nr: u64,
    /// Scenario of the audited Page, by name.
    pub scenario: String,
    /// Persona, by identifier in the plan.
    pub persona: String,
    /// How it stands to the platform.
    pub state: &'static str,
    /// Planned path of choices, by identifier in the plan.
    pub choice: String,
    /// What that path is meant to do.
    pub path: &'static str,
    /// Recordings of the audited Page, as rows of the register.
    pub pages: Vec<u64>,
    /// Recordings of controls.
    pub controls: Vec<u64>,
    /// As in [`Line::basis`]; `no-controls`: no control of this persona and path of choices was recorded.
    pub basis: &'static str,
    /// How many endpoints, cookies and fields are in each class: `A`, `B`, `C`, `D`, `varying`, `not-comparable`.
    pub counts: Vec<ClassCount>,
}

/// How much is in a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassCount {
    /// The class.
    pub class: &'static str,
    /// Endpoints.
    pub endpoints: u64,
    /// Cookies, set and sent.
    pub cookies: u64,
    /// Fields; those of endpoints that are in class A or vary are not counted.
    pub fields: u64,
}

/// Something in its class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassRow {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the group.
    pub group: u64,
    /// What.
    pub item: Item,
    /// Paths, as in [`Line::paths`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Position of its recipient.
    pub position: &'static str,
    /// `A`: recorded in every visit to the audited Page and in no control. `B`: recorded with controls too, and carrying the Page's identifier, name or
    /// address here. `C`: joined to one of A or B by an identifier of page load, session or browser. `D`: none of these. `varying`: recorded in some
    /// of the visits to the Page only. `not-comparable`: no control could have shown it.
    pub class: &'static str,
    /// As in [`Line::basis`].
    pub basis: &'static str,
    /// With the audited Page.
    pub page: Tally,
    /// With controls of the same persona and path of choices.
    pub controls: Tally,
    /// Recordings of controls of other personas or paths of choices in which it was recorded.
    pub controls_elsewhere: u64,
    /// What of the Page it carries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub carries: Vec<Carries>,
    /// By which identifiers it is joined to something of class A or B; at most ten.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<Joined>,
}

/// A field that carries something of the audited Page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Carries {
    /// `page-id`, `page-name`, `page-address`.
    pub what: &'static str,
    /// Kind of place.
    pub place: String,
    /// Name of the field; empty: it has none.
    pub field: String,
    /// Recordings of the audited Page in which it did.
    pub recordings: u64,
    /// The first of these, as a row of the register, and its entry.
    pub first: (u64, u64),
}

/// An identifier whose value stands in two flows of one recording.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Joined {
    /// What it tells apart, as a rule says: `page-load`, `session`, `browser`.
    pub identifies: &'static str,
    /// Place and name of the field here.
    pub here: (String, String),
    /// The flow that it is joined to.
    pub to: Item,
    /// Class of that.
    pub to_class: &'static str,
    /// Place and name of the field there.
    pub there: (String, String),
    /// Recordings in which it is so.
    pub recordings: u64,
    /// The first of these, as a row of the register, with the first entry that carries the field here and there.
    pub first: (u64, u64, u64),
}
