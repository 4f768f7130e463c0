//! One schema and one direction to a validator; the only place where the validator is asked.
//!
//! Kept in one file because the validator's code is instantiated wherever it is called. A schema
//! that can not be compiled never fails a call: the patterns that no engine takes are left out,
//! and if that does not help, the schema judges nothing and says why.

use std::sync::Arc;
#[cfg(feature = "server")]
use std::sync::Once;
use std::sync::Weak;

use jsonschema::Draft;
use jsonschema::Keyword;
use jsonschema::PatternCache;
use jsonschema::PatternOptions;
use jsonschema::Retrieve;
use jsonschema::ValidationError;
use jsonschema::ValidationOptions;
use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::json::Kind;
use crate::json::View;
use crate::pointer;
use crate::schema::Direction;
use crate::schema::cut;
use crate::schema::format;
use crate::schema::format::NumberFormat;
use crate::schema::representation::Views;
use crate::schema::table::Table;
use crate::schema::walk;

/// Largest compiled pattern, in bytes.
const PATTERN_SIZE: usize = 1 << 20;

/// Steps that a backtracking pattern may take before nobody can tell whether it matches.
const BACKTRACK_LIMIT: usize = 50_000;

/// Has made, once a process and on a thread beside, what its first validator has to wait for: the
/// validator of schemas. A start that reads documents meanwhile answers its first call sooner.
#[cfg(feature = "server")]
pub(crate) fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let schema = json!({ "type": "object" });
        let make = move || {
            drop(jsonschema::options_for::<Views>().with_draft(Draft::Draft202012).build(&schema))
        };
        // Without a thread it is made by whoever needs it first.
        let _ = std::thread::Builder::new().spawn(make);
    });
}

/// A compiled schema.
#[derive(Debug)]
pub(crate) struct Compiled {
    validator: Option<Validator<Views>>,
    /// Whether patterns may give up half way.
    backtracks: bool,
    /// Why the schema, or a part of it, judges nothing.
    pub(crate) fault: Option<String>,
}

impl Compiled {
    /// Compiles `schema`, which is cut and seen in `direction`.
    pub(crate) fn new(
        schema: &Value,
        direction: Direction,
        table: &Weak<Table>,
        cache: &PatternCache,
    ) -> Self {
        let options = || options(direction, table, cache);
        if let Ok(validator) = linear(options()).build(schema) {
            return Self { validator: Some(validator), backtracks: false, fault: None };
        }
        if let Ok(validator) = backtracking(options()).build(schema) {
            return Self { validator: Some(validator), backtracks: true, fault: None };
        }
        let mut rest = schema.clone();
        let refused = drop_refused_patterns(&mut rest, &options);
        match backtracking(options()).build(&rest) {
            Ok(validator) => Self {
                validator: Some(validator),
                backtracks: true,
                fault: Some(format!("no engine reads the pattern {}", refused.join(", "))),
            },
            Err(error) => {
                let fault = format!("{} at {}", error.masked(), error.schema_path());
                Self { validator: None, backtracks: false, fault: Some(fault) }
            }
        }
    }

    /// Whether the value is valid, or nobody can tell.
    pub(crate) fn is_valid(&self, view: View<'_>) -> bool {
        let Some(validator) = &self.validator else { return true };
        validator.is_valid(view)
            || (self.backtracks
                && validator.iter_errors(view).all(|error| is_undecided(error.kind())))
    }

    /// Every error that was decided.
    pub(crate) fn errors<'v>(
        &'v self,
        value: &'v Value,
    ) -> impl Iterator<Item = ValidationError<'v>> {
        let view = View::Value(value);
        let errors = self.validator.as_ref().map(|validator| validator.iter_errors(view));
        errors.into_iter().flatten().filter(|error| !is_undecided(error.kind()))
    }
}

/// Whether an error only says that a pattern gave up.
pub(crate) fn is_undecided(kind: &ValidationErrorKind) -> bool {
    matches!(
        kind,
        ValidationErrorKind::BacktrackLimitExceeded { .. }
            | ValidationErrorKind::RegexEngineFailure { .. }
    )
}

