//! Tables of the annex over a case, as cells. Which recordings, entries and rows stand behind a row is written out, so that it can be copied out of its
//! table. No language: identifiers stand as they are in the model; a text that rules give in two languages has a column for each.

use super::super::model::OwnerRef;
use super::super::model::comparison::{
    CaseAnnex, ClickLine, CookieLine, EndpointLine, FieldLine, FileLine, Found, InputLine, LadderLine, LocationLine, PartyLine,
    PersonalLine, ScreenLine, TechniqueLine, TrailLine, WayLine,
};
use super::comparison::{ITEM, behind, item};
use super::{assessment, claims, joined, known, risks};
use crate::report::table::{Cell, Column, Table, cells, decimal, flag, text, time, whole};

const FOUND: [Column; 5] = [whole("recordings"), whole("of_recordings"), whole("cannot_tell"), text("scenarios"), text("behind")];

fn found(of: &Found) -> Vec<Cell> {
    cells![of.recordings, of.of, of.cannot_tell, of.scenarios.join(", "), joined(&of.behind, behind)]
}

/// Columns of one table after another.
fn head(parts: &[&[Column]]) -> Vec<Column> {
    parts.concat()
}

fn owner(of: Option<&OwnerRef>) -> Vec<Cell> {
    cells![
        known(of.map(|of| of.name.clone())),
        known(of.and_then(|of| of.country.clone())),
        known(of.map(|of| of.source.clone())),
        known(of.map(|of| of.certainty))
    ]
}

const OWNER: [Column; 4] = [text("holder"), text("holder_seat"), text("holder_source"), text("holder_certainty")];

/// The tables, in the order of their letters on the page.
pub(super) fn tables(of: &CaseAnnex, simulated: bool) -> Vec<Table> {
    let nr: &[Column] = &[whole("nr")];
    let mut out = vec![
        Table::of("case-fields", &head(&[nr, &ITEM, FIELD, &FOUND]), simulated, &of.fields.rows, field),
        Table::of("case-cookies", &head(&[nr, COOKIE, &OWNER, &FOUND]), simulated, &of.cookies.rows, cookie),
        Table::of("case-parties", &head(&[nr, PARTY, &OWNER, &FOUND]), simulated, &of.parties.rows, party),
        Table::of("case-locations", &head(&[nr, LOCATION, &FOUND]), simulated, &of.locations.rows, location),
        Table::of("case-endpoints", &head(&[nr, &ITEM_OF_ENDPOINT, ENDPOINT, &OWNER, &FOUND]), simulated, &of.endpoints.rows, endpoint),
        Table::of("case-personal-data", &head(&[nr, PERSONAL, &FOUND]), simulated, &of.personal.rows, personal),
        Table::of("case-ways", &head(&[nr, WAY, &FOUND]), simulated, &of.ways.rows, way),
        Table::of("case-ladder", LADDER, simulated, &of.ladder.rows, ladder),
        Table::of("case-trail", TRAIL, simulated, &of.trail.rows, trail),
        Table::of("case-consent-screens", &head(&[nr, SCREEN, &FOUND]), simulated, &of.screens.rows, screen),
        Table::of("case-clicks", &head(&[nr, CLICK, &FOUND]), simulated, &of.clicks.rows, click),
    ];
    out.extend(of.words.as_ref().map(|words| assessment::table("case-words", &words.rows, simulated)));
    out.extend(of.risks.iter().flat_map(|rows| risks::tables(rows, simulated)));
    out.push(Table::of("case-techniques", &head(&[nr, TECHNIQUE, &FOUND]), simulated, &of.techniques.rows, technique));
    out.push(Table::of("case-files", FILE, simulated, &of.files.rows, file));
    out.push(Table::of("case-inputs", &head(&[nr, &ITEM, &[whole("times")], &FOUND]), simulated, &of.inputs.rows, input));
    out
}

const FIELD: &[Column] =
    &[text("meaning"), text("says_nl"), text("says_en"), text("data"), text("identifies"), whole("times"), whole("bytes")];

fn field(row: &FieldLine) -> Vec<Cell> {
    let says = row.says.as_ref();
    let cells = cells![
        row.meaning,
        known(says.map(|text| text.nl.clone())),
        known(says.map(|text| text.en.clone())),
        known(row.data),
        known(row.identifies),
        row.times,
        row.bytes
    ];
    [cells![row.nr], item(&row.item), cells, found(&row.found)].concat()
}

