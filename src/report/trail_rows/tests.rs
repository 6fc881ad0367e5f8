//! What linkage adds to the trail, what was not sent again, and what redirects carry along: with a linkage made by hand.

use super::super::linkage_rows::tests::linkage;
use super::*;
use crate::site::SuffixList;

const PAGE: &str = "facebook.com";

/// Kind, name, codings, other page, recipient and the entries of both ends.
type Joined = (&'static str, String, Vec<&'static str>, String, String, u64, u64);

fn rows(found: &Linkage) -> Vec<Joined> {
    let captures = [CaptureRef { number: 1, name: "", simulated: false, case_key: true, page: Some(PAGE), visit: None, browser: None }];
    let ground = Ground { suffixes: &SuffixList::Embedded, captures: &captures, full: false };
    let platform = |site: &str| site == PAGE;
    let (rows, left_out) = linked(found, ground, (PAGE, None), &platform, &mut Pseudonyms::default());
    assert_eq!(left_out, 0);
    let row = |row: TrailRow| (row.kind, row.name, row.codings, row.other.page, row.recipient, row.one.entry, row.other.entry);
    rows.into_iter().map(row).collect()
}

/// A digest of the platform's cookie at a measuring company, and the shop's own cookie as a digest with the platform. That the cookie itself was
/// sent again is the business of the trail, which has it; an answer joins nothing, nor does a part of a value.
#[test]
fn values_in_another_form_join_the_page_and_another_site() {
    let found = linkage();
    assert_eq!(
        rows(&found),
        [
            ("linked-value", "datr".to_owned(), vec!["sha256", "base64"], "shop.example".to_owned(), "measure.example".to_owned(), 2, 8),
            ("own-cookie", "_fbp".to_owned(), vec!["md5"], "shop.example".to_owned(), "facebook.com".to_owned(), 5, 9),
        ]
    );
    let mut elsewhere = found;
    elsewhere.sharings.iter_mut().for_each(|sharing| sharing.stretch = 2);
    assert!(rows(&elsewhere).is_empty(), "another stretch is another browser profile");
}

#[test]
fn what_was_not_sent_again() {
    let mut found = linkage();
    let asked = BTreeMap::from([
        ((1, PAGE.to_owned(), PAGE.to_owned()), 9),
        ((1, PAGE.to_owned(), "news.example".to_owned()), 4),
        ((1, PAGE.to_owned(), "shop.example".to_owned()), 3),
        ((2, PAGE.to_owned(), "news.example".to_owned()), 7),
    ]);
    let browser = Some("Chromium/156, third-party cookies blocked");
    let not_again = |found: &Linkage| {
        let rows = not_sent_again(found, &asked, (PAGE, browser), &mut Pseudonyms::default());
        rows.into_iter().map(|row| (row.name, row.other, row.requests, row.other_value, row.policy)).collect::<Vec<_>>()
    };
    let row = |other: &str, requests, other_value| ("datr".to_owned(), other.to_owned(), requests, other_value, "blocked");
    // From the shop it was sent again; from the news site the platform was asked without it.
    assert_eq!(not_again(&found), [row("news.example", 4, false)]);
    found.sent[1].fingerprint = [9; 8];
    assert_eq!(not_again(&found), [row("news.example", 4, false), row("shop.example", 3, true)]);
    found.sent.remove(1);
    assert_eq!(not_again(&found), [row("news.example", 4, false), row("shop.example", 3, false)]);
}

#[test]
fn what_redirects_carry_along() {
    let one = parameters("https://l.facebook.com/l.php?h=short&fbclid=IwAR0123456789abcdef&u=https%3A%2F%2Fshop.example%2F");
    let other = parameters("https://shop.example/?fbclid=IwAR0123456789abcdef&h=short");
    let carried: Vec<_> = one.intersection(&other).map(|(name, _)| name.as_str()).collect();
    assert_eq!(carried, ["fbclid"], "short values are too often equal by chance");
    let mut found = linkage();
    (found.sharings[2].way, found.sharings[2].entry) = (Way::Redirect, 31);
    let redirect = |nr, from_entry| RedirectRow {
        nr,
        chain: 1,
        from_entry,
        from_host: None,
        to_entry: from_entry + 1,
        to_host: String::new(),
        to_site: String::new(),
        time: None,
        stretch: 1,
        carried: vec![],
        pseudonyms: vec![],
    };
    let rows = with_pseudonyms(vec![redirect(1, 30), redirect(2, 31)], &found, &mut Pseudonyms::default());
    assert_eq!(rows.into_iter().map(|row| row.pseudonyms).collect::<Vec<_>>(), [vec![], vec!["ID-1".to_owned()]]);
}
