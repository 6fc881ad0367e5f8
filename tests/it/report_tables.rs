//! The tables of a report in every form that has them, read by other people's programs: Python's reader of CSV, openpyxl, LibreOffice, pyarrow, and a
//! validator of JSON Schema. What they read is held against the tables as values; a recording among them would like its cells to be more than text.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dataspoor::batch::{Inputs, Options, replay_report};
use dataspoor::evidence::CaseKey;
use dataspoor::report::model::Report;
use dataspoor::report::table::{Cell, Kind, Table};
use dataspoor::report::text::Lang;
use dataspoor::report::{Builder, csv, tables, xlsx};
use serde_json::{Value, json};

use super::corpus::{ROOT, Recording, inputs, name, own_recordings, read_har, recordings, scratch};
use super::live_archive::tools;

/// What would like to be a formula, a link, another cell, another row, another order or another file.
fn hostile() -> Vec<String> {
    let begins = ["=cmd|' /C calc'!A0", "+1", "@SUM(1)", "-2", "-2+3", "＝1+1", "＋1", "－1", "＠x", "\t=1", "\r=1", "\n=1", " =1", "\"=1"];
    let inside = ["a;=1+1", "a\t=1+1", "a\r\n=1+1", "a;\"=cmd|' /C calc'!A0", "a,=1", "a\",\"=1"];
    let others = [
        "",
        "a\u{0}b\u{7}\u{1b}[31m",
        "\u{202e}gpj.exe\u{2066}",
        "שלום עולם",
        "👩\u{200d}👩\u{200d}👧 🏳️\u{200d}🌈",
        "\u{fffe}\u{ffff}\u{feff}",
        "_x0041_ _x000D_",
        "007",
        "1e5",
        "TRUE",
        "2026-11-21",
        "https://www.hostile.example/",
        "<v>&amp;</v>]]>",
        "mailto:a@b.example",
    ];
    let long = ["x".repeat(100_000), "é😀".repeat(20_000), "a\n".repeat(10_000)];
    begins.iter().chain(&inside).chain(&others).map(|text| (*text).to_owned()).chain(long).collect()
}

/// A recording that carries these texts wherever one can stand.
fn hostile_recording() -> Recording {
    let cookie = |text: &str| text.replace(['=', ';', ',', '\r', '\n', '\t', '"'], "~");
    let entries: Vec<Value> = hostile()
        .iter()
        .zip(0..)
        .map(|(text, number): (&String, u32)| {
            let pair = format!("{text}=1");
            json!({
                "startedDateTime": format!("2026-11-21T08:00:{:02}.{:03}Z", number % 60, number),
                "request": {
                    "method": if number % 5 == 0 { text.as_str() } else { "POST" },
                    "url": format!("https://www.hostile{number}.example/{text}?{text}=1&ev={text}"),
                    "headers": [
                        {"name": "Cookie", "value": format!("{pair}; {}=2", cookie(text))},
                        {"name": "If-None-Match", "value": format!("W/\"{text}\"")},
                        {"name": text, "value": text},
                    ],
                    "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": text, "value": text}], "text": pair},
                },
                "response": {
                    "status": 302,
                    "headers": [
                        {"name": "Set-Cookie", "value": format!("{text}={text}; Path=/{text}; SameSite={text}")},
                        {"name": "ETag", "value": text},
                        {"name": "Accept-CH", "value": text},
                        {"name": "Location", "value": format!("https://www.other{number}.example/{text}")},
                    ],
                },
            })
        })
        .collect();
    let page = json!({"id": "=1+1", "title": "https://www.hostile0.example/", "startedDateTime": "2026-11-21T08:00:00Z"});
    let log = json!({"log": {"version": "1.2", "creator": {"name": "=1+1", "version": "@x"}, "comment": "\u{202e}=1", "pages": [page], "entries": entries}});
    read_har("=cmd|' /C calc'!A0.har", &serde_json::to_vec(&log).expect("JSON"))
}

