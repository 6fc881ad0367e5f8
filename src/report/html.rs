//! The annex as one self-contained HTML page: no outside resource, readable on paper and without script; the one script filters and sorts tables.
//!
//! What a recording holds was chosen by whoever answered the browser, perhaps by somebody who would like this page to say something else. So a
//! recorded text gets into the page only through `shown`, which escapes it, makes what cannot be seen visible, and never lets it grow.

mod beside;
pub(super) mod comparison;
mod fields;
mod glossary;
mod house;
mod linkage;
mod page_check;
mod parts;
mod press;
mod recipients;
mod scenario;
mod table_tools;
mod words;

use std::{collections::BTreeMap, fmt::Write as _, ops::Deref, sync::Arc};

use minijinja::{
    Error, context,
    value::{Serde, Value as Cell},
};

pub use beside::render_beside;
pub use comparison::{render_comparison, render_comparison_in};
pub use house::{House, page_error};
pub use linkage::{render_linkage, render_linkage_in};

use super::{
    drawing,
    linkage_rows::policy,
    model::{ChoiceRule, Claim, KINDS, OwnerRef, Report, Source},
    text::{Lang, Texts},
};
use page_check::musts;
use press::press;
use words::Words;

const CSS: &str = include_str!("annex.css");

/// How many characters of a recorded text are printed where the template does not say otherwise. Real names and hosts fit.
const SHOWN: usize = 120;
/// How many characters of a text that comes from a rule file are printed.
const SHOWN_OF_RULES: usize = 2_000;

/// The last step of a page: as a browser gets it, with long tables in parts and tools for filtering and sorting. Other forms are made from the page before this
/// step.
///
/// # Errors
/// The templates of the house do not compile, which was said before.
pub fn for_browsers(page: &str, lang: Lang, house: Option<&House>) -> Result<String, Error> {
    let words = &press(lang, house)?.words;
    Ok(table_tools::with_table_tools(parts::parted(page, words), words))
}

/// The annex as one self-contained HTML page.
///
/// # Errors
/// When the template does not fit the model; the tests hold that it does.
pub fn render(report: &Report, lang: Lang) -> Result<String, Error> {
    render_in(report, lang, None)
}

/// The same in a house style.
///
/// # Errors
/// When a template does not fit the model, or the page that it makes leaves out what no page may ([`page_error`] says it in words).
pub fn render_in(report: &Report, lang: Lang, house: Option<&House>) -> Result<String, Error> {
    let press = press(lang, house)?;
    let sources = numbered(&report.sources);
    let page = Page { words: press.words.clone(), sources };
    let site = report.page.site.as_deref().unwrap_or_default();
    // A title has no elements, so codes stand in it as they are.
    let site = shown(site, SHOWN, &page.texts, false);
    let title = Cell::from_safe_string(format!("{}{}{site}", press.called("title"), if site.is_empty() { "" } else { " – " }));
    let absent: Vec<&str> =
        report.gaps.iter().map(|gap| gap.kind).filter(|kind| matches!(*kind, "no-request-cookies" | "no-set-cookies")).collect();
    let owner = |owner: &Option<OwnerRef>| page.owner(owner.as_ref());
    let lists = &report.method.lists;
    let made = press.render(
        "annex.html",
        context! {
            glossary => glossary::mark(),
            simulated => report.simulated,
            lang => lang.to_string(),
            css => press.css(report.simulated),
            title,
            absent,
            escape_sample => Cell::from_safe_string(recorded("\u{202e}", SHOWN, &page.texts)),
            not_established => page.none("not-established"),
            page_owner => owner(&report.page.owner),
            pictures => pictures(report, &page.texts),
            choice_rules => report.choices.iter().map(|row| page.choice_rule(row.rule.as_ref())).collect::<Vec<_>>(),
            owners => context! {
                cookies => report.cookies.iter().map(|row| owner(&row.owner)).collect::<Vec<_>>(),
                flows => report.flows.iter().map(|row| owner(&row.owner)).collect::<Vec<_>>(),
            },
            who => context! {
                recipients => report.recipients.iter().map(|row| context! {
                    holder => owner(&row.owner),
                    networks => page.networks(row),
                    contracts => page.contracts(row),
                    lists => page.recipient_lists(row, lists),
                }).collect::<Vec<_>>(),
                addresses => report.addresses.iter().map(|row| page.address(row)).collect::<Vec<_>>(),
                alias_ends => report.aliases.iter().map(|row| page.alias_ends(row)).collect::<Vec<_>>(),
                alias_lists => report.aliases.iter().map(|row| page.alias_lists(row, lists)).collect::<Vec<_>>(),
                flow_lists => report.flows.iter().map(|row| page.matches(&row.lists, lists)).collect::<Vec<_>>(),
            },
            // What a source says in full stands once, with the domain or the cookie; a flow only points at it.
            claims => context! {
                recipients => report.recipients.iter().map(|row| page.claims(&row.claims, true)).collect::<Vec<_>>(),
                cookies => report.cookies.iter().map(|row| page.cookie_claims(&row.claims, &row.list_claims)).collect::<Vec<_>>(),
                flows => report.flows.iter().map(|row| page.claims(&row.claims, false)).collect::<Vec<_>>(),
            },
            line_sources => report.comparison_lines.iter().map(|row| page.source_cell(&row.source)).collect::<Vec<_>>(),
            lifetime_sources => report.lifetimes.iter().map(|row| page.source_cell(&row.source)).collect::<Vec<_>>(),
            stated_lifetimes => report.lifetimes.iter().map(|row| page.lifetime(&row.stated)).collect::<Vec<_>>(),
            p => report.planted.as_ref().map(|tables| page.planted(tables)),
            planted_heads => linkage::planted_heads(),
            b => report.beside_wire.as_ref().map(Serde),
            scen => scenario::scenario(&report.scenario),
            people => report.assessment.as_ref().map(Serde),
            assessment_heads => assessment_heads(),
            risks => report.risks.as_ref().map(Serde),
            risk_heads => BTreeMap::from([("t18", RISK_HEADS)]),
            f => page.fields(report),
            a => page.attribution(&report.attribution),
            l => page.linkage(&report.linkage, Some(report)),
            trail => page.trail(report),
            trail_policy => policy(report.capture.browser.as_deref()),
            identifiers => report.linkage.identifiers.len(),
            report => members(report),
        },
    )?;
    let made = glossary::put_into(&made, &press.words);
    House::looked_at(made, &press, report.simulated, &musts(report, &page))
}

