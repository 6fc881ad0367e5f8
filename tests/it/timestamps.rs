//! Outside times with a real authority (`openssl ts`): what is asked, which answers hold, what a recording keeps of them, and what a check says. The oracle is
//! `openssl ts -verify`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dataspoor::capture::{TimeLine, Times};
use dataspoor::evidence::{Anchors, LONGEST_NONCE, TimestampError, check_time, time_request};
use dataspoor::model::{Digest, Timestamp};
use dataspoor::vault::{AskError, Asked, ask};

use super::capture::chained_anew;
use super::corpus::{run, run_in, scratch};
use super::time_authority::{Does, TimeAuthority, openssl};

/// A second per look is enough for a clock of tests.
fn clock() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    Timestamp::from_nanoseconds(i64::try_from(since.as_nanos()).expect("not yet"))
}

fn asked(authority: &TimeAuthority, imprint: &Digest, within: u64) -> Result<Asked, AskError> {
    let named = dataspoor::vault::TimeAuthority { url: authority.url(), ..Default::default() };
    let mut nonce = [0x5a; LONGEST_NONCE];
    nonce[0] = 0x91;
    ask(&named, imprint, &nonce, Duration::from_secs(within), &clock)
}

#[test]
fn openssl_reads_the_request_that_is_built() {
    let folder = scratch();
    let imprint = Digest::of(b"head");
    for nonce in [&[0x80, 1, 2, 3][..], &[0, 0, 7], &[0], &[0x7f; 16]] {
        fs::write(folder.path().join("q.tsq"), time_request(&imprint, nonce)).expect("written");
        let text = openssl(folder.path(), &["ts", "-query", "-in", "q.tsq", "-text"]).stdout;
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(
            text.contains("Version: 1") && text.contains("Hash Algorithm: sha256") && text.contains("Certificate required: yes"),
            "{text}"
        );
        let hex: String = nonce.iter().skip_while(|&&byte| byte == 0).map(|byte| format!("{byte:02X}")).collect();
        let hex = if hex.is_empty() { "0".to_owned() } else { hex };
        assert!(text.contains(&format!("Nonce: 0x{hex}")), "{text}");
    }
}

#[test]
fn a_time_of_a_real_authority_holds_and_openssl_agrees() {
    for curve in [None, Some("P-256"), Some("P-384")] {
        let authority = TimeAuthority::start(curve);
        let imprint = Digest::of(b"head");
        let time = asked(&authority, &imprint, 10).expect("a time");
        assert!(time.clock_offset_ms.abs() <= 1_500 + time.round_trip_ms as i64, "{time:?}");
        assert_eq!((time.checked.says.accuracy_us, time.checked.says.policy.as_str()), (Some(1_000_000), "1.2.3.4.1"));
        assert!(time.checked.signer.contains("Time for tests (tsa)") && time.checked.chain_to.is_none(), "{time:?}");
        assert!(!time.checked.says.claims_qualified);
        let at = authority.folder.path();
        fs::write(at.join("token"), &time.token).expect("written");
        let verified = openssl(at, &["ts", "-verify", "-digest", &imprint.to_string(), "-in", "token", "-token_in", "-CAfile", "root.pem"]);
        assert!(String::from_utf8_lossy(&verified.stdout).contains("Verification: OK"));
        // With its own root, and with another.
        let own = Anchors::from_pem(&fs::read(authority.root()).expect("a root")).expect("anchors");
        let checked = check_time(&time.token, &imprint, None, &own).expect("holds");
        assert!(checked.chain_to.is_some_and(|root| root.contains("Root for tests")));
        let other = TimeAuthority::start(Some("P-256"));
        let strange = Anchors::from_pem(&fs::read(other.root()).expect("a root")).expect("anchors");
        let error = check_time(&time.token, &imprint, None, &strange).expect_err("another root");
        assert!(matches!(error, TimestampError::Chain { .. }), "{curve:?}: {error}");
        let error = check_time(&time.token, &Digest::of(b"heed"), None, &own).expect_err("another imprint");
        assert!(matches!(error, TimestampError::OtherImprint { .. }), "{error}");
        assert_eq!(check_time(&time.token, &imprint, Some(&[1]), &own), Err(TimestampError::OtherNonce));
        every_flip_is_noticed(&time, &imprint, &own);
    }
}

