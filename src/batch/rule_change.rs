//! What a change of rules does to a recording: the same recording judged by two rule sets, and the statements that only one of them makes. Writes
//! nothing and judges nothing of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use super::judge::{Inputs, Options};
use super::replay::{ReplayError, replay_into};
use crate::analysis::{Counts, Flow, Opening, Sink};
use crate::classify::{Reason, Subject};
use crate::model::{Gap, Page};
use crate::rules::{RuleId, RuleSet};
use crate::site::Visit;

/// What only one of two rule sets says of a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleChange {
    /// Entries of the recording that were judged.
    pub entries: u64,
    /// Statements that only the first set makes, with the entries that they are about.
    pub gone: BTreeMap<String, BTreeSet<u64>>,
    /// Statements that only the second set makes.
    pub new: BTreeMap<String, BTreeSet<u64>>,
    /// Rules that fit in both and say something else now, with the entries that they fit.
    pub changed: BTreeMap<String, BTreeSet<u64>>,
}

impl RuleChange {
    /// Whether both sets say the same.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.gone.is_empty() && self.new.is_empty() && self.changed.is_empty()
    }
}

/// Judges the recording at `path` by both and compares.
///
/// # Errors
///
/// The recording cannot be read.
pub fn rule_change(path: &Path, before: &Inputs, after: &Inputs, options: &Options) -> Result<RuleChange, ReplayError> {
    let mut first = Statements::new(&before.rules);
    let counts = replay_into(path, before, options, &mut first)?;
    let mut second = Statements::new(&after.rules);
    replay_into(path, after, options, &mut second)?;
    let mut change = RuleChange { entries: counts.entries, ..RuleChange::default() };
    let only = |these: &Entries, others: &Entries| {
        let left = these.iter().map(|(said, entries)| {
            let there = others.get(said);
            (
                said.clone(),
                entries.iter().filter(|entry| there.is_none_or(|there| !there.contains(*entry))).copied().collect::<BTreeSet<u64>>(),
            )
        });
        left.filter(|(_, entries)| !entries.is_empty()).collect::<Entries>()
    };
    change.gone = only(&first.said, &second.said);
    change.new = only(&second.said, &first.said);
    for (rule, (text, entries)) in &first.rules {
        if second.rules.get(rule).is_some_and(|(other, _)| other != text) {
            change.changed.insert(rule.clone(), entries.clone());
        }
    }
    Ok(change)
}

type Entries = BTreeMap<String, BTreeSet<u64>>;

/// What a rule set says, statement by statement.
struct Statements<'r> {
    set: &'r RuleSet,
    said: Entries,
    /// What every rule that fits says, and which entries it fits.
    rules: BTreeMap<String, (String, BTreeSet<u64>)>,
}

impl<'r> Statements<'r> {
    fn new(set: &'r RuleSet) -> Self {
        Self { set, said: BTreeMap::new(), rules: BTreeMap::new() }
    }

    fn say(&mut self, said: String, entry: u64) {
        self.said.entry(said).or_default().insert(entry);
    }

    /// What a rule says, so that two sets can be compared: places, and the numbers by which a set knows its sources, do not count.
    fn text(&self, id: RuleId) -> String {
        let mut text = format!("{:?} {:?}", self.set.owner_in(id).map(|owner| &self.set.owners[owner].id), self.set.limits(id));
        if let RuleId::Endpoint(index) = id {
            text += &format!(" {:?} {}", self.set.endpoints[index].show, self.set.endpoints[index].background);
            text += &format!("{:?}", self.set.endpoints[index].count);
        }
        if let RuleId::Field(index) = id {
            text += &format!(" {} {:?}", self.set.fields[index].show, self.set.fields[index].count);
        }
        for claim in self.set.claims(id) {
            let source = &self.set.sources[claim.source];
            let category = claim.category.map(|category| &*self.set.categories[category].id);
            text += &format!(
                "\n{:?} {} {category:?} {:?} {:?} {:?} {:?} {:?} {:?} {} {} {} {}",
                claim.by,
                claim.who,
                claim.purpose,
                claim.lifetime,
                claim.data,
                claim.identifies,
                (&claim.personal, &claim.personal_category, claim.personal_type),
                claim.certainty,
                source.title,
                source.publisher,
                source.reference,
                source.date
            );
        }
        text
    }
}

impl Sink for Statements<'_> {
    fn open(&mut self, _: &Opening<'_>) -> io::Result<()> {
        Ok(())
    }

    fn page(&mut self, _: &Page) -> io::Result<()> {
        Ok(())
    }

    fn visit(&mut self, visit: &Visit) -> io::Result<()> {
        for choice in &visit.choices {
            if let Some(entry) = choice.said_by.entry() {
                self.say(format!("choice for {}: {}", choice.site, choice.says.map_or("not read", |says| says.id())), entry);
            }
        }
        Ok(())
    }

    fn flow(&mut self, flow: &Flow<'_>) -> io::Result<()> {
        let entry = flow.observation.number;
        let owner = flow.host.owner.map(|domain| &self.set.owners[domain.owner]);
        let owner = owner.map_or("not established".to_owned(), |owner| {
            let seat = owner.country.as_deref().map(|country| format!(", {country}")).unwrap_or_default();
            format!("{} “{}”{seat}", owner.id, owner.name)
        });
        self.say(format!("owner of {}: {owner}", flow.host.site), entry);
        if let Some(network) = self.set.network_at(&flow.observation.host, None).map(|index| &self.set.networks[index]) {
            self.say(format!("network of {}: {} “{}”", flow.observation.host, network.id, network.operator), entry);
        }
        if let Some(domain) = flow.host.owner {
            for contract in self.set.contracts_at(domain.owner, &flow.observation.host) {
                self.say(format!("party in the terms of {}: {}", flow.observation.host, contract.party), entry);
            }
        }
        self.say(format!("relation of {}: {}", flow.host.site, flow.host.relation.id()), entry);
        self.say(format!("position of {}: {}", flow.observation.host, flow.position.id()), entry);
        for finding in &flow.classified.findings {
            let Reason::Rule(id) = finding.reason else { continue };
            let rule = self.set.rule(id).0.to_owned();
            let what = match finding.subject {
                Subject::CookieSent(_) => format!("cookie sent {}: {rule}", finding.quote),
                Subject::CookieSet(_) => format!("cookie set {}: {rule}", finding.quote),
                _ => format!("endpoint: {rule}"),
            };
            self.say(what, entry);
            let text = self.text(id);
            self.rules.entry(rule).or_insert_with(|| (text, BTreeSet::new())).1.insert(entry);
        }
        Ok(())
    }

    fn gap(&mut self, _: &Gap) -> io::Result<()> {
        Ok(())
    }

    fn close(&mut self, _: &Counts) -> io::Result<()> {
        Ok(())
    }
}
