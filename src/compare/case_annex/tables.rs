//! Rows of the annex over a case, table by table.

use std::collections::{BTreeMap, BTreeSet};

use super::super::recording::endpoint_item;
use super::merge::{Merge, agree, in_order, nowhere, once};
use super::{Part, Told};
use crate::report::model::comparison::{
    Behind, ClickLine, CookieLine, EndpointLine, FieldLine, FieldSaid, Found, InputLine, Item, ItemKind, LadderLine, Lines, LocationLine,
    PartyLine, PersonalLine, ScreenLine, TechniqueLine, TrailLine, WayLine,
};
use crate::report::model::{EndpointRow, FieldEntry, Span, Text};

/// Order of the fields: what nobody explained comes first.
const MEANINGS: [&str; 4] = ["not-established", "unverified", "derived", "stated"];

/// The endpoint of a row, with all its methods.
pub(super) fn item(row: &EndpointRow) -> Item {
    endpoint_item(row, &row.methods.join(" "))
}

fn field_item(endpoint: &EndpointRow, row: &FieldEntry) -> Item {
    Item { kind: ItemKind::Field, place: row.place.to_owned(), name: row.name.clone(), ..item(endpoint) }
}

/// The fields of a recording with their endpoints.
fn fields_of(part: &Part) -> impl Iterator<Item = (&EndpointRow, &FieldEntry)> {
    let endpoints: BTreeMap<u64, &EndpointRow> = part.endpoints.iter().map(|endpoint| (endpoint.nr, endpoint)).collect();
    part.fields.iter().filter_map(move |row| Some((*endpoints.get(&row.endpoint)?, row)))
}

/// Whether a recording could not have shown one of these items.
fn hides(one: &Told<'_>, items: &[&Item]) -> bool {
    items.iter().any(|item| one.0.limits.hides(item).is_some())
}

fn of_kind(kind: ItemKind) -> Item {
    Item { kind, ..Item::default() }
}

