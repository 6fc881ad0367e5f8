//! What the world does, as a table: which cookie is set and sent, which field goes out, to which host, at which moment.
//!
//! A recording of the world can be measured against it, and the world's own tests hold that it is right. Nothing that judges a recording may
//! read it: only `demo` and tests may name this module.

pub mod case;

use super::access::Access;
use super::parts::{pairs, value};
use super::{CHAT, CONNECT, IMAGES, PLATFORM, SHIM, STATIC, TOWN};

/// One row of the table: something that happens in the visit of [`super::plan::PLAN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Name of the cookie, the field or the header field; empty for [`Kind::Request`].
    pub name: &'static str,
    /// What happens.
    pub kind: Kind,
    /// The host that is asked.
    pub host: &'static str,
    /// The path begins with this; `/` alone stands for the start page only, and an empty text for any path.
    pub path: &'static str,
    /// The method; empty for any.
    pub method: &'static str,
    /// When the request begins, on the visitor's way.
    pub moment: Moment,
    /// What kind of value it has.
    pub value: Value,
    /// Whether it happens always, under a condition, or never.
    pub holds: Holds,
}

/// What a [`Fact`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The answer sets the cookie.
    CookieSet,
    /// The request carries the cookie. `wd`, `dpr`, `_fbp` and `_fbc` are set by scripts, so no answer sets them.
    CookieSent,
    /// The query, the form or the multipart body of the request has the field.
    Field,
    /// The request has the header field.
    Header,
    /// The request is made.
    Request,
}

/// When a request begins, on the visitor's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// Nothing has been chosen on the platform in this profile.
    BeforeChoice,
    /// The choice is on its way: from its request to the head of its answer.
    Transition,
    /// After optional cookies were declined.
    AfterRefusal,
    /// After all cookies were allowed.
    AfterAllow,
    /// On the second site, or from it. The profile has allowed all cookies on the platform, and chosen nothing on the second site.
    SecondSite,
}

/// What kind of value a [`Fact`] has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Different in every profile, the same throughout one.
    Identifier,
    /// Different in every page-load.
    PageLoad,
    /// Different in every click on an outgoing link.
    Click,
    /// About the device or the window.
    Device,
    /// Which page: an address or the identifier of a Page.
    Page,
    /// What the visitor did.
    Behaviour,
    /// What was chosen.
    Choice,
    /// What was typed to reach a person, or a digest of it.
    Contact,
    /// The same for everybody.
    Constant,
    /// No value: a request as such.
    Absent,
}

/// How far a [`Fact`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// In every visit.
    Always,
    /// If the browser allows cookies in requests from other sites.
    IfThirdPartyCookies,
    /// If the browser sends the client hints that it is asked for (Chromium does).
    IfClientHints,
    /// In no visit.
    Never,
}

use Holds::{Always, IfClientHints, IfThirdPartyCookies, Never};
use Kind::{CookieSent, CookieSet, Field, Header, Request};
use Moment::{AfterAllow, AfterRefusal, BeforeChoice, SecondSite, Transition};
use Value::{Absent, Behaviour, Choice, Click, Constant, Contact, Device, Identifier, Page, PageLoad};

const DOCUMENT: &str = "/ministerievanvoorbeelden";
const OTHER: &str = "/gemeentevoorbeeldstad";
const BZ: &str = "/ajax/bz";
const GRAPHQL: &str = "/api/graphql/";
const CONSENT: &str = "/cookie/consent/";
const ROUTES: &str = "/ajax/bulk-route-definitions/";

