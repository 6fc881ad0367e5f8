//! The world, looked at from outside: everything it says of itself in `truth` happens, every request is in its log, and nothing that it serves
//! goes without the notice.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::coding::{OFFERED, decode};
use super::plan::{PLAN, Step};
use super::script::{Lines, Route, visit, visit_by};
use super::truth::{Holds, Kind, Moment, TRUTH, cookies, moments, set_cookies};
use super::*;
use crate::model::{Direction, Mark, MarkKind, SaidBy};

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// A visit without a proxy, with the log of the world and the marks.
async fn visited() -> (Vec<Access>, Vec<Mark>) {
    let world = World::start().await.unwrap();
    let mut marks = Vec::new();
    visit_by(Route::Straight(world.address()), world.authority_pem(), |mark| marks.push(mark)).await.unwrap();
    let accesses = world.accesses();
    world.stop().await;
    (accesses, marks)
}

/// The least that a proxy can be: CONNECT, and bytes both ways to one address. Ends with the runtime of the test.
async fn proxy(to: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(client.read_u8().await.unwrap());
                }
                assert!(head.starts_with(b"CONNECT "), "{}", String::from_utf8_lossy(&head));
                client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                let mut world = TcpStream::connect(to).await.unwrap();
                // A side that breaks off is the business of those who talk, not of the one in between.
                let _ = copy_bidirectional(&mut client, &mut world).await;
            });
        }
    });
    address
}

