//! `dataspoor export`: recordings in the formats of other programs.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};

use super::inputs::{JudgedBy, case_of, host_in, take_over};
use super::outside::of_case;
use super::recovery::take_up;
use super::{Outcome, complain, plain};
use crate::batch::{ExportOptions, Exported, Options, export_curl, export_har, export_warc, export_wec, folder_names};
use crate::capture::Capture;
use crate::interop::har;
use crate::vault::Case;

/// A format of another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// HAR 1.2.
    Har,
    /// WARC 1.1, gzipped by record.
    Warc,
    /// A folder with inspection.json, in the shape of the Website Evidence Collector.
    Wec,
    /// One request as a command for curl.
    Curl,
}

/// Export recordings.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Recordings: folders made by `dataspoor record`; HAR, WARC, WACZ and flow files.
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<PathBuf>,
    /// Format to write. What each cannot hold: docs/interop.md.
    #[arg(long, value_name = "FORMAT")]
    to: Format,
    /// File to write (wec: folder); with more than one source the folder for them. Nothing is written over. A command for curl is printed without it.
    #[arg(short, long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Number of the entry, for curl.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    entry: Option<u64>,
    /// Address of the page that is examined, where the recording does not say it.
    #[arg(long, value_name = "URL")]
    page: Option<String>,
    /// Use what is whole of a recording that is cut off; the output says so.
    #[arg(long)]
    partial: bool,
    /// Largest single entry, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = har::Options::default().max_entry_bytes)]
    max_entry_bytes: u64,
    /// Folder of the case that the recordings belong to.
    #[arg(long, value_name = "FOLDER")]
    case: Option<PathBuf>,
    #[command(flatten)]
    judged_by: JudgedBy,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    if let Some(page) = arguments.page.as_deref().filter(|page| host_in(page).is_none()) {
        bail!("--page {page:?} has no host; give an address such as https://www.facebook.com/ministry");
    }
    if (arguments.to == Format::Curl) != arguments.entry.is_some() {
        bail!("--entry N names the one request that --to curl writes; use both or neither");
    }
    let case = case_of(arguments.case.as_deref(), &arguments.sources)?;
    for path in arguments.sources.iter().filter(|path| Capture::is_at(path)) {
        take_up(path)?;
    }
    let reading = har::Options { max_entry_bytes: arguments.max_entry_bytes.max(1 << 20), partial: arguments.partial };
    let options = ExportOptions { case: case.as_ref().map(Case::key), reading, page: arguments.page.clone() };
    if arguments.to == Format::Curl {
        return command(arguments, &options);
    }
    let Some(out) = &arguments.out else { bail!("name the file or folder to write with --out") };
    let places: Vec<PathBuf> = match &arguments.sources[..] {
        [_] => vec![out.clone()],
        several => {
            let cannot = || format!("{}: the folder for the files cannot be made; name another with --out", out.display());
            fs::create_dir_all(out).with_context(cannot)?;
            let ending = match arguments.to {
                Format::Har => ".har",
                Format::Warc => ".warc.gz",
                Format::Wec | Format::Curl => "",
            };
            folder_names(several).iter().map(|name| out.join(format!("{name}{ending}"))).collect()
        }
    };
    let mut outcome = Outcome::Done;
    for (source, place) in arguments.sources.iter().zip(&places) {
        match one(arguments, case.as_ref(), &options, source, place)? {
            Ok(exported) => tell(source, place, exported)?,
            Err(error) => {
                complain(&error.to_string());
                outcome = if arguments.sources.len() == 1 { Outcome::Impossible } else { Outcome::Differs };
            }
        }
    }
    Ok(outcome)
}

fn one(
    arguments: &Arguments,
    case: Option<&Case>,
    options: &ExportOptions,
    source: &Path,
    place: &Path,
) -> anyhow::Result<Result<Exported, crate::batch::ExportError>> {
    Ok(match arguments.to {
        Format::Har => export_har(source, options, place),
        Format::Warc => export_warc(source, options, place),
        Format::Wec | Format::Curl => {
            let mut inputs = arguments.judged_by.load()?;
            case.into_iter().try_for_each(|case| take_over(&mut inputs, case))?;
            case.into_iter().try_for_each(|case| of_case(&mut inputs, case, &arguments.judged_by.store))?;
            let judged = Options { page: options.page.clone(), har: options.reading, case: options.case.clone(), ..Options::default() };
            export_wec(source, &inputs, &judged, place)
        }
    })
}

fn command(arguments: &Arguments, options: &ExportOptions) -> anyhow::Result<Outcome> {
    let ([source], Some(entry)) = (&arguments.sources[..], arguments.entry) else {
        bail!("--to curl writes one request of one recording; name one source");
    };
    let inputs = arguments.judged_by.load()?;
    let masked = export_curl(source, options, &inputs.rules, entry)?;
    masked.notes.iter().for_each(|note| complain(&format!("entry {entry}: {note}")));
    match &arguments.out {
        None => io::stdout().lock().write_all(&masked.command)?,
        Some(out) => {
            let cannot = || format!("{}: cannot be written; nothing is written over, so name another place with --out", out.display());
            fs::File::create_new(out).and_then(|mut file| file.write_all(&masked.command)).with_context(cannot)?;
        }
    }
    Ok(Outcome::Done)
}

fn tell(source: &Path, place: &Path, exported: Exported) -> io::Result<()> {
    let secrets = match exported.secrets {
        "masked" => "passwords and login tokens were masked as it was recorded; cookies and other values stand in it",
        "kept" => "it was recorded with secrets kept, and they stand in it: give it to nobody without looking into it",
        _ => "nothing in it was masked: give it to nobody without looking into it",
    };
    let (from, to) = (source.display().to_string(), place.display().to_string());
    writeln!(io::stdout(), "{}: {} entries of {}; {secrets}", plain(&to), exported.entries, plain(&from))
}
