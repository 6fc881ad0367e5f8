//! Databases of cookies: rows that say what a cookie of a name is for. Reads the Open Cookie Database as CSV, as its JSON and in the form of the
//! EDPB's tool. Repeats what a row says in its own words and translates nothing.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use super::cookie_form::Read;
use super::text::with_parents;
use super::{ListError, ListInfo, ListKind, ListPlace, json};

/// A database of cookies.
pub struct CookieList {
    /// What is known of it.
    pub info: ListInfo,
    rows: Vec<CookieRow>,
    exact: HashMap<Box<str>, Vec<u32>>,
    beginnings: HashMap<Box<str>, Vec<u32>>,
    /// Lengths of the beginnings, so that a look-up asks once for each and not once for each row.
    lengths: BTreeSet<usize>,
}

/// A row, in the words of the list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CookieRow {
    /// Name of the cookie, or its beginning where `wildcard` is set.
    pub name: String,
    /// Whether every cookie whose name begins so is meant.
    pub wildcard: bool,
    /// The domain as the list writes it, which may be prose; empty: none named.
    pub domain: String,
    /// The host names in it, in the form in which hosts are looked up.
    pub hosts: Vec<String>,
    /// Service or product to which the row assigns the cookie; empty: none named.
    pub service: String,
    /// Category, in the word of the list; empty: none named.
    pub category: String,
    /// What the cookie is for; empty: not said.
    pub description: String,
    /// How long it is kept; empty: not said.
    pub retention: String,
    /// Who controls the data; empty: not said.
    pub controller: String,
    /// Where the row stands.
    pub place: ListPlace,
}

/// How many rows are given for one cookie, the best fitting first. The Open Cookie Database has at most a handful for a name; a list with thousands
/// would fill every annex.
const MOST_ROWS: usize = 50;

/// How well a row fits the domain of a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DomainFit {
    /// The row names the domain of the cookie or a parent of it.
    Named,
    /// The row names no domain that can be looked up: it is about every cookie of that name, whoever sets it.
    Unnamed,
}

/// A row that fits a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieMatch<'l> {
    /// Its index in [`CookieList::rows`].
    pub index: usize,
    /// The row.
    pub row: &'l CookieRow,
    /// How well its domain fits.
    pub fit: DomainFit,
}

