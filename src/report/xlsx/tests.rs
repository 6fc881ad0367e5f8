//! The workbook as a ZIP archive of XML files: what stands in the cells, and what never does. What other programs read from it is tested from outside.

use std::io::{Cursor, Read};

use super::*;
use crate::report::html::tests::sample;
use crate::report::model::comparison::CaseAnnex;
use crate::report::table::{Cell, cells, text, whole};

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
    sheet::sheet(&table, &Origin::of_annex(&report), &Form::new(&texts), &mut cut).expect("a sheet");
    (workbook(&Origin::of_annex(&report), &[table], Lang::En, None).expect("a workbook"), cut)
}

/// Every table that a workbook can have, with what it belongs to.
fn all() -> [(Origin, Vec<Table>); 3] {
    let report = sample();
    assert!(report.assessment.is_some() && report.risks.is_some() && report.beside_wire.is_some(), "the sample has every table");
    let comparison = crate::report::html::comparison::tests::sample();
    assert!(comparison.sides.is_some());
    let annex = CaseAnnex { words: Some(Default::default()), risks: report.risks.clone(), ..CaseAnnex::default() };
    let case = Comparison { format: "dataspoor-case-annex", annex: Some(Box::new(annex)), sides: None, ..comparison.clone() };
    [
        (Origin::of_annex(&report), tables::of_annex(&report)),
        (Origin::of_comparison(&comparison), tables::comparison::tables(&comparison)),
        (Origin::of_comparison(&case), tables::comparison::tables(&case)),
    ]
}

#[test]
fn every_table_and_column_has_words_in_both_languages() {
    let all = all();
    assert!(all.iter().map(|(_, tables)| tables.len()).sum::<usize>() > 75);
    for lang in [Lang::Nl, Lang::En] {
        let texts = Texts::of(lang);
        let mut used = std::collections::BTreeSet::new();
        for (origin, tables) in &all {
            assert!(texts.has(&format!("tables-{}", origin.format)));
            for (fact, _) in &origin.facts {
                assert!(texts.has(&format!("tables-fact-{}", fact.replace('_', "-"))), "{fact}");
            }
            let mut sheets = std::collections::BTreeSet::from([texts.get("tables-contents", &[])]);
            for table in tables {
                for id in [format!("table-{}", table.name), format!("sheet-{}", table.name)] {
                    assert!(texts.has(&id), "{lang} {id}");
                    used.insert(id);
                }
                let name = names::of_sheet(origin, table.name, &texts);
                assert!(name.chars().count() < names::SHEET_NAME && !name.contains(['\'', '[', ':']), "{name}: nothing is cut off");
                assert!(sheets.insert(name.clone()), "two sheets are called {name}");
                let mut heads = std::collections::BTreeMap::new();
                for column in &table.columns {
                    let id = names::of_column(table.name, column.name, &texts);
                    assert!(texts.has(&id), "{lang} {}: no message {id}", table.name);
                    let head = texts.get(&id, &[]);
                    assert!(head.chars().count() <= 110, "{head}");
                    // Who reads two columns with the same head cannot tell them apart.
                    if let Some(other) = heads.insert(head.clone(), column.name) {
                        panic!("{lang} {}: {other} and {} are both called {head:?}", table.name, column.name);
                    }
                    used.insert(id);
                }
            }
        }
        let written = texts.without_arguments().map(|(id, _)| id).filter(|id| id.starts_with("column-") || id.starts_with("sheet-"));
        let unused: Vec<&str> = written.filter(|id| !used.contains(*id)).collect();
        assert!(unused.is_empty(), "no table has a column or a sheet for {unused:?}");
    }
}

/// Names of columns are heads of CSV files and names in Parquet: one that stands twice could not be asked for.
#[test]
fn no_table_has_two_columns_of_a_name() {
    for table in all().iter().flat_map(|(_, tables)| tables) {
        let names: std::collections::BTreeSet<&str> = table.columns.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), table.columns.len(), "{}", table.name);
    }
}

/// The letters and numbers of the sheets are those that the pages give their tables.
#[test]
fn sheets_have_the_letters_and_numbers_of_the_annex() {
    let [(annex, of_annex), _, (case, of_case)] = all();
    let templates = [
        include_str!("../annex.html.j2"),
        include_str!("../annex_recipients.html.j2"),
        include_str!("../annex_sent.html.j2"),
        include_str!("../annex_lifetimes.html.j2"),
        include_str!("../annex_attribution.html.j2"),
        include_str!("../annex_visit.html.j2"),
        include_str!("../annex_linkage.html.j2"),
        include_str!("../annex_planted.html.j2"),
        include_str!("../annex_fields.html.j2"),
        include_str!("../annex_beside_wire.html.j2"),
        include_str!("../annex_scenario.html.j2"),
        include_str!("../annex_assessment.html.j2"),
        include_str!("../annex_risks.html.j2"),
    ]
    .concat();
    for table in &of_annex {
        let (_, places, first) = names::placed(annex.format).iter().find(|(name, ..)| *name == table.name).expect(table.name);
        for place in places.split(", ").filter(|place| *place != "…" && !place.contains('.')) {
            let stands = [format!("caption({place}, "), format!("caption('{place}', "), format!("'t{place}', '{place}', ")];
            assert!(stands.iter().any(|stands| templates.contains(stands)), "{}: no table {place}", table.name);
        }
        assert!(places.contains(first));
    }
    assert!(templates.contains("caption('14.' ~ x.nr ~ 'a', 'c-ladder'") && templates.contains("caption('14.' ~ x.nr ~ 'b', 'c-fields'"));

    let program = [
        include_str!("../html/comparison/annex.rs"),
        include_str!("../html/comparison/annex/rows.rs"),
        include_str!("../html/comparison/annex/people.rs"),
    ]
    .concat();
    let letters: std::collections::BTreeMap<&str, &str> = program
        .lines()
        .filter_map(|line| line.split_once("const ")?.1.split_once(": &str = \""))
        .filter_map(|(name, said)| Some((name, said.strip_suffix("\";")?)))
        .collect();
    assert!(letters.len() > 20, "{letters:?}");
    let texts = Texts::of(Lang::Nl);
    for table in &of_case {
        let said = names::in_annex(&case, table.name, &texts).expect(table.name);
        assert!(said.starts_with("Bijlage "), "{said}");
        // Where the page names the file beside the letter.
        let file = format!("\"{}.csv\"", table.name);
        for before in program.split(&file).map(|before| before.rsplit_once("letter::")).take(program.matches(&file).count()) {
            let letter = before.and_then(|(_, name)| letters.get(name.split([',', ')']).next()?)).expect("a letter");
            assert!(said[8..].split(", ").any(|one| one == *letter), "{}: {said} and {letter}", table.name);
        }
    }
    for (table, name) in [("register", "REGISTER"), ("classes", "CLASSES"), ("class-groups", "GROUPS"), ("gaps", "GAPS")] {
        assert_eq!(names::in_annex(&case, table, &texts), Some(format!("Bijlage {}", letters[name])));
    }
    for (table, name) in [("answers", "ANSWERS"), ("matrix", "MATRICES"), ("series", "SERIES")] {
        assert_eq!(names::in_annex(&case, table, &texts), Some(format!("Bijlage {0}1, {0}2, …", letters[name])));
    }
}

