//! Finds over a recording: who was sent what, how, and before or after the submit, in any order of entries.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

use super::*;
use crate::model::{Assembled, Assembly, Direction, End, Event, Exchange, HeadBytes, Headers, Message, Opcode, Stamped, Timestamp};
use crate::site::{Given, Visit};

const MAIL: &str = "jan.visser+stad@voorbeeld.example";

/// A recorded exchange in few words.
struct Entry {
    number: u64,
    at: i64,
    method: &'static str,
    url: String,
    host: (&'static str, &'static str),
    from: &'static str,
    sent: Vec<(&'static str, String)>,
    body: Vec<u8>,
    status: u16,
    came: Vec<(&'static str, String)>,
    answer: Vec<u8>,
    messages: Vec<(Direction, String)>,
    redirect: Option<(&'static str, &'static str)>,
}

impl Entry {
    fn new(number: u64, method: &'static str, url: &str, host: (&'static str, &'static str), from: &'static str) -> Self {
        Self {
            number,
            at: number as i64 * 1_000,
            method,
            url: url.to_owned(),
            host,
            from,
            sent: Vec::new(),
            body: Vec::new(),
            status: 200,
            came: Vec::new(),
            answer: Vec::new(),
            messages: Vec::new(),
            redirect: None,
        }
    }

    fn exchange(&self) -> Exchange {
        let headers = |fields: &[(&str, String)]| {
            let mut headers = Headers::new();
            fields.iter().for_each(|(name, value)| headers.push(name.as_bytes(), value.as_bytes()));
            headers
        };
        let bytes = HeadBytes::Parsed;
        let (method, url, version) = (self.method.to_owned(), self.url.clone(), "h2".to_owned());
        let mut events =
            vec![Event::RequestHead { method, url, version: version.clone(), headers: headers(&self.sent), bytes: bytes.clone() }];
        events.push(Event::RequestBytes(self.body.clone().into()));
        events.push(Event::ResponseHead { status: self.status, reason: String::new(), version, headers: headers(&self.came), bytes });
        events.push(Event::ResponseBytes(self.answer.clone().into()));
        for (direction, text) in &self.messages {
            let payload = crate::model::Body::new(crate::model::BodyState::Raw, text.clone());
            events.push(Event::Message(Message { direction: *direction, at: None, opcode: Opcode::Text, payload }));
        }
        events.push(Event::End(End::Complete));
        let mut assembly = Assembly::new();
        let at = Timestamp::from_nanoseconds(self.at);
        events
            .into_iter()
            .find_map(|event| match assembly.push(Stamped { exchange: 1, at, event }) {
                Assembled::Done(exchange) => Some(*exchange),
                _ => None,
            })
            .expect("ended")
    }
}

fn planted() -> Planted {
    let seed = Seed { id: "seed-1".to_owned(), kind: SeedKind::Email, label: "stad".to_owned(), value: MAIL.to_owned() };
    let other = SeedNotSearched { id: "seed-2".to_owned(), kind: SeedKind::Phone, label: "telefoon".to_owned() };
    Planted::new(&[seed], vec![other])
}

fn table<'e>(entries: impl IntoIterator<Item = &'e Entry>, visit: &Visit) -> PlantedTable {
    table_of(&planted(), entries, visit)
}

fn table_of<'e>(planted: &Planted, entries: impl IntoIterator<Item = &'e Entry>, visit: &Visit) -> PlantedTable {
    let mut survey = PlantedSurvey::default();
    for entry in entries {
        let exchange = entry.exchange();
        let mut search = EntrySearch::new(planted, &exchange);
        crate::decode::fields(&exchange, &crate::decode::Limits::default(), &mut |field| search.field(field));
        let at = Timestamp::from_nanoseconds(entry.at);
        let facts = PlantedEntry {
            number: entry.number,
            at,
            answered: Timestamp::from_nanoseconds(entry.at + 10),
            host: entry.host,
            asked_from: entry.from,
            redirect: entry.redirect,
        };
        survey.take(&facts, search.rest(), entry.method);
    }
    survey.finish(planted, visit)
}

fn visit() -> Visit {
    Visit::new(Given::default(), Vec::new())
}

const STAD: (&str, &str) = ("www.stad.example", "stad.example");
const PIXEL: (&str, &str) = ("pixel.platform.example", "platform.example");

fn sha256(text: &str) -> String {
    encode::hex(&(encode::HASHES[0].of)(text.as_bytes()))
}

