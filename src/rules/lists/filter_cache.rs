//! A compiled filter list as bytes and back, so that a list that did not change need not be parsed again. What comes back is checked as far as it can
//! be: the format, the engine's version, the digest of the list, and the engine's own bytes by its verifier. Keeps nothing itself.

use adblock::Engine;
use serde::{Deserialize, Serialize};

use super::{FilterList, ListInfo, ListKind, Rejection};
use crate::model::Digest;

/// Format of these bytes and version of the engine that made them; a test holds that it is the one that is compiled in.
pub const FILTER_CACHE: &str = "dataspoor-filter-cache 1, adblock 0.13.5";

/// Where the engine's bytes name the version of the crate (crate `adblock`, `data_format`: mark, format, checksum, version, data).
const CRATE_VERSION: std::ops::Range<usize> = 13..29;

#[derive(Serialize, Deserialize)]
struct Cached<'a> {
    format: &'a str,
    digest: [u8; 32],
    bytes: u64,
    title: Option<String>,
    version: Option<String>,
    licence: Option<String>,
    rules: u64,
    rejected: u64,
    rejections: Vec<Rejection>,
    engine: &'a [u8],
}

impl FilterList {
    /// The compiled list as bytes.
    #[must_use]
    pub fn to_cache(&self) -> Vec<u8> {
        let ListInfo { title, version, licence, digest, bytes, rules, rejected, rejections, .. } = &self.info;
        let cached = Cached {
            format: FILTER_CACHE,
            digest: digest.0,
            bytes: *bytes,
            title: title.clone(),
            version: version.clone(),
            licence: licence.clone(),
            rules: *rules,
            rejected: *rejected,
            rejections: rejections.clone(),
            engine: &self.engine_bytes(),
        };
        // Plain data into a vector: there is nothing that could fail, and an empty cache is none.
        postcard::to_stdvec(&cached).unwrap_or_default()
    }

    /// The list with that digest from such bytes. `None`: they are not of this program's version, not of that list or not whole; compile it again.
    #[must_use]
    pub fn from_cache(name: &str, digest: Digest, bytes: &[u8]) -> Option<Self> {
        let cached: Cached<'_> = postcard::from_bytes(bytes).ok()?;
        if cached.format != FILTER_CACHE || cached.digest != digest.0 {
            return None;
        }
        // The engine checks the structure of its bytes only where another version of itself made them; so it is told that one did.
        let mut engine_bytes = cached.engine.to_vec();
        engine_bytes.get_mut(CRATE_VERSION)?.fill(0);
        let mut engine = Engine::default();
        engine.deserialize(&engine_bytes).ok()?;
        let Cached { title, version, licence, rules, rejected, rejections, .. } = cached;
        let info = ListInfo {
            name: name.to_owned(),
            kind: ListKind::Filter,
            title,
            version,
            licence,
            origin: None,
            retrieved: None,
            digest,
            bytes: cached.bytes,
            rules,
            rejected,
            rejections,
            may_be_handed_over: None,
        };
        Some(Self::restored(info, engine))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::ListRequest;

    const LIST: &str = "[Adblock Plus 2.0]\n! Title: Own\n! Licence: free\n||tracker.example^\n@@||tracker.example/ok^\n/(bad/$script\n";

    fn check(list: &FilterList, url: &str) -> Option<crate::rules::Verdict> {
        list.check(ListRequest { url, host: "tracker.example", page_host: "a.nl", other_site: true, kind: "script", method: "GET" })
    }

    #[test]
    fn what_comes_back_says_the_same() {
        let list = FilterList::compile("own", LIST.as_bytes()).expect("compiles");
        let back = FilterList::from_cache("own", list.info.digest, &list.to_cache()).expect("comes back");
        assert_eq!(back.info, list.info);
        assert_eq!((back.info.rules, back.info.rejected, back.info.licence.as_deref()), (2, 1, Some("free")));
        for url in ["https://tracker.example/x", "https://tracker.example/ok/1", "https://other.example/"] {
            assert_eq!(check(&back, url), check(&list, url), "{url}");
        }
        let verdict = check(&back, "https://tracker.example/ok/1").expect("matches");
        assert_eq!((&*verdict.rule, verdict.line, verdict.exception_line), ("||tracker.example^", Some(4), Some(5)));
    }

    #[test]
    fn foreign_and_broken_bytes_are_none() {
        let list = FilterList::compile("own", LIST.as_bytes()).expect("compiles");
        let bytes = list.to_cache();
        assert!(FilterList::from_cache("own", Digest::of(b"other"), &bytes).is_none(), "of another list");
        for cut in [0, 1, 40, bytes.len() / 2, bytes.len() - 1] {
            assert!(FilterList::from_cache("own", list.info.digest, &bytes[..cut]).is_none(), "cut at {cut}");
        }
        // Every byte of the engine is covered by its own checksum.
        for at in (0..bytes.len()).step_by(7) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            if let Some(back) = FilterList::from_cache("own", list.info.digest, &changed) {
                let _ = check(&back, "https://tracker.example/x");
            }
        }
    }

    #[test]
    fn the_engine_is_the_one_that_is_named() {
        let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock")).expect("the lock file");
        let version = lock.split("name = \"adblock\"\nversion = \"").nth(1).and_then(|rest| rest.split('"').next()).expect("the engine");
        assert!(FILTER_CACHE.ends_with(&format!("adblock {version}")), "{version}");
        let bytes = FilterList::compile("own", LIST.as_bytes()).expect("compiles").engine_bytes();
        assert!(bytes[CRATE_VERSION].starts_with(version.as_bytes()), "the version stands where it is expected");
    }
}
