//! The demo: a real Chromium visits the simulated world through the proxy, and three accounts of the visit have to agree: what the world is made to
//! do (its truth), what its servers logged, and what the recording and the annex say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dataspoor::capture::{Capture, verify};
use dataspoor::demo::truth::{self, Holds, Moment, TRUTH};
use dataspoor::demo::{Access, NOTICE};
use dataspoor::model::{BodyState, Direction, Entry, Exchange, Opcode, Outcome, Timestamp};
use serde_json::Value;

use super::browser::is_listed_as_background;
use super::corpus::{ROOT, run_in, scratch};

/// Head of custody of `captures/simulated-demo`.
const HEAD_OF_THE_KEPT_RECORDING: &str = "a8f1639413af04fc1c5a47da35daa57389c2a6ed3ae5134c5a534fc4b30ae313";

/// What the servers logged.
fn accesses(path: &Path) -> Vec<Access> {
    let pairs = |value: &Value| -> Vec<(String, String)> {
        let pair = |pair: &Value| (pair[0].as_str().expect("a name").to_owned(), pair[1].as_str().expect("a value").to_owned());
        value.as_array().expect("fields").iter().map(pair).collect()
    };
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let message = |message: &Value| {
        let direction = if message[0].as_bool().expect("a flag") { Direction::Sent } else { Direction::Received };
        (direction, STANDARD.decode(text(&message[1])).expect("base64").into())
    };
    let row = |line: &str| {
        let row: Value = serde_json::from_str(line).expect("a row");
        Access {
            at: Timestamp::from_nanoseconds(row["at"].as_i64().expect("a time")),
            number: row["number"].as_u64().expect("a number"),
            host: text(&row["host"]),
            method: text(&row["method"]),
            path: text(&row["path"]),
            version: text(&row["version"]),
            request_headers: pairs(&row["request_headers"]),
            request_body: STANDARD.decode(text(&row["request_body"])).expect("base64").into(),
            answered: row["answered"].as_i64().map(Timestamp::from_nanoseconds),
            status: row["status"].as_u64().expect("a status") as u16,
            response_headers: pairs(&row["response_headers"]),
            response_bytes: row["response_bytes"].as_u64().expect("a length"),
            finished: row["finished"].as_bool().expect("a flag"),
            messages: row["messages"].as_array().expect("messages").iter().map(message).collect(),
        }
    };
    fs::read_to_string(path).expect("a log").lines().map(row).collect()
}

/// How many messages each conversation over a WebSocket had, as the servers logged it.
fn chatted(path: &Path) -> Vec<u64> {
    let text = fs::read_to_string(path).expect("a log");
    let rows = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a row"));
    rows.filter(|row| row["status"] == 101).map(|row| row["messages"].as_array().expect("messages").len() as u64).collect()
}

/// What an exchange is, as both sides can say it.
type Seen = (String, String, String, u16, Vec<String>, Vec<u8>, u64);

fn logged(access: &Access) -> Seen {
    let field = |name: &str| -> Vec<String> {
        let fields = access.request_headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        fields.map(|(_, value)| value.clone()).collect()
    };
    let set = access.response_headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let bytes = if access.status == 101 { 0 } else { access.response_bytes };
    (
        access.method.clone(),
        format!("https://{}{}", access.host, access.path),
        field("cookie").join("; "),
        access.status,
        set.map(|(_, value)| value.clone()).collect(),
        access.request_body.to_vec(),
        bytes,
    )
}

fn recorded(entry: &Entry) -> Option<Seen> {
    let exchange = &entry.exchange;
    let response = exchange.outcome.response()?;
    let texts = |values: Vec<&[u8]>| -> Vec<String> { values.iter().map(|value| String::from_utf8_lossy(value).into_owned()).collect() };
    let cookies = texts(exchange.request.headers.all("cookie").map(|(_, value)| value).collect());
    Some((
        exchange.request.method.clone(),
        exchange.request.url.clone(),
        cookies.join("; "),
        response.status,
        texts(response.headers.all("set-cookie").map(|(_, value)| value).collect()),
        exchange.request.body.bytes().expect("readable").to_vec(),
        if response.status == 101 { 0 } else { response.body.len() },
    ))
}

/// The conversations of the chat, as both sides can say them: the address, and what was sent and received, control frames left out.
type Chat = (String, Vec<Vec<u8>>, Vec<Vec<u8>>);

