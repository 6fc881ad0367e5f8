//! The auditor's own risks, as a file `risks.toml` holds them beside the evidence: what the risk is, where it comes from, how likely and how grave it is and
//! at which level, all in the words of the person who wrote them. Nothing of it is computed; what nobody wrote is not established. What of the recording a
//! risk rests on is named as it is recorded, as in `assessment.toml`, so that the file holds for a new run too.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::model::{EvidenceRef, MeasureRow, RetestRow, RiskRow, RiskTables};
use super::people::{About, Checker, Known, Mistakes, NamedTable};
use crate::model::Digest;

/// What the file says of itself.
pub const RISKS_FORMAT: &str = "dataspoor-risks";

/// Highest version of the file that is read.
pub const RISKS_VERSION: i64 = 1;

/// A checked file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risks {
    /// The risks, in the order of the file.
    pub risks: Vec<Risk>,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// The file, as it was read.
    pub text: String,
}

/// A risk, in the words of the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    /// What the risk is.
    pub risk: String,
    /// Where it comes from.
    pub origin: Option<String>,
    /// How likely it is.
    pub likelihood: Option<String>,
    /// What it does to the people concerned.
    pub impact: Option<String>,
    /// How grave it is.
    pub level: Option<String>,
    /// What was recorded that it rests on.
    pub evidence: Vec<About>,
    /// What is done or is to be done about it.
    pub measures: Vec<Measure>,
    /// How and when it was looked at again.
    pub retests: Vec<Retest>,
    /// Who wrote it.
    pub by: String,
    /// The day, as `2026-11-23`.
    pub date: String,
}

/// A measure against a risk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// What it is.
    pub text: String,
    /// Who wrote it.
    pub by: String,
    /// The day, as `2026-11-23`.
    pub date: String,
}

/// That somebody looked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retest {
    /// What was found, or is to be looked at.
    pub text: String,
    /// Who wrote it.
    pub by: String,
    /// The day, as `2026-11-23`.
    pub date: String,
    /// The recordings in which it was looked at, as that person names them.
    pub recordings: Vec<String>,
}

/// The file as it stands there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTable {
    format: Option<Spanned<String>>,
    version: Option<Spanned<i64>>,
    #[serde(default)]
    risk: Vec<Spanned<RiskTable>>,
}

/// `[[risk]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RiskTable {
    risk: Option<Spanned<String>>,
    origin: Option<Spanned<String>>,
    likelihood: Option<Spanned<String>>,
    impact: Option<Spanned<String>>,
    level: Option<Spanned<String>>,
    #[serde(default)]
    evidence: Vec<Spanned<NamedTable>>,
    #[serde(default)]
    measure: Vec<Spanned<MeasureTable>>,
    #[serde(default)]
    retest: Vec<Spanned<RetestTable>>,
    by: Option<Spanned<String>>,
    date: Option<Spanned<Datetime>>,
}

/// `[[risk.measure]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeasureTable {
    text: Option<Spanned<String>>,
    by: Option<Spanned<String>>,
    date: Option<Spanned<Datetime>>,
}

/// `[[risk.retest]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RetestTable {
    text: Option<Spanned<String>>,
    by: Option<Spanned<String>>,
    date: Option<Spanned<Datetime>>,
    #[serde(default)]
    recordings: Vec<Spanned<String>>,
}

fn risk(checker: &mut Checker<'_>, given: &Spanned<RiskTable>) -> Option<Risk> {
    let (begin, table) = (given.span().start, given.as_ref());
    // Every part is read before any is missed, so that all that is wrong is said.
    let risk = checker.text(begin, "risk", table.risk.as_ref());
    let origin = checker.maybe("origin", table.origin.as_ref());
    let likelihood = checker.maybe("likelihood", table.likelihood.as_ref());
    let impact = checker.maybe("impact", table.impact.as_ref());
    let level = checker.maybe("level", table.level.as_ref());
    let (by, date) = (checker.text(begin, "by", table.by.as_ref()), checker.date(begin, table.date.as_ref()));
    checker.table = "`evidence`";
    let evidence = table.evidence.iter().filter_map(|named| checker.about(named.span().start, named.as_ref())).collect();
    checker.table = "[[risk.measure]]";
    let measures = table.measure.iter().filter_map(|given| measure(checker, given)).collect();
    checker.table = "[[risk.retest]]";
    let retests = table.retest.iter().filter_map(|given| retest(checker, given)).collect();
    checker.table = "[[risk]]";
    let (origin, likelihood, impact, level) = (origin?, likelihood?, impact?, level?);
    Some(Risk { risk: risk?, origin, likelihood, impact, level, evidence, measures, retests, by: by?, date: date? })
}