/// Typed into a form: a script sends the digest before it is submitted, the form is sent, another pixel is called after.
fn story() -> Vec<Entry> {
    let before = Entry::new(1, "GET", &format!("https://pixel.platform.example/tr?em={}", sha256(MAIL)), PIXEL, "stad.example");
    let mut submit = Entry::new(2, "POST", "https://www.stad.example/aanmelden", STAD, "stad.example");
    submit.body = b"naam=x&email=jan.visser%2Bstad%40voorbeeld.example".to_vec();
    submit.sent.push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
    submit.status = 302;
    submit.came.push(("Location", format!("https://pixel.platform.example/dank?e={}", encode::base64(MAIL.as_bytes()))));
    submit.redirect = Some(PIXEL);
    let mut after = Entry::new(3, "POST", "https://pixel.platform.example/tr", PIXEL, "stad.example");
    after.sent.push(("Referer", format!("https://www.stad.example/dank?e={}", encode::percent_component(MAIL))));
    after.body = format!("em={}", sha256(MAIL)).into_bytes();
    let mut back = Entry::new(4, "GET", "https://www.stad.example/profiel", STAD, "stad.example");
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(format!("<p>{MAIL}</p>").as_bytes()).expect("packed");
    back.answer = packed.finish().expect("packed");
    back.came.push(("Content-Encoding", "gzip".to_owned()));
    let mut chat = Entry::new(5, "GET", "wss://chat.ander.example/", ("chat.ander.example", "ander.example"), "ander.example");
    chat.status = 101;
    chat.messages = vec![(Direction::Sent, MAIL.to_owned()), (Direction::Received, format!("hello {MAIL}"))];
    vec![before, submit, after, back, chat]
}

#[test]
fn who_was_sent_what_and_when() {
    let table = table(&story(), &visit());
    let rows: Vec<_> =
        table.rows.iter().map(|row| (row.entry, row.way.id(), row.host.as_str(), row.path.join(" "), row.phase.id())).collect();
    let row = |entry, way, host, path: &str, phase| (entry, way, host, path.to_owned(), phase);
    assert_eq!(
        rows,
        [
            row(1, "request", "pixel.platform.example", "as-typed sha256 base16", "before-submit"),
            row(2, "request", "www.stad.example", "as-typed percent", "submit"),
            row(2, "redirect", "pixel.platform.example", "as-typed base64", "after-submit"),
            row(3, "referer", "pixel.platform.example", "as-typed percent", "after-submit"),
            row(3, "request", "pixel.platform.example", "as-typed sha256 base16", "after-submit"),
            row(4, "answer", "www.stad.example", "as-typed", "after-submit"),
            row(5, "message", "chat.ander.example", "as-typed", "no-submit-recorded"),
            row(5, "answer", "chat.ander.example", "as-typed", "no-submit-recorded"),
        ]
    );
    assert_eq!(table.submits.len(), 1);
    assert_eq!((table.submits[0].entry, table.submits[0].site.as_str(), table.submits[0].seed.as_str()), (2, "stad.example", "seed-1"));
    assert_eq!(table.not_searched.iter().map(|seed| seed.id.as_str()).collect::<Vec<_>>(), ["seed-2"]);
    assert!(table.searched[0].forms > 500 && table.bytes > 0 && table.sightings == 8 && table.left_out == 0);
}

#[test]
fn every_find_leads_to_its_bytes() {
    let story = story();
    for row in table(&story, &visit()).rows {
        let exchange = story[row.entry as usize - 1].exchange();
        let locator: Locator = row.locator.parse().expect("a locator");
        let bytes = crate::decode::resolve(&exchange, &locator).expect("leads somewhere");
        let (again, _) = planted().see_raw(&Locator { part: Part::RequestBody, steps: Vec::new() }, FieldPlace::Body, "", &bytes);
        assert_eq!(again.len(), 1, "{} in {bytes:?}", row.locator);
    }
}

#[test]
fn the_order_of_entries_does_not_matter() {
    let story = story();
    let forward = table(&story, &visit());
    assert_eq!(forward, table(story.iter().rev(), &visit()));
    assert_eq!(forward, table([3, 0, 4, 2, 1].map(|index: usize| &story[index]), &visit()));
}

