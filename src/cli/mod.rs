//! Arguments to calls. The only room that knows all others.

#[cfg(all(feature = "proxy", feature = "browser"))]
mod admission;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod baseline;
mod beside;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod browsing;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod clock_watch;
mod close;
mod compare;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod control;
#[cfg(feature = "demo")]
mod demo;
mod discard;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod doctor;
mod export;
mod import;
mod init;
mod inputs;
mod inventory;
mod keep;
mod key;
mod lists;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod live;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod mark;
mod named_scenario;
mod open_mask;
mod outside;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod progress;
mod purge;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod reach;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod record;
mod recovery;
mod replay;
mod report;
mod rules;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod scenario;
mod seal;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod secrets;
mod seed;
mod share;
#[cfg(feature = "download")]
mod stamp;
#[cfg(feature = "download")]
mod stamps;
mod status;
#[cfg(all(feature = "proxy", feature = "browser"))]
mod unintercepted;
mod verify;
mod verify_case;
mod verify_copy;
mod verify_package;
mod verify_report;
mod verify_times;
mod verify_told;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::capture::read_with;
use crate::vault::SeedsKey;

/// What a run came to. Exit codes: 0 done, 1 something failed or differs, 2 could not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Something failed or differs; the rest was done.
    Differs,
    /// Could not be done.
    Impossible,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::from(0),
            Outcome::Differs => Self::from(1),
            Outcome::Impossible => Self::from(2),
        }
    }
}

