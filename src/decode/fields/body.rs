//! Fields of bodies: what a body is, by its media type and by its look, for senders lie about the first.

use std::borrow::Cow;

use super::form::{self, By};
use super::json::{self, Trust};
use super::walk::Walk;
use super::{DecodeAnomaly, FieldPlace, multipart, nested, protobuf};
use crate::decode::coding;
use crate::decode::multipart::boundary;
use crate::decode::packed::End;
use crate::model::{Body, BodyState, Headers, Part, Step};

/// What a media type says a body is.
#[derive(Clone, Copy, PartialEq)]
enum Said {
    Form,
    Json,
    Multipart,
    Protobuf,
    Grpc,
    Nothing,
}

impl Said {
    /// Of a media type, parameters included, in any letter case.
    fn of(media_type: &[u8]) -> Self {
        let essence = media_type.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii().to_ascii_lowercase();
        let says = |word: &[u8]| memchr::memmem::find(&essence, word).is_some();
        if essence == b"application/x-www-form-urlencoded" {
            Self::Form
        } else if essence.starts_with(b"multipart/") {
            Self::Multipart
        } else if says(b"grpc") {
            Self::Grpc
        } else if says(b"protobuf") || says(b"x-proto") {
            Self::Protobuf
        } else if says(b"json") {
            Self::Json
        } else {
            Self::Nothing
        }
    }
}

/// The body of the request.
pub(super) fn request(walk: &mut Walk<'_>) {
    let request = &walk.exchange.request;
    walk.go(Part::RequestBody, FieldPlace::Body);
    let Some(bytes) = bytes(walk, &request.body, None) else { return };
    let media_type = request.headers.first("content-type").unwrap_or_default();
    let cut = matches!(request.body.state(), BodyState::Truncated(_));
    uncoded(walk, &request.headers, request.body.state(), &bytes, |walk, bytes, whole| {
        content(walk, bytes, media_type, cut || !whole, 0);
    });
}

/// The body of the response, if its kind is one that can hold something about the visitor.
pub(super) fn response(walk: &mut Walk<'_>) {
    let Some(response) = walk.exchange.outcome.response() else { return };
    let media_type = response.media_type_essence().unwrap_or_default().to_ascii_lowercase();
    let kind = media_type.split('/').next().unwrap_or_default();
    if matches!(kind, "image" | "font" | "video" | "audio") || media_type.contains("font") {
        return;
    }
    walk.go(Part::ResponseBody, FieldPlace::Body);
    let Some(bytes) = bytes(walk, &response.body, Some(walk.limits.response_body)) else { return };
    let cut = matches!(response.body.state(), BodyState::Truncated(_));
    let said = Said::of(media_type.as_bytes());
    uncoded(walk, &response.headers, response.body.state(), &bytes, |walk, bytes, whole| {
        let trust = if said == Said::Json || ((cut || !whole) && begins_like_json(bytes)) { Trust::Declared } else { Trust::Look };
        walk.set_place(FieldPlace::Json);
        if !json::body(walk, bytes, trust, 0) {
            if said == Said::Json {
                walk.odd(DecodeAnomaly::BrokenSyntax);
            }
            walk.set_place(FieldPlace::Body);
            walk.emit(bytes, 0, false);
        }
    });
}

/// The bytes of a body that is not too long; `None` also for one without any.
pub(super) fn bytes<'a>(walk: &mut Walk<'_>, body: &'a Body, most: Option<usize>) -> Option<Cow<'a, [u8]>> {
    let length = body.len();
    if length == 0 {
        return None;
    }
    let fits = |most: usize| length <= most as u64;
    let read = match body.in_memory() {
        Some(bytes) if most.is_none_or(fits) => Some(Cow::Borrowed(bytes)),
        None if fits(most.unwrap_or(walk.limits.request_body)) => body.bytes().ok().map(|bytes| Cow::Owned(bytes.into())),
        _ => None,
    };
    if read.is_none() {
        walk.decoded.bytes_left_out += length;
    }
    read
}

/// Undoes the codings that the message declares, where whoever recorded it did not. `act` is told whether the bytes are all.
fn uncoded(walk: &mut Walk<'_>, headers: &Headers, state: BodyState, bytes: &[u8], act: impl FnOnce(&mut Walk<'_>, &[u8], bool)) {
    // What went through a text form holds no compressed bytes any more.
    let coded = matches!(state, BodyState::Raw | BodyState::Truncated(_)) && headers.first("content-encoding").is_some();
    if !coded {
        return act(walk, bytes, true);
    }
    let undone = coding::undo(headers, bytes, walk.ceiling());
    if !undone.coded {
        return act(walk, bytes, true);
    }
    walk.spend(undone.bytes.len(), undone.end);
    if undone.bytes.is_empty() && undone.end != End::Whole {
        return act(walk, bytes, true);
    }
    let whole = undone.end == End::Whole;
    if !undone.bytes.is_empty() {
        walk.at(Step::Coding, |walk| walk.within(&undone.bytes, undone.end, |walk, bytes| act(walk, bytes, whole)));
    }
}

