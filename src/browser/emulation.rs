//! Makes a driven Chromium show itself as a telephone, when a plan asks for that: size and density of the screen, touch, user agent and client hints of
//! the page. The one place where what a page can see is changed, and the recording says so. Frames of other sites, workers, and what a page sends while it is
//! left for another site are not told so.

use chromiumoxide::cdp::browser_protocol::emulation::{
    SetDeviceMetricsOverrideParams, SetTouchEmulationEnabledParams, SetUserAgentOverrideParams, UserAgentMetadata,
};

use super::cdp::{Chromium, failed};
use super::{BrowserError, Driver};

/// Width and height of the emulated screen in CSS pixels, and device pixels for each.
const SCREEN: (i64, i64, f64) = (412, 915, 2.625);
/// What the emulated device calls its system (Sec-CH-UA-Platform-Version); browsers on Android reduce the rest of the user agent to `Android 10; K`.
const SYSTEM: &str = "14.0.0";

impl Driver {
    /// Shows pages a telephone from here on. Returns what was changed, for the record.
    ///
    /// # Errors
    ///
    /// The browser does not answer, or is no Chromium: another cannot do it over its protocol.
    pub async fn emulate_mobile(&self) -> Result<String, BrowserError> {
        match self.chromium() {
            Some(hands) => hands.emulate_mobile().await,
            None => Err(BrowserError::Conversation {
                doing: "emulate a mobile device",
                why: "this is done over the Chrome DevTools Protocol only; plan this scenario with chromium".to_owned(),
            }),
        }
    }
}

impl Chromium {
    async fn emulate_mobile(&self) -> Result<String, BrowserError> {
        let failed = failed("emulate a mobile device");
        let page = self.page();
        let (width, height, ratio) = SCREEN;
        let mut screen = SetDeviceMetricsOverrideParams::new(width, height, ratio, true);
        (screen.screen_width, screen.screen_height) = (Some(width), Some(height));
        page.execute(screen).await.map_err(&failed)?;
        let mut touch = SetTouchEmulationEnabledParams::new(true);
        touch.max_touch_points = Some(5);
        page.execute(touch).await.map_err(&failed)?;
        // The version stays that of the browser at work.
        let version = self.user_agent().split("Chrome/").nth(1).and_then(|rest| rest.split(['.', ' ']).next()).unwrap_or("0").to_owned();
        let agent = format!(
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Mobile Safari/537.36"
        );
        let mut told = SetUserAgentOverrideParams::new(agent.clone());
        told.platform = Some("Linux armv81".to_owned());
        told.user_agent_metadata = Some(UserAgentMetadata {
            brands: None,
            full_version_list: None,
            platform: "Android".to_owned(),
            platform_version: SYSTEM.to_owned(),
            architecture: String::new(),
            model: "K".to_owned(),
            mobile: true,
            bitness: None,
            wow64: None,
            form_factors: Some(vec!["Mobile".to_owned()]),
        });
        page.execute(told).await.map_err(&failed)?;
        Ok(format!(
            "emulated mobile: screen {width}×{height} at {ratio}, touch, user agent {agent}; \
             set for pages, not for frames of other sites, workers, and what a page sends while it is left for another site"
        ))
    }
}
