//! HAR 1.2 as it is found: everything optional, any field of any type, repeated names allowed (the last one counts).
//!
//! These types borrow from the text of one entry and are gone once it is converted. What has an unexpected type counts as absent; a number
//! where a text is expected becomes its text and the other way round.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::model::Headers;

/// A text; `None` where it is absent, null or no text.
#[derive(Debug, Default)]
pub(super) struct Text<'a>(pub(super) Option<Cow<'a, str>>);

impl<'a> Text<'a> {
    pub(super) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    pub(super) fn owned(&self) -> Option<String> {
        self.0.as_deref().map(str::to_owned)
    }

    /// The text unless it is empty.
    pub(super) fn some(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }
}

/// A finite number.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Number(pub(super) Option<f64>);

impl Number {
    /// The number if it is not negative: HAR writes -1 for "does not apply".
    pub(super) fn applies(self) -> Option<f64> {
        self.0.filter(|number| *number >= 0.0)
    }
}

/// The visitor methods that every tolerant type shares: a value of another type counts as absent.
macro_rules! absent_for {
    ($($method:ident($argument:ty)),*) => { $(
        fn $method<E>(self, _: $argument) -> Result<Self::Value, E> { Ok(Self::Value::default()) }
    )* };
}

macro_rules! skip_seq {
    () => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
}

macro_rules! skip_map {
    () => {
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
}

macro_rules! absent_for_null {
    () => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("any JSON value")
        }
    };
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any<'a>(PhantomData<&'a ()>);
        impl<'de: 'a, 'a> Visitor<'de> for Any<'a> {
            type Value = Text<'a>;
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Borrowed(text))))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(text.to_owned()))))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }
            absent_for!(visit_bool(bool));
            absent_for_null!();
            skip_seq!();
            skip_map!();
        }
        deserializer.deserialize_any(Any(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Number;
            fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
                Ok(Number(Some(number as f64)))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
                Ok(Number(Some(number as f64)))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Number, E> {
                Ok(Number(Some(number).filter(|number| number.is_finite())))
            }
            fn visit_str<E>(self, text: &str) -> Result<Number, E> {
                Ok(Number(text.trim().parse().ok().filter(|number: &f64| number.is_finite())))
            }
            absent_for!(visit_bool(bool));
            absent_for_null!();
            skip_seq!();
            skip_map!();
        }
        deserializer.deserialize_any(Any)
    }
}

/// A truth value.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Flag(pub(super) Option<bool>);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Flag;
            fn visit_bool<E>(self, truth: bool) -> Result<Flag, E> {
                Ok(Flag(Some(truth)))
            }
            absent_for!(visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));
            absent_for_null!();
            skip_seq!();
            skip_map!();
        }
        deserializer.deserialize_any(Any)
    }
}

/// Header fields, read straight into their final form. Elements may be `{"name", "value"}` objects or `[name, value]` pairs (Slack); a plain
/// object of names and values is taken too.
#[derive(Debug, Default)]
pub(super) struct Fields(pub(super) Option<Headers>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Fields;
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Fields, A::Error> {
                let mut headers = Headers::with_capacity(24, 1024);
                while let Some(field) = list.next_element::<NameValue<'de>>()? {
                    if field.name.0.is_some() || field.value.0.is_some() {
                        headers.push(field.name.as_str().as_bytes(), field.value.as_str().as_bytes());
                    }
                }
                Ok(Fields(Some(headers)))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut headers = Headers::new();
                while let Some((name, value)) = map.next_entry::<Text<'de>, Text<'de>>()? {
                    headers.push(name.as_str().as_bytes(), value.as_str().as_bytes());
                }
                Ok(Fields(Some(headers)))
            }
            absent_for!(visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));
            absent_for_null!();
        }
        deserializer.deserialize_any(Any)
    }
}

/// A list of anything; absent and wrongly typed lists are empty.
#[derive(Debug)]
pub(super) struct List<T>(pub(super) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = List<T>;
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<T>, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = list.next_element()? {
                    elements.push(element);
                }
                Ok(List(elements))
            }
            absent_for!(visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));
            absent_for_null!();
            skip_map!();
        }
        deserializer.deserialize_any(Any(PhantomData))
    }
}

