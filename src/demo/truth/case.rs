//! What has to come out of the demo case, as tables: which flow, field or cookie belongs to which class, what the direct questions are answered with,
//! what only varies, what differs between browsers, and what a browser refuses. Made for the plan of `demo::case` in its own world.
//!
//! Names are plain, so that whoever compares recordings can be measured against it without knowing it. As with the table above it, only `demo`
//! and tests may name this module.

use super::super::access::Access;
use super::super::case::{Cell, RETURNING};
use super::super::parts::{pairs, value};
use super::super::{IMAGES, MEASURE, PLATFORM, STATIC, TOWN, VIDEO};
use super::{BZ, CONSENT, DOCUMENT, GRAPHQL, cookies, has_field, header, set_cookies};

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A host is asked.
    Host,
    /// An address is asked, by host, method and path.
    Endpoint,
    /// An answer sets a cookie; one that deletes it does not count.
    CookieSet,
    /// An answer deletes a cookie.
    CookieDeleted,
    /// A request carries a cookie.
    CookieSent,
    /// A request has a field.
    Field,
    /// A request asks for an operation (GraphQL), by its name.
    Operation,
}

/// Something that can be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thing {
    /// What it is.
    pub item: Item,
    /// Name of the cookie, field or operation; empty for hosts and endpoints.
    pub name: &'static str,
    /// The host that is asked; empty: any.
    pub host: &'static str,
    /// The method; empty: any.
    pub method: &'static str,
    /// The whole path, without the query; empty: any.
    pub path: &'static str,
}

/// In how many of some visits something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// In every one: n of n.
    Every,
    /// In some.
    Some,
    /// In none: 0 of n.
    None,
}

/// The class of a flow with regard to the audited Page (claims of question 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Only in visits to the audited Page.
    A,
    /// Also in visits to controls, but with this Page's identifier, name or address here.
    B,
    /// Joined to A or B by an identifier of the page-load, the session or the browser.
    C,
    /// None of these.
    D,
}

/// A row about classes. The visits are those of persona × path × target, with all their repetitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classed {
    /// What.
    pub thing: Thing,
    /// The classes that it may be put into; any other is wrong. A cookie that identifies the browser joins flows (C), if one counts it so.
    pub classes: &'static [Class],
    /// In how many visits to the audited Page.
    pub page: Share,
    /// In how many visits to controls.
    pub controls: Share,
}

/// A question that is answered directly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// What is set or sent before any choice: in all visits.
    BeforeChoice,
    /// What is set or sent after optional cookies were declined: in visits on which they are.
    AfterRefusal,
    /// What is set or sent after everything was allowed: in visits on which it is, until it is taken back.
    AfterAllow,
    /// What is set or sent after a choice was taken back: in visits on which it is.
    AfterWithdrawal,
    /// What is sent by those who are logged in, anybody who administers the Page included; the others are those without an account and logged out.
    Members,
    /// What is sent by whoever administers the audited Page; the others are everybody else.
    Administrators,
    /// What is set or sent after logging out: in visits of those who did, from the answer on that logs out.
    AfterLogout,
    /// What is set or sent in visits of a profile that had been there before: all but the first of the kept profile.
    Returning,
}

/// A row about a direct question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The question.
    pub question: Question,
    /// What.
    pub thing: Thing,
    /// In how many of the visits that the question is about.
    pub share: Share,
    /// In how many of the other visits, where the question sets two groups beside each other.
    pub others: Option<Share>,
}

/// By what a browser shows that it is driven or has no window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It has a window (its User-Agent does not say `HeadlessChrome`).
    Window,
    /// A page reads `navigator.webdriver` as true.
    Automation,
    /// A page reads `navigator.webdriver` as false.
    NoAutomation,
}

/// A row about the observer's effect: it is there only if the browser shows this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// What.
    pub thing: Thing,
    /// When it is there.
    pub only: Shown,
}

/// A cookie that an answer sets on the way to or on the second site, and what a browser makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: &'static str,
    /// The host whose answer sets it.
    pub host: &'static str,
    /// Why a browser refuses it, as the DevTools protocol calls the reason. `None`: it is kept, apart for each site (Partitioned).
    pub refused: Option<&'static str>,
}

/// How an identifier of the kept profile behaves from visit to visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lasting {
    /// The cookie.
    pub name: &'static str,
    /// Whether each visit sets it again with the same value and a later end.
    pub renewed: bool,
}

