//! The annex over a case: rows of all recordings that are used, merged by what they are about, and the sentences that hold. Judges nothing: what it
//! says stands in the reports of the recordings, and each row names the recordings and entries behind it.

mod merge;
mod part;
mod sentences;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use super::recording::Recording;
use crate::model::TargetKind;
use crate::report::assessment::Assessment;
use crate::report::model::comparison::{
    Answer, CaseAnnex, CaseMethod, Classes, CookieLine, EndpointLine, Examined, FileLine, Lines, PartyLine, RegisterRow,
};
use crate::report::model::{RowRef, Source};
use crate::report::people::{Known, Named};
use crate::report::risks::Risks;
pub(super) use part::Part;

/// What the annex over a case takes from the case itself.
#[derive(Clone, Debug, Default)]
pub struct CaseAbout<'a> {
    /// Who answers for the recordings.
    pub auditor: String,
    /// Addresses of the Pages.
    pub pages: Vec<String>,
    /// What people wrote.
    pub assessment: Option<&'a Assessment>,
    /// Risks in the words of their authors.
    pub risks: Option<&'a Risks>,
    /// What the files of these two are called.
    pub file_names: [String; 2],
    /// The timestamps of each recording, by its number in the ledger.
    pub stamped: BTreeMap<u64, RecordingTimes>,
}

/// Timestamps of one recording, checked without knowing which authorities deserve trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordingTimes {
    /// Those whose token is signed over the record that it names.
    pub held: Vec<HeldTime>,
    /// Whether one of these is over the last record.
    pub whole: bool,
    /// Those that do not hold, or that this program cannot check.
    pub not_held: u64,
    /// Those that cannot be read.
    pub unreadable: u64,
}

/// A timestamp that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldTime {
    /// Address of the authority, as the recording names it.
    pub authority: String,
    /// Whether it is a qualified one, as was noted at stamping: `yes`, `no` or `unknown`.
    pub qualified: String,
    /// Where that is taken from, as was noted.
    pub source: Option<String>,
    /// The time in the token, RFC 3339 UTC.
    pub time: String,
}

/// What was counted already, on which the sentences rest.
#[derive(Clone, Copy)]
pub(super) struct Counted<'a> {
    pub(super) register: &'a [RegisterRow],
    pub(super) classes: &'a Classes,
    pub(super) answers: &'a [Answer],
}

/// A recording with its rows.
type Told<'r> = (&'r Recording, &'r Part);

/// The annex over the recordings that are used; `room`: rows of a table.
pub(super) fn case_annex(about: &CaseAbout<'_>, counted: Counted<'_>, recordings: &[&Recording], room: usize) -> CaseAnnex {
    let told: Vec<Told<'_>> = recordings.iter().filter_map(|one| Some((*one, one.part.as_deref()?))).collect();
    let (fields, open) = tables::fields(&told, room);
    let (endpoints, endpoint_numbers) = tables::endpoints(&told, &open, room);
    let cookies = tables::cookies(&told, room);
    let parties = tables::parties(&told, room);
    let known = known(&parties, &cookies, &endpoints);
    let words = about.assessment.map(|assessment| Lines { rows: assessment.rows(&known), left_out: 0 });
    let risks = about.risks.map(|risks| risks.tables(&known));
    let trail = tables::trail(&told, room);
    let locations = tables::locations(&told, room);
    let mut annex = CaseAnnex {
        auditor: about.auditor.clone(),
        pages: about.pages.clone(),
        examined: examined(
            counted.register,
            &told,
            (&parties, &cookies),
            open.values().fold((0, 0), |(all, open), &(n, k, _)| (all + n, open + k)),
        ),
        ways: tables::ways(&told),
        inputs: tables::inputs(&told, room),
        ladder: tables::ladder(&told, &endpoint_numbers, room),
        personal: tables::personal(&told, room),
        techniques: tables::techniques(&told),
        screens: tables::screens(&told, room),
        clicks: tables::clicks(&told, room),
        method: method(&told),
        files: files(counted.register, &told, about),
        comparison_lines: told.first().map(|(_, part)| part.comparison_lines.clone()).unwrap_or_default(),
        sources: sources(&told),
        fields,
        endpoints,
        parties,
        locations,
        cookies,
        trail,
        words,
        risks,
        ..CaseAnnex::default()
    };
    annex.sentences = sentences::sentences(&annex, about, counted, &told, &open, &endpoint_numbers);
    annex
}

/// What people's words can be about, with its row.
fn known<'a>(parties: &'a Lines<PartyLine>, cookies: &'a Lines<CookieLine>, endpoints: &'a Lines<EndpointLine>) -> Vec<Known<'a>> {
    let of = |table: &'static str, nr: u64, what: Named<'a>| Known { row: RowRef { table, nr }, what };
    let parties = parties.rows.iter().map(|row| of("E", row.nr, Named::Recipient(&row.site)));
    let cookies = cookies.rows.iter().map(|row| of("D", row.nr, Named::Cookie(&row.name, &row.domain)));
    let requests = endpoints.rows.iter().flat_map(|row| {
        let requests = row.item.method.split(' ').flat_map(move |method| row.paths.iter().map(move |path| (method, path.as_str())));
        requests.map(move |(method, path)| of("G", row.nr, Named::Request(method, &row.item.host, path)))
    });
    parties.chain(cookies).chain(requests).collect()
}

