//! The visit as data: the steps that a driver of a browser, or the scripted client, takes through the world. Executes nothing itself.

/// One step of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A browser with a new profile begins; the text names the stretch (a mark of the kind `FreshProfile`).
    Profile(&'static str),
    /// Open an address as if it had been typed, and wait until it has loaded.
    Open(&'static str),
    /// Wait until an element that matches the CSS selector is there.
    WaitFor(&'static str),
    /// Click on the element that matches the CSS selector.
    Click(&'static str),
    /// Click on a button of a consent screen: first a mark of the kind `Choice` with the literal text of the button, then the click.
    Choice {
        /// CSS selector of the button.
        css: &'static str,
        /// Its literal text.
        text: &'static str,
    },
    /// Wait until the page has sent what belongs to the first so many moments of its document (arriving is one, a scroll, a choice and a click
    /// that the page reacts to are one each); see [`settled`]. So that runs repeat: nothing of the page
    /// is under way when the next step begins. What a browser loads at the same time may still come in another order.
    Settle(u32),
    /// Type a text into the field that matches the CSS selector.
    Fill {
        /// CSS selector of the field.
        css: &'static str,
        /// What is typed, as people type it: spaces and capitals included.
        text: &'static str,
    },
    /// Scroll down far enough that the page notices.
    Scroll,
    /// Note a moment (a mark of the kind `Note`).
    Mark(&'static str),
}

/// The expression (JavaScript) that is true as soon as `moments` of the document in the window have settled. It counts from 0 again in every
/// document, so wait for an element of the new document first when a click leads to one.
#[must_use]
pub fn settled(moments: u32) -> String {
    format!("Number(document.documentElement.dataset.settled ?? 0) >= {moments}")
}

/// The Page under examination.
pub const PAGE: &str = "https://www.facebook.com/ministerievanvoorbeelden";
/// Its identifier on the platform.
pub const PAGE_ID: &str = "100000000000001";
/// Its name there.
pub const PAGE_NAME: &str = "Ministerie van Voorbeelden";
/// Another public Page: a control.
pub const OTHER_PAGE: &str = "https://www.facebook.com/gemeentevoorbeeldstad";
/// The platform's start page: a control.
pub const START: &str = "https://www.facebook.com/";

/// What is typed into the form of the second site as an e-mail address. Nobody's: the top-level domain is reserved (RFC 2606).
pub const MAIL: &str = " Gesimuleerd.Zaad+Gemeente@Voorbeeld.example ";
/// What is typed there as a telephone number: one set apart for fiction.
pub const PHONE: &str = "06 5550 0123";

/// The values that are planted in a visit, so that a recording can be searched for them: kind, label, value.
pub const PLANTED: [(&str, &str, &str); 2] =
    [("email", "second site, form, e-mail address", MAIL), ("phone", "second site, form, telephone number", PHONE)];

/// Two visitors without an account: one declines optional cookies and looks at two controls, the other allows all cookies, likes the Page and
/// follows a link to the second site. Neither chooses anything on the second site.
pub const PLAN: &[Step] = &[
    Step::Profile("1-refuse"),
    Step::Mark("De Page wordt geopend; er is nog niets gekozen."),
    Step::Open(PAGE),
    Step::WaitFor("#consent-decline"),
    Step::Settle(1),
    Step::Scroll,
    Step::Settle(2),
    Step::Choice { css: "#consent-decline", text: "Optionele cookies weigeren" },
    Step::Settle(3),
    Step::Mark("Controle: de startpagina van het platform."),
    Step::Open(START),
    Step::WaitFor("#pages"),
    Step::Settle(1),
    Step::Mark("Controle: een andere openbare Page."),
    Step::Open(OTHER_PAGE),
    Step::WaitFor("#like"),
    Step::Settle(1),
    // What a Page sends when it is left is sent here, while the browser is still there to send it.
    Step::Mark("De andere Page wordt verlaten."),
    Step::Open(START),
    Step::WaitFor("#pages"),
    Step::Settle(1),
    Step::Profile("2-allow"),
    Step::Mark("De Page wordt geopend; er is nog niets gekozen."),
    Step::Open(PAGE),
    Step::WaitFor("#consent-allow"),
    Step::Settle(1),
    Step::Choice { css: "#consent-allow", text: "Alle cookies toestaan" },
    Step::Settle(2),
    Step::Mark("De bezoeker klikt op Vind ik leuk."),
    Step::Click("#like"),
    Step::Settle(3),
    Step::Mark("De bezoeker volgt de link naar de tweede site."),
    Step::Click("#site-link"),
    Step::WaitFor("#town"),
    Step::Settle(1),
    Step::Mark("De bezoeker klikt op de tweede site op Afspraak maken; in haar cookiebalk is niets gekozen."),
    Step::Fill { css: "#mail", text: MAIL },
    Step::Fill { css: "#phone", text: PHONE },
    Step::Click("#appointment"),
    Step::Settle(2),
];
