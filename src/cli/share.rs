//! `dataspoor share`: a masked copy of a sealed package. The original stays as it is; the ledger of the case notes the copy.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::Args;

use super::inputs::{JudgedBy, case_of};
use super::recovery::now;
use super::seal::gather;
use super::{Outcome, complain};
use crate::analysis::planted::SeedKind;
use crate::batch::{Options, PAGE_IDS, PAGE_NAMES, PLATFORM_SITES, SIMULATED_SEEDS, replay};
use crate::capture::{Capture, PackedCapture, REPORT_FOLDER};
use crate::evidence::{CaseKey, Fingerprinter};
use crate::model::Digest;
use crate::package::{self, Extra, ExtraBytes, SEAL_FILE, SIGNATURE_FILE, SIGNER_FILE, Sealing, own, seal};
use crate::redact::Masker;
use crate::report::{TOOL, TOOL_VERSION};
use crate::share::{Copied, CopyOrder, KnownValue, ORIGINAL, PROOF_FILE, Profile, copy};
use crate::vault::{Case, LedgerLine, SeedsKey};

/// Longest file with values, or statement of a package, in bytes.
const LONGEST: u64 = 16 << 20;

/// What the paragraph about the examination itself is called in the package.
const PROCESSING: &str = "processing.txt";

/// Make a masked copy.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The sealed package.
    #[arg(value_name = "PACKAGE")]
    package: PathBuf,
    /// For whom: court (secrets, cookies, account numbers and planted values are masked; answers and pictures left out unless released), vendor (besides, what was
    /// sent to others than the vendor), publication (besides, every value that no rule allows to show).
    #[arg(long, value_name = "PROFILE", value_parser = profile)]
    profile: Profile,
    /// Folder of the case that the recording belongs to.
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
    /// The file to make [default: the package's name with the profile before its ending].
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Release the answer of this entry (repeat for more): you have looked at it, and it shows nobody who must not be shown.
    #[arg(long, value_name = "ENTRY")]
    release: Vec<u64>,
    /// Release this exhibit, by its number (repeat for more).
    #[arg(long, value_name = "NUMBER")]
    release_exhibit: Vec<u64>,
    /// File with values that must not get out, one on each line, besides those that rules and the case know: names of bystanders, say.
    #[arg(long, value_name = "FILE")]
    values: Option<PathBuf>,
    /// File with your private key of age that opens the planted values of the case, so that they can be looked for and masked.
    #[arg(long, value_name = "FILE")]
    seeds_key: Option<PathBuf>,
    /// Who has access to the original, for the paragraph about what the examination itself processed [default: what the case says] (repeat for more).
    #[arg(long, value_name = "TEXT")]
    access: Vec<String>,
    /// Until when the original is kept, for that paragraph: YYYY-MM-DD [default: what the case says].
    #[arg(long, value_name = "DATE")]
    kept_until: Option<String>,
    #[command(flatten)]
    judged_by: JudgedBy,
}