/// Headings of the table of risks.
const RISK_HEADS: [&str; 9] = [
    "col-nr",
    "col-risk",
    "col-risk-origin",
    "col-risk-likelihood",
    "col-risk-impact",
    "col-risk-level",
    "col-risk-evidence",
    "col-risk-measure",
    "col-risk-retest",
];

/// Headings of the tables of what people wrote.
fn assessment_heads() -> BTreeMap<&'static str, Vec<&'static str>> {
    let words =
        vec!["col-nr", "col-assessment-about", "col-assessment-kind", "col-assessment-text", "col-assessment-by", "col-assessment-source"];
    let kinds = KINDS.map(|kind| match kind {
        "role" => "col-assessment-role",
        "purpose" => "col-assessment-purpose",
        "legal-basis" => "col-assessment-legal-basis",
        "necessity" => "col-assessment-necessity",
        "data-kind" => "col-assessment-data-kind",
        "verdict" => "col-assessment-verdict",
        _ => "col-assessment-reply",
    });
    let said: Vec<&str> = ["col-nr", "col-assessment-name"].into_iter().chain(kinds).collect();
    BTreeMap::from([("t17", words), ("t17a", said.clone()), ("t17b", said.clone()), ("t17c", said)])
}

/// The pictures of the page; empty where there is nothing to draw.
fn pictures(report: &Report, texts: &Texts) -> Cell {
    let safe = Cell::from_safe_string;
    context! {
        recipients => safe(drawing::recipients(report, texts)),
        lifetimes => safe(drawing::lifetimes(report, texts)),
        timeline => safe(drawing::timeline(report, texts)),
        trail => safe(drawing::trail(report, texts)),
        categories => safe(drawing::categories(report, texts)),
    }
}

/// The members of the model that the templates read. Tables that may be long and of which a page shows cells or first rows only, such as those of
/// fields, are not among them: to make values of the template engine of all their rows would take longer than to write the page.
fn members(report: &Report) -> Cell {
    macro_rules! members {
        ($($member:ident),*; $($of_fields:ident),*) => {
            context! {
                $($member => Cell::from(Serde(&report.$member)),)*
                $($of_fields => Cell::from(Serde(&report.fields.$of_fields)),)*
            }
        };
    }
    members!(
        version, simulated, capture, page, totals, method, recipients, addresses, addresses_left_out, aliases, cookies, comparison_lines,
        lifetimes, validators, validators_left_out, flows, flows_left_out, stretches, timeline, timeline_left_out, choices, choice_cookies,
        choice_cookies_left_out, trail, trail_left_out, gaps, custody, sources;
        endpoints, field_shares, hints, personal_data, decode_anomalies, fields_left_out
    )
}

/// A page that is being made.
struct Page {
    words: Arc<Words>,
    /// Each source with its row in table 13.
    sources: BTreeMap<String, (u64, Source)>,
}

