//! Why a value breaks a schema: the validator's errors, opened, placed in the user's document.

use std::borrow::Cow;
use std::sync::PoisonError;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use crate::pointer;
use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::schema::choice;
use crate::schema::compile;
use crate::schema::cut;
use crate::schema::cut::Source;
use crate::schema::direction;
use crate::schema::format;
use crate::schema::nearest;
use crate::schema::nearest::Branch;
use crate::schema::table::Table;
use crate::schema::wording;

/// How many violations of one value are listed.
const MOST: usize = 200;

/// How deep alternatives within alternatives are opened.
const DEEPEST: usize = 32;

/// One keyword of a schema that a value broke.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaViolation {
    /// The keyword.
    pub keyword: Cow<'static, str>,
    /// The place in the value.
    pub instance: Pointer,
    /// The place of the keyword in the user's document.
    pub place: Pointer,
    /// The property that is missing or unknown.
    pub property: Option<String>,
    /// The keyword's own value.
    pub constraint: Option<Value>,
    /// What is wrong, without the value.
    pub title: String,
    /// What would have been right.
    pub expected: Option<String>,
    /// Which alternative came nearest and why, where there were several.
    pub help: Option<String>,
}

/// Everything about `value` that breaks the schema, in the schema's order.
pub(crate) fn explain(
    table: &Table,
    id: u32,
    direction: Direction,
    value: &Value,
) -> Vec<SchemaViolation> {
    let mut explanation = Explanation { table, direction, depth: 0 };
    let mut violations = explanation.schema(id, value, &Pointer::root());
    violations.truncate(MOST);
    violations
}

/// The walk down the failing path.
struct Explanation<'t> {
    table: &'t Table,
    direction: Direction,
    depth: usize,
}

/// Where the walk stands: a schema of the table, and the value that it judges.
#[derive(Clone, Copy)]
struct Stand<'v> {
    id: u32,
    value: &'v Value,
    at: &'v Pointer,
}

impl Explanation<'_> {
    fn schema(&mut self, id: u32, value: &Value, at: &Pointer) -> Vec<SchemaViolation> {
        let mut found = Vec::new();
        let stand = Stand { id, value, at };
        for error in self.table.compiled(id, self.direction).errors(value).take(MOST) {
            self.open(stand, &error, &mut found);
        }
        found
    }

    /// Turns one error of the validator into violations.
    fn open(
        &mut self,
        stand: Stand<'_>,
        error: &ValidationError<'_>,
        found: &mut Vec<SchemaViolation>,
    ) {
        let kind = error.kind();
        let instance = error.instance_path().as_str();
        if compile::is_undecided(kind) {
            return;
        }
        if let ValidationErrorKind::Custom { keyword, message } = kind
            && keyword == cut::KEYWORD
            && self.depth < DEEPEST
            && let Some(target) = self.table.find(message)
        {
            self.depth += 1;
            let value = pointer::find(stand.value, instance).unwrap_or(stand.value);
            found.append(&mut self.schema(target, value, &stand.at.join(instance)));
            self.depth -= 1;
            return;
        }
        if let ValidationErrorKind::Custom { keyword, .. } = kind
            && keyword == nearest::DISCRIMINATOR
            && self.depth < DEEPEST
        {
            self.depth += 1;
            self.choice(stand, error, found);
            self.depth -= 1;
            return;
        }
        if let ValidationErrorKind::AnyOf { context }
        | ValidationErrorKind::OneOfNotValid { context } = kind
            && self.depth < DEEPEST
        {
            self.depth += 1;
            self.alternatives(stand, error, context, found);
            self.depth -= 1;
            return;
        }
        let violation = self.plain(stand, error);
        if let ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } = kind
        {
            found.extend(unexpected.iter().map(|name| SchemaViolation {
                property: Some(name.clone()),
                title: wording::unknown_property(name),
                ..violation.clone()
            }));
        } else {
            found.push(violation);
        }
    }

    /// The violation of a keyword that needs no opening: put into words once, then known.
    fn plain(&self, stand: Stand<'_>, error: &ValidationError<'_>) -> SchemaViolation {
        let entry = self.table.entry(stand.id);
        let instance = stand.at.join(error.instance_path().as_str());
        let place = error.schema_path().as_str();
        let key = match required(error.kind()) {
            Some(property) => Cow::Owned(format!("{place}\n{property}")),
            None => Cow::Borrowed(place),
        };
        let known = entry.told.read().unwrap_or_else(PoisonError::into_inner).get(&*key).cloned();
        let violation = known.unwrap_or_else(|| {
            let violation = worded(self.table.source(stand.id), error);
            let mut told = entry.told.write().unwrap_or_else(PoisonError::into_inner);
            told.insert(key.into_owned(), violation.clone());
            violation
        });
        SchemaViolation { instance, ..violation }
    }

    /// Reports the alternative that the value comes nearest to.
    fn alternatives(
        &mut self,
        stand: Stand<'_>,
        error: &ValidationError<'_>,
        context: &[Vec<ValidationError<'static>>],
        found: &mut Vec<SchemaViolation>,
    ) {
        let table = self.table;
        let source = table.source(stand.id);
        let lowered = Pointer::new(error.schema_path().as_str());
        let holder = lowered.parent().unwrap_or_default();
        let members = compile::members_at(&source.schema, holder.as_str());
        let is_nullable = members.is_some_and(|members| members.contains_key(wording::NULLABLE));
        let mut branches = Vec::with_capacity(context.len());
        for (number, errors) in context.iter().enumerate() {
            let mut violations = Vec::new();
            for error in errors {
                self.open(stand, error, &mut violations);
            }
            let schema = lowered.child(number.to_string()).get(&source.schema);
            branches.push(Branch { number, schema, violations });
        }
        if is_nullable {
            // Lowering made the alternatives: null was not sent, so the other one is meant.
            found.extend(branches.pop().map(|branch| branch.violations).unwrap_or_default());
            return;
        }
        let at = stand.at.join(error.instance_path().as_str());
        let value = pointer::find(stand.value, error.instance_path().as_str());
        let tag = members.and_then(|members| nearest::tagged(members, &branches, value));
        let plain = self.plain(stand, error);
        tell_nearest(branches, &at, tag, plain, found);
    }

    /// Reports the alternative that a discriminator names, or else the nearest.
    fn choice(
        &mut self,
        stand: Stand<'_>,
        error: &ValidationError<'_>,
        found: &mut Vec<SchemaViolation>,
    ) {
        let table = self.table;
        let source = table.source(stand.id);
        let lowered = Pointer::new(error.schema_path().as_str());
        let holder = lowered.parent().unwrap_or_default();
        let members = compile::members_at(&source.schema, holder.as_str());
        let Some((members, (keyword, keys))) =
            members.and_then(|members| Some((members, choice::alternatives(members)?)))
        else {
            return;
        };
        let at = stand.at.join(error.instance_path().as_str());
        let value = pointer::find(stand.value, error.instance_path().as_str());
        let value = value.unwrap_or(stand.value);
        let list = members.get(keyword).and_then(Value::as_array);
        let mut branches = Vec::with_capacity(keys.len());
        for (number, key) in keys.iter().enumerate() {
            let target = key.and_then(|key| table.find(key));
            // Null was not sent where a discriminator looks for a property.
            let Some(target) = target else { continue };
            let schema = list.and_then(|list| list.get(number));
            branches.push(Branch { number, schema, violations: self.schema(target, value, &at) });
        }
        let tag = nearest::tagged(members, &branches, Some(value));
        let is_ambiguous = tag.is_none() && branches.iter().any(|b| b.violations.is_empty());
        let plain = SchemaViolation {
            keyword: keyword.into(),
            instance: at.clone(),
            place: source.origin(holder.child(keyword).as_str()),
            property: None,
            constraint: members.get(keyword).cloned(),
            title: wording::of_alternatives(is_ambiguous).to_owned(),
            expected: None,
            help: None,
        };
        if is_ambiguous {
            found.push(plain);
        } else {
            tell_nearest(branches, &at, tag, plain, found);
        }
    }
}

