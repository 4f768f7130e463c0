//! Real drift: a vendor's document of one year against what its API does in another.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::process::Running;
use crate::support::process::call;
use crate::support::process::run;
use crate::support::process::standin;

const DOCUMENT: &str = "tests/fixtures/drift/clerk-2024-10-01.yaml";

/// The calls of a client of today.
const CALLS: [(&str, &str); 12] = [
    ("GET /v1/sessions?user_id=user_ada", ""),
    ("GET /v1/sessions?user_id=user_ada&paginated=true", ""),
    ("GET /v1/sessions/sess_active", ""),
    ("GET /v1/sessions/sess_pending", ""),
    ("GET /v1/sessions/sess_unknown", ""),
    ("GET /v1/jwks", ""),
    ("POST /v1/sessions", r#"{"user_id":"user_ada"}"#),
    ("POST /v1/sessions/sess_active/tokens", "{}"),
    ("POST /v1/sessions/sess_active/tokens/hasura", r#"{"expires_in_seconds":60}"#),
    ("POST /v1/sessions/sess_active/verify", r#"{"token":"any"}"#),
    ("POST /v1/sessions/sess_active/refresh", r#"{}"#),
    ("POST /v1/sessions/sess_active/revoke", ""),
];

#[test]
fn a_document_of_2024_departs_from_todays_traffic_in_exactly_what_is_known_to_have_changed() {
    let server = Running::start(&["serve", "clerk", "--format", "json", "--port", "0"]);
    for (head, body) in CALLS {
        let fields = "authorization: Bearer sk_test_mock\nclerk-api-version: 2026-05-12\n\
             content-type: application/json";
        call(&server.url, &format!("{head}\n{fields}"), body);
    }
    let url = format!("{}/_standin/exchanges", server.url);
    let (code, report, told) = run(&mut standin(&[
        "drift",
        &url,
        "--spec",
        DOCUMENT,
        "--ignore-headers",
        "clerk-api-version",
        "--report",
        "json",
    ]));
    assert_eq!(code, 1, "{told}");
    let report: Value = serde_json::from_str(&report).expect("a report");
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let findings = report["findings"].as_array().expect("findings");
    let found: BTreeSet<String> = findings
        .iter()
        .filter(|finding| finding["level"] != "info" || finding["operation"] == "VerifySession")
        .map(|finding| {
            let [rule, operation, title] =
                ["rule", "operation", "title"].map(|name| text(&finding[name]));
            format!("{rule} {operation}: {title}")
        })
        .collect();
    let expected: BTreeSet<String> = EXPECTED.iter().map(|line| (*line).to_owned()).collect();
    assert_eq!(found, expected, "{report:#}");
}

/// What the facts tell.
const EXPECTED: [&str; 16] = [
    "documented-unseen VerifySession: `POST /v1/sessions/{session_id}/verify` was called, and never with success",
    "operation-deprecated VerifySession: VerifySession is deprecated",
    "response-body-mismatch GetSession: `status` in the response body is not one of the allowed values",
    "response-body-mismatch GetSession: the response body has the unknown property `latest_activity`",
    "response-body-mismatch GetSession: the response body has the unknown property `tasks`",
    "response-body-mismatch GetSessionList: `0` in the response body has the unknown property `latest_activity`",
    "response-body-mismatch GetSessionList: `0` in the response body has the unknown property `tasks`",
    "response-body-mismatch GetSessionList: the response body is not an array",
    "response-body-mismatch RevokeSession: the response body has the unknown property `latest_activity`",
    "response-body-mismatch RevokeSession: the response body has the unknown property `tasks`",
    "undocumented-content CreateSessionTokenFromTemplate: content was sent, and the operation declares none",
    "undocumented-field GetSession: `clerk_trace_id` in the response body is not documented",
    "undocumented-field VerifySession: `clerk_trace_id` in the response body is not documented",
    "undocumented-operation -: `POST /v1/sessions/{session_id}/tokens` is not documented: no operation has this path; the nearest is POST /v1/sessions/{session_id}/revoke",
    "undocumented-operation -: `POST /v1/sessions` is not documented: the path has only GET, HEAD",
    "undocumented-parameter GetSessionList: the query parameter `paginated` is not documented",
];
