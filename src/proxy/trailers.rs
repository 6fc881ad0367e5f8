//! How a message that goes on is ended, and whether that leaves a place for trailer fields. What has none is held and declared, by the journal; this
//! here passes nothing.

use http::header;

use super::http1::framing;
use crate::model::Headers;

/// How the end of an answer is written for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framed {
    /// Over HTTP/2, by frames.
    Streams,
    /// In HTTP/1.1 by our own engine, which knows chunks.
    Chunks,
    /// In HTTP/1.1 by the library, which writes chunks in its own way.
    LibraryChunks,
    /// To a client that knows no chunks.
    Nothing,
    /// By the library, to a client that knows no chunks, or where no body may follow.
    LibraryNothing,
}

/// The place that a message has for trailer fields. They go on all together or not at all, so that one word can say which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// For any.
    Any,
    /// For fields of these names, in lower case: a library writes no others.
    Named(Vec<Vec<u8>>),
    /// For none: the message ends with its length, with its connection, or with its head.
    Nowhere,
}

impl Place {
    /// Behind a head with `fields` that our own engine writes: in HTTP/1.1 only chunks leave room for them (RFC 9112 section 7.1.2).
    pub(super) fn behind(fields: &Headers) -> Self {
        if framing::is_chunked(fields) { Self::Any } else { Self::Nowhere }
    }

    /// Behind a head with `fields` that the library writes in HTTP/1.1: only what the head announces passes, and not what concerns the message
    /// itself (RFC 9110 section 6.5.1).
    pub(super) fn by_library(fields: &Headers) -> Self {
        if !framing::is_chunked(fields) {
            return Self::Nowhere;
        }
        let values = fields.all("trailer").map(|(_, value)| value).filter(|value| value.is_ascii());
        let names = values.flat_map(|value| value.split(|byte| *byte == b',')).map(|name| name.trim_ascii().to_ascii_lowercase());
        Self::Named(names.filter(|name| !UNWRITTEN.iter().any(|unwritten| unwritten.as_str().as_bytes() == name)).collect())
    }

    /// For an answer with `fields`, to a client of this kind. `wanted`: the client said that it takes trailer fields.
    pub(super) fn in_answer(fields: &Headers, framed: Framed, wanted: bool) -> Self {
        match framed {
            Framed::Streams => Self::Any,
            Framed::Chunks => Self::behind(fields),
            Framed::LibraryChunks if wanted => Self::by_library(fields),
            Framed::LibraryChunks | Framed::Nothing | Framed::LibraryNothing => Self::Nowhere,
        }
    }

    /// Whether it has room for all of these.
    pub(super) fn takes(&self, trailers: &Headers) -> bool {
        match self {
            Self::Any => true,
            Self::Named(names) => trailers.iter().all(|(name, _)| names.iter().any(|named| named.eq_ignore_ascii_case(name))),
            Self::Nowhere => trailers.is_empty(),
        }
    }
}

/// Fields that the library leaves out of trailers, announced or not (hyper 1, `is_valid_trailer_field`).
const UNWRITTEN: [header::HeaderName; 12] = [
    header::AUTHORIZATION,
    header::CACHE_CONTROL,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::CONTENT_TYPE,
    header::HOST,
    header::MAX_FORWARDS,
    header::SET_COOKIE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::TE,
];

/// Whether the sender of a request says that it takes trailer fields (RFC 9110 section 10.1.4).
pub(super) fn are_wanted(fields: &Headers) -> bool {
    let mut words =
        fields.all("te").map(|(_, value)| value).filter(|value| value.is_ascii()).flat_map(|value| value.split(|byte| *byte == b','));
    words.any(|word| word.trim_ascii().eq_ignore_ascii_case(b"trailers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        fields.iter().for_each(|(name, value)| headers.push(name.as_bytes(), value.as_bytes()));
        headers
    }

    #[test]
    fn what_a_head_has_room_for() {
        let chunked = headers(&[("Transfer-Encoding", "gzip, chunked"), ("Trailer", "X-Sum, set-cookie"), ("trailer", "x-b")]);
        let length = headers(&[("Content-Length", "3"), ("Trailer", "X-Sum")]);
        let (sum, both, cookie) = (headers(&[("x-sum", "1")]), headers(&[("X-Sum", "1"), ("X-B", "2")]), headers(&[("set-cookie", "a=1")]));
        let other = headers(&[("x-sum", "1"), ("x-c", "1")]);
        for (framed, head, wanted, taken) in [
            (Framed::Streams, &length, false, [true, true, true, true]),
            (Framed::Chunks, &chunked, false, [true, true, true, true]),
            (Framed::Chunks, &length, true, [false, false, false, false]),
            (Framed::LibraryChunks, &chunked, true, [true, true, false, false]),
            (Framed::LibraryChunks, &chunked, false, [false, false, false, false]),
            (Framed::LibraryChunks, &length, true, [false, false, false, false]),
            (Framed::Nothing, &chunked, true, [false, false, false, false]),
            (Framed::LibraryNothing, &chunked, true, [false, false, false, false]),
        ] {
            let place = Place::in_answer(head, framed, wanted);
            assert_eq!([&sum, &both, &cookie, &other].map(|trailers| place.takes(trailers)), taken, "{framed:?} {wanted}");
            assert!(place.takes(&Headers::new()), "nothing is lost of nothing");
        }
    }

    #[test]
    fn who_wants_trailers() {
        assert!(are_wanted(&headers(&[("TE", "gzip, Trailers")])) && are_wanted(&headers(&[("te", "gzip"), ("te", "trailers")])));
        assert!(!are_wanted(&headers(&[("TE", "gzip"), ("Trailer", "trailers")])));
    }
}
