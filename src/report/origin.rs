//! Where the tables of a report come from: what a form that holds nothing but tables says of itself, in its first sheet or in its metadata.

#[cfg(feature = "parquet")]
use super::SIMULATED_NOTICE;
use super::model::comparison::Comparison;
use super::model::{HouseStyle, Report};
use super::{TOOL, TOOL_VERSION};
use crate::model::Timestamp;

/// What report the tables belong to, and what that was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// `dataspoor-annex` or `dataspoor-comparison`.
    pub(super) format: &'static str,
    /// Version of the report's JSON, whose names the columns share.
    pub(super) version: u32,
    /// Whether a recording is simulated.
    pub(super) simulated: bool,
    /// Whether a recording breaks off or was interrupted.
    pub(super) partial: bool,
    /// Secrets that were masked before anything was written, as the recordings say.
    pub(super) masked: u64,
    /// When the recording began; of several, the first one's beginning.
    pub(super) began: Option<Timestamp>,
    /// Everything else, by identifier, in the order in which it is said.
    pub(super) facts: Vec<(&'static str, String)>,
    /// What the house style says of the document, by identifier.
    pub(super) style: Vec<(&'static str, String)>,
}

/// Kinds of gaps of a recording that is not whole.
const BREAKS: [&str; 2] = ["cut-off", "interrupted"];

fn said(style: Option<&HouseStyle>) -> Vec<(&'static str, String)> {
    style.into_iter().flat_map(HouseStyle::facts).map(|(id, said)| (id, said.to_owned())).collect()
}

impl Origin {
    /// Of the tables of an annex.
    pub(super) fn of_annex(report: &Report) -> Self {
        let (capture, method) = (&report.capture, &report.method);
        let mut facts = vec![
            ("recording", capture.name.clone()),
            ("recording_format", capture.format.clone()),
            ("recording_sha256", capture.sha256.clone()),
            ("recording_bytes", capture.bytes.to_string()),
        ];
        facts.extend(capture.started.clone().map(|started| ("recording_started", started)));
        facts.extend([
            ("tool", format!("{} {}", method.tool, method.tool_version)),
            ("rules_sha256", method.rules_sha256.clone()),
            ("evidence_head", method.evidence_head.clone()),
            ("urls", method.urls.to_owned()),
        ]);
        Self {
            format: report.format,
            version: report.version,
            simulated: report.simulated,
            partial: report.gaps.iter().any(|gap| BREAKS.contains(&gap.kind)),
            masked: report.custody.iter().flat_map(|custody| &custody.masks).map(|mask| mask.count).sum(),
            began: capture.started.as_deref().and_then(Timestamp::parse),
            facts,
            style: said(report.house_style.as_ref()),
        }
    }

    /// Of the tables of a comparison.
    pub(super) fn of_comparison(comparison: &Comparison) -> Self {
        let started = || comparison.register.iter().filter_map(|row| row.started.as_deref());
        let mut facts = Vec::new();
        facts.extend(comparison.case.as_ref().map(|case| ("case", format!("{} ({})", case.title, case.id))));
        facts.push(("recordings", comparison.register.len().to_string()));
        // Which recordings these are, and the digest of each, stands in the register.
        facts.push(("tool", format!("{TOOL} {TOOL_VERSION}")));
        Self {
            format: comparison.format,
            version: comparison.version,
            simulated: comparison.simulated,
            partial: comparison.gaps.iter().any(|gap| BREAKS.contains(&gap.kind)),
            // A comparison on its own has no account of it; each recording's own annex does.
            masked: comparison.annex.as_ref().map_or(0, |annex| annex.method.masked),
            began: started().filter_map(Timestamp::parse).min(),
            facts,
            style: said(comparison.house_style.as_ref()),
        }
    }

    /// What a simulated recording says of itself.
    #[cfg(feature = "parquet")]
    pub(super) const fn notice(&self) -> Option<&'static str> {
        if self.simulated { Some(SIMULATED_NOTICE) } else { None }
    }
}
