//! The words of an annex: messages in Dutch and English, and numbers and days as each language writes them.
//!
//! Every form of the annex takes its words from here, so that a lawyer who compares the page with a table file reads the same sentence twice.

use std::{fmt, str::FromStr};

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
    include_str!("locale/planted.nl.ftl")
);
const EN: &str = concat!(
    include_str!("locale/en.ftl"),
    include_str!("locale/explain.en.ftl"),
    include_str!("locale/fields.en.ftl"),
    include_str!("locale/linkage.en.ftl"),
    include_str!("locale/attribution.en.ftl"),
    include_str!("locale/planted.en.ftl")
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
        let source = if lang == Lang::Nl { NL } else { EN };
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
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self { lang, bundle }
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

    /// A point in time that the model gives as RFC 3339 in UTC, with the month in words: `21 November 2026, 12:03:02.550`.
    /// What does not have that form comes back as it is.
    #[must_use]
    pub fn moment(&self, text: &str) -> String {
        self.try_moment(text).unwrap_or_else(|| text.to_owned())
    }

    fn try_moment(&self, text: &str) -> Option<String> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let [year, month, day]: [&str; 3] = date.split('-').collect::<Vec<_>>().try_into().ok()?;
        let (year, month, day): (u16, u8, u8) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        let month = (1..=12).contains(&month).then(|| self.get(&format!("month-{month}"), &[]))?;
        let args = [("day", day.to_string().into()), ("month", month.into()), ("year", year.to_string().into())];
        time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.')).then_some(())?;
        let time = if self.lang == Lang::Nl { time.replace('.', ",") } else { time.to_owned() };
        Some(format!("{}, {time}", self.get("day-month", &args)))
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
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::lifetime_rows::Difference;
    use super::*;
    use crate::analysis::TrailKind;
    use crate::analysis::attribution::{Actor, Confidence, MentionKind, PageBasis, TriggerKind, Way};
    use crate::analysis::planted::{Phase, SeedKind, SeedNote};
    use crate::decode::{DecodeAnomaly, FieldPlace};
    use crate::model::GapKind;
    use crate::site::{Says, Scope};

    const TEMPLATE: &str = include_str!("annex.html.j2");
    const VISIT: &str = include_str!("annex_visit.html.j2");
    const RECIPIENTS: &str = include_str!("annex_recipients.html.j2");
    const LIFETIMES: &str = include_str!("annex_lifetimes.html.j2");
    const FIELDS: &str = concat!(include_str!("annex_fields.html.j2"), include_str!("annex_sent.html.j2"));
    const CELLS_OF_FIELDS: &str = include_str!("html/fields.rs");
    const LINKAGE: &str = concat!(
        include_str!("annex_linkage.html.j2"),
        include_str!("linkage.html.j2"),
        include_str!("annex_attribution.html.j2"),
        include_str!("annex_planted.html.j2")
    );
    const LINKAGE_CELLS: &str = include_str!("html/linkage.rs");
    const PROGRAM: &str = include_str!("html.rs");
    const PICTURE: &str = include_str!("html/picture.rs");
    const CELLS: &str = include_str!("html/recipients.rs");

    /// Every message of a file with the variables it mentions.
    fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::<String, BTreeSet<String>>::new();
        let mut current = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            if !line.starts_with([' ', '}']) {
                current = line.split(" =").next().expect("an id").to_owned();
                assert!(found.insert(current.clone(), BTreeSet::new()).is_none(), "{current} stands twice");
            }
            for after in line.split('$').skip(1) {
                let name = after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                found.get_mut(&current).expect("a message").insert(name);
            }
        }
        found
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let (nl, en) = (messages(NL), messages(EN));
        assert_eq!(nl, en);
        for source in [NL, EN] {
            assert!(FluentResource::try_new(source.to_owned()).is_ok(), "a file has a fault");
        }
        for lang in [Lang::Nl, Lang::En] {
            let texts = Texts::of(lang);
            for (id, variables) in &nl {
                for count in [0_u64, 1, 2, 12_345] {
                    let args: Vec<_> = variables.iter().map(|name| (name.as_str(), Value::from(count))).collect();
                    let text = texts.get(id, &args);
                    assert!(texts.has(id) && !text.trim().is_empty() && !text.contains(['$', '{', '\u{2068}']), "{lang} {id}: {text}");
                }
            }
        }
    }

    #[test]
    fn every_id_that_is_used_exists() {
        let known = messages(NL);
        let mut used: Vec<String> = Vec::new();
        let templates = [TEMPLATE, RECIPIENTS, VISIT, LIFETIMES, FIELDS, LINKAGE].concat();
        for (source, mark) in [
            (&*templates, "t('"),
            (&*templates, "'col-"),
            (&*templates, ", 'c-"),
            (PROGRAM, "say(\""),
            (CELLS, "say(\""),
            (CELLS_OF_FIELDS, "message(\""),
            (LINKAGE_CELLS, "say(\""),
            (LINKAGE_CELLS, "message(\""),
            (LINKAGE_CELLS, "\"col-"),
            (PICTURE, "say(\""),
            (EXPLAIN, "limit(\""),
            (EXPLAIN, "get(\""),
        ] {
            let start =
                mark.trim_start_matches([',', ' ']).trim_start_matches(['t', '(', 's', 'a', 'y', 'g', 'e', 'l', 'i', 'm', '\'', '"']);
            for after in source.split(mark).skip(1) {
                used.push(format!("{start}{}", after.split(['\'', '"']).next().expect("an id")));
            }
        }
        // Those that end in '-' are put together with an identifier of the model; all of these are listed here.
        let mut put_together: BTreeMap<&str, Vec<&str>> = BTreeMap::from([
            ("relation-", vec!["same-site", "same-owner", "other-owner", "owner-not-established", "page-not-established"]),
            ("position-", vec!["auditee", "platform", "platform-affiliate", "other", "browser", "not-established"]),
            ("basis-", vec!["operator", "page-title", "later-page-title", "first-document", "referers", "first-entry", "none"]),
            ("by-", vec!["vendor", "independent", "authority", "own"]),
            ("certainty-", vec!["stated", "derived", "unverified"]),
            ("input-", vec!["rules", "filter", "cookies", "trackers", "aliases", "suffixes", "addresses"]),
            ("alias-basis-", vec!["recorded-names", "list-of-hosts"]),
            ("alias-known-", vec!["host", "name", "tracker"]),
            ("said-", vec!["operator", "script", "request", "traffic"]),
            ("event-", vec!["stretch", "first-request", "opened", "navigated", "page", "note", "choice", "first-to-site", "last-request"]),
            ("seen-first-", vec!["before", "transition", "after"]),
            ("state-", vec!["none", "before", "transition", "after"]),
            ("scope-", Scope::ALL.map(Scope::id).to_vec()),
            ("says-", Says::ALL.map(Says::id).to_vec()),
            ("trail-", TrailKind::ALL.map(TrailKind::id).into_iter().chain(["linked-value"]).collect()),
            ("origin-", vec!["set-cookie", "cookie-list", "sent-only"]),
            ("urls-", vec!["masked", "full"]),
            ("m-values-", vec!["recording", "session", "case"]),
            ("life-", vec!["session", "s", "min", "h", "d", "months", "years"]),
        ]);
        put_together.insert("attr-sure-", Confidence::ALL.map(Confidence::id).to_vec());
        put_together.insert("attr-trigger-", TriggerKind::ALL.map(TriggerKind::id).to_vec());
        put_together.insert("attr-actor-", Actor::ALL.map(Actor::id).to_vec());
        put_together.insert("attr-way-", Way::ALL.map(Way::id).to_vec());
        put_together.insert("attr-basis-", PageBasis::ALL.map(PageBasis::id).to_vec());
        put_together.insert("attr-mention-", MentionKind::ALL.map(MentionKind::id).to_vec());
        put_together.insert("planted-kind-", SeedKind::ALL.map(SeedKind::id).to_vec());
        put_together.insert("planted-phase-", Phase::ALL.map(Phase::id).to_vec());
        put_together.insert(
            "planted-did-",
            vec![
                "as-typed",
                "lower-case",
                "any-case",
                "digits",
                "without-spaces",
                "gmail-without-dots",
                "gmail-without-dots-and-tag",
                "without-dots-and-tag",
                "before-the-at",
                "digits-with-country-code",
                "e164",
                "digits-after-00",
                "national",
                "national-without-zero",
                "without-punctuation",
                "without-punctuation-and-spaces",
                "first-word-as-typed",
                "after-first-word-as-typed",
                "last-word-as-typed",
                "first-word",
                "after-first-word",
                "last-word",
                "part-between-commas",
                "part-without-punctuation-and-spaces",
                "postal-code",
                "postal-code-with-space",
                "base16",
                "percent",
                "html-entity",
                "json-escape",
                "decimal",
                "sha256",
                "md5",
                "sha1",
                "sha512",
                "sha224",
                "sha384",
                "sha3-224",
                "sha3-256",
                "sha3-384",
                "sha3-512",
                "md2",
                "md4",
                "ripemd160",
                "whirlpool",
                "murmur3-32",
                "murmur3-128",
                "base64",
                "base64url",
                "base32",
                "base58",
                "lz-string",
                "gzip",
                "deflate",
            ],
        );
        let notes = [SeedNote::ShortValue, SeedNote::TooShort(1), SeedNote::TooMany(1), SeedNote::NoCountryCode, SeedNote::NoDate];
        put_together.insert("planted-note-", notes.map(SeedNote::id).to_vec());
        put_together.insert("policy-", vec!["allowed", "blocked", "browser-default", "not-recorded"]);
        put_together.insert("link-carrier-", vec!["cookie", "entity-tag", "decoration", "field"]);
        put_together.insert("link-way-", vec!["request", "referer", "redirect", "answer", "message"]);
        put_together.insert("link-coding-", vec!["percent", "base64", "hex", "md5", "sha1", "sha256"]);
        put_together.insert("link-in-", FieldPlace::ALL.map(FieldPlace::id).to_vec());
        for term in ["lifetime", "length", "constant", "differs", "similarity", "entropy"] {
            used.extend([format!("link-d-{term}"), format!("link-d-{term}-text")]);
        }
        put_together.insert("data-", crate::rules::DATA.to_vec());
        put_together.insert("identifies-", crate::rules::IDENTIFIES.to_vec());
        put_together.insert("personal-type-", crate::rules::PERSONAL_TYPES.to_vec());
        put_together.insert("place-", FieldPlace::ALL.map(FieldPlace::id).to_vec());
        put_together.insert("looks-", crate::observe::SHAPES.to_vec());
        put_together.insert("level-", vec!["host", "endpoint", "parameter", "field"]);
        put_together.insert("ladder-", vec!["host", "endpoint", "parameter", "field"]);
        put_together.insert("share-of-", vec!["recording", "platform"]);
        put_together.insert("subject-", vec!["visitor", "staff", "auditee-site"]);
        put_together.insert("undecoded-", DecodeAnomaly::ALL.map(DecodeAnomaly::id).to_vec());
        put_together.insert("validator-kind-", vec!["etag", "last-modified"]);
        put_together.insert("diff-", Difference::ALL.map(Difference::id).to_vec());
        put_together.insert("fault-", crate::observe::FAULTS.to_vec());
        put_together.insert("cause-", crate::observe::CAUSES.to_vec());
        put_together.insert("gap-", GapKind::ALL.map(GapKind::id).to_vec());
        for (prefix, ids) in put_together {
            used.extend(ids.iter().map(|id| format!("{prefix}{id}")));
        }
        assert!(used.len() > 150, "{} ids found: does the test still see them?", used.len());
        for id in used.iter().filter(|id| !id.ends_with('-')) {
            assert!(known.contains_key(id), "no message {id}");
        }
        // A message that nobody uses is a sentence that nobody checks.
        let all = [
            TEMPLATE,
            RECIPIENTS,
            VISIT,
            LIFETIMES,
            FIELDS,
            LINKAGE,
            LINKAGE_CELLS,
            PROGRAM,
            CELLS,
            CELLS_OF_FIELDS,
            PICTURE,
            EXPLAIN,
            include_str!("text.rs"),
        ]
        .concat();
        for id in known.keys() {
            let prefix = [
                "relation-",
                "position-",
                "basis-",
                "by-",
                "certainty-",
                "input-",
                "alias-basis-",
                "alias-known-",
                "origin-",
                "urls-",
                "m-values-",
                "life-",
                "gap-",
                "month-",
                "fault-",
                "cause-",
                "said-",
                "event-",
                "seen-first-",
                "state-",
                "scope-",
                "says-",
                "trail-",
                "diff-",
                "validator-kind-",
                "data-",
                "identifies-",
                "attr-sure-",
                "attr-trigger-",
                "attr-actor-",
                "attr-way-",
                "attr-basis-",
                "attr-mention-",
                "planted-kind-",
                "planted-phase-",
                "planted-did-",
                "planted-note-",
                "policy-",
                "link-carrier-",
                "link-way-",
                "link-coding-",
                "link-in-",
                "link-d-",
                "personal-type-",
                "place-",
                "looks-",
                "level-",
                "ladder-",
                "share-of-",
                "subject-",
                "undecoded-",
            ]
            .iter()
            .any(|prefix| id.starts_with(prefix));
            assert!(prefix || all.contains(&format!("'{id}'")) || all.contains(&format!("\"{id}\"")), "nobody uses {id}");
        }
    }

    const EXPLAIN: &str = include_str!("explain.rs");

    /// Words that claim more than a recording shows (claims.md) do not stand in any message.
    #[test]
    fn no_words_that_claim_too_much() {
        let banned = [
            "third party",
            "third-party",
            "third parties",
            "derde",
            "derden",
            "personal data",
            "persoonsgegeven",
            "persoonsgegevens",
            "transferred",
            "transfer",
            "doorgifte",
            "doorgegeven",
            "compliant",
            "illegal",
            "onrechtmatig",
            "tracker",
            "tracking",
            "proven",
            "bewezen",
            "received by",
            "ontvangen door",
        ];
        for source in [NL, EN] {
            // One sentence has to name what it denies.
            for line in source.lines().filter(|line| !line.starts_with('#') && !line.starts_with("addresses-limits = ")) {
                let mut text = line.to_lowercase();
                // Headings of the Model DPIA are quoted, and the table under them says who calls something so.
                if text.starts_with("model-dpia-") {
                    text = text.replace("persoonsgegeven", "").replace("personal data", "");
                }
                let text = format!(" {} ", text.replace(|c: char| !c.is_alphanumeric() && c != '-', " "));
                for word in banned {
                    assert!(!text.contains(&format!(" {word} ")), "“{word}” in: {line}");
                }
            }
        }
    }

    #[test]
    fn numbers_and_days() {
        assert_eq!((Lang::Nl.integer(1_234_567), Lang::En.integer(-1234)), ("1.234.567".to_owned(), "-1,234".to_owned()));
        assert_eq!((Lang::Nl.decimal("399.9"), Lang::En.decimal("3650.0")), ("399,9".to_owned(), "3,650".to_owned()));
        assert_eq!((Lang::Nl.decimal("-0.5"), Lang::Nl.decimal("1e3"), Lang::Nl.decimal("")), ("-0,5".into(), "1e3".into(), String::new()));
        let texts = Texts::of(Lang::Nl);
        assert_eq!(texts.get("requests-n", &[("n", 1234_u64.into())]), "1.234 verzoeken");
        assert_eq!(texts.get("requests-n", &[("n", 1_u64.into())]), "1 verzoek");
        assert_eq!(texts.moment("2026-03-09T12:03:02.550Z"), "9 maart 2026, 12:03:02,550");
        assert_eq!((texts.moment("2026-13-09T12:03Z"), texts.moment("<x>")), ("2026-13-09T12:03Z".into(), "<x>".into()));
        assert_eq!(
            (texts.lifetime("90 d"), texts.lifetime("1 years"), texts.lifetime("long")),
            ("90 dagen".into(), "1 jaar".into(), "long".into())
        );
        assert_eq!("nl".parse(), Ok(Lang::Nl));
        assert_eq!((Lang::En.to_string(), "fr".parse::<Lang>()), ("en".to_owned(), Err(ParseLangError)));
        assert_eq!(texts.get("no such id", &[]), "no such id");
    }
}
