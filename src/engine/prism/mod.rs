//! Prism's wire format, for those who come from there: its problems, its list of violations.
//!
//! # Source
//!
//! Prism 5, *Errors raised by Prism* and *Server Validation* in its guides, and what its own
//! acceptance cases expect.

mod challenge;
pub(super) mod problem;
mod violation;

use std::fmt::Write;

use http::HeaderName;
use http::HeaderValue;
use serde_json::Value;
use serde_json::json;

use crate::engine::manner::Manner;
use crate::finding::Level;
use crate::finding::Side;
use crate::finding::Sighting;
use crate::message::Answer;

/// The header field that lists what is wrong with a call and its answer.
const VIOLATIONS: HeaderName = HeaderName::from_static("sl-violations");

/// How long the list may be; Prism cuts it in the middle there, and it is no JSON any more.
const MOST_BYTES: usize = 8092;

/// Adds the list of what is wrong, and puts a problem in an answer's place where it breaks the
/// contract and that was asked for.
pub(super) fn finish(manner: Manner, answer: &mut Answer, findings: &[Sighting]) {
    let Manner::Prism { errors } = manner else { return };
    let told = |side: Side| {
        // What is merely worth knowing breaks nothing.
        let is_told = move |it: &&Sighting| it.side == side && it.level > Level::Info;
        let of_side = findings.iter().filter(is_told);
        of_side.flat_map(move |finding| {
            violation::items(&finding.violation, finding.level, Some(side))
        })
    };
    let all: Vec<Value> = told(Side::Request).chain(told(Side::Response)).collect();
    if all.is_empty() {
        // An upstream's own list is about its contract, and would be taken for this one.
        answer.headers.remove(VIOLATIONS);
        return;
    }
    let is_broken =
        |finding: &Sighting| finding.side == Side::Response && finding.level == Level::Error;
    if errors && findings.iter().any(is_broken) && !problem::is_one(answer) {
        *answer = problem::of_violations(&all);
    }
    if let Ok(list) = HeaderValue::from_str(&list(&all)) {
        answer.headers.insert(VIOLATIONS, list);
    }
}

/// The list as a field value: JSON whatever its length, every character one that a field can have.
fn list(all: &[Value]) -> String {
    let texts: Vec<String> = all.iter().map(|item| ascii(&item.to_string())).collect();
    let whole = texts.iter().map(|text| text.len() + 1).sum::<usize>() + 1;
    let mut list = String::from("[");
    let mut left_out = 0;
    for text in &texts {
        // Room for the item that says how many were left out.
        let is_full = whole > MOST_BYTES && list.len() + text.len() + 160 > MOST_BYTES;
        if is_full || left_out > 0 {
            left_out += 1;
            continue;
        }
        list.extend([text, ","]);
    }
    if left_out > 0 {
        let message = format!("Too many violations! {left_out} more are left out");
        let item = json!({
            "location": [], "severity": "Information", "code": "too-many", "message": message,
        });
        list.push_str(&item.to_string());
    } else {
        list.pop();
    }
    list.push(']');
    list
}

/// JSON without anything that no field value can have.
fn ascii(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter == ' ' || letter.is_ascii_graphic() {
            ascii.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            // Writing to a string never fails.
            let _ = write!(ascii, "\\u{unit:04x}");
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serde_json::json;

    use super::MOST_BYTES;
    use super::list;

    #[test]
    fn a_list_of_violations_is_json_however_long_it_is() {
        let item = |number: usize| json!({ "location": ["request", "body"], "message": format!("Größe {number} \u{1f600}") });
        for count in [1, 50, 5_000] {
            let all: Vec<Value> = (0..count).map(item).collect();
            let text = list(&all);
            assert!(text.len() <= MOST_BYTES && text.is_ascii(), "{}", text.len());
            let read: Vec<Value> = serde_json::from_str(&text).expect("JSON");
            assert_eq!(read[0], all[0]);
            let last = read.last().map(|item| item["code"] == "too-many");
            assert_eq!(last, Some(read.len() < count), "{text}");
        }
    }
}
