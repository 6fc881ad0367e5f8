//! Pictures of a document as members of the archive, and how large they are on a page.

use std::io;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;

use super::Picture;

/// Width and height of an SVG element, in its own units.
pub(super) fn size_of_svg(svg: &str) -> Option<(f64, f64)> {
    let tag = &svg[..svg.find('>')?];
    let attribute = |name: &str| tag.split_once(&format!(" {name}=\""))?.1.split('"').next();
    if let Some(view) = attribute("viewBox") {
        let numbers: Vec<f64> = view.split([' ', ',']).filter_map(|number| number.parse().ok()).collect();
        if let [_, _, width, height] = numbers[..] {
            return is_a_size(width, height);
        }
    }
    let length = |name| attribute(name)?.trim_end_matches("px").parse::<f64>().ok();
    is_a_size(length("width")?, length("height")?)
}

fn is_a_size(width: f64, height: f64) -> Option<(f64, f64)> {
    (width >= 1.0 && height >= 1.0 && width < 1e6 && height < 1e6).then_some((width, height))
}

/// An SVG element as a file of its own.
pub(super) fn svg_file(svg: &str, number: usize) -> Picture {
    let name_space = if svg[..svg.find('>').unwrap_or_default()].contains("xmlns=") { "" } else { " xmlns=\"http://www.w3.org/2000/svg\"" };
    let rest = svg.strip_prefix("<svg").unwrap_or(svg);
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg{name_space}{rest}\n");
    Picture { name: format!("Pictures/{number}.svg"), media_type: "image/svg+xml", bytes: text.into_bytes() }
}

/// A picture that stands in a page as a `data:` address (RFC 2397), with its width and height.
pub(super) fn of_address(address: &str, number: usize) -> io::Result<(Picture, (f64, f64))> {
    let wrong =
        |why: &str| io::Error::new(io::ErrorKind::InvalidData, format!("a picture of the page {why}; use a PNG, JPEG or SVG picture"));
    let (kind, data) = address.strip_prefix("data:").and_then(|rest| rest.split_once(',')).ok_or_else(|| wrong("has no data: address"))?;
    let bytes = match kind.strip_suffix(";base64") {
        Some(_) => BASE64_STANDARD.decode(data.trim()).map_err(|_| wrong("is not sound base64"))?,
        None => percent_decode_str(data).collect(),
    };
    let kind = kind.split(';').next().unwrap_or_default();
    let (ending, media_type, size) = match kind {
        "image/png" => ("png", "image/png", size_of_png(&bytes)),
        "image/jpeg" => ("jpg", "image/jpeg", size_of_jpeg(&bytes)),
        "image/svg+xml" => {
            let text = String::from_utf8_lossy(&bytes);
            ("svg", "image/svg+xml", text.find("<svg").and_then(|at| size_of_svg(&text[at..])))
        }
        _ => return Err(wrong(&format!("is of the kind {kind:?}"))),
    };
    let size = size.ok_or_else(|| wrong("does not say how large it is"))?;
    Ok((Picture { name: format!("Pictures/{number}.{ending}"), media_type, bytes }, size))
}

/// From the header chunk (ISO/IEC 15948, 11.2.2).
fn size_of_png(bytes: &[u8]) -> Option<(f64, f64)> {
    let number = |at: usize| Some(f64::from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)));
    if bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    is_a_size(number(16)?, number(20)?)
}

/// From the frame header (ITU-T T.81, B.2.2).
fn size_of_jpeg(bytes: &[u8]) -> Option<(f64, f64)> {
    let number = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let mut at = 2;
    while *bytes.get(at)? == 0xff {
        let marker = *bytes.get(at + 1)?;
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return is_a_size(f64::from(number(at + 7)?), f64::from(number(at + 5)?));
        }
        at += 2 + usize::from(number(at + 2)?);
    }
    None
}