impl CookieList {
    /// Reads a database.
    ///
    /// # Errors
    ///
    /// The bytes are none of the three forms, or no row can be used.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, ListError> {
        let info = ListInfo::of(name, ListKind::Cookies, bytes)?;
        let json = bytes
            .trim_ascii_start()
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(bytes)
            .trim_ascii_start()
            .first()
            .is_some_and(|&byte| b"[{".contains(&byte));
        let read = if json { json::document(bytes).and_then(Read::json) } else { Read::csv(bytes) };
        let Read { rows, tally, title } = read.map_err(ListError::cookies)?;
        if rows.is_empty() {
            return Err(ListError::cookies("it holds no row that names a cookie".to_owned()));
        }
        let mut list =
            Self { info: ListInfo { title, ..info }, exact: HashMap::new(), beginnings: HashMap::new(), lengths: BTreeSet::new(), rows };
        tally.into(&mut list.info);
        for (row, index) in list.rows.iter().zip(0_u32..) {
            let map = if row.wildcard { &mut list.beginnings } else { &mut list.exact };
            map.entry_ref(&*row.name).or_default().push(index);
            if row.wildcard {
                list.lengths.insert(row.name.len());
            }
        }
        Ok(list)
    }

    /// The rows that fit a cookie, those that name its domain first, then in the order of the list. `domain`: host or Domain attribute, without
    /// leading dot, in lower case.
    #[must_use]
    pub fn look_up(&self, cookie: &str, domain: &str) -> Vec<CookieMatch<'_>> {
        let mut found: Vec<u32> = self.exact.get(cookie).into_iter().flatten().copied().collect();
        for &length in self.lengths.range(..=cookie.len()) {
            found.extend(cookie.get(..length).and_then(|beginning| self.beginnings.get(beginning)).into_iter().flatten());
        }
        let fits = |index: u32| {
            let row = &self.rows[index as usize];
            let fit = if row.hosts.is_empty() {
                DomainFit::Unnamed
            } else if with_parents(domain).any(|parent| row.hosts.iter().any(|host| host == parent)) {
                DomainFit::Named
            } else {
                return None;
            };
            Some((fit, index, CookieMatch { index: index as usize, row, fit }))
        };
        let mut matches: Vec<_> = found.into_iter().filter_map(fits).collect();
        matches.sort_by_key(|(fit, index, _)| (*fit, *index));
        matches.into_iter().take(MOST_ROWS).map(|(_, _, row)| row).collect()
    }

    /// All rows, in the order of the list.
    #[must_use]
    pub fn rows(&self) -> &[CookieRow] {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,User Privacy & GDPR Rights Portals,Wildcard match\n\
        1,Facebook,Marketing,fr,facebook.com (3rd party),\"Own words, over\ntwo lines\",90 days,Meta,,0\n\
        2,Any,Analytics,_ga_,,Counts,2 years,,,1\n\
        3,Bing,Marketing,MUID,.bing.com (3rd party) or .microsoft.com (3rd party),x,1 year,Microsoft,,0\n\
        4,None,Marketing,,,,,,,0\n\
        5,Star,Analytics,SSPR_*,,x,,,,0\n";

    #[test]
    fn rows_of_the_csv_by_name_and_domain() {
        let list = CookieList::read("ocd", CSV.as_bytes()).expect("reads");
        assert_eq!((list.info.rules, list.info.rejected), (4, 1));
        assert_eq!(list.info.rejections[0].place, ListPlace::Line(6), "a row over two lines counts as two");
        assert_eq!(list.info.title.as_deref(), Some("Open Cookie Database"));
        let fr = list.look_up("fr", "www.facebook.com");
        assert_eq!((fr.len(), fr[0].fit, &*fr[0].row.category, &*fr[0].row.retention), (1, DomainFit::Named, "Marketing", "90 days"));
        assert_eq!(fr[0].row.place, ListPlace::Line(2));
        assert!(list.look_up("fr", "example.nl").is_empty(), "another domain");
        assert_eq!(list.look_up("_ga_ABC", "example.nl")[0].fit, DomainFit::Unnamed);
        assert!(list.look_up("_ga", "example.nl").is_empty());
        assert_eq!(list.look_up("MUID", "c.microsoft.com").len(), 1);
        assert_eq!(list.look_up("SSPR_1", "x.nl").len(), 1);
        assert!(list.look_up("é", "x.nl").is_empty());
    }

    #[test]
    fn the_json_forms() {
        let own = r#"{"Facebook":[{"id":"1","category":"Marketing","cookie":"fr","domain":"facebook.com","description":"d","retentionPeriod":"90 days","dataController":"Meta","privacyLink":"","wildcardMatch":"0"},7],"Any/x":[{"category":"Analytics","cookie":"_ga_","domain":"","wildcardMatch":"1"}],"No":1}"#;
        let list = CookieList::read("x", own.as_bytes()).expect("reads");
        assert_eq!((list.info.rules, list.info.rejected), (2, 2));
        assert_eq!(list.look_up("fr", "facebook.com")[0].row.place, ListPlace::Pointer("/Facebook/0".to_owned()));
        assert_eq!(list.look_up("_ga_1", "a.nl")[0].row.place, ListPlace::Pointer("/Any~1x/0".to_owned()));
        let edpb = r#"[{"name":"A base","author":"x","category":"cookie","knowledges":[{"kind":"cookie","domain":"facebook.com","name":"fr","category":"marketing","source":"Facebook","controller":"Meta","comment":"d"},{"kind":"localstorage","name":"x"}]}]"#;
        let list = CookieList::read("x", edpb.as_bytes()).expect("reads");
        assert_eq!((list.info.rules, list.info.rejected, list.info.title.as_deref()), (1, 1, Some("A base")));
        let row = list.look_up("fr", "facebook.com")[0].row;
        assert_eq!((&*row.service, &*row.description, &*row.retention), ("Facebook", "d", ""));
        assert_eq!(row.place, ListPlace::Pointer("/0/knowledges/0".to_owned()));
    }

    #[test]
    fn what_is_none() {
        for bytes in [&b""[..], b"a,b\n1,2\n", b"{}", b"[]", b"[1]", b"{\"a\":1}", b"\xff\xfe", b"[\"", b"{\"a\":[{\"cookie\":7e999}]}"] {
            assert!(CookieList::read("x", bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_row_of_ten_megabytes_is_rejected() {
        let text = format!("{CSV}6,x,Marketing,big,,{},,,,0\n7,x,Marketing,small,,,,,,0\n", "x".repeat(10 << 20));
        let list = CookieList::read("x", text.as_bytes()).expect("reads");
        assert_eq!((list.info.rules, list.info.rejected), (5, 2));
    }
}
