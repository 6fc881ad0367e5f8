//! Whatever is sent ends within the ceilings, and what is found stands where its locator says: hostile bodies one by one, and exchanges made up.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use proptest::prelude::*;

use super::tests::{answered, check, exchange};
use super::*;
use crate::decode::coding::tests::{deflate, gzip};
use crate::model::{Body, BodyState, Direction, Message, Opcode};

/// Looks at every field, with its ceilings; follows one locator in `every`.
fn counted(exchange: &Exchange, limits: &Limits, every: usize) -> (usize, Decoded) {
    let mut count = 0;
    let decoded = fields(exchange, limits, &mut |field| {
        if count % every == 0 {
            check(exchange, field);
        }
        assert!(field.name.len() <= limits.name && field.depth <= limits.layers);
        count += 1;
    });
    assert!(count <= limits.fields, "{count} fields");
    (count, decoded)
}

fn sent(media_type: &str, body: Vec<u8>) -> Exchange {
    let mut exchange = exchange("https://h.example", &[("content-type", media_type.as_bytes())], b"");
    exchange.request.body = Body::new(BodyState::Raw, body);
    exchange
}

#[test]
fn a_million_levels() {
    let limits = Limits::default();
    let lists = vec![b'['; 1_000_000];
    let closed = [lists.clone(), vec![b']'; 1_000_000]].concat();
    let (count, decoded) = counted(&sent("application/json", closed), &limits, 1);
    assert_eq!((count, decoded.anomalies), (2, vec![DecodeAnomaly::TooDeep]));
    let (_, decoded) = counted(&sent("application/json", lists), &limits, 1);
    assert_eq!(decoded.anomalies, [DecodeAnomaly::BrokenSyntax]);
    let objects = b"{\"a\":".repeat(200_000);
    let (_, decoded) = counted(&sent("text/plain", objects), &limits, 1);
    assert_eq!(decoded.anomalies, []);
    // Messages of protobuf within one another.
    let mut bytes = b"\x08\x01".to_vec();
    for _ in 0..300 {
        let length = bytes.len();
        let head = if length < 0x80 { vec![0x0a, length as u8] } else { vec![0x0a, length as u8 | 0x80, (length >> 7) as u8] };
        bytes = [head, bytes].concat();
    }
    let (count, decoded) = counted(&sent("application/protobuf", bytes), &limits, 1);
    assert_eq!((count, decoded.anomalies), (2, vec![DecodeAnomaly::TooDeep]));
    // Layers: percent signs encoded over and over, JSON in JSON.
    let layers = format!("%{}41", "25".repeat(300));
    let (count, decoded) = counted(&sent("application/x-www-form-urlencoded", format!("a={layers}").into_bytes()), &limits, 1);
    assert_eq!((count, decoded.anomalies), (10, vec![DecodeAnomaly::TooDeep]));
}

#[test]
fn ten_million_fields() {
    let limits = Limits::default();
    let (count, decoded) = counted(&sent("application/x-www-form-urlencoded", b"a=&".repeat(10_000_000)), &limits, 5_000);
    assert_eq!((count, decoded.left_out, decoded.anomalies), (20_000, 9_980_001, vec![DecodeAnomaly::TooManyFields]));
    let list = [b"[1", &b",1".repeat(9_999_999)[..], b"]"].concat();
    let (count, decoded) = counted(&sent("application/json", list), &limits, 5_000);
    assert_eq!((count, decoded.left_out, decoded.anomalies), (20_000, 9_980_001, vec![DecodeAnomaly::TooManyFields]));
    let lists = [b"[[]", &b",[]".repeat(999_999)[..], b"]"].concat();
    let (count, decoded) = counted(&sent("application/json", lists), &limits, 5_000);
    assert_eq!((count, decoded.left_out, decoded.anomalies), (20_000, 980_001, vec![DecodeAnomaly::TooManyFields]));
    // Few enough that all of them are nodes, and members that are null make no empty list.
    let objects = [b"[{}", &b",{}".repeat(29_999)[..], b"]"].concat();
    let (count, decoded) = counted(&sent("application/json", objects), &limits, 5_000);
    assert_eq!((count, decoded.left_out, decoded.anomalies), (20_000, 10_001, vec![DecodeAnomaly::TooManyFields]));
    let nulls = [b"[[null]", &b",[null]".repeat(99_999)[..], b"]"].concat();
    let (count, decoded) = counted(&sent("application/json", nulls), &limits, 5_000);
    assert_eq!((count, decoded.left_out), (20_000, 80_001));
    let (count, decoded) = counted(&sent("application/protobuf", b"\x08\x01".repeat(1_000_000)), &limits, 5_000);
    assert_eq!((count, decoded.left_out), (20_000, 980_001));
    let part = b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n".repeat(100_000);
    let (count, decoded) = counted(&sent("multipart/form-data; boundary=b", part), &limits, 5_000);
    assert_eq!((count, decoded.left_out), (20_000, 80_001));
    let names: String = (0..30_000).map(|number| format!("\"n{number}\":0,")).collect();
    let (count, decoded) = counted(&sent("application/json", format!("{{{names}\"z\":0}}").into_bytes()), &limits, 5_000);
    assert_eq!((count, decoded.left_out), (20_000, 10_002));
    let url = format!("https://h.example/{}?{}", "a/".repeat(15_000), "b&".repeat(15_000));
    let (count, decoded) = counted(&exchange(&url, &[], b""), &limits, 5_000);
    assert_eq!((count, decoded.left_out), (20_000, 10_000));
}