/// Declares a JSON object of which every member may be missing, repeated or of another type. A second block gives the members that a list
/// in place of the object stands for, by position.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident { $($key:literal => $field:ident: $kind:ty),* $(,)? } $(pair $($position:ident),*)?) => {
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub(super) struct $name<'a> {
            $(pub(super) $field: $kind,)*
            /// Whether this was an object (or a pair) at all.
            #[allow(dead_code, reason = "only some of the objects are asked")]
            pub(super) present: bool,
            lifetime: PhantomData<&'a ()>,
        }

        impl<'de: 'a, 'a> Deserialize<'de> for $name<'a> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Any<'a>(PhantomData<&'a ()>);
                impl<'de: 'a, 'a> Visitor<'de> for Any<'a> {
                    type Value = $name<'a>;
                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name<'a>, A::Error> {
                        let mut object = $name { present: true, ..$name::default() };
                        while let Some(key) = map.next_key::<Text<'de>>()? {
                            match key.as_str() {
                                $($key => object.$field = map.next_value()?,)*
                                _ => { map.next_value::<IgnoredAny>()?; }
                            }
                        }
                        Ok(object)
                    }
                    #[allow(unused_mut)]
                    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<$name<'a>, A::Error> {
                        let mut object = $name::default();
                        $($(
                            if let Some(value) = list.next_element()? {
                                object.$position = value;
                                object.present = true;
                            }
                        )*)?
                        while list.next_element::<IgnoredAny>()?.is_some() {}
                        Ok(object)
                    }
                    absent_for!(visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));
                    absent_for_null!();
                }
                deserializer.deserialize_any(Any(PhantomData))
            }
        }
    };
}

object!(
    /// A name with a value.
    NameValue { "name" => name: Text<'a>, "value" => value: Text<'a> } pair name, value
);

object!(
    /// An element of `log.entries`. Members with an underscore are extensions of Chrome (and those who follow it).
    RawEntry {
        "startedDateTime" => started: Text<'a>,
        "pageref" => page: Text<'a>,
        "request" => request: RawRequest<'a>,
        "response" => response: RawResponse<'a>,
        "timings" => timings: RawTimings<'a>,
        "serverIPAddress" => server_address: Text<'a>,
        "connection" => connection: Text<'a>,
        "_resourceType" => resource_type: Text<'a>,
        "_fromCache" => from_cache: Text<'a>,
        "_initiator" => initiator: RawInitiator<'a>,
        "_initiator_type" => initiator_type: Text<'a>,
        "_webSocketMessages" => messages: Option<List<RawMessage<'a>>>,
        "_dataspoor" => own: Option<&'a RawValue>,
    }
);

object!(
    /// What made the browser ask (Chrome). A script names itself as the first frame of its stack.
    InitiatorObject { "type" => kind: Text<'a>, "url" => url: Text<'a>, "stack" => stack: RawStack<'a> }
);

object!(
    /// A stack of calls.
    RawStack { "callFrames" => frames: List<RawFrame<'a>> }
);

object!(
    /// A call in a stack.
    RawFrame { "url" => url: Text<'a> }
);

/// `_initiator`: Chrome writes an object, chrome-har and others only its address.
#[derive(Debug, Default)]
pub(super) struct RawInitiator<'a>(pub(super) InitiatorObject<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for RawInitiator<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any<'a>(PhantomData<&'a ()>);
        impl<'de: 'a, 'a> Visitor<'de> for Any<'a> {
            type Value = RawInitiator<'a>;
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawInitiator<'a>, A::Error> {
                InitiatorObject::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(RawInitiator)
            }
            fn visit_str<E>(self, url: &str) -> Result<RawInitiator<'a>, E> {
                let url = Text(Some(Cow::Owned(url.to_owned())));
                Ok(RawInitiator(InitiatorObject { url, ..InitiatorObject::default() }))
            }
            absent_for!(visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64));
            absent_for_null!();
            skip_seq!();
        }
        deserializer.deserialize_any(Any(PhantomData))
    }
}

