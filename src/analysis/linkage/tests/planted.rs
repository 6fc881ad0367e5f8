//! Linkages that were planted on purpose, in every coding, in every place, up to two layers: all must be found, none where there is none; and neither
//! the order of entries nor the memory granted may change what is found.

use std::collections::BTreeMap;

use super::*;

/// Numbers at random from a fixed seed (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ number >> 31
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn text(&mut self, signs: &[u8], length: usize) -> String {
        (0..length).map(|_| signs[self.below(signs.len())] as char).collect()
    }
}

/// A value as identifiers are: letters and digits, hexadecimal, numbers with a time, and some with signs that must be encoded.
fn value(random: &mut Random) -> String {
    const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    match random.below(5) {
        0 => random.text(b"0123456789abcdef", 32),
        1 => format!("{}.16{}", random.text(b"123456789", 9), random.text(b"0123456789", 8)),
        2 => format!("{}+/{}==", random.text(MIXED, 12), random.text(MIXED, 8)),
        3 => format!("{}:{}", random.text(MIXED, 10), random.text(MIXED, 12)),
        _ => random.text(MIXED, 22),
    }
}

fn lists_of_codings() -> Vec<Vec<Coding>> {
    let mut all = vec![Vec::new()];
    all.extend(Coding::ALL.map(|one| vec![one]));
    all.extend(Coding::ALL.iter().flat_map(|inner| Coding::ALL.map(|outer| vec![*inner, outer])));
    all
}

/// Writes a value in some way that its codings allow.
fn write(random: &mut Random, value: &str, codings: &[Coding]) -> Vec<u8> {
    let mut written = value.as_bytes().to_vec();
    for (layer, coding) in codings.iter().enumerate() {
        let mut ways = variants(&written, *coding);
        // Bytes that are no text stand in no parameter; under another layer they may.
        if layer + 1 == codings.len() {
            ways.retain(|way| way.is_ascii());
        }
        written = ways.swap_remove(random.below(ways.len()));
    }
    written
}

