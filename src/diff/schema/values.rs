//! Lists of values, patterns, and what text holds.

use serde_json::Value;

use crate::diff::Effect;
use crate::diff::schema::compare::About;
use crate::diff::schema::compare::Comparer;
use crate::diff::schema::compare::Told;
use crate::diff::schema::kinds;
use crate::diff::schema::rules;
use crate::diff::schema::rules::Kind;
use crate::diff::schema::shape::Shape;
use crate::schema::pattern;
use crate::schema::pattern::Inclusion;

/// The longest value that is told whole, in characters.
const LONGEST: usize = 80;

impl Comparer<'_> {
    /// Compares lists of values, patterns, and what text holds.
    pub(super) fn values(&mut self, base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
        lists(base, revision, told);
        extensible(base, revision, told);
        patterns(base, revision, told);
        for (keyword, kind) in [
            ("contentEncoding", &rules::CONTENT_ENCODING_CHANGED),
            ("contentMediaType", &rules::CONTENT_MEDIA_TYPE_CHANGED),
        ] {
            content(keyword, kind, base, revision, told);
        }
    }
}

/// A value as it is told.
pub(super) fn plain(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn lists(base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
    let (old, new) = (kinds::listed(base), kinds::listed(revision));
    let is_const = |list: &Option<(Vec<&Value>, &str)>| {
        list.as_ref().is_some_and(|(_, keyword)| *keyword == "const")
    };
    let (was_const, is_const) = (is_const(&old), is_const(&new));
    let about = || {
        let of =
            |shape: &Shape<'_>, is_const| shape.place_of(if is_const { "const" } else { "enum" });
        About::at(of(base, was_const), of(revision, is_const))
    };
    let join =
        |values: &[&Value]| values.iter().map(|value| plain(value)).collect::<Vec<_>>().join(", ");
    match (old, new) {
        (None, None) => {}
        (None, Some((new, _))) => {
            let kind = if is_const { &rules::CONST_ADDED } else { &rules::ENUM_ADDED };
            let new = join(&new);
            told.tell(
                kind,
                About { is: Some(new.clone()), ..about() },
                format!("allows nothing but {new} now"),
            );
        }
        (Some((old, _)), None) => {
            let kind = if was_const { &rules::CONST_REMOVED } else { &rules::ENUM_REMOVED };
            let old = join(&old);
            let title = format!("allowed nothing but {old}, and allows others now");
            told.tell(kind, About { was: Some(old), ..about() }, title);
        }
        (Some((old, _)), Some((new, _))) => {
            let gone: Vec<&Value> = missing(&old, &new);
            let come: Vec<&Value> = missing(&new, &old);
            if let (true, true, [was], [is]) = (was_const, is_const, &gone[..], &come[..]) {
                let (was, is) = (plain(was), plain(is));
                let title = format!("the only value changed from `{was}` to `{is}`");
                return told.tell(&rules::CONST_CHANGED, about().values(was, is), title);
            }
            for value in gone {
                let value = plain(value);
                let title = format!("the value `{value}` is allowed no more");
                let about = About { was: Some(value), ..about() };
                told.tell(&rules::ENUM_VALUE_REMOVED, about, title);
            }
            for value in come {
                let value = plain(value);
                let title = format!("the value `{value}` is allowed now");
                let about = About { is: Some(value), ..about() };
                told.tell(&rules::ENUM_VALUE_ADDED, about, title);
            }
        }
    }
}

/// Whether two values are equal, as JSON Schema has it: `1` is `1.0`.
pub(super) fn is_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        _ => one == other,
    }
}

/// What one list has and the other lacks.
fn missing<'v>(of: &[&'v Value], from: &[&Value]) -> Vec<&'v Value> {
    of.iter().copied().filter(|value| !from.iter().any(|it| is_equal(it, value))).collect()
}

