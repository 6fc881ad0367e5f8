//! What was still set, sent and asked after logging out. The moment is the one that the report of a recording holds; a recording without it is named and
//! not counted.

use std::collections::{BTreeMap, BTreeSet};

use super::limits::LEFT_OUT;
use super::recording::{Recording, Seen};
use super::tally::{basis, count, tally, varies};
use crate::model::PersonaState;
use crate::report::model::comparison::{Answer, AnswerRow, Item, ItemKind, NotEstablished};
use crate::report::model::{Report, Times};

/// Whether a recording holds the moment of logging out.
#[derive(Clone, Debug)]
pub(super) enum Logout {
    /// It does not, or it does not show it; and why.
    NotEstablished(&'static str),
    /// It does, and this was recorded after it.
    Established(AfterLogout),
}

/// What was recorded after logging out, how often, and in which entry first.
#[derive(Clone, Debug, Default)]
pub(super) struct AfterLogout {
    pub(super) times: BTreeMap<Item, (u64, Option<u64>)>,
    /// Whether the report had no room for all cookies.
    pub(super) left_out: bool,
}

impl Default for Logout {
    fn default() -> Self {
        Self::NotEstablished("no-logout-recorded")
    }
}

impl Logout {
    /// What `report` says of logging out of the examined site or of a site of the platform. Of several moments the last counts.
    pub(super) fn of(report: &Report) -> Self {
        let sites: BTreeSet<&String> = report.page.site.iter().chain(&report.method.platform_sites).collect();
        let tables = &report.logout;
        let Some(moment) = tables.moments.iter().rev().find(|moment| sites.contains(&moment.site)) else {
            return Self::NotEstablished(if sites.is_empty() { "no-page" } else { "no-logout-recorded" });
        };
        let mut after = AfterLogout { left_out: tables.cookies_left_out > 0, ..AfterLogout::default() };
        let mut add = |item: Item, times: &Times| {
            if times.count > 0 {
                after.times.insert(item, (times.count, times.first_entry));
            }
        };
        for row in tables.cookies.iter().filter(|row| row.logout == moment.nr) {
            for (kind, times) in [(ItemKind::CookieSet, &row.set), (ItemKind::CookieSent, &row.sent)] {
                add(Item { kind, name: row.name.clone(), of: row.domain.clone(), ..Item::default() }, times);
            }
        }
        for row in tables.recipients.iter().filter(|row| row.logout == moment.nr) {
            let (site, holder) = (row.site.clone(), row.holder.clone().unwrap_or_default());
            add(Item { kind: ItemKind::Recipient, site, holder, ..Item::default() }, &row.requests);
        }
        Self::Established(after)
    }
}

impl Recording {
    fn after_logout(&self) -> Option<&AfterLogout> {
        match &self.logout {
            Logout::Established(after) => Some(after),
            Logout::NotEstablished(_) => None,
        }
    }

    /// Whether `item` was recorded after logging out, or why that cannot be told.
    fn state_after_logout(&self, item: &Item) -> Result<Option<&Seen>, &'static str> {
        let after = self.after_logout();
        if after.is_some_and(|after| after.times.contains_key(item)) {
            return self.state(item);
        }
        let left_out = after.is_some_and(|after| after.left_out) && matches!(item.kind, ItemKind::CookieSet | ItemKind::CookieSent);
        self.limits.hides(item).or(left_out.then_some(LEFT_OUT)).map_or(Ok(None), Err)
    }

    /// Why the moment of logging out is not established, or what after it the recording does not show.
    fn hides_after_logout(&self) -> Option<&'static str> {
        let hides = |kind| self.limits.hides(&Item { kind, ..Item::default() }).is_some();
        match &self.logout {
            Logout::NotEstablished(_) if hides(ItemKind::CookieSet) => Some("set-cookies-not-recorded"),
            Logout::NotEstablished(why) => Some(why),
            Logout::Established(_) if hides(ItemKind::CookieSent) => Some("cookies-not-recorded"),
            Logout::Established(after) => after.left_out.then_some("rows-left-out"),
        }
    }
}

/// The answer, beside whole recordings without an account of the same path of choices and target.
pub(super) fn logout_rows(recordings: &[&Recording]) -> Answer {
    let mut cells: BTreeMap<(&str, &str), [Vec<&Recording>; 2]> = BTreeMap::new();
    for recording in recordings {
        let Some(scenario) = &recording.scenario else { continue };
        let group = match scenario.state {
            PersonaState::LoggedOut => 0,
            PersonaState::NoAccount => 1,
            PersonaState::LoggedIn | PersonaState::Administrator => continue,
        };
        cells.entry((&scenario.choice, &scenario.target)).or_default()[group].push(recording);
    }
    let (mut rows, mut not_established) = (Vec::new(), Vec::new());
    let mut any = false;
    for ((choice, target), [own, others]) in cells.into_iter().filter(|(_, [own, _])| !own.is_empty()) {
        any = true;
        let name = format!("{choice} · {target}");
        let mut reasons: BTreeMap<&'static str, u64> = BTreeMap::new();
        own.iter().filter_map(|recording| recording.hides_after_logout()).for_each(|why| *reasons.entry(why).or_default() += 1);
        let open = |(why, recordings)| NotEstablished { scenario: name.clone(), why, recordings };
        not_established.extend(reasons.into_iter().map(open));
        let able: Vec<&Recording> = own.into_iter().filter(|recording| recording.after_logout().is_some()).collect();
        let items: BTreeSet<&Item> =
            able.iter().filter_map(|recording| recording.after_logout()).flat_map(|after| after.times.keys()).collect();
        rows.extend(items.into_iter().map(|item| row(item, &name, &able, &others)));
    }
    if !any {
        not_established.push(NotEstablished { scenario: String::new(), why: "no-such-recording", recordings: 0 });
    }
    rows.sort_by(|one, other| (&one.item, &one.scenario).cmp(&(&other.item, &other.scenario)));
    Answer { question: "after-logout", rows, rows_left_out: 0, not_established }
}

fn row(item: &Item, scenario: &str, able: &[&Recording], others: &[&Recording]) -> AnswerRow {
    let after = |recording: &Recording| recording.after_logout().and_then(|after| after.times.get(item)).copied().unwrap_or_default();
    let own = count(able, |recording| recording.state_after_logout(item), |recording, _| after(recording).1.into_iter().collect());
    let against = (!others.is_empty()).then(|| tally(item, others));
    let tallies: Vec<_> = std::iter::once(&own).chain(&against).collect();
    AnswerRow {
        nr: 0,
        item: item.clone(),
        scenario: scenario.to_owned(),
        times: able.iter().map(|recording| after(recording).0).sum(),
        basis: basis(&tallies),
        varying: tallies.iter().any(|tally| varies(tally)),
        tally: own,
        against,
        buttons: Vec::new(),
        same_value: None,
    }
}
