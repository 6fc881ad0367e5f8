//! Parts of the PDF that can be told without reading one. The whole file is read by other people's programs in `tests/it/report_pdf.rs`.

use super::columns::{Column, GAP, Said, is_wide, layout, level, width};
use super::glyphs::{FAMILIES, Part, breakable, parts, plain, regroup};
use super::*;
use crate::report::document::{Block, Cell, Inline, Item, Row, Table};

fn document(blocks: Vec<Block>) -> Document {
    Document {
        lang: "nl".to_owned(),
        title: "Bijlage".to_owned(),
        generator: "dataspoor 0".to_owned(),
        simulated: None,
        classification: None,
        meta: Vec::new(),
        blocks,
    }
}

#[test]
fn what_the_fonts_cannot_show_is_a_number() {
    let shown = |text: &str| Part::Shown(text.to_owned());
    let escape = |text: &str| Part::Escape(text.to_owned());
    assert_eq!(parts(""), []);
    assert_eq!(parts("plain #text"), [shown("plain #text")]);
    assert_eq!(parts("café – ‘één’ → ≤ Ω Ж"), [shown("café – ‘één’ → ≤ Ω Ж")]);
    assert_eq!(parts("a\u{a0}b"), [shown("a\u{a0}b")]);
    assert_eq!(parts("a\u{1F600}\u{202e}b"), [shown("a"), escape("\\u{1F600}"), escape("\\u{202E}"), shown("b")]);
    // A base that can be shown stays, its mark without a common font is a number; one with a common font stays whole.
    assert_eq!(parts("e\u{301}"), [shown("e\u{301}")]);
    assert_eq!(parts("x\u{1ab0}"), [shown("x"), escape("\\u{1AB0}")]);
    assert_eq!(parts("\u{301}"), [escape("\\u{301}")]);
    assert_eq!(plain("\u{0}x\n"), "\\u{0}x\\u{A}");
    for family in FAMILIES {
        assert!(world::FONTS.iter().any(|font| font.info().family == family), "no font is called {family}");
    }
}

#[test]
fn long_words_may_be_broken_and_stay_the_same() {
    let digest = "157fa6160cbda8ce30936bd51211e0541a213dd65e304f3e6e72d9d5ee4151d0";
    for text in ["", "short words only", digest, "https://www.example.org/a/very/long/path?with=query&and=more", "ééééééééééééééééé\u{301}"]
    {
        let broken = breakable(text);
        assert_eq!(broken.replace('\u{200b}', ""), text);
        assert_eq!(broken == text, text.split(' ').all(|word| word.len() <= 14), "{text}");
        // A digest is broken into groups of the same length, other words into shorter ones.
        let most = if text == digest { 16 } else { 14 };
        assert!(broken.split(['\u{200b}', ' ']).all(|piece| piece.chars().count() <= most), "{broken}");
        assert!(!broken.contains("\u{200b}\u{301}"));
    }
}

#[test]
fn digests_break_into_lines_of_the_same_length() {
    let digest = "157fa6160cbda8ce30936bd51211e0541a213dd65e304f3e6e72d9d5ee4151d0";
    let lengths = |text: &str| text.split('\u{200b}').map(str::len).collect::<Vec<_>>();
    assert_eq!(lengths(&breakable(digest)), [16; 4]);
    assert_eq!(lengths(&breakable(&digest[..40])), [16, 16, 8]);
    for (room, groups) in [(64, vec![64]), (63, vec![32; 2]), (31, vec![16; 4]), (8, vec![8; 8]), (3, vec![8; 8])] {
        assert_eq!(lengths(&regroup(&breakable(digest), room)), groups, "{room}");
    }
    assert_eq!(lengths(&regroup(&breakable(&digest[..40]), 39)), [20, 20]);
    // What is no digest keeps its breaks.
    let address = breakable("https://www.example.org/a/very/long/path");
    assert_eq!(regroup(&address, 5), address);
    let said = breakable(&format!("sha256 {digest} of a file"));
    assert_eq!(regroup(&said, 64), format!("sha256 {digest} of a file"));
}

/// The rows of a table of three columns in which a row is followed by what is said of it, as the template gets them.
fn said_of(blocks: Vec<Block>) -> Vec<serde_json::Value> {
    let content = |text: &str| vec![Inline::Text(text.to_owned())];
    let paragraph = |text: &str| Block::Paragraph { id: None, class: None, content: content(text) };
    let cell = |text: &str| Cell { header: false, columns: 1, rows: 1, class: None, blocks: vec![paragraph(text)] };
    let said = Cell { header: false, columns: 3, rows: 1, class: Some("said".to_owned()), blocks };
    let body =
        [vec![cell("1"), cell("a"), cell("b")], vec![said], vec![cell("2"), cell("c"), cell("d")]].map(|cells| Row { id: None, cells });
    let table = Table { id: None, class: None, caption: Vec::new(), head: Vec::new(), body: body.into() };
    let (parts, _) = data::of_document(&document(vec![Block::Table(table)])).expect("a document");
    let json = serde_json::to_value(&parts).expect("JSON");
    json[0]["blocks"][0]["grid"]["body"].as_array().cloned().expect("rows")
}

