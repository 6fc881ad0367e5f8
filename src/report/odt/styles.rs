//! How a text document looks: styles with the names that LibreOffice gives them, so that whoever writes on can change each in one place.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::xml::escaped;
use super::{DECLARATION, NAMESPACES};
use crate::report::document::Document;

const FONT: &str = "Liberation Sans";
const MONO: &str = "Liberation Mono";
const BLUE: &str = "#154273";
const LINE: &str = "#c9d3df";

/// Width of the text on a page, in tenths of a millimetre: upright, and on its side.
pub(super) const UPRIGHT: u32 = 1_740;
pub(super) const ACROSS: u32 = 2_650;

/// A style of paragraphs: name, the one it is like, and its properties of paragraph and text.
struct Paragraph(&'static str, &'static str, &'static str, &'static str);

/// Every style of paragraphs but the headings.
const PARAGRAPHS: &[Paragraph] = &[
    Paragraph("Text_20_body", "Standard", "fo:margin-bottom=\"2.2mm\" fo:line-height=\"125%\"", ""),
    Paragraph("Lead-in", "Text_20_body", "fo:keep-with-next=\"always\"", ""),
    Paragraph("Overline", "Standard", "fo:margin-bottom=\"3mm\" fo:margin-top=\"18mm\"", "fo:color=\"#4d5560\""),
    Paragraph("Subtitle", "Text_20_body", "fo:margin-bottom=\"3mm\"", "fo:font-size=\"12pt\""),
    Paragraph("Lead_20_note", "Text_20_body", "", "fo:color=\"#4d5560\""),
    Paragraph("Hint", "Text_20_body", "", "fo:font-weight=\"bold\""),
    Paragraph("Footnote_20_of_20_page", "Text_20_body", "fo:margin-top=\"4mm\"", "fo:font-size=\"8.5pt\" fo:color=\"#4d5560\""),
    Paragraph("List_20_text", "Text_20_body", "fo:margin-bottom=\"1mm\"", ""),
    Paragraph("Contents_20_line", "Text_20_body", "fo:margin-bottom=\"0.6mm\"", ""),
    Paragraph(
        "Term",
        "Text_20_body",
        "fo:margin-bottom=\"0.4mm\" fo:margin-top=\"1.5mm\" fo:keep-with-next=\"always\"",
        "fo:font-weight=\"bold\"",
    ),
    Paragraph("Said_20_of_20_term", "Text_20_body", "fo:margin-left=\"6mm\"", ""),
    Paragraph(
        "Notice",
        "Text_20_body",
        "fo:border-left=\"1.2mm solid #154273\" fo:padding-left=\"4mm\" fo:padding-top=\"1mm\" fo:padding-bottom=\"1mm\" fo:background-color=\"#f2f5f9\" fo:margin-bottom=\"0mm\"",
        "",
    ),
    Paragraph("Notice_20_heading", "Notice", "fo:keep-with-next=\"always\"", "fo:font-weight=\"bold\" fo:color=\"#154273\""),
    Paragraph("After_20_notice", "Standard", "fo:margin-bottom=\"1mm\"", "fo:font-size=\"4pt\""),
    Paragraph(
        "Preformatted_20_Text",
        "Standard",
        "fo:background-color=\"#f2f5f9\" fo:padding=\"1.5mm\" fo:border=\"0.5pt solid #c9d3df\" fo:margin-bottom=\"2.2mm\" fo:margin-top=\"0.5mm\"",
        "style:font-name=\"Liberation Mono\" fo:font-size=\"8.5pt\" fo:language=\"zxx\" fo:country=\"none\"",
    ),
    Paragraph(
        "Table_20_caption",
        "Standard",
        "fo:keep-with-next=\"always\" fo:margin-top=\"3mm\" fo:margin-bottom=\"1.5mm\"",
        "fo:font-weight=\"bold\" fo:color=\"#154273\"",
    ),
    Paragraph("Picture", "Standard", "fo:margin-top=\"2mm\" fo:margin-bottom=\"1mm\"", ""),
    Paragraph("Picture_20_caption", "Standard", "fo:margin-bottom=\"3mm\"", "fo:font-size=\"8.5pt\" fo:color=\"#4d5560\""),
    Paragraph("Cell", "Standard", "fo:margin-bottom=\"0.4mm\"", "fo:font-size=\"7.5pt\""),
    Paragraph("Cell_20_fact", "Standard", "fo:margin-bottom=\"0.4mm\"", "fo:font-size=\"9pt\""),
    Paragraph("Cell_20_row_20_head", "Cell", "", "fo:font-weight=\"bold\""),
    Paragraph("Cell_20_fact_20_row_20_head", "Cell_20_fact", "", "fo:font-weight=\"bold\""),
    Paragraph("Cell_20_number", "Cell", "fo:text-align=\"end\" fo:margin-right=\"3mm\"", ""),
    Paragraph("Cell_20_row_20_number", "Cell", "", "fo:color=\"#4d5560\""),
    Paragraph("Cell_20_said", "Cell", "fo:margin-left=\"8mm\"", ""),
    Paragraph("Table_20_Heading", "Cell", "fo:keep-with-next=\"always\"", "fo:font-weight=\"bold\" fo:color=\"#154273\""),
    Paragraph("Table_20_Heading_20_number", "Table_20_Heading", "fo:text-align=\"end\" fo:margin-right=\"3mm\"", ""),
    Paragraph("After_20_table", "Standard", "fo:margin-bottom=\"2mm\"", "fo:font-size=\"4pt\""),
    Paragraph("Header", "Standard", "fo:text-align=\"center\"", "fo:font-size=\"8.5pt\" fo:font-weight=\"bold\""),
    Paragraph(
        "Footer",
        "Standard",
        "fo:border-top=\"0.5pt solid #c9d3df\" fo:padding-top=\"1.5mm\"",
        "fo:font-size=\"8pt\" fo:color=\"#4d5560\"",
    ),
    Paragraph("Footer_20_across", "Footer", "", ""),
];

