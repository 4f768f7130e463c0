//! The names that an operation declares for what travels beside bodies: keys of the query, header
//! fields, cookies.

use std::collections::BTreeSet;
use std::rc::Rc;

use foldhash::HashMap;
use http::HeaderMap;
use http::HeaderName;
use http::header::AUTHORIZATION;

use crate::drift::ignored::Sieve;
use crate::drift::shape::Rest;
use crate::drift::shape::Shapes;
use crate::finding::Location;
use crate::message::Request;
use crate::params;
use crate::params::style::form;
use crate::schema::SchemaId;
use crate::schema::Types;
use crate::spec::Document;
use crate::spec::model::Operation;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;
use crate::spec::model::SecurityScheme;
use crate::spec::model::Style;

/// The names that an operation declares.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    query: BTreeSet<String>,
    /// Beginnings of keys: `filter[`.
    beginnings: Vec<String>,
    /// Whether any key is described.
    is_open: bool,
    headers: BTreeSet<String>,
    cookies: BTreeSet<String>,
    any_cookie: bool,
    /// Whether credentials travel in `Authorization`.
    takes_credentials: bool,
}

/// Something that was sent and is not declared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Extra {
    pub(crate) location: Location,
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Declared {
    pub(crate) fn of(document: &Document, operation: &Operation, shapes: &mut Shapes<'_>) -> Self {
        let mut own = Self::default();
        for parameter in &operation.parameters {
            match parameter.location {
                ParameterLocation::Path => {}
                ParameterLocation::Query => own.in_query(document, parameter, shapes),
                ParameterLocation::Header => {
                    own.headers.insert(parameter.name.to_lowercase());
                }
                ParameterLocation::Cookie => {
                    own.any_cookie |= parameter.style == Style::Form
                        && parameter.explode
                        && parameter.schema.is_some_and(|it| is_object(document, it));
                    own.cookies.insert(parameter.name.clone());
                }
            }
        }
        for requirement in operation.security.iter().flatten() {
            match &requirement.kind {
                SecurityScheme::ApiKey { name, location } => match location {
                    ParameterLocation::Query => {
                        own.query.insert(name.clone());
                    }
                    ParameterLocation::Header => {
                        own.takes_credentials |= name.eq_ignore_ascii_case("authorization");
                        own.headers.insert(name.to_lowercase());
                    }
                    ParameterLocation::Cookie => {
                        own.cookies.insert(name.clone());
                    }
                    ParameterLocation::Path => {}
                },
                SecurityScheme::Bearer
                | SecurityScheme::OAuth2
                | SecurityScheme::OpenIdConnect
                | SecurityScheme::Basic
                | SecurityScheme::Http { .. }
                | SecurityScheme::Unknown => own.takes_credentials = true,
                SecurityScheme::MutualTls => {}
            }
        }
        own
    }

    fn in_query(&mut self, document: &Document, parameter: &Parameter, shapes: &mut Shapes<'_>) {
        if parameter.style == Style::QueryString || parameter.form.is_some() {
            self.is_open = true;
        }
        if parameter.style == Style::DeepObject {
            self.beginnings.push(format!("{}[", parameter.name));
        }
        self.query.insert(parameter.name.clone());
        let Some(schema) = parameter.schema else { return };
        let is_spread =
            parameter.style == Style::Form && parameter.explode && is_object(document, schema);
        if is_spread {
            let shape = shapes.whole(schema);
            let shape = shapes.get(shape);
            self.query.extend(shape.named.keys().map(|name| (*name).to_owned()));
            let is_free = shape.named.is_empty() && shape.rest == Rest::Open;
            self.is_open |= is_free || matches!(shape.rest, Rest::Map(_));
            self.is_open |= !shape.choices.is_empty();
        }
    }

    /// What a request has that is not declared and not ignored.
    pub(crate) fn extras(&self, request: &Request, sieve: &mut Sieve<'_>) -> Vec<Extra> {
        let mut found = Vec::new();
        let query = request.query.as_deref().filter(|_| !self.is_open).unwrap_or_default();
        for (name, value) in form::pairs(query) {
            let is_known = name.is_empty()
                || self.query.contains(&*name)
                || self.beginnings.iter().any(|beginning| name.starts_with(beginning));
            if !is_known {
                let value = form::decode(value).map_or_else(|_| value.into(), |it| it.into_owned());
                found.push(Extra { location: Location::Query, name: name.into_owned(), value });
            }
        }
        for (name, value) in &request.headers {
            if !self.headers.contains(name.as_str()) && !sieve.has_request(name) {
                found.push(Extra {
                    location: Location::Header,
                    name: name.as_str().to_owned(),
                    value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
                });
            }
        }
        if !self.any_cookie && request.headers.contains_key(http::header::COOKIE) {
            for (name, value) in params::cookie_pairs(&request.headers) {
                if !self.cookies.contains(&*name) && !sieve.ignored.has_cookie(&name) {
                    found.push(Extra {
                        location: Location::Cookie,
                        name: name.into_owned(),
                        value: value.to_owned(),
                    });
                }
            }
        }
        found
    }

    /// Whether a request has credentials that nothing declares.
    pub(crate) fn lacks_credentials(&self, request: &Request) -> bool {
        let is_declared = self.takes_credentials || self.headers.contains("authorization");
        !is_declared && request.headers.contains_key(AUTHORIZATION)
    }
}

/// Whether a schema lets a value be an object, and nothing that has no members.
fn is_object(document: &Document, schema: SchemaId) -> bool {
    !document.schemas.types(schema).has(Types::OBJECT.or(Types::NULL).others())
}

/// The fields of an answer that are not declared and not ignored.
pub(crate) fn extra_fields<'h>(
    declared: &[crate::spec::model::Header],
    headers: &'h HeaderMap,
    sieve: &mut Sieve<'_>,
) -> Vec<(&'h HeaderName, String)> {
    let mut found = Vec::new();
    for name in headers.keys() {
        let is_ignored = sieve.has_response(name);
        let is_declared = || declared.iter().any(|header| header.field.as_ref() == Some(name));
        if !is_ignored && !is_declared() {
            let value = headers.get(name).map(|it| String::from_utf8_lossy(it.as_bytes()));
            found.push((name, value.unwrap_or_default().into_owned()));
        }
    }
    found
}

/// What the operations of a document declare, as far as somebody asked.
#[derive(Debug, Default)]
pub(crate) struct Register(HashMap<usize, Rc<Declared>>);

impl Register {
    /// The names that an operation declares.
    pub(crate) fn of(
        &mut self,
        document: &Document,
        number: usize,
        shapes: &mut Shapes<'_>,
    ) -> Rc<Declared> {
        let read = || Rc::new(Declared::of(document, &document.operations[number], shapes));
        Rc::clone(self.0.entry(number).or_insert_with(read))
    }
}