#[test]
fn what_is_said_of_a_row_stays_with_it() {
    let content = |text: &str| vec![Inline::Text(text.to_owned())];
    let paragraph = |text: &str| Block::Paragraph { id: None, class: None, content: content(text) };
    let shape = |rows: &[serde_json::Value]| -> Vec<Vec<(u64, u64, u64)>> {
        let number = |cell: &serde_json::Value, name: &str| cell[name].as_u64().expect("a number");
        let of_row = |row: &serde_json::Value| {
            let cells = row["cells"].as_array().expect("cells");
            cells.iter().map(|cell| (number(cell, "at"), number(cell, "columns"), number(cell, "rows"))).collect()
        };
        rows.iter().map(of_row).collect()
    };
    let plain = vec![(0, 1, 1), (1, 1, 1), (2, 1, 1)];
    let held = vec![(0, 1, 2), (1, 1, 1), (2, 1, 1)];
    // The number spans both rows and is not broken, so neither are they; the line stands below what is said.
    let short = said_of(vec![paragraph("said of it")]);
    assert_eq!(shape(&short), [held.clone(), vec![(1, 2, 1)], plain.clone()]);
    assert_eq!((&short[0]["together"], &short[0]["joined"], &short[1]["joined"]), (&true.into(), &true.into(), &false.into()));
    assert_eq!(short[0]["cells"][0]["under"], true);
    // A long list goes on behind its first item, and no item is lost.
    let items = (0..40).map(|n| Item { id: None, value: None, blocks: vec![paragraph(&format!("item {n}"))] }).collect();
    let long = said_of(vec![paragraph("Sources:"), Block::List { ordered: false, items }]);
    assert_eq!(shape(&long), [held, vec![(1, 2, 1)], vec![(0, 1, 1), (1, 2, 1)], plain.clone()]);
    let count = |row: usize, cell: usize| {
        long[row]["cells"][cell]["blocks"].as_array().and_then(|blocks| blocks.last()?["items"].as_array().map(Vec::len))
    };
    assert_eq!((count(1, 0), count(2, 1)), (Some(1), Some(39)));
    assert_eq!((&long[1]["joined"], &long[0]["cells"][0]["under"], &long[2]["together"]), (&true.into(), &false.into(), &false.into()));
    // What cannot be taken apart is as it was.
    let endless = said_of(vec![paragraph(&"words and words ".repeat(2_000))]);
    assert_eq!(shape(&endless), [plain.clone(), vec![(0, 3, 1)], plain]);
    assert_eq!(endless[1]["together"], false);
}

#[test]
fn a_short_run_has_no_page_of_its_own() {
    let content = |text: &str| vec![Inline::Text(text.to_owned())];
    let paragraph = |text: &str| Block::Paragraph { id: None, class: None, content: content(text) };
    let heading = || Block::Heading { level: 2, id: None, content: content("Chapter") };
    let table = |rows: usize| {
        let cell = |columns| Cell { header: false, columns, rows: 1, class: None, blocks: vec![paragraph("value")] };
        let head = vec![Row { id: None, cells: (0..8).map(|_| cell(1)).collect() }];
        let body = if rows == 0 {
            vec![Row { id: None, cells: vec![cell(8)] }]
        } else {
            vec![Row { id: None, cells: (0..8).map(|_| cell(1)).collect() }; rows]
        };
        Block::Table(Table { id: None, class: None, caption: Vec::new(), head, body })
    };
    let wide = |between: Vec<Block>| -> Vec<bool> {
        let blocks = [vec![heading(), paragraph("first"), heading(), table(3), heading()], between, vec![heading(), table(3)]].concat();
        let (parts, _) = data::of_document(&document(blocks)).expect("a document");
        parts.iter().map(|part| part.wide).collect()
    };
    assert_eq!(wide(vec![paragraph("short")]), [false, true]);
    assert_eq!(wide(vec![paragraph("long "); 60]), [false, true, false, true]);
    // A table that only says that there is nothing lies on no side.
    let (parts, _) = data::of_document(&document(vec![heading(), table(0)])).expect("a document");
    assert!(!parts[0].wide);
}