/// Size of a heading of each level in points, and the space above it in millimetres.
const HEADINGS: [(u32, u32); 6] = [(24, 0), (16, 8), (11, 5), (10, 4), (10, 4), (10, 4)];

/// Styles of text within a line: name and properties.
const TEXTS: &[(&str, &str)] = &[
    ("Strong_20_Emphasis", "fo:font-weight=\"bold\""),
    ("Emphasis", "fo:font-style=\"italic\""),
    ("Code", "style:font-name=\"Liberation Mono\" fo:language=\"zxx\" fo:country=\"none\""),
    // A recorded text is in no language, so nobody's spelling is checked.
    ("Recorded", "fo:language=\"zxx\" fo:country=\"none\""),
    ("Made_20_visible", "style:font-name=\"Liberation Mono\" fo:background-color=\"#e4edf7\" fo:language=\"zxx\" fo:country=\"none\""),
    ("Beside", "fo:font-size=\"8.5pt\" fo:color=\"#4d5560\" fo:font-weight=\"normal\""),
    ("Beside_20_in_20_cell", "fo:font-size=\"6.8pt\" fo:color=\"#4d5560\" fo:font-weight=\"normal\""),
    ("Beside_20_in_20_fact", "fo:font-size=\"8pt\" fo:color=\"#4d5560\" fo:font-weight=\"normal\""),
    ("Muted", "fo:color=\"#4d5560\" fo:font-weight=\"normal\""),
    ("Not_20_established", "fo:color=\"#4d5560\" fo:font-style=\"italic\" fo:font-weight=\"normal\""),
    ("Method", "fo:font-weight=\"bold\" fo:color=\"#154273\""),
    ("Plain", "fo:font-weight=\"normal\""),
    ("Number_20_of_20_chapter", "fo:font-weight=\"normal\""),
    ("Internet_20_link", "fo:color=\"#154273\""),
];

fn shown(name: &str) -> String {
    name.replace("_20_", " ")
}

