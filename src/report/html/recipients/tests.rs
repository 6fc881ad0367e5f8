//! The chapter about recipients: three answers stay three, what nobody says is said to be missing, and what lists say is harmless.

use super::super::super::model::*;
use super::super::tests::{HOSTILE, claim, sample, text, unbalanced};
use super::super::{Lang, render};

/// The cells of a row of a table, tags left in.
fn row<'h>(html: &'h str, id: &str) -> Vec<&'h str> {
    let from = html.split_once(&format!(" id=\"{id}\"")).unwrap_or_else(|| panic!("no row {id}")).1;
    let row = from.split_once("</tr>").expect("a row ends").0;
    row.split("role=\"cell\"").skip(1).collect()
}

fn owner(name: &str, certainty: &'static str) -> OwnerRef {
    OwnerRef {
        id: "o".to_owned(),
        name: name.to_owned(),
        country: Some("IE".to_owned()),
        rule: "o.toml:3".to_owned(),
        source: "o/S".to_owned(),
        certainty,
    }
}

/// A report whose first recipient has everything and whose second has nothing; `says` stands wherever a list or a recording speaks.
fn rich(says: &str) -> Report {
    let said = || says.to_owned();
    let needs = || Some(format!("{says} (sha256 00)"));
    let mut report = sample();
    report.simulated = false;
    let first = &mut report.recipients[0];
    first.owner = Some(owner("Holder Ltd", "unverified"));
    first.networks = vec![
        NetworkRef {
            operator: "Network by rule".to_owned(),
            basis: "rule-host",
            rule: Some("n.toml:9".to_owned()),
            source: Some("n/S".to_owned()),
            certainty: Some("derived"),
            ..NetworkRef::default()
        },
        NetworkRef {
            operator: said(),
            basis: "database",
            as_number: Some(64_500),
            list: Some(said()),
            not_rederivable_without: needs(),
            ..NetworkRef::default()
        },
    ];
    first.contracts = vec![ContractRef {
        party: "Party B.V.".to_owned(),
        service: text("the service", "de dienst"),
        rule: "o.toml:3".to_owned(),
        source: "o/T".to_owned(),
        certainty: "stated",
    }];
    first.aliases = vec![1];
    first.list_owners = vec![ListOwner {
        list: said(),
        owner: Some(said()),
        categories: vec![said(), "b".to_owned()],
        by: "domain",
        matched: said(),
        exception: Some(said()),
        place: said(),
        name: Some(said()),
        not_rederivable_without: needs(),
        ..ListOwner::default()
    }];
    let second = &mut report.recipients[1];
    second.owner = None;
    let database = AddressSaid {
        list: said(),
        database: said(),
        date: "2026-11-01".to_owned(),
        found: true,
        country: Some("NL".to_owned()),
        as_number: Some(64_500),
        organisation: Some(said()),
        network: Some("192.0.2.0/24".to_owned()),
        not_rederivable_without: needs(),
    };
    let address = |nr, databases| AddressRow {
        nr,
        recipient: nr,
        site: said(),
        address: format!("192.0.2.{nr}"),
        hosts: vec![said()],
        requests: 3,
        first_entry: 1,
        databases,
    };
    let unknown = AddressSaid { found: false, country: None, as_number: None, organisation: None, network: None, ..database.clone() };
    report.addresses = vec![address(1, vec![database]), address(2, vec![unknown]), address(3, vec![])];
    report.aliases = vec![AliasRow {
        nr: 1,
        host: said(),
        site: said(),
        basis: "recorded-names",
        chain: vec![said(), "e.tracker.example".to_owned()],
        ends: vec![
            AliasEndRow { name: said(), site: said(), owner: None, relation: "owner-not-established", network: true },
            AliasEndRow {
                name: "e.tracker.example".to_owned(),
                site: "tracker.example".to_owned(),
                owner: Some(owner("Tracker Inc.", "stated")),
                relation: "other-owner",
                network: false,
            },
        ],
        another_organisation: true,
        known: vec![AliasSaid {
            list: said(),
            by: "host",
            listed: said(),
            target: Some(said()),
            company: Some(said()),
            place: said(),
            not_rederivable_without: needs(),
        }],
        lists: vec![ListMatch { list: said(), rule: said(), name: Some(said()), ..ListMatch::default() }],
        requests: 2,
        first_entry: 7,
    }];
    report.cookies[0].list_claims = vec![ListClaim {
        by: "independent",
        list: said(),
        sha256: "00".to_owned(),
        place: "12".to_owned(),
        names_domain: false,
        service: Some(said()),
        category: Some("Analytics".to_owned()),
        purpose: Some(said()),
        lifetime: Some("2 years".to_owned()),
        controller: Some(said()),
        not_rederivable_without: needs(),
    }];
    let limits = Some(text("It does not show who reads it.", "Wie het leest, blijkt hier niet uit."));
    let unverified = Claim { certainty: "unverified", limits, ..claim("own", "dataspoor", None, ("A purpose.", "Een doel."), None) };
    report.cookies[1].claims = vec![unverified];
    report.method.lists[0].may_be_handed_over = Some(false);
    report
}

