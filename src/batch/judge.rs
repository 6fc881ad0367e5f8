//! From a finished analysis to the files of an annex: the same for a recording that was replayed and for one that was just made.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::Digest as _;

use super::house;
use super::output::OutputFolder;
use super::replay::ReplayError;
use super::report::{Form, Told, or_usual, write_forms};
use super::spool::FileSpool;
use super::summary::Summary;
use crate::analysis::linkage::SealedIndex;
use crate::analysis::planted::{Seed, SeedKind};
use crate::analysis::{Analysis, Counts, Finished, PageNeedles, Planted, PlantedTable, Settings};
use crate::capture::SessionFile;
use crate::classify::{IdleRequests, Parties};
use crate::evidence::CaseKey;
use crate::interop::har;
use crate::model::{CaptureSource, Decision, Digest, Gap, Session};
use crate::report::assessment::Assessment;
use crate::report::evidence_log::{EVIDENCE_FILE, EvidenceLog};
use crate::report::html::House;
use crate::report::model::Report;
use crate::report::risks::Risks;
use crate::report::{self, Builder, Context, Fanout, text::Lang};
use crate::rules::{OutsideList, RuleSet};
use crate::site::{SuffixList, Visit, host_in};

/// The setting of a session under which the lines of [`IdleRequests`] stand.
pub const IDLE_REQUESTS: &str = "baseline-requests";

/// The setting of a session under which the registrable domains of the case's Pages stand, with spaces between ([`Parties::platform_sites`]).
pub const PLATFORM_SITES: &str = "platform-sites";

/// What a manifest calls the forms of an annex, where they are not the usual ones.
pub(super) const FORMS: &str = "forms";

/// What a manifest calls the decision under which an annex was made.
pub(super) const NOT_USED: &str = "not_used";

/// Memory for values that wait to be sorted, in bytes.
const LINKING_MEMORY: usize = 16 << 20;

/// The setting of a session under which identifiers of the examined Page stand, one a line.
pub const PAGE_IDS: &str = "page-ids";

/// The setting of a session under which names of the examined Page stand, one a line.
pub const PAGE_NAMES: &str = "page-names";

/// The setting of a simulated session under which the values stand that its visitor typed on purpose: one a line, with kind, label and value between
/// tabs. Of any other session it is not looked at.
pub const SIMULATED_SEEDS: &str = "simulated-seeds";

/// What every recording of a run is judged by. Loaded once.
pub struct Inputs {
    /// Rules.
    pub rules: RuleSet,
    /// Mistakes in rule files that the operator chose to go on with; what has one is not in `rules`.
    pub rule_mistakes: u64,
    /// Public Suffix List.
    pub suffixes: SuffixList,
    /// Outside lists, in the order given.
    pub lists: Vec<OutsideList>,
    /// Who is who, as the operator says it now.
    pub parties: Parties,
    /// Who is who, as the case says it: for what neither the operator nor the recording says.
    pub case: Parties,
    /// The planted values of the case. `None`: it has none, or there is no case.
    pub planted: Option<Planted>,
}

impl Inputs {
    /// Whom and what a recording is about, unless it says so itself. `page`: the page, if the operator names it; `full_urls`: print values of
    /// query parameters.
    #[must_use]
    pub fn subject(&self, page: Option<&str>, full_urls: bool) -> Subject {
        let given = Subject { page: page.map(str::to_owned), parties: self.parties.clone(), full_urls, ..Subject::default() };
        self.completed(given)
    }

