//! The files of a house style: read from where they lie, kept beside what was made in it as they were used, and read again from there.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use serde_json::Value;

use super::output::OutputFolder;
use crate::report::html::House;
use crate::report::people::Mistakes;
use crate::report::style::{LARGEST_LOGO, LARGEST_TEMPLATE, OwnFile, StyleFile, StyleMistakes};

/// The house style, beside the evidence: in the folder of a case, and as it was used in that of an annex.
pub const STYLE_FILE: &str = "report.toml";

/// Member of the manifest's `made` that says which style was used.
pub(super) const STYLED: &str = "style";

/// How the files that a style names are called beside what was made in it.
const LOGO: &str = "report-logo.";
const TEMPLATE: &str = "report-template-";

/// Reads a house style with the files that it names.
///
/// # Errors
///
/// Everything that is wrong in it: file, line, and what to do.
pub fn load_style(path: &Path) -> Result<House, StyleMistakes> {
    let shown = path.display().to_string();
    let file = parse(&shown, &read(path, LARGEST_TEMPLATE).map_err(|why| StyleMistakes::one(&shown, None, why))?)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let logo = match &file.logo {
        None => None,
        Some(name) => {
            let bytes = read(&folder.join(name), LARGEST_LOGO).map_err(|why| file.no_logo(&shown, &why))?;
            Some(OwnFile { name: name.clone(), bytes })
        }
    };
    let templates = match &file.templates {
        None => Vec::new(),
        Some(name) => templates(&folder.join(name)).map_err(|why| file.no_templates(&shown, &why))?,
    };
    House::of(file.with(logo, templates)?)
}

fn parse(file: &str, bytes: &[u8]) -> Result<StyleFile, StyleMistakes> {
    let text = std::str::from_utf8(bytes).map_err(|_| StyleMistakes::one(file, None, "is no UTF-8 text; save it as such"))?;
    StyleFile::parse(text).map_err(|mistakes: Mistakes| StyleMistakes::of(file, &mistakes))
}

/// What a file holds, if it is not longer than it may be.
fn read(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let cannot = |error: io::Error| format!("cannot be read ({error}); put the file there, or correct its name");
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)).map_err(cannot)?;
    if bytes.len() as u64 > most {
        return Err(format!("is longer than {most} bytes; make it smaller"));
    }
    Ok(bytes)
}

/// The files of a folder of templates, but those whose names begin with a dot.
fn templates(folder: &Path) -> Result<Vec<OwnFile>, String> {
    let cannot = |error: io::Error| format!("cannot be read ({error}); make it, or correct its name");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            return Err(format!("holds {:?}, which is no name of a template; take it away", entry.file_name()));
        };
        if name.starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            return Err(format!("holds the folder {name:?}; templates lie beside each other, so take it away"));
        }
        let bytes = read(&entry.path(), LARGEST_TEMPLATE).map_err(|why| format!("holds {name:?}, which {why}"))?;
        found.push(OwnFile { name, bytes });
    }
    if found.is_empty() {
        return Err("holds no template; put one there, or take `templates` away".to_owned());
    }
    Ok(found)
}

/// Keeps the files of a style beside what was made in it.
pub(super) fn keep(output: &mut OutputFolder, house: Option<&House>) -> io::Result<()> {
    let Some(style) = house.map(House::style) else { return Ok(()) };
    output.write(STYLE_FILE, style.text.as_bytes())?;
    if let Some(logo) = &style.logo {
        output.write(&format!("{LOGO}{}", logo.ending), &logo.file.bytes)?;
    }
    style.templates.iter().try_for_each(|file| output.write(&format!("{TEMPLATE}{}", file.name), &file.bytes))
}

/// What a manifest says of the style.
pub(super) fn how(house: Option<&House>) -> Option<Value> {
    let said = &house?.style().said;
    let logo = house?.style().logo.as_ref().map(
        |logo| serde_json::json!({ "file": format!("{LOGO}{}", logo.ending), "name": logo.file.name, "sha256": logo.file.used().sha256 }),
    );
    Some(serde_json::json!({ "sha256": said.file_sha256, "logo": logo, "templates": said.templates }))
}

/// The style that lies beside what was made in it, if it is the one that the manifest names. The error says what is another, or what is wrong.
pub(super) fn beside(folder: &Path, made: &Value) -> Result<Option<House>, String> {
    let style = &made[STYLED];
    if style.is_null() {
        return Ok(None);
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    // A manifest is somebody else's text: a name in it must not lead out of the folder.
    let own = |file: &str, name: String, sha256: &Value| {
        let other = || format!("another {file} (sha256 {}) than the one beside it", text(sha256));
        if file.contains(['/', '\\']) || file.starts_with('.') {
            return Err(other());
        }
        let bytes = read(&folder.join(file), LARGEST_TEMPLATE).map_err(|_| other())?;
        let found = OwnFile { name, bytes };
        if found.used().sha256 == text(sha256) { Ok(found) } else { Err(other()) }
    };
    let file = own(STYLE_FILE, STYLE_FILE.to_owned(), &style["sha256"])?;
    let logo = &style["logo"];
    let logo = if logo.is_null() { None } else { Some(own(&text(&logo["file"]), text(&logo["name"]), &logo["sha256"])?) };
    let templates = style["templates"].as_array().into_iter().flatten();
    let templates = templates.map(|of| own(&format!("{TEMPLATE}{}", text(&of["name"])), text(&of["name"]), &of["sha256"]));
    let templates: Vec<OwnFile> = templates.collect::<Result<_, _>>()?;
    let house = parse(STYLE_FILE, &file.bytes).and_then(|file| file.with(logo, templates)).and_then(House::of);
    house.map(Some).map_err(|mistakes| format!("a house style that this version does not take ({mistakes})"))
}
