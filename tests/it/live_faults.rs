//! What becomes of a recording when the disk fails: the n-th write for every n, a full file system, a file that may not grow, a folder that is
//! gone, descriptors that are used up. Each time nothing more is taken, receipts of what was not kept are never called, and what lies on the
//! disk is taken up and holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use dataspoor::capture::{Capture, Finished, Room, Writer, free_space, recover, verify};
use dataspoor::evidence::{CaseKey, EntryHasher};
use dataspoor::model::{BodyState, End, Event, HeadBytes, Headers, Receipt, Recorder, Stamped, Submission, Timestamp, Unrecorded};
use dataspoor::recorder::Recording;
use rustix::process::{Resource, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};

use super::capture::{plain, session_file, submit};
use super::corpus::{run, scratch};
use super::live_bench::{Http, Recorded, record_arguments};
use super::live_origin::LiveOrigin;

/// How many writes are made to fail, one after the other.
const WRITES: u64 = 200;

/// Exchanges of a session; more than enough for as many writes.
const EXCHANGES: u64 = 100;

/// A recording that asks for no space.
const NO_ROOM: Room = Room { floor: 0, reserve: 0 };

/// What a session in a process of its own came to.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Report {
    /// Why it could not begin.
    not_begun: Option<String>,
    /// Numbers of exchanges whose end was acknowledged, and how many messages of each.
    ended: BTreeSet<u64>,
    messages: BTreeMap<u64, u64>,
    /// Why nothing more can be recorded, as the proxy asks.
    refuses: Option<String>,
    /// What finishing said.
    finished: Option<String>,
}

/// Waits for the receipt of every end and every message, so that each costs writes of its own.
struct Waiting<'r> {
    inner: &'r Recording,
    report: Mutex<Report>,
}

impl Recorder for Waiting<'_> {
    fn submit(&self, submission: Submission) {
        let number = submission.stamped.exchange;
        let end = matches!(submission.stamped.event, Event::End(_));
        if !end && !matches!(submission.stamped.event, Event::Message(_)) {
            return self.inner.submit(submission);
        }
        let (told, kept) = channel();
        let receipt: Receipt = Box::new(move || told.send(()).expect("somebody waits"));
        self.inner.submit(Submission { receipt: Some(receipt), ..submission });
        // A receipt that is dropped uncalled drops the other end.
        if kept.recv().is_ok() {
            let mut report = self.report.lock().expect("not poisoned");
            if end {
                report.ended.insert(number);
            } else {
                *report.messages.entry(number).or_default() += 1;
            }
        }
    }
}

/// Records a made-up session in `folder` and says what came of it.
fn session(folder: &Path, room: Room, interval: Duration) -> Report {
    let mut report = Report::default();
    let (writer, key) = match Writer::create_within(folder, &session_file(), None, room) {
        Ok(created) => created,
        Err(error) => {
            report.not_begun = Some(error.to_string());
            return report;
        }
    };
    let (recording, finished) = Recording::start(writer, interval).expect("starts");
    let waiting = Waiting { inner: &recording, report: Mutex::new(report) };
    following(&recording, finished, &key, || {
        submit(&waiting, 5, EXCHANGES, |_| {});
        recording.close(Timestamp::parse("2026-11-22T02:00:00Z").expect("a time"));
    });
    let mut report = waiting.report.into_inner().expect("not poisoned");
    report.finished = recording.finish().err().map(|error| error.to_string());
    report.refuses = recording.refuses();
    assert_eq!(report.refuses, recording.failure());
    report
}

/// Hands in digests while `recorded` runs, as whoever analyses does, until the recording hands out nothing more.
fn following(recording: &Recording, finished: Receiver<Finished>, key: &CaseKey, recorded: impl FnOnce()) {
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut hasher = EntryHasher::new(key);
            for entry in finished.into_iter().filter(|entry| entry.digest.is_none()) {
                recording.digest(entry.number, hasher.digest(entry.number, &entry.exchange).expect("readable"));
            }
        });
        recorded();
    });
}

/// What a capture holds: exchanges whose bodies are as their states say, with the number of their messages.
fn kept(folder: &Path) -> BTreeMap<u64, u64> {
    let mut kept = BTreeMap::new();
    let read = Capture::open(folder).expect("a capture").read(None, &mut |entry| {
        assert!(kept.insert(entry.number, entry.exchange.messages.len() as u64).is_none(), "entry {} is there twice", entry.number);
        Ok(())
    });
    read.expect("readable");
    kept
}

