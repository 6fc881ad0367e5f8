//! The digest of an entry: a hash tree over its parts, so that a part can be masked later and the rest still proves itself.

use std::io;

use super::key::CaseKey;
use super::layout::Layout;
use super::parts::{self, Kind, Sink};
use super::salts::Salts;
use super::tree;
use crate::model::{EntryDigest, Exchange};

/// Computes entry digests. Keeps its buffers between entries.
pub struct EntryHasher {
    salts: Salts,
    /// Digests of the parts so far. The first place is kept for that of the layout.
    leaves: Vec<[u8; 32]>,
    layout: Layout,
}

impl EntryHasher {
    /// A hasher whose salts come from `key`.
    #[must_use]
    pub fn new(key: &CaseKey) -> Self {
        Self { salts: Salts::new(key), leaves: Vec::new(), layout: Layout::default() }
    }

    /// The digest of `exchange` as entry `number` of its capture.
    ///
    /// # Errors
    ///
    /// A body that is not in memory cannot be read.
    pub fn digest(&mut self, number: u64, exchange: &Exchange) -> io::Result<EntryDigest> {
        self.salts.of(number);
        self.layout.begin();
        self.leaves.clear();
        self.leaves.push([0; 32]);
        let salt = self.salts.at(0);
        parts::walk(number, exchange, self)?;
        self.leaves[0] = tree::leaf(&salt, &[self.layout.end()]);
        Ok(EntryDigest(tree::root(&mut self.leaves)))
    }
}

impl Sink for EntryHasher {
    fn part(&mut self, kind: Kind, pieces: [&[u8]; 3]) {
        self.layout.part((kind, pieces.map(<[u8]>::len)));
        let salt = self.salts.at(self.leaves.len() as u64);
        self.leaves.push(tree::leaf(&salt, &pieces));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, BodyState, Digest, Fidelity, Headers, NotCarried, Outcome, Request, Response, Timestamp};

    fn exchange() -> Exchange {
        let mut headers = Headers::new();
        headers.push(b"Cookie", b"a=1; b=2");
        headers.push(b"Content-Type", b"application/x-www-form-urlencoded");
        Exchange {
            started: Some(Timestamp::from_nanoseconds(5)),
            not_carried: NotCarried::TLS,
            ..Exchange::of(
                Request::of("POST", "https://a.example/p?x=1&y=2#f", "h2", headers.clone(), Body::new(BodyState::Raw, &b"m=1&n=2"[..])),
                Outcome::Response(Response::of(200, "OK", "h2", headers, Body::new(BodyState::AlreadyDecoded, vec![b'z'; 300]))),
                Fidelity::Imported,
            )
        }
    }

    #[derive(Debug)]
    struct Elsewhere(Vec<u8>);

    impl crate::model::BodySource for Elsewhere {
        fn open(&self) -> io::Result<Box<dyn io::Read + '_>> {
            Ok(Box::new(&self.0[..]))
        }
    }

    #[test]
    fn a_body_has_the_same_digest_wherever_it_lies() {
        let mut hasher = EntryHasher::new(&CaseKey::of_capture(Digest::of(b"capture")));
        let mut exchange = exchange();
        for length in [0, 1, 128, 65_536, 65_537, 262_144, 300_000] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let mut with = |body: Body| {
                exchange.request.body = body;
                hasher.digest(1, &exchange).expect("readable")
            };
            let memory = with(Body::new(BodyState::Raw, bytes.clone()));
            assert_eq!(with(Body::elsewhere(BodyState::Raw, length, std::sync::Arc::new(Elsewhere(bytes)))), memory, "{length} bytes");
        }
    }

    #[test]
    fn everything_counts() {
        let mut hasher = EntryHasher::new(&CaseKey::of_capture(Digest::of(b"capture")));
        let original = exchange();
        let digest = hasher.digest(1, &original).expect("in memory");
        assert_eq!(digest, hasher.digest(1, &original).expect("in memory"), "the same twice");
        // Pinned: the format is frozen. A change of this value is a new version of the format.
        assert_eq!(digest.0.to_string(), "2ad21c46cdc820973be337311edfb16e33cdae49770635d717e373fa8486e21f");
        let changed: [fn(&mut Exchange); 10] = [
            |exchange| exchange.timings.wait = Some(1.0),
            |exchange| exchange.page = Some("a\nserver=b".into()),
            |exchange| {
                let mut moved = Headers::new();
                moved.push(b"Cookie: a=1; b=2", b"");
                exchange.request.headers = moved;
            },
            |exchange| exchange.started = None,
            |exchange| exchange.request.url = exchange.request.url.replace("y=2", "y=3"),
            |exchange| exchange.request.version = "h3".into(),
            |exchange| exchange.request.body = Body::new(BodyState::Raw, &b"m=1&n=3"[..]),
            |exchange| exchange.request.body = Body::new(BodyState::Lossy, &b"m=1&n=2"[..]),
            |exchange| exchange.not_carried = NotCarried::default(),
            |exchange| exchange.request.headers.push(b"X", b""),
        ];
        for (index, change) in changed.into_iter().enumerate() {
            let mut exchange = exchange();
            change(&mut exchange);
            assert_ne!(hasher.digest(1, &exchange).expect("in memory"), digest, "change {index}");
        }
        assert_ne!(hasher.digest(2, &original).expect("in memory"), digest, "another place");
        assert_ne!(
            EntryHasher::new(&CaseKey::of_capture(Digest::of(b"other"))).digest(1, &original).expect("in memory"),
            digest,
            "another key"
        );
    }
}
