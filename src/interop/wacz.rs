//! WACZ 1.x: a ZIP archive of WARC files with a list of pages and a list of everything in it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use serde_json::Value;
use sha2::Digest as _;
use zip::ZipArchive;
use zip::result::ZipError;

use super::warc::{Parts, read_parts};
use super::{Contents, ImportError, Imported, Options};
use crate::model::{Digest, Gap, GapKind, Page, Timestamp};

/// What is read of a list at most, in bytes.
const LONGEST_LIST: u64 = 16 << 20;

/// Pages that are read at most.
const MOST_PAGES: usize = 10_000;

/// Reads a WACZ archive from `source` and hands every exchange to `each`. Records are counted over all WARC files in it, in the order of the archive.
///
/// # Errors
///
/// Says what the archive lacks, or where one of its files stops being a WARC file. What was handed to `each` before stays valid.
pub fn read(source: impl Read + Seek, options: Options, each: &mut dyn FnMut(Imported) -> io::Result<()>) -> Result<Contents, ImportError> {
    let mut archive = ZipArchive::new(source).map_err(|error| damaged(&error))?;
    let names: Result<Vec<String>, ZipError> = archive.file_names().map(|name| name.map(Cow::into_owned)).collect();
    let names = names.map_err(|error| damaged(&error))?;
    let warcs: Vec<String> = names.iter().filter(|name| is_warc(name)).cloned().collect();
    if warcs.is_empty() {
        return Err(without_warc(&names));
    }
    let package = list(&mut archive, "datapackage.json")?;
    let digest = list(&mut archive, "datapackage-digest.json")?;
    let pages = list(&mut archive, "pages/pages.jsonl")?;
    let mismatches = check(&mut archive, &names, package.as_deref(), digest.as_deref())?;
    let mut contents = read_parts(&mut Members { archive, warcs }, options, each)?;
    contents.format = "wacz";
    contents.wrappings.insert(0, "zip");
    let package: Value = package.as_deref().and_then(|text| serde_json::from_slice(text).ok()).unwrap_or_default();
    let digest: Value = digest.as_deref().and_then(|text| serde_json::from_slice(text).ok()).unwrap_or_default();
    let text = |name: &str| package[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    contents.session.creator = text("software").or(contents.session.creator);
    contents.session.comment = text("description").or_else(|| text("title")).or(contents.session.comment);
    contents.session.format_version = text("wacz_version").map(|version| format!("WACZ {version}")).or(contents.session.format_version);
    contents.session.pages = pages_of(pages.as_deref().unwrap_or_default(), &package);
    let mut gap = |kind, count| {
        if count > 0 {
            contents.gaps.push(Gap { kind, since: None, entries: Vec::new(), count });
        }
    };
    gap(GapKind::PackageMismatch, mismatches);
    gap(GapKind::SignatureUnchecked, u64::from(!digest["signedData"].is_null()));
    Ok(contents)
}

fn is_warc(name: &str) -> bool {
    name.starts_with("archive/") && [".warc", ".warc.gz"].iter().any(|ending| name.ends_with(ending))
}

fn without_warc(names: &[String]) -> ImportError {
    let has = |ending: &str| names.iter().any(|name| name.ends_with(ending));
    let (found, remedy) = if has(".har") {
        ("it holds a HAR file and no WARC file below archive/", "unpack it and use the HAR file in it")
    } else if has(".wacz") {
        ("it holds other WACZ archives", "unpack it and use them one by one")
    } else {
        ("it has no WARC file below archive/", "export the session again as WACZ, WARC or HAR")
    };
    let some: Vec<String> = names.iter().take(5).map(|name| name.escape_debug().to_string()).collect();
    let found = if some.is_empty() { "it is empty".to_owned() } else { format!("{found} (it begins with {})", some.join(", ")) };
    ImportError::Package { found, remedy }
}

fn damaged(error: &ZipError) -> ImportError {
    let remedy = "the list of its files stands at its end, so a part of it cannot be used: fetch or export it again";
    ImportError::Package { found: error.to_string(), remedy }
}

/// The bytes of a list in the archive; `None` where it is not there or too long to be one.
fn list<S: Read + Seek>(archive: &mut ZipArchive<S>, name: &str) -> Result<Option<Vec<u8>>, ImportError> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(damaged(&error)),
    };
    let mut bytes = Vec::new();
    file.take(LONGEST_LIST + 1).read_to_end(&mut bytes).map_err(|cause| damaged(&ZipError::Io(cause)))?;
    Ok((bytes.len() as u64 <= LONGEST_LIST).then_some(bytes))
}

