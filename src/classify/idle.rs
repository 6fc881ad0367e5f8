//! What an idle browser was recorded to ask for of its own accord: the set against which the requests of a visit are held. Holds no values, and
//! never says that a request of a visit was not caused by it, only that the like of it was recorded without one.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::UrlParts;

/// Requests that were recorded while nobody did anything: method, host, path with changing segments left open, and the page that is said to
/// have asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdleRequests(BTreeSet<String>);

impl IdleRequests {
    /// The set whose lines were written by [`fmt::Display`]. Lines that are none are left out.
    #[must_use]
    pub fn of_lines(text: &str) -> Self {
        Self(text.lines().filter(|line| line.split(' ').count() == 3).map(str::to_owned).collect())
    }

    /// Adds a request. `asked_from`: host of the page that is said to have asked; empty if none is.
    pub fn insert(&mut self, method: &str, url: &str, asked_from: &str) {
        self.0.extend(line(method, url, asked_from));
    }

    /// Whether the like of a request is in the set: by the same method to the same host and path, said to be asked for by the same page. A
    /// page that asks for what the browser also asks for of its own accord thus does not match.
    #[must_use]
    pub fn contains(&self, method: &str, url: &str, asked_from: &str) -> bool {
        !self.0.is_empty() && line(method, url, asked_from).is_some_and(|line| self.0.contains(&line))
    }

    /// How many different requests there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first `most` of them, so that a text of them stays short.
    #[must_use]
    pub fn first(self, most: usize) -> Self {
        Self(self.0.into_iter().take(most).collect())
    }
}

impl fmt::Display for IdleRequests {
    /// One line for each, in a fixed order.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<&str> = self.0.iter().map(String::as_str).collect();
        out.write_str(&lines.join("\n"))
    }
}

/// A request without its values. `None` for what goes to no host.
fn line(method: &str, url: &str, asked_from: &str) -> Option<String> {
    let parts = UrlParts::of(url);
    let host = parts.host(url)?.host;
    let segments: Vec<&str> = url[parts.path.clone()].split('/').map(|segment| if changes(segment) { "*" } else { segment }).collect();
    let asked_from = if asked_from.is_empty() { "-" } else { asked_from };
    let line = format!("{method} {host}{} {asked_from}", segments.join("/"));
    (line.split(' ').count() == 3).then_some(line)
}

/// Whether a segment of a path looks like a number or an identifier, which differ from one request to the next.
fn changes(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let hexadecimal = segment.len() >= 8 && segment.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    digits >= 6 || (hexadecimal && digits > 0) || (segment.len() >= 24 && digits >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_like_of_a_request_is_found_and_nothing_else() {
        let mut idle = IdleRequests::default();
        idle.insert("POST", "https://accounts.browser.test/ListAccounts?json=1", "www.browser.test");
        idle.insert("GET", "https://update.browser.test/v1/0123456789abcdef/list-2026.crx", "");
        idle.insert("GET", "data:,x", "");
        assert_eq!(idle.len(), 2);
        for (method, url, asked_from, found) in [
            ("POST", "https://accounts.browser.test/ListAccounts?json=2", "www.browser.test", true),
            ("GET", "https://accounts.browser.test/ListAccounts?json=1", "www.browser.test", false),
            // A page that asks for the same is not the browser.
            ("POST", "https://accounts.browser.test/ListAccounts?json=1", "page.test", false),
            ("POST", "https://accounts.browser.test/ListAccounts?json=1", "", false),
            ("GET", "https://update.browser.test/v1/fedcba9876543210/list-2026.crx", "", true),
            ("GET", "https://update.browser.test/v2/fedcba9876543210/list-2026.crx", "", false),
            ("GET", "https://update.browser.test.page.test/v1/fedcba9876543210/list-2026.crx", "", false),
            ("GET", "data:,x", "", false),
        ] {
            assert_eq!(idle.contains(method, url, asked_from), found, "{method} {url} {asked_from}");
        }
        assert_eq!(IdleRequests::of_lines(&idle.to_string()), idle);
        assert_eq!(IdleRequests::of_lines("\nthis line is none at all\nx"), IdleRequests::default());
        assert!(!IdleRequests::default().contains("GET", "https://a.test/", "") && idle.first(1).len() == 1);
    }
}