fn profile(text: &str) -> Result<Profile, String> {
    Profile::from_id(text).ok_or_else(|| "write court, vendor or publication".to_owned())
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let path = &arguments.package;
    let out = out_file(arguments)?;
    if out.symlink_metadata().is_ok() {
        bail!("{}: there is such a file already, and a sealed one is never written over; choose another place with --out", out.display());
    }
    let package = Arc::new(PackedCapture::open(path)?);
    let Some(statement) = file_of(&package, SEAL_FILE)? else {
        bail!("{}: is no package that dataspoor sealed; make one with `dataspoor seal`", path.display());
    };
    let Some(case) = case_of(Some(&arguments.case), std::slice::from_ref(path))? else { bail!("name the folder of the case with --case") };
    let key = case.key();
    let cannot = || format!("{}: cannot be read; check the file and its permissions", path.display());
    let checked = package::verify(&package, Some(&key), None).with_context(cannot)?;
    if let Some(problem) = checked.problems.first() {
        bail!("{}: does not verify ({problem}), so no copy is made of it; `dataspoor verify` lists everything", path.display());
    }
    let original = Capture::in_package(&package)?;
    let inputs = arguments.judged_by.load()?;
    let values = values(arguments, &case, &original)?;
    let (mut id, mut drawn) = ([0_u8; 16], [0_u8; 32]);
    for bytes in [&mut id[..], &mut drawn[..]] {
        getrandom::fill(bytes).map_err(|error| anyhow::anyhow!("the operating system gives no random numbers ({error})"))?;
    }
    let at = now();
    // Pseudonyms of one copy cannot be told from those of another, and the key that makes them is nowhere kept.
    let fingerprints = Fingerprinter::of_secrets(&CaseKey::of_case(drawn));
    let masker = Masker::new(inputs.rules.secret_rules().into(), Arc::new(move |secret| fingerprints.of(secret).0));
    let vendor = original.session.platform.as_deref().or(Some(&case.file.platform)).and_then(|id| inputs.rules.owner_named(id));
    let of_vendor = |host: &str| {
        let domain = inputs.domain_of(host);
        vendor.is_some() && inputs.rules.owner_of(host, &domain).map(|found| found.owner) == vendor
    };
    let work = tempfile::Builder::new()
        .prefix(".sharing-")
        .tempdir_in(out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))?;
    let folder = work.path().join("copy");
    let order = CopyOrder {
        original: &original,
        path,
        case: Some(&key),
        seal: Digest::of(&statement),
        rules: &inputs.rules,
        values,
        of_vendor: &of_vendor,
        profile: arguments.profile,
        released: arguments.release.iter().copied().collect(),
        released_exhibits: arguments.release_exhibit.iter().copied().collect(),
        masker,
        id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
        made: at,
        settings: settings(&case, &original),
    };
    let copied = copy(&order, &folder)?;
    let stated = checked.statement.as_ref();
    if stated.is_none_or(|stated| stated.entries.root != copied.entries_root || stated.custody.root != copied.lines_root) {
        bail!("{}: the copy does not come to the roots of the seal, so nothing was written. Please report this", path.display());
    }
    let options = Options {
        languages: vec![case.file.language.parse().map_err(|_| anyhow::anyhow!("the case names no language"))?],
        ..Options::default()
    };
    replay(&folder, &inputs, &options, Some(&folder.join(REPORT_FOLDER)))?;
    let (mut extras, notes) = gather((arguments.judged_by.rules.as_deref(), &arguments.judged_by.store), &folder, None)?;
    extras.push(Extra { name: PROOF_FILE.to_owned(), bytes: ExtraBytes::Here(copied.proof.clone()) });
    extras.push(Extra {
        name: PROCESSING.to_owned(),
        bytes: ExtraBytes::Here(processing(arguments, &case, &original, &copied).into_bytes()),
    });
    extras.push(Extra { name: format!("{ORIGINAL}{SEAL_FILE}"), bytes: ExtraBytes::Here(statement.clone()) });
    let times = package.in_order().filter_map(|(member, _)| member.strip_prefix("dataspoor/"));
    let times: Vec<String> = times.filter(|name| name.starts_with("seal") && name.ends_with(".tsr")).map(str::to_owned).collect();
    for name in [SIGNATURE_FILE, SIGNER_FILE].map(str::to_owned).into_iter().chain(times) {
        if let Some(bytes) = file_of(&package, &name)? {
            extras.push(Extra { name: format!("{ORIGINAL}{name}"), bytes: ExtraBytes::Here(bytes) });
        }
    }
    let sealing = Sealing { tool: format!("{TOOL} {TOOL_VERSION}"), at, case: None, extras, signer: None, stamp: None };
    // Held before anything gets its name: what cannot be noted is not handed over.
    let mut ledger = case.ledger()?;
    let sealed = seal(&folder, &out, &sealing)?;
    let number = original.session.case.as_ref().map(|of| of.number).unwrap_or_default();
    ledger
        .append(&LedgerLine::Shared {
            number,
            at: at.to_string(),
            profile: arguments.profile.id().to_owned(),
            file: out.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            sha256: sealed.sha256.to_string(),
            seal_sha256: Digest::of(&statement).to_string(),
            released: arguments.release.clone(),
            released_exhibits: arguments.release_exhibit.clone(),
        })
        .with_context(|| {
            format!("{}: was written, but the ledger of the case does not note it; remove it and share again", out.display())
        })?;
    notes.iter().for_each(|note| complain(note));
    tell(&out, &copied, &sealed.sha256)?;
    Ok(Outcome::Done)
}

fn tell(out: &Path, copied: &Copied, sha256: &Digest) -> io::Result<()> {
    for label in &copied.too_short {
        complain(&format!("{label} is too short to be looked for, so it may stand in the copy; look before you hand it over"));
    }
    writeln!(
        io::stdout(),
        "{}: a masked copy, sha256 {sha256}\n  values masked in {} entries, bodies left out of {}, {} exhibits left out, {} of {} records of the log shown\n  {} account \
         numbers were found by rules and masked. What no rule and no list of yours names may still stand in fields that are shown: look before you hand it over.\n\
         The ledger of the case notes it. `dataspoor verify` proves it against the seal of the original, without the key of the case.",
        out.display(),
        copied.masked,
        copied.withheld,
        copied.exhibits,
        copied.lines_shown,
        copied.lines,
        copied.accounts,
    )
}

fn out_file(arguments: &Arguments) -> anyhow::Result<PathBuf> {
    if let Some(out) = &arguments.out {
        return Ok(out.clone());
    }
    let stem =
        arguments.package.file_stem().with_context(|| format!("{}: name the file to make with --out", arguments.package.display()))?;
    Ok(arguments.package.with_file_name(format!("{}.{}.wacz", stem.to_string_lossy(), arguments.profile.id())))
}

/// A file of ours in the package.
fn file_of(package: &PackedCapture, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
    let path = own(name);
    if !package.has(&path) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let read = package.open_file(&path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes));
    read.with_context(|| format!("{}, {path}: cannot be read", package.path().display()))?;
    Ok(Some(bytes))
}

