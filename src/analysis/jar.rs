//! The history of cookies: what every Set-Cookie does to what was set before, and where a cookie that is sent comes from.
//!
//! This is no browser's jar: a proxy sees neither scripts nor the browser's own decisions. It only joins recorded lines, so a cookie that is
//! sent without a recorded Set-Cookie is called just that.

use hashbrown::HashMap;

use crate::decode::cookie::{domain_match, path_match};
use crate::model::UrlParts;
use crate::observe::{Observation, SeenCookie};

/// What a Set-Cookie line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieEvent {
    /// Sets a cookie that no recorded line had set, or that was deleted or had expired.
    Set,
    /// Sets it again with the same value.
    Renewed,
    /// Sets it again with another value.
    Changed,
    /// Deletes it.
    Deleted,
    /// A browser refuses the line (RFC 6265bis).
    Refused,
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
            Self::Refused => "refused",
        }
    }
}

/// Where a cookie that is sent comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentOrigin {
    /// A recorded line set it.
    SetCookie {
        /// Number of the entry of the last line that set it.
        entry: u64,
        /// Whether the value is the one of that line.
        same_value: bool,
        /// Domain it is kept for.
        domain: String,
        /// Whether for that host only.
        host_only: bool,
        /// Path it is kept for.
        path: String,
        /// Whether kept apart for each top-level site.
        partitioned: bool,
    },
    /// No line that set it was recorded.
    NotRecorded,
}

#[derive(Clone, Debug)]
struct Kept {
    domain: String,
    host_only: bool,
    path: String,
    partitioned: bool,
    fingerprint: [u8; 8],
    entry: u64,
    /// End of its life, nanoseconds since the epoch.
    ends: Option<i64>,
    present: bool,
}

impl Kept {
    fn present_at(&self, at: Option<i64>) -> bool {
        self.present && !matches!((self.ends, at), (Some(ends), Some(at)) if ends <= at)
    }
}

/// Cookies by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Jar(HashMap<String, Vec<Kept>>);

impl Jar {
    /// Where every cookie of a request comes from.
    pub(super) fn sent(&self, observation: &Observation<'_>) -> Vec<SentOrigin> {
        let url = &*observation.url;
        let path = &url[UrlParts::of(url).path];
        let fits = |kept: &&Kept| {
            let host = &*observation.host;
            let domain_fits = if kept.host_only { kept.domain == host } else { domain_match(host, &kept.domain) };
            domain_fits && path_match(path, &kept.path) && kept.present_at(observation.started)
        };
        let origin = |cookie: &crate::observe::SentCookie<'_>| {
            let kept: Vec<&Kept> = self.0.get(&*cookie.name).into_iter().flatten().filter(fits).collect();
            let same = kept.iter().find(|kept| kept.fingerprint == cookie.fingerprint);
            match same.or(kept.last()) {
                Some(kept) => SentOrigin::SetCookie {
                    entry: kept.entry,
                    same_value: same.is_some(),
                    domain: kept.domain.clone(),
                    host_only: kept.host_only,
                    path: kept.path.clone(),
                    partitioned: kept.partitioned,
                },
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
        if cookie.refused {
            return CookieEvent::Refused;
        }
        let kept = self.0.entry_ref(&*cookie.name).or_default();
        let key = cookie.key();
        let known = kept.iter().position(|kept| {
            (&*kept.domain, kept.host_only, &*kept.path, kept.partitioned) == (key.domain, key.host_only, key.path, key.partitioned)
        });
        let seconds = |seconds: i64| seconds.saturating_mul(1_000_000_000);
        let ends = match (observation.answered, cookie.lifetime) {
            (Some(at), Some(lifetime)) => Some(at.saturating_add(seconds(lifetime))),
            _ => None,
        };
        let now = Kept {
            domain: key.domain.to_owned(),
            host_only: key.host_only,
            path: key.path.to_owned(),
            partitioned: key.partitioned,
            fingerprint: cookie.fingerprint,
            entry: observation.number,
            ends,
            present: !cookie.deletes,
        };
        let before = known.map(|at| (kept[at].present_at(observation.answered), kept[at].fingerprint));
        match known {
            Some(at) => kept[at] = now,
            None => kept.push(now),
        }
        match before {
            _ if cookie.deletes => CookieEvent::Deleted,
            Some((true, value)) if value == cookie.fingerprint => CookieEvent::Renewed,
            Some((true, _)) => CookieEvent::Changed,
            _ => CookieEvent::Set,
        }
    }
}
