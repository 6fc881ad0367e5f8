//! Exchanges and what their fields are, as tables; and that every field's locator leads back to it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::*;
use crate::decode::coding::tests::{deflate, gzip};
use crate::decode::resolve;
use crate::model::{
    Assembled, Assembly, Body, BodyState, Direction, End, Event, HeadBytes, Headers, ListedCookie, Message, Opcode, Outcome, Response,
    Stamped, Timestamp,
};

/// An exchange with this request and no answer.
pub(super) fn exchange(url: &str, headers: &[(&str, &[u8])], body: &[u8]) -> Exchange {
    let mut fields = Headers::new();
    headers.iter().for_each(|(name, value)| fields.push(name.as_bytes(), value));
    let head =
        Event::RequestHead { method: "POST".into(), url: url.into(), version: "h2".into(), headers: fields, bytes: HeadBytes::Parsed };
    let mut assembly = Assembly::new();
    let mut done = None;
    for event in [head, Event::End(End::Complete)] {
        if let Assembled::Done(exchange) = assembly.push(Stamped { exchange: 1, at: Timestamp::from_nanoseconds(0), event }) {
            done = Some(*exchange);
        }
    }
    let mut exchange = done.expect("ended");
    exchange.request.body = Body::new(BodyState::Raw, body.to_vec());
    exchange
}

pub(super) fn answered(media_type: &str, body: &[u8]) -> Exchange {
    let mut exchange = exchange("https://h.example", &[], b"");
    let mut headers = Headers::new();
    headers.push(b"Content-Type", media_type.as_bytes());
    exchange.outcome = Outcome::Response(Response {
        status: 200,
        reason: String::new(),
        version: "h2".into(),
        headers,
        body: Body::new(BodyState::Raw, body.to_vec()),
        trailers: Headers::new(),
        media_type: None,
    });
    exchange
}

/// Every field as a line `place name=value @locator`, with `>` before it for each layer and `+` where it holds fields. Each locator is followed.
pub(super) fn lines(exchange: &Exchange, limits: &Limits) -> (Vec<String>, Decoded) {
    let mut lines = Vec::new();
    let decoded = fields(exchange, limits, &mut |field| {
        check(exchange, field);
        let mut line = ">".repeat(field.depth.into());
        let value = match std::str::from_utf8(field.value) {
            Ok(text) if !text.contains(char::is_control) => text.to_owned(),
            _ => format!("<{} bytes>", field.value.len()),
        };
        let plus = if field.holds_fields { "+" } else { "" };
        write!(line, "{} {}={value} @{}{plus}", field.place.id(), field.name, field.locator).expect("a text grows");
        lines.push(line);
    });
    (lines, decoded)
}

/// The locator of a field leads to its value, also by way of its text.
pub(super) fn check(exchange: &Exchange, field: &Field<'_>) {
    let found = resolve(exchange, field.locator).unwrap_or_else(|error| panic!("{}: {error}", field.locator));
    assert!(found == field.value, "{}: {} bytes, but the field has {}", field.locator, found.len(), field.value.len());
    assert_eq!(field.locator.to_string().parse().as_ref(), Ok(field.locator));
}

