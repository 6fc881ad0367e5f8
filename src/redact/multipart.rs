//! Parts of multipart bodies (RFC 2046 section 5.1, RFC 7578): finds those that are secrets. Lenient: a body that was cut off is read as far as
//! it goes. It never changes a byte.

use memchr::memmem;

use super::search::Search;
use super::text::Text;

/// The boundary that a media type names.
pub(super) fn boundary(media_type: &str) -> Option<Vec<u8>> {
    let parameter = media_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then_some(value.trim())
    })?;
    Some(parameter.trim_matches('"').as_bytes().to_vec()).filter(|boundary| !boundary.is_empty())
}

/// Looks through the parts of a body. Without a boundary its first line is taken for one.
pub(super) fn search(search: &mut Search<'_>, text: &Text<'_>, boundary: Option<&[u8]>, depth: usize) {
    let bytes = &text.bytes;
    let mut delimiter = b"--".to_vec();
    match boundary {
        Some(boundary) => delimiter.extend_from_slice(boundary),
        None => {
            let line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end();
            delimiter.clear();
            delimiter.extend_from_slice(line);
        }
    }
    if delimiter.len() < 3 || memmem::find(bytes, &delimiter).is_none() {
        search.broken = true;
        return search.nested(text, depth);
    }
    // A delimiter stands at the beginning of a line.
    let finder = memmem::Finder::new(&delimiter);
    let starts: Vec<usize> = finder.find_iter(bytes).filter(|&at| at == 0 || bytes[at - 1] == b'\n').collect();
    for (index, &start) in starts.iter().enumerate() {
        let begin = start + delimiter.len();
        if bytes[begin..].starts_with(b"--") {
            return;
        }
        let end = starts.get(index + 1).map_or(bytes.len(), |&next| next);
        let Some(line) = memchr::memchr(b'\n', &bytes[begin..end]) else { break };
        one(search, &text.part(begin + line + 1..end), index + 1 < starts.len(), depth);
    }
    // The last delimiter is missing.
    search.broken = true;
}

/// One part: heads, an empty line, content. `whole`: a delimiter follows, with the line end before it.
fn one(search: &mut Search<'_>, part: &Text<'_>, whole: bool, depth: usize) {
    let bytes = &part.bytes;
    let blank =
        [&b"\r\n\r\n"[..], b"\n\n"].into_iter().filter_map(|blank| memmem::find(bytes, blank).map(|at| (at, at + blank.len()))).min();
    // A part without heads begins with the empty line.
    let (heads, content) = match blank {
        _ if bytes.starts_with(b"\r\n") => (0, 2),
        Some(blank) => blank,
        None => return,
    };
    let mut end = bytes.len();
    if whole {
        end -= usize::from(bytes[..end].ends_with(b"\n"));
        end -= usize::from(bytes[..end].ends_with(b"\r"));
    }
    let content = part.part(content..end.max(content));
    let name = name(&bytes[..heads]);
    match name.as_deref().and_then(|name| search.name(name)) {
        Some(rule) => search.secret(&content, rule, false),
        None => search.value(&content, depth + 1),
    }
}

/// The name of a part's field, escapes undone (RFC 7578 section 4.2 and what browsers do, HTML Standard section 4.10.21.8).
fn name(heads: &[u8]) -> Option<Vec<u8>> {
    let heads = String::from_utf8_lossy(heads);
    // A folded line goes on in the next one.
    let heads = heads.replace("\r\n ", " ").replace("\r\n\t", " ");
    let disposition = heads.lines().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field.trim().eq_ignore_ascii_case("content-disposition").then(|| value.to_owned())
    })?;
    let lower = disposition.to_ascii_lowercase();
    let is_name = |&(at, _): &(usize, &str)| !lower[..at].ends_with(|sign: char| sign.is_ascii_alphanumeric());
    let (at, mark) = ["name=", "name*=", "name ="].iter().flat_map(|mark| lower.match_indices(mark)).filter(is_name).min()?;
    let value = disposition[at + mark.len()..].trim_start();
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default(),
        None => value.split(';').next().unwrap_or_default().trim(),
    };
    Some(Text::new(value.as_bytes()).percent(false).bytes.into_owned())
}
