//! What the world of the demo case does besides: differences between pages, visitors and browsers that are planted on purpose, so that a case can be
//! measured against them. `truth::case` says what they are; a change here is a change there.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use http::Method;
use serde_json::json;

use super::answer::{Answer, fill};
use super::ids::Ids;
use super::members::{Members, Persona};
use super::parts::{Asked, value};
use super::plan::PAGE_ID;
use super::platform::guarded;

/// What the start page calls itself where a Page gives its identifier.
pub(super) const START_ID: &str = "100000000000000";

/// What the platform of the case remembers besides choices.
pub(super) struct Planted {
    pub(super) members: Members,
    /// How often something was scrolled, by path, visitor and choice.
    turns: Mutex<BTreeMap<(String, &'static str, &'static str), u32>>,
    /// How often a document was opened as if typed, by the value of `datr`.
    visits: Mutex<BTreeMap<String, u32>>,
}

/// What a document holds in the case and not elsewhere.
#[derive(Default)]
pub(super) struct Dress {
    /// Attributes of the root element.
    pub(super) account: String,
    /// HTML at the end of the body.
    pub(super) more: String,
    /// Whether `ps_l` is set.
    pub(super) probe: bool,
    /// Whether `datr` is given a new end.
    pub(super) renew: bool,
}

/// Whether a browser says that it runs without a window.
fn headless(asked: &Asked) -> bool {
    ["user-agent", "sec-ch-ua"].iter().any(|name| asked.header(name).is_some_and(|text| text.contains("HeadlessChrome")))
}

impl Planted {
    pub(super) fn new(ids: &Ids) -> Self {
        Self { members: Members::new(ids), turns: Mutex::default(), visits: Mutex::default() }
    }

    /// What a document of a Page or the start page (`page`: its identifier, none for the start page) holds besides. `choice`: the choice of its browser so far; `datr`: its
    /// identifier.
    pub(super) fn dress(&self, asked: &Asked, ids: &Ids, page: Option<&str>, choice: &str, datr: &str) -> Dress {
        let (persona, account) = self.members.who(asked);
        let user = account.unwrap_or("0");
        // Whoever administers a Page acts there as the Page.
        let acting = if persona == Persona::Administrator && page == Some(PAGE_ID) { PAGE_ID } else { user };
        let token = if page == Some(PAGE_ID) { ids.next("insights") } else { String::new() };
        let wall = asked.path.ends_with(super::platform::PHOTOS) && account.is_none();
        let (wall, seen) = (if wall { include_str!("pages/wall.html") } else { "" }, !headless(asked));
        let poster =
            format!("<img src=\"https://{}/v/t42.1790-2/SIMULATED_0009_n.png\" alt=\"\" width=\"64\" height=\"36\">\n", super::VIDEO);
        let video = if seen { poster.as_str() } else { "" };
        let typed = asked.header("sec-fetch-site") == Some("none");
        if typed {
            *self.visits.lock().unwrap_or_else(PoisonError::into_inner).entry(datr.to_owned()).or_default() += 1;
        }
        Dress {
            account: format!(
                " data-persona=\"{}\" data-user=\"{user}\" data-acting=\"{acting}\" data-surface=\"{}\" data-token=\"{token}\"",
                persona.id(),
                page.unwrap_or(START_ID)
            ),
            more: fill(include_str!("pages/case.html"), &[("wall", wall), ("video", video)]),
            probe: seen && asked.cookie("ps_l").is_none(),
            renew: typed && ["none", "optional"].contains(&choice),
        }
    }

    /// Answers what only the pages of the case ask for.
    pub(super) fn answer(&self, asked: &Asked, ids: &Ids, choice: &'static str) -> Option<Answer> {
        match (&asked.method, asked.path.as_str()) {
            (&Method::POST, "/ajax/route-definition/") => {
                let scrolled = value(&asked.form(), "trigger") == Some("scroll");
                let more = scrolled && self.turn(asked, choice);
                Some(guarded(json!({ "payload": { "more": more.then_some("SIMULATED-B") } })))
            }
            (&Method::POST, "/ajax/page_insights/" | "/ajax/qm/" | "/ajax/automation_check/" | "/ajax/presence_check/") => {
                Some(guarded(json!({ "payload": null })))
            }
            (&Method::GET, "/help/") => {
                let text = "Hier eindigt het bezoek, zodat de vorige pagina zegt dat zij is verlaten.";
                Some(Answer::nothing(http::StatusCode::OK, "Einde van het bezoek", text))
            }
            _ => self.members.answer(asked, ids),
        }
    }

    /// Counts a scroll; whether it is the second, the fourth and so on of visitors of this kind who chose the same there.
    fn turn(&self, asked: &Asked, choice: &'static str) -> bool {
        let path = value(&asked.form(), "route_url").unwrap_or_default().to_owned();
        let visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
        let returning = asked.cookie("datr").and_then(|datr| visits.get(datr)).is_some_and(|visits| *visits > 1);
        let visitor = if returning { "returning" } else { self.members.who(asked).0.id() };
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = turns.entry((path, visitor, choice)).or_default();
        *turn += 1;
        turn.is_multiple_of(2)
    }
}
