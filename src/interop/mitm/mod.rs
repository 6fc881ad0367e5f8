//! Flow files of mitmproxy: one typed netstring for each flow, one behind the other, read as a stream with one flow in memory at a time.

mod convert;
mod held;
mod link;
#[cfg(test)]
mod tests;
mod tnetstring;
mod version;

use std::collections::BTreeSet;
use std::io::Read;

use self::held::{Held, Waiting};
use self::tnetstring::{Fields, LONGEST_LENGTH, Value};
use self::version::{NEWEST, Version};
use super::window::Window;
use super::wrapping::unwrap;
use super::{Contents, ImportError, Imported, Options};
use crate::model::{Gap, GapKind, Message, NotCarried, Outcome, Timestamp};

/// How many entries a gap names.
const NAMED: usize = 10;

/// Whether a recording that begins with `head` is a flow file: a length, and inside of it the length of a first name.
#[must_use]
pub fn recognises(head: &[u8]) -> bool {
    let Ok(Some((start, _))) = tnetstring::announced(head) else { return false };
    matches!(tnetstring::announced(&head[start..]), Ok(Some(_)))
}

/// Reads a flow file from `source` and hands every exchange to `each`. An exchange has the number of its flow in the file; one that waits for the messages
/// of its WebSocket may come after later ones.
///
/// # Errors
///
/// Says where the bytes stop being flows, or which version of the format is not read. What was handed to `each` before stays valid.
pub fn read<'a>(
    source: impl Read + 'a,
    options: Options,
    each: &mut dyn FnMut(Imported) -> std::io::Result<()>,
) -> Result<Contents, ImportError> {
    let unwrapped = unwrap(source)?;
    let wrapping = unwrapped.wrappings.first().copied();
    let mut window = Window::new(unwrapped.reader, wrapping, options.max_entry_bytes);
    let mut reader = Reader {
        each,
        contents: Contents { format: "mitmproxy-flows", wrappings: unwrapped.wrappings, ..Contents::default() },
        versions: BTreeSet::new(),
        last_start: Timestamp::from_nanoseconds(0),
        held: Held::default(),
        changed: Count::default(),
        replayed: Count::default(),
        not_entries: 0,
        other_flows: 0,
        proxied: false,
    };
    let outcome = reader.flows(&mut window, options.max_entry_bytes);
    let length = window.offset() + window.unread().len() as u64;
    match outcome {
        Err(ImportError::FlowsCutOff { .. } | ImportError::Unpack { .. }) if options.partial && reader.contents.elements > 0 => {
            reader.gap(GapKind::CutOff, length - window.offset());
        }
        outcome => outcome?,
    }
    reader.contents.text_bytes = length;
    reader.finish()
}

/// Entries that something is to be said of: the first of them, and how many there are.
#[derive(Default)]
struct Count {
    entries: Vec<u64>,
    count: u64,
}

impl Count {
    fn add(&mut self, number: u64) {
        self.count += 1;
        if self.entries.len() < NAMED {
            self.entries.push(number);
        }
    }
}

struct Reader<'e> {
    each: &'e mut dyn FnMut(Imported) -> std::io::Result<()>,
    contents: Contents,
    versions: BTreeSet<String>,
    last_start: Timestamp,
    held: Held,
    changed: Count,
    replayed: Count,
    not_entries: u64,
    other_flows: u64,
    proxied: bool,
}

