//! The preferences of the browser, each group with its reason. Never switches the checking of certificates off, and never sets one by which a
//! page would send less than it sends to an ordinary visitor; the one exception is WebRTC in Firefox, which would go around the proxy.

use serde_json::{Value, json};

use super::program::Kind;
use super::{Options, ThirdPartyCookies};

/// The preferences for `options` and `cookies`, by name, in a fixed order, as a recording can keep them.
#[must_use]
pub fn preferences(options: &Options, cookies: ThirdPartyCookies) -> Vec<(String, Value)> {
    match options.program.kind {
        Kind::Chromium => chromium(cookies),
        Kind::Firefox => firefox(options, cookies),
    }
}

fn chromium(cookies: ThirdPartyCookies) -> Vec<(String, Value)> {
    // The same as the switch: WebRTC not past the proxy.
    let mut all = vec![("webrtc.ip_handling_policy".to_owned(), json!("disable_non_proxied_udp"))];
    // `cookie_controls_mode` is what newer versions read, the other what older ones did.
    let mode = match cookies {
        ThirdPartyCookies::Default => return all,
        ThirdPartyCookies::Allow => (0, false),
        ThirdPartyCookies::Block => (1, true),
    };
    all.push(("profile.cookie_controls_mode".to_owned(), json!(mode.0)));
    all.push(("profile.block_third_party_cookies".to_owned(), json!(mode.1)));
    all
}

/// Chromium's file of preferences: the names are paths in one object.
pub(super) fn chromium_file(preferences: &[(String, Value)]) -> String {
    let mut file = json!({});
    for (name, value) in preferences {
        let mut place = &mut file;
        for step in name.split('.') {
            place = &mut place[step];
        }
        *place = value.clone();
    }
    file.to_string()
}

/// Firefox's `user.js`, read at every start.
pub(super) fn firefox_file(preferences: &[(String, Value)]) -> String {
    preferences.iter().map(|(name, value)| format!("user_pref({}, {value});\n", Value::from(name.as_str()))).collect()
}