#[test]
fn bombs() {
    let limits = Limits { unpacked: 1 << 20, ..Limits::default() };
    let bomb = gzip(&vec![b'x'; 8 << 20]);
    let mut coded = exchange("https://h.example", &[("content-encoding", b"gzip")], &bomb);
    let (count, decoded) = counted(&coded, &limits, 1);
    assert_eq!((count, decoded.anomalies), (2, vec![DecodeAnomaly::TooLarge]));
    // Many of them spend one purse.
    let value: String = percent_encode(STANDARD.encode(gzip(&vec![b'y'; 600_000])).as_bytes(), NON_ALPHANUMERIC).to_string();
    let form = format!("a={value}&b={value}&c={value}");
    let (count, decoded) = counted(&sent("application/x-www-form-urlencoded", form.into_bytes()), &limits, 1);
    assert_eq!(decoded.anomalies, [DecodeAnomaly::TooLarge]);
    assert_eq!(count, 1 + 3 + 3 + 1);
    // JSON that is cut off by the ceiling is read as far as it goes, and so is JSON behind gzip behind gzip.
    let json = format!("{{\"a\":1,\"b\":\"{}\"}}", "z".repeat(4 << 20));
    coded.request.body = Body::new(BodyState::Raw, gzip(json.as_bytes()));
    let mut names = Vec::new();
    let decoded = fields(&coded, &limits, &mut |field| {
        check(&coded, field);
        names.push(field.name.to_owned());
    });
    assert_eq!(
        (names, decoded.anomalies),
        (vec!["content-encoding".into(), "a".into(), String::new()], vec![DecodeAnomaly::TooLarge, DecodeAnomaly::BrokenSyntax])
    );
    let (_, decoded) = counted(&sent("", gzip(&gzip(&vec![0; 8 << 20]))), &limits, 1);
    assert_eq!(decoded.anomalies, [DecodeAnomaly::TooLarge]);
    let (_, decoded) = counted(&answered("application/json", &deflate(&[0; 100])), &limits, 1);
    assert_eq!(decoded.anomalies, [DecodeAnomaly::BrokenSyntax]);
}

#[test]
fn broken_ones() {
    let limits = Limits::default();
    for (media_type, bytes) in [
        ("multipart/form-data; boundary=b", &b"--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n"[..]),
        ("multipart/form-data; boundary=b", b"--b--"),
        ("multipart/form-data", b"no part"),
        ("multipart/form-data; boundary=b", b"--b\r\n--b\r\n--b\r\n"),
        ("application/json", b"{\"a\":1} and more"),
        ("application/json", b"{\"a\":\"\\"),
        ("application/x-protobuf", b"\x0a\xff"),
        ("application/grpc", b"\x00\x00\x00\x00\x01"),
        ("application/x-www-form-urlencoded", b"no pairs at all"),
        ("application/x-www-form-urlencoded", b"\x00=\x01&"),
        ("application/json", b"\xff\xfe\xfd"),
    ] {
        let (_, decoded) = counted(&sent(media_type, bytes.to_vec()), &limits, 1);
        assert_eq!(decoded.anomalies, [DecodeAnomaly::BrokenSyntax], "{media_type} {}", String::from_utf8_lossy(bytes));
    }
    let (count, decoded) = counted(&exchange("https://h.example", &[("x", b"\xff"), ("cookie", b"\xfe=1")], b""), &limits, 1);
    assert_eq!((count, decoded.anomalies), (2, vec![DecodeAnomaly::NotText]));
}

