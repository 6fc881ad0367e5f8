//! Hosts that are another name of somebody else's: a name under one site whose chain of names (CNAME) leads to another site. Tells what the
//! recording and outside lists say of it, and never what is done there. It asks no name server.

use hashbrown::HashMap;

use super::host::Hosts;
use crate::model::{Locator, Part, Step};
use crate::observe::Observation;
use crate::rules::{ListPlace, OutsideList, OwnerDomain};
use crate::site::{Position, Relation};

/// A host that is another name of a host of another site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// How that is known.
    pub basis: AliasBasis,
    /// The names gone through, in order and in the form in which hosts are looked up; where only lists tell, the ones that they give.
    pub chain: Vec<String>,
    /// The names of the chain that lie on another site than the host, one for each site, in order.
    pub ends: Vec<AliasEnd>,
    /// Lists that know the host or a name of the chain as such.
    pub known: Vec<AliasKnown>,
}

/// How an alias is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AliasBasis {
    /// The recording holds the names.
    Recorded,
    /// Only outside lists tell; the recording holds no names.
    Listed,
}

impl AliasBasis {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Recorded => "recorded-names",
            Self::Listed => "list-of-hosts",
        }
    }
}

/// A name to which an alias leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasEnd {
    /// The last name of the chain on that site.
    pub name: String,
    /// Its registrable domain.
    pub site: String,
    /// Who holds it, where a rule says so.
    pub owner: Option<OwnerDomain>,
    /// How it relates to the site of the host.
    pub relation: Relation,
    /// Its position in the examination.
    pub position: Position,
    /// Whether a rule says that it belongs to a network, which answers for whoever hires it.
    pub network: bool,
}

/// A list that knows an alias.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AliasKnown {
    /// Index among the outside lists.
    pub list: usize,
    /// What it knows: the host (`host`), a name of the chain (`name`), or the host of somebody at the end of the chain (`tracker`).
    pub by: &'static str,
    /// The host as listed.
    pub listed: String,
    /// The host of which it is another name, where the list says so.
    pub target: Option<String>,
    /// Whose it is, in the words of the list.
    pub company: Option<String>,
    /// Line or JSON pointer in the list.
    pub place: String,
}

impl Alias {
    /// Whether somebody says that another organisation answers under the name: a list of such names knows it, or a rule of ours names another holder
    /// that is not only the operator of a network. What merely lies with a host for hire is no such thing, whatever lists say of that host.
    #[must_use]
    pub fn is_cloaked(&self) -> bool {
        // What a database of trackers says of a name at the end is said of everybody who lies there, and hosting stands in such databases too.
        let listed = self.known.iter().any(|known| known.by != "tracker");
        let for_hire = !self.ends.is_empty() && self.ends.iter().all(|end| end.network);
        (listed && !for_hire) || self.ends.iter().any(|end| end.owner.is_some() && !end.network)
    }

    /// Position of whoever answers. A list that knows the host and not to whom it leads says that it is somebody else.
    #[must_use]
    pub fn position(&self) -> Position {
        let named = self.ends.iter().find(|end| end.owner.is_some() && !end.network);
        named.or(self.ends.last()).map_or(Position::Other, |end| end.position)
    }

    /// The place of the name it rests on, and that name as recorded.
    pub(super) fn place(&self, observation: &Observation<'_>, host: Locator, quoted: &str) -> (Locator, String) {
        let recorded = observation.aliases.as_deref().unwrap_or_default();
        let end = self.ends.last().filter(|_| self.basis == AliasBasis::Recorded);
        let at = end.and_then(|end| recorded.iter().position(|name| looked_up(name) == end.name));
        match at {
            Some(at) => (name_place(at, &recorded[at]), recorded[at].clone()),
            None => (host, quoted.to_owned()),
        }
    }
}

/// The place of a name of the chain, its whole.
pub(super) fn name_place(index: usize, name: &str) -> Locator {
    Locator { part: Part::Alias(index as u32 + 1), steps: vec![Step::Range(0, name.len() as u64)] }
}

/// A recorded name in the form in which hosts are looked up.
pub(super) fn looked_up(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Finds aliases. What lists say of a host is looked up once.
pub struct Aliases<'r> {
    lists: &'r [OutsideList],
    listed: HashMap<String, Vec<AliasKnown>>,
    behind: HashMap<String, Vec<AliasKnown>>,
}

impl<'r> Aliases<'r> {
    /// With outside lists.
    #[must_use]
    pub fn new(lists: &'r [OutsideList]) -> Self {
        Self { lists, listed: HashMap::new(), behind: HashMap::new() }
    }

    /// Whether the host of a request is another name of somebody else's. It is looked at only where a page would take it for its own: the host lies on the
    /// site of the page that asked, of the examined page, or of the auditee.
    pub fn find(&mut self, observation: &Observation<'_>, host: usize, asked_from: Option<usize>, hosts: &mut Hosts<'_>) -> Option<Alias> {
        let facts = hosts.facts(host);
        let own = facts.relation == Relation::SameSite
            || facts.position == Position::Auditee
            || asked_from.is_some_and(|from| hosts.facts(from).site == facts.site);
        if !own {
            return None;
        }
        let recorded: Vec<String> = observation.aliases.iter().flatten().map(|name| looked_up(name)).collect();
        let mut known = self.of_host(&observation.host).to_vec();
        let (basis, chain) = if recorded.is_empty() {
            // What a list says of the host is all there is; without it nothing is said.
            (AliasBasis::Listed, known.iter().filter_map(|known| known.target.clone()).collect())
        } else {
            (AliasBasis::Recorded, recorded)
        };
        let ends = ends(host, &chain, hosts);
        // A list may know the host and not say to whom it leads.
        if ends.is_empty() && known.is_empty() {
            return None;
        }
        if basis == AliasBasis::Recorded {
            for end in &ends {
                known.extend(self.of_end(&end.name).iter().cloned());
            }
            known.sort();
            known.dedup();
        }
        Some(Alias { basis, chain, ends, known })
    }

