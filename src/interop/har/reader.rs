//! Walks the text of a HAR file: the few levels above the entries by hand, every value below them by `serde_json`.

use std::io::Read;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::schema::{List, RawEntry, RawExtension, RawPage, RawProgram, Text};
use super::{Contents, Options, convert, extension, mend};
use crate::interop::window::Window;
use crate::interop::wrapping::unwrap;
use crate::interop::{ImportError, Imported};
use crate::model::{Anomaly, Exchange, Gap, GapKind, Page, Timestamp};

/// How far ahead text is looked at to mend it. Beyond that a broken file would be held in memory whole.
const MEND_CEILING: usize = 64 << 20;

pub(super) fn read<'a>(
    source: impl Read + 'a,
    options: Options,
    each: &mut dyn FnMut(Imported) -> std::io::Result<()>,
) -> Result<Contents, ImportError> {
    let unwrapped = unwrap(source)?;
    let wrapping = unwrapped.wrappings.first().copied();
    let window = Window::new(unwrapped.reader, wrapping, options.max_entry_bytes);
    let contents = Contents { format: "har", wrappings: unwrapped.wrappings, ..Contents::default() };
    let progress = Progress { elements: 0, not_entries: 0, last_start: Timestamp::from_nanoseconds(0) };
    let mut reader = Reader { window, contents, each, progress, has_log: false, partial: options.partial };
    let outcome = reader.document();
    let length = reader.window.offset() + reader.window.unread().len() as u64;
    let mut gap = |kind, count| reader.contents.gaps.push(Gap { kind, since: None, entries: Vec::new(), count });
    match outcome {
        Err(ImportError::CutOff { .. } | ImportError::Unpack { .. }) if options.partial && reader.has_log => {
            gap(GapKind::CutOff, length - reader.window.offset());
        }
        outcome => outcome?,
    }
    if reader.progress.not_entries > 0 {
        gap(GapKind::NotAnEntry, reader.progress.not_entries);
    }
    reader.contents.elements = reader.progress.elements;
    reader.contents.text_bytes = length;
    Ok(reader.contents)
}

struct Reader<'a, 'e> {
    window: Window<'a>,
    contents: Contents,
    each: Each<'e>,
    progress: Progress,
    has_log: bool,
    partial: bool,
}

type Each<'e> = &'e mut dyn FnMut(Imported) -> std::io::Result<()>;

/// Why taking entries from memory stopped.
enum Stop {
    /// The list is at its end.
    End,
    /// The next entry is not whole in memory.
    NeedsMore,
    /// The next entry does not parse.
    Odd,
}

/// Text after a fault in UTF-8 is not looked at here; the entry that holds the fault is mended on its own.
fn needs_more(faulty: bool) -> Stop {
    if faulty { Stop::Odd } else { Stop::NeedsMore }
}

fn blanks(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
}

/// How far the list of entries was read.
struct Progress {
    elements: u64,
    not_entries: u64,
    last_start: Timestamp,
}

impl Progress {
    /// Numbers an element of the list and hands it on, if it is an entry.
    fn take(&mut self, exchange: Option<Exchange>, mended: bool, each: Each<'_>) -> Result<(), ImportError> {
        self.elements += 1;
        let number = self.elements;
        let Some(mut exchange) = exchange else {
            self.not_entries += 1;
            return Ok(());
        };
        if mended {
            exchange.anomalies.push(Anomaly::MendedText);
        }
        self.last_start = exchange.started.unwrap_or(self.last_start);
        let imported = Imported { number, order: self.last_start, exchange };
        each(imported).map_err(|cause| ImportError::Keep { number, cause })
    }
}

/// What came of an attempt to parse a value at the start of a text: the value and the bytes it took.
type Attempt<R> = Option<serde_json::Result<(R, usize)>>;

/// Parses the value at the start of `text` and hands it to `with` while the text is at hand.
fn next<'t, T: Deserialize<'t>, R>(text: &'t [u8], with: impl FnOnce(T) -> R) -> Attempt<R> {
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<T>();
    let value = values.next()?;
    Some(value.map(|value| (with(value), values.byte_offset())))
}

type Member<'m, 'a, 'e> = &'m mut dyn FnMut(&mut Reader<'a, 'e>, &str) -> Result<(), ImportError>;

