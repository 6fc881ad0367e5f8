//! The hosts that deliver files: styles and scripts of the platform, pictures, and the pixel's script. They set no cookies.

use flate2::{Compression, Crc, write::ZlibEncoder};
use http::{Method, StatusCode};
use serde_json::json;
use std::io::Write;

use super::answer::{Answer, fill};
use super::coding::Coding;
use super::parts::Asked;

pub(super) const JAVASCRIPT: &str = "application/x-javascript; charset=utf-8";
pub(super) const CSS: &str = "text/css; charset=utf-8";

/// The name of the pixel; it belongs to nobody.
pub(super) const PIXEL: &str = "000000000000000";

/// A transparent GIF of one by one pixel.
pub(super) const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\x01\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\x01\0,\0\0\0\0\x01\0\x01\0\0\x02\x02L\x01\0;";

const FOR_EVER: &str = "public,max-age=31536000,immutable";

/// Styles and scripts of the platform's pages.
pub(super) fn files(asked: &Asked) -> Answer {
    const TELEMETRY: &str = "\"SIMULATED04\"";
    match (&asked.method, asked.path.as_str()) {
        (&Method::GET, "/rsrc.php/v4/yA/l/SIMULATED01.css") => {
            Answer::whole(CSS, fill(include_str!("pages/platform.css"), &[])).with("cache-control", FOR_EVER).coded(Coding::Gzip, asked)
        }
        (&Method::GET, "/rsrc.php/v4/yC/r/SIMULATED03.js") => Answer::whole(JAVASCRIPT, fill(include_str!("pages/platform.js"), &[]))
            .with("cache-control", FOR_EVER)
            .coded(Coding::Brotli, asked),
        (&Method::GET, "/rsrc.php/v4/yE/r/SIMULATED05.js") => {
            Answer::whole(JAVASCRIPT, fill(include_str!("pages/case.js"), &[])).with("cache-control", FOR_EVER).coded(Coding::Gzip, asked)
        }
        // The one file that a browser asks about each time: the second document of a profile gets 304.
        (&Method::GET, "/rsrc.php/v4/yD/r/SIMULATED04.js") if asked.header("if-none-match") == Some(TELEMETRY) => {
            Answer::new(StatusCode::NOT_MODIFIED).with("etag", TELEMETRY).with("cache-control", "no-cache")
        }
        (&Method::GET, "/rsrc.php/v4/yD/r/SIMULATED04.js") => Answer::whole(JAVASCRIPT, fill(include_str!("pages/telemetry.js"), &[]))
            .with("etag", TELEMETRY)
            .with("cache-control", "no-cache")
            .coded(Coding::Zstd, asked),
        _ => missing(),
    }
    .with("alt-svc", "h3=\":443\"; ma=86400")
}

/// Pictures: a flat colour that depends on the number in the name.
pub(super) fn images(asked: &Asked) -> Answer {
    let name = asked.path.strip_prefix("/v/t39.30808-6/SIMULATED_").and_then(|rest| rest.split_once("_n."));
    let answer = match name.and_then(|(number, kind)| Some((number.parse::<u8>().ok()?, kind))) {
        Some((number, "png")) => Answer::whole("image/png", picture(number)),
        Some((_, "gif")) => Answer::whole("image/gif", GIF),
        _ => return missing(),
    };
    answer.with("cache-control", "max-age=1209600, no-transform").with("alt-svc", "h3=\":443\"; ma=86400")
}

/// The poster of a video that is never played.
pub(super) fn video(asked: &Asked) -> Answer {
    match (&asked.method, asked.path.as_str()) {
        (&Method::GET, "/v/t42.1790-2/SIMULATED_0009_n.png") => Answer::whole("image/png", picture(9)).with("cache-control", "no-store"),
        _ => missing(),
    }
}

/// Takes measurements of the case's pages.
pub(super) fn measure(asked: &Asked) -> Answer {
    match (&asked.method, asked.path.as_str()) {
        (&Method::GET, "/simulated/measure") => Answer::whole("image/gif", GIF).with("cache-control", "no-store"),
        _ => missing(),
    }
}

/// The address of picture `number` of a post.
pub(super) fn image_address(number: u8) -> String {
    let signed = format!("_nc_cat=1&_nc_ohc=SIMULATED-OHC-{number}&oh=SIMULATED-OH-{number}&oe=00000000");
    format!("https://{}/v/t39.30808-6/SIMULATED_{number:04}_n.png?{signed}", super::IMAGES)
}

/// The pixel's script and its settings.
pub(super) fn connect(asked: &Asked) -> Answer {
    match (&asked.method, asked.path.as_str()) {
        (&Method::GET, "/en_US/fbevents.js") => Answer::whole(JAVASCRIPT, fill(include_str!("pages/fbevents.js"), &[]))
            .with("cache-control", "public,max-age=1200")
            .coded(Coding::Brotli, asked),
        (&Method::GET, path) if path.strip_prefix("/signals/config/") == Some(PIXEL) => {
            let settings = json!({ "pixel": PIXEL, "simulated": super::NOTICE });
            Answer::whole(JAVASCRIPT, format!("window.fbq.settings = {settings};\n"))
                .with("cache-control", "public,max-age=1200")
                .coded(Coding::Gzip, asked)
        }
        _ => missing(),
    }
}

/// What is not there.
pub(super) fn missing() -> Answer {
    Answer::nothing(StatusCode::NOT_FOUND, "Niet gevonden", "Dit adres bestaat in de gesimuleerde wereld niet.")
}

/// A PNG of 32 by 18 pixels in one colour (W3C PNG, third edition: section 5 for chunks, 11.2 for IHDR).
fn picture(number: u8) -> Vec<u8> {
    const WIDTH: u32 = 32;
    const HEIGHT: u32 = 18;
    let colour = [number.wrapping_mul(67), number.wrapping_mul(29).wrapping_add(90), number.wrapping_mul(43).wrapping_add(120)];
    // Each line begins with its filter type, 0 for none.
    let line: Vec<u8> = [0].into_iter().chain(colour.repeat(WIDTH as usize)).collect();
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let data = packed.write_all(&line.repeat(HEIGHT as usize)).and_then(|()| packed.finish()).unwrap_or_default();
    let size = [WIDTH.to_be_bytes(), HEIGHT.to_be_bytes()].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    // Eight bits for each of red, green and blue; the methods of compression, filtering and interlacing are 0.
    for (kind, content) in [(b"IHDR", [&size[..], &[8, 2, 0, 0, 0]].concat()), (b"IDAT", data), (b"IEND", Vec::new())] {
        let mut checksum = Crc::new();
        checksum.update(kind);
        checksum.update(&content);
        png.extend((content.len() as u32).to_be_bytes());
        png.extend_from_slice(kind);
        png.extend(content);
        png.extend(checksum.sum().to_be_bytes());
    }
    png
}
