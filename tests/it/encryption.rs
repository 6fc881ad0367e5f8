//! Recordings that are encrypted while they are made: what is read back is what was recorded, nothing of it stands in clear, every change is noticed, one
//! that was cut off is taken up with the key and left alone without, and every command that reads takes the key.

use std::fs;
use std::path::Path;

use age::secrecy::ExposeSecret as _;
use age::x25519::Identity;
use dataspoor::capture::{Capture, EncryptTo, EncryptedHeader, SessionFile, read_with, recover, verify};
use dataspoor::model::{Entry, Timestamp};
use tempfile::TempDir;

use super::bad_input::says;
use super::capture::{record, record_for, session_file};
use super::corpus::{Draw, run, run_in, scratch, tree};

/// A pair of keys, as `age-keygen -o` writes it.
pub(crate) struct KeyFile {
    pub(crate) identity: Identity,
    pub(crate) public: String,
    pub(crate) path: String,
    _folder: TempDir,
}

impl KeyFile {
    pub(crate) fn new() -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let (identity, folder) = (Identity::generate(), scratch());
        let path = folder.path().join("key.txt");
        fs::write(&path, format!("# made by a test\n{}\n", identity.to_string().expose_secret())).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("private");
        Self { public: identity.to_public().to_string(), path: path.display().to_string(), identity, _folder: folder }
    }

    pub(crate) fn to(&self) -> EncryptTo {
        self.public.parse().expect("a public key")
    }
}

/// That nobody can look into an interrupted recording without a key, and that trying changes nothing.
pub(crate) fn assert_locked(recording: &Path) {
    let before = tree(recording);
    let ran = run(["verify", &recording.display().to_string()]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    for text in ["this recording is encrypted and interrupted", "--identity FILE"] {
        assert!(ran.err.contains(text), "{text:?} is not in {}", ran.err);
    }
    assert!(tree(recording) == before, "something was changed");
}

/// That no file of an encrypted recording holds one of these texts, but for the header that says so and the proxy's certificate.
pub(crate) fn assert_nothing_in_clear(recording: &Path, texts: &[&str]) {
    let mut files = 0;
    for (path, bytes) in tree(recording) {
        if ["encrypted.json", "authority.pem"].contains(&&*path.to_string_lossy()) {
            continue;
        }
        files += 1;
        for text in texts {
            assert!(memchr::memmem::find(&bytes, text.as_bytes()).is_none(), "{}: {text:?} stands in it", path.display());
        }
    }
    assert!(files >= 4, "there were only {files} files to look at");
}

fn entries(folder: &Path) -> Vec<Entry> {
    let mut read = Vec::new();
    let each = &mut |entry| {
        read.push(entry);
        Ok(())
    };
    Capture::open(folder).expect("opens").read(None, each).expect("reads");
    read
}

#[test]
fn what_is_read_back_is_what_was_recorded_and_nothing_of_it_stands_in_clear() {
    let root = scratch();
    let (plain, encrypted) = (root.path().join("plain"), root.path().join("encrypted"));
    let key = KeyFile::new();
    let (mut live, mut as_plain) = (Vec::new(), Vec::new());
    record(&plain, 11, 150, |entry| as_plain.push(entry));
    record_for(&[KeyFile::new().to(), key.to()], &encrypted, 11, 150, |entry| live.push(entry));
    assert_eq!(live.len(), 150);
    let read = entries(&encrypted);
    assert!(live == read, "what was handed out while recording is what is read");
    assert!(read.iter().zip(&as_plain).all(|(one, other)| one.exchange == other.exchange), "and what is recorded in clear");
    let checked = verify(&encrypted, None).expect("reads");
    assert_eq!(checked.problems, []);
    assert!(checked.entry_digests && checked.entries == 150);

    let texts = ["WARC/1.1", "HTTP/1.1", "custody", "\"kind\"", ".example", "WARC-Target-URI", "dataspoor-capture"];
    for text in texts {
        let stands = tree(&plain).values().any(|bytes| memchr::memmem::find(bytes, text.as_bytes()).is_some());
        assert!(stands, "{text:?} is looked for in vain");
    }
    assert_nothing_in_clear(&encrypted, &texts);
    let header: serde_json::Value = serde_json::from_slice(&fs::read(encrypted.join("encrypted.json")).expect("there")).expect("JSON");
    let members: Vec<&String> = header.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["format", "version", "id", "tool", "started", "case", "recipients"]);
    assert_eq!(header["recipients"][1], key.public);
}