/// What does not depend on the recording.
#[rustfmt::skip]
const FIREFOX: &[(&str, Pref)] = &[
    // Everything goes through the proxy, also what goes to this machine itself and what the browser asks for its own ends; if the proxy does
    // not answer, nothing goes past it.
    ("network.proxy.type", Pref::Number(1)),
    ("network.proxy.no_proxies_on", Pref::Text("")),
    ("network.proxy.allow_hijacking_localhost", Pref::Flag(true)),
    ("network.proxy.allow_bypass", Pref::Flag(false)),
    ("network.proxy.failover_direct", Pref::Flag(false)),
    // UDP does not pass an HTTP proxy: no HTTP/3, and no WebRTC.
    ("network.http.http3.enable", Pref::Flag(false)),
    ("network.http.http3.enable_qlog", Pref::Flag(false)),
    ("media.peerconnection.enabled", Pref::Flag(false)),
    // Names are looked up by the proxy, not by a resolver of the browser's maker (DNS over HTTPS off by choice), and not in advance.
    ("network.trr.mode", Pref::Number(5)),
    ("doh-rollout.disable-heuristics", Pref::Flag(true)),
    ("network.dns.disablePrefetch", Pref::Flag(true)),
    ("network.dns.disablePrefetchFromHTTPS", Pref::Flag(true)),
    // Connections in advance carry nothing and only blur what a page caused; links that are fetched in advance are a page's wish and stay on.
    ("network.http.speculative-parallel-limit", Pref::Number(0)),
    ("browser.urlbar.speculativeConnect.enabled", Pref::Flag(false)),
    ("browser.places.speculativeConnect.enabled", Pref::Flag(false)),
    ("network.predictor.enabled", Pref::Flag(false)),
    // After a certificate that it does not trust Firefox asks a server of its maker whether somebody stands in between.
    ("security.certerrors.mitm.priming.enabled", Pref::Flag(false)),
    // Questions whether there is a way into the network.
    ("network.captive-portal-service.enabled", Pref::Flag(false)),
    ("network.connectivity-service.enabled", Pref::Flag(false)),
    // A certificate that the profile trusts beside the built-in roots satisfies pins (level 1); they are not switched off.
    ("security.cert_pinning.enforcement_level", Pref::Number(1)),
    // Roots of the system are not to be trusted beside the one of this case.
    ("security.enterprise_roots.enabled", Pref::Flag(false)),
    // Questions to authorities about certificates, which here are the proxy's own.
    ("security.OCSP.enabled", Pref::Number(0)),
    ("security.remote_settings.crlite_filters.enabled", Pref::Flag(false)),
    ("security.remote_settings.intermediates.enabled", Pref::Flag(false)),
    // What the browser would say to its maker, and fetch from it, at times of its own choosing.
    ("services.settings.server", Pref::Text("data:,#remote-settings-dummy/v1")),
    ("services.settings.poll_interval", Pref::Number(31_536_000)),
    ("app.normandy.enabled", Pref::Flag(false)),
    ("app.normandy.api_url", Pref::Text("")),
    ("app.shield.optoutstudies.enabled", Pref::Flag(false)),
    ("nimbus.rollouts.enabled", Pref::Flag(false)),
    ("messaging-system.rsexperimentloader.enabled", Pref::Flag(false)),
    ("app.update.auto", Pref::Flag(false)),
    ("app.update.enabled", Pref::Flag(false)),
    ("app.update.disabledForTesting", Pref::Flag(true)),
    ("app.update.background.enabled", Pref::Flag(false)),
    ("app.update.checkInstallTime", Pref::Flag(false)),
    ("browser.region.network.url", Pref::Text("")),
    ("browser.region.update.enabled", Pref::Flag(false)),
    ("browser.search.update", Pref::Flag(false)),
    ("browser.search.serpEventTelemetryCategorization.enabled", Pref::Flag(false)),
    ("browser.search.suggest.enabled", Pref::Flag(false)),
    ("browser.urlbar.suggest.searches", Pref::Flag(false)),
    ("browser.urlbar.quicksuggest.enabled", Pref::Flag(false)),
    ("browser.urlbar.merino.enabled", Pref::Flag(false)),
    ("browser.translations.enable", Pref::Flag(false)),
    ("browser.ml.enable", Pref::Flag(false)),
    ("browser.contentblocking.report.hide_vpn_banner", Pref::Flag(true)),
    ("browser.ipProtection.enabled", Pref::Flag(false)),
    ("browser.vpn_promo.enabled", Pref::Flag(false)),
    ("identity.fxaccounts.enabled", Pref::Flag(false)),
    ("dom.push.connection.enabled", Pref::Flag(false)),
    ("dom.push.serverURL", Pref::Text("")),
    ("geo.provider.network.url", Pref::Text("")),
    ("media.gmp-manager.updateEnabled", Pref::Flag(false)),
    ("media.gmp-manager.url", Pref::Text("")),
    ("media.gmp-provider.enabled", Pref::Flag(false)),
    ("extensions.getAddons.cache.enabled", Pref::Flag(false)),
    ("extensions.getAddons.discovery.api_url", Pref::Text("data:,")),
    ("extensions.systemAddon.update.enabled", Pref::Flag(false)),
    ("extensions.systemAddon.update.url", Pref::Text("")),
    ("extensions.update.enabled", Pref::Flag(false)),
    ("extensions.blocklist.enabled", Pref::Flag(false)),
    ("extensions.webservice.discoverURL", Pref::Text("")),
    ("lightweightThemes.update.enabled", Pref::Flag(false)),
    ("toolkit.telemetry.enabled", Pref::Flag(false)),
    ("toolkit.telemetry.unified", Pref::Flag(false)),
    ("toolkit.telemetry.server", Pref::Text("")),
    ("toolkit.telemetry.archive.enabled", Pref::Flag(false)),
    ("toolkit.telemetry.firstShutdownPing.enabled", Pref::Flag(false)),
    ("toolkit.telemetry.newProfilePing.enabled", Pref::Flag(false)),
    ("toolkit.telemetry.shutdownPingSender.enabled", Pref::Flag(false)),
    ("toolkit.telemetry.updatePing.enabled", Pref::Flag(false)),
    ("toolkit.telemetry.bhrPing.enabled", Pref::Flag(false)),
    ("toolkit.telemetry.reportingpolicy.firstRun", Pref::Flag(false)),
    ("telemetry.fog.test.localhost_port", Pref::Number(-1)),
    ("datareporting.policy.dataSubmissionEnabled", Pref::Flag(false)),
    ("datareporting.policy.dataSubmissionPolicyBypassNotification", Pref::Flag(true)),
    ("datareporting.healthreport.uploadEnabled", Pref::Flag(false)),
    ("datareporting.usage.uploadEnabled", Pref::Flag(false)),
    ("breakpad.reportURL", Pref::Text("")),
    ("browser.tabs.crashReporting.sendReport", Pref::Flag(false)),
    ("browser.crashReports.unsubmittedCheck.enabled", Pref::Flag(false)),
    ("browser.newtabpage.enabled", Pref::Flag(false)),
    ("browser.newtabpage.activity-stream.feeds.system.topstories", Pref::Flag(false)),
    ("browser.newtabpage.activity-stream.feeds.topsites", Pref::Flag(false)),
    ("browser.newtabpage.activity-stream.feeds.telemetry", Pref::Flag(false)),
    ("browser.newtabpage.activity-stream.telemetry", Pref::Flag(false)),
    ("browser.newtabpage.activity-stream.asrouter.userprefs.cfr.addons", Pref::Flag(false)),
    ("browser.newtabpage.activity-stream.asrouter.userprefs.cfr.features", Pref::Flag(false)),
    ("browser.topsites.contile.enabled", Pref::Flag(false)),
    ("browser.topsites.useRemoteSetting", Pref::Flag(false)),
    ("browser.discovery.enabled", Pref::Flag(false)),
    ("browser.uitour.enabled", Pref::Flag(false)),
    ("browser.ping-centre.telemetry", Pref::Flag(false)),
    ("dom.private-attribution.submission.enabled", Pref::Flag(false)),
    ("privacy.trackingprotection.content.protection.engine.enabled", Pref::Flag(false)),
    // Lists of Safe Browsing and of the protection against tracking are fetched from their makers. Without them the protection blocks
    // nothing, which is said outright, so that it is recorded.
    ("browser.safebrowsing.malware.enabled", Pref::Flag(false)),
    ("browser.safebrowsing.phishing.enabled", Pref::Flag(false)),
    ("browser.safebrowsing.blockedURIs.enabled", Pref::Flag(false)),
    ("browser.safebrowsing.downloads.enabled", Pref::Flag(false)),
    ("browser.safebrowsing.downloads.remote.enabled", Pref::Flag(false)),
    ("browser.safebrowsing.passwords.enabled", Pref::Flag(false)),
    ("browser.safebrowsing.update.enabled", Pref::Flag(false)),
    ("browser.safebrowsing.provider.google.updateURL", Pref::Text("")),
    ("browser.safebrowsing.provider.google.gethashURL", Pref::Text("")),
    ("browser.safebrowsing.provider.google4.updateURL", Pref::Text("")),
    ("browser.safebrowsing.provider.google4.gethashURL", Pref::Text("")),
    ("browser.safebrowsing.provider.google5.updateURL", Pref::Text("")),
    ("browser.safebrowsing.provider.google5.gethashURL", Pref::Text("")),
    ("browser.safebrowsing.provider.mozilla.updateURL", Pref::Text("")),
    ("browser.safebrowsing.provider.mozilla.gethashURL", Pref::Text("")),
    ("privacy.trackingprotection.enabled", Pref::Flag(false)),
    ("privacy.trackingprotection.pbmode.enabled", Pref::Flag(false)),
    ("privacy.trackingprotection.fingerprinting.enabled", Pref::Flag(false)),
    ("privacy.trackingprotection.cryptomining.enabled", Pref::Flag(false)),
    ("privacy.trackingprotection.socialtracking.enabled", Pref::Flag(false)),
    ("privacy.trackingprotection.emailtracking.enabled", Pref::Flag(false)),
    ("privacy.socialtracking.block_cookies.enabled", Pref::Flag(false)),
    // Only what comes with the browser: an extension that is installed on the machine, a blocker perhaps, must not change what a page sends.
    ("extensions.enabledScopes", Pref::Number(5)),
    ("extensions.autoDisableScopes", Pref::Number(15)),
    // Questions and pages of a first start, which would stand in the way of the Page.
    ("browser.startup.page", Pref::Number(0)),
    ("browser.startup.homepage", Pref::Text("about:blank")),
    ("browser.startup.homepage_override.mstone", Pref::Text("ignore")),
    ("startup.homepage_welcome_url", Pref::Text("about:blank")),
    ("startup.homepage_welcome_url.additional", Pref::Text("")),
    ("startup.homepage_override_url", Pref::Text("")),
    ("browser.aboutwelcome.enabled", Pref::Flag(false)),
    ("browser.preonboarding.enabled", Pref::Flag(false)),
    ("termsofuse.bypassNotification", Pref::Flag(true)),
    ("browser.shell.checkDefaultBrowser", Pref::Flag(false)),
    ("browser.warnOnQuit", Pref::Flag(false)),
    ("browser.tabs.warnOnClose", Pref::Flag(false)),
    ("browser.sessionstore.resume_from_crash", Pref::Flag(false)),
    ("browser.bookmarks.restore_default_bookmarks", Pref::Flag(false)),
    ("browser.rights.3.shown", Pref::Flag(true)),
    ("toolkit.startup.max_resumed_crashes", Pref::Number(-1)),
    ("signon.rememberSignons", Pref::Flag(false)),
    ("general.warnOnAboutConfig", Pref::Flag(false)),
    // An answer without a body stays one, also with an error status, instead of an error page of the browser.
    ("browser.http.blank_page_with_error_response.enabled", Pref::Flag(true)),
    // A driven Firefox would otherwise set preferences of its own choosing beside these.
    ("remote.prefs.recommended", Pref::Flag(false)),
];

