//! Answers of every declared response of a document, each with one thing wrong.

use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Map;
use serde_json::Value;
use standin::message::Answer;
use standin::message::Body;
use standin::pointer::Pointer;
use standin::spec::Operation;

use super::breach;
use super::breach::Written;
use super::constraint;
use super::constraint::follow;
use super::probe::Cause;
use super::probe::Expected;
use super::probe::Probes;
use super::request::scalar;
use super::request::write;
use super::request::written;
use super::sample;

/// A media type that nobody declares.
const FOREIGN: &str = "application/x-standin";

/// A status that nobody declares.
const FOREIGN_STATUS: u16 = 299;

/// One declared response.
pub(super) struct Responses<'d> {
    root: &'d Value,
    status: StatusCode,
    /// Where it stands; several operations may share it.
    pub(super) place: Pointer,
    members: &'d Map<String, Value>,
}

/// Every declared response of an operation.
pub(super) fn of<'d>(root: &'d Value, operation: &Operation) -> Vec<Responses<'d>> {
    let place = operation.pointer.child("responses");
    let declared = place.get(root).and_then(Value::as_object).expect("responses");
    let declared = declared.keys().map(|key| {
        let status = key.parse().unwrap_or_else(|_| panic!("{place}: {key} is no status"));
        let (place, members) = follow(root, place.child(key));
        Responses { root, status, place, members }
    });
    declared.collect()
}

/// The answer of a status that the operation does not declare.
pub(super) fn undeclared(operation: &Operation, probes: &mut Probes<Answer>) {
    let expected = Expected {
        rule: "response-status-undeclared".to_owned(),
        place: operation.pointer.child("responses"),
        instance: format!("status.{FOREIGN_STATUS}"),
    };
    let status = StatusCode::from_u16(FOREIGN_STATUS).expect("a status");
    probes.plain("a status of its own", told("status"), Answer::empty(status), expected);
}

fn told(keyword: &str) -> Cause {
    Cause { keyword: keyword.to_owned(), ..Cause::default() }
}

