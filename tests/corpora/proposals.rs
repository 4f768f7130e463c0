//! Proposals: drift is planted in traffic of real documents; what is proposed makes it none.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use serde_json::Value;
use serde_json::json;
use standin::clock::Instant;
use standin::drift::Ignored;
use standin::drift::Standard;
use standin::finding::Finding;
use standin::finding::Level;
use standin::message::Answer;
use standin::message::Request;
use standin::schema::Direction;
use standin::spec;
use standin::spec::Document;
use standin::spec::load::Access;
use standin::spec::load::Address;
use standin::spec::model::Operation;
use standin::synth;
use standin::synth::Options;
use standin::tape::Entry;

use super::json;
use super::path;

/// How many documents are tried, and how large they may be.
const DOCUMENTS: usize = 20;
const LARGEST: u64 = 60_000;

/// How many operations of a document are called, and how many keywords of a response are broken.
const OPERATIONS: usize = 8;
const KEYWORDS: usize = 5;
const BROKEN: [&str; 11] = [
    "type",
    "required",
    "enum",
    "format",
    "pattern",
    "maximum",
    "minLength",
    "additionalProperties",
    "maxItems",
    "minimum",
    "maxLength",
];

/// Documents of every version, as many of each.
fn documents() -> Vec<String> {
    let index = json("specs/index.json");
    let mut found: Vec<(usize, String, String)> = Vec::new();
    for entry in index.as_array().expect("documents") {
        let [file, version] = ["file", "version"].map(|name| entry[name].as_str().unwrap_or(""));
        let version = version.get(..3).unwrap_or_default().to_owned();
        let is_fit = entry["bytes"].as_u64().is_some_and(|bytes| bytes <= LARGEST)
            && entry["ops"].as_u64().is_some_and(|count| count >= 3);
        if is_fit {
            let rank = found.iter().filter(|(_, other, _)| *other == version).count();
            found.push((rank, version, file.to_owned()));
        }
    }
    found.sort();
    found.into_iter().map(|(_, _, file)| file).collect()
}

/// What a server answers by the document.
fn answered(
    document: &Document,
    operation: &Operation,
    seed: u64,
) -> Option<(Answer, Option<Value>)> {
    let success = |status: &u16| {
        operation.response(StatusCode::from_u16(*status).ok()?).map(|it| (*status, it))
    };
    let (status, response) = [200, 201, 202, 204].iter().find_map(success)?;
    let status = StatusCode::from_u16(status).ok()?;
    let Some(content) = response.content.iter().find(|content| content.media_type.is_json()) else {
        return response.content.is_empty().then(|| (Answer::empty(status), None));
    };
    let options = Options::dynamic(seed);
    let value =
        synth::make(&document.schemas, content.schema?, Direction::Response, &options).ok()?;
    let mut answer = Answer::json(status, content.header.clone(), value.clone());
    for header in response.headers.iter().filter(|header| header.required) {
        let value = synth::value(&document.schemas, header.schema?, Direction::Response).ok()?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        answer.headers.insert(header.field.clone()?, HeaderValue::from_str(&text).ok()?);
    }
    Some((answer, Some(value)))
}

fn entry(request: &Request, answer: &Answer) -> Entry {
    Entry::from_messages(request, answer, Instant::from_millis(1_767_225_600_000))
}

/// Exchanges that depart from the document, each in one way.
fn planted(document: &Document) -> Vec<Entry> {
    let mut entries = Vec::new();
    let calls = document.operations.iter().filter_map(|operation| {
        let request = synth::sample(document, operation)?;
        Some((operation, request, answered(document, operation, 7)?))
    });
    for (number, (operation, request, (answer, value))) in calls.take(OPERATIONS).enumerate() {
        let mut changed = request.clone();
        let mut other = answer.clone();
        match number % 5 {
            0 => other
                .headers
                .append(HeaderName::from_static("x-planted"), HeaderValue::from_static("1")),
            1 => {
                let query = changed.query.take().map(|query| format!("{query}&"));
                changed.query = Some(format!("{}planted=1", query.unwrap_or_default()));
                false
            }
            2 => {
                other = Answer::json(
                    StatusCode::from_u16(299).expect("a status"),
                    HeaderValue::from_static("application/json"),
                    json!({"planted": [1, {"deep": "yes"}]}),
                );
                false
            }
            3 => changed
                .headers
                .append(HeaderName::from_static("x-planted"), HeaderValue::from_static("1")),
            _ => {
                changed.path = format!("{}/planted/17", changed.path);
                false
            }
        };
        entries.push(entry(&changed, &other));
        let Some(mut value) = value else { continue };
        let header = answer.headers.get("content-type").cloned();
        let header = header.expect("content has a type");
        let response = operation.response(answer.status).expect("it is declared");
        let content = response.content.iter().find(|content| content.header == header);
        let schema = content.and_then(|content| content.schema).expect("it has a schema");
        for keyword in BROKEN.iter().cycle().skip(number).take(KEYWORDS) {
            let made = synth::breach(&document.schemas, schema, Direction::Response, keyword, 7);
            if let Some(breach) = made {
                entries.push(entry(
                    &request,
                    &Answer::json(answer.status, header.clone(), breach.value),
                ));
            }
        }
        if let Some(members) = value.as_object_mut() {
            members.insert("planted_field".to_owned(), json!({"a": 1, "b": ["x"]}));
            entries.push(entry(&request, &Answer::json(answer.status, header, value)));
        }
    }
    entries
}

fn told(document: Document, entries: &[Entry]) -> (Standard, Vec<Finding>, String) {
    let documents = [("api".to_owned(), Arc::new(document))];
    let standard = Standard::new(&documents, Ignored::default()).expect("one document");
    let observations = standard.entries(entries);
    let mut findings = standard.findings(&observations);
    findings.retain(|finding| finding.level > Level::Info);
    let proposal = standard.proposals(&observations).remove(0).1.overlay();
    (standard, findings, proposal)
}

fn load(file: &Path, overlays: &[Address]) -> Document {
    let address = Address::File(file.to_owned());
    spec::load::with_overlays(&address, Access::default(), overlays).expect("it loads")
}

#[test]
fn a_document_with_its_proposal_says_what_traffic_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let overlay = folder.path().join("proposal.json");
    let (mut count, mut departures, mut left) = (0, 0, Vec::new());
    for file in documents() {
        let place = path(&format!("specs/{file}"));
        let document = load(&place, &[]);
        let entries = planted(&document);
        if entries.len() < 6 {
            continue;
        }
        let (_, found, proposal) = told(document, &entries);
        fs::write(&overlay, &proposal).expect("a file");
        let mended = load(&place, &[Address::File(overlay.clone())]);
        let (_, rest, _) = told(mended, &entries);
        departures += found.len();
        left.extend(rest.iter().map(|finding| {
            let operation = finding.operation.as_deref().unwrap_or("-");
            let pointer = finding.places.first().map(|place| place.pointer.to_string());
            format!(
                "{file}: {} {operation} {}: {} {pointer:?}",
                finding.rule, finding.instance, finding.title
            )
        }));
        count += 1;
        if count == DOCUMENTS {
            break;
        }
    }
    assert!(left.is_empty(), "{} of {departures}:\n{}", left.len(), left.join("\n"));
    assert!(count == DOCUMENTS && departures > DOCUMENTS * 6, "{count}, {departures}");
}
