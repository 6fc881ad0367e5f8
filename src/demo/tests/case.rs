//! The world of the demo case, looked at from outside: accounts, a choice that is taken back, what is planted on purpose, and the size of the plan.

use std::collections::BTreeSet;

use http::StatusCode;

use super::*;
use crate::demo::case::{ADMINISTRATOR, PASSWORD, Size, VISITOR, cells};
use crate::demo::parts::form;
use crate::demo::plan::PAGE_ID;

const CHROMIUM: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const PAGE: &str = "https://www.facebook.com/ministerievanvoorbeelden";
const OTHER: &str = "https://www.facebook.com/gemeentevoorbeeldstad";
const START: &str = "https://www.facebook.com/";

/// A browser that keeps the cookies of its answers and sends them back, whatever their attributes; it follows nothing and runs no script.
struct Browser<'a> {
    world: &'a World,
    agent: String,
    jar: Vec<(String, String)>,
}

/// What came back.
struct Got {
    status: StatusCode,
    text: String,
    /// Name, value and the rest of each Set-Cookie.
    set: Vec<(String, String, String)>,
    location: Option<String>,
}

impl Got {
    fn names(&self) -> Vec<&str> {
        self.set.iter().map(|(name, ..)| name.as_str()).collect()
    }

    /// An attribute of the root element.
    fn data(&self, name: &str) -> &str {
        let (_, rest) = self.text.split_once(&format!(" data-{name}=\"")).unwrap_or_else(|| panic!("data-{name} in {}", self.text));
        rest.split('"').next().unwrap()
    }
}

impl<'a> Browser<'a> {
    fn new(world: &'a World) -> Self {
        Self { world, agent: CHROMIUM.to_owned(), jar: Vec::new() }
    }

