//! A consent screen as evidence: its literal options, its text and a picture, layer by layer, and how many clicks led there. Reads what a person would
//! read; chooses nothing.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::browser::{self, BrowserError, Driver};
use crate::model::{Digest, NamedRule};

/// A layer of a consent screen, as it stands in a recording (exhibits of the kind `consent-screen`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ConsentScreen {
    /// What the steps call the screen; the same for all its layers.
    pub(super) name: String,
    /// Which layer, from 1.
    pub(super) layer: u32,
    /// Address of the page, without query and fragment.
    pub(super) page: String,
    /// Clicks since the screen was first recorded.
    pub(super) clicks: u32,
    /// What can be chosen, in the order of the screen.
    pub(super) options: Vec<Opt>,
    /// What it reads (`innerText`).
    pub(super) text: String,
    /// SHA-256 of that text, in UTF-8.
    pub(super) text_sha256: String,
    /// SHA-256 of the picture that was taken with it. `None`: the browser gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) picture_sha256: Option<String>,
    /// The rule of others by which it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<NamedRule>,
}

/// An option of a consent screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Opt {
    /// `button`, `link`, `checkbox`, `switch`, `radio`.
    pub(super) role: String,
    /// Its literal text, or accessible name.
    pub(super) text: String,
    /// Of a checkbox and the like: whether it was on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) on: Option<bool>,
    /// Whether it cannot be changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) disabled: bool,
}

/// Reads the layer that is shown in the element that matches `selector`.
pub(super) async fn read(driver: &Driver, selector: &str) -> Result<ConsentScreen, BrowserError> {
    read_in(driver, &format!("document.querySelector({})", Value::from(selector)), selector).await
}

/// Reads the layer that is shown where a rule finds its screen. A rule may name no more than a button of it; then the dialog, or what is fixed in the
/// window, around that button is read.
pub(super) async fn read_found(driver: &Driver, chain: &[String]) -> Result<ConsentScreen, BrowserError> {
    read_in(driver, &format!("({AROUND})({})", browser::found(chain)), &chain.join(" > ")).await
}

async fn read_in(driver: &Driver, element: &str, said: &str) -> Result<ConsentScreen, BrowserError> {
    let found = driver.evaluate(&format!("({READ})({element})")).await?;
    if found.is_null() {
        return Err(BrowserError::NoElement { css: said.to_owned() });
    }
    let read: Found =
        serde_json::from_value(found).map_err(|error| BrowserError::Script(format!("the consent screen cannot be read: {error}")))?;
    let text_sha256 = Digest::of(read.text.as_bytes()).to_string();
    Ok(ConsentScreen { page: read.page, options: read.options, text: read.text, text_sha256, ..ConsentScreen::default() })
}

#[derive(Deserialize)]
struct Found {
    page: String,
    text: String,
    options: Vec<Opt>,
}

/// The element that is read as the screen, of those that a rule names.
const AROUND: &str = r#"found => {
    const named = found.find(element => element.getClientRects().length > 0) ?? found[0] ?? null;
    if (named === null) return null;
    if (named.tagName === 'IFRAME' && named.contentDocument) return named.contentDocument.body;
    if (!named.matches('a, button, input, [role=button], [role=link]')) return named;
    const dialog = named.closest('dialog, [role=dialog], [role=alertdialog], [aria-modal=true]');
    if (dialog !== null) return dialog;
    for (let around = named.parentElement; around; around = around.parentElement) {
        if (['fixed', 'sticky'].includes(getComputedStyle(around).position)) return around;
    }
    return named.parentElement ?? named;
}"#;

/// Gives what is shown in an element: its text and what can be chosen in it. Open shadow trees are looked into.
const READ: &str = r#"screen => {
    if (screen === null) return null;
    const roots = [screen];
    for (let at = 0; at < roots.length && at < 200; at += 1) {
        if (roots[at].shadowRoot) roots.push(roots[at].shadowRoot);
        for (const element of roots[at].querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
    }
    const plain = text => (text ?? '').replace(/\s+/g, ' ').trim();
    const seen = element => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden';
    const kinds = [['switch', '[role=switch]'], ['checkbox', 'input[type=checkbox], [role=checkbox]'], ['radio', 'input[type=radio], [role=radio]'],
        ['button', 'button, input[type=button], input[type=submit], [role=button]'], ['link', 'a[href], [role=link]']];
    const options = [];
    for (const root of roots) for (const element of root.querySelectorAll(kinds.map(([, css]) => css).join(', '))) {
        // A label stands for a box that is drawn by other means.
        if (!seen(element) && !(element.labels && [...element.labels].some(seen))) continue;
        const role = kinds.find(([, css]) => element.matches(css))[0];
        const text = plain(element.labels?.[0]?.innerText || element.innerText || element.getAttribute('aria-label') || element.value || element.title);
        const on = ['switch', 'checkbox', 'radio'].includes(role) ? element.checked ?? element.getAttribute('aria-checked') === 'true' : undefined;
        options.push({ role, text, on, disabled: element.disabled === true || element.getAttribute('aria-disabled') === 'true' });
    }
    return { page: location.origin + location.pathname, text: roots.filter(root => root.innerText !== undefined).map(root => root.innerText).join('\n').trim(), options };
}"#;
