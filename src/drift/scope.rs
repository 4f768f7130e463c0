//! One exchange of an operation that is known: both messages, read and walked.

use http::HeaderMap;
use http::Method;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use std::borrow::Borrow;

use crate::drift::declared;
use crate::drift::declared::Declared;
use crate::drift::ignored::Sieve;
use crate::drift::infer::Inferred;
use crate::drift::levels;
use crate::drift::observer::Seen;
use crate::drift::parts::PartId;
use crate::drift::plan::Call;
use crate::drift::shape::ShapeId;
use crate::drift::shape::Shapes;
use crate::drift::tally::Scene;
use crate::drift::tally::Sight;
use crate::drift::tally::Tally;
use crate::drift::walk::Walk;
use crate::finding::Location;
use crate::finding::Side;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::json::Input;
use crate::json::View;
use crate::message::Answer;
use crate::message::Body;
use crate::params::Arguments;
use crate::route::Match;
use crate::schema::Direction;
use crate::spec::Document;
use crate::spec::model::Content;
use crate::spec::model::Operation;
use crate::spec::model::ParameterLocation;
use crate::tape::placeholder;
use crate::validate;
use crate::validate::body;
use crate::validate::request::Demands;

/// The exchange, and where what is seen in it is noted.
pub(crate) struct Scope<'s, 'd> {
    pub(crate) tally: &'s mut Tally,
    /// The document's number.
    pub(crate) at: usize,
    pub(crate) scene: Scene<'s>,
    pub(crate) sight: Sight<'s>,
    pub(crate) document: &'d Document,
}

/// A shape for each content that is declared, beside the part that the content is.
type Contents = [(PartId, Option<ShapeId>)];

