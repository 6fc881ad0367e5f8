//! The annex as one self-contained HTML page: no script, no outside resource, readable on paper.
//!
//! What a recording holds was chosen by whoever answered the browser, perhaps by somebody who would like this page to say something else. So a
//! recorded text gets into the page only through `shown`, which escapes it, makes what cannot be seen visible, and never lets it grow.

mod fields;
mod linkage;
mod picture;
mod recipients;

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, context,
    value::{Kwargs, Serde, Value as Cell},
};

pub use linkage::render_linkage;

use super::{
    linkage_rows::policy,
    model::{ChoiceRule, Claim, OwnerRef, Report},
    text::{Lang, Texts, Value},
};

const TEMPLATE: &str = include_str!("annex.html.j2");
const RECIPIENTS: &str = include_str!("annex_recipients.html.j2");
const VISIT: &str = include_str!("annex_visit.html.j2");
const ATTRIBUTION: &str = include_str!("annex_attribution.html.j2");
const PLANTED: &str = include_str!("annex_planted.html.j2");
const LINKAGE: &str = include_str!("annex_linkage.html.j2");
const LINKAGE_PAGE: &str = include_str!("linkage.html.j2");
const LIFETIMES: &str = include_str!("annex_lifetimes.html.j2");
const FIELDS: &str = include_str!("annex_fields.html.j2");
const SENT: &str = include_str!("annex_sent.html.j2");
const CSS: &str = include_str!("annex.css");

/// How many characters of a recorded text are printed where the template does not say otherwise. Real names and hosts fit.
const SHOWN: usize = 120;
/// How many characters of a text that comes from a rule file are printed.
const SHOWN_OF_RULES: usize = 2_000;

/// The annex as one self-contained HTML page.
///
/// # Errors
/// When the template does not fit the model; the tests hold that it does.
pub fn render(report: &Report, lang: Lang) -> Result<String, Error> {
    let sources = report.sources.iter().zip(1..).map(|(source, nr)| (source.id.clone(), nr)).collect();
    let page = Arc::new(Page { texts: Texts::of(lang), sources, simulated: report.simulated });
    let site = report.page.site.as_deref().unwrap_or_default();
    let title = format!("{}{}{site}", page.texts.get("title", &[]), if site.is_empty() { "" } else { " – " });
    let absent: Vec<&str> =
        report.gaps.iter().map(|gap| gap.kind).filter(|kind| matches!(*kind, "no-request-cookies" | "no-set-cookies")).collect();
    let owner = |owner: &Option<OwnerRef>| page.owner(owner.as_ref());
    let lists = &report.method.lists;
    let env = environment(&page)?;
    env.get_template("annex.html")?.render(context! {
        lang => lang.to_string(),
        css => Cell::from_safe_string(CSS.to_owned()),
        title,
        absent,
        escape_sample => Cell::from_safe_string(recorded("\u{202e}", SHOWN, &page.texts)),
        not_established => page.none("not-established"),
        page_owner => owner(&report.page.owner),
        picture => Cell::from_safe_string(picture::timeline(report, &page.texts)),
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
        f => page.fields(report),
        a => page.attribution(&report.attribution),
        l => page.linkage(&report.linkage, Some(report)),
        trail => page.trail(report),
        trail_policy => policy(report.capture.browser.as_deref()),
        report => Cell::from(Serde(report)),
    })
}

/// What the filters and functions of the template need.
struct Page {
    texts: Texts,
    /// Row of each source in table 13.
    sources: BTreeMap<String, u64>,
    simulated: bool,
}

impl Page {
    /// A message without arguments, as HTML.
    fn say(&self, id: &str) -> String {
        self.message(id, &[])
    }

    /// A message as HTML. Texts among the arguments are recorded texts unless they are marked as safe.
    fn message(&self, id: &str, args: &[(&str, Cell)]) -> String {
        // Fluent puts a mark in place of every text, so that what the message says itself can be told from what was put into it.
        let mut inserts: Vec<(char, String)> = Vec::new();
        let mut values = Vec::with_capacity(args.len());
        for (name, value) in args {
            let number = if value.is_number() { value.as_i64() } else { None };
            values.push((
                *name,
                match (number, char::from_u32(0xE000 + u32::try_from(inserts.len()).unwrap_or_default())) {
                    (Some(number), _) => Value::from(number),
                    (None, mark) => {
                        let mark = mark.unwrap_or('\u{e000}');
                        inserts.push((
                            mark,
                            if value.is_safe() { value.to_string() } else { recorded(&value.to_string(), SHOWN, &self.texts) },
                        ));
                        Value::from(mark.to_string())
                    }
                },
            ));
        }
        let text = self.texts.get(id, &values);
        let mut out = String::with_capacity(text.len() + 32);
        let mut code = false;
        for character in text.chars() {
            match character {
                '`' => {
                    out.push_str(if code { "</code>" } else { "<code>" });
                    code = !code;
                }
                '\u{e000}'..='\u{e0ff}' => out.extend(inserts.iter().find(|(mark, _)| *mark == character).map(|(_, html)| html.as_str())),
                _ => escaped(&mut out, character),
            }
        }
        out
    }

