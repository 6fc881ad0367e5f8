//! A plan to begin with, as text for `case.toml`: it holds as it is, and its comments say what else can stand there.

use crate::model::UrlParts;

const EXAMPLE: &str = include_str!("example.toml");

/// The example for a Page: its own address, and the start page of its site as a control.
#[must_use]
pub fn example(page: &str) -> String {
    let parts = UrlParts::of(page);
    let start = format!("{}/", &page[..parts.path.start]);
    let quoted = |url: &str| toml::Value::String(url.to_owned()).to_string();
    // The start first: an address may hold anything, a site no braces.
    EXAMPLE.replacen("{start}", &quoted(&start), 1).replacen("{page}", &quoted(page), 1)
}
