//! Acts in a browser as a person would, for scripted visits: goes to pages, waits, clicks with real input events, reads texts, takes
//! pictures and asks the browser for its cookies. The same for every browser; how each is spoken to stands in `cdp` and `bidi`. Never changes
//! what a page is or sends: it sets no cookie, header or user agent, hides nothing of the automation (`navigator.webdriver` is true) and
//! intercepts no request.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{sleep, timeout};

use super::bidi::Firefox;
use super::cdp::Chromium;
use super::facts::{Automation, Facts};
use super::process::{PATIENCE, Process};
use super::program::Kind;
use super::{BrowserError, JarReport, Options, Profile, StoredCookie};

/// How long a page may take to load, and the browser to answer a command.
pub(super) const LOADED: Duration = Duration::from_secs(60);
/// How often a page is looked at while something is waited for.
pub(super) const LOOK: Duration = Duration::from_millis(50);

/// A browser with one page that a script acts in. Dropped unclosed, the browser is killed.
pub struct Driver {
    hands: Hands,
    process: Process,
    options: Options,
    facts: Facts,
}

/// How the browser is spoken to.
enum Hands {
    Chromium(Box<Chromium>),
    Firefox(Firefox),
}

/// What came of an expression.
pub(super) enum Look {
    /// Its value.
    Value(Value),
    /// The page was left before there was one, with what the browser says.
    PageLeft(String),
}

/// Does the same with either browser.
macro_rules! with {
    ($driver:expr, $hands:ident => $doing:expr) => {
        match &$driver.hands {
            Hands::Chromium($hands) => $doing,
            Hands::Firefox($hands) => $doing,
        }
    };
}

impl Driver {
    /// Starts a browser with the home of `profile` and connects to it over a port on loopback that the system chooses; that connection does
    /// not go through the proxy. An address in `options` is not opened: [`Driver::goto`] does that.
    ///
    /// # Errors
    ///
    /// If there is no screen and `options` do not say headless, or the browser does not start or answer.
    pub async fn start(profile: &Profile, options: &Options) -> Result<Self, BrowserError> {
        let more: &[&str] = match options.program.kind {
            // Without a first window there is no start page; the driver opens the first one.
            Kind::Chromium => &["--remote-debugging-port=0", "--no-startup-window"],
            Kind::Firefox => &["--remote-debugging-port=0", "about:blank"],
        };
        let more: Vec<String> = more.iter().map(|&flag| flag.to_owned()).collect();
        let mut process = Process::start(profile, options, &more)?;
        let address = process.address().await?;
        let (hands, protocol) = match options.program.kind {
            Kind::Chromium => (Hands::Chromium(Box::new(Chromium::connect(address).await?)), "driven over the Chrome DevTools Protocol"),
            Kind::Firefox => (Hands::Firefox(Firefox::connect(&address).await?), "driven over WebDriver BiDi"),
        };
        let mut driver = Self { hands, process, options: options.clone(), facts: Facts::default() };
        // Before any page: what a page will be able to see of the automation.
        let webdriver = driver.evaluate("navigator.webdriver").await?.to_string();
        let user_agent = driver.user_agent().to_owned();
        driver.facts = Facts::new(options, profile.third_party_cookies(), Automation::Driven { protocol, webdriver, user_agent });
        Ok(driver)
    }

    /// Goes to a page and waits until it and its frames have loaded, 60 seconds at most. A page that comes with an HTTP error status is a
    /// page like any other, also if it is empty.
    ///
    /// # Errors
    ///
    /// If the browser shows an error page of its own (no connection, a certificate it does not trust), with the browser's code for it; if
    /// the page does not end loading in time, upon which what has come can still be used.
    pub async fn goto(&self, url: &str) -> Result<(), BrowserError> {
        with!(self, hands => hands.goto(url).await)
    }

    /// Waits until an element matches the selector, whether it can be seen or not. Survives a change of pages meanwhile.
    ///
    /// # Errors
    ///
    /// If none does in time, or the selector is not valid CSS.
    pub async fn wait_for(&self, css: &str, within: Duration) -> Result<(), BrowserError> {
        let script = format!("document.querySelector({}) !== null", Value::from(css));
        let there = async {
            loop {
                if self.look(&script).await? == Some(Value::Bool(true)) {
                    return Ok(());
                }
                sleep(LOOK).await;
            }
        };
        let late = |_| BrowserError::Waited { what: format!("an element that matches {css}"), within };
        timeout(within, there).await.map_err(late)?
    }