/// No changed bit makes the token say anything else.
fn every_flip_is_noticed(time: &Asked, imprint: &Digest, anchors: &Anchors) {
    let whole = check_time(&time.token, imprint, None, anchors).expect("holds");
    let mut noticed = 0;
    for at in 0..time.token.len() {
        let mut changed = time.token.clone();
        changed[at] ^= 1 << (at % 8);
        match check_time(&changed, imprint, None, anchors) {
            Err(_) => noticed += 1,
            // What is not signed (the root that lies there besides, the list of hashes, the version) may change.
            Ok(found) => assert_eq!(found, whole, "byte {at}"),
        }
    }
    assert!(noticed * 2 > time.token.len(), "only {noticed} of {} changes were noticed", time.token.len());
}

#[test]
fn whatever_an_authority_does_instead_of_its_duty_is_named() {
    let authority = TimeAuthority::start(Some("P-256"));
    let imprint = Digest::of(b"head");
    for (does, within, says) in [
        (Does::Rubbish, 10, "this is no timestamp: the answer"),
        (Does::Page, 10, "\"text/html\" instead of application/timestamp-reply"),
        (Does::Refuse, 10, "the authority refuses: status 2 (rejection): unrecognized or unsupported algorithm"),
        (Does::Unavailable, 10, "it answers with status 503"),
        (Does::Sleep, 1, "it did not answer in time"),
        (Does::Endless, 10, "more than 65536 bytes"),
        (Does::Redirect, 10, "it leads elsewhere"),
        (Does::OtherImprint, 10, "over another digest"),
        (Does::OtherNonce, 10, "another nonce"),
        (Does::Expired, 10, "was not valid at the time that the token gives: it holds from 2020-01-01T00:00:00"),
        (Does::WrongPurpose, 10, "(mail)) is not one for timestamps"),
        (Does::Changed, 10, "does not fit the digest that was signed"),
    ] {
        authority.does(does);
        let error = asked(&authority, &imprint, within).expect_err("no time").to_string();
        assert!(error.contains(says), "{does:?}: {error}");
        if does == Does::Sleep {
            std::thread::sleep(Duration::from_secs(3));
        }
    }
    let gone = dataspoor::vault::TimeAuthority { url: "http://127.0.0.1:1/tsa".to_owned(), ..Default::default() };
    let error = ask(&gone, &imprint, &[1; LONGEST_NONCE], Duration::from_secs(5), &clock).expect_err("nobody there").to_string();
    assert!(error.contains("refused"), "{error}");
    authority.does(Does::Stamp);
    assert!(asked(&authority, &imprint, 10).is_ok());
}

/// Records the simulated visit with a client of the program's own.
fn demo(folder: &Path, more: &[&str]) -> String {
    let ran = run_in(folder, [&["demo", "--no-browser", "--out", "recording"], more].concat());
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    ran.err
}

fn stamped(folder: &Path) -> Vec<(Option<u64>, TimeLine)> {
    let times = Times::read(&folder.join("recording")).expect("readable");
    times.found.into_iter().map(|found| (found.own_record, found.line.expect("a time"))).collect()
}

