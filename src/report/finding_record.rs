//! Findings as the evidence log writes them: each with the rule or the list it rests on, its place and the bytes there
//! (`docs/evidence-format.md`).

use std::collections::BTreeSet;

use serde::Serialize;

use super::Context;
use crate::classify::{Alias, AliasEnd, AliasKnown, Finding, Reason, Subject, place_in_list};
use crate::model::Digest;
use crate::rules::{OutsideList, Place, RuleSet};

/// A finding with its reason: what, by which rule of which file or list, at which place, quoting which bytes.
#[derive(Serialize)]
pub(super) struct FindingRecord<'a> {
    subject: &'static str,
    /// Which cookie of the request, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    cookie: Option<usize>,
    #[serde(flatten)]
    reason: ReasonRecord<'a>,
    /// The list without which it cannot be made again, with its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_rederivable_without: Option<String>,
    locator: String,
    quote: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum ReasonRecord<'a> {
    Baseline {
        baseline: &'a str,
    },
    Rule {
        rule: &'a str,
        file: &'a str,
        line: u64,
        version: &'a str,
        sha256: Digest,
        /// How what the rule says follows from its sources: each certainty that occurs.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        certainty: Vec<&'static str>,
        /// Number of the autonomous system by which a rule about a network fits.
        #[serde(skip_serializing_if = "Option::is_none")]
        as_number: Option<u32>,
    },
    #[cfg(feature = "lists")]
    List {
        list: &'a str,
        rule: &'a str,
        line: Option<u64>,
        exception: Option<&'a str>,
        exception_line: Option<u64>,
        sha256: Digest,
    },
    Address {
        list: &'a str,
        sha256: Digest,
        network: &'a str,
        country: Option<&'a str>,
        as_number: Option<u32>,
        organisation: Option<&'a str>,
    },
    Tracker {
        list: &'a str,
        sha256: Digest,
        place: &'a str,
        by: &'static str,
        matched: &'a str,
        owner: Option<&'a str>,
        service: Option<&'a str>,
        categories: &'a [String],
        exception: Option<&'a str>,
    },
    CookieRow {
        list: &'a str,
        sha256: Digest,
        place: String,
        names_domain: bool,
        category: &'a str,
    },
    Alias {
        alias: &'static str,
        names: &'a [String],
        ends: Vec<EndRecord<'a>>,
        known: Vec<KnownRecord<'a>>,
    },
}

/// A name to which a host leads.
#[derive(Serialize)]
pub(super) struct EndRecord<'a> {
    name: &'a str,
    site: &'a str,
    relation: &'static str,
    network: bool,
    owner: Option<ReasonRecord<'a>>,
}

/// What a list says of another name.
#[derive(Serialize)]
pub(super) struct KnownRecord<'a> {
    list: &'a str,
    sha256: Digest,
    place: &'a str,
    by: &'static str,
    listed: &'a str,
    target: Option<&'a str>,
    company: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_rederivable_without: Option<String>,
}

/// A rule as records name it.
pub(super) fn rule_record<'a>(rules: &'a RuleSet, rule: &'a str, place: Place) -> ReasonRecord<'a> {
    certain(rules, rule, place, Vec::new(), None)
}

fn certain<'a>(rules: &'a RuleSet, rule: &'a str, place: Place, certainty: Vec<&'static str>, as_number: Option<u32>) -> ReasonRecord<'a> {
    let file = &rules.files[place.file];
    ReasonRecord::Rule { rule, file: &file.name, line: place.line, version: &file.version, sha256: file.digest, certainty, as_number }
}