fn report_of(inputs: &Inputs, recording: &Recording) -> Report {
    let subject = inputs.subject(None, true);
    let mut analysis = inputs.analysis(&subject, &CaseKey::of_capture(recording.capture.digest));
    recording.entries.iter().for_each(|entry| analysis.push(entry).expect("a spool in memory"));
    let mut builder = Builder::new(inputs.context(&recording.capture, &subject));
    let contents = &recording.contents;
    analysis.finish(&contents.session, contents.gaps.clone(), &mut builder).expect("a builder in memory");
    builder.finish(("evidence.ndjson", 1, dataspoor::model::Digest::of(b""))).expect("a finished report")
}

/// The demo, our own recordings, one in eight of the corpus, and the hostile one, with their names.
fn reports() -> Vec<(String, Report)> {
    let mut paths = own_recordings();
    paths.extend(recordings().into_iter().step_by(8));
    paths.sort();
    paths.dedup();
    let read = |path: &PathBuf| match replay_report(path, inputs(), &Options::default()) {
        Ok(report) => Some((name(path), report)),
        Err(error) => {
            eprintln!("not among the tables, as it cannot be read: {error}");
            None
        }
    };
    let mut out: Vec<(String, Report)> = paths.iter().filter_map(read).collect();
    assert!(out.len() >= 10, "enough recordings can be read: {}", out.len());
    let demo = Path::new(ROOT).join("captures/simulated-demo");
    out.push(("simulated-demo".to_owned(), replay_report(&demo, inputs(), &Options::default()).expect("a report")));
    out.push(("hostile".to_owned(), report_of(inputs(), &hostile_recording())));
    out
}

/// What a program of other people says of files.
fn ask(folder: &Path, what: &str, paths: &[PathBuf]) -> Value {
    ask_with(&tools(), folder, what, paths)
}