#[test]
fn every_row_of_the_truth_happens_in_a_visit() {
    let (accesses, _) = run(visited());
    let mut wrong = Vec::new();
    for fact in TRUTH {
        let seen = fact.count(&accesses);
        if (fact.holds == Holds::Never) != (seen == 0) {
            wrong.push(format!("seen {seen} times: {fact:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for moment in [Moment::BeforeChoice, Moment::Transition, Moment::AfterRefusal, Moment::AfterAllow, Moment::SecondSite] {
        assert!(moments(&accesses).contains(&moment), "{moment:?}");
    }
    // The table names everything that the world was asked for, so nothing that happens is left out of it.
    let kinds = |access: &Access, moment| TRUTH.iter().any(|fact| fact.kind == Kind::Request && fact.is_seen_in(access, moment));
    let elsewhere = |access: &Access| TRUTH.iter().any(|fact| fact.kind == Kind::Request && kinds(access, fact.moment));
    for access in &accesses {
        assert!(
            elsewhere(access) || access.path.starts_with("/assets/"),
            "{} {}{} is not in the table",
            access.method,
            access.host,
            access.path
        );
    }
}

#[test]
fn a_refusal_sets_nothing_and_an_identifier_belongs_to_one_profile() {
    let (accesses, _) = run(visited());
    let choices: Vec<_> = accesses.iter().filter(|access| access.path == "/cookie/consent/").collect();
    assert_eq!(choices.len(), 2);
    assert_eq!(set_cookies(choices[0]).count(), 0);
    let set: Vec<_> = set_cookies(choices[1]).map(|(name, _)| name).collect();
    assert_eq!(set, ["fr"]);
    for (name, profiles) in [("datr", 2), ("sb", 2), ("fr", 1), ("_fbp", 1)] {
        let values: BTreeSet<_> = accesses.iter().flat_map(cookies).filter(|(found, _)| *found == name).map(|(_, value)| value).collect();
        assert_eq!(values.len(), profiles, "{name}: {values:?}");
        assert!(values.iter().all(|value| value.contains("SIMULATED")), "{name}: {values:?}");
    }
    let datr = accesses[0].response_headers.iter().find(|(name, value)| name == "set-cookie" && value.starts_with("datr=")).unwrap();
    assert!(datr.1.ends_with("; Max-Age=34560000; path=/; domain=.facebook.com; secure; httponly; SameSite=None"), "{}", datr.1);
}

#[test]
fn the_log_is_complete_and_two_visits_ask_for_the_same() {
    let (accesses, _) = run(visited());
    for (number, access) in accesses.iter().enumerate() {
        assert_eq!(access.number, number as u64 + 1);
        assert!(access.finished && access.answered >= Some(access.at), "{access:?}");
        assert!([101, 200, 302, 304].contains(&access.status), "{access:?}");
        let posted = access.method == "POST";
        assert_eq!(posted, !access.request_body.is_empty(), "{access:?}");
        assert!(access.response_headers.contains(&("x-simulated".to_owned(), NOTICE.to_owned())), "{access:?}");
        let version = if OLDER.contains(&access.host.as_str()) { "HTTP/1.1" } else { "HTTP/2" };
        assert_eq!(access.version, version, "{access:?}");
    }
    let hosts: BTreeSet<_> = accesses.iter().map(|access| access.host.as_str()).collect();
    assert_eq!(hosts, HOSTS.into());
    assert_eq!(accesses.iter().filter(|access| access.status == 304).count(), 3);
    // Without query, in which identifiers and times stand.
    let asked = |accesses: &[Access]| {
        let lines = accesses.iter().map(|access| format!("{} {}{}", access.method, access.host, access.path.split('?').next().unwrap()));
        lines.collect::<Vec<_>>()
    };
    let (again, _) = run(visited());
    assert_eq!(asked(&accesses), asked(&again));
}

#[test]
fn the_web_socket_carries_messages_in_both_directions() {
    let (accesses, _) = run(visited());
    let chats: Vec<_> = accesses.iter().filter(|access| access.host == CHAT).collect();
    assert_eq!(chats.len(), 3);
    // The second is on the control, where nothing is chosen any more.
    for (chat, chosen) in chats.into_iter().zip([true, false, true]) {
        assert_eq!((chat.status, chat.finished), (101, true));
        assert!(chat.response_headers.contains(&("sec-websocket-protocol".to_owned(), "mqtt".to_owned())));
        let directions: Vec<_> = chat.messages.iter().map(|(direction, _)| *direction).collect();
        let (sent, received) = (Direction::Sent, Direction::Received);
        let both = [sent, received, sent, received, received, sent, received];
        assert_eq!(directions, both[..if chosen { 7 } else { 6 }]);
        let texts = chat.messages.iter().filter(|(direction, payload)| *direction == received && payload.starts_with(b"{"));
        assert!(texts.clone().all(|(_, payload)| payload.windows(NOTICE.len()).any(|bytes| bytes == NOTICE.as_bytes())));
        assert_eq!(chat.response_bytes, texts.map(|(_, payload)| payload.len() as u64).sum::<u64>() + 4);
    }
}

#[test]
fn a_visit_through_a_proxy_makes_the_marks_of_the_plan() {
    let (marks, accesses) = run(async {
        let world = World::start().await.unwrap();
        let mut marks = Vec::new();
        visit(proxy(world.address()).await, world.authority_pem(), |mark| marks.push(mark)).await.unwrap();
        (marks, world.accesses())
    });
    let planned: Vec<_> = PLAN
        .iter()
        .filter_map(|step| match *step {
            Step::Profile(name) => Some((MarkKind::FreshProfile, name)),
            Step::Choice { text, .. } => Some((MarkKind::Choice, text)),
            Step::Mark(text) => Some((MarkKind::Note, text)),
            _ => None,
        })
        .collect();
    assert_eq!(marks.iter().map(|mark| (mark.kind, mark.text.as_str())).collect::<Vec<_>>(), planned);
    assert!(marks.iter().all(|mark| mark.said_by == SaidBy::Script));
    assert!(TRUTH.iter().all(|fact| (fact.holds == Holds::Never) == (fact.count(&accesses) == 0)));
}

#[test]
fn nobody_is_trusted_but_the_given_authority() {
    run(async {
        let (world, other) = (World::start().await.unwrap(), World::start().await.unwrap());
        let refused = visit_by(Route::Straight(world.address()), other.authority_pem(), |_| ()).await.unwrap_err();
        assert!(refused.to_string().starts_with("no connection to www.facebook.com: invalid peer certificate"), "{refused}");
        assert!(visit_by(Route::Straight(world.address()), "no certificate", |_| ()).await.is_err());
        assert!(world.accesses().is_empty());
        let address = world.address();
        world.stop().await;
        assert!(TcpStream::connect(address).await.is_err(), "a stopped world still listens");
    });
}

/// One answer over HTTP/1.1 or HTTP/2, the coding taken off.
async fn answered(world: &World, newer: bool, method: Method, url: &str, body: &str, accept: &str) -> Response<Bytes> {
    let lines = Lines::new(Route::Straight(world.address()), world.authority_pem()).unwrap();
    let mut request = Request::new(Full::new(Bytes::from(body.to_owned())));
    *request.method_mut() = method;
    *request.uri_mut() = url.parse().unwrap();
    request.headers_mut().insert("accept-encoding", accept.parse().unwrap());
    let response = if newer {
        lines.send(request).await.unwrap()
    } else {
        let host = request.uri().host().unwrap().to_owned();
        request.headers_mut().insert("host", host.parse().unwrap());
        *request.uri_mut() = request.uri().path_and_query().unwrap().as_str().parse().unwrap();
        let (mut line, connection) = http1::handshake(TokioIo::new(lines.older(&host).await.unwrap())).await.unwrap();
        tokio::spawn(connection);
        let (head, body) = line.send_request(request).await.unwrap().into_parts();
        Response::from_parts(head, body.collect().await.unwrap().to_bytes())
    };
    let (head, body) = response.into_parts();
    let coding = head.headers.get("content-encoding").map(|coding| coding.to_str().unwrap());
    let body = decode(coding, body).unwrap();
    Response::from_parts(head, body)
}

#[test]
fn everything_says_that_it_is_simulated_over_both_versions() {
    const PAGES: [&str; 6] = [
        "www.facebook.com/",
        "www.facebook.com/ministerievanvoorbeelden",
        "www.facebook.com/gemeentevoorbeeldstad",
        "www.facebook.com/nowhere",
        "l.facebook.com/l.php?u=https%3A%2F%2Felsewhere.example%2F",
        "www.voorbeeldgemeente.example/paspoort",
    ];
    const SCRIPTS: [&str; 8] = [
        "static.xx.fbcdn.net/rsrc.php/v4/yA/l/SIMULATED01.css",
        "static.xx.fbcdn.net/rsrc.php/v4/yC/r/SIMULATED03.js",
        "static.xx.fbcdn.net/rsrc.php/v4/yD/r/SIMULATED04.js",
        "connect.facebook.net/en_US/fbevents.js",
        "connect.facebook.net/signals/config/000000000000000",
        "www.voorbeeldgemeente.example/assets/SIMULATED.css",
        "www.voorbeeldgemeente.example/assets/SIMULATED.js",
        "edge-chat.facebook.com/chat",
    ];
    const JSON: [&str; 5] = [
        "www.facebook.com/api/graphql/",
        "www.facebook.com/ajax/bulk-route-definitions/",
        "www.facebook.com/cookie/consent/",
        "www.voorbeeldgemeente.example/api/afspraak",
        "www.voorbeeldgemeente.example/cookies/keuze",
    ];
    run(async {
        let world = World::start().await.unwrap();
        let mut codings = BTreeSet::new();
        for newer in [true, false] {
            let gets = PAGES.iter().chain(&SCRIPTS).map(|place| (Method::GET, *place));
            for (method, place) in gets.chain(JSON.iter().map(|place| (Method::POST, *place))) {
                let plain = answered(&world, newer, method.clone(), &format!("https://{place}"), "", "identity").await;
                let coded = answered(&world, newer, method, &format!("https://{place}"), "", OFFERED).await;
                codings.extend(coded.headers().get("content-encoding").map(|coding| coding.to_str().unwrap().to_owned()));
                assert!(!plain.headers().contains_key("content-encoding"), "{place}");
                for response in [plain, coded] {
                    let text = String::from_utf8(response.body().to_vec()).unwrap();
                    assert!(text.contains(NOTICE), "{place}: {text}");
                    assert!(!text.contains("{{"), "{place}: a place was not filled");
                    assert_eq!(response.headers()["x-simulated"], NOTICE);
                    assert_eq!(text.contains("<body"), text.contains(NOTICE_NL), "{place}");
                }
            }
        }
        assert_eq!(codings, ["br", "deflate", "gzip", "zstd"].map(str::to_owned).into());
        let streamed = answered(&world, false, Method::GET, "https://www.facebook.com/", "", "identity").await;
        assert_eq!(streamed.headers()["transfer-encoding"], "chunked");
        let picture = answered(&world, true, Method::GET, &delivery::image_address(4), "", OFFERED).await;
        assert!(picture.body().starts_with(b"\x89PNG"));
    });
}

#[test]
fn the_scripts_send_the_same_names_as_the_scripted_client() {
    // The scripts cannot be run here. That each name of a field of the table stands in one of them is what can be held without a browser.
    let scripts = [
        include_str!("pages/telemetry.js"),
        include_str!("pages/platform.js"),
        include_str!("pages/fbevents.js"),
        include_str!("pages/town.js"),
        include_str!("pages/page.html"),
    ]
    .concat();
    for fact in TRUTH.iter().filter(|fact| fact.kind == Kind::Field && fact.name != "fbclid") {
        let name = fact.name.split('[').next().unwrap();
        assert!(scripts.contains(name), "{fact:?}");
    }
    for step in PLAN {
        if let Step::Choice { css, text } = step {
            let button = format!("id=\"{}\" type=\"button\">{text}</button>", &css[1..]);
            assert!(include_str!("pages/consent.html").contains(&button), "{button}");
        }
    }
}

#[test]
fn each_choice_sets_what_it_says_and_other_hosts_are_not_served() {
    run(async {
        let world = World::start().await.unwrap();
        for (body, set) in [
            ("accept_only_essential=true", false),
            ("accept_only_essential=false&opt_in%5Bmeasurement%5D=true", false),
            ("accept_only_essential=false&opt_in%5Bads%5D=true", true),
            ("", false),
        ] {
            let response = answered(&world, true, Method::POST, "https://www.facebook.com/cookie/consent/", body, "identity").await;
            assert_eq!(response.headers().contains_key("set-cookie"), set, "{body}");
        }
        for (body, choice) in [("keuze=akkoord", "akkoord"), ("keuze=iets", "alleen-noodzakelijk")] {
            let response =
                answered(&world, false, Method::POST, "https://www.voorbeeldgemeente.example/cookies/keuze", body, "identity").await;
            let line = response.headers()["set-cookie"].to_str().unwrap();
            assert!(line.starts_with(&format!("cookiekeuze={choice}; ")), "{line}");
        }
        let lines = Lines::new(Route::Straight(world.address()), world.authority_pem()).unwrap();
        let (mut line, connection) = http1::handshake(TokioIo::new(lines.older("www.facebook.com").await.unwrap())).await.unwrap();
        tokio::spawn(connection);
        let request = Request::get("/").header("host", "elsewhere.example").body(Full::<Bytes>::default()).unwrap();
        assert_eq!(line.send_request(request).await.unwrap().status(), 421);
        let last = world.accesses().pop().unwrap();
        assert_eq!((last.host.as_str(), last.status, last.version.as_str()), ("elsewhere.example", 421, "HTTP/1.1"));
    });
}

mod case;
