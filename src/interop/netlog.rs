//! NetLog, the log that Chromium writes of its own network stack (`--log-net-log`, chrome://net-export): which requests went out, over what, and, where
//! the log was told to hold them, the names of cookies. Read as a stream, one event in memory at a time. It holds no bodies, and here no value of
//! anything: a NetLog serves as a control of a recording, never as a recording.
//!
//! The format is an object with `constants` (numbers of event and source types, which differ between versions) and `events`; Chromium writes one event
//! a line and, when it is ended hard, no end of the list (net/log/file_net_log_observer.cc).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{BufReader, Read};

use hashbrown::HashMap;
use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::wrapping::unwrap;

/// Requests that are kept of one log; those beyond it are counted.
const MOST_REQUESTS: usize = 500_000;

/// Bytes that an event may have to be looked into; longer ones are counted.
const LONGEST_EVENT: usize = 4 << 20;

/// A request that the browser's network stack was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetLogRequest {
    /// Its place among the requests of the log, from 1. A redirect is a request of its own.
    pub number: u64,
    /// Identifier of its source in the log.
    pub source: u64,
    /// Method.
    pub method: String,
    /// Address as the log has it.
    pub url: String,
    /// Whether its head was sent to a server or proxy: others came from the cache, failed before, or were blocked.
    pub sent: bool,
    /// Whether it was sent over QUIC (HTTP/3).
    pub quic: bool,
    /// Names of cookies in its Cookie fields.
    pub cookies_sent: BTreeSet<String>,
    /// Names of cookies in the Set-Cookie fields of its answers.
    pub cookies_set: BTreeSet<String>,
}

/// What a NetLog holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetLog {
    /// The browser, as it says: name and version.
    pub client: Option<String>,
    /// How much the log was told to hold: `Default` (cookies and credentials stripped), `IncludeSensitive`, `Everything`.
    pub capture_mode: Option<String>,
    /// Requests, in the order of the log.
    pub requests: Vec<NetLogRequest>,
    /// Requests beyond those that are kept.
    pub left_out: u64,
    /// Hosts (with port) of QUIC sessions.
    pub quic_sessions: BTreeSet<String>,
    /// Cookie and Set-Cookie fields whose value the browser left out of the log.
    pub stripped: u64,
    /// Events.
    pub events: u64,
    /// Elements of the list of events that are none, or are too long.
    pub odd: u64,
    /// Whether the file ends in the middle; what stands before was read.
    pub cut_off: bool,
}

impl NetLog {
    /// Whether names of cookies stand in it, so that the absence of one says something.
    #[must_use]
    pub fn names_cookies(&self) -> bool {
        self.stripped == 0 && self.capture_mode.as_deref().is_some_and(|mode| mode != "Default")
    }
}

/// Why a file cannot be read as a NetLog.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetLogError {
    /// It is something else.
    #[error("this is no NetLog of Chromium: {0}; such a log is a JSON object that begins with \"constants\" and goes on with \"events\"")]
    NotNetLog(String),
    /// The text is no JSON.
    #[error("not valid JSON at line {line}, column {column}: {cause}; export the log again")]
    Json {
        /// Line from 1.
        line: usize,
        /// Column from 1.
        column: usize,
        /// What is wrong.
        cause: String,
    },
    /// Reading failed.
    #[error("reading failed: {0}")]
    Io(std::io::Error),
}

