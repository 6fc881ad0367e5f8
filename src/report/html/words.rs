//! What all pages of one language have in common: its messages as HTML, and the templates, which are parsed once and not for each page. Never holds
//! anything about a recording: that comes with the context of each page.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use hashbrown::{Equivalent, HashMap};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior,
    value::{Kwargs, Value as Cell},
};

use super::super::text::{Lang, Texts, Value};
use super::{SHOWN, SHOWN_OF_RULES, code, css_string, escaped, recorded, reference, rule_text, shown};

/// Every template with its name.
const TEMPLATES: [(&str, &str); 16] = [
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
    ("linkage.html", include_str!("../linkage.html.j2")),
    ("comparison.html", include_str!("../comparison.html.j2")),
    ("beside.html", include_str!("../beside.html.j2")),
];

/// The messages of a language as HTML.
pub(super) struct Words {
    pub(super) texts: Texts,
    /// Messages without arguments. They are the greater part of a page and always the same, so Fluent is asked for them once.
    fixed: HashMap<&'static str, Cell>,
    /// The other messages that choose between no plurals: with a mark for each argument, in whose place it is put.
    marked: HashMap<&'static str, Marked>,
    /// Messages about one number that were made before: `12 requests` stands on a page again and again, and Fluent takes long to choose a plural.
    counted: Mutex<HashMap<(String, i64), String>>,
}

/// Messages about one number that are remembered.
const COUNTED: usize = 20_000;

/// A message with marks in it.
struct Marked {
    text: String,
    /// Names of its arguments, in the order of their marks.
    names: Vec<&'static str>,
}