/// `styles.xml`.
pub(super) fn render(document: &Document) -> String {
    let (language, country) = match document.lang.as_str() {
        "nl" => ("nl", "NL"),
        "en" => ("en", "GB"),
        other => (other, "none"),
    };
    let mut out = format!("{DECLARATION}<office:document-styles {NAMESPACES}>{}<office:styles>", fonts());
    // Writing into a String cannot fail; the same holds below.
    let _ = write!(
        out,
        "<style:default-style style:family=\"paragraph\"><style:paragraph-properties fo:orphans=\"2\" fo:widows=\"2\" style:writing-mode=\"lr-tb\" \
         style:tab-stop-distance=\"12.5mm\"/><style:text-properties style:font-name=\"{FONT}\" fo:font-size=\"10pt\" fo:color=\"#1b1f24\" fo:language=\"{language}\" \
         fo:country=\"{country}\" fo:hyphenate=\"false\"/></style:default-style>\
         <style:default-style style:family=\"table\"><style:table-properties table:border-model=\"collapsing\"/></style:default-style>\
         <style:style style:name=\"Standard\" style:family=\"paragraph\" style:class=\"text\"/>"
    );
    for Paragraph(name, parent, paragraph, text) in PARAGRAPHS {
        let stop = match *name {
            "Contents_20_line" => Some((158, " style:leader-style=\"dotted\" style:leader-text=\".\"")),
            "Footer" => Some((UPRIGHT / 10, "")),
            "Footer_20_across" => Some((ACROSS / 10, "")),
            _ => None,
        };
        let stop = stop.map(|(at, leader)| {
            format!("<style:tab-stops><style:tab-stop style:position=\"{at}mm\" style:type=\"right\"{leader}/></style:tab-stops>")
        });
        let stop = stop.unwrap_or_default();
        let _ = write!(
            out,
            "<style:style style:name=\"{name}\" style:display-name=\"{}\" style:family=\"paragraph\" style:parent-style-name=\"{parent}\">\
             <style:paragraph-properties {paragraph}>{stop}</style:paragraph-properties><style:text-properties {text}/></style:style>",
            shown(name)
        );
    }
    for (level, (size, above)) in (1..).zip(HEADINGS) {
        let _ = write!(
            out,
            "<style:style style:name=\"Heading_20_{level}\" style:display-name=\"Heading {level}\" style:family=\"paragraph\" \
             style:parent-style-name=\"Standard\" style:next-style-name=\"Text_20_body\" style:default-outline-level=\"{level}\" style:class=\"text\">\
             <style:paragraph-properties fo:margin-top=\"{above}mm\" fo:margin-bottom=\"2.2mm\" fo:keep-with-next=\"always\"/>\
             <style:text-properties fo:font-size=\"{size}pt\" fo:font-weight=\"bold\" fo:color=\"{BLUE}\"/></style:style>"
        );
    }
    for (name, text) in TEXTS {
        let _ = write!(
            out,
            "<style:style style:name=\"{name}\" style:display-name=\"{}\" style:family=\"text\"><style:text-properties {text}/></style:style>",
            shown(name)
        );
    }
    out.push_str(&lists());
    let _ = writeln!(
        out,
        "<style:style style:name=\"Graphics\" style:family=\"graphic\"><style:graphic-properties text:anchor-type=\"as-char\" style:vertical-pos=\"top\" \
         style:vertical-rel=\"baseline\"/></style:style></office:styles><office:automatic-styles>{}{}</office:automatic-styles><office:master-styles>{}{}</office:master-styles>\
         </office:document-styles>",
        layout("upright", 210, 297, "portrait"),
        layout("across", 297, 210, "landscape"),
        master("Standard", "upright", "Footer", document),
        master("Across", "across", "Footer_20_across", document)
    );
    // A page says its own colour where it has one.
    let own = document.meta.iter().find(|(name, _)| name == "theme-color").map(|(_, colour)| colour.as_str());
    let is_colour =
        |colour: &&str| colour.len() == 7 && colour.starts_with('#') && colour.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit());
    match own.filter(is_colour) {
        Some(colour) => out.replace(BLUE, colour),
        None => out,
    }
}

fn fonts() -> String {
    let face = |name: &str, family: &str, pitch: &str| {
        format!(
            "<style:font-face style:name=\"{name}\" svg:font-family=\"'{name}'\" style:font-family-generic=\"{family}\" style:font-pitch=\"{pitch}\"/>"
        )
    };
    format!("<office:font-face-decls>{}{}</office:font-face-decls>", face(FONT, "swiss", "variable"), face(MONO, "modern", "fixed"))
}

/// Lists with signs, with numbers, and those in cells, which have less room.
fn lists() -> String {
    let place = |left: u32, back: u32| {
        format!(
            "<style:list-level-properties text:list-level-position-and-space-mode=\"label-alignment\"><style:list-level-label-alignment \
             text:label-followed-by=\"listtab\" fo:margin-left=\"{left}mm\" fo:text-indent=\"-{back}mm\"/></style:list-level-properties>"
        )
    };
    let mut out = String::new();
    for (name, first, step) in [("Signs", 0, 5), ("Signs_20_in_20_cell", 0, 3), ("Signs_20_of_20_said", 8, 3)] {
        let levels: String = (1..=4)
            .map(|level| {
                format!(
                    "<text:list-level-style-bullet text:level=\"{level}\" text:bullet-char=\"{}\">{}</text:list-level-style-bullet>",
                    if level % 2 == 1 { "•" } else { "–" },
                    place(first + step * level, step)
                )
            })
            .collect();
        let _ = write!(out, "<text:list-style style:name=\"{name}\" style:display-name=\"{}\">{levels}</text:list-style>", shown(name));
    }
    let levels: String = (1..=4)
        .map(|level| {
            format!(
                "<text:list-level-style-number text:level=\"{level}\" style:num-format=\"1\" style:num-suffix=\".\">{}</text:list-level-style-number>",
                place(8 * level, 8)
            )
        })
        .collect();
    let _ = write!(out, "<text:list-style style:name=\"Numbers\">{levels}</text:list-style>");
    out
}

