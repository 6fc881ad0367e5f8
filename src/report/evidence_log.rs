//! The evidence log: one chained record per page, stretch, mark, choice, flow, cookie event and gap, each with the rule and the place it rests
//! on. Derived: anybody who has the recording, the rules and this version can make it again, byte for byte.

use std::io::{self, Write};

use serde::Serialize;

use super::evidence_record::{
    CaptureRecord, ChoiceReason, ChoiceRecord, CookieRecord, EndRecord, FileRecord, FlowRecord, GapRecord, Header, ListRecord, MarkRecord,
    OtherChoice, PageEvent, PageRecord, SentRecord, StartRecord, StretchRecord, ValidatorRecord,
};
use super::finding_record::{finding_record, rule_record};
use super::model::Start;
use super::scenario_rows::{count, start};
use super::{Context, SIMULATED_NOTICE, TOOL, TOOL_VERSION, keyed_by};
use crate::analysis::{CookieEvent, Counts, Course, Flow, Opening, SentOrigin, Sink};
use crate::classify::{Finding, Subject};
use crate::evidence::{Chain, Fingerprint};
use crate::model::{Acting, Digest, Gap, Hand, Page, SaidBy, Timestamp};
use crate::observe::{ContentDigest, SeenCookie, SeenValidator};
use crate::redact::printable_path;
use crate::rules::OutsideList;
use crate::site::{Choice, ChoiceState, Says, Scope, Visit};

/// Version of the log's format.
pub const EVIDENCE_VERSION: u32 = 4;

/// Name of the log's file.
pub const EVIDENCE_FILE: &str = "evidence.ndjson";

/// Writes the log.
pub struct EvidenceLog<'c, W> {
    context: Context<'c>,
    out: W,
    chain: Chain,
    scenario: Option<String>,
    /// `file.toml`, version and digest of every rule file, as they stand in records.
    object: Vec<u8>,
    line: Vec<u8>,
    cookie_events: u64,
    gaps: u64,
    acting: Acting,
    /// How the recording of a scenario began, as far as the session says it.
    start: Option<Start>,
    /// The visit, if it has marks or choices.
    visit: Option<Visit>,
    /// How what stands in header fields and heads was observed, and the same for what stands only in a list.
    observed: [&'static str; 2],
}

impl<'c, W: Write> EvidenceLog<'c, W> {
    /// A log that goes to `out`.
    pub fn new(context: Context<'c>, out: W) -> Self {
        let (object, line) = (Vec::with_capacity(4096), Vec::with_capacity(4096));
        let observed = [IMPORTED, LISTED];
        Self {
            context,
            out,
            chain: Chain::default(),
            scenario: None,
            object,
            line,
            cookie_events: 0,
            gaps: 0,
            visit: None,
            acting: Acting::default(),
            start: None,
            observed,
        }
    }

    /// How many records there are, and the digest of the last.
    #[must_use]
    pub fn head(&self) -> (u64, Digest) {
        (self.chain.records(), self.chain.head())
    }

    /// The writer, once the analysis is finished.
    pub fn into_inner(self) -> W {
        self.out
    }

    fn record(&mut self, record: &impl Serialize) -> io::Result<()> {
        write_record(&mut self.object, &mut self.line, &mut self.chain, &mut self.out, record)
    }
}

fn write_record(
    object: &mut Vec<u8>,
    line: &mut Vec<u8>,
    chain: &mut Chain,
    out: &mut impl Write,
    record: &impl Serialize,
) -> io::Result<()> {
    object.clear();
    serde_json::to_writer(&mut *object, record)?;
    line.clear();
    chain.append(object, line);
    out.write_all(line)
}

/// How everything in an imported recording was observed.
const IMPORTED: &str = "imported recording";

/// How everything in a recording of ours was observed.
const RECORDED: &str = "recorded by the proxy";

/// The same as [`IMPORTED`] for what stands only in a list of the export.
const LISTED: &str = "imported recording, list of cookies without header field";

