//! The demo case against its truth, without recording: a real Chromium walks through cells of the case's plan by the case's own files of steps, and the
//! servers' log of each visit is held against the tables of `demo::truth::case`. So the tables are right before any comparison is measured by them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use dataspoor::browser::{Driver, Options, Profile, Screen, ThirdPartyCookies, find};
use dataspoor::demo::case::{Cell, RETURNING, Size, WALL, cells, files};
use dataspoor::demo::plan::PAGE_ID;
use dataspoor::demo::truth::case::{ANSWERS, CLASSES, DELETED, KEPT, LASTING, OBSERVER, Question, STORED, Share, Shown, VARYING};
use dataspoor::demo::truth::{cookies, set_cookies};
use dataspoor::demo::{Access, World};
use dataspoor::model::{Operated, Timestamp};
use dataspoor::plan::{Step, Steps, steps::Part};
use dataspoor::vault::{Case, CaseFile};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::corpus::{ROOT, scratch};

/// Far longer than anything here takes; only a failure waits for it.
const LONG: Duration = Duration::from_secs(30);

/// What became of one visit.
struct Visited {
    cell: Cell,
    /// Which recording of its cell it is, from 1.
    repetition: u32,
    accesses: Vec<Access>,
    /// Outcome that a step named, if the visit ended there.
    ended: Option<String>,
    /// Names and hosts of the cookies in the browser at the end, and whether they are kept apart for a site.
    jar: Vec<(String, bool)>,
    /// Keys in localStorage of the last page.
    stored: Vec<String>,
}

/// CONNECT to the hosts of the world, and to nothing else.
async fn proxy(world: SocketAddr, hosts: &'static [&'static str]) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = client.read_u8().await else { return };
                    head.push(byte);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let host = head.split(' ').nth(1).and_then(|target| target.strip_suffix(":443")).unwrap_or_default();
                // What the browser asks of its maker stays here, too.
                if head.starts_with("CONNECT ") && hosts.contains(&host) {
                    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("written");
                    let mut world = TcpStream::connect(world).await.expect("the world");
                    // A side that breaks off is the business of those who talk.
                    let _ = copy_bidirectional(&mut client, &mut world).await;
                }
            });
        }
    });
    address
}

/// A browser at its visit.
struct Hand<'a> {
    driver: &'a Driver,
    texts: &'a BTreeMap<&'static str, String>,
    cell: &'a Cell,
}

impl Hand<'_> {
    async fn until(&self, expression: &str) {
        let expression = format!("Boolean({expression})");
        let waited = tokio::time::timeout(LONG, async {
            while !matches!(self.driver.wait_settled(&expression, Duration::from_millis(50), LONG).await, Ok(value) if value == true) {}
        });
        waited.await.unwrap_or_else(|_| panic!("{}: {expression} never became true", self.cell.name));
    }

    /// Takes the steps of a file; what ended it, if a step did.
    async fn walk(&self, path: &str) -> Option<String> {
        // No file: nothing to do, as for whoever has no account.
        let text = self.texts.get(path)?;
        for placed in Steps::read(path, text).expect("steps").steps {
            let at = format!("{}: {path}, line {}", self.cell.name, placed.line);
            match placed.step {
                Step::Open(url) => {
                    let url = url.replace("{target}", self.url());
                    self.driver.goto(&url).await.unwrap_or_else(|error| panic!("{at}: {error}"));
                }
                Step::WaitFor(wait) => {
                    let (element, _) = wait.parts();
                    self.driver
                        .wait_for(&element.selector.expect("a selector"), LONG)
                        .await
                        .unwrap_or_else(|error| panic!("{at}: {error}"));
                }
                Step::WaitUntil(condition) => self.until(&condition.expression).await,
                Step::Click(element) => self.click(element.described().selector, &at).await,
                Step::Choose(choose) => self.click(choose.button.described().selector, &at).await,
                Step::Scroll(down) => self.driver.scroll(f64::from(down)).await.unwrap_or_else(|error| panic!("{at}: {error}")),
                Step::Type(typed) => {
                    let text = typed.text.expect("a text");
                    self.driver.fill(&typed.into, &text).await.unwrap_or_else(|error| panic!("{at}: {error}"));
                }
                Step::ConsentScreen(screen) => {
                    let text = self.driver.text(&screen.selector).await.unwrap_or_else(|error| panic!("{at}: {error}"));
                    assert!(text.contains("cookies") || text.contains("cookie") || text.contains("soort"), "{at}: {text}");
                }
                Step::EndIf(end) => {
                    let there = format!("document.querySelector({:?}) !== null", end.selector);
                    if self.driver.evaluate(&there).await.expect("evaluated") == true {
                        return Some(end.outcome);
                    }
                }
                Step::Path(part) => {
                    let path = match part {
                        Part::Persona => format!("steps/persona-{}.toml", self.cell.persona),
                        Part::Choice => format!("steps/choice-{}.toml", self.cell.choice),
                    };
                    Box::pin(self.walk(&path)).await;
                }
                Step::Quiet(quiet) => {
                    let entries = "performance.getEntriesByType('resource').length";
                    let rest = Duration::from_millis(quiet.quiet_for.into());
                    self.driver.wait_settled(entries, rest, LONG).await.unwrap_or_else(|error| panic!("{at}: {error}"));
                }
                Step::Screenshot(_) | Step::Mark(_) => {}
                Step::Operator(_) | Step::Restart(_) | Step::Autoconsent(_) => panic!("{at}: nobody is at hand"),
            }
        }
        None
    }

    async fn click(&self, selector: Option<String>, at: &str) {
        let selector = selector.expect("a selector");
        self.driver.click(&selector).await.unwrap_or_else(|error| panic!("{at}: {error}"));
    }

    fn url(&self) -> &'static str {
        match self.cell.target {
            "page" => "https://www.facebook.com/ministerievanvoorbeelden",
            "photos" => "https://www.facebook.com/ministerievanvoorbeelden/photos",
            "other-page" => "https://www.facebook.com/gemeentevoorbeeldstad",
            "start" => "https://www.facebook.com/",
            // The second site is reached from the Page.
            _ => "https://www.voorbeeldgemeente.example/paspoort",
        }
    }
}