/// Turns recorded browsing sessions into evidence of third-party data flows: an evidence log that can be verified and an annex for a DPIA.
#[derive(Debug, Parser)]
#[command(name = "dataspoor", version, max_term_width = 110)]
struct Arguments {
    /// Say more about what is done, on standard error (repeat for more).
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// File with your private key of age (as `age-keygen -o` writes it, readable by you only): opens encrypted recordings (repeat for more).
    #[arg(long, global = true, value_name = "FILE")]
    identity: Vec<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a case: its description, key and ledger.
    Init(init::Arguments),
    /// Close a case for good: destroys the key of its authority; nothing more can be recorded in it.
    Close(close::Arguments),
    /// The plan of a case as a matrix: recorded, missing, too old, start not clean, not used and why.
    Status(status::Arguments),
    /// Note that a recording of a case is not used, and why; it stays where it is.
    Discard(discard::Arguments),
    /// Remove recordings of a case whose time is over, and note it in the ledger.
    Purge(purge::Arguments),
    /// Record a visit: browse through the proxy; the annex is there when the browser closes.
    #[cfg(all(feature = "proxy", feature = "browser"))]
    Record(Box<record::Arguments>),
    /// Mark this moment in a recording that runs in another terminal.
    #[cfg(all(feature = "proxy", feature = "browser"))]
    Mark(mark::Arguments),
    /// Visit the target of a scenario without proxy and script, and keep the browser's own log: a control for what the interception changes.
    #[cfg(all(feature = "proxy", feature = "browser"))]
    Control(unintercepted::Arguments),
    /// Record the browser while it is idle, once per case and version, so that its own traffic can be told from that of a visit.
    #[cfg(all(feature = "proxy", feature = "browser"))]
    Baseline(Box<baseline::Arguments>),
    /// Record a simulated visit on this machine, with a real browser: shows everything without touching the internet.
    #[cfg(feature = "demo")]
    Demo(demo::Arguments),
    /// Replay recordings (of ours, or HAR, WARC, WACZ and flow files of mitmproxy): classify, write evidence log and annex.
    Replay(replay::Arguments),
    /// Write the annex of recordings, or of a whole case with its comparison, in the forms and languages that a reader needs.
    Report(Box<report::Arguments>),
    /// Compare recordings, scenarios or days, or a whole case: what differs, what varies, and what cannot be told.
    Compare(compare::Arguments),
    /// Take a recording that was made with another program (HAR, WARC, WACZ, flows of mitmproxy) into a case, as a recording of one of its scenarios.
    Import(import::Arguments),
    /// Write recordings in the formats of other programs: HAR, WARC, the folder of the Website Evidence Collector, one request as a command for curl.
    Export(Box<export::Arguments>),
    /// Keep something beside the recordings of a case: a text of the vendor, an answer to a request for access, a control that was not intercepted.
    #[command(subcommand)]
    Keep(keep::Command),
    /// Hold what is kept beside the recordings of a case against them: statements, answers to requests for access, controls.
    Beside(beside::Arguments),
    /// Check a recording, or an evidence log and annex, and make them again from the recording.
    Verify(verify::Arguments),
    /// Seal a recording: one file (WACZ) with everything that belongs to it, which other programs open and which is never written again.
    Seal(seal::Arguments),
    /// Make a copy of a sealed package for a court, the vendor or publication, with secrets masked; it can be proved against the seal of the original.
    Share(Box<share::Arguments>),
    /// Open a single mask of a masked copy for a judge, without giving the key of the case.
    Open(open_mask::Arguments),
    /// Check what a recording needs on this machine: browser, certificate, clock, disk, ports, resolver, rules.
    #[cfg(all(feature = "proxy", feature = "browser"))]
    Doctor(doctor::Arguments),
    /// Ask for the outside time that a recording wants.
    #[cfg(feature = "download")]
    Stamp(stamp::Arguments),
    /// Keep your keys for signing.
    #[command(subcommand)]
    Key(key::Command),
    /// Keep outside lists: filter lists, databases of cookies, trackers, aliases and addresses.
    #[command(subcommand)]
    Lists(lists::Command),
    /// Keep planted values: what you type on purpose, to see where it goes.
    #[command(subcommand)]
    Seed(seed::Command),
    /// Look into rule files.
    #[command(subcommand)]
    Rules(rules::Command),
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    // clap exits with 2 on wrong arguments, which is what "could not be done" is here.
    let arguments = Arguments::parse();
    say(arguments.verbose);
    for path in &arguments.identity {
        match SeedsKey::read(path) {
            Ok(key) => read_with(key.into_identities()),
            Err(error) => {
                complain(&error.to_string());
                return Outcome::Impossible.into();
            }
        }
    }
    let outcome = match arguments.command {
        Command::Init(arguments) => init::run(&arguments),
        Command::Close(arguments) => close::run(&arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Discard(arguments) => discard::run(&arguments),
        Command::Purge(arguments) => purge::run(&arguments),
        #[cfg(all(feature = "proxy", feature = "browser"))]
        Command::Record(arguments) => record::run(&arguments),
        #[cfg(all(feature = "proxy", feature = "browser"))]
        Command::Mark(arguments) => mark::run(&arguments),
        #[cfg(all(feature = "proxy", feature = "browser"))]
        Command::Doctor(arguments) => doctor::run(&arguments),
        #[cfg(all(feature = "proxy", feature = "browser"))]
        Command::Control(arguments) => unintercepted::run(&arguments),
        #[cfg(all(feature = "proxy", feature = "browser"))]
        Command::Baseline(arguments) => baseline::run(*arguments),
        #[cfg(feature = "demo")]
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Keep(command) => keep::run(&command),
        Command::Beside(arguments) => beside::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Seal(arguments) => seal::run(&arguments),
        Command::Share(arguments) => share::run(&arguments),
        Command::Open(arguments) => open_mask::run(&arguments),
        #[cfg(feature = "download")]
        Command::Stamp(arguments) => stamp::run(&arguments),
        Command::Key(command) => key::run(&command),
        Command::Lists(command) => lists::run(&command),
        Command::Seed(command) => seed::run(&command),
        Command::Rules(command) => rules::run(&command),
    };
    ended(outcome)
}

/// The program that checks and does nothing else: `dataspoor verify` by itself, in a build without what asks servers.
#[derive(Debug, Parser)]
#[command(name = "dataspoor-verify", version, max_term_width = 110)]
struct VerifyArguments {
    /// Say more about what is done, on standard error (repeat for more).
    #[arg(short, long, action = clap::ArgAction::Count)]
    verbose: u8,
    #[command(flatten)]
    verify: verify::Arguments,
}

/// Runs the program that only verifies, with the arguments of the process.
#[must_use]
pub fn run_verify() -> ExitCode {
    let arguments = VerifyArguments::parse();
    say(arguments.verbose);
    ended(verify::run(&arguments.verify))
}

/// How much is said on standard error.
fn say(verbose: u8) {
    // The driver of the browser complains of every message that is newer than its version of the protocol; that concerns nobody here.
    let filter = match verbose {
        0 => "warn,chromiumoxide=off,hudsucker=off",
        1 => "info,chromiumoxide=off,hudsucker=off",
        2 => "debug",
        _ => "trace",
    };
    let filter = tracing_subscriber::EnvFilter::new(filter);
    tracing_subscriber::fmt().with_writer(io::stderr).with_env_filter(filter).with_target(false).without_time().init();
}

/// What a run came to.
fn ended(outcome: anyhow::Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(outcome) => outcome.into(),
        // A reader of our output that went away is no failure of ours.
        Err(error) if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{error:#}"));
            Outcome::Impossible.into()
        }
    }
}

/// One paragraph on standard error.
fn complain(text: &str) {
    // If standard error is gone there is nobody left to tell.
    let _ = writeln!(io::stderr(), "dataspoor: {}", plain(text));
}

/// A text without characters that steer a terminal: what stands in recordings is somebody else's. Line feeds stay.
fn plain(text: &str) -> String {
    let steers = |sign: char| sign.is_control() && sign != '\n';
    text.chars().map(|sign| if steers(sign) { sign.escape_default().to_string() } else { sign.to_string() }).collect()
}
