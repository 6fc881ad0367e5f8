//! The fictitious platform: its pages, its cookies, its telemetry, its consent screen and its link shim. What it does is written down in
//! `truth`; a change here is a change there.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::{Notify, broadcast};

use super::access::now;
use super::answer::{Answer, fill};
use super::coding::Coding;
use super::delivery::{GIF, JAVASCRIPT, image_address, missing};
use super::ids::Ids;
use super::parts::{Asked, value};
use super::plan::{PAGE_ID, PAGE_NAME};
use super::planted::{Dress, Planted};
use super::{PLATFORM, TOWN};
use crate::model::Timestamp;

const DAY: i64 = 86_400;

/// How long the platform takes over a choice, at least and at most. Requests of that time are neither before nor after it.
const CONSIDERATION: (Duration, Duration) = (Duration::from_millis(120), Duration::from_secs(2));

/// Header fields about the device that the platform asks browsers for (Client Hints Infrastructure; RFC 8942).
const HINTS: &str = "Sec-CH-UA-Full-Version-List, Sec-CH-UA-Model, Sec-CH-UA-Platform-Version, Sec-CH-Prefers-Color-Scheme";

/// A public Page: path, identifier, name, text.
const PAGES: [(&str, &str, &str, &str); 2] = [
    ("/ministerievanvoorbeelden", PAGE_ID, PAGE_NAME, "Dit ministerie bestaat niet. Alles op deze pagina is verzonnen."),
    (
        "/gemeentevoorbeeldstad",
        "100000000000002",
        "Gemeente Voorbeeldstad",
        "Deze gemeente bestaat niet. Alles op deze pagina is verzonnen.",
    ),
];

/// What an address of a Page ends with that is behind a wall for whoever is not logged in, in the world of the case.
pub(super) const PHOTOS: &str = "/photos";

/// What the platform remembers: the choice of each browser, by the value of datr.
pub(super) struct Platform {
    /// What it does besides in the world of the case.
    planted: Option<Planted>,
    /// Announces that a choice has come in, by the value of datr, to those who hold lasting connections.
    received: broadcast::Sender<String>,
    /// Told when telemetry about the click on a choice has come in.
    clicked: Notify,
    choices: Mutex<BTreeMap<String, &'static str>>,
}

impl Platform {
    pub(super) fn new(planted: Option<Planted>) -> Self {
        Self { planted, received: broadcast::Sender::new(16), clicked: Notify::new(), choices: Mutex::default() }
    }

    /// Tells from now on when a choice has come in.
    pub(super) fn listen(&self) -> broadcast::Receiver<String> {
        self.received.subscribe()
    }

    /// Answers a request to the platform itself.
    pub(super) async fn answer(&self, asked: &Asked, ids: &Ids) -> Answer {
        let case = self.planted.as_ref().and_then(|planted| planted.answer(asked, ids, self.choice_of(asked)));
        if let Some(answer) = case {
            return answer;
        }
        let photos = asked.path.strip_suffix(PHOTOS).filter(|_| self.planted.is_some());
        let page = PAGES.into_iter().find(|page| page.0 == photos.unwrap_or(&asked.path));
        let answer = match (&asked.method, asked.path.as_str()) {
            (&Method::GET, "/") => self.document(asked, ids, include_str!("pages/start.html"), &[]).streamed(),
            (&Method::GET, "/login/") if self.planted.is_some() => self.document(asked, ids, include_str!("pages/login.html"), &[]),
            (&Method::POST, "/cookie/consent/withdraw/") if self.planted.is_some() => self.withdrawal(asked).await,
            (&Method::GET, _) if page.is_some() => {
                let (path, page, name, about) = page.unwrap_or(PAGES[0]);
                let link = ids.next("h");
                let values = [("path", path), ("page", page), ("name", name), ("about", about), ("link", &link)];
                self.document(asked, ids, include_str!("pages/page.html"), &values).coded(Coding::Gzip, asked)
            }
            (&Method::POST, "/ajax/bz") => {
                if value(&asked.form(), "q").is_some_and(|batch| batch.contains("simulated:consent_click")) {
                    self.clicked.notify_waiters();
                }
                Answer::whole("text/html; charset=utf-8", "")
            }
            (&Method::POST, "/api/graphql/") => graphql(asked).coded(Coding::Brotli, asked),
            (&Method::POST, "/ajax/bulk-route-definitions/") => {
                guarded(json!({ "payload": { "payloads": {} } })).coded(Coding::Deflate, asked)
            }
            (&Method::POST, "/cookie/consent/") => self.choice(asked, ids).await,
            (&Method::GET, "/tr/") => {
                let answer = Answer::whole("image/gif", GIF).with("cache-control", "no-cache, must-revalidate, max-age=0");
                if self.planted.is_some() { refused_elsewhere(answer, asked, ids) } else { answer }
            }
            (&Method::POST, "/tr/") => Answer::whole("text/plain", ""),
            _ => missing(),
        };
        answer.with("alt-svc", "h3=\":443\"; ma=86400")
    }