const COOKIE: &[Column] = &[
    text("name"),
    text("domain"),
    text("relation"),
    text("set_by"),
    time("first_set"),
    whole("asked_seconds_min"),
    whole("asked_seconds_max"),
    flag("session"),
    text("above_lines"),
    text("secure"),
    text("http_only"),
    text("same_site"),
    whole("set"),
    whole("deleted"),
    whole("refusal_expected"),
    whole("sent"),
    text("sent_to"),
    text("claims"),
];

fn cookie(row: &CookieLine) -> Vec<Cell> {
    let agreed = |said: Option<bool>| known(said.map(|said| said.to_string()));
    let cells = cells![
        row.nr,
        row.name.clone(),
        row.domain.clone(),
        row.relation,
        row.set_by.join(" "),
        row.first_set.as_deref(),
        known(row.asked.as_ref().map(|span| span.min_seconds)),
        known(row.asked.as_ref().map(|span| span.max_seconds)),
        row.session,
        joined(&row.above, |line| format!("{} ({} days)", line.id, line.days)),
        agreed(row.secure),
        agreed(row.http_only),
        row.same_site.as_deref(),
        row.set,
        row.deleted,
        row.refusal_expected,
        row.sent,
        row.sent_to.join(" "),
        claims(&row.claims)
    ];
    [cells, owner(row.owner.as_ref()), found(&row.found)].concat()
}

const PARTY: &[Column] = &[
    text("registrable_domain"),
    text("relation"),
    text("position"),
    text("networks"),
    text("contracts"),
    whole("requests"),
    whole("requests_not_sent"),
    whole("requests_with_cookies"),
];

fn party(row: &PartyLine) -> Vec<Cell> {
    let cells = cells![
        row.nr,
        row.site.clone(),
        row.relation,
        row.position,
        row.networks.join("; "),
        row.contracts.join("; "),
        row.requests,
        row.not_sent,
        row.with_cookies
    ];
    [cells, owner(row.owner.as_ref()), found(&row.found)].concat()
}

const LOCATION: &[Column] = &[text("address"), text("registrable_domain"), text("hosts"), text("databases"), whole("requests")];

fn location(row: &LocationLine) -> Vec<Cell> {
    let databases = joined(&row.databases, |said| {
        let registered = format!(
            "AS{} {}, {}",
            said.as_number.map(|number| number.to_string()).unwrap_or_default(),
            said.organisation.as_deref().unwrap_or("organisation not established"),
            said.country.as_deref().unwrap_or("country not established")
        );
        format!("{} of {}: {}", said.database, said.date, if said.found { registered } else { "not known".to_owned() })
    });
    let cells = cells![row.nr, row.address.clone(), row.site.clone(), row.hosts.join(" "), databases, row.requests];
    [cells, found(&row.found)].concat()
}

/// What an endpoint is: of [`ITEM`] those that an endpoint can have. Its registrable domain and holder stand further on.
const ITEM_OF_ENDPOINT: [Column; 6] = [ITEM[0], ITEM[3], ITEM[4], ITEM[5], ITEM[6], ITEM[7]];

const ENDPOINT: &[Column] = &[
    text("paths"),
    text("registrable_domain"),
    text("relation"),
    text("position"),
    whole("requests"),
    whole("before_choice"),
    whole("in_transition"),
    whole("after_choice"),
    whole("no_choice_recorded"),
    whole("fields"),
    whole("fields_not_established"),
    text("claims"),
];

fn endpoint(row: &EndpointLine) -> Vec<Cell> {
    let [before, during, after, none] = row.by_choice;
    let cells = cells![
        row.paths.join(" "),
        row.site.clone(),
        row.relation,
        row.position,
        row.requests,
        before,
        during,
        after,
        none,
        row.fields,
        row.open,
        claims(&row.claims)
    ];
    let of = item(&row.item);
    let of = [0, 3, 4, 5, 6, 7].map(|at: usize| of[at].clone()).to_vec();
    [cells![row.nr], of, cells, owner(row.owner.as_ref()), found(&row.found)].concat()
}

const PERSONAL: &[Column] = &[
    text("personal_data_nl"),
    text("personal_data_en"),
    text("data_subjects"),
    flag("data_subject_not_established_somewhere"),
    text("said"),
    text("hosts"),
];