impl<'c, W: Write> Sink for EvidenceLog<'c, W> {
    fn open(&mut self, opening: &Opening<'_>) -> io::Result<()> {
        let Context { capture, rules, suffixes, parties, .. } = self.context;
        let Opening { session, page, .. } = opening;
        self.scenario = session.scenario.clone();
        self.acting = Acting::of(session);
        self.start = session.planned.as_ref().map(|_| start(session, &self.context));
        if session.custody.is_some() {
            self.observed = [RECORDED, RECORDED];
        }
        let list = |list: &'c OutsideList| {
            let info = list.info();
            ListRecord {
                list: &info.name,
                kind: info.kind.name(),
                title: info.title.as_deref(),
                version: info.version.as_deref(),
                licence: info.licence.as_deref(),
                origin: info.origin.as_deref(),
                retrieved: info.retrieved.as_deref(),
                sha256: info.digest.to_string(),
                rules: info.rules,
                rejected: info.rejected,
                may_be_handed_over: info.may_be_handed_over,
            }
        };
        let lists = self.context.lists.iter().map(list).collect();
        let detail = self.context.printable(&page.detail);
        let header = Header {
            kind: "header",
            format: "dataspoor-evidence",
            version: EVIDENCE_VERSION,
            tool: TOOL,
            tool_version: TOOL_VERSION,
            simulated: session.simulated,
            notice: session.simulated.then_some(SIMULATED_NOTICE),
            capture: CaptureRecord {
                name: &capture.name,
                format: capture.format,
                wrappings: &capture.wrappings,
                sha256: capture.digest.to_string(),
                bytes: capture.length,
                creator: session.creator.as_deref(),
                browser: session.browser.as_deref(),
            },
            page: PageRecord { site: page.site.as_deref(), basis: page.basis.id(), detail: &detail, overruled: page.overruled.as_deref() },
            scenario: session.scenario.as_deref(),
            rules_sha256: rules.digest().to_string(),
            rules: rules
                .files
                .iter()
                .map(|file| FileRecord { file: &file.name, id: &file.id, version: &file.version, sha256: file.digest.to_string() })
                .collect(),
            suffix_list: suffixes.description(),
            suffix_list_sha256: suffixes.digest().map(|digest| digest.to_string()),
            lists,
            auditee: &parties.auditee,
            platform: parties.platform.map(|owner| rules.owners[owner].id.as_str()),
            platform_sites: &parties.platform_sites,
            urls: self.context.urls(),
            fingerprints: match keyed_by(session) {
                "case" => "HMAC-SHA-256 keyed by the secret of the case",
                "session" => "HMAC-SHA-256 keyed by the digest of the recording's session file: linkable, not secret",
                _ => "HMAC-SHA-256 keyed by the digest of the recording: linkable, not secret",
            },
        };
        self.record(&header)
    }

    fn page(&mut self, page: &Page) -> io::Result<()> {
        let title = self.context.printable(&page.title);
        let time = page.started.map(|time| time.to_string());
        let id = self.context.printable(&page.id);
        self.record(&PageEvent { kind: "page", time, id: &id, title, observed: self.observed[0] })
    }

    fn visit(&mut self, visit: &Visit) -> io::Result<()> {
        if visit.is_plain() {
            return Ok(());
        }
        let choice_site = visit.main_site.map(|site| visit.sites[site].as_str());
        for stretch in &visit.stretches {
            let name = stretch.name.as_deref().map(|name| self.context.printable(name));
            let time = stretch.began.map(|at| at.to_string());
            let said_by = stretch.said_by.map(SaidBy::id);
            self.record(&StretchRecord { kind: "stretch", time, stretch: stretch.number, name, said_by, choice_site })?;
        }
        for marked in &visit.marks {
            self.record(&MarkRecord {
                kind: "mark",
                time: marked.at.to_string(),
                stretch: marked.stretch,
                mark: marked.mark.kind.id(),
                text: self.context.printable(&marked.mark.text),
                said_by: marked.mark.said_by.id(),
                choice: marked.choice,
            })?;
        }
        for choice in &visit.choices {
            let context = self.context;
            self.record(&choice_record(&context, choice))?;
        }
        self.visit = Some(visit.clone());
        Ok(())
    }

    fn flow(&mut self, flow: &Flow<'_>) -> io::Result<()> {
        let Flow { observation, host, classified, .. } = *flow;
        let rules = self.context.rules;
        let context = self.context;
        let time = |nanoseconds: Option<i64>| nanoseconds.map(|at| Timestamp::from_nanoseconds(at).to_string());
        let digest = || Digest(observation.digest);
        let scenario = self.scenario.clone();
        let of_request = |finding: &&Finding| !matches!(finding.subject, Subject::CookieSet(_));
        let sent = observation.sent.iter().zip(flow.sent).map(|(cookie, origin)| SentRecord {
            name: &cookie.name,
            value_fingerprint: Fingerprint(cookie.fingerprint).to_string(),
            value_bytes: cookie.value_bytes,
            origin: if matches!(origin, SentOrigin::NotRecorded) { "no-set-cookie-recorded" } else { "set-cookie" },
            set_in_entry: set_in(origin).map(|(entry, ..)| entry),
            same_value: set_in(origin).map(|(_, same, _)| same),
            state_of_that: set_in(origin).map(|(.., state)| state),
            locator: cookie.name_locator().to_string(),
        });
        let (choice_state, choice, other_choices) = match &self.visit {
            Some(visit) => choices(visit, flow.choices),
            None => (None, None, Vec::new()),
        };
        let record = FlowRecord {
            kind: "flow",
            time: time(observation.started),
            entry: observation.number,
            entry_digest: digest(),
            scenario: scenario.as_deref(),
            method: &observation.method,
            url: &classified.printable_url,
            host: &observation.host,
            site: &host.site,
            relation: host.relation.id(),
            position: flow.position.id(),
            server_address: Some(&*observation.server_address).filter(|address| !address.is_empty()),
            host_leads_to: observation.aliases.as_deref(),
            stretch: self.visit.as_ref().map(|_| flow.stretch),
            choice_state: choice_state.map(ChoiceState::id),
            choice,
            other_choices,
            page: Some(&*observation.page).filter(|page| !page.is_empty()).map(|page| context.printable(page)),
            operated: Some(self.acting.at(observation.started.map(Timestamp::from_nanoseconds)))
                .filter(|hand| *hand != Hand::NotEstablished)
                .map(Hand::id),
            outcome: observation.outcome(),
            from_cache: observation.from_cache,
            status: observation.status,
            request_kind: observation.kind.name(),
            request_kind_basis: observation.kind.basis(),
            cause: flow.cause.id(),
            cause_basis: flow.cause.basis(),
            caused_by_host: Some(&*flow.cause.host).filter(|host| !host.is_empty()),
            redirected_from_entry: flow.redirected_from,
            attribution: flow.attribution.into(),
            page_mentions: flow.mentions.iter().map(Into::into).collect(),
            body_bytes_sent: observation.body_bytes,
            redirect_to: observation.redirect_host(),
            cookies_sent: sent.collect(),
            validators: observation.validators.iter().map(validator_record).collect(),
            findings: classified.findings.iter().filter(of_request).map(|finding| finding_record(&context, rules, finding)).collect(),
            observed: self.observed[0],
        };
        // The record borrows the visit, so the log lends itself out part by part.
        write_record(&mut self.object, &mut self.line, &mut self.chain, &mut self.out, &record)?;
        for (index, (cookie, event)) in observation.set.iter().zip(flow.set).enumerate() {
            self.cookie_events += 1;
            let of_cookie = |finding: &&Finding| finding.subject == Subject::CookieSet(index);
            let findings = classified.findings.iter().filter(of_cookie).map(|finding| finding_record(&context, rules, finding)).collect();
            let record = CookieRecord {
                time: time(observation.answered),
                entry: observation.number,
                entry_digest: digest(),
                scenario: scenario.as_deref(),
                url: &classified.printable_url,
                host: &observation.host,
                site: &host.site,
                relation: host.relation.id(),
                findings,
                ..cookie_record(cookie, *event, self.observed)
            };
            self.record(&record)?;
        }
        Ok(())
    }

    fn course(&mut self, course: &Course) -> io::Result<()> {
        let Some(mut start) = self.start.take() else { return Ok(()) };
        count(&mut start, true, &course.lanes);
        let scenario = self.scenario.clone();
        self.record(&StartRecord::of(&start, scenario.as_deref()))
    }

    fn gap(&mut self, gap: &Gap) -> io::Result<()> {
        self.gaps += 1;
        self.record(&GapRecord { kind: "gap", gap: gap.kind.id(), count: gap.count, entries: &gap.entries })
    }

    fn close(&mut self, counts: &Counts) -> io::Result<()> {
        let record = EndRecord {
            kind: "end",
            entries: counts.entries,
            hostless_entries: counts.hostless_entries,
            requests_to_auditee: counts.auditee_requests,
            flows: counts.flows,
            cookie_events: self.cookie_events,
            gaps: self.gaps,
            stretches: self.visit.as_ref().map_or(0, |visit| visit.stretches.len() as u64),
            marks: self.visit.as_ref().map_or(0, |visit| visit.marks.len() as u64),
            choices: self.visit.as_ref().map_or(0, |visit| visit.choices.len() as u64),
        };
        self.record(&record)?;
        self.out.flush()
    }
}

