//! Objects: what is declared, what is demanded, and what else may be there.

use foldhash::HashSet;
use serde_json::Map;
use serde_json::Value;

use crate::json::member;
use crate::schema::Types;
use crate::synth::Unmade;
use crate::synth::array::items_at;
use crate::synth::demands::Chosen;
use crate::synth::demands::Demands;
use crate::synth::demands::Shape;
use crate::synth::maker::FULL;
use crate::synth::maker::LARGE;
use crate::synth::maker::Maker;
use crate::synth::maker::Place;

/// The most members that are made because a count demands them.
const MOST_INVENTED: usize = 10_000;

/// How deep a large value still has all of its properties.
const TOLD: usize = 3;

/// How deep inside a value something is looked for that tells it from an alternative.
const APART: usize = 4;

/// How often a name is looked for.
const NAMINGS: usize = 20;

/// An object while it is made.
struct Making<'s, 'd> {
    demands: &'d Demands<'s>,
    /// The names of members that must be there.
    required: HashSet<&'s str>,
    /// What alone describes the members, by their names.
    declared: Option<&'s Map<String, Value>>,
    object: Map<String, Value>,
    place: Place<'d>,
    round: usize,
    /// Whether the object stands within two of its own schema.
    is_again: bool,
}

impl<'s> Maker<'s, '_> {
    pub(super) fn object(
        &mut self,
        demands: &Demands<'s>,
        place: Place<'_>,
        round: usize,
    ) -> Result<Value, Unmade> {
        let shapes = &demands.shapes;
        let schema = shapes.iter().find_map(|shape| shape.declared);
        let schema = schema.map_or(0, |declared| std::ptr::from_ref(declared).addr());
        let within = self.open.iter().filter(|open| **open == schema).count();
        let is_again = self.is_plain() && schema != 0 && within > 1;
        let required = demands.required.iter().copied().collect();
        let declared = match shapes.as_slice() {
            [Shape { declared, by_pattern: None, .. }] => *declared,
            _ => None,
        };
        let object = Map::new();
        let making = Making { demands, required, declared, object, place, round, is_again };
        self.open.push(schema);
        let made = self.filled(making);
        self.open.pop();
        made
    }

    /// An object with its members.
    fn filled(&mut self, mut making: Making<'s, '_>) -> Result<Value, Unmade> {
        let (demands, round) = (making.demands, making.round);
        let names = self.names(&making);
        making.object = Map::with_capacity(names.len());
        for (name, schema) in names {
            let is_required = making.required.contains(name);
            let before = self.parts;
            let made = match schema.filter(|_| making.declared.is_some()) {
                Some(schema) => self.member_of(&making, name, &[schema]),
                None => self.member(&making, name),
            };
            match made {
                Ok(value) => {
                    making.object.insert(name.to_owned(), value);
                }
                // What may be left out is, where it can not be made.
                Err(_) if !is_required => self.parts = before,
                Err(unmade) => return Err(unmade),
            }
        }
        self.depend(&mut making)?;
        self.invent(&mut making)?;
        if round % 2 == 1 {
            self.tell_apart(&mut making);
        }
        if making.object.len() > demands.properties.1 {
            return Err(Unmade::Unsatisfiable);
        }
        Ok(Value::Object(making.object))
    }

    /// The names of the members to make, in the order of the document, each with the schema that
    /// was first to declare it.
    fn names(&mut self, making: &Making<'s, '_>) -> Vec<(&'s str, Option<&'s Value>)> {
        let demands = making.demands;
        let mut names: Vec<(&'s str, Option<&'s Value>)> = Vec::new();
        let is_named = |names: &[(&str, Option<&Value>)], name: &str| {
            names.iter().any(|(known, _)| *known == name)
        };
        for declared in making.demands.shapes.iter().filter_map(|shape| shape.declared) {
            let is_first = names.is_empty();
            for (name, schema) in declared {
                if is_first || !is_named(&names, name) {
                    let is_required = making.required.contains(name.as_str());
                    if !self.is_excused(schema) && (is_required || schema != &Value::Bool(false)) {
                        names.push((name, Some(schema)));
                    }
                }
            }
        }
        let found = names.iter().filter(|(name, _)| making.required.contains(name)).count();
        if found < making.required.len() {
            for name in &demands.required {
                let is_declared = making.demands.shapes.iter().any(|shape| {
                    shape.declared.is_some_and(|declared| declared.contains_key(*name))
                });
                if !is_declared {
                    names.push((name, None));
                }
            }
        }
        // What tells alternatives apart is there, even where nobody demands it.
        for tag in demands.tags.iter().filter(|tag| !tag.values.is_empty()) {
            let list = self.schemas_of(&making.demands.shapes, tag.property);
            if !is_named(&names, tag.property) && !list.contains(&&Value::Bool(false)) {
                names.push((tag.property, None));
            }
        }
        let depth = making.place.depth;
        let is_full = depth < FULL && (self.parts < LARGE || depth < TOLD) && !making.is_again;
        let mut room = demands.properties.1.saturating_sub(demands.required.len());
        let is_restricted = !demands.names.is_empty();
        names.retain(|(name, _)| {
            let is_tag = || demands.tags.iter().any(|tag| tag.property == *name);
            if making.required.contains(name) || (is_tag() && making.round < 2) {
                return true;
            }
            let is_wanted = match making.round {
                0 | 1 => is_full,
                2 | 3 => false,
                _ => is_full && self.random.happens(50),
            };
            let is_kept = is_wanted
                && room > 0
                && !demands.forbidden.contains(name)
                && (!is_restricted || self.may_be_called(demands, name));
            room -= usize::from(is_kept);
            is_kept
        });
        names
    }

    /// Whether a property does not travel in this direction.
    fn is_excused(&self, schema: &'s Value) -> bool {
        let says_so = |schema: &Value| {
            let excuse = schema.as_object().and_then(|it| member(it, self.direction.excuse()));
            excuse == Some(&Value::Bool(true))
        };
        says_so(schema) || self.schemas.referred(schema).is_some_and(says_so)
    }

    fn may_be_called(&self, demands: &Demands<'s>, name: &str) -> bool {
        self.fit(&demands.names, &Value::from(name))
    }

    /// Makes the member of a name.
    fn member(&mut self, making: &Making<'s, '_>, name: &str) -> Result<Value, Unmade> {
        let list = self.schemas_of(&making.demands.shapes, name);
        self.member_of(making, name, &list)
    }

    /// Makes the member of a name, of which its schemas are known.
    fn member_of(
        &mut self,
        making: &Making<'s, '_>,
        name: &str,
        list: &[&'s Value],
    ) -> Result<Value, Unmade> {
        let tags = making.demands.tags.iter().filter(|tag| tag.property == name);
        for value in tags.flat_map(|tag| &tag.values) {
            let value = Value::from(value.as_str());
            if self.fit(list, &value) {
                return Ok(value);
            }
        }
        let place = Place { depth: making.place.depth + 1, name: Some(name) };
        self.value(list, place)
    }

    /// What the schemas demand of the member of a name.
    fn schemas_of(&mut self, shapes: &[Shape<'s>], name: &str) -> Vec<&'s Value> {
        let mut list = Vec::new();
        let mut is_evaluated = false;
        for shape in shapes {
            let before = list.len();
            list.extend(shape.declared.and_then(|declared| declared.get(name)));
            for (pattern, schema) in shape.by_pattern.into_iter().flatten() {
                if self.is_match(pattern, name) {
                    list.push(schema);
                }
            }
            if list.len() == before {
                list.extend(shape.additional);
            }
            is_evaluated |= list.len() > before;
        }
        if !is_evaluated {
            list.extend(shapes.iter().filter_map(|shape| shape.unevaluated));
        }
        list
    }

    fn is_match(&mut self, pattern: &'s str, name: &str) -> bool {
        let matcher = self.matchers.entry(pattern).or_insert_with(|| {
            let translated = jsonschema_regex::to_rust_regex(pattern);
            fancy_regex::Regex::new(translated.as_deref().unwrap_or(pattern)).ok()
        });
        matcher.as_ref().is_some_and(|matcher| matcher.is_match(name).unwrap_or(false))
    }

    /// Adds what members that are there ask for.
    fn depend(&mut self, making: &mut Making<'s, '_>) -> Result<(), Unmade> {
        let dependent = making.demands.dependent.iter().copied().flatten();
        let dependent: Vec<(&String, &Value)> = dependent.collect();
        let mut is_changed = !dependent.is_empty();
        while is_changed {
            is_changed = false;
            for (trigger, names) in &dependent {
                if !making.object.contains_key(trigger.as_str()) {
                    continue;
                }
                let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
                let missing: Vec<&str> =
                    names.filter(|name| !making.object.contains_key(*name)).collect();
                for name in missing {
                    let is_free = !making.demands.required.contains(&trigger.as_str());
                    let made = match making.demands.forbidden.contains(&name) {
                        true => Err(Unmade::Unsatisfiable),
                        false => self.member(making, name),
                    };
                    match made {
                        Ok(value) => drop(making.object.insert(name.to_owned(), value)),
                        Err(_) if is_free => drop(making.object.shift_remove(trigger.as_str())),
                        Err(unmade) => return Err(unmade),
                    }
                    is_changed = true;
                }
            }
        }
        Ok(())
    }

    /// Adds members that are nowhere named: those that a count demands, and some where an object
    /// is described by what its members are.
    fn invent(&mut self, making: &mut Making<'s, '_>) -> Result<(), Unmade> {
        let demands = making.demands;
        let least = demands.properties.0;
        if least > MOST_INVENTED {
            return Err(Unmade::TooLarge);
        }
        let describes = |shape: &Shape<'_>| {
            shape.by_pattern.is_some_and(|patterns| !patterns.is_empty())
                || shape.additional.is_some_and(|schema| {
                    schema.as_object().is_some_and(|schema| !schema.is_empty())
                })
        };
        let is_free = self.options.fill_properties
            && making.round < 2
            && making.place.depth < FULL
            && making.object.is_empty()
            && demands.properties.1 > 0
            && making.demands.shapes.iter().any(describes);
        // As Prism has it: two.
        let free = if self.is_plain() { 2 } else { self.random.between(1, 3) };
        let free = if is_free { free.min(demands.properties.1) } else { 0 };
        let wanted = least.max(free);
        let mut fails = 0;
        while making.object.len() < wanted {
            let name = self.new_name(making);
            let made = name.ok_or(Unmade::Unsatisfiable).and_then(|name| {
                let value = self.member(making, &name)?;
                making.object.insert(name, value);
                Ok(())
            });
            if let Err(unmade) = made {
                fails += 1;
                if making.object.len() >= least {
                    break;
                }
                if fails > NAMINGS {
                    return Err(unmade);
                }
            }
        }
        Ok(())
    }

    /// A name that no member has yet, and may have.
    fn new_name(&mut self, making: &Making<'s, '_>) -> Option<String> {
        let patterns: Vec<&'s str> = making
            .demands
            .shapes
            .iter()
            .filter_map(|shape| shape.by_pattern)
            .flat_map(|patterns| patterns.keys().map(String::as_str))
            .collect();
        let rules = &making.demands.names;
        let declared = making.demands.shapes.iter().filter_map(|shape| shape.declared);
        let declared: Vec<&'s str> =
            declared.flat_map(|map| map.keys().map(String::as_str)).collect();
        for attempt in 0..NAMINGS {
            let number = making.object.len() + attempt + 1;
            let name = if !rules.is_empty() {
                let place = Place { depth: making.place.depth + 1, name: None };
                match self.text_of(rules, place, attempt) {
                    Ok(name) => name,
                    Err(_) => continue,
                }
            } else if let Some(pattern) = self.random.pick(&patterns).filter(|_| attempt % 2 == 0) {
                let length = self.random.between(0, 12);
                self.along(pattern, (length, 40))?
            } else {
                format!("property{number}")
            };
            let is_new = !making.object.contains_key(&name)
                && !making.demands.forbidden.contains(&name.as_str())
                && !declared.iter().any(|known| *known == name);
            let list = self.schemas_of(&making.demands.shapes, &name);
            if is_new && !list.contains(&&Value::Bool(false)) {
                return Some(name);
            }
        }
        // What was left out may be there where a count asks for it.
        let object = &making.object;
        let left = declared
            .into_iter()
            .find(|name| !object.contains_key(*name) && !making.demands.forbidden.contains(name));
        left.map(str::to_owned)
    }

    /// Adds members by which the value is none of the alternatives that were not taken.
    fn tell_apart(&mut self, making: &mut Making<'s, '_>) {
        let mut value = Value::Object(std::mem::take(&mut making.object));
        for other in &making.demands.others {
            if self.schemas.fits(other, self.direction, &value) {
                self.set_apart(making.demands, &mut value, other, 0);
            }
        }
        if let Value::Object(object) = value {
            making.object = object;
        }
    }

    /// Adds one member by which a schema refuses a value that its own demands still allow; inside
    /// the value, where there is none for itself. Whether there was one.
    fn set_apart(
        &mut self,
        own: &Demands<'s>,
        value: &mut Value,
        other: &'s Value,
        depth: usize,
    ) -> bool {
        let Ok(other) = Demands::of(self.schemas, &[other], Chosen::default()) else {
            return false;
        };
        match value {
            Value::Object(object) if other.types.has(Types::OBJECT) => {
                let declared = other.shapes.iter().filter_map(|shape| shape.declared);
                let declared: Vec<(&String, &'s Value)> = declared.flatten().collect();
                let mut free = declared.iter().filter(|(name, _)| !object.contains_key(*name));
                let apart = free.find_map(|(name, schema)| {
                    let list = self.schemas_of(&own.shapes, name);
                    Some((*name, self.refused(&list, schema)?))
                });
                if let Some((name, value)) = apart {
                    object.insert(name.clone(), value);
                    return true;
                }
                depth < APART
                    && declared.iter().any(|(name, schema)| {
                        let Some(member) = object.get_mut(*name) else { return false };
                        let list = self.schemas_of(&own.shapes, name);
                        self.set_apart_inside(&list, member, schema, depth)
                    })
            }
            Value::Array(items) if other.types.has(Types::ARRAY) && depth < APART => {
                let Some(first) = items.first_mut() else { return false };
                let list = items_at(own, 0);
                let mut others = items_at(&other, 0).into_iter();
                others.any(|other| self.set_apart_inside(&list, first, other, depth))
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => false,
        }
    }

    fn set_apart_inside(
        &mut self,
        list: &[&'s Value],
        value: &mut Value,
        other: &'s Value,
        depth: usize,
    ) -> bool {
        let own = Demands::of(self.schemas, list, Chosen::default());
        own.is_ok_and(|own| self.set_apart(&own, value, other, depth + 1))
    }

    /// A value that a schema refuses and others allow.
    fn refused(&self, list: &[&'s Value], schema: &'s Value) -> Option<Value> {
        let mut candidates =
            [Value::Null, Value::Bool(true), Value::from(0), Value::from("?"), Value::from([0; 0])]
                .into_iter();
        candidates.find(|value| {
            self.fit(list, value) && !self.schemas.fits(schema, self.direction, value)
        })
    }
}