impl Words {
    /// The words of `lang`.
    pub(super) fn of(lang: Lang) -> &'static Self {
        static NL: LazyLock<Words> = LazyLock::new(|| Words::new(Lang::Nl));
        static EN: LazyLock<Words> = LazyLock::new(|| Words::new(Lang::En));
        match lang {
            Lang::Nl => &NL,
            Lang::En => &EN,
        }
    }

    fn new(lang: Lang) -> Self {
        let texts = Texts::of(lang);
        let fixed = texts.without_arguments().map(|(id, text)| (id, Cell::from_safe_string(html(&text, &[])))).collect();
        let marked = |(id, names): (&'static str, Vec<&'static str>)| {
            let marks: Vec<(&str, Value<'_>)> = names.iter().enumerate().map(|(nr, name)| (*name, Value::from(mark(nr)))).collect();
            let text = texts.get(id, &marks);
            (id, Marked { text, names })
        };
        let marked = texts.with_arguments().map(marked).collect();
        Self { texts, fixed, marked, counted: Mutex::default() }
    }

    /// A message without arguments, as HTML.
    pub(super) fn say(&self, id: &str) -> String {
        match self.fixed.get(id).and_then(Cell::as_str) {
            Some(said) => said.to_owned(),
            None => self.message(id, &[]),
        }
    }

    /// A message as HTML. Texts among the arguments are recorded texts unless they are marked as safe.
    pub(super) fn message(&self, id: &str, args: &[(&str, Cell)]) -> String {
        // A mark stands in place of every text, so that what the message says itself can be told from what was put into it.
        if let Some((text, inserts)) = self.marked.get(id).and_then(|marked| Some((&marked.text, self.inserts(marked, args)?))) {
            return html(text, &inserts);
        }
        if let [(_, value)] = args
            && let Some(number) = value.as_i64().filter(|_| value.is_number())
        {
            return self.counted(id, number, args);
        }
        self.asked(id, args)
    }

    /// A message about one number. Every message calls it by one name, so that its identifier and the number tell which text it is.
    fn counted(&self, id: &str, number: i64, args: &[(&str, Cell)]) -> String {
        // Whoever failed with the lock in hand left whole messages behind.
        let counted = || self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(said) = counted().get(&Counted(id, number)) {
            return said.clone();
        }
        let said = self.asked(id, args);
        let mut counted = counted();
        if counted.len() < COUNTED {
            counted.insert((id.to_owned(), number), said.clone());
        }
        said
    }

    /// A message that Fluent is asked for.
    fn asked(&self, id: &str, args: &[(&str, Cell)]) -> String {
        let mut inserts = Vec::new();
        let mut values = Vec::with_capacity(args.len());
        for (name, value) in args {
            let number = if value.is_number() { value.as_i64() } else { None };
            values.push((
                *name,
                match number {
                    Some(number) => Value::from(number),
                    None => {
                        let mark = mark(inserts.len());
                        inserts.push(self.insert(value));
                        Value::from(mark)
                    }
                },
            ));
        }
        html(&self.texts.get(id, &values), &inserts)
    }

    /// What is put in place of the marks of a message. `None`: an argument is missing, or is a number that Fluent may write in its own way.
    fn inserts<'a>(&self, marked: &Marked, args: &'a [(&str, Cell)]) -> Option<Vec<Cow<'a, str>>> {
        let insert = |name: &&str| {
            let (_, value) = args.iter().find(|(given, _)| given == name)?;
            if !value.is_number() {
                return Some(self.insert(value));
            }
            // Below that bound every whole number has its own float, in which Fluent reckons.
            let number = value.as_i64().filter(|number| number.unsigned_abs() < 1 << 53)?;
            Some(Cow::Owned(self.texts.lang().integer(number.into())))
        };
        marked.names.iter().map(insert).collect()
    }

    /// A text as it is put into a message.
    fn insert<'a>(&self, value: &'a Cell) -> Cow<'a, str> {
        match value.as_str() {
            Some(html) if value.is_safe() => Cow::Borrowed(html),
            Some(text) => Cow::Owned(recorded(text, SHOWN, &self.texts)),
            None => Cow::Owned(recorded(&value.to_string(), SHOWN, &self.texts)),
        }
    }

    /// A message with what a template gives as its arguments.
    fn cell(&self, id: &str, args: &Kwargs) -> Result<Cell, Error> {
        let args = arguments(args)?;
        let fixed = if args.is_empty() { self.fixed.get(id) } else { None };
        Ok(fixed.cloned().unwrap_or_else(|| Cell::from_safe_string(self.message(id, &args))))
    }

    /// A word for an identifier of the model, or the identifier itself where no table has a word for it.
    pub(super) fn word(&self, prefix: &str, id: &str) -> String {
        let message = format!("{prefix}{id}");
        if self.texts.has(&message) { self.say(&message) } else { code(id, &self.texts) }
    }

    /// A muted message that says that there is nothing.
    pub(super) fn none(&self, id: &str) -> Cell {
        Cell::from_safe_string(format!("<span class=\"ne\">{}</span>", self.say(id)))
    }

    /// A lifetime as a rule writes it, in words.
    pub(super) fn lifetime(&self, text: &str) -> Cell {
        Cell::from_safe_string(rule_text(&self.texts.lifetime(text), &self.texts))
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
    fn caption(&self, simulated: bool, nr: &Cell, id: &str, args: &[(&str, Cell)]) -> String {
        // A table between two others has a letter behind its number, which comes from the template.
        let nr = nr.as_str().map_or_else(|| nr.clone(), |text| Cell::from_safe_string(text.to_owned()));
        let text = Cell::from_safe_string(self.message(id, args));
        let caption = self.message("caption", &[("n", nr), ("text", text)]);
        let simulated = if simulated { format!(" <span class=\"sim\">{}</span>", self.say("simulated-line")) } else { String::new() };
        format!("{caption}{simulated}")
    }

    /// A picture with what its signs mean, and the way to the table that holds the same; nothing where there is no picture. It can be scrolled where the
    /// screen is narrower than the picture can be read, so the keyboard must reach it.
    pub(super) fn figure(&self, picture: &str, legend: &str, table: &str, nr: &str) -> Cell {
        if picture.is_empty() {
            return Cell::from_safe_string(String::new());
        }
        let same = self.message("pic-same-as", &[("n", Cell::from_safe_string(nr.to_owned()))]);
        Cell::from_safe_string(format!(
            "\n<figure class=\"picture\" tabindex=\"0\">\n{picture}\n<figcaption>{} <a href=\"#{table}\">{same}</a></figcaption>\n</figure>",
            self.say(legend)
        ))
    }

    /// Rules of CSS that put before each cell the heading of its column, for screens on which the cells of a row stand below each other. `kind`: the
    /// sign before the names of the tables, `#` or `.`; `heads`: the messages in the headings of each table.
    fn narrow(&self, kind: &str, heads: &Cell) -> Result<Cell, Error> {
        let mut out = String::new();
        for table in heads.try_iter()? {
            for (column, nr) in heads.get_item(&table)?.try_iter()?.zip(1..) {
                let said = css_string(&self.texts.get(column.as_str().unwrap_or_default(), &[]));
                let cells = format_args!("{kind}{table} tbody > tr > :nth-child({nr})");
                // Writing into a String cannot fail.
                let _ = write!(out, "\n@media screen and (max-width: 61.99rem) {{ {cells}::before {{ content: {said} }} }}");
            }
        }
        Ok(Cell::from_safe_string(out))
    }

    /// A template in which the messages without arguments stand as they are, so that a page does not ask for each of them again.
    fn put_into(&self, template: &str) -> String {
        const CALL: &str = "{{ t('";
        let mut out = String::with_capacity(2 * template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once(CALL) {
            out.push_str(before);
            let said = after.split_once("') }}").and_then(|(id, behind)| Some((self.fixed.get(id)?.as_str()?, behind)));
            // What the template engine would take for its own, and spaces that it would take away, stay in the call.
            rest = match said.filter(|(said, _)| !said.contains('{') && said.trim().len() == said.len()) {
                Some((said, behind)) => {
                    out.push_str(said);
                    behind
                }
                None => {
                    out.push_str(CALL);
                    after
                }
            };
        }
        out + rest
    }
}

/// Identifier of a message and a number, borrowed.
#[derive(Hash)]
struct Counted<'a>(&'a str, i64);

impl Equivalent<(String, i64)> for Counted<'_> {
    fn equivalent(&self, key: &(String, i64)) -> bool {
        self.0 == key.0 && self.1 == key.1
    }
}

