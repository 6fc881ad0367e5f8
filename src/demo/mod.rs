//! A simulated world on loopback: a fictitious platform, its helpers and a second government site, reached under the real host names.
//!
//! For the first run, the tests and the documents, where nobody's data may be used. It answers over TLS in HTTP/1.1 and HTTP/2 with a test
//! authority of its own, and keeps a log of everything that reached it, against which a recording can be compared. It never leaves loopback,
//! knows no rule and no finding, and says on every page, in every answer and in every script that it shows nothing about any real party.

mod access;
mod answer;
mod authority;
pub mod case;
mod chat;
mod coding;
mod delivery;
mod ids;
mod members;
mod parts;
pub mod plan;
mod planted;
mod platform;
pub mod script;
mod town;
pub mod truth;
mod world;

#[cfg(test)]
mod tests;

pub use access::Access;
pub use world::World;

/// What every page of the world shows, every answer carries in the header field `X-Simulated`, and every JSON answer in the member `simulated`.
pub const NOTICE: &str = "fictitious platform; says nothing about what Meta does";

/// [`NOTICE`] in Dutch, for the pages.
pub const NOTICE_NL: &str = "fictief platform; zegt niets over wat Meta doet";

const PLATFORM: &str = "www.facebook.com";
const STATIC: &str = "static.xx.fbcdn.net";
const IMAGES: &str = "scontent.xx.fbcdn.net";
const CONNECT: &str = "connect.facebook.net";
const CHAT: &str = "edge-chat.facebook.com";
const SHIM: &str = "l.facebook.com";
const TOWN: &str = "www.voorbeeldgemeente.example";

/// Every host name of the world, but for those of the case.
const HOSTS: [&str; 7] = [PLATFORM, STATIC, IMAGES, CONNECT, CHAT, SHIM, TOWN];

/// Measures without cookies, in the world of the case.
const MEASURE: &str = "pixel.facebook.com";
/// Asked only by browsers with a window, in the world of the case.
const VIDEO: &str = "video.xx.fbcdn.net";

/// Every host name of the world of the case.
const ALL_HOSTS: [&str; 9] = [PLATFORM, STATIC, IMAGES, CONNECT, CHAT, SHIM, TOWN, MEASURE, VIDEO];

/// Hosts that speak HTTP/1.1 only, so that a visit contains both versions.
const OLDER: [&str; 3] = [CHAT, SHIM, TOWN];
