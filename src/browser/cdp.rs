//! Acts in a Chromium over the Chrome DevTools Protocol. Never changes what a page is or sends: it sets no cookie, header or user agent, hides
//! nothing of the automation and intercepts no request.

use chromiumoxide::browser::Browser;
use chromiumoxide::cdp::browser_protocol::input::{DispatchMouseEventParams, DispatchMouseEventType};
use chromiumoxide::cdp::browser_protocol::page::{
    CaptureScreenshotFormat, DialogType, EventJavascriptDialogOpening, HandleJavaScriptDialogParams,
};
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use chromiumoxide::error::CdpError;
use chromiumoxide::handler::HandlerConfig;
use chromiumoxide::layout::Point;
use chromiumoxide::page::{Page, ScreenshotParams};
use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::driver::{LOADED, Look};
use super::jar::GetCookies;
use super::watch::Watch;
use super::{BrowserError, JarReport, StoredCookie, report};

/// The conversation with a Chromium about one page.
pub(super) struct Chromium {
    browser: Browser,
    page: Page,
    /// Hears what the browser refuses, and asks frames what they keep.
    watch: Watch,
    /// The tasks that carry the conversation and answer dialogs; they end with the browser.
    tasks: [JoinHandle<()>; 2],
    user_agent: String,
}

impl Chromium {
    /// Connects to the browser that listens at `address` and opens a page.
    pub(super) async fn connect(address: String) -> Result<Self, BrowserError> {
        let settings = HandlerConfig {
            // The default is to ignore them, which would hide a certificate that is not trusted.
            ignore_https_errors: false,
            // No emulated screen: the window is what it is.
            viewport: None,
            request_timeout: LOADED,
            ..HandlerConfig::default()
        };
        let (browser, mut handler) = Browser::connect_with_config(address.clone(), settings).await.map_err(failed("connect"))?;
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
        // Before any page but the empty one, so that nothing is refused unheard.
        let watch = Watch::open(&address).await?;
        let dialogs = answer_dialogs(&page).await?;
        watch.page_is_heard().await;
        Ok(Self { browser, page, watch, tasks: [conversation, dialogs], user_agent: version.user_agent })
    }

    pub(super) async fn goto(&self, url: &str) -> Result<(), BrowserError> {
        match self.page.goto(url).await {
            Ok(_) => Ok(()),
            // What Chromium says of a 4xx or 5xx without a body, in whose place it shows a text of its own.
            Err(CdpError::ChromeMessage(reason)) if reason == "net::ERR_HTTP_RESPONSE_CODE_FAILURE" => Ok(()),
            Err(CdpError::ChromeMessage(reason)) => Err(BrowserError::Navigation { url: url.to_owned(), reason }),
            Err(CdpError::Timeout) => Err(BrowserError::Waited { what: format!("the end of loading {url}"), within: LOADED }),
            Err(error) => Err(failed("go to the page")(error)),
        }
    }

    /// Clicks at a point of the window.
    pub(super) async fn click_at(&self, (x, y): (f64, f64)) -> Result<(), BrowserError> {
        self.page.click(Point::new(x, y)).await.map_err(failed("click"))?;
        Ok(())
    }

    /// Turns the wheel over a point of the window.
    pub(super) async fn scroll_at(&self, (x, y): (f64, f64), down: f64) -> Result<(), BrowserError> {
        let mut turn = DispatchMouseEventParams::new(DispatchMouseEventType::MouseWheel, x, y);
        turn.delta_x = Some(0.0);
        turn.delta_y = Some(down);
        self.page.execute(turn).await.map_err(failed("scroll"))?;
        Ok(())
    }

    pub(super) async fn screenshot(&self) -> Result<Vec<u8>, BrowserError> {
        let wish = ScreenshotParams::builder().format(CaptureScreenshotFormat::Png).build();
        self.page.screenshot(wish).await.map_err(failed("take a screenshot"))
    }

    pub(super) async fn cookies(&self) -> Result<Vec<StoredCookie>, BrowserError> {
        Ok(self.browser.execute(GetCookies {}).await.map_err(failed("say its cookies"))?.result.cookies)
    }

    /// The page that is acted in.
    pub(super) fn page(&self) -> &Page {
        &self.page
    }

    /// What the browser itself says.
    pub(super) async fn report(&self) -> Result<JarReport, BrowserError> {
        Ok(report::of_chromium(&self.watch, self.cookies().await?).await)
    }

    pub(super) fn user_agent(&self) -> &str {
        &self.user_agent
    }

    /// Asks the browser to close; whether it said that it does.
    pub(super) async fn ask_to_close(&mut self) -> bool {
        self.browser.close().await.is_ok()
    }

    /// Runs an expression in the page.
    pub(super) async fn run(&self, expression: &str) -> Result<Look, BrowserError> {
        let mut script = EvaluateParams::new(expression);
        script.return_by_value = Some(true);
        script.await_promise = Some(true);
        let answer = match self.page.execute(script).await {
            Ok(answer) => answer.result,
            // The page was left between question and answer ("Execution context was destroyed", "Inspected target navigated or closed").
            Err(CdpError::Chrome(error)) => return Ok(Look::PageLeft(error.to_string())),
            Err(error) => return Err(failed("run a script")(error)),
        };
        if let Some(thrown) = answer.exception_details {
            let said =
                thrown.exception.and_then(|exception| exception.description.or_else(|| exception.value.map(|value| value.to_string())));
            return Err(BrowserError::Script(said.unwrap_or(thrown.text)));
        }
        let unusual = answer.result.unserializable_value.map(|value| Value::from(value.inner().as_str()));
        Ok(Look::Value(answer.result.value.or(unusual).unwrap_or_default()))
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
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
pub(super) fn failed(doing: &'static str) -> impl Fn(CdpError) -> BrowserError {
    move |error| {
        let why = match error {
            // The library's own words speak of its channels.
            CdpError::ChannelSendError(_) | CdpError::NoResponse => "the connection to it is gone".to_owned(),
            error => error.to_string(),
        };
        BrowserError::Conversation { doing, why }
    }
}