/// The mark of an insert. No message has as many as there are marks.
fn mark(nr: usize) -> String {
    u32::try_from(nr).ok().and_then(|nr| char::from_u32(0xE000 + nr)).unwrap_or('\u{e000}').to_string()
}

/// A message as HTML: what stands between grave accents is code, and each mark gives way to the insert of its number.
fn html(text: &str, inserts: &[Cow<'_, str>]) -> String {
    let mut out = String::with_capacity(text.len() + 32 + inserts.iter().map(|insert| insert.len()).sum::<usize>());
    let mut code = false;
    let mut rest = text;
    // Marks begin with the byte EE; the other bytes are characters of their own.
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'`' | b'&' | b'<' | b'>' | b'"' | b'\'' | 0xEE)) {
        let (plain, behind) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = behind.chars();
        match characters.next() {
            Some('`') => {
                out.push_str(if code { "</code>" } else { "<code>" });
                code = !code;
            }
            Some(mark @ '\u{e000}'..='\u{e0ff}') => {
                out.extend(inserts.get(mark as usize - 0xE000).map(AsRef::as_ref));
            }
            Some(character) => escaped(&mut out, character),
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out
}

fn arguments(args: &Kwargs) -> Result<Vec<(&str, Cell)>, Error> {
    args.args().map(|name| Ok((name, args.peek::<Cell>(name)?))).collect()
}

/// The templates with the words of `lang`. What belongs to one page comes with its context.
pub(super) fn environment(lang: Lang) -> Result<&'static Environment<'static>, Error> {
    static NL: OnceLock<Environment<'static>> = OnceLock::new();
    static EN: OnceLock<Environment<'static>> = OnceLock::new();
    let made = match lang {
        Lang::Nl => &NL,
        Lang::En => &EN,
    };
    match made.get() {
        Some(made) => Ok(made),
        None => {
            let new = with_templates(Words::of(lang))?;
            Ok(made.get_or_init(|| new))
        }
    }
}

fn with_templates(words: &'static Words) -> Result<Environment<'static>, Error> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    // The last line of defence: a text that reaches the page without any filter is harmless all the same, also inside an attribute.
    env.set_formatter(move |out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => Ok(out.write_str(&shown(text, SHOWN_OF_RULES, &words.texts, false))?),
        _ => minijinja::escape_formatter(out, state, value),
    });
    // Recorded texts. A missing one is said to be missing.
    let on_texts = move |value: &Cell, show: &dyn Fn(&str, &Texts) -> String| match value.as_str() {
        Some(text) => Cell::from_safe_string(show(text, &words.texts)),
        None => words.none("not-recorded"),
    };
    env.add_filter("rec", move |value: &Cell, most: Option<usize>| {
        on_texts(value, &|text, texts| recorded(text, most.unwrap_or(SHOWN), texts))
    });
    env.add_filter("tag", move |value: &Cell, most: Option<usize>| {
        on_texts(value, &|text, texts| format!("<code>{}</code>", recorded(text, most.unwrap_or(SHOWN), texts)))
    });
    env.add_filter("code", move |value: &Cell| on_texts(value, &code));
    env.add_filter("reference", move |value: &Cell| on_texts(value, &reference));
    env.add_filter("names", move |value: &Cell, most: usize| words.names(value, most));
    env.add_filter("moment", move |value: &Cell| words.moment(value.as_str()));
    let lang = words.texts.lang();
    env.add_filter("days", move |value: &str| lang.decimal(value));
    env.add_filter("num", move |value: &Cell| {
        i128::try_from(value.clone())
            .map(|number| lang.integer(number))
            .map_err(|_| Error::new(ErrorKind::InvalidOperation, "num: not a whole number"))
    });
    // Words.
    env.add_function("t", move |id: &str, args: Kwargs| words.cell(id, &args));
    env.add_function("word", move |prefix: &str, id: &str| Cell::from_safe_string(words.word(prefix, id)));
    env.add_function("gap", move |kind: &str, count: u64| {
        let id = format!("gap-{kind}");
        Cell::from_safe_string(words.message(if words.texts.has(&id) { &id } else { "gap-other" }, &[("n", Cell::from(count))]))
    });
    env.add_function("caption", move |state: &State<'_, '_>, nr: &Cell, id: &str, args: Kwargs| -> Result<Cell, Error> {
        // A page whose context does not say whether the recording is simulated must not pass for one that is not.
        let missing = || Error::new(ErrorKind::UndefinedError, "caption: the context does not say `simulated`");
        let simulated = state.lookup("simulated").ok_or_else(missing)?.is_true();
        Ok(Cell::from_safe_string(words.caption(simulated, nr, id, &arguments(&args)?)))
    });
    env.add_function("figure", move |picture: &str, legend: &str, table: &str, nr: &str| words.figure(picture, legend, table, nr));
    env.add_function("css_t", move |id: &str| Cell::from_safe_string(css_string(&words.texts.get(id, &[]))));
    env.add_function("narrow", move |kind: &str, heads: &Cell| words.narrow(kind, heads));
    for (name, template) in TEMPLATES {
        env.add_template_owned(name, words.put_into(template))?;
    }
    Ok(env)
}
