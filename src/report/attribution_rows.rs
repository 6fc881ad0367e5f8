//! Counts what the analysis attributes requests to, by flow and over the recording. Adds nothing to it: how sure something is comes with it, and
//! a request of which nothing is established is counted as such.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{ActedCount, AttributionTables, FlowAttribution, MentionRow, PageCount, PreflightRow, TriggerCount, TriggerRow, WayRow};
use crate::analysis::Flow as Found;
use crate::analysis::attribution::{Actor, Attribution, Confidence, TriggerKind, Way};
use crate::classify::Parties;
use crate::model::UrlParts;
use crate::redact::{field_locator, field_name, printable_path};
use crate::site::Position;

/// What rows of triggers are told apart by: trigger and actor, each with how sure it is.
type TriggerKey = (TriggerKind, Confidence, Actor, Confidence);

/// Rows about fields that carry the examined Page.
const MENTIONS: usize = 2_000;

/// Pairs of preflight and request.
const PREFLIGHTS: usize = 2_000;

/// Pages of one row of flows.
const PAGES: usize = 10;

/// Triggers of one row of flows.
const TRIGGERS: usize = 20;

/// What is gathered over the recording.
#[derive(Default)]
pub(super) struct AttributionRows {
    triggers: BTreeMap<TriggerKey, TriggerSeen>,
    ways: BTreeMap<Counted, WaySeen>,
    mentions: BTreeMap<MentionKey, (u64, u64)>,
    mentions_left_out: u64,
    preflights: Vec<PreflightRow>,
    preflights_left_out: u64,
}

/// Host, method, path, kind, place, name of the field, locator and coding.
type MentionKey = (String, String, String, &'static str, String, String, String, &'static str);

/// The rows of ways, in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Counted {
    EnteredByAuditee,
    VisitorOnPlatform,
    AuditeeSites,
    OtherAccount,
    Elsewhere,
    NotEstablished,
    OtherRecipients,
}

impl Counted {
    /// Rows that always stand there: the ways that the question names.
    const ALWAYS: [Self; 4] = [Self::EnteredByAuditee, Self::VisitorOnPlatform, Self::AuditeeSites, Self::OtherAccount];

    /// Where a request counts. The ways are those in which data come to the platform, so what goes to others stands apart.
    fn of(actor: Actor, way: Way, to: Position, platform_named: bool) -> Self {
        match (actor, way) {
            _ if !platform_named => Self::NotEstablished,
            _ if !matches!(to, Position::Platform | Position::PlatformAffiliate) => Self::OtherRecipients,
            (Actor::Staff, _) => Self::OtherAccount,
            (_, Way::VisitorOnPlatform) => Self::VisitorOnPlatform,
            (_, Way::AuditeeSites) => Self::AuditeeSites,
            (_, Way::Elsewhere) => Self::Elsewhere,
            (_, Way::NotEstablished) => Self::NotEstablished,
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::EnteredByAuditee => "entered-by-auditee",
            Self::VisitorOnPlatform => "visitor-on-platform",
            Self::AuditeeSites => "auditee-sites",
            Self::OtherAccount => "other-account",
            Self::Elsewhere => "elsewhere",
            Self::NotEstablished => "not-established",
            Self::OtherRecipients => "other-recipients",
        }
    }

    /// Why nothing can stand in the row, where that is so.
    fn not_counted(self, parties: &Parties) -> Option<&'static str> {
        match self {
            Self::EnteredByAuditee => Some("needs-rules"),
            Self::VisitorOnPlatform | Self::AuditeeSites | Self::OtherAccount if parties.platform.is_none() => Some("no-platform"),
            Self::AuditeeSites if parties.auditee.is_empty() => Some("no-own-sites"),
            Self::NotEstablished if parties.platform.is_none() => Some("no-platform"),
            _ => None,
        }
    }
}

#[derive(Default)]
struct TriggerSeen {
    requests: u64,
    hosts: BTreeSet<String>,
    first_entry: Option<u64>,
}

#[derive(Default)]
struct WaySeen {
    requests: u64,
    preflights: u64,
    by_confidence: [u64; 4],
    by_staff: u64,
    with_mention: u64,
    recipients: BTreeSet<String>,
    first_entry: Option<u64>,
}

