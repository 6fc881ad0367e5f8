//! Gathers flows into the rows of the report model.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use hashbrown::HashMap;

use super::model::{
    ANNEX_VERSION, Capture, Category, Claim, Cookie, ExaminedPage, FilterList, Flow, GapRow, ListCount, ListMatch, Method, OwnerRef,
    Recipient, Report, RuleFile, SentTo, Source, Totals,
};
use super::{Context, TOOL, TOOL_VERSION};
use crate::analysis::{CookieEvent, Counts, Flow as Found, Opening, SentOrigin, Sink};
use crate::classify::{Finding, Reason, Subject};
use crate::decode::cookie::LIFETIME_CAP_SECONDS;
use crate::evidence::Fingerprint;
use crate::model::{Digest, Gap, Page, Timestamp, UrlParts};
use crate::observe::SeenCookie;
use crate::redact::{printable_path, printable_url};
use crate::rules::{OwnerDomain, RuleId};

/// Rows of flows that an annex holds. Beyond that nobody reads a table; the evidence log has every flow.
const FLOW_ROWS: usize = 5_000;

/// Entry numbers that a row names.
const NAMED_ENTRIES: usize = 10;

/// Names of query parameters that a row names.
const NAMED_PARAMETERS: usize = 40;

/// Fingerprints of values that a row names.
const NAMED_VALUES: usize = 5;

/// Builds a [`Report`].
pub struct Builder<'c> {
    context: Context<'c>,
    opened: Option<(Capture, ExaminedPage, bool)>,
    totals: Totals,
    recipients: BTreeMap<String, RecipientRow>,
    cookies: BTreeMap<CookieId, CookieRow>,
    flows: HashMap<(String, String, String), usize>,
    flow_rows: Vec<FlowRow>,
    flows_left_out: u64,
    gaps: Vec<GapRow>,
    sources: BTreeSet<usize>,
    list_counts: Vec<(u64, u64)>,
}

#[derive(Default)]
struct RecipientRow {
    row: Option<Recipient>,
    hosts: BTreeSet<String>,
    rules: BTreeSet<usize>,
    lists: BTreeMap<usize, u64>,
}

/// What tells the rows of cookies from each other; ordered as the table is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct CookieId {
    site: String,
    name: String,
    domain: String,
    path: Option<String>,
    host_only: Option<bool>,
    partitioned: bool,
}

#[derive(Default)]
struct CookieRow {
    row: Option<Cookie>,
    set_by: BTreeSet<String>,
    sent_to: BTreeMap<String, (&'static str, u64)>,
    values: BTreeSet<[u8; 8]>,
    faults: BTreeSet<String>,
    rules: BTreeSet<usize>,
}

struct FlowRow {
    row: Flow,
    parameters: BTreeSet<String>,
    statuses: BTreeSet<u16>,
    cookies_sent: BTreeSet<String>,
    cookies_set: BTreeSet<String>,
    redirects: BTreeSet<String>,
    rules: BTreeSet<usize>,
    lists: Vec<ListMatch>,
}

impl<'c> Builder<'c> {
    /// An empty report.
    #[must_use]
    pub fn new(context: Context<'c>) -> Self {
        Self {
            context,
            opened: None,
            totals: Totals::default(),
            recipients: BTreeMap::new(),
            cookies: BTreeMap::new(),
            flows: HashMap::new(),
            flow_rows: Vec::new(),
            flows_left_out: 0,
            gaps: Vec::new(),
            sources: BTreeSet::new(),
            list_counts: Vec::new(),
        }
    }

    /// The report, once the analysis is finished. `log` is the evidence log: file name, number of records and digest of the last.
    ///
    /// # Errors
    ///
    /// The analysis was not finished.
    pub fn finish(mut self, log: (&str, u64, Digest)) -> io::Result<Report> {
        let Some((capture, page, simulated)) = self.opened.take() else {
            return Err(io::Error::other("a report was asked for before the analysis began"));
        };
        let recipients = self.finish_recipients();
        let cookies = self.finish_cookies();
        let flows = self.finish_flows();
        self.totals.cookies = cookies.len() as u64;
        let method = self.method(log);
        let sources = self.finish_sources();
        Ok(Report {
            format: "dataspoor-annex",
            version: ANNEX_VERSION,
            simulated,
            capture,
            page,
            totals: self.totals,
            method,
            recipients,
            cookies,
            flows,
            flows_left_out: self.flows_left_out,
            gaps: self.gaps,
            sources,
        })
    }