/// Per cent with one decimal.
pub(super) fn percent(part: u64, of: u64) -> Option<String> {
    let tenths = (part * 1000 + of / 2).checked_div(of)?;
    // Only nothing is nought, and only all is a hundred.
    let tenths = if part == 0 || part == of { tenths } else { tenths.clamp(1, 999) };
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

/// By endpoint: different fields, how many of them have no established meaning, and the first and last of their rows.
pub(super) type Open = BTreeMap<Item, (u64, u64, Option<(u64, u64)>)>;

/// The fields, those that nobody explained first.
pub(super) fn fields(told: &[Told<'_>], room: usize) -> (Lines<FieldLine>, Open) {
    // A field is known as far as the best known of its rows is.
    let rank = |meaning: &str| MEANINGS.iter().position(|known| *known == meaning).unwrap_or_default();
    let mut known: BTreeMap<Item, usize> = BTreeMap::new();
    for (_, part) in told {
        for (endpoint, row) in fields_of(part) {
            let best = known.entry(field_item(endpoint, row)).or_default();
            *best = rank(row.meaning).max(*best);
        }
    }
    let mut merge: Merge<(usize, Item), FieldLine> = Merge::new();
    for (recording, part) in told {
        for (endpoint, row) in fields_of(part) {
            let item = field_item(endpoint, row);
            let rank = known.get(&item).copied().unwrap_or_default();
            let line = merge.at((rank, item.clone()), recording, ("fields", row.nr, &[row.first_entry]));
            (line.item, line.meaning) = (item, MEANINGS[rank]);
            line.data = line.data.or(row.data);
            line.identifies = line.identifies.or(row.identifies);
            line.times += row.times;
            line.bytes += row.bytes;
            if line.says.is_none() {
                (line.says, line.said_by) = says(part, row).unzip();
            }
        }
    }
    let (lines, numbers) =
        merge.lines((told, room), |line, one| hides(one, &[&line.item]), |line, nr, found| (line.nr, line.found) = (nr, found));
    let mut open: Open = BTreeMap::new();
    for (item, rank) in known {
        let nr = numbers.get(&(rank, item.clone())).copied();
        let endpoint = Item { kind: ItemKind::Endpoint, place: String::new(), name: String::new(), ..item };
        let (fields, count, rows) = open.entry(endpoint).or_default();
        *fields += 1;
        if rank == 0 {
            *count += 1;
            *rows = match (*rows, nr) {
                (Some((first, last)), Some(nr)) => Some((first.min(nr), last.max(nr))),
                (known, nr) => known.or(nr.map(|nr| (nr, nr))),
            };
        }
    }
    (lines, open)
}

/// What the most specific rule that gives a field a meaning says, and whose words these are.
fn says(part: &Part, row: &FieldEntry) -> Option<(Text, FieldSaid)> {
    let rules = row.rules.iter().filter_map(|nr| part.field_rules.iter().find(|rule| rule.nr == *nr));
    rules.flat_map(|rule| &rule.claims).filter(|claim| !claim.open).find_map(|claim| {
        let by = FieldSaid {
            by: claim.by,
            who: claim.who.clone(),
            source: claim.source.clone(),
            source_date: claim.source_date.clone(),
            certainty: claim.certainty,
        };
        Some((claim.meaning.clone()?, by))
    })
}

/// The endpoints, and the number of each.
pub(super) fn endpoints(told: &[Told<'_>], open: &Open, room: usize) -> (Lines<EndpointLine>, BTreeMap<Item, u64>) {
    let mut merge: Merge<Item, EndpointLine> = Merge::new();
    for (recording, part) in told {
        for row in &part.endpoints {
            let key = item(row);
            let line = merge.at(key.clone(), recording, ("endpoints", row.nr, &[row.first_entry]));
            (line.fields, line.open) = open.get(&key).map_or((0, 0), |&(fields, open, _)| (fields, open));
            (line.item, line.site) = (key, row.site.clone());
            in_order(&mut line.paths, std::slice::from_ref(&row.path));
            line.paths.truncate(3);
            line.owner = line.owner.take().or_else(|| row.owner.clone());
            agree(&mut line.relation, row.relation);
            agree(&mut line.position, row.position);
            line.requests += row.requests;
            let by = &row.by_choice;
            let counts = [by.before, by.transition, by.after, by.no_choice_recorded];
            line.by_choice.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            once(&mut line.claims, &row.claims);
        }
    }
    merge.lines((told, room), |line, one| hides(one, &[&line.item]), |line, nr, found| (line.nr, line.found) = (nr, found))
}

/// What is visible of each endpoint, level by level.
pub(super) fn ladder(told: &[Told<'_>], numbers: &BTreeMap<Item, u64>, room: usize) -> Lines<LadderLine> {
    const LEVELS: [&str; 4] = ["host", "endpoint", "parameter", "field"];
    let mut merge: Merge<(u64, usize), LadderLine> = Merge::new();
    for (recording, part) in told {
        for row in &part.ladder {
            let endpoint = part.endpoints.iter().find(|endpoint| endpoint.nr == row.endpoint);
            let Some((endpoint, nr)) = endpoint.and_then(|endpoint| Some((endpoint, *numbers.get(&item(endpoint))?))) else { continue };
            let level = LEVELS.iter().position(|level| *level == row.level).unwrap_or_default();
            let line = merge.at((nr, level), recording, ("ladder", row.nr, &[]));
            (line.endpoint, line.level) = (nr, row.level);
            in_order(&mut line.seen, &row.seen);
            line.fields += endpoint.share.fields;
            line.hidden += row.hidden_fields;
        }
    }
    let (lines, _) = merge.lines(
        (told, room),
        |_, _| false,
        |line, nr, _| {
            (line.nr, line.hidden_percent) = (nr, percent(line.hidden, line.fields));
        },
    );
    lines
}

/// The ways, in the order of the reports.
pub(super) fn ways(told: &[Told<'_>]) -> Lines<WayLine> {
    let mut order: Vec<&'static str> = Vec::new();
    told.iter().flat_map(|(_, part)| &part.ways).for_each(|row| once(&mut order, &[row.way]));
    let mut lines = Vec::new();
    for way in order {
        let mut merge: Merge<(), WayLine> = Merge::new();
        let mut not_counted: BTreeMap<&'static str, u64> = BTreeMap::new();
        for (recording, row) in
            told.iter().flat_map(|(one, part)| part.ways.iter().map(move |row| (one, row))).filter(|(_, row)| row.way == way)
        {
            row.not_counted.iter().for_each(|why| *not_counted.entry(why).or_default() += 1);
            let Some(first) = row.first_entry else { continue };
            let line = merge.at((), recording, ("ways", row.nr, &[first]));
            line.requests += row.requests;
            line.by_staff += row.by_staff;
            line.with_mention += row.with_mention;
        }
        let open = |one: &Told<'_>| one.1.ways.iter().any(|row| row.way == way && row.not_counted.is_some());
        let (mut merged, _) = merge.lines((told, 1), |_, one| open(one), |line, _, found| line.found = found);
        let none = || WayLine { found: nowhere(told, open), ..WayLine::default() };
        let mut line = merged.rows.pop().unwrap_or_else(none);
        (line.nr, line.way, line.not_counted) = (lines.len() as u64 + 1, way, not_counted.into_iter().collect());
        lines.push(line);
    }
    Lines { rows: lines, left_out: 0 }
}

/// Values that rules let be printed.
pub(super) fn inputs(told: &[Told<'_>], room: usize) -> Lines<InputLine> {
    let mut merge: Merge<Item, InputLine> = Merge::new();
    for (recording, part) in told {
        for (endpoint, row) in fields_of(part) {
            for shown in &row.values {
                let item = Item { kind: ItemKind::Value, value: shown.value.clone(), ..field_item(endpoint, row) };
                let line = merge.at(item.clone(), recording, ("fields", row.nr, &[row.first_entry]));
                line.item = item;
                line.times += shown.times;
            }
        }
    }
    merge.lines((told, room), |line, one| hides(one, &[&line.item]), |line, nr, found| (line.nr, line.found) = (nr, found)).0
}

/// Personal data as speakers name them; what every connection shows comes first.
pub(super) fn personal(told: &[Told<'_>], room: usize) -> Lines<PersonalLine> {
    let any = of_kind(ItemKind::Endpoint);
    let mut merge: Merge<(bool, String, String), PersonalLine> = Merge::new();
    for (recording, part) in told {
        for row in &part.personal {
            let key = (row.basis != "connection", row.personal.nl.clone(), row.personal.en.clone());
            let entries: Vec<u64> = row.from.iter().map(|from| from.first_entry).take(1).collect();
            let line = merge.at(key, recording, ("personal_data", row.nr, &entries));
            line.personal = row.personal.clone();
            in_order(&mut line.data_subjects, &row.data_subjects);
            line.subject_open |= row.endpoints_without_subject > 0 || row.data_subjects.is_empty();
            // Which rules say so differs between recordings by their numbers only.
            for said in &row.said {
                let mut said = said.clone();
                said.rules.clear();
                once(&mut line.said, &[said]);
            }
            let hosts: Vec<String> = row.from.iter().map(|from| from.host.clone()).collect();
            in_order(&mut line.hosts, &hosts);
        }
    }
    merge.lines((told, room), |_, one| hides(one, &[&any]), |line, nr, found| (line.nr, line.found) = (nr, found)).0
}

/// Techniques, in a fixed order; one that was not recorded has its row too.
pub(super) fn techniques(told: &[Told<'_>]) -> Lines<TechniqueLine> {
    const TECHNIQUES: [&str; 8] =
        ["cookies", "cookies-other-site", "sent-again", "link-decoration", "identifiers", "validators", "client-hints", "other-names"];
    let mut rows = Vec::new();
    for (technique, nr) in TECHNIQUES.into_iter().zip(1..) {
        let mut merge: Merge<(), (BTreeSet<String>, Found)> = Merge::new();
        for (recording, one) in told.iter().flat_map(|(one, part)| part.techniques.iter().map(move |row| (one, row))) {
            if one.id == technique {
                merge.at((), recording, (one.table, one.row, &one.entries)).0.extend(one.names.iter().cloned());
            }
        }
        let hidden = |one: &Told<'_>| cannot_show(technique, one);
        let (mut merged, _) = merge.lines((told, 1), |_, one| hidden(one), |line, _, found| line.1 = found);
        let (names, found) = merged.rows.pop().unwrap_or_else(|| (BTreeSet::new(), nowhere(told, hidden)));
        let count = names.len() as u64;
        rows.push(TechniqueLine { nr, technique, count, names: names.into_iter().collect(), found });
    }
    Lines { rows, left_out: 0 }
}

/// Whether a recording could not have shown a technique.
fn cannot_show(technique: &str, one: &Told<'_>) -> bool {
    let identifier = |place: &str| Item { place: place.to_owned(), ..of_kind(ItemKind::Identifier) };
    match technique {
        "cookies" | "cookies-other-site" => hides(one, &[&of_kind(ItemKind::CookieSet), &of_kind(ItemKind::CookieSent)]),
        "sent-again" => hides(one, &[&of_kind(ItemKind::CookieSent)]) || one.1.left_out.0 > 0,
        "link-decoration" => hides(one, &[&of_kind(ItemKind::Recipient)]) || one.1.left_out.0 > 0,
        "identifiers" => hides(one, &["cookie", "field", "header"].map(identifier).each_ref()),
        // What header fields of requests hold.
        "client-hints" | "validators" => hides(one, &[&identifier("header")]),
        // A name server answers for all names that it is asked for; hosts that an operator mapped to addresses have no such answer.
        "other-names" => one.1.totals.requests_with_names == 0 || hides(one, &[&of_kind(ItemKind::Recipient)]),
        _ => hides(one, &[&of_kind(ItemKind::Recipient)]),
    }
}

/// Whether a recording could not have shown consent screens: steps of ours record them.
fn no_screens(one: &Told<'_>) -> bool {
    let steps = one.0.scenario.as_ref().is_some_and(|plan| plan.steps.is_some());
    !steps || one.1.custody.is_none() || hides(one, &[&of_kind(ItemKind::Recipient)])
}

/// Parties by domain and holder.
pub(super) fn parties(told: &[Told<'_>], room: usize) -> Lines<PartyLine> {
    let any = of_kind(ItemKind::Recipient);
    let mut merge: Merge<(String, String), PartyLine> = Merge::new();
    for (recording, part) in told {
        for row in &part.recipients {
            let holder = row.owner.as_ref().map(|owner| owner.id.clone()).unwrap_or_default();
            let key = (row.site.clone(), holder);
            let line = merge.at(key.clone(), recording, ("recipients", row.nr, &[row.first_entry]));
            (line.site, line.owner) = (row.site.clone(), row.owner.clone());
            in_order(&mut line.networks, &row.networks.iter().map(|network| network.operator.clone()).collect::<Vec<_>>());
            in_order(&mut line.contracts, &row.contracts.iter().map(|contract| contract.party.clone()).collect::<Vec<_>>());
            agree(&mut line.relation, row.relation);
            agree(&mut line.position, row.position);
            line.requests += row.requests;
            line.not_sent += part.not_sent.get(&key).copied().unwrap_or_default();
            line.with_cookies += row.requests_with_cookies;
        }
    }
    merge.lines((told, room), |_, one| hides(one, &[&any]), |line, nr, found| (line.nr, line.found) = (nr, found)).0
}

/// Addresses by recipient.
pub(super) fn locations(told: &[Told<'_>], room: usize) -> Lines<LocationLine> {
    let any = of_kind(ItemKind::Recipient);
    let mut merge: Merge<(String, String), LocationLine> = Merge::new();
    for (recording, part) in told {
        for row in &part.addresses {
            let key = (row.site.clone(), row.address.clone());
            let line = merge.at(key, recording, ("addresses", row.nr, &[row.first_entry]));
            (line.site, line.address) = (row.site.clone(), row.address.clone());
            in_order(&mut line.hosts, &row.hosts);
            once(&mut line.databases, &row.databases);
            line.requests += row.requests;
        }
    }
    let mut lines = merge
        .lines((told, room), |_, one| hides(one, &[&any]) || one.1.left_out.1 > 0, |line, nr, found| (line.nr, line.found) = (nr, found))
        .0;
    lines.left_out += told.iter().map(|(_, part)| part.left_out.1).sum::<u64>();
    lines
}

/// Cookies by name and domain.
pub(super) fn cookies(told: &[Told<'_>], room: usize) -> Lines<CookieLine> {
    let mut merge: Merge<(String, String), CookieLine> = Merge::new();
    let mut attributes: BTreeMap<(String, String), Attributes> = BTreeMap::new();
    for (recording, part) in told {
        for row in &part.cookies {
            let key = (row.name.clone(), row.domain.clone());
            let said = attributes.entry(key.clone()).or_default();
            said.0.extend(row.secure);
            said.1.extend(row.http_only);
            said.2.extend(row.same_site.clone());
            let line = merge.at(key, recording, ("cookies", row.nr, &[row.first_entry]));
            (line.name, line.domain) = (row.name.clone(), row.domain.clone());
            line.owner = line.owner.take().or_else(|| row.owner.clone());
            agree(&mut line.relation, row.relation);
            in_order(&mut line.set_by, &row.set_by);
            line.first_set = line.first_set.take().into_iter().chain(row.first_set.clone()).min();
            line.asked = widest(line.asked.take(), row.asked.as_ref());
            line.session |= row.session;
            once(&mut line.above, &row.above);
            line.set += row.set + row.renewed + row.changed;
            line.deleted += row.deleted;
            line.refusal_expected += row.refusal_expected;
            line.sent += row.sent;
            in_order(&mut line.sent_to, &row.sent_to.iter().map(|sent| sent.site.clone()).collect::<Vec<_>>());
            once(&mut line.claims, &row.claims);
        }
    }
    let (mut lines, _) = merge.lines(
        (told, room),
        |line, one| hides(one, &cookie(line).iter().collect::<Vec<_>>()),
        |line, nr, found| (line.nr, line.found) = (nr, found),
    );
    for line in &mut lines.rows {
        let Some((secure, http_only, same_site)) = attributes.remove(&(line.name.clone(), line.domain.clone())) else { continue };
        (line.secure, line.http_only, line.same_site) = (only(secure), only(http_only), only(same_site));
    }
    lines
}

/// The ways of a cookie that were recorded.
fn cookie(line: &CookieLine) -> Vec<Item> {
    let ways = [(ItemKind::CookieSet, line.set + line.deleted), (ItemKind::CookieSent, line.sent)];
    ways.into_iter().filter(|(_, times)| *times > 0).map(|(kind, _)| of_kind(kind)).collect()
}

/// Attributes of a cookie as recorded: `Secure`, `HttpOnly`, `SameSite`.
type Attributes = (BTreeSet<bool>, BTreeSet<bool>, BTreeSet<String>);

/// What all agree on.
fn only<T>(said: BTreeSet<T>) -> Option<T> {
    if said.len() == 1 { said.into_iter().next() } else { None }
}

fn widest(known: Option<Span>, new: Option<&Span>) -> Option<Span> {
    match (known, new) {
        (Some(mut known), Some(new)) => {
            if new.min_seconds < known.min_seconds {
                (known.min_seconds, known.min_days) = (new.min_seconds, new.min_days.clone());
            }
            if new.max_seconds > known.max_seconds {
                (known.max_seconds, known.max_days) = (new.max_seconds, new.max_days.clone());
            }
            Some(known)
        }
        (known, new) => known.or_else(|| new.cloned()),
    }
}

/// The trail, recording by recording: a value has its pseudonym there.
pub(super) fn trail(told: &[Told<'_>], room: usize) -> Lines<TrailLine> {
    let all: usize = told.iter().map(|(_, part)| part.trail.len()).sum();
    let rows = told.iter().flat_map(|(recording, part)| part.trail.iter().map(move |row| (recording, part, row)));
    let line = |(nr, (recording, part, row)): (u64, (&&_, &&Part, &crate::report::model::TrailRow))| {
        let recording: &super::Recording = recording;
        let choice = row.other.own_choice.choice.and_then(|nr| part.choices.iter().find(|choice| choice.nr == nr));
        TrailLine {
            nr,
            row: row.clone(),
            choice: choice.cloned(),
            scenario: recording.scenario_name.clone(),
            behind: Behind { recording: recording.nr, entries: vec![row.one.entry, row.other.entry], table: "trail", row: row.nr },
        }
    };
    Lines {
        rows: (1..).zip(rows).take(room).map(line).collect(),
        left_out: all.saturating_sub(room) as u64 + told.iter().map(|(_, part)| part.left_out.0).sum::<u64>(),
    }
}

/// Kind, text and state of an option.
type ShownOption = (String, String, Option<bool>);

/// Layers of consent screens by name, layer and what could be chosen.
pub(super) fn screens(told: &[Told<'_>], room: usize) -> Lines<ScreenLine> {
    let mut merge: Merge<(String, u32, Vec<ShownOption>), ScreenLine> = Merge::new();
    for (recording, part) in told {
        for row in &part.screens {
            let options = row.options.iter().map(|option| (option.kind.to_owned(), option.text.clone(), option.on)).collect();
            let line = merge.at((row.name.clone(), row.layer, options), recording, ("consent_screens", row.nr, &[]));
            (line.name, line.layer, line.clicks) = (row.name.clone(), row.layer, row.clicks);
            line.options.clone_from(&row.options);
            in_order(&mut line.texts, std::slice::from_ref(&row.text_sha256));
            line.pictures += u64::from(row.picture_sha256.is_some());
        }
    }
    merge.lines((told, room), |_, one| no_screens(one), |line, nr, found| (line.nr, line.found) = (nr, found)).0
}

/// Clicks in consent screens, by planned path and buttons.
pub(super) fn clicks(told: &[Told<'_>], room: usize) -> Lines<ClickLine> {
    let mut merge: Merge<(&'static str, Vec<String>), ClickLine> = Merge::new();
    for (recording, part) in told.iter().filter(|(_, part)| !part.clicked.is_empty()) {
        let path = recording.scenario.as_ref().map_or("", |plan| plan.path.id());
        let buttons: Vec<String> = part.clicked.iter().map(|row| row.text.clone()).collect();
        let line = merge.at((path, buttons.clone()), recording, ("clicked", part.clicked[0].nr, &[]));
        (line.path, line.clicks, line.buttons) = (path, buttons.len() as u64, buttons);
    }
    merge.lines((told, room), |_, one| no_screens(one), |line, nr, found| (line.nr, line.found) = (nr, found)).0
}
