//! Registrable domains against the Public Suffix List's own test vectors (`tests/test_psl.txt` of the list, here from `../shared/lists`), with the list of
//! the same day and with the one in the program. Where they are not there, a few vectors of our own are tried instead.

use std::fs;

use dataspoor::model::UrlParts;
use dataspoor::site::SuffixList;

use super::corpus::shared;

/// Vectors in the form of the list's own. Each holds with every list of the last years.
const OWN: &str = "
// a comment
checkPublicSuffix(null, null);
checkPublicSuffix('COM', null);
checkPublicSuffix('WwW.example.COM', 'example.com');
checkPublicSuffix('.example.com', null);
checkPublicSuffix('b.example.example', 'example.example');
checkPublicSuffix('a.b.domain.co.uk', 'domain.co.uk');
checkPublicSuffix('c.kobe.jp', null);
checkPublicSuffix('www.city.kobe.jp', 'city.kobe.jp');
checkPublicSuffix('www.www.ck', 'www.ck');
checkPublicSuffix('www.食狮.公司.cn', '食狮.公司.cn');
checkPublicSuffix('xn--55qx5d.cn', null);
checkPublicSuffix('a.b.github.io', 'b.github.io');
";

/// A list of our own with a rule of each sort that the vectors above need.
const OWN_LIST: &str = "// VERSION: own\n// ===BEGIN ICANN DOMAINS===\ncom\ncn\n公司.cn\nuk\nco.uk\njp\n*.kobe.jp\n!city.kobe.jp\n*.ck\n!www.ck\nio\n\
    // ===END ICANN DOMAINS===\n// ===BEGIN PRIVATE DOMAINS===\ngithub.io\n// ===END PRIVATE DOMAINS===\n";

/// Host and registrable domain of each vector, as written.
fn vectors(text: &str) -> Vec<(Option<&str>, Option<&str>)> {
    let value = |text| match text {
        "null" => None,
        _ => Some(str::strip_prefix(text, '\'').and_then(|text| text.strip_suffix('\'')).expect("a text or null")),
    };
    let calls = text.lines().filter_map(|line| line.strip_prefix("checkPublicSuffix(")?.strip_suffix(");"));
    calls.map(|call| call.split_once(", ").expect("two values")).map(|(host, domain)| (value(host), value(domain))).collect()
}

/// A name as the product writes it wherever it looks one up.
fn host(name: &str) -> Option<String> {
    let url = format!("https://{name}/");
    UrlParts::of(&url).host(&url).map(|found| found.host.into_owned())
}

/// What the product says, in the words of the vectors. What has no registrable domain stands for itself: a public suffix, a single label, and what
/// begins with a dot and so is no host.
fn registrable_domain(list: &SuffixList, name: &str) -> Option<String> {
    let host = host(name)?;
    let domain = list.registrable_domain(&host);
    let none = list.is_public_suffix(domain) || !domain.contains('.') || domain.starts_with('.');
    if none {
        assert_eq!(domain, host, "what has no registrable domain stands for itself");
    }
    (!none).then(|| domain.to_owned())
}

fn hold(list: &SuffixList, text: &str) -> usize {
    let vectors = vectors(text);
    let wrong: Vec<String> = vectors
        .iter()
        .filter_map(|&(name, domain)| {
            let found = name.and_then(|name| registrable_domain(list, name));
            let wanted = domain.and_then(host);
            (found != wanted).then(|| format!("{name:?}: {found:?}, not {wanted:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}:\n{}", list.description(), wrong.join("\n"));
    vectors.len()
}

#[test]
fn the_test_vectors_of_the_list_hold() {
    let own = SuffixList::from_file("own.dat", OWN_LIST.as_bytes()).expect("a list");
    for list in [&own, &SuffixList::Embedded] {
        assert_eq!(hold(list, OWN), 12);
    }
    let (Some(file), Some(tests)) = (shared("lists/public_suffix_list.dat"), shared("lists/public_suffix_test_psl.txt")) else {
        eprintln!("../shared/lists is not there; only vectors of our own were tried");
        return;
    };
    let file = SuffixList::from_file("public_suffix_list.dat", &fs::read(file).expect("the list")).expect("a list");
    let tests = fs::read_to_string(tests).expect("the vectors");
    let written = tests.lines().filter(|line| line.starts_with("checkPublicSuffix(")).count();
    for list in [&file, &SuffixList::Embedded] {
        let held = hold(list, &tests);
        assert!(held == written && held > 70, "{held} of {written} vectors were tried");
        eprintln!("{held} vectors hold with {}", list.description());
    }
}