impl<'d> Scope<'_, 'd> {
    /// Notes a departure, and what the value was like that shows it.
    pub(crate) fn depart(&mut self, mut violation: Violation, value: Option<View<'_>>) {
        levels::weigh(&mut violation, self.sight.side);
        self.tally.depart(self.scene, self.sight, &violation, || {
            let value = value.map(|value| (String::new(), Inferred::of(value)));
            value.into_iter().collect()
        });
    }

    /// Judges what was asked.
    pub(crate) fn request(
        &mut self,
        seen: &Seen<'_>,
        found: &Match,
        (call, declared): (&Call, &Declared),
        shapes: &mut Shapes<'d>,
        sieve: &mut Sieve<'_>,
    ) {
        let (request, operation) = (&seen.request, &*found.operation);
        let demands = Demands { credentials: !seen.is_bare, ..Demands::default() };
        let values = &found.path_values;
        let reading = validate::request::read(self.document, operation, values, request, demands);
        let body = reading.body.as_ref().map(Input::view);
        for violation in &reading.violations {
            let is_known =
                !seen.is_bare || matches!(violation.location, Location::Path | Location::Query);
            if is_known && !placeholder::excuses_request(violation, request, body) {
                let violation: &Violation = violation.borrow();
                if violation.rule.id == rule::MEDIA_TYPE_UNSUPPORTED.id {
                    self.depart_content(violation, &request.headers, &request.body);
                    continue;
                }
                let argument = argument(&reading.arguments, violation);
                let whole = argument.map(View::Value).or(body);
                self.depart(violation.clone(), whole.and_then(|whole| at(whole, violation)));
            }
        }
        for (parameter, (part, shape)) in operation.parameters.iter().zip(&call.parameters) {
            let values = match parameter.location {
                ParameterLocation::Path => &reading.arguments.path,
                ParameterLocation::Query => &reading.arguments.query,
                ParameterLocation::Header => &reading.arguments.header,
                ParameterLocation::Cookie => &reading.arguments.cookie,
            };
            let Some(value) = values.get(&parameter.name) else { continue };
            self.tally.mark(self.at, *part);
            if parameter.deprecated {
                let location = crate::params::location(parameter.location);
                let title = format!("the parameter `{}` is deprecated", parameter.name);
                let mut violation = Violation::new(&rule::PARAMETER_DEPRECATED, location, title);
                violation.name = Some(parameter.name.clone());
                violation.place = parameter.pointer.child("deprecated");
                self.depart(violation, None);
            }
            if let Some(shape) = *shape {
                let name = Some((crate::params::location(parameter.location), &*parameter.name));
                self.walk(View::Value(value), shape, shapes, name);
            }
        }
        self.extras(seen, declared, operation, sieve);
        let known = operation.request_body.as_ref().map_or(&[][..], |it| &it.content);
        let content = request.body.trim_ascii();
        // Clients send `{}` with calls that take nothing, and real servers do not mind.
        let is_nothing = matches!(content, b"" | b"{}" | b"null");
        let is_reading = matches!(request.method, Method::GET | Method::HEAD);
        if operation.request_body.is_none() && !is_nothing && !is_reading {
            let title = "content was sent, and the operation declares none";
            let rule = &rule::UNDOCUMENTED_CONTENT;
            let mut violation = Violation::new(rule, Location::Body, title);
            violation.place = operation.pointer.clone();
            self.depart_content(&violation, &request.headers, &request.body);
        }
        if let Some(view) = body {
            let (_, content) = body::find(known, request.headers.get(CONTENT_TYPE));
            self.content(view, known, content, &call.request, shapes);
        }
    }

    /// Notes what was sent beside what is declared.
    fn extras(
        &mut self,
        seen: &Seen<'_>,
        declared: &Declared,
        operation: &Operation,
        sieve: &mut Sieve<'_>,
    ) {
        for extra in declared.extras(&seen.request, sieve) {
            let word = match extra.location {
                Location::Header => "the header",
                Location::Cookie => "the cookie",
                Location::Query
                | Location::Target
                | Location::Path
                | Location::Body
                | Location::Status => "the query parameter",
            };
            let title = format!("{word} `{}` is not documented", extra.name);
            let rule = &rule::UNDOCUMENTED_PARAMETER;
            let mut violation = Violation::new(rule, extra.location, title);
            let value = Value::String(extra.value);
            violation.got = Some(mask::show([extra.name.as_str()], &value));
            violation.name = Some(extra.name);
            violation.place = operation.pointer.clone();
            self.depart(violation, Some(View::Value(&value)));
        }
        if declared.lacks_credentials(&seen.request) {
            let title = "credentials were sent, and the operation declares none";
            let rule = &rule::UNDOCUMENTED_CREDENTIALS;
            let mut violation = Violation::new(rule, Location::Header, title);
            violation.name = Some("authorization".to_owned());
            violation.place = operation.pointer.clone();
            let sent = seen.request.header(&http::header::AUTHORIZATION).unwrap_or_default();
            let scheme = sent.split(' ').next().unwrap_or_default();
            violation.got = Some(format!("{scheme} {}", mask::MASK));
            self.depart(violation, Some(View::Text(scheme)));
        }
    }

    /// Judges what was answered.
    pub(crate) fn response(
        &mut self,
        seen: &Seen<'_>,
        operation: &'d Operation,
        (call, shapes): (&Call, &mut Shapes<'d>),
        sieve: &mut Sieve<'_>,
    ) {
        let answer = &seen.answer;
        let known = call.response(answer.status);
        if let Some(answered) = known {
            self.tally.mark(self.at, answered.part);
        }
        if seen.is_bare && known.is_some() {
            return;
        }
        let method = &seen.request.method;
        let heard = validate::response::heard(self.document, operation, method, answer);
        let view = heard.input.as_ref().map(Input::view);
        let view = view.or_else(|| answer.body.value().map(View::Value));
        for violation in heard.violations {
            if excuses(&violation, answer, view) {
                continue;
            }
            if is_about_content(&violation) {
                self.depart_content(&violation, &answer.headers, answer.body.bytes());
                continue;
            }
            let value = view.filter(|_| violation.location == Location::Body);
            let value = value.and_then(|whole| at(whole, &violation));
            match &violation.name {
                Some(name) if violation.location == Location::Header => {
                    let field = answer.headers.get(name).and_then(|it| it.to_str().ok());
                    let text = field.map(View::Text);
                    self.depart(violation, text);
                }
                _ => self.depart(violation, value),
            }
        }
        let Some((response, answered)) = heard.response.zip(known) else { return };
        for (header, part) in response.headers.iter().zip(&answered.headers) {
            if header.field.as_ref().is_some_and(|field| answer.headers.contains_key(field)) {
                self.tally.mark(self.at, *part);
            }
        }
        for (name, value) in declared::extra_fields(&response.headers, &answer.headers, sieve) {
            let title = format!("the header `{name}` is not documented");
            let mut violation = Violation::new(&rule::UNDOCUMENTED_HEADER, Location::Header, title);
            let value = Value::String(value);
            violation.name = Some(name.to_string());
            violation.got = Some(mask::show([name.as_str()], &value));
            violation.place = response.pointer.clone();
            self.depart(violation, Some(View::Value(&value)));
        }
        if let Some(content) = heard.content {
            let parts = &answered.content;
            match view {
                Some(view) => self.content(view, &response.content, Some(content), parts, shapes),
                None => self.mark_content(&response.content, content, parts),
            }
        }
    }

    /// Notes that nothing is declared for content or for its status, with what it is like.
    fn depart_content(&mut self, violation: &Violation, headers: &HeaderMap, bytes: &[u8]) {
        self.tally.depart(self.scene, self.sight, violation, || {
            let field = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
            let media_type = field.unwrap_or_default().split(';').next().unwrap_or_default();
            let input = crate::json::read(bytes).ok();
            let like = input.map(|input| Inferred::of(input.view())).unwrap_or_default();
            [(media_type.trim().to_lowercase(), like)].into()
        });
    }

    fn mark_content(&mut self, known: &[Content], content: &Content, parts: &Contents) {
        let number = known.iter().position(|each| std::ptr::eq(each, content));
        if let Some((part, _)) = number.and_then(|number| parts.get(number)) {
            self.tally.mark(self.at, *part);
        }
    }

    fn content(
        &mut self,
        view: View<'_>,
        known: &[Content],
        content: Option<&Content>,
        parts: &Contents,
        shapes: &mut Shapes<'d>,
    ) {
        let Some(content) = content else { return };
        let number = known.iter().position(|each| std::ptr::eq(each, content));
        let Some((part, shape)) = number.and_then(|number| parts.get(number)) else { return };
        self.tally.mark(self.at, *part);
        if let Some(shape) = shape {
            self.walk(view, *shape, shapes, None);
        }
    }

    /// Walks through a value: of a parameter, where a name is given, else of a body.
    fn walk(
        &mut self,
        view: View<'_>,
        shape: ShapeId,
        shapes: &mut Shapes<'d>,
        name: Option<(Location, &str)>,
    ) {
        let direction = match self.sight.side {
            Side::Request | Side::Document => Direction::Request,
            Side::Response => Direction::Response,
        };
        let (at, tally) = (self.at, &mut *self.tally);
        let mut mark = |part| tally.mark(at, part);
        let mut walk = Walk {
            shapes,
            schemas: &self.document.schemas,
            direction,
            mark: &mut mark,
            notes: Vec::new(),
            path: Vec::new(),
        };
        walk.value(view, shape);
        for note in walk.notes {
            let instance = note.at.child(note.name);
            let path = instance.as_str().trim_start_matches('/').replace('/', ".");
            let word = match (name, self.sight.side) {
                (Some((_, name)), _) => format!("the parameter `{name}`"),
                (None, Side::Request | Side::Document) => "the request body".to_owned(),
                (None, Side::Response) => "the response body".to_owned(),
            };
            let (rule, what) = if note.is_deprecated {
                (&rule::FIELD_DEPRECATED, "deprecated")
            } else {
                (&rule::UNDOCUMENTED_FIELD, "not documented")
            };
            let location = name.map_or(Location::Body, |(location, _)| location);
            let title = format!("`{path}` in {word} is {what}");
            let mut violation = Violation::new(rule, location, title);
            violation.name = name.map(|(_, name)| name.to_owned());
            violation.instance = instance;
            violation.place = note.place;
            if !note.is_deprecated {
                let names = violation.instance.tokens().collect::<Vec<_>>();
                violation.got = Some(mask::show(names, &note.value.to_value()));
            }
            let value = (!note.is_deprecated).then_some(note.value);
            self.depart(violation, value);
        }
    }
}

