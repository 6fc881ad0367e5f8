//! The house style of an organisation, as a file `report.toml` holds it: what stands on the cover and on every page, a logo, one colour, and templates and
//! messages in place of ours. It says how an annex looks and to whom it belongs, never what was recorded: the words about what is simulated, partial or masked
//! are not its to change.

mod colour;
mod logo;

use std::fmt;

use serde::Deserialize;
use toml::Spanned;

pub use colour::Colour;
pub use logo::{LARGEST_LOGO, Logo};

use super::model::{HouseStyle, UsedFile};
use super::people::{Checker, Mistakes};
use crate::model::Digest;

/// What the file says of itself.
pub const STYLE_FORMAT: &str = "dataspoor-style";

/// Highest version of the file that is read.
pub const STYLE_VERSION: i64 = 1;

/// Longest template or file of messages, in bytes.
pub const LARGEST_TEMPLATE: u64 = 1 << 20;

/// Longest text of a cover, in characters.
const LONGEST: usize = 200;

/// Longest classification, in characters: it stands in one line of every page, and a spreadsheet's line has room for 255 with the line about a simulation.
const LONGEST_CLASSIFICATION: usize = 60;

/// A file as it was read, before the files that it names are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StyleFile {
    /// File of the logo, as it is named.
    pub logo: Option<String>,
    /// Folder of own templates, as it is named.
    pub templates: Option<String>,
    said: HouseStyle,
    colour: Option<Colour>,
    text: String,
    /// Lines of `logo` and `templates`.
    lines: (u32, u32),
}

/// A file beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFile {
    /// Its name, without folders.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl OwnFile {
    /// Its name and digest.
    #[must_use]
    pub fn used(&self) -> UsedFile {
        UsedFile { name: self.name.clone(), sha256: Digest::of(&self.bytes).to_string() }
    }
}

/// A house style with everything that belongs to it. Templates are not compiled yet: see [`super::html::House`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// What it says, as the report has it.
    pub said: HouseStyle,
    /// The file, as it was read.
    pub text: String,
    /// The logo.
    pub logo: Option<Logo>,
    /// The colour of headings, links and lines.
    pub colour: Option<Colour>,
    /// Templates and messages in place of ours, by name.
    pub templates: Vec<OwnFile>,
}

/// Something wrong in a house style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StyleMistake {
    /// The file.
    pub file: String,
    /// Its line, from 1, if it is one line.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub what: String,
}

/// Everything that is wrong in a house style.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct StyleMistakes(pub Vec<StyleMistake>);

impl fmt::Display for StyleMistakes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, StyleMistake { file, line, what }) in self.0.iter().enumerate() {
            let between = if index > 0 { "; " } else { "" };
            match line {
                Some(line) => write!(out, "{between}{file}: line {line}: {what}")?,
                None => write!(out, "{between}{file}: {what}")?,
            }
        }
        Ok(())
    }
}

impl StyleMistakes {
    /// Those of one file.
    #[must_use]
    pub fn of(file: &str, mistakes: &Mistakes) -> Self {
        let each = mistakes.0.iter();
        Self(each.map(|of| StyleMistake { file: file.to_owned(), line: Some(of.line as usize), what: of.what.clone() }).collect())
    }