/// Host, method and path of requests.
type Place = (&'static str, &'static str, &'static str);

const fn fact(name: &'static str, kind: Kind, (host, method, path): Place, moment: Moment, value: Value, holds: Holds) -> Fact {
    Fact { name, kind, host, path, method, moment, value, holds }
}

/// The table. What it does not name may happen, too; what it names as [`Holds::Never`] may not.
#[rustfmt::skip]
pub const TRUTH: &[Fact] = &[
    // Cookies set before any choice, and whatever it will be; and the one that depends on it.
    fact("datr", CookieSet, (PLATFORM, "GET", DOCUMENT), BeforeChoice, Identifier, Always),
    fact("sb", CookieSet, (PLATFORM, "GET", DOCUMENT), BeforeChoice, Identifier, Always),
    fact("fr", CookieSet, (PLATFORM, "POST", CONSENT), Transition, Identifier, Always),
    fact("fr", CookieSet, (PLATFORM, "", ""), BeforeChoice, Identifier, Never),
    fact("fr", CookieSet, (PLATFORM, "", ""), AfterRefusal, Identifier, Never),
    fact("fr", CookieSent, (PLATFORM, "", ""), BeforeChoice, Identifier, Never),
    fact("fr", CookieSent, (PLATFORM, "", ""), Transition, Identifier, Never),
    fact("fr", CookieSent, (PLATFORM, "", ""), AfterRefusal, Identifier, Never),
    fact("datr", CookieSet, (PLATFORM, "", ""), AfterRefusal, Identifier, Never),
    fact("SIMSESSIE", CookieSet, (TOWN, "GET", "/paspoort"), SecondSite, Identifier, Always),
    fact("gemeente_taal", CookieSet, (TOWN, "GET", "/paspoort"), SecondSite, Constant, Always),
    fact("cookiekeuze", CookieSet, (TOWN, "", ""), SecondSite, Choice, Never),
    // Cookies sent to the platform while a Page or the start page is visited.
    fact("datr", CookieSent, (PLATFORM, "POST", BZ), BeforeChoice, Identifier, Always),
    fact("sb", CookieSent, (PLATFORM, "POST", BZ), BeforeChoice, Identifier, Always),
    fact("wd", CookieSent, (PLATFORM, "POST", BZ), BeforeChoice, Device, Always),
    fact("dpr", CookieSent, (PLATFORM, "POST", BZ), BeforeChoice, Device, Always),
    fact("datr", CookieSent, (PLATFORM, "POST", GRAPHQL), BeforeChoice, Identifier, Always),
    fact("datr", CookieSent, (CHAT, "GET", "/chat"), BeforeChoice, Identifier, Always),
    fact("sb", CookieSent, (CHAT, "GET", "/chat"), BeforeChoice, Identifier, Always),
    fact("datr", CookieSent, (PLATFORM, "POST", CONSENT), Transition, Identifier, Always),
    fact("datr", CookieSent, (PLATFORM, "POST", BZ), Transition, Identifier, Always),
    fact("datr", CookieSent, (PLATFORM, "POST", BZ), AfterRefusal, Identifier, Always),
    fact("sb", CookieSent, (PLATFORM, "POST", BZ), AfterRefusal, Identifier, Always),
    fact("datr", CookieSent, (PLATFORM, "POST", GRAPHQL), AfterRefusal, Identifier, Always),
    fact("datr", CookieSent, (PLATFORM, "GET", "/"), AfterRefusal, Identifier, Always),
    fact("datr", CookieSent, (PLATFORM, "GET", OTHER), AfterRefusal, Identifier, Always),
    fact("datr", CookieSent, (PLATFORM, "POST", BZ), AfterAllow, Identifier, Always),
    fact("fr", CookieSent, (PLATFORM, "POST", BZ), AfterAllow, Identifier, Always),
    fact("fr", CookieSent, (PLATFORM, "POST", GRAPHQL), AfterAllow, Identifier, Always),
    fact("fr", CookieSent, (SHIM, "GET", "/l.php"), AfterAllow, Identifier, Always),
    fact("datr", CookieSent, (SHIM, "GET", "/l.php"), AfterAllow, Identifier, Always),
    fact("datr", CookieSent, (STATIC, "", ""), BeforeChoice, Identifier, Never),
    fact("datr", CookieSent, (IMAGES, "", ""), BeforeChoice, Identifier, Never),
    // Cookies on the second site: its own, the pixel's on its domain, and the platform's in requests from it.
    fact("SIMSESSIE", CookieSent, (TOWN, "POST", "/api/afspraak"), SecondSite, Identifier, Always),
    fact("_fbp", CookieSent, (TOWN, "POST", "/api/afspraak"), SecondSite, Identifier, Always),
    fact("_fbc", CookieSent, (TOWN, "POST", "/api/afspraak"), SecondSite, Click, Always),
    fact("datr", CookieSent, (PLATFORM, "GET", "/tr/"), SecondSite, Identifier, IfThirdPartyCookies),
    fact("sb", CookieSent, (PLATFORM, "GET", "/tr/"), SecondSite, Identifier, IfThirdPartyCookies),
    fact("fr", CookieSent, (PLATFORM, "GET", "/tr/"), SecondSite, Identifier, IfThirdPartyCookies),
    fact("dpr", CookieSent, (PLATFORM, "GET", "/tr/"), SecondSite, Device, IfThirdPartyCookies),
    fact("wd", CookieSent, (PLATFORM, "", "/tr/"), SecondSite, Device, Never),
    fact("datr", CookieSent, (PLATFORM, "POST", "/tr/"), SecondSite, Identifier, IfThirdPartyCookies),
    fact("fr", CookieSent, (PLATFORM, "POST", "/tr/"), SecondSite, Identifier, IfThirdPartyCookies),
    fact("datr", CookieSent, (CONNECT, "", ""), SecondSite, Identifier, Never),
    // Requests of a visit to the Page.
    fact("", Request, (PLATFORM, "GET", DOCUMENT), BeforeChoice, Absent, Always),
    fact("", Request, (STATIC, "GET", "/rsrc.php/"), BeforeChoice, Absent, Always),
    fact("", Request, (IMAGES, "GET", "/v/"), BeforeChoice, Absent, Always),
    fact("", Request, (PLATFORM, "POST", BZ), BeforeChoice, Absent, Always),
    fact("", Request, (PLATFORM, "POST", GRAPHQL), BeforeChoice, Absent, Always),
    fact("", Request, (PLATFORM, "POST", ROUTES), BeforeChoice, Absent, Always),
    fact("", Request, (CHAT, "GET", "/chat"), BeforeChoice, Absent, Always),
    fact("", Request, (PLATFORM, "POST", CONSENT), Transition, Absent, Always),
    fact("", Request, (PLATFORM, "POST", BZ), Transition, Absent, Always),
    fact("", Request, (PLATFORM, "POST", BZ), AfterRefusal, Absent, Always),
    fact("", Request, (PLATFORM, "POST", GRAPHQL), AfterRefusal, Absent, Always),
    fact("", Request, (PLATFORM, "GET", "/"), AfterRefusal, Absent, Always),
    fact("", Request, (PLATFORM, "GET", OTHER), AfterRefusal, Absent, Always),
    fact("", Request, (CHAT, "GET", "/chat"), AfterRefusal, Absent, Always),
    fact("", Request, (PLATFORM, "POST", BZ), AfterAllow, Absent, Always),
    fact("", Request, (PLATFORM, "POST", GRAPHQL), AfterAllow, Absent, Always),
    fact("", Request, (SHIM, "GET", "/l.php"), AfterAllow, Absent, Always),
    // Requests of a visit to the second site. Its pixel is loaded on arrival, before anything is chosen there, and nothing is chosen.
    fact("", Request, (TOWN, "GET", "/paspoort"), SecondSite, Absent, Always),
    fact("", Request, (CONNECT, "GET", "/en_US/fbevents.js"), SecondSite, Absent, Always),
    fact("", Request, (CONNECT, "GET", "/signals/config/"), SecondSite, Absent, Always),
    fact("", Request, (PLATFORM, "GET", "/tr/"), SecondSite, Absent, Always),
    fact("", Request, (TOWN, "POST", "/api/afspraak"), SecondSite, Absent, Always),
    fact("", Request, (PLATFORM, "POST", "/tr/"), SecondSite, Absent, Always),
    fact("", Request, (TOWN, "POST", "/cookies/keuze"), SecondSite, Absent, Never),
    // Fields of the platform's requests.
    fact("__user", Field, (PLATFORM, "POST", BZ), BeforeChoice, Constant, Always),
    fact("__hsi", Field, (PLATFORM, "POST", BZ), BeforeChoice, PageLoad, Always),
    fact("__s", Field, (PLATFORM, "POST", BZ), BeforeChoice, PageLoad, Always),
    fact("lsd", Field, (PLATFORM, "POST", BZ), BeforeChoice, PageLoad, Always),
    fact("dpr", Field, (PLATFORM, "POST", BZ), BeforeChoice, Device, Always),
    fact("q", Field, (PLATFORM, "POST", BZ), BeforeChoice, Behaviour, Always),
    fact("q", Field, (PLATFORM, "POST", BZ), Transition, Behaviour, Always),
    fact("q", Field, (PLATFORM, "POST", BZ), AfterRefusal, Behaviour, Always),
    fact("q", Field, (PLATFORM, "POST", BZ), AfterAllow, Behaviour, Always),
    fact("doc_id", Field, (PLATFORM, "POST", GRAPHQL), BeforeChoice, Constant, Always),
    fact("fb_api_req_friendly_name", Field, (PLATFORM, "POST", GRAPHQL), BeforeChoice, Behaviour, Always),
    fact("variables", Field, (PLATFORM, "POST", GRAPHQL), BeforeChoice, Page, Always),
    fact("variables", Field, (PLATFORM, "POST", GRAPHQL), AfterAllow, Page, Always),
    fact("route_urls[0]", Field, (PLATFORM, "POST", ROUTES), BeforeChoice, Page, Always),
    fact("accept_only_essential", Field, (PLATFORM, "POST", CONSENT), Transition, Choice, Always),
    fact("opt_in[ads]", Field, (PLATFORM, "POST", CONSENT), Transition, Choice, Always),
    fact("__hsi", Field, (PLATFORM, "POST", CONSENT), Transition, PageLoad, Always),
    fact("sid", Field, (CHAT, "GET", "/chat"), BeforeChoice, PageLoad, Always),
    fact("cid", Field, (CHAT, "GET", "/chat"), BeforeChoice, PageLoad, Always),
    fact("u", Field, (SHIM, "GET", "/l.php"), AfterAllow, Page, Always),
    fact("h", Field, (SHIM, "GET", "/l.php"), AfterAllow, PageLoad, Always),
    fact("sec-ch-ua-full-version-list", Header, (PLATFORM, "POST", BZ), BeforeChoice, Device, IfClientHints),
    fact("sec-ch-ua-model", Header, (PLATFORM, "POST", BZ), BeforeChoice, Device, IfClientHints),
    fact("sec-ch-ua-platform-version", Header, (PLATFORM, "POST", BZ), BeforeChoice, Device, IfClientHints),
    // Fields of the second site and of its pixel.
    fact("fbclid", Field, (TOWN, "GET", "/paspoort"), SecondSite, Click, Always),
    fact("id", Field, (PLATFORM, "GET", "/tr/"), SecondSite, Constant, Always),
    fact("ev", Field, (PLATFORM, "GET", "/tr/"), SecondSite, Behaviour, Always),
    fact("dl", Field, (PLATFORM, "GET", "/tr/"), SecondSite, Page, Always),
    fact("rl", Field, (PLATFORM, "GET", "/tr/"), SecondSite, Page, Always),
    fact("fbp", Field, (PLATFORM, "GET", "/tr/"), SecondSite, Identifier, Always),
    fact("fbc", Field, (PLATFORM, "GET", "/tr/"), SecondSite, Click, Always),
    fact("sw", Field, (PLATFORM, "GET", "/tr/"), SecondSite, Device, Always),
    fact("sh", Field, (PLATFORM, "GET", "/tr/"), SecondSite, Device, Always),
    fact("fbp", Field, (PLATFORM, "POST", "/tr/"), SecondSite, Identifier, Always),
    fact("fbc", Field, (PLATFORM, "POST", "/tr/"), SecondSite, Click, Always),
    fact("udff[em]", Field, (PLATFORM, "POST", "/tr/"), SecondSite, Contact, Always),
    fact("ud[em]", Field, (PLATFORM, "GET", "/tr/"), SecondSite, Contact, Always),
    fact("ud[ph]", Field, (PLATFORM, "GET", "/tr/"), SecondSite, Contact, Always),
    fact("cd[buttonText]", Field, (PLATFORM, "POST", "/tr/"), SecondSite, Behaviour, Always),
];

/// What a planted value becomes on its way, and where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planted {
    /// Index in [`super::plan::PLANTED`].
    pub seed: usize,
    /// Host, method and path of the request.
    pub place: (&'static str, &'static str, &'static str),
    /// Name of the field, as it is named once unpacked.
    pub field: &'static str,
    /// What was done to the value, innermost first; empty: it stands there as it was typed but for spaces around it.
    pub codings: &'static [&'static str],
    /// Whether it is sent before the form that it was typed into.
    pub before_submit: bool,
}

