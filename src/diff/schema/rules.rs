//! The rules about schemas: each kind of difference once, for every place that has a schema.
//!
//! An id is the place's name and the difference's; where oasdiff has an id with the same meaning it
//! is that. The level follows from how the set of allowed values changes and who reads it.

use crate::diff::Effect;
use crate::diff::schema::Carrier;
use crate::diff::schema::Seat;
use crate::finding::Level;
use crate::finding::Rule;
use crate::schema::Direction;

/// What a reader of responses does with a value that was not allowed before, unless it is strict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// It fails.
    Fails,
    /// It may have no case for it.
    Doubts,
    /// It does not notice.
    Survives,
}

/// The places that have schemas, as rule ids spell them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Parameter,
    ParameterProperty,
    HeaderProperty,
    RequestBody,
    RequestProperty,
    ResponseBody,
    ResponseProperty,
    ResponseHeader,
    ResponseHeaderProperty,
}

impl Subject {
    /// The place of a whole value, or of a part of it.
    pub(super) const fn of(seat: Seat, is_whole: bool) -> Self {
        match (seat.carrier, seat.direction, is_whole) {
            (Carrier::Parameter | Carrier::HeaderParameter, _, true) => Self::Parameter,
            (Carrier::Parameter, _, false) => Self::ParameterProperty,
            (Carrier::HeaderParameter, _, false) => Self::HeaderProperty,
            (Carrier::Header, _, true) => Self::ResponseHeader,
            (Carrier::Header, _, false) => Self::ResponseHeaderProperty,
            (Carrier::Body, Direction::Request, true) => Self::RequestBody,
            (Carrier::Body, Direction::Request, false) => Self::RequestProperty,
            (Carrier::Body, Direction::Response, true) => Self::ResponseBody,
            (Carrier::Body, Direction::Response, false) => Self::ResponseProperty,
        }
    }
}

/// A kind of difference, with a rule for each place that has schemas.
#[derive(Debug)]
pub(super) struct Kind {
    /// How the set of allowed values changes; [`Effect::Same`] where no value tells.
    pub(super) effect: Effect,
    /// What a reader of responses does.
    pub(super) reader: Reader,
    /// By [`Subject`].
    pub(super) rules: [Rule; 9],
}

impl Kind {
    /// The rule for a place.
    pub(super) fn rule(&'static self, subject: Subject) -> &'static Rule {
        match subject {
            Subject::Parameter => &self.rules[0],
            Subject::ParameterProperty => &self.rules[1],
            Subject::HeaderProperty => &self.rules[2],
            Subject::RequestBody => &self.rules[3],
            Subject::RequestProperty => &self.rules[4],
            Subject::ResponseBody => &self.rules[5],
            Subject::ResponseProperty => &self.rules[6],
            Subject::ResponseHeader => &self.rules[7],
            Subject::ResponseHeaderProperty => &self.rules[8],
        }
    }
}

/// The level of an effect to a reader.
pub(super) const fn level(effect: Effect, direction: Direction, reader: Reader) -> Level {
    match (effect.level(direction), direction, reader) {
        (Level::Error, Direction::Response, Reader::Doubts) => Level::Warning,
        (Level::Error, Direction::Response, Reader::Survives) => Level::Info,
        (level, _, _) => level,
    }
}

/// Why a change with an effect matters.
const fn why(effect: Effect, direction: Direction) -> &'static str {
    match (effect, direction) {
        (Effect::Same, _) => "The same values are right, before and after.",
        (Effect::Narrows | Effect::Incomparable, Direction::Request) => {
            "Calls that were right are refused."
        }
        (Effect::Widens, Direction::Request) => "Every call that was right is right.",
        (Effect::Widens | Effect::Incomparable, Direction::Response) => {
            "Clients get values that the old description rules out."
        }
        (Effect::Narrows, Direction::Response) => "Every answer is one that clients know.",
    }
}

macro_rules! rule {
    ($id:expr, $effect:ident, $direction:ident, $reader:ident, $what:expr) => {
        Rule {
            id: $id,
            level: level(Effect::$effect, Direction::$direction, Reader::$reader),
            what: $what,
            why: why(Effect::$effect, Direction::$direction),
        }
    };
}

