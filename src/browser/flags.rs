//! The switches of the browser, each with its reason. Never switches the checking of certificates off, and never one by which a page would
//! send less than it sends to an ordinary visitor.

use std::net::SocketAddr;

use super::program::{Kind, Program};
use super::screen::Screen;

/// How a browser is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program, see [`super::find`].
    pub program: Program,
    /// Where the proxy listens.
    pub proxy: SocketAddr,
    /// Where its window is, if it has one.
    pub screen: Screen,
    /// Without its sandbox (Chromium). [`Options::new`] sets it for root, with whom Chromium refuses to start otherwise.
    pub no_sandbox: bool,
    /// The page to begin with, for a window; an empty page if there is none.
    pub url: Option<String>,
    /// Width and height of the window in pixels.
    pub window: (u32, u32),
    /// The language that pages are told, as a BCP 47 tag: `nl-NL`.
    pub language: String,
    /// Without the proxy: for a control that nobody intercepts. Chromium only.
    pub direct: Option<Direct>,
    /// Whether pages will be shown a telephone (see [`super::Driver::emulate_mobile`]). Chromium only.
    pub emulates_mobile: bool,
}

/// A browser that goes to the network by itself and keeps its own log of what it does there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Direct {
    /// File of the log (NetLog, JSON). It holds cookies and paths.
    pub net_log: std::path::PathBuf,
    /// Names that are mapped to other addresses, as Chromium's switch takes them; nothing for the names of the network.
    pub resolver_rules: Option<String>,
}

impl Options {
    /// A window of 1280 by 900 pixels on the operator's screen that asks for Dutch; without the sandbox only if this program runs as root.
    #[must_use]
    pub fn new(program: Program, proxy: SocketAddr) -> Self {
        Self {
            program,
            proxy,
            screen: Screen::Own,
            no_sandbox: is_root(),
            url: None,
            window: (1280, 900),
            language: "nl-NL".to_owned(),
            direct: None,
            emulates_mobile: false,
        }
    }
}

/// Whether this program runs as root.
pub(super) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Features that speak to Google's servers of their own accord.
const FEATURES_OFF: [&str; 7] = [
    // Hints about pages, fetched from Google.
    "OptimizationHints",
    // Looks for televisions in the local network, past any proxy.
    "MediaRouter",
    "DialMediaRouteProvider",
    // Offers to translate, and asks Google which languages it can.
    "Translate",
    // Asks `clients2.google.com/time` for the time at every start.
    "NetworkTimeServiceQuerying",
    // Sends the shape of every form to Google.
    "AutofillServerCommunication",
    // Fetches pictures and articles for new tabs.
    "InterestFeedContentSuggestions",
];

/// With it each document gets a frame of its own, and what is emulated goes with the frame: a page that is left for another of its site would send its last
/// words as a computer.
const FRAME_FOR_EACH_DOCUMENT: &str = "RenderDocument";

/// The switches for `options`, in a fixed order, as a recording can keep them. Where the data lies and how a driver connects is added at
/// the start. What Firefox has no switch for is among [`super::preferences`].
#[must_use]
pub fn flags(options: &Options) -> Vec<String> {
    match options.program.kind {
        Kind::Chromium => chromium(options),
        Kind::Firefox => firefox(options),
    }
}

fn firefox(options: &Options) -> Vec<String> {
    let (width, height) = options.window;
    // An instance of its own: without these the address would be opened in the window of a Firefox that the operator has open.
    let mut flags = vec!["--no-remote".to_owned(), "--new-instance".to_owned()];
    flags.extend(["--width".to_owned(), width.to_string(), "--height".to_owned(), height.to_string()]);
    if matches!(options.screen, Screen::None) {
        flags.push("--headless".to_owned());
    }
    flags
}

