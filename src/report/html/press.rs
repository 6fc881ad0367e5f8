//! Templates and words, put together once and not for each page: ours, or those of a house style, with its own templates and messages in place of ours. Never
//! holds anything about a recording: that comes with the context of each page.

use std::sync::{Arc, OnceLock};

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior,
    value::{Kwargs, Value as Cell},
};

use super::super::text::{Lang, Texts};
use super::house::House;
use super::words::{Words, arguments};
use super::{CSS, SHOWN, SHOWN_OF_RULES, code, css_string, recorded, reference, shown};

/// Every template with its name.
pub(super) const TEMPLATES: [(&str, &str); 20] = [
    ("annex.html", include_str!("../annex.html.j2")),
    ("annex_recipients.html", include_str!("../annex_recipients.html.j2")),
    ("annex_visit.html", include_str!("../annex_visit.html.j2")),
    ("annex_lifetimes.html", include_str!("../annex_lifetimes.html.j2")),
    ("annex_fields.html", include_str!("../annex_fields.html.j2")),
    ("annex_sent.html", include_str!("../annex_sent.html.j2")),
    ("annex_attribution.html", include_str!("../annex_attribution.html.j2")),
    ("annex_planted.html", include_str!("../annex_planted.html.j2")),
    ("annex_beside_wire.html", include_str!("../annex_beside_wire.html.j2")),
    ("annex_linkage.html", include_str!("../annex_linkage.html.j2")),
    ("annex_assessment.html", include_str!("../annex_assessment.html.j2")),
    ("annex_risks.html", include_str!("../annex_risks.html.j2")),
    ("annex_scenario.html", include_str!("../annex_scenario.html.j2")),
    ("house_head.html", include_str!("../house_head.html.j2")),
    ("house_line.html", include_str!("../house_line.html.j2")),
    ("house_title.html", include_str!("../house_title.html.j2")),
    ("house_cover.html", include_str!("../house_cover.html.j2")),
    ("linkage.html", include_str!("../linkage.html.j2")),
    ("comparison.html", include_str!("../comparison.html.j2")),
    ("beside.html", include_str!("../beside.html.j2")),
];