macro_rules! kinds {
    ($($name:ident = $stem:literal, $effect:ident, $reader:ident, $subject:literal, $verb:literal;)*) => {
        $(pub(super) static $name: Kind = Kind {
            effect: Effect::$effect,
            reader: Reader::$reader,
            rules: [
                rule!(concat!("request-parameter-", $stem), $effect, Request, $reader, concat!($subject, " of a request parameter ", $verb, ".")),
                rule!(concat!("request-parameter-property-", $stem), $effect, Request, $reader, concat!($subject, " of a request parameter's property ", $verb, ".")),
                rule!(concat!("request-header-property-", $stem), $effect, Request, $reader, concat!($subject, " of a request header's property ", $verb, ".")),
                rule!(concat!("request-body-", $stem), $effect, Request, $reader, concat!($subject, " of a request body ", $verb, ".")),
                rule!(concat!("request-property-", $stem), $effect, Request, $reader, concat!($subject, " of a request property ", $verb, ".")),
                rule!(concat!("response-body-", $stem), $effect, Response, $reader, concat!($subject, " of a response body ", $verb, ".")),
                rule!(concat!("response-property-", $stem), $effect, Response, $reader, concat!($subject, " of a response property ", $verb, ".")),
                rule!(concat!("response-header-", $stem), $effect, Response, $reader, concat!($subject, " of a response header ", $verb, ".")),
                rule!(concat!("response-header-property-", $stem), $effect, Response, $reader, concat!($subject, " of a response header's property ", $verb, ".")),
            ],
        };)*
        /// Every kind of difference that has a rule for each place.
        static KINDS: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    TYPE_CHANGED = "type-changed", Incomparable, Fails, "The type", "was changed to another";
    TYPE_GENERALIZED = "type-generalized", Widens, Fails, "The type", "was widened";
    TYPE_SPECIALIZED = "type-specialized", Narrows, Fails, "The type", "was narrowed";
    TYPE_COMPATIBLE = "type-compatible", Same, Fails, "The type", "was changed to one that is written alike";
    TYPES_WIDENED = "list-of-types-widened", Widens, Fails, "The list of types", "was widened";
    TYPES_NARROWED = "list-of-types-narrowed", Narrows, Fails, "The list of types", "was narrowed";
    NULLABLE = "became-nullable", Widens, Fails, "The value", "may be null now";
    NOT_NULLABLE = "became-not-nullable", Narrows, Fails, "The value", "may be null no more";
    FORBIDDEN = "forbidden", Narrows, Fails, "Every value", "was forbidden";
    ENUM_ADDED = "became-enum", Narrows, Fails, "The value", "was restricted to a list";
    ENUM_REMOVED = "enum-removed", Widens, Doubts, "The list of values", "was taken away";
    ENUM_VALUE_ADDED = "enum-value-added", Widens, Doubts, "A value in the list", "was added";
    ENUM_VALUE_REMOVED = "enum-value-removed", Narrows, Fails, "A value in the list", "was removed";
    EXTENSIBLE_VALUE_ADDED = "x-extensible-enum-value-added", Same, Fails, "A value in the open list", "was added";
    EXTENSIBLE_VALUE_REMOVED = "x-extensible-enum-value-removed", Narrows, Fails, "A value in the open list", "was removed";
    CONST_ADDED = "const-added", Narrows, Fails, "The only value", "was set";
    CONST_CHANGED = "const-changed", Incomparable, Fails, "The only value", "was changed";
    CONST_REMOVED = "const-removed", Widens, Fails, "The only value", "was taken away";
    MAX_INCREASED = "max-increased", Widens, Fails, "The maximum", "was raised";
    MAX_DECREASED = "max-decreased", Narrows, Fails, "The maximum", "was lowered";
    MAX_SET = "max-set", Narrows, Fails, "The maximum", "was set";
    MAX_UNSET = "max-unset", Widens, Fails, "The maximum", "was taken away";
    MIN_INCREASED = "min-increased", Narrows, Fails, "The minimum", "was raised";
    MIN_DECREASED = "min-decreased", Widens, Fails, "The minimum", "was lowered";
    MIN_SET = "min-set", Narrows, Fails, "The minimum", "was set";
    MIN_UNSET = "min-unset", Widens, Fails, "The minimum", "was taken away";
    EXCLUSIVE_MAX_INCREASED = "exclusive-max-increased", Widens, Fails, "The exclusive maximum", "was raised";
    EXCLUSIVE_MAX_DECREASED = "exclusive-max-decreased", Narrows, Fails, "The exclusive maximum", "was lowered";
    EXCLUSIVE_MAX_SET = "exclusive-max-set", Narrows, Fails, "The exclusive maximum", "was set";
    EXCLUSIVE_MAX_UNSET = "exclusive-max-unset", Widens, Fails, "The exclusive maximum", "was taken away";
    EXCLUSIVE_MIN_INCREASED = "exclusive-min-increased", Narrows, Fails, "The exclusive minimum", "was raised";
    EXCLUSIVE_MIN_DECREASED = "exclusive-min-decreased", Widens, Fails, "The exclusive minimum", "was lowered";
    EXCLUSIVE_MIN_SET = "exclusive-min-set", Narrows, Fails, "The exclusive minimum", "was set";
    EXCLUSIVE_MIN_UNSET = "exclusive-min-unset", Widens, Fails, "The exclusive minimum", "was taken away";
    MAX_LENGTH_INCREASED = "max-length-increased", Widens, Fails, "The greatest length", "was raised";
    MAX_LENGTH_DECREASED = "max-length-decreased", Narrows, Fails, "The greatest length", "was lowered";
    MAX_LENGTH_SET = "max-length-set", Narrows, Fails, "The greatest length", "was set";
    MAX_LENGTH_UNSET = "max-length-unset", Widens, Fails, "The greatest length", "was taken away";
    MIN_LENGTH_INCREASED = "min-length-increased", Narrows, Fails, "The least length", "was raised";
    MIN_LENGTH_DECREASED = "min-length-decreased", Widens, Fails, "The least length", "was lowered";
    MIN_LENGTH_SET = "min-length-set", Narrows, Fails, "The least length", "was set";
    MIN_LENGTH_UNSET = "min-length-unset", Widens, Fails, "The least length", "was taken away";
    MAX_ITEMS_INCREASED = "max-items-increased", Widens, Fails, "The greatest number of items", "was raised";
    MAX_ITEMS_DECREASED = "max-items-decreased", Narrows, Fails, "The greatest number of items", "was lowered";
    MAX_ITEMS_SET = "max-items-set", Narrows, Fails, "The greatest number of items", "was set";
    MAX_ITEMS_UNSET = "max-items-unset", Widens, Fails, "The greatest number of items", "was taken away";
    MIN_ITEMS_INCREASED = "min-items-increased", Narrows, Fails, "The least number of items", "was raised";
    MIN_ITEMS_DECREASED = "min-items-decreased", Widens, Fails, "The least number of items", "was lowered";
    MIN_ITEMS_SET = "min-items-set", Narrows, Fails, "The least number of items", "was set";
    MIN_ITEMS_UNSET = "min-items-unset", Widens, Fails, "The least number of items", "was taken away";
    MAX_PROPERTIES_INCREASED = "max-properties-increased", Widens, Fails, "The greatest number of members", "was raised";
    MAX_PROPERTIES_DECREASED = "max-properties-decreased", Narrows, Fails, "The greatest number of members", "was lowered";
    MAX_PROPERTIES_SET = "max-properties-set", Narrows, Fails, "The greatest number of members", "was set";
    MAX_PROPERTIES_UNSET = "max-properties-unset", Widens, Fails, "The greatest number of members", "was taken away";
    MIN_PROPERTIES_INCREASED = "min-properties-increased", Narrows, Fails, "The least number of members", "was raised";
    MIN_PROPERTIES_DECREASED = "min-properties-decreased", Widens, Fails, "The least number of members", "was lowered";
    MIN_PROPERTIES_SET = "min-properties-set", Narrows, Fails, "The least number of members", "was set";
    MIN_PROPERTIES_UNSET = "min-properties-unset", Widens, Fails, "The least number of members", "was taken away";
    MAX_CONTAINS_INCREASED = "max-contains-increased", Widens, Fails, "The greatest number of items that must fit", "was raised";
    MAX_CONTAINS_DECREASED = "max-contains-decreased", Narrows, Fails, "The greatest number of items that must fit", "was lowered";
    MAX_CONTAINS_SET = "max-contains-set", Narrows, Fails, "The greatest number of items that must fit", "was set";
    MAX_CONTAINS_UNSET = "max-contains-unset", Widens, Fails, "The greatest number of items that must fit", "was taken away";
    MIN_CONTAINS_INCREASED = "min-contains-increased", Narrows, Fails, "The least number of items that must fit", "was raised";
    MIN_CONTAINS_DECREASED = "min-contains-decreased", Widens, Fails, "The least number of items that must fit", "was lowered";
    MULTIPLE_OF_SET = "multiple-of-set", Narrows, Fails, "The step", "was set";
    MULTIPLE_OF_UNSET = "multiple-of-unset", Widens, Fails, "The step", "was taken away";
    MULTIPLE_OF_CHANGED = "multiple-of-changed", Incomparable, Fails, "The step", "was changed";
    MULTIPLE_OF_GENERALIZED = "multiple-of-generalized", Widens, Fails, "The step", "was widened";
    MULTIPLE_OF_SPECIALIZED = "multiple-of-specialized", Narrows, Fails, "The step", "was narrowed";
    UNIQUE_ITEMS_SET = "unique-items-set", Narrows, Fails, "The items", "may no longer be equal";
    UNIQUE_ITEMS_UNSET = "unique-items-unset", Widens, Fails, "The items", "may be equal now";
    PATTERN_ADDED = "pattern-added", Narrows, Fails, "The pattern", "was set";
    PATTERN_REMOVED = "pattern-removed", Widens, Survives, "The pattern", "was taken away";
    PATTERN_CHANGED = "pattern-changed", Incomparable, Survives, "The pattern", "was changed";
    PATTERN_GENERALIZED = "pattern-generalized", Widens, Survives, "The pattern", "was widened";
    PATTERN_SPECIALIZED = "pattern-specialized", Narrows, Survives, "The pattern", "was narrowed";
    ADDITIONAL_FORBIDDEN = "additional-properties-forbidden", Narrows, Fails, "Members that no property names", "were forbidden";
    ADDITIONAL_ALLOWED = "additional-properties-allowed", Widens, Survives, "Members that no property names", "were allowed";
    ADDITIONAL_RESTRICTED = "additional-properties-restricted", Narrows, Fails, "Members that no property names", "were restricted";
    ADDITIONAL_RELEASED = "additional-properties-released", Widens, Survives, "Members that no property names", "were released";
    PATTERN_PROPERTY_ADDED = "pattern-property-added", Narrows, Fails, "A pattern of property names", "was added";
    PATTERN_PROPERTY_REMOVED = "pattern-property-removed", Widens, Fails, "A pattern of property names", "was removed";
    PROPERTY_NAMES_ADDED = "property-names-added", Narrows, Fails, "The rule for names of properties", "was set";
    PROPERTY_NAMES_REMOVED = "property-names-removed", Widens, Fails, "The rule for names of properties", "was taken away";
    DEPENDENT_REQUIRED_ADDED = "dependent-required-added", Narrows, Fails, "What a property demands beside it", "was set";
    DEPENDENT_REQUIRED_REMOVED = "dependent-required-removed", Widens, Fails, "What a property demands beside it", "was taken away";
    DEPENDENT_REQUIRED_CHANGED = "dependent-required-changed", Incomparable, Fails, "What a property demands beside it", "was changed";
    DEPENDENT_SCHEMA_ADDED = "dependent-schema-added", Narrows, Fails, "The schema that a property brings with it", "was added";
    DEPENDENT_SCHEMA_REMOVED = "dependent-schema-removed", Widens, Fails, "The schema that a property brings with it", "was removed";
    UNEVALUATED_ITEMS_ADDED = "unevaluated-items-added", Narrows, Fails, "The rule for items that nothing else judges", "was set";
    UNEVALUATED_ITEMS_REMOVED = "unevaluated-items-removed", Widens, Fails, "The rule for items that nothing else judges", "was taken away";
    UNEVALUATED_PROPERTIES_ADDED = "unevaluated-properties-added", Narrows, Fails, "The rule for members that nothing else judges", "was set";
    UNEVALUATED_PROPERTIES_REMOVED = "unevaluated-properties-removed", Widens, Fails, "The rule for members that nothing else judges", "was taken away";
    CONTAINS_ADDED = "contains-added", Narrows, Fails, "The item that must be there", "was set";
    CONTAINS_REMOVED = "contains-removed", Widens, Fails, "The item that must be there", "was taken away";
    PREFIX_ITEMS_ADDED = "prefix-items-added", Narrows, Fails, "A first item", "was added";
    PREFIX_ITEMS_REMOVED = "prefix-items-removed", Widens, Fails, "A first item", "was removed";
    IF_ADDED = "if-added", Narrows, Fails, "A condition", "was added";
    IF_REMOVED = "if-removed", Widens, Fails, "A condition", "was removed";
    IF_CHANGED = "if-changed", Incomparable, Fails, "A condition", "was changed";
    THEN_ADDED = "then-added", Narrows, Fails, "What holds under a condition", "was added";
    THEN_REMOVED = "then-removed", Widens, Fails, "What holds under a condition", "was removed";
    ELSE_ADDED = "else-added", Narrows, Fails, "What holds without a condition", "was added";
    ELSE_REMOVED = "else-removed", Widens, Fails, "What holds without a condition", "was removed";
    NOT_ADDED = "not-added", Narrows, Fails, "What is denied", "was added";
    NOT_REMOVED = "not-removed", Widens, Fails, "What is denied", "was removed";
    NOT_CHANGED = "not-changed", Incomparable, Fails, "What is denied", "was changed";
    ANY_OF_ADDED = "any-of-added", Widens, Fails, "An alternative (`anyOf`)", "was added";
    ANY_OF_REMOVED = "any-of-removed", Narrows, Fails, "An alternative (`anyOf`)", "was removed";
    ONE_OF_ADDED = "one-of-added", Widens, Fails, "An alternative (`oneOf`)", "was added";
    ONE_OF_REMOVED = "one-of-removed", Narrows, Fails, "An alternative (`oneOf`)", "was removed";
    ANY_BECAME_ONE = "any-of-became-one-of", Narrows, Fails, "The choice", "must be exclusive now";
    ONE_BECAME_ANY = "one-of-became-any-of", Widens, Fails, "The choice", "need not be exclusive any more";
    WRAPPED = "wrapped-in-one-of", Incomparable, Fails, "The schema", "became a choice of several";
    UNWRAPPED = "unwrapped-from-one-of", Incomparable, Fails, "The choice of several", "became one schema";
    DISCRIMINATOR_ADDED = "discriminator-added", Same, Fails, "The discriminator", "was set";
    DISCRIMINATOR_REMOVED = "discriminator-removed", Same, Fails, "The discriminator", "was taken away";
    DISCRIMINATOR_NAME_CHANGED = "discriminator-property-name-changed", Same, Fails, "The discriminator's property", "was changed to another";
    DISCRIMINATOR_MAPPING_ADDED = "discriminator-mapping-added", Same, Fails, "A name in the discriminator's mapping", "was added";
    DISCRIMINATOR_MAPPING_DELETED = "discriminator-mapping-deleted", Same, Fails, "A name in the discriminator's mapping", "was removed";
    DISCRIMINATOR_MAPPING_CHANGED = "discriminator-mapping-changed", Same, Fails, "A name in the discriminator's mapping", "was given to another schema";
    DEFAULT_ADDED = "default-value-added", Same, Fails, "The default", "was set";
    DEFAULT_REMOVED = "default-value-removed", Same, Fails, "The default", "was taken away";
    DEFAULT_CHANGED = "default-value-changed", Same, Fails, "The default", "was changed";
    CONTENT_ENCODING_CHANGED = "content-encoding-changed", Incomparable, Fails, "The encoding of text", "was changed";
    CONTENT_MEDIA_TYPE_CHANGED = "content-media-type-changed", Incomparable, Fails, "The media type of text", "was changed";
    CONTENT_SCHEMA_ADDED = "content-schema-added", Narrows, Fails, "The schema of encoded text", "was set";
    CONTENT_SCHEMA_REMOVED = "content-schema-removed", Widens, Fails, "The schema of encoded text", "was taken away";
    XML_CHANGED = "xml-changed", Incomparable, Fails, "The form in XML", "was changed";
    DEPRECATED = "deprecated", Same, Fails, "The value", "was marked deprecated";
    DEPRECATED_WITH_SUNSET = "deprecated-with-sunset", Same, Fails, "The value", "was marked deprecated, with the day of its end";
    SUNSET_INVALID = "deprecated-sunset-invalid", Same, Fails, "The day of the end", "can not be read";
    REACTIVATED = "reactivated", Same, Fails, "The value", "is deprecated no more";
    STABILITY_DECREASED = "stability-decreased", Same, Fails, "The stability", "was lowered";
    STABILITY_INCREASED = "stability-increased", Same, Fails, "The stability", "was raised";
}

macro_rules! singles {
    ($($name:ident = $id:literal, $level:ident, $what:literal, $why:literal;)*) => {
        $(pub(super) static $name: Rule = Rule { id: $id, level: Level::$level, what: $what, why: $why };)*
        /// Every rule whose name follows no other's.
        static SINGLES: &[&Rule] = &[$(&$name),*];
    };
}

singles! {
    NEW_REQUIRED_REQUEST_PROPERTY = "new-required-request-property", Error, "A required request property was added.", "Calls that were right lack it.";
    NEW_REQUIRED_REQUEST_PROPERTY_WITH_DEFAULT = "new-required-request-property-with-default", Error, "A required request property with a default was added.", "Calls that were right lack it, unless the server fills it in.";
    NEW_OPTIONAL_REQUEST_PROPERTY = "new-optional-request-property", Info, "An optional request property was added.", "Calls without it stay right.";
    NEW_REQUIRED_HEADER_PROPERTY = "new-required-request-header-property", Error, "A required property of a request header was added.", "Calls that were right lack it.";
    NEW_REQUIRED_PARAMETER_PROPERTY = "new-required-request-parameter-property", Error, "A required property of a request parameter was added.", "Calls that were right lack it.";
    NEW_OPTIONAL_PARAMETER_PROPERTY = "new-optional-request-parameter-property", Info, "An optional property of a request parameter was added.", "Calls without it stay right.";
    REQUEST_PROPERTY_REMOVED = "request-property-removed", Warning, "A request property was removed.", "What clients send in it is no longer heard, or refused.";
    PARAMETER_PROPERTY_REMOVED = "request-parameter-property-removed", Warning, "A property of a request parameter was removed.", "What clients send in it is no longer heard, or refused.";
    REQUEST_PROPERTY_REQUIRED = "request-property-became-required", Error, "A request property became required.", "Calls that were right lack it.";
    REQUEST_PROPERTY_REQUIRED_WITH_DEFAULT = "request-property-became-required-with-default", Error, "A request property with a default became required.", "Calls that were right lack it, unless the server fills it in.";
    REQUEST_PROPERTY_OPTIONAL = "request-property-became-optional", Info, "A request property became optional.", "Calls with it stay right.";
    HEADER_PROPERTY_REQUIRED = "request-header-property-became-required", Error, "A property of a request header became required.", "Calls that were right lack it.";
    PARAMETER_PROPERTY_REQUIRED = "request-parameter-property-became-required", Error, "A property of a request parameter became required.", "Calls that were right lack it.";
    PARAMETER_PROPERTY_OPTIONAL = "request-parameter-property-became-optional", Info, "A property of a request parameter became optional.", "Calls with it stay right.";
    RESPONSE_REQUIRED_ADDED = "response-required-property-added", Info, "A required response property was added.", "Clients that do not know it read past it.";
    RESPONSE_OPTIONAL_ADDED = "response-optional-property-added", Info, "An optional response property was added.", "Clients that do not know it read past it.";
    RESPONSE_REQUIRED_REMOVED = "response-required-property-removed", Error, "A required response property was removed.", "Clients that rely on it fail.";
    RESPONSE_OPTIONAL_REMOVED = "response-optional-property-removed", Warning, "An optional response property was removed.", "Clients that use it where it is there get it no more.";
    RESPONSE_BECAME_OPTIONAL = "response-property-became-optional", Error, "A response property became optional.", "Clients that rely on it fail.";
    RESPONSE_BECAME_REQUIRED = "response-property-became-required", Info, "A response property became required.", "Clients get it always.";
    WRITE_ONLY_REQUIRED_ADDED = "response-required-write-only-property-added", Info, "A required property that is never answered was added to a response.", "No answer has it.";
    WRITE_ONLY_OPTIONAL_ADDED = "response-optional-write-only-property-added", Info, "An optional property that is never answered was added to a response.", "No answer has it.";
    WRITE_ONLY_REQUIRED_REMOVED = "response-required-write-only-property-removed", Info, "A required property that is never answered was removed from a response.", "No answer had it.";
    WRITE_ONLY_OPTIONAL_REMOVED = "response-optional-write-only-property-removed", Info, "An optional property that is never answered was removed from a response.", "No answer had it.";
    WRITE_ONLY_BECAME_OPTIONAL = "response-write-only-property-became-optional", Info, "A property that is never answered became optional.", "No answer has it.";
    WRITE_ONLY_BECAME_REQUIRED = "response-write-only-property-became-required", Info, "A property that is never answered became required.", "No answer has it.";
    READ_ONLY = "request-optional-property-became-read-only", Info, "An optional request property became read-only.", "What clients send in it is no longer heard.";
    READ_ONLY_REQUIRED = "request-required-property-became-read-only", Info, "A required request property became read-only.", "What clients send in it is no longer heard.";
    NOT_READ_ONLY = "request-optional-property-became-not-read-only", Info, "An optional request property became writable.", "Calls without it stay right.";
    NOT_READ_ONLY_REQUIRED = "request-required-property-became-not-read-only", Error, "A required request property became writable.", "Calls that were right without it lack it now.";
    WRITE_ONLY = "request-optional-property-became-write-only", Info, "An optional request property became write-only.", "Calls with it stay right.";
    WRITE_ONLY_REQUIRED = "request-required-property-became-write-only", Info, "A required request property became write-only.", "Calls with it stay right.";
    NOT_WRITE_ONLY = "request-optional-property-became-not-write-only", Info, "An optional request property became readable.", "Calls with it stay right.";
    NOT_WRITE_ONLY_REQUIRED = "request-required-property-became-not-write-only", Info, "A required request property became readable.", "Calls with it stay right.";
    RESPONSE_READ_ONLY = "response-optional-property-became-read-only", Info, "An optional response property became read-only.", "Answers have it as before.";
    RESPONSE_READ_ONLY_REQUIRED = "response-required-property-became-read-only", Info, "A required response property became read-only.", "Answers have it as before.";
    RESPONSE_NOT_READ_ONLY = "response-optional-property-became-not-read-only", Info, "An optional response property became writable.", "Answers have it as before.";
    RESPONSE_NOT_READ_ONLY_REQUIRED = "response-required-property-became-not-read-only", Info, "A required response property became writable.", "Answers have it as before.";
    RESPONSE_WRITE_ONLY = "response-optional-property-became-write-only", Info, "An optional response property is answered no more.", "Clients that use it where it is there get it no more.";
    RESPONSE_WRITE_ONLY_REQUIRED = "response-required-property-became-write-only", Info, "A required response property is answered no more.", "Clients that rely on it fail.";
    RESPONSE_NOT_WRITE_ONLY = "response-optional-property-became-not-write-only", Info, "An optional response property is answered now.", "Clients that do not know it read past it.";
    RESPONSE_NOT_WRITE_ONLY_REQUIRED = "response-required-property-became-not-write-only", Warning, "A required response property is answered now.", "Clients that do not know it read past it.";
    RESPONSE_MEDIA_TYPE_ENUM_VALUE_REMOVED = "response-mediatype-enum-value-removed", Info, "A value in the list of a response body was removed.", "Every answer is one that clients know.";
    WRITE_ONLY_ENUM_VALUE_ADDED = "response-write-only-property-enum-value-added", Info, "A value in the list of a property that is never answered was added.", "No answer has it.";
    READ_ONLY_ENUM_VALUE_REMOVED = "request-read-only-property-enum-value-removed", Info, "A value in the list of a property that is never sent was removed.", "No call has it.";
    READ_ONLY_MAX_DECREASED = "request-read-only-property-max-decreased", Info, "The maximum of a property that is never sent was lowered.", "No call has it.";
    READ_ONLY_MIN_INCREASED = "request-read-only-property-min-increased", Info, "The minimum of a property that is never sent was raised.", "No call has it.";
    READ_ONLY_MAX_LENGTH_DECREASED = "request-read-only-property-max-length-decreased", Info, "The greatest length of a property that is never sent was lowered.", "No call has it.";
    READ_ONLY_EXCLUSIVE_MAX_DECREASED = "request-read-only-property-exclusive-max-decreased", Info, "The exclusive maximum of a property that is never sent was lowered.", "No call has it.";
    READ_ONLY_EXCLUSIVE_MIN_INCREASED = "request-read-only-property-exclusive-min-increased", Info, "The exclusive minimum of a property that is never sent was raised.", "No call has it.";
    PARAMETER_DEFAULT_ADDED = "request-parameter-default-value-added", Error, "The default of a request parameter was set.", "Calls without the parameter mean something else.";
    PARAMETER_DEFAULT_REMOVED = "request-parameter-default-value-removed", Error, "The default of a request parameter was taken away.", "Calls without the parameter mean something else.";
    PARAMETER_DEFAULT_CHANGED = "request-parameter-default-value-changed", Error, "The default of a request parameter was changed.", "Calls without the parameter mean something else.";
    REQUEST_SUNSET_INVALID = "request-property-deprecated-sunset-invalid", Error, "The day of the end of a request property can not be read.", "Nobody knows until when it works.";
    RESPONSE_SUNSET_INVALID = "response-property-deprecated-sunset-invalid", Error, "The day of the end of a response property can not be read.", "Nobody knows until when it works.";
    SCHEMA_ADDED_REQUEST = "request-body-media-type-schema-added", Error, "A schema was given to the content of a request.", "Calls that were right may be refused.";
    SCHEMA_REMOVED_REQUEST = "request-body-media-type-schema-removed", Info, "The schema of the content of a request was taken away.", "Every call that was right is right.";
    SCHEMA_ADDED_RESPONSE = "response-body-media-type-schema-added", Info, "A schema was given to the content of a response.", "Every answer is one that clients know.";
    SCHEMA_REMOVED_RESPONSE = "response-body-media-type-schema-removed", Warning, "The schema of the content of a response was taken away.", "Nothing is promised of what is answered.";
}

/// Whether a rule tells of a field that readers of responses may not know.
pub(super) fn is_unknown_field(rule: &Rule) -> bool {
    let unknown = [
        &RESPONSE_REQUIRED_ADDED,
        &RESPONSE_OPTIONAL_ADDED,
        &RESPONSE_NOT_WRITE_ONLY,
        &RESPONSE_NOT_WRITE_ONLY_REQUIRED,
    ];
    unknown.iter().any(|known| known.id == rule.id)
}

/// Every rule about schemas.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let replaced = |rule: &&Rule| !SINGLES.iter().any(|single| single.id == rule.id);
    let kinds = KINDS.iter().flat_map(|kind| kind.rules.iter()).filter(replaced);
    SINGLES.iter().copied().chain(kinds)
}

