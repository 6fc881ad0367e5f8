//! The observer effect: a scenario recorded through the proxy, held against a control of the same scenario that nobody intercepted. Says on which side a
//! host, an endpoint or the name of a cookie was seen; why it differs is not decided here, and what a control cannot show is no absence.

use std::collections::{BTreeMap, BTreeSet};

/// Entries that are named of each recording.
pub const NAMED: usize = 3;

/// What of a visit is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// Host that was sent a request.
    Host,
    /// Method, host and path of a request.
    Endpoint,
    /// Name of a cookie in an answer, and the host that answered.
    CookieSet,
    /// Name of a cookie in a request, and the host that was sent it.
    CookieSent,
}

impl Aspect {
    /// Every aspect, in the order of the table.
    pub const ALL: [Self; 4] = [Self::Host, Self::Endpoint, Self::CookieSet, Self::CookieSent];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Endpoint => "endpoint",
            Self::CookieSet => "cookie-set",
            Self::CookieSent => "cookie-sent",
        }
    }
}

/// What was seen in one visit, whatever wrote it down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    seen: BTreeMap<Aspect, BTreeMap<String, (u64, BTreeSet<u64>)>>,
    /// Aspects of which the source holds nothing although there may have been something.
    pub cannot_show: BTreeSet<Aspect>,
    /// Whether the source ends in the middle.
    pub cut_off: bool,
    /// Requests that were taken in.
    pub requests: u64,
}

impl Traffic {
    /// Notes that `what` was seen in the entry with this number.
    pub fn see(&mut self, aspect: Aspect, what: &str, entry: u64) {
        let of_aspect = self.seen.entry(aspect).or_default();
        if !of_aspect.contains_key(what) {
            of_aspect.insert(what.to_owned(), (0, BTreeSet::new()));
        }
        if let Some((times, entries)) = of_aspect.get_mut(what) {
            *times += 1;
            entries.insert(entry);
            // The smallest numbers, whatever the order in which they come.
            if entries.len() > NAMED {
                entries.pop_last();
            }
        }
    }

    fn of(&self, aspect: Aspect, what: &str) -> Option<&(u64, BTreeSet<u64>)> {
        self.seen.get(&aspect)?.get(what)
    }
}

/// On which side something was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeenOn {
    /// In the control and in every recording.
    Both,
    /// In the control and in some of the recordings.
    BothNotAlways,
    /// In recordings, and not in the control.
    OnlyIntercepted,
    /// In recordings; the control cannot show such a thing.
    ControlCannotShow,
    /// In the control, and in no recording.
    OnlyControl,
}

impl SeenOn {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::BothNotAlways => "both-not-always",
            Self::OnlyIntercepted => "only-intercepted",
            Self::ControlCannotShow => "control-cannot-show",
            Self::OnlyControl => "only-control",
        }
    }
}

/// Where something was seen in one visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sightings {
    /// Number of the recording in the case.
    pub recording: u64,
    /// How often.
    pub times: u64,
    /// The first entries, at most [`NAMED`].
    pub entries: Vec<u64>,
}

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is compared.
    pub aspect: Aspect,
    /// The host, endpoint, or name of a cookie with its host.
    pub what: String,
    /// On which side.
    pub seen_on: SeenOn,
    /// The recordings in which it was seen.
    pub recordings: Vec<Sightings>,
    /// How often it was seen in the control, and the first entries there.
    pub control: Option<(u64, Vec<u64>)>,
}

/// Everything that was seen on either side, and on which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObserverTable {
    /// Numbers of the recordings that were compared.
    pub recordings: Vec<u64>,
    /// Lines, by aspect and text.
    pub lines: Vec<Line>,
    /// What the control cannot show.
    pub cannot_show: BTreeSet<Aspect>,
    /// What some recording cannot show, with its number: absence in it says nothing.
    pub recordings_cannot_show: BTreeSet<(u64, Aspect)>,
    /// Whether the control ends in the middle, so that what is missing from it may have come later.
    pub cut_off: bool,
}

impl ObserverTable {
    /// Lines that differ, by what was seen and where.
    pub fn differing(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| matches!(line.seen_on, SeenOn::OnlyIntercepted | SeenOn::OnlyControl))
    }
}

