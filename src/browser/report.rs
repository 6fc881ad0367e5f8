//! Makes the report of what a browser itself says: its jar without values, and what the origins of its open frames keep, by name and length. A
//! script runs in each frame, in a world of its own beside the page's. Never keeps a value, and says of everything that it could not read.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::watch::{Followed, Watch};
use super::{JarReport, StoredCookie};
use crate::model::{BROWSER_REPORT, BROWSER_REPORT_VERSION, JarCookie, NotRead, StoredItem, StoredNames, UrlParts};

/// Frames that are asked at most; a page with more says so in the report.
const FRAMES: usize = 200;

/// How long asking the frames may take altogether: a mark must come to its end.
const ALL_FRAMES: Duration = Duration::from_secs(30);

/// What runs in a frame: names and lengths as JSON. A promise of the browser that does not come is given up after two seconds, so that a
/// store that hangs does not hide the others. `length` of a value is in UTF-16 code units, as scripts count.
pub(super) const STORED: &str = r#"(async () => {
  const MOST = 500, LONGEST = 512;
  const out = { origin: self.origin, local: [], session: [], databases: [], caches: [], service_workers: [], left_out: 0, not_read: [] };
  const keep = (list, text, make) => {
    if (list.length < MOST && text.length <= LONGEST) list.push(make(text)); else out.left_out += 1;
  };
  const soon = promise => Promise.race([promise, new Promise((_, late) => setTimeout(() => late(new Error('no answer within 2 s')), 2000))]);
  const tried = async (what, read) => {
    try { await read(); } catch (error) { out.not_read.push({ what, why: String(error && error.message || error).slice(0, 300) }); }
  };
  const names = (list, store) => {
    for (let index = 0; index < store.length; index += 1) {
      const name = store.key(index);
      keep(list, name, name => ({ name, length: (store.getItem(name) || '').length }));
    }
  };
  await tried('local-storage', () => names(out.local, self.localStorage));
  await tried('session-storage', () => names(out.session, self.sessionStorage));
  await tried('databases', async () => { for (const { name } of await soon(indexedDB.databases())) keep(out.databases, name, name => name); });
  if (self.isSecureContext) {
    await tried('caches', async () => { for (const name of await soon(caches.keys())) keep(out.caches, name, name => name); });
    await tried('service-workers', async () => {
      for (const { scope } of await soon(navigator.serviceWorker.getRegistrations())) keep(out.service_workers, scope, scope => scope);
    });
  }
  return JSON.stringify(out);
})()"#;

/// A report with the jar, and without anything else yet.
pub(super) fn begun(protocol: &str, jar: &[StoredCookie]) -> JarReport {
    JarReport {
        format: BROWSER_REPORT.to_owned(),
        version: BROWSER_REPORT_VERSION,
        protocol: protocol.to_owned(),
        cookies: Some(jar.iter().map(without_value).collect()),
        ..JarReport::default()
    }
}

fn without_value(cookie: &StoredCookie) -> JarCookie {
    JarCookie {
        name: cookie.name.clone(),
        domain: cookie.domain.clone(),
        path: cookie.path.clone(),
        partition_key: cookie.partition_key.as_ref().map(|key| key.top_level_site.clone()),
        partition_opaque: cookie.partition_key_opaque.unwrap_or_default(),
        expires: cookie.expires.filter(|expires| !cookie.session && *expires >= 0.0),
        http_only: cookie.http_only,
        secure: cookie.secure,
        same_site: cookie.same_site.clone(),
        value_bytes: cookie.value.len() as u64,
    }
}

/// The report of a Chromium.
pub(super) async fn of_chromium(watch: &Watch, jar: Vec<StoredCookie>) -> JarReport {
    let mut report = begun("cdp", &jar);
    let asked = tokio::time::timeout(ALL_FRAMES, frames_of_chromium(watch, &mut report)).await;
    if asked.is_err() {
        let why = format!("not every frame had answered within {} s", ALL_FRAMES.as_secs());
        report.not_read.push(NotRead { what: "frame".to_owned(), place: String::new(), why });
    }
    let (refusals, lost) = watch.refusals().await;
    report.refusals = Some(refusals);
    report.not_read.extend(lost);
    in_order(&mut report);
    report
}

async fn frames_of_chromium(watch: &Watch, report: &mut JarReport) {
    let mut left = FRAMES;
    for Followed { session, kind } in watch.followed() {
        if kind != "page" && kind != "iframe" {
            continue;
        }
        let session = session.as_str();
        let tree = match watch.ask(Some(session), "Page.getFrameTree", json!({})).await {
            Ok(tree) => tree,
            Err(why) => {
                report.not_read.push(NotRead { what: "frames-of-a-process".to_owned(), place: String::new(), why });
                continue;
            }
        };
        let mut frames = vec![(&tree["frameTree"], kind == "page")];
        while let Some((node, top)) = frames.pop() {
            frames.extend(node["childFrames"].as_array().into_iter().flatten().map(|node| (node, false)));
            let frame = &node["frame"];
            let place = address(frame["url"].as_str().unwrap_or_default());
            if left == 0 {
                report.not_read.push(NotRead { what: "frame".to_owned(), place, why: format!("more than {FRAMES} frames are open") });
                continue;
            }
            left -= 1;
            match asked_in_frame(watch, session, &frame["id"]).await {
                Ok((text, key)) => add_frame(report, &text, &place, key, top),
                Err(why) => report.not_read.push(NotRead { what: "frame".to_owned(), place, why }),
            }
        }
    }
}

