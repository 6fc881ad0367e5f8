//! Sets what the browser says beside what was recorded. Whether the browser refused a cookie stands here only where the browser says so itself.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::model::{BesideCookie, BesideRefusal, BesideReport, BesideStorage, BesideWire};
use crate::analysis::{Flow as Found, SentOrigin};
use crate::decode::cookie::domain_match;
use crate::model::{ExhibitKind, JarCookie, JarReport, RecordedExhibit, Refusal, Session, Timestamp};
use crate::observe::{CookieKey, SeenCookie};
use crate::redact::printable_path;
use crate::site::Visit;

/// Rows of each table.
const ROWS: usize = 5_000;

/// See the head of this file.
#[derive(Default)]
pub(super) struct BesideRows {
    /// Reports that can be read, by time; and what they are exhibits of.
    reports: Vec<(RecordedExhibit, JarReport)>,
    unreadable: u64,
    /// Stretch of each report.
    stretches: Vec<u32>,
    /// What was recorded of each cookie, for each stretch and up to each report.
    wire: BTreeMap<WireKey, BTreeMap<(u32, usize), Wire>>,
}

/// What tells cookies apart that were recorded.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct WireKey {
    domain: String,
    name: String,
    /// Host only, path and partitioned, of a cookie with a recorded line; one without is known by the host it was sent to.
    set: Option<(bool, String, bool)>,
}

/// What was recorded between two reports.
#[derive(Clone, Default)]
struct Wire {
    set: u64,
    sent: u64,
    last: Option<Line>,
    first_sent: Option<u64>,
}

/// The last Set-Cookie line.
#[derive(Clone)]
struct Line {
    at: Option<i64>,
    entry: u64,
    deletes: bool,
    session: bool,
    lifetime: Option<i64>,
    value_bytes: u64,
    secure: bool,
    http_only: bool,
}

impl Line {
    fn of(cookie: &SeenCookie<'_>, at: Option<i64>, entry: u64) -> Self {
        Self {
            at,
            entry,
            deletes: cookie.deletes,
            session: cookie.session,
            lifetime: cookie.lifetime,
            value_bytes: u64::from(cookie.value_bytes),
            secure: cookie.secure,
            http_only: cookie.http_only,
        }
    }
}

impl WireKey {
    fn of(key: &CookieKey<'_>) -> Self {
        let set = Some((key.host_only, key.path.to_string(), key.partitioned));
        Self { domain: key.domain.to_string(), name: key.name.to_string(), set }
    }

    /// Whether the browser's cookie is this one.
    fn is(&self, cookie: &JarCookie) -> bool {
        let domain = cookie.domain.strip_prefix('.').unwrap_or(&cookie.domain);
        let host_only = domain.len() == cookie.domain.len();
        self.name == cookie.name
            && match &self.set {
                Some((only, path, apart)) => {
                    let partitioned = cookie.partition_key.is_some() || cookie.partition_opaque;
                    (&self.domain, *only, path, *apart) == (&domain.to_owned(), host_only, &cookie.path, partitioned)
                }
                None if host_only => self.domain == domain,
                None => domain_match(&self.domain, domain),
            }
    }

    /// Whether a refusal may be about it.
    fn may_be(&self, refusal: &Refusal) -> bool {
        let domain = refusal.domain.strip_prefix('.').unwrap_or(&refusal.domain);
        let path = self.set.as_ref().map(|(_, path, _)| path);
        self.name == refusal.name && self.domain == domain && refusal.path.as_ref().zip(path).is_none_or(|(said, path)| said == path)
    }
}

impl BesideRows {
    pub(super) fn open(&mut self, session: &Session) {
        for exhibit in session.exhibits.iter().filter(|exhibit| exhibit.kind == ExhibitKind::BrowserReport) {
            match JarReport::of(exhibit) {
                Some(report) => self.reports.push((RecordedExhibit { content: None, ..exhibit.clone() }, report)),
                None => self.unreadable += 1,
            }
        }
        self.reports.sort_by_key(|(exhibit, _)| (exhibit.at, exhibit.number));
    }

    pub(super) fn begin(&mut self, visit: &Visit) {
        self.stretches = self.reports.iter().map(|(exhibit, _)| visit.stretch_at(exhibit.at)).collect();
    }