/// Two things remain that a Chromium 156 with these switches sends of its own accord: `accounts.google.com` (ListAccounts) and
/// `update.googleapis.com`, in its first minute; they are in the recording and are the browser's own traffic. `--no-pings` is deliberately
/// absent: an ordinary visitor's browser does send the pings of links (`<a ping>`), so they belong in the recording.
fn chromium(options: &Options) -> Vec<String> {
    let (width, height) = options.window;
    let mut flags = match &options.direct {
        None => vec![
            // Everything goes through the proxy, also what goes to this machine itself, which Chromium would reach past a proxy.
            format!("--proxy-server=http://{}", options.proxy),
            "--proxy-bypass-list=<-loopback>".to_owned(),
            // UDP does not pass an HTTP proxy: no HTTP/3, and no WebRTC but through the proxy. Chromium renamed the second switch; a version
            // knows one of the two names and ignores the other (version 156 only the shorter one, with the longer one alone it sends UDP).
            "--disable-quic".to_owned(),
            "--webrtc-ip-handling-policy=disable_non_proxied_udp".to_owned(),
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp".to_owned(),
        ],
        // Nothing of the above, since a control is to show what the proxy changes.
        Some(direct) => {
            let mut flags = vec![
                "--no-proxy-server".to_owned(),
                format!("--log-net-log={}", direct.net_log.display()),
                "--net-log-capture-mode=IncludeSensitive".to_owned(),
            ];
            flags.extend(direct.resolver_rules.as_ref().map(|rules| format!("--host-resolver-rules={rules}")));
            flags
        }
    };
    let off: Vec<&str> = FEATURES_OFF.into_iter().chain(options.emulates_mobile.then_some(FRAME_FOR_EACH_DOCUMENT)).collect();
    flags.extend([
        // What the browser would say to its maker, at times of its own choosing.
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--disable-domain-reliability".to_owned(),
        "--disable-breakpad".to_owned(),
        "--metrics-recording-only".to_owned(),
        format!("--disable-features={}", off.join(",")),
        // Debian's launcher loads every extension that is installed on the machine, a blocker perhaps; it must not change what a page
        // sends.
        "--disable-extensions".to_owned(),
        "--disable-component-extensions-with-background-pages".to_owned(),
        "--disable-default-apps".to_owned(),
        // Questions and pages of a first start, which would stand in the way of the Page.
        "--no-first-run".to_owned(),
        "--no-default-browser-check".to_owned(),
        "--disable-search-engine-choice-screen".to_owned(),
        "--hide-crash-restore-bubble".to_owned(),
        // Cookies are encrypted with a fixed key instead of one from the operator's keyring, which is not to be opened for this.
        "--password-store=basic".to_owned(),
        // Containers often have 64 MB of shared memory, on which Chromium crashes.
        "--disable-dev-shm-usage".to_owned(),
        format!("--window-size={width},{height}"),
        format!("--lang={}", options.language),
        format!("--accept-lang={}", accepted(&options.language)),
    ]);
    if matches!(options.screen, Screen::None) {
        // The headless mode that is the same browser without a window; the older one was another program.
        flags.push("--headless=new".to_owned());
        flags.push("--mute-audio".to_owned());
    }
    if options.no_sandbox {
        flags.push("--no-sandbox".to_owned());
    }
    flags
}

/// `nl-NL` as browsers send it: `nl-NL,nl`.
pub(super) fn accepted(language: &str) -> String {
    match language.split_once('-') {
        Some((general, _)) => format!("{language},{general}"),
        None => language.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(kind: Kind) -> Options {
        let program = Program { path: "/usr/bin/browser".into(), kind, version: "1".to_owned() };
        Options::new(program, "127.0.0.1:8080".parse().expect("an address"))
    }

    #[test]
    fn only_an_emulated_telephone_gives_up_a_frame_for_each_document() {
        let mut options = options(Kind::Chromium);
        assert!(!flags(&options).join(" ").contains(FRAME_FOR_EACH_DOCUMENT));
        options.emulates_mobile = true;
        let off: Vec<String> = flags(&options).into_iter().filter(|flag| flag.starts_with("--disable-features=")).collect();
        // Chromium takes the last of such switches only.
        assert!(off.len() == 1 && FEATURES_OFF.iter().chain([&FRAME_FOR_EACH_DOCUMENT]).all(|feature| off[0].contains(feature)), "{off:?}");
    }

    #[test]
    fn firefox_is_an_instance_of_its_own() {
        let mut options = options(Kind::Firefox);
        assert!(flags(&options).iter().any(|flag| flag == "--no-remote") && !flags(&options).iter().any(|flag| flag == "--headless"));
        options.screen = Screen::None;
        assert!(flags(&options).iter().any(|flag| flag == "--headless"));
    }

    #[test]
    fn all_goes_through_the_proxy_and_certificates_are_checked() {
        let mut options = options(Kind::Chromium);
        let with_window = flags(&options);
        for needed in
            ["--proxy-server=http://127.0.0.1:8080", "--proxy-bypass-list=<-loopback>", "--disable-quic", "--accept-lang=nl-NL,nl"]
        {
            assert!(with_window.iter().any(|flag| flag == needed), "{needed} is not in {with_window:?}");
        }
        assert!(!with_window.iter().any(|flag| flag.starts_with("--headless")));
        options.screen = Screen::None;
        options.no_sandbox = true;
        let all = flags(&options);
        assert!(all.iter().any(|flag| flag == "--headless=new") && all.iter().any(|flag| flag == "--no-sandbox"));
        let forbidden = ["certificate", "web-security", "allow-insecure", "no-pings"];
        assert!(!all.iter().any(|flag| forbidden.iter().any(|word| flag.contains(word))), "{all:?}");
        // A switch given twice counts only once, and which of the two is not for us to say.
        let mut names: Vec<&str> = all.iter().map(|flag| flag.split('=').next().unwrap_or_default()).collect();
        names.sort_unstable();
        let number = names.len();
        names.dedup();
        assert_eq!(names.len(), number);
    }

    #[test]
    fn languages() {
        assert_eq!(accepted("nl-NL"), "nl-NL,nl");
        assert_eq!(accepted("en"), "en");
    }
}
