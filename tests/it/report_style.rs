//! The house style from outside: on the cover, on every page and in the metadata of every form; made again by `verify`; own templates and messages; and what is
//! refused with a clear word, before anything is written.

use std::fs;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use dataspoor::report::document::Document;
use serde_json::Value;

use super::corpus::{ROOT, Ran, own_recordings, run_in, scratch, tree};

const HEAD: &str = "format = \"dataspoor-style\"\nversion = 1\n[style]\n";
const SIMULATED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/simulated-ministry-page.har");
const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\"><title>M</title><path d=\"M0 0h40v20H0z\"/></svg>\n";
const SAID: &str = "logo = \"logo.svg\"\ntitle = \"Onderzoek sociale media\"\nsubtitle = \"Bijlage C\"\nclassification = \"Dep. V.\"\nauthor = \"A. Jansen\"\n\
    organisation = \"Ministerie van Voorbeelden\"\nversion = \"0.9\"\nstatus = \"concept\"\ncolour = \"#7a1b4c\"\n";

fn plain_har() -> PathBuf {
    own_recordings().into_iter().find(|path| path.ends_with("page.har")).expect("a recording of ours")
}

fn done(ran: &Ran) {
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

/// The one annex below a folder.
fn annex_in(out: &Path) -> PathBuf {
    fs::read_dir(out).expect("annexes").map(|entry| entry.expect("an annex").path()).find(|path| path.is_dir()).expect("a folder")
}

fn member(archive: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).unwrap_or_else(|error| panic!("{name}: {error}")).read_to_string(&mut text).expect("text");
    text
}

/// Writes files below a folder.
fn put(root: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }
}

fn template(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join("src/report").join(name)).expect("a template of ours")
}

#[test]
fn a_style_is_in_every_form_and_made_again() {
    let root = scratch();
    put(root.path(), &[("house/report.toml", &format!("{HEAD}{SAID}")), ("house/logo.svg", LOGO)]);
    let make = |out: &str| {
        let formats = "html,odt,json,csv,xlsx";
        run_in(root.path(), ["report", SIMULATED, "--out", out, "--lang", "nl,en", "--format", formats, "--style", "house/report.toml"])
    };
    done(&make("one"));
    done(&make("two"));
    assert!(tree(&root.path().join("one")) == tree(&root.path().join("two")), "the same bytes twice");
    let annex = annex_in(&root.path().join("one"));
    let file = |name: &str| fs::read(annex.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));

    let page = String::from_utf8(file("annex.nl.html")).expect("a page");
    let document = Document::of_page(&page).expect("a document");
    assert_eq!(document.classification.as_deref(), Some("Dep. V."));
    assert!(
        document.simulated.as_deref().is_some_and(|line| line.contains("zegt niets over wat Meta doet")),
        "beside it, not in its place"
    );
    assert!(document.title.starts_with("Gesimuleerd – Onderzoek sociale media"), "{}", document.title);
    for part in [
        "data:image/svg+xml;base64,",
        "alt=\"Ministerie van Voorbeelden\"",
        "Bijlage C",
        "concept",
        "--blue: #7a1b4c",
        "@top-right { content: \"Dep. V.\"",
    ] {
        assert!(page.contains(part), "{part}");
    }

    let odt = file("annex.nl.odt");
    let meta = member(&odt, "meta.xml");
    for part in [
        "<dc:creator>A. Jansen</dc:creator>",
        "<dc:subject>Bijlage C</dc:subject>",
        "<meta:user-defined meta:name=\"classification\">Dep. V.</meta:user-defined>",
        "<meta:user-defined meta:name=\"organisation\">Ministerie van Voorbeelden</meta:user-defined>",
        "zegt niets over wat Meta doet",
    ] {
        assert!(meta.contains(part), "{part}: {meta}");
    }
    let styles = member(&odt, "styles.xml");
    assert_eq!(styles.matches(">Dep. V.<").count(), 2, "above the pages of both kinds");
    assert!(styles.contains("#7a1b4c") && !styles.contains("#154273"));
    assert!(member(&odt, "content.xml").contains("Onderzoek sociale media") && member(&odt, "Pictures/1.svg").contains("M0 0h40v20H0z"));

    let xlsx = file("annex.nl.xlsx");
    let core = member(&xlsx, "docProps/core.xml");
    for part in ["A. Jansen", "Bijlage C", "Dep. V.", "concept", "Gesimuleerd – Onderzoek sociale media"] {
        assert!(core.contains(part), "{part}: {core}");
    }
    assert!(member(&xlsx, "docProps/app.xml").contains("Ministerie van Voorbeelden"));
    assert!(member(&xlsx, "docProps/custom.xml").contains("Classification"));
    let sheet = member(&xlsx, "xl/worksheets/sheet2.xml");
    assert!(sheet.contains("zegt niets over wat Meta doet.&amp;RDep. V."), "every printed page has both");

    let json: Value = serde_json::from_slice(&file("annex.json")).expect("JSON");
    assert_eq!((&json["house_style"]["status"], &json["house_style"]["logo"]["name"]), (&"concept".into(), &"logo.svg".into()));
    let manifest: Value = serde_json::from_slice(&file("manifest.json")).expect("JSON");
    let made = &manifest["made"]["style"];
    assert_eq!(made["sha256"], json["house_style"]["file_sha256"]);
    assert_eq!(made["logo"]["sha256"], json["house_style"]["logo"]["sha256"]);

    let verify = |what: &str| {
        let ran = run_in(root.path(), ["verify", annex.to_str().expect("a path"), "--capture", SIMULATED]);
        (ran.code, format!("{what}: {}{}", ran.out, ran.err))
    };
    let (code, said) = verify("as it was made");
    assert_eq!(code, 0, "{said}");
    put(&annex, &[("report-logo.svg", "<svg viewBox=\"0 0 1 1\"></svg>")]);
    let (code, said) = verify("another logo");
    assert!(code == 1 && said.contains("another report-logo.svg"), "{said}");
}

