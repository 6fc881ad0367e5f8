//! The normal forms of a planted value: how sites and ad platforms write it before they send, encode or digest it. Each has a name, so that a
//! finding can say of what a digest was taken. Knows no encodings and no digests, and guesses no country but the Netherlands.
//!
//! Sources: Meta, "Customer information parameters" of the Conversions API (trimmed, lower case; names without punctuation; telephone numbers as digits
//! with country code and without leading zeros; dates YYYYMMDD; postal codes without spaces); Google Ads API, "Enhanced conversions" (telephone numbers
//! E.164 with a plus; no dots before the @ of gmail.com and googlemail.com); Unified ID 2.0, "Normalization and encoding" (at gmail.com neither dots nor
//! what follows a plus); Microsoft Advertising, "Enhanced conversions" (neither, at any domain). All seen in November 2026.

use super::{Seed, SeedKind, SeedNote};

/// Normal form that ignores the case of ASCII letters; what other forms are exact about falls to it last.
pub(super) const ANY_CASE: &str = "any-case";

/// The value as typed, which every seed has.
pub(super) const AS_TYPED: &str = "as-typed";

/// Names and texts of the normal forms of a seed, the plainest first and none twice, with what could not be made of it.
pub(super) fn normal_forms(seed: &Seed) -> (Vec<(&'static str, String)>, Vec<SeedNote>) {
    let mut forms = Forms::default();
    let typed = seed.value.trim();
    let lower = typed.to_lowercase();
    forms.add(AS_TYPED, typed);
    forms.add("lower-case", &lower);
    let mut notes = Vec::new();
    match seed.kind {
        SeedKind::Email => email(&mut forms, &lower),
        SeedKind::Phone => {
            if !phone(&mut forms, typed) {
                notes.push(SeedNote::NoCountryCode);
            }
        }
        SeedKind::Name => name(&mut forms, typed, &lower),
        SeedKind::Date => match Date::read(typed) {
            Some(date) => date.add_to(&mut forms),
            None => notes.push(SeedNote::NoDate),
        },
        SeedKind::Number => forms.add("digits", &digits(typed)),
        SeedKind::Address => address(&mut forms, &lower),
        SeedKind::Text => forms.add("without-spaces", &without(&lower, char::is_whitespace)),
    }
    (forms.0, notes)
}

#[derive(Default)]
struct Forms(Vec<(&'static str, String)>);

impl Forms {
    fn add(&mut self, name: &'static str, text: &str) {
        if !text.is_empty() && self.0.iter().all(|(_, known)| known != text) {
            self.0.push((name, text.to_owned()));
        }
    }
}

fn without(text: &str, drop: impl Fn(char) -> bool) -> String {
    text.chars().filter(|&char| !drop(char)).collect()
}

fn digits(text: &str) -> String {
    without(text, |char| !char.is_ascii_digit())
}

fn is_punctuation(char: char) -> bool {
    !char.is_alphanumeric() && !char.is_whitespace()
}

fn email(forms: &mut Forms, lower: &str) {
    let Some((local, domain)) = lower.rsplit_once('@') else { return };
    let untagged = local.split('+').next().unwrap_or_default();
    if matches!(domain, "gmail.com" | "googlemail.com") {
        forms.add("gmail-without-dots", &format!("{}@{domain}", without(local, |char| char == '.')));
        forms.add("gmail-without-dots-and-tag", &format!("{}@{domain}", without(untagged, |char| char == '.')));
    }
    forms.add("without-dots-and-tag", &format!("{}@{domain}", without(untagged, |char| char == '.')));
    forms.add("before-the-at", local);
}

/// Adds the forms of a telephone number. Gives whether its country is known: one that begins with a single zero is read as Dutch.
fn phone(forms: &mut Forms, typed: &str) -> bool {
    // In "+31 (0)6 …" the zero in brackets is dialled at home only.
    let plain = digits(&typed.replace("(0)", ""));
    let international = if typed.starts_with('+') { Some(plain.as_str()) } else { plain.strip_prefix("00") };
    let full = match (international, plain.strip_prefix('0')) {
        (Some(full), _) => full.to_owned(),
        (None, Some(rest)) => format!("31{rest}"),
        (None, None) => {
            forms.add("digits", &plain);
            return false;
        }
    };
    forms.add("digits-with-country-code", &full);
    forms.add("e164", &format!("+{full}"));
    forms.add("digits-after-00", &format!("00{full}"));
    if let Some(subscriber) = full.strip_prefix("31") {
        forms.add("national", &format!("0{subscriber}"));
        forms.add("national-without-zero", subscriber);
    }
    true
}

fn name(forms: &mut Forms, typed: &str, lower: &str) {
    let bare = without(lower, is_punctuation);
    let bare = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    forms.add("without-punctuation", &bare);
    forms.add("without-punctuation-and-spaces", &without(&bare, char::is_whitespace));
    for (names, text) in [
        (["first-word-as-typed", "after-first-word-as-typed", "last-word-as-typed"], typed),
        (["first-word", "after-first-word", "last-word"], bare.as_str()),
    ] {
        if let Some((first, rest)) = text.split_once(char::is_whitespace) {
            forms.add(names[0], first);
            forms.add(names[1], rest.trim());
            forms.add(names[2], rest.rsplit(char::is_whitespace).next().unwrap_or_default());
        }
    }
}

fn address(forms: &mut Forms, lower: &str) {
    let bare = without(lower, is_punctuation).split_whitespace().collect::<Vec<_>>().join(" ");
    forms.add("without-punctuation", &bare);
    forms.add("without-punctuation-and-spaces", &without(&bare, char::is_whitespace));
    for part in lower.split(',') {
        forms.add("part-between-commas", part.trim());
        forms.add("part-without-punctuation-and-spaces", &without(part, |char| !char.is_alphanumeric()));
    }
    // A Dutch postal code: four digits, of which the first is not 0, and two letters.
    let words: Vec<&str> = bare.split(' ').collect();
    let four = |text: &str| text.len() == 4 && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    let two = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase());
    for (index, word) in words.iter().enumerate() {
        let next = words.get(index + 1).copied().unwrap_or_default();
        let (number, letters) = if word.len() == 6 && word.is_ascii() { word.split_at(4) } else { (*word, next) };
        if four(number) && two(letters) {
            forms.add("postal-code", &format!("{number}{letters}"));
            forms.add("postal-code-with-space", &format!("{number} {letters}"));
        }
    }
}

/// A day in the calendar.
struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Year first or, as is usual in the Netherlands, the day first; eight digits are read with the year first.
    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(|char: char| !char.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
        let (year, month, day) = match parts[..] {
            [year, month, day] if year.len() == 4 => (year, month, day),
            [day, month, year] if year.len() == 4 => (year, month, day),
            [all] if all.len() == 8 => (&all[..4], &all[4..6], &all[6..]),
            _ => return None,
        };
        let date = Self { year: year.parse().ok()?, month: month.parse().ok()?, day: day.parse().ok()? };
        ((1..=12).contains(&date.month) && (1..=31).contains(&date.day)).then_some(date)
    }

    fn add_to(&self, forms: &mut Forms) {
        let Self { year, month, day } = self;
        forms.add("yyyymmdd", &format!("{year:04}{month:02}{day:02}"));
        forms.add("yyyy-mm-dd", &format!("{year:04}-{month:02}-{day:02}"));
        forms.add("dd-mm-yyyy", &format!("{day:02}-{month:02}-{year:04}"));
        forms.add("dd/mm/yyyy", &format!("{day:02}/{month:02}/{year:04}"));
        forms.add("dd.mm.yyyy", &format!("{day:02}.{month:02}.{year:04}"));
        forms.add("mm/dd/yyyy", &format!("{month:02}/{day:02}/{year:04}"));
        forms.add("yyyy/mm/dd", &format!("{year:04}/{month:02}/{day:02}"));
        forms.add("ddmmyyyy", &format!("{day:02}{month:02}{year:04}"));
        forms.add("mmddyyyy", &format!("{month:02}{day:02}{year:04}"));
        forms.add("d-m-yyyy", &format!("{day}-{month}-{year:04}"));
        forms.add("d/m/yyyy", &format!("{day}/{month}/{year:04}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(kind: SeedKind, value: &str) -> Vec<(&'static str, String)> {
        normal_forms(&Seed { id: "seed-1".to_owned(), kind, label: String::new(), value: value.to_owned() }).0
    }

    fn is(kind: SeedKind, value: &str, expected: &[(&str, &str)]) {
        let found = forms(kind, value);
        let found: Vec<(&str, &str)> = found.iter().map(|(name, text)| (*name, text.as_str())).collect();
        assert_eq!(found, expected, "{value}");
    }

    #[test]
    fn addresses_of_mail() {
        is(
            SeedKind::Email,
            " Jan.Visser+Town@Example.nl\n",
            &[
                ("as-typed", "Jan.Visser+Town@Example.nl"),
                ("lower-case", "jan.visser+town@example.nl"),
                ("without-dots-and-tag", "janvisser@example.nl"),
                ("before-the-at", "jan.visser+town"),
            ],
        );
        // The example of Unified ID 2.0.
        is(
            SeedKind::Email,
            "jane.saoirse+work@gmail.com",
            &[
                ("as-typed", "jane.saoirse+work@gmail.com"),
                ("gmail-without-dots", "janesaoirse+work@gmail.com"),
                ("gmail-without-dots-and-tag", "janesaoirse@gmail.com"),
                ("before-the-at", "jane.saoirse+work"),
            ],
        );
        is(SeedKind::Email, "no address", &[("as-typed", "no address")]);
    }

    #[test]
    fn telephone_numbers() {
        let same = [
            ("digits-with-country-code", "31612345678"),
            ("e164", "+31612345678"),
            ("digits-after-00", "0031612345678"),
            ("national", "0612345678"),
            ("national-without-zero", "612345678"),
        ];
        for typed in ["06-12345678", "+31 6 12345678", "+31 (0)6 1234 5678", "0031 6 12 34 56 78"] {
            let mut expected = vec![("as-typed", typed)];
            expected.extend(same);
            is(SeedKind::Phone, typed, &expected);
        }
        is(
            SeedKind::Phone,
            "+1 (234) 567-8901",
            &[
                ("as-typed", "+1 (234) 567-8901"),
                ("digits-with-country-code", "12345678901"),
                ("e164", "+12345678901"),
                ("digits-after-00", "0012345678901"),
            ],
        );
        let seed = Seed { id: String::new(), kind: SeedKind::Phone, label: String::new(), value: "234 567 8901".to_owned() };
        assert_eq!(normal_forms(&seed).1, [SeedNote::NoCountryCode]);
    }

    #[test]
    fn names() {
        is(
            SeedKind::Name,
            "Anne-Fleur van der Öster",
            &[
                ("as-typed", "Anne-Fleur van der Öster"),
                ("lower-case", "anne-fleur van der öster"),
                ("without-punctuation", "annefleur van der öster"),
                ("without-punctuation-and-spaces", "annefleurvanderöster"),
                ("first-word-as-typed", "Anne-Fleur"),
                ("after-first-word-as-typed", "van der Öster"),
                ("last-word-as-typed", "Öster"),
                ("first-word", "annefleur"),
                ("after-first-word", "van der öster"),
                ("last-word", "öster"),
            ],
        );
    }

    #[test]
    fn dates() {
        let expected = [
            ("yyyymmdd", "19900203"),
            ("yyyy-mm-dd", "1990-02-03"),
            ("dd-mm-yyyy", "03-02-1990"),
            ("dd/mm/yyyy", "03/02/1990"),
            ("dd.mm.yyyy", "03.02.1990"),
            ("mm/dd/yyyy", "02/03/1990"),
            ("yyyy/mm/dd", "1990/02/03"),
            ("ddmmyyyy", "03021990"),
            ("mmddyyyy", "02031990"),
            ("d-m-yyyy", "3-2-1990"),
            ("d/m/yyyy", "3/2/1990"),
        ];
        for typed in ["1990-02-03", "3-2-1990", "03/02/1990", "19900203", "3.2.1990"] {
            let found = forms(SeedKind::Date, typed);
            for (name, text) in expected {
                assert!(found.iter().any(|form| form.1 == text && (form.0 == name || form.0 == AS_TYPED)), "{typed}: {name}");
            }
        }
        let seed = Seed { id: String::new(), kind: SeedKind::Date, label: String::new(), value: "1990-13-03".to_owned() };
        assert_eq!(normal_forms(&seed), (vec![("as-typed", "1990-13-03".to_owned())], vec![SeedNote::NoDate]));
    }

    #[test]
    fn postal_addresses_numbers_and_texts() {
        is(
            SeedKind::Address,
            "Korte Voorhout 7, 2511 CW Den Haag",
            &[
                ("as-typed", "Korte Voorhout 7, 2511 CW Den Haag"),
                ("lower-case", "korte voorhout 7, 2511 cw den haag"),
                ("without-punctuation", "korte voorhout 7 2511 cw den haag"),
                ("without-punctuation-and-spaces", "kortevoorhout72511cwdenhaag"),
                ("part-between-commas", "korte voorhout 7"),
                ("part-without-punctuation-and-spaces", "kortevoorhout7"),
                ("part-between-commas", "2511 cw den haag"),
                ("part-without-punctuation-and-spaces", "2511cwdenhaag"),
                ("postal-code", "2511cw"),
                ("postal-code-with-space", "2511 cw"),
            ],
        );
        is(SeedKind::Number, "1234.56.789", &[("as-typed", "1234.56.789"), ("digits", "123456789")]);
        is(
            SeedKind::Text,
            "Zeldzame Zoekterm",
            &[("as-typed", "Zeldzame Zoekterm"), ("lower-case", "zeldzame zoekterm"), ("without-spaces", "zeldzamezoekterm")],
        );
    }
}
