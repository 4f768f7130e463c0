//! Parameters: matched by where they travel and their names, those of paths by their position.

use super::Pair;
use super::Place;
use super::Walk;
use crate::diff::Effect;
use crate::diff::rules::parameters;
use crate::diff::schema::Carrier;
use crate::diff::schema::Seat;
use crate::message::MediaType;
use crate::route::template;
use crate::schema::Schemas;
use crate::schema::Types;
use crate::spec::Operation;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;
use crate::spec::model::Style;

impl Walk<'_> {
    /// Compares the parameters of two operations.
    pub(super) fn parameters(&mut self, pair: Pair<'_, Operation>, place: &Place) {
        let names = [pair.base, pair.revision].map(|it| template::parse(&it.template).1);
        let of_base = |parameter: &Parameter| Key::of(parameter, &names[0]);
        let of_revision = |parameter: &Parameter| Key::of(parameter, &names[1]);
        let mut new: Vec<&Parameter> = pair.revision.parameters.iter().collect();
        for parameter in &pair.base.parameters {
            let key = of_base(parameter);
            let found = new.iter().position(|other| of_revision(other) == key);
            match found {
                Some(at) => {
                    let pair = Pair { base: parameter, revision: new.remove(at) };
                    self.parameter(pair, place);
                }
                None => self.gone(parameter, place),
            }
        }
        for parameter in new {
            self.new_parameter(parameter, &names[1], place);
        }
    }

    fn gone(&mut self, parameter: &Parameter, place: &Place) {
        let (rule, title) = self.parameter_removal(&called(parameter), parameter);
        let place = place.in_request(at(parameter));
        let gone = place.difference(rule, Effect::Widens, title);
        self.found.push(gone.between(&parameter.pointer, None));
    }

    fn new_parameter(&mut self, parameter: &Parameter, names: &[String], place: &Place) {
        let name = called(parameter);
        let (rule, effect, title) = match (parameter.location, parameter.required) {
            // Whoever calls the path has filled it in before it was declared.
            (ParameterLocation::Path, _) if names.contains(&parameter.name) => {
                (&parameters::NEW_PATH, Effect::Narrows, format!("{name} is declared now"))
            }
            (ParameterLocation::Path, _) => {
                (&parameters::NEW_PATH, Effect::Narrows, format!("{name} is new"))
            }
            (_, true) => {
                let title = format!("{name} is new, and every call must have it");
                (&parameters::NEW_REQUIRED, Effect::Narrows, title)
            }
            (_, false) => {
                let title = format!("{name} is new; a call may leave it out");
                (&parameters::NEW_OPTIONAL, Effect::Same, title)
            }
        };
        let new = place.in_request(at(parameter)).difference(rule, effect, title);
        self.found.push(new.between(None, &parameter.pointer));
    }

    fn parameter(&mut self, pair: Pair<'_, Parameter>, place: &Place) {
        let Pair { base, revision } = pair;
        let place = place.in_request(at(base));
        let name = called(base);
        self.parameter_lifecycle(&name, pair, &place);
        let mut tell = |rule, effect, title| {
            let told = place.difference(rule, effect, title);
            self.found.push(told.between(&base.pointer, &revision.pointer));
        };
        match (base.required, revision.required) {
            (false, true) => {
                let title = format!("{name} became required");
                tell(&parameters::BECAME_REQUIRED, Effect::Narrows, title);
            }
            (true, false) => {
                let title = format!("{name} became optional");
                tell(&parameters::BECAME_OPTIONAL, Effect::Widens, title);
            }
            _ => {}
        }
        match (base.may_be_empty, revision.may_be_empty) {
            (true, false) => {
                let title = format!("{name} may no longer be empty");
                tell(&parameters::EMPTY_FORBIDDEN, Effect::Narrows, title);
            }
            (false, true) => {
                let title = format!("{name} may be empty");
                tell(&parameters::EMPTY_ALLOWED, Effect::Widens, title);
            }
            _ => {}
        }
        self.reserved(pair, &name, &place);
        let is_as_before = base.media_type == revision.media_type;
        if !is_as_before {
            let media_type = |of: &Option<MediaType>| of.as_ref().map(ToString::to_string);
            let (was, is) = (media_type(&base.media_type), media_type(&revision.media_type));
            let told = |of: &Option<String>| of.clone().unwrap_or("plain text".to_owned());
            let title = format!("{name} is written as {}, and was as {}", told(&is), told(&was));
            let rule = &parameters::CONTENT_CHANGED;
            let told = place.difference(rule, Effect::Incomparable, title);
            let told = told.between(&base.pointer, &revision.pointer).changed(was, is);
            self.found.push(told);
        } else if base.media_type.is_none() {
            self.style(pair, &name, &place);
        }
        if is_as_before {
            let seat = Seat {
                direction: place.direction(),
                carrier: match base.location {
                    ParameterLocation::Header => Carrier::HeaderParameter,
                    ParameterLocation::Path
                    | ParameterLocation::Query
                    | ParameterLocation::Cookie => Carrier::Parameter,
                },
                is_required: base.required && revision.required,
                is_repeated: revision.style == Style::Form
                    && revision.explode
                    && revision.location == ParameterLocation::Query,
                is_loose: base.media_type.is_none(),
            };
            let holders = Pair { base: &base.pointer, revision: &revision.pointer };
            self.schemas(&place, seat, base.schema, revision.schema, holders);
        }
        let both = [&base.extensions, &revision.extensions];
        self.extension_members(both, (&base.pointer, &revision.pointer), Some(&place));
        self.documentation(&base.pointer, &revision.pointer);
    }

    fn style(&mut self, pair: Pair<'_, Parameter>, name: &str, place: &Place) {
        let Pair { base, revision } = pair;
        let was = Writing::of(base, &self.base.schemas);
        let is = Writing::of(revision, &self.revision.schemas);
        if was.is_as(&is) {
            return;
        }
        let title = format!("{name} is written as {}, and was as {}", is.told(), was.told());
        let told = place.difference(&parameters::STYLE_CHANGED, Effect::Incomparable, title);
        let told = told.changed(Some(was.told()), Some(is.told()));
        self.found.push(told.between(&base.pointer, &revision.pointer));
    }

    fn reserved(&mut self, pair: Pair<'_, Parameter>, name: &str, place: &Place) {
        let Pair { base, revision } = pair;
        let is_allowed = |document: &crate::spec::Document, parameter: &Parameter| {
            parameter.location == ParameterLocation::Query
                && document.is_true(&parameter.pointer.child("allowReserved"))
        };
        let was = is_allowed(self.base, base);
        let is = is_allowed(self.revision, revision);
        let (rule, effect, title) = match (was, is) {
            (true, false) => {
                let title = format!("reserved characters of {name} must be percent-encoded now");
                (&parameters::RESERVED_FORBIDDEN, Effect::Narrows, title)
            }
            (false, true) => {
                let title = format!("reserved characters of {name} may stand as they are");
                (&parameters::RESERVED_ALLOWED, Effect::Widens, title)
            }
            _ => return,
        };
        let told = place.difference(rule, effect, title);
        self.found.push(told.between(&base.pointer, &revision.pointer));
    }
}