    /// Waits until the value of an expression has not changed for `quiet`, and returns it. A length of a page or a number of requests
    /// (`performance.getEntriesByType('resource').length`) says so when a page has come to rest.
    ///
    /// # Errors
    ///
    /// If the value still changes after `within`, or the script fails.
    pub async fn wait_settled(&self, expression: &str, quiet: Duration, within: Duration) -> Result<Value, BrowserError> {
        let settled = async {
            let mut last = None;
            let mut same = Duration::ZERO;
            loop {
                let now = self.look(expression).await?;
                if now.is_some() && now == last {
                    same += LOOK;
                } else {
                    same = Duration::ZERO;
                    last = now;
                }
                if same >= quiet
                    && let Some(value) = last.take()
                {
                    return Ok(value);
                }
                sleep(LOOK).await;
            }
        };
        let late = |_| BrowserError::Waited { what: format!("a lasting value of {expression}"), within };
        timeout(within, settled).await.map_err(late)?
    }

    /// Scrolls the first element that matches into view and clicks its middle with events of a mouse. Does not wait for what the click
    /// causes.
    ///
    /// # Errors
    ///
    /// If no element matches, it has no size, or another element lies over its middle: then a person could not click it either, and a click
    /// would be one on something else.
    pub async fn click(&self, css: &str) -> Result<(), BrowserError> {
        self.click_expression(&format!("document.querySelector({})", Value::from(css)), css).await
    }

    /// The same for the element that an expression gives, or null; `said`: how it is called in messages.
    pub(super) async fn click_expression(&self, expression: &str, said: &str) -> Result<(), BrowserError> {
        let not_clickable = |why: &str| BrowserError::NotClickable { css: said.to_owned(), why: why.to_owned() };
        match self.evaluate(&format!("({PLACE})({expression})")).await? {
            Value::Null => Err(BrowserError::NoElement { css: said.to_owned() }),
            Value::String(why) => Err(not_clickable(&why)),
            place => match (place["x"].as_f64(), place["y"].as_f64()) {
                (Some(x), Some(y)) => with!(self, hands => hands.click_at((x, y)).await),
                _ => Err(not_clickable("the page does not say where it lies")),
            },
        }
    }

    /// The text of the first element that matches, as it is rendered (`innerText`): what a person reads.
    ///
    /// # Errors
    ///
    /// If no element matches.
    pub async fn text(&self, css: &str) -> Result<String, BrowserError> {
        let script =
            format!("(element => element && (element.innerText ?? element.textContent))(document.querySelector({}))", Value::from(css));
        match self.evaluate(&script).await? {
            Value::String(text) => Ok(text),
            _ => Err(BrowserError::NoElement { css: css.to_owned() }),
        }
    }

    /// Puts a text into the field that matches, in place of what it held, and tells the page as typing does (`input`, then `change`).
    ///
    /// # Errors
    ///
    /// If nothing matches, or what matches is no field.
    pub async fn fill(&self, css: &str, text: &str) -> Result<(), BrowserError> {
        let script = format!("({FILL})({}, {})", Value::from(css), Value::from(text));
        match self.evaluate(&script).await? {
            Value::Bool(true) => Ok(()),
            _ => Err(BrowserError::NoElement { css: css.to_owned() }),
        }
    }

    /// The value of a JavaScript expression in the page, as JSON; of a promise, what it comes to. `undefined` is null, and a number that
    /// JSON does not know (`NaN`, `Infinity`, `1n`) is its text.
    ///
    /// # Errors
    ///
    /// If the script throws, with what it throws.
    pub async fn evaluate(&self, expression: &str) -> Result<Value, BrowserError> {
        match with!(self, hands => hands.run(expression).await)? {
            Look::Value(value) => Ok(value),
            Look::PageLeft(why) => Err(BrowserError::Conversation { doing: "run a script", why }),
        }
    }

    /// Turns the wheel of the mouse over the middle of the window by `down` pixels (negative: up). Scrolling is animated, so wait until it
    /// has come to rest: `wait_settled("scrollY", …)`.
    ///
    /// # Errors
    ///
    /// If the browser does not answer.
    pub async fn scroll(&self, down: f64) -> Result<(), BrowserError> {
        let (width, height) = self.options.window;
        // The bars of the window take some of its height.
        let middle = (f64::from(width) / 2.0, f64::from(height) / 2.5);
        with!(self, hands => hands.scroll_at(middle, down).await)
    }

