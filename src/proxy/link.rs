//! What is known of a connection to a server, told to each exchange on it. It holds values and touches no socket.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::upstream::Absolute;
use crate::model::{Connection, Stages, Timestamp};

/// Nanoseconds that looking up, connecting and TLS took; `None` where a stage did not occur.
pub(super) type Took = (Option<i64>, Option<i64>, Option<i64>);

/// See the head of this file.
pub(super) struct Link {
    facts: Connection,
    took: Took,
    absolute: Option<Absolute>,
    used: AtomicBool,
}

impl Link {
    /// A connection that stands and was not used yet.
    pub(super) fn new(facts: Connection, took: Took, absolute: Option<Absolute>) -> Self {
        Self { facts, took, absolute, used: AtomicBool::new(false) }
    }

    /// The facts for the next exchange on it, which it stands ready for at `ready`. Only the first is told that the connection is fresh, and what
    /// it cost to make it: later exchanges did not wait for that.
    pub(super) fn used(&self, ready: Timestamp) -> (Connection, Stages) {
        let fresh = !self.used.swap(true, Relaxed);
        let (dns, connect, tls) = if fresh { self.took } else { (None, None, None) };
        (Connection { fresh, ..self.facts.clone() }, Stages { ready, dns, connect, tls })
    }

    /// Whether requests on it go to another proxy, and how. `None`: to the server itself.
    pub(super) fn absolute(&self) -> Option<&Absolute> {
        self.absolute.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_use_is_fresh() {
        let link = Link::new(Connection::default(), (Some(1), Some(2), None), None);
        let ready = Timestamp::from_nanoseconds(9);
        let (first, second) = (link.used(ready), link.used(ready));
        assert!(first.0.fresh && !second.0.fresh);
        assert_eq!(first.1, Stages { ready, dns: Some(1), connect: Some(2), tls: None });
        assert_eq!(second.1, Stages { ready, dns: None, connect: None, tls: None });
    }
}
