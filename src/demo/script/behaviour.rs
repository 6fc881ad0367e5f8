//! What the scripts of the world's pages send, performed without running them. `pages/telemetry.js`, `pages/platform.js`, `pages/town.js` and
//! `pages/fbevents.js` are the models; `truth` is the measure of both.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt, StreamExt};
use http::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame, protocol::frame::coding::CloseCode};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::super::access::now;
use super::super::delivery::PIXEL;
use super::super::parts::{Pairs, form, pairs, value};
use super::super::{CHAT, CONNECT, PLATFORM, TOWN};
use super::jar::Towards;
use super::lines::Secured;
use super::visitor::{AGENT, Ask, Got, PATIENCE, Purpose, Visitor, failed, host_of, origin};
use crate::model::Digest;

const FORM: &str = "application/x-www-form-urlencoded;charset=UTF-8";

/// The size of the window that the scripted client claims to have.
const WINDOW: &str = "1280x900";

/// The next message of a connection; control frames are answered on the way.
async fn next(socket: &mut WebSocketStream<Secured>) -> io::Result<Message> {
    let gone = || failed("the chat host said nothing more");
    let message = tokio::time::timeout(PATIENCE, socket.next()).await.map_err(|_| gone())?;
    message.ok_or_else(gone)?.map_err(io::Error::other)
}

/// Waits for the message with this topic.
async fn hear(socket: &mut WebSocketStream<Secured>, topic: &str) -> io::Result<()> {
    while !matches!(next(socket).await?, Message::Text(text) if text.contains(topic)) {}
    Ok(())
}

