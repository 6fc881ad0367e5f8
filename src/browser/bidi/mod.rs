//! Acts in a Firefox over WebDriver BiDi (W3C), on the browser's own port, without a driver program in between. Never changes what a page is
//! or sends: it sets no cookie, header or user agent, hides nothing of the automation and intercepts no request.

mod connection;
mod value;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::driver::{LOADED, Look};
use super::jar::PartitionKey;
use super::{BrowserError, JarReport, StoredCookie, report};
use crate::model::NotRead;
use connection::{Connection, Refusal};

/// The conversation with a Firefox about one page.
pub(super) struct Firefox {
    connection: Connection,
    /// The tab (a "browsing context" in the protocol's words).
    context: String,
    user_agent: String,
}

impl Firefox {
    /// Connects to the browser that listens at `address` (`ws://127.0.0.1:port`), begins a session and takes the tab that is open.
    pub(super) async fn connect(address: &str) -> Result<Self, BrowserError> {
        let connection = Connection::open(address).await?;
        // Dialogs would keep a page from going on: leaving a page is agreed to, everything else is declined. Certificates stay checked, which
        // a driven Firefox would otherwise leave to its default.
        let wishes = json!({ "capabilities": { "alwaysMatch": {
            "acceptInsecureCerts": false,
            "unhandledPromptBehavior": { "beforeUnload": "accept", "default": "dismiss" },
        } } });
        let begun = connection.ask("session.new", wishes).await.map_err(failed("begin a session"))?;
        let user_agent = begun["capabilities"]["userAgent"].as_str().unwrap_or_default().to_owned();
        let tree = connection.ask("browsingContext.getTree", json!({ "maxDepth": 0 })).await.map_err(failed("name its tabs"))?;
        let context = match tree["contexts"][0]["context"].as_str() {
            Some(context) => context.to_owned(),
            None => {
                let made = connection.ask("browsingContext.create", json!({ "type": "tab" })).await.map_err(failed("open a page"))?;
                made["context"].as_str().unwrap_or_default().to_owned()
            }
        };
        Ok(Self { connection, context, user_agent })
    }

    pub(super) async fn goto(&self, url: &str) -> Result<(), BrowserError> {
        let where_to = json!({ "context": self.context, "url": url, "wait": "complete" });
        match self.connection.ask("browsingContext.navigate", where_to).await {
            Ok(_) => Ok(()),
            Err(Refusal::Late) => Err(BrowserError::Waited { what: format!("the end of loading {url}"), within: LOADED }),
            // The browser shows a page of its own; its code stands last in the message.
            Err(Refusal::Said { error, message }) if error == "unknown error" => {
                Err(BrowserError::Navigation { url: url.to_owned(), reason: code(&message).to_owned() })
            }
            Err(refusal) => Err(failed("go to the page")(refusal)),
        }
    }

    /// Clicks at a point of the window.
    pub(super) async fn click_at(&self, (x, y): (f64, f64)) -> Result<(), BrowserError> {
        let actions = json!([
            { "type": "pointerMove", "x": x.round(), "y": y.round() },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        let source = json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions });
        self.perform(source, "click").await
    }

    /// Turns the wheel over a point of the window.
    pub(super) async fn scroll_at(&self, (x, y): (f64, f64), down: f64) -> Result<(), BrowserError> {
        let turn = json!({ "type": "scroll", "x": x.round() as i64, "y": y.round() as i64, "deltaX": 0, "deltaY": down.round() as i64 });
        self.perform(json!({ "type": "wheel", "id": "wheel", "actions": [turn] }), "scroll").await
    }

    async fn perform(&self, source: Value, doing: &'static str) -> Result<(), BrowserError> {
        let all = json!({ "context": self.context, "actions": [source] });
        match self.connection.ask("input.performActions", all).await {
            Ok(_) => Ok(()),
            // A click can lead to another page before the browser has answered for it.
            Err(Refusal::Said { error, .. }) if error == "no such frame" || error == "no such element" => Ok(()),
            Err(refusal) => Err(failed(doing)(refusal)),
        }
    }

    pub(super) async fn screenshot(&self) -> Result<Vec<u8>, BrowserError> {
        let doing = "take a screenshot";
        let taken =
            self.connection.ask("browsingContext.captureScreenshot", json!({ "context": self.context })).await.map_err(failed(doing))?;
        let text = taken["data"].as_str().unwrap_or_default();
        STANDARD.decode(text).map_err(|error| BrowserError::Conversation { doing, why: error.to_string() })
    }

    pub(super) async fn cookies(&self) -> Result<Vec<StoredCookie>, BrowserError> {
        let jar = self.connection.ask("storage.getCookies", json!({})).await.map_err(failed("say its cookies"))?;
        let site = jar["partitionKey"]["sourceOrigin"].as_str().filter(|site| !site.is_empty());
        Ok(jar["cookies"].as_array().into_iter().flatten().map(|cookie| stored(cookie, site)).collect())
    }

