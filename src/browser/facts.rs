//! What a recording says about the browser: version, switches, preferences, policy on cookies, window and automation, each as a named text.
//! Never a secret, and never what differs between two starts of the same browser with the same settings, but for the port of the proxy.

use serde_json::{Map, Value, json};

use super::{Options, ThirdPartyCookies, flags, preferences};

/// How a browser is operated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Automation {
    /// By a person, or by nobody; there is no port through which anything else could act in it.
    None,
    /// By a script.
    Driven {
        /// The protocol of the driver.
        protocol: &'static str,
        /// `navigator.webdriver` as read once, before any page was opened; it is what a page can see of the automation.
        webdriver: String,
        /// What the browser sends as `User-Agent`.
        user_agent: String,
    },
}

/// What is to be recorded about a browser that was started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    version: String,
    all: Vec<(&'static str, String)>,
}

impl Facts {
    pub(super) fn new(options: &Options, cookies: ThirdPartyCookies, automation: Automation) -> Self {
        let version = options.program.version.clone();
        let (operated, webdriver, user_agent) = match automation {
            Automation::None => ("not driven by a script", None, None),
            Automation::Driven { protocol, webdriver, user_agent } => (protocol, Some(webdriver), Some(user_agent)),
        };
        let mut all = vec![
            ("browser", format!("{version}, {}, {}, {operated}", options.screen.words(), cookies.words())),
            ("browser-version", version.clone()),
            ("browser-switches", Value::from(flags(options)).to_string()),
            ("browser-preferences", Value::Object(preferences(options, cookies).into_iter().collect::<Map<_, _>>()).to_string()),
            ("browser-cookies", cookies.words().to_owned()),
            ("browser-window", options.screen.words().to_owned()),
            ("browser-automation", operated.to_owned()),
        ];
        all.extend(webdriver.map(|value| ("browser-navigator-webdriver", value)));
        all.extend(user_agent.map(|value| ("browser-user-agent", value)));
        Self { version, all }
    }

    /// The browser's name and version as its program says them.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Everything, by name. `browser` comes first and is the sentence that is printed.
    #[must_use]
    pub fn all(&self) -> &[(&'static str, String)] {
        &self.all
    }

    /// The sentence that is printed.
    #[must_use]
    pub fn sentence(&self) -> &str {
        self.all.first().map_or("", |(_, sentence)| sentence)
    }
}

/// What makes two browsers the same for a baseline: version, switches, preferences and window, whatever the port of the proxy. JSON, in a
/// fixed order.
#[must_use]
pub fn identity(options: &Options, cookies: ThirdPartyCookies) -> String {
    let mut same = options.clone();
    same.proxy = ([127, 0, 0, 1], 0).into();
    same.url = None;
    let preferences: Vec<Value> = preferences(&same, cookies).into_iter().map(|(name, value)| json!([name, value])).collect();
    json!({ "version": same.program.version, "switches": flags(&same), "preferences": preferences, "window": same.screen.words() })
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::{Kind, Program, Screen};

    #[test]
    fn what_is_recorded_and_what_makes_two_browsers_the_same() {
        let program = Program { path: "/usr/bin/browser".into(), kind: Kind::Firefox, version: "Mozilla Firefox 153.7.0esr".to_owned() };
        let mut options = Options::new(program, "127.0.0.1:8080".parse().expect("an address"));
        options.screen = Screen::None;
        let facts = Facts::new(&options, ThirdPartyCookies::Allow, Automation::None);
        assert_eq!(
            facts.sentence(),
            "Mozilla Firefox 153.7.0esr, headless, without a window, third-party cookies allowed, not driven by a script"
        );
        let of = |name: &str| facts.all().iter().find(|(found, _)| *found == name).map(|(_, value)| value.clone());
        assert!(of("browser-preferences").is_some_and(|all| all.contains("\"network.proxy.ssl_port\":8080")));
        assert!(of("browser-switches").is_some_and(|all| all.contains("--no-remote")));
        assert_eq!(of("browser-user-agent"), None);

        let first = identity(&options, ThirdPartyCookies::Allow);
        options.proxy = "127.0.0.1:9090".parse().expect("an address");
        options.url = Some("https://page.test/".to_owned());
        assert_eq!(identity(&options, ThirdPartyCookies::Allow), first);
        assert_ne!(identity(&options, ThirdPartyCookies::Block), first);
        options.program.version = "Mozilla Firefox 154.0".to_owned();
        assert_ne!(identity(&options, ThirdPartyCookies::Allow), first);
    }
}
