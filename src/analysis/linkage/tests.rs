//! Whole linkages of small worlds: entries are made, pushed and joined, and what is found is held against what was put there.

use super::*;
use crate::analysis::MemorySpool;
use crate::decode::Field;
use crate::evidence::{CaseKey, Fingerprinter};
use crate::model::{Locator, Part, Side, Step};

mod planted;

/// An entry of a small world.
#[derive(Clone)]
struct Entry {
    number: u64,
    host: String,
    asked_from: String,
    redirect: Option<String>,
    was_sent: bool,
    lifetimes: Vec<(String, Option<i64>)>,
    fields: Vec<Put>,
}

/// A field of it.
#[derive(Clone)]
struct Put {
    side: Side,
    place: FieldPlace,
    name: String,
    value: Vec<u8>,
    depth: u8,
    holds_fields: bool,
    message: Option<u32>,
    steps: Vec<Step>,
    identifies: Option<&'static str>,
}

impl Entry {
    fn new(number: u64, host: &str, asked_from: &str) -> Self {
        let (host, asked_from) = (host.to_owned(), asked_from.to_owned());
        Self { number, host, asked_from, redirect: None, was_sent: true, lifetimes: Vec::new(), fields: Vec::new() }
    }

    fn with(mut self, side: Side, place: FieldPlace, name: &str, value: impl AsRef<[u8]>) -> Self {
        let value = value.as_ref().to_vec();
        let name = name.to_owned();
        self.fields.push(Put {
            side,
            place,
            name,
            value,
            depth: 0,
            holds_fields: false,
            message: None,
            steps: Vec::new(),
            identifies: None,
        });
        self
    }

    fn cookie(self, name: &str, value: &str) -> Self {
        self.with(Side::Request, FieldPlace::Cookie, name, value)
    }

    fn sets(mut self, name: &str, value: &str, lifetime: Option<i64>) -> Self {
        self.lifetimes.push((name.to_owned(), lifetime));
        self.with(Side::Response, FieldPlace::Cookie, name, value)
    }

    fn query(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.with(Side::Request, FieldPlace::Query, name, value)
    }

    fn last(mut self, change: impl FnOnce(&mut Put)) -> Self {
        change(self.fields.last_mut().unwrap());
        self
    }

    fn redirects(mut self, host: &str) -> Self {
        self.redirect = Some(host.to_owned());
        self
    }
}

/// One second apart, from a fixed day.
fn at(number: u64) -> Timestamp {
    Timestamp::from_nanoseconds(1_700_000_000_000_000_000 + number as i64 * 1_000_000_000)
}

fn key() -> CaseKey {
    CaseKey::of_case([7; 32])
}

fn fingerprint(value: &str) -> [u8; 8] {
    Fingerprinter::new(&key()).of(value.as_bytes()).0
}

/// The registrable domain of hosts of these worlds: the last two labels.
fn site(host: &str) -> &str {
    host.rmatch_indices('.').nth(1).map_or(host, |(dot, _)| &host[dot + 1..])
}

fn index(entries: &[Entry], memory: usize) -> SealedIndex {
    let mut linker = Linker::new(&key(), Box::new(MemorySpool::default()), memory);
    for entry in entries {
        linker.begin(&EntryFacts {
            number: entry.number,
            at: at(entry.number),
            answered: at(entry.number),
            host: &entry.host,
            site: site(&entry.host),
            asked_from: &entry.asked_from,
            redirect: entry.redirect.as_deref().map(|host| (host, site(host))),
            was_sent: entry.was_sent,
        });
        entry.lifetimes.iter().for_each(|(name, seconds)| linker.lifetime(name, *seconds));
        for put in &entry.fields {
            let locator = Locator { part: Part::RequestLine, steps: put.steps.clone() };
            let field = Field {
                side: put.side,
                message: put.message,
                place: put.place,
                name: &put.name,
                value: &put.value,
                locator: &locator,
                depth: put.depth,
                holds_fields: put.holds_fields,
            };
            linker.field(&field, put.identifies);
        }
        linker.end().unwrap();
    }
    linker.seal().unwrap()
}

