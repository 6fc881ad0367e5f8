//! Scripted exchanges and what is said of each. A line of a script: milliseconds, method, address, and what the browser and the recording tell.

use proptest::prelude::*;

use super::*;
use crate::analysis::redirects::Redirects;
use crate::classify::{HostFacts, Navigated};
use crate::evidence::{CaseKey, Fingerprinter};
use crate::model::{
    Body, BodyState, Connection, Digest, Entry, EntryDigest, Exchange, Fidelity, Headers, Initiator, Interim, Mark, Outcome, Request,
    Response, Timestamp, Timings,
};
use crate::observe::{Observation, observe};
use crate::site::{ChoiceRequest, Given, Position, Relation, Says, Scope, SuffixList, Visit};

mod bounds;

const PAGE: &str = "https://www.facebook.com/minbzk";
const OPEN: &str = "nav site=none user html";

fn fingerprints() -> Fingerprinter {
    Fingerprinter::new(&CaseKey::of_capture(Digest::of(b"")))
}

fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_nanoseconds(milliseconds * 1_000_000)
}

/// A line of a script as an entry. Words: `nav`, `frame`, `fetch`, `image`, `style`, `code`, `beacon` are what a browser with Fetch Metadata
/// sends; `user`; `html` and `css` what is answered; `NAME=VALUE` everything else.
fn entry(number: u64, line: &str) -> (Entry, Option<Navigated>) {
    let mut words = line.split_whitespace();
    let mut next = || words.next().expect("milliseconds, method and address");
    let (at, method, url) = (next().parse().expect("milliseconds"), next().to_owned(), next().to_owned());
    let (mut headers, mut answer, mut early) = (Headers::new(), Headers::new(), Headers::new());
    let (mut status, mut body, mut sent) = (200, String::new(), String::new());
    let (mut page, mut resource_type, mut initiator, mut client, mut navigated) = (None, None, None, None, None);
    let mut waits = 50.0;
    for word in words {
        let mut fetch = |mode: &str, dest: &str| {
            headers.push(b"Sec-Fetch-Mode", mode.as_bytes());
            headers.push(b"Sec-Fetch-Dest", dest.as_bytes());
        };
        match word.split_once('=').unwrap_or((word, "")) {
            ("nav", _) => fetch("navigate", "document"),
            ("frame", _) => fetch("navigate", "iframe"),
            ("fetch", _) => fetch("cors", "empty"),
            ("image", _) => fetch("no-cors", "image"),
            ("style", _) => fetch("no-cors", "style"),
            ("code", _) => fetch("no-cors", "script"),
            ("report", _) => fetch("no-cors", "report"),
            ("worker", _) => {
                fetch("same-origin", "serviceworker");
                headers.push(b"Service-Worker", b"script");
            }
            ("beacon", _) => {
                fetch("no-cors", "empty");
                headers.push(b"Content-Type", b"text/plain;charset=UTF-8");
            }
            ("user", _) => headers.push(b"Sec-Fetch-User", b"?1"),
            ("site", value) => headers.push(b"Sec-Fetch-Site", value.as_bytes()),
            ("ref", value) => headers.push(b"Referer", value.as_bytes()),
            ("origin", value) => headers.push(b"Origin", value.as_bytes()),
            ("asks", value) => headers.push(b"Access-Control-Request-Method", value.as_bytes()),
            ("ping-from", value) => {
                headers.push(b"Ping-From", value.as_bytes());
                headers.push(b"Content-Type", b"text/ping");
            }
            ("purpose", value) => headers.push(b"Sec-Purpose", value.as_bytes()),
            ("sends", value) => headers.push(b"Content-Type", value.as_bytes()),
            ("form", value) => {
                headers.push(b"Content-Type", b"application/x-www-form-urlencoded");
                value.clone_into(&mut sent);
            }
            ("html", _) => answer.push(b"Content-Type", b"text/html"),
            ("css", _) => answer.push(b"Content-Type", b"text/css"),
            ("body", value) => value.replace('_', " ").clone_into(&mut body),
            ("link", value) => answer.push(b"Link", value.replace('_', " ").as_bytes()),
            ("early", value) => early.push(b"Link", value.replace('_', " ").as_bytes()),
            ("reports", value) => answer.push(b"Reporting-Endpoints", format!("main=\"{value}\"").as_bytes()),
            ("to", value) => {
                status = 302;
                answer.push(b"Location", value.as_bytes());
            }
            ("status", value) => status = value.parse().expect("a status"),
            ("waits", value) => waits = value.parse().expect("milliseconds"),
            ("page", value) => page = Some(value.to_owned()),
            ("kind", value) => resource_type = Some(value.to_owned()),
            ("by", value) => {
                let (kind, url) = value.split_once(':').expect("a kind and an address");
                initiator = Some(Initiator { kind: kind.to_owned(), url: url.to_owned() });
            }
            ("on", value) => client = Some(value.into()),
            ("fetches", value) => navigated = Some(Navigated { signature: 0, path: Some(value.to_owned()) }),
            other => panic!("no word of a script: {other:?}"),
        }
    }
    let started = moment(at);
    let interim = Interim { at: started, status: 103, reason: String::new(), headers: early };
    let exchange = Exchange {
        started: Some(started),
        page,
        connection: Connection { client, ..Connection::default() },
        interim: if interim.headers.is_empty() { vec![] } else { vec![interim] },
        timings: Timings { wait: Some(waits), ..Timings::default() },
        resource_type,
        initiator,
        ..Exchange::of(
            Request::of(&method, &url, "h2", headers, Body::new(BodyState::Raw, sent)),
            Outcome::Response(Response::of(status, "", "h2", answer, Body::new(BodyState::Raw, body))),
            Fidelity::Imported,
        )
    };
    (Entry { number, order: started, digest: EntryDigest(Digest::of(b"")), exchange }, navigated)
}

