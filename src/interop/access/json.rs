//! JSON of any structure: every text and number with the names that lead to it. An object that names its value by a label in it (`{"label": …, "value": …}`,
//! as downloads of large platforms do) stands under that label.

use serde_json::{Map, Value};

use super::place::{BETWEEN, printable};
use super::{AccessError, MOST_VALUES, Returned};

/// Members that name what an object is about, where it also has a value.
const LABELS: [&str; 4] = ["label", "name", "title", "key"];

/// Members that hold the value of such an object.
const VALUES: [&str; 3] = ["value", "text", "timestamp_value"];

pub(super) fn values(text: &str) -> Result<Vec<Returned>, AccessError> {
    let value: Value = serde_json::from_str(text).map_err(|error| AccessError::Json {
        line: error.line(),
        column: error.column(),
        cause: error.to_string(),
    })?;
    let mut found = Vec::new();
    walk(&value, &mut Vec::new(), &mut found);
    Ok(found)
}

fn walk(value: &Value, names: &mut Vec<String>, found: &mut Vec<Returned>) {
    if found.len() >= MOST_VALUES {
        return;
    }
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => put(number.to_string(), names, found),
        Value::String(text) => put(mended(text), names, found),
        Value::Array(list) => {
            names.push("*".to_owned());
            list.iter().for_each(|value| walk(value, names, found));
            names.pop();
        }
        Value::Object(members) => {
            let label = label(members);
            if let Some((_, text)) = label {
                names.push(printable(&mended(text)));
            }
            for (name, value) in members {
                let is_label = label.is_some_and(|(member, _)| member == name);
                if is_label {
                    continue;
                }
                let is_value = label.is_some() && VALUES.contains(&name.as_str());
                if !is_value {
                    names.push(printable(&mended(name)));
                }
                walk(value, names, found);
                if !is_value {
                    names.pop();
                }
            }
            if label.is_some() {
                names.pop();
            }
        }
    }
}

/// The member that names the value of an object, and its text.
fn label(members: &Map<String, Value>) -> Option<(&'static str, &str)> {
    if !VALUES.iter().any(|name| members.contains_key(*name)) {
        return None;
    }
    LABELS.iter().find_map(|name| Some((*name, members.get(*name)?.as_str()?)))
}

fn put(value: String, names: &[String], found: &mut Vec<Returned>) {
    if !value.trim().is_empty() {
        found.push(Returned { place: names.join(BETWEEN), value });
    }
}

/// Downloads of Facebook write the bytes of UTF-8 as characters of Latin-1 (`Ã©` for `é`). A text that is UTF-8 when its characters are taken for
/// bytes is taken as that; one that is not is left as it is.
fn mended(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|sign| u8::try_from(u32::from(sign)).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;

    #[test]
    fn names_lead_to_values() {
        let text = r#"{"profile":{"emails":["a@b.example"],"id":100012345678,"on":true,"none":null},
            "label_values":[{"label":"Land","value":"Nederland"},{"label":"Tijd","timestamp_value":1700000000}],
            "100012345678":{"x":"waarde"},"vrienden":{"Jan":{"since":"gisteren"}},"wie":"Jan","naam":"Ren\u00c3\u00a9"}"#;
        let pairs = found(text);
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(place, value)| (place.as_str(), value.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("profile / emails / *", "a@b.example"),
                ("profile / id", "100012345678"),
                ("label_values / * / Land", "Nederland"),
                ("label_values / * / Tijd", "1700000000"),
                ("… / x", "waarde"),
                ("vrienden / … / since", "gisteren"),
                ("wie", "Jan"),
                ("naam", "René"),
            ]
        );
    }
}
