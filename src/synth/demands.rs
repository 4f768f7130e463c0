//! A schema with everything that it is combined of, as one set of demands.
//!
//! `allOf` and references are opened. Where a schema leaves a choice (`anyOf`, `oneOf`, `if`,
//! `dependentSchemas`), a number says which one is made: counting up tries them all.

use serde_json::Map;
use serde_json::Number;
use serde_json::Value;

use crate::pointer::Pointer;
use crate::schema::Schemas;
use crate::schema::Types;
use crate::schema::cut;
use crate::schema::format;
use crate::schema::format::NumberFormat;
use crate::schema::nearest;
use crate::schema::nearest::DISCRIMINATOR;
use crate::synth::Unmade;

/// How many schemas are looked at for one value.
const MOST: usize = 2_000;

/// How many choices are told apart.
const MOST_CHOICES: usize = 64;

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
    /// Whether the value should end soon: what holds least comes first.
    pub(super) is_short: bool,
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

/// All that one value has to satisfy.
#[derive(Clone, Debug)]
pub(super) struct Demands<'s> {
    /// The schema objects.
    pub(super) parts: Vec<&'s Map<String, Value>>,
    /// The types that are left.
    pub(super) types: Types,
    /// The values of each `enum` and `const`.
    pub(super) fixed: Vec<&'s [Value]>,
    /// `default`, `examples`, `example`.
    pub(super) shown: Vec<&'s Value>,
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
    /// Whether what is made along the demands may still not satisfy them.
    pub(super) is_guess: bool,
    pending: Vec<Pending<'s>>,
    steps: usize,
    root: Option<&'s str>,
}

/// A choice that is made when everything else is known.
#[derive(Clone, Debug)]
enum Pending<'s> {
    Branches { keyword: &'static str, branches: &'s [Value], members: &'s Map<String, Value> },
    Condition { members: &'s Map<String, Value>, condition: &'s Value },
    Dependent { property: &'s str, schema: &'s Value },
}

impl<'s> Demands<'s> {
    /// Gathers what several schemas demand of one value.
    ///
    /// # Errors
    ///
    /// [`Unmade`] where the choice leaves nothing, with the number of choices that there are.
    pub(super) fn of(
        schemas: &'s Schemas,
        list: &[&'s Value],
        chosen: Chosen<'s>,
    ) -> Result<Self, (Unmade, usize)> {
        let mut demands = Self::new(chosen.root);
        let mut gather = || -> Result<(), Unmade> {
            for schema in list {
                demands.open(schemas, schema)?;
            }
            let mut number = chosen.number;
            let mut next = 0;
            while let Some(pending) = demands.pending.get(next).cloned() {
                next += 1;
                demands.choose(schemas, pending, &mut number, chosen.is_short)?;
            }
            if demands.types == Types::NONE { Err(Unmade::Unsatisfiable) } else { Ok(()) }
        };
        match gather() {
            Ok(()) => Ok(demands),
            Err(unmade) => Err((unmade, demands.choices)),
        }
    }

    fn new(root: Option<&'s str>) -> Self {
        Self {
            parts: Vec::new(),
            types: Types::ANY,
            fixed: Vec::new(),
            shown: Vec::new(),
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
            is_guess: false,
            pending: Vec::new(),
            steps: 0,
            root,
        }
    }

    fn open(&mut self, schemas: &'s Schemas, schema: &'s Value) -> Result<(), Unmade> {
        self.steps += 1;
        if self.steps > MOST {
            return Err(Unmade::TooLarge);
        }
        let members = match schema {
            Value::Object(members) => members,
            Value::Bool(false) => return Err(Unmade::Unsatisfiable),
            _ => return Ok(()),
        };
        self.parts.push(members);
        for (keyword, value) in members {
            self.take(schemas, members, keyword, value)?;
        }
        if self.types == Types::NONE { Err(Unmade::Unsatisfiable) } else { Ok(()) }
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
            "default" => self.shown.insert(0, value),
            "examples" => self.shown.extend(value.as_array().into_iter().flatten()),
            "example" => self.shown.push(value),
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
                for name in value.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    if !self.required.contains(&name) {
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
            "patternProperties"
            | "propertyNames"
            | "unevaluatedProperties"
            | "unevaluatedItems" => self.is_guess = true,
            DISCRIMINATOR if !members.contains_key("oneOf") && !members.contains_key("anyOf") => {
                self.tag_own(value);
            }
            _ => {}
        }
        Ok(())
    }

    fn bound(&mut self, bound: Bound, value: &'s Value) {
        if let Value::Number(number) = value {
            self.bounds.push((bound, number));
        }
    }

    /// What may not be: types and properties are taken away at once, the rest is tried.
    fn deny(&mut self, schema: &'s Value) -> Result<(), Unmade> {
        let Value::Object(members) = schema else {
            return if schema == &Value::Bool(true) { Err(Unmade::Unsatisfiable) } else { Ok(()) };
        };
        if members.is_empty() {
            return Err(Unmade::Unsatisfiable);
        }
        self.is_guess = true;
        self.nots.push(schema);
        if let (Some(kind), 1) = (members.get("type"), members.len()) {
            let named = types(kind);
            // An integer is a number: without numbers, there are none.
            self.types = self.types.and(named.others());
        }
        if let (Some((keyword, value)), 1) = (members.iter().next(), members.len()) {
            self.deny_bound(keyword, value);
        }
        self.forbid(schema);
        for branch in members.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
            self.forbid(branch);
        }
        Ok(())
    }