/// Every recording of these cells, one after the other. `headless`: without a window.
async fn visited(world: &World, names: &[&str], program: &str, headless: bool) -> Vec<Visited> {
    let program = find(Some(program.as_ref())).expect("a browser");
    let proxy = proxy(world.address(), world.hosts()).await;
    let mut options = Options::new(program.clone(), proxy);
    options.screen = if headless { Screen::None } else { Screen::unseen().expect("a virtual screen").0 };
    let texts: BTreeMap<_, _> = files(Size::Subset).into_iter().collect();
    let mut all = Vec::new();
    for cell in cells(Size::Subset).into_iter().filter(|cell| names.contains(&cell.name.as_str())) {
        let profile = || {
            let profile = Profile::create_for(program.kind, world.authority_pem()).expect("a profile");
            let policy = if cell.third_party_cookies == "block" { ThirdPartyCookies::Block } else { ThirdPartyCookies::Allow };
            profile.with_third_party_cookies(policy).expect("a policy")
        };
        let mut kept = profile();
        for repetition in 1..=cell.repetitions {
            if repetition > 1 && cell.name != RETURNING {
                kept = profile();
            }
            let before = world.accesses().len();
            let driver = Driver::start(&kept, &options).await.expect("starts");
            assert_eq!(driver.user_agent().contains("HeadlessChrome"), headless, "{}", driver.user_agent());
            let hand = Hand { driver: &driver, texts: &texts, cell: &cell };
            let ended = hand.walk(&format!("steps/target-{}.toml", cell.target)).await;
            let jar = driver.cookies().await.expect("cookies");
            let jar = jar.into_iter().map(|cookie| (cookie.name, cookie.partition_key.is_some())).collect();
            let stored = driver.evaluate("Object.keys(localStorage)").await.expect("evaluated");
            let stored = stored.as_array().expect("keys").iter().map(|key| key.as_str().expect("a key").to_owned()).collect();
            driver.close().await;
            let accesses = world.accesses().split_off(before);
            all.push(Visited { cell: cell.clone(), repetition, accesses, ended, jar, stored });
        }
    }
    all
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime").block_on(work)
}

/// A share that a part of the plan can show: what is in some visits of the whole plan may be in all or none of a part.
fn holds(said: Share, seen: Share) -> bool {
    said == Share::Some || said == seen
}

