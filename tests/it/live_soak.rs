//! A soak: the running program under mixed load, looked at from outside through `/proc`. Descriptors, threads and memory must not grow with what
//! has passed, and nothing that a client had in full may be missing from the recording. It measures no speed.
//!
//! 15 seconds by default, as many as `DATASPOOR_SOAK` says otherwise. By hand, for the figures in `docs/performance.md`: `make soak`.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use dataspoor::capture::Capture;
use dataspoor::model::{BodyState, Custody};
use tokio::time::sleep;

use super::corpus::run;
use super::live_archive::sum;
use super::live_bench::Recorded;
use super::live_chat::hold_messages;
use super::live_load::{ASKING, HOSTS, Load, Servers};
use super::live_origin::Pattern;

/// How often the program is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// How long descriptors and threads may take to come back after the last client has gone. Threads that wait for files are kept for 10 s by the
/// runtime; entries hold their files until they are analysed.
const PATIENCE: Duration = Duration::from_secs(40);

/// How long a connection to a server is kept that nobody uses: 60 s, looked for every 10 s (`IDLE` and `SWEEP` in `src/proxy/pool.rs`), and
/// time to spare. A short soak does not wait for it, and lets these connections be.
const KEPT_TO_SERVERS: Duration = Duration::from_secs(60 + 10 + 30);

/// A soak of at least so many seconds waits for that too.
const LONG_SOAK: u64 = 60;

/// Megabytes as `/proc` counts them, in kB.
const MEGABYTE: u64 = 1024;

/// How much more memory may be in use (median over a quarter of the time) in the last quarter than in the second, in kB, whatever passes: the
/// analysis keeps 16 MB of what it has observed before it takes a file, and bodies under way, at most 8 MB by the budget of the proxy, differ
/// between two moments.
const MORE: u64 = (16 + 8) * MEGABYTE;

/// What each exchange leaves behind in memory by design, in bytes, at most: its place in the analysis' index (56 bytes, in a vector that doubles).
const EACH_EXCHANGE: u64 = 128;

/// What each connection to a server leaves behind: what the custody log said of it last, so that it says it once (`capture::Writer::connections`).
const EACH_CONNECTION: u64 = 512;

/// Descriptors of the program, by what they are.
#[derive(Debug, Default)]
struct Descriptors {
    /// Connections from clients.
    clients: usize,
    /// Connections to servers.
    servers: usize,
    /// Everything else: where each leads.
    others: Vec<String>,
    /// Files without a name: what the analysis has observed goes to one once it is more than 16 MB.
    unnamed: usize,
}

impl Descriptors {
    fn count(&self) -> usize {
        self.clients + self.servers + self.others.len() + self.unnamed
    }
}

/// The program at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sample {
    /// VmRSS in kB.
    memory: u64,
    descriptors: usize,
    threads: usize,
}

/// Looks at the program through `/proc` (proc(5)).
struct Watch {
    pid: u32,
    proxy: SocketAddr,
    servers: Vec<SocketAddr>,
}

impl Watch {
    fn entries(&self, folder: &str) -> Vec<String> {
        let listed = fs::read_dir(format!("/proc/{}/{folder}", self.pid)).expect("it runs");
        listed.map(|entry| entry.expect("it runs").path().display().to_string()).collect()
    }

    fn sample(&self) -> Sample {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a process has memory");
        let memory = line.trim().strip_suffix(" kB").and_then(|text| text.parse().ok()).expect("a number of kB");
        Sample { memory, descriptors: self.entries("fd").len(), threads: self.entries("task").len() }
    }

    /// What every descriptor is. One that is closed meanwhile is left out, or is among the others: whoever waits for few of them looks again.
    fn descriptors(&self) -> Descriptors {
        let links = self.entries("fd").into_iter().filter_map(|path| fs::read_link(path).ok()).map(|link| link.display().to_string());
        let links: Vec<String> = links.collect();
        let table = fs::read_to_string(format!("/proc/{}/net/tcp", self.pid)).expect("it runs");
        let mut found = Descriptors::default();
        let (mut clients, mut servers) = (BTreeSet::new(), BTreeSet::new());
        for fields in table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>()) {
            let link = format!("socket:[{}]", fields[9]);
            let (local, peer) = (address(fields[1]), address(fields[2]));
            if self.servers.contains(&peer) {
                servers.insert(link);
            } else if local == self.proxy && peer.port() != 0 {
                clients.insert(link);
            }
        }
        for link in links {
            match link {
                link if clients.contains(&link) => found.clients += 1,
                link if servers.contains(&link) => found.servers += 1,
                link if link.ends_with(" (deleted)") => found.unnamed += 1,
                link => found.others.push(link),
            }
        }
        found.others.sort();
        found
    }

    /// Looks until `good` holds, or until patience ends; answers what was there last.
    async fn wait(&self, patience: Duration, good: impl Fn(&Descriptors, Sample) -> bool) -> (Descriptors, Sample) {
        let mut left = patience.as_millis() / LOOK.as_millis();
        loop {
            let (descriptors, sample) = (self.descriptors(), self.sample());
            if left == 0 || good(&descriptors, sample) {
                return (descriptors, sample);
            }
            left -= 1;
            sleep(LOOK).await;
        }
    }
}