/// Every field in which a planted value goes to the platform or to the second site itself.
pub const PLANTED: &[Planted] = &[
    Planted { seed: 0, place: (PLATFORM, "POST", "/tr/"), field: "udff[em]", codings: &["sha256"], before_submit: true },
    Planted { seed: 0, place: (TOWN, "POST", "/api/afspraak"), field: "email", codings: &[], before_submit: false },
    Planted { seed: 1, place: (TOWN, "POST", "/api/afspraak"), field: "telefoon", codings: &[], before_submit: false },
    Planted { seed: 0, place: (PLATFORM, "GET", "/tr/"), field: "dl.bevestigd", codings: &["base64"], before_submit: false },
    Planted { seed: 0, place: (PLATFORM, "GET", "/tr/"), field: "ud[em]", codings: &["sha256"], before_submit: false },
    Planted { seed: 1, place: (PLATFORM, "GET", "/tr/"), field: "ud[ph]", codings: &["sha256"], before_submit: false },
];

impl Fact {
    /// Whether an access at `moment` is one of those that the row is about.
    #[must_use]
    pub fn is_seen_in(&self, access: &Access, moment: Moment) -> bool {
        let path = access.path.split('?').next().unwrap_or_default();
        let fits = if self.path == "/" { path == "/" } else { path.starts_with(self.path) };
        let asked = self.host == access.host && fits && (self.method.is_empty() || self.method == access.method);
        asked
            && self.moment == moment
            && match self.kind {
                CookieSet => set_cookies(access).any(|(name, _)| name == self.name),
                CookieSent => cookies(access).any(|(name, _)| name == self.name),
                Field => has_field(access, self.name),
                Header => header(&access.request_headers, self.name).next().is_some(),
                Request => true,
            }
    }