#[test]
fn what_the_tables_of_the_case_say_is_what_a_browser_does() {
    let visits = run(async {
        let world = World::start_case().await.expect("a world");
        let names = [
            "no-account.none.page",
            "no-account.decline.start",
            "no-account.withdraw.page",
            "no-account.allow.second-site",
            "logged-out.decline.page",
            "logged-in.allow.other-page",
            "administrator.none.page",
            WALL,
            RETURNING,
        ];
        visited(&world, &names, "chromium", false).await
    });
    let of = |wanted: &dyn Fn(&Cell) -> bool| -> Vec<&[Access]> {
        visits.iter().filter(|visit| wanted(&visit.cell)).map(|visit| visit.accesses.as_slice()).collect()
    };
    let matrix = |wanted: &dyn Fn(&Cell) -> bool| of(&|cell| cell.in_matrix && wanted(cell));
    let mut wrong = Vec::new();

    for row in CLASSES {
        let page = row.thing.share(matrix(&|cell| cell.target == "page"));
        let controls = row.thing.share(matrix(&|cell| cell.target != "page"));
        if !holds(row.page, page) || !holds(row.controls, controls) {
            wrong.push(format!("{page:?} of the Page, {controls:?} of controls: {row:?}"));
        }
    }
    for row in ANSWERS {
        let asked = match row.question {
            Question::Returning => of(&|cell| row.question.is_about(cell)).split_off(1),
            _ => of(&|cell| row.question.is_about(cell)),
        };
        let others = row.others.map_or_else(Vec::new, |_| matrix(&|cell| !row.question.is_about(cell)));
        assert!(!asked.is_empty() && (row.others.is_none() || !others.is_empty()), "{row:?}");
        let seen = row.thing.share_of(row.question, asked);
        let others = row.thing.share_of(row.question, others);
        if row.share != seen || row.others.is_some_and(|said| said != others) {
            wrong.push(format!("{seen:?}, others {others:?}: {row:?}"));
        }
    }
    for (done, thing) in DELETED {
        let asked = matrix(&|cell| if done == "withdraw" { cell.choice == "withdraw" } else { cell.persona == "logged-out" });
        if thing.share(asked) != Share::Every {
            wrong.push(format!("{done}: {thing:?}"));
        }
    }
    for row in OBSERVER {
        let said = if row.only == Shown::NoAutomation { Share::None } else { Share::Every };
        let seen = row.thing.share(matrix(&|_| true));
        if seen != said {
            wrong.push(format!("{seen:?} with a window and automation: {row:?}"));
        }
    }
    for visit in &visits {
        let varies = visit.repetition % 2 == 0 && visit.cell.name != RETURNING;
        let seen = visit.accesses.iter().any(|access| VARYING.is_seen_in(access));
        if seen != varies {
            wrong.push(format!("what varies, in {} of {}: {seen}", visit.repetition, visit.cell.name));
        }
        let wall = (visit.cell.name == WALL).then(|| "login-wall".to_owned());
        if visit.ended != wall {
            wrong.push(format!("{} ended at {:?}", visit.cell.name, visit.ended));
        }
        // The Page's identifier stands in the field on the Page, and another one on controls.
        let named = visit.accesses.iter().filter(|access| access.path == "/ajax/route-definition/").all(|access| {
            let body = String::from_utf8_lossy(&access.request_body);
            body.contains(&format!("surface_id={PAGE_ID}")) == ["page", "photos", "second-site"].contains(&visit.cell.target)
        });
        if !named {
            wrong.push(format!("surface_id in {}", visit.cell.name));
        }
    }
    // Who administers the Page acts as it there.
    for access in matrix(&|cell| cell.persona == "administrator").into_iter().flatten().filter(|access| access.path.starts_with("/ajax/bz"))
    {
        let body = String::from_utf8_lossy(&access.request_body);
        assert!(body.contains(&format!("av={PAGE_ID}&__user=SIMULATEDaccount")), "{body}");
    }

    // The kept profile: the same values, of which one is set again with each visit.
    let kept = of(&|cell| cell.name == RETURNING);
    for row in LASTING {
        let value =
            |visit: &&[Access]| visit.iter().flat_map(cookies).find(|(name, _)| *name == row.name).map(|(_, value)| value.to_owned());
        let values: Vec<_> = kept.iter().map(value).collect();
        let again = kept[1].iter().flat_map(set_cookies).find(|(name, _)| *name == row.name).map(|(_, value)| value.to_owned());
        if values[0] != values[1] || values[0].is_none() || again.is_some() != row.renewed || again.is_some() && again != values[1] {
            wrong.push(format!("{row:?}: {values:?}, set again {again:?}"));
        }
    }

    // What the browser makes of cookies that are set on the way to the second site, and what pages put into its storage.
    let second = visits.iter().find(|visit| visit.cell.target == "second-site").expect("visited");
    for row in KEPT {
        let set = second.accesses.iter().any(|access| access.host == row.host && set_cookies(access).any(|(name, _)| name == row.name));
        let kept = second.jar.iter().find(|(name, _)| name == row.name).map(|(_, apart)| *apart);
        if !set || kept != row.refused.is_none().then_some(true) {
            wrong.push(format!("{row:?}: set {set}, kept {kept:?}"));
        }
    }
    assert_eq!(second.stored, [STORED[1].1]);
    let wall = visits.iter().find(|visit| visit.cell.name == WALL).expect("visited");
    assert_eq!(wall.stored, [STORED[0].1]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_browser_without_a_window_sees_what_the_table_of_the_observer_says() {
    let visits = run(async {
        let world = World::start_case().await.expect("a world");
        visited(&world, &["no-account.allow.page"], "chromium", true).await
    });
    for row in OBSERVER {
        let said = if row.only == Shown::Automation { Share::Every } else { Share::None };
        assert_eq!(row.thing.share(visits.iter().map(|visit| visit.accesses.as_slice())), said, "{row:?}");
    }
}

#[test]
fn another_browser_does_the_same() {
    let visits = run(async {
        let world = World::start_case().await.expect("a world");
        visited(&world, &["no-account.allow.start", "logged-in.allow.page"], "firefox", false).await
    });
    let of = |target: &'static str| visits.iter().filter(move |visit| visit.cell.target == target).map(|visit| visit.accesses.as_slice());
    for row in CLASSES {
        let (page, controls) = (row.thing.share(of("page")), row.thing.share(of("start")));
        assert!(holds(row.page, page) && holds(row.controls, controls), "{page:?} of the Page, {controls:?} of controls: {row:?}");
    }
    for row in ANSWERS.iter().filter(|row| [Question::BeforeChoice, Question::AfterAllow].contains(&row.question)) {
        let seen = row.thing.share_of(row.question, visits.iter().map(|visit| visit.accesses.as_slice()));
        assert_eq!(seen, row.share, "{row:?}");
    }
}

#[test]
fn the_plan_of_the_case_is_one() {
    for size in [Size::Subset, Size::Full] {
        let scratch = scratch();
        let folder = scratch.path().join("case");
        let file = CaseFile { id: "simulated".to_owned(), title: "SIMULATED".to_owned(), ..CaseFile::default() };
        Case::create(&folder, file, [1; 32], Timestamp::from_nanoseconds(0)).expect("a case");
        for (path, text) in files(size) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            let before = fs::read_to_string(&path).unwrap_or_default();
            fs::write(&path, before + &text).expect("written");
        }
        let plan = Case::open(&folder).expect("opens").plan().expect("a plan");
        let read: Vec<_> = plan.cells().iter().map(|cell| (cell.name.clone(), cell.repetitions)).collect();
        let meant: Vec<_> = cells(size).into_iter().map(|cell| (cell.name, cell.repetitions)).collect();
        assert_eq!(read, meant);
        assert!(plan.cells().iter().all(|cell| cell.operated == Operated::Scripted));
    }
}

#[test]
fn the_files_of_the_case_read_and_name_what_is_there() {
    let pages: String = ["page", "start", "consent", "case", "wall", "login", "welcome", "town"]
        .iter()
        .map(|name| fs::read_to_string(Path::new(ROOT).join(format!("src/demo/pages/{name}.html"))).expect("a page"))
        .collect();
    for size in [Size::Subset, Size::Full] {
        let files = files(size);
        let (path, text) = &files[0];
        assert_eq!(*path, "case.toml");
        let tables: toml::Table = toml::from_str(text).expect("there");
        let rows = ["persona", "choice", "target"].into_iter().flat_map(|name| tables[name].as_array().expect("there"));
        let named: BTreeSet<&str> = rows.filter_map(|row| row.get("steps")).map(|path| path.as_str().expect("there")).collect();
        assert_eq!(named, files[1..].iter().map(|(path, _)| *path).collect());
        for (path, text) in &files[1..] {
            let steps = Steps::read(path, text).expect("there");
            for placed in steps.steps {
                let element = match placed.step {
                    Step::Click(element) => element.described().selector,
                    Step::Choose(choose) => {
                        let selector = choose.button.described().selector;
                        let button = format!(
                            "id=\"{}\" type=\"button\">{}</button>",
                            &selector.as_deref().expect("there")[1..],
                            choose.text.expect("there")
                        );
                        assert!(pages.contains(&button), "{path}: {button}");
                        selector
                    }
                    Step::WaitFor(wait) => wait.parts().0.selector,
                    Step::Type(typed) => Some(typed.into),
                    Step::ConsentScreen(screen) => Some(screen.selector),
                    Step::EndIf(end) => Some(end.selector),
                    _ => None,
                };
                if let Some(selector) = element {
                    assert!(pages.contains(&format!("id=\"{}\"", &selector[1..])), "{path}: {selector}");
                }
            }
        }
    }
}