    /// What the window shows, as PNG.
    ///
    /// # Errors
    ///
    /// If the browser does not answer.
    pub async fn screenshot(&self) -> Result<Vec<u8>, BrowserError> {
        with!(self, hands => hands.screenshot().await)
    }

    /// Every cookie that the browser keeps, of all hosts and partitions, in the browser's order. Of Firefox, partitions only as far as it
    /// names them over WebDriver BiDi.
    ///
    /// # Errors
    ///
    /// If the browser does not answer.
    pub async fn cookies(&self) -> Result<Vec<StoredCookie>, BrowserError> {
        with!(self, hands => hands.cookies().await)
    }

    /// What the browser itself says at this moment: its cookies without their values, names and lengths in the storage of the frames that are open,
    /// and what it refused since it was started. Scripts run in frames apart from the page's own and leave nothing there.
    ///
    /// # Errors
    ///
    /// If the conversation with the browser has broken off. What a browser that answers does not say stands in the report.
    pub async fn report(&self) -> Result<JarReport, BrowserError> {
        let mut report = with!(self, hands => hands.report().await)?;
        report.browser = self.version().to_owned();
        Ok(report)
    }

    /// The browser's name and version as its program says them: `Chromium 156.0.8078.79 built on Debian …`, `Mozilla Firefox 153.7.0esr`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.options.program.version
    }

    /// What the browser sends as `User-Agent`; `HeadlessChrome` in it if it is a Chromium without a window.
    #[must_use]
    pub fn user_agent(&self) -> &str {
        with!(self, hands => hands.user_agent())
    }

    /// The conversation, if it is with a Chromium.
    pub(super) fn chromium(&self) -> Option<&Chromium> {
        match &self.hands {
            Hands::Chromium(hands) => Some(hands),
            Hands::Firefox(_) => None,
        }
    }

    /// What is to be recorded about this browser.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Closes the browser as its menu would, waits a few seconds, and kills what is then left of it.
    pub async fn close(mut self) {
        // If the conversation has broken off, the browser is asked by a signal instead.
        let asked = match &mut self.hands {
            Hands::Chromium(hands) => timeout(PATIENCE, hands.ask_to_close()).await,
            Hands::Firefox(hands) => timeout(PATIENCE, hands.ask_to_close()).await,
        };
        if asked == Ok(true) {
            self.process.finish().await;
        } else {
            self.process.stop().await;
        }
    }

    /// The value of an expression while a page may be changing: nothing if just now there was no page to ask.
    pub(super) async fn look(&self, expression: &str) -> Result<Option<Value>, BrowserError> {
        match with!(self, hands => hands.run(expression).await)? {
            Look::Value(value) => Ok(Some(value)),
            Look::PageLeft(_) => Ok(None),
        }
    }
}

/// Fills a field by the setter of its own class, which pages that replace `value` on the element do not see.
const FILL: &str = "(css, text) => {
  const field = document.querySelector(css);
  const setter = field && Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')?.set;
  if (!setter) return false;
  field.focus();
  setter.call(field, text);
  for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, { bubbles: true }));
  return true;
}";

/// Scrolls an element into view and says where its middle lies in the window; a text if a person could not click there, null without such an
/// element. Scrolling is not animated, so that the place holds when the click comes.
const PLACE: &str = r#"element => {
    if (element === null) return null;
    element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const box = [...element.getClientRects()].find(box => box.width > 0 && box.height > 0);
    if (box === undefined) return 'it has no size';
    const inside = [box.x + box.width / 2, box.y + box.height / 2];
    // In a frame or a shadow tree the element is hit in its own root; the place in the window adds where the frames lie.
    const hit = element.getRootNode().elementFromPoint(...inside);
    if (hit === null) return 'its middle lies outside the window';
    let [x, y] = inside;
    for (let frame = element.ownerDocument.defaultView.frameElement; frame; frame = frame.ownerDocument.defaultView.frameElement) {
        const edge = frame.getBoundingClientRect();
        [x, y] = [x + edge.x + frame.clientLeft, y + edge.y + frame.clientTop];
    }
    if (element.contains(hit)) return { x, y };
    return 'over its middle lies <' + hit.tagName.toLowerCase() + (hit.id ? ' id="' + hit.id + '"' : '') + '>';
}"#;
