//! A database of cookies of others as a rule file, so that somebody can take it over, read it and mend it. What a row says becomes a claim of an
//! independent source; nothing is added, and what cannot be taken over is listed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::lists::{CookieList, CookieRow};

/// Who says what a database says, as a rule file has to name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedFrom {
    /// Identifier of the rule file: a-z, 0-9, '-'.
    pub id: String,
    /// Title of the database.
    pub title: String,
    /// Its publisher.
    pub publisher: String,
    /// Where it is found.
    pub reference: String,
    /// Its date.
    pub date: String,
    /// Today: the version of the rule file.
    pub today: String,
}

/// A rule file that was made of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Text of the file.
    pub text: String,
    /// Rules in it.
    pub rules: u64,
    /// Claims in them.
    pub claims: u64,
    /// Words of the database for which there is no category here, or no lifetime, with how often they stand in it.
    pub not_taken: BTreeMap<String, u64>,
}

/// Makes a rule file.
#[must_use]
pub fn rule_file(list: &CookieList, from: &ImportedFrom) -> Imported {
    let mut not_taken: BTreeMap<String, u64> = BTreeMap::new();
    let mut cookies: BTreeMap<(&str, bool, Vec<String>), Vec<&CookieRow>> = BTreeMap::new();
    for row in list.rows() {
        let mut hosts = row.hosts.clone();
        hosts.sort_unstable();
        hosts.dedup();
        cookies.entry((&row.name, row.wildcard, hosts)).or_default().push(row);
    }
    let mut out = format!(
        "# Made from a database of cookies by `dataspoor rules import`; each claim repeats a row of it.\nformat  = 2\nid      = {}\nversion = {}\n\
         title   = {{ en = {}, nl = {} }}\n\n[[source]]\nid        = \"LIST\"\ntitle     = {}\npublisher = {}\nreference = {}\ndate      = {}\n",
        quoted(&from.id),
        quoted(&from.today),
        quoted(&format!("Cookies of {}", from.title)),
        quoted(&format!("Cookies van {}", from.title)),
        quoted(&from.title),
        quoted(&from.publisher),
        quoted(&from.reference),
        quoted(&from.date),
    );
    let mut claims = 0;
    for (number, ((name, wildcard, hosts), rows)) in cookies.iter().enumerate() {
        let word = if *wildcard { "prefix" } else { "exact" };
        // Writing to a String cannot fail.
        let _ = write!(out, "\n[[cookie]]\nid   = \"{}.cookie.{}\"\nname = {}\n", from.id, number + 1, quoted(&format!("{word}:{name}")));
        if !hosts.is_empty() {
            let hosts: Vec<String> = hosts.iter().map(|host| quoted(host)).collect();
            let _ = writeln!(out, "domains = [{}]", hosts.join(", "));
        }
        for row in rows {
            claims += 1;
            let _ = write!(out, "\n  [[cookie.claim]]\n  by        = \"independent\"\n  who       = {}\n", quoted(&from.title));
            match category(&row.category) {
                Some(category) => {
                    let _ = writeln!(out, "  category  = \"{category}\"");
                }
                None if row.category.is_empty() => {}
                None => *not_taken.entry(format!("category {:?}", row.category)).or_default() += 1,
            }
            let said =
                [&row.service, &row.controller, &row.description].into_iter().map(|text| text.trim()).filter(|text| !text.is_empty());
            let said: Vec<&str> = said.collect();
            if !said.is_empty() {
                let said = said.join("; ");
                let _ = writeln!(
                    out,
                    "  purpose   = {{ en = {}, nl = {} }}",
                    quoted(&format!("In the words of the database: “{said}”")),
                    quoted(&format!("In de woorden van de database: “{said}”"))
                );
            }
            match lifetime(&row.retention) {
                Some(lifetime) => {
                    let _ = writeln!(out, "  lifetime  = {}", quoted(&lifetime));
                }
                None if row.retention.trim().is_empty() => {}
                None => *not_taken.entry(format!("retention {:?}", row.retention)).or_default() += 1,
            }
            out.push_str("  source    = \"LIST\"\n  certainty = \"stated\"\n");
        }
    }
    Imported { text: out, rules: cookies.len() as u64, claims, not_taken }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The word of `rules/categories.toml` for a category of the Open Cookie Database.
fn category(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "necessary" | "strictly necessary" => "strictly-necessary",
        "functional" => "functional",
        "security" => "security",
        "analytics" => "analytics",
        "marketing" => "marketing",
        _ => return None,
    })
}