fn measure(checker: &mut Checker<'_>, given: &Spanned<MeasureTable>) -> Option<Measure> {
    let (begin, table) = (given.span().start, given.as_ref());
    let (text, by) = (checker.text(begin, "text", table.text.as_ref()), checker.text(begin, "by", table.by.as_ref()));
    let date = checker.date(begin, table.date.as_ref());
    Some(Measure { text: text?, by: by?, date: date? })
}

fn retest(checker: &mut Checker<'_>, given: &Spanned<RetestTable>) -> Option<Retest> {
    let (begin, table) = (given.span().start, given.as_ref());
    let (text, by) = (checker.text(begin, "text", table.text.as_ref()), checker.text(begin, "by", table.by.as_ref()));
    let date = checker.date(begin, table.date.as_ref());
    let recordings = table.recordings.iter().filter_map(|name| checker.some("recordings", name)).collect();
    Some(Retest { text: text?, by: by?, date: date?, recordings })
}

impl Risks {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in it, each with its line and what to write instead.
    pub fn parse(text: &str) -> Result<Self, Mistakes> {
        let (mut checker, table) = Checker::read::<FileTable>(text, "[[risk]]")?;
        checker.frame("risks", (RISKS_FORMAT, RISKS_VERSION), (table.format.as_ref(), table.version.as_ref()));
        let risks = table.risk.iter().filter_map(|given| risk(&mut checker, given)).collect();
        checker.done(Self { risks, sha256: Digest::of(text.as_bytes()), text: text.to_owned() })
    }