/// The linkage of recordings in which every hundred entries are a stretch.
fn linked(captures: &[&[Entry]]) -> Linkage {
    let mut indices: Vec<SealedIndex> = captures.iter().map(|entries| index(entries, 32 << 20)).collect();
    join(&mut indices, &stretch).unwrap()
}

fn stretch(_: u32, begun: Timestamp) -> u32 {
    ((begun.as_nanoseconds() - at(0).as_nanoseconds()) / 100_000_000_000) as u32
}

fn cookie(name: &str, domain: &str) -> Carrier {
    Carrier::Cookie { name: name.to_owned(), domain: domain.to_owned() }
}

impl Linkage {
    fn sharings_of(&self, carrier: &Carrier) -> Vec<&Sharing> {
        self.sharings.iter().filter(|sharing| self.identifiers[sharing.identifier].carrier == *carrier).collect()
    }
}

const DATR: &str = "xK3mZqT9vB2LwYcPfR8sNd4H";

#[test]
fn a_cookie_is_followed_to_others_and_not_to_itself() {
    let entries = [
        Entry::new(1, "www.big.example", "big.example").sets("id", DATR, Some(400 * 86_400)),
        Entry::new(2, "static.big.example", "big.example").cookie("id", DATR),
        Entry::new(3, "static.big.example", "shop.example").cookie("id", DATR).query("other", "nothing to see"),
        Entry::new(4, "ads.example", "big.example").query("sync", DATR),
        Entry::new(5, "ads.example", "big.example").query("sync", DATR),
        Entry::new(6, "ads.example", "big.example").with(
            Side::Request,
            FieldPlace::Header,
            "referer",
            format!("https://big.example/?i={DATR}&z=1"),
        ),
        Entry::new(7, "big.example", "big.example").redirects("px.ads.example").with(
            Side::Response,
            FieldPlace::Header,
            "location",
            format!("https://px.ads.example/m?u={DATR}"),
        ),
        Entry::new(8, "news.example", "news.example").with(
            Side::Response,
            FieldPlace::Body,
            "",
            format!("<p>{}</p>\"{DATR}\"", "x ".repeat(600)),
        ),
        Entry::new(9, "chat.example", "big.example")
            .with(Side::Request, FieldPlace::Message, "hello", DATR)
            .last(|put| put.message = Some(1)),
        Entry::new(10, "ads.example", "big.example").cookie("copied", DATR),
    ];
    let linkage = linked(&[&entries]);
    assert_eq!(
        linkage.identifiers.iter().map(|one| &one.carrier).collect::<Vec<_>>(),
        [&cookie("copied", "ads.example"), &cookie("id", "big.example")]
    );
    let rows: Vec<_> = linkage
        .sharings_of(&cookie("id", "big.example"))
        .iter()
        .map(|row| (row.host.as_str(), row.site.as_str(), row.place, row.field.as_str(), row.way, row.entry, row.times, row.part))
        .collect();
    assert_eq!(
        rows,
        [
            ("ads.example", "ads.example", FieldPlace::Query, "sync", Way::Request, 4, 2, false),
            ("ads.example", "ads.example", FieldPlace::Header, "referer", Way::Referer, 6, 1, false),
            ("ads.example", "ads.example", FieldPlace::Cookie, "copied", Way::Request, 10, 1, false),
            ("chat.example", "chat.example", FieldPlace::Message, "hello", Way::Message, 9, 1, false),
            ("news.example", "news.example", FieldPlace::Body, "", Way::Answer, 8, 1, false),
            ("px.ads.example", "ads.example", FieldPlace::Header, "location", Way::Redirect, 7, 1, false),
        ]
    );
    let criteria = &linkage.identifiers[1].criteria;
    assert_eq!((criteria.lifetime_days, criteria.session_cookie, criteria.length), (Some(400.0), false, (24, 24)));
    assert_eq!((criteria.profiles, criteria.different_values, criteria.values_in_profile, criteria.similarity), (1, 1, 1, None));
    assert_eq!(criteria.constant_seconds, 2.0);
    let sent: Vec<_> = linkage.sent.iter().filter(|sent| sent.identifier == 1).collect();
    let sent: Vec<_> =
        sent.iter().map(|sent| (sent.host.as_str(), sent.asked_from.as_str(), sent.times, sent.entry, sent.fingerprint)).collect();
    assert_eq!(
        sent,
        [("static.big.example", "big.example", 1, 2, fingerprint(DATR)), ("static.big.example", "shop.example", 1, 3, fingerprint(DATR))]
    );
}

