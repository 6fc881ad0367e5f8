//! Long tables in parts: every row once, under its name, and the same document as before.

use super::super::super::document::Document;
use super::super::super::text::Lang;
use super::super::words::Words;
use super::{PART, PAUSE, STRETCH, WHOLE, parted};

/// A row as the templates write it. `said`: with what is said of it in a row below.
fn row(table: &str, nr: usize, said: bool) -> String {
    let below = format!(
        "\n<tr role=\"row\" class=\"said\" id=\"{table}-r{nr}-said\"><td role=\"cell\" class=\"said\" colspan=\"2\">said of {nr}</td></tr>"
    );
    format!(
        "\n<tr role=\"row\" id=\"{table}-r{nr}\"><td role=\"cell\" class=\"nr\">{nr}</td><th role=\"rowheader\" scope=\"row\">&lt;/tr&gt; {nr}</th></tr>{}",
        if said { below.as_str() } else { "" }
    )
}

fn table(name: &str, rows: &str) -> String {
    format!(
        "<div class=\"region\" role=\"region\" aria-labelledby=\"{name}-cap\" tabindex=\"0\">\n<table id=\"{name}\" class=\"data\" role=\"table\">\n\
         <caption id=\"{name}-cap\">Table {name} <span class=\"sim\">simulated</span></caption>\n<thead role=\"rowgroup\"><tr role=\"row\"><th scope=\"col\" \
         role=\"columnheader\">nr</th><th scope=\"col\" role=\"columnheader\">what</th></tr></thead>\n<tbody role=\"rowgroup\">{rows}\n</tbody>\n</table>\n</div>\n"
    )
}

fn page(tables: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta name=\"generator\" content=\"x 1\">\n<title>#t4</title>\n<style>\n#t4 thead {{ color: red }} #t40, #t4b \
         {{ color: #t4ab }} #t4 td::before {{ content: \"#t4 \" }}</style>\n</head>\n<body>\n<main>\n{tables}<p><a href=\"#t4-r250\">row 250</a></p>\n</main>\n</body>\n</html>\n"
    )
}

fn rows(name: &str, count: usize, said: bool) -> String {
    (1..=count).map(|nr| row(name, nr, said)).collect()
}

fn between<'p>(page: &'p str, from: &str, to: &str) -> Vec<&'p str> {
    page.split(from).skip(1).filter_map(|piece| Some(piece.split_once(to)?.0)).collect()
}

#[test]
fn a_long_table_stands_in_parts_and_says_so() {
    let before = page(&table("t4", &rows("t4", 5_000, false)));
    let after = parted(&before, &Words::of(Lang::En));
    let own: Vec<String> =
        between(&after, "\n<tr role=\"row\" id=", "</tr>").iter().map(|row| format!("\n<tr role=\"row\" id={row}</tr>")).collect();
    assert!(own == (1..=5_000).map(|nr| row("t4", nr, false)).collect::<Vec<_>>(), "every row once, in order");
    let (summaries, captions) = (between(&after, "data-says=\"part\">", "</summary>"), between(&after, "<caption", "</caption>"));
    assert_eq!((summaries.len(), captions.len(), after.matches("</thead>").count()), (50, 51, 51));
    assert_eq!((summaries[0], summaries[49]), ("Rows 51 to 150 of 5,000", "Rows 4,951 to 5,000 of 5,000"));
    assert!(captions[0].contains("Rows 1 to 50 of 5,000; the others stand in the parts below this table"), "{}", captions[0]);
    assert!(captions.iter().all(|caption| caption.contains("Table t4 <span class=\"sim\">simulated</span>")));
    // The first is open, and each part names its table.
    assert!(after.find("id=\"t4-r50\"") < after.find("<details") && after.find("<details") < after.find("id=\"t4-r51\""));
    assert_eq!(after.matches(" data-of=\"t4\">").count(), 50);
    assert_eq!(after.matches("<details class=\"part\">").count(), after.matches("</details>").count());
    let nl = parted(&before, &Words::of(Lang::Nl));
    assert!(nl.contains("Rijen 4.951 tot en met 5.000 van 5.000</summary>"), "the words of the language");
    assert_eq!(after, parted(&before, &Words::of(Lang::En)), "the same bytes");
}