/// What surrounds a value in its field.
fn surround(random: &mut Random, written: &[u8]) -> Vec<u8> {
    let (before, after) = [
        ("", ""),
        ("a=1&uid=", "&b=2"),
        (r#"{"uid":""#, r#"","n":2}"#),
        ("https://x.example/y?u=", "&z"),
        ("k|", "|v"),
        ("see ", " there"),
    ][random.below(6)];
    [before.as_bytes(), written, after.as_bytes()].concat()
}

struct Planted {
    cookie: Carrier,
    host: String,
    place: FieldPlace,
    codings: Vec<Coding>,
    value: String,
    written: String,
}

/// A world with a cookie on every site, and in another site's place, if `shared`, its value, otherwise another at random.
fn world(shared: bool, seed: u64) -> (Vec<Entry>, Vec<Planted>) {
    let mut random = Random(seed);
    let (mut entries, mut planted) = (Vec::new(), Vec::new());
    for codings in lists_of_codings() {
        for place in FieldPlace::ALL {
            let n = planted.len() as u64;
            let (value, unrelated) = (value(&mut random), value(&mut random));
            let written = write(&mut random, if shared { &value } else { &unrelated }, &codings);
            let around = surround(&mut random, &written);
            let (own, other) = (format!("own{n}.example"), format!("t.other{n}.test"));
            entries.push(Entry::new(2 * n, &format!("www.{own}"), &own).cookie("uid", &value));
            let entry = Entry::new(2 * n + 1, &other, &own);
            let side = if random.below(3) == 0 { Side::Response } else { Side::Request };
            let body = || [&b"<script>var o=document.createElement('x');".repeat(20)[..], b"f(\"", &written, b"\")</script>"].concat();
            entries.push(match place {
                FieldPlace::Body if side == Side::Response => entry.with(side, place, "", body()),
                FieldPlace::Header => entry.with(side, place, ["x-id", "referer", "link"][random.below(3)], around),
                FieldPlace::Message => entry.with(side, place, "m", around).last(|put| put.message = Some(1)),
                FieldPlace::Path | FieldPlace::Query | FieldPlace::Form => entry.with(Side::Request, place, "p", around),
                FieldPlace::Json | FieldPlace::Cookie | FieldPlace::Body => entry.with(side, place, "p", around),
            });
            let written = String::from_utf8_lossy(&written).into_owned();
            planted.push(Planted { cookie: cookie("uid", &own), host: other, place, codings: codings.clone(), value, written });
        }
    }
    (entries, planted)
}

/// Codings without what is only a way to write a digest, and without percent-encoding, which changes few values.
fn essential(codings: &[Coding]) -> Vec<Coding> {
    let digest = |coding: Option<&Coding>| matches!(coding, Some(Coding::Md5 | Coding::Sha1 | Coding::Sha256));
    let mut kept: Vec<Coding> = Vec::new();
    for coding in codings.iter().filter(|coding| **coding != Coding::Percent) {
        if !(digest(kept.last()) && matches!(coding, Coding::Hex | Coding::Base64)) {
            kept.push(*coding);
        }
    }
    kept
}

#[test]
fn planted_linkages_are_found() {
    let (mut missed, mut all) = (Vec::new(), 0);
    for seed in 0..3 {
        let (entries, planted) = world(true, seed);
        let linkage = linked(&[&entries]);
        all += planted.len();
        for one in &planted {
            let rows = linkage.sharings_of(&one.cookie);
            match rows.iter().find(|row| row.host == one.host && row.place == one.place) {
                None => missed.push(format!("{:?} {:?} {} {}", one.place, one.codings, one.value, one.written)),
                Some(row) => assert_eq!(essential(&row.codings), essential(&one.codings), "{} {:?}", one.written, row.codings),
            }
        }
        // A cookie that carries it in the other place is an identifier itself, whose value stands in the first one.
        let wrong = linkage.sharings.iter().filter(|row| {
            let carrier = &linkage.identifiers[row.identifier].carrier;
            !matches!(carrier, Carrier::Cookie { name, .. } if name == "p")
                && !planted.iter().any(|one| one.cookie == *carrier && one.host == row.host && one.place == row.place)
        });
        assert_eq!(wrong.count(), 0);
    }
    assert!(all >= 1_000);
    assert!(missed.is_empty(), "{} of {all} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn nothing_is_found_where_nothing_was_planted() {
    let (entries, planted) = world(false, 20_261_122);
    let linkage = linked(&[&entries]);
    assert!(linkage.identifiers.len() >= planted.len());
    assert!(linkage.sharings.is_empty(), "{:#?}", linkage.sharings);
}

#[test]
fn neither_order_nor_memory_matters() {
    let (mut entries, _) = world(true, 20_261_122);
    // Entries of several stretches and carriers with several values in several places.
    for n in 0..300_u64 {
        let mut random = Random(n % 7);
        let id = value(&mut random);
        let host = format!("s{}.big.example", n % 3);
        let from = format!("site{}.example", n % 5);
        entries.push(Entry::new(10_000 + n, &host, &from).cookie("id", &id).query("q", &id).sets(
            "x",
            &id,
            (n % 2 == 0).then_some(n as i64),
        ));
        entries.push(Entry::new(20_000 + n, "ads.example", &from).query("sync", &id).query("sync2", format!("{id};{id}")));
    }
    let expected = linked(&[&entries]);
    assert!(expected.sharings.len() > 300 && !expected.survivals.is_empty());
    let mut random = Random(1);
    for at in (1..entries.len()).rev() {
        entries.swap(at, random.below(at + 1));
    }
    assert_eq!(linked(&[&entries]), expected);
    let mut small = [index(&entries, 0)];
    assert_eq!(join(&mut small, &stretch).unwrap(), expected);
    // What was joined once can be joined again.
    assert_eq!(join(&mut small, &stretch).unwrap(), expected);

    // Two recordings are the same as their rows side by side.
    let other: Vec<Entry> = entries.iter().take(400).cloned().collect();
    let both = linked(&[&entries, &other]);
    let reversed = linked(&[&other, &entries]);
    let count = |linkage: &Linkage| {
        let mut counts: BTreeMap<(&Carrier, &str, u64), u64> = BTreeMap::new();
        linkage.sharings.iter().for_each(|row| {
            *counts.entry((&linkage.identifiers[row.identifier].carrier, &row.host, row.entry)).or_default() += row.times;
        });
        counts.into_iter().map(|((carrier, host, entry), times)| (carrier.clone(), host.to_owned(), entry, times)).collect::<Vec<_>>()
    };
    assert_eq!(count(&both), count(&reversed));
    assert_eq!(both.identifiers.len(), expected.identifiers.len());
}