#[test]
fn long_names_are_cut() {
    let limits = Limits::default();
    let json = format!("{{\"{0}\":{{\"{0}\":[{{\"{0}\":1}},{{\"b\":2}}]}}}}", "é".repeat(150));
    let (count, _) = counted(&sent("application/json", json.into_bytes()), &limits, 1);
    assert_eq!(count, 3);
}

#[test]
fn names_are_cut_at_a_part() {
    let name = |media_type: &str, body: String| {
        let exchange = sent(media_type, body.into_bytes());
        let mut names = Vec::new();
        fields(&exchange, &Limits::default(), &mut |field| {
            check(&exchange, field);
            names.push(field.name.to_owned());
        });
        names.split_off(1)
    };
    let (form, json) = ("application/x-www-form-urlencoded", "application/json");
    let long = "x".repeat(190);
    // What was typed stands in the name, across its end.
    assert_eq!(name(form, format!("{long}[jan.visser@voorbeeld.example]=1")), std::slice::from_ref(&long));
    assert_eq!(name(form, format!("{long}.jan_visser_voorbeeld=1")), std::slice::from_ref(&long));
    assert_eq!(
        name(json, format!("{{\"{long}\":{{\"jan.visser@voorbeeld.example\":{{\"a\":1}},\"b\":2}},\"c\":3}}")),
        [long.clone(), format!("{long}.b"), "c".into()]
    );
    assert_eq!(name(form, format!("{}=1", "y".repeat(300))), ["y".repeat(200)]);
}

/// The locators of a request's body, of which many are followed; none is longer than names may be.
fn locators(media_type: &str, body: Vec<u8>) -> Vec<String> {
    let exchange = sent(media_type, body);
    let mut locators = Vec::new();
    let decoded = fields(&exchange, &Limits::default(), &mut |field| {
        if locators.len() % 97 < 10 {
            check(&exchange, field);
        }
        let text = field.locator.to_string();
        assert!(text.len() < 5_000, "{} bytes", text.len());
        locators.push(text);
    });
    assert_eq!((decoded.anomalies, decoded.left_out), (vec![], 0));
    locators.split_off(1)
}

#[test]
fn long_names_leave_locators_short() {
    let key = "k".repeat(80_000);
    let members: Vec<String> = (0..5_000).map(|number| format!("\"m{number}\":{number}")).collect();
    let found = locators("application/json", format!("{{\"{key}\":{{{}}},\"z\":1}}", members.join(",")).into_bytes());
    assert_eq!(
        (found.len(), found[0].as_str(), found[5_000].as_str()),
        (5_001, "request.body/range:80004-142785/json:m0", "request.body/json:z")
    );
    assert!(found.iter().map(String::len).sum::<usize>() < 300_000);
    // Names of all kinds of values, twice, in one another, and in a text; many names that are not long.
    let json = format!("{{\"{key}\":\"a\\n\",\"{key}\":[1,{{\"{key}\":null}},[]],\"e\":{{\"\":{{\"{key}\":{{}}}}}}}}");
    let found = locators("application/json", json.clone().into_bytes());
    assert_eq!(found.len(), 5, "{found:?}");
    let packed = serde_json::Value::from(json).to_string();
    assert_eq!(locators("application/json", format!("{{\"{key}\":{packed}}}").into_bytes()).len(), 6);
    let levels = format!("{}1{}", format!("{{\"{}\":", "n".repeat(500)).repeat(60), "}".repeat(60));
    assert_eq!(locators("application/json", levels.into_bytes()).len(), 1);
    // Forms and parts.
    let name = "n".repeat(100_000);
    assert_eq!(
        locators("application/x-www-form-urlencoded", format!("{name}=a%20b&b=1").into_bytes()),
        ["request.body/range:100001-100006/form", "request.body/field:b[1]"]
    );
    let part = format!("--b\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n1\r\n--b--\r\n", "n".repeat(10_000));
    assert_eq!(locators("multipart/form-data; boundary=b", part.into_bytes()), ["request.body/range:10048-10049"]);
}

#[test]
fn long_names_of_what_is_cut_off() {
    let limits = Limits::default();
    let body = format!("{{\"{0}\":{{\"a\":1,\"{0}\":[2,tru", "k".repeat(2_000));
    let (count, decoded) = counted(&sent("application/json", body.into_bytes()), &limits, 1);
    assert_eq!((count, decoded.anomalies), (4, vec![DecodeAnomaly::BrokenSyntax]));
}

