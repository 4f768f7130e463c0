//! Types, formats and null.

use serde_json::Value;

use crate::diff::Effect;
use crate::diff::schema::compare::About;
use crate::diff::schema::compare::Comparer;
use crate::diff::schema::compare::Told;
use crate::diff::schema::rules;
use crate::diff::schema::rules::Subject;
use crate::diff::schema::shape::Shape;
use crate::schema::Types;
use crate::schema::format;
use crate::synth;

/// Formats, each with those whose values it holds all of.
const WIDER: [(&str, &str); 5] = [
    ("int64", "int32"),
    ("double", "float"),
    ("double", "int32"),
    ("float", "int32"),
    ("number", "int64"),
];

/// The types of values that are written without inner structure.
const PLAIN: Types = Types::STRING.or(Types::NUMBER).or(Types::INTEGER).or(Types::BOOLEAN);

/// A type with its format, as people write it: `string/date-time`.
fn spelled(types: Types, format: Option<&str>) -> String {
    let names = if types == Types::ANY.and(Types::NULL.others()) {
        "any".to_owned()
    } else if types == Types::NONE {
        "nothing".to_owned()
    } else {
        types.names().join(", ")
    };
    match format {
        Some(format) => format!("{names}/{format}"),
        None => names,
    }
}

impl Comparer<'_> {
    /// Compares types, formats and null; whether the types have nothing in common.
    pub(super) fn types(
        &mut self,
        base: &Shape<'_>,
        revision: &Shape<'_>,
        told: &mut Told,
    ) -> bool {
        let is_another = kinds(base, revision, told);
        if !is_another {
            null(base, revision, told);
        }
        is_another
    }
}

fn null(base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
    let says = |shape: &Shape<'_>| shape.parts.iter().any(|part| part.value.is_object());
    if !says(base) || !says(revision) {
        return;
    }
    let (was, is) = (base.is_nullable(), revision.is_nullable());
    // What says nothing of types lets null in beside everything else; its type changed.
    let is_open = |shape: &Shape<'_>| shape.types() == Types::ANY.and(Types::NULL.others());
    if was == is || is_open(base) || is_open(revision) {
        return;
    }
    let about = || About::at(base.place_of("type"), revision.place_of("type"));
    if is {
        told.tell(&rules::NULLABLE, about(), "may be null now");
    } else {
        told.tell(&rules::NOT_NULLABLE, about(), "may be null no more");
    }
}

/// Compares types and formats; whether they have nothing in common.
fn kinds(base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) -> bool {
    let (old, new) = (base.types(), revision.types());
    let (old_format, new_format) = (format_of(base), format_of(revision));
    let is_said = base.declared_types().is_some() || revision.declared_types().is_some();
    // Where neither says a type, a list of values or a choice tells what is new.
    let is_type_same = old == new || !is_said;
    if is_type_same && old_format == new_format {
        return false;
    }
    let strict = if is_type_same { Effect::Same } else { between(old, new) };
    let effect = match is_type_same {
        true => formats(old_format, new_format, old.and(new)),
        false if told.spot.seat.is_loose => {
            let is_formed = [old_format, new_format].into_iter().flatten().any(synth::has_form);
            let is_repeated = told.spot.seat.is_repeated && told.spot.is_whole;
            match loosely(old, new) {
                Some(effect) if !is_formed => effect,
                // One text is a list of one.
                None if is_repeated && new == Types::ARRAY && is_plain(old) => {
                    if holds_items(revision, old) { Effect::Widens } else { strict }
                }
                Some(_) | None => strict,
            }
        }
        false if old_format == new_format => strict,
        false => strict.and(formats(old_format, new_format, old.and(new))),
    };
    let (was, is) = (spelled(old, old_format), spelled(new, new_format));
    let about = About::at(base.place_of("type"), revision.place_of("type")).values(&was, &is);
    let is_listed = base.chooses_type() || revision.chooses_type();
    let is_open = [base, revision].iter().any(|shape| shape.declared_types().is_none());
    // A list of types is narrowed or widened, however its values are written.
    let kind = match (effect, strict) {
        (_, Effect::Widens) if is_listed => &rules::TYPES_WIDENED,
        (_, Effect::Narrows) if is_listed => &rules::TYPES_NARROWED,
        _ if is_type_same && !is_wider(old_format, new_format) || is_open => &rules::TYPE_CHANGED,
        (Effect::Same, _) => &rules::TYPE_COMPATIBLE,
        (Effect::Widens, _) => &rules::TYPE_GENERALIZED,
        // What was any text, and is read as a number now, is another type to whoever sends it.
        (Effect::Narrows, Effect::Incomparable) if told.spot.subject() == Subject::Parameter => {
            &rules::TYPE_CHANGED
        }
        (Effect::Narrows, _) => &rules::TYPE_SPECIALIZED,
        (Effect::Incomparable, _) => &rules::TYPE_CHANGED,
    };
    let verb = match effect {
        Effect::Same | Effect::Incomparable => "changed",
        Effect::Widens => "was widened",
        Effect::Narrows => "was narrowed",
    };
    told.tell_as(kind, effect, true, about, format!("type {verb} from `{was}` to `{is}`"));
    !is_type_same && !old.has(new)
}

