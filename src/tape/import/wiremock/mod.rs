//! Mappings of `WireMock`, with their bodies in `__files`.
//!
//! # Source
//!
//! `WireMock` 3, *stub mappings*: one in a file, or several under `mappings`. A condition that is
//! not known would make a mapping answer too much, so such a mapping is left out, and told. What is
//! said of how an answer is sent (delays, faults, templates) is told, and the answer sent at once.

mod asked;
mod exchange;

use std::fs;
use std::io;
use std::io::Read as _;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::finding::mask;
use crate::message::Answer;
use crate::message::Body;
use crate::spec::position;
use crate::tape::import::Format;
use crate::tape::import::Sink;
use crate::tape::import::Source;
use crate::tape::import::malformed;
use crate::tape::import::unsupported;
use crate::tape::stub::PRIORITY;
use crate::tape::stub::Scenario;
use crate::tape::stub::Stub;

pub(super) static FORMAT: Format = Format {
    id: "wiremock",
    what: "mappings of WireMock",
    ending: None,
    recognises: |sketch| {
        sketch.has("mappings") || (sketch.has("request") && sketch.has("response"))
    },
    read,
};

/// The largest file with a body, in bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Members of a mapping that say nothing of what is asked and answered.
const HARMLESS: [&str; 8] =
    ["id", "uuid", "name", "comment", "comments", "persistent", "metadata", "insertionIndex"];

fn read(source: &mut Source<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let (text, _) = source.text(sink)?;
    let document = match serde_json::from_str::<Value>(&text) {
        Ok(document) => document,
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.split(" at line ").next().unwrap_or(&reason);
            sink.wrong(malformed(error.line(), &format!("no mapping: {reason}")));
            return Ok(());
        }
    };
    let mappings: Vec<(String, &Value)> = match document.get("mappings").and_then(Value::as_array) {
        Some(mappings) => {
            let numbered = mappings.iter().enumerate();
            numbered.map(|(number, it)| (format!("/mappings/{number}"), it)).collect()
        }
        None => vec![(String::new(), &document)],
    };
    for (at, mapping) in mappings {
        let mut reading = Reading { text: &text, at, path: source.path, sink, is_left_out: false };
        let line = reading.line("");
        match reading.stub(mapping) {
            Ok(stub) if !reading.is_left_out => sink.stub(line, stub),
            Ok(_) => {}
            Err((at, reason)) => {
                let line = reading.line(&at);
                sink.wrong(malformed(line, &reason));
            }
        }
    }
    Ok(())
}

/// Where in a mapping something is wrong, and what.
type Wrong = (String, String);

/// A mapping that is read.
struct Reading<'r> {
    text: &'r str,
    /// Where the mapping stands in the file.
    at: String,
    path: &'r Path,
    sink: &'r mut dyn Sink,
    /// Whether a condition is not known.
    is_left_out: bool,
}

