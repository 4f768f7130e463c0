//! Requests of every operation of a document, each with one thing wrong.

use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use serde_json::Map;
use serde_json::Value;
use standin::message::Request;
use standin::pointer::Pointer;
use standin::spec::Operation;

use super::breach;
use super::breach::Written;
use super::constraint;
use super::constraint::follow;
use super::probe::Cause;
use super::probe::Expected;
use super::probe::Probes;
use super::sample;

/// The credentials that are sent with every call but one.
const CREDENTIALS: &str = "Bearer sk_test_mock";

/// A media type that nobody declares.
const FOREIGN: &str = "application/x-standin";

/// A call before it becomes a request.
#[derive(Clone, Debug)]
pub(super) struct Call {
    method: Method,
    template: String,
    /// The values of the path template.
    pub(super) path: Vec<(String, String)>,
    query: Vec<(String, String)>,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Call {
    /// The request.
    pub(super) fn request(&self) -> Request {
        let mut target = self.template.clone();
        for (name, value) in &self.path {
            target = target.replace(&format!("{{{name}}}"), &encoded(value));
        }
        let query: Vec<String> =
            self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !query.is_empty() {
            target = format!("{target}?{}", query.join("&"));
        }
        let mut request = Request::new(self.method.clone(), &target);
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            request.headers.append(name, HeaderValue::from_bytes(value).expect("a value"));
        }
        request.body = Bytes::from(self.body.clone());
        request
    }

    /// The same call with a value for a parameter, written as it stands.
    fn with(&self, parameter: &Parameter<'_>, value: &[u8]) -> Self {
        let mut call = self.clone();
        let (name, text) =
            (parameter.name.to_owned(), || String::from_utf8(value.to_vec()).expect("text"));
        match parameter.location {
            "path" => {
                call.path.retain(|(known, _)| *known != name);
                call.path.push((name, text()));
            }
            "query" => call.query.push((name, text())),
            "header" => call.headers.push((name, value.to_vec())),
            "cookie" => {
                let pair = format!("{name}={}", text());
                call.headers.push(("cookie".to_owned(), pair.into_bytes()));
            }
            other => panic!("nobody here sends a parameter in a {other}"),
        }
        call
    }

    /// The same call without a header field.
    fn without_header(&self, name: &str) -> Self {
        let mut call = self.clone();
        call.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        call
    }

    fn with_header(&self, name: &str, value: &str) -> Self {
        let mut call = self.without_header(name);
        call.headers.push((name.to_owned(), value.as_bytes().to_vec()));
        call
    }

    fn with_body(&self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self.clone() }
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A declared parameter.
struct Parameter<'d> {
    place: Pointer,
    name: &'d str,
    location: &'static str,
    is_required: bool,
}

impl Parameter<'_> {
    fn schema(&self) -> Pointer {
        self.place.child("schema")
    }

    /// A value as it travels.
    fn written(&self, value: &Value) -> Vec<u8> {
        let text = scalar(value);
        if self.location == "query" { encoded(&text).into_bytes() } else { text.into_bytes() }
    }

    fn told(&self, keyword: &str) -> Cause {
        Cause {
            location: self.location,
            keyword: keyword.to_owned(),
            name: self.name.to_owned(),
            is_null: false,
        }
    }
}

/// A value that is no list and no object, as text.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => panic!("{value} is no text"),
    }
}

/// A declared request body.
struct Body<'d> {
    place: Pointer,
    members: &'d Map<String, Value>,
}

/// All that the document says of an operation's requests.
pub(super) struct Requests<'d> {
    root: &'d Value,
    operation: &'d Operation,
    parameters: Vec<Parameter<'d>>,
    body: Option<Body<'d>>,
}

impl<'d> Requests<'d> {
    /// Reads the operation.
    pub(super) fn of(root: &'d Value, operation: &'d Operation) -> Self {
        let item = operation.pointer.parent().expect("an operation stands in a path item");
        let mut parameters = Vec::new();
        for holder in [&item, &operation.pointer] {
            let list = holder.child("parameters");
            let count = list.get(root).and_then(Value::as_array).map_or(0, Vec::len);
            parameters.extend((0..count).map(|index| parameter(root, &list, index)));
        }
        let place = operation.pointer.child("requestBody");
        let body = place.get(root).map(|_| {
            let (place, members) = follow(root, place.clone());
            Body { place, members }
        });
        Self { root, operation, parameters, body }
    }