fn examined(
    register: &[RegisterRow],
    told: &[Told<'_>],
    (parties, cookies): (&Lines<PartyLine>, &Lines<CookieLine>),
    fields: (u64, u64),
) -> Examined {
    let set = |of: &dyn Fn(&Told<'_>) -> Option<String>| -> Vec<String> {
        told.iter().filter_map(of).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let plan = |of: &dyn Fn(&crate::model::Scenario) -> String| set(&|(one, _)| one.scenario.as_ref().map(of)).len() as u64;
    let kind = |audited: bool| {
        let fits = |(one, _): &&Told<'_>| one.scenario.as_ref().is_some_and(|plan| (plan.kind == TargetKind::AuditedPage) == audited);
        told.iter().filter(fits).count() as u64
    };
    let different = |of: &dyn Fn(&Part) -> Vec<String>| told.iter().flat_map(|(_, part)| of(part)).collect::<BTreeSet<_>>().len() as u64;
    Examined {
        recordings: register.len() as u64,
        used: told.len() as u64,
        first: told.iter().filter_map(|(_, part)| part.capture.started.clone()).min(),
        last: told.iter().filter_map(|(_, part)| part.capture.ended.clone()).max(),
        sites: set(&|(_, part)| part.site.clone()),
        personas: plan(&|plan| plan.persona.clone()),
        paths: plan(&|plan| plan.choice.clone()),
        of_pages: kind(true),
        of_controls: kind(false),
        creators: set(&|(_, part)| part.capture.creator.clone()),
        browsers: set(&|(one, _)| one.browser.clone()),
        entries: told.iter().map(|(_, part)| part.totals.entries).sum(),
        not_sent: parties.rows.iter().map(|row| row.not_sent).sum(),
        hosts: different(&|part| part.recipients.iter().flat_map(|row| row.hosts.clone()).collect()),
        recipients: parties.rows.iter().filter(|row| row.requests > row.not_sent).map(|row| &row.site).collect::<BTreeSet<_>>().len()
            as u64,
        cookies: cookies.rows.iter().filter(|row| row.set + row.sent > 0).count() as u64,
        fields: fields.0,
        fields_open: fields.1,
        choices: told.iter().map(|(_, part)| part.choices.len() as u64).sum(),
    }
}

fn method(told: &[Told<'_>]) -> CaseMethod {
    // All recordings were judged by the same rules and lists in this run; what each list matched is added up.
    let Some((_, first)) = told.first() else { return CaseMethod::default() };
    let mut lists = first.method.lists.clone();
    for (_, part) in &told[1..] {
        for (sum, list) in lists.iter_mut().zip(&part.method.lists) {
            sum.matched += list.matched;
            sum.excepted += list.excepted;
            sum.matched_by_name += list.matched_by_name;
        }
    }
    let custody = || told.iter().filter_map(|(_, part)| part.custody.as_ref());
    let hands = |of: fn(&crate::report::model::HandCount) -> u64| told.iter().map(|(_, part)| of(&part.operated)).sum();
    CaseMethod {
        rules_sha256: first.method.rules_sha256.clone(),
        rules: first.method.rules.clone(),
        suffix_list: first.method.suffix_list.clone(),
        lists,
        changes: custody().map(|custody| custody.changes).sum(),
        masked: custody().flat_map(|custody| &custody.masks).map(|mask| mask.count).sum(),
        operated: [hands(|count| count.script), hands(|count| count.person), hands(|count| count.not_established)],
    }
}

fn files(register: &[RegisterRow], told: &[Told<'_>], about: &CaseAbout<'_>) -> Lines<FileLine> {
    let mut rows = Vec::new();
    let mut add = |kind, name: &str, version: &str, place: &str, sha256: &str| {
        let [name, version, place, sha256] = [name, version, place, sha256].map(str::to_owned);
        rows.push(FileLine { nr: rows.len() as u64 + 1, kind, name, version, place, sha256 });
    };
    for row in register {
        let version = row.format.as_deref().unwrap_or_default();
        add("recording", &row.name, version, &row.name, row.sha256.as_deref().unwrap_or_default());
    }
    if let Some((_, part)) = told.first() {
        part.method.rules.iter().for_each(|row| add("rules", &row.id, &row.version, &row.file, &row.sha256));
        for row in &part.method.lists {
            add("list", &row.name, row.version.as_deref().unwrap_or_default(), row.origin.as_deref().unwrap_or_default(), &row.sha256);
        }
    }
    if let Some(assessment) = about.assessment {
        let [name, _] = &about.file_names;
        add("assessment", name, "1", name, &assessment.sha256.to_string());
    }
    if let Some(risks) = about.risks {
        let [_, name] = &about.file_names;
        add("risks", name, "1", name, &risks.sha256.to_string());
    }
    Lines { rows, left_out: 0 }
}

fn sources(told: &[Told<'_>]) -> Vec<Source> {
    told.iter().flat_map(|(_, part)| part.sources.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests;