    fn method(&self, (file, records, head): (&str, u64, Digest)) -> Method {
        let Context { rules, suffixes, parties, .. } = self.context;
        #[cfg(feature = "lists")]
        let lists = self.context.lists.iter().enumerate().map(|(index, list)| {
            let (matched, excepted) = self.list_counts.get(index).copied().unwrap_or_default();
            FilterList {
                name: list.name.clone(),
                title: list.title.clone(),
                version: list.version.clone(),
                sha256: list.digest.to_string(),
                rules: list.rules,
                rejected: list.rejected,
                matched,
                excepted,
            }
        });
        #[cfg(not(feature = "lists"))]
        let lists = std::iter::empty::<FilterList>();
        let file_row = |file: &crate::rules::FileInfo| RuleFile {
            file: file.name.clone(),
            id: file.id.clone(),
            version: file.version.clone(),
            sha256: file.digest.to_string(),
            rules: file.rules,
        };
        Method {
            tool: TOOL,
            tool_version: TOOL_VERSION,
            rules_sha256: rules.digest().to_string(),
            rules: rules.files.iter().map(file_row).collect(),
            suffix_list: suffixes.description(),
            suffix_list_sha256: suffixes.digest().map(|digest| digest.to_string()),
            lists: lists.collect(),
            auditee: parties.auditee.clone(),
            platform: parties.platform.map(|owner| rules.owners[owner].id.clone()),
            case: false,
            urls: self.context.urls(),
            evidence_log: file.to_owned(),
            evidence_records: records,
            evidence_head: head.to_string(),
        }
    }

    fn finish_recipients(&mut self) -> Vec<Recipient> {
        let gathered = std::mem::take(&mut self.recipients);
        let mut rows: Vec<Recipient> = Vec::with_capacity(gathered.len());
        for RecipientRow { row, hosts, rules, lists } in gathered.into_values() {
            let Some(mut row) = row else { continue };
            row.hosts = hosts.into_iter().collect();
            row.claims = self.claims(rules.into_iter().map(RuleId::Endpoint));
            row.lists = lists.into_iter().map(|(list, requests)| ListCount { list: self.list_name(list), requests }).collect();
            rows.push(row);
        }
        rows.sort_by(|one, other| other.requests.cmp(&one.requests).then_with(|| one.site.cmp(&other.site)));
        rows.iter_mut().zip(1..).for_each(|(row, nr)| row.nr = nr);
        rows
    }

    fn finish_cookies(&mut self) -> Vec<Cookie> {
        let gathered = std::mem::take(&mut self.cookies);
        let mut rows = Vec::with_capacity(gathered.len());
        for (CookieRow { row, set_by, sent_to, values, faults, rules }, nr) in gathered.into_values().zip(1..) {
            let Some(mut row) = row else { continue };
            row.nr = nr;
            row.set_by = set_by.into_iter().collect();
            row.sent_to = sent_to.into_iter().map(|(site, (relation, requests))| SentTo { site, relation, requests }).collect();
            row.values = values.len() as u64;
            row.faults = faults.into_iter().collect();
            row.claims = self.claims(rules.into_iter().map(RuleId::Cookie));
            row.over_cap = row.lifetime_seconds.is_some_and(|seconds| seconds > LIFETIME_CAP_SECONDS);
            row.lifetime_days = row.lifetime_seconds.map(days).unwrap_or_default();
            rows.push(row);
        }
        rows
    }

    fn finish_flows(&mut self) -> Vec<Flow> {
        let gathered = std::mem::take(&mut self.flow_rows);
        let mut rows = Vec::with_capacity(gathered.len());
        for (flow, nr) in gathered.into_iter().zip(1..) {
            let mut row = flow.row;
            row.nr = nr;
            row.parameters = flow.parameters.into_iter().take(NAMED_PARAMETERS).collect();
            row.statuses = flow.statuses.into_iter().collect();
            row.cookies_sent = flow.cookies_sent.into_iter().collect();
            row.cookies_set = flow.cookies_set.into_iter().collect();
            row.redirects_to = flow.redirects.into_iter().collect();
            row.claims = self.claims(flow.rules.into_iter().map(RuleId::Endpoint));
            row.lists = flow.lists;
            rows.push(row);
        }
        rows
    }