#[test]
fn a_case_has_its_style_in_its_folder() {
    let root = scratch();
    let init = ["init", "case", "--title", "t", "--auditee", "m", "--auditor", "a", "--page", "https://www.facebook.com/m"];
    done(&run_in(root.path(), init));
    put(root.path(), &[("case/report.toml", &format!("{HEAD}title = \"Van het dossier\"\n"))]);
    let capture = plain_har();
    done(&run_in(root.path(), ["replay", capture.to_str().expect("a path"), "--case", "case", "--out", "out", "--quiet"]));
    let annex = annex_in(&root.path().join("out"));
    let page = fs::read_to_string(annex.join("annex.nl.html")).expect("a page");
    assert!(page.contains("<h1><bdi dir=\"ltr\">Van het dossier</bdi></h1>") && annex.join("report.toml").is_file());
}

#[test]
fn own_templates_and_messages_are_used_kept_and_made_again() {
    let root = scratch();
    let annex = template("annex.html.j2")
        .replace("<main id=\"content\" tabindex=\"-1\">", "<main id=\"content\" tabindex=\"-1\">\n<p>Van het ministerie.</p>");
    put(
        root.path(),
        &[
            ("report.toml", &format!("{HEAD}templates = \"own\"\n")),
            ("own/annex.html.j2", &annex),
            ("own/nl.ftl", "contents = In deze bijlage\n"),
            ("own/.DS_Store", "no template"),
        ],
    );
    done(&run_in(root.path(), ["report", SIMULATED, "--out", "out", "--format", "html,odt", "--style", "report.toml"]));
    let made = annex_in(&root.path().join("out"));
    let page = fs::read_to_string(made.join("annex.nl.html")).expect("a page");
    assert!(page.contains("<p>Van het ministerie.</p>") && page.contains("In deze bijlage"));
    let odt = fs::read(made.join("annex.nl.odt")).expect("a text document");
    assert!(member(&odt, "content.xml").contains("Van het ministerie."), "every form for reading is made from the page");
    assert_eq!(fs::read_to_string(made.join("report-template-annex.html.j2")).expect("kept"), annex);
    let verified = run_in(root.path(), ["verify", made.to_str().expect("a path"), "--capture", SIMULATED]);
    done(&verified);
    assert!(verified.out.contains("annex.nl.odt"), "{}", verified.out);
    put(&made, &[("report-template-nl.ftl", "contents = Iets anders\n")]);
    let verified = run_in(root.path(), ["verify", made.to_str().expect("a path"), "--capture", SIMULATED]);
    assert_eq!(verified.code, 1, "{}", verified.out);
}

