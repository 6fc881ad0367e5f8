//! The accounts of the fictitious platform: two that belong to nobody, their log-in and log-out, and as whom a request comes.
//!
//! Names and passwords stand in the plan of the demo case, in plain text, since they open nothing but this world.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use http::{Method, StatusCode};

use super::answer::{Answer, fill};
use super::case::{ADMINISTRATOR, PASSWORD, VISITOR};
use super::ids::Ids;
use super::parts::{Asked, value};
use super::platform::{gone, lasting_of_platform};

const DAY: i64 = 86_400;

/// As whom a request comes, as the platform can see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Persona {
    NoAccount,
    LoggedOut,
    LoggedIn,
    Administrator,
}

impl Persona {
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::NoAccount => "no-account",
            Self::LoggedOut => "logged-out",
            Self::LoggedIn => "logged-in",
            Self::Administrator => "administrator",
        }
    }
}

/// The accounts, and who is logged in.
pub(super) struct Members {
    /// Name, identifier, and what it is.
    accounts: [(&'static str, String, Persona); 2],
    /// Index of the account, by the value of `xs`.
    sessions: Mutex<BTreeMap<String, usize>>,
}

impl Members {
    pub(super) fn new(ids: &Ids) -> Self {
        let accounts = [(VISITOR, ids.next("account"), Persona::LoggedIn), (ADMINISTRATOR, ids.next("account"), Persona::Administrator)];
        Self { accounts, sessions: Mutex::default() }
    }

    /// As whom a request comes, with the account's identifier. A browser in which somebody was logged in before keeps `locale`.
    pub(super) fn who(&self, asked: &Asked) -> (Persona, Option<&str>) {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let session = asked.cookie("xs").and_then(|xs| sessions.get(xs)).map(|&account| &self.accounts[account]);
        match session.filter(|(_, id, _)| asked.cookie("c_user") == Some(id)) {
            Some((_, id, persona)) => (*persona, Some(id)),
            None if asked.cookie("locale").is_some() => (Persona::LoggedOut, None),
            None => (Persona::NoAccount, None),
        }
    }

    /// Answers what logs in and out, but for the page with the form.
    pub(super) fn answer(&self, asked: &Asked, ids: &Ids) -> Option<Answer> {
        match (&asked.method, asked.path.as_str()) {
            (&Method::POST, "/login/device-based/regular/login/") => Some(self.log_in(asked, ids)),
            (&Method::GET, "/login/welcome/") => {
                let (persona, _) = self.who(asked);
                let name = self.accounts.iter().find(|account| account.2 == persona).map_or("niemand", |account| account.0);
                let page = fill(include_str!("pages/welcome.html"), &[("account", name), ("persona", persona.id())]);
                Some(Answer::page(&page).with("cache-control", "private, no-store"))
            }
            (&Method::GET | &Method::POST, "/logout.php") => {
                if let Some(xs) = asked.cookie("xs") {
                    self.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(xs);
                }
                let answer = Answer::new(StatusCode::FOUND).with("location", "/login/").with("cache-control", "private, no-store");
                let answer = answer.with("set-cookie", gone("c_user")).with("set-cookie", gone("xs"));
                Some(answer.with("set-cookie", format!("{}; secure; SameSite=None", lasting_of_platform("locale", "nl_NL", 7 * DAY))))
            }
            _ => None,
        }
    }

    fn log_in(&self, asked: &Asked, ids: &Ids) -> Answer {
        let form = asked.form();
        let named = value(&form, "email").unwrap_or_default().trim();
        let account = self.accounts.iter().position(|(name, ..)| *name == named).filter(|_| value(&form, "pass") == Some(PASSWORD));
        let Some(account) = account else {
            let text = "De naam of het wachtwoord van het proefaccount klopt niet.";
            return Answer::nothing(StatusCode::FORBIDDEN, "Niet aangemeld", text);
        };
        let xs = ids.next("xs");
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).insert(xs.clone(), account);
        // Scripts of the platform read the one and not the other.
        let user = format!("{}; secure; SameSite=None", lasting_of_platform("c_user", &self.accounts[account].1, 365 * DAY));
        let session = format!("{}; secure; httponly; SameSite=None", lasting_of_platform("xs", &xs, 365 * DAY));
        let answer = Answer::new(StatusCode::FOUND).with("location", "/login/welcome/").with("cache-control", "private, no-store");
        answer.with("set-cookie", user).with("set-cookie", session)
    }
}