/// State and choice with regard to the site that matters most, and those with regard to others that have left "before".
fn choices<'v>(visit: &'v Visit, states: &[ChoiceState]) -> (Option<ChoiceState>, Option<u32>, Vec<OtherChoice<'v>>) {
    let main = visit.main_site.and_then(|site| states.get(site).copied()).unwrap_or(ChoiceState::Before);
    let others = states.iter().enumerate().filter(|(site, state)| visit.main_site != Some(*site) && **state != ChoiceState::Before);
    let others = others.map(|(site, state)| OtherChoice { site: &visit.sites[site], state: state.id(), choice: state.choice() });
    (Some(main), main.choice(), others.collect())
}

fn choice_record<'a>(context: &Context<'a>, choice: &'a Choice) -> ChoiceRecord<'a> {
    let rules = context.rules;
    let reason = choice.signature.map(|index| &rules.choices[index]).map(|rule| ChoiceReason {
        rule: rule_record(rules, &rule.id, rule.place),
        certainty: rule.certainty.id(),
        source: &rules.sources[rule.source].id,
    });
    ChoiceRecord {
        kind: "choice",
        time: choice.asked_at.to_string(),
        choice: choice.number,
        stretch: choice.stretch,
        site: Some(&*choice.site).filter(|site| !site.is_empty()),
        scope: choice.scope.map(Scope::id),
        text: choice.text.as_ref().map(|(text, _)| context.printable(text)),
        text_said_by: choice.text.as_ref().map(|(_, by)| by.id()),
        says: choice.says.map(Says::id),
        clicked: choice.clicked_at.map(|at| at.to_string()),
        answered: choice.answered_at.map(|at| at.to_string()),
        said_by: choice.said_by.id(),
        entry: choice.said_by.entry(),
        reason,
    }
}

