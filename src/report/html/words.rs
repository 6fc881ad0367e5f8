//! What all pages of one language have in common: its messages as HTML. Never holds anything about a recording: that comes with the context of each page.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use hashbrown::{Equivalent, HashMap};
use minijinja::{
    Error,
    value::{Kwargs, Value as Cell},
};

use super::super::text::{Lang, Texts, Value};
use super::{SHOWN, code, css_string, escaped, recorded, rule_text};

/// The messages of a language as HTML.
pub(super) struct Words {
    pub(super) texts: Arc<Texts>,
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
    pub(super) fn of(lang: Lang) -> Arc<Self> {
        static NL: LazyLock<Arc<Words>> = LazyLock::new(|| Arc::new(Words::new(Texts::of(Lang::Nl))));
        static EN: LazyLock<Arc<Words>> = LazyLock::new(|| Arc::new(Words::new(Texts::of(Lang::En))));
        match lang {
            Lang::Nl => NL.clone(),
            Lang::En => EN.clone(),
        }
    }

    /// The words that these texts are.
    pub(super) fn new(texts: Texts) -> Self {
        let fixed = texts.without_arguments().map(|(id, text)| (id, Cell::from_safe_string(html(&text, &[])))).collect();
        let marked = |(id, names): (&'static str, Vec<&'static str>)| {
            let marks: Vec<(&str, Value<'_>)> = names.iter().enumerate().map(|(nr, name)| (*name, Value::from(mark(nr)))).collect();
            let text = texts.get(id, &marks);
            (id, Marked { text, names })
        };
        let marked = texts.with_arguments().map(marked).collect();
        Self { texts: Arc::new(texts), fixed, marked, counted: Mutex::default() }
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
    pub(super) fn cell(&self, id: &str, args: &Kwargs) -> Result<Cell, Error> {
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

    /// A point in time in words, or that it was not recorded.
    pub(super) fn moment(&self, time: Option<&str>) -> Cell {
        let Some(time) = time else { return self.none("not-recorded") };
        let words = self.texts.moment(time);
        // What is not a time came back as it was.
        Cell::from_safe_string(if words == time {
            recorded(time, SHOWN, &self.texts)
        } else {
            format!("<time datetime=\"{time}\">{words} UTC</time>")
        })
    }

    pub(super) fn names(&self, list: &Cell, most: usize) -> Result<Cell, Error> {
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

    /// A table may be copied out of the page, so its caption carries what holds for the whole page. `kind`: the message that puts number and text together.
    pub(super) fn caption(&self, simulated: bool, kind: &str, nr: &Cell, id: &str, args: &[(&str, Cell)]) -> String {
        // A table between two others has a letter behind its number, which comes from the template.
        let nr = nr.as_str().map_or_else(|| nr.clone(), |text| Cell::from_safe_string(text.to_owned()));
        let text = Cell::from_safe_string(self.message(id, args));
        let caption = self.message(kind, &[("n", nr), ("text", text)]);
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
    pub(super) fn narrow(&self, kind: &str, heads: &Cell) -> Result<Cell, Error> {
        labelled(kind, heads, |message| self.texts.get(message, &[]))
    }

    /// The same for tables whose headings are no messages. `heads`: their texts.
    pub(super) fn narrow_said(kind: &str, heads: &Cell) -> Result<Cell, Error> {
        labelled(kind, heads, ToOwned::to_owned)
    }

    /// A template in which the messages without arguments stand as they are, so that a page does not ask for each of them again.
    pub(super) fn put_into(&self, template: &str) -> String {
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

/// A table names the headings of its columns once, and its cells show that of their place. A rule for each column of each table would be held against each cell of
/// the page: with some 350 of them that was most of what a browser did before it showed a page.
fn labelled(kind: &str, heads: &Cell, said: impl Fn(&str) -> String) -> Result<Cell, Error> {
    let (mut rules, mut most) = (String::new(), 0);
    for table in heads.try_iter()? {
        // Writing into a String cannot fail; the same holds below.
        let _ = write!(rules, "\n  {kind}{table} {{");
        for (column, nr) in heads.get_item(&table)?.try_iter()?.zip(1..) {
            let _ = write!(rules, " --c{nr}: {};", css_string(&said(column.as_str().unwrap_or_default())));
            most = most.max(nr);
        }
        rules.push_str(" }");
    }
    let mut cells = String::new();
    for nr in 1..=most {
        let _ = write!(cells, "\n  .data tbody > tr > :nth-child({nr})::before {{ content: var(--c{nr}) }}");
    }
    Ok(Cell::from_safe_string(format!("\n@media screen and (max-width: 61.99rem) {{{rules}{cells}\n}}")))
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

pub(super) fn arguments(args: &Kwargs) -> Result<Vec<(&str, Cell)>, Error> {
    args.args().map(|name| Ok((name, args.peek::<Cell>(name)?))).collect()
}