fn host_facts(host: &str) -> HostFacts {
    let site = SuffixList::Embedded.registrable_domain(host).to_owned();
    let (relation, position) = match site.as_str() {
        "facebook.com" => (Relation::SameSite, Position::Platform),
        "fbcdn.net" => (Relation::SameOwner, Position::PlatformAffiliate),
        "gemeente.nl" => (Relation::OtherOwner, Position::Auditee),
        _ => (Relation::OwnerNotEstablished, Position::Other),
    };
    HostFacts { site, owner: None, relation, position, endpoints: vec![] }
}

/// What an analysis would do with the entries, in short. `order`: in which they are pushed.
fn attributed(lines: &[&str], marks: &[(Timestamp, Mark)], requests: Vec<ChoiceRequest>, order: &[usize]) -> Vec<(u64, Attribution)> {
    attributed_with(true, lines, marks, requests, order)
}

/// The same, also where the operator named no platform.
fn attributed_with(
    platform_named: bool,
    lines: &[&str],
    marks: &[(Timestamp, Mark)],
    requests: Vec<ChoiceRequest>,
    order: &[usize],
) -> Vec<(u64, Attribution)> {
    let fingerprints = fingerprints();
    let entries: Vec<_> = lines.iter().zip(1..).map(|(line, number)| entry(number, line)).collect();
    let mut ahead = Ahead::default();
    let mut seen: Vec<(Timestamp, u64, Observation<'_>, Option<&Navigated>)> = Vec::new();
    for &place in order {
        let (entry, navigated) = &entries[place];
        let observation = observe(entry, &SuffixList::Embedded, &fingerprints, &mut ()).expect("a host");
        // What is read back from the spool is what was put there.
        let bytes = postcard::to_stdvec(&observation).expect("in memory");
        assert_eq!(postcard::from_bytes::<Observation<'_>>(&bytes).expect("just written"), observation);
        ahead.see(&observation, entry.order);
        seen.push((entry.order, entry.number, observation, navigated.as_ref()));
    }
    ahead.settle();
    seen.sort_by_key(|(at, number, ..)| (*at, *number));
    let opening = seen.iter().filter(|(_, _, observation, _)| observation.opens_page());
    let opened: Vec<_> = opening.map(|(at, ..)| (*at, "facebook.com".to_owned())).collect();
    let first = seen.first().map(|(at, ..)| *at);
    let visit = Visit::new(Given { marks, opened: &opened, page: Some("facebook.com"), first }, requests);
    let click_identifiers = ["fbclid".to_owned()];
    let ground = Ground { visit: &visit, fingerprints: &fingerprints, platform_named, click_identifiers: &click_identifiers };
    let mut attributor = Attributor::new(ground, ahead);
    let mut redirects = Redirects::default();
    let mut found = Vec::new();
    for (place, (at, number, observation, navigated)) in seen.iter().enumerate() {
        let mark = |url: &str| fingerprints.mark(url.as_bytes());
        let target = (!observation.redirect.is_empty()).then(|| mark(&observation.redirect));
        let from = redirects.follow(place, mark(&observation.url), target).map(|from| seen[from].1);
        let (host, to) = (host_facts(&observation.host), observation.redirect_host().map(|host| host_facts(&host)));
        let background = observation.host.starts_with("update.");
        let step = Step { observation, at: *at, host: &host, to: to.as_ref(), redirected_from: from, background, navigated: *navigated };
        found.push((*number, attributor.see(step)));
    }
    assert_eq!(attributor.left_out(), 0);
    found
}

fn text(number: u64, found: &Attribution) -> String {
    let Attribution { page, trigger, acted, is_preflight, paired_with } = found;
    let entry = page.page.as_ref().map_or("-".to_owned(), |page| page.entry.to_string());
    let frame = page.frame.map(|frame| format!(" in frame {frame}")).unwrap_or_default();
    let mut about = String::new();
    about.extend(trigger.host.as_ref().map(|host| format!(" {host}")));
    about.extend(trigger.entry.map(|entry| format!(" of {entry}")));
    about.extend(trigger.choice.map(|choice| format!(" choice {choice}")));
    about.extend(trigger.idle_seconds.map(|seconds| format!(" {seconds} s")));
    let pair = paired_with.map(|other| format!(" ({} {other})", if *is_preflight { "for" } else { "after" })).unwrap_or_default();
    format!(
        "{number}: page {entry} {}/{}{frame}; {}{about} {}/{}; {} {} {}/{}{pair}",
        page.basis.id(),
        page.confidence.id(),
        trigger.kind.id(),
        trigger.basis.id(),
        trigger.confidence.id(),
        acted.actor.id(),
        acted.way.id(),
        acted.basis.id(),
        acted.confidence.id(),
    )
}

fn said(lines: &[&str]) -> Vec<String> {
    let order: Vec<usize> = (0..lines.len()).collect();
    attributed(lines, &[], vec![], &order).iter().map(|(number, found)| text(*number, found)).collect()
}

/// Whether a text begins with whole words.
fn begins_with(text: &str, words: &str) -> bool {
    text.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ';']))
}

