//! Properties: which there are, which must be there, and what each is.

use crate::diff::Effect;
use crate::diff::schema::compare::About;
use crate::diff::schema::compare::Comparer;
use crate::diff::schema::compare::Told;
use crate::diff::schema::compare::step;
use crate::diff::schema::node::Node;
use crate::diff::schema::rules;
use crate::diff::schema::rules::Subject;
use crate::diff::schema::shape::Shape;
use crate::finding::Rule;
use crate::schema::Direction;
use crate::schema::Types;

/// What is known of a property on one side.
struct Property<'s> {
    nodes: Vec<Node<'s>>,
    shape: Shape<'s>,
    is_required: bool,
    is_read_only: bool,
    is_write_only: bool,
}

impl<'s> Property<'s> {
    fn of(object: &Shape<'s>, name: &str) -> Option<Self> {
        let nodes = object.named("properties", name);
        if nodes.is_empty() {
            return None;
        }
        let shape = Shape::new(&nodes);
        let (is_read_only, is_write_only) = (shape.is("readOnly"), shape.is("writeOnly"));
        Some(Self { is_required: object.demands(name), nodes, shape, is_read_only, is_write_only })
    }

    /// Whether it never travels in a direction.
    fn is_hidden(&self, direction: Direction) -> bool {
        match direction {
            Direction::Request => self.is_read_only,
            Direction::Response => self.is_write_only,
        }
    }

    fn has_default(&self) -> bool {
        self.shape.first("default").is_some()
    }
}

impl<'s> Comparer<'s> {
    /// Compares properties.
    pub(super) fn properties(&mut self, base: &Shape<'s>, revision: &Shape<'s>, told: &mut Told) {
        let mut names = base.names("properties");
        let old: std::collections::HashSet<&str> = names.iter().copied().collect();
        names.extend(revision.names("properties").into_iter().filter(|name| !old.contains(name)));
        for name in names {
            let (old, new) = (Property::of(base, name), Property::of(revision, name));
            match (old, new) {
                (Some(old), Some(new)) => self.property(name, &old, &new, told),
                (Some(old), None) => {
                    let is_closed = is_closed(revision);
                    removed(name, &old, revision, is_closed, told);
                }
                (None, Some(new)) => added(name, &new, base, told),
                (None, None) => {}
            }
        }
        demands(base, revision, told);
    }

    fn property(&mut self, name: &str, old: &Property<'s>, new: &Property<'s>, told: &mut Told) {
        let direction = told.spot.direction();
        // What is sent no more is judged no more.
        let is_hidden = new.is_hidden(direction);
        let at = step(name);
        let mut own = Told::new(told.spot.part());
        let about = || About::at(old.shape.place(), new.shape.place());
        if old.is_required != new.is_required
            && let Some(rule) = requirement(&own, new, is_hidden)
        {
            let effect = match (new.is_required, is_hidden) {
                (_, true) => Effect::Same,
                (true, false) => Effect::Narrows,
                (false, false) => Effect::Widens,
            };
            let verb = if new.is_required { "became required" } else { "became optional" };
            own.tell_rule(rule, effect, about(), format!("the property `{name}` {verb}"));
        }
        access(old, new, &mut own);
        told.take(&at, &own.changes);
        let is_hidden = is_hidden || told.spot.is_hidden;
        let spot = super::Spot { is_hidden, ..told.spot.part() };
        let changes = self.parts(&old.nodes, &new.nodes, spot);
        told.take(&at, &changes);
    }
}

