//! HTML pages of an answer: every text with the heading above it and what names it: the head of its column, the first cell of its row, its term, or the text
//! of the element around it. Tokens only (WHATWG HTML 13.2.5); elements that authors leave open are closed as far as these structures need it.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

use super::place::{BETWEEN, printable};
use super::{MOST_VALUES, Returned};

/// Elements without an end tag (WHATWG HTML 13.1.2).
const VOID: [&str; 14] = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements whose text is none that a reader sees.
const UNSEEN: [&str; 5] = ["script", "style", "template", "title", "noscript"];

/// Elements that stand in a line of text and cut nothing.
const INLINE: [&str; 12] = ["a", "abbr", "b", "bdi", "code", "em", "font", "i", "mark", "small", "strong", "u"];

/// Elements that are open at the same time, at most; a page of more is read without what is further in.
const DEEPEST: usize = 512;

/// Whether a text looks like a page of HTML.
#[must_use]
pub fn is_html(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(2000).flat_map(char::to_lowercase).collect();
    head.starts_with("<!doctype html") || ["<html", "<body", "<table", "<dl", "<div", "<ul", "<head"].iter().any(|tag| head.contains(tag))
}

#[derive(Default)]
struct Open {
    name: String,
    /// Its first own text.
    text: Option<String>,
    /// Of a table: heads of its columns.
    heads: Vec<String>,
    /// Of a row: its first cell, and the number of the cell under way, from 1.
    first: Option<String>,
    cell: usize,
    /// Of a definition list: the term under way.
    term: Option<String>,
}

#[derive(Default)]
struct Page {
    open: Vec<Open>,
    heading: String,
    text: String,
    found: Vec<Returned>,
    /// Elements that were not put on the stack, because it was full.
    beyond: usize,
}

pub(super) fn values(text: &str) -> Vec<Returned> {
    let mut emitter = DefaultEmitter::<()>::default();
    emitter.naively_switch_states(true);
    let mut page = Page::default();
    for token in Tokenizer::new_with_emitter(text, emitter) {
        let Ok(token) = token;
        match token {
            Token::String(text) => page.text.push_str(&String::from_utf8_lossy(&text)),
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                let attribute = |name: &str| tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned());
                if name == "input"
                    && let Some(value) = attribute("value").filter(|value| !value.trim().is_empty())
                {
                    page.leaf();
                    let label = attribute("name").or_else(|| attribute("id"));
                    page.put(label.as_deref(), &value);
                } else if name == "br" {
                    page.leaf();
                } else if !VOID.contains(&name.as_str()) && !INLINE.contains(&name.as_str()) {
                    page.start(name);
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name);
                if !INLINE.contains(&&*name) {
                    page.end(&name);
                }
            }
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    page.leaf();
    page.found
}

impl Page {
    fn start(&mut self, name: String) {
        self.leaf();
        // A cell ends the cell before it, and so on, within the same table or list.
        let (ended, within): (&[&str], &str) = match name.as_str() {
            "td" | "th" => (&["td", "th"], "tr"),
            "tr" => (&["tr"], "table"),
            "li" => (&["li"], "ul ol"),
            "dt" | "dd" => (&["dt", "dd"], "dl"),
            "p" => (&["p"], "div td li body"),
            _ => (&[], ""),
        };
        let fence = self.open.iter().rposition(|open| within.split(' ').any(|name| name == open.name)).map_or(0, |at| at + 1);
        if let Some(at) = self.open.iter().rposition(|open| ended.contains(&open.name.as_str())).filter(|at| *at >= fence) {
            self.open.truncate(at);
        }
        if matches!(name.as_str(), "td" | "th")
            && let Some(row) = self.open.iter_mut().rev().find(|open| open.name == "tr")
        {
            row.cell += 1;
        }
        if self.open.len() >= DEEPEST {
            self.beyond += 1;
            return;
        }
        self.open.push(Open { name, ..Open::default() });
    }

    fn end(&mut self, name: &str) {
        self.leaf();
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        if let Some(at) = self.open.iter().rposition(|open| open.name == name) {
            self.open.truncate(at);
        }
    }

