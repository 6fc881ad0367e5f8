//! Acts in a browser as a person would, for scripted visits: goes to pages, waits, clicks with real input events, reads texts, takes
//! pictures and asks the browser for its cookies (Chrome DevTools Protocol). Never changes what a page is or sends: it sets no cookie,
//! header or user agent, hides nothing of the automation (`navigator.webdriver` is true) and intercepts no request.

use std::time::Duration;

use chromiumoxide::browser::Browser;
use chromiumoxide::cdp::browser_protocol::input::{DispatchMouseEventParams, DispatchMouseEventType};
use chromiumoxide::cdp::browser_protocol::page::{
    CaptureScreenshotFormat, DialogType, EventJavascriptDialogOpening, HandleJavaScriptDialogParams,
};
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use chromiumoxide::error::CdpError;
use chromiumoxide::handler::HandlerConfig;
use chromiumoxide::page::{Page, ScreenshotParams};
use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::jar::GetCookies;
use super::process::{PATIENCE, Process};
use super::{BrowserError, Options, Profile, StoredCookie};

/// How long a page may take to load, and the browser to answer a command.
const LOADED: Duration = Duration::from_secs(60);
/// How often a page is looked at while something is waited for.
const LOOK: Duration = Duration::from_millis(50);

/// A browser with one page that a script acts in. Dropped unclosed, the browser is killed.
pub struct Driver {
    browser: Browser,
    page: Page,
    process: Process,
    /// The tasks that carry the conversation and answer dialogs; they end with the browser.
    tasks: [JoinHandle<()>; 2],
    options: Options,
    product: String,
    user_agent: String,
}

impl Driver {
    /// Starts a browser with the home of `profile` and connects to it over a port on loopback that the system chooses. An address in
    /// `options` is not opened: [`Driver::goto`] does that.
    ///
    /// # Errors
    ///
    /// If there is no screen and `options` do not say headless, or the browser does not start or answer.
    pub async fn start(profile: &Profile, options: &Options) -> Result<Self, BrowserError> {
        // Without a first window there is no start page; the page below opens the first one.
        let more = ["--remote-debugging-port=0", "--no-startup-window"].map(str::to_owned);
        let mut process = Process::start(profile, options, &more)?;
        let address = process.devtools().await?;
        let settings = HandlerConfig {
            // The default is to ignore them, which would hide a certificate that is not trusted.
            ignore_https_errors: false,
            // No emulated screen: the window is what it is.
            viewport: None,
            request_timeout: LOADED,
            ..HandlerConfig::default()
        };
        let (browser, mut handler) = Browser::connect_with_config(address, settings).await.map_err(failed("connect"))?;
        let conversation = tokio::spawn(async move {
            while let Some(event) = handler.next().await {
                if let Err(error) = event {
                    tracing::debug!("the conversation with the browser ended: {error}");
                    break;
                }
            }
        });
        let version = browser.version().await.map_err(failed("say its version"))?;
        let page = browser.new_page("about:blank").await.map_err(failed("open a page"))?;
        let dialogs = answer_dialogs(&page).await?;
        Ok(Self {
            browser,
            page,
            process,
            tasks: [conversation, dialogs],
            options: options.clone(),
            product: version.product,
            user_agent: version.user_agent,
        })
    }