    fn document(&self, asked: &Asked, ids: &Ids, text: &str, values: &[(&str, &str)]) -> Answer {
        let session = format!("{}:{}:{}", ids.next("s"), ids.next("s"), ids.next("s"));
        let fixed = [("hsi", ids.next("hsi")), ("lsd", ids.next("lsd")), ("session", session)];
        let choice = self.choice_of(asked);
        let datr = asked.cookie("datr").map_or_else(|| ids.next("datr"), str::to_owned);
        let page = values.iter().find_map(|(name, value)| (*name == "page").then_some(*value));
        let planted = self.planted.as_ref().filter(|_| asked.path != "/login/");
        let Dress { account, more, probe, renew } =
            planted.map(|planted| planted.dress(asked, ids, page, choice, &datr)).unwrap_or_default();
        let consent = include_str!("pages/consent.html");
        let mut all = vec![("consent", consent), ("choice", choice), ("account", &account), ("more", &more)];
        all.extend(values);
        all.extend(fixed.iter().map(|(name, value)| (*name, value.as_str())));
        let mut answer = Answer::page(&fill(text, &all)).with("accept-ch", HINTS).with("cache-control", "private, no-store");
        // Before any choice, and whatever it will be.
        if asked.cookie("datr").is_none() {
            answer = answer.with("set-cookie", platform_cookie("datr", &datr, 400 * DAY));
            answer = answer.with("set-cookie", platform_cookie("sb", &ids.next("sb"), 730 * DAY));
        } else if renew {
            // The end slides with every visit; that of `sb` stays.
            answer = answer.with("set-cookie", platform_cookie("datr", &datr, 400 * DAY));
        }
        if probe {
            answer = answer.with("set-cookie", format!("{}; secure; httponly; SameSite=Lax", lasting_of_platform("ps_l", "1", 400 * DAY)));
        }
        answer
    }

    /// The choice of the browser that asks, so far.
    fn choice_of(&self, asked: &Asked) -> &'static str {
        let choices = self.choices.lock().unwrap_or_else(PoisonError::into_inner);
        asked.cookie("datr").and_then(|datr| choices.get(datr)).copied().unwrap_or("none")
    }

    /// What was allowed is taken back: `fr` is deleted by the answer, and `datr` goes on.
    async fn withdrawal(&self, asked: &Asked) -> Answer {
        tokio::time::sleep(CONSIDERATION.0).await;
        if let Some(datr) = asked.cookie("datr") {
            self.choices.lock().unwrap_or_else(PoisonError::into_inner).insert(datr.to_owned(), "withdrawn");
        }
        guarded(json!({ "payload": null })).with("set-cookie", gone("fr"))
    }

    /// The choice in the consent screen. `fr` is set only if advertisements were allowed.
    async fn choice(&self, asked: &Asked, ids: &Ids) -> Answer {
        // The answer waits for the telemetry of the same click, so that every recording holds a request in transition. Where nobody holds a
        // lasting connection, nobody can be told, and nothing is waited for.
        let (least, most) = CONSIDERATION;
        let clicked = self.clicked.notified();
        let told = self.received.send(asked.cookie("datr").unwrap_or_default().to_owned()).is_ok();
        let longest = if told { most } else { least };
        let _ = tokio::join!(tokio::time::sleep(least), tokio::time::timeout(longest, clicked));
        let form = asked.form();
        let essential = value(&form, "accept_only_essential") != Some("false");
        if let Some(datr) = asked.cookie("datr") {
            let choice = if essential { "essential" } else { "optional" };
            self.choices.lock().unwrap_or_else(PoisonError::into_inner).insert(datr.to_owned(), choice);
        }
        let answer = guarded(json!({ "payload": null }));
        if !essential && value(&form, "opt_in[ads]") == Some("true") {
            return answer.with("set-cookie", platform_cookie("fr", &ids.next("fr"), 90 * DAY));
        }
        answer
    }
}