/// Takes the capture up, and holds what was acknowledged against it.
fn assert_kept(what: &str, folder: &Path, report: &Report, interrupted: bool) {
    let at = Timestamp::parse("2026-11-22T03:00:00Z").expect("a time");
    let taken_up = recover(folder, at).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(taken_up.is_some(), interrupted, "{what}: {taken_up:?}");
    let checked = verify(folder, None).expect("verifies");
    assert_eq!(checked.problems, [], "{what}");
    let kept = kept(folder);
    for number in &report.ended {
        assert!(kept.contains_key(number), "{what}: the end of {number} was acknowledged and is not there");
    }
    for (number, count) in &report.messages {
        assert!(kept.get(number).is_some_and(|kept| kept >= count), "{what}: {count} messages of {number} were acknowledged: {kept:?}");
    }
}

/// What is asked of a session in a process of its own.
#[derive(Debug, Serialize, Deserialize)]
enum Task {
    /// Record a session.
    Session { folder: PathBuf },
    /// Record while no more files can be opened.
    WithoutDescriptors { folder: PathBuf },
}

#[allow(clippy::disallowed_methods, reason = "how a test tells its own child what to do")]
fn task() -> Option<(Task, PathBuf)> {
    let task = std::env::var("DATASPOOR_FAULT").ok()?;
    let report = std::env::var("DATASPOOR_FAULT_REPORT").expect("a path");
    Some((serde_json::from_str(&task).expect("a task"), report.into()))
}

/// Not a test: what the tests below run in processes of their own.
#[test]
#[ignore = "a part of the other tests here"]
fn child() {
    let Some((task, path)) = task() else { return };
    let report = match task {
        Task::Session { folder } => session(&folder, NO_ROOM, Duration::from_millis(5)),
        Task::WithoutDescriptors { folder } => without_descriptors(&folder),
    };
    fs::write(path, serde_json::to_vec(&report).expect("plain")).expect("written");
}

/// Runs a task in a process of its own, which `before` starts (a tracer, a shell); none: by itself.
fn in_a_process(task: &Task, scratch: &Path, before: &[String]) -> Report {
    let (path, out) = (scratch.join("report.json"), scratch.join("out"));
    let own = std::env::current_exe().expect("this program").display().to_string();
    let arguments =
        [own, "--exact".into(), "live_faults::child".into(), "--ignored".into(), "--nocapture".into(), "--test-threads=1".into()];
    let all: Vec<String> = before.iter().cloned().chain(arguments).collect();
    let said = fs::File::create(&out).expect("a file");
    let mut command = Command::new(&all[0]);
    command.args(&all[1..]).env("DATASPOOR_FAULT", serde_json::to_string(task).expect("plain")).env("DATASPOOR_FAULT_REPORT", &path);
    command.stdout(said.try_clone().expect("a file")).stderr(said);
    let status = command.status().unwrap_or_else(|error| panic!("{}: {error}", all[0]));
    let text = || fs::read_to_string(&out).unwrap_or_default();
    assert!(status.success(), "{task:?}: {status}: {}", text());
    serde_json::from_slice(&fs::read(&path).unwrap_or_else(|error| panic!("{task:?}: {error}: {}", text()))).expect("a report")
}

/// Makes system calls on the files of a capture fail.
fn injecting(folder: &Path, what: &str) -> Vec<String> {
    let mut arguments: Vec<String> = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "signal=none"].map(str::to_owned).into();
    let mut files = vec!["session.json".to_owned(), "custody.ndjson".to_owned(), "archive/segment-000001.warc".to_owned()];
    files.extend((1..=EXCHANGES).flat_map(|number| ["request", "response"].map(|side| format!("archive/stream-{number:06}-{side}.warc"))));
    arguments.extend(files.iter().flat_map(|file| ["-P".to_owned(), folder.join(file).display().to_string()]));
    let calls = what.split(':').next().expect("calls");
    arguments.extend(["-e".to_owned(), format!("trace={calls}"), "-e".to_owned(), format!("inject={what}")]);
    arguments
}

