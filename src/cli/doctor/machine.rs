//! What a recording needs of the machine itself: clock, disk, port, resolver, roots, descriptors. It writes one file, which is gone afterwards.

use std::fs::{self, File};
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use indicatif::HumanBytes;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::super::record::wall_clock;
use super::Check;
use crate::model::Timestamp;
use crate::rules::BUILTIN;

/// Written to see whether the disk takes it.
const PIECE: usize = 1 << 20;
/// With less free space than this a recording would soon end, in bytes.
const LEAST: u64 = 256 << 20;
/// With less than this a long visit may not fit.
const COMFORTABLE: u64 = 2 << 30;
/// Open files below which many connections at once do not fit.
const FILES: u64 = 4_096;
/// How far the clocks may come apart while the checks run.
const APART: Duration = Duration::from_millis(500);
/// A clock that is further ahead than this is not believed.
const YEARS: i64 = 20;
/// Where systems keep the authorities they trust, beside what SSL_CERT_FILE names.
const ROOTS: [&str; 4] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"];

/// Both clocks at one moment.
pub(super) struct Watch {
    wall: SystemTime,
    steady: Instant,
}

impl Watch {
    #[allow(clippy::disallowed_methods, reason = "this is the check of the clock")]
    pub(super) fn start() -> Self {
        Self { wall: wall_clock(), steady: Instant::now() }
    }
}

/// The clock: plausible, not set while we look, and kept by somebody.
pub(super) fn clock(since: &Watch) -> Check {
    let now = Watch::start();
    let steady = now.steady.saturating_duration_since(since.steady);
    let wall = now.wall.duration_since(since.wall);
    let at = now.wall.duration_since(UNIX_EPOCH).unwrap_or_default();
    let at = Timestamp::from_nanoseconds(i64::try_from(at.as_nanos()).unwrap_or(i64::MAX));
    let remedy = "set the clock, for instance with `timedatectl set-ntp true`; every time in the evidence rests on it";
    if let Some(words) = implausible(at, newest_rule()) {
        return Check::bad("clock", words, remedy);
    }
    if wall.is_err() || wall.is_ok_and(|wall| wall.abs_diff(steady) > APART) {
        return Check::bad(
            "clock",
            format!("it was set while it was looked at (now {at})"),
            "wait until it is set, then run dataspoor doctor again",
        );
    }
    match synchronised() {
        Some(true) => Check::good("clock", format!("{at}, kept by a time server")),
        Some(false) => Check::note("clock", format!("{at}, not kept by a time server"), remedy),
        None => Check::note(
            "clock",
            format!("{at}; whether a time server keeps it cannot be seen here"),
            "compare it with another clock before a recording, and note the difference",
        ),
    }
}

/// Why a time cannot be right, for a program whose rules are of a known day.
fn implausible(at: Timestamp, newest: Option<Timestamp>) -> Option<String> {
    let newest = newest?;
    let years = (at.as_seconds() - newest.as_seconds()) / (365 * 86_400);
    if at < newest {
        return Some(format!("{at} lies before the day of the newest built-in rule file, {newest}"));
    }
    (years >= YEARS).then(|| format!("{at} lies {years} years after the newest built-in rule file"))
}

/// The day of the newest built-in rule file: this program cannot be older.
fn newest_rule() -> Option<Timestamp> {
    let days = BUILTIN.iter().flat_map(|(_, text)| text.lines()).filter_map(|line| {
        let day = line.strip_prefix("version")?.trim_start().strip_prefix('=')?.trim().trim_matches('"');
        Timestamp::parse(&format!("{day}T00:00:00Z"))
    });
    days.max()
}

/// Whether systemd says that the clock is synchronised.
fn synchronised() -> Option<bool> {
    let asked = ["show", "--property=NTPSynchronized", "--value"];
    let output = Command::new("timedatectl").args(asked).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    match String::from_utf8_lossy(&output.stdout).trim() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// The folder for recordings: can be written, forced to the disk, and has room.
pub(super) fn disk(folder: &Path) -> Check {
    let Some(there) =
        std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()).ancestors().find(|path| path.is_dir()).map(PathBuf::from)
    else {
        return Check::bad("disk", format!("{}: there is no such folder", folder.display()), "choose another folder with --out");
    };
    let written = tempfile::NamedTempFile::new_in(&there).and_then(|mut file| {
        file.write_all(&vec![0xa5; PIECE])?;
        file.as_file().sync_all()?;
        // The name of a new file is safe only once its folder is.
        File::open(&there)?.sync_all()?;
        let read = fs::read(file.path())?;
        if read.len() == PIECE && read.iter().all(|byte| *byte == 0xa5) {
            Ok(())
        } else {
            Err(std::io::Error::other("it gives back something else"))
        }
    });
    if let Err(error) = written {
        let found = format!("{}: a file cannot be written, forced to the disk and read back ({error})", there.display());
        return Check::bad("disk", found, "see to its permissions and free space, or choose another folder with --out");
    }
    let free = match rustix::fs::statvfs(&there) {
        Ok(system) => system.f_bavail.saturating_mul(system.f_frsize),
        Err(error) => {
            return Check::note("disk", format!("{}: its free space cannot be seen ({error})", there.display()), "see to it yourself");
        }
    };
    judged(&there, free)
}

