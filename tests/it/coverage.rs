//! How much of real recordings our own rules speak of, without any outside list: an owner for requests to other sites, a claim for cookies that are
//! sent. The README quotes these figures.

use std::collections::BTreeMap;
use std::io;

use dataspoor::analysis::{Counts, Flow, Opening, Sink};
use dataspoor::batch::{Inputs, Options, replay_into};
use dataspoor::classify::{Parties, Reason, Subject};
use dataspoor::model::{Gap, Page};
use dataspoor::rules::RuleId;
use dataspoor::site::{Relation, SuffixList};

use super::corpus::{builtin_rules, recordings, shared};

#[derive(Default)]
struct Coverage {
    others: u64,
    owned: u64,
    sends: u64,
    claimed: u64,
    /// Sites without an owner, and cookies without a claim, with how often.
    unknown: BTreeMap<String, u64>,
}

impl Sink for Coverage {
    fn open(&mut self, _: &Opening<'_>) -> io::Result<()> {
        Ok(())
    }

    fn page(&mut self, _: &Page) -> io::Result<()> {
        Ok(())
    }

    fn flow(&mut self, flow: &Flow<'_>) -> io::Result<()> {
        if !matches!(flow.host.relation, Relation::SameSite | Relation::PageNotEstablished) {
            self.others += 1;
            self.owned += u64::from(flow.host.owner.is_some());
            if flow.host.owner.is_none() {
                *self.unknown.entry(flow.host.site.clone()).or_default() += 1;
            }
        }
        for (index, cookie) in flow.observation.sent.iter().enumerate() {
            let is_claim = |reason: &Reason| matches!(reason, Reason::Rule(RuleId::Cookie(_)));
            let findings = &flow.classified.findings;
            let claimed = findings.iter().any(|finding| finding.subject == Subject::CookieSent(index) && is_claim(&finding.reason));
            self.sends += 1;
            self.claimed += u64::from(claimed);
            if !claimed {
                *self.unknown.entry(format!("cookie {}", cookie.name)).or_default() += 1;
            }
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

#[test]
fn own_rules_name_owners_and_make_claims() {
    let inputs = Inputs {
        rules: builtin_rules(),
        rule_mistakes: 0,
        suffixes: SuffixList::Embedded,
        lists: Vec::new(),
        parties: Parties::default(),
        case: Parties::default(),
        planted: None,
    };
    let mut coverage = Coverage::default();
    let mut read = 0;
    for path in recordings() {
        // Some recordings of the corpus are broken on purpose.
        read += u64::from(replay_into(&path, &inputs, &Options::default(), &mut coverage).is_ok());
    }
    let percent = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
    let owners = percent(coverage.owned, coverage.others);
    let claims = percent(coverage.claimed, coverage.sends);
    println!(
        "{read} recordings: owner of {} of {} requests to other sites ({owners:.1} %), claim about {} of {} cookies sent ({claims:.1} %)",
        coverage.owned, coverage.others, coverage.claimed, coverage.sends
    );
    let mut unknown: Vec<(u64, String)> = coverage.unknown.into_iter().map(|(what, count)| (count, what)).collect();
    unknown.sort_unstable_by(|one, other| other.cmp(one));
    unknown.iter().take(25).for_each(|(count, what)| println!("  {count} {what}"));
    assert!(read > 0 && coverage.others > 0 && coverage.sends > 0);
    if shared("corpus/har").is_none() {
        println!("../shared is not there: these are our own recordings, for which no bar is set");
        return;
    }
    assert!(owners >= 90.0, "owners: {owners:.1} %");
    assert!(claims >= 70.0, "claims: {claims:.1} %");
}