/// A value, as a constant.
#[derive(Clone, Copy)]
enum Pref {
    Flag(bool),
    Number(i64),
    Text(&'static str),
}

impl From<Pref> for Value {
    fn from(pref: Pref) -> Self {
        match pref {
            Pref::Flag(flag) => Self::from(flag),
            Pref::Number(number) => Self::from(number),
            Pref::Text(text) => Self::from(text),
        }
    }
}

fn firefox(options: &Options, cookies: ThirdPartyCookies) -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = FIREFOX.iter().map(|(name, pref)| ((*name).to_owned(), Value::from(*pref))).collect();
    let mut set = |name: &str, value: Value| all.push((name.to_owned(), value));
    for scheme in ["http", "ssl"] {
        set(&format!("network.proxy.{scheme}"), json!(options.proxy.ip().to_string()));
        set(&format!("network.proxy.{scheme}_port"), json!(options.proxy.port()));
    }
    set("intl.accept_languages", json!(super::flags::accepted(&options.language)));
    match cookies {
        // Cookies of other sites are kept apart for each site at the top (5), as Firefox does by itself.
        ThirdPartyCookies::Default => {}
        ThirdPartyCookies::Allow => {
            set("network.cookie.cookieBehavior", json!(0));
            set("network.cookie.cookieBehavior.optInPartitioning", json!(false));
            // Cookies of a site that was only passed through would be cleared.
            set("privacy.bounceTrackingProtection.mode", json!(0));
        }
        ThirdPartyCookies::Block => set("network.cookie.cookieBehavior", json!(1)),
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::Program;

    fn options(kind: Kind) -> Options {
        let program = Program { path: "/usr/bin/browser".into(), kind, version: "1".to_owned() };
        Options::new(program, "127.0.0.1:8080".parse().expect("an address"))
    }

    #[test]
    fn nothing_goes_past_the_proxy_and_certificates_are_checked() {
        let all = preferences(&options(Kind::Firefox), ThirdPartyCookies::Allow);
        let of = |name: &str| all.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
        for (name, value) in [
            ("network.proxy.type", json!(1)),
            ("network.proxy.ssl", json!("127.0.0.1")),
            ("network.proxy.ssl_port", json!(8080)),
            ("network.proxy.allow_hijacking_localhost", json!(true)),
            ("network.proxy.failover_direct", json!(false)),
            ("network.trr.mode", json!(5)),
            ("network.http.http3.enable", json!(false)),
            ("media.peerconnection.enabled", json!(false)),
            ("network.cookie.cookieBehavior", json!(0)),
        ] {
            assert_eq!(of(name), Some(value), "{name}");
        }
        let mut names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let number = names.len();
        names.dedup();
        assert_eq!(names.len(), number, "a preference that is set twice counts as the last one, so none is");
        assert_eq!(of("network.stricttransportsecurity.preloadlist"), None);
        let file = firefox_file(&all);
        assert!(file.contains("user_pref(\"network.proxy.ssl\", \"127.0.0.1\");\n"), "{file}");
        assert_eq!(file.lines().count(), all.len());
    }

    #[test]
    fn the_policy_on_cookies_is_a_preference_of_either_browser() {
        let of = |kind, policy| preferences(&options(kind), policy);
        let file = chromium_file(&of(Kind::Chromium, ThirdPartyCookies::Block));
        let read: Value = serde_json::from_str(&file).expect("JSON");
        assert_eq!(read["profile"], json!({"cookie_controls_mode": 1, "block_third_party_cookies": true}));
        assert_eq!(read["webrtc"]["ip_handling_policy"], "disable_non_proxied_udp");
        for kind in [Kind::Chromium, Kind::Firefox] {
            let lengths: Vec<usize> = ThirdPartyCookies::ALL.iter().map(|policy| of(kind, *policy).len()).collect();
            assert!(lengths[0] < lengths[1] && lengths[0] < lengths[2], "{lengths:?}");
        }
    }
}