/// Values that must not get out: planted ones, those of a simulated visit, and those that the operator names.
fn values(arguments: &Arguments, case: &Case, original: &Capture) -> anyhow::Result<Vec<KnownValue>> {
    let mut values = Vec::new();
    if !case.seeds()?.seeds.is_empty() {
        let Some(key) = &arguments.seeds_key else {
            bail!(
                "{}: this case has planted values, and without their key they cannot be masked; pass it with --seeds-key",
                case.folder().display()
            );
        };
        for seed in case.open_seeds(&SeedsKey::read(key)?)? {
            let kind = SeedKind::from_id(&seed.record.kind).unwrap_or(SeedKind::Text);
            values.push(KnownValue { label: seed.record.id, kind, value: seed.value });
        }
    }
    let simulated = original.session.settings.get(SIMULATED_SEEDS).map(String::as_str).unwrap_or_default();
    for (index, line) in simulated.lines().enumerate() {
        if let [kind, _, value] = line.splitn(3, '\t').collect::<Vec<_>>()[..] {
            let kind = SeedKind::from_id(kind).unwrap_or(SeedKind::Text);
            values.push(KnownValue { label: format!("simulated-seed-{}", index + 1), kind, value: value.to_owned() });
        }
    }
    if let Some(path) = &arguments.values {
        let mut text = String::new();
        let read = fs::File::open(path).and_then(|file| file.take(LONGEST).read_to_string(&mut text));
        read.with_context(|| format!("{}: cannot be read as text; write one value on each line", path.display()))?;
        let named = text.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate();
        values.extend(named.map(|(index, value)| KnownValue {
            label: format!("line {} of {}", index + 1, path.display()),
            kind: SeedKind::Text,
            value: value.to_owned(),
        }));
    }
    Ok(values)
}

/// What the copy's session says in place of the case, so that whoever replays it comes to the same.
fn settings(case: &Case, original: &Capture) -> BTreeMap<String, String> {
    let own = &original.session.settings;
    let sites: BTreeSet<String> = case.file.pages.iter().filter_map(|page| crate::site::host_in(page)).collect();
    let given = [
        (PLATFORM_SITES, sites.into_iter().collect::<Vec<_>>().join(" ")),
        (PAGE_IDS, case.file.page_ids.join("\n")),
        (PAGE_NAMES, case.file.page_names.join("\n")),
    ];
    given
        .into_iter()
        .filter(|(name, value)| !value.is_empty() && !own.contains_key(*name))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// What the examination itself processed, who has access, until when: a paragraph in Dutch and in English.
fn processing(arguments: &Arguments, case: &Case, original: &Capture, copied: &Copied) -> String {
    let number = original.session.case.as_ref().map(|of| of.number).unwrap_or_default();
    let retention = case.file.retention.as_ref();
    let said = if arguments.access.is_empty() {
        retention.map(|retention| retention.access.clone()).unwrap_or_default()
    } else {
        arguments.access.clone()
    };
    let access = (!said.is_empty()).then(|| said.join("; "));
    let (access_nl, access_en) =
        (access.clone().unwrap_or_else(|| "niet opgegeven".to_owned()), access.unwrap_or_else(|| "not stated".to_owned()));
    let until = arguments.kept_until.as_deref().or(retention.map(|retention| retention.until.as_str()));
    format!(
        "Wat dit onderzoek zelf heeft verwerkt\n\n\
         De vastlegging waarvan dit een gemaskeerde kopie is (zaak {id}, nummer {number}, begonnen {started}), bevat wat de browser van de onderzoeker heeft verzonden en ontvangen: \
         IP-adressen, cookies en andere kenmerken, accountnummers ({accounts} gevonden), ingevoerde gegevens, en in antwoorden en afbeeldingen mogelijk namen en berichten van anderen. In deze kopie zijn \
         waarden in {masked} vermeldingen gemaskeerd en is de inhoud van {withheld} vermeldingen en {exhibits} bewijsstukken weggelaten. Onderzoeker: {auditor}. Toegang tot het origineel: {access_nl}. \
         Bewaard tot: {until_nl}.\n\n\
         What this examination itself processed\n\n\
         The recording of which this is a masked copy (case {id}, number {number}, begun {started}) holds what the examiner's browser sent and received: IP addresses, cookies and other identifiers, account \
         numbers ({accounts} found), data that were entered, and in answers and pictures possibly names and messages of others. In this copy values are masked in {masked} entries, and the content of \
         {withheld} entries and {exhibits} exhibits is left out. Examiner: {auditor}. Access to the original: {access_en}. Kept until: {until_en}.\n",
        id = case.file.id,
        started = original.session.started,
        accounts = copied.accounts,
        masked = copied.masked,
        withheld = copied.withheld,
        exhibits = copied.exhibits,
        auditor = case.file.auditor,
        until_nl = until.unwrap_or("niet opgegeven"),
        until_en = until.unwrap_or("not stated"),
    )
}