    /// Takes the text that was gathered since the last tag.
    fn leaf(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() || self.open.iter().any(|open| UNSEEN.contains(&open.name.as_str())) {
            return;
        }
        let inner = self.open.last().map_or("", |open| open.name.as_str()).to_owned();
        if matches!(inner.as_str(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "caption" | "legend") {
            self.heading = printable(&text);
            return;
        }
        match inner.as_str() {
            "th" => {
                let cell = self.nearest("tr").map_or(0, |row| row.cell);
                if cell == 1
                    && let Some(row) = self.nearest("tr")
                {
                    row.first = Some(text.clone());
                }
                if let Some(table) = self.nearest("table") {
                    table.heads.resize(table.heads.len().max(cell), String::new());
                    if let Some(head) = cell.checked_sub(1).and_then(|at| table.heads.get_mut(at)) {
                        *head = text;
                    }
                }
                return;
            }
            "dt" => {
                if let Some(list) = self.nearest("dl") {
                    list.term = Some(text);
                }
                return;
            }
            _ => {}
        }
        let label = self.label();
        if let Some(open) = self.open.last_mut() {
            open.text.get_or_insert_with(|| text.clone());
        }
        if let Some(row) = self.nearest("tr")
            && row.cell == 1
        {
            row.first.get_or_insert_with(|| text.clone());
        }
        // "Label: value" in one text.
        match text.split_once(": ") {
            Some((name, value)) if name.chars().count() <= 40 && !value.trim().is_empty() => {
                self.put(Some(name), value);
            }
            _ => self.put(label.as_deref(), &text),
        }
    }

    fn nearest(&mut self, name: &str) -> Option<&mut Open> {
        self.open.iter_mut().rev().find(|open| open.name == name)
    }

    /// What names the text under way.
    fn label(&self) -> Option<String> {
        let inner = self.open.len().checked_sub(1)?;
        // The text of an element around it comes first: cells hold structures of their own.
        for at in (0..inner).rev() {
            let open = &self.open[at];
            if let Some(text) = &open.text {
                return Some(text.clone());
            }
            if matches!(open.name.as_str(), "tr" | "dl" | "ul" | "ol" | "table") {
                break;
            }
        }
        let nearest = |name: &str| self.open.iter().rev().find(|open| open.name == name);
        if self.open.iter().any(|open| open.name == "dd") {
            return nearest("dl").and_then(|list| list.term.clone());
        }
        let row = nearest("tr")?;
        let heads = nearest("table").map(|table| &table.heads);
        let head = row.cell.checked_sub(1).and_then(|at| heads?.get(at)).filter(|head| !head.is_empty());
        head.or_else(|| row.first.as_ref().filter(|_| row.cell > 1)).cloned()
    }

    fn put(&mut self, label: Option<&str>, value: &str) {
        if self.found.len() >= MOST_VALUES {
            return;
        }
        let label = label.map(|label| printable(label.trim_end_matches(':'))).filter(|label| !label.is_empty());
        let names: Vec<&str> =
            [Some(self.heading.as_str()).filter(|heading| !heading.is_empty()), label.as_deref()].into_iter().flatten().collect();
        let place = if names.is_empty() { "text".to_owned() } else { names.join(BETWEEN) };
        self.found.push(Returned { place, value: value.trim().to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;

    fn pairs(text: &str) -> Vec<String> {
        found(text).into_iter().map(|(place, value)| format!("{place} = {value}")).collect()
    }

    #[test]
    fn tables_lists_and_labels() {
        let text = "<!DOCTYPE html><html><head><title>x</title><style>p{}</style></head><body><h1>Profiel</h1>\
            <table><tr><th>Naam<th>Adres</tr><tr><td>Jan Jansen<td>jan@b.example</table>\
            <h2>Over u</h2><dl><dt>Telefoon<dd>0612345678<dt>Plaats</dt><dd>Utrecht</dd></dl>\
            <table><tr><td>Browser</td><td>Firefox 140</td></tr></table>\
            <ul><li>Toestel: <b>X100-22</b><li>Los</ul><script>var a='geheim'</script><input name=csrf value=abcdef></body>";
        assert_eq!(
            pairs(text),
            [
                "Profiel / Naam = Jan Jansen",
                "Profiel / Adres = jan@b.example",
                "Over u / Telefoon = 0612345678",
                "Over u / Plaats = Utrecht",
                "Over u = Browser",
                "Over u / … = Firefox 140",
                "Over u / Toestel = X100-22",
                "Over u = Los",
                "Over u / csrf = abcdef",
            ]
        );
    }

    #[test]
    fn nested_labels_as_downloads_write_them() {
        let text = "<html><body><div><div>Inloggegevens</div><table><tr><td colspan=2>IP-adres<div><div>192.0.2.7</div></div></td></tr>\
            <tr><td colspan=2>Cookie<div><div>abc…</div></div></td></tr></table></div></body></html>";
        let pairs = pairs(text);
        assert!(pairs.iter().any(|pair| pair.ends_with("= 192.0.2.7")), "{pairs:?}");
        assert!(pairs.iter().all(|pair| !pair.split(" = ").next().unwrap_or_default().contains("192.")), "{pairs:?}");
    }

    #[test]
    fn depth_is_bounded() {
        let text = format!("<html>{}tief{}", "<div>".repeat(5000), "</div>".repeat(5000));
        assert_eq!(pairs(&text), ["text = tief"]);
    }
}