#[test]
fn profiles_are_told_apart_and_joined() {
    let other = "Qw7eRt5yUi3oPa1sDf9gHj2K";
    let one = [
        Entry::new(1, "a.example", "a.example").cookie("id", DATR).cookie("kept", "1122334455667788a1"),
        Entry::new(150, "a.example", "a.example").cookie("id", other).cookie("kept", "1122334455667788a1"),
        Entry::new(160, "b.example", "a.example").query("x", DATR),
    ];
    let two = [Entry::new(10, "a.example", "a.example").cookie("id", DATR)];
    let linkage = linked(&[&one, &two]);
    let id = linkage.identifiers.iter().position(|one| one.carrier == cookie("id", "a.example")).unwrap();
    let criteria = &linkage.identifiers[id].criteria;
    assert_eq!((criteria.profiles, criteria.different_values, criteria.values_in_profile), (3, 2, 1));
    assert_eq!(criteria.similarity, Some(1.0));
    let values: Vec<_> = linkage.identifiers[id].values.iter().map(|value| (value.capture, value.stretch, value.fingerprint)).collect();
    assert_eq!(values, [(0, 0, fingerprint(DATR)), (0, 1, fingerprint(other)), (1, 0, fingerprint(DATR))]);
    let survivals: Vec<_> = linkage.survivals.iter().map(|survival| (survival.identifier, survival.profiles.as_slice())).collect();
    assert_eq!(survivals, [(id, &[(0, 0), (1, 0)][..]), (1 - id, &[(0, 0), (0, 1)][..])]);
    let [sharing] = &linkage.sharings[..] else { panic!("{:?}", linkage.sharings) };
    assert!(sharing.across_profiles && sharing.stretch == 1 && sharing.identifier == id);
}

#[test]
fn parts_of_analytics_cookies() {
    let entries = [
        Entry::new(1, "shop.example", "shop.example")
            .cookie("_ga", "GA1.2.1234567890.1600000000")
            .cookie("_fbp", "fb.1.1600000000123.1098115397"),
        Entry::new(2, "analytics.example", "shop.example")
            .query("cid", "1234567890.1600000000")
            .query("fbp", "fb.1.1600000000123.1098115397"),
    ];
    let linkage = linked(&[&entries]);
    let rows: Vec<_> = linkage.sharings.iter().map(|row| (row.field.as_str(), row.part)).collect();
    assert_eq!(rows, [("fbp", false), ("cid", true)]);
}

