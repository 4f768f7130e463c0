//! Examples that break their own schemas.

use crate::finding::JsonType;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::schema::Direction;
use crate::spec::Document;
use crate::spec::model::Content;

/// The most violations of one example that are told.
const TOLD: usize = 5;

/// Judges all examples of a document's requests and responses.
pub(super) fn broken(document: &Document) -> Vec<Violation> {
    let mut violations: Vec<Violation> = Vec::new();
    for operation in &document.operations {
        let requests = operation.request_body.iter().flat_map(|body| &body.content);
        let responses = operation.responses.iter().flat_map(|response| &response.content);
        let contents = requests.map(|content| (content, Direction::Request));
        let contents = contents.chain(responses.map(|content| (content, Direction::Response)));
        for (content, direction) in contents {
            judge(document, content, direction, &mut violations);
        }
    }
    // What several operations share is judged with each of them.
    let mut seen = std::collections::HashSet::new();
    let key = |violation: &Violation| (violation.place.clone(), violation.title.clone());
    violations.retain(|violation| seen.insert(key(violation)));
    violations
}

fn judge(
    document: &Document,
    content: &Content,
    direction: Direction,
    violations: &mut Vec<Violation>,
) {
    // An example of anything but JSON may be written as it is sent.
    let Some(schema) = content.schema.filter(|_| content.media_type.is_json()) else { return };
    for example in &content.examples {
        let value = example.value();
        let broken = document.schemas.violations(schema, direction, value);
        violations.extend(broken.into_iter().take(TOLD).map(|broken| {
            let inside = broken.instance.as_str();
            let subject = match inside.strip_prefix('/') {
                Some(path) => {
                    format!("`{}` in the example `{}`", path.replace('/', "."), example.name)
                }
                None => format!("the example `{}`", example.name),
            };
            let got = broken.instance.get(value).filter(|_| broken.keyword != "required");
            let place = if example.pointer.as_str().ends_with("/example") {
                example.pointer.join(inside)
            } else {
                example.pointer.child("value").join(inside)
            };
            Violation {
                place,
                got: got.map(|got| mask::show(broken.instance.tokens(), got)),
                got_type: got.map(JsonType::of),
                expected: broken.expected,
                keyword: broken.keyword,
                ..Violation::new(
                    &rule::EXAMPLE_MISMATCH,
                    Location::Body,
                    format!("{subject} {}", broken.title),
                )
            }
        }));
    }
}