impl<'a, 'e> Reader<'a, 'e> {
    /// The whole text: a JSON object, perhaps behind a byte order mark, perhaps as the argument of a JSONP call.
    fn document(&mut self) -> Result<(), ImportError> {
        self.window.more()?;
        if self.window.unread().starts_with(&[0xef, 0xbb, 0xbf]) {
            self.window.consume(3);
            self.contents.wrappings.push("bom");
        }
        let jsonp = self.jsonp_prefix()?;
        match self.window.peek()? {
            None => return Err(ImportError::Empty),
            Some(b'{') => {}
            Some(b'[') => return Err(ImportError::NotHar { found: "a list".into() }),
            Some(_) => {
                let head = String::from_utf8_lossy(&self.window.unread()[..self.window.unread().len().min(24)]);
                return Err(ImportError::Unknown { found: format!("it begins with {head:?}") });
            }
        }
        let mut names = Vec::new();
        self.object(&mut |reader, name| {
            if name != "log" {
                if names.len() < 8 {
                    names.push(name.to_owned());
                }
                return reader.skip_value();
            }
            if reader.window.peek()? != Some(b'{') {
                // Read on: if the text is not even JSON, that is what the operator must know.
                names.clear();
                names.push("log (no object)".to_owned());
                return reader.skip_value();
            }
            reader.has_log = true;
            reader.object(&mut |reader, name| reader.log_member(name))
        })?;
        if !self.has_log {
            return Err(ImportError::NotHar { found: describe(&names) });
        }
        self.end_of_text(jsonp)
    }

    /// `name({…});` as PhantomJS and HAR Viewer write it.
    fn jsonp_prefix(&mut self) -> Result<bool, ImportError> {
        self.window.peek()?;
        let head = &self.window.unread()[..self.window.unread().len().min(256)];
        let name = head.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.')).count();
        let blank = head[name..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if name == 0 || head.get(name + blank) != Some(&b'(') {
            return Ok(false);
        }
        self.window.consume(name + blank + 1);
        self.contents.wrappings.push("jsonp");
        Ok(true)
    }

    fn end_of_text(&mut self, jsonp: bool) -> Result<(), ImportError> {
        for byte in if jsonp { &b");"[..] } else { &b""[..] } {
            if self.window.peek()? == Some(*byte) {
                self.window.consume(1);
            }
        }
        match self.window.peek()? {
            None => Ok(()),
            Some(_) => Err(self.json_error(0, "there is text after the end of the recording")),
        }
    }

    fn log_member(&mut self, name: &str) -> Result<(), ImportError> {
        match name {
            "entries" => {
                if self.window.peek()? != Some(b'[') {
                    return Err(ImportError::NotHar { found: "its member \"entries\" is no list".into() });
                }
                self.entries()?;
            }
            "pages" => {
                let page = |page: RawPage<'_>| Page {
                    id: page.id.as_str().to_owned(),
                    title: if page.own.title.0.is_some() { page.own.title.as_str() } else { page.title.as_str() }.to_owned(),
                    started: extension::started(&page),
                };
                let is_page = |page: &RawPage<'_>| page.present && page.own.made.0 != Some(true);
                let pages = self.value(|text| {
                    next(text, |pages: List<RawPage<'_>>| pages.0.into_iter().filter(is_page).map(page).collect::<Vec<_>>())
                })?;
                self.contents.session.pages.extend(pages.0);
            }
            "creator" => self.contents.session.creator = self.program()?,
            "browser" => self.contents.session.browser = self.program()?,
            "version" => self.contents.session.format_version = self.text()?,
            "comment" => self.contents.session.comment = self.text()?,
            "_dataspoor" => {
                let own = |own: RawExtension<'_>| {
                    let text = |text: &Text<'_>| text.some().map(str::to_owned);
                    (
                        own.simulated.0 == Some(true),
                        text(&own.scenario),
                        text(&own.baseline),
                        extension::gaps(own.gaps),
                        extension::marks(own.marks),
                    )
                };
                let (simulated, scenario, baseline, gaps, marks) = self.value(|text| next(text, own))?.0;
                let session = &mut self.contents.session;
                session.simulated |= simulated;
                (session.scenario, session.baseline) = (scenario, baseline);
                session.marks.extend(marks);
                self.contents.gaps.extend(gaps);
            }
            _ => self.skip_value()?,
        }
        Ok(())
    }

