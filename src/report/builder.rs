//! Gathers flows into the rows of the report model.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use hashbrown::HashMap;

use super::alias_rows::AliasRows;
use super::attribution_rows::{AttributionRows, FlowSeen};
use super::beside_wire_rows::BesideRows;
use super::cookie_rows::{CookieId, CookieRow};
use super::field_rows::FieldRows;
use super::lifetime_rows::lifetimes;
use super::linkage_rows::Pseudonyms;
use super::list_rows::ListRows;
use super::model::{
    ANNEX_VERSION, Capture, CauseCount, ExaminedPage, Flow, FlowAttribution, GapRow, ListMatch, Method, PlantedTables, Report, RuleFile,
    Totals, TrailRow, ValidatorRow,
};
use super::planted_rows::planted;
use super::recipient_rows::{RecipientKey, RecipientRow};
use super::trail_rows::LinkageRows;
use super::validator_rows::validators;
use super::visit_rows::VisitRows;
use super::{Context, SIMULATED_NOTICE, TOOL, TOOL_VERSION, keyed_by};
use crate::analysis::{Counts, Course, Dictionary, Flow as Found, Linkage, Opening, PlantedTable, Sink, ValidatorTable};
use crate::classify::{Reason, Subject};
use crate::model::{Digest, Gap, Page, Timestamp, UrlParts};
use crate::redact::{parameter_name, printable_path};
use crate::rules::RuleId;
use crate::site::Visit;

/// Rows of flows that an annex holds. Beyond that nobody reads a table; the evidence log has every flow.
const FLOW_ROWS: usize = 5_000;

/// Entry numbers that a row names.
pub(super) const NAMED_ENTRIES: usize = 10;

/// Builds a [`Report`].
pub struct Builder<'c> {
    pub(super) context: Context<'c>,
    opened: Option<(Capture, ExaminedPage, bool)>,
    keyed_by: &'static str,
    totals: Totals,
    pub(super) recipients: BTreeMap<RecipientKey, RecipientRow>,
    pub(super) addresses_left_out: u64,
    pub(super) aliases: AliasRows,
    pub(super) lists: ListRows,
    pub(super) cookies: BTreeMap<CookieId, CookieRow>,
    flows: HashMap<(String, String, String), usize>,
    flow_rows: Vec<FlowRow>,
    flows_left_out: u64,
    validators: Vec<ValidatorRow>,
    validators_left_out: u64,
    gaps: Vec<GapRow>,
    pub(super) fields: FieldRows,
    /// Index of the examined page's site among the sites for which a choice was recorded.
    pub(super) page_choice: Option<usize>,
    pub(super) visit: VisitRows,
    pub(super) linkage: LinkageRows,
    attribution: AttributionRows,
    planted: Option<PlantedTables>,
    beside: BesideRows,
    pub(super) sources: BTreeSet<usize>,
}

