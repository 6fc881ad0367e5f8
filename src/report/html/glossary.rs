//! The glossary of a page: of all words that are explained somewhere, those that the page uses.

use minijinja::value::Value as Cell;

use super::Words;

/// Messages of the words, each with its explanation under the same name and `-text`, in the order of the list.
const TERMS: [&str; 41] = [
    "g-recipient",
    "g-entry",
    "g-endpoint",
    "how-relation",
    "how-position",
    "d-registrable",
    "g-field",
    "g-ladder",
    "g-cookie",
    "g-set-cookie",
    "g-stretch",
    "g-choice",
    "g-transition",
    "g-trail",
    "g-identifier",
    "g-pseudonym",
    "g-way",
    "g-trigger",
    "g-preflight",
    "g-lifetime",
    "g-validator",
    "g-retention",
    "g-fingerprint",
    "g-digest",
    "g-list",
    "g-rule",
    "g-page-mark",
    "g-query",
    "g-hint",
    "g-websocket",
    "g-host",
    "g-header",
    "g-frame",
    "g-persona",
    "g-scenario",
    "g-control",
    "g-ledger",
    "g-profile",
    "g-proxy",
    "g-timestamp",
    "g-samesite",
];

/// What stands in a page where its glossary comes: nothing recorded and no message can hold it, as characters of private use are shown as codes.
const MARK: &str = "\u{f8fe}glossary\u{f8fe}";

/// The mark, for the context of a page.
pub(super) fn mark() -> Cell {
    Cell::from_safe_string(MARK.to_owned())
}

/// `page` with its glossary in the place of the mark.
pub(super) fn put_into(page: &str, words: &Words) -> String {
    let Some((before, after)) = page.split_once(MARK) else { return page.to_owned() };
    let mut text = String::with_capacity(page.len());
    seen(before, &mut text);
    seen(after, &mut text);
    let text = text.to_lowercase();
    // A term is used where its words stand, in whatever form follows; what its label says in brackets is no part of it.
    let is_used = |id: &&&str| {
        let label = words.texts.get(id, &[]).to_lowercase();
        text.contains(label.split(" (").next().unwrap_or(&label))
    };
    let term = |id: &&str| format!("  <div><dt>{}</dt><dd>{}</dd></div>\n", words.say(id), words.say(&format!("{id}-text")));
    let terms: String = TERMS.iter().filter(is_used).map(term).collect();
    format!("{before}<dl class=\"terms\">\n{terms}</dl>{after}")
}

/// The text that a reader sees, without elements and what stands in the head of the page.
fn seen(html: &str, out: &mut String) {
    let body = html.find("<main").map_or(html, |at| &html[at..]);
    for part in body.split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, text)| text));
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::text::Lang;

    #[test]
    fn only_words_that_the_page_uses() {
        for (lang, used, not) in [(Lang::Nl, "Vermelding", "Preflight"), (Lang::En, "Entry", "Preflight")] {
            let words = Words::of(lang);
            let page = format!("<head>preflight</head><main class=\"preflight\"><p>3 {used}: x</p>{MARK}<p>&nbsp;</p></main>");
            let made = put_into(&page, &words);
            assert!(made.contains("<dl class=\"terms\">") && made.contains(&words.say("g-entry-text")), "{made}");
            assert!(!made.contains(MARK) && !made.to_lowercase().contains(&format!("<dt>{}", not.to_lowercase())), "{made}");
            for id in TERMS {
                assert!(words.texts.has(id) && words.texts.has(&format!("{id}-text")), "{id}");
            }
        }
    }
}