    /// The other side of a bound that may not be kept to.
    fn deny_bound(&mut self, keyword: &str, value: &'s Value) {
        let (over, under) = (count(value).saturating_add(1), count(value).saturating_sub(1));
        // Values of other types keep to any bound.
        self.types = self.types.and(match keyword {
            "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum" => {
                Types::named("number")
            }
            "minLength" | "maxLength" => Types::STRING,
            "minItems" | "maxItems" => Types::ARRAY,
            "minProperties" | "maxProperties" | "required" => Types::OBJECT,
            _ => Types::ANY,
        });
        match keyword {
            "minimum" => self.bound(Bound::Below, value),
            "exclusiveMinimum" => self.bound(Bound::Most, value),
            "maximum" => self.bound(Bound::Above, value),
            "exclusiveMaximum" => self.bound(Bound::Least, value),
            "minLength" => self.length.1 = self.length.1.min(under),
            "maxLength" => self.length.0 = self.length.0.max(over),
            "minItems" => self.items.1 = self.items.1.min(under),
            "maxItems" => self.items.0 = self.items.0.max(over),
            "minProperties" => self.properties.1 = self.properties.1.min(under),
            "maxProperties" => self.properties.0 = self.properties.0.max(over),
            _ => {}
        }
    }

    /// Keeps one property away that a schema asks for which may not be satisfied, where that is
    /// all it asks.
    fn forbid(&mut self, schema: &'s Value) {
        let Some(members) = schema.as_object() else { return };
        let says_more = |keyword: &String| {
            !matches!(keyword.as_str(), "required" | "type" | "title" | "description")
        };
        if members.keys().any(says_more) {
            return;
        }
        let names = members.get("required").and_then(Value::as_array).into_iter().flatten();
        let names: Vec<&str> = names.filter_map(Value::as_str).collect();
        let is_away = names.iter().any(|name| self.forbidden.contains(name));
        let free = names.iter().rev().find(|name| !self.required.contains(name));
        if let Some(name) = free.filter(|_| !is_away) {
            self.forbidden.push(name);
        }
    }

    fn choose(
        &mut self,
        schemas: &'s Schemas,
        pending: Pending<'s>,
        number: &mut usize,
        is_short: bool,
    ) -> Result<(), Unmade> {
        match pending {
            Pending::Branches { keyword, branches, members } => {
                let order = self.order(schemas, branches, is_short);
                let taken = self.pick(order.len(), number);
                let index = order.get(taken).copied().ok_or(Unmade::Unsatisfiable)?;
                let branch = &branches[index];
                self.tag(members, branches, branch);
                self.open(schemas, branch)?;
                self.is_guess |= order.len() > 1 || branches.len() > 1;
                if keyword == "oneOf" {
                    let others = branches.iter().enumerate().filter(|(other, _)| *other != index);
                    for (_, other) in others {
                        self.others.push(other);
                        self.forbid(other);
                    }
                }
                Ok(())
            }
            Pending::Condition { members, condition } => {
                let then = members.get("then");
                let otherwise = members.get("else");
                if then.is_none() && otherwise.is_none() {
                    return Ok(());
                }
                self.is_guess = true;
                if self.pick(2, number) == 0 {
                    self.open(schemas, condition)?;
                    return then.map_or(Ok(()), |then| self.open(schemas, then));
                }
                self.deny(condition)?;
                otherwise.map_or(Ok(()), |otherwise| self.open(schemas, otherwise))
            }
            Pending::Dependent { property, schema } => {
                self.is_guess = true;
                if self.required.contains(&property) || self.pick(2, number) == 0 {
                    return self.open(schemas, schema);
                }
                self.forbidden.push(property);
                Ok(())
            }
        }
    }

