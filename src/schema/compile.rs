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
use crate::json::excerpt;
use crate::pointer;
use crate::schema::Direction;
use crate::schema::choice::Choice;
use crate::schema::cut;
use crate::schema::direction;
use crate::schema::format;
use crate::schema::format::NumberFormat;
use crate::schema::nearest;
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
                // Of a large value all errors would be too many to look at.
                && !excerpt::is_large(view)
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
    let (table, chooser) = (table.clone(), table.clone());
    let options = jsonschema::options_for()
        .with_draft(Draft::Draft202012)
        .offline()
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_pattern_cache(cache.clone())
        .with_keyword(format::NUMBER_KEYWORD, |_, value, _| number_keyword(value))
        .with_keyword(cut::KEYWORD, move |_, value, _| {
            reference_keyword(value, direction, table.clone())
        })
        .with_keyword(direction::STAYING, |_, value, _| staying_keyword(value))
        .with_keyword(nearest::DISCRIMINATOR, move |_, value, _| {
            choice_keyword(value, direction, chooser.clone())
        });
    format::TEXTS.iter().fold(options, |options, (name, judge)| options.with_format(*name, *judge))
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
    let is_refused =
        |pattern: &Value| backtracking(options()).build(&json!({ "pattern": pattern })).is_err();
    walk::each_mut(schema, &mut |members| {
        if let Some(pattern) = members.get("pattern").filter(|pattern| is_refused(pattern)) {
            refused.push(pattern.to_string());
            members.remove("pattern");
        }
        if let Some(Value::Object(properties)) = members.get_mut("patternProperties") {
            properties.retain(|pattern, _| {
                let is_refused = is_refused(&Value::from(pattern.as_str()));
                if is_refused {
                    refused.push(format!("`{pattern}`"));
                }
                !is_refused
            });
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

/// Alternatives of which a tag names the one that is judged.
struct Alternatives {
    choice: Choice,
    /// The alternatives; `None` is null.
    targets: Vec<Option<u32>>,
    direction: Direction,
    table: Weak<Table>,
}

fn choice_keyword<'a>(value: &Value, direction: Direction, table: Weak<Table>) -> MadeKeyword<'a> {
    let unknown = || ValidationError::schema("names no schema");
    let choice = Choice::read(value).ok_or_else(unknown)?;
    let known = table.upgrade().ok_or_else(unknown)?;
    let targets = choice.keys.iter().map(|key| match key {
        Some(key) => known.find(key).map(Some).ok_or_else(unknown),
        None => Ok(None),
    });
    let targets = targets.collect::<Result<_, _>>()?;
    Ok(Box::new(Alternatives { choice, targets, direction, table }))
}

impl<'i> Keyword<'i, Views> for Alternatives {
    fn validate(&self, view: View<'i>) -> Result<(), ValidationError<'i>> {
        if self.is_valid(view) {
            Ok(())
        } else {
            Err(ValidationError::custom(self.choice.property.clone()))
        }
    }

    fn is_valid(&self, view: View<'i>) -> bool {
        let Some(table) = self.table.upgrade() else { return true };
        let fits = |target: &Option<u32>| match target {
            Some(target) => table.compiled(*target, self.direction).is_valid(view),
            None => matches!(view.kind(), Kind::Null),
        };
        let tag = view.members().and_then(|members| members.get(&self.choice.property)?.as_str());
        let named = view.members().and_then(|_| self.choice.named(tag));
        if let Some(target) = named.and_then(|number| self.targets.get(number)) {
            return fits(target);
        }
        match self.choice.is_exclusive {
            true => self.targets.iter().filter(|target| fits(target)).count() == 1,
            false => self.targets.iter().any(fits),
        }
    }
}

/// A property that may not travel in this direction, and did.
struct Staying(String);

fn staying_keyword<'a>(value: &Value) -> MadeKeyword<'a> {
    Ok(Box::new(Staying(value.as_str().unwrap_or_default().to_owned())))
}

impl<'i> Keyword<'i, Views> for Staying {
    fn validate(&self, _: View<'i>) -> Result<(), ValidationError<'i>> {
        Err(ValidationError::custom(self.0.clone()))
    }

    fn is_valid(&self, _: View<'i>) -> bool {
        false
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