    /// One mistake.
    #[must_use]
    pub fn one(file: &str, line: Option<usize>, what: impl Into<String>) -> Self {
        Self(vec![StyleMistake { file: file.to_owned(), line, what: what.into() }])
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTable {
    format: Option<Spanned<String>>,
    version: Option<Spanned<i64>>,
    style: Option<Spanned<StyleTable>>,
}

/// `[style]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StyleTable {
    logo: Option<Spanned<String>>,
    title: Option<Spanned<String>>,
    subtitle: Option<Spanned<String>>,
    classification: Option<Spanned<String>>,
    author: Option<Spanned<String>>,
    organisation: Option<Spanned<String>>,
    version: Option<Spanned<String>>,
    status: Option<Spanned<String>>,
    colour: Option<Spanned<String>>,
    templates: Option<Spanned<String>>,
}

impl StyleFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in it, each with its line and what to write instead.
    pub fn parse(text: &str) -> Result<Self, Mistakes> {
        let (mut checker, table) = Checker::read::<FileTable>(text, "member")?;
        checker.frame("house styles", (STYLE_FORMAT, STYLE_VERSION), (table.format.as_ref(), table.version.as_ref()));
        let Some(style) = &table.style else {
            checker.wrong(0, "has no [style]; add it with what shall stand on the cover");
            return checker.done(Self::empty(text));
        };
        let style = style.as_ref();
        let mut said = |name: &str, given: Option<&Spanned<String>>, most: usize| {
            let given = given?;
            let text = checker.some(name, given)?;
            let characters = text.chars().count();
            if characters > most {
                checker
                    .wrong(given.span().start, format!("`{name}` has {characters} characters; at most {most} fit on a page: shorten it"));
                return None;
            }
            Some(text)
        };
        let house = HouseStyle {
            file_sha256: Digest::of(text.as_bytes()).to_string(),
            title: said("title", style.title.as_ref(), LONGEST),
            subtitle: said("subtitle", style.subtitle.as_ref(), LONGEST),
            classification: said("classification", style.classification.as_ref(), LONGEST_CLASSIFICATION),
            author: said("author", style.author.as_ref(), LONGEST),
            organisation: said("organisation", style.organisation.as_ref(), LONGEST),
            version: said("version", style.version.as_ref(), LONGEST),
            status: said("status", style.status.as_ref(), LONGEST),
            ..HouseStyle::default()
        };
        let logo = said("logo", style.logo.as_ref(), LONGEST);
        let templates = said("templates", style.templates.as_ref(), LONGEST);
        let colour = style.colour.as_ref().and_then(|given| match Colour::parse(given.as_ref()) {
            Ok(colour) => Some(colour),
            Err(what) => {
                checker.wrong(given.span().start, what);
                None
            }
        });
        let line = |given: Option<&Spanned<String>>| given.map_or(1, |given| checker.line(given.span().start));
        let lines = (line(style.logo.as_ref()), line(style.templates.as_ref()));
        checker.done(Self { logo, templates, said: house, colour, text: text.to_owned(), lines })
    }

    fn empty(text: &str) -> Self {
        Self { logo: None, templates: None, said: HouseStyle::default(), colour: None, text: text.to_owned(), lines: (1, 1) }
    }

    /// That its logo cannot be used. `file`: what this file is called.
    #[must_use]
    pub fn no_logo(&self, file: &str, why: &str) -> StyleMistakes {
        let name = self.logo.as_deref().unwrap_or_default();
        let what = format!("the logo {name:?} {why}");
        StyleMistakes::one(file, Some(self.lines.0 as usize), what)
    }

    /// That its folder of templates cannot be used. `file`: what this file is called.
    #[must_use]
    pub fn no_templates(&self, file: &str, why: &str) -> StyleMistakes {
        let name = self.templates.as_deref().unwrap_or_default();
        let what = format!("the folder of templates {name:?} {why}");
        StyleMistakes::one(file, Some(self.lines.1 as usize), what)
    }

    /// The style with the files that it names.
    ///
    /// # Errors
    ///
    /// The logo is no picture that can stand in a page. Templates are looked at when they are compiled.
    pub fn with(self, logo: Option<OwnFile>, mut templates: Vec<OwnFile>) -> Result<Style, StyleMistakes> {
        let Self { mut said, colour, text, .. } = self;
        templates.sort_by(|one, other| one.name.cmp(&other.name));
        said.templates = templates.iter().map(OwnFile::used).collect();
        said.logo = logo.as_ref().map(OwnFile::used);
        said.colour = colour.as_ref().map(ToString::to_string);
        let logo = logo.map(|file| {
            let name = file.name.clone();
            Logo::of(file).map_err(|(line, what)| StyleMistakes::one(&name, line, what))
        });
        Ok(Style { said, text, logo: logo.transpose()?, colour, templates })
    }
}

#[cfg(test)]
mod tests;