/// An address as the kernel writes it: bytes of the machine in hexadecimal, colon, port.
fn address(text: &str) -> SocketAddr {
    let (host, port) = text.split_once(':').expect("an address and a port");
    let host = u32::from_str_radix(host, 16).expect("hexadecimal").to_ne_bytes();
    SocketAddr::from((Ipv4Addr::from(host), u16::from_str_radix(port, 16).expect("hexadecimal")))
}

/// The median of what `of` says of samples.
fn median(samples: &[Sample], of: impl Fn(&Sample) -> u64) -> u64 {
    let mut all: Vec<u64> = samples.iter().map(of).collect();
    all.sort_unstable();
    all[all.len() / 2]
}

/// Median of memory in MB, and most descriptors and threads, in each quarter of a time.
struct Quarters<'s>(Vec<&'s [Sample]>);

impl<'s> Quarters<'s> {
    fn of(samples: &'s [Sample]) -> Self {
        assert!(samples.len() >= 4, "too few samples");
        Self((0..4).map(|quarter| &samples[samples.len() * quarter / 4..samples.len() * (quarter + 1) / 4]).collect())
    }

    fn memory(&self, quarter: usize) -> u64 {
        median(self.0[quarter], |sample| sample.memory)
    }
}

impl fmt::Display for Quarters<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |of: &dyn Fn(usize) -> u64| (0..4).map(|quarter| of(quarter).to_string()).collect::<Vec<_>>().join(", ");
        let descriptors = list(&|quarter| median(self.0[quarter], |sample| sample.descriptors as u64));
        let threads = list(&|quarter| median(self.0[quarter], |sample| sample.threads as u64));
        let memory = list(&|quarter| self.memory(quarter) / MEGABYTE);
        write!(out, "medians of the quarters: RSS {memory} MB, descriptors {descriptors}, threads {threads}")
    }
}

