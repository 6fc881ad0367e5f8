//! The program is killed under load, at a moment that a seed chooses, again and again: whatever a client had in full is in the recording,
//! byte by byte, and nothing is that was not sent. Thirty kills by default, as many as `DATASPOOR_KILLS` says otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use dataspoor::capture::Capture;
use dataspoor::model::{Body, BodyState};
use rustix::process::{Pid, Signal, kill_process};
use tokio::task::JoinSet;

use super::corpus::{Draw, run};
use super::live_archive::{sum, warcio_check};
use super::live_bench::{Got, Http, Line, Recorded, Visitor, read};
use super::live_origin::{LiveOrigin, Pattern};

const HOST: &str = "a.test";

/// Connections that speak HTTP/1.1, and those that speak HTTP/2, on each of which several requests are under way.
const CONNECTIONS: usize = 3;
const STREAMS: usize = 3;

/// A request as it is made: what is sent and what is to come back follows from its number.
#[derive(Clone, Debug)]
struct Asked {
    url: String,
    sent: Option<Pattern>,
    answer: Pattern,
}

/// Few bytes in half of all bodies, and in a quarter more than stays in memory.
fn length(draw: &mut Draw) -> u64 {
    let (from, to) = [(0, 4_000), (0, 4_000), (4_000, 300_000), (300_000, 2_000_000)][draw.below(4)];
    (from + draw.below(to - from)) as u64
}

impl Asked {
    fn new(seed: u64, number: u64) -> Self {
        let mut draw = Draw(seed << 32 | number);
        let (start, announced) = (draw.next() % 60_000, draw.below(2) == 0);
        let answer = Pattern::new(start, length(&mut draw), announced);
        let sent = (draw.below(3) == 0).then(|| Pattern::new(draw.next() % 60_000, length(&mut draw), draw.below(2) == 0));
        let what = if announced { "pattern" } else { "chunks" };
        let url = format!("https://{HOST}/{what}/{start}/{}/{seed}/{number}", answer.length());
        Self { url, sent, answer }
    }

    fn path(&self) -> &str {
        self.url.strip_prefix("https://a.test").expect("a URL of ours")
    }
}

/// Kills the program after so many finished answers and then so many more pieces of bodies, whoever gets them.
struct Trigger {
    program: Pid,
    answers: AtomicI64,
    pieces: AtomicI64,
}

impl Trigger {
    fn answer(&self) {
        self.answers.fetch_sub(1, SeqCst);
        self.piece();
    }

    fn piece(&self) {
        if self.answers.load(SeqCst) <= 0 && self.pieces.fetch_sub(1, SeqCst) == 0 {
            kill_process(self.program, Signal::KILL).expect("it runs until here");
        }
    }
}

/// What all clients of one session share.
struct Load {
    seed: u64,
    next: AtomicU64,
    trigger: Trigger,
    had: Mutex<Vec<(Asked, Got)>>,
}

impl Load {
    /// Makes requests until the proxy is gone.
    async fn run(self: Arc<Self>, visitor: Visitor, http: Http) {
        // The proxy may be gone before the last client has come.
        let Ok(line) = visitor.line(HOST, http).await else { return };
        let mut lines: Vec<Line> = (1..STREAMS).filter_map(|_| line.beside()).collect();
        lines.push(line);
        let mut streams = JoinSet::new();
        for mut line in lines {
            let load = Arc::clone(&self);
            streams.spawn(async move {
                loop {
                    let asked = Asked::new(load.seed, load.next.fetch_add(1, SeqCst));
                    let body = asked.sent.clone().map(Pattern::upload);
                    let Ok(answer) = line.send(&asked.url, body, &[]).await else { return };
                    let got = read(answer, || load.trigger.piece()).await;
                    if !got.whole {
                        return;
                    }
                    load.had.lock().expect("not poisoned").push((asked, got));
                    load.trigger.answer();
                }
            });
        }
        streams.join_all().await;
    }
}

/// What the sessions showed, so that a test that shows nothing fails.
#[derive(Debug, Default)]
struct Shown {
    had: usize,
    cut: usize,
    streams: usize,
    moved: usize,
}

/// Holds a body against the first bytes of what was sent.
fn assert_first(what: &str, body: &Body, sent: &Pattern) {
    let (digest, length) = sum(body.reader().expect("readable"));
    assert!(length <= sent.length(), "{what}: {length} bytes are more than were sent");
    assert_eq!(digest, sent.digest_of_first(length), "{what}: something else was sent");
    assert!(length == sent.length() || body.state() != BodyState::Raw, "{what}: {length} of {} bytes pass for all", sent.length());
}

