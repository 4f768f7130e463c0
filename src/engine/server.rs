//! The server that a call says it is for (`?__server=https://api.example.com/v2`).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::engine::preference::Preference;
use crate::message::Refusal;
use crate::message::Unanswered;
use crate::pointer::Pointer;
use crate::spec::Document;
use crate::spec::model::Operation;

/// Why a call can not be for the server that it names; `None` where it can, or names none.
///
/// The servers are those of the operation, else of its path, else of the document (OpenAPI 3.1.1,
/// *Server Object*).
pub(super) fn judge(
    document: &Document,
    operation: &Operation,
    preference: &Preference,
) -> Option<Refusal> {
    let asked = preference.server.as_deref()?;
    let own = Some(operation.pointer.clone());
    let holders = [own, operation.pointer.parent(), Some(Pointer::root())];
    let mut lists =
        holders.into_iter().flatten().filter_map(|at| document.part(&at.child("servers")));
    let list = lists.find(|list| list.as_array().is_some_and(|list| !list.is_empty()));
    let servers = list.as_ref().and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if servers.iter().any(|server| is_meant(server, asked)) {
        return None;
    }
    let address = |server: &Value| server.get("url")?.as_str().map(str::to_owned);
    let offered = servers.iter().filter_map(address).collect();
    Some(Refusal::Unanswered(Unanswered::ServerUnknown { asked: asked.to_owned(), offered }))
}

/// Whether an address is that of a server, its variables having one of their values, or any where
/// they list none.
///
/// All places that the address may have been read up to are kept side by side, so that no template
/// makes this go back.
fn is_meant(server: &Value, asked: &str) -> bool {
    let Some(template) = server.get("url").and_then(Value::as_str) else { return false };
    let asked = asked.trim_end_matches('/');
    let mut rest = template.trim_end_matches('/');
    let mut reached = BTreeSet::from([0]);
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((name, behind)) = behind.split_once('}') else { break };
        reached = further(asked, &reached, &[before]);
        let variable = server.get("variables").and_then(|variables| variables.get(name));
        let values = variable.and_then(|variable| variable.get("enum")).and_then(Value::as_array);
        reached = match values {
            Some(values) => {
                let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
                further(asked, &reached, &values)
            }
            None => reached.first().map_or_else(BTreeSet::new, |first| {
                let ends = asked.char_indices().map(|(at, letter)| at + letter.len_utf8());
                ends.filter(|end| end > first).collect()
            }),
        };
        rest = behind;
    }
    further(asked, &reached, &[rest]).contains(&asked.len())
}

/// The places behind one of these texts, from the places where it may begin.
fn further(asked: &str, reached: &BTreeSet<usize>, texts: &[&str]) -> BTreeSet<usize> {
    let from = |at: usize| {
        let fitting = texts.iter().filter(move |text| asked[at..].starts_with(**text));
        fitting.map(move |text| at + text.len())
    };
    reached.iter().flat_map(|at| from(*at)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::is_meant;

    #[test]
    fn a_server_is_meant_by_its_address_whatever_its_variables_are() {
        let server = json!({
            "url": "https://{region}.example.com/{version}/",
            "variables": { "version": { "default": "v1", "enum": ["v1", "v2"] } },
        });
        let table = [
            ("https://eu.example.com/v1", true),
            ("https://eu.west.example.com/v2/", true),
            ("https://.example.com/v1", false),
            ("https://eu.example.com/v3", false),
            ("https://eu.example.com", false),
            ("http://eu.example.com/v1", false),
        ];
        for (asked, is_right) in table {
            assert_eq!(is_meant(&server, asked), is_right, "{asked}");
        }
        assert!(is_meant(&json!({ "url": "/" }), ""));
    }
}