/// Compares what is said of a script with a table of `line => beginning of what is said`.
#[track_caller]
fn check(table: &[(&str, &str)]) {
    let lines: Vec<&str> = table.iter().map(|(line, _)| *line).collect();
    let found = said(&lines);
    let cut: Vec<&str> =
        found.iter().zip(table).map(|(found, (_, wanted))| if begins_with(found, wanted) { *wanted } else { found }).collect();
    let wanted: Vec<&str> = table.iter().map(|(_, wanted)| *wanted).collect();
    assert_eq!(cut, wanted);
}

fn page(at: i64, more: &str) -> String {
    format!("{at} GET {PAGE} {OPEN} {more}")
}

/// A website that is examined is no platform because it is examined: where the operator names none, the way stays open and says so.
#[test]
fn without_a_platform_no_way_is_established() {
    let first = page(0, "");
    let lines = [&*first, "100 GET https://www.facebook.com/a.png image site=same-origin ref=https://www.facebook.com/minbzk"];
    let found = attributed_with(false, &lines, &[], vec![], &[0, 1]);
    for (number, found) in &found {
        let said = text(*number, found);
        assert!(said.ends_with("not-established not-established no-platform/not-established"), "{said}");
        assert_eq!(found.page.page.as_ref().map(|page| page.entry), Some(1), "page and trigger do not depend on it");
    }
}

#[test]
fn a_visit_with_fetch_metadata() {
    let first = page(0, "body=<link_rel=stylesheet_href=/s.css><img_src=/a.png><a_href=/about>x</a>");
    check(&[
        (&first, "1: page 1 navigation-itself/stated; navigation-typed fetch-metadata/stated; visitor visitor-on-platform page/derived"),
        (
            "100 GET https://www.facebook.com/s.css style site=same-origin css body=.a{background:url(/b.png)} ref=https://www.facebook.com/minbzk",
            "2: page 1 referer/stated; document-parser www.facebook.com document-mention/derived; visitor",
        ),
        (
            "110 GET https://www.facebook.com/a.png image site=same-origin ref=https://www.facebook.com/minbzk",
            "3: page 1 referer/stated; document-parser www.facebook.com document-mention/derived",
        ),
        (
            "200 GET https://www.facebook.com/b.png image site=same-origin ref=https://www.facebook.com/s.css",
            "4: page 1 referer/derived; stylesheet www.facebook.com referer/stated",
        ),
        (
            "210 GET https://scontent.fbcdn.net/c.png image site=cross-site ref=https://www.facebook.com/",
            "5: page 1 referer-origin/derived; script no-mention/guessed",
        ),
        (
            "300 POST https://www.facebook.com/api/graphql/ fetch site=same-origin ref=https://www.facebook.com/minbzk form=av=0&__user=0",
            "6: page 1 referer/stated; script fetch-metadata/derived; visitor visitor-on-platform page/derived",
        ),
        (
            "2000 GET https://www.facebook.com/about nav site=same-origin user html ref=https://www.facebook.com/minbzk",
            "7: page 7 navigation-itself/stated; navigation-link www.facebook.com document-mention/derived",
        ),
        (
            "4000 GET https://www.facebook.com/login nav site=same-origin html ref=https://www.facebook.com/about",
            "8: page 8 navigation-itself/stated; navigation-by-page www.facebook.com fetch-metadata/derived",
        ),
        (
            "5000 POST https://www.facebook.com/login nav site=same-origin user html ref=https://www.facebook.com/login origin=https://www.facebook.com form=a=b",
            "9: page 9 navigation-itself/stated; navigation-form header-field/derived",
        ),
    ]);
}