struct FlowRow {
    row: Flow,
    parameters: BTreeSet<String>,
    statuses: BTreeSet<u16>,
    cookies_sent: BTreeSet<String>,
    cookies_set: BTreeSet<String>,
    redirects: BTreeSet<String>,
    causes: BTreeMap<&'static str, u64>,
    attribution: FlowSeen,
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
            keyed_by: "recording",
            totals: Totals::default(),
            recipients: BTreeMap::new(),
            addresses_left_out: 0,
            aliases: AliasRows::default(),
            lists: ListRows::default(),
            cookies: BTreeMap::new(),
            flows: HashMap::new(),
            flow_rows: Vec::new(),
            flows_left_out: 0,
            validators: Vec::new(),
            validators_left_out: 0,
            gaps: Vec::new(),
            fields: FieldRows::default(),
            page_choice: None,
            visit: VisitRows::default(),
            linkage: LinkageRows::default(),
            attribution: AttributionRows::default(),
            planted: None,
            beside: BesideRows::default(),
            sources: BTreeSet::new(),
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
        let aliases = self.finish_aliases();
        let (recipients, addresses) = self.finish_recipients(&aliases);
        let lines = self.comparison_lines();
        let mut cookies = self.finish_cookies(&lines);
        self.finish_list_claims(&mut cookies);
        let flows = self.finish_flows();
        self.totals.cookies = cookies.len() as u64;
        let method = self.method(log);
        let mut pseudonyms = Pseudonyms::default();
        let (linkage, linked, linked_left_out) = self.finish_linkage(page.site.as_deref(), &cookies, &mut pseudonyms);
        let mut visit = self.finish_visit(&mut pseudonyms);
        let next = visit.trail.len() as u64 + 1;
        visit.trail.extend(linked.into_iter().zip(next..).map(|(row, nr)| TrailRow { nr, ..row }));
        let sources = self.finish_sources();
        let lifetimes = lifetimes(&cookies, &sources);
        Ok(Report {
            format: "dataspoor-annex",
            version: ANNEX_VERSION,
            simulated,
            notice: simulated.then_some(SIMULATED_NOTICE),
            capture,
            page,
            totals: self.totals,
            method,
            recipients,
            addresses,
            addresses_left_out: self.addresses_left_out,
            aliases,
            cookies,
            comparison_lines: lines,
            lifetimes,
            validators: self.validators,
            validators_left_out: self.validators_left_out,
            flows,
            flows_left_out: self.flows_left_out,
            fields: self.fields.tables,
            stretches: visit.stretches,
            timeline: visit.timeline,
            timeline_left_out: visit.timeline_left_out,
            choices: visit.choices,
            choice_cookies: visit.choice_cookies,
            choice_cookies_left_out: visit.choice_cookies_left_out,
            trail: visit.trail,
            trail_left_out: visit.trail_left_out + linked_left_out,
            linkage,
            attribution: self.attribution.finish(self.context.parties),
            planted: self.planted,
            beside_wire: self.beside.finish(&self.context),
            gaps: self.gaps,
            custody: visit.custody,
            sources,
        })
    }

    fn method(&self, (file, records, head): (&str, u64, Digest)) -> Method {
        let Context { rules, suffixes, parties, .. } = self.context;
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
            lists: self.used_lists(),
            auditee: parties.auditee.clone(),
            platform: parties.platform.map(|owner| rules.owners[owner].id.clone()),
            platform_sites: parties.platform_sites.clone(),
            case: self.keyed_by == "case" || parties.in_case,
            fingerprints: self.keyed_by,
            urls: self.context.urls(),
            evidence_log: file.to_owned(),
            evidence_records: records,
            evidence_head: head.to_string(),
        }
    }

    fn finish_flows(&mut self) -> Vec<Flow> {
        let gathered = std::mem::take(&mut self.flow_rows);
        let mut rows = Vec::with_capacity(gathered.len());
        for (flow, nr) in gathered.into_iter().zip(1..) {
            let mut row = flow.row;
            row.nr = nr;
            row.parameters = flow.parameters.into_iter().collect();
            row.statuses = flow.statuses.into_iter().collect();
            row.cookies_sent = flow.cookies_sent.into_iter().collect();
            row.cookies_set = flow.cookies_set.into_iter().collect();
            row.redirects_to = flow.redirects.into_iter().collect();
            row.causes = flow.causes.into_iter().map(|(cause, requests)| CauseCount { cause, requests }).collect();
            row.attribution = flow.attribution.finish();
            row.claims = self.claims(flow.rules.into_iter().map(RuleId::Endpoint));
            row.lists = flow.lists;
            rows.push(row);
        }
        rows
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
        row.not_sent += u64::from(observation.was_not_sent());
        // Only a browser's own recording (HAR) says that the browser stopped a request; in ours it is the recording proxy that did.
        row.refused += u64::from(observation.outcome() == "stopped-by-browser" && self.context.capture.format != "har");
        row.body_bytes_sent += observation.body_bytes;
        row.also_idle += u64::from(found.classified.findings.iter().any(|finding| finding.reason == Reason::Idle));
        if row.entries.len() < NAMED_ENTRIES {
            row.entries.push(observation.number);
        }
        gathered.statuses.insert(observation.status);
        for range in parts.query_parameters(url) {
            if let Some(name) = parameter_name(&url[range])
                && !gathered.parameters.contains(name)
            {
                gathered.parameters.insert(name.to_owned());
            }
        }
        let add = |names: &mut BTreeSet<String>, name: &str| {
            if !names.contains(name) {
                names.insert(name.to_owned());
            }
        };
        if !observation.was_not_sent() {
            observation.sent.iter().for_each(|cookie| add(&mut gathered.cookies_sent, &cookie.name));
        }
        observation.set.iter().for_each(|cookie| add(&mut gathered.cookies_set, &cookie.name));
        if let Some(host) = observation.redirect_host() {
            add(&mut gathered.redirects, &host);
        }
        gathered.attribution.see(found);
        *gathered.causes.entry(found.cause.id()).or_default() += 1;
        for finding in &found.classified.findings {
            if let (Subject::Endpoint, Reason::Rule(RuleId::Endpoint(rule))) = (&finding.subject, &finding.reason) {
                gathered.rules.insert(*rule);
            }
        }
        for matched in matches {
            if !gathered.lists.contains(&matched) {
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
            not_sent: 0,
            refused: 0,
            also_idle: 0,
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
            causes: Vec::new(),
            attribution: FlowAttribution::default(),
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
            causes: BTreeMap::new(),
            attribution: FlowSeen::default(),
            rules: BTreeSet::new(),
            lists: Vec::new(),
        }
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
            baseline: session.baseline.clone(),
            started: period.map(|(first, _)| first.to_string()),
            ended: period.map(|(_, last)| last.to_string()),
            comment: session.comment.as_deref().map(|text| self.context.printable(text)),
            scenario: session.scenario.clone(),
            planned: session.planned.clone(),
            taken_in: session.taken_in.as_ref().map(|taken| super::model::TakenIn {
                case: taken.case.clone(),
                ledger_number: taken.number,
                repetition: taken.repetition,
                said: self.context.printable(&taken.said),
            }),
            pages: session.pages.len() as u64,
        };
        let owner = page.site.as_deref().and_then(|site| self.context.rules.owner_of(page.host.as_deref().unwrap_or(site), site));
        let detail = self.context.printable(&page.detail);
        let owner = self.owner(owner);
        let page = ExaminedPage { site: page.site.clone(), owner, basis: page.basis.id(), detail, overruled: page.overruled.clone() };
        self.opened = Some((capture, page, session.simulated));
        self.keyed_by = keyed_by(session);
        self.visit.open(session);
        self.beside.open(session);
        Ok(())
    }

    fn page(&mut self, _: &Page) -> io::Result<()> {
        Ok(())
    }

    fn flow(&mut self, flow: &Found<'_>) -> io::Result<()> {
        let findings = &flow.classified.findings;
        self.totals.requests_with_owner += u64::from(flow.host.owner.is_some());
        self.totals.cookies_sent += if flow.observation.was_not_sent() { 0 } else { flow.observation.sent.len() as u64 };
        self.totals.requests_with_findings += u64::from(findings.iter().any(|finding| finding.subject != Subject::Recipient));
        self.add_lists(flow);
        self.add_alias(flow);
        self.add_recipient(flow);
        self.add_flow(flow);
        self.add_cookies(flow);
        self.beside.add(flow);
        self.visit.add(flow);
        self.add_linkage(flow);
        self.attribution.see(flow, self.context.parties);
        Ok(())
    }

    fn visit(&mut self, visit: &Visit) -> io::Result<()> {
        let page = self.opened.as_ref().and_then(|(_, page, _)| page.site.as_ref());
        self.page_choice = page.and_then(|page| visit.sites.binary_search(page).ok());
        self.visit.begin(visit);
        self.beside.begin(visit);
        Ok(())
    }

    fn course(&mut self, course: &Course) -> io::Result<()> {
        self.visit.course = course.clone();
        Ok(())
    }

    fn validators(&mut self, table: &ValidatorTable) -> io::Result<()> {
        self.validators = validators(table);
        self.validators_left_out = table.left_out;
        self.totals.answers_with_validators = table.answers;
        self.totals.requests_with_validators = table.requests;
        self.totals.resources_with_validators = table.resources;
        Ok(())
    }

    fn dictionary(&mut self, dictionary: &Dictionary) -> io::Result<()> {
        self.add_dictionary(dictionary);
        Ok(())
    }

    fn linkage(&mut self, linkage: &Linkage) -> io::Result<()> {
        self.linkage.found = linkage.clone();
        Ok(())
    }

    fn planted(&mut self, table: &PlantedTable) -> io::Result<()> {
        self.planted = Some(planted(table));
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

/// RFC 3339 in UTC.
pub(super) fn time(nanoseconds: Option<i64>) -> Option<String> {
    nanoseconds.map(|at| Timestamp::from_nanoseconds(at).to_string())
}
