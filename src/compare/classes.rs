//! The first question in classes: what was recorded with the audited Page against its controls, for each persona and path of choices. Class A is
//! given only to what was recorded in every visit to the Page and in no control whatever; what varies stands apart.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Settings;
use super::joins::joins;
use super::recording::Recording;
use super::tally::{NOTHING, about, basis, items, tally, varies};
use crate::model::TargetKind;
use crate::report::model::comparison::{Carries, ClassCount, ClassGroup, ClassRow, Classes, Item, ItemKind, Tally};

/// The classes, in the order of the tables.
pub(super) const CLASSES: [&str; 6] = ["A", "B", "C", "D", "varying", "not-comparable"];

/// The basis of a group without controls.
const NO_CONTROLS: &str = "no-controls";

/// Classes of everything recorded with the audited Page.
pub(super) fn classes(recordings: &[&Recording], settings: Settings) -> Classes {
    let planned = |kind: fn(TargetKind) -> bool| -> Vec<&Recording> {
        let of = |recording: &&&Recording| recording.scenario.as_ref().is_some_and(|scenario| kind(scenario.kind));
        recordings.iter().filter(of).copied().collect()
    };
    let pages = planned(|kind| kind == TargetKind::AuditedPage);
    let controls = planned(TargetKind::is_control);
    // One group for each scenario of the Page: only then does what is missing in one of its recordings vary, and not differ between scenarios.
    let mut groups: BTreeMap<_, Vec<&Recording>> = BTreeMap::new();
    for page in &pages {
        if let Some(scenario) = &page.scenario {
            let key = (scenario.state, &scenario.persona, scenario.path, &scenario.choice, &scenario.name);
            groups.entry(key).or_default().push(page);
        }
    }
    // Scenarios of the same persona and path stand in the order in which they were first recorded: what was planned beside them comes later.
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|((state, persona, path, choice, _), pages)| {
        (*state, *persona, *path, *choice, pages.iter().map(|recording| recording.nr).min())
    });
    let mut all = Classes::default();
    for ((state, persona, path, choice, scenario), pages) in groups {
        let alike = |control: &&&Recording| {
            let plan = control.scenario.as_ref();
            plan.is_some_and(|plan| (plan.state, &plan.persona, plan.path, &plan.choice) == (state, persona, path, choice))
        };
        let own: Vec<&Recording> = controls.iter().filter(alike).copied().collect();
        let numbers = |side: &[&Recording]| side.iter().map(|recording| recording.nr).collect();
        let mut group = ClassGroup {
            nr: all.groups.len() as u64 + 1,
            scenario: scenario.clone(),
            persona: persona.clone(),
            state: state.id(),
            choice: choice.clone(),
            path: path.id(),
            pages: numbers(&pages),
            controls: numbers(&own),
            basis: NO_CONTROLS,
            counts: Vec::new(),
        };
        if !own.is_empty() {
            group.basis = basis(&[&over(&pages), &over(&own)]);
            all.rows.extend(classified(&mut group, &pages, &own, &controls));
        }
        all.groups.push(group);
    }
    all.rows.sort_by_cached_key(|row| (row.group, CLASSES.iter().position(|class| *class == row.class), row.item.clone()));
    all.rows_left_out = all.rows.len().saturating_sub(settings.rows) as u64;
    all.rows.truncate(settings.rows);
    all.rows.iter_mut().zip(1..).for_each(|(row, nr)| row.nr = nr);
    all
}

/// A tally as of something that every recording holds.
fn over(recordings: &[&Recording]) -> Tally {
    super::tally::count(recordings, |_| Ok(None), |_, _| Vec::new())
}