/// The value that a violation is about.
fn at<'v>(whole: View<'v>, violation: &Violation) -> Option<View<'v>> {
    let mut view = whole;
    for token in violation.instance.tokens() {
        view = match view.items() {
            Some(items) => items.iter().nth(token.parse().ok()?)?,
            None => view.get(&token)?,
        };
    }
    match &violation.property {
        // What is missing is not there; what is too much is.
        Some(property) if violation.keyword != "required" => view.get(property),
        Some(_) => None,
        None => Some(view),
    }
}

/// The parameter that a violation is about.
fn argument<'a>(arguments: &'a Arguments, violation: &Violation) -> Option<&'a Value> {
    let values = match violation.location {
        Location::Path => &arguments.path,
        Location::Query => &arguments.query,
        Location::Header => &arguments.header,
        Location::Cookie => &arguments.cookie,
        Location::Target | Location::Body | Location::Status => return None,
    };
    let name = violation.name.as_deref()?;
    let same = values.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
    same.map(|(_, value)| value)
}

/// Whether a violation is about an answer whose content nothing describes.
fn is_about_content(violation: &Violation) -> bool {
    let whole = [&rule::RESPONSE_STATUS_UNDECLARED, &rule::RESPONSE_MEDIA_TYPE_UNDECLARED];
    whole.iter().any(|rule| rule.id == violation.rule.id)
}

/// Whether a violation in a recorded answer is only about a placeholder.
fn excuses(violation: &Violation, answer: &Answer, view: Option<View<'_>>) -> bool {
    if violation.location == Location::Body
        && let Body::Whole { value: None, .. } = &answer.body
    {
        let text = view.and_then(|whole| at(whole, violation)).and_then(View::as_str);
        return text.is_some_and(|text| placeholder::find(text).is_some());
    }
    placeholder::excuses_answer(violation, answer)
}