/// The fields of a request's body.
fn body(media_type: &str, bytes: &[u8]) -> Vec<String> {
    let exchange = exchange("https://h.example", &[("Content-Type", media_type.as_bytes())], bytes);
    lines(&exchange, &Limits::default()).0.into_iter().filter(|line| !line.starts_with("header")).collect()
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

#[test]
fn line_header_fields_and_cookies() {
    let url =
        "https://h.example/tr/a%20b//?id=1&ev=Page+View&cd[0][x]=%C3%A9&dl=https%3A%2F%2Fa.nl%2Fp%3Futm_source%3Dfb%26x%3Dy&&flag&=n#f";
    let headers: [(&str, &[u8]); 4] =
        [("X-Id", b"7"), (":path", b"/"), ("cookie", b"a=1; b=x%20y ;c"), ("Referer", b"https://r.nl/?fbclid=IwAR")];
    let mut exchange = exchange(url, &headers, b"");
    let listed = |side, name: &str| ListedCookie { side, number: 1, name: name.into(), value: "v".into(), attributes: "; Secure".into() };
    exchange.listed_cookies = vec![listed(Side::Response, "s"), listed(Side::Request, "l")];
    let (found, decoded) = lines(&exchange, &Limits::default());
    assert_eq!(
        found,
        [
            "path 1=tr @request.line/range:18-20",
            "path 2=a b @request.line/range:21-26/percent",
            "query id=1 @request.query[1]/range:3-4",
            "query ev=Page View @request.query[2]/range:3-12/form",
            "query cd[*][x]=é @request.query[3]/range:9-15/form",
            "query dl=https://a.nl/p?utm_source=fb&x=y @request.query[4]/range:3-51/form+",
            ">query dl.utm_source=fb @request.query[4]/range:3-51/form/range:26-28",
            ">query dl.x=y @request.query[4]/range:3-51/form/range:31-32",
            "query =flag @request.query[6]/range:0-4",
            "query =n @request.query[7]/range:1-2",
            "header x-id=7 @request.header[1]",
            "cookie a=1 @request.header[3]/cookie[1]/range:2-3",
            "cookie b=x%20y @request.header[3]/cookie[2]/range:2-7+",
            ">cookie b=x y @request.header[3]/cookie[2]/range:2-7/percent",
            "cookie =c @request.header[3]/cookie[3]/range:0-1",
            "header referer=https://r.nl/?fbclid=IwAR @request.header[4]+",
            ">header referer.fbclid=IwAR @request.header[4]/range:21-25",
            "cookie l=v @browser:request%2Ecookies%5B1%5D/range:2-3",
            "cookie s=v @browser:response%2Ecookies%5B1%5D/range:2-3",
        ]
    );
    assert_eq!(decoded, Decoded::default());
}

#[test]
fn forms() {
    assert_eq!(
        body(FORM, b"a=1&a=+2&b[3]=%7B%22c%22%3A%5B1%2C2%5D%7D&&a"),
        [
            "form a=1 @request.body/field:a[1]",
            "form a= 2 @request.body/field:a[2]/form",
            "form b[*]={\"c\":[1,2]} @request.body/field:b%5B3%5D[1]/form+",
            ">form b[*].c.*=1 @request.body/field:b%5B3%5D[1]/form/json:c.0",
            ">form b[*].c.*=2 @request.body/field:b%5B3%5D[1]/form/json:c.1",
            "form =a @request.body/range:43-44",
        ]
    );
    assert_eq!(
        body("text/plain", b"ev=PageView&id=3"),
        ["form ev=PageView @request.body/field:ev[1]", "form id=3 @request.body/field:id[1]"]
    );
    assert_eq!(body("text/plain", b"v=1&a="), ["form v=1 @request.body/field:v[1]", "form a= @request.body/field:a[1]"]);
    assert_eq!(body("text/plain", b"YWI="), ["body =YWI= @request.body"]);
    assert_eq!(body("text/plain", b"x = 1 and more"), ["body =x = 1 and more @request.body"]);
    assert_eq!(body(FORM, b"%ff=1"), ["form \u{fffd}=1 @request.body/range:4-5"]);
}

#[test]
fn json_of_all_kinds() {
    let cases: &[(&str, &[u8], &[&str])] = &[
        (
            JSON,
            br#"{"a":{"b":[{"c":"x"},{"c":null}]},"t":["ev",1,{"d":true}],"e":{},"u":"\ud83d\ude00\n"}"#,
            &[
                "json a.b.*.c=x @request.body/json:a.b.0.c",
                "json a.b.*.c=null @request.body/json:a.b.1.c",
                "json t.0=ev @request.body/json:t.0",
                "json t.1=1 @request.body/json:t.1",
                "json t.2.d=true @request.body/json:t.2.d",
                "json e={} @request.body/json:e",
                "json u=<5 bytes> @request.body/json:u",
            ],
        ),
        // Names that occur twice, and empty ones.
        (
            JSON,
            br#"{"a":1,"a":{"b":2,"":3},"":{"":4}}"#,
            &[
                "json a=1 @request.body/json:a",
                "json a.b=2 @request.body/member:a[2]/json:b",
                "json a=3 @request.body/member:a[2]/member:[1]",
                "json =4 @request.body/member:[1]/member:[1]",
            ],
        ),
        (
            "text/plain",
            b"for (;;); {\"a\":\"{\\\"b\\\":1}\"}",
            &["json a={\"b\":1} @request.body/range:10-27/json:a+", ">json a.b=1 @request.body/range:10-27/json:a/json:b"],
        ),
        ("", b")]}'\n[1]", &["json *=1 @request.body/range:5-8/json:0"]),
        (
            "text/plain",
            b"{\"e\":1}\r\n\n{\"e\":2}\n",
            &["json *.e=1 @request.body/line[1]/json:e", "json *.e=2 @request.body/line[3]/json:e"],
        ),
        (JSON, b"\"text\"", &["json =text @request.body/json:"]),
        (JSON, b"{\"a\":{", &["body ={\"a\":{ @request.body"]),
        (JSON, b"not json", &["body =not json @request.body"]),
        (JSON, b"{\"a\":1,\"b\":tru", &["json a=1 @request.body/json:a", "body =\"b\":tru @request.body/range:7-14"]),
        // A cut-off object or list under a name that only `member` can say.
        (
            JSON,
            b"{\"\":{\"b\":[1,{\"c\":2},tr",
            &[
                "json b.0=1 @request.body/member:[1]/json:b.0",
                "json b.1.c=2 @request.body/member:[1]/json:b.1.c",
                "body =tr @request.body/range:20-22",
            ],
        ),
        (
            JSON,
            b"{\"a\":[{\"b\":1,\"b\":\"c\":\"d\"}]}",
            &[
                "json a.*.b=1 @request.body/json:a.0.b",
                "json a.*.b=c @request.body/json:a.0/member:b[2]",
                "body =:\"d\"}]} @request.body/range:20-27",
            ],
        ),
        ("text/plain", b"{\"a\":1,\"b\":tru", &["body ={\"a\":1,\"b\":tru @request.body"]),
        (FORM, b"{\"a\":\"=\"}", &["json a== @request.body/json:a"]),
        (JSON, b"{\"\xff\":\"\xfe\"}", &["json \u{fffd}=<1 bytes> @request.body/json:%EF%BF%BD"]),
    ];
    for (media_type, bytes, wanted) in cases {
        assert_eq!(body(media_type, bytes), *wanted, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn layers() {
    let packed = URL_SAFE_NO_PAD.encode(gzip(br#"{"em":"a@b.nl","n":1}"#));
    let text = STANDARD.encode("just a longer text");
    let hex: String = br#"{"id":123456}"#.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let form =
        format!("p={packed}&q={text}&r=%2541%2542&s=a%3D1%26b%3D2222222222&t={hex}&u=deadbeefdeadbeefdeadbeef&v=IwAR1abcdefghijklmnopq");
    assert_eq!(
        body(FORM, form.as_bytes()),
        [
            format!("form p={packed} @request.body/field:p[1]+"),
            ">form p=<41 bytes> @request.body/field:p[1]/base64+".to_owned(),
            ">>form p={\"em\":\"a@b.nl\",\"n\":1} @request.body/field:p[1]/base64/gzip+".into(),
            ">>>form p.em=a@b.nl @request.body/field:p[1]/base64/gzip/json:em".into(),
            ">>>form p.n=1 @request.body/field:p[1]/base64/gzip/json:n".into(),
            format!("form q={text} @request.body/field:q[1]+"),
            ">form q=just a longer text @request.body/field:q[1]/base64".into(),
            "form r=%41%42 @request.body/field:r[1]/form+".into(),
            ">form r=AB @request.body/field:r[1]/form/percent".into(),
            "form s=a=1&b=2222222222 @request.body/field:s[1]/form+".into(),
            ">form s.a=1 @request.body/field:s[1]/form/field:a[1]".into(),
            ">form s.b=2222222222 @request.body/field:s[1]/form/field:b[1]".into(),
            format!("form t={hex} @request.body/field:t[1]+"),
            ">form t={\"id\":123456} @request.body/field:t[1]/hex+".into(),
            ">>form t.id=123456 @request.body/field:t[1]/hex/json:id".into(),
            "form u=deadbeefdeadbeefdeadbeef @request.body/field:u[1]".into(),
            "form v=IwAR1abcdefghijklmnopq @request.body/field:v[1]".into(),
        ]
    );
    assert_eq!(body("text/plain", &deflate(b"{\"a\":1}")), ["body =<15 bytes> @request.body+", ">json a=1 @request.body/deflate/json:a"]);
}

#[test]
fn parts_of_multipart() {
    let bytes = b"--b\r\nContent-Disposition: form-data; name=\"a[1]\"\r\n\r\n{\"x\":1}\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"me.txt\"\r\n\
        Content-Type: text/plain\r\n\r\nhello\r\n--b--\r\n";
    let wanted = [
        "form a[*]={\"x\":1} @request.body/part:a%5B1%5D[1]+",
        ">form a[*].x=1 @request.body/part:a%5B1%5D[1]/json:x",
        "form f.filename=me.txt @request.body/range:118-124",
        "form f=hello @request.body/part:f[1]",
    ];
    assert_eq!(body("multipart/form-data; boundary=b", bytes), wanted);
    // The boundary is a lie.
    let bytes: Vec<u8> = String::from_utf8_lossy(bytes).replace("--b", "--long").into_bytes();
    assert_eq!(body("multipart/form-data; boundary=x", &bytes).len(), 4);
}

#[test]
fn wire_formats() {
    let bytes = b"\x08\x96\x01\x12\x05abcde\x1a\x04\x08\x01\x10\x02\x1a\x02\x08\x07";
    let wanted = [
        "body 1=150 @request.body/protobuf:1",
        "body 2=abcde @request.body/protobuf:2",
        "body 3.1=1 @request.body/protobuf:3.1",
        "body 3.2=2 @request.body/protobuf:3.2",
        "body 3.1=7 @request.body/protobuf:3[2].1",
    ];
    assert_eq!(body("application/x-protobuf", bytes), wanted);
    let guessed: Vec<String> =
        ["body =<20 bytes> @request.body+".to_owned()].into_iter().chain(wanted.map(|line| format!(">{line}"))).collect();
    assert_eq!(body("application/octet-stream", bytes), guessed);
    let framed = [&[0, 0, 0, 0, bytes.len() as u8][..], bytes].concat();
    assert_eq!(body("application/grpc-web+proto", &framed)[1], "body 2=abcde @request.body/range:5-25/protobuf:2");
    assert_eq!(
        body("application/octet-stream", b"\x08\x96\x01\x10\x05\x10\x05\x10\x05\x10\x05\x10\x05\x10\x05"),
        ["body =<15 bytes> @request.body"]
    );
    // A text whose bytes happen to be fields: `2` is the tag of field 6, and `0` says that it has 48 bytes.
    let text = format!("20{}", "a".repeat(48)).replace("aaaa", "2.1x").repeat(2);
    assert_eq!(body("text/plain", text.as_bytes()), [format!("body ={text} @request.body")]);
}

#[test]
fn codings_of_requests() {
    let coded = |coding: &str, state, bytes: Vec<u8>| {
        let mut exchange =
            exchange("https://h.example", &[("Content-Type", JSON.as_bytes()), ("Content-Encoding", coding.as_bytes())], b"");
        exchange.request.body = Body::new(state, bytes);
        let (lines, decoded) = lines(&exchange, &Limits::default());
        (lines.into_iter().skip(2).collect::<Vec<_>>(), decoded.anomalies)
    };
    let text = br#"{"a":"b"}"#;
    let done = vec!["json a=b @request.body/coding/json:a".to_owned()];
    assert_eq!(coded("gzip, deflate", BodyState::Raw, deflate(&gzip(text))), (done, vec![]));
    let plain = vec!["json a=b @request.body/json:a".to_owned()];
    assert_eq!(coded("gzip", BodyState::AlreadyDecoded, text.to_vec()), (plain.clone(), vec![]));
    assert_eq!(coded("gzip", BodyState::Raw, text.to_vec()), (plain, vec![DecodeAnomaly::BrokenCoding]));
    let mut cut = gzip(&[&text[..text.len() - 1], b",\"c\":\"", "d".repeat(99).as_bytes(), b"\"}"].concat());
    cut.truncate(cut.len() - 9);
    let (found, odd) = coded("gzip", BodyState::Raw, cut);
    assert!(found[0].starts_with("json a=b @request.body/coding/range:0-") && found[0].ends_with("/json:a"), "{found:?}");
    assert!(odd.contains(&DecodeAnomaly::BrokenCoding), "{odd:?}");
}

#[test]
fn answers() {
    let found = |media_type: &str, bytes: &[u8]| -> Vec<String> { lines(&answered(media_type, bytes), &Limits::default()).0.split_off(1) };
    assert_eq!(found("text/html", b"<p>{\"a\":1}</p>"), ["body =<p>{\"a\":1}</p> @response.body"]);
    assert_eq!(found("text/javascript", b"for (;;);{\"a\":1}"), ["json a=1 @response.body/range:9-16/json:a"]);
    assert_eq!(found("image/gif", b"GIF89a"), [""; 0]);
    assert_eq!(found("application/json", b"{\"a\""), ["body ={\"a\" @response.body"]);
    let mut exchange = answered("text/plain", b"123456");
    if let Outcome::Response(response) = &mut exchange.outcome {
        response.headers.push(b"Set-Cookie", b"n=v%20w; Path=/");
        response.headers.push(b"ETag", b"\"abc\"");
        response.trailers.push(b"X-T", b"t");
    }
    let (found, decoded) = lines(&exchange, &Limits { response_body: 5, ..Limits::default() });
    assert_eq!(
        found[1..],
        [
            "cookie n=v%20w @response.header[2]/range:2-7+",
            ">cookie n=v w @response.header[2]/range:2-7/percent",
            "header etag=\"abc\" @response.header[3]",
            "header x-t=t @response.trailer[1]",
        ]
    );
    assert_eq!(decoded.bytes_left_out, 6);
}

#[test]
fn messages() {
    let mut exchange = exchange("wss://h.example", &[], b"");
    let publish = |payload: &[u8]| [&[0x30, payload.len() as u8 + 4, 0, 2][..], b"/t", payload].concat();
    let message =
        |direction, opcode, payload: &[u8]| Message { direction, at: None, opcode, payload: Body::new(BodyState::Raw, payload.to_vec()) };
    exchange.messages = vec![
        message(Direction::Sent, Opcode::Text, br#"{"a":1}"#),
        message(Direction::Sent, Opcode::Text, br#"42["ev",{"b":2}]"#),
        message(Direction::Sent, Opcode::Binary, mqtt_connect()),
        message(Direction::Received, Opcode::Binary, &[publish(&deflate(br#"{"c":3}"#)), vec![0xd0, 0]].concat()),
        message(Direction::Received, Opcode::Binary, &[0x30, 9, 0]),
        message(Direction::Sent, Opcode::Ping, b"hi"),
    ];
    let mut numbers = Vec::new();
    fields(&exchange, &Limits::default(), &mut |field| numbers.push((field.side, field.message, field.place)));
    assert_eq!(numbers[0], (Side::Request, Some(1), FieldPlace::Message));
    let (found, decoded) = lines(&exchange, &Limits::default());
    assert_eq!(
        found,
        [
            "message a=1 @message[1]/json:a",
            "message 0=ev @message[2]/range:2-16/json:0",
            "message 1.b=2 @message[2]/range:2-16/json:1.b",
            "message connect.client_id=mqttwsc @message[3]/range:16-23",
            "message connect.will_topic=w @message[3]/range:25-26",
            "message connect.will_payload=p @message[3]/range:28-29",
            "message connect.user_name={\"u\":123} @message[3]/range:31-40+",
            ">message connect.user_name.u=123 @message[3]/range:31-40/json:u",
            "message connect.password=pw @message[3]/range:42-44",
            "message publish.topic=/t @message[4]/range:4-6",
            "message publish.payload=<15 bytes> @message[4]/range:6-21+",
            ">message publish.payload={\"c\":3} @message[4]/range:6-21/deflate+",
            ">>message publish.payload.c=3 @message[4]/range:6-21/deflate/json:c",
            "message =<3 bytes> @message[5]/range:0-3",
            "message =hi @message[6]",
        ]
    );
    assert_eq!(decoded.anomalies, [DecodeAnomaly::BrokenSyntax]);
}

fn mqtt_connect() -> &'static [u8] {
    crate::decode::mqtt::tests::CONNECT
}

#[test]
fn operations() {
    let operation = |headers: &[(&str, &[u8])], body: &[u8]| {
        fields(&exchange("https://h.example", headers, body), &Limits::default(), &mut |_| {}).operation
    };
    let form: (&str, &[u8]) = ("content-type", FORM.as_bytes());
    let named: (&str, &[u8]) = ("X-FB-Friendly-Name", b"C");
    assert_eq!(operation(&[form, named], b"fb_api_req_friendly_name=A&variables={}").as_deref(), Some("A"));
    assert_eq!(operation(&[named], b"{\"operationName\":\"B\"}").as_deref(), Some("B"));
    assert_eq!(operation(&[], b"[{\"operationName\":\"B1\"},{\"operationName\":\"B2\"}]").as_deref(), Some("B1"));
    assert_eq!(operation(&[named], b"{\"operationName\":null}").as_deref(), Some("C"));
    assert_eq!(operation(&[], b"{\"x\":{\"operationName\":\"no\"}}"), None);
}
