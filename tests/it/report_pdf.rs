//! The PDF as other people's programs see it: poppler, qpdf and pdfua. With the feature `pdf` only; `scripts/test full` builds it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dataspoor::model::Timestamp;
use dataspoor::report::document::{Block, Cell, Document, ISOLATED, Inline, Item, Row, Table};
use dataspoor::report::pdf::{Attachment, PdfError, Relationship, render};

use super::corpus::{ROOT, own_recordings, scratch};
use super::live_archive::tools;

const LINE: &str = "Simulated: fictitious platform; says nothing about what Meta does.";

fn text(text: &str) -> Vec<Inline> {
    vec![Inline::Text(text.to_owned())]
}

/// A text as pages mark what was recorded.
fn recorded(said: &str) -> Vec<Inline> {
    vec![Inline::Span { id: None, class: Some(ISOLATED.to_owned()), content: text(said) }]
}

fn paragraph(content: Vec<Inline>) -> Block {
    Block::Paragraph { id: None, class: None, content }
}

fn cell(header: bool, content: Vec<Inline>) -> Cell {
    Cell { header, columns: 1, rows: 1, class: None, blocks: vec![paragraph(content)] }
}

fn row(cells: Vec<Cell>) -> Row {
    Row { id: None, cells }
}

fn document(blocks: Vec<Block>) -> Document {
    let heading = Block::Heading { level: 1, id: None, content: text("Annex") };
    let blocks = [vec![heading], blocks].concat();
    Document {
        lang: "en".to_owned(),
        title: "Simulated – Annex".to_owned(),
        generator: "dataspoor test".to_owned(),
        simulated: Some(LINE.to_owned()),
        classification: Some("Departementaal vertrouwelijk".to_owned()),
        meta: [("author", "A. Auditor"), ("version", "0.9"), ("theme-color", "#7a1f4c")]
            .map(|(name, said)| (name.to_owned(), said.to_owned()))
            .to_vec(),
        blocks,
    }
}

fn made() -> Option<Timestamp> {
    Timestamp::parse("2026-11-23T03:15:45Z")
}

fn run(program: &str, arguments: &[&str], file: &Path) -> Output {
    let made = Command::new(program).args(arguments).arg(file).output();
    made.unwrap_or_else(|error| panic!("{program}: {error}; scripts/need qpdf:qpdf pdfinfo:poppler-utils installs it"))
}

fn said(program: &str, arguments: &[&str], file: &Path) -> String {
    let output = run(program, arguments, file);
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The text of each page.
fn pages(file: &Path) -> Vec<String> {
    // With its output on the standard stream the second name is "-".
    let output = Command::new("pdftotext").args(["-layout"]).arg(file).arg("-").output().expect("pdftotext, of poppler-utils");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect()
}

/// Without the spaces and line ends that the paper brings.
fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let file = folder.join(name);
    fs::write(&file, bytes).expect("a PDF");
    file
}

/// What holds for every PDF of ours.
fn is_sound(file: &Path) {
    let checked = run("qpdf", &["--check"], file);
    let words = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(
        checked.status.success() && words.contains("No syntax or stream encoding errors"),
        "{words}{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    let facts = said("pdfinfo", &[], file);
    for fact in ["Tagged:          yes", "JavaScript:      no", "Encrypted:       no"] {
        assert!(facts.contains(fact), "{fact}: {facts}");
    }
    let meta = said("pdfinfo", &["-meta"], file);
    for fact in ["<pdfaid:part>3</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1</pdfuaid:part>"] {
        assert!(meta.contains(fact), "{fact}: {meta}");
    }
    let fonts = said("pdffonts", &[], file);
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!fonts.is_empty());
    for font in fonts {
        // Name, type and encoding may hold spaces; from the end: embedded, subset, with Unicode, object, generation.
        let columns: Vec<&str> = font.split_whitespace().rev().collect();
        assert_eq!(columns[2..5], ["yes", "yes", "yes"], "{font}");
    }
    let pdfua = Command::new(tools().join("pdfua")).arg("check").arg(file).output().expect("pdfua");
    let words = String::from_utf8_lossy(&pdfua.stdout).into_owned();
    assert!(pdfua.status.success() && words.contains("result: PASS"), "{words}{}", String::from_utf8_lossy(&pdfua.stderr));
}

