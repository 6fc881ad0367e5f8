//! Values as WebDriver BiDi writes them (`script.RemoteValue`), as plain JSON. Never fails: what JSON cannot hold becomes its text or null.

use serde_json::{Map, Value};

/// The value as JSON. `undefined`, and what is only a reference (a function, an element), is null; a number that JSON does not know is its text.
pub(super) fn plain(remote: &Value) -> Value {
    let value = &remote["value"];
    let list = || value.as_array().into_iter().flatten();
    match remote["type"].as_str() {
        Some("string" | "boolean" | "date") => value.clone(),
        // `NaN`, `-0`, `Infinity` and `-Infinity` come as texts.
        Some("number") => match value.as_str() {
            Some("-0") => Value::from(0),
            _ => value.clone(),
        },
        // As JavaScript writes it, and as Chromium says it.
        Some("bigint") => Value::from(format!("{}n", value.as_str().unwrap_or_default())),
        Some("array" | "set" | "htmlcollection" | "nodelist") => list().map(plain).collect(),
        Some("object" | "map") => {
            let pair = |pair: &Value| {
                let name = pair[0].as_str().map_or_else(|| plain(&pair[0]).to_string(), str::to_owned);
                (name, plain(&pair[1]))
            };
            Value::Object(list().map(pair).collect::<Map<_, _>>())
        }
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_of_every_kind() {
        for (remote, expected) in [
            (json!({"type": "undefined"}), json!(null)),
            (json!({"type": "null"}), json!(null)),
            (json!({"type": "string", "value": "a"}), json!("a")),
            (json!({"type": "number", "value": 1.5}), json!(1.5)),
            (json!({"type": "number", "value": "NaN"}), json!("NaN")),
            (json!({"type": "number", "value": "-0"}), json!(0)),
            (json!({"type": "boolean", "value": true}), json!(true)),
            (json!({"type": "bigint", "value": "7"}), json!("7n")),
            (json!({"type": "function"}), json!(null)),
            (json!({"type": "array", "value": [{"type": "number", "value": 1}, {"type": "undefined"}]}), json!([1, null])),
            (
                json!({"type": "object", "value": [["a", {"type": "array", "value": []}], [{"type": "number", "value": 1}, {"type": "null"}]]}),
                json!({"a": [], "1": null}),
            ),
            // What is nested too deep for an answer comes without a value.
            (json!({"type": "array"}), json!([])),
        ] {
            assert_eq!(plain(&remote), expected, "{remote}");
        }
    }
}