    fn finish_sources(&mut self) -> Vec<Source> {
        let source = |&index: &usize| {
            let source = &self.context.rules.sources[index];
            Source {
                id: source.id.clone(),
                title: source.title.clone(),
                publisher: source.publisher.clone(),
                reference: source.reference.clone(),
                date: source.date.clone(),
            }
        };
        let mut sources: Vec<Source> = self.sources.iter().map(source).collect();
        sources.sort();
        sources
    }

    fn list_name(&self, index: usize) -> String {
        #[cfg(feature = "lists")]
        return self.context.lists[index].name.clone();
        #[cfg(not(feature = "lists"))]
        return index.to_string();
    }

    fn owner(&mut self, domain: Option<OwnerDomain>) -> Option<OwnerRef> {
        let domain = domain?;
        self.sources.insert(domain.source);
        let rules = self.context.rules;
        let owner = &rules.owners[domain.owner];
        Some(OwnerRef {
            id: owner.id.clone(),
            name: owner.name.clone(),
            rule: rules.place(domain.place),
            source: rules.sources[domain.source].id.clone(),
        })
    }

    fn claims(&mut self, found: impl Iterator<Item = RuleId>) -> Vec<Claim> {
        let rules = self.context.rules;
        let mut claims = Vec::new();
        for id in found {
            let (rule, place) = rules.rule(id);
            for claim in rules.claims(id) {
                self.sources.insert(claim.source);
                let category = claim.category.map(|index| &rules.categories[index]);
                claims.push(Claim {
                    by: claim.by.id(),
                    who: claim.who.clone(),
                    category: category.map(|category| Category { id: category.id.clone(), label: category.label.clone() }),
                    purpose: claim.purpose.clone(),
                    lifetime: claim.lifetime.clone(),
                    source: rules.sources[claim.source].id.clone(),
                    certainty: claim.certainty.id(),
                    rule: rule.to_owned(),
                    place: rules.place(place),
                });
            }
        }
        claims
    }

    fn add_recipient(&mut self, found: &Found<'_>) {
        let owner = if self.recipients.contains_key(&found.host.site) { None } else { self.owner(found.host.owner) };
        let gathered = self.recipients.entry(found.host.site.clone()).or_default();
        let row = gathered.row.get_or_insert_with(|| Recipient {
            nr: 0,
            site: found.host.site.clone(),
            hosts: Vec::new(),
            owner,
            relation: found.host.relation.id(),
            position: found.position.id(),
            requests: 0,
            requests_with_cookies: 0,
            set_cookie_lines: 0,
            first_entry: found.observation.number,
            claims: Vec::new(),
            lists: Vec::new(),
        });
        row.requests += 1;
        row.requests_with_cookies += u64::from(!found.observation.sent.is_empty());
        row.set_cookie_lines += found.observation.set.iter().filter(|cookie| !cookie.is_listed()).count() as u64;
        row.first_entry = row.first_entry.min(found.observation.number);
        // A host that is asked by the page and by the browser itself stands under what it is to the page.
        if found.host.position.id() != row.position && found.position == found.host.position {
            row.position = found.position.id();
        }
        if !gathered.hosts.contains(&*found.observation.host) {
            gathered.hosts.insert(found.observation.host.to_string());
        }
        for finding in &found.classified.findings {
            match (&finding.subject, &finding.reason) {
                (Subject::Endpoint, Reason::Rule(RuleId::Endpoint(rule))) => {
                    gathered.rules.insert(*rule);
                }
                #[cfg(feature = "lists")]
                (_, Reason::List(list, verdict)) if verdict.exception.is_none() => *gathered.lists.entry(*list).or_default() += 1,
                _ => {}
            }
        }
    }

