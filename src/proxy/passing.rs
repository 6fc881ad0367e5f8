//! Which hosts pass unread: those that the operator names, those outside the only ones to be read, and those whose client refused our
//! certificate, where the operator allows that. It decides by names alone and never looks one up.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

/// Hosts about whose clients something is kept in mind. Beyond that nothing more is learned.
const MOST_LEARNED: usize = 4_096;
/// How often in a row a client may leave in the handshake without saying why until that counts as a refusal: once is also what a browser
/// does that connected in advance.
const SILENT_REFUSALS: u8 = 2;

/// A host, or with `*.` in front a domain and everything below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    /// Name in lower case without the dot at its end, or the address in its usual form.
    host: String,
    below: bool,
}

/// The text is no host to compare with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no host: write a name such as www.example.org, *.example.org for a domain and all below it, or an address; no port, no path"
)]
pub struct HostPatternError(String);

impl FromStr for HostPattern {
    type Err = HostPatternError;

    fn from_str(text: &str) -> Result<Self, HostPatternError> {
        let wrong = || HostPatternError(text.to_owned());
        let (below, host) = text.trim().strip_prefix("*.").map_or((false, text.trim()), |rest| (true, rest));
        if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
            return if below { Err(wrong()) } else { Ok(Self { host: address.to_string(), below }) };
        }
        let host = idna::domain_to_ascii(host.trim_end_matches('.')).map_err(|_| wrong())?;
        let label =
            |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        // What ends in a number is an address or nothing; those were read above.
        let number = host.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
        if number || !host.split('.').all(label) {
            return Err(wrong());
        }
        Ok(Self { host, below })
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", if self.below { "*." } else { "" }, self.host)
    }
}

impl HostPattern {
    /// Whether it covers `host`: in lower case, without brackets; a dot at the end does not count.
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        if let Ok(address) = host.parse::<IpAddr>() {
            return self.host.parse() == Ok(address);
        }
        let own = self.host.as_str();
        host == own || self.below && host.strip_suffix(own).is_some_and(|front| front.ends_with('.'))
    }

    /// The address, if it is one.
    pub(super) fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// The name.
    pub(super) fn name(&self) -> &str {
        &self.host
    }
}

/// What happens to a host whose client refused our certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnPinned {
    /// Its next connection gets the same certificate again.
    #[default]
    Refuse,
    /// Its next connection passes unread, and is recorded as a tunnel.
    Pass,
}

impl OnPinned {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Refuse, Self::Pass];

    /// As it is written on the command line and in the record.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Pass => "pass",
        }
    }
}

/// What the operator says about hosts that pass unread.
#[derive(Clone, Debug, Default)]
pub struct Passing {
    /// These pass.
    pub pass: Vec<HostPattern>,
    /// Where there are any, all others pass.
    pub only: Vec<HostPattern>,
    /// What happens after a certificate was refused.
    pub on_pinned: OnPinned,
}

impl Passing {
    /// Whether a connection that bears these names passes unread: any of them is to pass, or not all are among the only ones to be read.
    fn says(&self, mut names: impl Iterator<Item = impl AsRef<str>> + Clone) -> bool {
        let among = |patterns: &[HostPattern], name: &str| patterns.iter().any(|pattern| pattern.covers(name));
        names.clone().any(|name| among(&self.pass, name.as_ref()))
            || !self.only.is_empty() && !names.all(|name| among(&self.only, name.as_ref()))
    }
}

/// The same while it runs, with what was learned.
#[derive(Debug)]
pub(super) struct Unread {
    said: Passing,
    /// How often the certificate was refused for a host in a row without a word; [`SILENT_REFUSALS`] and more: it passes.
    learned: Mutex<BTreeMap<String, u8>>,
}

/// How a handshake with a client ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handshake {
    /// It was completed.
    Done,
    /// The client refused the certificate by an alert.
    Refused,
    /// The client left without a word.
    Left,
}

impl Unread {
    /// Nothing is learned yet.
    pub(super) fn new(said: Passing) -> Self {
        Self { said, learned: Mutex::default() }
    }

    /// Whether a connection to `host` with this server name in its hello passes unread. An address says less than the name that goes with it.
    pub(super) fn passes(&self, host: &str, server_name: Option<&str>) -> bool {
        let address = server_name.is_some() && host.parse::<IpAddr>().is_ok();
        let host_counts = (!address).then_some(host);
        if self.said.says(host_counts.into_iter().chain(server_name)) {
            return true;
        }
        self.said.on_pinned == OnPinned::Pass
            && self.learned.lock().unwrap_or_else(PoisonError::into_inner).get(host).is_some_and(|times| *times >= SILENT_REFUSALS)
    }