fn judged(there: &Path, free: u64) -> Check {
    let words = format!("{}: can be written and forced to the disk; {} free", there.display(), HumanBytes(free));
    let remedy = "make room, or choose a folder on another disk with --out; a visit with videos takes some hundred MB";
    match free {
        free if free < LEAST => Check::bad("disk", words, remedy),
        free if free < COMFORTABLE => Check::note("disk", words, remedy),
        _ => Check::good("disk", words),
    }
}

/// The port for one's own browser.
pub(super) fn port(port: u16) -> Check {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Check::good("port", format!("127.0.0.1:{port} is free, for recordings with --no-browser")),
        Err(error) => Check::note(
            "port",
            format!("127.0.0.1:{port} cannot be listened on ({error})"),
            "with --no-browser choose another port with --listen 127.0.0.1:0; other recordings take any free one",
        ),
    }
}

/// Name servers; and a look-up, if one is asked for.
pub(super) fn resolver(file: &Path, name: Option<&str>) -> Check {
    let remedy = "see to the network of this machine: its file names the name servers that are asked for every host";
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return Check::bad("resolver", format!("{}: cannot be read ({error})", file.display()), remedy),
    };
    let servers: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("nameserver")).map(str::trim).collect();
    if servers.is_empty() {
        return Check::note("resolver", format!("{}: names no name server, so the one of this machine is asked", file.display()), remedy);
    }
    let words = format!("name servers {}", servers.join(", "));
    let Some(name) = name else { return Check::good("resolver", format!("{words}; nothing was asked of them (--network NAME does)")) };
    match (name, 443).to_socket_addrs().map(Iterator::collect::<Vec<_>>) {
        Ok(found) if !found.is_empty() => {
            let addresses: Vec<String> = found.iter().map(|address| address.ip().to_string()).collect();
            Check::good("resolver", format!("{words}; {name} is {}", addresses.join(", ")))
        }
        Ok(_) => Check::bad("resolver", format!("{words}; {name} has no address"), "check the name, and that this machine has a network"),
        Err(error) => Check::bad("resolver", format!("{words}; {name}: {error}"), "check the name, and that this machine has a network"),
    }
}

/// The authorities by which this system checks servers.
pub(super) fn roots() -> Check {
    let named = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let count = |path: &Path| CertificateDer::pem_file_iter(path).map(|list| list.filter(Result::is_ok).count()).unwrap_or_default();
    let files = named.into_iter().chain(ROOTS.iter().map(PathBuf::from));
    match files.map(|path| (count(&path), path)).find(|(count, _)| *count > 0) {
        Some((count, path)) => Check::good("roots", format!("{count} authorities in {}", path.display())),
        None => {
            Check::bad("roots", "this system has no list of authorities to check servers by", "install the Debian package ca-certificates")
        }
    }
}

/// How many files may be open at once; a recording raises its own limit to the highest it may.
pub(super) fn open_files() -> Check {
    match rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum {
        Some(most) if most < FILES => Check::note(
            "files",
            format!("only {most} files may be open at once"),
            format!("raise the limit to {FILES} or more (ulimit -Hn, or LimitNOFILE of a service)"),
        ),
        Some(most) => Check::good("files", format!("{most} files may be open at once")),
        None => Check::good("files", "any number of files may be open at once"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::State;

    #[test]
    fn a_clock_that_cannot_be_right_is_said() {
        let at = |text: &str| Timestamp::parse(text).expect("a time");
        let rules = newest_rule();
        assert!(rules.is_some_and(|rules| rules > at("2026-01-01T00:00:00Z")), "{rules:?}");
        let rules = Some(at("2026-11-22T00:00:00Z"));
        for (now, words) in
            [("1970-01-01T00:01:00Z", "before the day"), ("2026-11-21T23:59:59Z", "before"), ("2106-02-07T06:28:15Z", "79 years")]
        {
            assert!(implausible(at(now), rules).is_some_and(|found| found.contains(words)), "{now}");
        }
        assert_eq!(implausible(at("2027-03-01T00:00:00Z"), rules), None);
    }

    #[test]
    fn disks_ports_and_name_servers() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_ne!(disk(&folder.path().join("to/come")).state, State::Bad);
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 0, "nothing is left behind");
        for (free, state) in [(0, State::Bad), (LEAST, State::Note), (COMFORTABLE, State::Good)] {
            assert_eq!(judged(folder.path(), free).state, state, "{free}");
        }
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let taken = holder.local_addr().expect("an address").port();
        assert_eq!(port(taken).state, State::Note);
        let file = folder.path().join("resolv.conf");
        assert_eq!(resolver(&file, None).state, State::Bad);
        fs::write(&file, "search a.nl\n").expect("written");
        assert_eq!(resolver(&file, None).state, State::Note);
        fs::write(&file, "# none\nnameserver 192.0.2.1\nnameserver 192.0.2.2\n").expect("written");
        let check = resolver(&file, None);
        assert!(check.state == State::Good && check.found.starts_with("name servers 192.0.2.1, 192.0.2.2"), "{check:?}");
        assert_eq!(resolver(&file, Some("127.0.0.1")).state, State::Good);
    }
}
