//! Pages in a house style: what it puts there, and what it can neither take away nor let in.

use super::super::super::html::tests::{HOSTILE, sample, unbalanced};
use super::super::super::model::Report;
use super::super::super::style::StyleFile;
use super::super::page_check::POLICY;
use super::super::{render, render_comparison, render_in, render_linkage};
use super::*;

const ANNEX: &str = include_str!("../../annex.html.j2");
const CSS: &str = include_str!("../../annex.css");

fn style(said: &str, templates: &[(&str, &str)]) -> Style {
    let text = format!("format = \"dataspoor-style\"\nversion = 1\n[style]\n{said}");
    let logo = OwnFile { name: "l.svg".to_owned(), bytes: b"<svg viewBox=\"0 0 9 9\"><path d=\"M0 0h9\"/></svg>".to_vec() };
    let own = |(name, text): &(&str, &str)| OwnFile { name: (*name).to_owned(), bytes: text.as_bytes().to_vec() };
    let file = StyleFile::parse(&text).unwrap_or_else(|error| panic!("{error}"));
    file.with(Some(logo), templates.iter().map(own).collect()).unwrap_or_else(|error| panic!("{error}"))
}

fn house(said: &str, templates: &[(&str, &str)]) -> House {
    House::of(style(said, templates)).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(templates: &[(&str, &str)]) -> String {
    House::of(style("", templates)).expect_err("a mistake").to_string()
}

fn page(house: &House) -> Result<String, String> {
    render_in(&sample(), Lang::Nl, Some(house)).map_err(|error| page_error(&error))
}

/// That a page of the templates with this change is refused, and why.
fn left_out(from: &str, to: &str) -> String {
    assert!(ANNEX.contains(from), "{from}");
    page(&house("", &[("annex.html.j2", &ANNEX.replace(from, to))])).expect_err("refused")
}

#[test]
fn a_cover_says_what_the_house_says() {
    let said = "title = \"Onderzoek\"\nsubtitle = \"Bijlage C\"\nclassification = \"Departementaal \\\"VERTROUWELIJK\\\"\"\nauthor = \"A. Jansen\"\norganisation = \"Ministerie\"\nversion = \"0.9\"\nstatus = \"concept\"\ncolour = \"#7a1b4c\"\n";
    let house = house(said, &[]);
    for lang in [Lang::Nl, Lang::En] {
        let report = Report { house_style: Some(house.style().said.clone()), ..sample() };
        let page = render_in(&report, lang, Some(&house)).expect("a page");
        assert_eq!(page, render_in(&report, lang, Some(&house)).expect("a page"), "the same bytes");
        assert_eq!(unbalanced(&page), Vec::<String>::new());
        let texts = Texts::of(lang);
        let title = texts.get("title-simulated", &[("title", "Onderzoek".into())]);
        for part in [
            "<h1><bdi dir=\"ltr\">Onderzoek</bdi></h1>",
            &format!("<p class=\"lead\">{}</p>", texts.get("title", &[])),
            "<img src=\"data:image/svg+xml;base64,PHN2Zy",
            "<meta name=\"author\" content=\"A. Jansen\">",
            "<meta name=\"classification\" content=\"Departementaal &quot;VERTROUWELIJK&quot;\">",
            "<meta name=\"theme-color\" content=\"#7a1b4c\">",
            "@top-right { content: \"Departementaal \\22 VERTROUWELIJK\\22 \"",
            "--blue: #7a1b4c",
            &format!("<title>{title}"),
            &format!("<div class=\"simulated\" role=\"note\"><p><strong>{}", texts.get("simulated-line", &[])),
        ] {
            assert!(page.contains(part), "{part}");
        }
        let document = super::super::super::document::Document::of_page(&page).expect("a document");
        assert_eq!(document.classification.as_deref(), Some("Departementaal \"VERTROUWELIJK\""));
        assert_eq!(document.simulated, Some(texts.get("simulated-line", &[])));
        assert!(document.meta.iter().any(|(name, said)| name == "organisation" && said == "Ministerie"));
        assert!(!render(&sample(), lang).expect("a page").contains("classification"), "nothing of it without a style");
    }
}

#[test]
fn what_a_house_says_is_shown_harmlessly() {
    let hostile = toml::Value::String(format!("{HOSTILE}{{{{ 7*7 }}}}</style>"));
    let short = toml::Value::String("\"}</style><script>x</script>\u{202e}".to_owned());
    let said = ["title", "subtitle", "author", "organisation", "version", "status"].map(|name| format!("{name} = {hostile}\n")).concat();
    let page = page(&house(&format!("{said}classification = {short}\n"), &[])).expect("a page");
    assert!(!page.contains("<script") && !page.contains("49") | !page.contains("{{ 49") && page.contains("{{ 7*7 }}"));
    assert_eq!(page.matches("</style>").count(), 2, "ours and that of the house");
    let hidden = page.chars().find(|c| *c != '\n' && super::super::is_hidden(*c));
    assert_eq!(hidden, None);
    assert!(page.contains("\\u{202E}"));
}

#[test]
fn own_templates_and_messages_take_the_place_of_ours() {
    let annex = ANNEX.replace(
        "<main id=\"content\" tabindex=\"-1\">",
        "<main id=\"content\" tabindex=\"-1\">\n<p>Eigen alinea van {{ r.capture.name|rec }}</p>",
    );
    let house = house("", &[("annex.html.j2", &annex), ("nl.ftl", "title = Eigen bijlage\n"), ("annex.css", "body { color: #123 }\n")]);
    let nl = page(&house).expect("a page");
    assert!(nl.contains("<p>Eigen alinea van") && nl.contains("<h1>Eigen bijlage</h1>") && nl.contains("body { color: #123 }"));
    assert!(
        nl.contains(".is-simulated > .simulated") && !nl.contains("--gutter: clamp"),
        "its style sheet, and what no style sheet takes away"
    );
    let en = render_in(&sample(), Lang::En, Some(&house)).expect("a page");
    assert!(en.contains("<p>Eigen alinea van") && en.contains("<h1>Annex: recorded data flows</h1>"));
    assert_eq!(unbalanced(&nl), Vec::<String>::new());
    assert_eq!(house.texts(Lang::Nl).get("title", &[]), "Eigen bijlage");
}

#[test]
fn what_is_wrong_in_templates_is_said_with_file_and_line() {
    let said = refused(&[
        ("annex.html.j2", "line one\nline two {% if %}\n"),
        ("annexe.html.j2", "x"),
        ("annex.css", "body { }\n@import 'x';\n"),
        ("nl.ftl", "titel = x\n"),
        ("en.ftl", "contents = x\nsimulated-line = nothing\n"),
        ("beside.html.j2", "x"),
    ]);
    for part in [
        "annex.html.j2: line 2: syntax error",
        "mend the template there",
        "annexe.html.j2: replaces nothing; a file here is one of nl.ftl, en.ftl, annex.css, annex.html.j2",
        "annex.css: line 2: holds \"@import\"",
        "nl.ftl: line 1: there is no message \"titel\"",
        "en.ftl: line 2: the message \"simulated-line\" says what is simulated",
        "beside.html.j2: replaces nothing",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let undefined = page(&house("", &[("annex_risks.html.j2", "\n\n{{ no_such.thing }}\n")])).expect_err("refused");
    assert!(undefined.starts_with("annex_risks.html.j2: line 3: "), "{undefined}");
    let unsafe_filter = page(&house("", &[("annex_risks.html.j2", "{{ r.capture.name|safe }}")])).expect_err("refused");
    assert!(unsafe_filter.contains("annex_risks.html.j2: line 1: unknown filter"), "{unsafe_filter}");
}

/// Nothing of what every page holds can be left out, hidden or undermined by a template.
#[test]
fn a_page_that_leaves_out_what_no_page_may_is_refused() {
    let block = "<div class=\"simulated\" role=\"note\"><p><strong>{{ t('simulated-line') }}</strong></p></div>";
    for (from, to, why) in [
        (block, "", "leaves out the line that says that the recording is simulated"),
        (block, "<div class=\"simulated\" role=\"note\"><p>Test</p></div>", "leaves out the line that says"),
        (block, "<div aria-hidden=\"true\"><div class=\"simulated\"><p>{{ t('simulated-line') }}</p></div></div>", "hides the line"),
        (block, "<div class=\"simulated\" style=\"display:none\"><p>{{ t('simulated-line') }}</p></div>", "hides the line"),
        ("<body{% if r.simulated %} class=\"is-simulated\"{% endif %}>", "<body>", "<body> that can hide what is simulated"),
        (
            "{% if r.simulated %}{{ t('title-simulated', title=title) }}{% else %}{{ title }}{% endif %}",
            "{{ title }}",
            "has a <title> that does not say",
        ),
        ("{{ css }}", "", "leaves out the style sheet"),
        ("default-src 'none'", "default-src *", "has another <meta http-equiv>"),
        ("<meta http-equiv=\"Content-Security-Policy\"", "<meta name=\"policy\"", "before its policy"),
        ("<main", "<script>alert(1)</script><main", "holds <script>"),
        ("<main", "<main onclick=\"alert(1)\"", "holds onclick=\"alert(1)\""),
        ("<main", "<a href=\"java&#115;cript:alert(1)\">x</a><main", "holds href=\"javascript:alert(1)\""),
        ("<main", "<img src=\"https://example.org/x.png\" alt=\"\"><main", "holds src=\"https://example.org/x.png\""),
        ("<main", "<meta http-equiv=\"refresh\" content=\"0; url=https://example.org\"><main", "has another <meta http-equiv>"),
        ("<main", "<blink>x</blink><main", "cannot be read for other forms"),
        (" id=\"t9-r{{ x.nr }}\"", "", "a row of what the recording does not hold"),
    ] {
        let said = left_out(from, to);
        assert!(said.contains(why), "{from} → {to}: {said}");
    }
    let hiding = format!("{CSS}\n.simulated {{ display: none !important }}\n@page {{ @top-center {{ content: none }} }}\n");
    let page = page(&house("", &[("annex.css", &hiding)])).expect("a page");
    let (before, after) = page.split_once(".simulated { display: none !important }").expect("their style sheet");
    assert!(
        !before.contains("display: block !important")
            && after.contains(".is-simulated > .simulated, .is-simulated > .simulated * { display: block !important")
    );
}

/// The policy that pages of others are held against is that of ours.
#[test]
fn our_own_pages_hold_the_policy() {
    let pages = [
        render(&sample(), Lang::Nl).expect("a page"),
        render_comparison(&super::super::comparison::tests::sample(), Lang::Nl).expect("a page"),
        render_linkage(&super::super::super::linkage_rows::tests::annex_tables(), Lang::Nl).expect("a page"),
    ];
    for page in pages {
        assert!(page.contains(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">")));
    }
}