/// Holds the recording against what clients had. Answers what the log says in sum.
fn hold(capture: &Path, load: &Load) -> Custody {
    let mut had = std::mem::take(&mut *load.had.lock().expect("not poisoned"));
    let mut sockets = std::mem::take(&mut *load.sockets.lock().expect("not poisoned"));
    let capture = Capture::open(capture).expect("a capture");
    let read = capture.read(None, &mut |entry| {
        let exchange = entry.exchange;
        let url = exchange.request.url;
        if let Some(said) = sockets.remove(&url) {
            assert_eq!(hold_messages(&url, &url, &exchange.messages), said, "{url}: messages that came back");
        }
        // What was broken off or refused is recorded too, as far as it went.
        let Some(had) = had.remove(&url) else { return Ok(()) };
        let response = exchange.outcome.response().unwrap_or_else(|| panic!("{url}: it was answered"));
        let sent = had.sent.unwrap_or_else(|| Pattern::new(0, 0, true));
        for (body, pattern) in [(&exchange.request.body, sent), (&response.body, had.answer)] {
            assert_eq!(body.state(), BodyState::Raw, "{url}: it was whole");
            assert_eq!(sum(body.reader().expect("readable")), (pattern.digest(), pattern.length()), "{url}: something else was sent");
        }
        Ok(())
    });
    let custody = read.expect("readable").session.custody.expect("a custody log");
    assert_eq!(had.keys().next(), None, "{} answers were had in full and are not recorded", had.len());
    assert_eq!(sockets.keys().next(), None, "{} WebSockets are not recorded", sockets.len());
    custody
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_grows_under_mixed_load() {
    #[allow(clippy::disallowed_methods, reason = "how long a test runs is the caller's choice")]
    let seconds = std::env::var("DATASPOOR_SOAK").map_or(15, |text| text.parse::<u64>().expect("DATASPOOR_SOAK is a number of seconds"));
    let servers = Servers::start().await;
    let map = servers.map();
    let map: Vec<(&str, SocketAddr)> = map.iter().map(|(host, address)| (host.as_str(), *address)).collect();
    let recorded = Recorded::start(&servers.origin.root, &map, &[]).await;
    let load = Load::new(recorded.visitor(), recorded.proxy);
    let watch = Watch { pid: recorded.program.pid(), proxy: recorded.proxy, servers: servers.addresses().into() };
    let done = |counter: &AtomicU64| counter.load(SeqCst);

    // Warm up: everything that is made once is made, and everybody goes again.
    let clients = load.begin();
    sleep(Duration::from_secs(4)).await;
    load.end(clients).await;
    // An entry's own file is closed when the entry has been analysed.
    let nobody = |found: &Descriptors| found.clients == 0 && !found.others.iter().any(|link| link.contains("stream-"));
    let (at_rest, Sample { threads, .. }) = watch.wait(PATIENCE, |found, _| nobody(found)).await;
    assert!(nobody(&at_rest), "left by clients that are gone: {at_rest:?}");

    // Load.
    let clients = load.begin();
    let mut samples = Vec::new();
    for _ in 0..Duration::from_secs(seconds).as_millis() / LOOK.as_millis() {
        sleep(LOOK).await;
        samples.push(watch.sample());
    }
    load.end(clients).await;

    // Quiet: everybody is gone again.
    let quiet = |found: &Descriptors, sample: Sample| {
        let few = found.others.len() <= at_rest.others.len() && found.unnamed <= 1;
        found.clients == 0 && few && sample.threads <= threads
    };
    let (after, last) = watch.wait(PATIENCE, quiet).await;
    let quarters = Quarters::of(&samples);
    assert!(
        quiet(&after, last),
        "descriptors or threads did not come back: before {at_rest:?} and {threads} threads, after {after:?} and {last:?}; {quarters}, {:?}",
        load.done
    );
    if seconds >= LONG_SOAK {
        let (found, _) = watch.wait(KEPT_TO_SERVERS, |found, _| found.servers == 0).await;
        assert_eq!(found.servers, 0, "connections to servers that nobody has used for long: {found:?}");
        assert!(found.others.len() <= at_rest.others.len(), "before {at_rest:?}, after {found:?}");
    } else {
        // In so short a time, never more to one host than clients had under way at once there.
        let most = (HOSTS as usize + 1) * (ASKING + 2);
        assert!(after.servers <= most, "{} connections to servers are kept", after.servers);
    }

    let ended = recorded.program.interrupt().await;
    assert!(ended.status.success(), "{}", ended.err);
    let verified = run(["verify", "--quiet", &recorded.capture.display().to_string()]);
    assert_eq!((verified.code, verified.out.as_str(), verified.err.as_str()), (0, "", ""));
    let custody = hold(&recorded.capture, &load);
    eprintln!(
        "soak of {seconds} s: {} requests in full, {} messages of WebSockets, {} MB, {} broken off, {} tunnels, {} refused, {} connections without a \
         word; {} exchanges and {} connections recorded; {quarters}; at rest {} descriptors and {threads} threads before, {} and {} after, peak {} MB",
        done(&load.done.requests),
        done(&load.done.messages),
        done(&load.done.bytes) / 1_000_000,
        done(&load.done.broken_off),
        done(&load.done.tunnels),
        done(&load.done.refused),
        done(&load.done.knocks),
        custody.entries,
        custody.connections,
        at_rest.count(),
        after.count(),
        last.threads,
        ended.peak >> 20,
    );
    let by_design = (custody.entries * EACH_EXCHANGE + custody.connections * EACH_CONNECTION) / 1024;
    let (before, later) = (quarters.memory(1), quarters.memory(3));
    assert!(
        later <= before + MORE + by_design,
        "memory grew from {before} to {later} kB, of which {by_design} may be by design: {quarters}"
    );
    assert_eq!(done(&load.done.tunnels), custody.tunnels, "tunnels");

    for counter in
        [&load.done.requests, &load.done.messages, &load.done.broken_off, &load.done.tunnels, &load.done.refused, &load.done.knocks]
    {
        assert!(done(counter) > 0, "a load without one of its parts proves nothing: {:?}", load.done);
    }
}