    /// The same for a recording of ours: what the operator does not say stands in its session file, and what neither says, in the case.
    #[must_use]
    pub fn subject_of(&self, session: &SessionFile, page: Option<&str>, full_urls: bool) -> Subject {
        let page = page.or(session.page.as_deref()).map(str::to_owned);
        let idle = session.settings.get(IDLE_REQUESTS).map(|lines| IdleRequests::of_lines(lines)).unwrap_or_default();
        let mut parties = self.parties.clone();
        if parties.auditee.is_empty() {
            // The session file holds the words of whoever recorded: an address, or a host below the domain that is meant.
            parties.auditee = session.auditee.iter().map(|name| self.domain_of(name)).collect();
        }
        let named = || session.platform.as_deref().and_then(|id| self.rules.owner_named(id));
        parties.platform = parties.platform.or_else(named);
        if parties.platform_sites.is_empty() {
            let sites = session.settings.get(PLATFORM_SITES).map(String::as_str).unwrap_or_default();
            parties.platform_sites = sites.split(' ').filter(|site| !site.is_empty()).map(str::to_owned).collect();
        }
        let listed = |name: &str| -> Vec<String> {
            let lines = session.settings.get(name).map(String::as_str).unwrap_or_default();
            lines.split('\n').filter(|line| !line.is_empty()).map(str::to_owned).collect()
        };
        let (page_ids, page_names) = (listed(PAGE_IDS), listed(PAGE_NAMES));
        let planted = if session.simulated { listed(SIMULATED_SEEDS) } else { Vec::new() };
        let planted: Vec<Seed> = planted.iter().enumerate().filter_map(|(index, line)| simulated_seed(index, line)).collect();
        let planted = (!planted.is_empty()).then(|| Arc::new(Planted::new(&planted, Vec::new())));
        self.completed(Subject { page, parties, idle, full_urls, page_ids, page_names, planted, ..Subject::default() })
    }

    /// What is not said elsewhere, as the case says it.
    fn completed(&self, mut subject: Subject) -> Subject {
        let parties = &mut subject.parties;
        if parties.auditee.is_empty() {
            parties.auditee.clone_from(&self.case.auditee);
        }
        parties.platform = parties.platform.or(self.case.platform);
        if parties.platform_sites.is_empty() {
            parties.platform_sites.clone_from(&self.case.platform_sites);
        }
        parties.in_case |= self.case.in_case;
        subject.needles = PageNeedles::new(subject.page.as_deref(), &subject.page_ids, &subject.page_names);
        subject
    }

    /// The registrable domain of a domain or address as people write them.
    #[must_use]
    pub fn domain_of(&self, text: &str) -> String {
        host_in(text).map_or_else(|| text.to_owned(), |host| self.suffixes.registrable_domain(&host).to_owned())
    }

    /// What an analysis works with.
    #[must_use]
    pub fn settings<'r>(&'r self, subject: &'r Subject) -> Settings<'r> {
        Settings {
            rules: &self.rules,
            suffixes: &self.suffixes,
            lists: &self.lists,
            parties: &subject.parties,
            page: subject.page.as_deref(),
            idle: &subject.idle,
            full_urls: subject.full_urls,
            needles: &subject.needles,
            planted: subject.planted.as_deref().or(self.planted.as_ref()),
        }
    }

    /// An analysis of one recording under `key`, with everything that belongs to an annex.
    #[must_use]
    pub fn analysis<'r>(&'r self, subject: &'r Subject, key: &CaseKey) -> Analysis<'r> {
        let spool = || Box::new(FileSpool::default());
        Analysis::new(self.settings(subject), key, spool()).linking(key, spool(), LINKING_MEMORY)
    }

    /// What outputs about `capture` say about how they were made.
    #[must_use]
    pub fn context<'r>(&'r self, capture: &'r CaptureSource, subject: &'r Subject) -> Context<'r> {
        Context {
            capture,
            rules: &self.rules,
            suffixes: &self.suffixes,
            lists: &self.lists,
            parties: &subject.parties,
            full_urls: subject.full_urls,
        }
    }
}

/// A planted value as it stands in [`SIMULATED_SEEDS`].
fn simulated_seed(index: usize, line: &str) -> Option<Seed> {
    let mut parts = line.splitn(3, '\t');
    let (kind, label, value) = (parts.next()?, parts.next()?, parts.next()?);
    let kind = SeedKind::ALL.into_iter().find(|known| known.id() == kind)?;
    Some(Seed { id: format!("seed-{}", index + 1), kind, label: label.to_owned(), value: value.to_owned() })
}

