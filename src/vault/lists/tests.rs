//! Tests of the store: what is kept, what an update may change, and what a case gets.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::rules::ListRequest;

const LIST: &str = "! Title: EasyList\n||a.example^\n||b.example^\n||c.example^\n||d.example^\n/(bad/$script\n";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_nanoseconds(seconds * 1_000_000_000)
}

fn from(path: &str) -> Origin {
    Origin::File(path.to_owned())
}

fn store() -> (tempfile::TempDir, ListStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = ListStore::at(&folder.path().join("lists"));
    (folder, store)
}

fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

#[test]
fn what_is_added_comes_back_with_what_is_known_of_it() {
    let (_folder, store) = store();
    assert!(store.names().expect("none yet").is_empty());
    let record = store.add("easylist", LIST.as_bytes(), from("/home/x/easylist.txt"), &Said::default(), at(5)).expect("added");
    assert_eq!((record.current.rules, record.current.rejected, record.current.licence_by), (4, 1, LicenceBy::Known));
    assert_eq!(store.record("easylist").expect("a record"), record);
    for _ in 0..2 {
        let list = store.load("easylist").expect("loads");
        let info = list.info();
        assert_eq!((&*info.name, info.rules, info.rejected, info.digest), ("easylist", 4, 1, digest(LIST)));
        assert_eq!(info.origin.as_deref(), Some("easylist.txt"), "the folders of whoever added it are nobody's business");
        assert_eq!((info.may_be_handed_over, info.retrieved.as_deref()), (Some(true), Some("1970-01-01T00:00:05.000Z")));
        let OutsideList::Filter(list) = list else { panic!("a filter list") };
        let request =
            ListRequest { url: "https://b.example/", host: "b.example", page_host: "x.nl", other_site: true, kind: "image", method: "GET" };
        assert_eq!(list.check(request).expect("matches").line, Some(3));
    }
    assert!(matches!(store.add("easylist", LIST.as_bytes(), from("x"), &Said::default(), at(6)), Err(StoreError::Exists(_))));
    assert!(matches!(store.load("other"), Err(StoreError::Missing { .. })));
    for name in ["", "../x", "A", ".hidden", "a/b", "a@b", &"a".repeat(65)] {
        assert!(matches!(store.add(name, LIST.as_bytes(), from("x"), &Said::default(), at(6)), Err(StoreError::Name(_))), "{name:?}");
        assert!(!store.has(name), "{name:?}");
    }
    assert!(store.remove("easylist").is_ok() && store.names().expect("read").is_empty());
    assert!(!store.folder().join(".compiled").join(digest(LIST).to_string()).exists(), "the compiled form is gone too");
}

#[test]
fn an_update_keeps_the_old_version_and_refuses_a_worse_one() {
    let (_folder, store) = store();
    let said = Said { may_be_handed_over: Some(false), ..Said::default() };
    store.add("l", LIST.as_bytes(), from("x"), &said, at(1)).expect("added");
    let same = store.update("l", LIST.as_bytes(), from("x"), false, at(2)).expect("unchanged");
    assert_eq!((same.before, &*store.record("l").expect("read").checked), (same.after, "1970-01-01T00:00:02.000Z"));
    let more = format!("{LIST}||e.example^\n");
    let updated = store.update("l", more.as_bytes(), from("x"), false, at(3)).expect("updated");
    assert_eq!((updated.before.rules, updated.after.rules, updated.after.may_be_handed_over), (4, 5, Some(false)));
    let few = "||a.example^\n";
    let aliases = "# CNAME\na.example\nb.example\nc.example\nd.example\n";
    for (text, says) in [(few, "from 5 to 1"), (aliases, "kind aliases"), ("! nothing\n", "take a list")] {
        let error = store.update("l", text.as_bytes(), from("x"), false, at(4)).expect_err(text).to_string();
        assert!(error.contains(says), "{error}");
        assert_eq!(store.load("l").expect("loads").info().digest, digest(&more), "the old version stays");
    }
    store.update("l", few.as_bytes(), from("x"), true, at(5)).expect("forced");
    let record = store.record("l").expect("read");
    let digests: Vec<_> = record.versions().filter_map(ListVersion::digest).collect();
    assert_eq!(digests, [digest(few), digest(&more), digest(LIST)]);
    let prefix = &digest(LIST).to_string()[..12];
    assert_eq!(store.load(&format!("l@{prefix}")).expect("an earlier version").info().rules, 4);
    assert!(matches!(store.load("l@"), Err(StoreError::Version { count: 3, .. })));
    assert!(matches!(store.load("l@zz"), Err(StoreError::Version { count: 0, .. })));
    assert_eq!(store.by_digest(digest(&more), None).expect("read").map(|list| list.info().rules), Some(5));
    assert!(store.by_digest(digest("other"), None).expect("read").is_none());
}

