//! Lists of aliases: hosts of one site that are another name (CNAME) of somebody else's host, and the hosts that are known to be behind such names.
//! Reads AdGuard's lists as JSON, as domains, as rules and in the form of a hosts file. Asks no name server.

use hashbrown::HashMap;
use serde_json::value::RawValue;

use super::tally::{Tally, quoted};
use super::text::{host_name, lines, with_parents};
use super::{ListError, ListInfo, ListKind, ListPlace, MOST_RULES, json};

/// Lines at the beginning of a text in which its title is looked for.
const HEADER_LINES: usize = 40;

/// A list of aliases.
pub struct AliasList {
    /// What is known of it.
    pub info: ListInfo,
    items: Vec<Item>,
    disguised: HashMap<Box<str>, u32>,
    behind: HashMap<Box<str>, u32>,
}

struct Item {
    listed: Box<str>,
    target: Option<Box<str>>,
    /// Index among the names of companies.
    company: Option<Box<str>>,
    place: ListPlace,
}

/// What a list says of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AliasMatch<'l> {
    /// The host as listed: the one that was asked for, or a parent of it.
    pub listed: &'l str,
    /// The host of which it is another name, where the list says so.
    pub target: Option<&'l str>,
    /// The company to which the list assigns it.
    pub company: Option<&'l str>,
    /// Where it stands.
    pub place: &'l ListPlace,
}