/// A text that a layer may hold.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        any::<Vec<u8>>(),
        "[a-zA-Z0-9_-]{0,40}".prop_map(String::into_bytes),
        "https://[a-z]{1,8}/[a-z]{0,3}\\?([a-z]{1,3}=[a-z%&=]{0,9}&?){0,3}".prop_map(String::into_bytes),
        any::<String>().prop_map(String::into_bytes),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        let texts = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            inner.clone().prop_map(|value| STANDARD.encode(value).into_bytes()),
            inner.clone().prop_map(|value| percent_encode(&value, NON_ALPHANUMERIC).to_string().into_bytes()),
            inner.clone().prop_map(|value| gzip(&value)),
            inner.clone().prop_map(|value| deflate(&value)),
            inner.clone().prop_map(|value| value.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()),
            inner.prop_map(|value| [b"for(;;);", &value[..]].concat()),
            (texts.clone(), "[a-c\\[\\]0-9]{0,3}").prop_map(|(values, name)| form(&values, &name)),
            (texts.clone(), "[a-c.\\[\\]]{0,3}", any::<bool>()).prop_map(|(values, name, list)| json(&values, &name, list)),
            texts.clone().prop_map(|values| values
                .iter()
                .flat_map(|value| json(std::slice::from_ref(value), "n", false).into_iter().chain(*b"\n"))
                .collect()),
            texts.clone().prop_map(|values| multipart(&values)),
            texts.prop_map(|values| protobuf(&values)),
        ]
    })
}

fn form(values: &[Vec<u8>], name: &str) -> Vec<u8> {
    let pair = |value: &Vec<u8>| format!("{name}={}", percent_encode(value, NON_ALPHANUMERIC));
    values.iter().map(pair).collect::<Vec<_>>().join("&").into_bytes()
}

fn json(values: &[Vec<u8>], name: &str, list: bool) -> Vec<u8> {
    let quoted = |value: &Vec<u8>| match std::str::from_utf8(value) {
        Ok(text) if serde_json::from_str::<serde_json::Value>(text).is_ok() => text.to_owned(),
        _ => serde_json::Value::from(String::from_utf8_lossy(value)).to_string(),
    };
    let values =
        values.iter().map(|value| if list { quoted(value) } else { format!("{}:{}", serde_json::Value::from(name), quoted(value)) });
    let inside = values.collect::<Vec<_>>().join(", ");
    if list { format!("[{inside}]") } else { format!("{{{inside}}}") }.into_bytes()
}

fn multipart(values: &[Vec<u8>]) -> Vec<u8> {
    let head = b"--bound\r\nContent-Disposition: form-data; name=\"a[1]\"\r\n\r\n";
    let parts = values.iter().flat_map(|value| [&head[..], value, b"\r\n"].concat());
    parts.chain(*b"--bound--\r\n").collect()
}

fn protobuf(values: &[Vec<u8>]) -> Vec<u8> {
    let field = |value: &Vec<u8>| {
        let value = &value[..value.len().min(100)];
        [&[0x08, 7, 0x12, value.len() as u8][..], value].concat()
    };
    values.iter().flat_map(field).collect()
}

const MEDIA_TYPES: [&str; 8] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=bound",
    "text/plain",
    "application/x-protobuf",
    "application/grpc",
    "",
    "text/html",
];

proptest! {
    #[test]
    fn every_locator_leads_to_its_value(
        query in "[a-z=&%0-9+\\[\\]]{0,30}",
        nested in value(),
        other in value(),
        media_type in prop::sample::select(&MEDIA_TYPES[..]),
        coding in prop::sample::select(&["", "gzip", "deflate", "br"][..]),
        small in any::<bool>(),
    ) {
        let url = format!("https://h.example/a/{query}?{query}&x={}", percent_encode(&nested, NON_ALPHANUMERIC));
        let body = match coding {
            "gzip" => gzip(&nested),
            "deflate" => deflate(&nested),
            _ => nested,
        };
        let headers = [("content-type", media_type.as_bytes()), ("content-encoding", coding.as_bytes()), ("cookie", &other[..]), ("x", &other[..])];
        let mut exchange = exchange(&url, &headers, &body);
        exchange.outcome = answered(media_type, &other).outcome;
        let message = |opcode| Message { direction: Direction::Sent, at: None, opcode, payload: Body::new(BodyState::Raw, other.clone()) };
        exchange.messages = vec![message(Opcode::Text), message(Opcode::Binary)];
        let limits = if small { Limits { fields: 20, levels: 2, layers: 2, unpacked: 50, name: 10, ..Limits::default() } } else { Limits::default() };
        counted(&exchange, &limits, 1);
    }
}
