//! Vocabularies: which keywords a version has, and the form of their values.
//!
//! A dialect lists its own; those of JSON Schema's drafts, which OpenAPI 3.1 lets a schema name by
//! `$schema`, are listed here.

/// The keywords of a version of the Schema Object.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// Every keyword that says something, with the form of its value.
    pub(crate) keywords: &'static [&'static [(&'static str, Form)]],
    /// Keywords of other versions that say nothing here, and what this one has instead.
    pub(crate) foreign: &'static [(&'static str, &'static str)],
    /// Whether what stands beside `$ref` counts.
    pub(crate) siblings: bool,
    /// Whether `true` and `false` are schemas.
    pub(crate) booleans: bool,
    /// The keyword that lets null in.
    pub(crate) nullable: Option<&'static str>,
    /// Whether schemas may name themselves and their dialect (`$id`, `$anchor`, `$schema`).
    pub(crate) identities: bool,
    /// Whether a list must say what its items are.
    pub(crate) demands_items: bool,
    /// Formats that are names without a meaning.
    pub(crate) mere_names: &'static [&'static str],
}

/// The form of a keyword's value, and what it comes to mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Text.
    Text,
    /// Any value.
    Any,
    /// `true` or `false`.
    Flag,
    /// `true` or `false`: whether the limit beside it is exclusive.
    ExclusiveFlag,
    /// A number.
    Number,
    /// A number greater than 0.
    Positive,
    /// A whole number from 0 on.
    Count,
    /// The name of a type.
    Type,
    /// The name of a type, or `file`.
    TypeOrFile,
    /// The name of a type, or several, null among them.
    Types,
    /// A list of values, one at least.
    Values,
    /// A list of values, which may be empty.
    AnyValues,
    /// A list of names.
    Names,
    /// Lists of names by name.
    NameLists,
    /// A schema.
    Schema,
    /// A schema, or `true` or `false`.
    SchemaOrFlag,
    /// A list of schemas.
    Schemas,
    /// Schemas by name.
    SchemaMap,
    /// A schema, or a list of schemas for the first items.
    Items,
    /// What the items after a list of schemas are.
    AdditionalItems,
    /// Names or a schema, by name.
    Dependencies,
    /// A reference.
    Reference,
    /// A reference that depends on the way to it.
    DynamicReference,
    /// A reference of Draft 2019-09 that depends on the way to it.
    RecursiveReference,
    /// Which property tells the alternatives apart.
    Discriminator,
    /// The property that tells heirs apart: it never decides what is valid.
    DiscriminatorName,
    /// Whether null is let in.
    Nullable,
}

/// What all versions have.
pub(crate) const SHARED: &[(&str, Form)] = &[
    ("properties", Form::SchemaMap),
    ("required", Form::Names),
    ("format", Form::Text),
    ("title", Form::Text),
    ("pattern", Form::Text),
    ("default", Form::Any),
    ("allOf", Form::Schemas),
    ("readOnly", Form::Flag),
    ("maximum", Form::Number),
    ("minimum", Form::Number),
    ("multipleOf", Form::Positive),
    ("maxLength", Form::Count),
    ("minLength", Form::Count),
    ("maxItems", Form::Count),
    ("minItems", Form::Count),
    ("maxProperties", Form::Count),
    ("minProperties", Form::Count),
    ("uniqueItems", Form::Flag),
    // These say nothing of values, and how they are read from XML and what they are like.
    ("xml", Form::Any),
    ("example", Form::Any),
    // These tell how a description changes, not what is valid today.
    ("x-extensible-enum", Form::AnyValues),
    ("x-sunset", Form::Any),
    ("x-stability-level", Form::Any),
    // Who says so keeps values out of recordings.
    ("x-standin-secret", Form::Flag),
];

/// How limits are exclusive up to Draft 4.
pub(crate) const EXCLUSIVE_FLAGS: &[(&str, Form)] =
    &[("exclusiveMaximum", Form::ExclusiveFlag), ("exclusiveMinimum", Form::ExclusiveFlag)];

/// How schemas are combined.
pub(crate) const COMBINED: &[(&str, Form)] =
    &[("anyOf", Form::Schemas), ("oneOf", Form::Schemas), ("not", Form::Schema)];

/// What Drafts 4 to 7 have beside.
const DRAFTS: &[(&str, Form)] = &[
    ("$ref", Form::Reference),
    ("type", Form::Types),
    ("items", Form::Items),
    ("additionalItems", Form::AdditionalItems),
    ("patternProperties", Form::SchemaMap),
    ("dependencies", Form::Dependencies),
];

/// What came with Draft 6.
const SINCE_6: &[(&str, Form)] = &[
    ("enum", Form::AnyValues),
    ("examples", Form::AnyValues),
    ("const", Form::Any),
    ("contains", Form::Schema),
    ("propertyNames", Form::Schema),
    ("additionalProperties", Form::Schema),
    ("exclusiveMaximum", Form::Number),
    ("exclusiveMinimum", Form::Number),
];