    /// Takes the cookies of a flow.
    pub(super) fn add(&mut self, found: &Found<'_>) {
        if self.reports.is_empty() {
            return;
        }
        let observation = found.observation;
        for cookie in &observation.set {
            let line = Line::of(cookie, observation.answered, observation.number);
            let wire = self.wire(WireKey::of(&cookie.key()), found.stretch, observation.answered.or(observation.started));
            wire.set += 1;
            if wire.last.as_ref().is_none_or(|last| (last.at, last.entry) <= (line.at, line.entry)) {
                wire.last = Some(line);
            }
        }
        if observation.was_not_sent() {
            return;
        }
        for (cookie, origin) in observation.sent.iter().zip(found.sent) {
            let key = match origin {
                SentOrigin::SetCookie { kept, .. } => WireKey::of(&found.jar.kept(*kept).key),
                SentOrigin::NotRecorded => WireKey { domain: observation.host.to_string(), name: cookie.name.to_string(), set: None },
            };
            let wire = self.wire(key, found.stretch, observation.started);
            wire.sent += 1;
            wire.first_sent.get_or_insert(observation.number);
        }
    }

    fn wire(&mut self, key: WireKey, stretch: u32, at: Option<i64>) -> &mut Wire {
        let before = self.reports.partition_point(|(exhibit, _)| at.is_some_and(|at| exhibit.at.as_nanoseconds() < at));
        self.wire.entry(key).or_default().entry((stretch, before)).or_default()
    }

    /// The tables. `None`: the browser said nothing.
    pub(super) fn finish(self, context: &Context<'_>) -> Option<BesideWire> {
        if self.reports.is_empty() && self.unreadable == 0 {
            return None;
        }
        let mut out = BesideWire { unreadable: self.unreadable, ..BesideWire::default() };
        for (index, (exhibit, said)) in self.reports.iter().enumerate() {
            let nr = index as u64 + 1;
            let stretch = self.stretches.get(index).copied().unwrap_or(1);
            out.reports.push(report(nr, stretch, exhibit, said, context));
            let rows = self.cookies(index, stretch, said, context, &mut out.of_auditee);
            push(&mut out.cookies, rows.into_iter().map(|row| BesideCookie { report: nr, ..row }), &mut out.left_out);
            // Refusals are counted from the browser's start, so a later report of the same stretch says all that this one does.
            if self.stretches.get(index + 1) != Some(&stretch) {
                let refusals = said.refusals.iter().flat_map(|refusals| &refusals.all);
                push(&mut out.refusals, refusals.map(|row| refusal(nr, row)), &mut out.left_out);
                out.left_out += said.refusals.as_ref().map_or(0, |refusals| refusals.left_out);
            }
            push(&mut out.storage, storage(nr, said, context), &mut out.left_out);
            out.left_out += said.storage.iter().map(|stored| stored.left_out).sum::<u64>();
        }
        out.cookies.iter_mut().zip(1..).for_each(|(row, nr)| row.nr = nr);
        out.refusals.iter_mut().zip(1..).for_each(|(row, nr)| row.nr = nr);
        out.storage.iter_mut().zip(1..).for_each(|(row, nr)| row.nr = nr);
        Some(out)
    }

    /// What had been recorded of a cookie until a report, in its stretch.
    fn until(&self, key: &WireKey, index: usize, stretch: u32) -> Option<Wire> {
        let windows = self.wire.get(key)?.range((stretch, 0)..=(stretch, index));
        windows.map(|(_, wire)| wire.clone()).reduce(|before, wire| Wire {
            set: before.set + wire.set,
            sent: before.sent + wire.sent,
            last: wire.last.or(before.last),
            first_sent: before.first_sent.or(wire.first_sent),
        })
    }

