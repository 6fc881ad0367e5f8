//! What every built-in rule file says, as text, in one golden file each: `make golden` writes them anew, and the difference belongs to the commit
//! that changes a rule. And what the program explains of six things that a DPIA author asks about, in both languages.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use dataspoor::report::explain::explain;
use dataspoor::report::text::Lang;
use dataspoor::rules::{Claim, ExampleSubject, Place, RequestMatch, RuleId, RuleSet};
use dataspoor::site::SuffixList;

use super::corpus::{ROOT, builtin_rules, run};

/// Whether golden files are to be written and not compared.
fn writes() -> bool {
    std::env::var_os("WRITE_GOLDEN").is_some()
}

/// Compares a text with its golden file, or writes it.
fn golden(path: &Path, text: &str, differing: &mut Vec<String>) {
    if writes() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder of golden files");
        fs::write(path, text).expect("a golden file");
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected != text {
        let line = expected.lines().zip(text.lines()).position(|(one, other)| one != other);
        let line = line.unwrap_or_else(|| expected.lines().count().min(text.lines().count()));
        let at = |text: &str| text.lines().nth(line).unwrap_or("(its end)").to_owned();
        differing.push(format!("{}:{}: is\n  {}\nand should be\n  {}", path.display(), line + 1, at(text), at(&expected)));
    }
}

fn folder(name: &str) -> PathBuf {
    Path::new(ROOT).join("tests/data").join(name)
}

