//! Pages read as documents: nothing of what they say is lost, and what is not known is refused.

use super::*;

#[path = "oracle.rs"]
pub(in crate::report) mod oracle;

/// A document against its page as another reader has it.
pub(in crate::report) fn is_read_whole(html: &str) {
    let document = Document::of_page(html).unwrap_or_else(|error| panic!("{error}"));
    let page = oracle::read(html);
    let (mut text, mut ids, mut links) = (String::new(), Vec::new(), Vec::new());
    document.walk(&mut |part| match part {
        Part::Text(more) => text.push_str(more),
        Part::End => {}
        Part::Id(id) => ids.push(id.to_owned()),
        Part::Link(to) => links.push(to.to_owned()),
        Part::Svg(svg) => {
            let picture = oracle::read(svg);
            text.push_str(&picture.text);
            ids.extend(picture.ids);
        }
    });
    assert_eq!(oracle::without_spaces(&text), page.text, "what is said, and in which order");
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    assert_eq!(sorted(ids), sorted(page.ids), "names that links lead to");
    assert_eq!(sorted(links), sorted(page.links), "where links lead");
}

fn page(body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"nl\"><head><meta name=\"generator\" content=\"dataspoor 1\"><title>A &amp;\n b</title><style>p {{}}</style></head>\n\
         <body>{body}</body></html>\n"
    )
}

fn read(body: &str) -> Document {
    Document::of_page(&page(body)).unwrap_or_else(|error| panic!("{error}"))
}