    /// One of several ways, as the number says.
    fn pick(&mut self, ways: usize, number: &mut usize) -> usize {
        if ways == 0 {
            return 0;
        }
        let taken = *number % ways;
        *number /= ways;
        self.choices = self.choices.saturating_mul(ways).min(MOST_CHOICES);
        taken
    }

    /// The alternatives that go with the types that are left, those that say something first.
    fn order(&self, schemas: &'s Schemas, branches: &'s [Value], is_short: bool) -> Vec<usize> {
        let mut order: Vec<(usize, usize)> = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let types = schemas.types_of(branch).and(self.types);
            if types == Types::NONE {
                continue;
            }
            let rank = match (types == Types::NULL, is_short) {
                (true, false) => 1,
                (false, true) => {
                    1 + usize::from(types.has(Types::ARRAY))
                        + usize::from(types.has(Types::OBJECT)) * 2
                }
                (true, true) | (false, false) => 0,
            };
            order.push((rank, index));
        }
        order.sort_unstable();
        order.into_iter().map(|(_, index)| index).collect()
    }

    /// Notes the tag that names an alternative.
    fn tag(&mut self, members: &'s Map<String, Value>, branches: &[Value], branch: &Value) {
        let Some(discriminator) = members.get(DISCRIMINATOR) else { return };
        let Some(property) = discriminator.get("propertyName").and_then(Value::as_str) else {
            return;
        };
        let Some(key) = branch.get(cut::KEYWORD).and_then(Value::as_str) else { return };
        let key_of =
            |branch: &'_ Value| branch.get(cut::KEYWORD).and_then(Value::as_str).map(str::to_owned);
        let keys: Vec<Option<String>> = branches.iter().map(key_of).collect();
        let keys: Vec<Option<&str>> = keys.iter().map(Option::as_deref).collect();
        let is_named = |tag: &String| {
            nearest::named_by(discriminator, &keys, tag)
                .is_some_and(|index| keys.get(index) == Some(&Some(key)))
        };
        let values = names_of(discriminator, key).filter(is_named).collect();
        self.tags.push(Tag { property, values });
    }

    /// Notes the tag by which a parent tells its children apart.
    fn tag_own(&mut self, discriminator: &'s Value) {
        let property = discriminator.get("propertyName").and_then(Value::as_str);
        // The first reference on the way down is the child.
        let (Some(property), Some(key)) = (property, self.child()) else { return };
        let values = names_of(discriminator, key).collect();
        self.tags.push(Tag { property, values });
    }

    fn child(&self) -> Option<&'s str> {
        let refers = |part: &&&'s Map<String, Value>| part.contains_key(cut::KEYWORD);
        let first = self.parts.iter().find(refers);
        first.and_then(|part| part.get(cut::KEYWORD)).and_then(Value::as_str).or(self.root)
    }
}

/// The tags that may name a schema: as mapped, and its own name.
fn names_of<'v>(discriminator: &'v Value, key: &'v str) -> impl Iterator<Item = String> + 'v {
    let tags = discriminator.get("tags").and_then(Value::as_object).into_iter().flatten();
    let mapped = tags.filter(move |(_, target)| target.as_str() == Some(key));
    let own = Pointer::new(key).last().map(std::borrow::Cow::into_owned);
    mapped.map(|(tag, _)| tag.clone()).chain(own)
}

/// A set of type names.
fn types(value: &Value) -> Types {
    match value {
        Value::String(name) => Types::named(name),
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .fold(Types::NONE, |all, name| all.or(Types::named(name))),
        _ => Types::ANY,
    }
}

fn count(value: &Value) -> usize {
    value.as_u64().map_or(0, |count| usize::try_from(count).unwrap_or(usize::MAX))
}