/// What is wrong, the files that are, and what is said.
type Refused = (&'static str, Vec<(&'static str, String)>, &'static str);

/// Each is wrong input: a clear word that names the file, the code of wrong input, and nothing written.
#[test]
fn what_is_wrong_is_refused_and_nothing_is_written() {
    let without_line = template("annex.html.j2")
        .replace("<div class=\"simulated\" role=\"note\"><p><strong>{{ t('simulated-line') }}</strong></p></div>", "");
    let without_policy = template("annex.html.j2").replace("default-src 'none'", "default-src 'self'");
    let long = "x".repeat(100_000);
    let cases: Vec<Refused> = vec![
        ("no file", vec![], "report.toml: cannot be read"),
        (
            "a missing logo",
            vec![("report.toml", format!("{HEAD}title = \"t\"\nlogo = \"none.svg\"\n"))],
            "report.toml: line 5: the logo \"none.svg\" cannot be read",
        ),
        (
            "a logo that runs",
            vec![
                ("report.toml", format!("{HEAD}logo = \"l.svg\"\n")),
                ("l.svg", "<svg viewBox=\"0 0 1 1\">\n<script>x</script></svg>".to_owned()),
            ],
            "l.svg: line 2: the SVG picture holds <script>",
        ),
        (
            "a logo that is none",
            vec![("report.toml", format!("{HEAD}logo = \"l.png\"\n")), ("l.png", "GIF89a".to_owned())],
            "l.png: is no PNG, JPEG or SVG picture",
        ),
        (
            "a pale colour",
            vec![("report.toml", format!("{HEAD}colour = \"#ffcc00\"\n"))],
            "report.toml: line 4: `colour` #ffcc00 has a contrast of 1.",
        ),
        ("a long title", vec![("report.toml", format!("{HEAD}title = \"{long}\"\n"))], "report.toml: line 4: `title` has 100000 bytes"),
        ("an unknown member", vec![("report.toml", format!("{HEAD}tilte = \"t\"\n"))], "report.toml: line 4: unknown field `tilte`"),
        (
            "no folder",
            vec![("report.toml", format!("{HEAD}templates = \"own\"\n"))],
            "report.toml: line 4: the folder of templates \"own\" cannot be read",
        ),
        (
            "a broken template",
            vec![("report.toml", format!("{HEAD}templates = \"own\"\n")), ("own/annex.html.j2", "one\n{% if %}\n".to_owned())],
            "annex.html.j2: line 2: syntax error",
        ),
        (
            "an unknown file",
            vec![("report.toml", format!("{HEAD}templates = \"own\"\n")), ("own/anex.html.j2", "x".to_owned())],
            "anex.html.j2: replaces nothing",
        ),
        (
            "an unknown message",
            vec![("report.toml", format!("{HEAD}templates = \"own\"\n")), ("own/nl.ftl", "\ntitel = x\n".to_owned())],
            "nl.ftl: line 2: there is no message \"titel\"",
        ),
        (
            "a message that is not theirs",
            vec![("report.toml", format!("{HEAD}templates = \"own\"\n")), ("own/nl.ftl", "simulated-line = niets\n".to_owned())],
            "nl.ftl: line 1: the message \"simulated-line\" says what is simulated",
        ),
        (
            "a value that is not there",
            vec![("report.toml", format!("{HEAD}templates = \"own\"\n")), ("own/annex_risks.html.j2", "a\n{{ no.such }}\n".to_owned())],
            "annex_risks.html.j2: line 2:",
        ),
        (
            "no line about the simulation",
            vec![("report.toml", format!("{HEAD}templates = \"own\"\n")), ("own/annex.html.j2", without_line)],
            "leaves out the line that says that the recording is simulated; put it back",
        ),
        (
            "another policy",
            vec![("report.toml", format!("{HEAD}templates = \"own\"\n")), ("own/annex.html.j2", without_policy)],
            "has another <meta http-equiv> than its policy",
        ),
    ];
    for (what, files, why) in cases {
        let root = scratch();
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        put(root.path(), &files);
        // Both commands take the same way; that they do is held once before anything is read and once after.
        let both = matches!(what, "a pale colour" | "no line about the simulation");
        for command in ["report", "replay"].into_iter().take(if both { 2 } else { 1 }) {
            let ran = run_in(root.path(), [command, SIMULATED, "--out", "out", "--style", "report.toml"]);
            assert_eq!(ran.code, 2, "{what}, {command}: {}{}", ran.out, ran.err);
            assert!(ran.err.contains(why), "{what}, {command}: {}", ran.err);
            assert!(!ran.err.contains("permissions") && !ran.err.contains("panicked"), "{what}: {}", ran.err);
            let out = root.path().join("out");
            assert!(
                !out.exists() || tree(&out).is_empty() && fs::read_dir(&out).expect("a folder").next().is_none(),
                "{what}: nothing half written"
            );
        }
    }
    let root = scratch();
    let ran = run_in(root.path(), ["report", SIMULATED, "--out", "out", "--lang", "xx"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("a language is `nl` or `en`") && !root.path().join("out").exists(), "{}", ran.err);
}

#[test]
fn hostile_styles_are_harmless_in_every_form() {
    let root = scratch();
    let hostile =
        ["=cmd|' /C calc'!A0", "+1", "\u{202e}moc.elpmaxe", "</style><script>alert(1)</script>", "{{ 7*7 }}{% raw %}", "a\n@page{}\n\u{0}"];
    for (nr, text) in hostile.into_iter().enumerate() {
        let text = toml::Value::String(text.to_owned());
        let said: String = ["title", "subtitle", "classification", "author", "organisation", "version", "status"]
            .map(|name| format!("{name} = {text}\n"))
            .concat();
        put(root.path(), &[("report.toml", &format!("{HEAD}{said}"))]);
        let out = format!("out{nr}");
        done(&run_in(root.path(), ["report", SIMULATED, "--out", &out, "--format", "html,odt,json,xlsx,csv", "--style", "report.toml"]));
        let annex = annex_in(&root.path().join(&out));
        let page = fs::read_to_string(annex.join("annex.nl.html")).expect("a page");
        let document = Document::of_page(&page).expect("a document");
        let page = page.replace("<script type=\"text/plain\"></script>", "");
        // The one script of ours is the same on every page.
        let (page, script) = page.rsplit_once("<script>").expect("a script");
        assert!(script.starts_with("// Filtering and sorting") && script.trim_end().ends_with("</script>\n</body>\n</html>"), "{script}");
        assert!(
            !page.contains("<script") && !page.contains('\u{202e}') && !page.contains('\0') && !document.title.contains('\u{202e}'),
            "{nr}"
        );
        assert!(document.simulated.is_some() && document.classification.is_some());
        for archive in ["annex.nl.odt", "annex.nl.xlsx"] {
            let bytes = fs::read(annex.join(archive)).expect("a file");
            let names = zip::ZipArchive::new(Cursor::new(&bytes))
                .expect("an archive")
                .file_names()
                .map(|name| name.expect("a name").into_owned())
                .collect::<Vec<_>>();
            for name in names.iter().filter(|name| name.ends_with(".xml")) {
                let text = member(&bytes, name);
                assert!(!text.contains("<script") && !text.contains('\u{202e}') && !text.contains('\0'), "{archive} {name}");
                assert!(!text.contains("<f>"), "no formula: {archive} {name}");
            }
        }
        let verified = run_in(root.path(), ["verify", annex.to_str().expect("a path"), "--capture", SIMULATED]);
        done(&verified);
    }
}