fn text(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

fn anchor(id: &str) -> Inline {
    Inline::Span { id: Some(id.to_owned()), class: None, content: Vec::new() }
}

fn paragraph(content: Vec<Inline>) -> Block {
    Block::Paragraph { id: None, class: None, content }
}

#[test]
fn what_stands_around_the_blocks() {
    let body = "<a class=\"skip\" href=\"#content\">Skip</a><div class=\"simulated\" role=\"note\"><p><strong>Made\n up</strong></p></div>\
                <div aria-hidden=\"true\">hidden <b>too</b></div><script>1 < 2</script><main id=\"content\"><p class=\"intro\">Text</p></main>\
                <footer><p>End</p></footer><div id=\"last\"></div>";
    let document = read(body);
    let meta = (document.lang.as_str(), document.title.as_str(), document.generator.as_str(), document.simulated.as_deref());
    assert_eq!(meta, ("nl", "A & b", "dataspoor 1", Some("Made up")));
    let of = |class: &str, content| Block::Paragraph { id: None, class: Some(class.to_owned()), content };
    let blocks = [of("intro", vec![anchor("content"), text("Text")]), of("footer", vec![text("End")]), paragraph(vec![anchor("last")])];
    assert_eq!(document.blocks, blocks);
}

#[test]
fn spaces_and_lines() {
    let content = |html: &str| match read(&format!("<p>{html}</p>")).blocks.remove(0) {
        Block::Paragraph { content, .. } => content,
        other => panic!("{other:?}"),
    };
    let isolated = |of: &str| Inline::Span { id: None, class: Some(ISOLATED.to_owned()), content: vec![text(of)] };
    assert_eq!(content(" a\n  b <b> c</b> <!-- none --> d "), [text("a b "), Inline::Strong(vec![text("c")]), text(" "), text("d")]);
    assert_eq!(content("a<bdi dir=\"ltr\">  x  </bdi> "), [text("a"), isolated("  x  ")]);
    let small = |of: &str| Inline::Small(vec![text(of)]);
    assert_eq!(content("a <small>b</small><small>c</small> "), [text("a "), Inline::Break, small("b"), Inline::Break, small("c")]);
    assert_eq!(content("<small>b</small>c"), [small("b"), Inline::Break, text("c")]);
    assert_eq!(content("a <small class=\"in\">b</small> c"), [text("a "), small("b"), text(" c")]);
    assert_eq!(content("a<br>b<br> "), [text("a"), Inline::Break, text("b")]);
    assert_eq!(content("<time datetime=\"2026\">now</time>&#39;&lt;"), [text("now"), text("'<")]);
    assert_eq!(content(""), []);
}

#[test]
fn blocks_of_every_kind() {
    let body = "<section id=\"c1\"><h2 id=\"c1-h\"><span class=\"no\">1</span> One</h2>\
                <ol><li value=\"3\">a <ul><li id=\"i\">b</li></ul></li></ol>\
                <dl><div><dt id=\"d\">T</dt><dd>said <code>x</code></dd></div></dl>\
                <div class=\"notice\" id=\"n\"><h3>N</h3></div><pre><code>a\n  b</code></pre>\
                <figure id=\"f\"><svg viewBox=\"0 0 1 1\"><title>Ti</title><desc>De</desc><path d=\"M0 0\"/></svg><figcaption>Cap</figcaption></figure></section>";
    let svg = "<svg viewBox=\"0 0 1 1\"><title>Ti</title><desc>De</desc><path d=\"M0 0\"/></svg>";
    let no = Inline::Span { id: None, class: Some("no".to_owned()), content: vec![text("1")] };
    let inner = Item { id: Some("i".to_owned()), value: None, blocks: vec![paragraph(vec![text("b")])] };
    let blocks = vec![paragraph(vec![text("a")]), Block::List { ordered: false, items: vec![inner] }];
    let said = vec![paragraph(vec![text("said "), Inline::Code(vec![text("x")])])];
    let expected = [
        Block::Heading { level: 2, id: Some("c1-h".to_owned()), content: vec![anchor("c1"), no, text(" One")] },
        Block::List { ordered: true, items: vec![Item { id: None, value: Some(3), blocks }] },
        Block::Terms(vec![(Term { id: Some("d".to_owned()), content: vec![text("T")] }, said)]),
        Block::Notice { id: Some("n".to_owned()), blocks: vec![Block::Heading { level: 3, id: None, content: vec![text("N")] }] },
        Block::Preformatted { id: None, text: "a\n  b".to_owned() },
        Block::Figure {
            svg: svg.to_owned(),
            title: "Ti".to_owned(),
            description: "De".to_owned(),
            caption: vec![anchor("f"), text("Cap")],
        },
    ];
    assert_eq!(read(body).blocks, expected);
    is_read_whole(&page(body));
}

#[test]
fn tables() {
    let body = "<div class=\"region\"><table id=\"t\" class=\"data\"><caption id=\"t-cap\">C</caption>\
                <thead><tr><th scope=\"col\">H</th><th class=\"n\">I</th></tr></thead>\
                <tbody><tr id=\"t-r1\"><td colspan=\"2\" rowspan=\"2\">a<div>b</div></td></tr></tbody></table></div>";
    let cell =
        |header, class: Option<&str>, span, blocks| Cell { header, columns: span, rows: span, class: class.map(str::to_owned), blocks };
    let one = |said: &str| vec![paragraph(vec![text(said)])];
    let table = Table {
        id: Some("t".to_owned()),
        class: Some("data".to_owned()),
        caption: vec![anchor("t-cap"), text("C")],
        head: vec![Row { id: None, cells: vec![cell(true, None, 1, one("H")), cell(true, Some("n"), 1, one("I"))] }],
        body: vec![Row { id: Some("t-r1".to_owned()), cells: vec![cell(false, None, 2, [one("a"), one("b")].concat())] }],
    };
    assert_eq!(read(body).blocks, [Block::Table(table)]);
    is_read_whole(&page(body));
}

#[test]
fn what_is_not_known_is_named() {
    let error = |body: &str| Document::of_page(&page(body)).expect_err(body).to_string();
    for (body, words) in [
        ("<p>a</p>\n<video></video>", ["line 5", "<video>", "<body>"]),
        ("<p>a<marquee>b</marquee></p>", ["line 4", "<marquee>", "<p>"]),
        ("<p>a<div>b</div></p>", ["line 4", "<div>", "<p>"]),
        ("<ul>loose</ul>", ["line 4", "\"loose\"", "<ul>"]),
        ("<ul><p>a</p></ul>", ["line 4", "<p>", "<ul>"]),
        ("<table><tr><td>a</td></tr></table>", ["line 4", "<tr>", "<table>"]),
        ("<dl><dd>a</dd></dl>", ["line 4", "<dd>", "<dl>"]),
        ("<pre>a<img src=\"data:,\"></pre>", ["line 4", "<img>", "<pre>"]),
        ("<p>a</div>", ["line 4", "</div>", "order"]),
        ("<p><img src=\"https://example.org/a.png\" alt=\"\"></p>", ["line 4", "example.org", "data:"]),
        ("<p>&#0;</p>", ["line 4", "null-character-reference", "mend"]),
    ] {
        let said = error(body);
        words.iter().for_each(|word| assert!(said.contains(word), "{body}: {said}"));
    }
    let deep = "<div>".repeat(300) + &"</div>".repeat(300);
    assert!(error(&deep).contains("more than 100"), "{}", error(&deep));
    for (without, words) in [("<title>A &amp;\n b</title>", "no title"), (" lang=\"nl\"", "no language"), ("<body>", "</body>")] {
        let said = Document::of_page(&page("").replace(without, ""));
        assert!(said.as_ref().is_err_and(|error| error.to_string().contains(words)), "{without}: {said:?}");
    }
}
