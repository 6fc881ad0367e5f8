//! `dataspoor demo --case`: a whole case against the simulated platform, unattended: personas, paths of choices, targets and repetitions by its plan, each
//! recorded with a real browser. What is there already is not recorded again.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::Arguments;
use crate::batch::{Inputs, SIMULATED_SEEDS};
use crate::cli::Outcome;
use crate::cli::inputs::take_over;
use crate::cli::progress::{Form, Progress};
use crate::cli::record::planned::{missing, record_all};
use crate::cli::recovery::{now, take_up_interrupted};
use crate::cli::scenario::Ground;
use crate::cli::secrets::Secrets;
use crate::demo::case::{Size, files};
use crate::demo::{NOTICE, World, plan};
use crate::model::Digest;
use crate::plan::Cell;
use crate::proxy::{Admission, Mapping, Settings};
use crate::report::text::Lang;
use crate::vault::{Auditee, CASE_FILE, Case, CaseFile};

/// Records what is missing of the demo case in `folder`, which is made if it is not there.
pub(super) fn run(arguments: &Arguments, folder: &Path, world: &World, inputs: &mut Inputs, form: Form) -> anyhow::Result<Outcome> {
    let size = if arguments.all_cells { Size::Full } else { Size::Subset };
    let case = if Case::is_at(folder) { Case::open(folder)? } else { make(folder, size)? };
    case.check_open()?;
    if case.file.title != TITLE {
        bail!("{}: this is another case than that of the demo; choose another folder with --case", folder.display());
    }
    take_up_interrupted(&case)?;
    take_over(inputs, &case)?;
    let map: Vec<Mapping> =
        world.hosts().iter().map(|host| Mapping { host: (*host).to_owned(), port: None, to: world.address() }).collect();
    let open = |authority| {
        crate::cli::live::Opened::new(Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            authority,
            upstream_roots: world.authority_pem().as_bytes().to_vec(),
            map: map.clone(),
            allow_private_upstream: false,
            only_mapped: true,
            admission: Admission::default(),
            reach: crate::proxy::Reach::default(),
        })
    };
    let planted: Vec<String> = plan::PLANTED.iter().map(|(kind, label, value)| format!("{kind}\t{label}\t{value}")).collect();
    let progress = Progress::new(form, inputs);
    progress.say(&format!("Simulated: {NOTICE}."));
    let ground = Ground {
        case: &case,
        inputs,
        progress: &progress,
        form,
        languages: if arguments.languages.is_empty() { vec![Lang::Nl] } else { arguments.languages.clone() },
        secrets: &Secrets::default(),
        stamps: arguments.stamps.stamps(Some(&case))?,
        seeds: BTreeMap::new(),
        open: &open,
        browser: arguments.browser.clone(),
        headless: arguments.headless,
        simulated: Some(NOTICE.to_owned()),
        settings: BTreeMap::from([(SIMULATED_SEEDS.to_owned(), planted.join("\n"))]),
        map: map.iter().map(ToString::to_string).collect(),
        private_upstream: false,
        upstream_roots: Some(Digest::of(world.authority_pem().as_bytes()).to_string()),
    };
    let plan = case.plan()?;
    let missing = missing(&case, &[])?;
    let wanted: Vec<(&Cell, u32)> = missing
        .iter()
        .filter(|(name, _)| arguments.wants(name))
        .filter_map(|(name, repetition)| Some((plan.cell(name)?, *repetition)))
        .collect();
    let outcome = record_all(&ground, &wanted, true)?;
    progress.say(&format!("The case lies in {}; look at it with `dataspoor status --case {}`.", folder.display(), folder.display()));
    Ok(outcome)
}

/// By which the case of the demo is known again.
const TITLE: &str = "GESIMULEERD: Pages van het Ministerie van Voorbeelden";

/// Makes the case with its plan and its steps.
fn make(folder: &Path, size: Size) -> anyhow::Result<Case> {
    let (mut secret, mut id) = ([0; 32], [0; 8]);
    for bytes in [&mut secret[..], &mut id[..]] {
        getrandom::fill(bytes).map_err(|error| anyhow::anyhow!("the operating system gives no random numbers ({error})"))?;
    }
    let file = CaseFile {
        id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
        title: TITLE.to_owned(),
        auditor: "dataspoor demo".to_owned(),
        platform: "meta".to_owned(),
        language: Lang::Nl.to_string(),
        pages: vec![plan::PAGE.to_owned()],
        page_ids: vec![plan::PAGE_ID.to_owned()],
        page_names: vec![plan::PAGE_NAME.to_owned()],
        auditee: Auditee { name: plan::PAGE_NAME.to_owned(), domains: Vec::new() },
        ..CaseFile::default()
    };
    Case::create(folder, file, secret, now())?;
    for (name, text) in files(size) {
        let path = folder.join(name);
        let cannot = || format!("{}: cannot be written; check the folder's permissions and free space", path.display());
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(cannot)?;
        }
        let before = if name == CASE_FILE { fs::read_to_string(&path).with_context(cannot)? } else { String::new() };
        fs::write(&path, before + &text).with_context(cannot)?;
    }
    Ok(Case::open(folder)?)
}