#[test]
fn three_questions_have_three_answers() {
    for (lang, none, doubt, needs) in [
        (Lang::En, "not established", "not checked against a source", "Not re-derivable without list"),
        (Lang::Nl, "niet vastgesteld", "niet aan een bron getoetst", "Niet opnieuw af te leiden zonder lijst"),
    ] {
        let html = render(&rich("list.txt"), lang).expect("renders");
        assert_eq!(unbalanced(&html), Vec::<String>::new());
        let cells = row(&html, "t2-r1");
        let (holder, network, contract) = (cells[1], cells[2], cells[3]);
        assert!(holder.contains("Holder Ltd") && holder.contains(doubt) && !holder.contains("Party"), "{holder}");
        assert!(network.contains("Network by rule") && network.contains("AS64500") && network.contains(needs), "{network}");
        assert!(!network.contains("Holder") && contract.contains("Party B.V.") && !contract.contains("Holder"), "{contract}");
        // Nothing is filled in from another.
        row(&html, "t2-r2")[1..4].iter().for_each(|cell| assert!(cell.contains(none), "{cell}"));
        assert!(html.contains("href=\"#t2b-r1\"") && row(&html, "t2-r1").iter().any(|cell| cell.contains("list.txt")));
        assert!(html.matches(doubt).count() >= 2, "a claim that nobody checked says so");
    }
}

#[test]
fn addresses_say_what_they_do_not_show() {
    for (lang, sentence, not_looked_up, not_held) in [
        (Lang::En, "neither where the data were stored nor whether they were transferred", "not looked up", "not in this database"),
        (Lang::Nl, "niet waar de gegevens zijn opgeslagen, en ook niet of zij zijn doorgegeven", "niet opgezocht", "niet in deze database"),
    ] {
        let html = render(&rich("db.mmdb"), lang).expect("renders");
        assert_eq!(html.matches(sentence).count(), 1);
        let last = |id: &str| *row(&html, id).last().expect("cells");
        assert!(["AS64500", "NL", "2026-11-01", "192.0.2.0/24"].iter().all(|word| last("t2a-r1").contains(word)), "{}", last("t2a-r1"));
        assert!(last("t2a-r2").contains(not_held) && !last("t2a-r2").contains("AS"), "{}", last("t2a-r2"));
        assert!(last("t2a-r3").contains(not_looked_up), "{}", last("t2a-r3"));
    }
}

#[test]
fn lists_speak_in_their_own_words() {
    for (lang, own_words, any_domain, limits) in [
        (Lang::En, "in the words of the list, not translated", "The row names no domain", "What this does not show:"),
        (Lang::Nl, "in de woorden van de lijst, niet vertaald", "De rij noemt geen domein", "Wat hieruit niet blijkt:"),
    ] {
        let html = render(&rich("ocd.csv"), lang).expect("renders");
        let cell = *row(&html, "t3-r1-said").last().expect("cells");
        assert!(cell.contains(own_words) && cell.contains(any_domain) && cell.contains("Analytics") && cell.contains("SHA-256"), "{cell}");
        assert!(cell.contains("beveiliging") || cell.contains("security"), "our own claims stand beside it: {cell}");
        assert_eq!(html.matches(limits).count(), 1);
        assert!(row(&html, "t10-r5").concat().contains(if lang == Lang::En {
            "may not be handed over"
        } else {
            "mag niet worden overgedragen"
        }));
    }
}

#[test]
fn hostile_lists_and_names_are_harmless() {
    for lang in [Lang::En, Lang::Nl] {
        let html = render(&rich(HOSTILE), lang).expect("renders");
        assert_eq!(unbalanced(&html), Vec::<String>::new());
        assert!(!html.contains("<script") && !html.contains('\u{202e}') && !html.contains('\u{7}'), "something hidden got through");
    }
}
