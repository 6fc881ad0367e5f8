//! Any bytes as an outside list: the first byte says of which kind, or that the bytes are to show it. Whatever is read must answer.
#![no_main]

use dataspoor::rules::{ListKind, ListRequest, OutsideList};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let kinds = ListKind::ALL;
    let kind = match usize::from(*first) % (kinds.len() + 1) {
        index if index < kinds.len() => Some(kinds[index]),
        _ => ListKind::of(bytes),
    };
    let Some(kind) = kind else { return };
    let Ok(list) = OutsideList::read("x", bytes, kind) else { return };
    let info = list.info();
    assert_eq!((info.kind, info.bytes), (kind, bytes.len() as u64));
    assert!(info.rejections.len() as u64 <= info.rejected, "each rejection that is told is counted");
    for host in ["a.example", "www.facebook.com", "xn--bcher-kva.nl"] {
        let url = format!("https://{host}/a/b?c=d&e=f");
        let request = ListRequest { url: &url, host, page_host: "news.nl", other_site: true, kind: "script", method: "GET" };
        match &list {
            OutsideList::Filter(list) => {
                let verdict = list.check(request);
                let back = dataspoor::rules::FilterList::from_cache("x", list.info.digest, &list.to_cache()).expect("what was kept comes back");
                assert_eq!(back.check(request), verdict, "and says the same");
            }
            OutsideList::Cookies(list) => {
                for row in list.rows().iter().take(16) {
                    let found = list.look_up(&row.name, row.hosts.first().map_or(host, |host| host));
                    assert!(found.iter().any(|found| found.row.name == row.name), "a row is found by its own name");
                }
            }
            OutsideList::Trackers(list) => {
                let _ = (list.check(request), list.of_host(host), list.alias_of(host));
            }
            OutsideList::Aliases(list) => {
                let _ = (list.disguised(host), list.behind(host));
            }
            OutsideList::Suffixes(file) => assert!(host.ends_with(file.list.registrable_domain(host))),
            OutsideList::Addresses(list) => {
                for address in ["192.0.2.1", "2001:db8::1"] {
                    let _ = list.look_up(address.parse().expect("an address"));
                }
            }
        }
    }
});