#[test]
fn hints_links_and_fetching_ahead() {
    let first = page(0, "link=</l.js>;_rel=preload;_as=script early=</e.js>;_rel=preload body=<p>");
    check(&[
        (&first, "1: page 1"),
        (
            "90 GET https://www.facebook.com/l.js code site=same-origin ref=https://www.facebook.com/minbzk",
            "2: page 1 referer/stated; document-parser www.facebook.com link-header/derived",
        ),
        (
            "91 GET https://www.facebook.com/e.js code site=same-origin ref=https://www.facebook.com/minbzk",
            "3: page 1 referer/stated; document-parser www.facebook.com early-hints/derived",
        ),
        (
            "95 GET https://www.facebook.com/next nav site=same-origin purpose=prefetch;prerender html ref=https://www.facebook.com/minbzk",
            "4: page 1 referer/stated; prefetch purpose/stated",
        ),
        ("96 GET https://www.facebook.com/i.png image site=same-origin", "5: page 1 fetch-site/derived; script no-mention/guessed"),
    ]);
}

#[test]
fn frames_belong_to_their_page() {
    let first = page(0, "body=<iframe_src=https://embed.example/f></iframe>");
    check(&[
        (&first, "1: page 1"),
        (
            "100 GET https://embed.example/f frame site=cross-site html ref=https://www.facebook.com/ body=<img_src=/in.png>",
            "2: page 1 referer-origin/derived; document-parser www.facebook.com document-mention/derived",
        ),
        (
            "200 GET https://embed.example/in.png image site=same-origin ref=https://embed.example/f",
            "3: page 1 frame-chain/derived in frame 2; frame embed.example referer/derived",
        ),
        (
            "210 POST https://else.example/x fetch site=cross-site ref=https://embed.example/ origin=https://embed.example",
            "4: page 1 frame-chain/derived in frame 2; frame embed.example referer/derived",
        ),
        (
            "220 GET https://inner.example/g frame site=cross-site html ref=https://embed.example/",
            "5: page 1 frame-chain/derived in frame 2; frame embed.example referer/derived",
        ),
        (
            "300 GET https://else.example/y image site=cross-site ref=https://inner.example/",
            "6: page 1 frame-chain/derived in frame 5; frame inner.example referer/derived",
        ),
    ]);
}

#[test]
fn two_tabs_are_told_apart_by_referer_and_page() {
    check(&[
        (&page(0, ""), "1: page 1"),
        (
            "1000 GET https://town.example/ nav site=none user html",
            "2: page 2 navigation-itself/stated; navigation-typed fetch-metadata/stated; visitor elsewhere",
        ),
        (
            "2000 GET https://x.example/1 fetch site=cross-site ref=https://www.facebook.com/ origin=https://www.facebook.com",
            "3: page 1 referer-origin/derived",
        ),
        (
            "2010 GET https://x.example/2 fetch site=cross-site ref=https://town.example/ origin=https://town.example",
            "4: page 2 referer-origin/derived",
        ),
        ("2020 POST https://x.example/3 fetch site=cross-site origin=https://www.facebook.com", "5: page 1 origin/derived"),
        // Two pages of one host: by their host alone the last is a guess, by their address it is not.
        ("3000 GET https://town.example/b nav site=none user html", "6: page 6"),
        ("3100 GET https://x.example/4 image site=cross-site ref=https://town.example/", "7: page 6 referer-origin/guessed"),
        ("3110 POST https://x.example/5 fetch site=cross-site origin=https://town.example:443", "8: page 6 origin/guessed"),
        ("3120 GET https://town.example/c image site=same-origin ref=https://town.example/b", "9: page 6 referer/stated"),
        ("3130 GET https://town.example/d image site=same-origin ref=https://town.example/b?tab=2#x", "10: page 6 referer/derived"),
        (
            "3140 GET https://x.example/6 image site=cross-site ref=https://unknown.example/",
            "11: page - none/not-established; not-established none/not-established; not-established not-established none/not-established",
        ),
    ]);
}

