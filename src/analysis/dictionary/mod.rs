//! The field dictionary of a recording: which fields went to which endpoint, what rules say they mean, and what of them nobody explained; and the
//! ladder of detail that follows, from the host over the endpoint and the parameter to the decoded field.
//!
//! A field counts as often as it stands in requests. What holds other fields is a step to them and does not count itself.

mod path;
mod row;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{Equivalent, HashMap};

use super::Planted;
use super::attribution::{Acted, Actor, Confidence, PageMention};
use crate::classify::HostFacts;
use crate::decode::FieldPlace;
use crate::model::{Timestamp, UrlParts};
use crate::observe::{Observation, SeenField};
use crate::redact::{field_name, printable_path};
use crate::rules::{RequestFacts, RuleId, RuleSet};
use crate::site::{ChoiceState, Position, Relation};

pub use path::template;
use row::{Known, Row, known};

/// Endpoints that are kept.
const ENDPOINTS: usize = 2_000;

/// Different fields that are kept of an endpoint.
const FIELDS: usize = 400;

/// Fields of an endpoint that carry something of the examined Page, and that are named.
const MENTIONS: usize = 50;

/// Different names, as they were sent, whose fields are found at once.
const NAMES: usize = 2 * FIELDS;

/// Different values that are told apart of a field.
const VALUES: usize = 100;

/// Shapes of values that are not printed, whatever a rule says: a page puts into a field what it likes.
const NEVER_SHOWN: [&str; 5] = ["uuid", "hexadecimal", "address", "e-mail-like", "bytes"];

/// Different values of a field that are kept where a rule lets them be printed.
const SHOWN: usize = 20;

/// Which requests belong together: those that one rule about an endpoint knows, else those with the same path but for what looks like a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointKey {
    /// Host.
    pub host: String,
    /// Path; a segment that looks like a value is `*`. With a rule: the path of the first request.
    pub path: String,
    /// Name of the operation (GraphQL); empty where the request names none.
    pub operation: String,
}

/// How far the meaning of a field is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// A source states it.
    Stated,
    /// It follows from a source.
    Derived,
    /// A rule says so without a source that was checked.
    Unverified,
    /// No rule says anything.
    None,
}

impl Meaning {
    /// Every degree.
    pub const ALL: [Self; 4] = [Self::Stated, Self::Derived, Self::Unverified, Self::None];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Derived => "derived",
            Self::Unverified => "unverified",
            Self::None => "not-established",
        }
    }
}

/// A field of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRow {
    /// Where it stands.
    pub place: FieldPlace,
    /// Its name, with a mask for what in it may be a value.
    pub name: String,
    /// Rules about it: of fields, or of cookies for cookies; the most specific first.
    pub rules: Vec<RuleId>,
    /// How far its meaning is known.
    pub meaning: Meaning,
    /// Category of the data, of [`crate::rules::DATA`], by the strongest claim that gives one.
    pub data: Option<&'static str>,
    /// What its value tells apart, of [`crate::rules::IDENTIFIES`], likewise.
    pub identifies: Option<&'static str>,
    /// Fields: one request may carry it more than once.
    pub times: u64,
    /// Requests that carry it.
    pub requests: u64,
    /// Bytes of its values together, as far as they were unpacked.
    pub bytes: u64,
    /// Bytes of its longest value: what never holds more than one cannot tell one browser or person from another.
    pub longest: u32,
    /// Fewest and most layers that were undone to reach it.
    pub depth: (u8, u8),
    /// What its values look like, of [`crate::observe::SHAPES`].
    pub shapes: BTreeSet<&'static str>,
    /// Different values of eight bytes or more; `None`: more than are told apart.
    pub different: Option<u32>,
    /// Marks of its values, where a rule says that they tell something apart and where they are long enough; sorted, not all of them where there are
    /// many. They are kept to find the same value with another endpoint, and never printed.
    pub marks: Vec<u64>,
    /// Values that a rule lets be printed, with how often.
    pub values: BTreeMap<String, u64>,
    /// Whether only others hold it together: it is a step to other fields, and no field.
    pub holds_fields: bool,
    /// Requests by the state of the choice for the examined page's site.
    pub states: BTreeMap<&'static str, u64>,
    /// First entry that carries it.
    pub entry: u64,
    /// Where in that entry.
    pub locator: String,
}