/// Values that a list which stays open names (`x-extensible-enum`).
fn extensible(base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
    const KEYWORD: &str = "x-extensible-enum";
    let list = |shape: &Shape<'_>| {
        let said = shape.all(KEYWORD).filter_map(|(_, value)| value.as_array().cloned());
        said.flatten().collect::<Vec<_>>()
    };
    let (old, new) = (list(base), list(revision));
    if new.is_empty() || old.is_empty() {
        return;
    }
    let about = || About::at(base.place_of(KEYWORD), revision.place_of(KEYWORD));
    for value in old.iter().filter(|value| !new.contains(value)) {
        let value = plain(value);
        let title = format!("the value `{value}` is in the open list no more");
        let about = About { was: Some(value), ..about() };
        told.tell(&rules::EXTENSIBLE_VALUE_REMOVED, about, title);
    }
    for value in new.iter().filter(|value| !old.contains(value)) {
        let value = plain(value);
        let title = format!("the value `{value}` is in the open list now");
        let about = About { is: Some(value), ..about() };
        told.tell(&rules::EXTENSIBLE_VALUE_ADDED, about, title);
    }
}

fn patterns(base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
    const KEYWORD: &str = "pattern";
    fn list<'s>(shape: &Shape<'s>) -> Vec<&'s str> {
        shape.all(KEYWORD).filter_map(|(_, value)| value.as_str()).collect()
    }
    let (old, new) = (list(base), list(revision));
    let gone: Vec<&str> = old.iter().filter(|it| !new.contains(it)).copied().collect();
    let come: Vec<&str> = new.iter().filter(|it| !old.contains(it)).copied().collect();
    let about = || About::at(base.place_of(KEYWORD), revision.place_of(KEYWORD));
    match (&gone[..], &come[..]) {
        ([], []) => {}
        ([], come) => {
            let come = come.join(" and ");
            let title = format!("must match `{come}` now");
            told.tell(&rules::PATTERN_ADDED, About { is: Some(come), ..about() }, title);
        }
        (gone, []) => {
            let gone = gone.join(" and ");
            let title = format!("need not match `{gone}` any more");
            told.tell(&rules::PATTERN_REMOVED, About { was: Some(gone), ..about() }, title);
        }
        (gone, come) => {
            let effect = match (gone, come) {
                ([gone], [come]) => between(gone, come),
                _ => None,
            };
            let (was, is) = (gone.join(" and "), come.join(" and "));
            let about = about().values(&was, &is);
            let title = |verb: &str| format!("the pattern {verb} from `{was}` to `{is}`");
            match effect {
                Some(Effect::Same) => {}
                Some(Effect::Widens) => {
                    told.tell(&rules::PATTERN_GENERALIZED, about, title("was widened"));
                }
                Some(Effect::Narrows) => {
                    told.tell(&rules::PATTERN_SPECIALIZED, about, title("was narrowed"));
                }
                Some(Effect::Incomparable) => {
                    told.tell(&rules::PATTERN_CHANGED, about, title("changed"));
                }
                None => {
                    let kind = &rules::PATTERN_CHANGED;
                    told.tell_as(kind, Effect::Incomparable, false, about, title("changed"));
                }
            }
        }
    }
}

/// How the texts that match change; `None` where that can not be told.
fn between(old: &str, new: &str) -> Option<Effect> {
    let [new_holds, old_holds] = [pattern::includes(new, old)?, pattern::includes(old, new)?];
    Some(match (new_holds, old_holds) {
        (Inclusion::Holds, Inclusion::Holds) => Effect::Same,
        (Inclusion::Holds, Inclusion::Breaks(_)) => Effect::Widens,
        (Inclusion::Breaks(_), Inclusion::Holds) => Effect::Narrows,
        (Inclusion::Breaks(_), Inclusion::Breaks(_)) => Effect::Incomparable,
    })
}

fn content(
    keyword: &str,
    kind: &'static Kind,
    base: &Shape<'_>,
    revision: &Shape<'_>,
    told: &mut Told,
) {
    let said = |shape: &Shape<'_>| shape.first(keyword).map(|(_, value)| plain(value));
    let (was, is) = (said(base), said(revision));
    if was == is {
        return;
    }
    let spelled = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let title = format!("`{keyword}` changed from {} to {}", spelled(&was), spelled(&is));
    let [base, revision] = [base.place_of(keyword), revision.place_of(keyword)];
    // Nobody judges the text by it: what it means to whoever reads it is a rule, not a value.
    told.tell(kind, About { places: [base, revision], was, is }, title);
}