#[test]
fn what_the_operator_says_of_a_kind_stays_on_update() {
    let (_folder, store) = store();
    let said = Said { kind: Some(ListKind::Aliases), licence: Some("own".to_owned()), may_be_handed_over: None };
    let record = store.add("a", b"||a.example^\n||b.example^\n", from("x"), &said, at(1)).expect("added");
    assert_eq!(
        (record.current.kind, record.current.licence.as_deref(), record.current.may_be_handed_over),
        (ListKind::Aliases, Some("own"), None)
    );
    let updated = store.update("a", b"||a.example^\n||b.example^\n||c.example^\n", from("x"), false, at(2)).expect("updated");
    assert_eq!((updated.after.kind, updated.after.rules, updated.after.licence.as_deref()), (ListKind::Aliases, 3, Some("own")));
    let error = store.add("b", b"a.example\n", from("x"), &Said::default(), at(3)).expect_err("no kind").to_string();
    assert!(error.contains("--kind"), "{error}");
    assert!(store.add("c", b"\x1f\x8b\x08", from("x"), &Said::default(), at(3)).expect_err("gzip").to_string().contains("unpack"));
}

#[test]
fn a_cache_is_never_trusted() {
    let (_folder, store) = store();
    store.add("l", LIST.as_bytes(), from("x"), &Said::default(), at(1)).expect("added");
    let cache = store.folder().join(".compiled").join(digest(LIST).to_string());
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(cache.parent().expect("a folder")), mode(&cache)), (0o700, 0o600));
    let good = fs::read(&cache).expect("kept");
    let checks = |what: &str| {
        let OutsideList::Filter(list) = store.load("l").expect("loads") else { panic!("a filter list") };
        let request =
            ListRequest { url: "https://b.example/", host: "b.example", page_host: "x.nl", other_site: true, kind: "image", method: "GET" };
        assert_eq!(list.check(request).expect("matches").line, Some(3), "{what}");
        assert_eq!(fs::read(&cache).expect("kept"), good, "{what}: made again");
    };
    checks("from the cache");
    let mut changed = good.clone();
    *changed.last_mut().expect("bytes") ^= 1;
    fs::write(&cache, &changed).expect("written");
    checks("a changed byte");
    // A cache of another list whose own digest fits.
    let other = crate::rules::FilterList::compile("l", b"||other.example^\n").expect("compiles").to_cache();
    fs::write(&cache, [&Digest::of(&other).0[..], &other].concat()).expect("written");
    checks("of another list");
    fs::write(&cache, b"").expect("written");
    checks("empty");
    fs::remove_file(&cache).expect("removed");
    checks("none");
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o666)).expect("set");
    checks("open to others");
    assert_eq!(mode(&cache), 0o600);
}

#[test]
fn bytes_that_were_changed_are_not_used() {
    let (_folder, store) = store();
    store.add("l", LIST.as_bytes(), from("x"), &Said::default(), at(1)).expect("added");
    let path = store.folder().join("l").join(digest(LIST).to_string());
    fs::write(&path, "||evil.example^\n").expect("written");
    assert!(matches!(store.load("l"), Err(StoreError::Changed(_))));
    fs::write(store.folder().join("l/list.json"), "{").expect("written");
    let error = store.load("l").err().expect("broken").to_string();
    assert!(error.contains("list.json") && error.contains("line 1"), "{error}");
}

#[test]
fn a_case_gets_only_what_may_be_handed_over() {
    let (folder, store) = store();
    let services = "{\"license\":\"x\",\"categories\":{\"Social\":[{\"A\":{\"http://a.example\":[\"a.example\"]}}]}}";
    store.add("easylist", LIST.as_bytes(), from("/home/me/easylist.txt"), &Said::default(), at(1)).expect("added");
    store.add("disconnect", services.as_bytes(), from("x"), &Said::default(), at(1)).expect("added");
    let own = "||own.example^\n";
    store.add("own", own.as_bytes(), from("x"), &Said::default(), at(1)).expect("added");
    let case = ListStore::of_case(&folder.path().join("case/lists"));
    let all = [digest(LIST), digest(services), digest(own)];
    for _ in 0..2 {
        assert_eq!(store.hand_over(&all, &case).expect("copied"), [digest(LIST)]);
        assert_eq!(case.names().expect("read"), ["easylist"]);
    }
    assert_eq!(case.record("easylist").expect("read").current.origin, from("easylist.txt"));
    assert_eq!(case.load("easylist").expect("loads").info().licence, store.load("easylist").expect("loads").info().licence);
    let more = format!("{LIST}||e.example^\n");
    store.update("easylist", more.as_bytes(), from("x"), false, at(2)).expect("updated");
    store.hand_over(&[digest(&more)], &case).expect("copied");
    for text in [LIST, &more] {
        assert!(case.by_digest(digest(text), None).expect("read").is_some(), "both versions are there");
    }
}