/// How many files are not those that the archive's own lists name. Only WARC files need be listed.
fn check<S: Read + Seek>(
    archive: &mut ZipArchive<S>,
    names: &[String],
    package: Option<&[u8]>,
    digest: Option<&[u8]>,
) -> Result<u64, ImportError> {
    // Without a list there is nothing to check by.
    let Some(package) = package else { return Ok(0) };
    let Ok(read) = serde_json::from_slice::<Value>(package) else { return Ok(1) };
    let mut mismatches = 0;
    if let Some(Value::String(hash)) = digest.and_then(|text| serde_json::from_slice::<Value>(text).ok()).map(|read| read["hash"].clone()) {
        mismatches += u64::from(hash != format!("sha256:{}", Digest::of(package)));
    }
    let mut listed: BTreeMap<&str, &Value> = BTreeMap::new();
    for resource in read["resources"].as_array().into_iter().flatten() {
        if let Some(path) = resource["path"].as_str() {
            listed.insert(path, resource);
        }
    }
    for (path, resource) in &listed {
        let file = match archive.by_name(path) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => {
                mismatches += 1;
                continue;
            }
            Err(error) => return Err(damaged(&error)),
        };
        let (bytes, found) = hashed(file).map_err(|cause| damaged(&ZipError::Io(cause)))?;
        let length_fits = resource["bytes"].as_u64().is_none_or(|length| length == bytes);
        // Others than SHA-256 are allowed and not seen in the wild.
        let hash = resource["hash"].as_str().and_then(|hash| hash.strip_prefix("sha256:"));
        let hash_fits = hash.is_none_or(|hash| hash.eq_ignore_ascii_case(&found.to_string()));
        mismatches += u64::from(!length_fits || !hash_fits);
    }
    mismatches += names.iter().filter(|name| is_warc(name) && !listed.contains_key(name.as_str())).count() as u64;
    Ok(mismatches)
}

fn hashed(mut file: impl Read) -> io::Result<(u64, Digest)> {
    let (mut hasher, mut bytes, mut buffer) = (sha2::Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((bytes, Digest(hasher.finalize().into()))),
            Ok(read) => {
                hasher.update(&buffer[..read]);
                bytes += read as u64;
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
}

/// The pages that the archive names, its main page first. Their addresses stand where browsers put them in a HAR: in the title.
fn pages_of(text: &[u8], package: &Value) -> Vec<Page> {
    let lines = text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let page = |line: Value| {
        let started = line["ts"].as_str().and_then(Timestamp::parse);
        Some(Page { id: line["id"].as_str().unwrap_or_default().to_owned(), title: line["url"].as_str()?.to_owned(), started })
    };
    let mut pages: Vec<Page> = lines.filter_map(page).take(MOST_PAGES).collect();
    let main = package["mainPageUrl"].as_str().or_else(|| package["mainPageURL"].as_str()).filter(|url| !url.is_empty());
    if let Some(main) = main {
        match pages.iter().position(|page| page.title == main) {
            Some(index) => pages[..=index].rotate_right(1),
            None => {
                let started = package["mainPageDate"].as_str().or_else(|| package["mainPageTS"].as_str()).and_then(Timestamp::parse);
                pages.insert(0, Page { id: String::new(), title: main.to_owned(), started });
            }
        }
    }
    pages
}

/// The WARC files in an archive.
struct Members<S> {
    archive: ZipArchive<S>,
    warcs: Vec<String>,
}

impl<S: Read + Seek> Parts for Members<S> {
    fn count(&self) -> usize {
        self.warcs.len()
    }

    fn name(&self, index: usize) -> Option<String> {
        self.warcs.get(index).cloned()
    }

    fn open(&mut self, index: usize) -> io::Result<Box<dyn Read + '_>> {
        let name = self.warcs.get(index).map_or("", String::as_str);
        Ok(Box::new(self.archive.by_name(name).map_err(io::Error::other)?))
    }
}