#[test]
fn every_write_may_fail() {
    let scratch = scratch();
    let (mut not_begun, mut failed) = (0, 0);
    for nth in 1..=WRITES {
        let folder = scratch.path().join(format!("capture-{nth}"));
        let before = injecting(&folder, &format!("write,writev,pwrite64:error=ENOSPC:when={nth}"));
        let report = in_a_process(&Task::Session { folder: folder.clone() }, scratch.path(), &before);
        let what = format!("write {nth}");
        if let Some(error) = report.not_begun {
            assert!(error.contains("No space left") && error.contains("free space"), "{what}: {error}");
            assert!(!folder.exists(), "{what}: what could not begin was left behind");
            not_begun += 1;
        } else {
            let why = report.refuses.clone().unwrap_or_else(|| panic!("{what}: it went on: {report:?}"));
            assert!(why.contains("No space left") && why.contains("free space") && why.contains("capture-"), "{what}: {why}");
            assert_eq!(report.finished.as_ref(), Some(&why), "{what}");
            assert!((report.ended.len() as u64) < EXCHANGES, "{what}: everything was acknowledged");
            assert_kept(&what, &folder, &report, true);
            failed += 1;
            fs::remove_dir_all(&folder).expect("removed");
        }
    }
    // The first writes make the capture; a session that did not reach the last one would show nothing.
    eprintln!("{WRITES} writes failed: {not_begun} before the beginning, {failed} later");
    assert!(not_begun >= 3 && failed > 150, "{not_begun} {failed}");
}

#[test]
fn what_cannot_be_forced_to_the_disk_ends_the_recording() {
    let scratch = scratch();
    for nth in 1..=3 {
        let folder = scratch.path().join(format!("capture-{nth}"));
        let before = injecting(&folder, &format!("fdatasync:error=EIO:when={nth}"));
        let report = in_a_process(&Task::Session { folder: folder.clone() }, scratch.path(), &before);
        let why = report.refuses.clone().unwrap_or_else(|| panic!("it went on: {report:?}"));
        assert!(why.contains("Input/output error"), "{why}");
        assert_eq!(report.finished.as_ref(), Some(&why));
        assert_kept(&format!("forcing {nth}"), &folder, &report, true);
    }
}

#[test]
fn a_file_that_may_not_grow_leaves_what_can_be_taken_up() {
    let scratch = scratch();
    let mut partial = 0;
    for kilobytes in [8, 40, 100, 300] {
        let folder = scratch.path().join(format!("capture-{kilobytes}"));
        let script = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$@\"");
        let before = ["bash", "-c", &script, "bash"].map(str::to_owned);
        let report = in_a_process(&Task::Session { folder: folder.clone() }, scratch.path(), &before);
        let why = report.refuses.clone().unwrap_or_else(|| panic!("it went on: {report:?}"));
        assert!(why.contains("File too large"), "{why}");
        // write(2) takes what still fits and fails for the rest.
        let full = |file: &str| fs::metadata(folder.join(file)).is_ok_and(|meta| meta.len() == kilobytes * 1024);
        partial += usize::from(full("custody.ndjson") || full("archive/segment-000001.warc"));
        assert_kept(&format!("{kilobytes} KiB"), &folder, &report, true);
    }
    assert!(partial > 0, "no write was cut in the middle");
}

/// A file system of its own in memory, unmounted when dropped.
struct Small {
    folder: tempfile::TempDir,
}

impl Small {
    /// `None`: it may not be mounted here.
    fn mounted(size: &str) -> Option<Self> {
        let folder = scratch();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size},mode=700"), "none"]).arg(folder.path()).output();
        match mount {
            Ok(output) if output.status.success() => Some(Self { folder }),
            other => {
                eprintln!(
                    "NOT TESTED on a full file system: a tmpfs cannot be mounted here ({other:?}); files with a limit are tested instead"
                );
                None
            }
        }
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // Lazily, since a process that a failing test left behind may still have files open in it.
        let unmounted = Command::new("umount").arg("-l").arg(self.folder.path()).status();
        if !unmounted.as_ref().is_ok_and(std::process::ExitStatus::success) {
            eprintln!("{}: still mounted: {unmounted:?}", self.folder.path().display());
        }
    }
}