/// Whom and what a recording is about.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The page, if it was named.
    pub page: Option<String>,
    /// Who is who.
    pub parties: Parties,
    /// What the same browser was recorded to ask for while it was idle.
    pub idle: IdleRequests,
    /// Print values of query parameters.
    pub full_urls: bool,
    /// Identifiers of the examined Page, as the case or the session gives them.
    pub page_ids: Vec<String>,
    /// Names of it.
    pub page_names: Vec<String>,
    /// All of that, as something to look for.
    pub needles: PageNeedles,
    /// The planted values of a simulated visit, which are nobody's and stand in its session file.
    pub planted: Option<Arc<Planted>>,
}

/// A recording that was read, apart from its entries.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The file or folder.
    pub capture: CaptureSource,
    /// The session.
    pub session: Session,
    /// What the recording does not hold.
    pub gaps: Vec<Gap>,
    /// Length of the recording's text, unpacked, in bytes.
    pub text_bytes: u64,
}

/// What people wrote, beside the evidence: in the folder of a case, and as it was used in that of an annex.
pub const ASSESSMENT_FILE: &str = "assessment.toml";

/// The auditor's risks, in the same places.
pub const RISKS_FILE: &str = "risks.toml";

/// Members of the manifest's `made` with the digests of these files.
pub(super) const AT_RISK: &str = "risks_sha256";
pub(super) const ASSESSED: &str = "assessment_sha256";

/// How to replay.
#[derive(Clone, Default)]
pub struct Options {
    /// The page, if the operator names it.
    pub page: Option<String>,
    /// Languages of the annex in forms for reading.
    pub languages: Vec<Lang>,
    /// Forms of the annex beside its evidence log; none: HTML, JSON and CSV.
    pub forms: Vec<Form>,
    /// Hand back the report of what was written, to be compared with others.
    pub keep_report: bool,
    /// Print values of query parameters.
    pub full_urls: bool,
    /// How to read HAR files.
    pub har: har::Options,
    /// The key of the case, for recordings of ours that belong to one.
    pub case: Option<CaseKey>,
    /// Which recordings of the case are not used, by number, as its ledger notes it.
    pub decisions: BTreeMap<u64, Decision>,
    /// What people wrote about what was recorded.
    pub assessment: Option<Arc<Assessment>>,
    /// The auditor's risks.
    pub risks: Option<Arc<Risks>>,
    /// The house style that it is written in. `None`: our own.
    pub house: Option<Arc<House>>,
}

/// What came of a recording.
pub struct Replayed {
    /// The recording.
    pub capture: CaptureSource,
    /// Counts.
    pub counts: Counts,
    /// How the page was found.
    pub page_basis: &'static str,
    /// The candidate that was overruled.
    pub page_overruled: Option<String>,
    /// Whether the recording is simulated.
    pub simulated: bool,
    /// Gaps, by kind.
    pub gaps: BTreeMap<&'static str, u64>,
    /// Length of the recording's text, unpacked, in bytes.
    pub text_bytes: u64,
    /// The folder of the annex, if one was asked for.
    pub folder: Option<PathBuf>,
    /// Its index of values, to be joined with those of other recordings of the same case.
    pub index: Option<SealedIndex>,
    /// Its stretches, marks and choices.
    pub visit: Visit,
    /// Its number in its case, if it was made under the key of one.
    pub number_in_case: Option<u64>,
    /// That it is not used, if the ledger of its case notes it.
    pub not_used: Option<Decision>,
    /// The browser, as the recording says.
    pub browser: Option<String>,
    /// Where planted values of the case were found, and which were not looked for. `None`: there are none.
    pub planted: Option<PlantedTable>,
    /// Its report, if that was asked for and an annex was written.
    pub report: Option<Box<Report>>,
}