/// What is gathered for one row of flows.
#[derive(Default)]
pub(super) struct FlowSeen {
    pages: BTreeMap<PageCount, u64>,
    triggers: BTreeMap<TriggerCount, u64>,
    acted: BTreeMap<ActedCount, u64>,
    preflights: u64,
    with_mention: u64,
}

impl AttributionRows {
    /// Takes the next flow. Flows come in order of time, so the first entry seen is the first.
    pub(super) fn see(&mut self, found: &Found<'_>, parties: &Parties) {
        let (attribution, observation) = (found.attribution, found.observation);
        let (trigger, acted) = (&attribution.trigger, &attribution.acted);
        let key = (trigger.kind, trigger.confidence, acted.actor, acted.confidence);
        let seen = self.triggers.entry(key).or_default();
        seen.requests += 1;
        seen.first_entry.get_or_insert(observation.number);
        insert(&mut seen.hosts, &observation.host);
        let counted = Counted::of(acted.actor, acted.way, found.host.position, parties.platform.is_some());
        let way = self.ways.entry(counted).or_default();
        way.first_entry.get_or_insert(observation.number);
        if attribution.is_preflight {
            way.preflights += 1;
            self.preflight(attribution, observation.number, &observation.host);
        } else {
            way.requests += 1;
            way.by_confidence[acted.confidence as usize] += 1;
            way.by_staff += u64::from(acted.actor == Actor::Staff);
            way.with_mention += u64::from(!found.mentions.is_empty());
            insert(&mut way.recipients, &found.host.site);
        }
        self.mention(found);
    }

    fn preflight(&mut self, attribution: &Attribution, preflight: u64, host: &str) {
        if self.preflights.len() >= PREFLIGHTS {
            self.preflights_left_out += 1;
            return;
        }
        let nr = self.preflights.len() as u64 + 1;
        self.preflights.push(PreflightRow { nr, preflight, request: attribution.paired_with, host: host.to_owned() });
    }

    fn mention(&mut self, found: &Found<'_>) {
        let observation = found.observation;
        let url = &*observation.url;
        for mention in found.mentions {
            let path = printable_path(&url[UrlParts::of(url).path]);
            let (host, method) = (observation.host.to_string(), observation.method.to_string());
            let (place, field) = (mention.place.clone(), field_name(&mention.name).into_owned());
            let locator = field_locator(&mention.locator).to_owned();
            let key = (host, method, path, mention.kind.id(), place, field, locator, mention.coding.id());
            if self.mentions.len() >= MENTIONS && !self.mentions.contains_key(&key) {
                self.mentions_left_out += 1;
                continue;
            }
            self.mentions.entry(key).or_insert((0, observation.number)).0 += 1;
        }
    }

    /// The rows, numbered: ways and triggers in the order of their kinds.
    pub(super) fn finish(mut self, parties: &Parties) -> AttributionTables {
        for way in Counted::ALWAYS {
            self.ways.entry(way).or_default();
        }
        let trigger = |((key, seen), nr): ((TriggerKey, TriggerSeen), u64)| TriggerRow {
            nr,
            trigger: key.0.id(),
            trigger_confidence: key.1.id(),
            actor: key.2.id(),
            actor_confidence: key.3.id(),
            requests: seen.requests,
            hosts: seen.hosts.len() as u64,
            first_entry: seen.first_entry.unwrap_or_default(),
        };
        let way = |((way, seen), nr): ((Counted, WaySeen), u64)| WayRow {
            nr,
            way: way.id(),
            not_counted: way.not_counted(parties),
            requests: seen.requests,
            preflights: seen.preflights,
            by_confidence: seen.by_confidence,
            by_staff: seen.by_staff,
            with_mention: seen.with_mention,
            recipients: seen.recipients.len() as u64,
            first_entry: seen.first_entry,
        };
        let mention = |((key, (requests, first_entry)), nr): ((MentionKey, (u64, u64)), u64)| {
            let (host, method, path, kind, place, field, locator, coding) = key;
            MentionRow { nr, host, method, path, kind, place, field, locator, coding, requests, first_entry }
        };
        AttributionTables {
            triggers: self.triggers.into_iter().zip(1..).map(trigger).collect(),
            ways: self.ways.into_iter().zip(1..).map(way).collect(),
            mentions: self.mentions.into_iter().zip(1..).map(mention).collect(),
            mentions_left_out: self.mentions_left_out,
            preflights: self.preflights,
            preflights_left_out: self.preflights_left_out,
        }
    }
}

