//! What typst sees: one template, the data it sets, and the files that belong to it. There is no file system, no network, no package and no clock.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

/// The template that every document is set with.
const TEMPLATE: &str = include_str!("annex.typ");
/// Its name, and that of the data.
const MAIN: &str = "annex.typ";

/// The fonts, in the order in which they are asked for a character.
pub(super) static FONTS: LazyLock<Vec<Font>> =
    LazyLock::new(|| typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))).collect());

static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// The library with what it calls extras for accessibility: cells that are the head of a row.
static LIBRARY: LazyLock<LazyHash<Library>> =
    LazyLock::new(|| LazyHash::new(Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build()));

static TEMPLATE_SOURCE: LazyLock<Option<Source>> = LazyLock::new(|| Some(Source::new(id(MAIN)?, TEMPLATE.to_owned())));

/// The number that typst has for a name. It keeps each name for ever and has room for 65,535, so only numbered names and those of ours come here.
fn id(name: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?).intern())
}

/// One document that is being set.
pub(super) struct Desk {
    main: Source,
    files: BTreeMap<String, Bytes>,
}

impl Desk {
    /// A desk with the files that the template asks for; nothing where typst does not take the template's name, which it does.
    pub(super) fn new(files: BTreeMap<String, Bytes>) -> Option<Self> {
        Some(Self { main: TEMPLATE_SOURCE.clone()?, files })
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.get().vpath().get_without_slash();
        self.files.get(name).cloned().ok_or_else(|| FileError::NotFound(PathBuf::from(name)))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