use Class::{A, B, C, D};
use Item::{CookieDeleted, CookieSent, CookieSet, Endpoint, Field, Host, Operation};
use Question::{Administrators, AfterAllow, AfterLogout, AfterRefusal, AfterWithdrawal, BeforeChoice, Members, Returning};
use Share::{Every, None as No, Some as Partly};

const ROUTE: &str = "/ajax/route-definition/";
const INSIGHTS: &str = "/ajax/page_insights/";

const fn thing(item: Item, name: &'static str, host: &'static str, method: &'static str, path: &'static str) -> Thing {
    Thing { item, name, host, method, path }
}

const fn classed(thing: Thing, classes: &'static [Class], page: Share, controls: Share) -> Classed {
    Classed { thing, classes, page, controls }
}

const fn answered(question: Question, thing: Thing, share: Share) -> Answered {
    Answered { question, thing, share, others: None }
}

const fn against(question: Question, thing: Thing, share: Share, others: Share) -> Answered {
    Answered { question, thing, share, others: Some(others) }
}

/// Classes A to D. Requests from a page to its own host name the page in Referer, so their endpoints are B at least.
#[rustfmt::skip]
pub const CLASSES: &[Classed] = &[
    classed(thing(Endpoint, "", PLATFORM, "GET", DOCUMENT), &[A], Every, No),
    classed(thing(Endpoint, "", PLATFORM, "POST", INSIGHTS), &[A], Every, No),
    classed(thing(Field, "page_insights_token", PLATFORM, "POST", INSIGHTS), &[A], Every, No),
    classed(thing(Field, "page_insights_surface", PLATFORM, "POST", INSIGHTS), &[A], Every, No),
    classed(thing(Endpoint, "", PLATFORM, "POST", ROUTE), &[B], Every, Every),
    classed(thing(Field, "surface_id", PLATFORM, "POST", ROUTE), &[B], Every, Every),
    classed(thing(Endpoint, "", PLATFORM, "POST", BZ), &[B], Every, Every),
    classed(thing(Operation, "SIMULATEDPageFeedQuery", PLATFORM, "POST", GRAPHQL), &[B], Every, Partly),
    classed(thing(Endpoint, "", MEASURE, "GET", "/simulated/measure"), &[C], Every, Every),
    classed(thing(Endpoint, "", STATIC, "GET", "/rsrc.php/v4/yE/r/SIMULATED05.js"), &[D], Every, Every),
    classed(thing(Host, "", STATIC, "", ""), &[D], Every, Every),
    classed(thing(Host, "", IMAGES, "", ""), &[D], Every, Partly),
    classed(thing(CookieSet, "datr", PLATFORM, "", ""), &[B, C, D], Every, Every),
    classed(thing(CookieSent, "datr", PLATFORM, "POST", BZ), &[B, C, D], Every, Every),
    classed(thing(CookieSet, "fr", PLATFORM, "POST", CONSENT), &[B, C, D], Partly, Partly),
];

/// The direct answers.
#[rustfmt::skip]
pub const ANSWERS: &[Answered] = &[
    answered(BeforeChoice, thing(CookieSet, "datr", PLATFORM, "GET", ""), Every),
    answered(BeforeChoice, thing(CookieSet, "sb", PLATFORM, "GET", ""), Every),
    answered(BeforeChoice, thing(CookieSet, "fr", PLATFORM, "", ""), No),
    answered(BeforeChoice, thing(CookieSent, "datr", PLATFORM, "POST", BZ), Every),
    answered(BeforeChoice, thing(Endpoint, "", PLATFORM, "POST", BZ), Every),
    answered(BeforeChoice, thing(Field, "q", PLATFORM, "POST", BZ), Every),
    answered(AfterRefusal, thing(CookieSent, "datr", PLATFORM, "POST", BZ), Every),
    answered(AfterRefusal, thing(CookieSent, "sb", PLATFORM, "POST", BZ), Every),
    answered(AfterRefusal, thing(CookieSet, "datr", PLATFORM, "", ""), No),
    answered(AfterRefusal, thing(CookieSet, "fr", PLATFORM, "", ""), No),
    answered(AfterRefusal, thing(CookieSent, "fr", PLATFORM, "", ""), No),
    answered(AfterAllow, thing(CookieSent, "fr", PLATFORM, "POST", BZ), Every),
    answered(AfterAllow, thing(CookieSent, "datr", PLATFORM, "POST", BZ), Every),
    answered(AfterWithdrawal, thing(CookieSent, "datr", PLATFORM, "POST", BZ), Every),
    answered(AfterWithdrawal, thing(CookieSent, "fr", PLATFORM, "", ""), No),
    answered(AfterWithdrawal, thing(CookieSet, "fr", PLATFORM, "", ""), No),
    against(Members, thing(Operation, "SIMULATEDMemberNotificationsQuery", PLATFORM, "POST", GRAPHQL), Every, No),
    against(Members, thing(CookieSent, "c_user", PLATFORM, "POST", BZ), Every, No),
    against(Members, thing(CookieSent, "xs", PLATFORM, "POST", BZ), Every, No),
    against(Administrators, thing(Operation, "SIMULATEDPageAdminInsightsQuery", PLATFORM, "POST", GRAPHQL), Every, No),
    answered(AfterLogout, thing(CookieSent, "datr", PLATFORM, "POST", BZ), Every),
    answered(AfterLogout, thing(CookieSent, "sb", PLATFORM, "POST", BZ), Every),
    answered(AfterLogout, thing(CookieSent, "locale", PLATFORM, "POST", BZ), Every),
    answered(AfterLogout, thing(CookieSent, "c_user", PLATFORM, "", ""), No),
    answered(AfterLogout, thing(CookieSent, "xs", PLATFORM, "", ""), No),
    answered(Returning, thing(CookieSent, "datr", PLATFORM, "GET", DOCUMENT), Every),
    answered(Returning, thing(CookieSent, "sb", PLATFORM, "GET", DOCUMENT), Every),
    answered(Returning, thing(CookieSet, "datr", PLATFORM, "GET", DOCUMENT), Every),
    answered(Returning, thing(CookieSet, "sb", PLATFORM, "", ""), No),
];

