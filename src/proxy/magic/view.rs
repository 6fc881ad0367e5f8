//! The proxy's own page as HTML, in Dutch and English: plain forms, no script, nothing loaded from anywhere. It never repeats a word of a
//! request without escaping it.

use std::fmt::Write as _;
use std::sync::LazyLock;
use std::sync::atomic::Ordering::Relaxed;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header, request};

use super::super::body::Outgoing;
use super::super::engine::Engine;
use super::super::pages::escaped;
use super::{LONGEST_MARK, Magic};
use crate::model::{Digest, MarkKind};

/// What the form of a step says in place of a kind of mark.
pub(super) const DONE: &str = "step-done";

const STYLE: &str = "body{font:1rem/1.5 sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}dt{font-weight:bold}dd{margin:0 0 .5rem}\
label{display:block;margin:.75rem 0 .25rem}input[type=text]{font:inherit;width:100%;box-sizing:border-box;padding:.4rem;border:1px solid #555}\
button{font:inherit;margin-top:.4rem;padding:.4rem 1rem;border:2px solid #111;background:#fff;color:#111;cursor:pointer}\
:focus-visible{outline:3px solid #0b57d0;outline-offset:2px}.sim,.wrong{border:2px solid #b00020;padding:.5rem}time{white-space:nowrap}";

/// The policy: this style and no other, forms to this page, an empty icon, and nothing else; no frame may hold it.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let digest = STANDARD.encode(Digest::of(STYLE.as_bytes()).0);
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
});

/// Language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Dutch,
    English,
}

impl Language {
    /// As `?lang=` says, else the first of both that the browser asks for, else Dutch.
    pub(super) fn of(parts: &request::Parts) -> Self {
        match parts.uri.query() {
            Some("lang=en") => return Self::English,
            Some("lang=nl") => return Self::Dutch,
            _ => {}
        }
        let accepted = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let named = accepted.split(',').filter_map(|part| match part.trim().get(..2) {
            Some("nl") => Some(Self::Dutch),
            Some("en") => Some(Self::English),
            _ => None,
        });
        named.take(1).last().unwrap_or(Self::Dutch)
    }

    fn id(self) -> &'static str {
        self.pick("nl", "en")
    }

    fn pick(self, dutch: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Dutch => dutch,
            Self::English => english,
        }
    }
}

/// Why a mark was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Empty,
    Long,
    NotKept,
}

/// Fields that every answer of the page carries: kept by no cache, named to no other site, shown in no frame, read by no other origin.
pub(super) fn guard(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-dataspoor", "page"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The page: what is recorded, marks, the certificate. `wrong`: why the mark that was sent is none.
pub(super) fn page(engine: &Engine, own: &Magic, language: Language, wrong: Option<Why>) -> Response<Outgoing> {
    let say = |dutch, english| language.pick(dutch, english);
    let mut text = String::new();
    // Writing to a String does not fail.
    if own.about.simulated {
        let _ = writeln!(
            text,
            "<p class=\"sim\">{}</p>",
            say(
                "Gesimuleerd: een fictief platform; dit zegt niets over wat Meta doet.",
                "Simulated: a fictitious platform; this says nothing about what Meta does."
            )
        );
    }
    if let Some(why) = wrong {
        let words = match why {
            Why::Empty => say("Er is niets gemarkeerd: de tekst ontbreekt.", "Nothing was marked: the text is missing."),
            Why::Long => say(
                "Er is niets gemarkeerd: de tekst is langer dan 500 tekens.",
                "Nothing was marked: the text is longer than 500 characters.",
            ),
            Why::NotKept => say(
                "Er is niets gemarkeerd: er wordt niets meer vastgelegd. Zie de terminal van de opname.",
                "Nothing was marked: nothing more is being recorded. See the terminal of the recording.",
            ),
        };
        let _ = writeln!(text, "<p class=\"wrong\" role=\"alert\">{words}</p>");
    }
    asked(&mut text, own, language);
    facts(&mut text, engine, own, language);
    forms(&mut text, own, language);
    certificate(&mut text, language);
    html(&text, language, if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK })
}

/// The page of the bare address.
pub(super) fn entrance(language: Language) -> Response<Outgoing> {
    let mut text = format!(
        "<p>{}</p>\n",
        language.pick(
            "Markeringen en tellers staan op het adres dat de opname in haar terminal heeft afgedrukt.",
            "Marks and counters are at the address that the recording has printed in its terminal."
        )
    );
    certificate(&mut text, language);
    html(&text, language, StatusCode::OK)
}

/// What the person is asked to do, if anything is.
fn asked(text: &mut String, own: &Magic, language: Language) {
    let Some(asked) = own.guide.asked() else { return };
    let (step, of) = asked.step;
    let _ = writeln!(
        text,
        "<h2>{} {step}/{of}</h2>\n<p>{}</p>\n<form method=\"post\" action=\"mark\"><input type=\"hidden\" name=\"token\" value=\"{}\"><input type=\"hidden\" \
         name=\"kind\" value=\"{DONE}\"><input type=\"hidden\" name=\"step\" value=\"{step}\"><button>{}</button></form>",
        language.pick("Stap", "Step"),
        escaped(&asked.text),
        own.token,
        language.pick("Gedaan", "Done"),
    );
}

