//! What the control surface tells of the past: exchanges and findings.

use serde_json::json;

use crate::admin::Reply;
use crate::admin::clerk;

#[tokio::test]
async fn clearing_the_findings_clears_the_view_and_not_the_report() {
    let caller = clerk().await;
    caller.list("0").await;
    let finding = &caller.get("/_standin/findings").await.json()["findings"][0];
    assert_eq!((&finding["rule"], &finding["count"]), (&json!("parameter-mismatch"), &json!(1)));
    assert!(finding["places"][0]["line"].is_u64(), "places have lines: {finding}");
    assert_eq!(caller.delete("/_standin/findings").await, 204);
    assert_eq!(caller.get("/_standin/findings").await.json(), json!({"findings": []}));
    let report = caller.get("/_standin/report").await.json();
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1));
    let junit = caller.get("/_standin/report?format=junit").await;
    assert_eq!(junit.media_type(), "application/xml");
    assert!(junit.text.contains("failures=\"1\""), "{}", junit.text);
}

#[tokio::test]
async fn the_journal_is_filtered_paged_and_forgotten() {
    let caller = clerk().await;
    for limit in ["1", "0", "2", "3"] {
        caller.list(limit).await;
    }
    let numbers = |reply: &Reply| -> Vec<u64> {
        let list = reply.json();
        let list = list["exchanges"].as_array().expect("a list").clone();
        list.iter().filter_map(|exchange| exchange["number"].as_u64()).collect()
    };
    let first = caller.get("/_standin/exchanges?limit=3").await;
    assert_eq!(numbers(&first), [1, 2, 3]);
    assert_eq!((&first.json()["after"], &first.json()["more"]), (&json!(3), &json!(true)));
    let rest = caller.get("/_standin/exchanges?after=3").await;
    assert_eq!(numbers(&rest), [4]);
    assert_eq!(rest.json()["more"], false);
    let filters = [
        ("status=422", vec![2]),
        ("operation=GetSessionList&status=200", vec![1, 3, 4]),
        ("api=clerk-sessions&method=get", vec![1, 2, 3, 4]),
        ("method=POST", vec![]),
    ];
    for (filter, expected) in filters {
        let reply = caller.get(&format!("/_standin/exchanges?{filter}")).await;
        assert_eq!(numbers(&reply), expected, "{filter}");
    }
    let whole = caller.get("/_standin/exchanges/2").await;
    assert!(!whole.text.contains("sk_test_mock"), "credentials are masked");
    let whole = whole.json();
    assert_eq!(whole["findings"][0]["rule"], "parameter-mismatch");
    assert_eq!(whole["request"]["target"], "/v1/sessions?user_id=user_ada&limit=0");
    assert!(whole["why"].as_str().is_some_and(|why| !why.is_empty()));
    let har = caller.get("/_standin/exchanges?format=har&status=422").await;
    assert!(!har.text.contains("sk_test_mock"), "credentials are masked");
    let entries = har.json()["log"]["entries"].clone();
    assert_eq!(entries.as_array().map(Vec::len), Some(1));
    assert_eq!(entries[0]["request"]["queryString"][1], json!({"name": "limit", "value": "0"}));

    assert_eq!(caller.delete("/_standin/exchanges").await, 204);
    assert!(numbers(&caller.get("/_standin/exchanges").await).is_empty());
    caller.list("1").await;
    assert_eq!(numbers(&caller.get("/_standin/exchanges").await), [5], "numbers go on");
}
