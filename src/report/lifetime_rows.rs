//! Compares lifetimes that sources state with those that were recorded, and lifetimes with comparison lines. Decides nothing: no row says who
//! is right or whether a lifetime may be that long.

use super::builder::Builder;
use super::cookie_rows::days;
use super::model::{AboveLine, ComparisonLine, Cookie, LifetimeRow, Source, Span};
use crate::rules::StatedLifetime;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// How what was recorded stands to what is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    Same,
    Longer,
    Shorter,
    LongerAndShorter,
    /// A session cookie was asked for, and a time is stated.
    SessionAsked,
    /// A time was asked for, and a session is stated.
    TimeAsked,
    NoSetCookie,
    /// Set-Cookie lines only deleted the cookie, or are of the kind that browsers refuse.
    NothingKept,
    /// An end date was given, and the time of the answer is not known.
    NotComputable,
}

impl Difference {
    #[cfg(test)]
    pub(super) const ALL: [Self; 9] = [
        Self::Same,
        Self::Longer,
        Self::Shorter,
        Self::LongerAndShorter,
        Self::SessionAsked,
        Self::TimeAsked,
        Self::NoSetCookie,
        Self::NothingKept,
        Self::NotComputable,
    ];

    /// As it stands in outputs.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Longer => "longer",
            Self::Shorter => "shorter",
            Self::LongerAndShorter => "longer-and-shorter",
            Self::SessionAsked => "session-asked",
            Self::TimeAsked => "time-asked",
            Self::NoSetCookie => "no-set-cookie",
            Self::NothingKept => "nothing-kept",
            Self::NotComputable => "not-computable",
        }
    }
}

/// What was recorded of a cookie's lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recorded {
    /// Shortest and longest time asked for, in seconds.
    pub(super) times: Option<(i64, i64)>,
    /// Whether a session cookie was asked for.
    pub(super) session: bool,
    /// Whether a line gave an end date whose distance cannot be computed.
    pub(super) not_computable: bool,
    /// Whether there is a line at all.
    pub(super) set: bool,
}

/// Compares what is stated with what was recorded. Every combination has an answer.
pub(super) fn compare(stated: StatedLifetime, recorded: Recorded) -> Difference {
    match (stated, recorded) {
        (_, Recorded { set: false, .. }) => Difference::NoSetCookie,
        (StatedLifetime::For { seconds, tolerance }, Recorded { times: Some((shortest, longest)), .. }) => {
            let longer = longest > seconds.saturating_add(tolerance);
            let shorter = shortest < seconds.saturating_sub(tolerance);
            match (longer, shorter) {
                (false, false) => Difference::Same,
                (true, false) => Difference::Longer,
                (false, true) => Difference::Shorter,
                (true, true) => Difference::LongerAndShorter,
            }
        }
        (StatedLifetime::Session, Recorded { times: Some(_), .. }) => Difference::TimeAsked,
        (StatedLifetime::For { .. }, Recorded { session: true, .. }) => Difference::SessionAsked,
        (StatedLifetime::Session, Recorded { not_computable: true, .. }) => Difference::TimeAsked,
        (StatedLifetime::Session, Recorded { session: true, .. }) => Difference::Same,
        (StatedLifetime::For { .. }, Recorded { not_computable: true, .. }) => Difference::NotComputable,
        _ => Difference::NothingKept,
    }
}

/// A shortest and a longest time with their days.
pub(super) fn span((min_seconds, max_seconds): (i64, i64)) -> Span {
    Span { min_seconds, max_seconds, min_days: days(min_seconds), max_days: days(max_seconds) }
}

/// The lines that a cookie's longest lifetime is above, in the order of the lines.
pub(super) fn above(asked: Option<&Span>, effective: Option<&Span>, lines: &[ComparisonLine]) -> Vec<AboveLine> {
    let is_above = |span: Option<&Span>, line: &ComparisonLine| span.is_some_and(|span| span.max_seconds > i64::from(line.days) * DAY);
    let line =
        |line: &ComparisonLine| AboveLine { line: line.nr, id: line.id.clone(), days: line.days, effective: is_above(effective, line) };
    lines.iter().filter(|line| is_above(asked, line)).map(line).collect()
}

/// One row for each cookie and each statement about its lifetime, in the order of the cookies and of their claims.
pub(super) fn lifetimes(cookies: &[Cookie], sources: &[Source]) -> Vec<LifetimeRow> {
    let mut rows = Vec::new();
    for cookie in cookies {
        for claim in &cookie.claims {
            let Some(text) = &claim.lifetime else { continue };
            let Some(stated) = StatedLifetime::parse(text) else { continue };
            let recorded = |times: Option<&Span>| Recorded {
                times: times.map(|span| (span.min_seconds, span.max_seconds)),
                session: cookie.session,
                not_computable: cookie.end_not_computable > 0,
                set: cookie.origin != "sent-only",
            };
            let (stated_seconds, tolerance_seconds) = match stated {
                StatedLifetime::Session => (None, None),
                StatedLifetime::For { seconds, tolerance } => (Some(seconds), Some(tolerance)),
            };
            rows.push(LifetimeRow {
                nr: rows.len() as u64 + 1,
                cookie: cookie.nr,
                name: cookie.name.clone(),
                domain: cookie.domain.clone(),
                by: claim.by,
                who: claim.who.clone(),
                source: claim.source.clone(),
                source_date: sources.iter().find(|source| source.id == claim.source).map(|source| source.date.clone()).unwrap_or_default(),
                certainty: claim.certainty,
                rule: claim.rule.clone(),
                place: claim.place.clone(),
                stated: text.clone(),
                stated_seconds,
                tolerance_seconds,
                origin: cookie.origin,
                asked: cookie.asked.clone(),
                session: cookie.session,
                effective: cookie.effective.clone(),
                difference: compare(stated, recorded(cookie.asked.as_ref())).id(),
                difference_effective: compare(stated, recorded(cookie.effective.as_ref())).id(),
            });
        }
    }
    rows
}