#[test]
fn other_forms_have_the_table_whole() {
    let before =
        page(&(table("t3", &rows("t3", WHOLE + 1, true)) + &table("t4", &rows("t4", 1_000, false)) + &table("t5", &rows("t5", 3, false))));
    let after = parted(&before, &Words::of(Lang::En));
    assert_ne!(after, before);
    assert_eq!(Document::of_page(&after).expect("a document"), Document::of_page(&before).expect("a document"));
    // What belongs to no table before it is no part.
    let lost = after.replacen("data-of=\"t3\">", "data-of=\"t9\">", 1);
    assert!(Document::of_page(&lost).is_err());
}

#[test]
fn what_is_said_of_a_row_stays_with_it() {
    let after = parted(&page(&table("t3", &rows("t3", 250, true))), &Words::of(Lang::En));
    let summaries = between(&after, "data-says=\"part\">", "</summary>");
    assert_eq!(summaries, ["Rows 51 to 150 of 250", "Rows 151 to 250 of 250"]);
    for nr in 1..=250 {
        assert!(after.contains(&row("t3", nr, true)), "row {nr}");
    }
}

#[test]
fn numbers_that_are_no_places_are_said_as_numbers() {
    let odd: String = (1..=200).map(|nr| row("t8e", 3 * nr, false)).collect();
    let after = parted(&page(&table("t8e", &odd)), &Words::of(Lang::En));
    assert!(after.contains("100 of the 200 rows: numbers 153 to 450</summary>"), "{:?}", between(&after, "<summary", "</summary>"));
    // A number may be a link, and a table may have none.
    let linked = odd.replace("class=\"nr\">", "class=\"nr\"><a href=\"#x\">").replace("</td><th", "</a></td><th");
    assert!(parted(&page(&table("t8e", &linked)), &Words::of(Lang::En)).contains("numbers 153 to 450</summary>"));
    let none = odd.replace("class=\"nr\"", "class=\"n\"");
    let after = parted(&page(&table("t8e", &none)), &Words::of(Lang::En));
    assert!(after.contains("Rows 151 to 200 of 200</summary>") && !after.contains("3.5rem"));
}

#[test]
fn rules_of_style_hold_for_all_parts_and_nothing_else_changes() {
    let after = parted(&page(&table("t4", &rows("t4", WHOLE + 1, false))), &Words::of(Lang::En));
    let all = ":is(#t4, [data-of=\"t4\"])";
    assert!(
        after.contains(&format!("{all} thead {{ color: red }} #t40, #t4b {{ color: #t4ab }} {all} td::before {{ content: \"#t4 \" }}")),
        "{after}"
    );
    assert!(after.contains("<title>#t4</title>") && after.contains("::details-content { content-visibility: visible"));
}

#[test]
fn what_is_no_long_table_of_ours_stays_as_it_is() {
    let long = table("t4", &rows("t4", WHOLE + 1, false));
    for odd in [
        table("t4", &rows("t4", WHOLE, false)),
        long.replacen("<div class=\"region\"", "<div class=\"other\"", 1),
        long.replacen("<tr role", "<!-- a row --><tr role", 2),
        long.replacen("<td role=\"cell\"", "<td role=\"cell\" rowspan=\"2\"", 1),
        long.replacen("<tbody", "<tbody></tbody><tbody", 1),
        long.replacen("<caption id=\"t4-cap\">", "<caption>", 1),
        long.replacen("</td><th", "</td><td><table></table></td><th", 1),
        long.replacen(" id=\"t4\"", " id=\"t4&quot;\"", 1),
    ] {
        let before = page(&odd);
        assert_eq!(parted(&before, &Words::of(Lang::En)).replace(PAUSE, ""), before);
    }
    let open = "<p>no table</p><table id=\"t4\">";
    assert_eq!(parted(open, &Words::of(Lang::En)), open);
}

#[test]
fn between_tables_a_browser_breathes() {
    let many: String = (0..40).map(|nr| table(&format!("t{nr}"), &rows(&format!("t{nr}"), 20, false))).collect();
    let before = page(&many);
    let after = parted(&before, &Words::of(Lang::En));
    let stretches: Vec<usize> = after.split(PAUSE).map(str::len).collect();
    assert!(
        stretches.len() > 4 && stretches[..stretches.len() - 1].iter().all(|&length| (STRETCH..STRETCH + 4_000).contains(&length)),
        "{stretches:?}"
    );
    assert_eq!(after.replace(PAUSE, ""), before);
    // A part of a long table is such a stretch too.
    let after = parted(&page(&table("t4", &rows("t4", 10 * PART, false))), &Words::of(Lang::En));
    assert!(after.contains(&format!("</details>{PAUSE}")));
}
