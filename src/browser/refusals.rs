//! Counts what a Chromium says it refused: cookies of answers that it did not take, cookies that it did not send, and those it took or sent by an
//! exception (`Network.responseReceivedExtraInfo`, `Network.requestWillBeSentExtraInfo`). Reads the events leniently, because a browser may know
//! reasons that nobody here has heard of. Never keeps a value, a whole line or a query, and never more than a bounded number of rows.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use crate::model::{Refusal, Refusals, UrlParts};

/// Different rows that are kept.
const ROWS: usize = 4096;

/// Requests whose address is remembered until what the browser says of their cookies has come.
const REQUESTS: usize = 4096;

/// Longest text that is kept of a name, domain or path, in characters.
const LONGEST: usize = 1024;

/// Reasons that are no refusal: the cookie is not meant for that request (RFC 6265bis section 5.8.3, domain and path).
const NOT_MEANT: [&str; 2] = ["DomainMismatch", "NotOnPath"];

/// See the head of this file.
#[derive(Debug, Default)]
pub(super) struct Tally {
    rows: BTreeMap<Key, (u64, Option<String>)>,
    left_out: u64,
    requests: BTreeMap<String, Request>,
    /// Their identifiers, oldest first.
    order: VecDeque<String>,
}

/// What tells rows from each other. Ordered as the report is.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    direction: &'static str,
    host: String,
    domain: String,
    name: String,
    path: Option<String>,
    partition_key: Option<String>,
    reason: String,
}

/// What is known of a request under way. A redirected one has the same identifier with another address.
#[derive(Debug, Default)]
struct Request {
    /// Host and path as the browser announced them last.
    announced: Option<(String, String)>,
    /// The host that the head on its way named last.
    sent_to: Option<String>,
    /// The path that the head on its way named last; HTTP/1.1 does not say it apart.
    sent_path: Option<String>,
}

impl Tally {
    /// Takes an event of the protocol; those of no concern are left alone.
    pub(super) fn event(&mut self, method: &str, parameters: &Value) {
        let Some(id) = parameters["requestId"].as_str() else { return };
        match method {
            "Network.requestWillBeSent" => {
                if let Some(place) = parameters["request"]["url"].as_str().and_then(place) {
                    self.request(id).announced = Some(place);
                }
            }
            "Network.requestWillBeSentExtraInfo" => {
                let headers = &parameters["headers"];
                let field = |name: &str| {
                    let fields = headers.as_object().into_iter().flatten();
                    fields.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
                };
                let host = field(":authority").or_else(|| field("host")).map(|host| without_port(host).to_ascii_lowercase());
                let path = field(":path").map(|path| cut(path.split(['?', '#']).next().unwrap_or_default()));
                let request = self.request(id);
                request.sent_to = host;
                request.sent_path = path;
                let place = request.place();
                for cookie in list(&parameters["associatedCookies"]) {
                    let reasons = texts(&cookie["blockedReasons"]);
                    if reasons.iter().any(|reason| NOT_MEANT.contains(reason)) {
                        continue;
                    }
                    reasons.iter().for_each(|reason| self.add("send", reason, &cookie["cookie"], None, &place));
                    if let Some(reason) = exemption(cookie) {
                        self.add("send-exempted", reason, &cookie["cookie"], None, &place);
                    }
                }
            }
            "Network.responseReceivedExtraInfo" => {
                let place = self.request(id).place();
                for cookie in list(&parameters["blockedCookies"]) {
                    let line = cookie["cookieLine"].as_str();
                    texts(&cookie["blockedReasons"]).iter().for_each(|reason| self.add("set", reason, &cookie["cookie"], line, &place));
                }
                for cookie in list(&parameters["exemptedCookies"]) {
                    if let Some(reason) = exemption(cookie) {
                        self.add("set-exempted", reason, &cookie["cookie"], cookie["cookieLine"].as_str(), &place);
                    }
                }
            }
            _ => {}
        }
    }