/// What a body or the payload of a message holds. `cut`: the last part of it is missing.
pub(super) fn content(walk: &mut Walk<'_>, bytes: &[u8], media_type: &[u8], cut: bool, depth: u8) {
    let said = Said::of(media_type);
    if bytes.is_empty() {
        return;
    }
    if packed_body(walk, bytes, media_type, cut, depth) || as_said(walk, bytes, media_type, said, cut, depth) {
        return;
    }
    if said != Said::Nothing {
        walk.odd(DecodeAnomaly::BrokenSyntax);
    }
    by_its_look(walk, bytes, media_type, cut, depth);
}

/// Compressed without a content coding, as some senders of batches do.
fn packed_body(walk: &mut Walk<'_>, bytes: &[u8], media_type: &[u8], cut: bool, depth: u8) -> bool {
    if depth >= walk.limits.layers {
        return false;
    }
    let Some((step, unpacked)) = nested::unpack(walk, bytes) else { return false };
    walk.set_place(FieldPlace::Body);
    walk.emit(bytes, depth, true);
    let cut = cut || unpacked.end != End::Whole;
    walk.at(step, |walk| walk.within(&unpacked.bytes, unpacked.end, |walk, bytes| content(walk, bytes, media_type, cut, depth + 1)));
    true
}

fn begins_like_json(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}

fn as_said(walk: &mut Walk<'_>, bytes: &[u8], media_type: &[u8], said: Said, cut: bool, depth: u8) -> bool {
    match said {
        Said::Json => {
            walk.set_place(FieldPlace::Json);
            json::body(walk, bytes, Trust::Declared, depth)
        }
        Said::Multipart => multipart::body(walk, bytes, boundary(media_type), depth),
        // JSON comes as a form where a script sets no media type.
        Said::Form if !begins_like_json(bytes) && memchr::memchr(b'=', bytes).is_some() && !has_controls(bytes) => {
            walk.set_place(FieldPlace::Form);
            form::pairs(walk, bytes, 0..bytes.len(), By::Name, depth);
            true
        }
        Said::Protobuf => message(walk, bytes, depth),
        Said::Grpc => frames(walk, bytes, cut, depth),
        Said::Form | Said::Nothing => false,
    }
}

/// Whether there are bytes that no text has.
fn has_controls(bytes: &[u8]) -> bool {
    bytes.iter().any(|&byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'))
}

fn message(walk: &mut Walk<'_>, bytes: &[u8], depth: u8) -> bool {
    walk.set_place(FieldPlace::Body);
    let whole = protobuf::is_whole(bytes);
    if whole {
        protobuf::message(walk, bytes, depth);
    }
    whole
}

/// Messages with a head of five bytes before each (gRPC over HTTP/2, "Length-Prefixed-Message"). Compressed ones stay as they are.
fn frames(walk: &mut Walk<'_>, bytes: &[u8], cut: bool, depth: u8) -> bool {
    walk.set_place(FieldPlace::Body);
    let mut at = 0;
    while let Some(&[flag, a, b, c, d]) = bytes.get(at..at + 5).and_then(|head| head.first_chunk()) {
        let (from, length) = (at + 5, u32::from_be_bytes([a, b, c, d]) as usize);
        let Some(frame) = from.checked_add(length).and_then(|to| bytes.get(from..to)) else { break };
        walk.range(from, from + length, |walk| {
            if flag != 0 || !message(walk, frame, depth) {
                walk.emit(frame, depth, false);
            }
        });
        at = from + length;
    }
    if at > 0 && at < bytes.len() {
        if !cut {
            walk.odd(DecodeAnomaly::BrokenSyntax);
        }
        walk.range(at, bytes.len(), |walk| walk.emit(&bytes[at..], depth, false));
    }
    at > 0
}

fn by_its_look(walk: &mut Walk<'_>, bytes: &[u8], media_type: &[u8], cut: bool, depth: u8) {
    let trust = if cut && begins_like_json(bytes) { Trust::Declared } else { Trust::Look };
    walk.set_place(FieldPlace::Json);
    if json::body(walk, bytes, trust, depth) {
        return;
    }
    if bytes.starts_with(b"--") && multipart::body(walk, bytes, boundary(media_type), depth) {
        return;
    }
    if form::is_evident(bytes, 1) {
        walk.set_place(FieldPlace::Form);
        return form::pairs(walk, bytes, 0..bytes.len(), By::Name, depth);
    }
    walk.set_place(FieldPlace::Body);
    walk.value(bytes, depth);
}

/// JSON behind the digits that some libraries put before it (`42["event"]`, Socket.IO protocol 5, "packet encoding").
pub(super) fn numbered(walk: &mut Walk<'_>, bytes: &[u8], depth: u8) -> bool {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > 8 {
        return false;
    }
    let behind = &bytes[digits..];
    let Some(row) = json::whole(walk, behind) else { return false };
    walk.range(digits, bytes.len(), |walk| json::document(walk, behind, &row, depth));
    true
}