impl Reading<'_> {
    /// The line of a place in the mapping.
    fn line(&self, at: &str) -> usize {
        let place = format!("{}{at}", self.at);
        if place.is_empty() {
            return 1;
        }
        let found =
            position::find(self.text, &place).or_else(|| position::find(self.text, &self.at));
        found.map_or(1, |position| position.line)
    }

    /// Tells what is read and not done.
    fn not_done(&mut self, at: &str, reason: &str) {
        let line = self.line(at);
        self.sink.wrong(unsupported(line, reason));
    }

    /// Tells a condition that is not known: the mapping is left out.
    fn not_known(&mut self, at: &str, what: &str) {
        self.is_left_out = true;
        let what = mask::text(what);
        self.not_done(
            at,
            &format!("the condition `{what}` is not known, so the mapping is left out"),
        );
    }

    fn stub(&mut self, mapping: &Value) -> Result<Stub, Wrong> {
        let members = mapping.as_object();
        let members = members.ok_or_else(|| (String::new(), "no mapping".to_owned()))?;
        let known = [
            "request",
            "response",
            "priority",
            "scenarioName",
            "requiredScenarioState",
            "newScenarioState",
        ];
        for name in members.keys().map(String::as_str) {
            if !known.contains(&name) && !HARMLESS.contains(&name) {
                let reason = format!("`{}` is not done", mask::text(name));
                self.not_done(&format!("/{name}"), &reason);
            }
        }
        let text = |name: &str| mapping[name].as_str().map(str::to_owned);
        let scenario = text("scenarioName").map(|name| Scenario {
            name,
            required: text("requiredScenarioState"),
            next: text("newScenarioState"),
        });
        let (method, url, conditions) = asked::read(self, &mapping["request"])?;
        let answer = self.answer(&mapping["response"])?;
        let exchange = exchange::of(&mapping["request"], &answer).map(Box::new);
        Ok(Stub {
            method,
            url,
            conditions,
            priority: mapping["priority"].as_i64().unwrap_or(PRIORITY),
            order: mapping["insertionIndex"].as_i64().unwrap_or(0),
            scenario,
            answer,
            exchange,
        })
    }

    fn answer(&mut self, response: &Value) -> Result<Answer, Wrong> {
        let at = |name: &str| format!("/response/{name}");
        let status = response.get("status").map_or(Some(200), Value::as_u64);
        let status = status
            .and_then(|status| u16::try_from(status).ok())
            .and_then(|status| StatusCode::from_u16(status).ok())
            .ok_or_else(|| (at("status"), "this is no status".to_owned()))?;
        let mut answer = Answer::empty(status);
        let headers = response.get("headers").and_then(Value::as_object);
        for (name, values) in headers.into_iter().flatten() {
            let Ok(field) = HeaderName::from_bytes(name.as_bytes()) else {
                let reason = format!("`{}` is no name of a header field", mask::text(name));
                self.not_done(&at(&format!("headers/{name}")), &reason);
                continue;
            };
            let values = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
            for value in values.iter().map(crate::json::plain) {
                if let Ok(value) = HeaderValue::from_str(&value) {
                    answer.headers.append(field.clone(), value);
                }
            }
        }
        for name in ["content-length", "content-encoding", "transfer-encoding", "connection"] {
            answer.headers.remove(name);
        }
        self.told_of_sending(response);
        let bytes: Option<Vec<u8>> = if let Some(text) = response["body"].as_str() {
            Some(text.as_bytes().to_vec())
        } else if let Some(value) = response.get("jsonBody") {
            if !answer.headers.contains_key(CONTENT_TYPE) {
                answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            }
            Some(value.to_string().into_bytes())
        } else if let Some(text) = response["base64Body"].as_str() {
            let decoded = STANDARD.decode(text);
            Some(decoded.map_err(|_| (at("base64Body"), "this is no base64".to_owned()))?)
        } else if let Some(name) = response["bodyFileName"].as_str() {
            Some(self.file(name).map_err(|reason| (at("bodyFileName"), reason))?)
        } else {
            None
        };
        if let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) {
            answer.body = Body::Whole { bytes: Bytes::from(bytes), value: None };
        }
        Ok(answer)
    }

    /// Tells what is said of how an answer is sent.
    fn told_of_sending(&mut self, response: &Value) {
        let known = [
            "status",
            "headers",
            "body",
            "jsonBody",
            "base64Body",
            "bodyFileName",
            "statusMessage",
        ];
        for (name, value) in response.as_object().into_iter().flatten() {
            let says_nothing = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if known.contains(&name.as_str()) || says_nothing {
                continue;
            }
            let place = format!("/response/{name}");
            match name.as_str() {
                "fixedDelayMilliseconds" | "delayDistribution" | "chunkedDribbleDelay" => {
                    self.not_done(&place, &format!("`{name}` is not done: it is answered at once"));
                }
                "transformers" | "transformerParameters" => {
                    self.not_done(
                        &place,
                        &format!("`{name}` is not done: the body is sent as it is written"),
                    );
                }
                "fault" | "proxyBaseUrl" => {
                    self.is_left_out = true;
                    self.not_done(
                        &place,
                        &format!("`{name}` is not done, so the mapping is left out"),
                    );
                }
                name => {
                    let reason = format!("`{}` is not done", mask::text(name));
                    self.not_done(&place, &reason);
                }
            }
        }
    }

    /// A body from `__files`, and from nowhere else.
    fn file(&self, name: &str) -> Result<Vec<u8>, String> {
        let shown = mask::told(name);
        let is_inside =
            |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if name.contains('\0') || !Path::new(name).components().all(is_inside) {
            return Err(format!("`{shown}` leads out of __files, and is not read"));
        }
        let root = self.path.ancestors().skip(1).map(|folder| folder.join("__files"));
        let root = root.take(8).find(|folder| folder.is_dir());
        let root = root.ok_or_else(|| format!("there is no __files for `{shown}`"))?;
        let inside = |path: &Path| -> io::Result<(PathBuf, PathBuf)> {
            Ok((fs::canonicalize(&root)?, fs::canonicalize(path)?))
        };
        let (real_root, real) =
            inside(&root.join(name)).map_err(|error| format!("cannot read `{shown}`: {error}"))?;
        // A link may lead out, too.
        if !real.starts_with(&real_root) {
            return Err(format!("`{shown}` leads out of __files, and is not read"));
        }
        let mut bytes = Vec::new();
        fs::File::open(&real)
            .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
            .map_err(|error| format!("cannot read `{shown}`: {error}"))?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(format!("`{shown}` is larger than {MOST_BYTES} bytes"));
        }
        Ok(bytes)
    }

    /// A method; `None` for any.
    fn method(&self, request: &Value) -> Result<Option<Method>, Wrong> {
        match request["method"].as_str() {
            None | Some("ANY") => Ok(None),
            Some(name) => Method::from_bytes(name.as_bytes()).map(Some).map_err(|_| {
                ("/request/method".to_owned(), format!("`{}` is no method", mask::text(name)))
            }),
        }
    }
}