impl FlowSeen {
    /// Takes the next request of the row.
    pub(super) fn see(&mut self, found: &Found<'_>) {
        let Attribution { page, trigger, acted, is_preflight, .. } = found.attribution;
        let (basis, confidence) = (page.basis.id(), page.confidence.id());
        let page = page.page.as_deref();
        let page = PageCount {
            entry: page.map(|page| page.entry),
            host: page.map(|page| page.host.clone()),
            path: page.map(|page| page.path.clone()),
            basis,
            confidence,
            requests: 0,
        };
        count(&mut self.pages, page, PAGES);
        let (kind, basis, confidence) = (trigger.kind.id(), trigger.basis.id(), trigger.confidence.id());
        count(&mut self.triggers, TriggerCount { trigger: kind, basis, confidence, host: trigger.host.clone(), requests: 0 }, TRIGGERS);
        let (actor, way, basis, confidence) = (acted.actor.id(), acted.way.id(), acted.basis.id(), acted.confidence.id());
        count(&mut self.acted, ActedCount { actor, way, basis, confidence, requests: 0 }, TRIGGERS);
        self.preflights += u64::from(*is_preflight);
        self.with_mention += u64::from(!found.mentions.is_empty());
    }

    /// What is to be said of the row.
    pub(super) fn finish(self) -> FlowAttribution {
        let Self { pages, triggers, acted, preflights, with_mention } = self;
        FlowAttribution {
            pages: pages.into_iter().map(|(page, requests)| PageCount { requests, ..page }).collect(),
            triggers: triggers.into_iter().map(|(trigger, requests)| TriggerCount { requests, ..trigger }).collect(),
            acted: acted.into_iter().map(|(acted, requests)| ActedCount { requests, ..acted }).collect(),
            preflights,
            with_mention,
        }
    }
}

/// Counts one more, if there is room or it is there already.
fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K, most: usize) {
    if counts.len() < most || counts.contains_key(&key) {
        *counts.entry(key).or_default() += 1;
    }
}

fn insert(names: &mut BTreeSet<String>, name: &str) {
    if !names.contains(name) {
        names.insert(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_has_a_row_and_says_why_it_is_empty() {
        let rows = |parties: &Parties| {
            let ways = AttributionRows::default().finish(parties).ways;
            ways.iter().map(|row| (row.way, row.not_counted, row.requests, row.first_entry)).collect::<Vec<_>>()
        };
        let row = |way, why| (way, why, 0, None);
        let staff = "other-account";
        let nobody = [
            row("entered-by-auditee", Some("needs-rules")),
            row("visitor-on-platform", Some("no-platform")),
            row("auditee-sites", Some("no-platform")),
            row(staff, Some("no-platform")),
        ];
        assert_eq!(rows(&Parties::default()), nobody);
        let mut named = Parties { platform: Some(0), ..Parties::default() };
        let platform = [nobody[0], row("visitor-on-platform", None), row("auditee-sites", Some("no-own-sites")), row(staff, None)];
        assert_eq!(rows(&named), platform);
        named.auditee.push("gemeente.nl".to_owned());
        assert_eq!(rows(&named)[2], row("auditee-sites", None));
    }

    #[test]
    fn ways_count_what_reaches_the_platform() {
        let of = |actor, way, to, named| Counted::of(actor, way, to, named).id();
        let (visitor, on) = (Actor::Visitor, Way::VisitorOnPlatform);
        assert_eq!(of(visitor, on, Position::Platform, true), "visitor-on-platform");
        assert_eq!(of(visitor, on, Position::PlatformAffiliate, true), "visitor-on-platform");
        assert_eq!(of(visitor, on, Position::Other, true), "other-recipients");
        assert_eq!(of(visitor, Way::AuditeeSites, Position::Auditee, true), "other-recipients");
        assert_eq!(of(Actor::AuditeeSite, Way::AuditeeSites, Position::Platform, true), "auditee-sites");
        assert_eq!(of(Actor::Staff, Way::NotEstablished, Position::Platform, true), "other-account");
        assert_eq!(of(visitor, Way::Elsewhere, Position::Platform, true), "elsewhere");
        assert_eq!(of(visitor, on, Position::Platform, false), "not-established");
    }
}
