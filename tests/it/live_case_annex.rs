//! The ten statements of the annex over the demo's case, each held against something that the annex is not made from: what the simulated servers logged
//! themselves, the table of what the world does, the evidence logs, and openssl's reading of the timestamps.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dataspoor::demo::case::BLOCKED;
use dataspoor::demo::truth::case::{ANSWERS, Answered, CLASSES, Item, Question, Share};
use serde_json::Value;

use super::corpus::{ROOT, run_in};
use super::live_case::{json, rows};
use super::mmdb::{Data, database};
use super::report_proof::oracle;
use super::time_authority::{TimeAuthority, openssl};

/// Where the second site lies, as a header `referer` names it.
const TOWN: &str = "https://www.voorbeeldgemeente.example";
const DATABASE: &str = "GESIMULEERD-Adressen";
const ORGANISATION: &str = "GESIMULEERD: niemand";

/// The annex over a case, with what it is held against.
struct Held {
    annex: Value,
    /// The chapter of the statements, Dutch and English.
    nl: String,
    en: String,
    /// Of each recording, in the order of the register: its own annex, its evidence log and the requests that the servers logged while it was made.
    visits: Vec<Visit>,
}

struct Visit {
    row: Value,
    annex: Value,
    evidence: Vec<Value>,
    log: Vec<Value>,
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn count(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// Nanoseconds since 1970.
fn at(time: &str) -> i128 {
    time.parse::<jiff::Timestamp>().expect("a time").as_nanosecond()
}

/// The text of the chapter `id` of a page, without elements.
fn chapter(page: &str, id: &str) -> String {
    let from = page.split_once(&format!("<section id=\"{id}\"")).expect("a chapter").1;
    let html = from.split("</section>").next().expect("its end");
    let text: String = html.split('<').skip(1).map(|part| part.split_once('>').map_or("", |(_, text)| text)).collect();
    text.replace("&#39;", "'").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Values of a header field of a request that the servers logged.
fn headers<'v>(access: &'v Value, name: &'v str) -> impl Iterator<Item = &'v str> {
    let pairs = rows(access, "request_headers").iter();
    pairs.filter(move |pair| pair[0] == name).map(|pair| pair[1].as_str().expect("a value"))
}

fn cookies(access: &Value) -> BTreeSet<(String, String)> {
    let pairs = headers(access, "cookie").flat_map(|line| line.split("; ")).filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Whether a request was made by a page of the second site.
fn from_town(access: &Value) -> bool {
    headers(access, "referer").any(|from| from.starts_with(TOWN))
}

impl Visit {
    /// Cookies, with their values, that the servers of the platform got, from the second site or from elsewhere.
    fn sent(&self, town: bool) -> BTreeSet<(String, String)> {
        self.to_platform().filter(|access| from_town(access) == town).flat_map(cookies).collect()
    }

    fn to_platform(&self) -> impl Iterator<Item = &Value> {
        self.log.iter().filter(|access| text(access, "host").ends_with("facebook.com"))
    }

    fn evidence(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.evidence.iter().filter(move |line| line["kind"] == kind)
    }

    /// The names of the cookies that an entry carried.
    fn carried(&self, entry: u64) -> (Vec<&str>, &str) {
        let flow = self.evidence("flow").find(|flow| flow["entry"] == entry).unwrap_or_else(|| panic!("no entry {entry}"));
        (rows(flow, "cookies_sent").iter().map(|cookie| text(cookie, "name")).collect(), text(flow, "host"))
    }
}

impl Held {
    fn read(root: &Path) -> Self {
        let annex = json(&root.join("reported/case-annex/case-annex.json"));
        let page = |lang: &str| fs::read_to_string(root.join(format!("reported/case-annex/case-annex.{lang}.html"))).expect("a page");
        let log = lines(&root.join("world.ndjson"));
        let visit = |row: &Value| {
            let folder = root.join(format!("reported/{:04}", count(row, "number")));
            let own = json(&folder.join("annex.json"));
            let [from, to] = ["started", "ended"].map(|end| at(text(&own["custody"], end)));
            let during = |access: &&Value| (from..=to).contains(&access["at"].as_i64().expect("a time").into());
            Visit {
                row: row.clone(),
                evidence: lines(&folder.join("evidence.ndjson")),
                log: log.iter().filter(during).cloned().collect(),
                annex: own,
            }
        };
        let visits: Vec<Visit> = rows(&annex, "register").iter().map(visit).collect();
        assert!(visits.iter().all(|visit| !visit.log.is_empty()));
        assert_eq!(visits.iter().map(|visit| visit.log.len()).sum::<usize>(), log.len(), "each request lies in one recording");
        Self { nl: chapter(&page("nl"), "sentences"), en: chapter(&page("en"), "sentences"), annex, visits }
    }

    fn sentences(&self, name: &str) -> &Vec<Value> {
        rows(&self.annex["annex"]["sentences"], name)
    }

    /// The row of a table that a sentence names.
    fn row(&self, table: &str, nr: &Value) -> &Value {
        rows(&self.annex["annex"][table], "rows").iter().find(|row| row["nr"] == *nr).unwrap_or_else(|| panic!("{table}: no row {nr}"))
    }

    fn class(&self, nr: &Value) -> &Value {
        rows(&self.annex["classes"], "rows").iter().find(|row| row["nr"] == *nr).expect("a row")
    }

    fn visit(&self, nr: &Value) -> &Visit {
        self.visits.iter().find(|visit| visit.row["nr"] == *nr).unwrap_or_else(|| panic!("no recording {nr}"))
    }

    fn of_scenario<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Visit> {
        self.visits.iter().filter(move |visit| visit.row["scenario"] == name)
    }

    fn says(&self, nl: &str, en: &str) {
        assert!(self.nl.contains(nl), "{nl}\n{}", self.nl);
        assert!(self.en.contains(en), "{en}\n{}", self.en);
    }
}

/// Recordings that get a timestamp, one whose timestamp cannot be read, and one with a timestamp over another recording.
const STAMPED: [u64; 2] = [1, 4];
const BROKEN: u64 = 2;
const STRANGE: u64 = 3;

/// A report as an auditor makes it: with a database of addresses, and after two recordings were stamped. What was broken for it is mended again.
fn reported(root: &Path, authority: &TimeAuthority) {
    let map = |fields: &[(&str, Data)]| Data::Map(fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect());
    let word = |word: &str| Data::Text(word.to_owned());
    let registered = map(&[("country", map(&[("iso_code", word("ZZ"))])), ("autonomous_system_organization", word(ORGANISATION))]);
    fs::write(root.join("addresses.mmdb"), database(DATABASE, 1_767_225_600, &[("127.0.0.0", 8, registered)])).expect("written");
    for number in STAMPED {
        let recording = format!("case/captures/{number:04}");
        let by = ["--stamp-by", &authority.url(), "--stamp-qualified", "no", "--stamp-qualified-source", "GESIMULEERDE lijst"];
        let ran = run_in(root, [&["stamp", recording.as_str()], by.as_slice()].concat());
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
    let times = |number: u64| root.join(format!("case/captures/{number:04}/times"));
    for number in [BROKEN, STRANGE] {
        fs::create_dir(times(number)).expect("no times yet");
    }
    fs::write(times(BROKEN).join("record-000001.json"), "{\"kind\": \"time\"").expect("written");
    fs::copy(stamp(root, STAMPED[0]), times(STRANGE).join("record-000001.json")).expect("copied");
    let report = ["report", "case", "--format", "html,json,csv", "--lang", "nl,en", "--out", "reported", "--list", "addresses.mmdb"];
    let ran = run_in(root, report);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(ran.err.contains("captures/0002/times/record-000001.json: is no time of a recording"), "{}", ran.err);
    for number in [BROKEN, STRANGE] {
        fs::remove_dir_all(times(number)).expect("mended");
    }
}

/// The file of the timestamp over the last record of a recording.
fn stamp(root: &Path, number: u64) -> std::path::PathBuf {
    let folder = root.join(format!("case/captures/{number:04}/times"));
    fs::read_dir(&folder).expect("times").next().expect("a time").expect("readable").path()
}

/// The ten sentences, as the world made them true.
pub(super) fn the_annex_over_the_case_says_what_is_true(root: &Path) {
    let authority = TimeAuthority::start(None);
    reported(root, &authority);
    let held = Held::read(root);
    in_brief(&held, root);
    what_carries_the_page(&held);
    before_and_after_a_choice(&held);
    what_is_open_and_what_is_for(&held);
    what_controls_set_too(&held);
    what_was_sent_from_another_site(&held);
    where_addresses_are_registered(&held);
    what_the_proof_rests_on(&held, root, &authority);
    what_was_not_seen(&held);
    every_number_is_what_others_count(root);
    for number in 1..=10 {
        let name = format!("case-ten-{number}");
        assert!(!held.nl.contains(&name) && !held.en.contains(&name));
    }
}

/// Every number in the sentences, every link and every row, by a program without any code of ours; and that it does notice a number that is another.
fn every_number_is_what_others_count(root: &Path) {
    let reported = root.join("reported");
    let recount = || oracle("recount_case.py", &[&reported, &Path::new(ROOT).join("src/report/locale")]);
    let said = recount();
    assert!(said.fine, "{}", said.wrong);
    let sum = |name: &str| -> u64 { said.out[name].as_object().expect("by name").values().filter_map(Value::as_u64).sum() };
    assert!(sum("sentences") > 3_000 && sum("behind") > 3_000, "{}", said.out);
    let page = reported.join("case-annex/case-annex.nl.html");
    let whole = fs::read_to_string(&page).expect("a page");
    for (from, to, name) in [
        (
            "Vermeldingen (vastgelegde verzoeken), verzonden en niet verzonden: ",
            "Vermeldingen (vastgelegde verzoeken), verzonden en niet verzonden: 9",
            "case-brief-entries",
        ),
        ("met een opgegeven levensduur van ", "met een opgegeven levensduur van 1", "case-ten-2"),
        ("betekent: in 2 van de 3", "betekent: in 2 van de 4", "nobody counts again"),
        ("regel 1</a>", "regel 2</a>", "leads to"),
    ] {
        assert!(whole.contains(from), "{from}");
        fs::write(&page, whole.replacen(from, to, 1)).expect("written");
        let said = recount();
        assert!(!said.fine && said.wrong.contains(name), "{name}: {}", said.wrong);
    }
    fs::write(&page, whole).expect("written");
}

/// The half page in front, counted again from the rows that it leads to.
fn in_brief(held: &Held, root: &Path) {
    let of = |table: &str| rows(&held.annex["annex"][table], "rows").clone();
    let sum = |name: &str| of("parties").iter().map(|row| count(row, name)).sum::<u64>();
    let asked = |row: &&Value| count(row, "requests") > count(row, "not_sent");
    let parties: BTreeSet<String> = of("parties").iter().filter(asked).map(|row| row["site"].to_string()).collect();
    let cookies = of("cookies").iter().filter(|row| count(row, "set") + count(row, "sent") > 0).count();
    let unknown = of("fields").iter().filter(|row| row["meaning"] == "not-established").count();
    let page = fs::read_to_string(root.join("reported/case-annex/case-annex.en.html")).expect("a page");
    let brief = chapter(&page, "brief").replace(',', "");
    let recordings = held.visits.len();
    for said in [
        format!("Recordings in the register: {recordings}; used of these: {recordings} (Annex A)"),
        format!("Entries (recorded requests) sent and not sent: {} (Annex E)", sum("requests")),
        format!("never left the browser or were refused: {} (Annex E)", sum("not_sent")),
        format!("Registrable domains to which at least one request was sent: {} (Annex E)", parties.len()),
        format!("Different cookies set or sent: {cookies} (Annex D)"),
        format!("meaning not established of: {unknown} (Annex C)"),
        format!("Different fields of different endpoints: {}", of("fields").len()),
    ] {
        assert!(brief.contains(&said), "{said}\n{brief}");
    }
    // What was sent is what the servers got.
    let got: usize = held.visits.iter().map(|visit| visit.log.len()).sum();
    assert_eq!(sum("requests") - sum("not_sent"), got as u64);
}

/// The word for so many.
fn many<'w>(n: u64, one: &'w str, more: &'w str) -> &'w str {
    if n == 1 { one } else { more }
}

/// 1: a request that carries the Page's address in a header, in every visit and in no control, as the servers logged it; that the Page itself was asked for
/// comes after such requests.
fn what_carries_the_page(held: &Held) {
    let told = held.sentences("with_page");
    let (row, page) = (held.class(&told[0]["class_row"]), "/ministerievanvoorbeelden");
    let (method, path, field) = (text(&row["item"], "method"), text(&row["item"], "path"), text(&told[0], "field"));
    assert_eq!((&row["class"], &told[0]["place"], &row["item"]["rule"]), (&"A".into(), &"header".into(), &Value::Null), "{row}");
    let of_page = |of: &Value| text(of, "place") == "path";
    assert!(told.windows(2).all(|pair| !of_page(&pair[0]) || of_page(&pair[1])), "{told:?}");
    let group = rows(&held.annex["classes"], "groups").iter().find(|group| group["nr"] == row["group"]).expect("a group");
    let carries = |access: &Value| {
        let named = |pair: &Value| pair[0] == field && pair[1].as_str().is_some_and(|value| value.contains(page));
        access["method"] == method && access["path"] == path && rows(access, "request_headers").iter().any(named)
    };
    let asked = |visit: &&Visit| visit.log.iter().any(carries);
    let of = |side: &str| rows(group, side).iter().map(|nr| held.visit(nr)).collect::<Vec<_>>();
    let (pages, controls) = (of("pages"), of("controls"));
    let [n, m] = [&pages, &controls].map(|side| side.iter().filter(|visit| asked(visit)).count());
    assert!(n == pages.len() && n > 0 && m == 0 && !controls.is_empty(), "{n} of {}, {m} of {}", pages.len(), controls.len());
    held.says(
        &format!(
            "In {n} van {n} {} aan de Page en in 0 van {} {} is een verzoek aan {method} www.facebook.com {path} vastgelegd",
            many(n as u64, "bezoek", "bezoeken"),
            controls.len(),
            many(controls.len() as u64, "controlebezoek", "controlebezoeken")
        ),
        &format!(
            "In {n} of {n} {} to the Page and in 0 of {} {}, a request to {method} www.facebook.com {path} was recorded",
            many(n as u64, "visit", "visits"),
            controls.len(),
            many(controls.len() as u64, "control visit", "control visits")
        ),
    );
}

/// 2 and 3: which cookies, by the table of the world; how long they are asked for, by the answers of the servers; how often, by the evidence logs.
fn before_and_after_a_choice(held: &Held) {
    let cookie = |of: &Value| text(held.row("cookies", &of["cookie"]), "name").to_owned();
    let never = |question: Question, item: Item, name: &str| {
        let says = |truth: &&Answered| truth.question == question && truth.thing.item == item && truth.thing.name == name;
        ANSWERS.iter().filter(says).any(|truth| truth.share == Share::None)
    };
    for of in held.sentences("before_choice") {
        let (name, visit) = (cookie(of), held.visit(&of["recording"]));
        assert!(!never(Question::BeforeChoice, Item::CookieSet, &name), "{name}");
        let set = visit.evidence("cookie").find(|line| line["entry"] == of["entry"] && line["name"] == *name).expect("in the evidence");
        assert_eq!((&set["event"], &set["time"]), (&"set".into(), &of["time"]));
        // The first answer that sets it, before the choice was posted.
        let chosen = visit.log.iter().position(|access| access["method"] == "POST" && access["path"] == "/cookie/consent/");
        let lines = visit.log[..chosen.unwrap_or(visit.log.len())].iter().flat_map(|access| rows(access, "response_headers"));
        let line = lines.filter(|pair| pair[0] == "set-cookie").find_map(|pair| pair[1].as_str()?.strip_prefix(&format!("{name}=")));
        let age = line.expect("set by a server").split("; ").find_map(|part| part.strip_prefix("Max-Age=")).expect("a lifetime");
        let days = age.parse::<u64>().expect("seconds") / 86_400;
        held.says(
            &format!("cookie {name} (van facebook.com) gezet door een antwoord van www.facebook.com, met een opgegeven levensduur van {days} dagen"),
            &format!("cookie {name} (of facebook.com) was set by an answer of www.facebook.com, with a stated lifetime of {days} days"),
        );
    }
    assert!(held.sentences("before_choice").iter().any(|of| cookie(of) == "datr"));
    for of in held.sentences("after_decline") {
        let (name, scenario) = (cookie(of), text(of, "scenario"));
        assert!(!never(Question::AfterRefusal, Item::CookieSent, &name), "{name}");
        let flows = |state: &str| -> u64 {
            let carries = |flow: &&Value| rows(flow, "cookies_sent").iter().any(|sent| sent["name"] == *name);
            let of = |visit: &Visit| visit.evidence("flow").filter(|flow| flow["choice_state"] == state).filter(carries).count() as u64;
            held.of_scenario(scenario).map(of).sum()
        };
        let (after, during) = (flows("after-choice"), flows("transition"));
        assert_eq!((count(of, "requests"), count(of, "in_transition"), &of["set_again"]), (after, during, &0.into()), "{name}");
        let n = held.of_scenario(scenario).count();
        held.says(
            &format!("Na de keuze ‘Optionele cookies weigeren’ in scenario {scenario} is geen Set-Cookie-header voor cookie {name} (van facebook.com) vastgelegd, maar zij is nog in {after} verzoeken meegezonden, in {n} van {n} vastleggingen"),
            &format!("it was still sent in {after} requests, in {n} of {n} recordings"),
        );
        held.says(
            &format!("verzoeken tijdens het verwerken van deze keuze ({during})"),
            &format!("requests while this choice was being handled ({during})"),
        );
    }
    assert!(!held.sentences("after_decline").is_empty());
}

/// 4: counted again from the rows of the fields. 5: words that stand in a rule.
fn what_is_open_and_what_is_for(held: &Held) {
    for open in held.sentences("open_fields") {
        let of = held.row("endpoints", &open["endpoint"]);
        let same = |row: &&Value| ["host", "method", "rule", "path", "operation"].iter().all(|part| row["item"][part] == of["item"][part]);
        let fields: Vec<&Value> = rows(&held.annex["annex"]["fields"], "rows").iter().filter(same).collect();
        let unknown = fields.iter().filter(|row| row["meaning"] == "not-established").count();
        assert_eq!((count(open, "fields"), count(open, "open")), (fields.len() as u64, unknown as u64));
        held.says(
            &format!("Van de {} verschillende velden die in dit onderzoek naar", fields.len()),
            &format!("Of the {} different fields sent to", fields.len()),
        );
        held.says(&format!("is van {unknown} ("), &format!("the meaning of {unknown} ("));
    }
    assert!(!held.sentences("purposes").is_empty());
    for of in held.sentences("purposes") {
        let (claim, cookie) = (&of["claim"], held.row("cookies", &of["cookie"]));
        let file = text(claim, "place").split(':').next().expect("a file");
        let rules = fs::read_to_string(Path::new(ROOT).join("rules").join(file)).expect("a file of rules");
        let (nl, en) = (text(&claim["purpose"], "nl"), text(&claim["purpose"], "en"));
        assert!(claim["by"] == "vendor" && rules.contains(nl) && rules.contains(en), "{claim}");
        held.says(nl, en);
        let name = text(cookie, "name");
        held.says(&format!("Over cookie {name} (van"), &format!("About cookie {name} (of"));
    }
}

/// 6: a cookie that controls set too, in as many visits as the table of the world says.
fn what_controls_set_too(held: &Held) {
    let rows: Vec<&Value> = held.sentences("on_controls").iter().map(|nr| held.class(nr)).collect();
    assert!(rows.iter().any(|row| row["item"]["name"] == "datr"));
    for row in rows {
        let name = text(&row["item"], "name");
        let truth = CLASSES.iter().find(|truth| truth.thing.item == Item::CookieSet && truth.thing.name == name);
        for (side, share) in truth.iter().flat_map(|truth| [("page", truth.page), ("controls", truth.controls)]) {
            let [n, of] = ["recorded", "of"].map(|member| count(&row[side], member));
            assert!(n > 0 && share != Share::None && (share != Share::Every || n == of), "{name}: {row}");
        }
        let [n, of, m, all] = [("page", "recorded"), ("page", "of"), ("controls", "recorded"), ("controls", "of")]
            .map(|(side, member)| count(&row[side], member));
        held.says(
            &format!("Cookie {name} (van facebook.com) is zowel bij de onderzochte Page ({n} van {of} {}) als bij controles ({m} van {all}) gezet", many(of, "bezoek", "bezoeken")),
            &format!("Cookie {name} (of facebook.com) was set both on the audited Page ({n} of {of} {}) and with controls ({m} of {all})", many(of, "visit", "visits")),
        );
    }
}

/// 7: values that the platform's servers got from the Page and then, in the same browser, from the second site; with cookies of other sites blocked they did not.
fn what_was_sent_from_another_site(held: &Held) {
    let control: Vec<&Visit> = held.of_scenario(BLOCKED).collect();
    assert!(control.iter().all(|visit| visit.to_platform().any(from_town) && !visit.sent(false).is_empty()));
    let mut told = BTreeSet::new();
    for of in held.sentences("followed") {
        let line = held.row("trail", &of["trail"]);
        let (row, visit) = (&line["row"], held.visit(&line["behind"]["recording"]));
        let name = text(row, "name");
        told.insert(name.to_owned());
        let again: Vec<(String, String)> = visit.sent(true).intersection(&visit.sent(false)).cloned().collect();
        assert!(again.iter().any(|(known, _)| known == name), "{name}: {again:?}");
        let entries = ["one", "other"].map(|end| count(&row[end], "entry"));
        for entry in entries {
            let (names, host) = visit.carried(entry);
            assert!(names.contains(&name) && host == "www.facebook.com", "{entry}: {names:?} to {host}");
        }
        let sent = control.iter().filter(|visit| visit.sent(true).iter().any(|(known, _)| known == name)).count();
        assert_eq!((&of["blocked"], &of["blocked_recorded"], sent), (&control.len().into(), &0.into(), 0), "{name}");
        let (id, [a, b], n) = (text(row, "pseudonym"), entries, control.len());
        let browser = text(&visit.row, "browser").split(',').next().expect("its name");
        held.says(
            &format!("In één browserprofiel ({browser}; cookies in verzoeken tussen sites: toegestaan) is de waarde met pseudoniem {id} verzonden aan www.facebook.com tijdens het bezoek aan de onderzochte site (facebook.com) (vermelding {a}) en, "),
            &format!("In one browser profile ({browser}; cookies in requests between sites: allowed) the value with pseudonym {id} was sent to www.facebook.com during the visit to the examined site (facebook.com) (entry {a}) and again, "),
        );
        held.says(
            &format!("nog eens aan www.facebook.com vanaf een pagina of frame van voorbeeldgemeente.example (vermelding {b}); stand van de keuze op de andere site: geen keuze voor voorbeeldgemeente.example vastgelegd. Controle: met geblokkeerde cookies in verzoeken tussen sites is hetzelfde vastgelegd in 0 van {n} {} waarin", many(n as u64, "vastlegging", "vastleggingen")),
            &format!("to www.facebook.com from a page or frame of voorbeeldgemeente.example (entry {b}); state of the choice on the other site: no choice for voorbeeldgemeente.example recorded. Control: with cookies in requests between sites blocked, the same was recorded in 0 of {n} {} in which", many(n as u64, "recording", "recordings")),
        );
    }
    // Nothing is left out: every identifier that the world gave and got from both.
    for visit in held.of_scenario("no-account.allow.second-site") {
        let both: BTreeSet<String> = visit
            .sent(true)
            .intersection(&visit.sent(false))
            .filter(|(_, value)| value.starts_with("SIMULATED"))
            .map(|(name, _)| name.clone())
            .collect();
        assert!(both.contains("datr") && both.is_subset(&told), "{both:?}, told {told:?}");
    }
}

/// 8: the addresses of this machine, with the hosts that were asked there, in the words of a simulated database.
fn where_addresses_are_registered(held: &Held) {
    let domain = |host: &str| host.rsplitn(3, '.').take(2).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(".");
    let hosts: BTreeSet<&str> = held.visits.iter().flat_map(|visit| &visit.log).map(|access| text(access, "host")).collect();
    let sites: BTreeSet<String> = hosts.iter().map(|host| domain(host)).collect();
    let told = held.sentences("registered");
    assert_eq!(told.len(), sites.len());
    for nr in told {
        let row = held.row("locations", nr);
        let asked: Vec<&str> = hosts.iter().copied().filter(|host| domain(host) == row["site"]).collect();
        let asked = asked.join(", ");
        held.says(
            &format!("Het adres 127.0.0.1 (hosts: {asked}) stond volgens {DATABASE} van 2026-01-01 op naam van {ORGANISATION}, land ZZ (Bijlage F, regel {nr}); dat laat niet zien waar de gegevens zijn opgeslagen"),
            &format!("The address 127.0.0.1 (hosts: {asked}) was registered, according to {DATABASE} of 2026-01-01, to {ORGANISATION}, country ZZ (Annex F, row {nr}); this shows neither where the data were stored"),
        );
    }
}

/// 9: the times in the tokens, as openssl reads them.
fn what_the_proof_rests_on(held: &Held, root: &Path, authority: &TimeAuthority) {
    let read = |number: u64| {
        let token = STANDARD.decode(text(&json(&stamp(root, number)), "token")).expect("base64");
        fs::write(authority.folder.path().join("token"), token).expect("written");
        let said = openssl(authority.folder.path(), &["ts", "-reply", "-token_in", "-in", "token", "-text"]).stdout;
        let said = String::from_utf8(said).expect("a text");
        let time = said.lines().find_map(|line| line.strip_prefix("Time stamp: ")).expect("a time").to_owned();
        // Such as `Nov 23 13:40:26.12 2026 GMT`; zeros at the end of a fraction are not written.
        let [month, day, clock, year, "GMT"] = time.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{time}") };
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let nl =
            ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"];
        let en = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
        let month = months.iter().position(|known| *known == month).expect("a month");
        (
            format!("{day} {} {year}, {clock},{fraction:0<3} UTC", nl[month]),
            format!("{day} {} {year}, {clock}.{fraction:0<3} UTC", en[month]),
        )
    };
    // The second was asked for later.
    let [first, last] = STAMPED.map(read);
    let (n, used, url) = (STAMPED.len(), held.visits.len(), authority.url());
    held.says(
        &format!("Een tijdstempel dat klopt dragen {n} van de {used} gebruikte vastleggingen; over de laatste regel van het logboek van de vastlegging: {n}. Gestempeld door {url} (gekwalificeerd, zoals bij het stempelen genoteerd: nee, volgens GESIMULEERDE lijst), tussen {} en {}; vastleggingen: {n}.", first.0, last.0),
        &format!("Of the {used} recordings that are used, {n} carry a timestamp that holds; over the last record of the recording's log: {n}. Timestamped by {url} (qualified, as noted at stamping: no, according to GESIMULEERDE lijst) between {} and {}; recordings: {n}.", first.1, last.1),
    );
    held.says(
        "Eén tijdstempel klopt niet of kon niet worden nagerekend en telt niet mee",
        "One timestamp does not hold or could not be checked",
    );
    held.says("Eén tijdstempel kon niet worden gelezen", "One timestamp could not be read");
    held.says("volgens henzelf gemaakt met dataspoor ", "as they say themselves, with dataspoor ");
    held.says("berusten op dataspoor demo en het dossierregister", "rest on dataspoor demo and the case ledger");
}

/// 10: what the recordings themselves say of connections that were not read.
fn what_was_not_seen(held: &Held) {
    let [tunnels, bytes] =
        ["tunnels", "tunnel_bytes"].map(|name| held.visits.iter().map(|visit| count(&visit.annex["custody"], name)).sum::<u64>());
    let not = &held.annex["annex"]["sentences"]["not_seen"];
    assert_eq!((count(not, "tunnels"), count(not, "tunnel_bytes"), count(not, "not_used")), (tunnels, bytes, 0));
    let recordings = held.visits.len();
    held.says(
        &format!("alle {recordings} vastleggingen in het register zijn gebruikt"),
        &format!("all {recordings} recordings in the register were used"),
    );
}