impl Reader<'_> {
    /// Every flow from its own place in memory.
    fn flows(&mut self, window: &mut Window<'_>, ceiling: u64) -> Result<(), ImportError> {
        while let Some(length) = self.whole_flow(window, ceiling)? {
            let began = window.offset();
            let fault = |fault: tnetstring::Fault| ImportError::Flows { offset: began + fault.at as u64, cause: fault.what };
            let value = tnetstring::value(&window.unread()[..length]).map_err(fault)?;
            self.flow(value.fields(), began, length)?;
            window.consume(length);
            window.shrink();
        }
        Ok(())
    }

    /// Reads until the next flow is in memory whole, and says how long it is. `None`: the file ends before it.
    fn whole_flow(&self, window: &mut Window<'_>, ceiling: u64) -> Result<Option<usize>, ImportError> {
        let offset = window.offset();
        let cut_off = |window: &Window<'_>| ImportError::FlowsCutOff {
            offset: offset + window.unread().len() as u64,
            began: offset,
            flows: self.contents.elements,
        };
        let (start, payload) = loop {
            let fault = |fault: tnetstring::Fault| ImportError::Flows { offset: offset + fault.at as u64, cause: fault.what };
            match tnetstring::announced(window.unread()).map_err(fault)? {
                Some(announced) => break announced,
                None if window.ended() && window.unread().is_empty() => return Ok(None),
                None if window.ended() => return Err(cut_off(window)),
                None => window.more()?,
            }
        };
        debug_assert!(start <= LONGEST_LENGTH + 1);
        let length = start as u64 + payload + 1;
        let whole = usize::try_from(length).ok().filter(|_| length <= ceiling).ok_or(ImportError::TooLarge { offset, ceiling })?;
        while window.unread().len() < whole {
            if window.ended() {
                return Err(cut_off(window));
            }
            window.more()?;
        }
        Ok(Some(whole))
    }

    /// Reads one flow.
    fn flow(&mut self, flow: Fields<'_, '_>, offset: u64, length: usize) -> Result<(), ImportError> {
        let number = self.contents.elements + 1;
        let refused = |version, remedy| ImportError::FlowVersion { flow: number, offset, version, remedy };
        match version::version(flow) {
            Version::Read(version) => _ = self.versions.insert(version),
            Version::Older(version) => {
                let remedy = "it reads 0.11 to 21; open the file in a version of mitmproxy that reads it and saves a newer format, and save it there";
                return Err(refused(version, remedy.to_owned()));
            }
            Version::Newer(version) => {
                let remedy = format!(
                    "the newest it reads is {NEWEST}; please update dataspoor, or save the flows in mitmproxy as HAR (command save.har)"
                );
                return Err(refused(version, remedy));
            }
            Version::Missing => return Err(ImportError::Flows { offset, cause: "this is no flow, it has no version" }),
        }
        self.contents.elements = number;
        match flow.text(&["type"]) {
            Some(b"http") => self.http(flow, number, length),
            Some(b"websocket") => self.messages_of_a_handshake(flow),
            // TCP, UDP, DNS, and what there may be.
            _ => {
                self.other_flows += 1;
                Ok(())
            }
        }
    }

    fn http(&mut self, flow: Fields<'_, '_>, number: u64, length: usize) -> Result<(), ImportError> {
        let method = flow.of("request").text(&["method"]);
        if method.is_some_and(|method| method.eq_ignore_ascii_case(b"CONNECT")) {
            // What went through the tunnel has flows of its own.
            self.other_flows += 1;
            return Ok(());
        }
        let Some(converted) = convert::exchange(flow) else {
            self.not_entries += 1;
            return Ok(());
        };
        let id = flow.text(&["id"]).unwrap_or_default();
        // mitmproxy shows the handshake of an old file a second time, with its messages, and says so.
        if let Some(handshake) = flow.of("metadata").get("duplicated").and_then(|_| self.held.take(id)) {
            return self.with_messages(handshake, converted.exchange.messages, converted.changed);
        }
        self.proxied |= converted.proxied;
        if converted.changed {
            self.changed.add(number);
        }
        if converted.replayed {
            self.replayed.add(number);
        }
        let exchange = converted.exchange;
        self.last_start = exchange.started.unwrap_or(self.last_start);
        let imported = Imported { number, order: self.last_start, exchange };
        if !matches!(imported.exchange.outcome, Outcome::Switched(_)) || flow.get("websocket").is_some() {
            return self.keep(imported);
        }
        // Its messages may follow in a flow of their own.
        let waiting = Waiting { id: id.to_vec(), imported, bytes: length, changed: converted.changed };
        for imported in self.held.hold(waiting) {
            self.keep_without_messages(imported)?;
        }
        Ok(())
    }

    /// To version 11 the messages of a WebSocket are a flow of their own.
    fn messages_of_a_handshake(&mut self, flow: Fields<'_, '_>) -> Result<(), ImportError> {
        let id = flow.of("metadata").text(&["websocket_handshake"]).unwrap_or_default();
        let Some(handshake) = self.held.take(id) else {
            self.other_flows += 1;
            return Ok(());
        };
        let changed = flow.get("intercepted").is_some_and(Value::is_true) || convert::has_changed_messages(flow);
        self.with_messages(handshake, convert::messages(flow), changed)
    }

    /// Hands on a handshake that waited for `messages`.
    fn with_messages(&mut self, handshake: Waiting, messages: Vec<Message>, changed: bool) -> Result<(), ImportError> {
        let mut imported = handshake.imported;
        if changed && !handshake.changed {
            self.changed.add(imported.number);
        }
        imported.exchange.messages = messages;
        self.keep(imported)
    }

    fn keep_without_messages(&mut self, mut imported: Imported) -> Result<(), ImportError> {
        imported.exchange.not_carried.add(NotCarried::MESSAGES);
        self.keep(imported)
    }

    fn keep(&mut self, imported: Imported) -> Result<(), ImportError> {
        let number = imported.number;
        (self.each)(imported).map_err(|cause| ImportError::Keep { number, cause })
    }

    fn gap(&mut self, kind: GapKind, count: u64) {
        if count > 0 {
            self.contents.gaps.push(Gap { kind, since: None, entries: Vec::new(), count });
        }
    }

    /// Hands on what still waits, and says what the file does not show.
    fn finish(mut self) -> Result<Contents, ImportError> {
        for imported in std::mem::take(&mut self.held).into_rest() {
            self.keep_without_messages(imported)?;
        }
        self.gap(GapKind::NotAnEntry, self.not_entries);
        self.gap(GapKind::OtherFlows, self.other_flows);
        self.gap(GapKind::UpstreamProxy, u64::from(self.proxied));
        // mitmproxy is a proxy.
        self.gap(GapKind::BrowserStorage, 1);
        for (kind, Count { entries, count }) in [(GapKind::ChangedByHand, self.changed), (GapKind::SentByTool, self.replayed)] {
            if count > 0 {
                self.contents.gaps.push(Gap { kind, since: None, entries, count });
            }
        }
        let versions: Vec<String> = self.versions.into_iter().collect();
        self.contents.session.format_version = (!versions.is_empty()).then(|| versions.join(", "));
        Ok(self.contents)
    }
}