#[test]
fn hostile_texts_come_out_as_texts() {
    let long: String = (0..100_000_u32).map(|n| char::from(b'!' + (n.wrapping_mul(2_654_435_761) >> 16) as u8 % 94)).collect();
    let hostile = [
        "#import \"x.typ\": *",
        "#{panic()}",
        "$x^2$",
        "*bold* _under_ `raw` @label <label>",
        "</script><script>alert(1)</script>",
        "\\u{202E} as typed",
        "//no comment /* x */",
        "= no heading",
        "- no item",
        "http://www.example.org/#%s",
        "~ -- --- ... \"quotes\" 'single'",
        "[content] {code} \\ \\#",
        "#pdf.attach(\"data.json\")",
        "100% &amp; &lt;",
    ];
    let escaped = [
        ("a\u{202e}b", "a\\u{202E}b"),
        ("a\u{0}b", "a\\u{0}b"),
        ("\u{1F600}", "\\u{1F600}"),
        ("x\u{200b}y", "x\\u{200B}y"),
        ("\u{627}\u{644}", "\\u{627}\\u{644}"),
        ("\u{e000}", "\\u{E000}"),
        ("\u{4f60}", "\\u{4F60}"),
        ("\u{7}\u{85}\u{feff}", "\\u{7}\\u{85}\\u{FEFF}"),
        ("\u{301}", "\\u{301}"),
        ("\u{1F468}\u{200d}\u{1F469}", "\\u{1F468}\\u{200D}\\u{1F469}"),
    ];
    let mut rows = Vec::new();
    for said in hostile.iter().chain(escaped.iter().map(|(said, _)| said)) {
        rows.push(row(vec![cell(true, recorded(said)), cell(false, text(said)), cell(false, vec![Inline::Code(text(said))])]));
    }
    rows.push(row(vec![cell(true, text("long")), cell(false, recorded(&long)), cell(false, recorded("Ελλάδα Москва שלום café"))]));
    let head = vec![row(["One", "Two", "Three"].map(|said| cell(true, text(said))).to_vec())];
    let table = Table { id: None, class: None, caption: recorded(hostile[1]), head, body: rows };
    let svg = "<svg viewBox=\"0 0 100 20\"><title>x</title><text x=\"1\" y=\"12\" font-size=\"9\">#x \u{1F600} \u{202e}\n y</text></svg>";
    let figure = Block::Figure {
        svg: svg.to_owned(),
        title: "\u{1F600} #x".to_owned(),
        description: "\u{0}".to_owned(),
        caption: recorded("\u{1F600}"),
    };
    let mut page = document(vec![
        Block::Heading { level: 2, id: Some("#\"]".to_owned()), content: recorded("#heading \u{1F600}") },
        paragraph(vec![Inline::Link { to: "##\"]".to_owned(), id: None, content: text("there") }]),
        Block::Table(table),
        Block::Preformatted { id: None, text: "  #x\n\tb\u{1F600}\n".to_owned() },
        figure,
    ]);
    page.title = "Annex \u{0}\u{1F600} </rdf:RDF> #x".to_owned();
    let folder = scratch();
    let file = write(folder.path(), "hostile.pdf", &render(&page, &[], made()).expect("a PDF"));
    is_sound(&file);
    let raw = Command::new("pdftotext").arg("-raw").arg(&file).arg("-").output().expect("pdftotext").stdout;
    let raw = String::from_utf8(raw).expect("UTF-8");
    // What stands above and below each page is no part of the long value.
    let kept: Vec<&str> = raw
        .split(['\n', '\u{c}'])
        .filter(|line| !line.contains(LINE) && !line.contains("</rdf:RDF>") && *line != "One Two Three")
        .collect();
    let all = squeezed(&kept.concat());
    for said in hostile.iter().copied().chain(escaped.iter().map(|(_, shown)| *shown)) {
        assert!(all.matches(&squeezed(said)).count() >= 3, "{said}");
    }
    // A row that goes on on the next page is read page by page, so what stands in its last cell stands between two parts of the value.
    let (mut rest, mut parts) = (long.as_str(), 0);
    while !rest.is_empty() {
        let mut length = rest.len();
        while !all.contains(&rest[..length]) {
            length /= 2;
        }
        let end = (length..=rest.len()).take_while(|&end| all.contains(&rest[..end])).last().unwrap_or(length);
        (rest, parts) = (&rest[end..], parts + 1);
        assert!(end > 20 && parts < 60, "the long value is not whole: {:?}", &rest[..rest.len().min(40)]);
    }
    for never in ['\u{202e}', '\u{200b}', '\u{0}', '\u{2066}'] {
        assert!(!raw.contains(never), "{never:?}");
    }
    assert!(all.contains("ΕλλάδαМосква") && all.contains("café"), "letters that the fonts have are letters");
    assert!(said("pdfinfo", &[], &file).contains("Annex \\u{0}\\u{1F600} </rdf:RDF> #x"));
    assert_eq!(said("pdfdetach", &["-list"], &file).trim(), "0 embedded files");
}

