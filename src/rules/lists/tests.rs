//! The lists of others, where they are there, and hostile ones.

#![allow(clippy::print_stdout, reason = "a test says what it compared, and what it could not find")]

use super::*;

/// The lists of others, where they are there.
fn shared(name: &str) -> Option<Vec<u8>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lists").join(name);
    let bytes = std::fs::read(path).ok();
    if bytes.is_none() {
        println!("{name} is not here: only own fixtures were read");
    }
    bytes
}

#[test]
fn the_lists_of_others_are_recognised_and_read() {
    for (name, kind, least, most_rejected) in [
        ("easylist.txt", ListKind::Filter, 45_000, 4_000),
        ("easyprivacy.txt", ListKind::Filter, 40_000, 100),
        ("open-cookie-database.csv", ListKind::Cookies, 2_200, 5),
        ("open-cookie-database-edpb.json", ListKind::Cookies, 2_200, 5),
        ("nc/disconnect-services.json", ListKind::Trackers, 4_000, 5),
        ("nc/disconnect-entities.json", ListKind::Trackers, 4_000, 30),
        ("nc/duckduckgo-extension-tds-v6.json", ListKind::Trackers, 9_000, 30),
        ("nc/ghostery-trackerdb.json", ListKind::Trackers, 9_000, 60),
        ("adguard-cname-commanders-act.json", ListKind::Aliases, 15, 0),
        ("adguard-cname-original-trackers-justdomains.txt", ListKind::Aliases, 50, 0),
        ("public_suffix_list.dat", ListKind::Suffixes, 9_000, 0),
    ] {
        let Some(bytes) = shared(name) else { continue };
        assert_eq!(ListKind::of(&bytes), Some(kind), "{name}");
        let list = OutsideList::read(name, &bytes, kind).unwrap_or_else(|error| panic!("{name}: {error}"));
        let info = list.info();
        println!("{name}: {} rules, {} rejected, {:?} {:?}", info.rules, info.rejected, info.title, info.rejections);
        assert!(
            info.rules >= least && info.rejected <= most_rejected,
            "{name}: {} rules, {} rejected: {:?}",
            info.rules,
            info.rejected,
            info.rejections
        );
        // AdGuard's files of pairs hold nothing but pairs.
        assert!(info.title.is_some() || name == "adguard-cname-commanders-act.json", "{name}");
    }
}

#[test]
fn bytes_of_another_kind_are_an_error_that_says_what_to_take() {
    for kind in ListKind::ALL {
        let error = OutsideList::read("x", b"\xff\xfe nothing", kind).err().expect("no list").to_string();
        assert!(error.contains("take "), "{error}");
    }
}

#[test]
fn a_million_rules_and_patterns_that_never_end() {
    use std::fmt::Write as _;
    let mut text = String::new();
    (0..1_000_000).for_each(|number| writeln!(text, "||h{number}.example^").expect("written"));
    let list = FilterList::compile("x", text.as_bytes()).expect("compiles");
    assert_eq!((list.rules, list.rejected, list.rejections.len()), (MOST_RULES, 500_000, 20));
    let mut text = "||own.example^\n".to_owned();
    (0..2_000).for_each(|number| writeln!(text, "/(a+)+{number}x/").expect("written"));
    writeln!(text, "/a{{1000}}{{1000}}{{1000}}/\n/(?=a)b/\n||{}\n{}", "a*".repeat(2_000), "b".repeat(10 << 20)).expect("written");
    let list = FilterList::compile("x", text.as_bytes()).expect("compiles");
    assert_eq!((list.rules, list.rejected), (1_001, 1_004), "{:?}", list.rejections);
    let url = format!("https://h.example/{}", "a".repeat(50_000));
    let request = ListRequest { url: &url, host: "h.example", page_host: "a.nl", other_site: true, kind: "image", method: "GET" };
    assert_eq!(list.check(request), None);
}
