//! OpenAPI 3.1: its schemas are JSON Schema 2020-12, or what they say they are.

use serde_json::Value;

use crate::spec::dialect::Dialect;
use crate::spec::dialect::Null;
use crate::spec::dialect::Spelling;
use crate::spec::dialect::openapi30::METHODS;
use crate::spec::lower::vocabulary::OPENAPI_31;
use crate::spec::read;
use crate::spec::read::Grammar;

/// OpenAPI 3.1.0 to 3.1.2.
pub static DIALECT: Dialect = Dialect {
    id: "openapi31",
    recognises: |members| match members.get("openapi") {
        Some(Value::String(version)) => version == "3.1" || version.starts_with("3.1."),
        // `openapi: 3.1`, which YAML reads as a number.
        Some(Value::Number(version)) => version.as_f64() == Some(3.1),
        _ => false,
    },
    read: |tree, wrong| read::read(tree, wrong, &GRAMMAR),
    spelling: Some(Spelling {
        null: Null::Type,
        has_content: true,
        schemes: &["components", "securitySchemes"],
    }),
};

static GRAMMAR: Grammar = Grammar {
    vocabulary: &OPENAPI_31,
    schemas: "/components/schemas",
    security_schemes: "/components/securitySchemes",
    methods: &METHODS,
    further_styles: &[],
    further_methods: None,
    base_paths: read::openapi3_base_paths,
    call: read::openapi3,
};