/// Compares a control with recordings of the same scenario, each with its number in the case.
#[must_use]
pub fn compare(control: &Traffic, recordings: &[(u64, Traffic)]) -> ObserverTable {
    let mut table = ObserverTable {
        recordings: recordings.iter().map(|(number, _)| *number).collect(),
        cannot_show: control.cannot_show.clone(),
        recordings_cannot_show: recordings
            .iter()
            .flat_map(|(number, traffic)| traffic.cannot_show.iter().map(|aspect| (*number, *aspect)))
            .collect(),
        cut_off: control.cut_off,
        ..ObserverTable::default()
    };
    for aspect in Aspect::ALL {
        let everything = recordings.iter().map(|(_, traffic)| traffic).chain([control]);
        let texts: BTreeSet<&String> = everything.filter_map(|traffic| traffic.seen.get(&aspect)).flat_map(BTreeMap::keys).collect();
        for what in texts {
            let found = recordings.iter().filter_map(|(number, traffic)| Some((*number, traffic.of(aspect, what)?)));
            let found: Vec<Sightings> = found
                .map(|(recording, (times, entries))| Sightings { recording, times: *times, entries: entries.iter().copied().collect() })
                .collect();
            let in_control = control.of(aspect, what).map(|(times, entries)| (*times, entries.iter().copied().collect()));
            let seen_on = match (&in_control, found.len()) {
                (Some(_), 0) => SeenOn::OnlyControl,
                (Some(_), count) if count == recordings.len() => SeenOn::Both,
                (Some(_), _) => SeenOn::BothNotAlways,
                (None, _) if control.cannot_show.contains(&aspect) => SeenOn::ControlCannotShow,
                (None, _) => SeenOn::OnlyIntercepted,
            };
            table.lines.push(Line { aspect, what: what.clone(), seen_on, recordings: found, control: in_control });
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traffic(seen: &[(Aspect, &str, u64)]) -> Traffic {
        let mut traffic = Traffic::default();
        seen.iter().for_each(|(aspect, what, entry)| traffic.see(*aspect, what, *entry));
        traffic
    }

    #[test]
    fn every_line_says_on_which_side_and_in_how_many() {
        let control = traffic(&[(Aspect::Host, "a.example", 1), (Aspect::Host, "sw.example", 2), (Aspect::Host, "b.example", 3)]);
        let first = traffic(&[
            (Aspect::Host, "a.example", 4),
            (Aspect::Host, "a.example", 2),
            (Aspect::Host, "x.example", 3),
            (Aspect::Host, "b.example", 9),
        ]);
        let second = traffic(&[(Aspect::Host, "a.example", 1)]);
        let table = compare(&control, &[(3, first), (5, second)]);
        let found: Vec<_> = table.lines.iter().map(|line| (line.what.as_str(), line.seen_on, line.recordings.len())).collect();
        assert_eq!(
            found,
            [
                ("a.example", SeenOn::Both, 2),
                ("b.example", SeenOn::BothNotAlways, 1),
                ("sw.example", SeenOn::OnlyControl, 0),
                ("x.example", SeenOn::OnlyIntercepted, 1),
            ]
        );
        assert_eq!(table.lines[0].recordings[0], Sightings { recording: 3, times: 2, entries: vec![2, 4] });
        assert_eq!(table.lines[0].control, Some((1, vec![1])));
        assert_eq!(table.differing().count(), 2);
        assert_eq!(table.recordings, [3, 5]);
    }

    #[test]
    fn what_a_control_cannot_show_is_no_absence() {
        let mut control = traffic(&[(Aspect::Host, "a.example", 1)]);
        control.cannot_show.insert(Aspect::CookieSent);
        let recording = traffic(&[(Aspect::CookieSent, "datr a.example", 2), (Aspect::CookieSet, "fr a.example", 2)]);
        let table = compare(&control, &[(1, recording)]);
        let of = |aspect| table.lines.iter().find(|line| line.aspect == aspect).map(|line| line.seen_on);
        assert_eq!(of(Aspect::CookieSent), Some(SeenOn::ControlCannotShow));
        assert_eq!(of(Aspect::CookieSet), Some(SeenOn::OnlyIntercepted));
        assert_eq!(of(Aspect::Host), Some(SeenOn::OnlyControl));
        assert!(compare(&Traffic::default(), &[]).lines.is_empty());
    }

    #[test]
    fn few_entries_are_named_and_all_are_counted() {
        let mut traffic = Traffic::default();
        (1..=9).rev().for_each(|entry| traffic.see(Aspect::Host, "a.example", entry));
        let table = compare(&Traffic::default(), &[(1, traffic)]);
        assert_eq!(table.lines[0].recordings[0], Sightings { recording: 1, times: 9, entries: vec![1, 2, 3] });
    }
}