    fn text(&mut self) -> Result<Option<String>, ImportError> {
        Ok(self.value(|text| next(text, |text: Text<'_>| text.some().map(str::to_owned)))?.0)
    }

    fn program(&mut self) -> Result<Option<String>, ImportError> {
        let join = |program: RawProgram<'_>| {
            let words: Vec<&str> = [program.name.some(), program.version.some()].into_iter().flatten().collect();
            (!words.is_empty()).then(|| words.join(" "))
        };
        Ok(self.value(|text| next(text, join))?.0)
    }

    /// The list of entries: each is parsed from its own place in memory and handed on before the next is looked at.
    fn entries(&mut self) -> Result<(), ImportError> {
        self.window.consume(1);
        let mut first = true;
        loop {
            let (taken, stop) = self.entries_in_memory(&mut first)?;
            self.window.consume(taken);
            self.window.shrink();
            match stop {
                Stop::End => return Ok(()),
                Stop::Odd => {
                    self.odd_entry()?;
                    first = false;
                }
                Stop::NeedsMore if self.window.ended() => return Err(self.cut_off(self.window.unread().len())),
                Stop::NeedsMore => self.window.more()?,
            }
        }
    }

    /// Takes as many whole entries as are in memory. Says how many bytes they took and why it stopped.
    ///
    /// The text in memory is checked for UTF-8 once, which is a third cheaper than letting the parser check every string.
    fn entries_in_memory(&mut self, first: &mut bool) -> Result<(usize, Stop), ImportError> {
        let unread = self.window.unread();
        let text = match std::str::from_utf8(unread) {
            Ok(text) => text,
            // Where the fault is comes up again, at the entry that holds it.
            Err(fault) => std::str::from_utf8(&unread[..fault.valid_up_to()]).unwrap_or_default(),
        };
        let faulty = text.len() < unread.len();
        let mut at = 0;
        loop {
            at += blanks(&text[at..]);
            match text.as_bytes().get(at) {
                Some(b']') => return Ok((at + 1, Stop::End)),
                Some(b',') if !*first => {
                    let next = at + 1 + blanks(&text[at + 1..]);
                    match text.as_bytes().get(next) {
                        None => return Ok((at, needs_more(faulty))),
                        Some(b']' | b',') => return Err(self.json_error(next, "expected an entry after the comma")),
                        Some(_) => at = next,
                    }
                }
                Some(_) if *first => {}
                Some(_) => return Err(self.json_error(at, "expected a comma or the end of the list of entries")),
                None => return Ok((at, needs_more(faulty))),
            }
            let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<RawEntry<'_>>();
            match values.next() {
                Some(Ok(_)) if !self.window.ended() && may_go_on(text.as_bytes(), at + values.byte_offset()) => {
                    return Ok((self.before_comma(at, *first), needs_more(faulty)));
                }
                Some(Ok(entry)) => {
                    let exchange = entry.present.then(|| convert::exchange(entry));
                    at += values.byte_offset();
                    *first = false;
                    self.progress.take(exchange, false, &mut *self.each)?;
                }
                Some(Err(error)) if error.is_eof() => return Ok((self.before_comma(at, *first), needs_more(faulty))),
                Some(Err(_)) => return Ok((self.before_comma(at, *first), Stop::Odd)),
                None => return Ok((at, needs_more(faulty))),
            }
        }
    }

    /// The place to go on from: with the comma before an entry still unread, so that it is asked for again.
    fn before_comma(&self, at: usize, first: bool) -> usize {
        if first { at } else { memchr::memrchr(b',', &self.window.unread()[..at]).unwrap_or(at) }
    }

    /// An entry that cannot be parsed as it stands: mended, if it can be.
    fn odd_entry(&mut self) -> Result<(), ImportError> {
        if self.window.peek()? == Some(b',') {
            self.window.consume(1);
            self.window.peek()?;
        }
        let convert = |entry: RawEntry<'_>| entry.present.then(|| convert::exchange(entry));
        let (exchange, mended) = self.value(|text| next(text, convert))?;
        self.progress.take(exchange, mended, &mut *self.each)
    }

    /// The members of the object that begins here. `each` is called at the value of every member and must consume it.
    fn object(&mut self, each: Member<'_, 'a, 'e>) -> Result<(), ImportError> {
        self.window.consume(1);
        let mut first = true;
        loop {
            match self.window.peek()? {
                Some(b'}') => {
                    self.window.consume(1);
                    return Ok(());
                }
                Some(b',') if !first => {
                    self.window.consume(1);
                    self.window.peek()?;
                }
                Some(_) if first => {}
                Some(_) => return Err(self.json_error(0, "expected a comma or the end of the object")),
                None => return Err(self.cut_off(0)),
            }
            first = false;
            if self.window.peek()?.is_some_and(|byte| byte != b'"') {
                return Err(self.json_error(0, "expected a member name in quotation marks"));
            }
            let (name, _) = self.value(|text| next(text, |name: Text<'_>| name.as_str().to_owned()))?;
            match self.window.peek()? {
                Some(b':') => self.window.consume(1),
                Some(_) => return Err(self.json_error(0, "expected a colon after the member name")),
                None => return Err(self.cut_off(0)),
            }
            if self.window.peek()?.is_none() {
                return Err(self.cut_off(0));
            }
            each(self, &name)?;
        }
    }

    fn skip_value(&mut self) -> Result<(), ImportError> {
        self.value(|text| next(text, |IgnoredAny| ()))?;
        Ok(())
    }

    /// The value that begins here, by `parse`, and whether its text had to be mended first.
    fn value<R>(&mut self, parse: impl Fn(&[u8]) -> Attempt<R>) -> Result<(R, bool), ImportError> {
        loop {
            match parse(self.window.unread()) {
                Some(Ok((value, used))) if self.window.ended() || !may_go_on(self.window.unread(), used) => {
                    self.window.consume(used);
                    return Ok((value, false));
                }
                // A number that reaches the end of what is in memory may have more digits.
                Some(Ok(_)) => {}
                Some(Err(error)) if !error.is_eof() => return self.mended_value(&error, parse),
                Some(Err(_)) | None if self.window.ended() => return Err(self.cut_off(self.window.unread().len())),
                Some(Err(_)) | None => {}
            }
            self.window.more()?;
        }
    }

    /// The same after mending what `serde_json` refuses but tools write: invalid UTF-8, halves of surrogate pairs, raw control characters,
    /// NaN. The rest of the file must not suffer for one such entry.
    fn mended_value<R>(&mut self, error: &serde_json::Error, parse: impl Fn(&[u8]) -> Attempt<R>) -> Result<(R, bool), ImportError> {
        let at = byte_of(self.window.unread(), error);
        let cause = error.to_string();
        let cause = cause.split(" at line ").next().unwrap_or_default().to_owned();
        loop {
            if let Some(length) = mend::value_length(self.window.unread()) {
                let mended = mend::mended(&self.window.unread()[..length]);
                return match parse(&mended) {
                    Some(Ok((value, _))) => {
                        self.window.consume(length);
                        Ok((value, true))
                    }
                    _ => Err(self.json_error(at, &cause)),
                };
            }
            if self.window.ended() || self.window.unread().len() > MEND_CEILING {
                // To somebody who wants what is whole, it does not matter what else is wrong with the entry that is not.
                return Err(if self.partial { self.cut_off(self.window.unread().len()) } else { self.json_error(at, &cause) });
            }
            self.window.more()?;
        }
    }

    fn json_error(&self, ahead: usize, cause: &str) -> ImportError {
        let (line, column, offset) = self.window.place(ahead);
        ImportError::Json { line, column, offset, cause: cause.to_owned() }
    }

    fn cut_off(&self, ahead: usize) -> ImportError {
        let (line, column, offset) = self.window.place(ahead);
        ImportError::CutOff { line, column, offset, entries: self.progress.elements }
    }
}

/// Whether the value that ends at `end` is a number at the very end of `text`.
fn may_go_on(text: &[u8], end: usize) -> bool {
    end == text.len() && text.last().is_some_and(u8::is_ascii_digit)
}

/// What an object without `log` looks like, for the operator.
fn describe(names: &[String]) -> String {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    match names {
        [] => "an empty object".to_owned(),
        _ if has("request") && (has("response") || has("startedDateTime")) => "a single entry without the recording around it; wrap it as \
             {\"log\": {\"entries\": [ … ]}} or export the whole session"
            .to_owned(),
        names => {
            let names: Vec<String> = names.iter().map(|name| name.escape_debug().to_string()).collect();
            format!("an object with the members {}", names.join(", "))
        }
    }
}

/// The byte of `text` at which `error` says that it stopped.
fn byte_of(text: &[u8], error: &serde_json::Error) -> usize {
    let line_start = match error.line() {
        0 | 1 => 0,
        line => memchr::memchr_iter(b'\n', text).nth(line - 2).map_or(0, |at| at + 1),
    };
    (line_start + error.column().saturating_sub(1)).min(text.len())
}
