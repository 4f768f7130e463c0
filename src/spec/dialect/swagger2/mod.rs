//! Swagger 2.0: one base path for all, bodies among the parameters, media types beside them.

mod parameters;
mod responses;

use serde_json::Value;

use crate::spec::dialect::Dialect;
use crate::spec::dialect::Null;
use crate::spec::dialect::Spelling;
use crate::spec::dialect::openapi30::MERE_NAMES;
use crate::spec::lower::vocabulary::EXCLUSIVE_FLAGS;
use crate::spec::lower::vocabulary::Form;
use crate::spec::lower::vocabulary::SHARED;
use crate::spec::lower::vocabulary::Vocabulary;
use crate::spec::model::Call;
use crate::spec::read;
use crate::spec::read::Grammar;
use crate::spec::read::PathItem;
use crate::spec::read::Reader;
use crate::spec::read::items;
use crate::spec::read::text;
use crate::spec::resolve::Placed;

/// Swagger 2.0.
pub static DIALECT: Dialect = Dialect {
    id: "swagger2",
    recognises: |members| match members.get("swagger") {
        Some(Value::String(version)) => version == "2.0",
        // `swagger: 2.0`, which YAML reads as a number.
        Some(Value::Number(version)) => version.as_f64() == Some(2.0),
        _ => false,
    },
    read: |tree, wrong| read::read(tree, wrong, &GRAMMAR),
    spelling: Some(Spelling {
        null: Null::Keyword("x-nullable"),
        has_content: false,
        schemes: &["securityDefinitions"],
    }),
};

static GRAMMAR: Grammar = Grammar {
    vocabulary: &SCHEMAS,
    schemas: "/definitions",
    security_schemes: "/securityDefinitions",
    methods: &["get", "put", "post", "delete", "options", "head", "patch"],
    further_styles: &[],
    further_methods: None,
    base_paths: |head, _, _| vec![read::base_path(text(head, "basePath").unwrap_or_default())],
    call,
};

/// The Schema Object; `x-nullable` is no word of the standard, but everybody's.
///
/// # Source
///
/// Swagger 2.0, *Schema Object*.
static SCHEMAS: Vocabulary = Vocabulary {
    keywords: &[
        SHARED,
        &[
            ("$ref", Form::Reference),
            ("type", Form::TypeOrFile),
            ("items", Form::Items),
            ("enum", Form::Values),
            ("additionalProperties", Form::SchemaOrFlag),
            ("discriminator", Form::DiscriminatorName),
            ("x-nullable", Form::Nullable),
        ],
        EXCLUSIVE_FLAGS,
    ],
    foreign: &[
        ("oneOf", "`allOf`"),
        ("anyOf", "`allOf`"),
        ("not", "`enum` and `pattern`"),
        ("nullable", "`x-nullable`"),
        ("const", "`enum` with one value"),
        ("patternProperties", "`additionalProperties`"),
    ],
    siblings: false,
    booleans: false,
    nullable: Some("x-nullable"),
    identities: false,
    demands_items: false,
    mere_names: &MERE_NAMES,
};

/// The keywords that Parameter, Header and Items Objects have themselves.
///
/// # Source
///
/// Swagger 2.0, *Parameter Object*, *Items Object*, *Header Object*.
static INLINE: Vocabulary = Vocabulary {
    keywords: &[
        &[
            ("type", Form::TypeOrFile),
            ("format", Form::Text),
            ("items", Form::Schema),
            ("enum", Form::Values),
            ("default", Form::Any),
            ("pattern", Form::Text),
            ("maximum", Form::Number),
            ("minimum", Form::Number),
            ("multipleOf", Form::Positive),
            ("maxLength", Form::Count),
            ("minLength", Form::Count),
            ("maxItems", Form::Count),
            ("minItems", Form::Count),
            ("uniqueItems", Form::Flag),
            ("x-nullable", Form::Nullable),
        ],
        EXCLUSIVE_FLAGS,
    ],
    foreign: &[("schema", "the keywords of schemas beside `in`"), ("nullable", "`x-nullable`")],
    siblings: false,
    booleans: false,
    nullable: Some("x-nullable"),
    identities: false,
    demands_items: true,
    mere_names: &MERE_NAMES,
};

/// Reads a call.
fn call<'d>(reader: &mut Reader<'d>, item: &PathItem<'d>, (operation, at): Placed<'d>) -> Call {
    let head = reader.head();
    let declared = parameters::declared(reader, item, (operation, &at));
    let consumes = media_types(operation, head, "consumes");
    let produces = media_types(operation, head, "produces");
    Call {
        parameters: parameters::travelling(reader, &declared),
        request_body: parameters::body(reader, &declared, &consumes, &at),
        responses: responses::responses(reader, operation, &at, &produces),
        ..Call::default()
    }
}

/// The media types in force: the operation's own, else the document's.
fn media_types<'d>(operation: &'d Value, head: &'d Value, member: &str) -> Vec<&'d str> {
    let declared = operation.get(member).or_else(|| head.get(member));
    items(declared).filter_map(|(_, name)| name.as_str()).collect()
}
