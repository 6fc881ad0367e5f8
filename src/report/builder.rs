//! Gathers flows into the rows of the report model.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use hashbrown::HashMap;

use super::alias_rows::AliasRows;
use super::assessment::Assessment;
use super::assessment_rows::{assessed, known};
use super::attribution_rows::AttributionRows;
use super::beside_wire_rows::BesideRows;
use super::cookie_rows::{CookieId, CookieRow};
use super::field_rows::FieldRows;
use super::flow_rows::FlowRow;
use super::lifetime_rows::lifetimes;
use super::linkage_rows::Pseudonyms;
use super::list_rows::ListRows;
use super::logout_rows::LogoutRows;
use super::model::{ANNEX_VERSION, Capture, ExaminedPage, Method, PlantedTables, Report, RuleFile, Totals, TrailRow, ValidatorRow};
use super::planted_rows::planted;
use super::recipient_rows::{RecipientKey, RecipientRow};
use super::risks::Risks;
use super::scenario_rows::ScenarioRows;
use super::trail_rows::LinkageRows;
use super::validator_rows::validators;
use super::visit_rows::VisitRows;
use super::{Context, SIMULATED_NOTICE, TOOL, TOOL_VERSION, keyed_by};
use crate::analysis::{Counts, Course, Dictionary, Flow as Found, Linkage, Opening, PlantedTable, Sink, ValidatorTable};
use crate::classify::Subject;
use crate::model::{Decision, Digest, Gap, Page, Timestamp};
use crate::site::Visit;

/// Entry numbers that a row names.
pub(super) const NAMED_ENTRIES: usize = 10;

/// Builds a [`Report`].
pub struct Builder<'c> {
    pub(super) context: Context<'c>,
    opened: Option<(Capture, ExaminedPage, bool)>,
    keyed_by: &'static str,
    pub(super) totals: Totals,
    pub(super) recipients: BTreeMap<RecipientKey, RecipientRow>,
    pub(super) addresses_left_out: u64,
    pub(super) aliases: AliasRows,
    pub(super) lists: ListRows,
    pub(super) cookies: BTreeMap<CookieId, CookieRow>,
    pub(super) flows: HashMap<(String, String, String), usize>,
    pub(super) flow_rows: Vec<FlowRow>,
    pub(super) flows_left_out: u64,
    validators: Vec<ValidatorRow>,
    validators_left_out: u64,
    pub(super) gaps: Vec<Gap>,
    pub(super) fields: FieldRows,
    /// Index of the examined page's site among the sites for which a choice was recorded.
    pub(super) page_choice: Option<usize>,
    pub(super) visit: VisitRows,
    pub(super) logout: LogoutRows,
    pub(super) linkage: LinkageRows,
    pub(super) scenario: ScenarioRows,
    attribution: AttributionRows,
    planted: Option<PlantedTables>,
    beside: BesideRows,
    not_used: Option<Decision>,
    assessment: Option<&'c Assessment>,
    risks: Option<&'c Risks>,
    pub(super) sources: BTreeSet<usize>,
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
            logout: LogoutRows::default(),
            linkage: LinkageRows::default(),
            scenario: ScenarioRows::default(),
            attribution: AttributionRows::default(),
            planted: None,
            beside: BesideRows::default(),
            not_used: None,
            assessment: None,
            risks: None,
            sources: BTreeSet::new(),
        }
    }

    /// The same with what the ledger of the case notes of the recording, if it notes that it is not used.
    #[must_use]
    pub fn decided(mut self, decision: Option<&Decision>) -> Self {
        self.not_used = decision.cloned();
        self
    }

    /// The same with what people wrote, if they did.
    #[must_use]
    pub fn assessed(mut self, assessment: Option<&'c Assessment>) -> Self {
        self.assessment = assessment;
        self
    }

    /// The same with the auditor's risks, if they wrote any.
    #[must_use]
    pub fn at_risk(mut self, risks: Option<&'c Risks>) -> Self {
        self.risks = risks;
        self
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
        let gaps = self.finish_gaps();
        self.totals.cookies = cookies.len() as u64;
        let method = self.method(log);
        let mut pseudonyms = Pseudonyms::default();
        let (linkage, linked, linked_left_out) = self.finish_linkage(page.site.as_deref(), &cookies, &mut pseudonyms);
        let mut scenario = std::mem::take(&mut self.scenario).finish(&self.visit.course.lanes);
        scenario.not_used = self.not_used.take();
        let mut visit = self.finish_visit(&mut pseudonyms);
        let logout = self.finish_logout();
        let next = visit.trail.len() as u64 + 1;
        visit.trail.extend(linked.into_iter().zip(next..).map(|(row, nr)| TrailRow { nr, ..row }));
        let sources = self.finish_sources();
        let lifetimes = lifetimes(&cookies, &sources);
        let assessment = self.assessment.map(|assessment| assessed(assessment, &recipients, &cookies, &flows));
        let risks = self.risks.map(|risks| risks.tables(&known(&recipients, &cookies, &flows)));
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
            logout,
            trail: visit.trail,
            trail_left_out: visit.trail_left_out + linked_left_out,
            linkage,
            attribution: self.attribution.finish(self.context.parties),
            planted: self.planted,
            beside_wire: self.beside.finish(&self.context),
            assessment,
            risks,
            house_style: None,
            scenario,
            gaps,
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
        self.scenario = ScenarioRows::open(session, &self.context);
        Ok(())
    }

    fn page(&mut self, _: &Page) -> io::Result<()> {
        Ok(())
    }

    fn flow(&mut self, flow: &Found<'_>) -> io::Result<()> {
        let findings = &flow.classified.findings;
        self.totals.requests_with_owner += u64::from(flow.host.owner.is_some());
        self.totals.cookies_sent += if flow.observation.was_not_sent() { 0 } else { flow.observation.sent.len() as u64 };
        self.totals.requests_with_names += u64::from(flow.observation.aliases.is_some());
        self.totals.requests_with_findings += u64::from(findings.iter().any(|finding| finding.subject != Subject::Recipient));
        self.add_lists(flow);
        self.add_alias(flow);
        self.add_recipient(flow);
        self.add_flow(flow);
        self.add_cookies(flow);
        self.beside.add(flow);
        self.visit.add(flow);
        self.logout.see(flow, &self.context);
        self.add_linkage(flow);
        self.attribution.see(flow, self.context.parties);
        self.scenario.see(flow);
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
        self.gaps.push(gap.clone());
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