/// `2 years` → `2 years`, `90 days` → `90 d`. `None`: it is said otherwise, and whoever wants it has to read it.
fn lifetime(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    if text == "session" {
        return Some(text);
    }
    let (count, unit) = text.split_once(' ')?;
    let count: u32 = count.parse().ok()?;
    let (count, unit) = match unit.trim_end_matches('s') {
        "second" => (count, "s"),
        "minute" => (count, "min"),
        "hour" => (count, "h"),
        "day" => (count, "d"),
        "week" => (count.checked_mul(7)?, "d"),
        "month" => (count, "months"),
        "year" => (count, "years"),
        _ => return None,
    };
    Some(format!("{count} {unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{BUILTIN, ExchangeForm, RuleSet};

    fn from() -> ImportedFrom {
        ImportedFrom {
            id: "taken".into(),
            title: "A “base”".into(),
            publisher: "P".into(),
            reference: "R".into(),
            date: "2026-01-21".into(),
            today: "2026-11-22".into(),
        }
    }

    #[test]
    fn rows_become_claims() {
        let rows = "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,User Privacy & GDPR Rights Portals,Wildcard match\n\
            1,Facebook,Marketing,fr,facebook.com,\"Says \"\"so\"\"\",90 days,Meta,,0\n2,Other,Personalization,fr,facebook.com,,until I die,,,0\n3,Any,Analytics,_g*a_,,,2 weeks,,,1\n";
        let list = CookieList::read("base", rows.as_bytes()).expect("reads");
        let made = rule_file(&list, &from());
        assert_eq!((made.rules, made.claims), (2, 3));
        let words: Vec<&String> = made.not_taken.keys().collect();
        assert_eq!(words, ["category \"Personalization\"", "retention \"until I die\""]);
        let rules =
            RuleSet::compile(BUILTIN.iter().copied().filter(|(name, _)| *name == "categories.toml").chain([("taken.toml", &*made.text)]));
        let rules = rules.unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{}", made.text));
        let fr = rules.cookies_for("fr", "www.facebook.com");
        let claims = &rules.cookies[fr[0]].claims;
        assert_eq!((fr.len(), claims.len(), claims[0].lifetime.as_deref(), claims[1].category), (1, 2, Some("90 d"), None));
        assert_eq!(claims[0].purpose.as_ref().map(|text| &*text.en), Some("In the words of the database: “Facebook; Meta; Says \"so\"”"));
        assert!(rules.cookies_for("_g*a_1", "x.nl").len() == 1 && rules.cookies_for("_gxa_1", "x.nl").is_empty());
    }

    #[test]
    fn what_we_export_can_be_taken_over_again() {
        let own = RuleSet::compile(BUILTIN.iter().copied()).expect("sound");
        for form in [ExchangeForm::OpenCookieDatabase, ExchangeForm::Edpb] {
            let exported = own.export_cookies(form);
            assert!(exported.rows > 200, "{form:?}: {} rows", exported.rows);
            let list = CookieList::read("own", &exported.bytes).expect("reads");
            assert_eq!((list.info.rules, list.info.rejected), (exported.rows, 0), "{form:?}");
            let made = rule_file(&list, &from());
            let categories = BUILTIN.iter().copied().filter(|(name, _)| *name == "categories.toml");
            let rules = RuleSet::compile(categories.chain([("taken.toml", &*made.text)])).expect("sound");
            // Every claim with a category that the form has comes back.
            let left: Vec<&String> = exported.left_out.iter().map(|(id, _)| id).collect();
            for cookie in own.cookies.iter().filter(|cookie| !left.contains(&&cookie.id)) {
                let name = cookie.name.pieces().next().expect("a name");
                let domain = cookie.domains.as_ref().map_or("any.example", |domains| &*domains[0]);
                let found = rules.cookies_for(name, domain);
                let categories = |claims: &[crate::rules::Claim], set: &RuleSet| {
                    claims.iter().filter_map(|claim| claim.category.map(|at| set.categories[at].id.clone())).collect::<Vec<_>>()
                };
                let taken: Vec<String> = found.iter().flat_map(|&at| categories(&rules.cookies[at].claims, &rules)).collect();
                for wanted in categories(&cookie.claims, &own).iter().filter(|word| category(word).is_some()) {
                    assert!(taken.contains(wanted), "{form:?} {}: {wanted} is not in {taken:?}", cookie.id);
                }
            }
        }
    }
}
