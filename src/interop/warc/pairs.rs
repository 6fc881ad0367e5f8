//! Which request belongs to which answer: as the records say (`WARC-Concurrent-To`), else by address and time, else by address and order.

use std::collections::{BTreeMap, VecDeque};

use super::record::{Head, Kind};
use crate::model::{Digest, Timestamp};

/// A text of any length in sixteen bytes.
type Mark = [u8; 16];

fn mark(text: &str) -> Mark {
    let Digest(digest) = Digest::of(text.as_bytes());
    let mut mark = [0; 16];
    mark.copy_from_slice(&digest[..16]);
    mark
}

/// A message as far as pairing needs it.
struct Stub {
    number: u64,
    is_request: bool,
    target: Mark,
    at: Option<Timestamp>,
    id: Mark,
    concurrent: Vec<Mark>,
}

/// The messages of an archive, in order.
#[derive(Default)]
pub(super) struct Index {
    messages: Vec<Stub>,
}

/// For each message that has one, the number of the record that is its counterpart.
#[derive(Debug, Default)]
pub(super) struct Pairs(BTreeMap<u64, u64>);

impl Pairs {
    /// The counterpart of a record.
    pub(super) fn of(&self, number: u64) -> Option<u64> {
        self.0.get(&number).copied()
    }

    fn join(&mut self, one: u64, other: u64) {
        self.0.insert(one, other);
        self.0.insert(other, one);
    }
}

impl Index {
    /// Takes a record into account.
    pub(super) fn see(&mut self, number: u64, head: &Head) {
        let is_request = match head.kind() {
            Kind::Request => true,
            Kind::Response | Kind::Revisit => false,
            _ => return,
        };
        if !head.is_http() {
            return;
        }
        self.messages.push(Stub {
            number,
            is_request,
            target: mark(head.target()),
            at: head.date(),
            id: mark(head.field("WARC-Record-ID").unwrap_or_default()),
            concurrent: head.all("WARC-Concurrent-To").map(mark).collect(),
        });
    }

    /// Joins them.
    pub(super) fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::default();
        let by_id: BTreeMap<Mark, usize> = self.messages.iter().enumerate().rev().map(|(index, message)| (message.id, index)).collect();
        for message in &self.messages {
            let others = message.concurrent.iter().filter_map(|id| by_id.get(id)).map(|index| &self.messages[*index]);
            let free = |other: &&Stub| other.is_request != message.is_request && pairs.of(other.number).is_none();
            if pairs.of(message.number).is_none()
                && let Some(other) = others.into_iter().find(free)
            {
                pairs.join(message.number, other.number);
            }
        }
        self.by_address(&mut pairs, |message| message.at.map(|at| (message.target, Some(at))));
        self.by_address(&mut pairs, |message| Some((message.target, None)));
        pairs
    }

    /// Joins what is left over and has the same key: the first request with the first answer, and so on.
    fn by_address(&self, pairs: &mut Pairs, key: impl Fn(&Stub) -> Option<(Mark, Option<Timestamp>)>) {
        let mut waiting: BTreeMap<(Mark, Option<Timestamp>, bool), VecDeque<u64>> = BTreeMap::new();
        for message in &self.messages {
            let Some((target, at)) = key(message).filter(|_| pairs.of(message.number).is_none()) else { continue };
            match waiting.get_mut(&(target, at, !message.is_request)).and_then(VecDeque::pop_front) {
                Some(other) => pairs.join(message.number, other),
                None => waiting.entry((target, at, message.is_request)).or_default().push_back(message.number),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::Records;
    use super::*;

    fn pairs(records: &[&str]) -> Vec<Option<u64>> {
        let text: String = records.iter().map(|fields| format!("WARC/1.0\r\n{fields}\r\nContent-Length: 0\r\n\r\n\r\n\r\n")).collect();
        let mut reader = Records::new(text.as_bytes(), 1 << 20).expect("reads");
        let mut index = Index::default();
        let mut number = 0;
        while let Ok(Some(head)) = reader.next() {
            number += 1;
            index.see(number, &head);
        }
        let pairs = index.pairs();
        (1..=number).map(|number| pairs.of(number)).collect()
    }

    #[test]
    fn what_records_say_comes_first() {
        let (a, b) = ("WARC-Target-URI: http://a/", "WARC-Target-URI: http://b/");
        let found = pairs(&[
            &format!("WARC-Type: request\r\n{a}\r\nWARC-Record-ID: <1>"),
            &format!("WARC-Type: request\r\n{a}\r\nWARC-Record-ID: <2>"),
            &format!("WARC-Type: response\r\n{a}\r\nWARC-Record-ID: <3>\r\nWARC-Concurrent-To: <2>"),
            &format!("WARC-Type: revisit\r\n{a}\r\nWARC-Record-ID: <4>"),
            &format!("WARC-Type: request\r\n{b}\r\nWARC-Record-ID: <5>\r\nWARC-Concurrent-To: <9>"),
            "WARC-Type: metadata\r\nWARC-Concurrent-To: <5>",
        ]);
        assert_eq!(found, [Some(4), Some(3), Some(2), Some(1), None, None]);
    }

    #[test]
    fn then_address_and_time_then_order() {
        let at =
            |kind: &str, second: u32| format!("WARC-Type: {kind}\r\nWARC-Target-URI: http://a/\r\nWARC-Date: 2026-01-01T00:00:0{second}Z");
        let found =
            pairs(&[&at("response", 2), &at("request", 1), &at("request", 2), &at("response", 1), &at("request", 3), &at("response", 4)]);
        assert_eq!(found, [Some(3), Some(4), Some(1), Some(2), Some(6), Some(5)]);
    }

    #[test]
    fn messages_of_one_kind_or_of_another_address_are_no_pair() {
        let found = pairs(&[
            "WARC-Type: request\r\nWARC-Target-URI: http://a/\r\nWARC-Record-ID: <1>",
            "WARC-Type: request\r\nWARC-Target-URI: http://a/\r\nWARC-Concurrent-To: <1>",
            "WARC-Type: response\r\nWARC-Target-URI: http://b/",
            "WARC-Type: response\r\nWARC-Target-URI: dns:a",
        ]);
        assert_eq!(found, [None; 4]);
    }
}