#[test]
fn a_recording_without_fetch_metadata() {
    check(&[
        ("0 GET https://town.example/ kind=document html page=p1", "1: page 1 navigation-itself/stated; navigation recording/guessed"),
        (
            "100 GET https://cdn.example/a.js kind=script by=parser:https://town.example/ page=p1",
            "2: page 1 recording-page/stated; document-parser town.example recording/stated",
        ),
        (
            "200 POST https://x.example/t kind=xhr by=script:https://cdn.example/a.js page=p1",
            "3: page 1 recording-page/stated; script cdn.example recording/stated",
        ),
        ("300 GET https://f.example/ kind=document html page=p1 ref=https://town.example/", "4: page 1 recording-page/stated"),
        (
            "400 GET https://town.example/b kind=document html page=p2 ref=https://town.example/",
            "5: page 5 navigation-itself/stated; navigation-link town.example referer/guessed",
        ),
        (
            "500 GET https://x.example/i kind=image by=script:https://cdn.example/a.js page=p1",
            "6: page 1 recording-page/stated; script cdn.example recording/stated",
        ),
        // Neither page nor Referer: the initiator, then time.
        (
            "600 GET https://x.example/j kind=image by=script:https://cdn.example/a.js",
            "7: page 1 initiator/derived; script cdn.example recording/stated",
        ),
        (
            "610 GET https://x.example/k kind=image by=parser:https://town.example/b",
            "8: page 5 initiator/stated; document-parser town.example recording/stated",
        ),
        ("700 GET https://x.example/l on=c1 ref=https://town.example/b", "9: page 5 referer/stated; not-established"),
        (
            "710 GET https://x.example/m on=c1",
            "10: page 5 connection-and-time/guessed; not-established none/not-established; visitor elsewhere page/guessed",
        ),
        ("720 GET https://y.example/n", "11: page 5 time/guessed"),
        ("730 GET https://z.example/ html", "12: page 12 navigation-itself/guessed; navigation recording/guessed"),
    ]);
}

#[test]
fn redirects_and_the_page_at_their_end() {
    check(&[
        (&page(0, ""), "1: page 1"),
        (
            "1000 GET https://l.facebook.com/l.php?u=x nav site=same-site user ref=https://www.facebook.com/ to=https://www.gemeente.nl/?fbclid=abc",
            "2: page 2 navigation-itself/stated; navigation-link www.facebook.com fetch-metadata/derived; visitor auditee-sites click-identifier/derived",
        ),
        (
            "1100 GET https://www.gemeente.nl/?fbclid=abc nav site=cross-site user html ref=https://l.facebook.com/",
            "3: page 3 navigation-itself/stated; redirect of 2 location/derived; visitor auditee-sites click-identifier/derived",
        ),
        (
            "1200 GET https://www.facebook.com/tr/?id=1 image site=cross-site ref=https://www.gemeente.nl/",
            "4: page 3 referer-origin/derived; not-established none/not-established; auditee-site auditee-sites page/derived",
        ),
        (
            "1300 GET https://x.example/1 image site=cross-site ref=https://www.gemeente.nl/ to=https://y.example/2",
            "5: page 3 referer-origin/derived; not-established none/not-established; auditee-site",
        ),
        (
            "1400 GET https://y.example/2 image site=cross-site ref=https://www.gemeente.nl/",
            "6: page 3 referer-origin/derived; redirect of 5 location/derived",
        ),
    ]);
}

#[test]
fn preflights_and_their_requests() {
    let from = "origin=https://www.facebook.com ref=https://www.facebook.com/";
    check(&[
        (&page(0, ""), "1: page 1"),
        (
            &format!("100 OPTIONS https://api.example/x fetch site=cross-site asks=POST {from}"),
            "2: page 1 referer-origin/derived; preflight of 4 access-control/stated; visitor visitor-on-platform page/derived (for 4)",
        ),
        (
            &format!("110 GET https://api.example/x fetch site=cross-site {from}"),
            "3: page 1 referer-origin/derived; script fetch-metadata/derived; visitor visitor-on-platform page/derived",
        ),
        (
            &format!("150 POST https://api.example/x fetch site=cross-site {from}"),
            "4: page 1 referer-origin/derived; script fetch-metadata/derived; visitor visitor-on-platform page/derived (after 2)",
        ),
        (
            &format!("160 POST https://api.example/x fetch site=cross-site {from}"),
            "5: page 1 referer-origin/derived; script fetch-metadata/derived; visitor visitor-on-platform page/derived",
        ),
        (
            &format!("200 OPTIONS https://api.example/x fetch site=cross-site asks=DELETE {from}"),
            "6: page 1 referer-origin/derived; preflight access-control/stated",
        ),
        (
            "300 OPTIONS https://api.example/y fetch site=cross-site asks=POST origin=https://other.example",
            "7: page - none/not-established; preflight access-control/stated",
        ),
        (&format!("310 POST https://api.example/y fetch site=cross-site {from}"), "8: page 1"),
        // Chrome's own export: the request is noted first and waits for its preflight.
        (
            &format!("400 POST https://api.example/z fetch site=cross-site waits=500 {from}"),
            "9: page 1 referer-origin/derived; script fetch-metadata/derived; visitor visitor-on-platform page/derived (after 10)",
        ),
        (
            "410 OPTIONS https://api.example/z by=preflight:https://www.facebook.com/minbzk",
            "10: page 1 initiator/stated; preflight of 9 recording/stated",
        ),
    ]);
}

