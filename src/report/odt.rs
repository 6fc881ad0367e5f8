//! A document as a text document (ODF 1.3, OASIS Standard of 27 April 2021) that LibreOffice opens, for whoever wants to paste from it or to write on in it.
//!
//! The same document gives the same bytes: no clock, no language of the machine, and the members of the archive carry the first date that the format has.

mod content;
mod grid;
mod looks;
mod pictures;
mod styles;
#[cfg(test)]
mod tests;
mod xml;

use std::collections::BTreeSet;
use std::io::{self, Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::document::{Document, Part};
use xml::escaped;

/// What `mimetype` holds (ODF 1.3, part 2, 3.3).
pub const MEDIA_TYPE: &str = "application/vnd.oasis.opendocument.text";

/// Names that a part of ODF uses in its elements.
const NAMESPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
    xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
    xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" \
    xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
    xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" office:version=\"1.3\"";

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// A picture in the archive.
struct Picture {
    name: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

/// The text document of `document`, as bytes.
///
/// # Errors
///
/// The document holds what a text document cannot: a link to a name that is not there, or a table in a list. The error says which.
pub fn render(document: &Document) -> io::Result<Vec<u8>> {
    let mut names = BTreeSet::new();
    document.walk(&mut |part| {
        if let Part::Id(id) = part {
            names.insert(id);
        }
    });
    let (content, pictures) = content::render(document, &names)?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default()).unix_permissions(0o644);
    let mut put = |name: &str, bytes: &[u8], method: CompressionMethod| {
        archive.start_file(name, options.compression_method(method)).map_err(io::Error::other)?;
        archive.write_all(bytes)
    };
    // First and stored, so that whoever looks at the first bytes knows what the file is.
    put("mimetype", MEDIA_TYPE.as_bytes(), CompressionMethod::Stored)?;
    put("META-INF/manifest.xml", manifest(&pictures).as_bytes(), CompressionMethod::Deflated)?;
    put("content.xml", content.as_bytes(), CompressionMethod::Deflated)?;
    put("styles.xml", styles::render(document).as_bytes(), CompressionMethod::Deflated)?;
    put("meta.xml", meta(document).as_bytes(), CompressionMethod::Deflated)?;
    for picture in &pictures {
        put(&picture.name, &picture.bytes, CompressionMethod::Deflated)?;
    }
    Ok(archive.finish().map_err(io::Error::other)?.into_inner())
}

fn manifest(pictures: &[Picture]) -> String {
    let entry = |path: &str, media: &str| {
        let version = if path == "/" { " manifest:version=\"1.3\"" } else { "" };
        format!("<manifest:file-entry manifest:full-path=\"{path}\"{version} manifest:media-type=\"{media}\"/>\n")
    };
    let fixed = [("/", MEDIA_TYPE), ("content.xml", "text/xml"), ("styles.xml", "text/xml"), ("meta.xml", "text/xml")];
    let entries = fixed.into_iter().map(|(path, media)| entry(path, media));
    let entries: String = entries.chain(pictures.iter().map(|picture| entry(&picture.name, picture.media_type))).collect();
    format!(
        "{DECLARATION}<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.3\">\n{entries}</manifest:manifest>\n"
    )
}

/// Nothing of whoever made it but what the house style says, and no time: only what the document says itself.
fn meta(document: &Document) -> String {
    let (title, generator) = (escaped(&document.title), escaped(&document.generator));
    let said = |(name, said): &(String, String)| {
        let said = escaped(said);
        match name.as_str() {
            "author" => format!("<meta:initial-creator>{said}</meta:initial-creator><dc:creator>{said}</dc:creator>"),
            "subtitle" => format!("<dc:subject>{said}</dc:subject>"),
            "theme-color" => String::new(),
            name => format!("<meta:user-defined meta:name=\"{}\">{said}</meta:user-defined>", escaped(name)),
        }
    };
    let said: String = document.meta.iter().map(said).collect();
    let simulated =
        document.simulated.as_ref().map(|line| format!("<dc:description>{}</dc:description>", escaped(line))).unwrap_or_default();
    format!(
        "{DECLARATION}<office:document-meta {NAMESPACES}><office:meta><meta:generator>{generator}</meta:generator><dc:title>{title}</dc:title>{simulated}\
         {said}<dc:language>{}</dc:language></office:meta></office:document-meta>\n",
        escaped(&document.lang)
    )
}
