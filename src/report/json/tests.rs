//! The published schema against the types: `docs/annex.schema.json` is made from them and from their comments. Whether annexes hold to it is tested from
//! outside, with a validator of other people.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::super::model::ANNEX_VERSION;
use super::*;

const PUBLISHED: &str = include_str!("../../../docs/annex.schema.json");

/// Nothing stands in an annex that the schema does not name, and a comment reads without the names of the program.
#[derive(Clone)]
struct Strict;

impl Transform for Strict {
    fn transform(&mut self, schema: &mut Schema) {
        if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
            schema.insert("additionalProperties".to_owned(), json!(false));
        }
        if let Some(Value::String(description)) = schema.get_mut("description") {
            *description = description.replace("[`", "`").replace("`]", "`").replace('\n', " ");
        }
        transform_subschemas(self, schema);
    }
}

/// What `seal` puts behind the model.
fn integrity() -> Value {
    let digits = |count: u32| format!("^[0-9a-f]{{{count}}}$");
    json!({
        "type": "object",
        "description": "The seal: SHA-256 over the lines before it (docs/evidence-format.md, Sealed documents).",
        "properties": {
            "algorithm": { "const": "sha-256", "description": "The digest that is used." },
            "lines": {
                "type": "array",
                "items": { "type": "string", "pattern": digits(16) },
                "description": "For each line before, the first 16 hexadecimal digits of the digest over everything up to its end.",
            },
            "digest": { "type": "string", "pattern": digits(64), "description": "Digest over everything before its own digits, hexadecimal." },
        },
        "required": ["algorithm", "lines", "digest"],
        "additionalProperties": false,
    })
}

fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(Strict);
    let mut schema = settings.into_generator().into_root_schema_for::<Report>().to_value();
    schema["title"] = json!("Annex of dataspoor");
    schema["properties"]["format"]["const"] = json!("dataspoor-annex");
    schema["properties"]["version"]["const"] = json!(ANNEX_VERSION);
    schema["properties"]["integrity"] = integrity();
    schema["required"].as_array_mut().expect("a list").push(json!("integrity"));
    schema
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let mut made = serde_json::to_string_pretty(&schema()).expect("JSON");
    made.push('\n');
    if std::env::var_os("WRITE_GOLDEN").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/annex.schema.json"), &made).expect("the schema can be written");
        return;
    }
    let at = made.lines().zip(PUBLISHED.lines()).take_while(|(one, other)| one == other).count();
    assert!(made == PUBLISHED, "docs/annex.schema.json differs from the types from line {}; `make golden` writes it anew", at + 1);
}

/// Every property of every object, with the object it stands in.
fn properties<'s>(name: &str, schema: &'s Value, out: &mut Vec<(String, &'s Value)>) {
    let members = |value: &'s Value| value.as_object().into_iter().flat_map(Map::iter);
    for (property, of) in schema.get("properties").into_iter().flat_map(members) {
        out.push((format!("{name}.{property}"), of));
        properties(&format!("{name}.{property}"), of, out);
    }
    for (definition, of) in schema.get("$defs").into_iter().flat_map(members) {
        properties(definition, of, out);
    }
    for part in ["oneOf", "anyOf", "allOf", "prefixItems"].iter().filter_map(|part| schema.get(part)?.as_array()).flatten() {
        properties(name, part, out);
    }
    schema.get("items").into_iter().for_each(|items| properties(name, items, out));
}

#[test]
fn every_property_says_what_it_is_and_every_number_in_which_unit() {
    let schema: Value = serde_json::from_str(PUBLISHED).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let mut all = Vec::new();
    properties("Report", &schema, &mut all);
    assert!(all.len() > 500, "{}", all.len());
    let text = |of: &Value| of.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    let silent: Vec<&String> = all.iter().filter(|(_, of)| text(of).len() < 3 && of.get("const").is_none()).map(|(name, _)| name).collect();
    assert_eq!(silent, Vec::<&String>::new(), "say what they are");
    let is_number = |of: &&(String, &Value)| {
        let kind = |kind: &Value| matches!(kind.as_str(), Some("integer" | "number"));
        of.1.get("type").is_some_and(|of| kind(of) || of.as_array().is_some_and(|kinds| kinds.iter().any(kind)))
    };
    // A count says so by counting; a measure names its unit; a reference says to what.
    let units = [
        "byte",
        "second",
        "day",
        "millisecond",
        "how many",
        "how often",
        "number",
        "row",
        "entry",
        "entries",
        "requests",
        "version",
        "from 1",
        "cookies",
        "different",
        "records",
        "rules",
        "hosts",
        "lines",
        "answers",
        "fields",
        "times",
        "places",
        "values",
        "pages",
        "moments",
        "bits",
        "domains",
        "status",
        "stretch",
        "code units",
    ];
    let open: Vec<String> = all
        .iter()
        .filter(is_number)
        .map(|(name, of)| (name, text(of)))
        .filter(|(_, said)| !units.iter().any(|unit| said.to_lowercase().contains(unit)))
        .map(|(name, said)| format!("{name}: {said}"))
        .collect();
    assert_eq!(open, Vec::<String>::new(), "numbers that do not say what they count or in which unit");
}

/// What the schema is made from cannot lack a member that is written.
#[test]
fn the_sample_has_no_member_that_the_schema_does_not_name() {
    fn look(value: &Value, schema: &Value, root: &Value, at: &str) {
        let schema = match schema.get("$ref").and_then(Value::as_str) {
            Some(to) => root.pointer(to.trim_start_matches('#')).expect("a definition"),
            None => schema,
        };
        match value {
            Value::Object(members) if schema.get("properties").is_some() => {
                for (name, member) in members {
                    let of = schema["properties"].get(name).unwrap_or_else(|| panic!("{at}.{name} is not in the schema"));
                    look(member, of, root, &format!("{at}.{name}"));
                }
            }
            Value::Array(items) => {
                items.iter().filter(|_| schema.get("items").is_some()).for_each(|item| look(item, &schema["items"], root, at))
            }
            _ => {}
        }
    }
    let schema: Value = serde_json::from_str(PUBLISHED).expect("JSON");
    let annex: Value = serde_json::from_slice(&render(&crate::report::html::tests::sample()).expect("writes")).expect("JSON");
    look(&annex, &schema, &schema, "annex");
    assert!(<Report as JsonSchema>::schema_name() == "Report" && annex["integrity"]["algorithm"] == "sha-256");
}
