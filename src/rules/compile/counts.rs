//! Names under which something is counted in a line of `replay --json`: that no name is taken, and that one name counts one kind of thing.
//! Counting is not done here.

use toml::Spanned;

use super::{Compiler, File};

/// The other members of a line of `replay --json` (docs/replay-json.md). A counter stands among them under its own name, and a member
/// that is there twice is read as either of the two.
const TAKEN_BY_COUNTS: &[&str] = &[
    "annex",
    "auditee_requests",
    "bytes",
    "capture",
    "entries",
    "error",
    "flows",
    "gaps",
    "hostless_entries",
    "hosts",
    "page",
    "page_basis",
    "page_overruled",
    "planted",
    "registrable_domains",
    "request_cookie_by_name",
    "requests_by_domain",
    "set_cookie_by_domain",
    "set_cookie_count",
    "sha256",
    "simulated",
    "third_party_requests",
];

/// What is counted under a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// Requests to a set of domains (`[[counter]]`).
    Domains,
    /// Requests that fit an endpoint.
    Requests,
    /// Requests by the value of a field.
    Values,
}

impl Compiler {
    /// The name, if it may be one: several rules may count under one name, but only the same kind of thing.
    pub(super) fn count(&mut self, file: &File<'_>, name: Option<&Spanned<String>>, counted: Counted) -> Option<String> {
        let name = name?;
        let text = name.get_ref();
        if TAKEN_BY_COUNTS.contains(&text.as_str()) {
            let message = format!("{text:?} is the name of another count in `replay --json`");
            let hint = "choose a name that docs/replay-json.md does not use, such as \"meta_requests\"";
            self.mistake(file, name, message, hint);
        }
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        // What may be the name of a counter is older than this check, and left as it is.
        if counted != Counted::Domains && (!text.starts_with(|first: char| first.is_ascii_lowercase()) || !text.bytes().all(letters)) {
            let hint = "write lower-case letters, digits and '_', such as \"pixel_ids\"";
            self.mistake(file, name, format!("{text:?} is no name of a count"), hint);
        }
        if *self.counted.entry(text.clone()).or_insert(counted) != counted {
            let hint = "count requests to domains, requests to endpoints and values of fields each under names of their own";
            self.mistake(file, name, format!("another kind of thing is counted under the name {text:?} already"), hint);
        }
        Some(text.clone())
    }
}