#[test]
fn a_recording_keeps_times_and_a_check_says_what_they_vouch_for() {
    let folder = scratch();
    let authority = TimeAuthority::start(None);
    let (url, root) = (authority.url(), authority.root());
    demo(
        folder.path(),
        &["--stamp-by", "http://127.0.0.1:1/tsa", "--stamp-by", &url, "--stamp-qualified", "no", "--stamp-qualified-source", "tests"],
    );
    let times = stamped(folder.path());
    // One before the first request, one over the last record.
    assert_eq!(times.len(), 2, "{times:?}");
    let (first, last) = (&times[0], &times[1]);
    assert!(first.0.is_some() && first.1.record == 2 && last.0.is_none(), "{times:?}");
    assert!(times.iter().all(|(_, line)| line.failed.len() == 1 && line.failed[0].why.contains("refused")), "{times:?}");
    let log = fs::read_to_string(folder.path().join("recording/custody.ndjson")).expect("a log");
    assert_eq!(last.1.record, log.lines().count() as u64);
    for (_, line) in &times {
        let stamp = line.stamp.as_ref().expect("stamped");
        assert_eq!(
            (stamp.authority.as_str(), stamp.qualified.as_str(), stamp.qualified_source.as_deref()),
            (url.as_str(), "no", Some("tests"))
        );
        let at = authority.folder.path();
        fs::write(at.join("token"), STANDARD.decode(&stamp.token).expect("base64")).expect("written");
        openssl(at, &["ts", "-verify", "-digest", &line.over, "-in", "token", "-token_in", "-CAfile", "root.pem"]);
    }
    let verify = |more: &[&str]| run_in(folder.path(), [&["verify", "recording"], more].concat());
    let unknown = verify(&[]);
    assert_eq!(unknown.code, 2, "{} {}", unknown.out, unknown.err);
    assert!(
        unknown.out.contains("the chain of their certificates was not checked") && unknown.out.contains("--tsa-roots"),
        "{}",
        unknown.out
    );
    let roots = root.to_str().expect("a path");
    let known = verify(&["--tsa-roots", roots]);
    assert_eq!(known.code, 0, "{} {}", known.out, known.err);
    for says in [
        "record 2 existed at 20",
        "leads to CN=Root for tests",
        "qualified, as known at stamping by tests: no",
        "2 outside times follow the order",
        "All ",
    ] {
        assert!(known.out.contains(says), "{says}: {}", known.out);
    }
    assert!(
        known.out.contains("records of the custody log existed at") && known.out.contains("changes since then can be detected"),
        "{}",
        known.out
    );
    let strange = TimeAuthority::start(Some("P-256"));
    let wrong = verify(&["--tsa-roots", strange.root().to_str().expect("a path")]);
    assert!(wrong.code == 1 && wrong.out.contains("does not lead to any of the given authorities"), "{}", wrong.out);
    // Nothing is wanting, so nobody is asked.
    let before = authority.asked();
    let again = run_in(folder.path(), ["stamp", "recording", "--stamp-by", &url]);
    assert!(again.code == 0 && again.out.contains("already") && authority.asked() == before, "{} {}", again.out, again.err);
    rewritten(folder.path(), roots, &log);
}

/// Somebody drops what they do not like from the end of the log and chains the rest anew.
fn rewritten(folder: &Path, roots: &str, log: &str) {
    let path = folder.join("recording/custody.ndjson");
    let anew: String = log.lines().filter(|line| !line.contains("\"kind\":\"mark\"")).map(|line| format!("{line}\n")).collect();
    let dropped = log.lines().count() - anew.lines().count();
    assert!(dropped > 0, "the visit has marks");
    fs::write(&path, chained_anew(&anew)).expect("written");
    let verify = || run_in(folder, ["verify", "recording", "--tsa-roots", roots]);
    let caught = verify();
    assert!(caught.code == 1 && caught.out.contains("times/record-"), "{} {}", caught.out, caught.err);
    assert!(
        caught.out.contains("which the custody log does not have") || caught.out.contains("but that record has the digest"),
        "{}",
        caught.out
    );
    // Without the time over the last record only what lies before the first request is vouched for, and that is what is said.
    fs::remove_dir_all(folder.join("recording/times")).expect("removed");
    let open = verify();
    assert!(open.out.contains("No outside time stands behind records 3 to"), "{} {}", open.out, open.err);
    assert!(open.out.contains("whether they were written anew since cannot be told from the log alone"), "{}", open.out);
    // A record that was vouched for cannot change.
    let first = chained_anew(&anew.replacen("segment-000001", "segment-000002", 1));
    fs::write(&path, first).expect("written");
    assert_eq!(verify().code, 1);
}