fn layout(name: &str, width: u32, height: u32, orientation: &str) -> String {
    let band = |name: &str, gap: &str| {
        format!("<style:{name}-style><style:header-footer-properties fo:min-height=\"6mm\" {gap}/></style:{name}-style>")
    };
    format!(
        "<style:page-layout style:name=\"{name}\"><style:page-layout-properties fo:page-width=\"{width}mm\" fo:page-height=\"{height}mm\" \
         style:print-orientation=\"{orientation}\" fo:margin-top=\"11mm\" fo:margin-bottom=\"11mm\" fo:margin-left=\"{left}mm\" fo:margin-right=\"{right}mm\"/>\
         {}{}</style:page-layout>",
        band("header", "fo:margin-bottom=\"4mm\""),
        band("footer", "fo:margin-top=\"4mm\""),
        left = if width > height { 16 } else { 18 },
        right = if width > height { 16 } else { 18 },
    )
}

/// What stands on every page: the line about a simulated recording and a classification above, title and number of the page below.
fn master(name: &str, layout: &str, footer: &str, document: &Document) -> String {
    let beside = document.classification.as_deref().map(|said| format!("<text:p text:style-name=\"Header\">{}</text:p>", escaped(said)));
    let beside = beside.unwrap_or_default();
    let above = document.simulated.as_deref().map(escaped).unwrap_or_default();
    format!(
        "<style:master-page style:name=\"{name}\" style:page-layout-name=\"{layout}\"><style:header><text:p text:style-name=\"Header\">{above}</text:p>{beside}</style:header>\
         <style:footer><text:p text:style-name=\"{footer}\">{}<text:tab/><text:page-number text:select-page=\"current\">1</text:page-number> / \
         <text:page-count>1</text:page-count></text:p></style:footer></style:master-page>",
        escaped(&document.title)
    )
}

/// Styles that only `content.xml` uses: of tables and their cells, and of headings that turn the page.
/// `turned`: styles of paragraphs that begin a page on its side.
pub(super) fn automatic(widths: impl Iterator<Item = u32>, turned: &BTreeSet<String>) -> String {
    let mut out = format!("{}<office:automatic-styles>", fonts());
    for (name, width) in [("TU", UPRIGHT), ("TA", ACROSS)] {
        let _ = write!(
            out,
            "<style:style style:name=\"{name}\" style:family=\"table\"><style:table-properties style:width=\"{}mm\" table:align=\"left\" \
             table:border-model=\"collapsing\"/></style:style>",
            millimetres(width)
        );
    }
    for width in widths {
        let _ = write!(
            out,
            "<style:style style:name=\"C{width}\" style:family=\"table-column\"><style:table-column-properties style:column-width=\"{}mm\"/></style:style>",
            millimetres(width)
        );
    }
    for (name, keep) in [("RW", "always"), ("RS", "auto")] {
        let _ = write!(
            out,
            "<style:style style:name=\"{name}\" style:family=\"table-row\"><style:table-row-properties fo:keep-together=\"{keep}\"/></style:style>"
        );
    }
    for (name, line, extra) in [
        ("CH", format!("1pt solid {BLUE}"), "style:vertical-align=\"bottom\""),
        ("CB", format!("0.5pt solid {LINE}"), ""),
        ("CN", "none".to_owned(), ""),
    ] {
        let _ = write!(
            out,
            "<style:style style:name=\"{name}\" style:family=\"table-cell\"><style:table-cell-properties fo:border-left=\"none\" fo:border-right=\"none\" \
             fo:border-top=\"none\" fo:border-bottom=\"{line}\" fo:padding-left=\"0mm\" fo:padding-right=\"1.8mm\" fo:padding-top=\"0.9mm\" \
             fo:padding-bottom=\"0.7mm\" {extra}/></style:style>"
        );
    }
    for level in 1..=HEADINGS.len() {
        for (name, master) in [("U", "Standard"), ("A", "Across")] {
            let _ = write!(
                out,
                "<style:style style:name=\"H{level}{name}\" style:family=\"paragraph\" style:parent-style-name=\"Heading_20_{level}\" \
                 style:master-page-name=\"{master}\"><style:paragraph-properties fo:margin-top=\"0mm\" fo:margin-bottom=\"2.2mm\" style:page-number=\"auto\"/></style:style>"
            );
        }
    }
    for style in turned {
        let _ = write!(
            out,
            "<style:style style:name=\"A-{style}\" style:family=\"paragraph\" style:parent-style-name=\"{style}\" style:master-page-name=\"Across\">\
             <style:paragraph-properties fo:margin-top=\"0mm\" style:page-number=\"auto\"/></style:style>"
        );
    }
    out.push_str("</office:automatic-styles>");
    out
}

/// Tenths of a millimetre as a length.
pub(super) fn millimetres(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}
