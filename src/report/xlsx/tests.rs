//! The workbook as a ZIP archive of XML files: what stands in the cells, and what never does. What other programs read from it is tested from outside.

use std::io::{Cursor, Read};

use super::*;
use crate::report::html::tests::sample;
use crate::report::table::{cells, text, whole};

/// A file of the workbook.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut out = String::new();
    archive.by_name(name).unwrap_or_else(|_| panic!("no {name}")).read_to_string(&mut out).expect("text");
    out
}

fn one(cells: &[String]) -> (Vec<u8>, Vec<Cut>) {
    let report = sample();
    let table = Table::of("flows", &[whole("nr"), text("what")], false, cells, |cell| cells![1_u64, cell.clone()]);
    let texts = Texts::of(Lang::En);
    let mut cut = Vec::new();
    sheet(&table, &Origin::of_annex(&report), &Form::new(&texts), &mut cut).expect("a sheet");
    (workbook(&Origin::of_annex(&report), &[table], Lang::En, None).expect("a workbook"), cut)
}

#[test]
fn every_table_has_a_title_in_both_languages_and_a_name_that_a_sheet_can_have() {
    let report = sample();
    let comparison = crate::report::html::comparison::tests::sample();
    let tables = [tables::of_annex(&report), tables::comparison::tables(&comparison)].concat();
    let origins = [Origin::of_annex(&report), Origin::of_comparison(&comparison)];
    assert!(tables.len() > 50);
    for lang in [Lang::Nl, Lang::En] {
        let texts = Texts::of(lang);
        assert!(texts.get("tables-first", &[]).chars().count() <= 31);
        let ids = tables.iter().map(|table| format!("table-{}", table.name));
        let facts = origins.iter().flat_map(|origin| &origin.facts).map(|(fact, _)| format!("tables-fact-{}", fact.replace('_', "-")));
        let formats = origins.iter().map(|origin| format!("tables-{}", origin.format));
        for id in ids.chain(facts).chain(formats) {
            assert!(texts.has(&id), "{lang} {id}");
        }
    }
    for table in &tables {
        assert!(table.name.len() <= 31, "{} is too long for the name of a sheet", table.name);
        assert_eq!(
            table.columns.iter().map(|column| column.name).collect::<std::collections::BTreeSet<_>>().len(),
            table.columns.len(),
            "{}",
            table.name
        );
    }
}

#[test]
fn what_was_recorded_is_text() {
    let hostile = [
        "=cmd|' /C calc'!A0",
        "+1",
        "@x",
        "-2",
        "\tx",
        "https://www.hostile.example/",
        "007",
        "1e5",
        "a\u{0}b\u{202e}c\r\nd",
        "_x0041_",
        "TRUE",
        "😀",
    ];
    let (bytes, cut) = one(&hostile.map(str::to_owned));
    assert!(cut.is_empty());
    let sheet = part(&bytes, "xl/worksheets/sheet2.xml");
    assert!(!sheet.contains("<f>") && !sheet.contains("hyperlink"), "{sheet}");
    // The column of texts has shared strings only, the column of numbers has numbers only.
    assert_eq!(sheet.matches(" t=\"s\"").count(), 3 + 2 * hostile.len());
    assert_eq!(sheet.matches("<v>1</v></c><c r=\"B").count(), hostile.len());
    let strings = part(&bytes, "xl/sharedStrings.xml");
    for words in ["=cmd|' /C calc'!A0", "a\\u{0}b\\u{202e}c\\u{d}", "_x005F_x0041_", "😀"] {
        assert!(strings.contains(words), "{words}");
    }
    assert!(!strings.contains('\u{202e}') && !strings.contains("_x0000_"));
}

#[test]
fn what_does_not_fit_is_cut_with_a_mark() {
    for (length, is_cut) in [(CELL, false), (CELL + 1, true), (100_000, true)] {
        let (bytes, cut) = one(&["x".repeat(length), "😀".repeat(length / 4)]);
        assert_eq!(
            cut.iter().map(|cut| (cut.row, cut.column, cut.characters)).collect::<Vec<_>>(),
            if is_cut && length == 100_000 {
                vec![(2, "what", length), (3, "what", length / 4)]
            } else if is_cut {
                vec![(2, "what", length)]
            } else {
                vec![]
            }
        );
        let strings = part(&bytes, "xl/sharedStrings.xml");
        assert_eq!(strings.contains("… [cut: "), is_cut);
        let longest = strings.split("<si>").map(|item| item.split("</t>").next().unwrap_or_default());
        let longest = longest.map(|item| item.split_once('>').map_or(0, |(_, text)| text.encode_utf16().count())).max();
        assert!(longest.is_some_and(|longest| (CELL - 1..=CELL).contains(&longest)), "{longest:?}");
    }
}

#[test]
fn numbers_are_numbers_as_far_as_a_spreadsheet_keeps_them() {
    let head = [whole("nr"), crate::report::table::decimal("percent")];
    let rows = [(7_u64, "12.50"), (999_999_999_999_999, "-0.1"), (u64::MAX, "1234567890123456.7")];
    let table = Table::of("flows", &head, true, &rows, |(nr, percent)| cells![*nr, *percent]);
    let bytes = workbook(&Origin::of_annex(&Report { simulated: true, ..sample() }), &[table], Lang::Nl, None).expect("a workbook");
    let sheet = part(&bytes, "xl/worksheets/sheet2.xml");
    for number in ["<v>7</v>", "<v>12.5</v>", "<v>999999999999999</v>", "<v>-0.1</v>"] {
        assert!(sheet.contains(number), "{number}: {sheet}");
    }
    let strings = part(&bytes, "xl/sharedStrings.xml");
    assert!(strings.contains("18446744073709551615") && strings.contains("1234567890123456.7"));
    assert!(sheet.contains("Gesimuleerde vastlegging"), "each printed page says so");
    assert!(part(&bytes, "docProps/core.xml").contains("Gesimuleerd – Tabellen van de bijlage"));
    assert!(part(&bytes, "docProps/custom.xml").contains("<vt:lpwstr>nl</vt:lpwstr>"));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = sample();
    let [one, other] = [0, 1].map(|_| render(&report, Lang::Nl).expect("a workbook"));
    assert!(one == other);
    let core = part(&one, "docProps/core.xml");
    let year = report.capture.started.as_deref().and_then(|started| started.get(..16)).unwrap_or("1980-01-01T00:00");
    assert_eq!(core.matches(&format!(">{year}")).count(), 2, "{core}");
}