impl Responses<'_> {
    /// An answer with everything that is declared, of each media type.
    pub(super) fn valid(&self) -> Vec<Answer> {
        let mut answer = Answer::empty(self.status);
        for (name, place, _) in self.headers() {
            let value = sample::any(self.root, &place.child("schema"));
            set(&mut answer, &name, &scalar(&value));
        }
        let contents = self.contents().into_iter().map(|(media_type, _, schema)| {
            let value = schema.map(|schema| sample::any(self.root, &schema));
            let text = value.map_or_else(|| any(&media_type), |value| write(&media_type, &value));
            with_content(&answer, &media_type, &text)
        });
        let answers: Vec<Answer> = contents.collect();
        if answers.is_empty() { vec![answer] } else { answers }
    }

    /// Every answer with one thing wrong.
    pub(super) fn probe(&self, probes: &mut Probes<Answer>) {
        let valid = &self.valid()[0];
        self.headers().iter().for_each(|header| self.header(valid, header, probes));
        self.whole(probes);
        for (media_type, place, schema) in self.contents() {
            let Some(schema) = schema else { continue };
            if written(&media_type) == Written::Json {
                let rule = "response-body-malformed".to_owned();
                let fault = Expected { rule, place, instance: String::new() };
                let answer = with_content(valid, &media_type, "{");
                probes.plain("content that is cut off", told("syntax"), answer, fault);
            }
            self.content(valid, (&media_type, &schema), probes);
        }
    }

    /// Every answer whose content as a whole is not what is declared.
    pub(super) fn whole(&self, probes: &mut Probes<Answer>) {
        let valid = &self.valid()[0];
        let expected = |rule: &str, place: Pointer, instance: &str| Expected {
            rule: rule.to_owned(),
            place,
            instance: instance.to_owned(),
        };
        let contents = self.contents();
        let place = self.place.child("content");
        let place = if contents.is_empty() { self.place.clone() } else { place };
        let foreign = expected("response-media-type-undeclared", place, "header.content-type");
        let answer = with_content(valid, FOREIGN, "text");
        probes.plain("content that is not declared", told("media type"), answer, foreign);
        if !contents.is_empty() {
            let mut answer = valid.clone();
            answer.headers.remove(CONTENT_TYPE);
            answer.body = Body::Empty;
            let missing = expected("response-body-missing", self.place.child("content"), "");
            probes.plain("no content", told("body"), answer, missing);
        }
    }

    fn content(
        &self,
        valid: &Answer,
        (media_type, schema): (&str, &Pointer),
        probes: &mut Probes<Answer>,
    ) {
        let constraints = constraint::of_schema(self.root, schema);
        for constraint in &constraints {
            let written = written(media_type);
            match breach::mutants(self.root, schema, constraint, &constraints, written) {
                Ok(mutants) => mutants.iter().for_each(|mutant| {
                    let answer = with_content(valid, media_type, &write(media_type, &mutant.value));
                    let subject = ("response-body-mismatch", "body", "");
                    probes.keyword(constraint, subject, mutant, answer);
                }),
                Err(reason) => probes.unbreakable.push((constraint.key(), reason)),
            }
        }
    }

    fn header(
        &self,
        valid: &Answer,
        (name, place, is_required): &(String, Pointer, bool),
        probes: &mut Probes<Answer>,
    ) {
        let mut without = valid.clone();
        without.headers.remove(name);
        if *is_required {
            let expected = Expected {
                rule: "response-header-missing".to_owned(),
                place: place.child("required"),
                instance: format!("header.{name}"),
            };
            let cause = Cause { name: name.clone(), ..told("required") };
            probes.plain("it is missing", cause, without, expected);
        }
        let schema = place.child("schema");
        let constraints = constraint::of_schema(self.root, &schema);
        for constraint in &constraints {
            match breach::mutants(self.root, &schema, constraint, &constraints, Written::Text) {
                Ok(mutants) => mutants.iter().for_each(|mutant| {
                    let mut answer = valid.clone();
                    set(&mut answer, name, &scalar(&mutant.part));
                    let subject = ("response-header-mismatch", "header", name.as_str());
                    probes.keyword(constraint, subject, mutant, answer);
                }),
                Err(reason) => probes.unbreakable.push((constraint.key(), reason)),
            }
        }
    }

    /// The declared header fields: name, place, whether they must be there.
    fn headers(&self) -> Vec<(String, Pointer, bool)> {
        let declared = self.members.get("headers").and_then(Value::as_object);
        let declared = declared.into_iter().flat_map(Map::keys).map(|name| {
            let (place, members) = follow(self.root, self.place.child("headers").child(name));
            (name.clone(), place, members.get("required") == Some(&Value::Bool(true)))
        });
        declared.collect()
    }

    /// The declared contents: media type, place, place of the schema.
    fn contents(&self) -> Vec<(String, Pointer, Option<Pointer>)> {
        let declared = self.members.get("content").and_then(Value::as_object);
        let declared = declared.into_iter().flatten().map(|(media_type, content)| {
            let place = self.place.child("content").child(media_type);
            let schema = content.get("schema").map(|_| place.child("schema"));
            (media_type.clone(), place, schema)
        });
        declared.collect()
    }
}

fn set(answer: &mut Answer, name: &str, value: &str) {
    let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
    answer.headers.insert(name, HeaderValue::from_str(value).expect("a value"));
}

fn with_content(answer: &Answer, media_type: &str, text: &str) -> Answer {
    let mut answer = answer.clone();
    set(&mut answer, CONTENT_TYPE.as_str(), media_type);
    let value = serde_json::from_str(text).ok();
    answer.body = Body::Whole { bytes: Bytes::from(text.to_owned()), value };
    answer
}

/// Content of a media type that nothing is said of.
fn any(media_type: &str) -> String {
    let text = match media_type {
        json if json.ends_with("json") => "{}",
        xml if xml.ends_with("xml") => "<any/>",
        _ => "text",
    };
    text.to_owned()
}