/// A partial recording and masked secrets are told on the first sheet and in the properties.
#[test]
fn what_is_partial_or_masked_is_told() {
    let origin = Origin { partial: true, masked: 3, simulated: true, ..Origin::of_annex(&sample()) };
    let bytes = workbook(&origin, &[], Lang::Nl, None).expect("a workbook");
    let (strings, core) = (part(&bytes, "xl/sharedStrings.xml"), part(&bytes, "docProps/core.xml"));
    for words in ["Een vastlegging is niet geheel", "3 geheimen zijn gemaskeerd", "Gesimuleerde vastlegging"] {
        assert!(strings.contains(words) && core.contains(words), "{words}");
    }
    let mut annex = CaseAnnex::default();
    annex.method.masked = 5;
    let case = Comparison { annex: Some(Box::new(annex)), ..crate::report::html::comparison::tests::sample() };
    assert_eq!(Origin::of_comparison(&case).masked, 5, "of all recordings of a case");
    let whole = Origin { partial: false, masked: 0, simulated: false, ..origin };
    let strings = part(&workbook(&whole, &[], Lang::Nl, None).expect("a workbook"), "xl/sharedStrings.xml");
    assert!(!strings.contains("niet geheel") && !strings.contains("gemaskeerd"));
}

#[test]
fn sheets_are_laid_out_for_paper() {
    let wide: Vec<crate::report::table::Column> =
        ["nr", "host", "path", "owner", "claims", "causes", "pages", "triggers", "acted", "lists"]
            .iter()
            .map(|name| if *name == "nr" { whole(name) } else { text(name) })
            .collect();
    let long = "word ".repeat(400);
    let tables = [
        Table::of("flows", &wide, false, &[1_u64, 2], |nr| [cells![*nr], vec![Cell::from(&long); wide.len() - 1]].concat()),
        Table::of("gaps", &[whole("nr"), text("kind")], false, &[1_u64], |nr| cells![*nr, "cut-off"]),
    ];
    let bytes = workbook(&Origin::of_annex(&sample()), &tables, Lang::En, None).expect("a workbook");
    let (flows, gaps) = (part(&bytes, "xl/worksheets/sheet2.xml"), part(&bytes, "xl/worksheets/sheet3.xml"));
    for sheet in [&flows, &gaps] {
        assert!(
            sheet.contains("fitToPage=\"1\"") && sheet.contains("orientation=\"landscape\"") && sheet.contains("paperSize=\"9\""),
            "{sheet}"
        );
        assert!(sheet.contains("Table ") && sheet.contains("&amp;P / &amp;N"), "each page says what it is and its number");
    }
    // A sheet that would be too small on one page goes on beside, with its first columns; the one that fits does not.
    assert!(flows.contains("fitToWidth=") && !gaps.contains("fitToWidth="), "{gaps}");
    let book = part(&bytes, "xl/workbook.xml");
    assert!(book.contains("'4 Data flows'!$A:$") && book.contains("'4 Data flows'!$4:$4") && book.contains("'9 Gaps'!$4:$4"), "{book}");
    // A row shows so many lines at most, and the first sheet says that there is more in it.
    assert_eq!(flows.matches("ht=\"168.75\"").count(), 2, "{flows}");
    assert!(part(&bytes, "xl/sharedStrings.xml").contains("2 rows have a cell with more text than the row shows"));
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
    // The one link leads to the first sheet.
    assert!(!sheet.contains("<f>") && sheet.matches("<hyperlink ").count() == 1, "{sheet}");
    assert!(sheet.contains("<hyperlink ref=\"A2\" location=\"'Contents'!A1\"") || sheet.contains("location=\"Contents!A1\""), "{sheet}");
    // The column of texts has shared strings only, the column of numbers has numbers only. Above them: title, link, and two heads of each column.
    assert_eq!(sheet.matches(" t=\"s\"").count(), 2 + usize::from(sample().simulated) + 2 * 3 + 2 * hostile.len());
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
                vec![(5, "what", length), (6, "what", length / 4)]
            } else if is_cut {
                vec![(5, "what", length)]
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