/// What the answer to a choice that is taken back deletes, and what that to logging out deletes: in every visit in which that is done.
pub const DELETED: [(&str, Thing); 3] = [
    ("withdraw", thing(CookieDeleted, "fr", PLATFORM, "POST", "/cookie/consent/withdraw/")),
    ("log out", thing(CookieDeleted, "c_user", PLATFORM, "POST", "/logout.php")),
    ("log out", thing(CookieDeleted, "xs", PLATFORM, "POST", "/logout.php")),
];

/// What differs between repetitions of one cell: of any two recordings in a row of the same cell it is in exactly one, and in none of a cell that is
/// recorded once (unless a recording of it was discarded before). A kept profile counts with its cell the first time, and apart from then on.
pub const VARYING: Thing = thing(Endpoint, "", PLATFORM, "POST", "/ajax/qm/");

/// What differs between browsers.
#[rustfmt::skip]
pub const OBSERVER: &[Observed] = &[
    Observed { thing: thing(Host, "", VIDEO, "", ""), only: Shown::Window },
    Observed { thing: thing(CookieSet, "ps_l", PLATFORM, "GET", ""), only: Shown::Window },
    Observed { thing: thing(CookieSent, "ps_l", PLATFORM, "POST", BZ), only: Shown::Window },
    Observed { thing: thing(Endpoint, "", PLATFORM, "POST", "/ajax/automation_check/"), only: Shown::Automation },
    Observed { thing: thing(Endpoint, "", PLATFORM, "POST", "/ajax/presence_check/"), only: Shown::NoAutomation },
];

/// What browsers make of cookies in the visit to the second site.
pub const KEPT: &[Kept] = &[
    Kept { name: "__Host-sim_domain", host: TOWN, refused: Some("InvalidPrefix") },
    Kept { name: "sim_none", host: TOWN, refused: Some("SameSiteNoneInsecure") },
    Kept { name: "sim_unbound", host: PLATFORM, refused: Some("SameSiteNoneInsecure") },
    Kept { name: "sim_part", host: PLATFORM, refused: None },
];

/// What pages put into localStorage: origin and key. It is never sent.
pub const STORED: [(&str, &str); 2] =
    [("https://www.facebook.com", "SIMULATED_last_page"), ("https://www.voorbeeldgemeente.example", "SIMULATED_bezoek")];

/// Identifiers of the kept profile.
pub const LASTING: [Lasting; 2] = [Lasting { name: "datr", renewed: true }, Lasting { name: "sb", renewed: false }];

impl Thing {
    /// Whether an access is one of it.
    #[must_use]
    pub fn is_seen_in(&self, access: &Access) -> bool {
        let path = access.path.split('?').next().unwrap_or_default();
        let any = |wanted: &str, found: &str| wanted.is_empty() || wanted == found;
        let deleted = |line: &str| line.contains("Max-Age=0;");
        let set = |gone: bool| {
            let lines = header(&access.response_headers, "set-cookie").filter(|line| deleted(line) == gone);
            lines.filter_map(|line| line.split_once('=')).any(|(name, _)| name == self.name)
        };
        any(self.host, &access.host)
            && any(self.method, &access.method)
            && any(self.path, path)
            && match self.item {
                Host | Endpoint => true,
                CookieSet => set(false),
                CookieDeleted => set(true),
                CookieSent => cookies(access).any(|(name, _)| name == self.name),
                Field => has_field(access, self.name),
                Operation => value(&pairs(&access.request_body), "fb_api_req_friendly_name") == Some(self.name),
            }
    }