#[test]
fn a_submit_counts_in_its_own_stretch() {
    use crate::model::{Mark, MarkKind, SaidBy};
    let mark =
        |at| (Timestamp::from_nanoseconds(at), Mark { kind: MarkKind::FreshProfile, said_by: SaidBy::Operator, text: String::new() });
    let marks = [mark(500), mark(2_500)];
    let visit = Visit::new(Given { marks: &marks, first: Some(Timestamp::from_nanoseconds(1_000)), ..Given::default() }, Vec::new());
    assert_ne!(visit.stretch_at(Timestamp::from_nanoseconds(2_000)), visit.stretch_at(Timestamp::from_nanoseconds(3_000)));
    let phases: Vec<_> = table(&story(), &visit).rows.iter().map(|row| (row.entry, row.phase.id())).collect();
    assert_eq!(&phases[..4], [(1, "before-submit"), (2, "submit"), (2, "after-submit"), (3, "no-submit-recorded"),]);
}

#[test]
fn what_is_no_submit() {
    // To another site than the page's, by GET, as a digest only, or asked for by nobody known.
    let form = |number, method, host, from, body: String| {
        let mut entry = Entry::new(number, method, "https://www.stad.example/x", host, from);
        entry.body = body.into_bytes();
        entry
    };
    let entries = [
        form(1, "POST", PIXEL, "stad.example", MAIL.to_owned()),
        form(2, "GET", STAD, "stad.example", MAIL.to_owned()),
        form(3, "POST", STAD, "stad.example", sha256(MAIL)),
        form(4, "POST", STAD, "", MAIL.to_owned()),
    ];
    let table = table(&entries, &visit());
    assert!(table.submits.is_empty());
    assert!(table.rows.len() == 4 && table.rows.iter().all(|row| row.phase == Phase::NoSubmitRecorded));
}

#[test]
fn a_flood_is_counted_and_the_earliest_stay() {
    let flood = |number: u64| {
        let mut entry = Entry::new(number, "POST", "https://a.example/", ("a.example", "a.example"), "a.example");
        entry.body = MAIL.repeat(5_000).into_bytes();
        entry
    };
    let entries = [flood(1), flood(2)];
    let one = table(&entries, &visit());
    assert_eq!(one.rows.iter().map(|row| row.entry).min(), Some(1));
    assert!(one.left_out >= 2, "more than is kept of a body");
    assert_eq!(one, table(entries.iter().rev(), &visit()));
    let shown: Vec<_> = one.rows.iter().map(|row| (row.entry, row.path.join(" "), row.locator.as_str())).collect();
    let first = |entry| (entry, "as-typed".to_owned(), "request.body/range:0-33");
    assert_eq!(shown, [first(1), first(2)]);
}

#[test]
fn the_first_submit_of_every_value_is_known() {
    const OTHER: &str = "piet.bakker+dorp@voorbeeld.example";
    let seed = |id: &str, value: &str| Seed { id: id.to_owned(), kind: SeedKind::Email, label: id.to_owned(), value: value.to_owned() };
    let planted = Planted::new(&[seed("seed-1", MAIL), seed("seed-2", OTHER)], Vec::new());
    let site = ("a.example", "a.example");
    // More finds of one value than are kept of all, and one of the other, in the earliest request.
    let submit = |number: u64| {
        let mut entry = Entry::new(number, "POST", "https://a.example/", site, "a.example");
        let mail = encode::percent_component(MAIL);
        let mut fields: Vec<String> = (0..250).map(|field| format!("f{field}x={mail}")).collect();
        fields.extend((number == 1).then(|| format!("other={}", encode::percent_component(OTHER))));
        entry.sent.push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
        entry.body = fields.join("&").into_bytes();
        entry
    };
    let entries: Vec<Entry> = (1..=90).map(submit).collect();
    let one = table_of(&planted, &entries, &visit());
    let submits: Vec<_> = one.submits.iter().map(|submit| (submit.seed.as_str(), submit.entry)).collect();
    assert_eq!(submits, [("seed-1", 1), ("seed-2", 1)]);
    assert_eq!(one.submits, table_of(&planted, entries.iter().rev(), &visit()).submits);
}

#[test]
fn submits_beyond_the_room_are_counted_and_the_earliest_stay() {
    let entries: Vec<Entry> = (1..=600)
        .map(|number| {
            let mut entry = Entry::new(number, "POST", "https://a.example/", ("a.example", "a.example"), "a.example");
            entry.body = MAIL.as_bytes().to_vec();
            entry
        })
        .collect();
    let one = table(entries.iter().rev(), &visit());
    assert_eq!((one.submits.len(), one.submits[0].entry, one.left_out), (1, 1, 100));
}
