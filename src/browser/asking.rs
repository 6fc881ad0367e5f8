//! Asks a page many small things in one go: whether elements are there or seen, what its cookies and its address say. Elements are given by a chain of
//! selectors (CSS, or XPath behind `xpath/`); each is looked for in the shadow tree, or the document of the same-origin frame, of the first element that
//! the one before it matches. Changes nothing in the page.

use serde::Serialize;
use serde_json::{Value, json};

use super::{BrowserError, Driver};

/// Something that is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "about")]
pub enum Asked<'a> {
    /// Whether an element matches.
    There {
        /// Selectors.
        chain: &'a [String],
    },
    /// Whether elements that match are laid out.
    Seen {
        /// Selectors.
        chain: &'a [String],
        /// How many of them: `any`, `all` (and there is one), `none`.
        count: &'a str,
    },
    /// Whether `document.cookie` holds a text.
    Cookie {
        /// The text.
        text: &'a str,
    },
    /// Whether the address of the page matches a regular expression of JavaScript.
    Address {
        /// The expression.
        pattern: &'a str,
    },
}

/// What the page answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes or no.
    Told(bool),
    /// It cannot be asked, such as by a selector that is none.
    Untold(String),
}

/// The expression (JavaScript) of the elements that a chain of selectors matches, as an array.
#[must_use]
pub fn found(chain: &[String]) -> String {
    format!("({FIND})({})", json!(chain))
}

impl Driver {
    /// Asks all of it at one moment. `None`: just now there was no page to ask.
    ///
    /// # Errors
    ///
    /// The browser does not answer.
    pub async fn ask(&self, asked: &[Asked<'_>]) -> Result<Option<Vec<Answer>>, BrowserError> {
        if asked.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let Some(answers) = self.look(&format!("({ASK})({FIND}, {})", json!(asked))).await? else { return Ok(None) };
        let answer = |value: &Value| match value {
            Value::Bool(told) => Answer::Told(*told),
            other => Answer::Untold(other.as_str().map_or_else(|| other.to_string(), str::to_owned)),
        };
        match answers.as_array().filter(|answers| answers.len() == asked.len()) {
            Some(answers) => Ok(Some(answers.iter().map(answer).collect())),
            None => Err(BrowserError::Script("the page answered something else than it was asked".to_owned())),
        }
    }

    /// How many elements a chain of selectors matches at this moment; none while a page is changing.
    ///
    /// # Errors
    ///
    /// The browser does not answer, or a selector is none.
    pub async fn count_of(&self, chain: &[String]) -> Result<usize, BrowserError> {
        let count = self.look(&format!("{}.length", found(chain))).await?;
        Ok(count.and_then(|count| count.as_u64()).and_then(|count| usize::try_from(count).ok()).unwrap_or_default())
    }

    /// [`Driver::click`] on one of the elements that a chain of selectors matches, from 0.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn click_one_of(&self, chain: &[String], at: usize) -> Result<(), BrowserError> {
        self.click_expression(&format!("{}[{at}] ?? null", found(chain)), &chain.join(" > ")).await
    }

    /// What one of these elements reads, or how it is called (label, `aria-label`, `title`); empty if it says nothing.
    ///
    /// # Errors
    ///
    /// The browser does not answer, or there is no such element.
    pub async fn words_of(&self, chain: &[String], at: usize) -> Result<String, BrowserError> {
        match self.evaluate(&format!("({WORDS})({}[{at}] ?? null)", found(chain))).await? {
            Value::String(text) => Ok(text),
            _ => Err(BrowserError::NoElement { css: chain.join(" > ") }),
        }
    }
}

/// The elements that a chain of selectors matches.
const FIND: &str = r#"chain => {
    const inside = (selector, parent) => {
        const root = parent.shadowRoot ?? parent.contentDocument ?? parent;
        if (!selector.startsWith('xpath/')) return [...root.querySelectorAll(selector)];
        const found = document.evaluate(selector.slice(6), root, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
        return Array.from({ length: found.snapshotLength }, (_, at) => found.snapshotItem(at)).filter(node => node.nodeType === Node.ELEMENT_NODE);
    };
    let found = [document];
    for (const selector of chain) {
        found = inside(selector, found[0]);
        if (found.length === 0) return [];
    }
    return found;
}"#;

/// Answers each question with true, false, or a text that says why not. An element is seen if it is laid out: it has an offset parent, or is fixed and
/// displayed.
const ASK: &str = r#"(find, asked) => {
    const seen = element => {
        if (element.offsetParent) return true;
        const style = getComputedStyle(element);
        return style.position === 'fixed' && style.display !== 'none';
    };
    const answers = {
        there: ({ chain }) => find(chain).length > 0,
        seen: ({ chain, count }) => {
            const found = find(chain);
            if (count === 'none') return !found.some(seen);
            return count === 'any' ? found.some(seen) : found.length > 0 && found.every(seen);
        },
        cookie: ({ text }) => document.cookie.includes(text),
        address: ({ pattern }) => new RegExp(pattern).test(location.href),
    };
    return asked.map(one => { try { return Boolean(answers[one.about](one)); } catch (error) { return String(error); } });
}"#;

/// What an element reads, or how it is called.
const WORDS: &str = r#"element => {
    if (element === null) return null;
    const plain = text => (text ?? '').replace(/\s+/g, ' ').trim();
    const words = [element.innerText, element.labels?.[0]?.innerText, element.getAttribute('aria-label'), element.title, element.type === 'checkbox' ? '' : element.value];
    return words.map(text => plain(typeof text === 'string' ? text : '')).find(Boolean) ?? '';
}"#;