#[test]
fn a_long_table_has_its_head_on_every_page() {
    let head = vec![row((1..=9).map(|n| cell(true, text(&format!("Head{n}")))).collect())];
    let body = (1..=500).map(|r| row((1..=9).map(|c| cell(c == 1, text(&format!("r{r}c{c}")))).collect())).collect();
    let table = Table { id: None, class: None, caption: text("Table 1. Many rows"), head, body };
    let page = document(vec![paragraph(text("Before")), Block::Table(table), paragraph(text("After"))]);
    let attached = [("evidence.ndjson", "application/x-ndjson", Relationship::Source), ("flows.csv", "text/csv", Relationship::Data)].map(
        |(name, media_type, relationship)| {
            let (name, media_type) = (name.to_owned(), media_type.to_owned());
            Attachment {
                description: format!("What {name} is"),
                bytes: format!("{name}\r\n\u{1F600}").into_bytes(),
                name,
                media_type,
                relationship,
            }
        },
    );
    let folder = scratch();
    let bytes = render(&page, &attached, made()).expect("a PDF");
    let file = write(folder.path(), "long.pdf", &bytes);
    is_sound(&file);
    let pages = pages(&file);
    assert!(pages.len() > 5, "{} pages", pages.len());
    let mut rows = 0;
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains(LINE) && page.contains(&format!("page {} / {}", index + 1, pages.len())), "{page}");
        let here = page
            .lines()
            .filter(|line| line.split_whitespace().next().is_some_and(|word| word.starts_with('r') && word.ends_with("c1")))
            .count();
        assert!(
            here == 0 || (1..=9).all(|n| page.contains(&format!("Head{n}"))),
            "page {} has {here} rows and no head:\n{page}",
            index + 1
        );
        rows += here;
    }
    assert_eq!(rows, 500);
    // Nine columns: in landscape; the page before stays upright.
    let sizes = said("pdfinfo", &["-f", "1", "-l", "3"], &file);
    assert!(sizes.contains("841.89 x 595.276") || sizes.contains("841.89 x 595.28"), "{sizes}");
    let listed = said("pdfdetach", &["-list"], &file);
    assert!(listed.contains("2 embedded files") && listed.contains("evidence.ndjson") && listed.contains("flows.csv"), "{listed}");
    said("pdfdetach", &["-saveall", "-o", folder.path().to_str().expect("a path")], &file);
    for one in &attached {
        assert_eq!(fs::read(folder.path().join(&one.name)).expect("saved"), one.bytes);
    }
    let plain = folder.path().join("plain.pdf");
    let unpacked = Command::new("qpdf").args(["--qdf", "--object-streams=disable"]).arg(&file).arg(&plain).status().expect("qpdf");
    assert!(unpacked.success());
    let inside = String::from_utf8_lossy(&fs::read(plain).expect("a PDF")).into_owned();
    for wanted in ["/AFRelationship /Source", "/AFRelationship /Data", "/Subtype /text#2fcsv", "/Scope /Row", "/Scope /Column", "/Lang (en"]
    {
        assert!(inside.contains(wanted), "{wanted}");
    }
    assert!(facts_of_time(&file).contains("2026"), "the time is that of the recording");
    assert!(bytes == render(&page, &attached, made()).expect("a PDF"), "two runs give two files");
}

fn facts_of_time(file: &Path) -> String {
    said("pdfinfo", &["-isodates"], file).lines().filter(|line| line.starts_with("CreationDate")).collect()
}

/// Millimetres in points.
const MM: f64 = 72.0 / 25.4;

/// A word with its page, from 1, and the box around it: left, top, right, bottom, in points.
type Word = (usize, String, [f64; 4]);

/// Every word with its page and the box around it; and the size of each page.
fn words(file: &Path) -> (Vec<Word>, Vec<[f64; 2]>) {
    let output = Command::new("pdftotext").arg("-bbox").arg(file).arg("-").output().expect("pdftotext, of poppler-utils");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let number = |line: &str, name: &str| -> f64 {
        let (_, rest) = line.split_once(&format!("{name}=\"")).expect("an attribute");
        rest.split('"').next().and_then(|number| number.parse().ok()).expect("a number")
    };
    let (mut words, mut pages) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim) {
        if line.starts_with("<page ") {
            pages.push([number(line, "width"), number(line, "height")]);
        } else if line.starts_with("<word ") {
            let said = line.split_once('>').and_then(|(_, rest)| rest.strip_suffix("</word>")).expect("a word").to_owned();
            words.push((pages.len(), said, ["xMin", "yMin", "xMax", "yMax"].map(|name| number(line, name))));
        }
    }
    (words, pages)
}