/// The rule for a property that becomes required, or optional.
fn requirement(told: &Told, new: &Property<'_>, is_hidden: bool) -> Option<&'static Rule> {
    let is_required = new.is_required;
    Some(match (told.spot.subject(), is_required) {
        (Subject::RequestProperty, _) if is_hidden => return None,
        (Subject::RequestProperty, true) if new.has_default() => {
            &rules::REQUEST_PROPERTY_REQUIRED_WITH_DEFAULT
        }
        (Subject::RequestProperty, true) => &rules::REQUEST_PROPERTY_REQUIRED,
        (Subject::RequestProperty, false) => &rules::REQUEST_PROPERTY_OPTIONAL,
        (Subject::HeaderProperty, true) => &rules::HEADER_PROPERTY_REQUIRED,
        (Subject::ParameterProperty, true) => &rules::PARAMETER_PROPERTY_REQUIRED,
        (Subject::ParameterProperty | Subject::HeaderProperty, false) => {
            &rules::PARAMETER_PROPERTY_OPTIONAL
        }
        (_, true) if is_hidden => &rules::WRITE_ONLY_BECAME_REQUIRED,
        (_, false) if is_hidden => &rules::WRITE_ONLY_BECAME_OPTIONAL,
        (_, true) => &rules::RESPONSE_BECAME_REQUIRED,
        (_, false) => &rules::RESPONSE_BECAME_OPTIONAL,
    })
}

/// What it means that a property may be read, or written, alone: so now where it is optional, and
/// where it is required; so no more, the same.
type Turns = [(&'static Rule, Effect); 4];

/// Compares who may read and write a property.
fn access(old: &Property<'_>, new: &Property<'_>, told: &mut Told) {
    let [read_only, write_only]: [Turns; 2] = match told.spot.direction() {
        Direction::Request => [
            [
                (&rules::READ_ONLY, Effect::Same),
                (&rules::READ_ONLY_REQUIRED, Effect::Same),
                (&rules::NOT_READ_ONLY, Effect::Widens),
                (&rules::NOT_READ_ONLY_REQUIRED, Effect::Narrows),
            ],
            [
                (&rules::WRITE_ONLY, Effect::Same),
                (&rules::WRITE_ONLY_REQUIRED, Effect::Same),
                (&rules::NOT_WRITE_ONLY, Effect::Same),
                (&rules::NOT_WRITE_ONLY_REQUIRED, Effect::Same),
            ],
        ],
        Direction::Response => [
            [
                (&rules::RESPONSE_READ_ONLY, Effect::Same),
                (&rules::RESPONSE_READ_ONLY_REQUIRED, Effect::Same),
                (&rules::RESPONSE_NOT_READ_ONLY, Effect::Same),
                (&rules::RESPONSE_NOT_READ_ONLY_REQUIRED, Effect::Same),
            ],
            [
                (&rules::RESPONSE_WRITE_ONLY, Effect::Same),
                (&rules::RESPONSE_WRITE_ONLY_REQUIRED, Effect::Widens),
                (&rules::RESPONSE_NOT_WRITE_ONLY, Effect::Same),
                (&rules::RESPONSE_NOT_WRITE_ONLY_REQUIRED, Effect::Same),
            ],
        ],
    };
    for (keyword, name, was, is, turns) in [
        ("readOnly", "read-only", old.is_read_only, new.is_read_only, read_only),
        ("writeOnly", "write-only", old.is_write_only, new.is_write_only, write_only),
    ] {
        if was != is {
            let (rule, effect) = turns[2 * usize::from(was) + usize::from(new.is_required)];
            let about = About::at(old.shape.place_of(keyword), new.shape.place_of(keyword));
            let when = if is { "now" } else { "no more" };
            told.tell_rule(rule, effect, about, format!("is {name} {when}"));
        }
    }
}

/// A property that the revision does not name.
fn removed(name: &str, old: &Property<'_>, revision: &Shape<'_>, is_closed: bool, told: &mut Told) {
    let mut own = Told::new(told.spot.part());
    let is_hidden = old.is_hidden(own.spot.direction());
    let (is_required, is_request) = (old.is_required, own.spot.direction() == Direction::Request);
    let about = About::at(old.shape.place(), revision.place_of("properties"));
    let rule = match own.spot.subject() {
        Subject::RequestProperty => &rules::REQUEST_PROPERTY_REMOVED,
        Subject::ParameterProperty | Subject::HeaderProperty => &rules::PARAMETER_PROPERTY_REMOVED,
        Subject::Parameter
        | Subject::RequestBody
        | Subject::ResponseBody
        | Subject::ResponseProperty
        | Subject::ResponseHeader
        | Subject::ResponseHeaderProperty => match (is_hidden, is_required) {
            (true, true) => &rules::WRITE_ONLY_REQUIRED_REMOVED,
            (true, false) => &rules::WRITE_ONLY_OPTIONAL_REMOVED,
            (false, true) => &rules::RESPONSE_REQUIRED_REMOVED,
            (false, false) => &rules::RESPONSE_OPTIONAL_REMOVED,
        },
    };
    let effect = match (is_request, is_closed) {
        _ if is_hidden => Effect::Same,
        // Nobody could have it but as a member that no property names.
        (_, true) => Effect::Narrows,
        // It may be anything now.
        (_, false) if is_required || !says_nothing(&old.shape) => Effect::Widens,
        (_, false) => Effect::Same,
    };
    let verb = if is_required { "required" } else { "optional" };
    let refused = if is_closed && is_request { ", and is refused" } else { "" };
    let title = format!("the {verb} property `{name}` was removed{refused}");
    if is_request && is_closed && !is_hidden {
        own.tell_refused(rule, effect, about, title);
    } else {
        own.tell_rule(rule, effect, about, title);
    }
    told.take(&step(name), &own.changes);
}

/// A property that the base does not name.
fn added(name: &str, new: &Property<'_>, base: &Shape<'_>, told: &mut Told) {
    let mut own = Told::new(told.spot.part());
    let is_hidden = new.is_hidden(own.spot.direction());
    let is_required = new.is_required;
    let about = About::at(base.place_of("properties"), new.shape.place());
    let was_demanded = base.demands(name);
    let opened = match (is_closed(base), says_nothing(&new.shape)) {
        (true, _) => Effect::Widens,
        (false, true) => Effect::Same,
        // It might have been anything.
        (false, false) => Effect::Narrows,
    };
    let (rule, effect) = match own.spot.subject() {
        Subject::RequestProperty | Subject::ParameterProperty | Subject::HeaderProperty
            if is_hidden || was_demanded || !is_required =>
        {
            let is_body = own.spot.subject() == Subject::RequestProperty;
            let rule = match is_body {
                true => &rules::NEW_OPTIONAL_REQUEST_PROPERTY,
                false => &rules::NEW_OPTIONAL_PARAMETER_PROPERTY,
            };
            (rule, if is_hidden { Effect::Same } else { opened })
        }
        Subject::RequestProperty if new.has_default() => {
            (&rules::NEW_REQUIRED_REQUEST_PROPERTY_WITH_DEFAULT, Effect::Narrows)
        }
        Subject::RequestProperty => (&rules::NEW_REQUIRED_REQUEST_PROPERTY, Effect::Narrows),
        Subject::HeaderProperty => (&rules::NEW_REQUIRED_HEADER_PROPERTY, Effect::Narrows),
        Subject::ParameterProperty => (&rules::NEW_REQUIRED_PARAMETER_PROPERTY, Effect::Narrows),
        Subject::Parameter
        | Subject::RequestBody
        | Subject::ResponseBody
        | Subject::ResponseProperty
        | Subject::ResponseHeader
        | Subject::ResponseHeaderProperty => match (is_hidden, is_required) {
            (true, true) => (&rules::WRITE_ONLY_REQUIRED_ADDED, Effect::Same),
            (true, false) => (&rules::WRITE_ONLY_OPTIONAL_ADDED, Effect::Same),
            (false, true) => (&rules::RESPONSE_REQUIRED_ADDED, opened.and(Effect::Narrows)),
            (false, false) => (&rules::RESPONSE_OPTIONAL_ADDED, opened),
        },
    };
    let verb = if is_required { "required" } else { "optional" };
    own.tell_rule(rule, effect, about, format!("the {verb} property `{name}` was added"));
    told.take(&step(name), &own.changes);
}

/// Names that must be there though no property has them.
fn demands(base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
    let names = |shape: &Shape<'_>| {
        let lists = shape.all("required").filter_map(|(_, names)| names.as_array().cloned());
        let mut names: Vec<String> =
            lists.flatten().filter_map(|name| Some(name.as_str()?.to_owned())).collect();
        names.sort();
        names.dedup();
        names.retain(|name| {
            base.named("properties", name).is_empty()
                && revision.named("properties", name).is_empty()
        });
        names
    };
    let (old, new) = (names(base), names(revision));
    let about = || About::at(base.place_of("required"), revision.place_of("required"));
    for name in new.iter().filter(|name| !old.contains(name)) {
        let mut own = Told::new(told.spot.part());
        let rule = match own.spot.direction() {
            Direction::Request => &rules::REQUEST_PROPERTY_REQUIRED,
            Direction::Response => &rules::RESPONSE_BECAME_REQUIRED,
        };
        own.tell_rule(
            rule,
            Effect::Narrows,
            about(),
            format!("the property `{name}` became required"),
        );
        told.take(&step(name), &own.changes);
    }
    for name in old.iter().filter(|name| !new.contains(name)) {
        let mut own = Told::new(told.spot.part());
        let rule = match own.spot.direction() {
            Direction::Request => &rules::REQUEST_PROPERTY_OPTIONAL,
            Direction::Response => &rules::RESPONSE_BECAME_OPTIONAL,
        };
        own.tell_rule(
            rule,
            Effect::Widens,
            about(),
            format!("the property `{name}` became optional"),
        );
        told.take(&step(name), &own.changes);
    }
}

/// Whether any value will do.
fn says_nothing(shape: &Shape<'_>) -> bool {
    shape.types() == Types::ANY.and(Types::NULL.others()) && shape.first("enum").is_none()
}

/// Whether members that no property names are refused.
pub(super) fn is_closed(shape: &Shape<'_>) -> bool {
    ["additionalProperties", "unevaluatedProperties"].into_iter().any(|keyword| {
        shape.all(keyword).any(|(_, value)| value == &serde_json::Value::Bool(false))
    })
}
