//! Finds an element of a page as a person would describe it: by selector, by what it reads, or by role and name. Looks into open shadow trees and
//! frames of the same origin; a closed tree or a frame of another site is not looked into, and what lies there is not found.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::driver::LOOK;
use super::{BrowserError, Driver};

/// How an element is described. Exactly one of the first three is looked at, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// CSS selector.
    pub selector: Option<String>,
    /// What it reads, spaces at both ends aside: the innermost element with this text that can be seen.
    pub text: Option<String>,
    /// Its role (WAI-ARIA), explicit or that of its tag.
    pub role: Option<String>,
    /// Its accessible name or a part of it, with a role.
    pub name: Option<String>,
}

impl Element {
    /// By a CSS selector.
    #[must_use]
    pub fn css(selector: &str) -> Self {
        Self { selector: Some(selector.to_owned()), ..Self::default() }
    }

    /// The expression (JavaScript) of this element; null if it is not there.
    pub(super) fn expression(&self) -> String {
        let wish = json!({ "selector": self.selector, "text": self.text, "role": self.role, "name": self.name });
        format!("({FIND})({wish})")
    }
}

impl fmt::Display for Element {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.selector, &self.text, &self.role, &self.name) {
            (Some(selector), ..) => write!(out, "{selector}"),
            (_, Some(text), ..) => write!(out, "the text {text:?}"),
            (_, _, Some(role), Some(name)) => write!(out, "the role {role:?} with the name {name:?}"),
            (_, _, Some(role), None) => write!(out, "the role {role:?}"),
            _ => write!(out, "nothing"),
        }
    }
}

impl Driver {
    /// Whether an element is there at this moment.
    ///
    /// # Errors
    ///
    /// The browser does not answer, or the selector is no CSS.
    pub async fn has(&self, element: &Element) -> Result<bool, BrowserError> {
        let script = format!("{} !== null", element.expression());
        Ok(self.look(&script).await? == Some(Value::Bool(true)))
    }

    /// Waits until an element is there. Survives a change of pages meanwhile.
    ///
    /// # Errors
    ///
    /// It does not come in time, or the selector is no CSS.
    pub async fn wait_for_element(&self, element: &Element, within: Duration) -> Result<(), BrowserError> {
        self.wait_until(&format!("{} !== null", element.expression()), within, &element.to_string()).await
    }

    /// Waits until an expression is true. Survives a change of pages meanwhile. `what`: what is waited for, in words.
    ///
    /// # Errors
    ///
    /// It is not in time, or the script fails.
    pub async fn wait_until(&self, expression: &str, within: Duration, what: &str) -> Result<(), BrowserError> {
        let there = async {
            loop {
                if self.look(expression).await? == Some(Value::Bool(true)) {
                    return Ok(());
                }
                sleep(LOOK).await;
            }
        };
        timeout(within, there).await.map_err(|_| BrowserError::Waited { what: what.to_owned(), within })?
    }

    /// [`Driver::click`] on an element however it is described.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn click_on(&self, element: &Element) -> Result<(), BrowserError> {
        self.click_expression(&element.expression(), &element.to_string()).await
    }

    /// [`Driver::text`] of an element however it is described.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn text_of(&self, element: &Element) -> Result<String, BrowserError> {
        let script =
            format!("(element => element && (element.innerText || element.value || element.textContent || ''))({})", element.expression());
        match self.evaluate(&script).await? {
            Value::String(text) => Ok(text.trim().to_owned()),
            _ => Err(BrowserError::NoElement { css: element.to_string() }),
        }
    }
}

/// Finds an element; null if there is none. The roles of tags are those of HTML-AAM that matter in consent screens and forms.
const FIND: &str = r#"wish => {
    const roots = [document];
    for (let at = 0; at < roots.length && at < 500; at += 1) {
        for (const element of roots[at].querySelectorAll('*')) {
            if (element.shadowRoot) roots.push(element.shadowRoot);
            if (element.tagName === 'IFRAME') try { if (element.contentDocument) roots.push(element.contentDocument); } catch { }
        }
    }
    const all = css => roots.flatMap(root => [...root.querySelectorAll(css)]);
    if (wish.selector) return all(wish.selector)[0] ?? null;
    const seen = element => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden';
    const plain = text => (text ?? '').replace(/\s+/g, ' ').trim();
    if (wish.text) {
        const fits = all('*').filter(element => plain(element.innerText ?? element.value) === plain(wish.text) && seen(element));
        return fits.find(element => !fits.some(other => other !== element && element.contains(other))) ?? null;
    }
    const tags = { button: 'button, input[type=button], input[type=submit], summary', link: 'a[href]', checkbox: 'input[type=checkbox]', radio: 'input[type=radio]',
        textbox: 'input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=password], textarea', heading: 'h1, h2, h3, h4, h5, h6', dialog: 'dialog',
        switch: 'input[switch]', img: 'img' };
    const own = tags[wish.role];
    const fits = all(`[role="${CSS.escape(wish.role)}"]`).concat(own ? all(own).filter(element => !element.hasAttribute('role')) : []);
    const name = element => {
        const by = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean).map(id => element.getRootNode().getElementById?.(id)?.textContent);
        return plain(by.join(' ') || element.getAttribute('aria-label') || element.labels?.[0]?.textContent || element.innerText || element.value || element.alt || element.title);
    };
    return fits.find(element => seen(element) && (!wish.name || name(element).includes(plain(wish.name)))) ?? null;
}"#;