impl AliasList {
    /// Reads a list. A text of host names lists those that are behind others if its title says that they are the original ones, and names in
    /// disguise if it does not.
    ///
    /// # Errors
    ///
    /// The bytes are none of the forms, or nothing in them can be used.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, ListError> {
        let info = ListInfo::of(name, ListKind::Aliases, bytes)?;
        let mut list = Self { info, items: Vec::new(), disguised: HashMap::new(), behind: HashMap::new() };
        let mut tally = Tally::default();
        let text = std::str::from_utf8(bytes)
            .map_err(|error| ListError::aliases(format!("it is not UTF-8 text after byte {}", error.valid_up_to())))?;
        if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
            let raw = json::document(bytes).map_err(ListError::aliases)?;
            list.pairs(raw, &mut tally);
        } else {
            list.hosts(text, &mut tally);
        }
        if list.items.is_empty() {
            return Err(ListError::aliases("it holds no host name".to_owned()));
        }
        tally.into(&mut list.info);
        Ok(list)
    }

    /// What the list says of `host` as a name in disguise: that very host (lower case, A-labels, no trailing dot) is listed as another name of a
    /// target.
    #[must_use]
    pub fn disguised(&self, host: &str) -> Option<AliasMatch<'_>> {
        self.disguised.get(host).map(|&item| self.found(item))
    }

    /// What the list says of `host` as the end of a chain of names: the host or a parent of it is listed as one that others are names of. In a list
    /// of pairs this is one of the targets; `listed` is then the first name in disguise that has it.
    #[must_use]
    pub fn behind(&self, host: &str) -> Option<AliasMatch<'_>> {
        with_parents(host).find_map(|host| self.behind.get(host)).map(|&item| self.found(item))
    }

    fn found(&self, item: u32) -> AliasMatch<'_> {
        let Item { listed, target, company, place } = &self.items[item as usize];
        AliasMatch { listed, target: target.as_deref(), company: company.as_deref(), place }
    }

    fn pairs(&mut self, raw: &RawValue, tally: &mut Tally) {
        json::members(raw, |host, target| {
            let place = ListPlace::Pointer(format!("/{}", json::step(&host)));
            let names = host_name(&host).zip(json::text(target).and_then(|target| host_name(&target)));
            let Some((host, target)) = names else { return tally.reject(|| place, || "is no pair of host names".to_owned()) };
            if !tally.room(MOST_RULES) {
                return tally.reject(|| place, || "the list has more pairs than are read".to_owned());
            }
            tally.rules += 1;
            let item = self.items.len() as u32;
            self.disguised.entry_ref(&*host).or_insert(item);
            self.behind.entry_ref(&*target).or_insert(item);
            self.items.push(Item { listed: host.into(), target: Some(target.into()), company: None, place });
        });
    }

    fn hosts(&mut self, text: &str, tally: &mut Tally) {
        let comment = |line: &str| line.strip_prefix(['#', '!']).map(|rest| rest.trim().to_owned());
        let head: Vec<String> = text.trim_start_matches('\u{feff}').lines().take(HEADER_LINES).filter_map(comment).collect();
        let field = |key: &str| head.iter().find_map(|line| line.strip_prefix(key)).map(|value| value.trim().to_owned());
        self.info.title = field("Title:");
        self.info.version = field("TimeUpdated:").or_else(|| field("Last modified:"));
        let original = self.info.title.as_ref().is_some_and(|title| title.to_lowercase().contains("original"));
        let mut company: Option<Box<str>> = None;
        for (number, line) in lines(text) {
            let place = ListPlace::Line(number);
            let line = match line {
                Ok(line) => line.trim(),
                Err(length) => {
                    tally.reject(|| place, || format!("the line has {length} bytes"));
                    continue;
                }
            };
            if let Some(said) = comment(line) {
                let named = said.strip_prefix("Company name:").or_else(|| said.strip_prefix("Company:"));
                company = named.map(|name| name.trim().into()).or(company);
                continue;
            }
            let line = line.split_once('#').map_or(line, |(line, _)| line).trim();
            if line.is_empty() {
                continue;
            }
            // `host`, `0.0.0.0 host` (hosts file), `||host^` (rule), `host CNAME .` (response policy zone).
            let rule = line.strip_prefix("||").and_then(|line| line.strip_suffix('^'));
            let mut words = rule.unwrap_or(line).split_ascii_whitespace();
            let host = match (words.next(), words.next(), words.next(), words.next()) {
                (Some(host), None, ..) => Some(host),
                (Some(address), Some(host), None, _) if address.parse::<std::net::IpAddr>().is_ok() => Some(host),
                (Some(host), Some("CNAME"), Some("."), None) => Some(host.trim_start_matches("*.")),
                _ => None,
            };
            let Some(host) = host.and_then(host_name) else {
                tally.reject(|| place, || format!("{} names no host", quoted(line)));
                continue;
            };
            if !tally.room(MOST_RULES) {
                tally.reject(|| place, || "the list has more hosts than are read".to_owned());
                continue;
            }
            tally.rules += 1;
            let item = self.items.len() as u32;
            let map = if original { &mut self.behind } else { &mut self.disguised };
            map.entry_ref(&*host).or_insert(item);
            self.items.push(Item { listed: host.into(), target: None, company: company.clone(), place });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs() {
        let list = AliasList::read("x", br#"{"data.shop.example":"R1.tracker.example.","bad":1,"b.shop.example":"r1.tracker.example"}"#)
            .expect("reads");
        assert_eq!((list.info.rules, list.info.rejected), (2, 1));
        let found = list.disguised("data.shop.example").expect("listed");
        assert_eq!((found.target, found.place), (Some("r1.tracker.example"), &ListPlace::Pointer("/data.shop.example".to_owned())));
        assert!(list.disguised("www.data.shop.example").is_none(), "only the host itself is another name");
        assert_eq!(list.behind("r1.tracker.example").map(|found| found.listed), Some("data.shop.example"));
        assert!(list.behind("tracker.example").is_none());
    }

    #[test]
    fn texts() {
        let text = "# Title: CNAME original trackers list\n# TimeUpdated: 2025-01-13\n#\n# Company: Own\nbehind.example\nnot a host\n";
        let list = AliasList::read("x", text.as_bytes()).expect("reads");
        assert_eq!((list.info.rules, list.info.rejected, list.info.version.as_deref()), (1, 1, Some("2025-01-13")));
        let found = list.behind("a.behind.example").expect("listed");
        assert_eq!((found.listed, found.company, found.place), ("behind.example", Some("Own"), &ListPlace::Line(5)));
        assert!(list.disguised("behind.example").is_none());
        for line in ["0.0.0.0 a.shop.example # why", "||a.shop.example^", "*.a.shop.example CNAME .", "a.shop.example"] {
            let list = AliasList::read("x", format!("! Company name: Own\n{line}\n").as_bytes()).expect(line);
            assert_eq!(list.disguised("a.shop.example").expect(line).company, Some("Own"));
        }
    }

    #[test]
    fn what_is_none() {
        for bytes in [&b""[..], b"{}", b"{\"a\":[]}", b"[]", b"{", b"\xff", b"# only\n", b"{\"a.b\":{\"c\":1}}"] {
            assert!(AliasList::read("x", bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
        }
    }
}
