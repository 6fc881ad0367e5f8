//! The three forms of the Open Cookie Database: CSV, JSON (platform → cookies) and the knowledge base of the EDPB's tool. Each becomes the same rows.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::json;
use super::tally::Tally;
use super::text::{LONGEST_LINE, host_name};
use super::{CookieRow, ListPlace, MOST_RULES};

/// The name of the cookie in the head of the CSV, by which the form is known.
pub(super) const NAME_COLUMN: &str = "Cookie / Data Key name";

/// Bytes of a name; browsers refuse longer ones together with their values (RFC 6265bis §5.6).
const LONGEST_NAME: usize = 4096;

/// What was read.
#[derive(Default)]
pub(super) struct Read {
    pub(super) rows: Vec<CookieRow>,
    pub(super) tally: Tally,
    pub(super) title: Option<String>,
}

impl Read {
    /// Takes a row, or says why not.
    fn take(&mut self, place: ListPlace, wildcard: bool, mut field: impl FnMut(&str) -> String) {
        let mut name = field("name");
        let mut wildcard = wildcard;
        // A few rows write the wildcard as a star, whatever their column says.
        if let Some(beginning) = name.strip_suffix('*') {
            (name, wildcard) = (beginning.to_owned(), true);
        }
        let trimmed = name.trim();
        let reason = match trimmed.len() {
            0 => Some("the row names no cookie"),
            length if length > LONGEST_NAME => Some("the name of the cookie has more than 4,096 bytes"),
            _ if !self.tally.room(MOST_RULES) => Some("the list has more rows than are read"),
            _ => None,
        };
        if let Some(reason) = reason {
            return self.tally.reject(|| place, || reason.to_owned());
        }
        let name = trimmed.to_owned();
        let domain = field("domain");
        let hosts = hosts_in(&domain);
        // Prose that names no domain is about every site; a domain that cannot be read is about one that nobody knows.
        if hosts.is_empty() && domain.split_whitespace().any(|word| word.trim_matches(['.', ',', ';', ')']).contains('.')) {
            return self.tally.reject(|| place, || format!("the domain {:?} cannot be read", domain.chars().take(80).collect::<String>()));
        }
        self.tally.rules += 1;
        self.rows.push(CookieRow {
            name,
            wildcard,
            hosts,
            domain: domain.trim().to_owned(),
            service: field("service"),
            category: field("category"),
            description: field("description"),
            retention: field("retention"),
            controller: field("controller"),
            place,
        });
    }

    /// Reads the CSV form.
    pub(super) fn csv(bytes: &[u8]) -> Result<Self, String> {
        let mut read = Self { title: Some("Open Cookie Database".to_owned()), ..Self::default() };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let head = reader.headers().map_err(|error| format!("its head cannot be read: {error}"))?.clone();
        let column = |name: &str| head.iter().position(|column| column.trim_start_matches('\u{feff}').trim() == name);
        let columns = [
            ("name", column(NAME_COLUMN)),
            ("domain", column("Domain")),
            ("service", column("Platform")),
            ("category", column("Category")),
            ("description", column("Description")),
            ("retention", column("Retention period")),
            ("controller", column("Data Controller")),
        ];
        let wildcard = column("Wildcard match");
        if columns[0].1.is_none() {
            return Err(format!("its head has no column {NAME_COLUMN:?}"));
        }
        let mut record = csv::ByteRecord::new();
        loop {
            let before = reader.position().line();
            match reader.read_byte_record(&mut record) {
                Ok(false) => return Ok(read),
                Ok(true) => {}
                Err(error) => {
                    read.tally.reject(|| ListPlace::Line(before), || format!("the rest cannot be read: {error}"));
                    return Ok(read);
                }
            }
            let place = ListPlace::Line(record.position().map_or(before, csv::Position::line));
            if record.as_slice().len() > LONGEST_LINE {
                read.tally.reject(|| place, || format!("the row has more than {LONGEST_LINE} bytes"));
                continue;
            }
            let Ok(text) = csv::StringRecord::from_byte_record(record.clone()) else {
                read.tally.reject(|| place, || "the row is not UTF-8 text".to_owned());
                continue;
            };
            let marked = wildcard.and_then(|at| text.get(at)).is_some_and(|mark| mark.trim() == "1");
            read.take(place, marked, |field| {
                let at = columns.iter().find(|(name, _)| *name == field).and_then(|(_, at)| *at);
                at.and_then(|at| text.get(at)).unwrap_or_default().to_owned()
            });
        }
    }

