//! What outside lists say, as rows: rules of filter lists that match, rows of databases of cookies, and the lists themselves with what rests on
//! them. Each under the name of its list; nothing of different lists is merged.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::Builder;
use super::model::{Cookie, ListClaim, ListMatch, UsedList};
use crate::analysis::{Flow as Found, SentOrigin};
use crate::classify::{Finding, ListedCookieRow, Reason, Subject, place_in_list};
use crate::rules::OutsideList;

/// What is counted for a list: requests about which it says something, those that an exception overrules, and those that it matches under another
/// name only.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ListTally {
    matched: u64,
    excepted: u64,
    by_name: u64,
}

/// Rows of databases of cookies by name and domain of the cookie.
#[derive(Default)]
pub(super) struct ListRows {
    tallies: Vec<ListTally>,
    cookies: BTreeMap<(String, String), BTreeSet<ListedCookieRow>>,
}

/// Filter lists that match a request and do not overrule it, each once; with whether only another name of the host makes it match.
#[cfg(feature = "lists")]
pub(super) fn matched_lists(findings: &[Finding]) -> BTreeMap<usize, bool> {
    let mut matched: BTreeMap<usize, bool> = BTreeMap::new();
    for finding in findings {
        if let Reason::List(list, verdict) = &finding.reason
            && verdict.exception.is_none()
        {
            let by_name = finding.subject == Subject::Alias;
            matched.entry(*list).and_modify(|only| *only &= by_name).or_insert(by_name);
        }
    }
    matched
}

impl Builder<'_> {
    pub(super) fn list_name(&self, index: usize) -> String {
        self.context.lists[index].info().name.clone()
    }

    /// Takes what lists say of a request.
    pub(super) fn add_lists(&mut self, found: &Found<'_>) {
        let lists = self.context.lists;
        if lists.is_empty() {
            return;
        }
        let findings = &found.classified.findings;
        let rows = &mut self.lists;
        rows.tallies.resize(lists.len(), ListTally::default());
        #[cfg(feature = "lists")]
        {
            let matched = matched_lists(findings);
            for (&list, &by_name) in &matched {
                let tally = &mut rows.tallies[list];
                if by_name { tally.by_name += 1 } else { tally.matched += 1 }
            }
            for finding in findings {
                if let (Subject::Request, Reason::List(list, verdict)) = (finding.subject, &finding.reason) {
                    rows.tallies[*list].excepted += u64::from(verdict.exception.is_some());
                }
            }
        }
        let mut others = BTreeSet::new();
        for finding in findings {
            match &finding.reason {
                Reason::Address(list, _) | Reason::Tracker(list, _) => others.extend([*list]),
                Reason::Alias(alias) => others.extend(alias.known.iter().map(|known| known.list)),
                Reason::CookieRow(row) => {
                    others.insert(row.list);
                    // The domain under which the table of cookies has it.
                    let domain = match finding.subject {
                        Subject::CookieSet(index) => found.observation.set.get(index).map(|cookie| cookie.domain.to_string()),
                        Subject::CookieSent(index) => match found.sent.get(index) {
                            Some(SentOrigin::SetCookie { kept, .. }) => Some(found.jar.kept(*kept).key.domain.to_string()),
                            _ => None,
                        },
                        _ => None,
                    };
                    let domain = domain.unwrap_or_else(|| found.host.site.clone());
                    rows.cookies.entry((finding.quote.clone(), domain)).or_default().insert(*row);
                }
                _ => {}
            }
        }
        others.into_iter().for_each(|list| rows.tallies[list].matched += 1);
    }

    /// What databases of cookies say of the cookies in a table.
    pub(super) fn finish_list_claims(&self, cookies: &mut [Cookie]) {
        for cookie in cookies {
            let found = self.lists.cookies.get(&(cookie.name.clone(), cookie.domain.clone())).into_iter().flatten();
            cookie.list_claims = found.filter_map(|row| self.list_claim(*row)).collect();
        }
    }

    fn list_claim(&self, at: ListedCookieRow) -> Option<ListClaim> {
        let OutsideList::Cookies(list) = &self.context.lists[at.list] else { return None };
        let row = list.rows().get(at.row)?;
        let said = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Some(ListClaim {
            by: "independent",
            list: list.info.name.clone(),
            sha256: list.info.digest.to_string(),
            place: place_in_list(&row.place),
            names_domain: at.names_domain,
            service: said(&row.service),
            category: said(&row.category),
            purpose: said(&row.description),
            lifetime: said(&row.retention),
            controller: said(&row.controller),
            not_rederivable_without: self.context.needs(at.list),
        })
    }

    /// Rules of filter lists among findings, as rows name them.
    pub(super) fn list_matches(&self, findings: &[Finding]) -> Vec<ListMatch> {
        #[cfg(feature = "lists")]
        return findings
            .iter()
            .filter_map(|finding| match &finding.reason {
                Reason::List(list, verdict) => Some(ListMatch {
                    list: self.list_name(*list),
                    rule: verdict.rule.clone(),
                    line: verdict.line,
                    exception: verdict.exception.clone(),
                    name: (finding.subject == Subject::Alias).then(|| finding.quote.clone()),
                    not_rederivable_without: self.context.needs(*list),
                }),
                _ => None,
            })
            .collect();
        #[cfg(not(feature = "lists"))]
        return findings.iter().take(0).map(|_| unreachable!()).collect();
    }

    /// The lists that were used, with what rests on them.
    pub(super) fn used_lists(&self) -> Vec<UsedList> {
        let list = |(index, list): (usize, &OutsideList)| {
            let info = list.info();
            let ListTally { matched, excepted, by_name } = self.lists.tallies.get(index).copied().unwrap_or_default();
            UsedList {
                name: info.name.clone(),
                kind: info.kind.name(),
                title: info.title.clone(),
                version: info.version.clone(),
                licence: info.licence.clone(),
                origin: info.origin.clone(),
                retrieved: info.retrieved.clone(),
                sha256: info.digest.to_string(),
                bytes: info.bytes,
                rules: info.rules,
                rejected: info.rejected,
                matched,
                excepted,
                matched_by_name: by_name,
                may_be_handed_over: info.may_be_handed_over,
            }
        };
        self.context.lists.iter().enumerate().map(list).collect()
    }
}