    /// A call with everything that must be in it, and with a body where one is declared.
    pub(super) fn valid(&self) -> Call {
        let base = self.operation.base_paths.first().cloned().unwrap_or_default();
        let mut call = Call {
            method: self.operation.method.clone(),
            template: format!("{base}{}", self.operation.template),
            path: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        if self.demands_credentials() {
            call = call.with_header("authorization", CREDENTIALS);
        }
        for parameter in self.parameters.iter().filter(|parameter| parameter.is_required) {
            let value = sample::any(self.root, &parameter.schema());
            call = call.with(parameter, &parameter.written(&value));
        }
        let Some((media_type, content)) = self.contents().into_iter().next() else { return call };
        let value = sample::any(self.root, &content.child("schema"));
        call.with_header("content-type", &media_type).with_body(write(&media_type, &value))
    }

    /// Every call with one thing wrong.
    pub(super) fn probe(&self, probes: &mut Probes<Call>) {
        let valid = self.valid();
        self.whole(&valid, probes);
        self.parameters.iter().for_each(|parameter| self.parameter(&valid, parameter, probes));
        if let Some(body) = &self.body {
            self.body(&valid, body, probes);
        }
    }

    fn demands_credentials(&self) -> bool {
        let own = self.operation.pointer.child("security");
        let declared = own.get(self.root).or_else(|| self.root.get("security"));
        let alternatives = declared.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let is_free = |it: &Value| it.as_object().is_some_and(Map::is_empty);
        !alternatives.is_empty() && !alternatives.iter().any(is_free)
    }

    /// What is about the call as a whole: credentials, and what the client takes.
    fn whole(&self, valid: &Call, probes: &mut Probes<Call>) {
        let cause = |keyword: &str| Cause { keyword: keyword.to_owned(), ..Cause::default() };
        if self.demands_credentials() {
            let own = self.operation.pointer.child("security");
            let inherited = Pointer::root().child("security");
            probes.plain(
                "no credentials",
                cause("credentials"),
                valid.without_header("authorization"),
                Expected {
                    rule: "credentials-missing".to_owned(),
                    place: if own.get(self.root).is_some() { own } else { inherited },
                    instance: "header.authorization".to_owned(),
                },
            );
        }
        let responses = self.operation.pointer.child("responses");
        let declared = responses.get(self.root).and_then(Value::as_object).expect("responses");
        let has_content = declared
            .keys()
            .filter(|status| status.starts_with('2'))
            .any(|status| follow(self.root, responses.child(status)).1.contains_key("content"));
        if has_content {
            probes.plain(
                "nothing is acceptable",
                cause("accept"),
                valid.with_header("accept", FOREIGN),
                Expected {
                    rule: "not-acceptable".to_owned(),
                    place: responses,
                    instance: "header.accept".to_owned(),
                },
            );
        }
    }

    fn parameter(&self, valid: &Call, parameter: &Parameter<'d>, probes: &mut Probes<Call>) {
        let Parameter { place, name, location, .. } = parameter;
        let mut bare = valid.clone();
        match *location {
            "query" => bare.query.retain(|(known, _)| known != name),
            "header" => bare = bare.without_header(name),
            "cookie" => bare = bare.without_header("cookie"),
            _ => {}
        }
        let instance = format!("{location}.{name}");
        if parameter.is_required {
            let place = place.child("required");
            if *location == "path" {
                probes.unbreakable.push((place.to_string(), "a path without it is another path"));
            } else {
                let rule = "parameter-missing".to_owned();
                let expected = Expected { rule, place, instance: instance.clone() };
                probes.plain("it is missing", parameter.told("required"), bare.clone(), expected);
            }
        }
        let constraints = constraint::of_schema(self.root, &parameter.schema());
        for constraint in &constraints {
            let schema = parameter.schema();
            let text = Written::Text;
            match breach::mutants(self.root, &schema, constraint, &constraints, text) {
                Ok(_) if *location == "path" && constraint.keyword == "minLength" => probes
                    .unbreakable
                    .push((constraint.key(), "a path with an empty segment is another path")),
                Ok(mutants) => mutants.iter().for_each(|mutant| {
                    let call = bare.with(parameter, &parameter.written(&mutant.part));
                    let subject = ("parameter-mismatch", *location, *name);
                    probes.keyword(constraint, subject, mutant, call);
                }),
                Err(reason) => probes.unbreakable.push((constraint.key(), reason)),
            }
        }
        if *location == "path" {
            return;
        }
        let value = parameter.written(&sample::any(self.root, &parameter.schema()));
        let malformed =
            Expected { rule: "parameter-malformed".to_owned(), place: place.clone(), instance };
        let twice = bare.with(parameter, &value).with(parameter, &value);
        probes.plain("it comes twice", parameter.told("once"), twice, malformed.clone());
        let garbage: &[u8] = match *location {
            "query" => b"%FF",
            "header" => b"\xFF",
            // Cookies are taken as they stand.
            _ => return,
        };
        let call = bare.with(parameter, garbage);
        probes.plain("it is no text", parameter.told("text"), call, malformed);
    }

    /// The media types of the body, with the places of what is declared for them.
    fn contents(&self) -> Vec<(String, Pointer)> {
        let Some(body) = &self.body else { return Vec::new() };
        let content = body.members.get("content").and_then(Value::as_object).expect("content");
        let place = body.place.child("content");
        content.keys().map(|name| (name.clone(), place.child(name))).collect()
    }

    fn body(&self, valid: &Call, body: &Body<'d>, probes: &mut Probes<Call>) {
        let cause = |keyword: &str| Cause {
            location: "body",
            keyword: keyword.to_owned(),
            ..Cause::default()
        };
        let expected = |rule: &str, place: Pointer, instance: &str| Expected {
            rule: rule.to_owned(),
            place,
            instance: instance.to_owned(),
        };
        if body.members.get("required") == Some(&Value::Bool(true)) {
            let call = valid.without_header("content-type").with_body("");
            let expected = expected("request-body-missing", body.place.child("required"), "");
            probes.plain("nothing is sent", cause("body"), call, expected);
        }
        let call = valid.with_header("content-type", FOREIGN);
        let place = body.place.child("content");
        let expected_type = expected("media-type-unsupported", place, "header.content-type");
        probes.plain("it is something else", cause("media type"), call, expected_type);
        for (media_type, place) in self.contents() {
            let call = valid.with_header("content-type", &media_type);
            let schema = place.child("schema");
            let value = sample::any(self.root, &schema);
            let is_form = written(&media_type) == Written::Form;
            let fault = expected("request-body-malformed", place.clone(), "");
            if !is_form {
                probes.plain("it is cut off", cause("syntax"), call.with_body("{"), fault.clone());
            }
            for name in value.as_object().filter(|_| is_form).into_iter().flat_map(Map::keys) {
                let whole = write(&media_type, &value);
                let fault = Expected { instance: format!("/{name}"), ..fault.clone() };
                let cause = |keyword| Cause { name: name.clone(), ..cause(keyword) };
                let twice = format!("{whole}&{name}={}", encoded(&scalar(&value[name])));
                probes.plain("twice", cause("once"), call.with_body(twice), fault.clone());
                let mut rest = value.clone();
                rest[name] = Value::Null;
                let garbage = format!("{}&{name}=%FF", write(&media_type, &rest));
                probes.plain("no text", cause("text"), call.with_body(garbage), fault);
            }
            self.content(&call, (&media_type, &schema), probes);
        }
    }

    fn content(
        &self,
        call: &Call,
        (media_type, schema): (&str, &Pointer),
        probes: &mut Probes<Call>,
    ) {
        let body = self.body.as_ref().expect("a body");
        let is_required = body.members.get("required") == Some(&Value::Bool(true));
        let constraints = constraint::of_schema(self.root, schema);
        for constraint in &constraints {
            let written = written(media_type);
            match breach::mutants(self.root, schema, constraint, &constraints, written) {
                // Null stands for a body that is left out, where it may be left out.
                Ok(mutants) => mutants
                    .iter()
                    .filter(|it| is_required || !it.value.is_null())
                    .for_each(|mutant| {
                        let call = call.with_body(write(media_type, &mutant.value));
                        let subject = ("request-body-mismatch", "body", "");
                        probes.keyword(constraint, subject, mutant, call);
                    }),
                Err(reason) => probes.unbreakable.push((constraint.key(), reason)),
            }
        }
    }
}

fn parameter<'d>(root: &'d Value, list: &Pointer, index: usize) -> Parameter<'d> {
    let (place, members) = follow(root, list.child(index.to_string()));
    let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
    let location = ["path", "query", "header", "cookie"];
    let location = location.into_iter().find(|location| *location == text("in"));
    let is_required = members.get("required") == Some(&Value::Bool(true));
    let location = location.unwrap_or_else(|| panic!("{place} is nowhere"));
    Parameter { place, name: text("name"), location, is_required }
}

/// How content of a media type is written.
pub(super) fn written(media_type: &str) -> Written {
    match media_type {
        "application/x-www-form-urlencoded" => Written::Form,
        "application/json" => Written::Json,
        other if other.ends_with("+json") => Written::Json,
        other if other.starts_with("text/") => Written::Text,
        other => panic!("nobody here writes {other}"),
    }
}

/// A value as content; members of forms that are null are left out.
pub(super) fn write(media_type: &str, value: &Value) -> String {
    match written(media_type) {
        Written::Json => value.to_string(),
        Written::Text => scalar(value),
        Written::Form => {
            let members = value.as_object().expect("an object").iter();
            let sent = members.filter(|(_, value)| !value.is_null());
            let pairs = sent.map(|(name, value)| format!("{name}={}", encoded(&scalar(value))));
            pairs.collect::<Vec<_>>().join("&")
        }
    }
}