/// The rule for a kind of difference at a place.
pub(super) fn rule(kind: &'static Kind, subject: Subject, is_hidden: bool) -> &'static Rule {
    let own = kind.rule(subject);
    let is = |other: &Kind| std::ptr::eq(kind, other);
    match subject {
        Subject::RequestProperty if is_hidden => {
            let named = own.id.strip_prefix("request-property-").unwrap_or_default();
            let instead = SINGLES
                .iter()
                .find(|rule| rule.id.strip_prefix("request-read-only-property-") == Some(named));
            instead.copied().unwrap_or(own)
        }
        Subject::ResponseProperty if is_hidden && is(&ENUM_VALUE_ADDED) => {
            &WRITE_ONLY_ENUM_VALUE_ADDED
        }
        Subject::ResponseBody if is(&ENUM_VALUE_REMOVED) => &RESPONSE_MEDIA_TYPE_ENUM_VALUE_REMOVED,
        // Rules that stand by themselves stand for the kind's.
        Subject::Parameter
        | Subject::ParameterProperty
        | Subject::HeaderProperty
        | Subject::RequestBody
        | Subject::RequestProperty
        | Subject::ResponseBody
        | Subject::ResponseProperty
        | Subject::ResponseHeader
        | Subject::ResponseHeaderProperty => {
            SINGLES.iter().copied().find(|rule| rule.id == own.id).unwrap_or(own)
        }
    }
}

/// Whether a rule is about how a value is written in XML, which no other media type minds.
#[must_use]
pub fn is_about_xml(rule: &Rule) -> bool {
    XML_CHANGED.rules.iter().any(|own| own.id == rule.id)
}