fn personal(row: &PersonalLine) -> Vec<Cell> {
    let said = joined(&row.said, |said| {
        let category = said.category.as_ref().map_or("", |text| &text.en);
        format!("{} ({}, {}): {category}, {}", said.who, said.by, said.certainty, said.personal_type.unwrap_or("type not established"))
    });
    let cells = cells![
        row.nr,
        row.personal.nl.clone(),
        row.personal.en.clone(),
        row.data_subjects.join(" "),
        row.subject_open,
        said,
        row.hosts.join(" ")
    ];
    [cells, found(&row.found)].concat()
}

const WAY: &[Column] = &[text("way"), text("not_counted"), whole("requests"), whole("by_staff"), whole("with_mention")];

fn way(row: &WayLine) -> Vec<Cell> {
    let open = joined(&row.not_counted, |(why, n)| format!("{why} (recordings: {n})"));
    [cells![row.nr, row.way, open, row.requests, row.by_staff, row.with_mention], found(&row.found)].concat()
}

const LADDER: &[Column] =
    &[whole("nr"), whole("endpoint"), text("level"), text("seen"), whole("fields"), whole("hidden_fields"), decimal("hidden_percent")];

fn ladder(row: &LadderLine) -> Vec<Cell> {
    cells![row.nr, row.endpoint, row.level, row.seen.join("; "), row.fields, row.hidden, row.hidden_percent.as_deref()]
}

const TRAIL: &[Column] = &[
    whole("nr"),
    whole("recording"),
    text("scenario"),
    text("kind"),
    text("carrier"),
    text("name"),
    text("recipient"),
    text("pseudonym"),
    text("one_host"),
    text("one_page"),
    whole("one_entry"),
    text("other_host"),
    text("other_page"),
    whole("other_entry"),
    text("other_choice_text"),
    whole("between_ms"),
    text("policy"),
    whole("trail_row"),
];

fn trail(row: &TrailLine) -> Vec<Cell> {
    let of = &row.row;
    cells![
        row.nr,
        row.behind.recording,
        row.scenario.clone(),
        of.kind,
        of.carrier,
        of.name.clone(),
        of.recipient.clone(),
        of.pseudonym.clone(),
        of.one.host.clone(),
        of.one.page.clone(),
        of.one.entry,
        of.other.host.clone(),
        of.other.page.clone(),
        of.other.entry,
        known(row.choice.as_ref().and_then(|choice| choice.text.clone())),
        of.between_ms,
        of.policy,
        row.behind.row
    ]
}

const SCREEN: &[Column] = &[text("screen"), whole("layer"), whole("clicks"), text("options"), text("text_sha256"), whole("pictures")];

fn screen(row: &ScreenLine) -> Vec<Cell> {
    let options = joined(&row.options, |option| {
        let on = option.on.map_or("", |on| if on { ", on" } else { ", off" });
        format!("{:?} ({}{on})", option.text, option.kind)
    });
    let cells = cells![row.nr, row.name.clone(), u64::from(row.layer), u64::from(row.clicks), options, row.texts.join(" "), row.pictures];
    [cells, found(&row.found)].concat()
}

const CLICK: &[Column] = &[text("planned_path_kind"), text("buttons"), whole("clicks")];

fn click(row: &ClickLine) -> Vec<Cell> {
    let buttons = joined(&row.buttons, |text| format!("{text:?}"));
    [cells![row.nr, row.path, buttons, row.clicks], found(&row.found)].concat()
}

const TECHNIQUE: &[Column] = &[text("technique"), whole("different"), text("names")];

fn technique(row: &TechniqueLine) -> Vec<Cell> {
    [cells![row.nr, row.technique, row.count, row.names.join("; ")], found(&row.found)].concat()
}

const FILE: &[Column] = &[whole("nr"), text("kind"), text("name"), text("version"), text("place"), text("sha256")];

fn file(row: &FileLine) -> Vec<Cell> {
    cells![row.nr, row.kind, row.name.clone(), row.version.clone(), row.place.clone(), row.sha256.clone()]
}

fn input(row: &InputLine) -> Vec<Cell> {
    [cells![row.nr], item(&row.item), cells![row.times], found(&row.found)].concat()
}
