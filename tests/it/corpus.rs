//! What the tests work on: the corpus beside the repository where it is there, our own recordings where it is not, the program, and a small
//! generator of numbers.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use dataspoor::batch::Inputs;
use dataspoor::classify::Parties;
use dataspoor::evidence::{CaseKey, EntryHasher};
use dataspoor::interop::har;
use dataspoor::model::{CaptureSource, Digest, Entry};
use dataspoor::rules::{BUILTIN, FilterList, OutsideList, RuleSet};
use dataspoor::site::SuffixList;
use tempfile::TempDir;

/// The folder of the package.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A file of the folder `shared` beside the repository, if it is there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(ROOT).join("../shared").join(path);
    path.exists().then_some(path)
}

/// Our own recordings, by name. There are always some.
pub(crate) fn own_recordings() -> Vec<PathBuf> {
    let mut paths = list(&Path::new(ROOT).join("tests/data/har"), &["har"]);
    paths.extend(list(&Path::new(ROOT).join("captures"), &["har", "gz"]));
    assert!(!paths.is_empty(), "tests/data/har holds recordings");
    paths
}

/// Every file of the corpus, by name, or our own recordings.
pub(crate) fn recordings() -> Vec<PathBuf> {
    match shared("corpus/har") {
        Some(folder) => list(&folder, &["har", "zhar", "gz"]),
        None => {
            eprintln!("../shared/corpus is not there; using our own recordings instead");
            own_recordings()
        }
    }
}

/// A recording of the corpus, or our own one that shows most.
pub(crate) fn recording(name: &str) -> PathBuf {
    shared(&format!("corpus/har/{name}")).unwrap_or_else(|| {
        eprintln!("../shared/corpus/har/{name} is not there; using tests/data/har/page.har instead");
        Path::new(ROOT).join("tests/data/har/page.har")
    })
}

fn list(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let fits = |path: &PathBuf| path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted));
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("a folder that can be listed").path());
    let mut paths: Vec<PathBuf> = entries.filter(fits).collect();
    paths.sort();
    paths
}

/// The name of a file.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().expect("a path with a name").to_string_lossy().into_owned()
}

/// A folder that goes away.
pub(crate) fn scratch() -> TempDir {
    tempfile::tempdir().expect("a folder for temporary files")
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program in `folder`.
pub(crate) fn run_in<A: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = A>) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dataspoor"));
    let output = command.args(arguments).current_dir(folder).stdin(Stdio::null()).output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    Ran { code: output.status.code().expect("no signal ended the program"), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs the program where it may leave nothing behind.
pub(crate) fn run<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Ran {
    let folder = scratch();
    let ran = run_in(folder.path(), arguments);
    let left: Vec<_> = fs::read_dir(folder.path()).expect("the folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left, Vec::<std::ffi::OsString>::new(), "the program left something in the folder it was called in");
    ran
}

/// The built-in rules.
pub(crate) fn builtin_rules() -> RuleSet {
    RuleSet::compile(BUILTIN.iter().copied()).expect("the built-in rules have no mistakes")
}

/// A filter list of our own that fits much of the corpus, with exceptions.
pub(crate) const FILTER_LIST: &str = "[Adblock Plus 2.0]\n! Title: Own list for tests\n||facebook.com^$third-party\n||facebook.net^\n\
    ||google-analytics.com^\n||doubleclick.net^$third-party\n/pixel.\n.gif?\n.js$script,third-party\n@@||googletagmanager.com^\n\
    @@||connect.facebook.net^*/sdk.js\n";

/// The built-in rules, the filter list above, nobody in a position. Compiled once.
pub(crate) fn inputs() -> &'static Inputs {
    static INPUTS: LazyLock<Inputs> = LazyLock::new(|| {
        let list = FilterList::compile("own.txt", FILTER_LIST.as_bytes()).expect("a list");
        Inputs {
            rules: builtin_rules(),
            rule_mistakes: 0,
            suffixes: SuffixList::Embedded,
            lists: vec![OutsideList::Filter(list)],
            parties: Parties::default(),
            case: Parties::default(),
            planted: None,
        }
    });
    &INPUTS
}

/// A recording from its bytes.
pub(crate) struct Recording {
    pub(crate) capture: CaptureSource,
    pub(crate) contents: har::Contents,
    pub(crate) entries: Vec<Entry>,
}

/// Reads the bytes of a HAR file.
pub(crate) fn read_har(name: &str, bytes: &[u8]) -> Recording {
    let digest = Digest::of(bytes);
    let mut hasher = EntryHasher::new(&CaseKey::of_capture(digest));
    let mut entries = Vec::new();
    let contents = har::read(bytes, har::Options::default(), &mut |imported| {
        let digest = hasher.digest(imported.number, &imported.exchange).expect("in memory");
        entries.push(Entry { number: imported.number, order: imported.order, digest, exchange: imported.exchange });
        Ok(())
    });
    let contents = contents.unwrap_or_else(|error| panic!("{name}: {error}"));
    let wrappings = contents.wrappings.clone();
    let capture = CaptureSource { name: name.to_owned(), format: "har", wrappings, digest, length: bytes.len() as u64 };
    Recording { capture, contents, entries }
}

/// All files below a folder with their bytes, by path.
pub(crate) fn tree(folder: &Path) -> std::collections::BTreeMap<PathBuf, Vec<u8>> {
    fn below(root: &Path, folder: &Path, found: &mut std::collections::BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                below(root, &path, found)?;
            } else {
                found.insert(path.strip_prefix(root).map_err(io::Error::other)?.to_owned(), fs::read(&path)?);
            }
        }
        Ok(())
    }
    let mut found = std::collections::BTreeMap::new();
    below(folder, folder, &mut found).expect("a folder that can be read");
    found
}

/// Numbers from a seed (splitmix64): the same in every run.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Another byte than `byte`.
    pub(crate) fn other(&mut self, byte: u8) -> u8 {
        byte ^ (self.below(255) as u8 + 1)
    }
}
