//! The words of an annex: messages in Dutch and English, and numbers and days as each language writes them.
//!
//! Every form of the annex takes its words from here, so that a lawyer who compares the page with a table file reads the same sentence twice.

mod own;

use std::{collections::BTreeSet, fmt, str::FromStr};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle, types::FluentNumber};
use unic_langid::LanguageIdentifier;

/// A value that a message mentions: a text or a number. Numbers choose the plural and are written as the language writes them.
pub use fluent_bundle::FluentValue as Value;

const NL: &str = concat!(
    include_str!("locale/nl.ftl"),
    include_str!("locale/explain.nl.ftl"),
    include_str!("locale/fields.nl.ftl"),
    include_str!("locale/linkage.nl.ftl"),
    include_str!("locale/attribution.nl.ftl"),
    include_str!("locale/planted.nl.ftl"),
    include_str!("locale/compare.nl.ftl"),
    include_str!("locale/case.nl.ftl"),
    include_str!("locale/beside_wire.nl.ftl"),
    include_str!("locale/scenario.nl.ftl"),
    include_str!("locale/assessment.nl.ftl"),
    include_str!("locale/risks.nl.ftl"),
    include_str!("locale/style.nl.ftl"),
    include_str!("locale/tables.nl.ftl"),
    include_str!("locale/columns.nl.ftl"),
    include_str!("locale/picture.nl.ftl")
);
const EN: &str = concat!(
    include_str!("locale/en.ftl"),
    include_str!("locale/explain.en.ftl"),
    include_str!("locale/fields.en.ftl"),
    include_str!("locale/linkage.en.ftl"),
    include_str!("locale/attribution.en.ftl"),
    include_str!("locale/planted.en.ftl"),
    include_str!("locale/compare.en.ftl"),
    include_str!("locale/case.en.ftl"),
    include_str!("locale/beside_wire.en.ftl"),
    include_str!("locale/scenario.en.ftl"),
    include_str!("locale/assessment.en.ftl"),
    include_str!("locale/risks.en.ftl"),
    include_str!("locale/style.en.ftl"),
    include_str!("locale/tables.en.ftl"),
    include_str!("locale/columns.en.ftl"),
    include_str!("locale/picture.en.ftl")
);

/// Language of an annex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Dutch.
    Nl,
    /// English.
    En,
}

/// The text is not `nl` or `en`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a language is `nl` or `en`")]
pub struct ParseLangError;

impl FromStr for Lang {
    type Err = ParseLangError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "nl" => Ok(Self::Nl),
            "en" => Ok(Self::En),
            _ => Err(ParseLangError),
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Nl => "nl",
            Self::En => "en",
        })
    }
}

impl Lang {
    /// A whole number with its thousands apart: `1.234` in Dutch, `1,234` in English.
    #[must_use]
    pub fn integer(self, number: i128) -> String {
        let digits = number.unsigned_abs().to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if number < 0 {
            out.push('-');
        }
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push(if self == Self::Nl { '.' } else { ',' });
            }
            out.push(digit);
        }
        out
    }

    /// A decimal that the model gives as text with a full stop (`399.9`), as the language writes it. What is not such a number comes back
    /// as it is: a strange value must stay visible.
    #[must_use]
    pub fn decimal(self, text: &str) -> String {
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let Ok(number) = whole.parse::<i128>() else { return text.to_owned() };
        if !digits(whole.trim_start_matches('-')) || !fraction.is_none_or(digits) {
            return text.to_owned();
        }
        let mut out = self.integer(number);
        // "-0.5" would lose its sign, as no integer is minus zero.
        if number == 0 && whole.starts_with('-') {
            out.insert(0, '-');
        }
        if let Some(fraction) = fraction.map(|digits| digits.trim_end_matches('0')).filter(|digits| !digits.is_empty()) {
            out.push(if self == Self::Nl { ',' } else { '.' });
            out.push_str(fraction);
        }
        out
    }
}

/// The messages of one language.
pub struct Texts {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
    /// Messages that an organisation wrote in place of ours.
    own: BTreeSet<&'static str>,
}

impl fmt::Debug for Texts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Texts({})", self.lang)
    }
}