/// Tells of the alternative that was meant; `plain` where none was.
fn tell_nearest(
    mut branches: Vec<Branch<'_>>,
    at: &Pointer,
    tag: Option<usize>,
    mut plain: SchemaViolation,
    found: &mut Vec<SchemaViolation>,
) {
    let Some(choice) = nearest::choose(&branches, at, tag) else {
        plain.expected = nearest::expected_types(&branches);
        found.push(plain);
        return;
    };
    let help = choice.help(branches.len(), &plain.keyword);
    let branch = branches.swap_remove(choice.index);
    found.extend(branch.violations.into_iter().map(|mut violation| {
        violation.help = Some(match violation.help.take() {
            Some(inner) => format!("{help}; {inner}"),
            None => help.clone(),
        });
        violation
    }));
}

/// The property that a value misses.
fn required(kind: &ValidationErrorKind) -> Option<&str> {
    let ValidationErrorKind::Required { property } = kind else { return None };
    property.as_str()
}

/// What can be said of a broken keyword whatever the value.
fn worded(source: &Source, error: &ValidationError<'_>) -> SchemaViolation {
    let lowered = error.schema_path().as_str();
    let kind = error.kind();
    let mut place = source.origin(lowered);
    let mut keyword = place.last().map_or_else(String::new, Cow::into_owned);
    if keyword == format::NUMBER_KEYWORD {
        keyword = "format".to_owned();
        place = place.parent().unwrap_or_default().child("format");
    } else if let ValidationErrorKind::Custom { keyword: own, message } = kind
        && own == direction::STAYING
    {
        keyword.clone_from(message);
        place = place.parent().unwrap_or_default().child(message);
    } else if keyword == cut::KEYWORD {
        keyword = "$ref".to_owned();
        place = place.parent().unwrap_or_default().child("$ref");
    } else if !matches!(kind, ValidationErrorKind::FalseSchema) {
        keyword = kind.keyword().to_owned();
    }
    let constraint = pointer::find(&source.schema, lowered);
    let parent = Pointer::new(lowered).parent().unwrap_or_default();
    let siblings = compile::members_at(&source.schema, parent.as_str());
    SchemaViolation {
        title: wording::title(kind, constraint),
        expected: wording::expected(kind, constraint, siblings),
        keyword: keyword.into(),
        instance: Pointer::root(),
        place,
        property: required(kind).map(str::to_owned),
        constraint: constraint.cloned(),
        help: None,
    }
}