    /// What the browser itself says. Of refusals the protocol says nothing.
    pub(super) async fn report(&self) -> Result<JarReport, BrowserError> {
        let mut report = report::begun("bidi", &self.cookies().await?);
        let tree = self.connection.ask("browsingContext.getTree", json!({})).await.map_err(failed("name its frames"))?;
        let mut frames: Vec<(&Value, bool)> = tree["contexts"].as_array().into_iter().flatten().map(|frame| (frame, true)).collect();
        while let Some((frame, top)) = frames.pop() {
            frames.extend(frame["children"].as_array().into_iter().flatten().map(|frame| (frame, false)));
            let place = report::address(frame["url"].as_str().unwrap_or_default());
            let script = json!({
                "expression": report::STORED, "awaitPromise": true, "resultOwnership": "none",
                // A world of its own, in which a page's scripts are not seen and see nothing.
                "target": { "context": frame["context"], "sandbox": "dataspoor" },
            });
            let said = match self.connection.ask("script.evaluate", script).await {
                Ok(answer) if answer["type"] == "exception" => {
                    Err(answer["exceptionDetails"]["text"].as_str().unwrap_or_default().to_owned())
                }
                Ok(answer) => value::plain(&answer["result"]).as_str().map(str::to_owned).ok_or_else(|| "no answer".to_owned()),
                Err(refusal) => Err(refusal.to_string()),
            };
            match said {
                Ok(text) => report::add_frame(&mut report, &text, &place, None, top),
                Err(why) => report.not_read.push(NotRead { what: "frame".to_owned(), place, why }),
            }
        }
        report::in_order(&mut report);
        Ok(report)
    }

    pub(super) fn user_agent(&self) -> &str {
        &self.user_agent
    }

    /// Asks the browser to close; whether it said that it does.
    pub(super) async fn ask_to_close(&mut self) -> bool {
        match self.connection.ask("browser.close", json!({})).await {
            // It may be gone before its answer has come.
            Ok(_) | Err(Refusal::Gone(_)) => true,
            Err(_) => false,
        }
    }

    /// Runs an expression in the page.
    pub(super) async fn run(&self, expression: &str) -> Result<Look, BrowserError> {
        let script = json!({
            "expression": expression, "target": { "context": self.context }, "awaitPromise": true, "resultOwnership": "none",
        });
        match self.connection.ask("script.evaluate", script).await {
            Ok(answer) if answer["type"] == "exception" => {
                let text = answer["exceptionDetails"]["text"].as_str().unwrap_or("it threw something without a text");
                Err(BrowserError::Script(text.to_owned()))
            }
            Ok(answer) => Ok(Look::Value(value::plain(&answer["result"]))),
            // The page was left between question and answer.
            Err(Refusal::Said { error, message }) if error == "no such frame" || error == "unknown error" => {
                Ok(Look::PageLeft(format!("{error}: {message}")))
            }
            Err(refusal) => Err(failed("run a script")(refusal)),
        }
    }
}

/// Firefox's code for what is wrong, which stands last in its message: `Error: NS_ERROR_GENERATE_FAILURE(NS_ERROR_MODULE_SECURITY,
/// SEC_ERROR_UNKNOWN_ISSUER)`. The whole message if there is none.
fn code(message: &str) -> &str {
    let is_code =
        |word: &&str| ["NS_ERROR_", "SEC_ERROR_", "SSL_ERROR_", "MOZILLA_PKIX_ERROR_"].iter().any(|start| word.starts_with(start));
    message.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_')).rfind(is_code).unwrap_or(message)
}

/// A cookie as the protocol gives it (`network.Cookie`).
fn stored(cookie: &Value, site: Option<&str>) -> StoredCookie {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let flag = |name: &str| cookie[name].as_bool().unwrap_or_default();
    // A value that is not UTF-8 comes as base64.
    let value = match cookie["value"]["type"].as_str() {
        Some("base64") => {
            STANDARD.decode(text(&cookie["value"]["value"])).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
        }
        _ => text(&cookie["value"]["value"]),
    };
    let same_site = match cookie["sameSite"].as_str() {
        Some("strict") => Some("Strict"),
        Some("lax") => Some("Lax"),
        Some("none") => Some("None"),
        _ => None,
    };
    StoredCookie {
        name: text(&cookie["name"]),
        value,
        domain: text(&cookie["domain"]),
        path: text(&cookie["path"]),
        expires: cookie["expiry"].as_f64(),
        http_only: flag("httpOnly"),
        secure: flag("secure"),
        session: cookie["expiry"].is_null(),
        same_site: same_site.map(str::to_owned),
        partition_key: site.map(|site| PartitionKey { top_level_site: site.to_owned(), has_cross_site_ancestor: false }),
        partition_key_opaque: None,
        source_scheme: None,
        source_port: None,
    }
}

/// The error for a command that the browser did not carry out.
fn failed(doing: &'static str) -> impl Fn(Refusal) -> BrowserError {
    move |refusal| BrowserError::Conversation { doing, why: refusal.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_firefox() {
        for (message, expected) in [
            ("Error: NS_ERROR_GENERATE_FAILURE(NS_ERROR_MODULE_SECURITY, SEC_ERROR_UNKNOWN_ISSUER)", "SEC_ERROR_UNKNOWN_ISSUER"),
            ("Error: NS_ERROR_PROXY_BAD_GATEWAY", "NS_ERROR_PROXY_BAD_GATEWAY"),
            ("something else", "something else"),
        ] {
            assert_eq!(code(message), expected);
        }
    }

    #[test]
    fn cookies_as_the_protocol_gives_them() {
        let cookie = json!({"name": "a", "value": {"type": "base64", "value": "Yg=="}, "domain": ".x.test", "path": "/", "httpOnly": true,
            "secure": true, "sameSite": "lax", "expiry": 10, "size": 2});
        let read = stored(&cookie, None);
        assert_eq!((read.value.as_str(), read.same_site.as_deref(), read.expires, read.session), ("b", Some("Lax"), Some(10.0), false));
        assert!(read.http_only && read.secure && read.partition_key.is_none());
        let read = stored(&json!({"name": "a", "value": {"type": "string", "value": "b"}, "sameSite": "default"}), Some("https://y.test"));
        assert_eq!((read.value.as_str(), read.same_site, read.session), ("b", None, true));
        assert_eq!(read.partition_key.map(|key| key.top_level_site).as_deref(), Some("https://y.test"));
    }
}