/// The commands that read, without the key, with another one and with the right one.
#[test]
fn every_command_that_reads_takes_the_key_and_writes_nothing_in_clear_beside() {
    let root = scratch();
    let (key, other) = (KeyFile::new(), KeyFile::new());
    let folder = root.path().join("recording");
    record_for(&[key.to()], &folder, 11, 60, |_| {});
    let before = tree(&folder);
    let commands: [&[&str]; 4] = [
        &["verify", "recording"],
        &["replay", "recording", "--out", "annexes", "--quiet"],
        &["export", "recording", "--to", "har", "--out", "recording.har"],
        &["seal", "recording", "--out", "recording.wacz"],
    ];
    for command in commands {
        let ran = run_in(root.path(), command);
        assert_eq!(ran.code, 2, "{command:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains("is encrypted (for age1") && ran.err.contains("--identity FILE"), "{command:?}: {}", ran.err);
        let ran = run_in(root.path(), [command, &["--identity", &other.path]].concat());
        assert_eq!(ran.code, 2, "{command:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains("no private key that was given with --identity fits"), "{command:?}: {}", ran.err);
        let ran = run_in(root.path(), [command, &["--identity", &other.path, "--identity", &key.path]].concat());
        assert_eq!(ran.code, 0, "{command:?}: {}{}", ran.out, ran.err);
    }
    assert!(tree(&folder) == before, "reading changes nothing, and leaves nothing in clear");
    let package = run_in(root.path(), ["verify", "recording.wacz"]);
    // Nobody signed it and no outside time stands behind it: that is said, and nothing is disproved.
    assert!(package.code == 2 && !package.out.contains("DISPROVED"), "{}{}", package.out, package.err);
    assert!(root.path().join("annexes/recording/annex.nl.html").is_file());

    let ran = run_in(root.path(), ["verify", "recording", "--identity", "nowhere"]);
    assert_eq!(ran.code, 2);
    says(&ran, &["nowhere"]);
    fs::remove_file(folder.join("key.age")).expect("removed");
    let ran = run_in(root.path(), ["verify", "recording", "--identity", &key.path]);
    assert!(ran.code == 2 && ran.err.contains("nobody can read it"), "{}", ran.err);
}

#[test]
fn every_changed_byte_is_noticed() {
    let root = scratch();
    let folder = root.path().join("recording");
    record_for(&[KeyFile::new().to()], &folder, 11, 12, |_| {});
    let files: Vec<_> = tree(&folder).into_iter().collect();
    let mut draw = Draw(5);
    let notices = || verify(&folder, None).map_or(true, |checked| !checked.problems.is_empty());
    assert!(!notices());
    for round in 0..24 {
        // Without the file of the key: whoever made the recording still has it.
        let of_recording: Vec<_> = files.iter().filter(|(path, _)| path.to_string_lossy().ends_with(".enc")).collect();
        let (path, bytes) = of_recording[round % of_recording.len()];
        let at = draw.below(bytes.len());
        let mut changed = bytes.clone();
        changed[at] ^= 1 << draw.below(8);
        fs::write(folder.join(path), &changed).expect("written");
        assert!(notices(), "{}, byte {at}", path.display());
        fs::write(folder.join(path), &bytes[..at]).expect("written");
        assert!(notices(), "{}, cut off at byte {at}", path.display());
        fs::write(folder.join(path), bytes).expect("written");
    }
    fs::write(folder.join("archive/stray.warc"), "WARC/1.1").expect("written");
    assert!(notices(), "a file in clear that belongs to nothing");
    fs::remove_file(folder.join("archive/stray.warc")).expect("removed");
    fs::write(folder.join("custody.ndjson"), "{}").expect("written");
    assert!(notices(), "a log in clear beside the encrypted one");
    fs::remove_file(folder.join("custody.ndjson")).expect("removed");
    let header = fs::read_to_string(folder.join("encrypted.json")).expect("there");
    let started = EncryptedHeader::read(&folder).expect("reads").expect("a header").started;
    fs::write(folder.join("encrypted.json"), header.replace(&started, "2020-01-01T00:00:00Z")).expect("written");
    assert!(notices(), "the header in clear");
    fs::write(folder.join("encrypted.json"), &header).expect("written");
    assert!(!notices());
}

#[test]
fn an_encrypted_recording_cut_off_anywhere_is_taken_up() {
    let root = scratch();
    let whole = root.path().join("whole");
    let mut recorded = Vec::new();
    record_for(&[KeyFile::new().to()], &whole, 11, 120, |entry| recorded.push(entry));
    let log = fs::read(whole.join("custody.ndjson.enc")).expect("a log");
    let at = Timestamp::parse("2026-11-22T03:00:00Z").expect("a time");
    let mut draw = Draw(3);
    let (mut streams, mut moved) = (0, 0);
    // Chunks lie where commits came, which is in part another place in each run: some more cuts, until a body was under way at one of them.
    for round in 0..300 {
        if round >= 30 && streams > 0 && moved > 0 {
            break;
        }
        let cut = 2_000 + draw.below(log.len() - 2_000);
        let folder = root.path().join(format!("cut-{round}"));
        for (path, bytes) in tree(&whole) {
            fs::create_dir_all(folder.join(&path).parent().expect("a folder")).expect("made");
            // The archive lies there as far as it was written, which is never less than the log names.
            fs::write(folder.join(&path), bytes).expect("written");
        }
        // Zeros are what a power cut leaves of bytes that never came.
        let zeros = [0, 0, 17, 4_096][round % 4];
        fs::write(folder.join("custody.ndjson.enc"), [&log[..cut], &vec![0; zeros]].concat()).expect("written");
        let found = recover(&folder, at).unwrap_or_else(|error| panic!("cut at {cut}: {error}")).expect("it was interrupted");
        let checked = verify(&folder, None).expect("reads");
        assert_eq!(checked.problems, [], "cut at {cut}");
        assert!(checked.interrupted && checked.entries == found.entries, "cut at {cut}");
        let whole = found.entries as usize - found.streams.len();
        for (read, original) in entries(&folder).iter().zip(&recorded).take(whole) {
            assert_eq!(read, original, "cut at {cut}");
        }
        assert_eq!(recover(&folder, at).expect("nothing to do"), None, "the second time it is whole");
        streams += found.streams.len();
        moved += usize::from(found.moved > 0);
    }
    assert!(streams > 0 && moved > 0, "{streams} streams, {moved} times something was moved aside");
}

#[test]
fn the_demo_is_recorded_encrypted_and_no_annex_lies_beside_it() {
    let root = scratch();
    let key = KeyFile::new();
    let arguments = ["demo", "--no-browser", "--out", "visit", "--encrypt-to", &key.public];
    let ran = run_in(root.path(), arguments);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let told = format!("{}{}", ran.out, ran.err);
    assert!(told.contains("Encrypted; no annex was written") && told.contains("--identity FILE"), "{told}");
    let folder = root.path().join("visit");
    assert_nothing_in_clear(&folder, &["facebook", "WARC/1.1", "datr", "\"kind\""]);
    assert!(!folder.join("report").exists());
    let ran = run_in(root.path(), ["replay", "visit", "--identity", &key.path, "--out", "annexes"]);
    assert!(ran.code == 0 && ran.out.contains("simulated recording"), "{}{}", ran.out, ran.err);
    let ran = run_in(root.path(), ["demo", "--encrypt-to", "age1nobody"]);
    assert_eq!(ran.code, 2);
    says(&ran, &["age1nobody", "age-keygen"]);
}

#[test]
fn who_holds_the_key_reads_and_the_private_key_is_never_kept() {
    let root = scratch();
    let (key, folder) = (KeyFile::new(), root.path().join("recording"));
    record_for(&[key.to()], &folder, 3, 5, |_| {});
    read_with(vec![key.identity.clone()]);
    let session = Capture::open(&folder).expect("opens").session;
    assert_eq!(session.salt.len(), 32, "each recording has a salt of its own");
    assert_eq!(SessionFile { salt: String::new(), ..session }, session_file());
    let secret = key.identity.to_string();
    assert_nothing_in_clear(&folder, &[secret.expose_secret()]);
    // The key of the recording opens with age alone, and is 32 bytes.
    let wrapped = fs::read(folder.join("key.age")).expect("there");
    assert_eq!(age::decrypt(&key.identity, &wrapped).expect("opens").len(), 32);
}