fn options(direction: Direction, table: &Weak<Table>, cache: &PatternCache) -> Options {
    let table = table.clone();
    jsonschema::options_for()
        .with_draft(Draft::Draft202012)
        .offline()
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_format("byte", format::is_base64)
        .with_pattern_cache(cache.clone())
        .with_keyword(format::NUMBER_KEYWORD, |_, value, _| number_keyword(value))
        .with_keyword(cut::KEYWORD, move |_, value, _| {
            reference_keyword(value, direction, table.clone())
        })
}

fn linear(options: Options) -> Options {
    let engine = PatternOptions::regex().size_limit(PATTERN_SIZE).dfa_size_limit(PATTERN_SIZE);
    options.with_pattern_options(engine)
}

fn backtracking(options: Options) -> Options {
    let engine = PatternOptions::fancy_regex()
        .backtrack_limit(BACKTRACK_LIMIT)
        .size_limit(PATTERN_SIZE)
        .dfa_size_limit(PATTERN_SIZE);
    options.with_pattern_options(engine)
}

/// Takes out the patterns that no engine compiles, and returns them.
fn drop_refused_patterns(schema: &mut Value, options: &dyn Fn() -> Options) -> Vec<String> {
    let mut refused = Vec::new();
    walk::each_mut(schema, &mut |members| {
        let Some(pattern) = members.get("pattern") else { return };
        if backtracking(options()).build(&json!({ "pattern": pattern })).is_err() {
            refused.push(pattern.to_string());
            members.remove("pattern");
        }
    });
    refused
}

/// How a validator of views is made.
type Options = ValidationOptions<'static, Arc<dyn Retrieve>, Views>;

type MadeKeyword<'a> = Result<Box<dyn for<'i> Keyword<'i, Views>>, ValidationError<'a>>;

/// A cut reference: asks the target's own validator.
struct Reference {
    target: u32,
    direction: Direction,
    pointer: String,
    table: Weak<Table>,
}

fn reference_keyword<'a>(
    value: &Value,
    direction: Direction,
    table: Weak<Table>,
) -> MadeKeyword<'a> {
    let pointer = value.as_str().unwrap_or_default().to_owned();
    let target = table.upgrade().and_then(|table| table.find(&pointer));
    let target = target.ok_or_else(|| ValidationError::schema("names no schema"))?;
    Ok(Box::new(Reference { target, direction, pointer, table }))
}

impl<'i> Keyword<'i, Views> for Reference {
    fn validate(&self, view: View<'i>) -> Result<(), ValidationError<'i>> {
        if self.is_valid(view) {
            Ok(())
        } else {
            Err(ValidationError::custom(self.pointer.clone()))
        }
    }

    fn is_valid(&self, view: View<'i>) -> bool {
        // The table outlives its validators; a value that nobody can judge is not wrong.
        self.table
            .upgrade()
            .is_none_or(|table| table.compiled(self.target, self.direction).is_valid(view))
    }
}

/// A numeric format.
struct Width {
    format: NumberFormat,
    name: String,
}

fn number_keyword<'a>(value: &Value) -> MadeKeyword<'a> {
    let name = value.as_str().unwrap_or_default();
    let format =
        NumberFormat::find(name).ok_or_else(|| ValidationError::schema("is no numeric format"))?;
    Ok(Box::new(Width { format, name: name.to_owned() }))
}

impl<'i> Keyword<'i, Views> for Width {
    fn validate(&self, view: View<'i>) -> Result<(), ValidationError<'i>> {
        if self.is_valid(view) { Ok(()) } else { Err(ValidationError::custom(self.name.clone())) }
    }

    fn is_valid(&self, view: View<'i>) -> bool {
        let Kind::Number(number) = view.kind() else { return true };
        self.format.holds(number)
    }
}

/// The members of the schema object at a place, for those who explain an error.
pub(crate) fn members_at<'s>(schema: &'s Value, place: &str) -> Option<&'s Map<String, Value>> {
    pointer::find(schema, place).and_then(Value::as_object)
}
