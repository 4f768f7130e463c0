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

/// Formats, each with those whose values it holds all of.
const WIDER: [(&str, &str); 5] = [
    ("int64", "int32"),
    ("double", "float"),
    ("double", "int32"),
    ("float", "int32"),
    ("number", "int64"),
];

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
    let mut effect = if is_type_same { Effect::Same } else { between(old, new) };
    let is_loose = told.spot.seat.is_loose;
    if is_loose && !is_type_same {
        effect = loosely(old, new).unwrap_or(effect);
    }
    let formats = formats(old_format, new_format, old.and(new));
    if old_format != new_format && (is_type_same || effect == Effect::Same) {
        effect = effect.and(formats);
    }
    let (was, is) = (spelled(old, old_format), spelled(new, new_format));
    let about = About::at(base.place_of("type"), revision.place_of("type")).values(&was, &is);
    let are_lists = old.names().len() > 1 || new.names().len() > 1;
    let is_listed = are_lists
        && is_said
        && old.names().len() < 6
        && new.names().len() < 6
        && !matches!(told.spot.subject(), Subject::RequestBody | Subject::ResponseBody);
    let title = |verb: &str| format!("{verb} from `{was}` to `{is}`");
    match effect {
        Effect::Same => told.tell(&rules::TYPE_COMPATIBLE, about, title("type changed")),
        Effect::Widens if is_listed => {
            told.tell(&rules::TYPES_WIDENED, about, title("types were widened"));
        }
        Effect::Narrows if is_listed => {
            told.tell(&rules::TYPES_NARROWED, about, title("types were narrowed"));
        }
        Effect::Widens => told.tell(&rules::TYPE_GENERALIZED, about, title("type was widened")),
        Effect::Narrows => told.tell(&rules::TYPE_SPECIALIZED, about, title("type was narrowed")),
        Effect::Incomparable => told.tell(&rules::TYPE_CHANGED, about, title("type changed")),
    }
    !is_type_same && !old.has(new)
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
    let plain = Types::STRING.or(Types::NUMBER).or(Types::INTEGER).or(Types::BOOLEAN);
    let is_plain = |types: Types| plain.holds(types) && types != Types::NONE;
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
        || types.has(Types::STRING) && crate::synth::has_form(name)
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
