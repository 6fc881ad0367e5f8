//! Where identifiers go over all recordings of a case: what each replay indexed is merged and written beside the annexes. Recordings that were not made
//! under the case's key have marks of their own, which fit nobody else's, so they are named and left out.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::house;
use super::judge::{Inputs, Options, Replayed};
use super::output::OutputFolder;
use crate::analysis::linkage::{SealedIndex, join};
use crate::model::{Decision, Digest};
use crate::report::html::for_browsers;
use crate::report::text::Lang;
use crate::report::{CaptureRef, TOOL, TOOL_VERSION, linkage_document_in};
use crate::site::Visit;

/// Name of the folder beside the annexes.
pub const LINKAGE_FOLDER: &str = "case-linkage";

/// What is kept of a recording until all are read.
struct Kept {
    number: u64,
    name: String,
    digest: Digest,
    simulated: bool,
    page: Option<String>,
    browser: Option<String>,
    not_used: Option<Decision>,
    visit: Visit,
    /// Of a recording under the key of the case.
    index: Option<SealedIndex>,
}

/// Gathers replayed recordings.
#[derive(Default)]
pub struct Linked {
    kept: Vec<Kept>,
}

impl Linked {
    /// Takes what was indexed of a recording. Memory that its index holds goes to the disk.
    ///
    /// # Errors
    ///
    /// The index cannot be written.
    pub fn take(&mut self, replayed: &mut Replayed) -> io::Result<()> {
        let mut index = replayed.index.take().filter(|_| replayed.number_in_case.is_some());
        index.iter_mut().try_for_each(SealedIndex::put_away)?;
        self.kept.push(Kept {
            number: replayed.number_in_case.unwrap_or_default(),
            name: replayed.capture.name.clone(),
            digest: replayed.capture.digest,
            simulated: replayed.simulated,
            page: replayed.counts.page.clone(),
            browser: replayed.browser.clone(),
            not_used: replayed.not_used.clone(),
            visit: replayed.visit.clone(),
            index,
        });
        Ok(())
    }

    /// Whether there are two recordings or more that can be joined.
    #[must_use]
    pub fn is_worthwhile(&self) -> bool {
        let different: BTreeSet<Digest> = self.kept.iter().filter(|kept| kept.index.is_some()).map(|kept| kept.digest).collect();
        different.len() > 1
    }

    /// Joins what was taken of the recordings of the case with this identifier, and writes the report into [`LINKAGE_FOLDER`] in `out`. Gives its folder.
    ///
    /// # Errors
    ///
    /// An index cannot be read, or the report cannot be written.
    pub fn write(mut self, case: &str, inputs: &Inputs, options: &Options, out: &Path) -> io::Result<PathBuf> {
        // Those that can be joined come first, because the linkage counts only them.
        self.kept.sort_by_key(|kept| (kept.index.is_none(), kept.number));
        // A copy of a recording is no second recording: with it, every value would seem to outlive a profile.
        let mut seen = BTreeSet::new();
        self.kept.retain(|kept| seen.insert(kept.digest));
        let mut indices: Vec<SealedIndex> = self.kept.iter_mut().map_while(|kept| kept.index.take()).collect();
        let joined = indices.len();
        let linkage = join(&mut indices, &|capture, at| self.kept[capture as usize].visit.stretch_at(at))?;
        let refs: Vec<CaptureRef<'_>> = self.kept.iter().enumerate().map(|(index, kept)| kept.reference(index < joined)).collect();
        let mut output = OutputFolder::create(&out.join(LINKAGE_FOLDER))?;
        let house = options.house.as_deref();
        house::keep(&mut output, house)?;
        let languages = if options.languages.is_empty() { vec![Lang::Nl] } else { options.languages.clone() };
        for (index, &language) in languages.iter().enumerate() {
            let document = linkage_document_in(&linkage, &refs, &inputs.suffixes, language, options.full_urls, house)?;
            let page = for_browsers(&document.html, language, house).map_err(io::Error::other)?;
            output.write(&format!("linkage.{language}.html"), page.as_bytes())?;
            if index == 0 {
                output.write("linkage.json", &document.json)?;
                document.csv.iter().try_for_each(|(name, bytes)| output.write(name, bytes))?;
            }
        }
        let captures: Vec<_> =
            self.kept.iter().map(|kept| serde_json::json!({ "name": kept.name, "sha256": kept.digest.to_string() })).collect();
        output.finish(&serde_json::json!({
            "kind": LINKAGE_FOLDER,
            "tool": TOOL,
            "tool_version": TOOL_VERSION,
            (house::STYLED): house::how(house),
            "languages": languages.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "urls": if options.full_urls { "full" } else { "masked" },
            // So that it replaces the report of the same case only.
            "capture": { "name": case, "sha256": Digest::of(case.as_bytes()).to_string() },
            "captures": captures,
            "rules_sha256": inputs.rules.digest().to_string(),
        }))
    }
}

impl Kept {
    fn reference(&self, case_key: bool) -> CaptureRef<'_> {
        CaptureRef {
            number: self.number,
            name: &self.name,
            simulated: self.simulated,
            case_key,
            page: self.page.as_deref(),
            visit: Some(&self.visit),
            browser: self.browser.as_deref(),
            not_used: self.not_used.as_ref(),
        }
    }
}