    /// A word for an identifier of the model, or the identifier itself where no table has a word for it.
    fn word(&self, prefix: &str, id: &str) -> String {
        let message = format!("{prefix}{id}");
        if self.texts.has(&message) { self.say(&message) } else { code(id, &self.texts) }
    }

    /// A muted message that says that there is nothing.
    fn none(&self, id: &str) -> Cell {
        Cell::from_safe_string(format!("<span class=\"ne\">{}</span>", self.say(id)))
    }

    fn source(&self, id: &str) -> String {
        match self.sources.get(id) {
            Some(nr) => {
                format!("<a href=\"#t13-r{nr}\">{}</a>", self.message("source-ref", &[("nr", Cell::from(nr.to_string()))]))
            }
            None => code(id, &self.texts),
        }
    }

    fn source_cell(&self, id: &str) -> Cell {
        Cell::from_safe_string(self.source(id))
    }

    /// A lifetime as a rule writes it, in words.
    fn lifetime(&self, text: &str) -> Cell {
        Cell::from_safe_string(rule_text(&self.texts.lifetime(text), &self.texts))
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
            let (who, by) = (recorded(&claim.who, SHOWN, &self.texts), self.word("by-", claim.by));
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

    fn moment(&self, time: Option<&str>) -> Cell {
        let Some(time) = time else { return self.none("not-recorded") };
        let words = self.texts.moment(time);
        // What is not a time came back as it was.
        Cell::from_safe_string(if words == time {
            recorded(time, SHOWN, &self.texts)
        } else {
            format!("<time datetime=\"{time}\">{words} UTC</time>")
        })
    }

    fn names(&self, list: &Cell, most: usize) -> Result<Cell, Error> {
        let mut out = String::new();
        let length = list.len().unwrap_or_default();
        for (index, name) in list.try_iter()?.take(most).enumerate() {
            out.push_str(if index == 0 { "" } else { ", " });
            out.push_str(&recorded(name.as_str().unwrap_or_default(), SHOWN, &self.texts));
        }
        if length > most {
            let _ = write!(out, " {}", self.message("more-names", &[("n", Cell::from(length - most))]));
        }
        Ok(Cell::from_safe_string(out))
    }

    /// A table may be copied out of the page, so its caption carries what holds for the whole page.
    fn caption(&self, nr: &Cell, id: &str, args: &[(&str, Cell)]) -> String {
        // A table between two others has a letter behind its number, which comes from the template.
        let nr = nr.as_str().map_or_else(|| nr.clone(), |text| Cell::from_safe_string(text.to_owned()));
        let text = Cell::from_safe_string(self.message(id, args));
        let caption = self.message("caption", &[("n", nr), ("text", text)]);
        let simulated = if self.simulated { format!(" <span class=\"sim\">{}</span>", self.say("simulated-line")) } else { String::new() };
        format!("{caption}{simulated}")
    }
}

fn environment(page: &Arc<Page>) -> Result<Environment<'static>, Error> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    // The last line of defence: a text that reaches the page without any filter is harmless all the same, also inside an attribute.
    let own = Arc::clone(page);
    env.set_formatter(move |out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => Ok(out.write_str(&shown(text, SHOWN_OF_RULES, &own.texts, false))?),
        _ => minijinja::escape_formatter(out, state, value),
    });
    // Recorded texts. A missing one is said to be missing.
    let own = Arc::clone(page);
    let on_texts = move |value: &Cell, show: &dyn Fn(&str, &Texts) -> String| match value.as_str() {
        Some(text) => Cell::from_safe_string(show(text, &own.texts)),
        None => own.none("not-recorded"),
    };
    let on_texts = Arc::new(on_texts);
    let own = Arc::clone(&on_texts);
    env.add_filter("rec", move |value: &Cell, most: Option<usize>| own(value, &|text, texts| recorded(text, most.unwrap_or(SHOWN), texts)));
    let own = Arc::clone(&on_texts);
    env.add_filter("tag", move |value: &Cell, most: Option<usize>| {
        own(value, &|text, texts| format!("<code>{}</code>", recorded(text, most.unwrap_or(SHOWN), texts)))
    });
    let own = Arc::clone(&on_texts);
    env.add_filter("code", move |value: &Cell| own(value, &code));
    env.add_filter("reference", move |value: &Cell| on_texts(value, &reference));
    let own = Arc::clone(page);
    env.add_filter("names", move |value: &Cell, most: usize| own.names(value, most));
    let own = Arc::clone(page);
    env.add_filter("moment", move |value: &Cell| own.moment(value.as_str()));
    let lang = page.texts.lang();
    env.add_filter("days", move |value: &str| lang.decimal(value));
    env.add_filter("num", move |value: &Cell| {
        i128::try_from(value.clone())
            .map(|number| lang.integer(number))
            .map_err(|_| Error::new(ErrorKind::InvalidOperation, "num: not a whole number"))
    });
    // Words.
    let own = Arc::clone(page);
    env.add_function("t", move |id: &str, kwargs: Kwargs| -> Result<Cell, Error> {
        let args = kwargs.args().map(|name| Ok((name, kwargs.peek::<Cell>(name)?))).collect::<Result<Vec<_>, Error>>()?;
        Ok(Cell::from_safe_string(own.message(id, &args)))
    });
    let own = Arc::clone(page);
    env.add_function("word", move |prefix: &str, id: &str| Cell::from_safe_string(own.word(prefix, id)));
    let own = Arc::clone(page);
    env.add_function("gap", move |kind: &str, count: u64| {
        let id = format!("gap-{kind}");
        Cell::from_safe_string(own.message(if own.texts.has(&id) { &id } else { "gap-other" }, &[("n", Cell::from(count))]))
    });
    let own = Arc::clone(page);
    env.add_function("caption", move |nr: &Cell, id: &str, kwargs: Kwargs| -> Result<Cell, Error> {
        let args = kwargs.args().map(|name| Ok((name, kwargs.peek::<Cell>(name)?))).collect::<Result<Vec<_>, Error>>()?;
        Ok(Cell::from_safe_string(own.caption(nr, id, &args)))
    });
    let own = Arc::clone(page);
    env.add_function("css_t", move |id: &str| Cell::from_safe_string(css_string(&own.texts.get(id, &[]))));
    env.add_template("annex_recipients.html", RECIPIENTS)?;
    env.add_template("annex_visit.html", VISIT)?;
    env.add_template("annex_lifetimes.html", LIFETIMES)?;
    env.add_template("annex_fields.html", FIELDS)?;
    env.add_template("annex_sent.html", SENT)?;
    env.add_template("annex_attribution.html", ATTRIBUTION)?;
    env.add_template("annex_planted.html", PLANTED)?;
    env.add_template("annex_linkage.html", LINKAGE)?;
    env.add_template("linkage.html", LINKAGE_PAGE)?;
    env.add_template("annex.html", TEMPLATE)?;
    Ok(env)
}