/// The link shim: sends on to the second site, with an identifier of the click, and nowhere else.
pub(super) fn shim(asked: &Asked, ids: &Ids) -> Answer {
    let target = value(&asked.query, "u").filter(|target| *target == format!("https://{TOWN}/paspoort"));
    match (&asked.method, asked.path.as_str(), target) {
        (&Method::GET, "/l.php", Some(target)) => {
            let location = format!("{target}?fbclid={}", ids.next("fbclid"));
            Answer::new(StatusCode::FOUND)
                .with("location", location)
                .with("referrer-policy", "origin")
                .with("cache-control", "private, no-store")
        }
        (&Method::GET, "/l.php", None) => {
            Answer::nothing(StatusCode::BAD_REQUEST, "Onbekende bestemming", "Deze link leidt in de gesimuleerde wereld nergens heen.")
        }
        _ => missing(),
    }
}

/// Content and actions, by the name of the query.
fn graphql(asked: &Asked) -> Answer {
    let form = asked.form();
    let variables: Value = value(&form, "variables").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    Answer::json(match value(&form, "fb_api_req_friendly_name") {
        Some("SIMULATEDPageViewMutation") => json!({ "data": { "page_view": { "ok": true } } }),
        Some("SIMULATEDPageFeedQuery") => {
            let first = if variables["cursor"].is_null() { 3 } else { 5 };
            let posts: Vec<Value> = (first..first + 2).map(post).collect();
            json!({ "data": { "posts": posts } })
        }
        Some("SIMULATEDMemberNotificationsQuery") => json!({ "data": { "notifications": [] } }),
        Some("SIMULATEDPageAdminInsightsQuery") => json!({ "data": { "insights": { "views": 0 } } }),
        Some("SIMULATEDPageLikeMutation") => {
            json!({ "data": null, "errors": [{ "message": "Gesimuleerd: alleen wie is aangemeld, kan deze Page leuk vinden." }] })
        }
        _ => json!({ "data": null, "errors": [{ "message": "SIMULATED: unknown query" }] }),
    })
}

fn post(number: u8) -> Value {
    json!({
        "id": format!("SIMULATED-POST-{number}"), "title": format!("Verzonnen bericht {number}"), "image": image_address(number + 1),
        "text": "Dit bericht is bij het openen van de pagina nageladen en gaat over niets.",
    })
}

/// What the pixel's answer sets in the case: a cookie that the browser keeps apart for each site on which it is set (CHIPS), and one that it has to
/// refuse, for it wants to be sent from other sites and is not bound to TLS (RFC 6265bis section 5.7).
fn refused_elsewhere(answer: Answer, asked: &Asked, ids: &Ids) -> Answer {
    let answer = answer.with("set-cookie", "sim_unbound=SIMULATED; path=/; SameSite=None");
    match asked.cookie("sim_part") {
        Some(_) => answer,
        None => answer.with("set-cookie", format!("sim_part={}; path=/; secure; SameSite=None; Partitioned", ids.next("part"))),
    }
}

/// JSON behind a loop, as the platform's older endpoints send it so that other sites cannot read it as a script.
pub(super) fn guarded(mut value: Value) -> Answer {
    value["simulated"] = super::NOTICE.into();
    Answer::whole(JAVASCRIPT, format!("for (;;);{value}"))
}

/// A cookie of the platform that is also sent in requests from other sites.
fn platform_cookie(name: &str, value: &str, seconds: i64) -> String {
    format!("{}; secure; httponly; SameSite=None", lasting_of_platform(name, value, seconds))
}

/// The beginning of a Set-Cookie for the platform's whole domain.
pub(super) fn lasting_of_platform(name: &str, value: &str, seconds: i64) -> String {
    let domain = PLATFORM.trim_start_matches("www");
    format!("{}; path=/; domain={domain}", lasting(name, value, seconds, now()))
}

/// A Set-Cookie that deletes a cookie of the platform.
pub(super) fn gone(name: &str) -> String {
    let domain = PLATFORM.trim_start_matches("www");
    format!("{name}=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/; domain={domain}; secure; httponly; SameSite=None")
}

/// The beginning of a Set-Cookie with both ways to say how long (RFC 6265 section 5.2), in the old form of the date.
pub(super) fn lasting(name: &str, value: &str, seconds: i64, from: Timestamp) -> String {
    let ends = jiff::Timestamp::from_second(from.as_seconds() + seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{name}={value}; expires={}; Max-Age={seconds}", ends.strftime("%a, %d-%b-%Y %H:%M:%S GMT"))
}