/// What a file of the set says, rule by rule, with what its examples are answered.
fn outline(rules: &RuleSet, file: usize) -> String {
    let mut out = String::new();
    let here = |place: Place| place.file == file;
    let owner = |owner: Option<usize>| owner.map_or("-", |owner| &rules.owners[owner].id);
    let source = |source: usize| format!("{} ({})", rules.sources[source].id, rules.sources[source].date);
    let claims = |out: &mut String, claims: &[Claim]| {
        for claim in claims {
            let category = claim.category.map_or("-", |category| &rules.categories[category].id);
            let login = claim.login.then_some("login");
            let rest = [claim.data, claim.identifies, claim.personal_type, claim.lifetime.as_deref(), login];
            let rest: String = rest.into_iter().flatten().map(|word| format!(", {word}")).collect();
            writeln!(out, "  {} {}: {category}{rest}; {} {}", claim.by.id(), claim.who, claim.certainty.id(), source(claim.source))
                .expect("text");
        }
    };
    let counted = |count: Option<&str>| count.map_or(String::new(), |count| format!(", counted as {count}"));
    let at = |at: &RequestMatch| {
        let hosts: Vec<String> = at.hosts.iter().map(|host| format!("{}{}", if host.alone { "=" } else { "" }, host.name)).collect();
        let list = |patterns: &[dataspoor::model::Pattern]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let methods = at.methods.as_ref().map_or(String::new(), |methods| format!(" by {}", methods.join(" ")));
        let more = [&at.host_names, &at.paths, &at.parameters].map(|patterns| list(patterns)).join(" | ");
        let query: String = at.query.iter().map(|(name, values)| format!(" {name}={}", list(values))).collect();
        format!("{} | {more}{methods}{query} {}", hosts.join(" "), at.headers.join(" ")).trim_end().to_owned()
    };
    for (index, owner) in rules.owners.iter().enumerate().filter(|(_, owner)| here(owner.place)) {
        writeln!(out, "owner {} “{}”: {}", owner.id, owner.name, rules.domains_of(index).join(" ")).expect("text");
        for contract in &owner.contracts {
            writeln!(out, "  party in the terms: {} ({}); {}", contract.party, contract.service.en, source(contract.source)).expect("text");
        }
    }
    for network in rules.networks.iter().filter(|network| here(network.place)) {
        let hosts: Vec<&str> = network.hosts.iter().map(|host| &*host.name).collect();
        let numbers = &network.autonomous_systems;
        let who = owner(network.owner);
        writeln!(out, "network {} “{}” ({who}): {} {numbers:?}; {}", network.id, network.operator, hosts.join(" "), source(network.source))
            .expect("text");
    }
    for cookie in rules.cookies.iter().filter(|cookie| here(cookie.place)) {
        let domains = cookie.domains.as_ref().map_or("any domain".to_owned(), |domains| domains.join(" "));
        let secret = if cookie.secret { ", secret" } else { "" };
        writeln!(out, "cookie {} “{}” of {domains} ({}){secret}", cookie.id, cookie.name, owner(cookie.owner)).expect("text");
        claims(&mut out, &cookie.claims);
    }
    for storage in rules.storage.iter().filter(|storage| here(storage.place)) {
        writeln!(out, "storage {} “{}” {} ({})", storage.id, storage.key, storage.area, owner(storage.owner)).expect("text");
        claims(&mut out, &storage.claims);
    }
    for endpoint in rules.endpoints.iter().filter(|endpoint| here(endpoint.place)) {
        let background = if endpoint.background { ", background" } else { "" };
        let count = counted(endpoint.count.as_deref());
        writeln!(out, "endpoint {} {} ({}){background}{count}", endpoint.id, at(&endpoint.at), owner(endpoint.owner)).expect("text");
        claims(&mut out, &endpoint.claims);
    }
    for field in rules.fields.iter().filter(|field| here(field.place)) {
        let printed = match (field.secret, field.show) {
            (true, _) => ", secret",
            (false, true) => ", shown",
            (false, false) => "",
        };
        let (places, count) = (field.places.join(" "), counted(field.count.as_deref()));
        let operation = field.operation.as_ref().map_or(String::new(), |name| format!(" for {name}"));
        writeln!(out, "field {} “{}” in {places}{operation} of {}{printed}{count}", field.id, field.name, at(&field.at)).expect("text");
        claims(&mut out, &field.claims);
    }
    for navigation in rules.navigations.iter().filter(|navigation| here(navigation.place)) {
        writeln!(out, "navigation {} {}; {}", navigation.id, at(&navigation.at), source(navigation.source)).expect("text");
    }
    for choice in rules.choices.iter().filter(|choice| here(choice.place)) {
        let (query, form) = (&choice.query, &choice.form);
        writeln!(out, "choice {} says {} if {query:?} {form:?}; {}", choice.id, choice.says.id(), source(choice.source)).expect("text");
    }
    for secret in rules.secrets.iter().filter(|secret| here(secret.place)) {
        let names: Vec<String> = secret.rule.names.iter().map(ToString::to_string).collect();
        writeln!(out, "secret {} in {}: {}", secret.rule.id, secret.rule.place.id(), names.join(" ")).expect("text");
    }
    for line in rules.lifetimes.iter().filter(|line| here(line.place)) {
        writeln!(out, "lifetime {}: {} days, “{}”; {}", line.id, line.days, line.label.en, source(line.source)).expect("text");
    }
    for statement in rules.statements.iter().filter(|statement| here(statement.place)) {
        let (by, who, said) = (statement.by.id(), &statement.who, source(statement.source));
        writeln!(out, "statement {} “{}”: {by} {who}; {} {said}", statement.id, statement.text.nl, statement.certainty.id()).expect("text");
        for test in &statement.tests {
            let personas: String = test.personas.iter().map(|persona| format!(" {}", persona.id())).collect();
            writeln!(out, "  {} {}{personas}", test.written, test.when.id()).expect("text");
        }
    }
    match &*rules.files[file].id {
        "categories" => {
            rules.categories.iter().for_each(|category| writeln!(out, "category {}: {}", category.id, category.label.nl).expect("text"))
        }
        "counters" => {
            rules.counters.iter().for_each(|counter| writeln!(out, "counter {}: {}", counter.id, counter.domains.join(" ")).expect("text"))
        }
        "sources" => rules.sources.iter().filter(|source| here(source.place)).for_each(|source| {
            writeln!(out, "source {}: {}, {}, {}", source.id, source.title, source.publisher, source.date).expect("text")
        }),
        _ => {}
    }
    for example in rules.examples.iter().filter(|example| here(example.place)) {
        let answer = rules.answer(&SuffixList::Embedded, &example.subject);
        let fields = if answer.fields.is_empty() { String::new() } else { format!("; fields {}", answer.fields.join(" ")) };
        let owner = answer.owner.as_deref().unwrap_or("-");
        writeln!(out, "{} → {} ({owner}){fields}", example.subject, answer.rules.join(" ")).expect("text");
    }
    out
}