#[test]
fn what_is_packed_in_a_cookie_is_named() {
    let id = "a81Kd92mQz7Lp30X";
    let json = format!(r#"{{"id":"{id}","t":1}}"#);
    let packed = |entry: Entry, number: u8| {
        let entry = entry.cookie("box", &json.replace('"', "%22")).last(|put| put.holds_fields = true);
        let entry = entry
            .cookie("box", &json)
            .last(|put| (put.depth, put.holds_fields, put.steps) = (1, true, vec![Step::Range(4, 40), Step::Percent]));
        entry
            .cookie("box.id", id)
            .last(|put| put.depth = 2)
            .cookie("box.t", "1")
            .last(|put| put.depth = 2)
            .cookie(&format!("next{number}"), "x")
    };
    let entries = [
        packed(Entry::new(1, "shop.example", "shop.example"), 1),
        packed(Entry::new(2, "shop.example", "shop.example"), 2),
        Entry::new(3, "b.example", "shop.example").query("u", id),
    ];
    let linkage = linked(&[&entries]);
    let carriers: Vec<_> = linkage.identifiers.iter().map(|one| (&one.carrier, one.values.len())).collect();
    assert_eq!(carriers, [(&cookie("box", "shop.example"), 1), (&cookie("box.id", "shop.example"), 1)]);
    let [sharing] = &linkage.sharings[..] else { panic!("{:?}", linkage.sharings) };
    assert_eq!((sharing.identifier, sharing.part), (1, false));
}

#[test]
fn entity_tags_decorations_and_fields_that_rules_know() {
    let (tag, click, user) = ("5f3a9c-77Kd82", "IwAR2xYz_91mKd72LpQ8vTn3", "100012345678901");
    let entries = [
        Entry::new(1, "cdn.example", "shop.example").with(Side::Response, FieldPlace::Header, "etag", format!("\"{tag}\"")),
        Entry::new(2, "cdn.example", "shop.example").with(Side::Request, FieldPlace::Header, "if-none-match", format!("W/\"{tag}\"")),
        Entry::new(3, "b.example", "shop.example").query("t", tag),
        Entry::new(4, "other.example", "shop.example").with(Side::Response, FieldPlace::Header, "etag", format!("\"{tag}\"")),
        Entry::new(5, "l.big.example", "big.example")
            .redirects("shop.example")
            .with(Side::Response, FieldPlace::Header, "location", format!("https://shop.example/?click={click}"))
            .last(|put| put.holds_fields = true)
            .with(Side::Response, FieldPlace::Header, "location.click", click)
            .last(|put| put.depth = 1),
        Entry::new(6, "shop.example", "big.example").query("click", click),
        Entry::new(7, "px.big.example", "shop.example").query("c", format!("fb.1.1600000000123.{click}")),
        Entry::new(8, "big.example", "big.example").query("user", user).last(|put| put.identifies = Some("user")),
        Entry::new(9, "big.example", "big.example").query("load", "98Kd72mZq81LpX").last(|put| put.identifies = Some("page-load")),
        Entry::new(10, "shop.example", "shop.example").with(Side::Request, FieldPlace::Json, "visitor", user),
    ];
    let linkage = linked(&[&entries]);
    let carriers: Vec<_> = linkage.identifiers.iter().map(|one| one.carrier.clone()).collect();
    assert_eq!(
        carriers,
        [
            Carrier::EntityTag { host: "cdn.example".to_owned() },
            Carrier::Decoration { name: "click".to_owned(), site: "big.example".to_owned() },
            Carrier::Field { name: "user".to_owned(), host: "big.example".to_owned(), identifies: "user" },
        ]
    );
    let rows: Vec<_> = linkage.sharings.iter().map(|row| (row.identifier, row.host.as_str(), row.way, row.entry)).collect();
    assert_eq!(rows, [(0, "b.example", Way::Request, 3), (2, "shop.example", Way::Request, 10),]);
    // Nothing but the redirect speaks for the parameter; a cookie in which its value stands does.
    assert_eq!(linkage.decorations_unconfirmed, 1);
    let mut entries = entries.to_vec();
    let kept = format!("fb.1.1600000000123.{click}");
    entries.push(Entry::new(11, "shop.example", "shop.example").with(Side::Request, FieldPlace::Cookie, "_click", kept));
    let linkage = linked(&[&entries]);
    let decorated = linkage.identifiers.iter().position(|one| matches!(one.carrier, Carrier::Decoration { .. })).unwrap();
    let rows: Vec<_> =
        linkage.sharings.iter().filter(|row| row.identifier == decorated).map(|row| (row.host.as_str(), row.way, row.entry)).collect();
    assert_eq!(linkage.decorations_unconfirmed, 0);
    assert!(rows.contains(&("px.big.example", Way::Request, 7)) && rows.contains(&("shop.example", Way::Redirect, 5)), "{rows:?}");
}

#[test]
fn what_was_not_sent_was_not_shared() {
    let mut blocked = Entry::new(2, "b.example", "a.example").query("x", DATR);
    blocked.was_sent = false;
    assert!(linked(&[&[Entry::new(1, "a.example", "").cookie("id", DATR), blocked]]).sharings.is_empty());
    assert_eq!(linked(&[]), Linkage::default());
}

#[test]
fn codings_that_the_decoder_undid_are_named() {
    let entries = [
        Entry::new(1, "a.example", "a.example").cookie("id", DATR),
        Entry::new(2, "b.example", "a.example")
            .query("x", DATR)
            .last(|put| put.steps = vec![Step::Range(1, 9), Step::Form, Step::Hex, Step::Base64]),
    ];
    let linkage = linked(&[&entries]);
    assert_eq!(linkage.sharings[0].codings, [Coding::Base64, Coding::Hex]);
}

#[test]
fn names_inside_cookies_that_may_be_values_are_masked() {
    let (person, own) = ("jan.de.vries@example.org", "s_a81Kd92mQz7Lp30Xb55");
    let entry = Entry::new(1, "shop.example", "shop.example").cookie(own, "packed").last(|put| put.holds_fields = true);
    let entry = entry.cookie(&format!("{own}.a81Kd92mQz7Lp30Xb56"), "Kd92mQz7Lp30Xb57").last(|put| put.depth = 1);
    let linkage = linked(&[&[entry, Entry::new(2, "b.example", "shop.example").query("u", person).cookie(own, DATR)]]);
    let names: Vec<_> = linkage.identifiers.iter().map(|one| one.carrier.clone()).collect();
    let masked = format!("{own}.{}", crate::redact::field_name("a81Kd92mQz7Lp30Xb56"));
    assert!(!masked.contains("a81Kd92mQz7Lp30Xb56"));
    assert_eq!(names, [cookie(own, "b.example"), cookie(&masked, "shop.example")]);
}

#[test]
fn names_that_were_cut_make_no_carrier() {
    let (cut, whole) = ("n".repeat(200), "n".repeat(190));
    let entries = [
        Entry::new(1, "a.example", "a.example").cookie(&cut, DATR).cookie(&whole, "Qw7eRt5yUi3oPa1sDf9gHj2K"),
        Entry::new(2, "a.example", "a.example").cookie(&cut, "1122334455667788a1"),
    ];
    let linkage = linked(&[&entries]);
    assert_eq!(linkage.identifiers.iter().map(|one| &one.carrier).collect::<Vec<_>>(), [&cookie(&whole, "a.example")]);
    assert_eq!(linkage.identifiers_left_out, 1);
}

#[test]
fn a_comma_within_quotes_is_of_the_tag() {
    let tag = |value: &str| {
        let entry = Entry::new(1, "cdn.example", "shop.example").with(Side::Request, FieldPlace::Header, "if-none-match", value);
        let linkage = linked(&[&[entry]]);
        linkage.identifiers.iter().flat_map(|one| &one.values).map(|value| value.fingerprint).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(tag("\"5f3a9c,77Kd82\""), [fingerprint("5f3a9c,77Kd82")].into());
    assert_eq!(tag("W/\"5f3a9c-77Kd82\", \"8b1,zz04-Qw7\""), [fingerprint("5f3a9c-77Kd82"), fingerprint("8b1,zz04-Qw7")].into());
}

#[test]
fn what_there_is_no_room_for_is_counted() {
    // More rows than are held: 11 cookies, each sent to a thousand hosts from twenty sites.
    let mut entries = Vec::new();
    for number in 0..20_000_u64 {
        let mut entry = Entry::new(1, &format!("h{}.a.example", number / 20), &format!("s{}.example", number % 20));
        for name in 0..11 {
            entry = entry.cookie(&format!("c{name}"), &format!("Kd92mQz7Lp30Xb5{name}"));
        }
        entries.push(entry);
    }
    let linkage = linked(&[&entries]);
    assert_eq!((linkage.identifiers.len(), linkage.identifiers_left_out), (11, 0));
    assert_eq!(linkage.sent.len(), 20_000);
    assert_eq!(linkage.sent.iter().map(|sent| sent.times).sum::<u64>() + linkage.sent_left_out, 220_000);
}

#[test]
fn times_at_both_ends_of_what_can_be_said() {
    let mut linker = Linker::new(&key(), Box::new(MemorySpool::default()), 1 << 20);
    let locator = Locator { part: Part::RequestLine, steps: Vec::new() };
    for at in [i64::MIN, i64::MAX].map(Timestamp::from_nanoseconds) {
        linker.begin(&EntryFacts {
            number: 1,
            at,
            answered: at,
            host: "a.example",
            site: "a.example",
            asked_from: "",
            redirect: None,
            was_sent: true,
        });
        let (side, place, name, value) = (Side::Request, FieldPlace::Cookie, "id", DATR.as_bytes());
        linker.field(&Field { side, message: None, place, name, value, locator: &locator, depth: 0, holds_fields: false }, None);
        linker.end().unwrap();
    }
    let linkage = linker.finish(&|_| 0).unwrap();
    assert!(linkage.identifiers[0].criteria.constant_seconds > 9e9);
}