#[test]
fn beacons_belong_to_the_page_that_was_left() {
    let referer = "ref=https://www.facebook.com/minbzk";
    check(&[
        (&page(0, ""), "1: page 1"),
        // Just before the next page is asked for.
        (
            &format!("4800 POST https://www.facebook.com/ajax/bz beacon site=same-origin {referer}"),
            "2: page 1 referer/stated; unload time/guessed",
        ),
        (&format!("5000 GET https://www.facebook.com/about nav site=same-origin user html waits=300 {referer}"), "3: page 3"),
        // While it is on its way, and a little later.
        (
            &format!("5100 POST https://www.facebook.com/ajax/bz beacon site=same-origin {referer}"),
            "4: page 1 unload/derived; unload time/derived; visitor visitor-on-platform",
        ),
        (
            "5150 POST https://x.example/b beacon site=cross-site origin=https://www.facebook.com",
            "5: page 1 unload/guessed; unload time/guessed",
        ),
        (
            &format!("5900 POST https://www.facebook.com/ajax/bz beacon site=same-origin {referer}"),
            "6: page 1 unload/derived; unload time/derived",
        ),
        (
            "5950 POST https://x.example/b beacon site=cross-site origin=https://www.facebook.com",
            "7: page 3 origin/derived; script fetch-metadata/derived",
        ),
        // Long after, it still belongs to its page, but nothing says that it was left then.
        (
            &format!("20000 POST https://www.facebook.com/ajax/bz beacon site=same-origin {referer}"),
            "8: page 1 referer/stated; script fetch-metadata/derived",
        ),
        ("21000 GET https://x.example/ nav site=cross-site user html ref=https://www.facebook.com/", "9: page 9"),
        (
            "21010 POST https://p.example/ site=cross-site ping-from=https://www.facebook.com/about",
            "10: page 3 unload/derived; unload ping-from/derived",
        ),
    ]);
}

#[test]
fn a_page_that_goes_on_was_not_left() {
    let referer = "ref=https://www.facebook.com/minbzk";
    check(&[
        (&page(0, ""), "1: page 1"),
        (&format!("5000 GET https://www.facebook.com/about nav site=same-origin user html {referer}"), "2: page 2"),
        (
            &format!("5100 POST https://www.facebook.com/ajax/bz beacon site=same-origin {referer}"),
            "3: page 1 referer/stated; script fetch-metadata/derived",
        ),
        (&format!("19000 GET https://www.facebook.com/z image site=same-origin {referer}"), "4: page 1 referer/stated"),
    ]);
}

#[test]
fn pages_without_documents() {
    let referer = "ref=https://www.facebook.com/minbzk";
    check(&[
        (&page(0, ""), "1: page 1"),
        (
            &format!("1000 POST https://www.facebook.com/ajax/route fetch site=same-origin fetches=/minbzk/photos {referer}"),
            "2: page 2 navigation-signature/derived; navigation-in-page signature/derived",
        ),
        (&format!("1100 POST https://www.facebook.com/api/graphql/ fetch site=same-origin {referer}"), "3: page 2 referer/stated; script"),
        (
            "1200 GET https://scontent.fbcdn.net/p.jpg image site=cross-site ref=https://www.facebook.com/",
            "4: page 2 referer-origin/derived",
        ),
        (
            "1300 POST https://www.facebook.com/api/graphql/ fetch site=same-origin ref=https://www.facebook.com/minbzk/photos",
            "5: page 2 referer/derived",
        ),
        (
            "2000 POST https://www.facebook.com/ajax/route fetch site=same-origin fetches=/minbzk/about ref=https://www.facebook.com/minbzk/photos",
            "6: page 6 navigation-signature/derived",
        ),
        (
            "2100 GET https://scontent.fbcdn.net/q.jpg image site=cross-site ref=https://www.facebook.com/",
            "7: page 6 referer-origin/derived",
        ),
    ]);
    let found = attributed(
        &[&page(0, ""), &format!("1000 POST https://www.facebook.com/ajax/route fetch site=same-origin fetches=/minbzk/photos {referer}")],
        &[],
        vec![],
        &[0, 1],
    );
    let top = found[1].1.page.page.as_ref().expect("a page");
    assert_eq!((top.host.as_str(), top.path.as_str(), top.in_document), ("www.facebook.com", "/minbzk/photos", true));
}

