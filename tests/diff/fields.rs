//! Every field that an OpenAPI document can have: its edit is told by a rule, or silent for a reason
//! that is written down, and shown to be silent.
//!
//! `fields.yaml` lists the fixed fields of all Objects of OpenAPI 3.2.0, which has those of 3.0 and
//! 3.1, and of Swagger 2.0, each with an edit and what is told of it.

#![expect(clippy::wildcard_enum_match_arm, reason = "values that are not changed are all others")]

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;
use standin::diff::Options;

use super::compared;
use super::fixture;
use super::yaml;

/// The fixed fields of each Object, as the standards list them.
const OPENAPI: &[(&str, &str)] = &[
    (
        "OpenAPI",
        "openapi $self info jsonSchemaDialect servers paths webhooks components security tags externalDocs",
    ),
    ("Info", "title summary description termsOfService contact license version"),
    ("Contact", "name url email"),
    ("License", "name identifier url"),
    ("Server", "url description name variables"),
    ("Server Variable", "enum default description"),
    (
        "Components",
        "schemas responses parameters examples requestBodies headers securitySchemes links callbacks pathItems mediaTypes",
    ),
    ("Paths", "/{path}"),
    (
        "Path Item",
        "$ref summary description get put post delete options head patch trace query additionalOperations servers parameters",
    ),
    (
        "Operation",
        "tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers",
    ),
    ("External Documentation", "description url"),
    (
        "Parameter",
        "name in description required deprecated allowEmptyValue style explode allowReserved schema example examples content",
    ),
    ("Request Body", "description content required"),
    ("Media Type", "schema itemSchema example examples encoding prefixEncoding itemEncoding"),
    (
        "Encoding",
        "contentType headers encoding prefixEncoding itemEncoding style explode allowReserved",
    ),
    ("Responses", "default {status}"),
    ("Response", "summary description headers content links"),
    ("Callback", "{expression}"),
    ("Example", "summary description dataValue serializedValue externalValue value"),
    ("Link", "operationRef operationId parameters requestBody description server"),
    ("Header", "description required deprecated example examples style explode schema content"),
    ("Tag", "name summary description externalDocs parent kind"),
    ("Reference", "$ref summary description"),
    (
        "Schema",
        "$schema $id $ref $anchor $dynamicRef $dynamicAnchor $defs $comment $vocabulary type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems maxContains minContains maxProperties minProperties required dependentRequired prefixItems items contains additionalProperties properties patternProperties dependentSchemas propertyNames if then else allOf anyOf oneOf not unevaluatedItems unevaluatedProperties format contentEncoding contentMediaType contentSchema title description default deprecated readOnly writeOnly examples discriminator xml externalDocs example nullable",
    ),
    ("Discriminator", "propertyName mapping defaultMapping"),
    ("XML", "nodeType name namespace prefix attribute wrapped"),
    (
        "Security Scheme",
        "type description name in scheme bearerFormat flows openIdConnectUrl oauth2MetadataUrl deprecated",
    ),
    ("OAuth Flows", "implicit password clientCredentials authorizationCode deviceAuthorization"),
    ("OAuth Flow", "authorizationUrl deviceAuthorizationUrl tokenUrl refreshUrl scopes"),
    ("Security Requirement", "{name}"),
    ("Specification Extensions", "x-{name}"),
];

/// The same of Swagger 2.0.
const SWAGGER: &[(&str, &str)] = &[
    (
        "Swagger",
        "swagger info host basePath schemes consumes produces paths definitions parameters responses securityDefinitions security tags externalDocs",
    ),
    ("Info", "title description termsOfService contact license version"),
    ("Path Item", "$ref get put post delete options head patch parameters"),
    (
        "Operation",
        "tags summary description externalDocs operationId consumes produces parameters responses schemes deprecated security",
    ),
    (
        "Parameter",
        "name in description required schema type format allowEmptyValue items collectionFormat default maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems enum multipleOf",
    ),
    (
        "Items",
        "type format items collectionFormat default maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems enum multipleOf",
    ),
    ("Response", "description schema headers examples"),
    (
        "Header",
        "description type format items collectionFormat default maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems enum multipleOf",
    ),
    ("Tag", "name description externalDocs"),
    (
        "Schema",
        "$ref format title description default multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems maxProperties minProperties required enum type items allOf properties additionalProperties discriminator readOnly xml externalDocs example",
    ),
    ("XML", "name namespace prefix attribute wrapped"),
    ("Security Scheme", "type description name in flow authorizationUrl tokenUrl scopes"),
    ("Security Requirement", "{name}"),
];