    fn cookie(&self, name: &str) -> Option<&str> {
        self.jar.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    async fn ask(&mut self, method: Method, url: &str, fields: &[(&str, &str)]) -> Got {
        let lines = Lines::new(Route::Straight(self.world.address()), self.world.authority_pem()).unwrap();
        let owned: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let jar: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let site = if method == Method::GET { "none" } else { "same-origin" };
        let request = Request::builder().method(method).uri(url).header("user-agent", &self.agent).header("sec-fetch-site", site);
        let request = if jar.is_empty() { request } else { request.header("cookie", jar.join("; ")) };
        let response = lines.send(request.body(Full::new(Bytes::from(form(&owned)))).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        assert_eq!(head.headers["x-simulated"], NOTICE, "{url}");
        let mut set = Vec::new();
        for line in head.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (pair, rest) = line.split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.jar.retain(|(kept, _)| kept != name);
            if !rest.contains("Max-Age=0;") {
                self.jar.push((name.to_owned(), value.to_owned()));
            }
            set.push((name.to_owned(), value.to_owned(), rest.to_owned()));
        }
        let location = head.headers.get("location").map(|place| place.to_str().unwrap().to_owned());
        Got { status: head.status, text: String::from_utf8_lossy(&body).into_owned(), set, location }
    }

    async fn get(&mut self, url: &str) -> Got {
        self.ask(Method::GET, url, &[]).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Got {
        self.ask(Method::POST, &format!("https://www.facebook.com{path}"), fields).await
    }

    async fn log_in(&mut self, name: &str, password: &str) -> Got {
        self.post("/login/device-based/regular/login/", &[("email", name), ("pass", password), ("login", "1")]).await
    }

    async fn choose(&mut self, allow: bool) -> Got {
        let about: &[(&str, &str)] =
            if allow { &[("accept_only_essential", "false"), ("opt_in[ads]", "true")] } else { &[("accept_only_essential", "true")] };
        self.post("/cookie/consent/", about).await
    }

    /// Whether scrolling brings something more.
    async fn scroll(&mut self, path: &str) -> bool {
        let got = self.post("/ajax/route-definition/", &[("route_url", path), ("trigger", "scroll")]).await;
        assert!(got.text.contains("\"more\":null") != got.text.contains("\"more\":\"SIMULATED-B\""), "{}", got.text);
        !got.text.contains("null")
    }
}

#[test]
fn whoever_logs_in_is_known_and_who_logged_out_was() {
    run(async {
        let world = World::start_case().await.unwrap();
        let mut browser = Browser::new(&world);
        let form = browser.get("https://www.facebook.com/login/").await;
        assert_eq!(form.names(), ["datr", "sb"]);
        assert!(form.text.contains("id=\"login-form\" method=\"post\" action=\"/login/device-based/regular/login/\""));
        assert_eq!(browser.log_in(VISITOR, "something else").await.status, 403);
        assert_eq!(browser.log_in("nobody", PASSWORD).await.names(), Vec::<&str>::new());
        assert_eq!(browser.get(PAGE).await.data("persona"), "no-account");

        let welcome = browser.log_in(VISITOR, PASSWORD).await;
        assert_eq!((welcome.status.as_u16(), welcome.location.as_deref()), (302, Some("/login/welcome/")));
        assert_eq!(welcome.names(), ["c_user", "xs"]);
        assert!(!welcome.set[0].2.contains("httponly") && welcome.set[1].2.contains("httponly"), "{:?}", welcome.set);
        assert!(
            welcome.set.iter().all(|(_, value, rest)| value.starts_with("SIMULATED")
                && rest.contains("Max-Age=31536000; path=/; domain=.facebook.com; secure"))
        );
        assert!(
            browser.get("https://www.facebook.com/login/welcome/").await.text.contains("<h1 id=\"welcome\">Aangemeld als bezoeker</h1>")
        );
        let user = browser.cookie("c_user").unwrap().to_owned();
        for place in [PAGE, OTHER, START] {
            let page = browser.get(place).await;
            assert_eq!([page.data("persona"), page.data("user"), page.data("acting")], ["logged-in", &user, &user], "{place}");
        }

        let (datr, xs) = (browser.cookie("datr").unwrap().to_owned(), browser.cookie("xs").unwrap().to_owned());
        let gone = browser.post("/logout.php", &[]).await;
        assert_eq!(gone.names(), ["c_user", "xs", "locale"]);
        assert_eq!(gone.location.as_deref(), Some("/login/"));
        assert_eq!((browser.cookie("c_user"), browser.cookie("xs"), browser.cookie("datr")), (None, None, Some(datr.as_str())));
        let page = browser.get(PAGE).await;
        assert_eq!([page.data("persona"), page.data("user")], ["logged-out", "0"]);
        // What was logged out opens nothing any more.
        browser.jar.extend([("c_user".to_owned(), user), ("xs".to_owned(), xs)]);
        assert_eq!(browser.get(PAGE).await.data("persona"), "logged-out");
    });
}

#[test]
fn an_administrator_acts_as_the_page_on_that_page_only() {
    run(async {
        let world = World::start_case().await.unwrap();
        let mut browser = Browser::new(&world);
        browser.get("https://www.facebook.com/login/").await;
        browser.log_in(ADMINISTRATOR, PASSWORD).await;
        let user = browser.cookie("c_user").unwrap().to_owned();
        for (place, acting) in [(PAGE, PAGE_ID), (OTHER, &user), (START, &user)] {
            let page = browser.get(place).await;
            assert_eq!([page.data("persona"), page.data("user"), page.data("acting")], ["administrator", &user, acting], "{place}");
        }
    });
}

#[test]
fn taking_back_deletes_what_allowing_set_and_nothing_else() {
    run(async {
        let world = World::start_case().await.unwrap();
        let mut browser = Browser::new(&world);
        assert_eq!(browser.get(PAGE).await.names(), ["datr", "sb", "ps_l"]);
        assert_eq!(browser.choose(true).await.names(), ["fr"]);
        assert_eq!(browser.get(PAGE).await.data("choice"), "optional");
        let back = browser.post("/cookie/consent/withdraw/", &[("source", "settings")]).await;
        assert_eq!(back.names(), ["fr"]);
        assert!(back.set[0].2.contains("Max-Age=0; path=/; domain=.facebook.com"), "{:?}", back.set);
        assert!(browser.cookie("fr").is_none() && browser.cookie("datr").is_some());
        let page = browser.get(PAGE).await;
        assert_eq!((page.data("choice"), page.names()), ("withdrawn", Vec::new()));
        // Before anything is chosen, and after allowing, the end of datr slides with each visit; after a refusal nothing is set.
        let mut other = Browser::new(&world);
        other.get(PAGE).await;
        let first = other.cookie("datr").unwrap().to_owned();
        assert_eq!(other.get(PAGE).await.names(), ["datr"]);
        assert_eq!(other.cookie("datr"), Some(first.as_str()));
        assert_eq!(other.choose(false).await.names(), Vec::<&str>::new());
        assert_eq!(other.get(PAGE).await.names(), Vec::<&str>::new());
    });
}

#[test]
fn pages_differ_where_it_is_planted() {
    run(async {
        let world = World::start_case().await.unwrap();
        let mut browser = Browser::new(&world);
        let (page, other, start) = (browser.get(PAGE).await, browser.get(OTHER).await, browser.get(START).await);
        assert_eq!([page.data("surface"), other.data("surface"), start.data("surface")], [PAGE_ID, "100000000000002", "100000000000000"]);
        assert!(page.data("token").starts_with("SIMULATEDinsights"));
        assert_eq!([other.data("token"), start.data("token")], ["", ""]);
        for document in [&page, &other, &start] {
            assert!(
                document.text.contains("SIMULATED05.js")
                    && document.text.contains("id=\"consent-withdraw\" type=\"button\">Toestemming intrekken<")
            );
            assert!(!document.text.contains("{{") && !document.text.contains("login-wall\" role"));
        }
        // The wall stands before the photos, but not for whoever is logged in.
        let photos = format!("{PAGE}/photos");
        assert!(browser.get(&photos).await.text.contains("<section id=\"login-wall\""));
        browser.log_in(VISITOR, PASSWORD).await;
        assert!(!browser.get(&photos).await.text.contains("<section id=\"login-wall\""));
    });
}

#[test]
fn what_varies_comes_every_other_time_for_each_kind_of_visit() {
    run(async {
        let world = World::start_case().await.unwrap();
        // Visits of other kinds in between change nothing.
        let mut seen = Vec::new();
        for _ in 0..3 {
            let mut undecided = Browser::new(&world);
            undecided.get(PAGE).await;
            let none = undecided.scroll("/ministerievanvoorbeelden").await;
            let mut declining = Browser::new(&world);
            declining.get(START).await;
            declining.choose(false).await;
            seen.push((none, declining.scroll("/").await));
        }
        assert_eq!(seen, [(false, false), (true, true), (false, false)]);
        // Who comes back is a kind of its own.
        let mut returning = Browser::new(&world);
        returning.get(PAGE).await;
        returning.get(PAGE).await;
        assert!(!returning.scroll("/ministerievanvoorbeelden").await);
        // Arriving is not scrolling.
        let got = returning.post("/ajax/route-definition/", &[("route_url", "/ministerievanvoorbeelden"), ("trigger", "arrival")]).await;
        assert!(got.text.contains("\"more\":null"));
        assert!(returning.scroll("/ministerievanvoorbeelden").await);
    });
}

#[test]
fn a_browser_without_a_window_gets_less() {
    run(async {
        let world = World::start_case().await.unwrap();
        let mut shown = Browser::new(&world);
        let mut hidden = Browser::new(&world);
        hidden.agent = CHROMIUM.replace("Chrome/", "HeadlessChrome/");
        let (with, without) = (shown.get(PAGE).await, hidden.get(PAGE).await);
        assert_eq!((with.names(), without.names()), (vec!["datr", "sb", "ps_l"], vec!["datr", "sb"]));
        let poster = "https://video.xx.fbcdn.net/v/t42.1790-2/SIMULATED_0009_n.png";
        assert!(with.text.contains(poster) && !without.text.contains(poster));
        assert_eq!(shown.get(poster).await.status, 200);
        assert_eq!(shown.get("https://pixel.facebook.com/simulated/measure?__hsi=1").await.status, 200);
        assert_eq!(shown.get("https://pixel.facebook.com/").await.status, 404);
        for path in ["/ajax/automation_check/", "/ajax/presence_check/", "/ajax/page_insights/", "/ajax/qm/"] {
            assert_eq!(shown.post(path, &[]).await.status, 200, "{path}");
        }
    });
}

#[test]
fn the_second_site_sets_what_browsers_refuse() {
    run(async {
        let world = World::start_case().await.unwrap();
        let mut browser = Browser::new(&world);
        let town = browser.get("https://www.voorbeeldgemeente.example/paspoort").await;
        assert_eq!(town.names(), ["SIMSESSIE", "gemeente_taal", "__Host-sim_domain", "sim_none"]);
        assert!(town.set[2].2.contains("domain=") && !town.set[3].2.to_lowercase().contains("secure"), "{:?}", town.set);
        assert!(browser.get("https://www.voorbeeldgemeente.example/assets/SIMULATED2.js").await.text.contains("localStorage.setItem"));
        let pixel = browser.ask(Method::GET, "https://www.facebook.com/tr/?id=000000000000000&ev=PageView", &[]).await;
        assert_eq!(pixel.names(), ["sim_unbound", "sim_part"]);
        assert!(pixel.set[1].2.ends_with("; secure; SameSite=None; Partitioned"));
    });
}

#[test]
fn the_world_of_the_plan_has_nothing_of_the_case() {
    run(async {
        let world = World::start().await.unwrap();
        assert_eq!(world.hosts(), HOSTS);
        let mut browser = Browser::new(&world);
        for place in [PAGE, START] {
            let document = browser.get(place).await;
            assert!(["SIMULATED05", "data-persona", "cookie-settings", "login-wall"].iter().all(|part| !document.text.contains(part)));
        }
        assert_eq!(browser.jar.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["datr", "sb"]);
        for place in ["/login/", "/logout.php", "/help/", "/ministerievanvoorbeelden/photos"] {
            assert_eq!(browser.get(&format!("https://www.facebook.com{place}")).await.status, 404, "{place}");
        }
        assert_eq!(browser.post("/cookie/consent/withdraw/", &[]).await.status, 404);
        let town = browser.get("https://www.voorbeeldgemeente.example/paspoort").await;
        assert_eq!(town.names(), ["SIMSESSIE", "gemeente_taal"]);
    });
}

#[test]
fn the_plans_are_as_large_as_they_say() {
    for (size, number, repeated) in [(Size::Subset, 14, 2), (Size::Full, 48, 6)] {
        let cells = cells(size);
        let matrix: Vec<_> = cells.iter().filter(|cell| cell.in_matrix).collect();
        assert_eq!(matrix.len(), number);
        assert_eq!(matrix.iter().filter(|cell| cell.repetitions > 1).count(), repeated);
        let names: BTreeSet<_> = cells.iter().map(|cell| &cell.name).collect();
        assert_eq!(names.len(), cells.len(), "every cell has a name of its own");
        let each = |of: fn(&&crate::demo::case::Cell) -> &'static str| matrix.iter().map(of).collect::<BTreeSet<_>>();
        assert_eq!(each(|cell| cell.persona).len(), 4);
        assert_eq!(each(|cell| cell.choice).len(), 4);
        assert_eq!(each(|cell| cell.target).len(), 3);
    }
}
