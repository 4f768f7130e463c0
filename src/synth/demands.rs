//! A schema with everything that it is combined of, as one set of demands.
//!
//! `allOf` and references are opened. Where a schema leaves a choice (`anyOf`, `oneOf`, `if`,
//! `dependentSchemas`), a number says which one is made: counting up tries them all.

use serde_json::Map;
use serde_json::Number;
use serde_json::Value;

use crate::schema::HINTS;
use crate::schema::Schemas;
use crate::schema::Types;
use crate::schema::cut;
use crate::schema::format;
use crate::schema::format::NumberFormat;
use crate::schema::nearest::DISCRIMINATOR;
use crate::synth::Unmade;

/// How many schemas are looked at for one value.
const MOST: usize = 2_000;

/// What a bound of numbers says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// `minimum`.
    Least,
    /// `exclusiveMinimum`.
    Above,
    /// `maximum`.
    Most,
    /// `exclusiveMaximum`.
    Below,
    /// `multipleOf`.
    Step,
}

/// Which of the choices of a schema is made.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Chosen<'s> {
    /// The number of the combination.
    pub(super) number: usize,
    /// With which alternative counting begins.
    pub(super) turn: usize,
    /// Whether the value should end soon: what holds least comes first.
    pub(super) is_short: bool,
    /// Whether alternatives that are only null may be taken though there are others.
    pub(super) takes_null: bool,
    /// Whether it should end at once.
    pub(super) is_late: bool,
    /// The key of the schema, where no reference led to it.
    pub(super) root: Option<&'s str>,
}

/// Items of which some must be of a kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contained<'s> {
    /// Their schema.
    pub(super) schema: &'s Value,
    /// How many at least.
    pub(super) least: usize,
    /// How many at most.
    pub(super) most: usize,
}

/// The property that tells alternatives apart.
#[derive(Clone, Debug)]
pub(super) struct Tag<'s> {
    /// Its name.
    pub(super) property: &'s str,
    /// The values that name the alternative that was taken.
    pub(super) values: Vec<String>,
}

/// What one schema says of members and items.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shape<'s> {
    /// `properties`.
    pub(super) declared: Option<&'s Map<String, Value>>,
    /// `patternProperties`.
    pub(super) by_pattern: Option<&'s Map<String, Value>>,
    /// `additionalProperties`.
    pub(super) additional: Option<&'s Value>,
    /// `unevaluatedProperties`.
    pub(super) unevaluated: Option<&'s Value>,
    /// `prefixItems`.
    pub(super) first_items: &'s [Value],
    /// `items`.
    pub(super) items: Option<&'s Value>,
    /// `unevaluatedItems`.
    pub(super) unevaluated_items: Option<&'s Value>,
    says: bool,
}

impl<'s> Shape<'s> {
    /// Takes a keyword, if it is one of these.
    fn take(&mut self, keyword: &str, value: &'s Value) -> bool {
        match keyword {
            "properties" => self.declared = value.as_object(),
            "patternProperties" => self.by_pattern = value.as_object(),
            "additionalProperties" => self.additional = Some(value),
            "unevaluatedProperties" => self.unevaluated = Some(value),
            "prefixItems" => self.first_items = value.as_array().map_or(&[], Vec::as_slice),
            "items" => self.items = Some(value),
            "unevaluatedItems" => self.unevaluated_items = Some(value),
            _ => return false,
        }
        self.says = true;
        true
    }
}