#[test]
fn pictures_are_whole_and_within_the_margins() {
    let mut blocks = Vec::new();
    for (index, (width, height)) in [(800, 722), (800, 126), (800, 2_400), (3_000, 500), (800, 640)].into_iter().enumerate() {
        let corners = [(4, 14), (width - 60, 14), (4, height - 6), (width - 60, height - 6)];
        let corner = |(at, (x, y)): (usize, (i32, i32))| format!("<text x=\"{x}\" y=\"{y}\" font-size=\"12\">P{index}C{at}</text>");
        let drawn: String = corners.into_iter().enumerate().map(corner).collect();
        let svg = format!("<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">{drawn}</svg>");
        blocks.push(Block::Heading { level: 2, id: None, content: text(&format!("Chapter {index}")) });
        blocks.push(paragraph(text("What the picture shows.")));
        let caption = text(&format!("Said{index} of it. {}", "More words of the caption. ".repeat(12)));
        blocks.push(Block::Figure { svg, title: format!("Picture {index}"), description: "Corners".to_owned(), caption });
        if index % 2 == 0 {
            let head = vec![row((1..=9).map(|n| cell(true, text(&format!("Head{n}")))).collect())];
            let body = vec![row((1..=9).map(|n| cell(false, text(&format!("Cell{n}")))).collect())];
            blocks.push(Block::Table(Table { id: None, class: None, caption: text("Many columns"), head, body }));
        }
    }
    let folder = scratch();
    let file = write(folder.path(), "pictures.pdf", &render(&document(blocks), &[], made()).expect("a PDF"));
    is_sound(&file);
    let (words, sizes) = words(&file);
    for index in 0..5 {
        let of_picture: Vec<_> = words.iter().filter(|(_, said, _)| said.starts_with(&format!("P{index}C"))).collect();
        assert_eq!(of_picture.len(), 4, "picture {index}: {of_picture:?}");
        let caption = words.iter().find(|(_, said, _)| *said == format!("Said{index}")).expect("the caption");
        for (page, said, [left, top, right, bottom]) in of_picture {
            assert_eq!(*page, caption.0, "{said} and its caption stand on one page");
            let [width, height] = sizes[page - 1];
            assert!(*left >= 15.9 * MM && *right <= width - 15.9 * MM, "{said}: {left} to {right} of {width}");
            assert!(*top >= 20.5 * MM && *bottom <= height - 16.5 * MM, "{said}: {top} to {bottom} of {height}");
            // Type of 12 pixels is 9 points; only what is higher than two pages of its width may fall below three fifths of that.
            assert!((2..=3).contains(&index) || bottom - top >= 0.6 * 9.0, "{said} is {} points high", bottom - top);
        }
    }
}

#[test]
fn contents_name_pages_and_no_page_ends_on_what_leads_in() {
    let name = |n: usize| format!("c{n}");
    let item = |n: usize| {
        let link = Inline::Link { to: format!("#c{n}"), id: None, content: text(&format!("Chapter{n}x")) };
        Item { id: None, value: Some(n as u64), blocks: vec![paragraph(vec![link])] }
    };
    let mut blocks = vec![Block::List { ordered: true, items: (1..=40).map(item).collect() }];
    let said = |said: &str| Item { id: None, value: None, blocks: vec![paragraph(text(said))] };
    for n in 1..=40 {
        blocks.push(Block::Heading { level: 2, id: Some(name(n)), content: text(&format!("Chapter{n}x begins")) });
        blocks.extend((0..n % 7).map(|_| paragraph(text(&"Words that fill the page up to some place or other. ".repeat(1 + n % 5)))));
        blocks.push(Block::Heading { level: 3, id: None, content: text(&format!("Part{n}x begins")) });
        blocks.push(paragraph(vec![Inline::Strong(text(&format!("Lead {n} of sources:")))]));
        if n % 3 == 0 {
            let columns = if n % 9 == 0 { 9 } else { 3 };
            let line = |header: bool| row((1..=columns).map(|c| cell(header, text(&format!("Cell{c}")))).collect());
            let body = (0..5).map(|_| line(false)).collect();
            blocks.push(Block::Table(Table { id: None, class: None, caption: text("Rows"), head: vec![line(true)], body }));
        } else {
            blocks.push(Block::List { ordered: false, items: (0..3).map(|_| said("a source says so")).collect() });
        }
    }
    // So many short groups that a page would end on the first line of one of them, were it not kept with the next.
    for n in 1..=250 {
        blocks.push(paragraph(text(&"Words between two groups. ".repeat(1 + n * 37 % 101 % 13))));
        blocks.push(paragraph(text(&format!("Group {n}:"))));
        blocks.push(Block::List { ordered: false, items: (0..2).map(|_| said("a source says so")).collect() });
    }
    let folder = scratch();
    let file = write(folder.path(), "contents.pdf", &render(&document(blocks), &[], made()).expect("a PDF"));
    is_sound(&file);
    let pages = pages(&file);
    assert!(pages.len() > 8, "{} pages", pages.len());
    for n in 1..=40 {
        let begins = pages.iter().position(|page| page.contains(&format!("Chapter{n}x begins"))).expect("the chapter") + 1;
        let line = pages
            .iter()
            .flat_map(|page| page.lines())
            .find(|line| line.contains(&format!("Chapter{n}x")))
            .expect("the line of the contents");
        let told = line.split_whitespace().last().and_then(|last| last.parse::<usize>().ok());
        assert_eq!(told, Some(begins), "{line}");
    }
    for page in &pages {
        let lines: Vec<&str> = page.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let last = lines.iter().rev().nth(1).expect("a line above the foot");
        assert!(!last.ends_with(" begins") && !last.ends_with(':') && *last != "Rows", "a page ends on {last:?}");
    }
}

#[test]
fn what_cannot_be_printed_is_an_error() {
    let link = document(vec![paragraph(vec![Inline::Link { to: "#nowhere".to_owned(), id: None, content: text("x") }])]);
    assert_eq!(render(&link, &[], None), Err(PdfError::Target { id: "nowhere".to_owned() }));
    let image = |src: &str| document(vec![paragraph(vec![Inline::Image { src: src.to_owned(), alt: "a logo".to_owned() }])]);
    assert_eq!(render(&image("data:image/png,x"), &[], None), Err(PdfError::Image { alt: "a logo".to_owned() }));
    let broken = render(&image("data:image/png;base64,AAAA"), &[], None).expect_err("no picture").to_string();
    assert!(broken.contains("PDF/A-3a and PDF/UA-1"), "{broken}");
    let one = Attachment {
        name: "a".to_owned(),
        media_type: "text/csv".to_owned(),
        relationship: Relationship::Data,
        description: "a".to_owned(),
        bytes: Vec::new(),
    };
    let twice = render(&document(Vec::new()), &[one.clone(), one], None);
    assert_eq!(twice, Err(PdfError::Twice { name: "a".to_owned() }));
}

/// The whole way: a recording, by the program, in both languages and in two time zones.
#[test]
fn annexes_as_pdf() {
    let own = own_recordings();
    let recording = own.iter().find(|path| path.to_string_lossy().contains("simulated-")).unwrap_or(&own[0]);
    let folder = scratch();
    let mut made: Vec<PathBuf> = Vec::new();
    for (zone, run) in [("Pacific/Kiritimati", "one"), ("America/Los_Angeles", "two")] {
        let out = folder.path().join(run);
        let output = Command::new(env!("CARGO_BIN_EXE_dataspoor"))
            .args(["report", "--format", "pdf,csv", "--lang", "nl,en", "--out"])
            .arg(&out)
            .arg(recording)
            .env("TZ", zone)
            .current_dir(ROOT)
            .output()
            .expect("dataspoor");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut folders = fs::read_dir(&out).expect("the folder").map(|entry| entry.expect("an entry").path());
        made.push(folders.next().expect("one recording"));
    }
    for lang in ["nl", "en"] {
        let name = format!("annex.{lang}.pdf");
        let [one, two] = [0, 1].map(|index: usize| fs::read(made[index].join(&name)).expect("a PDF"));
        assert!(one == two, "{name} differs between time zones");
        let file = made[0].join(&name);
        is_sound(&file);
        let inside = folder.path().join(format!("inside-{lang}"));
        fs::create_dir(&inside).expect("a folder");
        said("pdfdetach", &["-saveall", "-o", inside.to_str().expect("a path")], &file);
        let saved: Vec<PathBuf> = fs::read_dir(&inside).expect("saved").map(|entry| entry.expect("an entry").path()).collect();
        assert!(saved.len() > 20, "{} attached", saved.len());
        for path in saved {
            let name = path.file_name().expect("a name");
            assert_eq!(fs::read(&path).expect("attached"), fs::read(made[0].join(name)).expect("beside the PDF"), "{name:?}");
        }
    }
}