impl Builder<'_> {
    /// The comparison lines of the rules; their sources are then listed.
    pub(super) fn comparison_lines(&mut self) -> Vec<ComparisonLine> {
        let rules = self.context.rules;
        self.sources.extend(rules.lifetimes.iter().map(|line| line.source));
        let row = |(line, nr): (&crate::rules::Lifetime, u64)| ComparisonLine {
            nr,
            id: line.id.clone(),
            days: line.days,
            label: line.label.clone(),
            meaning: line.meaning.clone(),
            source: rules.sources[line.source].id.clone(),
            certainty: line.certainty.id(),
            place: rules.place(line.place),
        };
        rules.lifetimes.iter().zip(1..).map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stated(text: &str) -> StatedLifetime {
        StatedLifetime::parse(text).expect("a lifetime")
    }

    const NOTHING: Recorded = Recorded { times: None, session: false, not_computable: false, set: true };

    #[test]
    fn stated_beside_recorded() {
        let days = |shortest: i64, longest: i64| Recorded { times: Some((shortest * DAY, longest * DAY)), ..NOTHING };
        for (text, recorded, expected) in [
            ("90 d", days(90, 90), Difference::Same),
            ("90 d", days(89, 91), Difference::Same),
            ("90 d", days(90, 365), Difference::Longer),
            ("90 d", days(30, 90), Difference::Shorter),
            ("90 d", days(30, 365), Difference::LongerAndShorter),
            ("2 years", days(730, 730), Difference::Same),
            ("2 years", days(400, 400), Difference::Shorter),
            ("13 months", days(396, 396), Difference::Same),
            ("session", days(1, 1), Difference::TimeAsked),
            ("session", Recorded { session: true, ..days(1, 1) }, Difference::TimeAsked),
            ("session", Recorded { session: true, ..NOTHING }, Difference::Same),
            ("session", Recorded { not_computable: true, ..NOTHING }, Difference::TimeAsked),
            ("90 d", Recorded { session: true, ..NOTHING }, Difference::SessionAsked),
            ("90 d", Recorded { session: true, ..days(90, 90) }, Difference::Same),
            ("90 d", Recorded { not_computable: true, ..NOTHING }, Difference::NotComputable),
            ("90 d", NOTHING, Difference::NothingKept),
            ("session", NOTHING, Difference::NothingKept),
            ("90 d", Recorded { set: false, ..NOTHING }, Difference::NoSetCookie),
        ] {
            assert_eq!(compare(stated(text), recorded), expected, "{text} {recorded:?}");
        }
    }

    #[test]
    fn lines_that_a_lifetime_is_above() {
        let text = || super::super::model::Text { en: "line".to_owned(), nl: "lijn".to_owned() };
        let line = |nr, days| ComparisonLine {
            nr,
            id: format!("line.{days}"),
            days,
            label: text(),
            meaning: text(),
            source: "lifetimes/X".to_owned(),
            certainty: "stated",
            place: "lifetimes.toml:1".to_owned(),
        };
        let lines = [line(1, 396), line(2, 400)];
        let found = |asked: i64| {
            let (asked, effective) = (span((0, asked)), span((0, asked.min(400 * DAY))));
            above(Some(&asked), Some(&effective), &lines).into_iter().map(|line| (line.days, line.effective)).collect::<Vec<_>>()
        };
        assert_eq!(found(396 * DAY), []);
        assert_eq!(found(396 * DAY + 1), [(396, true)]);
        assert_eq!(found(400 * DAY), [(396, true)]);
        assert_eq!(found(730 * DAY), [(396, true), (400, false)]);
        assert_eq!(above(None, None, &lines), []);
    }

    proptest! {
        /// Whatever is stated and recorded, there is an answer, and it does not contradict the numbers.
        #[test]
        fn every_comparison_has_an_answer(
            number in any::<u32>(),
            unit in prop::sample::select(vec!["s", "min", "h", "d", "months", "years", ""]),
            times in prop::option::of((any::<i64>(), any::<i64>())),
            near in prop::option::of(-100_000_i64..100_000),
            (session, not_computable, set) in any::<(bool, bool, bool)>(),
        ) {
            let stated = if unit.is_empty() { StatedLifetime::Session } else { stated(&format!("{number} {unit}")) };
            let times = match (stated, near) {
                (StatedLifetime::For { seconds, tolerance }, Some(near)) => Some((seconds - tolerance + near, seconds + tolerance - near)),
                _ => times,
            };
            let times = times.map(|(one, other)| (one.min(other), one.max(other)));
            let found = compare(stated, Recorded { times, session, not_computable, set });
            prop_assert!(Difference::ALL.contains(&found));
            prop_assert_eq!(found == Difference::NoSetCookie, !set);
            if let (StatedLifetime::For { seconds, tolerance }, Some((shortest, longest)), true) = (stated, times, set) {
                let far = |time: i64| (i128::from(time) - i128::from(seconds)).abs() > i128::from(tolerance);
                prop_assert_eq!(found == Difference::Same, !far(shortest) && !far(longest));
                let longer = matches!(found, Difference::Longer | Difference::LongerAndShorter);
                prop_assert_eq!(longer, far(longest) && longest > seconds);
            }
        }
    }
}