    fn cookies(&self, index: usize, stretch: u32, said: &JarReport, context: &Context<'_>, of_auditee: &mut u64) -> Vec<BesideCookie> {
        let refusals: &[Refusal] = said.refusals.as_ref().map_or(&[], |refusals| &refusals.all);
        let mut rows = Vec::new();
        let mut in_jar: BTreeSet<&WireKey> = BTreeSet::new();
        for cookie in said.cookies.iter().flatten() {
            let domain = cookie.domain.strip_prefix('.').unwrap_or(&cookie.domain);
            // Requests to the auditee itself are no flows, so nothing could be set beside its cookies.
            if context.parties.auditee.iter().any(|own| own == context.suffixes.registrable_domain(domain)) {
                *of_auditee += 1;
                continue;
            }
            let keys: Vec<(&WireKey, Wire)> =
                self.wire.keys().filter(|key| key.is(cookie)).filter_map(|key| Some((key, self.until(key, index, stretch)?))).collect();
            in_jar.extend(keys.iter().map(|(key, _)| *key));
            rows.push(kept(cookie, &keys, refusals));
        }
        let gone = self.wire.keys().filter(|key| !in_jar.contains(key));
        let gone = gone.filter_map(|key| Some((key, self.until(key, index, stretch)?)));
        rows.extend(gone.map(|(key, wire)| not_kept(key, &wire, refusals, said.cookies.is_some())));
        rows.sort_by(|one, other| {
            let order = |row: &BesideCookie| (row.domain.clone(), row.name.clone(), row.path.clone(), row.partition_key.clone());
            order(one).cmp(&order(other))
        });
        rows
    }
}

/// The row of a cookie that is in the jar.
fn kept(cookie: &JarCookie, keys: &[(&WireKey, Wire)], refusals: &[Refusal]) -> BesideCookie {
    let domain = cookie.domain.strip_prefix('.').unwrap_or(&cookie.domain);
    let line = keys.iter().filter_map(|(_, wire)| wire.last.as_ref()).max_by_key(|line| (line.at, line.entry));
    let sent = keys.iter().map(|(_, wire)| wire.sent).sum();
    let differs: Vec<&'static str> = line.map_or_else(Vec::new, |line| {
        let all = [
            (line.deletes, "deleted"),
            (!line.deletes && line.value_bytes != cookie.value_bytes, "value-length"),
            (!line.deletes && line.secure != cookie.secure, "secure"),
            (!line.deletes && line.http_only != cookie.http_only, "http-only"),
        ];
        all.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect()
    });
    let expires = cookie.expires.map(|seconds| seconds * 1e9).filter(|at| at.is_finite() && at.abs() < 9e18).map(|at| at as i64);
    let key = WireKey { domain: domain.to_owned(), name: cookie.name.clone(), set: Some((false, cookie.path.clone(), false)) };
    BesideCookie {
        name: cookie.name.clone(),
        domain: domain.to_owned(),
        host_only: Some(domain.len() == cookie.domain.len()),
        path: Some(printable_path(&cookie.path)),
        partition_key: cookie.partition_key.clone().or_else(|| cookie.partition_opaque.then(|| "opaque".to_owned())),
        state: match line {
            Some(_) if differs.is_empty() => "jar-as-set",
            Some(_) => "jar-otherwise",
            None if sent > 0 => "sent-no-set-cookie",
            None => "jar-only",
        },
        in_jar: Some(true),
        differs,
        set: keys.iter().map(|(_, wire)| wire.set).sum(),
        sent,
        entry: line.map(|line| line.entry).or_else(|| keys.iter().filter_map(|(_, wire)| wire.first_sent).min()),
        asked_session: line.is_some_and(|line| line.session),
        asked_seconds: line.and_then(|line| line.lifetime).filter(|_| line.is_some_and(|line| !line.deletes)),
        kept_seconds: expires
            .zip(line.and_then(|line| line.at))
            .map(|(expires, at)| (expires - at + 500_000_000).div_euclid(1_000_000_000)),
        expires: expires.map(|at| Timestamp::from_nanoseconds(at).to_string()),
        refusals: of(&key, refusals),
        ..BesideCookie::default()
    }
}