#[test]
fn who_acts_under_which_account() {
    let send = |at: i64, url: &str, form: &str| format!("{at} POST {url} fetch site=same-origin ref={PAGE} form={form}");
    let staff = send(100, "https://www.facebook.com/api/graphql/", "av=200&__user=100");
    let own = send(110, "https://www.facebook.com/api/graphql/", "av=100&__user=100");
    let nobody = send(120, "https://www.facebook.com/api/graphql/", "av=0&__user=0");
    let part = send(130, "https://www.facebook.com/api/graphql/?__user=100", "av=200");
    let elsewhere = send(140, "https://x.example/", "av=200&__user=100");
    check(&[
        (&page(0, ""), "1: page 1"),
        (&staff, "2: page 1 referer/stated; script fetch-metadata/derived; staff not-established acting-account/derived"),
        (&own, "3: page 1 referer/stated; script fetch-metadata/derived; visitor visitor-on-platform page/derived"),
        (&nobody, "4: page 1 referer/stated; script fetch-metadata/derived; visitor visitor-on-platform page/derived"),
        (&part, "5: page 1 referer/stated; script fetch-metadata/derived; staff not-established acting-account/derived"),
        (&elsewhere, "6: page 1 referer/stated; script fetch-metadata/derived; visitor visitor-on-platform page/derived"),
    ]);
}

#[test]
fn what_the_browser_sends_of_itself() {
    check(&[
        (&page(0, "reports=https://r.example/d"), "1: page 1"),
        (
            "1000 POST https://r.example/d report site=cross-site sends=application/reports+json",
            "2: page 1 declared-endpoint/guessed; reporting of 1 declared-endpoint/stated",
        ),
        (
            "1010 POST https://r.example/other report site=cross-site sends=application/reports+json",
            "3: page 1 time/guessed; reporting media-type/stated",
        ),
        (
            "1020 POST https://update.example/ fetch site=none",
            "4: page - none/not-established; browser rule/derived; not-established not-established none/not-established",
        ),
        ("1030 GET https://x.example/ fetch site=none", "5: page - none/not-established; browser fetch-metadata/guessed"),
        (
            "1040 GET https://www.facebook.com/sw.js worker site=same-origin ref=https://www.facebook.com/minbzk",
            "6: page 1 referer/stated; service-worker header-field/stated",
        ),
        (
            "1050 POST https://www.facebook.com/push fetch site=same-origin ref=https://www.facebook.com/sw.js",
            "7: page 1 referer/derived; service-worker www.facebook.com referer/derived",
        ),
        (
            "40000 POST https://www.facebook.com/ajax/bz fetch site=same-origin ref=https://www.facebook.com/minbzk",
            "8: page 1 referer/stated; idle 40 s time/guessed",
        ),
    ]);
}

#[test]
fn a_choice_and_what_follows_from_it() {
    let referer = "ref=https://www.facebook.com/minbzk";
    let lines = [
        page(0, "body=<img_src=/a.png>"),
        format!("5000 POST https://www.facebook.com/cookie/consent/ fetch site=same-origin waits=500 {referer}"),
        format!("5100 POST https://www.facebook.com/ajax/bz fetch site=same-origin {referer}"),
        format!("5200 GET https://www.facebook.com/a.png image site=same-origin {referer}"),
        format!("5600 POST https://www.facebook.com/ajax/bz fetch site=same-origin {referer}"),
    ];
    let request = ChoiceRequest {
        entry: 2,
        site: "facebook.com".into(),
        scope: Scope::Browser,
        says: Says::Saved,
        signature: 0,
        asked_at: moment(5000),
        answered_at: Some(moment(5500)),
    };
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let found = attributed(&lines, &[], vec![request], &[0, 1, 2, 3, 4]);
    let triggers: Vec<String> = found
        .iter()
        .map(|(_, found)| format!("{} {} {:?}", found.trigger.kind.id(), found.trigger.basis.id(), found.trigger.choice))
        .collect();
    assert_eq!(
        triggers,
        [
            "navigation-typed fetch-metadata None",
            "choice signature Some(1)",
            "choice time Some(1)",
            "document-parser document-mention None",
            "script fetch-metadata None",
        ]
    );
}

#[test]
fn a_new_profile_knows_no_earlier_page() {
    let mark = Mark { kind: crate::model::MarkKind::FreshProfile, text: String::new(), said_by: crate::model::SaidBy::Script };
    let lines = [page(0, ""), format!("9000 GET https://www.facebook.com/a.png image site=same-origin ref={PAGE}")];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let found = attributed(&lines, &[(moment(5000), mark)], vec![], &[0, 1]);
    assert_eq!(found[1].1.page.page, None);
}