#[test]
fn every_rule_file_says_what_its_golden_file_says() {
    let rules = builtin_rules();
    let folder = folder("rules");
    let mut differing = Vec::new();
    let mut names = Vec::new();
    for (index, file) in rules.files.iter().enumerate() {
        let text = outline(&rules, index);
        assert!(!text.is_empty(), "{} says nothing", file.name);
        let name = file.name.replace(".toml", ".txt");
        golden(&folder.join(&name), &text, &mut differing);
        names.push(name);
    }
    let mut there: Vec<String> = fs::read_dir(&folder)
        .expect("golden files")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    there.sort_unstable();
    if writes() {
        there.iter().filter(|name| !names.contains(name)).for_each(|name| fs::remove_file(folder.join(name)).expect("removed"));
    } else {
        assert_eq!(there, names, "golden files without a rule file, or rule files without one: run `make golden`");
    }
    assert!(differing.is_empty(), "{} files differ; if that is meant, run `make golden`:\n{}", differing.len(), differing.join("\n"));
}

#[test]
fn built_in_rules_have_no_doubts_and_their_examples_hold() {
    let ran = run(["rules", "test"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let rules = builtin_rules();
    assert!(rules.examples.len() > 100 && ran.out == format!("{} examples, 0 failed\n", rules.examples.len()), "{}", ran.out);
    // The age of a file depends on the day; everything else does not.
    let newest = rules.files.iter().map(|file| &*file.version).max().expect("files");
    let doubts = rules.doubts(&SuffixList::Embedded, newest.parse().expect("a day"));
    let doubts: Vec<String> = doubts.iter().map(ToString::to_string).collect();
    assert!(doubts.is_empty(), "{} doubts:\n{}", doubts.len(), doubts.join("\n"));
}

/// Title, publisher and date are keys that a source must have; here it is looked at what stands in them.
#[test]
fn every_rule_has_a_reference_with_title_publisher_and_date() {
    let rules = builtin_rules();
    for source in &rules.sources {
        for text in [&source.title, &source.publisher, &source.reference] {
            assert!(text.trim().len() > 1, "{source:?}");
        }
        assert!(source.date.len() >= 4 && source.date[..4].parse::<u16>().is_ok_and(|year| (1990..2100).contains(&year)), "{source:?}");
    }
    let ids = (0..rules.cookies.len()).map(RuleId::Cookie).chain((0..rules.endpoints.len()).map(RuleId::Endpoint));
    let ids: Vec<RuleId> =
        ids.chain((0..rules.fields.len()).map(RuleId::Field)).chain((0..rules.storage.len()).map(RuleId::Storage)).collect();
    assert!(ids.len() > 300, "{} rules", ids.len());
    for id in ids {
        let claims = rules.claims(id);
        assert!(!claims.is_empty(), "{} makes no claim", rules.rule(id).0);
        claims.iter().for_each(|claim| assert!(claim.source < rules.sources.len(), "{}", rules.rule(id).0));
    }
}

/// What a DPIA author asks about: name of the golden file, and the thing.
fn subjects() -> Vec<(&'static str, ExampleSubject)> {
    let cookie = |name: &str, domain: &str| ExampleSubject::Cookie(name.to_owned(), domain.to_owned());
    let request = |url: &str| ExampleSubject::Request {
        url: url.to_owned(),
        method: "GET".to_owned(),
        headers: Vec::new(),
        names: Vec::new(),
        operation: None,
    };
    vec![
        ("datr", cookie("datr", "facebook.com")),
        ("fr", cookie("fr", "facebook.com")),
        ("fbp", cookie("_fbp", "www.ministerie.example")),
        ("pixel", request("https://www.facebook.com/tr/?id=123&ev=PageView")),
        ("static", request("https://static.xx.fbcdn.net/rsrc.php/v3/y1/r/abc.js")),
        ("doubleclick", request("https://stats.g.doubleclick.net/j/collect?t=dc&aip=1")),
    ]
}

/// Words that claim more than a rule can know, or that have a meaning in law, in the words of the program itself. What a source says is that
/// source's; so only the lines that the program writes are looked at.
const TOO_MUCH: &[&str] = &[
    "third party",
    "third-party ",
    "derde partij",
    "derden",
    "role",
    "compliant",
    "illegal",
    "unlawful",
    "onrechtmatig",
    "verboden",
    "proves that",
    "bewijst dat",
    "tracks you",
    "volgt u",
    "received by",
    "ontvangen door",
    "transferred to",
    "doorgegeven aan",
    "set by script",
    "personal data:",
];

#[test]
fn six_things_explained_in_both_languages() {
    let rules = builtin_rules();
    let mut differing = Vec::new();
    for (name, subject) in subjects() {
        for lang in [Lang::Nl, Lang::En] {
            let text = explain(&rules, &SuffixList::Embedded, &subject, lang).expect("explained");
            golden(&folder("explain").join(format!("{name}.{lang}.txt")), &text, &mut differing);
            let (holder, limits, certain) = match lang {
                Lang::Nl => ("Houder van het domein: ", "Wat hiermee niet is aangetoond", "de bron zegt dit"),
                Lang::En => ("Holder of the domain: ", "What this does not prove", "stated by the source"),
            };
            // Who, what with source, date and certainty, what it does not prove.
            assert!(text.contains(holder) && text.contains(certain), "{name} {lang}:\n{text}");
            assert!(
                text.split(limits).nth(1).is_some_and(|after| after.lines().filter(|line| line.starts_with("  - ")).count() >= 3),
                "{name} {lang}"
            );
            let dated = text.lines().any(|line| line.contains(certain) && line.contains("20"));
            assert!(dated, "{name} {lang} names no date:\n{text}");
        }
    }
    assert!(differing.is_empty(), "if that is meant, run `make golden`:\n{}", differing.join("\n"));
}

#[test]
fn no_word_of_ours_claims_too_much() {
    for file in ["explain.nl.ftl", "explain.en.ftl"] {
        let text = fs::read_to_string(Path::new(ROOT).join("src/report/locale").join(file)).expect("messages");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let found = TOO_MUCH.iter().find(|word| line.to_lowercase().contains(**word));
            assert_eq!(found, None, "{file}: {line}");
        }
    }
    // Every head word of an explanation is one of the glossary.
    let glossary = fs::read_to_string(Path::new(ROOT).join("docs/glossary.md")).expect("the glossary").to_lowercase();
    for word in [
        "holder of the domain",
        "houder van het domein",
        "party named in the terms",
        "partij die de voorwaarden noemen",
        "operator of the network",
        "beheerder van het netwerk",
        "registrable domain",
        "registreerbaar domein",
        "endpoint",
        "eindpunt",
        "cookie",
        "host",
        "rule",
        "regel",
        "claim",
        "uitspraak",
        "field",
        "veld",
        "source",
        "bron",
        "not established",
        "niet vastgesteld",
        "recording",
        "vastlegging",
        "entry",
        "vermelding",
        "lifetime",
        "levensduur",
        "choice",
        "keuze in scherm",
    ] {
        assert!(glossary.contains(word), "the glossary does not have “{word}”");
    }
}