    fn add_flow(&mut self, found: &Found<'_>) {
        let observation = found.observation;
        let url = &*observation.url;
        let parts = UrlParts::of(url);
        let path = printable_path(&url[parts.path.clone()]);
        let key = (observation.host.to_string(), observation.method.to_string(), path);
        let index = match self.flows.get(&key) {
            Some(&index) => index,
            None if self.flow_rows.len() >= FLOW_ROWS => {
                self.flows_left_out += 1;
                return;
            }
            None => {
                let row = self.new_flow(found, &key);
                self.flow_rows.push(row);
                self.flows.insert(key, self.flow_rows.len() - 1);
                self.flow_rows.len() - 1
            }
        };
        let matches = self.list_matches(&found.classified.findings);
        let gathered = &mut self.flow_rows[index];
        let row = &mut gathered.row;
        row.requests += 1;
        row.body_bytes_sent += observation.body_bytes;
        if row.entries.len() < NAMED_ENTRIES {
            row.entries.push(observation.number);
        }
        gathered.statuses.insert(observation.status);
        for range in parts.query_parameters(url) {
            let name = url[range].split('=').next().unwrap_or_default();
            if !name.is_empty() && !gathered.parameters.contains(name) {
                gathered.parameters.insert(name.to_owned());
            }
        }
        let add = |names: &mut BTreeSet<String>, name: &str| {
            if !names.contains(name) {
                names.insert(name.to_owned());
            }
        };
        observation.sent.iter().for_each(|cookie| add(&mut gathered.cookies_sent, &cookie.name));
        observation.set.iter().for_each(|cookie| add(&mut gathered.cookies_set, &cookie.name));
        if !observation.redirect_host.is_empty() {
            add(&mut gathered.redirects, &observation.redirect_host);
        }
        for finding in &found.classified.findings {
            if let (Subject::Endpoint, Reason::Rule(RuleId::Endpoint(rule))) = (&finding.subject, &finding.reason) {
                gathered.rules.insert(*rule);
            }
        }
        for matched in matches {
            if gathered.lists.len() < NAMED_ENTRIES && !gathered.lists.contains(&matched) {
                gathered.lists.push(matched);
            }
        }
    }

    fn new_flow(&mut self, found: &Found<'_>, (host, method, path): &(String, String, String)) -> FlowRow {
        let row = Flow {
            nr: 0,
            method: method.clone(),
            host: host.clone(),
            site: found.host.site.clone(),
            path: path.clone(),
            parameters: Vec::new(),
            relation: found.host.relation.id(),
            position: found.position.id(),
            owner: self.owner(found.host.owner),
            requests: 0,
            first_time: time(found.observation.started),
            entries: Vec::new(),
            statuses: Vec::new(),
            cookies_sent: Vec::new(),
            cookies_set: Vec::new(),
            body_bytes_sent: 0,
            redirects_to: Vec::new(),
            claims: Vec::new(),
            lists: Vec::new(),
        };
        FlowRow {
            row,
            parameters: BTreeSet::new(),
            statuses: BTreeSet::new(),
            cookies_sent: BTreeSet::new(),
            cookies_set: BTreeSet::new(),
            redirects: BTreeSet::new(),
            rules: BTreeSet::new(),
            lists: Vec::new(),
        }
    }

    fn list_matches(&self, findings: &[Finding]) -> Vec<ListMatch> {
        #[cfg(feature = "lists")]
        return findings
            .iter()
            .filter_map(|finding| match &finding.reason {
                Reason::List(list, verdict) => Some(ListMatch {
                    list: self.list_name(*list),
                    rule: verdict.rule.clone(),
                    line: verdict.line,
                    exception: verdict.exception.clone(),
                }),
                _ => None,
            })
            .collect();
        #[cfg(not(feature = "lists"))]
        return findings.iter().take(0).map(|_| unreachable!()).collect();
    }