impl Texts {
    /// The messages of `lang`.
    #[must_use]
    pub fn of(lang: Lang) -> Self {
        // Both names of languages are valid; the default would only take the plural rules of no language in particular.
        let id: LanguageIdentifier = lang.to_string().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Isolation marks would end up in every copied cell; recorded strings are isolated by the form itself.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match lang {
            Lang::Nl => |value, _| number(Lang::Nl, value),
            Lang::En => |value, _| number(Lang::En, value),
        }));
        // The files are part of the program; a test holds that both parse without a fault, so what a fault leaves over is good enough here.
        let resource = FluentResource::try_new(source(lang).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self { lang, bundle, own: BTreeSet::new() }
    }

    /// Its language.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether there is a message `id`.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.bundle.get_message(id).is_some_and(|message| message.value().is_some())
    }

    /// The message `id` with `args` in their places. Without such a message the answer is the id: a word that the tables do not know yet is
    /// better read as its identifier than not at all. Tests hold that no identifier of the house is without its message.
    #[must_use]
    pub fn get(&self, id: &str, args: &[(&str, Value<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else { return id.to_owned() };
        let args: Option<FluentArgs<'_>> = (!args.is_empty()).then(|| args.iter().cloned().collect());
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args.as_ref(), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "message {id}: {errors:?}");
        text
    }

    /// The messages that are ours, each with how it is written.
    fn messages(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        messages(self.lang).filter(|(id, _)| !self.own.contains(id))
    }

    /// The messages that need no arguments, with their ids.
    pub(super) fn without_arguments(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.messages().filter(|(_, written)| !written.contains('$')).map(|(id, _)| (id, self.get(id, &[])))
    }

    /// The messages that need arguments and say the same whatever these are, with the names of the arguments.
    pub(super) fn with_arguments(&self) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
        // Only what chooses has an arrow.
        let plain = self.messages().filter(|(_, written)| written.contains('$') && !written.contains("->"));
        plain.map(|(id, written)| {
            let end = |name: &str| name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(name.len());
            let mut names: Vec<&str> = written.split('$').skip(1).map(|name| &name[..end(name)]).collect();
            names.sort_unstable();
            names.dedup();
            (id, names)
        })
    }

    /// A point in time that the model gives as RFC 3339 in UTC, with the month in words: `21 November 2026, 12:03:02.550`.
    /// What does not have that form comes back as it is.
    #[must_use]
    pub fn moment(&self, text: &str) -> String {
        self.try_moment(text).unwrap_or_else(|| text.to_owned())
    }

    /// A day or month of a source or of a person's words, `2026-11-23` or `2026-11`, in words; anything else as it is.
    pub fn day(&self, text: &str) -> String {
        self.try_day(text).unwrap_or_else(|| text.to_owned())
    }

    fn try_day(&self, text: &str) -> Option<String> {
        let parts: Vec<&str> = text.split('-').collect();
        let (&year, &month) = (parts.first()?, parts.get(1)?);
        let is_number = |text: &&&str| text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
        if parts.iter().filter(is_number).count() != parts.len() || year.len() != 4 || parts.len() > 3 {
            return None;
        }
        let number: u16 = month.parse().ok().filter(|month| (1..=12).contains(month))?;
        let month = self.get(&format!("month-{number}"), &[]);
        let Some(day) = parts.get(2) else { return Some(format!("{month} {year}")) };
        let day: u16 = day.parse().ok()?;
        Some(self.get("day-month", &[("day", day.to_string().into()), ("month", month.into()), ("year", year.to_owned().into())]))
    }

    fn try_moment(&self, text: &str) -> Option<String> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let day = self.try_day(date).filter(|_| date.split('-').count() == 3)?;
        time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.')).then_some(())?;
        let time = if self.lang == Lang::Nl { time.replace('.', ",") } else { time.to_owned() };
        Some(format!("{day}, {time}"))
    }

    /// A lifetime as rules write it (`90 d`, `2 years`, `session`), in words. What does not have that form comes back as it is.
    #[must_use]
    pub fn lifetime(&self, text: &str) -> String {
        if text == "session" {
            return self.get("life-session", &[]);
        }
        match text.split_once(' ') {
            Some((count, unit @ ("s" | "min" | "h" | "d" | "months" | "years"))) => match count.parse::<u32>() {
                Ok(count) => self.get(&format!("life-{unit}"), &[("n", count.into())]),
                Err(_) => text.to_owned(),
            },
            _ => text.to_owned(),
        }
    }
}

const fn source(lang: Lang) -> &'static str {
    match lang {
        Lang::Nl => NL,
        Lang::En => EN,
    }
}

/// Every message of a language: its id, and how it is written. A message begins at the beginning of a line, its further lines stand further in, and
/// no message is made of others; tests hold that it is so.
fn messages(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut rest = source(lang);
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let goes_on = |&(at, _): &(usize, &str)| rest[at + 1..].starts_with([' ', '}']);
            let end = rest.match_indices('\n').find(|line| !goes_on(line)).map_or(rest.len(), |(at, _)| at + 1);
            let (written, behind) = rest.split_at(end);
            rest = behind;
            if let Some(message) = written.split_once(" =").filter(|_| written.starts_with(|c: char| c.is_ascii_alphabetic())) {
                return Some(message);
            }
        }
        None
    })
}

/// Writes numbers in messages; leaves everything else to Fluent.
fn number(lang: Lang, value: &Value<'_>) -> Option<String> {
    match value {
        // Counts stay far below 2^53, where every whole number has its own float.
        Value::Number(FluentNumber { value, .. }) if value.fract() == 0.0 => Some(lang.integer(*value as i128)),
        Value::Number(FluentNumber { value, .. }) => Some(lang.decimal(&value.to_string())),
        _ => None,
    }
}

#[cfg(test)]
mod claims;
#[cfg(test)]
mod tests;