fn escaped(out: &mut String, character: char) {
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
fn is_hidden(character: char) -> bool {
    character != ' ' && (character.is_whitespace() || character.is_control())
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..)
}

/// A text as HTML: escaped, what is hidden as `\u{202E}`, and cut after `most` characters with the number of those left out.
/// `marked` sets codes and the cut apart from the same characters in the text; not possible inside an attribute.
fn shown(text: &str, most: usize, texts: &Texts, marked: bool) -> String {
    let mut out = String::with_capacity(text.len().min(most) + 16);
    let (open, close) = if marked { ("<span class=\"esc\">", "</span>") } else { ("", "") };
    let mut characters = text.chars();
    for character in characters.by_ref().take(most) {
        if is_hidden(character) {
            let _ = write!(out, "{open}\\u{{{:X}}}{close}", u32::from(character));
        } else {
            escaped(&mut out, character);
        }
    }
    let left = characters.count();
    if left > 0 {
        let said = texts.get("cut", &[("n", left.into())]);
        let (open, close) = if marked { ("<span class=\"cut\">", "</span>") } else { ("", "") };
        let _ = write!(out, "… {open}{said}{close}");
    }
    out
}

/// A recorded text, kept from changing the direction of what stands around it. A number changes nothing and stays as it is.
fn recorded(text: &str, most: usize, texts: &Texts) -> String {
    if text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
        return text.to_owned();
    }
    format!("<bdi dir=\"ltr\">{}</bdi>", shown(text, most, texts, true))
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
pub(super) mod tests;

#[cfg(test)]
pub(super) use tests::unbalanced;
