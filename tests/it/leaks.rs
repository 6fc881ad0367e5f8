//! Nothing that may be a secret gets from a recording into an output: values planted in every place that a recording has for them.

use std::fs;

use serde_json::json;

use super::corpus::run_in;

/// Every planted secret carries this.
const MARK: &str = "SECRET";

#[test]
fn planted_secrets_stay_in_the_recording() {
    let field = |name: &str, value: &str| json!({ "name": name, "value": value });
    let entry = |url: &str, page: &str, request: Vec<serde_json::Value>, response: Vec<serde_json::Value>| {
        json!({
            "startedDateTime": "2026-01-01T00:00:00.000Z", "pageref": page,
            "request": { "method": "GET", "url": url, "headers": request, "postData": { "mimeType": "text/plain", "text": "body SECRET01" } },
            "response": { "status": 200, "headers": response, "content": { "mimeType": "text/html", "text": "<p>SECRET02" } },
        })
    };
    let mut consent = entry("https://www.facebook.com/cookie/consent/?k=SECRET30", "", vec![], vec![]);
    consent["request"]["method"] = "POST".into();
    consent["request"]["headers"] = json!([field("Content-Type", "application/x-www-form-urlencoded")]);
    consent["request"]["postData"]["text"] =
        "accept_only_essential=true&lsd=SECRET31&SECRET35aB3dE5fG7hJ9k=a&b=SECRETSECRETSECRET36".into();
    // The same values with the platform and with another site: the trail names them, but not what they are.
    let navigation = |url: &str, cookie: &str, location: &str| {
        let mut opened = entry(
            url,
            "",
            vec![field("Cookie", cookie), field("Sec-Fetch-Mode", "navigate"), field("Sec-Fetch-Dest", "document")],
            vec![field("Location", location)],
        );
        opened["response"]["status"] = if location.is_empty() { 200.into() } else { 302.into() };
        opened
    };
    let page = "https://www.facebook.com/p?from=SECRET03";
    let log = json!({ "log": {
        "version": "1.2", "creator": { "name": "hand", "version": "1" },
        "comment": "opened https://a.nl/?t=SECRET04 twice",
        "pages": [
            { "id": page, "title": "https://u:SECRET05@www.facebook.com/x;s=SECRET06?y=SECRET07#SECRET08" },
            { "id": "b.nl/?token=SECRET09", "title": "b.nl/?tok=SECRET10" },
        ],
        "entries": [
            entry("https://www.facebook.com/tr/?idx=SECRET11&ev=PageView&SECRET12", page,
                vec![field("Cookie", "datr=SECRET13; xs=SECRET14"), field("Referer", "https://a.nl/?r=SECRET15"), field("Authorization", "Bearer SECRET16")],
                vec![field("Set-Cookie", "fr=SECRET17; Path=/x;v=SECRET18; Max-Age=10"), field("Location", "/y?z=SECRET19")]),
            entry("https://u:SECRET20@a.nl/p;sid=SECRET21/q?U0VDUkVUU0VDUkVUSECRET22==", "b.nl/?token=SECRET09",
                vec![], vec![field("Set-Cookie", "own=SECRET23"), field("Set-Cookie", "a=1; expires=Wed, 09 Jun 2027 10:18:14 GMT, s=SECRET24; Path=/, t=SECRET25; Domain=.a.nl, u=SECRET26")]),
            entry("https://a.nl/?{\"json\":\"SECRET27\"}", "", vec![], vec![]),
            consent,
            navigation("https://l.facebook.com/l.php?u=SECRET32", "fbck=SECRET-OF-A-BROWSER", "https://b.nl/p?fbclid=SECRET-ON-A-LINK-33"),
            navigation("https://b.nl/p?fbclid=SECRET-ON-A-LINK-33", "own=SECRET-OF-B-34", ""),
            entry("https://www.facebook.com/tr/?fbp=SECRET-OF-B-34", "", vec![field("Cookie", "fbck=SECRET-OF-A-BROWSER"), field("Referer", "https://b.nl/p")], vec![]),
            entry("data:text/plain,SECRET28", "", vec![], vec![]),
            entry("ws://a.nl/?SECRETSECRETSECRETSECRET29=", "", vec![], vec![]),
        ],
    }});
    let folder = tempfile::tempdir().expect("a folder");
    let capture = folder.path().join("planted.har");
    fs::write(&capture, log.to_string()).expect("written");
    let out = folder.path().join("out");
    let path = |path: &std::path::Path| path.display().to_string();
    let list = folder.path().join("list.txt");
    fs::write(&list, "||a.nl^\n||facebook.com^\n").expect("written");
    let arguments = ["replay", &path(&capture), "--out", &path(&out), "--lang", "nl", "--lang", "en", "--list", &path(&list)];
    let ran = run_in(folder.path(), arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // The search sees what is there: with full URLs, values of parameters are printed on purpose.
    let full = folder.path().join("full");
    let ran_full = run_in(folder.path(), ["replay", &path(&capture), "--out", &path(&full), "--full-urls"]);
    assert_eq!(ran_full.code, 0, "{}", ran_full.err);
    assert!(fs::read_to_string(full.join("planted/evidence.ndjson")).expect("a log").contains("SECRET11"));
    let mut files = 0;
    for file in fs::read_dir(out.join("planted")).expect("an annex") {
        let file = file.expect("an entry").path();
        let text = String::from_utf8_lossy(&fs::read(&file).expect("readable")).into_owned();
        let found: Vec<&str> = text.match_indices(MARK).map(|(at, _)| text[at..].get(..30).unwrap_or(&text[at..])).collect();
        assert!(found.is_empty(), "{}: {found:?}", file.display());
        files += 1;
    }
    assert!(files >= 12, "{files} files");
    let annex: serde_json::Value = serde_json::from_slice(&fs::read(out.join("planted/annex.json")).expect("an annex")).expect("JSON");
    let kinds: Vec<&str> = annex["trail"].as_array().expect("rows").iter().filter_map(|row| row["kind"].as_str()).collect();
    assert_eq!(kinds, ["link-decoration", "sent-again", "own-cookie"], "the planted values were there to be found");
    assert_eq!(annex["choices"][0]["says"], "decline-optional");
    assert!(!ran.out.contains(MARK) && !ran.err.contains(MARK));
}