/// Reads a NetLog, also behind gzip. A log that ends in the middle is read as far as it goes ([`NetLog::cut_off`]).
///
/// # Errors
///
/// The text is no NetLog, or reading fails.
pub fn read<'a>(source: impl Read + 'a) -> Result<NetLog, NetLogError> {
    let unwrapped = unwrap(source).map_err(|error| match error {
        super::ImportError::Io { cause, .. } => NetLogError::Io(cause),
        other => NetLogError::NotNetLog(other.to_string()),
    })?;
    let mut log = NetLog::default();
    let mut gathering = Gathering { log: &mut log, numbers: None, current: HashMap::new(), names: Vec::new() };
    let mut text = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, unwrapped.reader));
    let outcome = Whole(&mut gathering).deserialize(&mut text);
    let (has_constants, names) = (gathering.numbers.is_some(), std::mem::take(&mut gathering.names));
    match outcome {
        Ok(()) if has_constants => Ok(log),
        Ok(()) => {
            Err(NetLogError::NotNetLog(format!("an object with {}", if names.is_empty() { "no members".into() } else { names.join(", ") })))
        }
        Err(error) if error.is_io() => Err(NetLogError::Io(error.into())),
        Err(error) if error.is_eof() && has_constants => {
            log.cut_off = true;
            Ok(log)
        }
        Err(error) if has_constants => Err(NetLogError::Json { line: error.line(), column: error.column(), cause: error.to_string() }),
        Err(error) => Err(NetLogError::NotNetLog(error.to_string())),
    }
}

/// The numbers under which a version of Chromium writes what is looked at.
#[derive(Default)]
struct Numbers {
    events: BTreeMap<u64, EventKind>,
    url_request: Option<u64>,
    begin: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EventKind {
    Start,
    SendHeaders,
    SendQuicHeaders,
    ReadHeaders,
    QuicSession,
}

const KINDS: [(&str, EventKind); 6] = [
    ("URL_REQUEST_START_JOB", EventKind::Start),
    ("HTTP_TRANSACTION_SEND_REQUEST_HEADERS", EventKind::SendHeaders),
    ("HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS", EventKind::SendHeaders),
    ("HTTP_TRANSACTION_QUIC_SEND_REQUEST_HEADERS", EventKind::SendQuicHeaders),
    ("HTTP_TRANSACTION_READ_RESPONSE_HEADERS", EventKind::ReadHeaders),
    ("QUIC_SESSION", EventKind::QuicSession),
];

/// What is gathered while events come in.
struct Gathering<'l> {
    log: &'l mut NetLog,
    /// Once the constants were read.
    numbers: Option<Numbers>,
    /// The request under way of every source, by its index.
    current: HashMap<u64, usize>,
    /// Names of members, for saying what a file is that is no NetLog.
    names: Vec<String>,
}

/// An event. Fields of other types than Chromium writes are taken for absent.
#[derive(Deserialize)]
struct Event<'e> {
    #[serde(default, borrow)]
    params: Option<&'e RawValue>,
    #[serde(default)]
    phase: Value,
    #[serde(default)]
    source: Value,
    #[serde(default, rename = "type")]
    kind: Value,
}