/// Rules that stand behind a style sheet of somebody else: what is simulated says so on the screen and on every printed page, whatever that style sheet says.
const FIXED_CSS: &str = "
html, body.is-simulated { display: block !important; visibility: visible !important; opacity: 1 !important; transform: none !important; filter: none !important }
.is-simulated > .simulated, .is-simulated > .simulated * { display: block !important; visibility: visible !important; opacity: 1 !important; transform: none !important; filter: none !important; clip: auto !important; clip-path: none !important; width: auto !important; height: auto !important; max-height: none !important; margin: 0 !important; text-indent: 0 !important; font-size: 1rem !important; color: #2b2000 !important; background: #fff1c2 !important }
.is-simulated > .simulated { position: sticky !important; top: 0 !important; left: auto !important; right: auto !important; z-index: 2147483647 !important; padding: .5rem 1rem !important }
.is-simulated .sim { display: block !important; visibility: visible !important; opacity: 1 !important }
";

/// The templates with the words of a language.
pub(super) struct Press {
    pub(super) words: Arc<Words>,
    env: Environment<'static>,
    /// The style sheet: ours, or that of a house.
    css: String,
    /// Whether templates or the style sheet are somebody else's.
    pub(super) others: bool,
    /// What a house calls its documents.
    title: Option<String>,
}

/// A template or style sheet in place of ours: its name as in [`TEMPLATES`] or `annex.css`, and its text.
pub(super) type Own<'t> = (&'t str, &'t str);

impl Press {
    /// Ours.
    fn ours(lang: Lang) -> Result<Arc<Self>, Error> {
        static NL: OnceLock<Arc<Press>> = OnceLock::new();
        static EN: OnceLock<Arc<Press>> = OnceLock::new();
        let made = match lang {
            Lang::Nl => &NL,
            Lang::En => &EN,
        };
        match made.get() {
            Some(made) => Ok(made.clone()),
            None => {
                let new = Self::with(Words::of(lang), &[], Cell::from(()), None).map_err(|mut errors| errors.remove(0))?;
                Ok(made.get_or_init(|| Arc::new(new)).clone())
            }
        }
    }

    /// Ours, with these in place of some, and what the house says of itself.
    pub(super) fn with(words: Arc<Words>, own: &[Own<'_>], house: Cell, title: Option<String>) -> Result<Self, Vec<Error>> {
        let mut env = environment(&words);
        env.add_global("house", house);
        let (called, its_words) = (title.clone(), words.clone());
        env.add_function("called", move |id: &str| Cell::from_safe_string(name(called.as_deref(), &its_words, id)));
        if !own.is_empty() {
            // Nobody's template lets a recorded text into a page as it is.
            env.remove_filter("safe");
        }
        let mut errors = Vec::new();
        for (name, template) in TEMPLATES {
            // In a template of somebody else the lines are as they wrote them, so that an error names the right one.
            let theirs = own.iter().find(|(own, _)| *own == name).map(|(_, text)| (*text).to_owned());
            errors.extend(env.add_template_owned(name, theirs.unwrap_or_else(|| words.put_into(template))).err());
        }
        let css = own.iter().find(|(name, _)| *name == "annex.css").map_or(CSS, |(_, text)| *text).to_owned();
        if errors.is_empty() { Ok(Self { words, env, css, others: !own.is_empty(), title }) } else { Err(errors) }
    }

    /// What a document is called: as the house says, else as the message `id` does.
    pub(super) fn called(&self, id: &str) -> String {
        name(self.title.as_deref(), &self.words, id)
    }

    /// The style sheet of a page.
    pub(super) fn css(&self, simulated: bool) -> Cell {
        let fixed = if self.others { fixed_css(&self.words.texts, simulated) } else { String::new() };
        Cell::from_safe_string(format!("{}{fixed}", self.css))
    }

    /// A page, as a template has it.
    pub(super) fn render(&self, template: &str, context: Cell) -> Result<String, Error> {
        self.env.get_template(template)?.render(context)
    }
}

/// What stands behind the style sheet of a page that was made with templates of somebody else.
pub(super) fn fixed_css(texts: &Texts, simulated: bool) -> String {
    let line = css_string(&texts.get("simulated-line", &[]));
    let page = if simulated { format!("@page {{ @top-center {{ content: {line} !important }} }}\n") } else { String::new() };
    format!("{FIXED_CSS}{page}")
}

/// What a document is called, as HTML without elements.
fn name(title: Option<&str>, words: &Words, id: &str) -> String {
    title.map_or_else(|| words.say(id), |title| shown(title, SHOWN_OF_RULES, &words.texts, false))
}

/// The templates in a language: those of `house`, if there is one, else ours.
pub(super) fn press(lang: Lang, house: Option<&House>) -> Result<Arc<Press>, Error> {
    match house {
        Some(house) => Ok(house.press(lang)),
        None => Press::ours(lang),
    }
}

/// What every template can ask for, with the words of one language.
fn environment(of: &Arc<Words>) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    // The last line of defence: a text that reaches the page without any filter is harmless all the same, also inside an attribute.
    let words = of.clone();
    env.set_formatter(move |out, state, value| {
        let plain = |text: &str| shown(text, SHOWN_OF_RULES, &words.texts, false);
        match value.as_str() {
            Some(text) if !value.is_safe() => Ok(out.write_str(&plain(text))?),
            // A list or a row as a whole holds recorded texts.
            None if value.try_iter().is_ok() => Ok(out.write_str(&plain(&value.to_string()))?),
            _ => minijinja::escape_formatter(out, state, value),
        }
    });
    // Recorded texts. A missing one is said to be missing.
    let words = of.clone();
    let on_texts = move |value: &Cell, show: &dyn Fn(&str, &Texts) -> String| match value.as_str() {
        Some(text) => Cell::from_safe_string(show(text, &words.texts)),
        None => words.none("not-recorded"),
    };
    let (recorded_texts, tags, codes, references) = (on_texts.clone(), on_texts.clone(), on_texts.clone(), on_texts);
    env.add_filter("rec", move |value: &Cell, most: Option<usize>| {
        recorded_texts(value, &|text, texts| recorded(text, most.unwrap_or(SHOWN), texts))
    });
    env.add_filter("tag", move |value: &Cell, most: Option<usize>| {
        tags(value, &|text, texts| format!("<code>{}</code>", recorded(text, most.unwrap_or(SHOWN), texts)))
    });
    env.add_filter("code", move |value: &Cell| codes(value, &code));
    env.add_filter("reference", move |value: &Cell| references(value, &reference));
    let words = of.clone();
    env.add_filter("names", move |value: &Cell, most: usize| words.names(value, most));
    let words = of.clone();
    let days = words.clone();
    env.add_filter("day", move |value: &str| days.texts.day(value));
    env.add_filter("moment", move |value: &Cell| words.moment(value.as_str()));
    let lang = of.texts.lang();
    env.add_filter("days", move |value: &str| lang.decimal(value));
    env.add_filter("num", move |value: &Cell| {
        i128::try_from(value.clone())
            .map(|number| lang.integer(number))
            .map_err(|_| Error::new(ErrorKind::InvalidOperation, "num: not a whole number"))
    });
    // Words.
    let words = of.clone();
    env.add_function("t", move |id: &str, args: Kwargs| words.cell(id, &args));
    let words = of.clone();
    env.add_function("word", move |prefix: &str, id: &str| Cell::from_safe_string(words.word(prefix, id)));
    let words = of.clone();
    env.add_function("gap", move |kind: &str, count: u64| {
        let id = format!("gap-{kind}");
        Cell::from_safe_string(words.message(if words.texts.has(&id) { &id } else { "gap-other" }, &[("n", Cell::from(count))]))
    });
    let words = of.clone();
    env.add_function("caption", move |state: &State<'_, '_>, nr: &Cell, id: &str, args: Kwargs| -> Result<Cell, Error> {
        // A page whose context does not say whether the recording is simulated must not pass for one that is not.
        let missing = || Error::new(ErrorKind::UndefinedError, "caption: the context does not say `simulated`");
        let simulated = state.lookup("simulated").ok_or_else(missing)?.is_true();
        Ok(Cell::from_safe_string(words.caption(simulated, "caption", nr, id, &arguments(&args)?)))
    });
    let words = of.clone();
    env.add_function("figure", move |picture: &str, legend: &str, table: &str, nr: &str| words.figure(picture, legend, table, nr));
    let words = of.clone();
    env.add_function("css_t", move |id: &str| Cell::from_safe_string(css_string(&words.texts.get(id, &[]))));
    let words = of.clone();
    env.add_function("narrow", move |kind: &str, heads: &Cell| words.narrow(kind, heads));
    env.add_function("narrow_said", |kind: &str, heads: &Cell| Words::narrow_said(kind, heads));
    env
}