fn facts(text: &mut String, engine: &Engine, own: &Magic, language: Language) {
    let say = |dutch, english| language.pick(dutch, english);
    let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Relaxed).to_string();
    let counters = &engine.counters;
    let none = say("niet opgegeven", "not named");
    let facts = [
        (say("Map van de opname", "Folder of the recording"), own.about.folder.clone()),
        (say("Onderzochte pagina", "Page that is examined"), own.about.page.clone().unwrap_or_else(|| none.to_owned())),
        (say("Opname sinds (UTC)", "Recording since (UTC)"), own.since.to_string()),
        (say("Stand om (UTC)", "As of (UTC)"), engine.clock.now().to_string()),
        (say("Verzoeken", "Requests"), count(&counters.requests)),
        (say("Antwoorden", "Answers"), count(&counters.responses)),
        (say("Nog bezig", "Under way"), count(&counters.open)),
        (say("Problemen", "Problems"), count(&counters.problems)),
        (say("Bytes verzonden", "Bytes sent"), count(&counters.bytes_up)),
        (say("Bytes gekregen", "Bytes that came back"), count(&counters.bytes_down)),
    ];
    let _ = writeln!(text, "<h2>{}</h2>\n<dl>", say("Wat er wordt vastgelegd", "What is being recorded"));
    if let Some(why) = engine.recorder.refuses() {
        let _ = writeln!(
            text,
            "<dt class=\"wrong\">{}</dt><dd>{}</dd>",
            say("Er wordt niets meer vastgelegd", "Nothing more is being recorded"),
            escaped(&why)
        );
    }
    for (name, value) in facts {
        let _ = writeln!(text, "<dt>{name}</dt><dd>{}</dd>", escaped(&value));
    }
    let _ = writeln!(text, "</dl>\n<p><a href=\"./?lang={}\">{}</a></p>", language.id(), say("Ververs de tellers", "Refresh the counters"));
}

fn forms(text: &mut String, own: &Magic, language: Language) {
    let say = |dutch, english| language.pick(dutch, english);
    let _ = writeln!(text, "<h2>{}</h2>", say("Markeren", "Marks"));
    let kinds = [
        (MarkKind::Note, say("Notitie", "Note"), say("Notitie maken", "Make a note")),
        (
            MarkKind::Choice,
            say("Keuze in een scherm: letterlijke tekst van de knop", "Choice on a screen: literal text of the button"),
            say("Keuze markeren", "Mark the choice"),
        ),
        (
            MarkKind::FreshProfile,
            say(
                "Een browser met een nieuw profiel begint: naam van het traject",
                "A browser with a new profile begins: name of the stretch",
            ),
            say("Nieuw profiel markeren", "Mark the new profile"),
        ),
    ];
    for (kind, label, button) in kinds {
        let id = kind.id();
        let required = if kind == MarkKind::FreshProfile { "" } else { " required" };
        let _ = writeln!(
            text,
            "<form method=\"post\" action=\"mark\" autocomplete=\"off\"><input type=\"hidden\" name=\"token\" value=\"{}\"><input type=\"hidden\" name=\"kind\" \
             value=\"{id}\"><label for=\"{id}\">{label}</label><input type=\"text\" id=\"{id}\" name=\"text\" maxlength=\"{LONGEST_MARK}\"{required}>\
             <button>{button}</button></form>",
            own.token
        );
    }
    let marks = own.listed();
    if !marks.is_empty() {
        let _ = writeln!(text, "<h2>{}</h2>\n<ul>", say("Laatst gemarkeerd door u", "Last marked by you"));
        for (at, mark) in marks {
            let kind = match mark.kind {
                MarkKind::Note => say("notitie", "note"),
                MarkKind::Choice => say("keuze", "choice"),
                MarkKind::FreshProfile => say("nieuw profiel", "new profile"),
            };
            let _ = writeln!(text, "<li><time>{at}</time> {kind}: {}</li>", escaped(&mark.text));
        }
        text.push_str("</ul>\n");
    }
}

fn certificate(text: &mut String, language: Language) {
    let _ = writeln!(
        text,
        "<h2>{}</h2>\n<p>{}</p>\n<ul><li><a href=\"ca.pem\" download>PEM</a></li><li><a href=\"ca.cer\" download>DER</a></li></ul>",
        language.pick("Certificaat voor een eigen browser", "Certificate for a browser of your own"),
        language.pick(
            "Laat alleen een apart profiel dit certificaat vertrouwen, en verwijder het na afloop: wie de sleutel ervan heeft, kan meelezen wat dat profiel verzendt.",
            "Let only a separate profile trust this certificate, and remove it afterwards: whoever holds its key could read what that profile sends."
        )
    );
}

fn html(content: &str, language: Language, status: StatusCode) -> Response<Outgoing> {
    let other = language.pick("en", "nl");
    let text = format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>dataspoor</title><link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style></head>\n<body><main>\n<h1>dataspoor</h1>\n\
         <p><a href=\"./?lang={other}\" lang=\"{other}\" hreflang=\"{other}\">{}</a></p>\n{content}</main></body></html>\n",
        language.id(),
        language.pick("English", "Nederlands"),
    );
    let mut response = Response::new(Outgoing::from(Bytes::from(text)));
    *response.status_mut() = status;
    guard(response.headers_mut());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn languages() {
        for (target, accepted, expected) in [
            ("/", "", Language::Dutch),
            ("/", "nl-NL,nl;q=0.9,en;q=0.8", Language::Dutch),
            ("/", "de,en-GB;q=0.8,nl;q=0.5", Language::English),
            ("/", "é", Language::Dutch),
            ("/?lang=en", "nl", Language::English),
            ("/?lang=nl", "en", Language::Dutch),
            ("/?lang=fr", "en", Language::English),
        ] {
            let request = Request::builder().uri(target).header("accept-language", accepted).body(()).expect("a request");
            assert_eq!(Language::of(&request.into_parts().0), expected, "{target} {accepted}");
        }
    }

    #[test]
    fn the_policy_allows_the_style_and_no_script() {
        let policy = POLICY.to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("script"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    }
}