/// The rows of an endpoint and their sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointFields {
    /// Which.
    pub key: EndpointKey,
    /// Registrable domain of the host.
    pub site: String,
    /// Index of the host's owner in the rules.
    pub owner: Option<usize>,
    /// Relation of the host to the page.
    pub relation: Relation,
    /// Position of the host in the examination.
    pub position: Position,
    /// Rules about the endpoint.
    pub rules: Vec<usize>,
    /// Methods.
    pub methods: BTreeSet<String>,
    /// Requests.
    pub requests: u64,
    /// Requests whose body is not, or not whole, in the recording.
    pub bodies_open: u64,
    /// Requests by the state of the choice for the examined page's site.
    pub states: BTreeMap<&'static str, u64>,
    /// Who acted in these requests, where that is more than a guess; else [`Actor::NotEstablished`].
    pub actors: BTreeMap<Actor, u64>,
    /// First entry and its time.
    pub first: (u64, Timestamp),
    /// Fields, counted in every request.
    pub fields: u64,
    /// Of these, by how far their meaning is known: as [`Meaning::ALL`].
    pub fields_by_meaning: [u64; 4],
    /// Bytes of these fields' values.
    pub bytes: u64,
    /// Likewise, by meaning.
    pub bytes_by_meaning: [u64; 4],
    /// Of the fields, those that are neither header fields nor segments of the path, which nearly every request has: by meaning.
    pub own_fields_by_meaning: [u64; 4],
    /// Bytes of their values, likewise.
    pub own_bytes_by_meaning: [u64; 4],
    /// Of the fields, those that stand in the request as such; the rest was unpacked.
    pub outer_fields: u64,
    /// The fields: by place and name.
    pub rows: Vec<FieldRow>,
    /// Fields there was no room for.
    pub rows_left_out: u64,
    /// What of its requests carries something of the examined Page; a bounded number of them.
    pub mentions: BTreeMap<MentionKey, MentionSeen>,
}

/// Kind of what is carried (`page-id`, `page-name`, `page-address`), kind of the place and name of the field.
pub type MentionKey = (&'static str, String, String);

/// In how many requests, and the first of their entries.
pub type MentionSeen = (u64, u64);

/// The dictionary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    /// By host, path and operation.
    pub endpoints: Vec<EndpointFields>,
    /// Requests to endpoints there was no room for.
    pub left_out: u64,
    /// Client hints that answers asked for (`Accept-CH`, RFC 8942 section 3.1), by host, with the entry that asked first.
    pub hints_asked: BTreeMap<(String, String), u64>,
    /// What could not be taken apart as it should be, with entries: by kind.
    pub anomalies: BTreeMap<&'static str, Vec<u64>>,
    /// Fields that were not read, at least.
    pub fields_left_out: u64,
}

/// Place and name of a field.
#[derive(PartialEq, Eq, Hash)]
struct RowKey(FieldPlace, String);

/// The same, borrowed: every field is looked up, and few are new.
#[derive(Hash)]
struct RowName<'a>(FieldPlace, &'a str);

impl Equivalent<RowKey> for RowName<'_> {
    fn equivalent(&self, key: &RowKey) -> bool {
        self.0 == key.0 && self.1 == key.1
    }
}

struct Endpoint {
    fields: EndpointFields,
    rows: Vec<Row>,
    /// Indexes of the rows, by names as they are printed.
    printed: HashMap<RowKey, usize>,
    /// The same by names as they were sent: to find out how a name is printed takes longer than all else. Not all of them are kept.
    sent: HashMap<RowKey, usize>,
}

/// Builds a [`Dictionary`]. Entries must come in order of time.
pub(super) struct Builder<'r> {
    rules: &'r RuleSet,
    /// Their values are not printed where they stand in names.
    planted: Option<&'r Planted>,
    endpoints: HashMap<EndpointKey, Endpoint>,
    done: Dictionary,
}

/// Entries that are named for an anomaly.
const NAMED: usize = 20;