fn chats_logged(accesses: &[Access]) -> Vec<Chat> {
    let of = |access: &Access, direction| -> Vec<Vec<u8>> {
        access.messages.iter().filter(|(from, _)| *from == direction).map(|(_, payload)| payload.to_vec()).collect()
    };
    let chats = accesses.iter().filter(|access| access.status == 101);
    chats.map(|chat| (format!("https://{}{}", chat.host, chat.path), of(chat, Direction::Sent), of(chat, Direction::Received))).collect()
}

fn chats_recorded(entries: &[Entry]) -> Vec<Chat> {
    let of = |exchange: &Exchange, direction| -> Vec<Vec<u8>> {
        let data = exchange.messages.iter().filter(|message| message.direction == direction && message.opcode.number() < 8);
        data.map(|message| message.payload.bytes().expect("readable").to_vec()).collect()
    };
    let switched = entries.iter().map(|entry| &entry.exchange).filter(|exchange| matches!(exchange.outcome, Outcome::Switched(_)));
    switched.map(|chat| (chat.request.url.clone(), of(chat, Direction::Sent), of(chat, Direction::Received))).collect()
}

/// How often each stretch of the visit does something, by moment: stretch, moment (0 before, 1 in transition, 2 after), name of a cookie.
type Counts = BTreeMap<(u64, usize, String), u64>;

/// What the servers say was sent and set, cookies of the platform's domain only.
fn by_moment(accesses: &[Access]) -> (Counts, Counts) {
    let moments = truth::moments(accesses);
    let (mut sent, mut set) = (Counts::new(), Counts::new());
    let mut stretch = 1;
    let mut last = Moment::BeforeChoice;
    for (access, moment) in accesses.iter().zip(moments) {
        if last == Moment::AfterRefusal && moment == Moment::BeforeChoice {
            stretch = 2;
        }
        last = moment;
        let at = match moment {
            Moment::BeforeChoice => 0,
            Moment::Transition => 1,
            Moment::AfterRefusal | Moment::AfterAllow | Moment::SecondSite => 2,
        };
        if access.host.ends_with("facebook.com") {
            truth::cookies(access).for_each(|(name, _)| *sent.entry((stretch, at, name.to_owned())).or_default() += 1);
            truth::set_cookies(access).for_each(|(name, _)| *set.entry((stretch, at, name.to_owned())).or_default() += 1);
        }
    }
    (sent, set)
}

/// The same from the annex.
fn by_moment_in(annex: &Value, what: &str) -> Counts {
    let mut counts = Counts::new();
    for row in annex["choice_cookies"].as_array().expect("a table") {
        if row["domain"] != "facebook.com" {
            continue;
        }
        for (at, moment) in ["before", "transition", "after"].into_iter().enumerate() {
            let count = row[what][moment]["count"].as_u64().expect("a count");
            if count > 0 {
                let key = (row["stretch"].as_u64().expect("a stretch"), at, row["name"].as_str().expect("a name").to_owned());
                counts.insert(key, count);
            }
        }
    }
    counts
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}

#[test]
fn annex_truth_and_the_servers_own_log_agree() {
    agrees("chromium", &[Holds::Always, Holds::IfThirdPartyCookies, Holds::IfClientHints]);
}