/// What came with Draft 7.
const SINCE_7: &[(&str, Form)] = &[
    ("if", Form::Schema),
    ("then", Form::Schema),
    ("else", Form::Schema),
    ("contentEncoding", Form::Text),
    ("contentMediaType", Form::Text),
    ("writeOnly", Form::Flag),
];

/// What came with Draft 2019-09.
const SINCE_2019: &[(&str, Form)] = &[
    ("dependentRequired", Form::NameLists),
    ("dependentSchemas", Form::SchemaMap),
    ("unevaluatedItems", Form::Schema),
    ("unevaluatedProperties", Form::Schema),
    ("maxContains", Form::Count),
    ("minContains", Form::Count),
    ("deprecated", Form::Flag),
    ("contentSchema", Form::Schema),
];

/// What Draft 2019-09 alone has.
const ONLY_2019: &[(&str, Form)] = &[("$recursiveRef", Form::RecursiveReference)];

/// What came with Draft 2020-12.
const SINCE_2020: &[(&str, Form)] = &[
    ("$ref", Form::Reference),
    ("$dynamicRef", Form::DynamicReference),
    ("type", Form::Types),
    ("items", Form::Schema),
    ("prefixItems", Form::Schemas),
    ("patternProperties", Form::SchemaMap),
];

/// What OpenAPI adds to Draft 2020-12.
const OPENAPI: &[(&str, Form)] = &[("discriminator", Form::Discriminator)];

/// The drafts' nothing.
const NOTHING: Vocabulary = Vocabulary {
    keywords: &[],
    foreign: &[],
    siblings: false,
    booleans: true,
    nullable: None,
    identities: true,
    demands_items: false,
    mere_names: &[],
};

/// JSON Schema Draft 4.
static DRAFT_4: Vocabulary = Vocabulary {
    keywords: &[
        SHARED,
        &[("enum", Form::Values), ("additionalProperties", Form::SchemaOrFlag)],
        EXCLUSIVE_FLAGS,
        COMBINED,
        DRAFTS,
    ],
    booleans: false,
    ..NOTHING
};

/// JSON Schema Draft 6.
static DRAFT_6: Vocabulary =
    Vocabulary { keywords: &[SHARED, SINCE_6, COMBINED, DRAFTS], ..NOTHING };

/// JSON Schema Draft 7.
static DRAFT_7: Vocabulary =
    Vocabulary { keywords: &[SHARED, SINCE_6, SINCE_7, COMBINED, DRAFTS], ..NOTHING };

/// JSON Schema Draft 2019-09.
static DRAFT_2019: Vocabulary = Vocabulary {
    keywords: &[SHARED, SINCE_6, SINCE_7, SINCE_2019, COMBINED, DRAFTS, ONLY_2019],
    siblings: true,
    ..NOTHING
};

/// JSON Schema Draft 2020-12.
static DRAFT_2020: Vocabulary = Vocabulary {
    keywords: &[SHARED, SINCE_2020, SINCE_6, SINCE_7, SINCE_2019, COMBINED],
    siblings: true,
    ..NOTHING
};

/// The Schema Object since OpenAPI 3.1: JSON Schema 2020-12 and a few words of OpenAPI.
///
/// # Source
///
/// OpenAPI 3.1.1, *Schema Object*; JSON Schema 2020-12, Core and Validation.
pub(crate) static OPENAPI_31: Vocabulary = Vocabulary {
    keywords: &[SHARED, SINCE_2020, SINCE_6, SINCE_7, SINCE_2019, COMBINED, OPENAPI],
    foreign: &[
        ("nullable", "`null` among the types"),
        ("additionalItems", "`items` beside `prefixItems`"),
        ("dependencies", "`dependentRequired` and `dependentSchemas`"),
        ("$recursiveRef", "`$dynamicRef`"),
    ],
    siblings: true,
    ..NOTHING
};

/// The vocabulary that a dialect's URI names (`$schema`, `jsonSchemaDialect`).
pub(crate) fn named(uri: &str) -> Option<&'static Vocabulary> {
    let uri = uri.strip_suffix('#').unwrap_or(uri);
    let name = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"))?;
    match name {
        "json-schema.org/draft-04/schema" => Some(&DRAFT_4),
        "json-schema.org/draft-06/schema" => Some(&DRAFT_6),
        "json-schema.org/draft-07/schema" => Some(&DRAFT_7),
        "json-schema.org/draft/2019-09/schema" => Some(&DRAFT_2019),
        "json-schema.org/draft/2020-12/schema" => Some(&DRAFT_2020),
        _ => name
            .strip_prefix("spec.openapis.org/oas/3.")
            .filter(|rest| rest.contains("/dialect/"))
            .map(|_| &OPENAPI_31),
    }
}

impl Vocabulary {
    /// The form of a keyword's value; `None` where it says nothing about values.
    pub(crate) fn form(&self, keyword: &str) -> Option<Form> {
        let mut keywords = self.keywords.iter().copied().flatten();
        keywords.find(|(known, _)| *known == keyword).map(|(_, form)| *form)
    }

    /// What this version has instead of a keyword of another.
    pub(crate) fn instead(&self, keyword: &str) -> Option<&'static str> {
        self.foreign.iter().find(|(known, _)| *known == keyword).map(|(_, instead)| *instead)
    }
}