/// Finishes the analysis of a recording and hands back its report, without writing anything.
///
/// # Errors
///
/// The analysis fails.
pub fn conclude_report(analysis: Analysis<'_>, recorded: Recorded, inputs: &Inputs, subject: &Subject) -> Result<Report, ReplayError> {
    let Recorded { capture, session, gaps, .. } = recorded;
    let failed = |cause| ReplayError::Analysis { path: PathBuf::from(&capture.name), cause };
    let mut builder = Builder::new(inputs.context(&capture, subject));
    analysis.finish(&session, gaps, &mut builder).map_err(failed)?;
    // No evidence log is written, so the report names none; who wants one replays the recording.
    builder.finish(("", 0, Digest([0; 32]))).map_err(failed)
}

/// Finishes the analysis of a recording and writes its annex into `output`, if one is given.
///
/// # Errors
///
/// The analysis fails, or the annex cannot be written.
pub fn conclude(
    analysis: Analysis<'_>,
    recorded: Recorded,
    inputs: &Inputs,
    subject: &Subject,
    options: &Options,
    output: Option<OutputFolder>,
) -> Result<Replayed, ReplayError> {
    let Recorded { capture, session, gaps, text_bytes } = recorded;
    let failed = |cause| ReplayError::Analysis { path: PathBuf::from(&capture.name), cause };
    let own_number = session.custody.as_ref().and_then(|custody| custody.case.as_ref()).map(|(_, number)| *number);
    let number_in_case = own_number.or_else(|| session.taken_in.as_ref().map(|taken| taken.number));
    let not_used = number_in_case.and_then(|number| options.decisions.get(&number));
    let context = inputs.context(&capture, subject);
    let mut summary = Summary::default();
    let (Finished { counts, index, visit }, folder, report) = match output {
        None => (analysis.finish(&session, gaps, &mut summary).map_err(failed)?, None, None),
        Some(mut output) => {
            let target = output.target().to_owned();
            let cannot = |cause| ReplayError::Output { path: target.clone(), cause };
            let file = File::create(output.path(EVIDENCE_FILE)).map_err(cannot)?;
            let mut log = EvidenceLog::new(context, BufWriter::with_capacity(1 << 18, Hashing::new(file)));
            let mut builder =
                Builder::new(context).decided(not_used).assessed(options.assessment.as_deref()).at_risk(options.risks.as_deref());
            let mut fanout = Fanout(vec![&mut log, &mut builder, &mut summary]);
            let finished = analysis.finish(&session, gaps, &mut fanout).map_err(cannot)?;
            let (records, head) = log.head();
            let (bytes, digest) = log.into_inner().into_inner().map_err(|error| cannot(error.into_error()))?.finish();
            output.list(EVIDENCE_FILE, bytes, digest);
            let mut report = builder.finish((EVIDENCE_FILE, records, head)).map_err(failed)?;
            let house = options.house.as_deref();
            report.house_style = house.map(|house| house.style().said.clone());
            house::keep(&mut output, house).map_err(cannot)?;
            if let Some(assessment) = &options.assessment {
                output.write(ASSESSMENT_FILE, assessment.text.as_bytes()).map_err(cannot)?;
            }
            if let Some(risks) = &options.risks {
                output.write(RISKS_FILE, risks.text.as_bytes()).map_err(cannot)?;
            }
            write_forms(&mut output, Told::Annex(&report), or_usual(&options.forms), &options.languages, house).map_err(cannot)?;
            let folder = output.finish(&how(&capture, inputs, subject, options, not_used)).map_err(cannot)?;
            (finished, Some(folder), options.keep_report.then(|| Box::new(report)))
        }
    };
    tracing::debug!(capture = %capture.name, entries = counts.entries, "judged");
    Ok(Replayed {
        counts,
        page_basis: summary.basis,
        page_overruled: summary.overruled,
        simulated: session.simulated,
        gaps: summary.gaps,
        text_bytes,
        folder,
        capture,
        index,
        visit,
        number_in_case,
        not_used: not_used.cloned(),
        browser: session.browser,
        planted: summary.planted,
        report,
    })
}

