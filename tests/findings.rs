//! Findings of a running server: grouped, located, blamed; expectations; what is assumed.

use reqwest::Method;
use standin::engine::Expectation;

use crate::support;
use crate::support::calls::call;
use crate::support::calls::header;
use crate::support::calls::rules;

#[tokio::test]
async fn a_finding_names_who_is_to_blame_and_the_line_that_was_broken() {
    let server = support::server("clerk").await;
    let response = call(&server, Method::GET, "/v1/sessions?limit=501&user_id=u", &[], "").await;
    assert_eq!(response.status(), 422);
    assert_eq!(header(&response, "standin-findings"), "1");
    let findings = server.findings();
    let finding = &findings.all()[0];
    assert_eq!(finding.rule, "parameter-mismatch");
    assert_eq!(finding.blame, standin::finding::Blame::Client);
    assert_eq!(finding.instance, "query.limit");
    assert_eq!(finding.places[0].file, "openapi/clerk-sessions.yaml");
    let line = finding.places[0].line.expect("a line");
    let text = standin::apis::named("clerk-sessions")[0].document.text;
    let text = text.lines().nth(line - 1).expect("that line");
    assert!(text.contains("maximum: 500"), "{text}");
}

#[tokio::test]
async fn a_violation_seen_a_hundred_times_is_one_finding() {
    let server = support::server("clerk").await;
    for limit in 501..511 {
        let path = format!("/v1/sessions?limit={limit}&user_id=u");
        call(&server, Method::GET, &path, &[], "").await;
    }
    let findings = server.findings();
    assert_eq!(findings.all().len(), 1);
    assert_eq!(findings.all()[0].count, 10);
}

#[tokio::test]
async fn an_expected_violation_is_an_info_and_an_unmet_expectation_an_error() {
    let server = support::server("clerk").await;
    let expectation = |times| Expectation {
        operation: Some("GetSessionList".to_owned()),
        rule: "parameter-mismatch".to_owned(),
        times,
        met: 0,
    };
    server.engine().expectations().add(expectation(1));
    assert_eq!(rules(&server), ["expectation-unmet"]);
    call(&server, Method::GET, "/v1/sessions?limit=501&user_id=u", &[], "").await;
    server.findings().assert_none();
    call(&server, Method::GET, "/v1/sessions?limit=501&user_id=u", &[], "").await;
    assert_eq!(rules(&server), ["parameter-mismatch"]);
}

#[tokio::test]
async fn an_answer_that_rests_on_an_assumption_says_so() {
    let server = support::server("transmit-sessions").await;
    let path = "/cis/v1/sessions/user_nobody";
    let response = call(&server, Method::GET, path, &[], "").await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "standin-basis"), "assumed");
    let counted = server.engine().assumptions().list();
    assert_eq!((counted.len(), counted[0].3), (1, 1));
}

#[tokio::test]
async fn the_same_wrong_method_on_other_paths_of_an_operation_is_one_finding() {
    let server = support::server("clerk").await;
    for number in 1..4 {
        let path = format!("/v1/sessions/sess_{number}/revoke");
        call(&server, Method::DELETE, &path, &[], "").await;
    }
    let findings = server.findings();
    assert_eq!(findings.all().len(), 1);
    assert_eq!(findings.all()[0].operation.as_deref(), Some("RevokeSession"));
    assert_eq!(findings.all()[0].count, 3);
}

#[tokio::test]
async fn each_missing_property_is_a_finding_of_its_own() {
    let server = support::server("clerk").await;
    let json = [("content-type", "application/json")];
    let path = "/v1/sessions/sess_active/refresh";
    call(&server, Method::POST, path, &json, "{}").await;
    assert_eq!(rules(&server), ["request-body-mismatch"; 3]);
}

#[tokio::test]
async fn unknown_paths_take_no_more_memory_than_they_are_worth() {
    let server = support::server("clerk").await;
    for number in 0..50 {
        let path = format!("/v1/{}{number}", "nothing/".repeat(5_000));
        call(&server, Method::GET, &path, &[], "").await;
    }
    let findings = server.findings();
    assert_eq!(findings.all().len(), 1, "what was probably meant tells them apart");
    let finding = &findings.all()[0];
    let shown = finding.got.as_ref().map_or(0, String::len)
        + finding.evidence.as_ref().map_or(0, String::len)
        + finding.title.len();
    assert!(shown < 1_000, "{shown} bytes");
}