#[test]
fn columns_get_what_they_need() {
    let column = |word: u64, line: u64, all: u64| Column { word, whole: word, line, all };
    let few = [column(1_000, 2_000, 2_000), column(3_000, 5_000, 5_000)];
    let set = layout(&few, 1, 0, false);
    assert_eq!((is_wide(&few, 1), set.size, set.shares), (false, 90, vec![2_000 + GAP, 5_000 + GAP]));
    assert!(
        is_wide(&[column(4_000, 30_000, 300_000); 10], 10)
            && is_wide(&[column(500, 500, 500); 7], 1)
            && is_wide(&[column(60_000, 60_000, 60_000)], 1)
    );
    // A cell that spans them all has its room.
    assert_eq!(layout(&few, 1, 20_000, false).shares.iter().sum::<u64>(), 20_000 + 2 * GAP);
    // The width of the page is shared out, and nobody gets less than the longest word.
    let columns = [column(500, 500, 5_000), column(8_000, 200_000, 900_000), column(4_000, 60_000, 100_000)];
    let uneven = layout(&columns, 10, 0, false);
    let room = 4_932_000 / u64::from(uneven.size);
    let all: u64 = uneven.shares.iter().sum();
    assert!(!is_wide(&columns, 10) && all <= room && all > room - 10, "{uneven:?}");
    assert!(columns.iter().zip(&uneven.shares).all(|(column, share)| *share >= column.word + GAP));
    assert!(uneven.shares[1] > uneven.shares[2] && uneven.shares[2] > uneven.shares[0]);
    // More than fits even in the smallest type: still no more than the page.
    let too_much = layout(&[column(20_000, 30_000, 300_000); 12], 10, 0, true);
    assert!(too_much.shares.iter().sum::<u64>() <= 7_512_000 / u64::from(too_much.size), "{too_much:?}");
    assert!(width("mmm") > width("iii") && width("\u{200b}") == 0);
}

#[test]
fn width_goes_where_it_makes_rows_lower() {
    // Nine lines in a narrow column beside one that is mostly blank.
    let column = |word: u64| Column { word, whole: word, line: 20_000, all: 40_000 };
    let (much, little) = (vec![vec![2_000; 30]], vec![vec![2_000; 2]]);
    let rows: Vec<Said> = vec![vec![(0, much.as_slice(), 2_000), (1, little.as_slice(), 2_000), (2, little.as_slice(), 2_000)]; 4];
    let mut shares = vec![8_000, 20_000, 20_000];
    level(&mut shares, &[column(2_000), column(2_000), column(12_000)], &rows);
    assert_eq!(shares.iter().sum::<u64>(), 48_000);
    assert!(shares[0] > 20_000 && shares[1] >= 2_000 + GAP && shares[2] >= 12_000 + GAP, "{shares:?}");
    // Nothing to gain: nothing moves.
    let mut even = vec![9_000, 9_000];
    level(&mut even, &[column(2_000), column(2_000)], &[vec![(0, little.as_slice(), 2_000), (1, little.as_slice(), 2_000)]]);
    assert_eq!(even, [9_000, 9_000]);
}

#[test]
fn rows_that_lack_cells_take_none_of_the_next() {
    let cell = |text: &str, columns, rows| {
        let content = vec![Inline::Text(text.to_owned())];
        Cell { header: false, columns, rows, class: None, blocks: vec![Block::Paragraph { id: None, class: None, content }] }
    };
    let row = |cells| Row { id: None, cells };
    let body = vec![row(vec![cell("a", 1, 3), cell("b", 2, 1)]), row(vec![cell("c", 1, 1)]), row(vec![]), row(vec![cell("d", 1, 9)])];
    let table = Table { id: None, class: None, caption: Vec::new(), head: vec![row(vec![cell("h", 3, 1)])], body };
    let (parts, _) = data::of_document(&document(vec![Block::Table(table)])).expect("a document");
    let json = serde_json::to_value(&parts).expect("JSON");
    let grid = &json[0]["blocks"][0]["grid"];
    let cells: Vec<(u64, u64)> = grid["body"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| {
            let cells = row["cells"].as_array().expect("cells");
            (cells.len() as u64, cells.iter().filter_map(|cell| cell["columns"].as_u64()).sum())
        })
        .collect();
    assert_eq!(cells, [(2, 3), (2, 2), (2, 2), (3, 3)]);
    assert_eq!(grid["body"][3]["cells"][0]["rows"], 1, "no row stands below the last");
    assert_eq!(grid["columns"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_document_is_set_twice_the_same() {
    let heading = Block::Heading { level: 1, id: Some("top".to_owned()), content: vec![Inline::Text("#Kop $x$".to_owned())] };
    let link = Inline::Link { to: "#top".to_owned(), id: None, content: vec![Inline::Text("boven".to_owned())] };
    let page = document(vec![heading, Block::Paragraph { id: None, class: None, content: vec![link] }]);
    let [one, two] = [0, 1].map(|_| render(&page, &[], Timestamp::parse("2026-11-23T03:15:45Z")).expect("a PDF"));
    assert!(one.starts_with(b"%PDF-1.7") && one == two);
    assert_ne!(one, render(&page, &[], None).expect("a PDF"), "the time is in the file");
}