#[test]
fn without_an_authority_nobody_is_asked_and_that_is_said() {
    let folder = scratch();
    demo(folder.path(), &[]);
    assert!(stamped(folder.path()).is_empty() && !folder.path().join("recording/times").exists());
    let verified = run_in(folder.path(), ["verify", "recording"]);
    assert_eq!(verified.code, 0, "{} {}", verified.out, verified.err);
    assert!(verified.out.contains("No outside time stands behind this recording"), "{}", verified.out);
    let nobody = run_in(folder.path(), ["stamp", "recording"]);
    assert!(nobody.code == 2 && nobody.err.contains("--stamp-by") && nobody.err.contains("[[time_authority]]"), "{}", nobody.err);
}

#[test]
fn a_recording_goes_on_without_an_answer_and_the_time_is_got_later() {
    let folder = scratch();
    let authority = TimeAuthority::start(Some("P-384"));
    authority.does(Does::Refuse);
    let url = authority.url();
    let said = demo(folder.path(), &["--stamp-by", &url]);
    assert!(said.contains("recording goes on") && said.contains("dataspoor stamp") && said.contains("unsupported algorithm"), "{said}");
    let times = stamped(folder.path());
    assert!(times.len() == 1 && times[0].1.stamp.is_none() && times[0].1.failed[0].why.contains("refuses"), "{times:?}");
    let open = run_in(folder.path(), ["verify", "recording"]);
    assert!(
        open.code == 0 && open.out.contains("Once no authority gave a time") && open.out.contains("No outside time"),
        "{} {}",
        open.out,
        open.err
    );
    let still = run_in(folder.path(), ["stamp", "recording", "--stamp-by", &url]);
    assert!(still.code == 2 && still.err.contains("unsupported algorithm"), "{} {}", still.out, still.err);
    authority.does(Does::Stamp);
    let got = run_in(folder.path(), ["stamp", "recording", "--stamp-by", &url]);
    assert!(got.code == 0 && got.out.contains("the last, existed at"), "{} {}", got.out, got.err);
    let verified = run_in(folder.path(), ["verify", "recording", "--tsa-roots", authority.root().to_str().expect("a path")]);
    assert!(verified.code == 0 && verified.out.contains("All "), "{} {}", verified.out, verified.err);
    // What lies in times/ must be a time.
    fs::write(folder.path().join("recording/times/other.json"), "{}").expect("written");
    let strange = run_in(folder.path(), ["verify", "recording"]);
    assert!(strange.code == 1 && strange.out.contains("times/other.json: is no time of a recording"), "{}", strange.out);
}

#[test]
fn wrong_options_are_refused_before_anything_is_recorded() {
    let folder = scratch();
    for (more, says) in [
        (&["--stamp-by", "ftp://x/"][..], "http://"),
        (&["--stamp-by", "https://me:secret@x/"], "would stand in the recording"),
        (&["--stamp-by", "https://x/", "--stamp-qualified", "yes"], "needs a source"),
        (&["--stamp-by", "https://x/", "--stamp-qualified", "perhaps"], "yes, no or unknown"),
        (&["--stamp-every", "0"], "--stamp-every"),
    ] {
        let ran = run_in(folder.path(), [&["demo", "--no-browser", "--out", "recording"], more].concat());
        assert!(ran.code == 2 && ran.err.contains(says), "{more:?}: {} {}", ran.out, ran.err);
        assert!(!folder.path().join("recording").exists());
    }
    let text = folder.path().join("roots.pem");
    fs::write(&text, "nothing").expect("written");
    demo(folder.path(), &[]);
    let ran = run(["verify", folder.path().join("recording").to_str().expect("a path"), "--tsa-roots", text.to_str().expect("a path")]);
    assert!(ran.code == 2 && ran.err.contains("roots.pem"), "{}", ran.err);
}