fn owned(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Milliseconds since 1970, as `Date.now()` gives them.
fn milliseconds() -> i64 {
    now().as_nanoseconds() / 1_000_000
}

impl Visitor {
    /// What happens when a document has loaded.
    pub(super) async fn arrive(&mut self) -> io::Result<()> {
        match self.document()?.data("kind").as_str() {
            "town" => self.arrive_in_town().await?,
            kind => self.arrive_on_platform(kind == "page").await?,
        }
        self.settle()
    }

    /// A click on an element, by its CSS selector.
    pub(super) async fn click(&mut self, css: &str) -> io::Result<()> {
        self.expect(css)?;
        match css {
            "#consent-allow" => self.choose(css, &["ads", "measurement", "partners"]).await?,
            "#consent-decline" => self.choose(css, &[]).await?,
            "#like" => self.like().await?,
            "#appointment" => self.appointment().await?,
            link => {
                let document = self.document()?;
                let target = document.link(link).ok_or_else(|| failed(&format!("{link} leads nowhere")))?;
                let from = document.url.clone();
                return self.open(&target, Some(&from)).await;
            }
        }
        self.settle()
    }

    /// The page is scrolled for the first time.
    pub(super) async fn scroll(&mut self) -> io::Result<()> {
        self.telemetry("simulated:scroll", json!({ "y": 900, "post": "SIMULATED-POST-2" })).await?;
        let path = self.document()?.data("path");
        let routes = owned(&[("route_urls[0]", &format!("{path}/about")), ("route_urls[1]", &format!("{path}/photos"))]);
        self.post("/ajax/bulk-route-definitions/", routes).await?;
        self.settle()
    }

    /// The document goes away: a beacon, and the end of its connection. `self.document` is none afterwards.
    pub(super) async fn leave(&mut self) -> io::Result<()> {
        let Some(mut document) = self.document.take() else { return Ok(()) };
        let socket = document.socket.take();
        if document.data("kind") == "page" {
            let from = document.url.clone();
            self.document = Some(document);
            let fields = self.batch("simulated:leave", json!({ "visible_ms": 1000 }), "beacon")?;
            let body = self.usual(fields)?;
            self.send(Ask::post(Purpose::Opaque, format!("https://{PLATFORM}{BZ}"), FORM, body), Some(&from)).await?;
            self.document = None;
        }
        if let Some(mut socket) = socket {
            let away = CloseFrame { code: CloseCode::Away, reason: "".into() };
            socket.close(Some(away)).await.map_err(io::Error::other)?;
            while let Some(Ok(_)) = socket.next().await {}
        }
        Ok(())
    }

    /// The window is closed. A browser may or may not get its beacons out then, so nothing is sent; connections end.
    pub(super) async fn close(&mut self) -> io::Result<()> {
        if let Some(mut socket) = self.document.take().and_then(|document| document.socket) {
            socket.close(None).await.map_err(io::Error::other)?;
            while let Some(Ok(_)) = socket.next().await {}
        }
        Ok(())
    }

    fn settle(&mut self) -> io::Result<()> {
        self.document_mut()?.settled += 1;
        Ok(())
    }

    async fn arrive_on_platform(&mut self, page: bool) -> io::Result<()> {
        let week = "max-age=604800; path=/; domain=.facebook.com; secure";
        self.jar().take(PLATFORM, &format!("wd={WINDOW}; {week}; SameSite=Lax"));
        self.jar().take(PLATFORM, &format!("dpr=1; {week}; SameSite=None"));
        let document = self.document()?;
        let about = json!({
            "event": "load", "viewport": WINDOW, "screen": WINDOW, "languages": "nl-NL,nl", "rtt": 50, "downlink": 10,
            "referrer": document.referrer, "choice": document.data("choice"),
        });
        self.telemetry("simulated:page_load", about).await?;
        if page {
            let input = json!({ "input": { "page_id": self.document()?.data("page"), "surface": "PAGE", "event": "view" } });
            self.graphql("SIMULATEDPageViewMutation", "SIMULATED-DOC-2", input).await?;
            self.posts(Value::Null).await?;
            self.chat().await?;
        }
        Ok(())
    }

    async fn posts(&mut self, cursor: Value) -> io::Result<()> {
        let variables = json!({ "pageID": self.document()?.data("page"), "count": 2, "cursor": cursor });
        let answer = self.graphql("SIMULATEDPageFeedQuery", "SIMULATED-DOC-3", variables).await?;
        for post in answer["data"]["posts"].as_array().into_iter().flatten() {
            self.load(Purpose::Image, post["image"].as_str().unwrap_or_default()).await?;
        }
        Ok(())
    }

    async fn like(&mut self) -> io::Result<()> {
        let input = json!({ "input": { "page_id": self.document()?.data("page"), "action": "like", "source": "page_header" } });
        self.graphql("SIMULATEDPageLikeMutation", "SIMULATED-DOC-4", input).await?;
        self.telemetry("simulated:like", json!({ "target": "like" })).await.map(drop)
    }

    /// The choice is a request of its own, and telemetry goes on while it is on its way.
    async fn choose(&mut self, css: &str, kinds: &[&str]) -> io::Result<()> {
        let essential = kinds.is_empty();
        let mut fields = owned(&[("accept_only_essential", if essential { "true" } else { "false" })]);
        fields.extend(kinds.iter().map(|kind| (format!("opt_in[{kind}]"), "true".to_owned())));
        let from = self.document()?.url.clone();
        let choice = Ask::post(Purpose::Fetch, format!("https://{PLATFORM}/cookie/consent/"), FORM, self.usual(fields)?);
        let event = self.batch("simulated:consent_click", json!({ "target": css.trim_start_matches('#') }), "ajax")?;
        let event = Ask::post(Purpose::Fetch, format!("https://{PLATFORM}{BZ}"), FORM, self.usual(event)?);
        let mut socket = self.document_mut()?.socket.take();
        let meanwhile = async {
            if let Some(socket) = &mut socket {
                hear(socket, "/simulated_choice").await?;
            }
            self.send(event, Some(&from)).await
        };
        tokio::try_join!(self.send(choice, Some(&from)), meanwhile)?;
        self.document_mut()?.socket = socket;
        self.telemetry("simulated:consent_done", json!({ "only_essential": essential })).await?;
        if self.document()?.data("kind") == "page" {
            self.posts("SIMULATED-CURSOR".into()).await?;
        }
        Ok(())
    }

    /// The connection that stays open, up to where both sides have said what they say on arrival.
    async fn chat(&mut self) -> io::Result<()> {
        let document = self.document()?;
        let (from, page) = (document.url.clone(), document.data("page"));
        let stamp = milliseconds();
        let request = http::Request::builder()
            .method(Method::GET)
            .uri(format!("wss://{CHAT}/chat?sid=SIMULATEDsid{stamp}&cid=SIMULATEDcid{stamp}"))
            .header("host", CHAT)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("user-agent", AGENT)
            .header("origin", origin(&from))
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", generate_key())
            .header("sec-websocket-protocol", "mqtt")
            .header("cookie", self.jar().towards(Towards { host: CHAT, path: "/chat", same_site: true, navigation: false }).join("; "));
        let request = request.body(()).map_err(io::Error::other)?;
        let stream = self.lines.older(CHAT).await?;
        let (mut socket, _) = client_async(request, stream).await.map_err(io::Error::other)?;
        let hello = Message::binary(&b"\x10\x20\x00\x06MQIsdp\x03\x02SIMULATED-CONNECT"[..]);
        socket.send(hello).await.map_err(io::Error::other)?;
        next(&mut socket).await?;
        let presence = json!({ "topic": "/simulated_presence", "state": "anonymous", "page": page });
        socket.send(Message::text(presence.to_string())).await.map_err(io::Error::other)?;
        hear(&mut socket, "/simulated_update").await?;
        let seen = json!({ "topic": "/simulated_seen", "page": page });
        socket.send(Message::text(seen.to_string())).await.map_err(io::Error::other)?;
        self.document_mut()?.socket = Some(socket);
        Ok(())
    }

    async fn telemetry(&mut self, name: &str, data: Value) -> io::Result<Got> {
        let fields = self.batch(name, data, "ajax")?;
        self.post(BZ, fields).await
    }

    async fn graphql(&mut self, name: &str, document: &str, variables: Value) -> io::Result<Value> {
        let fields = owned(&[
            ("fb_api_caller_class", "RelayModern"),
            ("fb_api_req_friendly_name", name),
            ("server_timestamps", "true"),
            ("variables", &variables.to_string()),
            ("doc_id", document),
        ]);
        let (from, lsd) = (self.document()?.url.clone(), self.document()?.data("lsd"));
        let ask = Ask::post(Purpose::Fetch, format!("https://{PLATFORM}/api/graphql/"), FORM, self.usual(fields)?);
        let ask = ask.with("x-fb-friendly-name", name).with("x-fb-lsd", lsd).with("x-asbd-id", "000000");
        let got = self.send(ask, Some(&from)).await?;
        serde_json::from_slice(&got.body).map_err(|cause| failed(&format!("the answer to {name} is not JSON: {cause}")))
    }

    async fn post(&mut self, path: &str, fields: Pairs) -> io::Result<Got> {
        let from = self.document()?.url.clone();
        let body = self.usual(fields)?;
        self.send(Ask::post(Purpose::Fetch, format!("https://{PLATFORM}{path}"), FORM, body), Some(&from)).await
    }

    /// The fields of a batch of telemetry with one event.
    fn batch(&self, name: &str, mut data: Value, way: &str) -> io::Result<Pairs> {
        let document = self.document()?;
        data["path"] = document.data("path").into();
        data["page_id"] = document.data("page").into();
        let session = document.data("session");
        let batch = json!([{ "app_id": "SIMULATED-APP", "posts": [[name, data, 400, 0]], "user": "0", "webSessionId": session, "send_method": way }]);
        Ok(owned(&[("q", &batch.to_string()), ("ts", &milliseconds().to_string())]))
    }

    /// A form with the parameters that every request of the platform's pages carries.
    fn usual(&mut self, more: Pairs) -> io::Result<String> {
        let document = self.document_mut()?;
        document.number += 1;
        let mut fields = owned(&[
            ("av", "0"),
            ("__user", "0"),
            ("__a", "1"),
            ("__req", &document.number.to_string()),
            ("__hs", "SIMULATED.HYP:comet_plat_default_pkg"),
            ("dpr", "1"),
            ("__ccg", "EXCELLENT"),
            ("__rev", "1000000001"),
            ("__s", &document.data("session")),
            ("__hsi", &document.data("hsi")),
            ("__comet_req", "15"),
            ("lsd", &document.data("lsd")),
            ("jazoest", "20000"),
            ("__spin_r", "1000000001"),
            ("__spin_b", "trunk"),
        ]);
        fields.extend(more);
        Ok(form(&fields))
    }

    /// The pixel's script sets its cookies on the second site's domain, fetches its settings and reports the visit.
    async fn arrive_in_town(&mut self) -> io::Result<()> {
        let url = self.document()?.url.clone();
        let started = milliseconds();
        let rest = "max-age=7776000; path=/; domain=.voorbeeldgemeente.example; secure; SameSite=Lax";
        if self.jar().value(TOWN, "_fbp").is_none() {
            self.jar().take(TOWN, &format!("_fbp=fb.1.{started}.SIMULATED{:010}; {rest}", started % 10_000_000_000));
        }
        let query = url.split_once('?').map(|(_, query)| pairs(query.as_bytes())).unwrap_or_default();
        if let Some(click) = value(&query, "fbclid") {
            self.jar().take(TOWN, &format!("_fbc=fb.1.{started}.{click}; {rest}"));
        }
        self.load(Purpose::Script, &format!("https://{CONNECT}/signals/config/{PIXEL}?v=2.9.0&r=stable&domain={}", host_of(&url))).await?;
        let fields = self.pixel("PageView", &[("rqm", "GET")])?;
        self.send(Ask::get(Purpose::Image, format!("https://{PLATFORM}/tr/?{}", form(&fields))), Some(&url)).await.map(drop)
    }

    /// The pixel hears of the click before the form is sent, and of the form after it was.
    async fn appointment(&mut self) -> io::Result<()> {
        let document = self.document()?;
        let (url, mail, phone) = (document.url.clone(), document.typed("#mail"), document.typed("#phone"));
        let (mail_digest, phone_digest) = (digest(&mail.trim().to_lowercase()), digest(&international(phone)));
        let border = "----SIMULATEDboundary";
        let more = [("cd[buttonText]", "Afspraak maken"), ("udff[em]", &mail_digest), ("rqm", "SB")];
        let fields = self.pixel("SubscribedButtonClick", &more)?;
        let part =
            |(name, value): &(String, String)| format!("--{border}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        let body = fields.iter().map(part).collect::<String>() + &format!("--{border}--\r\n");
        let ask = Ask::post(Purpose::Opaque, format!("https://{PLATFORM}/tr/"), &format!("multipart/form-data; boundary={border}"), body);
        self.send(ask, Some(&url)).await?;
        // A field of the kind `email` hands over what was typed without the spaces around it (HTML, section 4.10.5.1.5).
        let typed = json!({ "product": "paspoort", "email": mail.trim(), "telefoon": phone }).to_string();
        let asked = Ask::post(Purpose::Fetch, format!("https://{TOWN}/api/afspraak"), "application/json", typed);
        self.send(asked, Some(&url)).await?;
        let confirmed = form(&owned(&[("bevestigd", &STANDARD.encode(mail.trim()))]));
        let url = format!("https://{TOWN}/paspoort?{confirmed}");
        self.document_mut()?.url.clone_from(&url);
        let fields = self.pixel("SubmitApplication", &[("ud[em]", &mail_digest), ("ud[ph]", &phone_digest), ("rqm", "GET")])?;
        self.send(Ask::get(Purpose::Image, format!("https://{PLATFORM}/tr/?{}", form(&fields))), Some(&url)).await.map(drop)
    }

    fn pixel(&self, event: &str, more: &[(&str, &str)]) -> io::Result<Pairs> {
        let document = self.document()?;
        let (width, height) = WINDOW.split_once('x').unwrap_or_default();
        let stamp = milliseconds().to_string();
        let mut fields = owned(&[
            ("id", PIXEL),
            ("ev", event),
            ("dl", &document.url),
            ("rl", &document.referrer),
            ("if", "false"),
            ("ts", &stamp),
            ("sw", width),
            ("sh", height),
            ("v", "2.9.0"),
            ("r", "stable"),
            ("ec", "0"),
            ("o", "4126"),
        ]);
        let jar = self.jar();
        let cookies = [("fbp", "_fbp"), ("fbc", "_fbc")];
        fields.extend(cookies.iter().filter_map(|(field, cookie)| Some(((*field).to_owned(), jar.value(TOWN, cookie)?.to_owned()))));
        fields.extend(owned(&[("it", &stamp), ("coo", "false")]));
        fields.extend(owned(more));
        Ok(fields)
    }
}

/// A digest as advanced matching sends it.
fn digest(text: &str) -> String {
    Digest::of(text.as_bytes()).to_string()
}

/// A telephone number with the code of its country and without signs.
fn international(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("00").or_else(|| digits.strip_prefix('0')) {
        Some(rest) if digits.starts_with("00") => rest.to_owned(),
        Some(rest) => format!("31{rest}"),
        None => digits,
    }
}

/// Where batches of telemetry go.
const BZ: &str = "/ajax/bz?__a=1&__ccg=EXCELLENT&__user=0";