    /// What was counted so far.
    pub(super) fn report(&self, unbroken: bool) -> Refusals {
        let all = self.rows.iter().map(|(key, (count, url_path))| Refusal {
            direction: key.direction.to_owned(),
            reason: key.reason.clone(),
            name: key.name.clone(),
            domain: key.domain.clone(),
            path: key.path.clone(),
            partition_key: key.partition_key.clone(),
            host: key.host.clone(),
            url_path: url_path.clone(),
            count: *count,
        });
        Refusals { all: all.collect(), left_out: self.left_out, unbroken }
    }

    fn request(&mut self, id: &str) -> &mut Request {
        if !self.requests.contains_key(id) {
            if self.order.len() >= REQUESTS
                && let Some(oldest) = self.order.pop_front()
            {
                self.requests.remove(&oldest);
            }
            self.order.push_back(id.to_owned());
        }
        self.requests.entry(id.to_owned()).or_default()
    }

    fn add(
        &mut self,
        direction: &'static str,
        reason: &str,
        cookie: &Value,
        line: Option<&str>,
        (host, url_path): &(String, Option<String>),
    ) {
        let said = line.map(Line::of).unwrap_or_default();
        let text = |name: &str| cookie[name].as_str().filter(|text| !text.is_empty()).map(cut);
        let partition_key = match &cookie["partitionKey"] {
            Value::String(site) => Some(cut(site)),
            key => key["topLevelSite"].as_str().map(cut),
        };
        let key = Key {
            direction,
            host: host.clone(),
            domain: text("domain").or(said.domain).unwrap_or_else(|| host.clone()),
            name: cookie["name"].as_str().map(cut).or(said.name).unwrap_or_default(),
            path: text("path").or(said.path),
            partition_key,
            reason: cut(reason),
        };
        if let Some((count, _)) = self.rows.get_mut(&key) {
            *count += 1;
        } else if self.rows.len() < ROWS {
            self.rows.insert(key, (1, url_path.clone()));
        } else {
            self.left_out += 1;
        }
    }
}

impl Request {
    /// Host, and path where it is known: of what is on its way, whatever was announced meanwhile.
    fn place(&self) -> (String, Option<String>) {
        let announced = self.announced.as_ref();
        match &self.sent_to {
            Some(host) => {
                let path = self.sent_path.clone().or_else(|| announced.filter(|(known, _)| known == host).map(|(_, path)| path.clone()));
                (host.clone(), path)
            }
            None => announced.map_or((String::new(), None), |(host, path)| (host.clone(), Some(path.clone()))),
        }
    }
}

/// What is read of a line that the browser could make no cookie of.
#[derive(Default)]
struct Line {
    name: Option<String>,
    domain: Option<String>,
    path: Option<String>,
}