/// Sources by identifier, with their rows.
fn numbered(sources: &[Source]) -> BTreeMap<String, (u64, Source)> {
    (1..).zip(sources).map(|(nr, source)| (source.id.clone(), (nr, source.clone()))).collect()
}

/// A page speaks with the words of its language.
impl Deref for Page {
    type Target = Words;

    fn deref(&self) -> &Words {
        &self.words
    }
}

impl Page {
    fn source(&self, id: &str) -> String {
        match self.sources.get(id) {
            Some((nr, source)) => {
                let link = format!("<a href=\"#t13-r{nr}\">{}</a>", self.message("source-ref", &[("nr", Cell::from(nr.to_string()))]));
                if source.consulted { link } else { format!("{link} ({})", self.say("source-not-consulted")) }
            }
            None => code(id, &self.texts),
        }
    }

    /// In which quality somebody speaks; of a vendor, also who else tells its words.
    fn speaks_as(&self, by: &str, who: &str, source: &str) -> String {
        match self.told_by(who, source).filter(|_| by == "vendor") {
            Some(publisher) => {
                let publisher = Cell::from_safe_string(recorded(publisher, SHOWN, &self.texts));
                self.message("by-vendor-as-told", &[("publisher", publisher)])
            }
            None => self.word("by-", by),
        }
    }

    /// The publisher of a source, where it is somebody else than who speaks in it.
    fn told_by(&self, who: &str, source: &str) -> Option<&str> {
        let (_, source) = self.sources.get(source)?;
        let speaker = who.split_whitespace().next().unwrap_or_default();
        (!source.publisher.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case(speaker)))
            .then_some(&*source.publisher)
    }

    /// The date of a source, as it is known.
    fn source_date(&self, id: &str) -> String {
        match self.sources.get(id) {
            Some((_, source)) => recorded(&self.texts.day(&source.date), SHOWN, &self.texts),
            None => self.say("not-established"),
        }
    }

    fn source_cell(&self, id: &str) -> Cell {
        Cell::from_safe_string(self.source(id))
    }

    fn owner(&self, owner: Option<&OwnerRef>) -> Cell {
        let Some(owner) = owner else { return self.none("not-established") };
        let name = recorded(&owner.name, SHOWN, &self.texts);
        let rule = self.message("owner-rule", &[("place", Cell::from(owner.rule.as_str()))]);
        let seat = owner.country.as_deref().map(|country| self.message("owner-seat", &[("country", Cell::from(country))]));
        let seat = seat.map(|seat| format!("<small>{seat}</small>")).unwrap_or_default();
        let doubt = self.doubt(owner.certainty);
        Cell::from_safe_string(format!("{name} <span class=\"why\">({rule}, {})</span>{seat}{doubt}", self.source(&owner.source)))
    }

    /// By which rule a choice request is known, and how surely.
    fn choice_rule(&self, rule: Option<&ChoiceRule>) -> Cell {
        let Some(rule) = rule else { return self.none("not-applicable") };
        let args = [("rule", Cell::from(rule.rule.as_str())), ("place", Cell::from(rule.place.as_str()))];
        let (said, source) = (self.message("claim-rule", &args), self.source(&rule.source));
        Cell::from_safe_string(format!("{said}<small>{source}</small><small>{}</small>", self.word("certainty-", rule.certainty)))
    }

    /// One line per claim, never merged: two sources that say the same are two sources.
    fn claims(&self, claims: &[Claim], full: bool) -> Cell {
        if claims.is_empty() {
            return self.none("claims-none");
        }
        let mut out = String::from("<ul class=\"claims\">");
        for (index, claim) in claims.iter().enumerate() {
            let lang = self.texts.lang();
            let in_words = |text: &super::model::Text| rule_text(if lang == Lang::Nl { &text.nl } else { &text.en }, &self.texts);
            let category = match &claim.category {
                Some(category) => format!("<strong>{}</strong>", in_words(&category.label)),
                None => format!("<span class=\"ne\">{}</span>", self.say("claim-no-category")),
            };
            let (who, by) = (recorded(&claim.who, SHOWN, &self.texts), self.speaks_as(claim.by, &claim.who, &claim.source));
            // Writing into a String cannot fail; the same holds below.
            let _ = write!(out, "<li>{who} ({by}): {category}");
            if full {
                if let Some(purpose) = &claim.purpose {
                    let _ = write!(out, "<span class=\"purpose\">{}</span>", in_words(purpose));
                }
                if let Some(lifetime) = &claim.lifetime {
                    let lifetime = self.lifetime(lifetime);
                    let _ = write!(out, "<small>{}</small>", self.message("claim-lifetime", &[("lifetime", lifetime)]));
                }
            }
            if full && claim.certainty == "derived" {
                let _ = write!(out, "<small>{}</small>", self.say("certainty-derived"));
            } else {
                out.push_str(&self.doubt(claim.certainty));
            }
            let args = [("rule", Cell::from(claim.rule.as_str())), ("place", Cell::from(claim.place.as_str()))];
            let _ = write!(out, "<small>{}, {}</small>", self.source(&claim.source), self.message("claim-rule", &args));
            // What a rule does not prove stands once, after the last of what it says.
            let last = claims.get(index + 1).is_none_or(|next| next.rule != claim.rule);
            if let Some(limits) = claim.limits.as_ref().filter(|_| full && last) {
                let limits = Cell::from_safe_string(in_words(limits));
                let _ = write!(out, "<small>{}</small>", self.message("claim-limits", &[("text", limits)]));
            }
            out.push_str("</li>");
        }
        out.push_str("</ul>");
        Cell::from_safe_string(out)
    }
}

