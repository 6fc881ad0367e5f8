//! Recordings at the ends of what times can say, and chains without an end.

use super::*;

/// The first and the last whole years that a time in nanoseconds can be in, in milliseconds: 1678 and 2262.
const FIRST: i64 = -9_214_000_000_000;
const LAST: i64 = 9_214_000_000_000;

#[test]
fn times_centuries_apart() {
    let first = page(FIRST, "on=c");
    let beacon = format!("{} POST https://www.facebook.com/b beacon site=same-origin ref={PAGE}", FIRST + 1_000);
    let late = format!("{LAST} GET https://x.example/i.png kind=image on=c");
    let next = format!("{} GET https://www.facebook.com/about nav site=same-origin user html ref={PAGE}", LAST + 1_000);
    check(&[
        (&first, "1: page 1 navigation-itself/stated; navigation-typed"),
        (&beacon, "2: page 1 referer/stated; script fetch-metadata/derived"),
        // The connection was used for the page too long ago to speak for it.
        (&late, "3: page 1 time/guessed;"),
        (&next, "4: page 4 navigation-itself/stated; navigation-link"),
    ]);
}

#[test]
fn redirects_beyond_the_room_are_counted() {
    let fingerprints = fingerprints();
    let visit = Visit::new(Given::default(), vec![]);
    let ground = Ground { visit: &visit, fingerprints: &fingerprints, platform_named: true, click_identifiers: &[] };
    let mut attributor = Attributor::new(ground, Ahead::default());
    for number in 1..=10_100 {
        let kind = if number % 2 == 0 { "nav site=none user" } else { "frame site=cross-site" };
        let (entry, _) = entry(number, &format!("{number} GET https://a.example/{number} {kind} to=https://b.example/{number}"));
        let observation = observe(&entry, &SuffixList::Embedded, &fingerprints, &mut ()).expect("a host");
        let (host, to) = (host_facts(&observation.host), host_facts("b.example"));
        let (at, to) = (entry.order, Some(&to));
        attributor.see(Step { observation: &observation, at, host: &host, to, redirected_from: None, background: false, navigated: None });
    }
    assert_eq!(attributor.left_out(), 100);
}
