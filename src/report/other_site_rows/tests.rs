//! Cookies sent from pages of other sites: what a row counts, when it says that a Set-Cookie was recorded, and the sentences in both languages.

use super::super::csv;
use super::super::html::{self, tests::cookie};
use super::super::linkage_rows::CaptureRef;
use super::super::linkage_rows::tests::{annex_tables, linkage};
use super::super::model::{LinkageTables, Report};
use super::super::text::Lang;
use super::*;

fn rows(found: &Linkage, cookies: &[Cookie], browser: Option<&str>) -> Vec<SentFromOtherRow> {
    let captures = [CaptureRef {
        number: 1,
        name: "",
        simulated: false,
        case_key: true,
        page: Some("shop.example"),
        visit: None,
        browser,
        not_used: None,
    }];
    let ground = Ground { suffixes: &SuffixList::Embedded, captures: &captures, full: false };
    let (rows, left_out) = sent_from_other_sites(found, cookies, ground, browser, &mut Pseudonyms::default());
    assert_eq!(left_out, 0);
    rows
}

#[test]
fn cookies_sent_from_pages_of_another_site() {
    let mut found = linkage();
    let again = rows(&found, &[], None);
    // The cookie of the platform from the shop; not from the platform's own page, and not the shop's cookie from the shop.
    let row = |row: &SentFromOtherRow| (row.name.clone(), row.from.clone(), row.requests, row.first_entry, row.set_recorded, row.policy);
    let expected = |requests, set, policy| ("datr".to_owned(), "shop.example".to_owned(), requests, 7, set, policy);
    assert_eq!(again.iter().map(row).collect::<Vec<_>>(), [expected(3, false, "not-recorded")]);
    assert_eq!((again[0].hosts.join(" "), &*again[0].pseudonym), ("www.facebook.com".to_owned(), "ID-1"));
    // Hosts of one domain are one row; a page that is not established joins nothing.
    let mut other = found.sent[1].clone();
    (other.host, other.entry) = ("connect.facebook.com".to_owned(), 11);
    let unknown = crate::analysis::linkage::OwnUse { asked_from: String::new(), ..other.clone() };
    found.sent.extend([other, unknown]);
    let blocked = Some("Chromium/156, headless, third-party cookies blocked");
    let set = Cookie { domain: "www.facebook.com".to_owned(), ..cookie(1, "datr", "facebook.com", vec![]) };
    let again = rows(&found, std::slice::from_ref(&set), blocked);
    assert_eq!(again.iter().map(row).collect::<Vec<_>>(), [expected(6, true, "blocked")]);
    assert_eq!((again[0].hosts.len(), again[0].set_by.join(" ")), (2, "www.facebook.com".to_owned()));
    // A line that only deletes sets nothing, nor does a cookie of that name of another domain, nor one whose name only begins alike.
    let deleted = Cookie { set: 0, renewed: 0, changed: 0, deleted: 3, ..set.clone() };
    let others = [deleted, cookie(2, "datr", "other.example", vec![]), cookie(3, "dat", "facebook.com", vec![])];
    assert!(!rows(&found, &others, None)[0].set_recorded);
    // What is packed in a cookie was set with the cookie.
    found.identifiers[0].carrier = Carrier::Cookie { name: "datr.id".to_owned(), domain: "facebook.com".to_owned() };
    assert!(rows(&found, &[set], None)[0].set_recorded);
}

#[test]
fn the_page_says_so_in_both_languages() {
    for (lang, sentences) in [
        (
            Lang::Nl,
            [
                "2 cookies zijn meegezonden in verzoeken vanaf een pagina of frame van een andere site dan die van de cookie, bij 1 site",
                "niet vastgelegd) is in 1 verzoek vanaf een pagina of frame van <bdi dir=\"ltr\">shop.example</bdi> cookie",
                "; in deze vastlegging is geen Set-Cookie voor deze cookie vastgelegd; stand van de keuze daarbij: vóór een keuze voor",
                "in 4 verzoeken vanaf een pagina of frame van",
                "in deze vastlegging is een Set-Cookie voor deze cookie vastgelegd in een antwoord van <bdi dir=\"ltr\">www.facebook.com</bdi>",
            ],
        ),
        (
            Lang::En,
            [
                "2 cookies were sent in requests from a page or frame of another site than the cookie&#39;s own, with 1 site",
                "not recorded), in 1 request from a page or frame of <bdi dir=\"ltr\">shop.example</bdi>, cookie",
                "; in this recording no Set-Cookie for this cookie was recorded; state of the choice then: before a choice for",
                "in 4 requests from a page or frame of",
                "in this recording a Set-Cookie for this cookie was recorded in an answer of <bdi dir=\"ltr\">www.facebook.com</bdi>",
            ],
        ),
    ] {
        let page = html::render(&html::tests::sample(), lang).expect("renders");
        for sentence in sentences {
            assert!(page.contains(sentence), "{sentence}");
        }
        for id in ["t8k-r1", "t8k-r2-said"] {
            assert_eq!(page.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
        }
        let none = Report { linkage: LinkageTables::default(), ..html::tests::sample() };
        let page = html::render(&none, lang).expect("renders");
        assert!(!page.contains("href=\"#t8k\""), "chapter 1 says nothing where there is no row");
    }
    let files = csv::files(&super::super::tables::linkage::tables(&annex_tables(), false)).expect("writes");
    let (_, bytes) = files.iter().find(|(file, _)| file == "sent-from-other-sites.csv").expect("a table");
    let text = String::from_utf8_lossy(bytes);
    assert!(text.contains("not recorded in this recording") && text.contains("not-recorded") && text.contains("before-choice"), "{text}");
}