/// Visits with a browser that is to do what always holds, and what holds under the conditions that it fulfils; what it does not fulfil must
/// not be seen at all.
pub(crate) fn agrees(browser: &str, fulfils: &[Holds]) {
    let folder = scratch();
    let ran = run_in(folder.path(), ["demo", "--browser", browser, "--out", "demo", "--access-log", "servers.ndjson"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    // Both profiles say which browser they are of.
    for profile in ["1-refuse", "2-allow"] {
        let said = ran.out.lines().find(|line| line.starts_with(&format!("Profile {profile}: "))).unwrap_or_default();
        assert!(said.to_lowercase().contains(browser) && said.contains("third-party cookies allowed"), "{}", ran.out);
    }
    let accesses = accesses(&folder.path().join("servers.ndjson"));
    let demo = folder.path().join("demo");

    // What the world is made to do, it did.
    for fact in TRUTH {
        let count = fact.count(&accesses);
        match fact.holds {
            holds if fulfils.contains(&holds) => assert!(count > 0, "{fact:?} was not seen by the servers"),
            _ => assert_eq!(count, 0, "{fact:?} was seen by the servers"),
        }
    }

    // What the servers logged is what was recorded: no exchange more or less, to the byte.
    assert_eq!(verify(&demo, None).expect("verifies").problems, []);
    let mut entries = Vec::new();
    let contents = Capture::open(&demo).expect("opens").read(None, &mut |entry| {
        entries.push(entry);
        Ok(())
    });
    let contents = contents.expect("reads");
    assert!(contents.session.simulated);
    // The driver's own conversation and whatever else the browser might want to tunnel is not there.
    assert_eq!(contents.session.custody.as_ref().map(|custody| custody.tunnels), Some(0));
    // The chat spoke in both directions, and its messages are in the recording, or the recording says that they are not.
    let chats: Vec<&Entry> = entries.iter().filter(|entry| matches!(entry.exchange.outcome, Outcome::Switched(_))).collect();
    let spoken: Vec<u64> = chatted(&folder.path().join("servers.ndjson"));
    assert!(spoken.len() >= 2 && spoken.len() == chats.len() && spoken.iter().all(|messages| *messages >= 2), "{spoken:?}");
    for chat in chats {
        let exchange = &chat.exchange;
        let both = [Direction::Sent, Direction::Received]
            .iter()
            .all(|direction| exchange.messages.iter().any(|message| message.direction == *direction));
        assert!(both, "no messages in {}", exchange.request.url);
    }
    let answered: Vec<Seen> = entries.iter().filter_map(recorded).collect();
    let logged: Vec<Seen> = accesses.iter().map(logged).collect();
    assert_eq!(sorted(answered), sorted(logged));
    // The lasting connection, as browsers use it: with a subprotocol, compressed, kept alive, closed in an orderly way.
    assert_eq!(sorted(chats_recorded(&entries)), sorted(chats_logged(&accesses)));
    let mut said = Vec::new();
    for entry in &entries {
        let Outcome::Switched(response) = &entry.exchange.outcome else { continue };
        assert_eq!(response.headers.first("sec-websocket-protocol"), Some(&b"mqtt"[..]));
        assert_eq!(response.headers.first("sec-websocket-extensions"), Some(&b"permessage-deflate"[..]));
        said.extend(entry.exchange.messages.iter().map(|message| (message.direction, message.opcode, message.payload.state())));
    }
    for (opcode, state) in [(Opcode::Text, BodyState::AlreadyDecoded), (Opcode::Binary, BodyState::AlreadyDecoded)] {
        for direction in [Direction::Sent, Direction::Received] {
            assert!(said.contains(&(direction, opcode, state)), "{direction:?} {opcode:?}: {said:?}");
        }
    }
    assert!(
        said.contains(&(Direction::Received, Opcode::Ping, BodyState::Raw))
            && said.contains(&(Direction::Sent, Opcode::Pong, BodyState::Raw))
    );
    assert!(said.contains(&(Direction::Sent, Opcode::Close, BodyState::Raw)), "{said:?}");
    // What the browser asks of its maker is refused, so that nothing leaves the machine; it is recorded all the same.
    let refused: Vec<&Entry> = entries.iter().filter(|entry| entry.exchange.outcome.response().is_none()).collect();
    for entry in &refused {
        assert!(matches!(&entry.exchange.outcome, Outcome::Failed { cause, .. } if cause.contains("limited to those that were mapped")));
        assert!(!accesses.iter().any(|access| entry.exchange.request.url.contains(&access.host)));
        let host = entry.exchange.request.url.split("://").nth(1).and_then(|rest| rest.split(['/', ':']).next()).unwrap_or_default();
        assert!(is_listed_as_background(host), "{} is neither of the visit nor listed as the browser's own", entry.exchange.request.url);
    }

    // What the annex says is what the servers logged.
    let annex: Value = serde_json::from_slice(&fs::read(demo.join("report/annex.json")).expect("an annex")).expect("JSON");
    let table = |name: &str| annex[name].as_array().unwrap_or_else(|| panic!("a table {name}")).clone();
    assert_eq!(annex["totals"]["entries"].as_u64(), Some((accesses.len() + refused.len()) as u64));
    let mut flows = BTreeMap::<(String, String, String), u64>::new();
    for access in &accesses {
        let path = access.path.split('?').next().unwrap_or_default().to_owned();
        *flows.entry((access.host.clone(), access.method.clone(), path)).or_default() += 1;
    }
    let said: BTreeMap<(String, String, String), u64> = table("flows")
        .iter()
        .filter(|row| row["not_sent"].as_u64().unwrap_or_default() == 0)
        .map(|row| {
            let text = |key: &str| row[key].as_str().expect("a text").to_owned();
            ((text("host"), text("method"), text("path")), row["requests"].as_u64().expect("a count"))
        })
        .collect();
    assert_eq!(said, flows);
    let names = |rows: &[Value]| -> Vec<String> { rows.iter().map(|row| row["name"].as_str().expect("a name").to_owned()).collect() };
    let mut seen: Vec<String> = accesses
        .iter()
        .flat_map(|access| truth::cookies(access).chain(truth::set_cookies(access)).map(|(name, _)| name.to_owned()).collect::<Vec<_>>())
        .collect();
    seen.sort();
    seen.dedup();
    let mut said = sorted(names(&table("cookies")));
    said.dedup();
    assert_eq!(said, seen, "the cookies of the annex are those that the servers saw");

    // Before, during and after each choice.
    let choices = table("choices");
    let texts: Vec<&str> = choices.iter().map(|row| row["text"].as_str().expect("a text")).collect();
    assert_eq!(texts, ["Optionele cookies weigeren", "Alle cookies toestaan"]);
    let (sent, set) = by_moment(&accesses);
    assert_eq!(by_moment_in(&annex, "sent"), sent, "sent, by moment");
    assert_eq!(by_moment_in(&annex, "set"), set, "set, by moment");

    // The trail to the second site.
    let trail = sorted(names(&table("trail")));
    for name in ["_fbc", "_fbp", "datr", "fbclid", "fr", "sb"] {
        assert!(trail.iter().any(|row| row == name), "{name} is in the trail: {trail:?}");
    }

    // Everybody who sees one of the outputs sees that it is simulated.
    for file in fs::read_dir(demo.join("report")).expect("files") {
        let path = file.expect("a file").path();
        let text = fs::read_to_string(&path).expect("a text");
        let name = path.display();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("html") => assert!(text.contains("class=\"sim\""), "{name}"),
            Some("csv") => assert!(text.lines().skip(1).all(|line| line.ends_with(&format!(",true: {NOTICE}"))), "{name}"),
            _ if path.ends_with("manifest.json") => {}
            _ => assert!(text.contains("\"simulated\":true") && text.contains(NOTICE), "{name}"),
        }
    }
}

#[test]
fn without_a_browser_a_scripted_client_visits_and_the_output_says_so() {
    let folder = scratch();
    let ran = run_in(folder.path(), ["demo", "--no-browser", "--out", "demo", "--access-log", "servers.ndjson", "--lang", "en"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let demo = folder.path().join("demo");
    let annex = fs::read_to_string(demo.join("report/annex.en.html")).expect("an annex");
    assert!(annex.contains("scripted client of dataspoor, no browser"));
    let accesses = accesses(&folder.path().join("servers.ndjson"));
    let mut entries = Vec::new();
    let reading = Capture::open(&demo).expect("opens").read(None, &mut |entry| {
        entries.push(entry);
        Ok(())
    });
    reading.expect("reads");
    assert_eq!(sorted(entries.iter().filter_map(recorded).collect()), sorted(accesses.iter().map(logged).collect()));
    assert_eq!(sorted(chats_recorded(&entries)), sorted(chats_logged(&accesses)));
    let ran = run_in(folder.path(), ["verify", "demo"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

/// The recording in `captures/` is of the first version of the format; it is made by the demo and never made again for a later version.
#[test]
fn the_kept_recording_of_the_demo_is_read_for_ever() {
    let kept = Path::new(ROOT).join("captures/simulated-demo");
    let folder = scratch();
    let copy = folder.path().join("simulated-demo");
    fs::create_dir_all(copy.join("archive")).expect("a folder");
    for name in ["session.json", "custody.ndjson", "archive/segment-000001.warc"] {
        fs::copy(kept.join(name), copy.join(name)).expect("copied");
    }
    let checked = verify(&copy, None).expect("verifies");
    assert_eq!((checked.problems, checked.entry_digests, checked.interrupted), (Vec::new(), true, false));
    let head = checked.head.expect("a head").to_string();
    assert_eq!(head, HEAD_OF_THE_KEPT_RECORDING);
    let ran = run_in(folder.path(), ["replay", "simulated-demo", "--out", "out", "--json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let line: Value = serde_json::from_str(ran.out.trim()).expect("one line");
    assert_eq!(
        (&line["simulated"], &line["page"], &line["sha256"]),
        (&Value::from(true), &Value::from("facebook.com"), &Value::from(head))
    );
    let annex: Value =
        serde_json::from_slice(&fs::read(folder.path().join("out/simulated-demo/annex.json")).expect("an annex")).expect("JSON");
    assert_eq!(annex["choices"].as_array().map(Vec::len), Some(2));
    assert!(annex["trail"].as_array().is_some_and(|rows| rows.len() >= 6));
}