object!(
    /// A request.
    RawRequest {
        "method" => method: Text<'a>,
        "url" => url: Text<'a>,
        "httpVersion" => version: Text<'a>,
        "headers" => headers: Fields,
        "cookies" => cookies: Option<&'a RawValue>,
        "postData" => post: RawPost<'a>,
        "bodySize" => body_size: Number,
    }
);

object!(
    /// A request body. `encoding` is Reqable's extension.
    RawPost {
        "mimeType" => media_type: Text<'a>,
        "text" => text: Text<'a>,
        "encoding" => encoding: Text<'a>,
        "params" => params: List<NameValue<'a>>,
    }
);

object!(
    /// A response. `_error` is where Chrome says why a request failed.
    RawResponse {
        "status" => status: Number,
        "statusText" => reason: Text<'a>,
        "httpVersion" => version: Text<'a>,
        "headers" => headers: Fields,
        "cookies" => cookies: Option<&'a RawValue>,
        "content" => content: RawContent<'a>,
        "bodySize" => body_size: Number,
        "_error" => error: Text<'a>,
    }
);

object!(
    /// A response body. `_file` and `_sha1` point at a side file (Playwright).
    RawContent {
        "mimeType" => media_type: Text<'a>,
        "size" => size: Number,
        "text" => text: Text<'a>,
        "encoding" => encoding: Text<'a>,
        "_file" => file: Text<'a>,
        "_sha1" => sha1: Text<'a>,
    }
);

object!(
    /// Durations in milliseconds; -1 = does not apply.
    RawTimings {
        "blocked" => blocked: Number,
        "dns" => dns: Number,
        "connect" => connect: Number,
        "ssl" => tls: Number,
        "send" => send: Number,
        "wait" => wait: Number,
        "receive" => receive: Number,
    }
);

object!(
    /// A WebSocket message (Chrome 76 and later).
    RawMessage {
        "type" => direction: Text<'a>,
        "time" => time: Number,
        "opcode" => opcode: Number,
        "data" => data: Text<'a>,
    }
);

object!(
    /// An element of a `cookies` list.
    RawCookie {
        "name" => name: Text<'a>,
        "value" => value: Text<'a>,
        "path" => path: Text<'a>,
        "domain" => domain: Text<'a>,
        "expires" => expires: Text<'a>,
        "httpOnly" => http_only: Flag,
        "secure" => secure: Flag,
        "sameSite" => same_site: Text<'a>,
    }
);

object!(
    /// An element of `log.pages`.
    RawPage { "id" => id: Text<'a>, "title" => title: Text<'a>, "startedDateTime" => started: Text<'a>, "_dataspoor" => own: RawOwnPage<'a> }
);

object!(
    /// What our own export says of a page: it was made up because the format wants one, it had another title, its start was not recorded.
    RawOwnPage { "made" => made: Flag, "title" => title: Text<'a>, "startedNs" => started: Text<'a>, "noStart" => no_start: Flag }
);

object!(
    /// `log.creator` and `log.browser`.
    RawProgram { "name" => name: Text<'a>, "version" => version: Text<'a> }
);

object!(
    /// Our own extension object `log._dataspoor`.
    RawExtension {
        "simulated" => simulated: Flag,
        "scenario" => scenario: Text<'a>,
        "baseline" => baseline: Text<'a>,
        "gaps" => gaps: List<RawGap<'a>>,
        "marks" => marks: List<RawMark<'a>>,
    }
);

object!(
    /// What the recording that was exported does not show.
    RawGap { "gap" => gap: Text<'a>, "count" => count: Number, "entries" => entries: List<Number> }
);

object!(
    /// A moment that was marked while recording.
    RawMark { "atNs" => at: Text<'a>, "kind" => kind: Text<'a>, "saidBy" => said_by: Text<'a>, "text" => text: Text<'a> }
);