/// Opens the place for an annex before the long work begins.
///
/// # Errors
///
/// The folder cannot be written or holds something else.
pub fn open_output(folder: Option<&Path>) -> Result<Option<OutputFolder>, ReplayError> {
    let cannot = |folder: &Path, cause| ReplayError::Output { path: folder.to_owned(), cause };
    folder.map(|folder| OutputFolder::create(folder).map_err(|cause| cannot(folder, cause))).transpose()
}

/// How an annex was made, so that it can be made again: everything that decides about its bytes.
fn how(capture: &CaptureSource, inputs: &Inputs, subject: &Subject, options: &Options, not_used: Option<&Decision>) -> serde_json::Value {
    let list = |list: &OutsideList| {
        let info = list.info();
        // What is known of a list stands in the annex, so it belongs to what decides about its bytes.
        serde_json::json!({
            "name": info.name,
            "kind": info.kind.name(),
            "sha256": info.digest.to_string(),
            "licence": info.licence,
            "origin": info.origin,
            "retrieved": info.retrieved,
            "may_be_handed_over": info.may_be_handed_over,
        })
    };
    let lists: Vec<_> = inputs.lists.iter().map(list).collect();
    let mut how = serde_json::json!({
        "tool": report::TOOL,
        "tool_version": report::TOOL_VERSION,
        "capture": { "name": capture.name, "sha256": capture.digest.to_string(), "bytes": capture.length },
        "rules_sha256": inputs.rules.digest().to_string(),
        "suffix_list": inputs.suffixes.description(),
        "suffix_list_sha256": inputs.suffixes.digest().map(|digest| digest.to_string()),
        "lists": lists,
        "page": subject.page,
        "languages": options.languages.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "urls": if subject.full_urls { "full" } else { "masked" },
        "auditee": subject.parties.auditee,
        "platform": subject.parties.platform.map(|owner| inputs.rules.owners[owner].id.clone()),
        "platform_sites": subject.parties.platform_sites,
        "in_case": subject.parties.in_case,
        // Those of a simulated visit stand in its session file: nobody needs a key to look for them again.
        "seeds_searched": inputs.planted.as_ref().filter(|_| subject.planted.is_none()).map(|planted| planted.names().0).unwrap_or_default(),
        "seeds_not_searched": inputs.planted.as_ref().filter(|_| subject.planted.is_none()).map(|planted| planted.names().1).unwrap_or_default(),
        "page_ids": subject.page_ids,
        "page_names": subject.page_names,
        "partial": options.har.partial,
        "max_entry_bytes": options.har.max_entry_bytes,
    });
    if let Some(assessment) = &options.assessment {
        how[ASSESSED] = serde_json::json!(assessment.sha256.to_string());
    }
    if let Some(risks) = &options.risks {
        how[AT_RISK] = serde_json::json!(risks.sha256.to_string());
    }
    if let Some(style) = house::how(options.house.as_deref()) {
        how[house::STYLED] = style;
    }
    // An annex in the usual forms does not name them, as none did before there were others.
    if or_usual(&options.forms) != or_usual(&[]) {
        how[FORMS] = options.forms.iter().map(|form| form.name()).collect();
    }
    // An annex from before the decision is made again without it.
    if let Some(decision) = not_used {
        how[NOT_USED] = serde_json::json!(decision);
    }
    how
}

/// A writer that takes the digest of what passes.
struct Hashing<W> {
    inner: W,
    hasher: sha2::Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    fn new(inner: W) -> Self {
        Self { inner, hasher: sha2::Sha256::new(), bytes: 0 }
    }

    fn finish(self) -> (u64, Digest) {
        (self.bytes, Digest(self.hasher.finalize().into()))
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