    /// What lists say of a host as another name of somebody else's.
    fn of_host(&mut self, host: &str) -> &[AliasKnown] {
        let lists = self.lists;
        self.listed.entry_ref(host).or_insert_with(|| {
            let says = |(list, outside): (usize, &OutsideList)| match outside {
                OutsideList::Aliases(aliases) => aliases.disguised(host).map(|found| AliasKnown {
                    list,
                    by: "host",
                    listed: found.listed.to_owned(),
                    target: found.target.map(looked_up),
                    company: found.company.map(str::to_owned),
                    place: place_in_list(found.place),
                }),
                OutsideList::Trackers(trackers) => trackers.alias_of(host).map(|(target, place)| AliasKnown {
                    list,
                    by: "host",
                    listed: host.to_owned(),
                    target: Some(looked_up(target)),
                    company: None,
                    place,
                }),
                _ => None,
            };
            lists.iter().enumerate().filter_map(says).collect()
        })
    }

    /// What lists say of a name to which others lead.
    fn of_end(&mut self, name: &str) -> &[AliasKnown] {
        let lists = self.lists;
        self.behind.entry_ref(name).or_insert_with(|| {
            let mut found = Vec::new();
            for (list, outside) in lists.iter().enumerate() {
                match outside {
                    OutsideList::Aliases(aliases) => found.extend(aliases.behind(name).map(|known| AliasKnown {
                        list,
                        by: "name",
                        listed: known.listed.to_owned(),
                        target: known.target.map(str::to_owned),
                        company: known.company.map(str::to_owned),
                        place: place_in_list(known.place),
                    })),
                    OutsideList::Trackers(trackers) => found.extend(trackers.of_host(name).into_iter().map(|known| AliasKnown {
                        list,
                        by: "tracker",
                        listed: known.matched,
                        target: None,
                        company: known.owner.map(str::to_owned),
                        place: known.place,
                    })),
                    _ => {}
                }
            }
            found
        })
    }
}

/// The names on other sites whose holder is not established to be that of the host's site: the last one for each site, in order.
fn ends(host: usize, chain: &[String], hosts: &mut Hosts<'_>) -> Vec<AliasEnd> {
    let mut ends: Vec<AliasEnd> = Vec::new();
    for name in chain {
        let index = hosts.index(name);
        let network = hosts.is_in_network(name);
        let (facts, own) = (hosts.facts(index), hosts.facts(host));
        let owner = |facts: &super::HostFacts| facts.owner.map(|domain| domain.owner);
        let relation = Relation::between(Some((&*own.site, owner(own))), (&facts.site, owner(facts)));
        if !matches!(relation, Relation::OtherOwner | Relation::OwnerNotEstablished) {
            continue;
        }
        ends.retain(|end| end.site != facts.site);
        let (site, owner, position) = (facts.site.clone(), facts.owner, facts.position);
        ends.push(AliasEnd { name: name.clone(), site, owner, relation, position, network });
    }
    ends
}

/// Where something stands in a list, as outputs print it.
#[must_use]
pub fn place_in_list(place: &ListPlace) -> String {
    match place {
        ListPlace::Line(line) => line.to_string(),
        ListPlace::Pointer(pointer) => pointer.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Certainty, Place};

    fn end(owned: bool, network: bool) -> AliasEnd {
        let domain = OwnerDomain { owner: 0, source: 0, place: Place { file: 0, line: 1, column: 1 }, certainty: Certainty::Stated };
        AliasEnd {
            name: "a.other.example".to_owned(),
            site: "other.example".to_owned(),
            owner: owned.then_some(domain),
            relation: Relation::OtherOwner,
            position: Position::Other,
            network,
        }
    }

    /// What merely lies with a host for hire is not called somebody else's, whatever lists say of that host.
    #[test]
    fn who_is_called_somebody_else() {
        let known = |by| AliasKnown { list: 0, by, listed: String::new(), target: None, company: None, place: String::new() };
        let alias = |ends: Vec<AliasEnd>, by: Option<&'static str>| Alias {
            basis: AliasBasis::Recorded,
            chain: Vec::new(),
            ends,
            known: by.map(known).into_iter().collect(),
        };
        for (ends, by, cloaked) in [
            (vec![end(true, false)], None, true),
            (vec![end(true, true)], None, false),
            (vec![end(false, false)], None, false),
            (vec![end(false, false)], Some("host"), true),
            (vec![end(false, false)], Some("name"), true),
            (vec![end(false, false)], Some("tracker"), false),
            (vec![end(false, true)], Some("host"), false),
            (vec![end(true, true), end(true, false)], Some("tracker"), true),
            // A list that knows the host and not to whom it leads.
            (Vec::new(), Some("host"), true),
        ] {
            let words = format!("{ends:?} {by:?}");
            let alias = alias(ends, by);
            assert_eq!((alias.is_cloaked(), alias.position()), (cloaked, Position::Other), "{words}");
        }
    }
}