/// What makes two parameters the same.
#[derive(PartialEq)]
enum Key {
    /// The position in the path.
    Position(usize),
    /// Where it travels, and its name; that of a header field in lower case.
    Name(ParameterLocation, String),
}

impl Key {
    fn of(parameter: &Parameter, names: &[String]) -> Self {
        let name = || match parameter.location {
            ParameterLocation::Header => parameter.name.to_ascii_lowercase(),
            ParameterLocation::Path | ParameterLocation::Query | ParameterLocation::Cookie => {
                parameter.name.clone()
            }
        };
        let position = names.iter().position(|name| *name == parameter.name);
        match position.filter(|_| parameter.location == ParameterLocation::Path) {
            Some(position) => Self::Position(position),
            None => Self::Name(parameter.location, name()),
        }
    }
}

/// How a parameter is written.
struct Writing {
    style: Style,
    explode: bool,
    types: Types,
}

impl Writing {
    fn of(parameter: &Parameter, schemas: &Schemas) -> Self {
        let types = parameter.schema.map_or(Types::ANY, |schema| schemas.types(schema));
        Self { style: parameter.style, explode: parameter.explode, types }
    }

    /// Whether every value that both schemas allow is written in the same way.
    fn is_as(&self, other: &Self) -> bool {
        let types = self.types.and(other.types);
        let scalar = Types::ARRAY.or(Types::OBJECT).others();
        (!types.has(scalar) || self.scalar() == other.scalar())
            && (!types.has(Types::ARRAY) || self.list() == other.list())
            && (!types.has(Types::OBJECT)
                || (self.style, self.explode) == (other.style, other.explode))
    }

    /// The style as far as it is told by a value that has no parts.
    const fn scalar(&self) -> Style {
        if matches!(
            self.style,
            Style::SpaceDelimited | Style::PipeDelimited | Style::TabDelimited | Style::DeepObject
        ) {
            return Style::Form;
        }
        self.style
    }

    /// The same of a list: exploded, nothing is left to delimit.
    const fn list(&self) -> (Style, bool) {
        match (self.scalar(), self.explode) {
            (Style::Form, true) => (Style::Form, true),
            (Style::Simple, _) => (Style::Simple, false),
            _ => (self.style, self.explode),
        }
    }

    fn told(&self) -> String {
        let style = match self.style {
            Style::Simple => "simple",
            Style::Form => "form",
            Style::Label => "label",
            Style::Matrix => "matrix",
            Style::SpaceDelimited => "spaceDelimited",
            Style::PipeDelimited => "pipeDelimited",
            Style::TabDelimited => "tsv",
            Style::DeepObject => "deepObject",
            Style::Cookie => "cookie",
            Style::QueryString => "querystring",
        };
        format!("{style}{}", if self.explode { ", exploded" } else { "" })
    }
}

/// What a parameter is called in titles.
fn called(parameter: &Parameter) -> String {
    format!("the {} parameter `{}`", location(parameter.location), parameter.name)
}

/// Where a parameter is in the request.
fn at(parameter: &Parameter) -> String {
    format!("{}.{}", location(parameter.location), parameter.name)
}

const fn location(location: ParameterLocation) -> &'static str {
    match location {
        ParameterLocation::Path => "path",
        ParameterLocation::Query => "query",
        ParameterLocation::Header => "header",
        ParameterLocation::Cookie => "cookie",
    }
}
