//! OpenAPI 3.0.
//!
//! Its Schema Object is a part of JSON Schema's Draft 5 with words of its own, `nullable` the one
//! that matters most.

use serde_json::Value;

use crate::spec::dialect::Dialect;
use crate::spec::dialect::Null;
use crate::spec::dialect::Spelling;
use crate::spec::lower::vocabulary::COMBINED;
use crate::spec::lower::vocabulary::EXCLUSIVE_FLAGS;
use crate::spec::lower::vocabulary::Form;
use crate::spec::lower::vocabulary::SHARED;
use crate::spec::lower::vocabulary::Vocabulary;
use crate::spec::read;
use crate::spec::read::Grammar;

/// OpenAPI 3.0.0 to 3.0.4.
pub static DIALECT: Dialect = Dialect {
    id: "openapi30",
    recognises: |members| match members.get("openapi") {
        Some(Value::String(version)) => version == "3.0" || version.starts_with("3.0."),
        // `openapi: 3.0`, which YAML reads as a number.
        Some(Value::Number(version)) => version.as_f64() == Some(3.0),
        _ => false,
    },
    read: |tree, wrong| read::read(tree, wrong, &GRAMMAR),
    spelling: Some(Spelling {
        null: Null::Keyword("nullable"),
        has_content: true,
        schemes: &["components", "securitySchemes"],
    }),
};

static GRAMMAR: Grammar = Grammar {
    vocabulary: &VOCABULARY,
    schemas: "/components/schemas",
    security_schemes: "/components/securitySchemes",
    methods: &METHODS,
    further_styles: &[],
    further_methods: None,
    base_paths: read::openapi3_base_paths,
    call: read::openapi3,
};

/// The members of a path item that are operations.
pub(super) const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The Schema Object.
///
/// # Source
///
/// OpenAPI 3.0.4, *Schema Object*.
static VOCABULARY: Vocabulary = Vocabulary {
    keywords: &[
        SHARED,
        &[
            ("$ref", Form::Reference),
            ("type", Form::Type),
            ("items", Form::Schema),
            ("enum", Form::Values),
            ("nullable", Form::Nullable),
            ("additionalProperties", Form::SchemaOrFlag),
            ("discriminator", Form::Discriminator),
            ("writeOnly", Form::Flag),
            ("deprecated", Form::Flag),
        ],
        EXCLUSIVE_FLAGS,
        COMBINED,
    ],
    foreign: &[
        ("const", "`enum` with one value"),
        ("patternProperties", "`additionalProperties`"),
        ("prefixItems", "`items`"),
        ("if", "`oneOf` and `anyOf`"),
    ],
    siblings: false,
    booleans: false,
    nullable: Some("nullable"),
    identities: false,
    demands_items: true,
    mere_names: &MERE_NAMES,
};

/// Formats that validators of these versions take for names: "formats such as \"email\", \"uuid\",
/// and so on, MAY be used even though undefined by this specification" (OpenAPI 3.0.4, *Data
/// Types*). Others that JSON Schema defines are judged as it defines them; documents of these
/// versions write networks as addresses, too.
pub(super) const MERE_NAMES: [&str; 2] = ["ipv4", "ipv6"];