/// Entry of the last recorded line about a cookie that is sent, whether the value is that line's, and what should have become of it by then.
fn set_in(origin: &SentOrigin) -> Option<(u64, bool, &'static str)> {
    match origin {
        SentOrigin::SetCookie { entry, same_value, state, .. } => Some((*entry, *same_value, state.id())),
        SentOrigin::NotRecorded => None,
    }
}

fn cookie_record<'a>(cookie: &'a SeenCookie<'_>, event: CookieEvent, [observed, listed]: [&'static str; 2]) -> CookieRecord<'a> {
    CookieRecord {
        kind: "cookie",
        event: event.id(),
        time: None,
        entry: 0,
        entry_digest: Digest([0; 32]),
        scenario: None,
        url: "",
        host: "",
        site: "",
        relation: "",
        name: &cookie.name,
        domain: &cookie.domain,
        host_only: cookie.host_only,
        path: printable_path(&cookie.path),
        partitioned: cookie.partitioned,
        value_fingerprint: Fingerprint(cookie.fingerprint).to_string(),
        value_bytes: cookie.value_bytes,
        session: cookie.session,
        lifetime_seconds: cookie.lifetime,
        effective_lifetime_seconds: cookie.effective_lifetime(),
        expires: Some(&*cookie.expires).filter(|text| !text.is_empty()),
        max_age: cookie.max_age,
        secure: cookie.secure,
        http_only: cookie.http_only,
        same_site: &cookie.same_site,
        faults: cookie.faults.iter().map(|fault| &**fault).collect(),
        locator: cookie.name_locator().to_string(),
        findings: Vec::new(),
        observed: if cookie.is_listed() { listed } else { observed },
    }
}

fn validator_record(validator: &SeenValidator) -> ValidatorRecord {
    ValidatorRecord {
        field: validator.field_name(),
        value_fingerprint: Fingerprint(validator.fingerprint).to_string(),
        value_bytes: validator.value_bytes,
        digest_of_body: validator.of_content.map(ContentDigest::id),
        locator: validator.locator().to_string(),
    }
}
