//! What a house style says, and what is wrong in one.

use super::*;

const HEAD: &str = "format = \"dataspoor-style\"\nversion = 1\n[style]\n";

fn mistakes(text: &str) -> Vec<String> {
    let found = StyleFile::parse(&format!("{HEAD}{text}")).expect_err("a mistake");
    found.0.iter().map(|mistake| format!("{}: {}", mistake.line, mistake.what)).collect()
}

#[test]
fn a_style_is_read_as_it_was_written() {
    let text =
        format!("{HEAD}title = \" Bijlage \"\nclassification = \"Departementaal vertrouwelijk\"\ncolour = \"#7A1B4C\"\nlogo = \"l.svg\"\n");
    let file = StyleFile::parse(&text).expect("a style");
    assert_eq!((file.logo.as_deref(), file.templates.as_deref()), (Some("l.svg"), None));
    let logo = OwnFile { name: "l.svg".to_owned(), bytes: b"<svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/></svg>".to_vec() };
    let own = |name: &str| OwnFile { name: name.to_owned(), bytes: name.as_bytes().to_vec() };
    let style = file.with(Some(logo.clone()), vec![own("nl.ftl"), own("annex.css")]).expect("a style");
    let said = &style.said;
    assert_eq!((said.title.as_deref(), said.colour.as_deref(), said.author.as_deref()), (Some("Bijlage"), Some("#7a1b4c"), None));
    assert_eq!(said.facts(), [("title", "Bijlage"), ("classification", "Departementaal vertrouwelijk")]);
    assert_eq!((said.logo.clone(), &*said.templates[0].name), (Some(logo.used()), "annex.css"), "by name");
    assert_eq!(said.file_sha256, Digest::of(text.as_bytes()).to_string());
}

#[test]
fn everything_that_is_wrong_is_said_with_its_line() {
    let long = "x".repeat(100_000);
    let text = format!("title = \"\"\nsubtitle = \"{long}\"\nclassification = \"{}\"\ncolour = \"#ffffff\"\n", "y".repeat(61));
    assert_eq!(
        mistakes(&text),
        [
            "4: `title` says nothing; write it, or leave the member out",
            "5: `subtitle` has 100000 bytes; at most 4000 are read: shorten it, and name the document that holds the rest",
            "6: `classification` has 61 characters; at most 60 fit on a page: shorten it",
            "7: `colour` #ffffff has a contrast of 1.00 : 1 with white; at least 4.5 : 1 is needed to be read (WCAG 2.2, 1.4.3): choose a darker one",
        ]
    );
    assert!(mistakes("tilte = \"x\"\n")[0].contains("unknown field"));
    assert!(StyleFile::parse("").is_err() && StyleFile::parse("[").is_err());
    let none = StyleFile::parse("format = \"dataspoor-style\"\nversion = 1\n").expect_err("no style").to_string();
    assert!(none.contains("has no [style]"), "{none}");
}
