//! What a server says it keeps, by kind.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::client::Client;

/// How many of each kind.
pub(crate) type Kept = BTreeMap<String, usize>;

/// Asks for the records of every collection, the exchanges of the journal and the findings.
pub(crate) fn kept(client: &mut Client) -> Kept {
    let metrics = client.call("GET /_standin/metrics", "", "").body;
    let mut kept: Kept = metrics.lines().filter_map(records).collect();
    let findings = client.call("GET /_standin/findings", "", "").json();
    let findings = findings.pointer("/findings").and_then(Value::as_array);
    kept.insert("findings".to_owned(), findings.expect("the server tells findings").len());
    assert!(kept.len() > 2, "the server tells nothing of its state: {metrics}");
    kept
}

/// A line that says how many records or exchanges there are.
fn records(line: &str) -> Option<(String, usize)> {
    let (labelled, count) = line.rsplit_once(' ')?;
    let name = match labelled.strip_prefix("standin_state_records") {
        Some(labels) => labels.split('"').skip(1).step_by(2).collect::<Vec<_>>().join(" "),
        None => labelled.strip_prefix("standin_journal_")?.to_owned(),
    };
    Some((name, count.parse().ok()?))
}