#[test]
fn every_field_of_a_document_has_a_rule_or_a_reason_to_be_silent() {
    let table = yaml(&fixture("fields/fields.yaml"));
    let rows = table.as_array().expect("a list of Objects");
    let mut wrong = Vec::new();
    for (name, objects) in [("openapi.yaml", OPENAPI), ("swagger.yaml", SWAGGER)] {
        let document = yaml(&fixture(&format!("fields/{name}")));
        let own: BTreeMap<&str, &Map<String, Value>> = rows
            .iter()
            .filter(|row| row["document"] == name)
            .map(|row| (text(row, "object"), row["fields"].as_object().expect("fields")))
            .collect();
        let listed: BTreeSet<&str> = objects.iter().map(|(object, _)| *object).collect();
        assert_eq!(own.keys().copied().collect::<BTreeSet<_>>(), listed, "{name}");
        for (object, fields) in objects {
            let expected: BTreeSet<&str> = fields.split(' ').collect();
            let found: BTreeSet<&str> = own[object].keys().map(String::as_str).collect();
            assert_eq!(found, expected, "{name}: {object}");
            for (field, row) in own[object] {
                match row.get("see") {
                    Some(other) => assert!(listed.contains(other.as_str().unwrap()), "{other}"),
                    None => wrong.extend(
                        judged(&document, row)
                            .err()
                            .map(|told| format!("{name}: {object}.{field}: {told}")),
                    ),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn text<'v>(row: &'v Value, name: &str) -> &'v str {
    row[name].as_str().unwrap_or_default()
}

/// Makes the edit of a row, and says what else is told of it.
fn judged(document: &Value, row: &Value) -> Result<(), String> {
    let mut base = document.clone();
    if let Some(first) = row.get("first") {
        edit(&mut base, first);
    }
    let mut revision = base.clone();
    edit(&mut revision, row);
    if base == revision {
        return Err("nothing is edited".to_owned());
    }
    let mut options = Options::default();
    let extensions = row["extensions"].as_array().into_iter().flatten();
    options.extensions = extensions.map(|name| name.as_str().unwrap().to_owned()).collect();
    let differences = compared(&base, &revision, &options);
    let told: BTreeSet<String> =
        differences.iter().map(|it| format!("{} {}", it.rule.id, it.level)).collect();
    let rules = row["rules"].as_array().into_iter().flatten();
    let expected: BTreeSet<String> = rules.map(|rule| rule.as_str().unwrap().to_owned()).collect();
    if expected.is_empty() == text(row, "silent").is_empty() {
        return Err("has neither a rule nor a reason to be silent, or both".to_owned());
    }
    (told == expected).then_some(()).ok_or_else(|| format!("{told:?} and not {expected:?}"))
}

/// Sets and removes what an edit says.
fn edit(value: &mut Value, edit: &Value) {
    for (place, new) in edit["set"].as_object().into_iter().flatten() {
        let (holder, name) = holder(value, place);
        match holder {
            Value::Array(items) => items[name.parse::<usize>().unwrap()] = new.clone(),
            holder => holder[name] = new.clone(),
        }
    }
    for place in edit["remove"].as_array().into_iter().flatten() {
        let (holder, name) = holder(value, place.as_str().unwrap());
        match holder {
            Value::Array(items) => drop(items.remove(name.parse::<usize>().unwrap())),
            holder => drop(holder.as_object_mut().unwrap().remove(&name).expect("it is there")),
        }
    }
}

/// What holds a place, and the name of the place in it.
fn holder<'v>(value: &'v mut Value, place: &str) -> (&'v mut Value, String) {
    let (parent, name) = place.rsplit_once('/').expect("a pointer");
    let holder = value.pointer_mut(parent).unwrap_or_else(|| panic!("{parent} is there"));
    (holder, name.replace("~1", "/").replace("~0", "~"))
}
