//! What a message carries as named fields: parameters, parts of forms, members of JSON, header fields, cookies, payloads of WebSocket messages,
//! and what is packed inside them, layer under layer. Bounded, whatever a sender does. Knows no rules and keeps nothing.

mod body;
mod form;
mod head;
mod json;
mod message;
mod multipart;
mod nested;
mod protobuf;
mod walk;

use crate::model::{Exchange, Locator, Side};

/// Where in a message a field stands: the place that a sender chose for it, whatever it is packed in there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldPlace {
    /// A segment of the path.
    Path,
    /// A parameter of the query.
    Query,
    /// A field of a form in the body (urlencoded or multipart).
    Form,
    /// A member of JSON in the body, NDJSON included.
    Json,
    /// A header field.
    Header,
    /// A cookie: a pair of a Cookie field, or the name and value of a Set-Cookie field.
    Cookie,
    /// The payload of a message after a switch of protocols.
    Message,
    /// A body that is none of these.
    Body,
}

impl FieldPlace {
    /// Every place.
    pub const ALL: [Self; 8] = [Self::Path, Self::Query, Self::Form, Self::Json, Self::Header, Self::Cookie, Self::Message, Self::Body];

    /// As it stands in outputs and rule files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Form => "form",
            Self::Json => "json",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Message => "message",
            Self::Body => "body",
        }
    }
}

/// A field of a message.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Which message.
    pub side: Side,
    /// Number of the message after a switch of protocols, from 1; `None`: the request or the response itself.
    pub message: Option<u32>,
    /// Where it stands.
    pub place: FieldPlace,
    /// Its name: names from the outside in, with dots between, `variables.input.page_id`. In lists whose elements are of one kind the position is
    /// `*`, and so is a decimal number in brackets in the name of a form field; in a list of mixed elements (a tuple) the position counts from 0. Empty for what has no name.
    pub name: &'a str,
    /// Its value, as far as it was unpacked.
    pub value: &'a [u8],
    /// Where its value is found again.
    pub locator: &'a Locator,
    /// Layers that were undone to reach it; 0 for what stands in the message as such. Content codings that the message declares, the encoding of paths, queries
    /// and forms, and the levels of one JSON document or protobuf message are no layers; a document inside a value is one.
    pub depth: u8,
    /// Whether fields were found inside it. They follow it, and only they count as fields: what is packed is not counted twice.
    pub holds_fields: bool,
}

/// What of a message could not be taken apart as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecodeAnomaly {
    /// A content coding is unknown or its data are broken.
    BrokenCoding,
    /// What is packed would unpack to more than the ceiling; the first part was read.
    TooLarge,
    /// More fields than are read.
    TooManyFields,
    /// Nested deeper than is read.
    TooDeep,
    /// The body is not what its media type says.
    BrokenSyntax,
    /// Text that is no UTF-8.
    NotText,
}

impl DecodeAnomaly {
    /// Every anomaly.
    pub const ALL: [Self; 6] = [Self::BrokenCoding, Self::TooLarge, Self::TooManyFields, Self::TooDeep, Self::BrokenSyntax, Self::NotText];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::BrokenCoding => "broken-coding",
            Self::TooLarge => "unpacks-to-too-much",
            Self::TooManyFields => "too-many-fields",
            Self::TooDeep => "nested-too-deep",
            Self::BrokenSyntax => "broken-syntax",
            Self::NotText => "not-text",
        }
    }
}

/// How far a message is taken apart.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Fields of one exchange, those that hold others included.
    pub fields: usize,
    /// Levels of JSON, protobuf and the like within one layer.
    pub levels: usize,
    /// Layers inside one another.
    pub layers: u8,
    /// Bytes to which everything packed in one exchange may unpack together.
    pub unpacked: usize,
    /// Longest name, in bytes; longer ones end before the part that does not fit, and one of a single part is cut at a character.
    pub name: usize,
    /// Longest body of a response as recorded, in bytes, that is read.
    pub response_body: usize,
    /// Longest body of a request, or payload of a message, that is read where it is not in memory, in bytes.
    pub request_body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { fields: 20_000, levels: 64, layers: 8, unpacked: 32 << 20, name: 200, response_body: 4 << 20, request_body: 4 << 20 }
    }
}

/// What was found about an exchange apart from its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// Name of the operation that the request asks for (GraphQL), where it gives one.
    pub operation: Option<String>,
    /// What was odd, without repetition, in order.
    pub anomalies: Vec<DecodeAnomaly>,
    /// Fields that were not read, at least.
    pub left_out: u64,
    /// Bytes of bodies and messages, as recorded, that were not read because they are too long or could not be read. Pictures, fonts, sound and film in
    /// responses are not counted: they are never read.
    pub bytes_left_out: u64,
}

/// Hands every field of an exchange to `each`: the request first (line, header fields, cookies, body), then the messages in order, then the
/// response's header fields, body and trailer fields. A field that holds others comes before them. The members of a JSON document or protobuf message that are
/// objects, lists or messages are no fields of their own; only what is packed (a document in a text, base64, gzip) holds fields.
pub fn fields(exchange: &Exchange, limits: &Limits, each: &mut dyn FnMut(&Field<'_>)) -> Decoded {
    let mut walk = walk::Walk::new(exchange, limits, each);
    head::request(&mut walk);
    body::request(&mut walk);
    message::all(&mut walk);
    head::response(&mut walk);
    body::response(&mut walk);
    head::trailers(&mut walk);
    walk.finish()
}

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod tests;