/// All that one value has to satisfy.
#[derive(Clone, Debug)]
pub(super) struct Demands<'s> {
    /// The schema objects.
    pub(super) parts: Vec<&'s Map<String, Value>>,
    /// What they say of members and items, those alone that say anything.
    pub(super) shapes: Vec<Shape<'s>>,
    /// `propertyNames`.
    pub(super) names: Vec<&'s Value>,
    /// `dependentRequired`.
    pub(super) dependent: Vec<&'s Map<String, Value>>,
    /// The types that are left.
    pub(super) types: Types,
    /// The values of each `enum` and `const`.
    pub(super) fixed: Vec<&'s [Value]>,
    /// `default`.
    pub(super) defaults: Vec<&'s Value>,
    /// `examples`, `example`.
    pub(super) shown: Vec<&'s Value>,
    /// The one value that is meant, though the schema's version has no word for that.
    pub(super) hinted: Option<&'s Value>,
    /// The method of faker.js that makes values like those that are meant.
    pub(super) faker: Option<&'s Value>,
    /// How many items are meant: a number, or the least and the most.
    pub(super) counted: Option<&'s Value>,
    /// Bounds of numbers.
    pub(super) bounds: Vec<(Bound, &'s Number)>,
    /// Numeric formats.
    pub(super) widths: Vec<NumberFormat>,
    /// Formats.
    pub(super) formats: Vec<&'s str>,
    /// Patterns.
    pub(super) patterns: Vec<&'s str>,
    /// Characters.
    pub(super) length: (usize, usize),
    /// Items.
    pub(super) items: (usize, usize),
    /// Properties.
    pub(super) properties: (usize, usize),
    /// Whether items must differ.
    pub(super) is_unique: bool,
    /// Names of properties that must be there.
    pub(super) required: Vec<&'s str>,
    /// `contains`.
    pub(super) contained: Vec<Contained<'s>>,
    /// What the value may not satisfy.
    pub(super) nots: Vec<&'s Value>,
    /// The alternatives of `oneOf` that were not taken.
    pub(super) others: Vec<&'s Value>,
    /// Names of properties that may not be there.
    pub(super) forbidden: Vec<&'s str>,
    /// Discriminators.
    pub(super) tags: Vec<Tag<'s>>,
    /// The product of all choices.
    pub(super) choices: usize,
    /// Whether an alternative that is only null was passed over.
    pub(super) has_null: bool,
    /// Whether what is made along the demands may still not satisfy them.
    pub(super) is_guess: bool,
    pending: Vec<Pending<'s>>,
    steps: usize,
    /// The key of the schema, where no reference led to it.
    pub(super) root: Option<&'s str>,
}

/// A choice that is made when everything else is known.
#[derive(Clone, Debug)]
pub(super) enum Pending<'s> {
    Branches { keyword: &'static str, branches: &'s [Value], members: &'s Map<String, Value> },
    Condition { members: &'s Map<String, Value>, condition: &'s Value },
    Dependent { property: &'s str, schema: &'s Value },
}

/// A choice that leaves nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nothing {
    /// Why.
    pub(super) unmade: Unmade,
    /// The product of all choices.
    pub(super) choices: usize,
    /// Whether an alternative that is only null was passed over.
    pub(super) has_null: bool,
}

