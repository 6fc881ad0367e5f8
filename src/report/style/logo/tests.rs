//! Which pictures can stand in a page.

use super::*;

fn looked_at(bytes: &[u8]) -> Result<&'static str, Wrong> {
    Logo::of(OwnFile { name: "logo".to_owned(), bytes: bytes.to_vec() }).map(|logo| logo.media_type)
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    out.extend(width.to_be_bytes());
    out.extend(height.to_be_bytes());
    out.extend([8, 0, 0, 0, 0, 1, 2, 3, 4]);
    out.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
    out
}

#[test]
fn pictures_are_known_by_what_they_hold() {
    assert_eq!(looked_at(&png(20, 10)), Ok("image/png"));
    let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08\0\x0a\0\x14\x01\x01\x11\0\xff\xd9";
    assert_eq!(looked_at(jpeg), Ok("image/jpeg"));
    for svg in [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- made by hand -->\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><title>L</title><defs><linearGradient id=\"a\"><stop offset=\"0\" stop-color=\"#fff\"/></linearGradient></defs><style>.b{fill:url(#a)}</style><g class=\"b\"><path d=\"M0 0h9\"/><use href=\"#a\"/></g></svg>\n",
        "<svg viewBox=\"0 0 1 1\"/>",
    ] {
        assert_eq!(looked_at(svg.as_bytes()), Ok("image/svg+xml"), "{svg}");
    }
    let wrong = |bytes: &[u8]| looked_at(bytes).expect_err("no logo").1;
    assert!(wrong(b"GIF89a").contains("no PNG, JPEG or SVG"));
    assert!(wrong(b"").contains("no PNG, JPEG or SVG"));
    assert!(
        wrong(&png(20, 10)[..40]).contains("cut off")
            && wrong(&png(0, 10)).contains("cut off")
            && wrong(b"\xff\xd8\xff\xe0").contains("cut off")
    );
    assert!(wrong(&png(90_000, 10)).contains("90000 × 10 pixels"));
    assert!(wrong(&vec![0; 600_000]).contains("600000 bytes; at most 524288"));
}

#[test]
fn an_svg_picture_only_draws() {
    let wrong = |inner: &str| {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\"\nxmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 1 1\">\n{inner}</svg>"
        );
        looked_at(svg.as_bytes()).expect_err(inner)
    };
    for inner in [
        "<script>alert(1)</script>",
        "<foreignObject><p>x</p></foreignObject>",
        "<image href=\"https://example.org/x.png\"/>",
        "<path onload=\"alert(1)\" d=\"\"/>",
        "<path ONCLICK=\"alert(1)\" d=\"\"/>",
        "<use href=\"https://example.org/x.svg#a\"/>",
        "<use xlink:href=\"other.svg#a\"/>",
        "<path style=\"fill:url(https://example.org/x)\" d=\"\"/>",
        "<path style=\"fill:URL( 'x.svg#a' )\" d=\"\"/>",
        "<style>@import 'x.css';</style>",
        "<style>.a{background:url(//example.org/x)}</style>",
        "<style>.a{background:u\\72l(x)}</style>",
        "<a href=\"#x\"><path d=\"\"/></a>",
        "<animate attributeName=\"href\" to=\"https://example.org\"/>",
        "<set attributeName=\"onload\" to=\"x\"/>",
        "<svg:script>x</svg:script>",
        "<![CDATA[<script>x</script>]]>",
        "<?xml-stylesheet href=\"x.css\"?>",
        "<g><path d=\"\"/>",
        "</g>",
    ] {
        let (line, what) = wrong(inner);
        assert!(line.is_some_and(|line| line >= 3) && what.contains("SVG"), "{inner}: {line:?} {what}");
    }
    let entity = "<!DOCTYPE svg [<!ENTITY x \"<script/>\">]><svg>&x;</svg>";
    assert!(looked_at(entity.as_bytes()).expect_err("an entity").1.contains("document type"));
    assert!(looked_at(b"<p><svg/></p>").is_err() && looked_at(b"text <svg/>").is_err() && looked_at(b"<svg/> text").is_err());
}