    /// Reads either JSON form.
    pub(super) fn json(raw: &RawValue) -> Result<Self, String> {
        let mut read = Self::default();
        let bases = json::elements(raw, |index, base| read.knowledge_base(index, base));
        if !bases {
            read.title = Some("Open Cookie Database".to_owned());
            let platforms = json::members(raw, |platform, cookies| {
                let pointer = format!("/{}", json::step(&platform));
                let list = json::elements(cookies, |index, cookie| read.cookie(&platform, format!("{pointer}/{index}"), cookie));
                if !list {
                    read.tally.reject(|| ListPlace::Pointer(pointer), || "is no list of cookies".to_owned());
                }
            });
            if !platforms {
                return Err("it is neither an object of platforms nor a list of knowledge bases".to_owned());
            }
        }
        Ok(read)
    }

    fn cookie(&mut self, platform: &str, pointer: String, raw: &RawValue) {
        let place = ListPlace::Pointer(pointer);
        let record = match json::record(raw) {
            Ok(record) if record.is_object() => record,
            Ok(_) => return self.tally.reject(|| place, || "is no object".to_owned()),
            Err(reason) => return self.tally.reject(|| place, || reason),
        };
        let wildcard = matches!(&*plain(&record["wildcardMatch"]), "1" | "true");
        self.take(place, wildcard, |field| match field {
            "service" => platform.to_owned(),
            "name" => plain(&record["cookie"]).into_owned(),
            "retention" => plain(&record["retentionPeriod"]).into_owned(),
            "controller" => plain(&record["dataController"]).into_owned(),
            other => plain(&record[other]).into_owned(),
        });
    }

    fn knowledge_base(&mut self, index: usize, base: &RawValue) {
        let mut list = None;
        let object = json::members(base, |name, value| match &*name {
            "name" => self.title = self.title.take().or_else(|| json::text(value).map(Cow::into_owned)),
            "knowledges" => list = Some(value),
            _ => {}
        });
        let pointer = format!("/{index}/knowledges");
        let read = list.is_some_and(|list| {
            json::elements(list, |item, raw| {
                let place = ListPlace::Pointer(format!("{pointer}/{item}"));
                match json::record(raw) {
                    Ok(record) if plain(&record["kind"]) == "cookie" => self.take(place, false, |field| match field {
                        "service" => plain(&record["source"]).into_owned(),
                        "description" => plain(&record["comment"]).into_owned(),
                        // This form says nothing of how long a cookie is kept.
                        "retention" => String::new(),
                        other => plain(&record[other]).into_owned(),
                    }),
                    Ok(_) => self.tally.reject(|| place, || "is no knowledge of the kind cookie".to_owned()),
                    Err(reason) => self.tally.reject(|| place, || reason),
                }
            })
        });
        if !object || !read {
            self.tally.reject(|| ListPlace::Pointer(format!("/{index}")), || "holds no list of knowledges".to_owned());
        }
    }
}

/// A text, number or truth value as text; anything else is empty.
fn plain(value: &serde_json::Value) -> Cow<'_, str> {
    match value {
        serde_json::Value::String(text) => Cow::Borrowed(text),
        serde_json::Value::Number(number) => Cow::Owned(number.to_string()),
        serde_json::Value::Bool(truth) => Cow::Owned(truth.to_string()),
        _ => Cow::Borrowed(""),
    }
}

/// The host names in what a row says of the domain, which may be prose: `.bing.com (3rd party) or .microsoft.com (3rd party)`.
fn hosts_in(domain: &str) -> Vec<String> {
    let words = domain.split(|sign: char| sign.is_whitespace() || ",;/()".contains(sign));
    let mut hosts: Vec<String> = words.take(64).filter_map(|word| host_name(word.strip_prefix("*.").unwrap_or(word))).collect();
    hosts.dedup();
    hosts
}
