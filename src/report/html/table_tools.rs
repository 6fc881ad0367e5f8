//! Filtering and sorting, for readers who let the one script of the page run. Without it nothing is missing: the page shows every row in the order of the file,
//! and an empty place before each table, of no height.
//!
//! The policy of the page then names the digest of that script (Content Security Policy Level 3, 8.3), so that a browser runs no other.

use std::fmt::Write as _;
use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minijinja::value::Value as Cell;
use sha2::{Digest as _, Sha256};

use super::page_check::POLICY;
use super::words::Words;

const SCRIPT: &str = include_str!("../annex.js");

/// Tables of fewer rows are seen at a glance.
const ENOUGH: usize = 10;

/// What the script says, by the names under which it asks for it.
const WORDS: [(&str, &str); 8] = [
    ("open", "tools-open"),
    ("filter", "tools-filter"),
    ("sort", "tools-sort"),
    ("filed", "tools-as-filed"),
    ("back", "tools-back"),
    ("whole", "tools-whole"),
    ("more", "tools-more"),
    ("told", "tools-told"),
];

/// Where a browser runs scripts, the place of the button is kept free from the beginning, so that nothing moves when it comes. What a reader left out stays said
/// on paper.
const CSS: &str = "
.tools, .controls { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: end }
.tools { margin: 1.5rem 0 .75rem; font-size: .875rem }
.tools + .region > table { scroll-margin-top: 4rem }
.controls { flex-basis: 100% }
.controls[hidden], .whole[hidden], .more[hidden], .part[hidden], .data tr[hidden] { display: none }
.controls label { display: grid; gap: .15rem; font-weight: 600; max-width: 100% }
.controls .back { display: flex; align-items: center; gap: .4rem; min-height: 2.25rem }
.controls input[type=search], .controls select { font: inherit; font-weight: 400; min-height: 2.25rem; width: 14rem; max-width: 100%; padding: .25rem .5rem; color: var(--ink, #1b1f24); background: #fff; border: 1px solid #6b7785; border-radius: 2px }
.controls select { width: auto; min-width: 14rem; max-width: min(100%, 34rem) }
.controls input[type=checkbox] { width: 1.25rem; height: 1.25rem; margin: 0 }
@media screen and (max-width: 36rem) { .controls label:not(.back) { width: 100% } .controls input[type=search], .controls select { width: 100%; max-width: none } }
.tools button, .more { font: inherit; font-weight: 600; min-height: 2.25rem; padding: .25rem .75rem; color: var(--blue, #154273); background: #fff; border: 1px solid var(--blue, #154273); border-radius: 2px; cursor: pointer }
.tools .open[aria-expanded=true] { color: #fff; background: var(--blue, #154273) }
.data tr:focus-visible { outline-offset: -3px }
.more { margin: 0 0 1.5rem; font-size: .875rem }
.told { flex: 0 0 100%; margin: 0 }
.told:not(:empty) { border-left: 4px solid var(--blue, #154273); background: var(--pale, #f2f5f9); padding: .5rem 1rem }
table[data-changed] .part-of { display: none }
@media (scripting: enabled) { .tools { min-height: 2.25rem } }
@media print { .tools { min-height: 0; margin: 0 } .tools .open, .controls, .whole, .more { display: none } }
";

/// The policy of a page with the script.
pub(super) static POLICY_WITH_SCRIPT: LazyLock<String> =
    LazyLock::new(|| format!("{POLICY}; script-src 'sha256-{}'", STANDARD.encode(Sha256::digest(SCRIPT.as_bytes()))));

/// The page with a place for tools before each table of some length, and with the script. A page without such tables, or one put together otherwise by a house's
/// own template, stays as it is.
pub(super) fn with_table_tools(page: String, words: &Words) -> String {
    let Some((head, body)) = page.split_once("</head>") else { return page };
    let Some((body, end)) = body.rsplit_once("</body>") else { return page };
    if head.matches(POLICY).count() != 1 {
        return page;
    }
    let mut out = String::with_capacity(page.len() + 2 * SCRIPT.len());
    out.push_str(&head.replacen(POLICY, &POLICY_WITH_SCRIPT, 1));
    let _ = write!(out, "<style>{CSS}</style>\n</head>");
    let (mut rest, mut any) = (body, false);
    while let Some(at) = rest.find(REGION) {
        let end = rest[at + REGION.len()..].find(REGION).map_or(rest.len(), |end| at + REGION.len() + end);
        out.push_str(&rest[..at]);
        if let Some(name) = sortable(&rest[at..end]) {
            let _ = writeln!(out, "<div class=\"tools\" data-for=\"{name}\"></div>");
            any = true;
        }
        out.push_str(&rest[at..end]);
        rest = &rest[end..];
    }
    if !any {
        return page;
    }
    out.push_str(rest);
    out.push_str("<div id=\"table-words\" hidden");
    for (name, id) in WORDS {
        // The script puts the numbers in.
        let place = |name: &'static str| (name, Cell::from_safe_string(format!("{{{name}}}")));
        let said = words.message(id, &[place("found"), place("all"), place("shown")]);
        let _ = write!(out, " data-{name}=\"{said}\"");
    }
    let _ = write!(out, "></div>\n<script>{SCRIPT}</script>\n</body>{end}");
    out
}

const REGION: &str = "<div class=\"region\"";

/// The name of the table in a part of the page that can be scrolled, if its rows can be told apart and there are enough of them.
fn sortable(region: &str) -> Option<&str> {
    let table = region[REGION.len()..].split_once('>')?.1.trim_start();
    let table = table.split_once("</table>")?.0;
    let (tag, inside) = table.strip_prefix("<table")?.split_once('>')?;
    let (name, _) = tag.split_once(" id=\"")?.1.split_once('"')?;
    let body = inside.split_once("<tbody")?.1;
    // What sources say of a row stands in a row of its own below it.
    let rows = body.split("<tr").skip(1).filter(|row| row.split('>').next().is_some_and(|tag| !tag.contains("class=\"said\""))).count();
    let plain = tag.contains("class=\"data") && inside.trim_start().starts_with("<caption id=\"") && !table.contains("rowspan");
    let safe = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (plain && safe && (rows >= ENOUGH || tag.contains("data-parts"))).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::super::press::press;
    use super::*;
    use crate::report::text::Lang;

    /// A page with a table of so many rows, each with a row of what sources say.
    fn page(rows: usize, tag: &str) -> String {
        let rows: String =
            (1..=rows).map(|nr| format!("<tr id=\"t1-r{nr}\"><td>{nr}</td></tr><tr class=\"said\"><td>x</td></tr>")).collect();
        format!(
            "<head><meta content=\"{POLICY}\"></head><body>\n{REGION} role=\"region\">\n<table{tag}>\n<caption id=\"t1-cap\">c</caption><thead><tr><th>Nr.</th></tr></thead>\
             <tbody>{rows}</tbody></table></div>\n</body>\n</html>\n"
        )
    }

    fn made(page: &str) -> String {
        with_table_tools(page.to_owned(), &press(Lang::Nl, None).expect("templates").words)
    }

    #[test]
    fn tables_of_some_length_get_tools_and_the_page_its_script() {
        let made = made(&page(ENOUGH, " id=\"t1\" class=\"data\""));
        assert_eq!(made.matches("<div class=\"tools\" data-for=\"t1\"></div>\n<div class=\"region\"").count(), 1, "{made}");
        assert_eq!((made.matches("<script>").count(), made.matches(&*POLICY_WITH_SCRIPT).count()), (1, 1));
        assert!(
            made.contains(" data-told=\"Rijen die voldoen") && made.contains("{found} van {all}") && made.contains("getoond: {shown}."),
            "{made}"
        );
        assert!(
            made.contains(&page(ENOUGH, " id=\"t1\" class=\"data\"").split("<table").nth(1).expect("a table")[..200]),
            "nothing else changes"
        );
        assert!(made.ends_with("</script>\n</body>\n</html>\n"));
    }

    #[test]
    fn other_pages_stay_as_they_are() {
        for page in [
            page(ENOUGH - 1, " id=\"t1\" class=\"data\""),
            page(50, " class=\"data\""),
            page(50, " id=\"t1\" class=\"facts\""),
            page(50, " id=\"t1\" class=\"data\"").replace("<td>7", "<td rowspan=\"2\">7"),
            page(50, " id=\"t1\" class=\"data\"").replace(" id=\"t1-cap\"", ""),
            page(50, " id=\"t1\" class=\"data\"").replace(POLICY, "default-src *"),
            page(50, " id=\"t1\" class=\"data\"").replace("</body>", ""),
            page(50, " id=\"t1&quot;\" class=\"data\""),
            String::new(),
        ] {
            assert_eq!(made(&page), page);
        }
    }

    #[test]
    fn the_script_holds_nothing_that_ends_it() {
        assert!(!SCRIPT.contains("</") && !SCRIPT.contains("<!--") && !SCRIPT.contains("innerHTML") && !SCRIPT.contains("eval"));
        assert!(["fetch", "XMLHttp", "sendBeacon", "localStorage", "cookie", "import"].iter().all(|name| !SCRIPT.contains(name)));
    }
}
