//! What a reader of a page reads, found in another way than the document does it: by cutting the page at its tags. Knows nothing of documents, so that tests of
//! the library and tests from outside can hold both against each other.

/// Text, names and links of a page, in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) text: String,
    pub(crate) ids: Vec<String>,
    pub(crate) links: Vec<String>,
}

/// Reads the body of a page, or a part of one.
pub(crate) fn read(html: &str) -> Read {
    let body = html.find("<body").map_or(html, |at| &html[at..]);
    // What a part of a long table says before its rows is there for a screen only.
    let mut parts = body.split("<details class=\"part\">");
    let first = parts.next().unwrap_or_default().to_owned();
    let rows = |part| str::split_once(part, "<tbody").expect("a part has rows").1;
    let body = parts.fold(first, |whole, part| whole + "<tbody" + rows(part));
    let mut out = Read::default();
    // How deep within something that only a screen shows.
    let mut hidden = 0_u32;
    let mut first = true;
    for piece in body.split('<') {
        let (tag, text) = match piece.split_once('>') {
            Some(cut) if !first => cut,
            _ => ("", piece),
        };
        first = false;
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default();
        let void = matches!(name, "br" | "img" | "meta" | "link") || tag.ends_with('/') && !tag.starts_with('/');
        let attribute = |name: &str| Some(tag.split_once(&format!(" {name}=\""))?.1.split('"').next()?.to_owned());
        let class = attribute("class").unwrap_or_default();
        let class = class.as_str();
        if hidden > 0 {
            match tag {
                _ if void || name.is_empty() => {}
                _ if tag.starts_with('/') => hidden -= 1,
                _ => hidden += 1,
            }
            if hidden > 0 {
                continue;
            }
        } else if matches!(class, "skip" | "margin-note" | "screen part-of")
            || tag.contains("aria-hidden=\"true\"")
            || matches!(name, "script" | "style")
        {
            hidden = 1;
            continue;
        } else if !tag.is_empty() {
            out.ids.extend(attribute("id").map(|id| decoded(&id)));
            out.links.extend(attribute("href").map(|to| decoded(&to)));
            // Who cannot see a picture reads its alternative.
            out.text.push_str(&attribute("alt").map(|alt| decoded(&alt)).unwrap_or_default());
        }
        let same_line = matches!(name, "a" | "b" | "bdi" | "code" | "em" | "i" | "span" | "strong" | "time");
        // An end tag does not say its class: a space more does no harm there, because what follows such an element begins a line.
        let own_line = matches!(class, "path" | "purpose" | "sim") || name == "small" && class != "in" && !tag.starts_with('/');
        if own_line || !same_line && name != "small" && !name.is_empty() {
            out.text.push(' ');
        }
        out.text.push_str(&decoded(text));
    }
    out.text = without_spaces(&out.text);
    out
}

/// A text as it is compared: without white space, because only a browser knows where one line ends and another begins.
pub(crate) fn without_spaces(text: &str) -> String {
    text.split_ascii_whitespace().collect()
}

fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (name, behind) = after.split_once(';').unwrap_or((after, ""));
        let number = name.strip_prefix("#x").map(|hex| u32::from_str_radix(hex, 16)).or_else(|| name.strip_prefix('#').map(str::parse));
        match (name, number) {
            (_, Some(Ok(number))) => out.extend(char::from_u32(number)),
            ("amp", _) => out.push('&'),
            ("lt", _) => out.push('<'),
            ("gt", _) => out.push('>'),
            ("quot", _) => out.push('"'),
            ("nbsp", _) => out.push('\u{a0}'),
            _ => panic!("an entity that this does not know: &{name};"),
        }
        rest = behind;
    }
    out + rest
}
