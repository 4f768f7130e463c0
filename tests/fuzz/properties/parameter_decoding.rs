//! Parameters: what was written in a style is read as it was, and whatever else comes is told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::LazyLock;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::header::COOKIE;
use serde_json::Map;
use serde_json::Value;
use standin::apis;
use standin::apis::APIS;
use standin::finding::rule;
use standin::message::Request;
use standin::params;
use standin::params::Arguments;
use standin::spec::Document;
use standin::spec::Operation;
use standin::spec::load;
use standin::spec::model::Parameter;
use standin::spec::model::ParameterLocation;

use super::choices::Choices;
use super::violations;
use super::writer;
use super::writer::Written;

/// An operation; then values for its parameters, to be written, or text as it might be sent.
pub(super) fn hold(data: &[u8]) {
    let mut choices = Choices::new(data);
    let (document, operation) = choices.one_of(&OPERATIONS);
    if choices.below(2) == 0 {
        comes_back(document, operation, &mut choices);
    } else {
        is_taken_or_told(document, operation, &mut choices);
    }
}

/// The operations of the bundled documents, one with parameters of every kind, and one of them in
/// every style.
static OPERATIONS: LazyLock<Vec<(Arc<Document>, Arc<Operation>)>> = LazyLock::new(|| {
    let kinds = include_str!("../../fixtures/params/document.yaml");
    let styles = include_str!("../../fixtures/params/styles.yaml");
    let fixture = |text| Arc::new(load::from_text("fixture.yaml", text).expect("it loads"));
    let bundled = APIS.iter().map(|api| apis::load(api).expect("bundled documents load"));
    // What was kept names operations by their number: what is new comes last.
    let documents = std::iter::once(fixture(kinds)).chain(bundled).chain([fixture(styles)]);
    let operations = documents.flat_map(|document| {
        let operations = document.operations.clone();
        operations.into_iter().map(move |operation| (Arc::clone(&document), operation))
    });
    operations.filter(|(_, operation)| !operation.parameters.is_empty()).collect()
});

/// Each parameter gets a value of its type, and is read as that value.
fn comes_back(document: &Document, operation: &Operation, choices: &mut Choices<'_>) {
    let mut expected = Arguments::default();
    let mut sent = Sent::default();
    for parameter in operation.parameters.iter().filter(|parameter| !is_reserved(parameter)) {
        let Some(Written { value, pieces }) = writer::write(document, parameter, choices) else {
            continue;
        };
        sent.add(parameter, pieces);
        values_mut(&mut expected, parameter.location).insert(parameter.name.clone(), value);
    }
    let (path, request) = sent.request();
    let (arguments, broken) = params::read(document, operation, &path, &request);
    assert_eq!(arguments, expected, "{path:?} {request:?}");
    let malformed = broken.iter().find(|broken| broken.rule.id == rule::PARAMETER_MALFORMED.id);
    assert!(malformed.is_none(), "{path:?} {request:?}: {malformed:?}");
    violations::are_well_told(document, broken.iter(), None);
}

/// Each parameter gets a line of the input: it is read as something, or told to be wrong.
fn is_taken_or_told(document: &Document, operation: &Operation, choices: &mut Choices<'_>) {
    let mut sent = Sent::default();
    for parameter in operation.parameters.iter().filter(|parameter| !is_reserved(parameter)) {
        for _ in 0..choices.below(3) {
            sent.add(parameter, vec![(parameter.name.clone(), choices.text_line().into_owned())]);
        }
    }
    let (path, request) = sent.request();
    let (arguments, broken) = params::read(document, operation, &path, &request);
    violations::are_well_told(document, broken.iter(), None);
    let again = params::read(document, operation, &path, &request);
    assert_eq!((&arguments, &broken), (&again.0, &again.1), "{path:?} {request:?}");
    let is_told: BTreeMap<&str, ()> =
        broken.iter().filter_map(|each| Some((each.name.as_deref()?, ()))).collect();
    for parameter in operation.parameters.iter().filter(|parameter| !is_reserved(parameter)) {
        let mut arguments = arguments.clone();
        let is_read = values_mut(&mut arguments, parameter.location).contains_key(&parameter.name);
        let is_optional = !parameter.required;
        let name = parameter.name.as_str();
        assert!(is_read || is_optional || is_told.contains_key(name), "{name} of {request:?}");
    }
}

/// What a call carries.
#[derive(Default)]
struct Sent {
    path: Vec<(String, String)>,
    query: Vec<String>,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
}

impl Sent {
    fn add(&mut self, parameter: &Parameter, pieces: Vec<(String, String)>) {
        let pairs = pieces.iter().map(|(name, text)| format!("{name}={text}"));
        match parameter.location {
            ParameterLocation::Path => self.path.extend(pieces),
            ParameterLocation::Query => self.query.extend(pairs),
            ParameterLocation::Header => self.headers.extend(pieces),
            ParameterLocation::Cookie => self.cookies.extend(pairs),
        }
    }

    /// The values of the path, and the request; header fields that HTTP can not carry are left out.
    fn request(self) -> (Vec<(String, String)>, Request) {
        let mut request = Request::new(Method::GET, "/");
        request.query = Some(self.query.join("&"));
        for (name, text) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("documents name fields");
            if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
                request.headers.append(name, value);
            }
        }
        if let Ok(value) = HeaderValue::from_bytes(self.cookies.join("; ").as_bytes()) {
            request.headers.append(COOKIE, value);
        }
        (self.path, request)
    }
}

/// Whether OpenAPI has the header field described elsewhere.
fn is_reserved(parameter: &Parameter) -> bool {
    parameter.location == ParameterLocation::Header
        && ["accept", "content-type", "authorization"]
            .contains(&parameter.name.to_lowercase().as_str())
}

fn values_mut(arguments: &mut Arguments, location: ParameterLocation) -> &mut Map<String, Value> {
    match location {
        ParameterLocation::Path => &mut arguments.path,
        ParameterLocation::Query => &mut arguments.query,
        ParameterLocation::Header => &mut arguments.header,
        ParameterLocation::Cookie => &mut arguments.cookie,
    }
}
