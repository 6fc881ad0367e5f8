//! The history of cookies: what every Set-Cookie does to what was set before, and where a cookie that is sent comes from.
//!
//! This is no browser's jar: a proxy sees neither scripts nor the browser's own decisions. It only joins recorded lines. A line that a browser
//! should not keep stays known, so that a cookie sent afterwards is not called one without a recorded line.

use hashbrown::HashMap;

use crate::decode::cookie::{domain_match, path_match};
use crate::model::UrlParts;
use crate::observe::{CookieKey, Observation, SeenCookie, SentCookie};

/// What a Set-Cookie line does to what was recorded before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieEvent {
    /// Sets a cookie that no recorded line had set, or that was deleted or had expired.
    Set,
    /// Sets it again with the same value.
    Renewed,
    /// Sets it again with another value.
    Changed,
    /// Asks to delete it.
    Deleted,
    /// A browser that follows RFC 6265bis should not take the line. Whether it did is not recorded.
    RefusalExpected,
}

impl CookieEvent {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Renewed => "renewed",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
            Self::RefusalExpected => "refusal-expected",
        }
    }
}

/// Where a cookie that is sent comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentOrigin {
    /// A recorded line set it.
    SetCookie {
        /// Which cookie, for [`Jar::kept`].
        kept: u32,
        /// Number of the entry of the last line about it before it was sent.
        entry: u64,
        /// Whether the value is the one of that line.
        same_value: bool,
        /// What should have become of it by the time it was sent.
        state: LineState,
    },
    /// No line that set it was recorded.
    NotRecorded,
}

/// What a browser should have made of a line by the time a cookie was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// Kept.
    Kept,
    /// At the end of its life.
    Expired,
    /// Deleted by it.
    Deleted,
    /// Not taken.
    RefusalExpected,
}

impl LineState {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
            Self::RefusalExpected => "refusal-expected",
        }
    }
}

/// A cookie that at least one recorded line is about.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Under which key a browser keeps it.
    pub key: CookieKey<'static>,
    fingerprint: [u8; 8],
    entry: u64,
    /// End of its life, nanoseconds since the epoch.
    ends: Option<i64>,
    state: LineState,
}

impl Kept {
    fn state_at(&self, at: Option<i64>) -> LineState {
        match (self.state, self.ends, at) {
            (LineState::Kept, Some(ends), Some(at)) if ends <= at => LineState::Expired,
            (state, ..) => state,
        }
    }
}

/// All cookies that recorded lines are about. Events must come in order of time: a Set-Cookie at the head of its response, a Cookie at the
/// start of its request.
#[derive(Clone, Debug, Default)]
pub struct Jar {
    all: Vec<Kept>,
    by_key: HashMap<CookieKey<'static>, u32>,
    by_name: HashMap<String, Vec<u32>>,
}

impl Jar {
    /// The cookie with this index.
    #[must_use]
    pub fn kept(&self, index: u32) -> &Kept {
        &self.all[index as usize]
    }

    /// A browser with a new profile begins: what was set before is not there any more. The cookies themselves stay known, for [`Self::kept`].
    pub(super) fn begin_anew(&mut self) {
        self.by_key.clear();
        self.by_name.clear();
    }

    /// Where every cookie of a request comes from.
    pub(super) fn sent(&self, observation: &Observation<'_>) -> Vec<SentOrigin> {
        let url = &*observation.url;
        let path = &url[UrlParts::of(url).path];
        let path = if path.is_empty() { "/" } else { path };
        let host = &*observation.host;
        let fits = |index: &u32| {
            let key = &self.kept(*index).key;
            let domain_fits = if key.host_only { key.domain == host } else { domain_match(host, &key.domain) };
            domain_fits && path_match(path, &key.path)
        };
        let origin = |cookie: &SentCookie<'_>| {
            let candidates = self.by_name.get(&*cookie.name).into_iter().flatten().copied().filter(fits);
            // Kept before not kept, the same value before another, the later line before the earlier.
            let rank = |index: &u32| {
                let kept = self.kept(*index);
                (kept.state_at(observation.started) == LineState::Kept, kept.fingerprint == cookie.fingerprint, kept.entry)
            };
            match candidates.max_by_key(rank) {
                Some(index) => {
                    let kept = self.kept(index);
                    SentOrigin::SetCookie {
                        kept: index,
                        entry: kept.entry,
                        same_value: kept.fingerprint == cookie.fingerprint,
                        state: kept.state_at(observation.started),
                    }
                }
                None => SentOrigin::NotRecorded,
            }
        };
        observation.sent.iter().map(origin).collect()
    }

    /// What every line of an answer does.
    pub(super) fn set(&mut self, observation: &Observation<'_>) -> Vec<CookieEvent> {
        observation.set.iter().map(|cookie| self.one(observation, cookie)).collect()
    }

    fn one(&mut self, observation: &Observation<'_>, cookie: &SeenCookie<'_>) -> CookieEvent {
        let key = cookie.key().into_owned();
        let known = self.by_key.get(&key).copied();
        let before = known.map(|index| self.kept(index)).map(|kept| (kept.state_at(observation.answered), kept.fingerprint));
        if cookie.refused && before.is_some() {
            // The cookie of that name that is there stays as it is.
            return CookieEvent::RefusalExpected;
        }
        let seconds = |seconds: i64| seconds.saturating_mul(1_000_000_000);
        let ends = observation.answered.zip(cookie.lifetime).map(|(at, lifetime)| at.saturating_add(seconds(lifetime)));
        let state = match () {
            () if cookie.refused => LineState::RefusalExpected,
            () if cookie.deletes => LineState::Deleted,
            () => LineState::Kept,
        };
        let now = Kept { key: key.clone(), fingerprint: cookie.fingerprint, entry: observation.number, ends, state };
        match known {
            Some(index) => self.all[index as usize] = now,
            None => {
                let index = self.all.len() as u32;
                self.by_name.entry_ref(&*cookie.name).or_default().push(index);
                self.by_key.insert(key, index);
                self.all.push(now);
            }
        }
        match before {
            _ if cookie.refused => CookieEvent::RefusalExpected,
            _ if cookie.deletes => CookieEvent::Deleted,
            Some((LineState::Kept, value)) if value == cookie.fingerprint => CookieEvent::Renewed,
            Some((LineState::Kept, _)) => CookieEvent::Changed,
            _ => CookieEvent::Set,
        }
    }
}