    fn add_cookies(&mut self, found: &Found<'_>) {
        let observation = found.observation;
        for (index, (cookie, event)) in observation.set.iter().zip(found.set).enumerate() {
            let id = CookieId {
                site: self.context.suffixes.registrable_domain(&cookie.domain).to_owned(),
                name: cookie.name.to_string(),
                domain: cookie.domain.to_string(),
                path: Some(cookie.path.to_string()),
                host_only: Some(cookie.host_only),
                partitioned: cookie.partitioned,
            };
            let rules = rules_of(found, Subject::CookieSet(index));
            let gathered = self.cookie_row(id, found);
            gathered.rules.extend(rules);
            gathered.set_line(cookie, *event, observation.number, time(observation.answered), &observation.host);
        }
        for (index, (cookie, origin)) in observation.sent.iter().zip(found.sent).enumerate() {
            let id = match origin {
                SentOrigin::SetCookie { domain, host_only, path, partitioned, .. } => CookieId {
                    site: self.context.suffixes.registrable_domain(domain).to_owned(),
                    name: cookie.name.to_string(),
                    domain: domain.clone(),
                    path: Some(path.clone()),
                    host_only: Some(*host_only),
                    partitioned: *partitioned,
                },
                SentOrigin::NotRecorded => CookieId {
                    site: found.host.site.clone(),
                    name: cookie.name.to_string(),
                    domain: found.host.site.clone(),
                    path: None,
                    host_only: None,
                    partitioned: false,
                },
            };
            let rules = rules_of(found, Subject::CookieSent(index));
            let gathered = self.cookie_row(id, found);
            gathered.rules.extend(rules);
            gathered.value(cookie.fingerprint, u64::from(cookie.value_bytes));
            let sent = gathered.sent_to.entry(found.host.site.clone()).or_insert((found.host.relation.id(), 0));
            sent.1 += 1;
            if let Some(row) = &mut gathered.row {
                row.sent += 1;
                row.sent_with_other_value += u64::from(matches!(origin, SentOrigin::SetCookie { same_value: false, .. }));
            }
        }
    }

    /// The row of a cookie. Its relation and owner are those of the host that is seen first with it: the cookie's domain is a parent of it.
    fn cookie_row(&mut self, id: CookieId, found: &Found<'_>) -> &mut CookieRow {
        if !self.cookies.contains_key(&id) {
            let same_site = id.site == found.host.site;
            let owner = if same_site { self.owner(found.host.owner) } else { self.owner(self.context.rules.owner_of(&id.site)) };
            let row = Cookie {
                nr: 0,
                name: id.name.clone(),
                domain: id.domain.clone(),
                host_only: id.host_only,
                path: id.path.clone(),
                partitioned: id.partitioned,
                relation: found.host.relation.id(),
                owner,
                origin: "sent-only",
                set_by: Vec::new(),
                set: 0,
                renewed: 0,
                changed: 0,
                deleted: 0,
                refused: 0,
                first_set: None,
                first_entry: found.observation.number,
                lifetime_seconds: None,
                lifetime_days: String::new(),
                session: false,
                over_cap: false,
                secure: None,
                http_only: None,
                same_site: None,
                value_bytes: (u64::MAX, 0),
                fingerprints: Vec::new(),
                values: 0,
                sent_to: Vec::new(),
                sent: 0,
                sent_with_other_value: 0,
                faults: Vec::new(),
                claims: Vec::new(),
            };
            self.cookies.insert(id.clone(), CookieRow { row: Some(row), ..CookieRow::default() });
        }
        self.cookies.entry(id).or_default()
    }
}

/// Rules about a cookie of a flow.
fn rules_of(found: &Found<'_>, subject: Subject) -> Vec<usize> {
    let findings = found.classified.findings.iter().filter(|finding| finding.subject == subject);
    findings
        .filter_map(|finding| match finding.reason {
            Reason::Rule(RuleId::Cookie(rule)) => Some(rule),
            _ => None,
        })
        .collect()
}

impl CookieRow {
    fn value(&mut self, fingerprint: [u8; 8], bytes: u64) {
        let Some(row) = &mut self.row else { return };
        row.value_bytes = (row.value_bytes.0.min(bytes), row.value_bytes.1.max(bytes));
        if self.values.insert(fingerprint) && row.fingerprints.len() < NAMED_VALUES {
            row.fingerprints.push(Fingerprint(fingerprint).to_string());
        }
    }