/// Whether values of such types are written without inner structure.
fn is_plain(types: Types) -> bool {
    PLAIN.holds(types) && types != Types::NONE
}

/// Whether one format holds all values of the other.
fn is_wider(old: Option<&str>, new: Option<&str>) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return false };
    WIDER.contains(&(old, new)) || WIDER.contains(&(new, old))
}

/// Whether the items of a list may be of a type that is written as those are.
fn holds_items(shape: &Shape<'_>, types: Types) -> bool {
    let items = Shape::new(&shape.below("items")).types();
    items.holds(types) || items.has(Types::STRING)
}

fn format_of<'s>(shape: &Shape<'s>) -> Option<&'s str> {
    let said = shape.first("format").or_else(|| shape.first(format::NUMBER_KEYWORD));
    said.and_then(|(_, value)| value.as_str())
}

fn between(old: Types, new: Types) -> Effect {
    match (new.holds(old), old.holds(new)) {
        (true, true) => Effect::Same,
        (true, false) => Effect::Widens,
        (false, true) => Effect::Narrows,
        (false, false) => Effect::Incomparable,
    }
}

/// Where types are read from text, every value is a text.
fn loosely(old: Types, new: Types) -> Option<Effect> {
    let text = Types::STRING;
    if !is_plain(old) || !is_plain(new) {
        return None;
    }
    match (old.has(text), new.has(text)) {
        (true, true) => Some(Effect::Same),
        (false, true) => Some(Effect::Widens),
        (true, false) => Some(Effect::Narrows),
        (false, false) => None,
    }
}

/// How a format changes the values that are allowed.
fn formats(old: Option<&str>, new: Option<&str>, types: Types) -> Effect {
    let wider = |one: &str, other: &str| WIDER.contains(&(one, other));
    let says = |name: &str| says_something(name, types);
    match (old, new) {
        (Some(old), Some(new)) if old == new => Effect::Same,
        (Some(old), Some(new)) if wider(new, old) => Effect::Widens,
        (Some(old), Some(new)) if wider(old, new) => Effect::Narrows,
        (old, new) => match (old.is_some_and(says), new.is_some_and(says)) {
            (true, true) => Effect::Incomparable,
            (true, false) => Effect::Widens,
            (false, true) => Effect::Narrows,
            (false, false) => Effect::Same,
        },
    }
}

/// Whether a format forbids anything of values of such types.
fn says_something(name: &str, types: Types) -> bool {
    let number = format::NumberFormat::find(name).is_some();
    number && types.has(Types::NUMBER.or(Types::INTEGER))
        || types.has(Types::STRING) && synth::has_form(name)
}

/// The values that a shape lists, if it does: those of `enum` and `const`, null left out.
pub(super) fn listed<'s>(shape: &Shape<'s>) -> Option<(Vec<&'s Value>, &'static str)> {
    let mut found: Option<Vec<&Value>> = None;
    let mut keyword = "enum";
    let lists = shape.parts.iter().flat_map(|part| {
        let list = part.get("enum").and_then(Value::as_array);
        let list = list.map(|values| ("enum", values.iter().collect::<Vec<_>>()));
        let only = part.get("const").map(|value| ("const", vec![value]));
        list.into_iter().chain(only)
    });
    for (by, values) in lists {
        let values: Vec<&Value> = values.into_iter().filter(|value| !value.is_null()).collect();
        if by == "const" {
            keyword = "const";
        }
        found = Some(match found {
            None => values,
            Some(so_far) => so_far.into_iter().filter(|it| values.contains(it)).collect(),
        });
    }
    found.map(|values| (values, keyword))
}
