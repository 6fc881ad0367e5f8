//! The house style that an annex was made in. Values only, in the words of whoever wrote them.

use serde::Serialize;

/// What an organisation says on the cover, and the files that its style is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HouseStyle {
    /// SHA-256 of the file.
    pub file_sha256: String,
    /// What the document is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The line below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// Who may read it, as the organisation writes it; it stands on every page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classification: Option<String>,
    /// Who wrote the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// For whom it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Version of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Status of the document, such as `concept`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Colour of headings, links and lines, such as `#154273`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// The logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<UsedFile>,
    /// Templates and messages in place of the program's own, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<UsedFile>,
}

/// A file that the look of an annex depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UsedFile {
    /// Its name.
    pub name: String,
    /// SHA-256 of it.
    pub sha256: String,
}

impl HouseStyle {
    /// What it says of the document, by identifier, in the order in which it is said.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, &str)> {
        let facts = [
            ("title", &self.title),
            ("subtitle", &self.subtitle),
            ("classification", &self.classification),
            ("organisation", &self.organisation),
            ("author", &self.author),
            ("version", &self.version),
            ("status", &self.status),
        ];
        facts.into_iter().filter_map(|(id, said)| Some((id, said.as_deref()?))).collect()
    }
}