impl<'r> Builder<'r> {
    /// No fields yet.
    pub(super) fn new(rules: &'r RuleSet, planted: Option<&'r Planted>) -> Self {
        Self { rules, planted, endpoints: HashMap::new(), done: Dictionary::default() }
    }

    /// Takes a request to a recipient. `state`: that of the choice for the examined page's site when it began.
    /// `acted`: who sent it, as it was attributed; `mentions`: what in it is the examined Page's.
    pub(super) fn see(
        &mut self,
        observation: &Observation<'_>,
        at: Timestamp,
        host: &HostFacts,
        position: Position,
        state: Option<ChoiceState>,
        (acted, mentions): (&Acted, &[PageMention]),
    ) {
        for anomaly in observation.decode_anomalies() {
            let entries = self.done.anomalies.entry(anomaly).or_default();
            if entries.len() < NAMED {
                entries.push(observation.number);
            }
        }
        self.done.fields_left_out += observation.fields_left_out;
        for hint in observation.hints_asked.split('\n').filter(|hint| !hint.is_empty()) {
            self.done.hints_asked.entry((observation.host.to_string(), hint.to_owned())).or_insert(observation.number);
        }
        if observation.was_not_sent() {
            return;
        }
        let names: Vec<&str> = observation.header_names.split('\n').filter(|name| !name.is_empty()).collect();
        let request = RequestFacts::new(&observation.url, &observation.host, &observation.method, &names);
        let rules = self.rules.endpoints_of(&request);
        let of_request = self.rules.fields_of(&request);
        let path = match rules.first() {
            Some(&rule) => format!("={}", self.rules.endpoints[rule].id),
            None => self.path(observation),
        };
        // A name that looks like a value is not told apart from other such names.
        let operation = field_name(&observation.operation);
        let key = EndpointKey { host: observation.host.to_string(), path, operation: operation.into_owned() };
        if self.endpoints.len() >= ENDPOINTS && !self.endpoints.contains_key(&key) {
            self.done.left_out += 1;
            return;
        }
        let state = state.map_or("no-choice-recorded", ChoiceState::id);
        let first_path = if self.endpoints.contains_key(&key) { String::new() } else { self.path(observation) };
        let planted = self.planted;
        let endpoint = self.endpoints.entry(key).or_insert_with_key(|key| Endpoint {
            fields: EndpointFields {
                key: EndpointKey { path: first_path, ..key.clone() },
                site: host.site.clone(),
                owner: host.owner.map(|domain| domain.owner),
                relation: host.relation,
                position,
                rules,
                methods: BTreeSet::new(),
                requests: 0,
                bodies_open: 0,
                states: BTreeMap::new(),
                actors: BTreeMap::new(),
                first: (observation.number, at),
                fields: 0,
                fields_by_meaning: [0; 4],
                bytes: 0,
                bytes_by_meaning: [0; 4],
                own_fields_by_meaning: [0; 4],
                own_bytes_by_meaning: [0; 4],
                outer_fields: 0,
                rows: Vec::new(),
                rows_left_out: 0,
                mentions: BTreeMap::new(),
            },
            rows: Vec::new(),
            printed: HashMap::new(),
            sent: HashMap::new(),
        });
        endpoint.fields.requests += 1;
        endpoint.fields.bodies_open += u64::from(observation.body_open);
        for mention in mentions {
            let key = (mention.kind.id(), mention.place.clone(), field_name(&mention.name).into_owned());
            if endpoint.fields.mentions.len() < MENTIONS || endpoint.fields.mentions.contains_key(&key) {
                endpoint.fields.mentions.entry(key).or_insert((0, observation.number)).0 += 1;
            }
        }
        *endpoint.fields.states.entry(state).or_default() += 1;
        let actor = if acted.confidence <= Confidence::Derived { acted.actor } else { Actor::NotEstablished };
        *endpoint.fields.actors.entry(actor).or_default() += 1;
        if !endpoint.fields.methods.contains(&*observation.method) {
            endpoint.fields.methods.insert(observation.method.to_string());
        }
        let of_paths = of_request.iter().any(|&index| self.rules.fields[index].places.iter().any(|place| matches!(*place, "path" | "any")));
        // A segment of the path is part of the endpoint, unless a rule says what it means.
        for field in observation.fields.iter().filter(|field| of_paths || field.place() != FieldPlace::Path) {
            let known = |field: &SeenField<'_>| known(self.rules, &of_request, observation, field);
            endpoint.field((field, planted), observation, state, known);
        }
    }

