//! Databases of cookies: rows that say what a cookie of a name is for. Reads the Open Cookie Database as CSV, as its JSON and in the form of the
//! EDPB's tool. Repeats what a row says in its own words and translates nothing.

use super::{ListError, ListInfo, ListPlace};

/// A database of cookies.
pub struct CookieList {
    /// What is known of it.
    pub info: ListInfo,
    rows: Vec<CookieRow>,
}

/// A row, in the words of the list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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

/// How well a row fits the domain of a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DomainFit {
    /// The row names the domain of the cookie or a parent of it.
    Named,
    /// The row names no domain: it is about every cookie of that name, whoever sets it.
    Unnamed,
}

/// A row that fits a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieMatch<'l> {
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
        let _ = (name, bytes);
        Err(ListError("not read yet".to_owned()))
    }

    /// The rows that fit a cookie, those that name its domain first, then in the order of the list. `domain`: host or Domain attribute, without
    /// leading dot, in lower case.
    #[must_use]
    pub fn look_up(&self, cookie: &str, domain: &str) -> Vec<CookieMatch<'_>> {
        let _ = (cookie, domain, &self.rows);
        Vec::new()
    }

    /// All rows, in the order of the list.
    #[must_use]
    pub fn rows(&self) -> &[CookieRow] {
        &self.rows
    }
}