    /// Goes to a page and waits until it and its frames have loaded, 60 seconds at most. A page that comes with an HTTP error status is a
    /// page like any other, also if it is empty.
    ///
    /// # Errors
    ///
    /// If the browser shows an error page of its own (no connection, a certificate it does not trust), with the browser's code for it; if
    /// the page does not end loading in time, upon which what has come can still be used.
    pub async fn goto(&self, url: &str) -> Result<(), BrowserError> {
        match self.page.goto(url).await {
            Ok(_) => Ok(()),
            // What Chromium says of a 4xx or 5xx without a body, in whose place it shows a text of its own.
            Err(CdpError::ChromeMessage(reason)) if reason == "net::ERR_HTTP_RESPONSE_CODE_FAILURE" => Ok(()),
            Err(CdpError::ChromeMessage(reason)) => Err(BrowserError::Navigation { url: url.to_owned(), reason }),
            Err(CdpError::Timeout) => Err(BrowserError::Waited { what: format!("the end of loading {url}"), within: LOADED }),
            Err(error) => Err(failed("go to the page")(error)),
        }
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
        let not_clickable = |why: String| BrowserError::NotClickable { css: css.to_owned(), why };
        let element = self.page.find_element(css).await.map_err(|error| match error {
            CdpError::Chrome(_) | CdpError::NotFound => BrowserError::NoElement { css: css.to_owned() },
            other => failed("look for an element")(other),
        })?;
        element.scroll_into_view().await.map_err(|error| not_clickable(error.to_string()))?;
        let point = element.clickable_point().await.map_err(|error| not_clickable(error.to_string()))?;
        let over = format!(
            "function() {{
                const hit = document.elementFromPoint({}, {});
                if (hit !== null && this.contains(hit)) return '';
                if (hit === null) return 'its middle lies outside the window';
                return 'over its middle lies <' + hit.tagName.toLowerCase() + (hit.id ? ' id=\"' + hit.id + '\"' : '') + '>';
            }}",
            point.x, point.y
        );
        let answer = element.call_js_fn(over, false).await.map_err(failed("look at an element"))?;
        match answer.result.value {
            Some(Value::String(nothing)) if nothing.is_empty() => {}
            Some(Value::String(why)) => return Err(not_clickable(why)),
            _ => return Err(not_clickable("the page does not say what lies at its middle".to_owned())),
        }
        self.page.click(point).await.map_err(failed("click"))?;
        Ok(())
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

    /// The value of a JavaScript expression in the page, as JSON; of a promise, what it comes to. `undefined` is null, and a number that
    /// JSON does not know (`NaN`, `Infinity`, `1n`) is its text.
    ///
    /// # Errors
    ///
    /// If the script throws, with what it throws.
    pub async fn evaluate(&self, expression: &str) -> Result<Value, BrowserError> {
        self.run(expression).await?.map_err(failed("run a script"))
    }

    /// Turns the wheel of the mouse over the middle of the window by `down` pixels (negative: up). Scrolling is animated, so wait until it
    /// has come to rest: `wait_settled("scrollY", …)`.
    ///
    /// # Errors
    ///
    /// If the browser does not answer.
    pub async fn scroll(&self, down: f64) -> Result<(), BrowserError> {
        let (width, height) = self.options.window;
        let (x, y) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
        let mut turn = DispatchMouseEventParams::new(DispatchMouseEventType::MouseWheel, x, y);
        turn.delta_x = Some(0.0);
        turn.delta_y = Some(down);
        self.page.execute(turn).await.map_err(failed("scroll"))?;
        Ok(())
    }

    /// What the window shows, as PNG.
    ///
    /// # Errors
    ///
    /// If the browser does not answer.
    pub async fn screenshot(&self) -> Result<Vec<u8>, BrowserError> {
        let wish = ScreenshotParams::builder().format(CaptureScreenshotFormat::Png).build();
        self.page.screenshot(wish).await.map_err(failed("take a screenshot"))
    }

    /// Every cookie that the browser keeps, of all hosts and partitions, in the browser's order.
    ///
    /// # Errors
    ///
    /// If the browser does not answer.
    pub async fn cookies(&self) -> Result<Vec<StoredCookie>, BrowserError> {
        Ok(self.browser.execute(GetCookies {}).await.map_err(failed("say its cookies"))?.result.cookies)
    }

    /// The browser's name and version as it says them: `Chrome/156.0.8078.79`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.product
    }

    /// What the browser sends as `User-Agent`; `HeadlessChrome` in it if it has no window.
    #[must_use]
    pub fn user_agent(&self) -> &str {
        &self.user_agent
    }

    /// Closes the browser as its menu would, waits two seconds, and kills what is then left of it.
    pub async fn close(mut self) {
        // If the conversation has broken off, the browser is asked by a signal instead.
        let asked = timeout(PATIENCE, self.browser.close()).await.is_ok_and(|answer| answer.is_ok());
        if asked {
            self.process.finish().await
        } else {
            self.process.stop().await
        }
        for task in &self.tasks {
            task.abort();
        }
    }

    /// The value of an expression while a page may be changing: nothing if just now there was no page to ask.
    async fn look(&self, expression: &str) -> Result<Option<Value>, BrowserError> {
        match self.run(expression).await? {
            Ok(value) => Ok(Some(value)),
            // The page was left between question and answer ("Execution context was destroyed", "Inspected target navigated or closed").
            Err(CdpError::Chrome(_)) => Ok(None),
            Err(error) => Err(failed("look at the page")(error)),
        }
    }

    /// Runs an expression: the outer error is the script's, the inner one the conversation's.
    async fn run(&self, expression: &str) -> Result<Result<Value, CdpError>, BrowserError> {
        let mut script = EvaluateParams::new(expression);
        script.return_by_value = Some(true);
        script.await_promise = Some(true);
        let answer = match self.page.execute(script).await {
            Ok(answer) => answer.result,
            Err(error) => return Ok(Err(error)),
        };
        if let Some(thrown) = answer.exception_details {
            let said =
                thrown.exception.and_then(|exception| exception.description.or_else(|| exception.value.map(|value| value.to_string())));
            return Err(BrowserError::Script(said.unwrap_or(thrown.text)));
        }
        let unusual = answer.result.unserializable_value.map(|value| Value::from(value.inner().as_str()));
        Ok(Ok(answer.result.value.or(unusual).unwrap_or_default()))
    }
}

/// Answers the dialogs that would keep a page from going on: leaving a page is agreed to, everything else is declined. A person would have
/// to answer them too.
async fn answer_dialogs(page: &Page) -> Result<JoinHandle<()>, BrowserError> {
    let mut dialogs = page.event_listener::<EventJavascriptDialogOpening>().await.map_err(failed("listen for dialogs"))?;
    let page = page.clone();
    Ok(tokio::spawn(async move {
        while let Some(dialog) = dialogs.next().await {
            let leave = dialog.r#type == DialogType::Beforeunload;
            if let Err(error) = page.execute(HandleJavaScriptDialogParams::new(leave)).await {
                tracing::debug!("a dialog could not be answered: {error}");
            }
        }
    }))
}

/// The error for a command that the browser did not carry out.
fn failed(doing: &'static str) -> impl Fn(CdpError) -> BrowserError {
    move |error| BrowserError::Conversation { doing, why: error.to_string() }
}
