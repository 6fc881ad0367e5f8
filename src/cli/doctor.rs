//! `dataspoor doctor`: looks whether this machine has what a recording needs, and says for each thing that is missing what to do. It mends
//! nothing, records nothing, and asks the network nothing unless it is told to.

mod authority;
mod machine;
mod programs;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::inputs::JudgedBy;
use super::{Outcome, control, plain};
use crate::vault::{CAPTURES_FOLDER, Case};

/// Check this machine.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the case that is to be recorded for; by default the current folder, if it is one.
    #[arg(long, value_name = "FOLDER")]
    case: Option<PathBuf>,
    /// Folder below which recordings are to lie [default: that of the case, or the current one].
    #[arg(short, long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// The Chromium that is to be started.
    #[arg(long, value_name = "PROGRAM")]
    browser: Option<PathBuf>,
    /// Certificate of an authority of your own (PEM), as given to record.
    #[arg(long, value_name = "FILE", requires = "ca_key")]
    ca_cert: Option<PathBuf>,
    /// The key of that authority (PEM).
    #[arg(long, value_name = "FILE", requires = "ca_cert")]
    ca_key: Option<PathBuf>,
    /// Look this name up too. Without this option nothing is asked of the network.
    #[arg(long, value_name = "NAME")]
    network: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    judged_by: JudgedBy,
}

/// How it stands with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    /// As it should be.
    Good,
    /// A recording can be made; something is less than it could be.
    Note,
    /// A recording cannot be made, or not be relied on.
    Bad,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Check {
    id: &'static str,
    state: State,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl Check {
    fn good(id: &'static str, found: impl Into<String>) -> Self {
        Self { id, state: State::Good, found: found.into(), remedy: None }
    }

    fn note(id: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { id, state: State::Note, found: found.into(), remedy: Some(remedy.into()) }
    }

    fn bad(id: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { id, state: State::Bad, found: found.into(), remedy: Some(remedy.into()) }
    }

    /// From an error whose words say themselves what to do after the last semicolon, as those of this program do.
    fn failed(id: &'static str, error: &str) -> Self {
        match error.rsplit_once("; ") {
            Some((found, remedy)) => Self::bad(id, found, remedy),
            None => Self::bad(id, error, "mend what is said there, and run dataspoor doctor again"),
        }
    }
}

#[derive(Serialize)]
struct Findings<'c> {
    tool: String,
    passed: bool,
    checks: &'c [Check],
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let here = Path::new(".");
    let case = arguments.case.as_deref().or_else(|| Case::is_at(here).then_some(here));
    // A folder that is no case is a mistake in the arguments, not in the machine.
    if let Some(folder) = case {
        Case::open(folder)?;
    }
    let below = arguments.out.clone().unwrap_or_else(|| case.map_or_else(|| here.to_owned(), |case| case.join(CAPTURES_FOLDER)));
    let watch = machine::Watch::start();
    let own = arguments.ca_cert.as_deref().zip(arguments.ca_key.as_deref());
    let mut checks = vec![
        programs::chromium(arguments.browser.as_deref()),
        programs::firefox(),
        programs::certutil(),
        programs::screen(),
        authority::authority(own, case),
        authority::trust(own, case),
        authority::secrets(case),
        machine::disk(&below),
        machine::port(super::record::USUAL_PORT),
        machine::resolver(Path::new("/etc/resolv.conf"), arguments.network.as_deref()),
        machine::roots(),
        match arguments.judged_by.load() {
            Ok(inputs) => Check::good(
                "rules",
                format!(
                    "{} owners and {} cookie rules load; {} outside lists",
                    inputs.rules.owners.len(),
                    inputs.rules.cookies.len(),
                    inputs.lists.len()
                ),
            ),
            Err(error) => {
                Check::bad("rules", format!("{error:#}"), "check them with `dataspoor rules check`, or leave --rules and --list away")
            }
        },
        machine::open_files(),
        match control::place() {
            Ok(place) => Check::good("marks", format!("`dataspoor mark` finds recordings through {}", place.display())),
            Err(error) => Check::note("marks", format!("{error:#}"), "until then marks can be made on the proxy's own page only"),
        },
    ];
    // Last, so that the clocks had time to come apart.
    checks.push(machine::clock(&watch));
    let passed = checks.iter().all(|check| check.state != State::Bad);
    let mut out = io::stdout();
    if arguments.json {
        let findings = Findings { tool: format!("dataspoor {}", env!("CARGO_PKG_VERSION")), passed, checks: &checks };
        serde_json::to_writer(&mut out, &findings)?;
        writeln!(out)?;
    } else {
        out.write_all(text(&checks).as_bytes())?;
    }
    Ok(if passed { Outcome::Done } else { Outcome::Differs })
}

/// For people: a line for each check, and below it what to do.
fn text(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        let state = match check.state {
            State::Good => "good",
            State::Note => "note",
            State::Bad => "BAD",
        };
        text.push_str(&format!("{state:<5} {:<10} {}\n", check.id, plain(&check.found).replace('\n', "\n                 ")));
        if let Some(remedy) = &check.remedy {
            text.push_str(&format!("                 -> {}\n", plain(remedy)));
        }
    }
    let bad = checks.iter().filter(|check| check.state == State::Bad).count();
    text.push_str(&match bad {
        0 => "A recording can be made.\n".to_owned(),
        1 => "1 check failed: a recording cannot be made, or not be relied on.\n".to_owned(),
        bad => format!("{bad} checks failed: a recording cannot be made, or not be relied on.\n"),
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_state_finding_and_remedy() {
        let checks = [Check::good("a", "is there"), Check::note("b", "is old", "renew it"), Check::failed("c", "/x: is gone; restore it")];
        assert_eq!(
            text(&checks),
            "good  a          is there\nnote  b          is old\n                 -> renew it\nBAD   c          /x: is gone\n                 -> restore it\n\
             1 check failed: a recording cannot be made, or not be relied on.\n"
        );
        assert_eq!(text(&checks[..1]).lines().last(), Some("A recording can be made."));
    }
}