    /// Keeps in mind how a handshake for `host` ended.
    pub(super) fn learn(&self, host: &str, handshake: Handshake) {
        if self.said.on_pinned == OnPinned::Refuse {
            return;
        }
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        match handshake {
            Handshake::Done => {
                learned.remove(host);
            }
            Handshake::Refused | Handshake::Left if learned.contains_key(host) || learned.len() < MOST_LEARNED => {
                let times = learned.entry(host.to_owned()).or_default();
                *times = if handshake == Handshake::Refused { SILENT_REFUSALS } else { times.saturating_add(1) };
            }
            Handshake::Refused | Handshake::Left => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(text: &str) -> Vec<HostPattern> {
        text.split(',').map(|one| one.parse().expect("a host")).collect()
    }

    #[test]
    fn patterns_compare_whole_labels() {
        let covers = |pattern: &str, host: &str| pattern.parse::<HostPattern>().expect("a host").covers(host);
        for host in ["example.org", "www.example.org", "a.b.example.org."] {
            assert!(covers("*.Example.org", host), "{host}");
        }
        for host in ["badexample.org", "example.org.evil.test", "org", ""] {
            assert!(!covers("*.example.org", host), "{host}");
        }
        assert!(covers("www.example.org.", "www.example.org") && !covers("example.org", "www.example.org"));
        assert!(covers("bücher.example", "xn--bcher-kva.example"));
        assert!(covers("[::1]", "::1") && covers("::1", "0:0::1") && covers("127.0.0.1", "127.0.0.1") && !covers("127.0.0.1", "127.0.0.2"));
        for wrong in ["", "*.", "*", "a b", "https://a.test", "a.test:443", "*.127.0.0.1", "a..b", "127.1", "a/b", "*.*.test"] {
            assert_eq!(wrong.parse::<HostPattern>(), Err(HostPatternError(wrong.to_owned())));
        }
        assert_eq!("*.A.test".parse::<HostPattern>().expect("a host").to_string(), "*.a.test");
    }

    #[test]
    fn every_name_that_a_connection_bears_counts() {
        let only = Unread::new(Passing { only: patterns("*.in.test,192.0.2.1"), pass: patterns("not.in.test"), ..Passing::default() });
        for (host, name) in [("a.in.test", None), ("a.in.test", Some("in.test")), ("192.0.2.1", None), ("192.0.2.9", Some("in.test"))] {
            assert!(!only.passes(host, name), "{host} {name:?} is read");
        }
        // A page cannot have another host read by calling it by the name of one that is, nor the other way round.
        for (host, name) in [
            ("out.test", None),
            ("out.test", Some("a.in.test")),
            ("a.in.test", Some("out.test")),
            ("not.in.test", None),
            ("a.in.test", Some("not.in.test")),
        ] {
            assert!(only.passes(host, name), "{host} {name:?} passes");
        }
        assert!(!Unread::new(Passing::default()).passes("any.test", None));
    }

    #[test]
    fn a_refusal_counts_at_once_and_leaving_the_second_time() {
        let unread = Unread::new(Passing { on_pinned: OnPinned::Pass, ..Passing::default() });
        unread.learn("pinned.test", Handshake::Refused);
        assert!(unread.passes("pinned.test", None) && !unread.passes("www.pinned.test", None));
        unread.learn("quiet.test", Handshake::Left);
        assert!(!unread.passes("quiet.test", None), "a browser may have connected in advance");
        unread.learn("quiet.test", Handshake::Done);
        unread.learn("quiet.test", Handshake::Left);
        assert!(!unread.passes("quiet.test", None), "in between it did not mind");
        unread.learn("quiet.test", Handshake::Left);
        assert!(unread.passes("quiet.test", None));
        for number in 0..2 * MOST_LEARNED {
            unread.learn(&format!("{number}.test"), Handshake::Refused);
        }
        assert!(unread.learned.lock().expect("not poisoned").len() <= MOST_LEARNED);
        let strict = Unread::new(Passing::default());
        strict.learn("pinned.test", Handshake::Refused);
        assert!(!strict.passes("pinned.test", None));
    }
}
