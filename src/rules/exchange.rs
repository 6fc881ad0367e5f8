//! Our rules about cookies in the forms of others: the CSV of the Open Cookie Database and the knowledge base of the EDPB's website auditing tool.
//! Those forms have one category and one description for each cookie. Our claims stay apart, so each claim with a category is a row of its own, and
//! its description says who claims it.

use serde::Serialize;

use super::file::Certainty;
use super::set::RuleSet;
use super::subject::{Claim, Cookie};
use crate::model::{Digest, Pattern};

/// Columns of the Open Cookie Database.
const COLUMNS: [&str; 10] = [
    "ID",
    "Platform",
    "Category",
    "Cookie / Data Key name",
    "Domain",
    "Description",
    "Retention period",
    "Data Controller",
    "User Privacy & GDPR Rights Portals",
    "Wildcard match",
];

/// A form of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeForm {
    /// The CSV of the Open Cookie Database.
    OpenCookieDatabase,
    /// The knowledge base of the EDPB's website auditing tool.
    Edpb,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub bytes: Vec<u8>,
    /// Rows in it.
    pub rows: u64,
    /// Rules that the form cannot hold, with the reason, in the order of the set.
    pub left_out: Vec<(String, &'static str)>,
}

struct Row {
    id: String,
    platform: String,
    category: &'static str,
    name: String,
    wildcard: bool,
    domain: String,
    description: String,
    retention: String,
    controller: String,
    reference: String,
    updated: String,
}

#[derive(Serialize)]
struct Knowledge<'a> {
    updated_at: &'a str,
    created_at: &'a str,
    kind: &'static str,
    domain: &'a str,
    name: &'a str,
    category: String,
    source: &'a str,
    controller: &'a str,
    date: &'static str,
    policy: &'a str,
    reference: &'a str,
    comment: &'a str,
}

#[derive(Serialize)]
struct KnowledgeBase<'a> {
    name: &'static str,
    author: &'static str,
    category: &'static str,
    knowledges: Vec<Knowledge<'a>>,
    created_at: &'a str,
}

impl RuleSet {
    /// Our rules about cookies in a form of others.
    #[must_use]
    pub fn export_cookies(&self, form: ExchangeForm) -> Exported {
        let mut left_out = Vec::new();
        let mut rows = Vec::new();
        for cookie in &self.cookies {
            let Some((name, wildcard)) = name_of(&cookie.name) else {
                left_out.push((cookie.id.clone(), "its name is a pattern that the form does not have"));
                continue;
            };
            if wildcard && form == ExchangeForm::Edpb {
                left_out.push((cookie.id.clone(), "the form has no sign for the beginning of a name"));
                continue;
            }
            let before = rows.len();
            for (number, claim) in cookie.claims.iter().enumerate() {
                let Some(category) = claim.category.and_then(|category| word_of(&self.categories[category].id)) else { continue };
                for domain in cookie.domains.clone().unwrap_or_else(|| vec![String::new()]) {
                    rows.push(self.row(cookie, (number, claim), category, (&name, wildcard), domain));
                }
            }
            if rows.len() == before {
                left_out.push((cookie.id.clone(), "no source names a category that the form has"));
            }
        }
        let bytes = match form {
            ExchangeForm::OpenCookieDatabase => csv_of(&rows),
            ExchangeForm::Edpb => json_of(&rows),
        };
        Exported { bytes, rows: rows.len() as u64, left_out }
    }

    fn row(
        &self,
        cookie: &Cookie,
        (number, claim): (usize, &Claim),
        category: &'static str,
        (name, wildcard): (&str, bool),
        domain: String,
    ) -> Row {
        let source = &self.sources[claim.source];
        let owner = cookie.owner.map(|owner| self.owners[owner].name.clone()).unwrap_or_default();
        let purpose = claim.purpose.as_ref().map(|purpose| format!("{} ", purpose.en)).unwrap_or_default();
        let certainty = match claim.certainty {
            Certainty::Stated => "",
            Certainty::Derived => ", derived",
            Certainty::Unverified => ", not checked against a source",
        };
        Row {
            id: uuid(&format!("{} {number} {domain}", cookie.id)),
            platform: if owner.is_empty() { self.files[cookie.place.file].id.clone() } else { owner.clone() },
            category,
            name: name.to_owned(),
            wildcard,
            domain,
            description: format!(
                "{purpose}({}: {}, {}, {}{certainty}; rule {})",
                claim.who, source.title, source.publisher, source.date, cookie.id
            ),
            retention: claim.lifetime.as_deref().map(retention).unwrap_or_default(),
            controller: owner,
            reference: source.reference.clone(),
            updated: format!("{}T00:00:00.000Z", self.files[cookie.place.file].version),
        }
    }
}

/// The name, and whether all names that begin so are meant. `None`: neither of the two.
fn name_of(pattern: &Pattern) -> Option<(String, bool)> {
    if let Some(exact) = pattern.exact() {
        return Some((exact.to_owned(), false));
    }
    let pieces: Vec<&str> = pattern.pieces().collect();
    match pieces[..] {
        [beginning, ""] if !beginning.is_empty() => Some((beginning.to_owned(), true)),
        _ => None,
    }
}

/// Our categories in the words of the Open Cookie Database.
fn word_of(category: &str) -> Option<&'static str> {
    Some(match category {
        "strictly-necessary" => "Necessary",
        "functional" | "content-delivery" => "Functional",
        "security" => "Security",
        "analytics" | "diagnostic" => "Analytics",
        "marketing" => "Marketing",
        _ => return None,
    })
}

/// `90 d` → `90 days`.
fn retention(lifetime: &str) -> String {
    match lifetime.split_once(' ') {
        Some((count, unit)) => {
            let unit = match unit {
                "s" => "second",
                "min" => "minute",
                "h" => "hour",
                "d" => "day",
                unit => unit.trim_end_matches('s'),
            };
            format!("{count} {unit}{}", if count == "1" { "" } else { "s" })
        }
        None => lifetime.to_owned(),
    }
}

/// A name-based UUID (RFC 9562 section 5.8, version 8): the same row has the same one in every export.
fn uuid(name: &str) -> String {
    let mut bytes = Digest::of(name.as_bytes()).0;
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits: String = bytes[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

fn csv_of(rows: &[Row]) -> Vec<u8> {
    let mut out = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = out.write_record(COLUMNS);
    for row in rows {
        let wildcard = if row.wildcard { "1" } else { "0" };
        let values: [&str; 10] = [
            &row.id,
            &row.platform,
            row.category,
            &row.name,
            &row.domain,
            &row.description,
            &row.retention,
            &row.controller,
            &row.reference,
            wildcard,
        ];
        let _ = out.write_record(values);
    }
    out.into_inner().unwrap_or_default()
}

fn json_of(rows: &[Row]) -> Vec<u8> {
    let newest = rows.iter().map(|row| row.updated.as_str()).max().unwrap_or_default();
    let knowledges = rows.iter().map(|row| Knowledge {
        updated_at: &row.updated,
        created_at: &row.updated,
        kind: "cookie",
        domain: &row.domain,
        name: &row.name,
        category: row.category.to_lowercase(),
        source: &row.platform,
        controller: &row.controller,
        date: "",
        policy: &row.reference,
        reference: &row.id,
        comment: &row.description,
    });
    let base = KnowledgeBase {
        name: "dataspoor cookie rules",
        author: "dataspoor",
        category: "cookie",
        knowledges: knowledges.collect(),
        created_at: newest,
    };
    serde_json::to_vec_pretty(&[base]).unwrap_or_default()
}