/// What the script says in a frame, and the key under which the browser keeps the frame's storage.
async fn asked_in_frame(watch: &Watch, session: &str, frame: &Value) -> Result<(String, Option<String>), String> {
    let session = Some(session);
    let world = watch.ask(session, "Page.createIsolatedWorld", json!({ "frameId": frame, "worldName": "dataspoor" })).await?;
    let script = json!({
        "expression": STORED, "contextId": world["executionContextId"], "awaitPromise": true, "returnByValue": true, "silent": true,
    });
    let answer = watch.ask(session, "Runtime.evaluate", script).await?;
    let text = answer["result"]["value"].as_str().map(str::to_owned);
    let text = text.ok_or_else(|| answer["exceptionDetails"]["text"].as_str().unwrap_or("the frame gives no answer").to_owned())?;
    // Not every frame has one, and older browsers do not say it.
    let key = watch.ask(session, "Storage.getStorageKeyForFrame", json!({ "frameId": frame })).await;
    Ok((text, key.ok().and_then(|key| key["storageKey"].as_str().map(str::to_owned))))
}

/// What [`STORED`] says.
#[derive(Deserialize)]
struct Said {
    not_read: Vec<NotRead>,
    #[serde(flatten)]
    stored: StoredNames,
}

/// Takes what a frame said. Frames that keep nothing leave no row; those of one key share one.
pub(super) fn add_frame(report: &mut JarReport, text: &str, place: &str, storage_key: Option<String>, top: bool) {
    let Ok(Said { not_read, stored }) = serde_json::from_str::<Said>(text) else {
        let why = "the answer of the frame is no answer to the question".to_owned();
        report.not_read.push(NotRead { what: "frame".to_owned(), place: place.to_owned(), why });
        return;
    };
    let mut stored = StoredNames { storage_key, top, ..stored };
    // A window in which no page is open yet has an origin of its own that keeps nothing, and every question about its storage is refused.
    if !(top && place.starts_with("about:") && stored.origin == "null") {
        report.not_read.extend(not_read.into_iter().map(|not_read| NotRead { place: place.to_owned(), ..not_read }));
    }
    let items = |list: &mut Vec<StoredItem>| list.sort_by(|one, other| one.name.cmp(&other.name));
    [&mut stored.local, &mut stored.session].into_iter().for_each(items);
    [&mut stored.databases, &mut stored.caches, &mut stored.service_workers].into_iter().for_each(|names| names.sort());
    let empty = stored.local.is_empty() && stored.session.is_empty() && stored.databases.is_empty() && stored.caches.is_empty();
    if (empty && stored.service_workers.is_empty() && stored.left_out == 0) || report.storage.contains(&stored) {
        return;
    }
    report.storage.push(stored);
}

/// Puts it into an order that does not depend on the order of answers.
pub(super) fn in_order(report: &mut JarReport) {
    let key = |stored: &StoredNames| (stored.origin.clone(), stored.storage_key.clone(), !stored.top);
    report.storage.sort_by_key(key);
    report.not_read.sort();
    report.not_read.dedup();
    if let Some(cookies) = &mut report.cookies {
        let key = |cookie: &JarCookie| (cookie.domain.clone(), cookie.name.clone(), cookie.path.clone(), cookie.partition_key.clone());
        cookies.sort_by_key(key);
    }
}

/// An address as far as it may stand in a report: without query and fragment, and without the content of one that is its own content.
pub(super) fn address(url: &str) -> String {
    let parts = UrlParts::of(url);
    match parts.authority {
        Some(_) => url[..parts.path.end].chars().take(1024).collect(),
        None => url.split(':').next().map(|scheme| format!("{scheme}:")).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_holds_no_value_and_no_query() {
        let cookie = StoredCookie {
            name: "a".to_owned(),
            value: "geheim".to_owned(),
            domain: ".x.test".to_owned(),
            path: "/".to_owned(),
            expires: Some(-1.0),
            http_only: true,
            secure: false,
            session: true,
            same_site: None,
            partition_key: None,
            partition_key_opaque: None,
            source_scheme: None,
            source_port: None,
        };
        let mut report =
            begun("cdp", &[cookie.clone(), StoredCookie { expires: Some(12.5), session: false, name: "0".to_owned(), ..cookie }]);
        let text = r#"{"origin":"https://x.test","local":[{"name":"b","length":2},{"name":"a","length":1}],"session":[],"databases":[],"caches":[],
            "service_workers":[],"left_out":0,"not_read":[{"what":"databases","why":"denied"}]}"#;
        add_frame(&mut report, text, &address("https://x.test/p?uid=geheim#geheim"), None, true);
        add_frame(&mut report, text, "https://x.test/p", None, true);
        add_frame(&mut report, "no answer", &address("data:text/html,geheim"), None, false);
        let nothing_open = r#"{"origin":"null","local":[],"session":[],"databases":[],"caches":[],"service_workers":[],"left_out":0,
            "not_read":[{"what":"local-storage","why":"denied"}]}"#;
        add_frame(&mut report, nothing_open, &address("about:blank"), None, true);
        in_order(&mut report);
        assert_eq!(report.storage.len(), 1, "frames of one origin that keep the same share a row");
        assert_eq!(report.storage[0].local.iter().map(|item| &*item.name).collect::<Vec<_>>(), ["a", "b"]);
        let places: Vec<_> = report.not_read.iter().map(|not_read| (&*not_read.what, &*not_read.place)).collect();
        assert_eq!(places, [("databases", "https://x.test/p"), ("frame", "data:")]);
        let cookies = report.cookies.as_ref().expect("a jar");
        assert_eq!(cookies.iter().map(|cookie| (cookie.expires, cookie.value_bytes)).collect::<Vec<_>>(), [(Some(12.5), 6), (None, 6)]);
        let json = serde_json::to_string(&report).expect("JSON");
        assert!(!json.contains("geheim"), "{json}");
        assert_eq!(serde_json::from_str::<JarReport>(&json).expect("read back"), report);
    }
}