/// A finding as the log writes it.
pub(super) fn finding_record<'a>(context: &Context<'a>, rules: &'a RuleSet, finding: &'a Finding) -> FindingRecord<'a> {
    let (subject, cookie) = match finding.subject {
        Subject::Recipient => ("recipient", None),
        Subject::Endpoint => ("endpoint", None),
        Subject::CookieSent(index) => ("cookie-sent", Some(index + 1)),
        Subject::CookieSet(index) => ("cookie-set", Some(index + 1)),
        Subject::Request => ("request", None),
        Subject::Alias => ("request-by-other-name", None),
    };
    let info = |index: usize| context.lists[index].info();
    let mut list = None;
    let reason = match &finding.reason {
        Reason::Owner(domain) => certain(rules, &rules.owners[domain.owner].id, domain.place, vec![domain.certainty.id()], None),
        Reason::Network(network, as_number) => {
            let network = &rules.networks[*network];
            certain(rules, &network.id, network.place, vec![network.certainty.id()], *as_number)
        }
        Reason::Rule(id) => {
            let (rule, place) = rules.rule(*id);
            let certainty: BTreeSet<&str> = rules.claims(*id).iter().map(|claim| claim.certainty.id()).collect();
            certain(rules, rule, place, certainty.into_iter().collect(), None)
        }
        Reason::Idle => ReasonRecord::Baseline { baseline: "also recorded while the same browser was idle" },
        #[cfg(feature = "lists")]
        Reason::List(index, verdict) => {
            list = Some(*index);
            ReasonRecord::List {
                list: &info(*index).name,
                rule: &verdict.rule,
                line: verdict.line,
                exception: verdict.exception.as_deref(),
                exception_line: verdict.exception_line,
                sha256: info(*index).digest,
            }
        }
        Reason::Address(index, facts) => {
            list = Some(*index);
            ReasonRecord::Address {
                list: &info(*index).name,
                sha256: info(*index).digest,
                network: &facts.network,
                country: facts.country.as_deref(),
                as_number: facts.as_number,
                organisation: facts.organisation.as_deref(),
            }
        }
        Reason::Tracker(index, says) => {
            list = Some(*index);
            ReasonRecord::Tracker {
                list: &info(*index).name,
                sha256: info(*index).digest,
                place: &says.place,
                by: says.by,
                matched: &says.matched,
                owner: says.owner.as_deref(),
                service: says.service.as_deref(),
                categories: &says.categories,
                exception: says.exception.as_deref(),
            }
        }
        Reason::CookieRow(at) => {
            list = Some(at.list);
            let row = match &context.lists[at.list] {
                OutsideList::Cookies(database) => database.rows().get(at.row),
                _ => None,
            };
            ReasonRecord::CookieRow {
                list: &info(at.list).name,
                sha256: info(at.list).digest,
                place: row.map(|row| place_in_list(&row.place)).unwrap_or_default(),
                names_domain: at.names_domain,
                category: row.map(|row| &*row.category).unwrap_or_default(),
            }
        }
        Reason::Alias(alias) => alias_record(context, rules, alias),
    };
    let not_rederivable_without = list.and_then(|list| context.needs(list));
    FindingRecord { subject, cookie, reason, not_rederivable_without, locator: finding.locator.to_string(), quote: &finding.quote }
}

fn alias_record<'a>(context: &Context<'a>, rules: &'a RuleSet, alias: &'a Alias) -> ReasonRecord<'a> {
    let end = |end: &'a AliasEnd| EndRecord {
        name: &end.name,
        site: &end.site,
        relation: end.relation.id(),
        network: end.network,
        owner: end.owner.map(|domain| certain(rules, &rules.owners[domain.owner].id, domain.place, vec![domain.certainty.id()], None)),
    };
    let known = |known: &'a AliasKnown| {
        let info = context.lists[known.list].info();
        KnownRecord {
            list: &info.name,
            sha256: info.digest,
            place: &known.place,
            by: known.by,
            listed: &known.listed,
            target: known.target.as_deref(),
            company: known.company.as_deref(),
            not_rederivable_without: context.needs(known.list),
        }
    };
    ReasonRecord::Alias {
        alias: alias.basis.id(),
        names: &alias.chain,
        ends: alias.ends.iter().map(end).collect(),
        known: alias.known.iter().map(known).collect(),
    }
}
