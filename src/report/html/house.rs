//! A house style, ready to be used: its templates compiled, its messages read, and what it puts on the cover and on every page. A page that was made with
//! templates of somebody else is looked at before it is handed on.

use std::error::Error as _;
use std::sync::Arc;

use minijinja::{Error, ErrorKind, context, value::Value as Cell};

use super::super::style::{LARGEST_TEMPLATE, OwnFile, Style, StyleMistake, StyleMistakes};
use super::super::table::visible;
use super::super::text::{Lang, Texts};
use super::css_string;
use super::page_check::check;
use super::press::{Own, Press, TEMPLATES};
use super::words::Words;

/// Ending of a template in the folder of a house.
const TEMPLATE: &str = ".j2";

/// The report about what stands beside the wire is made without a house style.
const NOT_OF_A_HOUSE: &str = "beside.html";

/// A house style, ready to be used.
pub struct House {
    style: Style,
    presses: [(Lang, Arc<Press>); 2],
}

impl std::fmt::Debug for House {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "House({:?})", self.style.said)
    }
}

/// What a page must hold, as it stands in it, and what that is.
pub(super) type Must = (String, &'static str);

impl House {
    /// Compiles templates and reads messages.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in them: the file, its line, and what to do.
    pub fn of(style: Style) -> Result<Self, StyleMistakes> {
        let mut mistakes = Vec::new();
        let mut wrong = |file: &str, line: Option<usize>, what: String| mistakes.push(StyleMistake { file: file.to_owned(), line, what });
        let mut own: Vec<Own<'_>> = Vec::new();
        let mut messages: [(Lang, &str, &str); 2] = [(Lang::Nl, "nl.ftl", ""), (Lang::En, "en.ftl", "")];
        for OwnFile { name, bytes } in &style.templates {
            let Ok(text) = std::str::from_utf8(bytes) else {
                wrong(name, None, "is no UTF-8 text; save it as such".to_owned());
                continue;
            };
            let template = name.strip_suffix(TEMPLATE).filter(|of| *of != NOT_OF_A_HOUSE);
            if bytes.len() as u64 > LARGEST_TEMPLATE {
                wrong(name, None, format!("has {} bytes; at most {LARGEST_TEMPLATE} are read", bytes.len()));
            } else if let Some((_, _, given)) = messages.iter_mut().find(|(_, file, _)| file == name) {
                *given = text;
            } else if name == "annex.css" {
                let fetches = ["<", "@import", "url(", "image-set(", "src("]
                    .into_iter()
                    .filter_map(|sign| Some((text.to_ascii_lowercase().find(sign)?, sign)));
                if let Some((at, sign)) = fetches.min() {
                    let line = 1 + text.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count();
                    wrong(name, Some(line), format!("holds {sign:?}; a page fetches nothing, so take it away"));
                }
                own.push((name, text));
            } else if let Some((known, _)) = TEMPLATES.iter().find(|(known, _)| template == Some(known)) {
                own.push((known, text));
            } else {
                let all: Vec<String> =
                    TEMPLATES.iter().filter(|(of, _)| *of != NOT_OF_A_HOUSE).map(|(of, _)| format!("{of}{TEMPLATE}")).collect();
                wrong(name, None, format!("replaces nothing; a file here is one of nl.ftl, en.ftl, annex.css, {}", all.join(", ")));
            }
        }
        let texts = messages.map(|(lang, file, text)| match Texts::overruled(lang, text) {
            Ok(texts) => texts,
            Err(all) => {
                all.into_iter().for_each(|(line, what)| wrong(file, Some(line), what));
                Texts::of(lang)
            }
        });
        let presses = texts.map(|texts| {
            let lang = texts.lang();
            let words = if texts.is_ours() { Words::of(lang) } else { Arc::new(Words::new(texts)) };
            let house = cover(&style, &words);
            (lang, Press::with(words, &own, house, style.said.title.clone()).map(Arc::new))
        });
        // The templates are the same in both languages, and so is what is wrong in them.
        if let [(_, Err(errors)), _] | [_, (_, Err(errors))] = &presses {
            errors.iter().for_each(|error| {
                let (file, line, what) = explained(error);
                wrong(&file, line, what);
            });
        }
        match presses {
            [(one, Ok(nl)), (other, Ok(en))] if mistakes.is_empty() => Ok(Self { style, presses: [(one, nl), (other, en)] }),
            _ => Err(StyleMistakes(mistakes)),
        }
    }

    /// The style.
    #[must_use]
    pub const fn style(&self) -> &Style {
        &self.style
    }

    /// The messages of a language, with those of the house in place of ours.
    #[must_use]
    pub fn texts(&self, lang: Lang) -> Arc<Texts> {
        self.press(lang).words.texts.clone()
    }

    pub(super) fn press(&self, lang: Lang) -> Arc<Press> {
        let [nl, en] = &self.presses;
        if lang == nl.0 { nl.1.clone() } else { en.1.clone() }
    }

    /// Looks at a page that templates of somebody else made, before it is handed on.
    pub(super) fn looked_at(page: String, press: &Press, simulated: bool, must: &[Must]) -> Result<String, Error> {
        if press.others {
            check(&page, &press.words.texts, simulated, must).map_err(|what| {
                Error::new(ErrorKind::InvalidOperation, format!("the page that the templates of the house style make {what}"))
            })?;
        }
        Ok(page)
    }
}

/// The file, its line, and what is wrong there, as a template engine's error has it.
fn explained(error: &Error) -> (String, Option<usize>, String) {
    // A template that another one includes is where the mistake is.
    let inner = |error: &Error| error.source().and_then(|source| source.downcast_ref::<Error>()).map(explained);
    if let Some(said) = inner(error) {
        return said;
    }
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    let file = error.name().map_or_else(|| "the templates".to_owned(), |name| format!("{name}{TEMPLATE}"));
    let why = match error.kind() {
        ErrorKind::UndefinedError if detail.is_empty() => "a value that is not there".to_owned(),
        kind => kind.to_string(),
    };
    (file, error.line(), format!("{why}{detail}; mend the template there"))
}

/// What went wrong in a page, for whoever wrote its templates.
#[must_use]
pub fn page_error(error: &Error) -> String {
    match (error.name(), error.line(), error.detail()) {
        (None, _, Some(detail)) => detail.to_owned(),
        _ => {
            let (file, line, what) = explained(error);
            let line = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            format!("{file}: {line}{what}")
        }
    }
}

/// What the templates read of a house style.
fn cover(style: &Style, words: &Words) -> Cell {
    let said = &style.said;
    let alt = said.organisation.clone().unwrap_or_else(|| words.texts.get("house-logo", &[]));
    let facts: Vec<Cell> = said
        .facts()
        .into_iter()
        .filter(|(id, _)| !matches!(*id, "title" | "subtitle"))
        .map(|(id, said)| context! { label => Cell::from_safe_string(words.say(&format!("house-{id}"))), said => said.to_owned() })
        .collect();
    let meta = said.facts().into_iter().filter(|(id, _)| *id != "title").map(|(name, said)| vec![name.to_owned(), said.to_owned()]);
    context! {
        said => context! { title => &said.title, subtitle => &said.subtitle, classification => &said.classification },
        facts,
        meta => meta.collect::<Vec<_>>(),
        colour => said.colour.clone(),
        css => Cell::from_safe_string(css(style)),
        logo => style.logo.as_ref().map(|logo| Cell::from_safe_string(logo.address())),
        alt,
    }
}

/// The rules of style that a house adds to the style sheet.
fn css(style: &Style) -> String {
    let mut out = String::from(
        ".logo img { max-height: 5rem; max-width: min(100%, 24rem) }\n.house { max-width: 46rem; margin-top: 1rem }\n\
         .house > div { display: grid; grid-template-columns: 9rem 1fr; gap: .25rem 1.5rem }\n\
         .classification { padding: .35rem var(--gutter, 1rem); text-align: right; font-size: .9375rem }\n.classification p { margin: 0; max-width: none }\n\
         @media print { .classification { padding: .35rem 0 } }\n",
    );
    if let Some(colour) = style.colour {
        out.push_str(&format!(":root {{ --blue: {colour} }}\n"));
        if !colour.is_read_on_shade() {
            // Text in the colour stands on white only, so that it can be read everywhere.
            out.push_str(
                ":root { --pale: #fff }\n.data tbody tr:target { background: #fff; outline: 2px solid var(--blue) }\n\
                 .box, .notice, pre { border: 1px solid var(--line) }\n",
            );
        }
    }
    if let Some(classification) = &style.said.classification {
        let line = css_string(&visible(classification, |_| false));
        out.push_str(&format!("@page {{ @top-right {{ content: {line}; font: bold 8.5pt/1.2 system-ui, sans-serif }} }}\n"));
    }
    out
}

#[cfg(test)]
mod tests;