impl Gathering<'_> {
    fn constants(&mut self, constants: &Value) {
        let table = |name: &str| constants[name].as_object();
        let number = |name: &str, key: &str| table(name).and_then(|table| table.get(key)).and_then(Value::as_u64);
        if table("logEventTypes").is_none() || table("logSourceType").is_none() {
            return;
        }
        let events = KINDS.iter().filter_map(|(name, kind)| Some((number("logEventTypes", name)?, *kind))).collect();
        self.numbers =
            Some(Numbers { events, url_request: number("logSourceType", "URL_REQUEST"), begin: number("logEventPhase", "PHASE_BEGIN") });
        let client = |key: &str| constants["clientInfo"][key].as_str();
        self.log.client =
            client("name").map(|name| client("version").map_or_else(|| name.to_owned(), |version| format!("{name} {version}")));
        self.log.capture_mode = constants["logCaptureMode"].as_str().map(str::to_owned);
    }

    fn event(&mut self, text: &str) {
        self.log.events += 1;
        let event = if text.len() > LONGEST_EVENT { None } else { serde_json::from_str::<Event<'_>>(text).ok() };
        let (Some(event), Some(numbers)) = (event, &self.numbers) else {
            self.log.odd += 1;
            return;
        };
        let Some(&kind) = event.kind.as_u64().and_then(|kind| numbers.events.get(&kind)) else { return };
        let begins = event.phase.as_u64() == numbers.begin;
        let of_request = event.source["type"].as_u64() == numbers.url_request;
        let params: Value = event.params.and_then(|params| serde_json::from_str(params.get()).ok()).unwrap_or_default();
        if kind == EventKind::QuicSession {
            if let Some(host) = params["host"].as_str().filter(|_| begins) {
                let port = params["port"].as_u64().map_or_else(String::new, |port| format!(":{port}"));
                self.log.quic_sessions.insert(format!("{host}{port}"));
            }
            return;
        }
        let Some(source) = event.source["id"].as_u64().filter(|_| of_request) else { return };
        if kind == EventKind::Start {
            if let (true, Some(url)) = (begins, params["url"].as_str()) {
                self.begin(source, url, params["method"].as_str().unwrap_or_default());
            }
            return;
        }
        let Some(request) = self.current.get(&source).and_then(|&at| self.log.requests.get_mut(at)) else { return };
        if kind != EventKind::ReadHeaders {
            request.sent = true;
            request.quic |= kind == EventKind::SendQuicHeaders;
        }
        for (name, value) in header_lines(&params["headers"]) {
            let names = match kind {
                EventKind::ReadHeaders if name.eq_ignore_ascii_case("set-cookie") => &mut request.cookies_set,
                EventKind::SendHeaders | EventKind::SendQuicHeaders if name.eq_ignore_ascii_case("cookie") => &mut request.cookies_sent,
                _ => continue,
            };
            if value.ends_with("were stripped]") {
                self.log.stripped += 1;
                continue;
            }
            let is_set = kind == EventKind::ReadHeaders;
            let pairs = value.split(';').take(if is_set { 1 } else { usize::MAX });
            names.extend(
                pairs.filter_map(|pair| pair.split_once('=')).map(|(name, _)| name.trim().to_owned()).filter(|name| !name.is_empty()),
            );
        }
    }

    fn begin(&mut self, source: u64, url: &str, method: &str) {
        if self.log.requests.len() >= MOST_REQUESTS {
            self.log.left_out += 1;
            self.current.remove(&source);
            return;
        }
        self.current.insert(source, self.log.requests.len());
        let number = self.log.requests.len() as u64 + 1;
        self.log.requests.push(NetLogRequest {
            number,
            source,
            method: method.to_owned(),
            url: url.to_owned(),
            ..NetLogRequest::default()
        });
    }
}

/// Names and values of header fields: a list of lines, of which HTTP/2 and HTTP/3 begin some with a colon, or an object.
fn header_lines(headers: &Value) -> Vec<(&str, &str)> {
    match headers {
        Value::Array(lines) => lines
            .iter()
            .filter_map(Value::as_str)
            .filter_map(|line| {
                let at = line.get(1..)?.find(':')? + 1;
                Some((&line[..at], line[at + 1..].trim()))
            })
            .collect(),
        Value::Object(fields) => fields.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect(),
        _ => Vec::new(),
    }
}

/// The whole text.
struct Whole<'g, 'l>(&'g mut Gathering<'l>);

