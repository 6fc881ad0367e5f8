//! Databases of addresses (MaxMind DB): country, number of the autonomous system and organisation to which an address was registered. Says nothing
//! of where data were stored.

use std::net::IpAddr;

use maxminddb::{LookupResult, PathElement, Reader};

use super::{ListError, ListInfo, ListKind};
use crate::model::Timestamp;

/// The text in front of the description of a database (MaxMind DB specification 2.0, "Database Metadata").
pub(super) const MARK: &[u8] = b"\xab\xcd\xefMaxMind.com";

/// A database of addresses.
pub struct AddressList {
    /// What is known of it. Its rules are the nodes of its search tree.
    pub info: ListInfo,
    reader: Reader<Vec<u8>>,
}

/// What a database says of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressFacts {
    /// Country (ISO 3166-1 alpha-2, upper case).
    pub country: Option<String>,
    /// Number of the autonomous system.
    pub as_number: Option<u32>,
    /// Its organisation, as the database writes it.
    pub organisation: Option<String>,
    /// The network of the database in which the address lies, as prefix (`192.0.2.0/24`).
    pub network: String,
}

impl AddressList {
    /// Reads a database.
    ///
    /// # Errors
    ///
    /// The bytes are no MaxMind DB.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, ListError> {
        let info = ListInfo::of(name, ListKind::Addresses, bytes)?;
        let reader = Reader::from_source(bytes.to_vec()).map_err(|error| ListError::addresses(error.to_string()))?;
        let metadata = reader.metadata();
        let title = Some(metadata.database_type.clone()).filter(|title| !title.is_empty());
        let built = i64::try_from(metadata.build_epoch).ok().and_then(|seconds| seconds.checked_mul(1_000_000_000));
        let version = built.map(|nanoseconds| Timestamp::from_nanoseconds(nanoseconds).to_string());
        let rules = u64::from(metadata.node_count);
        Ok(Self { info: ListInfo { title, version, rules, ..info }, reader })
    }

    /// What the database says of an address. `None`: it does not hold the address, or what it holds cannot be read.
    #[must_use]
    pub fn look_up(&self, address: IpAddr) -> Option<AddressFacts> {
        let found = self.reader.lookup(address).ok()?;
        if !found.has_data() {
            return None;
        }
        let text = |path: &[&str]| at::<&str>(&found, path).map(str::to_owned);
        // Single fields only, by the names that MaxMind, DB-IP and IPinfo use: a record as a whole may be large.
        let country = text(&["country", "iso_code"]).or_else(|| text(&["country_code"])).or_else(|| text(&["country"]));
        let number = at::<u32>(&found, &["autonomous_system_number"]).or_else(|| at::<u32>(&found, &["asn"]));
        let number = number.or_else(|| text(&["asn"])?.trim_start_matches("AS").parse().ok());
        let organisation = text(&["autonomous_system_organization"]).or_else(|| text(&["as_name"])).or_else(|| text(&["as_organization"]));
        Some(AddressFacts {
            country: country
                .filter(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic()))
                .map(|code| code.to_ascii_uppercase()),
            as_number: number,
            organisation: organisation.filter(|name| !name.is_empty()),
            network: found.network().ok()?.to_string(),
        })
    }

    /// Type of the database from its metadata, such as `DBIP-Country-Lite`.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.reader.metadata().database_type
    }

    /// When it was built, from its metadata: seconds since 1970.
    #[must_use]
    pub fn built(&self) -> u64 {
        self.reader.metadata().build_epoch
    }
}

/// A field of a record; `None` where there is none of that type.
fn at<'d, T: serde::Deserialize<'d>>(found: &LookupResult<'d, Vec<u8>>, path: &[&str]) -> Option<T> {
    let path: Vec<PathElement<'_>> = path.iter().map(|key| PathElement::Key(key)).collect();
    found.decode_path(&path).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::lists::mmdb::{Data, database};

    fn read(records: &[(&str, u8, Data)]) -> AddressList {
        AddressList::read("own", &database("Own-Country", 1_767_225_600, records)).expect("reads")
    }

    fn map(fields: &[(&str, Data)]) -> Data {
        Data::Map(fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    }

    fn text(text: &str) -> Data {
        Data::Text(text.to_owned())
    }

    #[test]
    fn the_shapes_of_three_publishers() {
        let list = read(&[
            ("192.0.2.0", 24, map(&[("country", map(&[("iso_code", text("NL"))])), ("autonomous_system_number", Data::Number(64_496))])),
            (
                "198.51.100.0",
                25,
                map(&[("country", text("Ireland")), ("country_code", text("ie")), ("asn", text("AS64497")), ("as_name", text("Own"))]),
            ),
            (
                "203.0.113.128",
                32,
                map(&[("autonomous_system_number", Data::Number(64_498)), ("autonomous_system_organization", text("Other"))]),
            ),
        ]);
        let look = |address: &str| list.look_up(address.parse().expect("an address"));
        let facts = look("192.0.2.77").expect("held");
        assert_eq!(
            (facts.country.as_deref(), facts.as_number, facts.organisation, &*facts.network),
            (Some("NL"), Some(64_496), None, "192.0.2.0/24")
        );
        let facts = look("198.51.100.5").expect("held");
        assert_eq!((facts.country.as_deref(), facts.as_number, facts.organisation.as_deref()), (Some("IE"), Some(64_497), Some("Own")));
        let facts = look("203.0.113.128").expect("held");
        assert_eq!((facts.country, facts.as_number, facts.organisation.as_deref()), (None, Some(64_498), Some("Other")));
        for address in ["203.0.113.129", "198.51.100.200", "2001:db8::1"] {
            assert_eq!(look(address), None, "{address}");
        }
        assert_eq!(
            (list.database(), list.built(), list.info.version.as_deref()),
            ("Own-Country", 1_767_225_600, Some("2026-01-01T00:00:00.000Z"))
        );
    }

    #[test]
    fn records_of_another_shape_say_nothing() {
        let list = read(&[("192.0.2.0", 24, map(&[("country", Data::Number(7)), ("asn", map(&[]))])), ("198.51.100.0", 24, text("x"))]);
        let look = |address: &str| list.look_up(address.parse().expect("an address")).expect("held");
        for address in ["192.0.2.1", "198.51.100.1"] {
            let facts = look(address);
            assert_eq!((facts.country, facts.as_number, facts.organisation), (None, None, None));
        }
    }

    #[test]
    fn broken_databases() {
        let bytes = database("Own", 0, &[("192.0.2.0", 24, text("x"))]);
        for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            // What is left of a database is none, or answers without a fault.
            if let Ok(list) = AddressList::read("x", &bytes[..cut]) {
                let _ = list.look_up("192.0.2.1".parse().expect("an address"));
            }
        }
        assert!(AddressList::read("x", b"no database").is_err());
    }
}
