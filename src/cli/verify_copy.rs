//! What there is to check of a masked copy besides the package that it is: that it is the original but for its masks, and openings of single masks.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;

use crate::batch::{Check, Verdict};
use crate::capture::{Capture, PackedCapture};
use crate::evidence::Opening;
use crate::package::{SEAL_FILE, own};
use crate::share::{CopyChecked, OPENING_FORMAT, ORIGINAL, PROOF_FILE, check};

/// No proof or statement is longer, in bytes.
const LONGEST: u64 = 1 << 31;

/// Checks `package` as a masked copy, if it is one. `masks`: whether every mask is listed; `opening`: a file that opens one.
pub(super) fn checks(package: &Arc<PackedCapture>, masks: bool, opening: Option<&Path>) -> anyhow::Result<Vec<Check>> {
    let (proof, seal) = (own(PROOF_FILE), own(&format!("{ORIGINAL}{SEAL_FILE}")));
    let mut checks = Vec::new();
    let mut found = |verdict, file: &str, text: String| checks.push(Check { verdict, file: file.to_owned(), text });
    let Ok(copy) = Capture::in_package(package) else { return Ok(checks) };
    let is_copy = copy.session.copy.is_some();
    match (is_copy, package.has(&proof)) {
        (false, false) => {
            if let Some(opening) = opening {
                found(Verdict::Disproved, &opening.display().to_string(), "opens a mask, and this package is no masked copy".to_owned());
            }
            return Ok(checks);
        }
        (true, false) => {
            found(Verdict::Disproved, &proof, "is not in the package, so nothing ties this masked copy to its original".to_owned());
            return Ok(checks);
        }
        (_, true) => {}
    }
    let read = |path: &str| -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if package.has(path) {
            package.open_file(path)?.take(LONGEST).read_to_end(&mut bytes).with_context(|| format!("{path}: cannot be read"))?;
        }
        Ok(bytes)
    };
    let checked = match check(&copy, &read(&proof)?, &read(&seal)?) {
        Ok(checked) => checked,
        Err(error) => {
            found(Verdict::Disproved, &proof, error.to_string());
            return Ok(checks);
        }
    };
    for problem in &checked.problems {
        found(Verdict::Disproved, &own(problem.file), format!("{}: {}", problem.place, problem.what));
    }
    if checked.problems.is_empty() {
        let CopyChecked { entries, masked, lines, lines_shown, .. } = &checked;
        let withheld = masked.iter().filter(|(_, part)| part.withheld).map(|(_, part)| part.parts).sum::<u64>();
        let covered = masked.iter().filter(|(_, part)| !part.withheld).count();
        found(
            Verdict::Proved,
            &proof,
            format!(
                "this copy for {} is the sealed original but for its masks: {entries} entries, of which {covered} parts are covered and {withheld} left out; \
                 {lines_shown} of {lines} records of the log are shown",
                checked.profile
            ),
        );
        found(
            Verdict::CannotBeChecked,
            &proof,
            "what stood in the places of the masks is not shown; single stages of times, and changes made on the way, are not part of what was sealed entry by entry \
             and rest on whoever made the copy"
                .to_owned(),
        );
    }
    for entry in &checked.unsealed {
        let text = format!(
            "entry {entry}: the recording was interrupted before its digest was taken, so the seal has none and nothing ties it to the original"
        );
        found(Verdict::CannotBeChecked, &proof, text);
    }
    if masks {
        for (entry, part) in &checked.masked {
            let how = if part.withheld { format!("{} parts left out", part.parts) } else { "covered".to_owned() };
            let text = format!("entry {entry}, part {}: {}, {} bytes, {how}", part.leaf, kind_in_words(part.kind), part.length);
            found(Verdict::CannotBeChecked, &proof, text);
        }
    }
    if let Some(path) = opening {
        let (verdict, text) = opened(path, &checked, &copy)?;
        found(verdict, &path.display().to_string(), text);
    }
    Ok(checks)
}

/// Holds the file that opens a mask against the proof.
fn opened(path: &Path, checked: &CopyChecked, copy: &Capture) -> anyhow::Result<(Verdict, String)> {
    let text = fs::read(path).with_context(|| format!("{}: cannot be read; name the file that `dataspoor open` made", path.display()))?;
    let value: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(&text).with_context(|| format!("{}: is no file that opens a mask", path.display()))?;
    if value.get("format").and_then(|format| format.as_str()) != Some(OPENING_FORMAT) {
        return Ok((Verdict::Disproved, "is no file that opens a mask".to_owned()));
    }
    let opening: Opening = serde_json::from_slice(&text).with_context(|| format!("{}: is no file that opens a mask", path.display()))?;
    let Some(proof) = checked.proofs.get(&opening.entry) else {
        return Ok((Verdict::Disproved, format!("entry {} is not in this copy of {}", opening.entry, copy.session.id)));
    };
    let place = format!("entry {}, part {}", opening.entry, opening.leaf);
    Ok(match proof.opens(&opening) {
        Ok(bytes) if checked.problems.is_empty() => {
            (Verdict::Proved, format!("{place}: in the original there stood {:?}", String::from_utf8_lossy(&bytes)))
        }
        Ok(_) => (Verdict::CannotBeChecked, format!("{place}: fits the proof, but the copy is not proved to be that of the original")),
        Err(what) => (Verdict::Disproved, format!("{place}: {what}")),
    })
}

/// The kind of a part (`docs/evidence-format.md`, "Entry digest").
fn kind_in_words(kind: u8) -> &'static str {
    match kind {
        1 => "facts",
        2 => "method and address",
        3 => "query parameter",
        4 => "rest of the address",
        5 | 20 => "header field of the request",
        6 | 7 => "cookie",
        8 => "body of the request",
        9 => "trailer field of the request",
        10 => "status line",
        11 | 21 => "header field of the answer",
        12 => "body of the answer",
        13 => "trailer field of the answer",
        14 | 15 => "message",
        16 => "failure",
        18 | 19 => "answer before the answer",
        _ => "part",
    }
}