/// The rows of a group; what has no row is counted in it.
fn classified(group: &mut ClassGroup, pages: &[&Recording], own: &[&Recording], controls: &[&Recording]) -> Vec<ClassRow> {
    let elsewhere: Vec<&Recording> = controls.iter().filter(|other| own.iter().all(|one| one.nr != other.nr)).copied().collect();
    let kinds = [ItemKind::Endpoint, ItemKind::CookieSet, ItemKind::CookieSent, ItemKind::Field, ItemKind::Value];
    let mut rows: Vec<ClassRow> = items(pages)
        .into_iter()
        .filter(|item| kinds.contains(&item.kind))
        .map(|item| {
            let (page, own) = (tally(&item, pages), tally(&item, own));
            let controls_elsewhere = elsewhere.iter().filter(|recording| recording.seen.contains_key(&item)).count() as u64;
            let carries = carries(&item, pages);
            let class = class(&page, &own, controls_elsewhere, &carries);
            let (paths, position) = about(&item, pages);
            let basis = basis(&[&page, &own]);
            let group = group.nr;
            ClassRow { nr: 0, group, item, paths, position, class, basis, page, controls: own, controls_elsewhere, carries, joined: vec![] }
        })
        .collect();
    let anchor = |row: &&ClassRow| row.item.kind == ItemKind::Endpoint && matches!(row.class, "A" | "B");
    let anchors: BTreeMap<Item, &'static str> = rows.iter().filter(anchor).map(|row| (row.item.clone(), row.class)).collect();
    let joins = joins(pages, &anchors);
    for row in rows.iter_mut().filter(|row| row.class == "D" && row.item.kind == ItemKind::Endpoint) {
        if let Some(joined) = joins.get(&row.item) {
            (row.class, row.joined) = ("C", joined.clone());
        }
    }
    // A field of an endpoint that is recorded with the Page only, or not in every visit, says nothing more than its endpoint, unless no control holds a
    // field of that name anywhere. Fields and values without a class of their own are counted.
    let named = |recording: &&Recording| {
        let fields = recording.seen.keys().filter(|item| item.kind == ItemKind::Field);
        fields.map(|item| (item.place.clone(), item.name.clone())).collect::<Vec<_>>()
    };
    let in_controls: BTreeSet<_> = controls.iter().flat_map(named).collect();
    let only_here = |row: &ClassRow| {
        let content = matches!(&*row.item.place, "query" | "form" | "json" | "message");
        row.class == "A"
            && row.item.kind == ItemKind::Field
            && content
            && !in_controls.contains(&(row.item.place.clone(), row.item.name.clone()))
    };
    let single: BTreeSet<Item> = rows
        .iter()
        .filter(|row| row.item.kind == ItemKind::Endpoint && matches!(row.class, "A" | "varying" | "not-comparable"))
        .map(|row| row.item.clone())
        .collect();
    let implied = |row: &ClassRow| matches!(row.item.kind, ItemKind::Field | ItemKind::Value) && single.contains(&endpoint_of(&row.item));
    rows.retain(|row| !implied(row) || only_here(row));
    let count = |class: &'static str| {
        let of = |kinds: &[ItemKind]| rows.iter().filter(|row| row.class == class && kinds.contains(&row.item.kind)).count() as u64;
        ClassCount {
            class,
            endpoints: of(&[ItemKind::Endpoint]),
            cookies: of(&[ItemKind::CookieSet, ItemKind::CookieSent]),
            fields: of(&[ItemKind::Field]),
        }
    };
    group.counts = CLASSES.map(count).to_vec();
    rows.retain(|row| !matches!(row.item.kind, ItemKind::Field | ItemKind::Value) || row.class != "D");
    rows
}

/// The endpoint of a field or of a value.
pub(super) fn endpoint_of(item: &Item) -> Item {
    let (place, name, of, value) = Default::default();
    Item { kind: ItemKind::Endpoint, place, name, of, value, ..item.clone() }
}

fn class(page: &Tally, own: &Tally, elsewhere: u64, carries: &[Carries]) -> &'static str {
    if varies(page) || page.recorded < page.of {
        return "varying";
    }
    if own.recorded > 0 || elsewhere > 0 {
        return if carries.is_empty() { "D" } else { "B" };
    }
    // No control holds it; whether each could have shown it decides what follows.
    if own.of == 0 || own.cannot_tell > 0 || page.cannot_tell > 0 || basis(&[page, own]) == NOTHING { "not-comparable" } else { "A" }
}

/// What of the Page an endpoint or a field carries in recordings of the Page.
fn carries(item: &Item, pages: &[&Recording]) -> Vec<Carries> {
    let mut found: BTreeMap<_, (u64, (u64, u64))> = BTreeMap::new();
    for recording in pages {
        let known = match item.kind {
            ItemKind::Endpoint => recording.mentions.get(item),
            ItemKind::Field if recording.seen.contains_key(item) => recording.mentions.get(&endpoint_of(item)),
            _ => None,
        };
        for mention in known.into_iter().flatten() {
            if item.kind == ItemKind::Field && (item.place != mention.place || item.name != mention.field) {
                continue;
            }
            let key = (mention.kind, mention.place.clone(), mention.field.clone());
            found.entry(key).or_insert((0, (recording.nr, mention.first_entry))).0 += 1;
        }
    }
    found.into_iter().map(|((what, place, field), (recordings, first))| Carries { what, place, field, recordings, first }).collect()
}