/// A character as it may stand in the text of an element and in an attribute.
pub(super) fn escaped(out: &mut String, character: char) {
    match character {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        _ => out.push(character),
    }
}

/// Whether a reader would not see `character`, or would see others in another order because of it.
pub(in crate::report) fn is_hidden(character: char) -> bool {
    character != ' ' && (character.is_whitespace() || character.is_control())
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..)
}

/// Whether an ASCII character stands for itself in HTML and can be seen. Most recorded texts hold nothing else.
const fn is_harmless(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')
}

/// A text as HTML: escaped, what is hidden as `\u{202E}`, and cut after `most` characters with the number of those left out.
/// `marked` sets codes and the cut apart from the same characters in the text; not possible inside an attribute.
fn shown(text: &str, most: usize, texts: &Texts, marked: bool) -> String {
    let mut out = String::with_capacity(text.len().min(most) + 16);
    show(&mut out, text, most, texts, marked);
    out
}

/// The same as [`shown`], behind what stands in `out`.
fn show(out: &mut String, text: &str, most: usize, texts: &Texts, marked: bool) {
    let (open, close) = if marked { ("<span class=\"esc\">", "</span>") } else { ("", "") };
    let (mut rest, mut room) = (text, most);
    while room > 0 && !rest.is_empty() {
        // Harmless characters have one byte each, so a run of them is counted and copied at once.
        let run = rest.bytes().take(room).take_while(|&byte| is_harmless(byte)).count();
        let (plain, behind) = rest.split_at(run);
        out.push_str(plain);
        room -= run;
        let mut characters = behind.chars();
        if let Some(character) = characters.next().filter(|_| room > 0) {
            if is_hidden(character) {
                let _ = write!(out, "{open}\\u{{{:X}}}{close}", u32::from(character));
            } else {
                escaped(out, character);
            }
            room -= 1;
            rest = characters.as_str();
        } else {
            rest = behind;
        }
    }
    if !rest.is_empty() {
        let said = texts.get("cut", &[("n", rest.chars().count().into())]);
        let (open, close) = if marked { ("<span class=\"cut\">", "</span>") } else { ("", "") };
        let _ = write!(out, "… {open}{said}{close}");
    }
}

/// A recorded text, kept from changing the direction of what stands around it. A number changes nothing and stays as it is.
fn recorded(text: &str, most: usize, texts: &Texts) -> String {
    if text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len().min(most) + 40);
    out.push_str("<bdi dir=\"ltr\">");
    show(&mut out, text, most, texts, true);
    out.push_str("</bdi>");
    out
}

fn rule_text(text: &str, texts: &Texts) -> String {
    shown(text, SHOWN_OF_RULES, texts, true)
}

/// An identifier or a digest.
fn code(text: &str, texts: &Texts) -> String {
    format!("<code>{}</code>", shown(text, SHOWN, texts, true))
}

/// Where a source is found. An address that the text begins with becomes a link: a reader goes there of their own will, the page never does.
fn reference(text: &str, texts: &Texts) -> String {
    let end = text.find(|c: char| !c.is_ascii_graphic() || matches!(c, ',' | ';' | '"' | '<' | '>')).unwrap_or(text.len());
    let (address, rest) = text.split_at(end);
    if !address.starts_with("https://") || address.len() > 500 {
        return rule_text(text, texts);
    }
    let address = shown(address, 500, texts, false);
    format!("<a href=\"{address}\" rel=\"noreferrer\"><bdi dir=\"ltr\">{address}</bdi></a>{}", rule_text(rest, texts))
}

/// A text as a string of CSS.
fn css_string(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' | '<' | '>' | '&' | '\n' => {
                let _ = write!(out, "\\{:X} ", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
pub(crate) mod tests;

#[cfg(test)]
pub(super) use tests::unbalanced;