/// The row of a cookie that was recorded and is not in the jar.
fn not_kept(key: &WireKey, wire: &Wire, refusals: &[Refusal], jar_said: bool) -> BesideCookie {
    let refused: Vec<&Refusal> = refusals.iter().filter(|refusal| refusal.direction == "set" && key.may_be(refusal)).collect();
    let reasons: BTreeSet<String> = refused.iter().map(|refusal| refusal.reason.clone()).collect();
    // A line may be refused for several reasons at once; each counts it, so the largest number is that of the lines at least.
    let lines = reasons.iter().map(|reason| refused.iter().filter(|refusal| refusal.reason == *reason).map(|refusal| refusal.count).sum());
    let all_refused = wire.set > 0 && lines.max().unwrap_or(0_u64) >= wire.set;
    let line = wire.last.as_ref();
    let (host_only, path, partition_key) = match &key.set {
        Some((host_only, path, apart)) => (Some(*host_only), Some(printable_path(path)), apart.then(String::new)),
        None => (None, None, None),
    };
    BesideCookie {
        name: key.name.clone(),
        domain: key.domain.clone(),
        host_only,
        path,
        partition_key,
        state: match () {
            () if all_refused => "refused",
            () if wire.set == 0 => "sent-no-set-cookie",
            () if jar_said => "not-in-jar",
            () => "jar-not-said",
        },
        reasons: if all_refused { reasons.into_iter().collect() } else { Vec::new() },
        in_jar: jar_said.then_some(false),
        set: wire.set,
        sent: wire.sent,
        entry: line.map(|line| line.entry).or(wire.first_sent),
        asked_session: line.is_some_and(|line| line.session),
        asked_seconds: line.filter(|line| !line.deletes).and_then(|line| line.lifetime),
        refusals: of(key, refusals),
        ..BesideCookie::default()
    }
}

/// What the browser refused of a cookie, whatever became of it.
fn of(key: &WireKey, refusals: &[Refusal]) -> Vec<(String, String, u64)> {
    let mut found: BTreeMap<(String, String), u64> = BTreeMap::new();
    for refusal in refusals.iter().filter(|refusal| key.may_be(refusal)) {
        *found.entry((refusal.direction.clone(), refusal.reason.clone())).or_default() += refusal.count;
    }
    found.into_iter().map(|((direction, reason), count)| (direction, reason, count)).collect()
}

fn report(nr: u64, stretch: u32, exhibit: &RecordedExhibit, said: &JarReport, context: &Context<'_>) -> BesideReport {
    BesideReport {
        nr,
        exhibit: exhibit.number,
        time: exhibit.at.to_string(),
        about: context.printable(&exhibit.about),
        said_by: exhibit.said_by.id(),
        stretch: u64::from(stretch),
        browser: said.browser.clone(),
        protocol: said.protocol.clone(),
        cookies: said.cookies.as_ref().map(|cookies| cookies.len() as u64),
        refusals: match &said.refusals {
            Some(refusals) if refusals.unbroken && said.not_read.iter().all(|lost| lost.what != "refusals") => "reported",
            Some(_) => "interrupted",
            None => "not-reported",
        },
        not_read: said
            .not_read
            .iter()
            .map(|lost| {
                context.printable(
                    &[&*lost.what, &*lost.place, &*lost.why].iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join(": "),
                )
            })
            .collect(),
    }
}

fn refusal(report: u64, row: &Refusal) -> BesideRefusal {
    BesideRefusal {
        nr: 0,
        report,
        direction: row.direction.clone(),
        reason: row.reason.clone(),
        name: row.name.clone(),
        domain: row.domain.strip_prefix('.').unwrap_or(&row.domain).to_owned(),
        path: row.path.as_deref().map(printable_path),
        host: row.host.clone(),
        count: row.count,
    }
}

fn storage(report: u64, said: &JarReport, context: &Context<'_>) -> impl Iterator<Item = BesideStorage> {
    said.storage.iter().flat_map(move |stored| {
        let row = move |store, name: &String, length| BesideStorage {
            nr: 0,
            report,
            origin: stored.origin.clone(),
            storage_key: stored.storage_key.clone(),
            store,
            name: context.printable(name),
            length,
        };
        let local = stored.local.iter().map(move |item| row("local", &item.name, Some(item.length)));
        let session = stored.session.iter().map(move |item| row("session", &item.name, Some(item.length)));
        let databases = stored.databases.iter().map(move |name| row("database", name, None));
        let caches = stored.caches.iter().map(move |name| row("cache", name, None));
        let workers = stored.service_workers.iter().map(move |scope| row("service-worker", scope, None));
        local.chain(session).chain(databases).chain(caches).chain(workers)
    })
}

fn push<T>(table: &mut Vec<T>, rows: impl Iterator<Item = T>, left_out: &mut u64) {
    for row in rows {
        if table.len() < ROWS {
            table.push(row);
        } else {
            *left_out += 1;
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
