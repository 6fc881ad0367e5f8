//! A request on its way to a server of HTTP/1.1, by whichever engine: its fields and its start line as they go on, each difference noted as an
//! exact change. It sends nothing.

use super::exchange::Asked;
use super::forwarding::{self, Onward};
use super::journal::Journal;
use super::target::Meant;
use crate::model::{Change, ChangeKind, Headers, Side};

/// The fields of a request as they go on over HTTP/1.1. Notes what that changes, and the version. `upgrade`: it asks for a switch of protocols.
pub(super) fn fields(asked: &Asked, meant: &Meant, upgrade: bool, journal: &Journal) -> Headers {
    let length = asked.body.length();
    let onward = Onward {
        http2: false,
        upgrade,
        host: &meant.host,
        absolute: meant.absolute,
        unknown_length: length.is_none() && asked.fields.first("content-length").is_none(),
        no_body: asked.version == "HTTP/2" && length == Some(0) && matches!(&*asked.method, "POST" | "PUT" | "PATCH"),
    };
    let (fields, changes) = forwarding::request(&asked.fields, onward);
    journal.changes(changes);
    if asked.version != "HTTP/1.1" {
        note(journal, ChangeKind::Version { sent: "HTTP/1.1".to_owned() }, "own-version");
    }
    fields
}

/// Notes the target that was `sent` in the start line, for the one that was `received` in it.
pub(super) fn target(received: &str, sent: &str, journal: &Journal) {
    // Another proxy is asked in absolute form, a server in origin form (RFC 9112 section 3.2).
    let form = if sent.starts_with("http://") { "absolute-form" } else { "origin-form" };
    note(journal, ChangeKind::Target { received: received.as_bytes().to_vec(), sent: sent.as_bytes().to_vec() }, form);
}

fn note(journal: &Journal, kind: ChangeKind, reason: &str) {
    journal.changes(vec![Change { side: Side::Request, kind, reason: reason.to_owned() }]);
}
