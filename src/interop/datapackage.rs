//! The two lists at the head of a WACZ 1.1.1 archive: `datapackage.json` names every other file with length and digest, `datapackage-digest.json`
//! names that list, signed or not (wacz-auth 0.1.0, the anonymous form). And its list of pages.

use serde::Serialize;

use crate::model::Digest;

/// Name of the list of files.
pub const DATAPACKAGE: &str = "datapackage.json";

/// Name of the file that names the list.
pub const DATAPACKAGE_DIGEST: &str = "datapackage-digest.json";

/// Name of the list of pages.
pub const PAGES: &str = "pages/pages.jsonl";

/// Name of the index.
pub const INDEX: &str = "indexes/index.cdxj";

/// A file of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resource {
    name: String,
    path: String,
    hash: String,
    bytes: u64,
    /// Tells programs that look for tables that this is none, whatever its name ends with.
    #[serde(rename = "type")]
    kind: &'static str,
}

impl Resource {
    /// The file at `path`.
    #[must_use]
    pub fn new(path: &str, bytes: u64, digest: Digest) -> Self {
        let plain =
            |sign: char| if sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_') { sign.to_ascii_lowercase() } else { '-' };
        let name = path.chars().map(plain).collect();
        Self { name, path: path.to_owned(), hash: format!("sha256:{digest}"), bytes, kind: "file" }
    }
}

/// `datapackage.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataPackage {
    /// `data-package`.
    pub profile: &'static str,
    /// `1.1.1`.
    pub wacz_version: &'static str,
    /// Title.
    pub title: String,
    /// What is to be said of it (Markdown).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was made: RFC 3339, UTC.
    pub created: String,
    /// Program and version.
    pub software: String,
    /// The page that is shown first.
    #[serde(rename = "mainPageUrl", skip_serializing_if = "Option::is_none")]
    pub main_page_url: Option<String>,
    /// When it was visited.
    #[serde(rename = "mainPageDate", skip_serializing_if = "Option::is_none")]
    pub main_page_date: Option<String>,
    /// All files but the two lists.
    pub resources: Vec<Resource>,
}

impl DataPackage {
    /// The value of `profile`.
    pub const PROFILE: &str = "data-package";

    /// The value of `wacz_version`.
    pub const VERSION: &str = "1.1.1";
}

/// `datapackage-digest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataPackageDigest {
    path: &'static str,
    hash: String,
    #[serde(rename = "signedData", skip_serializing_if = "Option::is_none")]
    signed_data: Option<SignedData>,
}

/// The anonymous form of wacz-auth 0.1.0: no other members are allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct SignedData {
    hash: String,
    created: String,
    software: String,
    version: &'static str,
    signature: String,
    #[serde(rename = "publicKey")]
    public_key: String,
}

impl DataPackageDigest {
    /// The digest of `list`, unsigned.
    #[must_use]
    pub fn of(list: &[u8]) -> Self {
        Self { path: DATAPACKAGE, hash: format!("sha256:{}", Digest::of(list)), signed_data: None }
    }

    /// What the anonymous form signs: the text of the digest.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        self.hash.as_bytes()
    }

    /// The same, signed. `created` and `software`: as the list says; `signature`: ECDSA on P-384, r and s; `public_key`:
    /// SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn signed(mut self, created: &str, software: &str, signature: &[u8], public_key: &[u8]) -> Self {
        self.signed_data = Some(SignedData {
            hash: self.hash.clone(),
            created: created.to_owned(),
            software: software.to_owned(),
            version: "0.1.0",
            signature: data_encoding::BASE64.encode(signature),
            public_key: data_encoding::BASE64.encode(public_key),
        });
        self
    }
}

/// A page in the list of pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageRow {
    /// Its identifier in the list.
    pub id: String,
    /// Its address.
    pub url: String,
    /// When it was visited: RFC 3339, UTC.
    pub ts: String,
}

/// `pages/pages.jsonl`.
///
/// # Errors
///
/// None are expected: the rows are plain.
pub fn page_list(pages: &[PageRow]) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = b"{\"format\":\"json-pages-1.0\",\"id\":\"pages\",\"title\":\"All Pages\"}\n".to_vec();
    for page in pages {
        serde_json::to_writer(&mut text, page)?;
        text.push(b'\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_what_the_standard_says() {
        let resource = Resource::new("archive/A b.warc.gz", 3, Digest::of(b"abc"));
        let text = serde_json::to_value(&resource).expect("JSON");
        assert_eq!(text["name"], "archive-a-b.warc.gz");
        assert_eq!(text["path"], "archive/A b.warc.gz");
        assert_eq!(text["hash"], format!("sha256:{}", Digest::of(b"abc")));
        let digest = DataPackageDigest::of(b"list");
        let hash = format!("sha256:{}", Digest::of(b"list"));
        assert_eq!(serde_json::to_value(&digest).expect("JSON"), serde_json::json!({ "path": "datapackage.json", "hash": hash }));
        assert_eq!(digest.to_be_signed(), hash.as_bytes());
        let signed = serde_json::to_value(digest.signed("2026-11-23T00:00:00Z", "dataspoor 0", b"s", b"k")).expect("JSON");
        let members: Vec<&str> = signed["signedData"].as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(members, ["hash", "created", "software", "version", "signature", "publicKey"]);
        assert_eq!((&signed["signedData"]["signature"], &signed["signedData"]["hash"]), (&"cw==".into(), &hash.into()));
        let page = PageRow { id: "page-1".to_owned(), url: "https://a.example/".to_owned(), ts: "2026-11-23T00:00:00Z".to_owned() };
        let list = String::from_utf8(page_list(&[page]).expect("JSON")).expect("text");
        assert_eq!(list.lines().count(), 2);
        assert!(list.ends_with("{\"id\":\"page-1\",\"url\":\"https://a.example/\",\"ts\":\"2026-11-23T00:00:00Z\"}\n"));
    }
}