    /// How many accesses of a log the row is about.
    #[must_use]
    pub fn count(&self, accesses: &[Access]) -> usize {
        accesses.iter().zip(moments(accesses)).filter(|(access, moment)| self.is_seen_in(access, *moment)).count()
    }
}

/// The cookies that a request carries, as pairs.
pub fn cookies(access: &Access) -> impl Iterator<Item = (&str, &str)> {
    header(&access.request_headers, "cookie").flat_map(|field| field.split("; ")).filter_map(|pair| pair.split_once('='))
}

/// The cookies that an answer sets, as pairs.
pub fn set_cookies(access: &Access) -> impl Iterator<Item = (&str, &str)> {
    header(&access.response_headers, "set-cookie").filter_map(|line| line.split(';').next()?.split_once('='))
}

/// The moment of each access of a log that holds whole visits: a profile begins with a document of the platform that is asked for without
/// `datr`, a choice with its request, and what follows a choice with the head of its answer.
#[must_use]
pub fn moments<'a>(accesses: &'a [Access]) -> Vec<Moment> {
    let mut choice: Option<&Access> = None;
    let moment = |access: &'a Access| {
        let Access { host, path, .. } = access;
        let document = header(&access.request_headers, "sec-fetch-dest").any(|destination| destination == "document");
        if host == TOWN || host == CONNECT || host == PLATFORM && path.starts_with("/tr") {
            return SecondSite;
        }
        if host == PLATFORM && document && cookies(access).all(|(name, _)| name != "datr") {
            choice = None;
        } else if host == PLATFORM && path.starts_with(CONSENT) {
            choice = Some(access);
        }
        match choice {
            None => BeforeChoice,
            Some(choice) if choice.answered.is_none_or(|answered| access.at <= answered) => Transition,
            Some(choice) if value(&pairs(&choice.request_body), "accept_only_essential") == Some("false") => AfterAllow,
            Some(_) => AfterRefusal,
        }
    };
    accesses.iter().map(moment).collect()
}

fn has_field(access: &Access, name: &str) -> bool {
    let query = access.path.split_once('?').map_or("", |(_, query)| query);
    let media = header(&access.request_headers, "content-type").next().unwrap_or_default();
    if media.starts_with("multipart/form-data") {
        // Only names are looked for, and the world's pixel sends no files, so the parts need not be taken apart.
        let body = String::from_utf8_lossy(&access.request_body);
        return body.contains(&format!("; name=\"{name}\"\r\n"));
    }
    value(&pairs(query.as_bytes()), name).is_some() || value(&pairs(&access.request_body), name).is_some()
}

fn header<'a>(headers: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = &'a str> {
    headers.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
}