    fn set_line(&mut self, cookie: &SeenCookie<'_>, event: CookieEvent, entry: u64, at: Option<String>, host: &str) {
        self.value(cookie.fingerprint, u64::from(cookie.value_bytes));
        self.set_by.insert(host.to_owned());
        self.faults.extend(cookie.faults.iter().map(ToString::to_string));
        let Some(row) = &mut self.row else { return };
        let count = match event {
            CookieEvent::Set => &mut row.set,
            CookieEvent::Renewed => &mut row.renewed,
            CookieEvent::Changed => &mut row.changed,
            CookieEvent::Deleted => &mut row.deleted,
            CookieEvent::Refused => &mut row.refused,
        };
        *count += 1;
        if row.origin == "sent-only" || (row.origin == "cookie-list" && !cookie.is_listed()) {
            if row.origin == "sent-only" {
                row.first_entry = entry;
                row.first_set = at;
            }
            row.origin = if cookie.is_listed() { "cookie-list" } else { "set-cookie" };
        }
        if !cookie.deletes {
            row.session |= cookie.session;
            row.lifetime_seconds = row.lifetime_seconds.max(cookie.lifetime);
        }
        row.secure = Some(cookie.secure);
        row.http_only = Some(cookie.http_only);
        row.same_site = Some(cookie.same_site.to_string());
    }
}

impl Sink for Builder<'_> {
    fn open(&mut self, opening: &Opening<'_>) -> io::Result<()> {
        let Opening { session, page, period } = opening;
        let source = self.context.capture;
        let capture = Capture {
            name: source.name.clone(),
            format: source.format.to_owned(),
            wrappings: source.wrappings.iter().map(ToString::to_string).collect(),
            sha256: source.digest.to_string(),
            bytes: source.length,
            creator: session.creator.clone(),
            browser: session.browser.clone(),
            started: period.map(|(first, _)| first.to_string()),
            ended: period.map(|(_, last)| last.to_string()),
            comment: session.comment.clone(),
            scenario: session.scenario.clone(),
            pages: session.pages.len() as u64,
        };
        let owner = page.site.as_deref().and_then(|site| self.context.rules.owner_of(site));
        // A page's identifier, or the operator's own words, may be an address with values in it.
        let printable = |text: &str| if text.contains("://") { printable_url(text, |_| self.context.full_urls) } else { text.to_owned() };
        let detail = printable(&page.detail);
        let owner = self.owner(owner);
        let page = ExaminedPage { site: page.site.clone(), owner, basis: page.basis.id(), detail, overruled: page.overruled.clone() };
        self.opened = Some((capture, page, session.simulated));
        Ok(())
    }

    fn page(&mut self, _: &Page) -> io::Result<()> {
        Ok(())
    }

    fn flow(&mut self, flow: &Found<'_>) -> io::Result<()> {
        let findings = &flow.classified.findings;
        self.totals.requests_with_owner += u64::from(flow.host.owner.is_some());
        self.totals.cookies_sent += flow.observation.sent.len() as u64;
        self.totals.requests_with_findings += u64::from(findings.iter().any(|finding| finding.subject != Subject::Recipient));
        #[cfg(feature = "lists")]
        for finding in findings {
            if let Reason::List(list, verdict) = &finding.reason {
                self.list_counts.resize(self.context.lists.len(), (0, 0));
                match verdict.exception {
                    None => self.list_counts[*list].0 += 1,
                    Some(_) => self.list_counts[*list].1 += 1,
                }
            }
        }
        self.add_recipient(flow);
        self.add_flow(flow);
        self.add_cookies(flow);
        Ok(())
    }

    fn gap(&mut self, gap: &Gap) -> io::Result<()> {
        let nr = self.gaps.len() as u64 + 1;
        let entries = gap.entries.iter().take(NAMED_ENTRIES).copied().collect();
        self.gaps.push(GapRow { nr, kind: gap.kind.id(), count: gap.count, entries });
        Ok(())
    }

    fn close(&mut self, counts: &Counts) -> io::Result<()> {
        let totals = &mut self.totals;
        totals.entries = counts.entries;
        totals.hostless_entries = counts.hostless_entries;
        totals.hosts = counts.hosts;
        totals.registrable_domains = counts.registrable_domains;
        totals.other_site_requests = counts.third_party_requests;
        totals.auditee_requests = counts.auditee_requests;
        totals.set_cookie_lines = counts.set_cookie_count;
        Ok(())
    }
}

fn time(nanoseconds: Option<i64>) -> Option<String> {
    nanoseconds.map(|at| Timestamp::from_nanoseconds(at).to_string())
}

/// Days with at most one decimal: `399.9`, `400`, `0.1`.
fn days(seconds: i64) -> String {
    let tenths = (seconds as f64 / 8_640.0).round() as i64;
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, (tenths % 10).abs()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_words() {
        assert_eq!(days(400 * 86_400), "400");
        assert_eq!(days(400 * 86_400 - 5), "400");
        assert_eq!(days(90 * 86_400 + 8_640), "90.1");
        assert_eq!(days(3_600), "0");
        assert_eq!(days(9_000), "0.1");
    }
}
