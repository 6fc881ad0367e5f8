//! Text documents: what other programs would stumble over. Whole annexes are read by others in `tests/it/report_forms.rs`.

use std::io::Read as _;

use super::grid::{Above, Place, columns, widths};
use super::pictures::{of_address, size_of_svg, svg_file};
use super::xml::spaced;
use super::*;
use crate::report::document::Table;

fn document(body: &str) -> Document {
    let page =
        format!("<html lang=\"en\"><head><meta name=\"generator\" content=\"a &amp; b\"><title>T</title></head><body>{body}</body></html>");
    Document::of_page(&page).unwrap_or_else(|error| panic!("{error}"))
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).expect("a member").read_to_string(&mut text).expect("UTF-8");
    text
}

fn content(body: &str) -> String {
    part(&render(&document(body)).unwrap_or_else(|error| panic!("{error}")), "content.xml")
}

fn table(body: &str) -> Table {
    match document(body).blocks.remove(0) {
        crate::report::document::Block::Table(table) => table,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_xml_cannot_hold_is_made_visible() {
    assert_eq!(escaped("<a href=\"&\">\u{0}\u{b}\u{ffff}\t\u{1f600}"), "&lt;a href=&quot;&amp;&quot;&gt;\\u{0}\\u{B}\\u{FFFF}\t\u{1f600}");
    assert_eq!(spaced("a b  c "), "a b<text:s text:c=\"2\"/>c ");
    assert_eq!(spaced(" \n\ta"), "<text:s text:c=\"1\"/><text:line-break/><text:tab/>a");
    assert_eq!(spaced("&\r"), "&amp;");
}

#[test]
fn recorded_texts_stay_what_they_are() {
    let content =
        content("<p>a <bdi dir=\"ltr\">  &lt;text:p/&gt;</bdi> <bdi dir=\"ltr\">שלום</bdi>\u{fffe}</p><pre><code>x\n  y</code></pre>");
    assert!(content.contains("text:style-name=\"Recorded\"><text:s text:c=\"2\"/>&lt;text:p/&gt;</text:span>"), "{content}");
    assert!(content.contains("\u{2066}<text:span text:style-name=\"Recorded\">שלום</text:span>\u{2069}\\u{FFFE}"), "{content}");
    assert!(content.contains("x<text:line-break/><text:s text:c=\"2\"/>y"), "{content}");
}

#[test]
fn lists_links_and_notices() {
    let said = content(
        "<h2 id=\"toc\">C</h2><ol><li value=\"7\"><a href=\"#c\">One</a></li></ol><section id=\"c\"><h2>One</h2></section><ul><li>a<ul><li id=\"i\">b</li></ul></li></ul>\
         <div class=\"notice\" id=\"n\"><h3>N</h3><p>said</p></div><p><a href=\"#n\">n</a> <a href=\"https://example.org/?a=1&amp;b\">e</a></p>",
    );
    assert!(said.contains("<text:list-item text:start-value=\"7\"><text:p text:style-name=\"Contents_20_line\">"), "{said}");
    assert!(said.contains("<text:bookmark-ref text:reference-format=\"page\" text:ref-name=\"c\">–</text:bookmark-ref>"), "{said}");
    assert!(said.contains("text:outline-level=\"2\"><text:bookmark text:name=\"c\"/>One</text:h>"), "{said}");
    assert!(said.contains("<text:p text:style-name=\"Notice_20_heading\"><text:bookmark text:name=\"n\"/>N</text:p>"), "{said}");
    assert!(said.contains("xlink:href=\"https://example.org/?a=1&amp;b\""), "{said}");
    let wrong = |body: &str| render(&document(body)).expect_err(body).to_string();
    assert!(wrong("<p><a href=\"#nowhere\">a</a></p>").contains("\"nowhere\""));
    let inner = "<table><caption>C</caption><tbody><tr><td>a</td></tr></tbody></table>";
    assert!(wrong(&format!("<ul><li>{inner}</li></ul>")).contains("in a list"));
    assert!(content(&format!("<div class=\"notice\"><p>a</p>{inner}</div>")).contains("<table:table "));
}

#[test]
fn grids() {
    let body = "<table><caption>C</caption><thead><tr><th>Nr.</th><th>What it says</th><th>n</th></tr></thead>\
                <tbody><tr><td rowspan=\"2\">1</td><td>a rather long sentence that goes on and on, with many words in it</td><td>3</td></tr>\
                <tr><td colspan=\"2\">b</td></tr><tr><td>c</td></tr></tbody></table>";
    let table = table(body);
    assert_eq!(columns(&table), 3);
    let mut above = Above::default();
    let signs = |above: &mut Above, row| -> String {
        let sign = |place: &Place<'_>| match place {
            Place::Cell(_) => 'c',
            Place::Covered => '.',
            Place::Empty => 'e',
        };
        above.places(row, 3).iter().map(sign).collect()
    };
    let rows: Vec<String> = table.head.iter().chain(&table.body).map(|row| signs(&mut above, row)).collect();
    assert_eq!(rows, ["ccc", "ccc", ".c.", "cee"]);
    let widths = widths(&table, 3, 1_740, false);
    assert_eq!(widths.iter().sum::<u32>(), 1_740);
    assert!(widths[1] > 3 * widths[0] && widths[0].abs_diff(widths[2]) < 100, "{widths:?}");
    let content = content(body);
    assert!(content.contains("<table:table-header-rows>") && content.contains("table:number-rows-spanned=\"2\""), "{content}");
    let wide: String = (0..9).map(|nr| format!("<td>{nr}</td>")).collect();
    let wide = self::content(&format!("<h2>a</h2><h2>b</h2><table><caption>C</caption><tbody><tr>{wide}</tr></tbody></table><h2>c</h2>"));
    assert!(
        wide.contains("text:style-name=\"H2A\"") && wide.contains("text:style-name=\"H2U\"") && wide.contains("table:style-name=\"TA\""),
        "{wide}"
    );
}

#[test]
fn pictures_say_how_large_they_are() {
    assert_eq!(size_of_svg("<svg viewBox=\"0 0 1000 236\" width=\"5\">"), Some((1_000.0, 236.0)));
    assert_eq!(size_of_svg("<svg width=\"40px\" height=\"30\">"), Some((40.0, 30.0)));
    assert_eq!((size_of_svg("<svg>"), size_of_svg("<svg viewBox=\"0 0 0 0\">"), size_of_svg("")), (None, None, None));
    let file = svg_file("<svg viewBox=\"0 0 1 1\"><title>a</title></svg>", 3);
    assert_eq!(file.name, "Pictures/3.svg");
    assert!(String::from_utf8_lossy(&file.bytes).contains("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox="));
    let png = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAAEUlEQVR4nGP8z8Dwn4EBAwAAGQQBAX3p2ooAAAAASUVORK5CYII=";
    let (picture, size) = of_address(png, 1).expect("a picture");
    assert_eq!((picture.name.as_str(), size), ("Pictures/1.png", (2.0, 3.0)));
    let jpeg = "data:image/jpeg;base64,/9j/4AAEAAD/wAARCAAQACADASIAAhEBAxEB";
    assert_eq!(of_address(jpeg, 1).expect("a picture").1, (32.0, 16.0));
    let svg = "data:image/svg+xml,%3Csvg%20viewBox=%220%200%204%202%22%3E%3C/svg%3E";
    assert_eq!(of_address(svg, 1).expect("a picture").1, (4.0, 2.0));
    for wrong in ["data:image/gif;base64,R0lG", "data:image/png;base64,!", "data:image/png;base64,AAAA", "https://example.org/"] {
        assert!(of_address(wrong, 1).is_err_and(|error| error.to_string().contains("PNG, JPEG or SVG")), "{wrong}");
    }
    let figure = "<figure><svg viewBox=\"0 0 10 5\"><title>Ti</title><desc>De &amp; s</desc></svg><figcaption>Cap</figcaption></figure>";
    let bytes = render(&document(&format!("{figure}<p><img src=\"{png}\" alt=\"Logo\"></p>"))).expect("a document");
    let content = part(&bytes, "content.xml");
    assert!(
        content.contains("svg:width=\"174.0mm\" svg:height=\"87.0mm\"") && content.contains("<svg:desc>De &amp; s</svg:desc>"),
        "{content}"
    );
    assert!(content.contains("<svg:title>Logo</svg:title>") && content.contains("Pictures/2.png"), "{content}");
    assert!(part(&bytes, "META-INF/manifest.xml").contains("full-path=\"Pictures/1.svg\""));
    assert!(part(&bytes, "meta.xml").contains("<meta:generator>a &amp; b</meta:generator>"));
}

/// A chapter with a wide table that begins with a picture: heading and picture stand upright on one page, and the table behind them lies on its side.
#[test]
fn a_picture_stays_with_its_heading() {
    let cells = "<td>a</td>".repeat(7);
    let table = format!("<table id=\"t\"><caption>Wide</caption><tbody><tr>{cells}</tr></tbody></table>");
    let picture =
        "<figure><svg viewBox=\"0 0 100 100\" role=\"img\"><title>P</title><desc>D</desc></svg><figcaption>Caption</figcaption></figure>";
    let said = content(&format!(
        "<section><h2>One</h2><p>Lead</p>{picture}{table}</section><section><h2>Two</h2><p>Lead</p>{table2}</section>",
        table2 = table.replace("\"t\"", "\"u\"")
    ));
    assert!(said.contains("<text:h text:style-name=\"Heading_20_2\" text:outline-level=\"2\">One"), "{said}");
    assert!(said.contains("<text:p text:style-name=\"Lead-in\">Lead</text:p><text:p text:style-name=\"Picture\">"), "{said}");
    assert!(said.contains("svg:width=\"173.9mm\""), "as wide as an upright page: {said}");
    assert!(said.contains("<text:p text:style-name=\"A-Table_20_caption\"><text:bookmark text:name=\"t\"/>Wide</text:p>"), "{said}");
    assert!(
        said.contains("style:name=\"A-Table_20_caption\"")
            && said.contains("style:parent-style-name=\"Table_20_caption\" style:master-page-name=\"Across\"")
    );
    assert_eq!(
        (said.matches("table:style-name=\"TA\"").count(), said.matches("style-name=\"A-").count()),
        (2, 1),
        "one page is turned: {said}"
    );
}

/// Width goes to the column that makes rows high, also where every other row says more of the one above it.
#[test]
fn width_goes_where_rows_are_high() {
    let row = format!(
        "<tr><td>1</td><td>{}</td><td>few words</td></tr><tr><td colspan=\"3\">{}</td></tr>",
        "some words ".repeat(30),
        "x ".repeat(500)
    );
    let table =
        table(&format!("<table><thead><tr><th>Nr.</th><th>Long</th><th>Short</th></tr></thead><tbody>{}</tbody></table>", row.repeat(300)));
    let widths = widths(&table, 3, 2_650, false);
    assert_eq!(widths.iter().sum::<u32>(), 2_650);
    assert!(widths[1] > 2_000 && widths[0] < 200, "{widths:?}");
}