#[test]
fn a_small_file_system_fills_up() {
    let Some(small) = Small::mounted("1m") else { return };
    // Until nothing fits any more.
    let folder = small.folder.path().join("full");
    let report = session(&folder, NO_ROOM, Duration::from_millis(5));
    let why = report.refuses.clone().unwrap_or_else(|| panic!("it went on: {report:?}"));
    assert!(why.contains("No space left") && why.contains("free space"), "{why}");
    assert_eq!(free_space(&folder), Some(0));
    // As the message asks for, somebody frees space.
    let elsewhere = scratch();
    let copied = Command::new("cp").arg("-r").arg(&folder).arg(elsewhere.path()).status().expect("runs");
    assert!(copied.success());
    assert_kept("full", &elsewhere.path().join("full"), &report, true);
    fs::remove_dir_all(&folder).expect("removed");

    // Until the reserve is reached: then it is ended in order.
    let folder = small.folder.path().join("reserve");
    let report = session(&folder, Room { floor: 1, reserve: 400 << 10 }, Duration::from_millis(5));
    let why = report.refuses.clone().unwrap_or_else(|| panic!("it went on: {report:?}"));
    assert!(why.contains("MiB are free, so the recording was ended") && why.contains("dataspoor replay"), "{why}");
    assert_eq!(report.finished.as_ref(), Some(&why), "whoever finishes is told");
    assert!(free_space(&folder).is_some_and(|free| free > 0), "the reserve is for the end");
    assert_kept("reserve", &folder, &report, false);

    // With less than the floor nothing begins, and nothing is left behind.
    let folder = small.folder.path().join("floor");
    let report = session(&folder, Room { floor: 2 << 20, reserve: 0 }, Duration::from_millis(5));
    let error = report.not_begun.expect("too little space");
    assert!(error.contains("does not begin with fewer than 2 MiB") && error.contains("--out"), "{error}");
    assert!(!folder.exists());
}

#[test]
fn a_folder_that_is_gone_ends_the_recording() {
    for (what, away) in [("custody.ndjson", None), ("moved", Some("moved"))] {
        let root = scratch();
        let folder = root.path().join("capture");
        let (writer, _) = Writer::create(&folder, &session_file(), None).expect("a new capture");
        let (recording, _finished) = Recording::start(writer, Duration::from_millis(5)).expect("starts");
        let waiting = Waiting { inner: &recording, report: Mutex::default() };
        submit(&waiting, 5, 20, |_| {});
        assert_eq!(waiting.report.lock().expect("not poisoned").ended.len(), 20);
        match away {
            Some(away) => fs::rename(&folder, root.path().join(away)).expect("renamed"),
            None => fs::remove_file(folder.join(what)).expect("removed"),
        }
        // The next look finds it; until then there is no event that could be waited for.
        while recording.refuses().is_none() {
            std::thread::yield_now();
        }
        let late = Arc::new(Mutex::new(false));
        let noted = Arc::clone(&late);
        let receipt: Receipt = Box::new(move || *noted.lock().expect("not poisoned") = true);
        let stamped = Stamped { exchange: 0, at: Timestamp::from_nanoseconds(1), event: super::capture::note() };
        recording.submit(Submission { stamped, receipt: Some(receipt) });
        let error = recording.finish().expect_err("nothing more was kept").to_string();
        assert!(error.contains("is not there any more") && error.contains("capture/"), "{error}");
        assert_eq!(recording.refuses(), Some(error));
        assert!(!*late.lock().expect("not poisoned"), "nobody was told that it was kept");
        if let Some(away) = away {
            let report = waiting.report.into_inner().expect("not poisoned");
            assert_kept(what, &root.path().join(away), &report, true);
        }
    }
}

/// Records an answer and says whether its end was acknowledged.
fn exchange(recording: &Recording, number: u64, length: usize) -> bool {
    let (url, headers, bytes) = (format!("https://a.example/{number}"), Headers::new(), HeadBytes::Parsed);
    let (method, version) = ("GET".to_owned(), "HTTP/2".to_owned());
    recording.submit(plain(number, 1, Event::RequestHead { method, url, version, headers, bytes }));
    let (reason, version, headers, bytes) = (String::new(), "HTTP/2".to_owned(), Headers::new(), HeadBytes::Parsed);
    recording.submit(plain(number, 2, Event::ResponseHead { status: 200, reason, version, headers, bytes }));
    let mut left = length;
    while left > 0 {
        let piece = left.min(100_000);
        recording.submit(plain(number, 3, Event::ResponseBytes(vec![b'a'; piece].into())));
        left -= piece;
    }
    let (told, kept) = channel();
    let receipt: Receipt = Box::new(move || told.send(()).expect("somebody waits"));
    let stamped = Stamped { exchange: number, at: Timestamp::from_nanoseconds(4), event: Event::End(End::Complete) };
    recording.submit(Submission { stamped, receipt: Some(receipt) });
    kept.recv().is_ok()
}