async fn kill(seed: u64, origin: &LiveOrigin, shown: &mut Shown) {
    let mut draw = Draw(seed);
    let recorded = Recorded::start(&origin.root, &[(HOST, origin.address)], &[]).await;
    let visitor = recorded.visitor();
    let program = i32::try_from(recorded.program.pid()).ok().and_then(Pid::from_raw).expect("a process number");
    let (answers, pieces) = (1 + draw.below(40) as i64, draw.below(60) as i64);
    let trigger = Trigger { program, answers: answers.into(), pieces: pieces.into() };
    let load = Arc::new(Load { seed, next: 0.into(), trigger, had: Mutex::default() });
    let mut clients = JoinSet::new();
    for _ in 0..CONNECTIONS {
        for http in [Http::One, Http::Two] {
            clients.spawn(Arc::clone(&load).run(visitor.clone(), http));
        }
    }
    clients.join_all().await;
    let ended = recorded.program.ended().await;
    assert_eq!(ended.status.signal(), Some(9), "seed {seed}: {ended:?}");
    let had = std::mem::take(&mut *load.had.lock().expect("not poisoned"));
    let begun = load.next.load(SeqCst);
    let asked: BTreeMap<String, Asked> =
        (0..begun).map(|number| Asked::new(seed, number)).map(|asked| (asked.url.clone(), asked)).collect();

    // Whoever opens it next takes it up, and says so once.
    let folder = recorded.capture.display().to_string();
    let first = run(["verify", &folder]);
    assert_eq!(first.code, 0, "seed {seed}: {}{}", first.out, first.err);
    let says = |text: &str| assert!(first.err.contains(text), "seed {seed}: {text:?} is not in {}", first.err);
    says(&folder);
    says("was interrupted and has been taken up");
    assert!(first.out.contains("The recording was interrupted"), "seed {seed}: {}", first.out);
    let again = run(["verify", &folder]);
    assert_eq!((again.code, again.err.as_str()), (0, ""), "seed {seed}: {}", again.out);
    assert!(again.out.contains("The recording was interrupted"), "seed {seed}: {}", again.out);
    warcio_check(&recorded.capture);

    let (whole, entries) = hold_against(seed, &recorded.capture, origin, &asked, shown);
    says(&format!(": {entries} exchanges"));
    for (asked, got) in &had {
        assert_eq!((got.digest, got.length), (asked.answer.digest(), asked.answer.length()), "seed {seed}: the client got something else");
        assert!(whole.contains(&asked.url), "seed {seed}: {} was had in full and is not recorded in full", asked.url);
    }
    shown.had += had.len();
    shown.streams += usize::from(first.err.contains("a body was under way"));
    shown.moved += usize::from(first.err.contains("moved to the folder torn"));
}

/// Holds every entry against what was asked and sent. Answers which are whole, and how many there are.
fn hold_against(
    seed: u64,
    capture: &Path,
    origin: &LiveOrigin,
    asked: &BTreeMap<String, Asked>,
    shown: &mut Shown,
) -> (BTreeSet<String>, usize) {
    let (mut all, mut whole) = (BTreeSet::new(), BTreeSet::new());
    let capture = Capture::open(capture).expect("a capture");
    let contents = capture.read(None, &mut |entry| {
        let exchange = entry.exchange;
        let url = exchange.request.url;
        let what = format!("seed {seed}, entry {}, {url}", entry.number);
        let asked = asked.get(&url).unwrap_or_else(|| panic!("{what}: nobody asked for it"));
        assert!(all.insert(url.clone()), "{what}: is there twice");
        let sent = asked.sent.clone().unwrap_or_else(|| Pattern::new(0, 0, true));
        assert_first(&format!("{what}, request"), &exchange.request.body, &sent);
        let Some(response) = exchange.outcome.response() else { return Ok(()) };
        assert!(origin.seen().get(asked.path()).is_some_and(|seen| seen.answered), "{what}: the origin gave no answer");
        assert_eq!(response.status, 200, "{what}");
        assert_first(&format!("{what}, response"), &response.body, &asked.answer);
        if response.body.state() == BodyState::Raw && exchange.request.body.state() == BodyState::Raw {
            whole.insert(url);
        } else {
            shown.cut += 1;
        }
        Ok(())
    });
    let custody = contents.expect("a capture that can be read").session.custody.expect("a custody log");
    assert_eq!((custody.recoveries, custody.ended), (1, None), "seed {seed}: an interrupted recording has no end of its own");
    (whole, all.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_had_in_full_outlives_a_kill() {
    #[allow(clippy::disallowed_methods, reason = "how long a test runs is the caller's choice")]
    let kills = std::env::var("DATASPOOR_KILLS").map_or(30, |text| text.parse::<u64>().expect("DATASPOOR_KILLS is a number"));
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let mut shown = Shown::default();
    for seed in 1..=kills {
        kill(seed, &origin, &mut shown).await;
    }
    eprintln!("{kills} kills: {shown:?}");
    assert!(shown.had as u64 >= kills, "{shown:?}");
    // Over many kills all of these come about; a load that never leaves anything unfinished would prove nothing.
    assert!(kills < 30 || shown.cut > 0 && shown.streams > 0, "{shown:?}");
}