    /// In how many of these visits it is.
    #[must_use]
    pub fn share<'a>(&self, visits: impl IntoIterator<Item = &'a [Access]>) -> Share {
        self.share_of(Members, visits)
    }

    /// The same, of those parts of the visits that the question is about.
    #[must_use]
    pub fn share_of<'a>(&self, question: Question, visits: impl IntoIterator<Item = &'a [Access]>) -> Share {
        let seen: Vec<bool> =
            visits.into_iter().map(|visit| question.part(visit).into_iter().any(|access| self.is_seen_in(access))).collect();
        match seen.iter().filter(|seen| **seen).count() {
            0 => No,
            all if all == seen.len() => Every,
            _ => Partly,
        }
    }
}

impl Classed {
    /// Whether recordings of these cells can show it: among them are the audited Page and a control, by one persona along one path of choices.
    #[must_use]
    pub fn is_shown_by(&self, cells: &[&Cell]) -> bool {
        let matrix = || cells.iter().filter(|cell| cell.in_matrix);
        matrix().filter(|cell| cell.target == "page").any(|page| {
            matrix().any(|control| control.target != "page" && (control.persona, control.choice) == (page.persona, page.choice))
        })
    }
}

impl Answered {
    /// Whether recordings of these cells can show it. Two groups are set beside each other along one path of choices at one target, and whoever returns was there
    /// before.
    #[must_use]
    pub fn is_shown_by(&self, cells: &[&Cell]) -> bool {
        let about = |cell: &&Cell| self.question.is_about(cell);
        let asked = |asked: &&Cell| {
            let counterpart =
                |other: &&Cell| other.in_matrix && !about(other) && (other.choice, other.target) == (asked.choice, asked.target);
            about(asked)
                && (self.others.is_none() || cells.iter().any(counterpart))
                && (self.question != Returning || asked.repetitions > 1)
        };
        cells.iter().any(asked)
    }
}

impl Question {
    /// Whether it is about recordings of this cell.
    #[must_use]
    pub fn is_about(self, cell: &Cell) -> bool {
        match self {
            Returning => cell.name == RETURNING,
            _ if !cell.in_matrix => false,
            BeforeChoice => true,
            AfterRefusal => cell.choice == "decline",
            AfterAllow => ["allow", "withdraw"].contains(&cell.choice),
            AfterWithdrawal => cell.choice == "withdraw",
            Members => ["logged-in", "administrator"].contains(&cell.persona),
            Administrators => cell.persona == "administrator",
            AfterLogout => cell.persona == "logged-out",
        }
    }

    /// The accesses of one visit that it is about.
    #[must_use]
    pub fn part(self, visit: &[Access]) -> Vec<&Access> {
        let asked = |path: &str| visit.iter().find(|access| access.host == PLATFORM && access.path == path && access.method == "POST");
        let answered = |access: &Access| access.answered;
        let chosen = asked(CONSENT);
        let declined = chosen.is_some_and(|access| value(&pairs(&access.request_body), "accept_only_essential") != Some("false"));
        let withdrawn = asked("/cookie/consent/withdraw/");
        let (from, to) = match self {
            Members | Administrators | Returning => return visit.iter().collect(),
            BeforeChoice => return visit.iter().filter(|access| chosen.is_none_or(|chosen| access.at < chosen.at)).collect(),
            AfterRefusal => (chosen.filter(|_| declined).and_then(answered), None),
            AfterAllow => (chosen.filter(|_| !declined).and_then(answered), withdrawn.map(|access| access.at)),
            AfterWithdrawal => (withdrawn.and_then(answered), None),
            AfterLogout => (asked("/logout.php").and_then(answered), None),
        };
        let Some(from) = from else { return Vec::new() };
        visit.iter().filter(|access| access.at > from && to.is_none_or(|to| access.at < to)).collect()
    }
}

/// The names of the cookies that the answers of a visit set or delete.
#[must_use]
pub fn names_set(visit: &[Access]) -> Vec<&str> {
    let mut names: Vec<&str> = visit.iter().flat_map(set_cookies).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    names
}