    /// The risks with the rows of `known` that each names; in the order of the file. What is not among them stays, and says so.
    #[must_use]
    pub fn tables(&self, known: &[Known<'_>]) -> RiskTables {
        let evidence = |about: &About| {
            let rows = about.rows(known);
            let recorded = rows.as_ref().map(|rows| !rows.is_empty());
            EvidenceRef { about: about.id(), name: about.name(), recorded, rows: rows.unwrap_or_default() }
        };
        let measure = |of: &Measure| MeasureRow { text: of.text.clone(), by: of.by.clone(), date: of.date.clone() };
        let retest =
            |of: &Retest| RetestRow { text: of.text.clone(), by: of.by.clone(), date: of.date.clone(), recordings: of.recordings.clone() };
        let row = |(nr, risk): (u64, &Risk)| RiskRow {
            nr,
            risk: risk.risk.clone(),
            origin: risk.origin.clone(),
            likelihood: risk.likelihood.clone(),
            impact: risk.impact.clone(),
            level: risk.level.clone(),
            evidence: risk.evidence.iter().map(evidence).collect(),
            measures: risk.measures.iter().map(measure).collect(),
            retests: risk.retests.iter().map(retest).collect(),
            by: risk.by.clone(),
            date: risk.date.clone(),
        };
        RiskTables { file_sha256: self.sha256.to_string(), risks: (1..).zip(&self.risks).map(row).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::RowRef;
    use super::super::people::Named;
    use super::*;

    const HEAD: &str = "format = \"dataspoor-risks\"\nversion = 1\n";

    fn mistakes(text: &str) -> Vec<String> {
        let found = Risks::parse(&format!("{HEAD}{text}")).expect_err("a mistake");
        found.0.iter().map(|mistake| format!("{}: {}", mistake.line, mistake.what)).collect()
    }

    #[test]
    fn a_risk_is_read_as_it_was_written_and_finds_its_rows() {
        let text = "[[risk]]\nrisk = \" r \"\norigin = \"o\"\nlevel = \"hoog\"\nby = \"A\"\ndate = 2026-11-23\n\
            evidence = [{ cookie = \"datr\", domain = \".facebook.com\" }, { recipient = \"Facebook.com\" }, { request = \"GET a.example/x\" }, { question = 2 }]\n\
            [[risk.measure]]\ntext = \"m\"\nby = \"B\"\ndate = 2026-11-24\n\
            [[risk.retest]]\ntext = \"t\"\nby = \"C\"\ndate = 2026-12-01\nrecordings = [\"0007\"]\n\
            [[risk]]\nrisk = \"second\"\nby = \"A\"\ndate = 2026-11-23\n";
        let risks = Risks::parse(&format!("{HEAD}{text}")).expect("a file");
        let row = |table, nr| RowRef { table, nr };
        let known = [
            Known { row: row("2", 3), what: Named::Recipient("facebook.com") },
            Known { row: row("3", 1), what: Named::Cookie("datr", "facebook.com") },
            Known { row: row("3", 2), what: Named::Cookie("datr", "example.org") },
        ];
        let tables = risks.tables(&known);
        let first = &tables.risks[0];
        assert_eq!((&*first.risk, first.likelihood.as_deref(), first.level.as_deref()), ("r", None, Some("hoog")));
        let evidence: Vec<_> = first.evidence.iter().map(|of| (of.about, of.recorded, of.rows.clone())).collect();
        assert_eq!(
            evidence,
            [
                ("cookie", Some(true), vec![row("3", 1)]),
                ("recipient", Some(true), vec![row("2", 3)]),
                ("request", Some(false), vec![]),
                ("question", None, vec![]),
            ]
        );
        assert_eq!((&*first.measures[0].by, &*first.retests[0].date, &*first.retests[0].recordings[0]), ("B", "2026-12-01", "0007"));
        assert_eq!((tables.risks[1].nr, tables.risks[1].level.as_deref()), (2, None), "nobody's level is computed");
    }

    #[test]
    fn everything_that_is_wrong_is_said_with_its_line() {
        assert_eq!(
            mistakes(
                "[[risk]]\nlevel = \"\"\nevidence = [\n{ cookie = \"a\", recipient = \"b\" },\n{},\n{ domain = \"c\", recipient = \"d\" },\n]\n\
                 [[risk.measure]]\ntext = \"m\"\n[[risk.retest]]\nby = \"C\"\ndate = 2026-12-01\nrecordings = [\" \"]\n"
            ),
            [
                "3: this [[risk]] has no `by`; add it",
                "3: this [[risk]] has no `date`; add the day on which it was written, as `date = 2026-11-23`",
                "3: this [[risk]] has no `risk`; add it",
                "4: `level` says nothing; write it, or leave the [[risk]] out",
                "6: this `evidence` says what it is about by exactly one of `everything = true`, `question`, `recipient`, `cookie` (with `domain`, if it matters) or `request`",
                "7: this `evidence` says what it is about by exactly one of `everything = true`, `question`, `recipient`, `cookie` (with `domain`, if it matters) or `request`",
                "8: `domain` belongs to `cookie`; for a recipient write `recipient`",
                "10: this [[risk.measure]] has no `by`; add it",
                "10: this [[risk.measure]] has no `date`; add the day on which it was written, as `date = 2026-11-23`",
                "12: this [[risk.retest]] has no `text`; add it",
                "15: `recordings` says nothing; write it, or leave the [[risk.retest]] out",
            ]
        );
        assert!(mistakes("[[risk]]\nscore = 5\n")[0].contains("unknown field"));
        let long = format!("[[risk]]\nrisk = \"{}\"\nby = \"A\"\ndate = 2026-11-23\n", "x".repeat(100_000));
        assert!(mistakes(&long)[0].starts_with("4: `risk` has 100000 bytes; at most 4000 are read"), "{:?}", mistakes(&long));
        assert!(Risks::parse("").is_err() && Risks::parse("[").is_err());
    }
}