fn ask_with(tools: &Path, folder: &Path, what: &str, paths: &[PathBuf]) -> Value {
    let oracle = Path::new(ROOT).join("tests/oracles/tables.py");
    let output = Command::new(tools.join("python")).arg(oracle).arg(what).args(paths).current_dir(folder).output().expect("Python starts");
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn write_all(folder: &Path, files: &[(String, Vec<u8>)]) -> Vec<PathBuf> {
    fs::create_dir_all(folder).expect("a folder");
    let written = files.iter().map(|(name, bytes)| {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("a file");
        path
    });
    written.collect()
}

/// Whether a spreadsheet could take `text` for a formula if it stood at the beginning of a cell.
fn begins_formula(text: &str) -> bool {
    let text = text.trim_start_matches(|character: char| character.is_whitespace() || character == '"');
    text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'])
}

/// Whether the whole of a cell is a negative number.
fn is_negative(cell: &str) -> bool {
    cell.strip_prefix('-').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What a form shows of a text, as the documents say (docs/tables.md).
fn shown(text: &str, holds: &[char]) -> String {
    let hidden = |character: char| {
        character.is_control() && !holds.contains(&character)
            || "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{fffe}\u{ffff}"
                .contains(character)
    };
    text.chars()
        .map(|character| if hidden(character) { format!("\\u{{{:x}}}", u32::from(character)) } else { character.to_string() })
        .collect()
}

#[test]
fn report_tables_csv_passes_a_strict_reader_and_no_cell_begins_a_formula() {
    let folder = scratch();
    let (mut cells, mut changed) = (0, 0);
    for (name, report) in reports() {
        let paths = write_all(&folder.path().join("csv"), &csv::render(&report).expect("tables"));
        let read = ask(folder.path(), "csv", &paths);
        let tables = tables::of_annex(&report);
        assert_eq!(read.as_object().expect("files").len(), tables.len());
        for table in &tables {
            let rows = read[format!("{}.csv", table.name)].as_array().expect("rows");
            let head: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            assert_eq!(rows[0], json!(head), "{name}: {}", table.name);
            assert_eq!(rows.len(), table.rows.len() + 1, "{name}: {}", table.name);
            for (found, row) in rows[1..].iter().zip(&table.rows) {
                assert_eq!(found.as_array().expect("a row").len(), row.len(), "{name}: {}", table.name);
                for (found, cell) in found.as_array().expect("a row").iter().zip(row) {
                    let (found, said) = (found.as_str().expect("a text"), cell.to_text());
                    cells += 1;
                    // A spreadsheet of a country with decimal commas ends a cell at these.
                    for piece in found.split([';', '\t', '\r', '\n']) {
                        assert!(!begins_formula(piece) || is_negative(found), "{name}: {}: {found:.200}", table.name);
                    }
                    assert!(!found.starts_with(['\t', '\r', '\n']), "{name}: {}: {found:.200}", table.name);
                    let shown = shown(&said, &['\t', '\r', '\n']);
                    if found != shown {
                        changed += 1;
                        assert!(matches!(cell, Cell::Text(_)), "{name}: only texts are changed");
                        assert_eq!(
                            found.replace('\'', ""),
                            shown.replace('\'', ""),
                            "{name}: {}: nothing but apostrophes is added",
                            table.name
                        );
                        assert!(
                            shown.split([';', '\t', '\r', '\n']).any(begins_formula) || shown.starts_with(['\t', '\r', '\n']),
                            "{name}: {shown:.200}"
                        );
                    }
                }
            }
        }
    }
    assert!(cells > 10_000 && changed > 20, "{cells} cells, {changed} with an apostrophe");
}

/// Rows of a sheet above those of its table: title, link, names of columns, and the same in words.
const ABOVE: usize = 4;

/// The cells of a sheet as openpyxl reads them against those of a table.
fn same_cells(name: &str, table: &Table, found: &Value, cut: &mut usize) {
    let rows = found["cells"].as_array().expect("rows");
    assert_eq!(rows.len(), table.rows.len() + ABOVE, "{name}: {}", table.name);
    let head: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    assert_eq!(rows[2].as_array().expect("a row")[..head.len()], head.iter().map(|name| json!(name)).collect::<Vec<_>>());
    for (column, words) in head.iter().zip(rows[3].as_array().expect("a row")) {
        // A name for programs has no capital.
        assert!(words.as_str().is_some_and(|words| words.starts_with(char::is_uppercase)), "{name}: {}.{column}: {words}", table.name);
    }
    for (found, row) in rows[ABOVE..].iter().zip(&table.rows) {
        for ((found, cell), column) in found.as_array().expect("a row").iter().zip(row).zip(&table.columns) {
            match (cell, column.kind) {
                (Cell::Empty, _) => assert_eq!(*found, Value::Null),
                (Cell::Whole(number), _) => {
                    assert_eq!(found.as_i64().map(i128::from), Some(*number), "{name}: {}.{}", table.name, column.name)
                }
                (Cell::Text(text), Kind::Decimal) => {
                    assert_eq!(found.as_f64(), text.parse().ok(), "{name}: {}.{}", table.name, column.name)
                }
                (cell, _) => {
                    let (shown, found) = (shown(&cell.to_text(), &['\t', '\n']), found.as_str().expect("a text"));
                    if shown.encode_utf16().count() > 32_767 {
                        *cut += 1;
                        let (kept, mark) = found.split_once(" … [").expect("a mark");
                        assert!(shown.starts_with(kept) && mark.ends_with("]") && found.encode_utf16().count() >= 32_766, "{mark}");
                        assert!(found.encode_utf16().count() <= 32_767);
                    } else {
                        assert_eq!(found, shown, "{name}: {}.{}", table.name, column.name);
                    }
                }
            }
        }
    }
}

#[test]
fn report_tables_workbooks_hold_the_same_cells_and_nothing_that_acts() {
    let folder = scratch();
    let mut cut_cells = 0;
    for (number, (name, mut report)) in reports().into_iter().enumerate() {
        let lang = if number % 2 == 0 { Lang::Nl } else { Lang::En };
        if number == 1 {
            report.simulated = true;
        }
        let bytes = xlsx::render(&report, lang).expect("a workbook");
        assert!(bytes == xlsx::render(&report, lang).expect("a workbook"), "{name}: twice the same bytes");
        let path = folder.path().join("tables.xlsx");
        fs::write(&path, bytes).expect("a file");
        let read = ask(folder.path(), "xlsx", &[path]);
        let tables = tables::of_annex(&report);
        let order: Vec<&str> = read["order"].as_array().expect("sheets").iter().filter_map(Value::as_str).collect();
        assert_eq!((order[0], order.len()), (if lang == Lang::Nl { "Inhoud" } else { "Contents" }, tables.len() + 1), "{name}");
        // The first sheet says what the file is, with a row for each sheet, in their order, and one for each cell that was cut.
        let first = &read["sheets"][order[0]];
        let rows: Vec<&Vec<Value>> = first["cells"].as_array().expect("rows").iter().map(|row| row.as_array().expect("a row")).collect();
        let mut listed = Vec::new();
        let mut cut = 0;
        for table in &tables {
            let at = rows.iter().position(|row| row[4] == table.name).expect("a row for each sheet");
            let row = rows[at];
            assert!(
                row[2].as_str().is_some_and(|title| title.len() > 10) && row[3] == table.rows.len() && row[5].is_null(),
                "{name}: {row:?}"
            );
            assert!(row[1].as_str().is_some_and(|place| place.starts_with(if lang == Lang::Nl { "Tabel " } else { "Table " })), "{row:?}");
            let sheet_name = row[0].as_str().expect("the name of a sheet");
            listed.push((at, sheet_name));
            let links = first["links"].as_array().expect("links");
            assert!(
                links.contains(&json!([format!("A{}", at + 1), format!("'{sheet_name}'!A1"), null])),
                "{name}: {sheet_name}: {links:?}"
            );
            let sheet = &read["sheets"][sheet_name];
            same_cells(&name, table, sheet, &mut cut);
            // Strings and numbers only: no formula, no error, no date.
            for kind in sheet["kinds"].as_array().expect("kinds") {
                assert!(kind == "s" || kind == "n", "{name}: {}: {kind}", table.name);
            }
            // The one link is ours: back to the first sheet.
            let links = sheet["links"].as_array().expect("links");
            assert!(links.len() == 1 && links[0][0] == "A2" && links[0][2].is_null(), "{name}: {}: {links:?}", table.name);
            assert_eq!(links[0][1].as_str().map(|to| to.replace('\'', "")), Some(format!("{}!A1", order[0])));
            let frozen = if table.columns[0].name == "nr" { "B5" } else { "A5" };
            assert_eq!((&sheet["frozen"], &sheet["bold"]), (&json!(frozen), &json!(true)), "{name}: {}", table.name);
            let (from, last) = sheet["filter"].as_str().expect("a filter").split_once(':').expect("a range");
            assert!(
                from == "A4"
                    && last.ends_with(char::is_numeric)
                    && last.trim_start_matches(char::is_alphabetic) == (table.rows.len() + ABOVE).to_string(),
                "{last}"
            );
            assert!(sheet["widths"][0].as_f64().is_some_and(|width| (5.0..=76.0).contains(&width)), "{name}: {}", table.name);
            // Printed on its side, made to fit, with the words of the heads on every page.
            assert_eq!(sheet["across"], json!(["landscape", true, 0]), "{name}: {}", table.name);
            assert!(sheet["repeated"].as_str().is_some_and(|rows| rows.replace('$', "") == "4:4"), "{name}: {}", sheet["repeated"]);
            let header = sheet["header"].as_str().expect("a line above each page");
            assert!(header.contains(row[2].as_str().expect("a title")), "{name}: {header}");
            let says = header.contains("Gesimuleerde vastlegging") || header.contains("Simulated recording");
            assert_eq!(says, report.simulated, "{name}: what is simulated says so on every printed page: {header}");
            assert!(sheet["footer"].as_str().is_some_and(|line| line.contains("&P")), "{name}: {}", sheet["footer"]);
        }
        listed.sort_unstable();
        assert_eq!(listed.iter().map(|(_, name)| *name).collect::<Vec<_>>(), order[1..], "{name}");
        assert_eq!(read["names"].as_array().expect("names").len(), 0);
        assert_eq!(first["links"].as_array().map(Vec::len), Some(tables.len()), "{name}");
        assert_eq!(first["kinds"].as_array().map(|kinds| kinds.iter().all(|kind| kind == "s" || kind == "n")), Some(true));
        let says = |text: &str| rows.iter().any(|row| row.iter().any(|cell| cell.as_str() == Some(text)));
        assert!(says(&shown(&report.capture.name, &[])) && says(&report.capture.sha256) && says(&report.method.rules_sha256), "{name}");
        let named = rows.iter().filter(|row| row[2].is_i64() && row[3].as_i64().is_some_and(|characters| characters > 16_000)).count();
        assert_eq!(named, cut.min(1_000), "{name}: cells that were cut");
        cut_cells += cut;
        // Properties of the document.
        let title = read["title"].as_str().expect("a title");
        assert_eq!(title.contains("Gesimuleerd") || title.contains("Simulated"), report.simulated, "{title}");
        assert_eq!((&read["custom"]["Language"], &read["custom"]["Simulated"]), (&json!(lang.to_string()), &json!(report.simulated)));
        assert_eq!(read["custom"]["Recording SHA-256"], report.capture.sha256.as_str());
        let began = report.capture.started.as_deref().map_or_else(|| "1980-01-01T00:00:00".to_owned(), |time| time[..19].to_owned());
        assert_eq!(
            read["created"].as_str().map(|time| &time[..19]),
            Some(began.as_str()),
            "{name}: the time of the recording, not of the writing"
        );
    }
    assert!(cut_cells > 3, "the hostile recording has cells that do not fit");
}

/// Annexes of everything that is recorded here hold to the published schema, to which nothing unknown may be added.
#[test]
fn report_tables_annexes_hold_to_the_published_schema() {
    let folder = scratch();
    let mut paths = vec![Path::new(ROOT).join("docs/annex.schema.json")];
    let mut add = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(format!("{}.json", paths.len()));
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        paths.push(path);
    };
    for (name, report) in reports() {
        add(&name, &dataspoor::report::json::render(&report).expect("an annex"));
    }
    let read = ask(folder.path(), "schema", &paths);
    let read: BTreeMap<String, Vec<String>> = serde_json::from_value(read).expect("mistakes by file");
    assert_eq!(read.len(), paths.len());
    for (path, mistakes) in &read {
        let expected: &[&str] = if path == "spoilt" { &["$", "$.recipients"] } else { &[] };
        assert_eq!(mistakes, expected, "{path}");
    }
}

/// LibreOffice opens the workbooks and gives the same rows back. Only in the long run: the program is large.
#[test]
fn report_tables_workbooks_in_libreoffice() {
    if std::env::var_os("DATASPOOR_OFFICE").is_none() {
        eprintln!("DATASPOOR_OFFICE is not set, so no workbook was opened in LibreOffice (`make test-full` does)");
        return;
    }
    let folder = scratch();
    let all = reports();
    for (name, report) in all.iter().rev().take(3) {
        let path = folder.path().join("tables.xlsx");
        fs::write(&path, xlsx::render(report, Lang::En).expect("a workbook")).expect("a file");
        let out = folder.path().join("out");
        let profile = format!("-env:UserInstallation=file://{}", folder.path().join("profile").display());
        // Every sheet, comma, quotation mark, UTF-8, texts in quotation marks, cells as they are and not as they look.
        let form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false,false,false,-1";
        let output = Command::new("soffice")
            .args([&profile, "--headless", "--convert-to", form, "--outdir"])
            .args([&out, &path])
            .output()
            .expect("LibreOffice starts; install the Debian package libreoffice-calc-nogui");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let read = |sheet: &str| -> Vec<::csv::StringRecord> {
            let path = out.join(format!("tables-{sheet}.csv"));
            let mut reader =
                ::csv::ReaderBuilder::new().has_headers(false).from_path(&path).unwrap_or_else(|error| panic!("{sheet}: {error}"));
            reader.records().map(|row| row.expect("a row")).collect()
        };
        let contents = read("Contents");
        let mut compared = 0;
        for table in &tables::of_annex(report) {
            let listed = contents.iter().find(|row| row.get(4) == Some(table.name)).expect("a row for each sheet");
            let rows = read(&listed[0]);
            assert_eq!(rows.len(), table.rows.len() + ABOVE, "{name}: {}", table.name);
            for (found, row) in rows[ABOVE..].iter().zip(&table.rows) {
                for ((found, cell), column) in found.iter().zip(row).zip(&table.columns) {
                    let shown = shown(&cell.to_text(), &['\t', '\n']);
                    match column.kind {
                        Kind::Decimal if *cell != Cell::Empty => {
                            assert_eq!(found.parse::<f64>(), shown.parse::<f64>(), "{name}: {}", table.name)
                        }
                        _ if shown.encode_utf16().count() > 32_767 => assert!(found.contains("… [cut: ")),
                        _ => assert_eq!(found, shown, "{name}: {}.{}", table.name, column.name),
                    }
                    compared += 1;
                }
            }
        }
        assert!(compared > 100, "{name}");
    }
}

/// pyarrow reads the same rows from the Parquet files, in columns with their types.
#[cfg(feature = "parquet")]
#[test]
fn report_tables_parquet_in_pyarrow() {
    let folder = scratch();
    let tools = super::live_archive::tools_of_the_long_run();
    for (name, mut report) in reports() {
        report.simulated = name == "hostile";
        let files = dataspoor::report::parquet::render(&report).expect("files");
        assert!(files == dataspoor::report::parquet::render(&report).expect("files"), "{name}: twice the same bytes");
        let read = ask_with(&tools, folder.path(), "parquet", &write_all(&folder.path().join("parquet"), &files));
        for table in &tables::of_annex(&report) {
            let file = &read[format!("{}.parquet", table.name)];
            for column in &table.columns {
                let kind = match column.kind {
                    Kind::Text => "string",
                    Kind::Whole => "int64",
                    Kind::Decimal => "double",
                    Kind::Time => "timestamp[ms, tz=UTC]",
                    Kind::Flag => "bool",
                };
                assert_eq!(file["columns"][column.name], kind, "{name}: {}.{}", table.name, column.name);
            }
            assert_eq!(file["metadata"]["dataspoor.recording_sha256"], report.capture.sha256.as_str());
            assert_eq!(file["metadata"]["dataspoor.table"], table.name);
            assert_eq!(file["metadata"]["dataspoor.notice"].is_string(), report.simulated);
            assert!(file["made_by"].as_str().is_some_and(|by| by.starts_with("dataspoor ")));
            let expected = table.rows.iter().map(|row| {
                let cell = |(cell, column): (&Cell, &dataspoor::report::table::Column)| match (cell, column.kind) {
                    (Cell::Empty, _) => Value::Null,
                    (Cell::Whole(number), _) => json!(i64::try_from(*number).expect("a number that fits")),
                    (Cell::Flag(flag), _) => json!(flag),
                    (Cell::Text(text), Kind::Decimal) => json!(text.parse::<f64>().expect("a decimal")),
                    (Cell::Text(text), Kind::Time) => json!(text.replace('Z', "+00:00")),
                    (Cell::Text(text), _) => json!(text),
                };
                Value::from(row.iter().zip(&table.columns).map(cell).collect::<Vec<_>>())
            });
            let rows: Vec<Value> = expected.collect();
            assert!(file["rows"] == Value::from(rows), "{name}: {}", table.name);
        }
    }
}

/// The program writes these forms, the same bytes in every time zone and language of the system.
#[test]
fn report_tables_by_the_program() {
    let folder = scratch();
    let demo = Path::new(ROOT).join("captures/simulated-demo");
    let made = |out: &str, zone: &str, locale: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_dataspoor"))
            .args(["report", "--format", "xlsx,csv,json", "--lang", "nl,en", "--out", out])
            .arg(&demo)
            .current_dir(folder.path())
            .envs([("TZ", zone), ("LC_ALL", locale)])
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        super::corpus::tree(&folder.path().join(out)).into_values().collect::<Vec<_>>()
    };
    let [one, other] = [made("one", "Pacific/Auckland", "C"), made("other", "America/New_York", "nl_NL.UTF-8")];
    assert!(one == other && one.iter().filter(|bytes| bytes.starts_with(b"PK")).count() == 2);
    let refused = super::corpus::run_in(folder.path(), ["report", "--format", "docx", "."]);
    assert!(refused.code != 0 && refused.err.contains("xlsx") && refused.err.contains("docx"), "{}", refused.err);
}
