//! The second site: a page of a fictitious municipality that has placed the platform's pixel and asks about cookies of its own.

use http::Method;
use serde_json::json;

use super::access::now;
use super::answer::{Answer, fill};
use super::coding::Coding;
use super::delivery::{CSS, JAVASCRIPT, missing};
use super::ids::Ids;
use super::parts::{Asked, value};
use super::platform::lasting;

const YEAR: i64 = 365 * 86_400;

/// What the page loads besides in the world of the case.
const MORE: &str = "<script defer src=\"/assets/SIMULATED2.js\"></script>\n";

/// Answers a request to the second site. `case`: whether it is that of the demo case.
pub(super) fn answer(asked: &Asked, ids: &Ids, case: bool) -> Answer {
    match (&asked.method, asked.path.as_str()) {
        (&Method::GET, "/paspoort") => {
            let more = if case { MORE } else { "" };
            let mut answer = Answer::page(&fill(include_str!("pages/town.html"), &[("more", more)])).streamed();
            if asked.cookie("SIMSESSIE").is_none() {
                let language = lasting("gemeente_taal", "nl", YEAR, now());
                answer = answer.with("set-cookie", format!("SIMSESSIE={}; path=/; Secure; HttpOnly; SameSite=Lax", ids.next("sessie")));
                answer = answer.with("set-cookie", format!("{language}; path=/; Secure; SameSite=Lax"));
                if case {
                    // Two that a browser has to refuse (RFC 6265bis section 5.7): the prefix rules a domain out, and None asks for Secure.
                    let prefixed = "__Host-sim_domain=SIMULATED; path=/; domain=www.voorbeeldgemeente.example; Secure; SameSite=Lax";
                    answer = answer.with("set-cookie", prefixed).with("set-cookie", "sim_none=SIMULATED; path=/; SameSite=None");
                }
            }
            answer.with("cache-control", "private, no-store")
        }
        (&Method::GET, "/assets/SIMULATED.css") => Answer::whole(CSS, fill(include_str!("pages/town.css"), &[])).coded(Coding::Gzip, asked),
        (&Method::GET, "/assets/SIMULATED.js") => {
            Answer::whole(JAVASCRIPT, fill(include_str!("pages/town.js"), &[])).coded(Coding::Gzip, asked)
        }
        (&Method::GET, "/assets/SIMULATED2.js") if case => Answer::whole(JAVASCRIPT, fill(include_str!("pages/town-case.js"), &[])),
        (&Method::POST, "/api/afspraak") => Answer::json(json!({ "melding": "Er is geen afspraak gemaakt: deze gemeente bestaat niet." })),
        (&Method::POST, "/cookies/keuze") => {
            let all = value(&asked.form(), "keuze") == Some("akkoord");
            let choice = if all { "akkoord" } else { "alleen-noodzakelijk" };
            let kept = lasting("cookiekeuze", choice, YEAR, now());
            Answer::json(json!({ "keuze": choice })).with("set-cookie", format!("{kept}; path=/; Secure; SameSite=Lax"))
        }
        _ => missing(),
    }
}