impl<'de> DeserializeSeed<'de> for Whole<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, text: D) -> Result<(), D::Error> {
        text.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object with constants and events")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "constants" => {
                    let constants = map.next_value::<Value>()?;
                    self.0.constants(&constants);
                }
                // Without the constants no event can be told from another; Chromium writes them first.
                "events" if self.0.numbers.is_some() => map.next_value_seed(Events(self.0))?,
                _ => {
                    if self.0.names.len() < 8 {
                        self.0.names.push(name);
                    }
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The list of events.
struct Events<'g, 'l>(&'g mut Gathering<'l>);

impl<'de> DeserializeSeed<'de> for Events<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, text: D) -> Result<(), D::Error> {
        text.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Events<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(event) = list.next_element::<Box<RawValue>>()? {
            self.0.event(event.get());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as Chromium 156 writes them, shortened.
    const HEAD: &str = r#"{"constants":{"clientInfo":{"name":"Chromium","version":"156.0"},"logCaptureMode":"IncludeSensitive","logEventPhase":{"PHASE_BEGIN":1,"PHASE_END":2,"PHASE_NONE":0},"logEventTypes":{"URL_REQUEST_START_JOB":136,"HTTP_TRANSACTION_SEND_REQUEST_HEADERS":240,"HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS":241,"HTTP_TRANSACTION_QUIC_SEND_REQUEST_HEADERS":242,"HTTP_TRANSACTION_READ_RESPONSE_HEADERS":245,"QUIC_SESSION":300},"logSourceType":{"NONE":0,"URL_REQUEST":1}},
"events": [
"#;
    const START: &str = r#"{"params":{"load_flags":0,"method":"GET","url":"https://a.example/p?x=1"},"phase":1,"source":{"id":7,"start_time":"1","type":1},"time":"1","type":136},
"#;
    const SENT: &str = r#"{"params":{"headers":[":method: GET","cookie: sid=1; fr=2"]},"phase":0,"source":{"id":7,"type":1},"time":"2","type":241},
"#;
    const ANSWER: &str = r#"{"params":{"headers":["HTTP/1.1 302","Set-Cookie: datr=v; Path=/","location: /q"]},"phase":0,"source":{"id":7,"type":1},"time":"3","type":245},
"#;
    const AGAIN: &str = r#"{"params":{"method":"GET","url":"https://a.example/q"},"phase":1,"source":{"id":7,"type":1},"time":"4","type":136},
"#;
    const QUIC: &str = r#"{"params":{"host":"b.example","port":443},"phase":1,"source":{"id":9,"type":3},"time":"5","type":300},
{"params":{"headers":{"cookie":"[12 bytes were stripped]"}},"phase":0,"source":{"id":7,"type":1},"time":"6","type":242}
"#;

    fn names(set: &BTreeSet<String>) -> Vec<&str> {
        set.iter().map(String::as_str).collect()
    }

    #[test]
    fn requests_cookies_redirects_and_sessions() {
        let text = format!("{HEAD}{START}{SENT}{ANSWER}{AGAIN}{QUIC}],\n\"polledData\":{{}}}}");
        let log = read(text.as_bytes()).expect("a log");
        let [first, second] = &log.requests[..] else { panic!("{log:?}") };
        assert_eq!((first.number, first.method.as_str(), first.url.as_str()), (1, "GET", "https://a.example/p?x=1"));
        assert!(first.sent && !first.quic && second.sent && second.quic);
        assert_eq!((names(&first.cookies_sent), names(&first.cookies_set)), (vec!["fr", "sid"], vec!["datr"]));
        assert_eq!((second.source, second.url.as_str(), log.stripped), (7, "https://a.example/q", 1));
        assert_eq!(names(&log.quic_sessions), ["b.example:443"]);
        assert_eq!((log.client.as_deref(), log.capture_mode.as_deref()), (Some("Chromium 156.0"), Some("IncludeSensitive")));
        assert!(!log.cut_off && !log.names_cookies() && log.events == 6 && log.odd == 0);
    }

    #[test]
    fn a_log_without_its_end_is_read_as_far_as_it_goes() {
        let text = format!("{HEAD}{START}{SENT}");
        for end in [text.len(), text.len() - 40] {
            let log = read(&text.as_bytes()[..end]).expect("what is there");
            assert!(log.cut_off && log.requests.len() == 1 && log.requests[0].sent == (end == text.len()), "{end}: {log:?}");
        }
        assert!(read(format!("{HEAD}{START}{SENT}{{}}]}}").as_bytes()).expect("whole").names_cookies());
    }

    #[test]
    fn what_is_no_log_is_said() {
        for (text, words) in [
            ("{\"log\":{\"entries\":[]}}", "an object with log"),
            ("[1]", "invalid type"),
            ("hello", "expected"),
            ("{\"constants\":{},\"events\":[]}", "events"),
            ("", "empty"),
        ] {
            let error = read(text.as_bytes()).expect_err(text).to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
        let odd = format!("{HEAD}{START}7, \"x\", {{\"type\":136,\"params\":[1],\"phase\":1,\"source\":{{\"id\":\"a\"}}}}]}}");
        let log = read(odd.as_bytes()).expect("a log with odd events");
        assert_eq!((log.requests.len(), log.odd, log.events), (1, 2, 4));
        let broken = read(format!("{HEAD}{START} ]]").as_bytes()).expect_err("broken").to_string();
        assert!(broken.contains("line"), "{broken}");
    }
}