/// In a process of its own: as many descriptors as are open are all that there are.
fn without_descriptors(folder: &Path) -> Report {
    let (writer, key) = Writer::create_within(folder, &session_file(), None, NO_ROOM).expect("a new capture");
    let (recording, finished) = Recording::start(writer, Duration::from_secs(60)).expect("starts");
    let before = getrlimit(Resource::Nofile);
    // The limit is not on how many there are but on their numbers, of which a new file gets the lowest that is free.
    let lowest = fs::File::open("/dev/null").expect("a descriptor").as_raw_fd();
    let mut none = before;
    none.current = Some(u64::try_from(lowest).expect("a number"));
    let mut report = Report::default();
    following(&recording, finished, &key, || {
        setrlimit(Resource::Nofile, none).expect("lowered");
        for (number, length) in [(1, 1_000), (2, 2_000_000), (3, 60_000_000), (4, 1_000)] {
            report.ended.extend(exchange(&recording, number, length).then_some(number));
        }
        setrlimit(Resource::Nofile, before).expect("raised");
        report.ended.extend(exchange(&recording, 5, 60_000_000).then_some(5));
        recording.close(Timestamp::from_nanoseconds(9));
    });
    report.finished = recording.finish().err().map(|error| error.to_string());
    report.refuses = recording.refuses();
    report
}

#[test]
fn without_descriptors_the_recording_goes_on() {
    let scratch = scratch();
    let folder = scratch.path().join("capture");
    let report = in_a_process(&Task::WithoutDescriptors { folder: folder.clone() }, scratch.path(), &["env".to_owned()]);
    assert_eq!((report.refuses, report.finished), (None, None));
    assert_eq!(report.ended, [1, 2, 4, 5].into(), "of what was cut nobody was told that it was kept");
    let mut found = BTreeMap::new();
    let read = Capture::open(&folder).expect("a capture").read(None, &mut |entry| {
        let body = &entry.exchange.outcome.response().expect("an answer").body;
        found.insert(entry.number, (body.len(), body.state()));
        Ok(())
    });
    read.expect("readable");
    let (length, state) = found.remove(&3).expect("it is there");
    assert_eq!(state, BodyState::Truncated(Unrecorded::Ceiling));
    assert!((1_000_000..60_000_000).contains(&length), "{length}");
    let whole = [(1, 1_000), (2, 2_000_000), (4, 1_000), (5, 60_000_000)].map(|(number, length)| (number, (length, BodyState::Raw)));
    assert_eq!(found, whole.into());
    let streams = fs::read_dir(folder.join("archive")).expect("files").count();
    assert_eq!(streams, 2, "only the last one found a descriptor");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_says_when_space_is_short() {
    let Some(small) = Small::mounted("80m") else { return };
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let folder = tempfile::tempdir_in(small.folder.path()).expect("a folder");
    let recorded = Recorded::start_in(folder, &origin.root, &[("a.test", origin.address)], &[]).await;
    let mut line = recorded.visitor().line("a.test", Http::Two).await.expect("a connection");
    let mut number = 0;
    // Until the program ends.
    while let Ok(got) = line.get(&format!("https://a.test/pattern/1/3000000/{number}"), None, &[]).await
        && got.whole
    {
        number += 1;
        assert!(number < 40, "more was recorded than there is space for");
    }
    let ended = recorded.program.ended().await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(ended.err.contains("MiB are free, so the recording was ended"), "{}", ended.err);
    let capture = recorded.capture.display().to_string();
    let ran = run(["verify", &capture]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(!ran.out.contains("interrupted"), "{}", ran.out);
    assert!(kept(&recorded.capture).len() >= number, "what the client had in full is there");

    // What is left is less than a recording begins with.
    let next = small.folder.path().join("next");
    let mut arguments = record_arguments(&next);
    arguments.extend(["--map".to_owned(), format!("a.test={}", origin.address)]);
    let ran = run(arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("does not begin with fewer than 64 MiB") && ran.err.contains("--out"), "{}", ran.err);
    assert!(!next.exists(), "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_says_when_its_folder_is_gone() {
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let recorded = Recorded::start(&origin.root, &[("a.test", origin.address)], &[]).await;
    let mut line = recorded.visitor().line("a.test", Http::Two).await.expect("a connection");
    assert!(line.get("https://a.test/pattern/1/1000", None, &[]).await.expect("an answer").whole);
    let moved = recorded.folder.path().join("moved");
    fs::rename(&recorded.capture, &moved).expect("renamed");
    let ended = recorded.program.ended().await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(ended.err.contains("is not there any more"), "{}", ended.err);
    let ran = run(["verify", &moved.display().to_string()]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(kept(&moved).len(), 1);
}