#[test]
fn too_many_pages_are_forgotten_and_counted() {
    let fetch = |at: i64| format!("{at} POST https://www.facebook.com/ajax/route fetch site=same-origin fetches=/{at} ref={PAGE}");
    let mut lines = vec![page(0, "reports=https://r.example/d")];
    lines.extend((1..9_000).map(|at| match at % 3 {
        0 => fetch(at),
        1 => format!("{at} GET https://embed.example/{at} frame site=cross-site html ref=https://www.facebook.com/"),
        _ => format!("{at} GET https://www.facebook.com/p{at} nav site=same-origin user html ref={PAGE} reports=https://r.example/d"),
    }));
    lines.push("9000 POST https://r.example/d report sends=application/reports+json".to_owned());
    let fingerprints = fingerprints();
    let visit = Visit::new(Given::default(), vec![]);
    let ground = Ground { visit: &visit, fingerprints: &fingerprints, platform_named: true, click_identifiers: &[] };
    let mut attributor = Attributor::new(ground, Ahead::default());
    let mut last = None;
    for (line, number) in lines.iter().zip(1..) {
        let (entry, navigated) = entry(number, line);
        let observation = observe(&entry, &SuffixList::Embedded, &fingerprints, &mut ()).expect("a host");
        let host = host_facts(&observation.host);
        let navigated = navigated.as_ref();
        let step =
            Step { observation: &observation, at: entry.order, host: &host, to: None, redirected_from: None, background: false, navigated };
        last = Some(attributor.see(step));
    }
    let last = last.expect("an entry");
    assert_eq!((last.page.basis, last.trigger.kind), (PageBasis::Declared, TriggerKind::Reporting));
    assert!(attributor.left_out() >= 4_096, "{}", attributor.left_out());
}

#[test]
fn every_word_is_told_once() {
    fn all_different(ids: &[&str]) {
        let set: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(set.len(), ids.len(), "{ids:?}");
    }
    all_different(&PageBasis::ALL.map(PageBasis::id));
    all_different(&TriggerKind::ALL.map(TriggerKind::id));
    all_different(&TriggerBasis::ALL.map(TriggerBasis::id));
    all_different(&Actor::ALL.map(Actor::id));
    all_different(&Way::ALL.map(Way::id));
    all_different(&ActorBasis::ALL.map(ActorBasis::id));
    all_different(&Confidence::ALL.map(Confidence::id));
}

/// Requests of all kinds, so that whatever order they are pushed in, pages, frames and preflights get in each other's way.
fn mixed() -> impl Strategy<Value = Vec<String>> {
    let host = prop::sample::select(vec!["www.facebook.com", "town.example", "embed.example"]);
    let kind = prop::sample::select(vec![
        "GET nav site=none user html",
        "GET nav site=cross-site user html",
        "GET frame site=cross-site html",
        "GET image site=same-origin",
        "POST beacon site=same-origin",
        "POST fetch site=cross-site",
        "OPTIONS fetch site=cross-site asks=POST",
        "GET kind=script",
        "GET kind=document html",
    ]);
    let one = (0_i64..20, host.clone(), 0..3, kind, prop::option::of((host, 0..3)), prop::bool::ANY);
    prop::collection::vec(one, 1..25).prop_map(|all| {
        let line = |(at, host, path, kind, from, origin): (i64, &str, i32, &str, Option<(&str, i32)>, bool)| {
            let (method, rest) = kind.split_once(' ').expect("a method");
            let referer = from.map(|(host, path)| format!(" ref=https://{host}/{path}")).unwrap_or_default();
            let origin = from.filter(|_| origin).map(|(host, _)| format!(" origin=https://{host}")).unwrap_or_default();
            format!("{} {method} https://{host}/{path} {rest}{referer}{origin}", at * 700)
        };
        all.into_iter().map(line).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_pushes_is_irrelevant(lines in mixed(), turn in any::<prop::sample::Index>()) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let order: Vec<usize> = (0..lines.len()).collect();
        let mut other: Vec<usize> = order.iter().rev().copied().collect();
        other.rotate_left(turn.index(lines.len()));
        prop_assert_eq!(attributed(&lines, &[], vec![], &order), attributed(&lines, &[], vec![], &other));
    }

    #[test]
    fn what_is_paired_is_paired_both_ways(lines in mixed()) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let order: Vec<usize> = (0..lines.len()).collect();
        let found = attributed(&lines, &[], vec![], &order);
        let of = |wanted: u64| found.iter().find(|(number, _)| *number == wanted).map(|(_, found)| found);
        for (number, one) in &found {
            if let Some(partner) = one.paired_with {
                let other = of(partner).expect("an entry");
                prop_assert_eq!(other.paired_with, Some(*number));
                prop_assert_ne!(other.is_preflight, one.is_preflight);
            }
        }
    }
}