impl<'s> Demands<'s> {
    /// Gathers what several schemas demand of one value.
    ///
    /// # Errors
    ///
    /// Where the choice leaves nothing.
    pub(super) fn of(
        schemas: &'s Schemas,
        list: &[&'s Value],
        chosen: Chosen<'s>,
    ) -> Result<Self, Nothing> {
        let mut demands = Self::new(chosen.root);
        let mut gather = || -> Result<(), Unmade> {
            for schema in list {
                demands.open(schemas, schema)?;
            }
            let mut left = chosen;
            let mut next = 0;
            while let Some(pending) = demands.pending.get(next).cloned() {
                next += 1;
                demands.choose(schemas, pending, &mut left)?;
            }
            if demands.types == Types::NONE { Err(Unmade::Unsatisfiable) } else { Ok(()) }
        };
        match gather() {
            Ok(()) => Ok(demands),
            Err(unmade) => {
                Err(Nothing { unmade, choices: demands.choices, has_null: demands.has_null })
            }
        }
    }

    fn new(root: Option<&'s str>) -> Self {
        Self {
            parts: Vec::new(),
            shapes: Vec::new(),
            names: Vec::new(),
            dependent: Vec::new(),
            types: Types::ANY,
            fixed: Vec::new(),
            defaults: Vec::new(),
            shown: Vec::new(),
            hinted: None,
            faker: None,
            counted: None,
            bounds: Vec::new(),
            widths: Vec::new(),
            formats: Vec::new(),
            patterns: Vec::new(),
            length: (0, usize::MAX),
            items: (0, usize::MAX),
            properties: (0, usize::MAX),
            is_unique: false,
            required: Vec::new(),
            contained: Vec::new(),
            nots: Vec::new(),
            others: Vec::new(),
            forbidden: Vec::new(),
            tags: Vec::new(),
            choices: 1,
            has_null: false,
            is_guess: false,
            pending: Vec::new(),
            steps: 0,
            root,
        }
    }

    /// Gathers one schema.
    pub(super) fn open(&mut self, schemas: &'s Schemas, schema: &'s Value) -> Result<(), Unmade> {
        self.steps += 1;
        if self.steps > MOST {
            return Err(Unmade::TooLarge);
        }
        let members = match schema {
            Value::Object(members) => members,
            Value::Bool(false) => return Err(Unmade::Unsatisfiable),
            Value::Bool(true)
            | Value::Null
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => return Ok(()),
        };
        self.parts.push(members);
        // Its place is before those of what it is combined of.
        let at = self.shapes.len();
        let mut shape = Shape::default();
        for (keyword, value) in members {
            if !shape.take(keyword, value) {
                self.take(schemas, members, keyword, value)?;
            }
        }
        if shape.says {
            self.is_guess |= shape.by_pattern.is_some()
                || shape.unevaluated.is_some()
                || shape.unevaluated_items.is_some();
            self.shapes.insert(at, shape);
        }
        if self.types == Types::NONE { Err(Unmade::Unsatisfiable) } else { Ok(()) }
    }

    /// Takes what the schema says in words that its version does not have.
    fn hint(&mut self, hints: &'s Value) {
        self.shown.extend(hints.get("examples").and_then(Value::as_array).into_iter().flatten());
        self.hinted = hints.get("const").or(self.hinted);
        self.faker = hints.get("x-faker").or(self.faker);
        self.counted = hints.get("x-count").or(self.counted);
        if let Some(schema) = hints.get("contains") {
            self.contained.push(Contained { schema, least: 1, most: usize::MAX });
        }
    }

    fn take(
        &mut self,
        schemas: &'s Schemas,
        members: &'s Map<String, Value>,
        keyword: &'s str,
        value: &'s Value,
    ) -> Result<(), Unmade> {
        match keyword {
            cut::KEYWORD => {
                let Some(target) = schemas.target(value) else { return Ok(()) };
                self.open(schemas, target)?;
            }
            "type" => self.types = self.types.and(types(value)),
            "enum" => self.fixed.extend(value.as_array().map(Vec::as_slice)),
            "const" => self.fixed.push(std::slice::from_ref(value)),
            "default" => self.defaults.push(value),
            "examples" => self.shown.extend(value.as_array().into_iter().flatten()),
            "example" => self.shown.push(value),
            HINTS => self.hint(value),
            "minimum" => self.bound(Bound::Least, value),
            "exclusiveMinimum" => self.bound(Bound::Above, value),
            "maximum" => self.bound(Bound::Most, value),
            "exclusiveMaximum" => self.bound(Bound::Below, value),
            "multipleOf" => self.bound(Bound::Step, value),
            format::NUMBER_KEYWORD => {
                self.widths.extend(value.as_str().and_then(NumberFormat::find));
            }
            "format" => self.formats.extend(value.as_str()),
            "pattern" => self.patterns.extend(value.as_str()),
            "minLength" => self.length.0 = self.length.0.max(count(value)),
            "maxLength" => self.length.1 = self.length.1.min(count(value)),
            "minItems" => self.items.0 = self.items.0.max(count(value)),
            "maxItems" => self.items.1 = self.items.1.min(count(value)),
            "minProperties" => self.properties.0 = self.properties.0.max(count(value)),
            "maxProperties" => self.properties.1 = self.properties.1.min(count(value)),
            "uniqueItems" => self.is_unique |= value == &Value::Bool(true),
            "required" => {
                let is_first = self.required.is_empty();
                for name in value.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    // A list of names has each once.
                    if is_first || !self.required.contains(&name) {
                        self.required.push(name);
                    }
                }
            }
            "contains" => {
                let bound = |keyword| members.get(keyword).map(count);
                self.contained.push(Contained {
                    schema: value,
                    least: bound("minContains").unwrap_or(1),
                    most: bound("maxContains").unwrap_or(usize::MAX),
                });
                self.is_guess = true;
            }
            "allOf" => {
                for branch in value.as_array().into_iter().flatten() {
                    self.open(schemas, branch)?;
                }
            }
            "anyOf" | "oneOf" => {
                let branches = value.as_array().map_or(&[][..], Vec::as_slice);
                let keyword = if keyword == "oneOf" { "oneOf" } else { "anyOf" };
                self.pending.push(Pending::Branches { keyword, branches, members });
            }
            "not" => self.deny(value)?,
            "if" => self.pending.push(Pending::Condition { members, condition: value }),
            "dependentSchemas" => {
                for (property, schema) in value.as_object().into_iter().flatten() {
                    self.pending.push(Pending::Dependent { property, schema });
                }
            }
            "dependentRequired" => self.dependent.extend(value.as_object()),
            "propertyNames" => {
                self.names.push(value);
                self.is_guess = true;
            }
            DISCRIMINATOR if !members.contains_key("oneOf") && !members.contains_key("anyOf") => {
                self.tag_own(value);
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn bound(&mut self, bound: Bound, value: &'s Value) {
        if let Value::Number(number) = value {
            self.bounds.push((bound, number));
        }
    }
}

/// A set of type names.
pub(super) fn types(value: &Value) -> Types {
    match value {
        Value::String(name) => Types::named(name),
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .fold(Types::NONE, |all, name| all.or(Types::named(name))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Types::ANY,
    }
}

pub(super) fn count(value: &Value) -> usize {
    value.as_u64().map_or(0, |count| usize::try_from(count).unwrap_or(usize::MAX))
}
