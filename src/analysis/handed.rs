//! What an analysis is given and what it hands over: settings, flows, and the sink that takes what is found, in order.

use std::io;

use super::attribution::{Attribution, PageMention, PageNeedles};
use super::linkage::SealedIndex;
use super::{CookieEvent, Counts, Course, Dictionary, Jar, Linkage, Planted, PlantedTable, SentOrigin, ValidatorTable};
use crate::classify::{Classified, HostFacts, IdleRequests, Parties};
use crate::model::{Gap, Page, Session, Timestamp};
use crate::observe::{Cause, Observation};
use crate::rules::{OutsideList, RuleSet};
use crate::site::{ChoiceState, PageVerdict, Position, SuffixList, Visit};

/// What an analysis works with.
#[derive(Clone, Copy)]
pub struct Settings<'r> {
    /// Rules.
    pub rules: &'r RuleSet,
    /// Public Suffix List.
    pub suffixes: &'r SuffixList,
    /// Outside lists, in the order given.
    pub lists: &'r [OutsideList],
    /// Who is who.
    pub parties: &'r Parties,
    /// The page, if the operator names it.
    pub page: Option<&'r str>,
    /// What the same browser was recorded to ask for while it was idle.
    pub idle: &'r IdleRequests,
    /// Print values of query parameters.
    pub full_urls: bool,
    /// The Page, as something to look for in requests.
    pub needles: &'r PageNeedles,
    /// Values that the auditor types on purpose, to be looked for everywhere. `None`: the case has none, or there is no case.
    pub planted: Option<&'r Planted>,
}

/// A request to a recipient.
pub struct Flow<'a> {
    /// What was observed.
    pub observation: &'a Observation<'a>,
    /// What is known of its host.
    pub host: &'a HostFacts,
    /// Position of this flow.
    pub position: Position,
    /// What rules and lists say.
    pub classified: &'a Classified,
    /// The cookies that `sent` speaks of.
    pub jar: &'a Jar,
    /// What made the browser ask.
    pub cause: &'a Cause<'a>,
    /// The entry whose answer redirected here.
    pub redirected_from: Option<u64>,
    /// For every cookie sent, where it comes from.
    pub sent: &'a [SentOrigin],
    /// For every cookie in the answer, what it does.
    pub set: &'a [CookieEvent],
    /// Number of the stretch in which the request began.
    pub stretch: u32,
    /// State at the start of the request for each of the sites of [`Visit::sites`].
    pub choices: &'a [ChoiceState],
    /// Which page, what and who.
    pub attribution: &'a Attribution,
    /// Where the examined Page's identifier, name or address stands in the request.
    pub mentions: &'a [PageMention],
}

/// What is left of an analysis when it is finished.
pub struct Finished {
    /// Counts.
    pub counts: Counts,
    /// The index of values, to be joined with those of other recordings, if one was made.
    pub index: Option<SealedIndex>,
    /// Stretches, marks and choices.
    pub visit: Visit,
}

/// What is known before the first flow.
pub struct Opening<'a> {
    /// The session.
    pub session: &'a Session,
    /// The page.
    pub page: &'a PageVerdict,
    /// Start of the first and of the last entry.
    pub period: Option<(Timestamp, Timestamp)>,
}

/// Takes what an analysis finds, in order.
pub trait Sink {
    /// Once, first.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn open(&mut self, opening: &Opening<'_>) -> io::Result<()>;
    /// For every page that the recording names.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn page(&mut self, page: &Page) -> io::Result<()>;
    /// Once, before the first flow: stretches, marks and choices of the visit.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn visit(&mut self, _: &Visit) -> io::Result<()> {
        Ok(())
    }
    /// For every request to a recipient other than the auditee, by time and number.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn flow(&mut self, flow: &Flow<'_>) -> io::Result<()>;
    /// Once, after the last flow: the time line and the trail to other sites.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn course(&mut self, _: &Course) -> io::Result<()> {
        Ok(())
    }
    /// Once, after the last flow: what became of cache validators.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn validators(&mut self, _: &ValidatorTable) -> io::Result<()> {
        Ok(())
    }
    /// Once, after the last flow: which fields went where, and what is known of them.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn dictionary(&mut self, _: &Dictionary) -> io::Result<()> {
        Ok(())
    }
    /// Once, after the last flow: identifiers and where their values were found.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn linkage(&mut self, _: &Linkage) -> io::Result<()> {
        Ok(())
    }
    /// Once, after the last flow, where the case has planted values: where they were found, and which were not looked for.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn planted(&mut self, _: &PlantedTable) -> io::Result<()> {
        Ok(())
    }
    /// For every gap.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn gap(&mut self, gap: &Gap) -> io::Result<()>;
    /// Once, last.
    ///
    /// # Errors
    ///
    /// What is written cannot be kept.
    fn close(&mut self, counts: &Counts) -> io::Result<()>;
}