    /// The path of a request, as it is printed.
    fn path(&self, observation: &Observation<'_>) -> String {
        let path = printable_path(&template(&observation.url[UrlParts::of(&observation.url).path]));
        self.planted.map_or_else(|| path.clone(), |planted| planted.printable(&path))
    }

    /// The dictionary.
    pub(super) fn finish(self) -> Dictionary {
        let mut done = self.done;
        done.endpoints = self.endpoints.into_values().map(Endpoint::finish).collect();
        done.endpoints.sort_by(|one, other| one.key.cmp(&other.key));
        done
    }
}

impl Endpoint {
    fn field(
        &mut self,
        (field, planted): (&SeenField<'_>, Option<&Planted>),
        observation: &Observation<'_>,
        state: &'static str,
        known: impl FnOnce(&SeenField<'_>) -> Known,
    ) {
        let place = field.place();
        let index = match self.sent.get(&RowName(place, &field.name)) {
            Some(index) => *index,
            None => {
                let Some(index) = self.row((field, planted), observation, known) else { return };
                if self.sent.len() < NAMES {
                    self.sent.insert(RowKey(place, field.name.to_string()), index);
                }
                index
            }
        };
        let row = &mut self.rows[index];
        row.see(field, observation.number, state);
        let meaning = row.row.meaning;
        self.fields.count(field, meaning);
    }

    /// Index of a field's row. `None`: it has none; for want of room it is counted all the same.
    fn row(
        &mut self,
        (field, planted): (&SeenField<'_>, Option<&Planted>),
        observation: &Observation<'_>,
        known: impl FnOnce(&SeenField<'_>) -> Known,
    ) -> Option<usize> {
        let place = field.place();
        let name = match planted {
            Some(planted) if !field.name.is_empty() => Cow::Owned(field_name(&planted.printable(&field.name)).into_owned()),
            _ => field_name(&field.name),
        };
        if let Some(index) = self.printed.get(&RowName(place, &name)) {
            return Some(*index);
        }
        let known = known(field);
        // A segment of the path is part of the endpoint, unless a rule says what it means.
        if place == FieldPlace::Path && known.rules.is_empty() {
            return None;
        }
        if self.rows.len() >= FIELDS {
            self.fields.rows_left_out += 1;
            self.fields.count(field, known.meaning.unwrap_or(Meaning::None));
            return None;
        }
        self.rows.push(Row::new(field, &name, observation, known));
        self.printed.insert(RowKey(place, name.into_owned()), self.rows.len() - 1);
        Some(self.rows.len() - 1)
    }

    fn finish(self) -> EndpointFields {
        let mut fields = self.fields;
        fields.rows = self.rows.into_iter().map(Row::finish).collect();
        fields.rows.sort_by(|one, other| (one.place, &one.name).cmp(&(other.place, &other.name)));
        fields
    }
}

impl FieldRow {
    /// Whether all its values are too short to tell users, browsers, sessions or devices apart: a number that is always `0` identifies nobody.
    #[must_use]
    pub fn is_too_short(&self) -> bool {
        self.longest < 2
    }
}

impl EndpointFields {
    fn count(&mut self, field: &SeenField<'_>, meaning: Meaning) {
        if field.holds_fields {
            return;
        }
        self.fields += 1;
        self.bytes += u64::from(field.bytes);
        self.fields_by_meaning[meaning as usize] += 1;
        self.bytes_by_meaning[meaning as usize] += u64::from(field.bytes);
        if !matches!(field.place(), FieldPlace::Header | FieldPlace::Path) {
            self.own_fields_by_meaning[meaning as usize] += 1;
            self.own_bytes_by_meaning[meaning as usize] += u64::from(field.bytes);
        }
        self.outer_fields += u64::from(field.depth == 0);
    }
}