impl Line {
    fn of(line: &str) -> Self {
        let mut parts = line.split(';');
        // Without an equals sign the whole pair is the value of a cookie without a name (RFC 6265bis section 5.6), and no value is kept.
        let name = parts.next().and_then(|pair| pair.split_once('=')).map(|(name, _)| cut(name.trim()));
        let mut read = Self { name, ..Self::default() };
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            let value = Some(value.trim()).filter(|value| !value.is_empty()).map(cut);
            match name.trim() {
                name if name.eq_ignore_ascii_case("domain") => read.domain = value,
                name if name.eq_ignore_ascii_case("path") => read.path = value,
                _ => {}
            }
        }
        read
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn texts(value: &Value) -> Vec<&str> {
    list(value).iter().filter_map(Value::as_str).collect()
}

fn exemption(cookie: &Value) -> Option<&str> {
    cookie["exemptionReason"].as_str().filter(|reason| *reason != "None")
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// Host and path of an address, without query and port.
fn place(url: &str) -> Option<(String, String)> {
    let parts = UrlParts::of(url);
    let host = without_port(&url[parts.authority?]).to_ascii_lowercase();
    Some((host, cut(&url[parts.path])))
}

fn without_port(authority: &str) -> &str {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refusals_are_counted_per_cookie_reason_direction_and_host_and_hold_no_value() {
        let mut tally = Tally::default();
        let sent = |url: &str| json!({"requestId": "1", "request": {"url": url}});
        tally.event("Network.requestWillBeSent", &sent("https://A.test:8443/pixel?uid=geheim#x"));
        let head = |host: &str| {
            json!({"requestId": "1", "headers": {"Host": host}, "associatedCookies": [
                {"cookie": {"name": "sid", "value": "geheim", "domain": ".a.test", "path": "/"}, "blockedReasons": ["SameSiteStrict"]},
                {"cookie": {"name": "far", "value": "geheim", "domain": "b.a.test", "path": "/"}, "blockedReasons": ["DomainMismatch"]},
                {"cookie": {"name": "odd", "value": "geheim", "domain": "a.test", "path": "/"}, "blockedReasons": [], "exemptionReason": "Novel"},
                {"cookie": {"name": "ok", "value": "geheim", "domain": "a.test", "path": "/"}, "blockedReasons": []}]})
        };
        tally.event("Network.requestWillBeSentExtraInfo", &head("a.test:8443"));
        // The address after a redirect may be announced before what is said of the first answer.
        tally.event("Network.requestWillBeSent", &sent("https://c.test/next"));
        let answer = json!({"requestId": "1", "blockedCookies": [
            {"blockedReasons": ["SecureOnly", "SameSiteNoneInsecure"], "cookieLine": "n=geheim; Domain=.a.test; Path=/p",
             "cookie": {"name": "n", "value": "geheim", "domain": ".a.test", "path": "/p", "partitionKey": {"topLevelSite": "https://t.test"}}},
            {"blockedReasons": ["SyntaxError"], "cookieLine": "geheim; domain=x.test"},
            {"blockedReasons": ["InvalidPrefix"], "cookieLine": "__Host-x=geheim; path=/q"}, 7]});
        tally.event("Network.responseReceivedExtraInfo", &answer);
        tally.event("Network.responseReceivedExtraInfo", &answer);
        tally.event("Network.responseReceivedExtraInfo", &json!({"blockedCookies": 3}));
        let report = tally.report(true);
        let rows: Vec<_> =
            report.all.iter().map(|row| (&*row.direction, &*row.reason, &*row.name, &*row.domain, &*row.host, row.count)).collect();
        assert_eq!(
            rows,
            [
                ("send", "SameSiteStrict", "sid", ".a.test", "a.test", 1),
                ("send-exempted", "Novel", "odd", "a.test", "a.test", 1),
                ("set", "SameSiteNoneInsecure", "n", ".a.test", "a.test", 2),
                ("set", "SecureOnly", "n", ".a.test", "a.test", 2),
                ("set", "InvalidPrefix", "__Host-x", "a.test", "a.test", 2),
                ("set", "SyntaxError", "", "x.test", "a.test", 2),
            ]
        );
        assert_eq!((report.all[0].url_path.as_deref(), report.all[2].partition_key.as_deref()), (Some("/pixel"), Some("https://t.test")));
        assert_eq!(report.all[4].path.as_deref(), Some("/q"));
        assert!(!format!("{report:?}").contains("geheim"));
    }

    #[test]
    fn memory_is_bounded_and_what_is_left_out_is_counted() {
        let mut tally = Tally::default();
        for number in 0..(ROWS + 9) {
            let id = number.to_string();
            tally.event("Network.requestWillBeSent", &json!({"requestId": id, "request": {"url": format!("https://h{number}.test/")}}));
            let blocked = json!([{"blockedReasons": ["UserPreferences"], "cookieLine": "a=b"}]);
            tally.event("Network.responseReceivedExtraInfo", &json!({"requestId": id, "blockedCookies": blocked}));
        }
        let report = tally.report(false);
        assert_eq!((report.all.len(), report.left_out, report.unbroken), (ROWS, 9, false));
        assert!(tally.requests.len() <= REQUESTS && tally.order.len() <= REQUESTS);
    }
}
