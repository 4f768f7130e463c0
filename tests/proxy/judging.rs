//! Both sides, read against the document.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::Response;
use reqwest::Method;
use serde_json::Value;
use standin::engine::Manner;
use standin::engine::Passing;
use standin::finding::Blame;
use standin::finding::Level;

use crate::proxy::Recorder;
use crate::proxy::before;
use crate::proxy::found;
use crate::proxy::json;
use crate::proxy::proxy;
use crate::proxy::start;
use crate::proxy::strict;
use crate::support::calls::call_as_stranger;
use crate::support::calls::header;
use crate::support::calls::json_of;

const JSON: (&str, &str) = ("content-type", "application/json");

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

#[tokio::test]
async fn a_list_of_violations_is_the_proxys_own() {
    let theirs = |body| {
        let (mut head, body) = json(200, body).into_parts();
        head.headers.insert("sl-violations", "theirs".parse().expect("a value"));
        Response::from_parts(head, body)
    };
    let upstream = Recorder::answering(theirs(r#"{"name": "Rex"}"#)).await;
    let builder = before(&format!("http://{}", upstream.address), Passing::default());
    let manner = Manner::Prism { errors: false };
    let proxy = start(builder.manner(manner)).await;
    let answer = call_as_stranger(&proxy, Method::GET, "/pets/1", &[], "").await;
    assert_eq!((answer.status().as_u16(), header(&answer, "sl-violations")), (200, ""));
    let upstream = Recorder::answering(theirs(r#"{"name": 1}"#)).await;
    let builder = before(&format!("http://{}", upstream.address), Passing::default());
    let proxy = start(builder.manner(manner)).await;
    let answer = call_as_stranger(&proxy, Method::GET, "/pets/1", &[], "").await;
    let ours = header(&answer, "sl-violations").to_owned();
    assert!(ours.starts_with("[{") && !ours.contains("theirs"), "{ours}");
}

#[tokio::test]
async fn what_each_side_breaks_is_found_and_goes_through_unchanged() {
    let upstream = Recorder::answering(json(201, r#" {"name": 1} "#)).await;
    let proxy = proxy(upstream.address).await;
    let answer = call_as_stranger(&proxy, Method::POST, "/pets", &[JSON], r#"{"age": "x"}"#).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "standin-findings")), (201, "3"));
    assert_eq!(answer.text().await.expect("text"), r#" {"name": 1} "#);
    assert_eq!(upstream.last().body, r#"{"age": "x"}"#);
    let expected = [
        ("request-body-mismatch", Level::Error, Blame::Client),
        ("request-body-mismatch", Level::Error, Blame::Client),
        ("response-body-mismatch", Level::Error, Blame::Server),
    ];
    assert_eq!(found(&proxy), expected);
    let last = proxy.engine().journal().last().expect("the call was written down");
    assert_eq!(last.answer.body.bytes(), br#" {"name": 1} "#);
}

#[tokio::test]
async fn every_part_of_an_answer_is_judged() {
    let plain = || Response::builder().header("x-total", "0");
    let table: Vec<(Response<&'static str>, &[&str])> = vec![
        (plain().header("content-type", "application/json").body("[]").expect("a response"), &[]),
        (json(200, "[]"), &["response-header-missing"]),
        (json(418, "[]"), &["response-status-undeclared"]),
        (
            plain().header("content-type", "text/html").body("<p>").expect("a response"),
            &["response-media-type-undeclared"],
        ),
        (plain().body("").expect("a response"), &["response-body-missing"]),
        (
            plain().header("content-type", "application/json").body("[{").expect("a response"),
            &["response-body-malformed"],
        ),
        (
            plain().header("content-type", "application/json").body("{}").expect("a response"),
            &["response-body-mismatch"],
        ),
    ];
    for (response, expected) in table {
        let told = format!("{response:?}");
        let upstream = Recorder::answering(response).await;
        let proxy = proxy(upstream.address).await;
        call_as_stranger(&proxy, Method::GET, "/pets", &[], "").await;
        let rules: Vec<&str> = found(&proxy).into_iter().map(|(rule, ..)| rule).collect();
        assert_eq!(rules, expected, "{told}");
        assert!(found(&proxy).iter().all(|(_, _, blame)| *blame == Blame::Server), "{told}");
    }
}

#[tokio::test]
async fn a_call_that_no_document_knows_goes_on_with_a_warning() {
    let upstream = Recorder::answering(json(418, "{}")).await;
    let proxy = proxy(upstream.address).await;
    for (method, path) in [(Method::GET, "/cats"), (Method::PATCH, "/pets")] {
        assert_eq!(call_as_stranger(&proxy, method, path, &[], "").await.status(), 418);
    }
    let expected = [
        ("method-not-allowed", Level::Warning, Blame::Client),
        ("path-unknown", Level::Warning, Blame::Client),
    ];
    assert_eq!(found(&proxy), expected);
}

#[tokio::test]
async fn a_strict_proxy_keeps_back_what_breaks_the_contract() {
    let upstream = Recorder::answering(json(201, r#"{"name": 1}"#)).await;
    let proxy = strict(upstream.address).await;
    let post = async |body| {
        let answer = call_as_stranger(&proxy, Method::POST, "/pets", &[JSON], body).await;
        (answer.status().as_u16(), json_of(answer).await["type"].clone())
    };
    let of = |kind: &str| Value::from(format!("https://stoplight.io/prism/errors#{kind}"));
    assert_eq!(post("{}").await, (422, of("UNPROCESSABLE_ENTITY")));
    let unknown = call_as_stranger(&proxy, Method::GET, "/cats", &[], "").await;
    assert_eq!(unknown.status(), 404);
    assert_eq!(upstream.seen().len(), 0);
    assert_eq!(post(r#"{"name": "Rex"}"#).await, (500, of("VIOLATIONS")));
    assert_eq!(upstream.seen().len(), 1);
}

#[tokio::test]
async fn requests_are_not_judged_where_that_is_not_wanted() {
    let upstream = Recorder::answering(json(201, r#"{"name": 1}"#)).await;
    let builder = before(&format!("http://{}", upstream.address), Passing::new(false, false));
    let proxy = start(builder).await;
    call_as_stranger(&proxy, Method::POST, "/pets", &[JSON], "{}").await;
    assert_eq!(found(&proxy), [("response-body-mismatch", Level::Error, Blame::Server)]);
}

#[tokio::test]
async fn compressed_content_is_judged_inflated_and_goes_on_as_it_came() {
    let coded = gzip(r#"{"name": 1}"#);
    let response = Response::builder()
        .status(201)
        .header("content-type", "application/json")
        .header("content-encoding", "gzip")
        .body(coded.clone());
    let upstream = Recorder::answering(response.expect("a response")).await;
    let proxy = proxy(upstream.address).await;
    let sent = gzip(r#"{"name": "Rex", "age": "old"}"#);
    let request = reqwest::Client::new().post(proxy.url("/pets")).header(JSON.0, JSON.1);
    let request = request.header("content-encoding", "gzip").body(sent.clone());
    let answer = request.send().await.expect("an answer");
    assert_eq!(header(&answer, "content-encoding"), "gzip");
    assert_eq!(answer.bytes().await.expect("bytes"), coded);
    let seen = upstream.last();
    assert_eq!(
        (seen.body.to_vec(), &seen.headers["content-encoding"]),
        (sent, &"gzip".parse().unwrap())
    );
    let expected = [
        ("request-body-mismatch", Level::Error, Blame::Client),
        ("response-body-mismatch", Level::Error, Blame::Server),
    ];
    assert_eq!(found(&proxy), expected);
}

#[tokio::test]
async fn what_the_upstream_does_not_have_yet_is_played() {
    let upstream = Recorder::answering(json(501, "{}")).await;
    let proxy = proxy(upstream.address).await;
    let played = call_as_stranger(&proxy, Method::GET, "/pets/1", &[], "").await;
    assert_eq!(played.status(), 200);
    assert!(json_of(played).await["name"].is_string());
    proxy.findings().assert_none();
    assert_eq!(call_as_stranger(&proxy, Method::GET, "/cats", &[], "").await.status(), 501);
}

#[tokio::test]
async fn content_that_passes_unread_is_said_not_to_be_judged_where_it_could_have_been() {
    let long = format!(r#"{{"name": "{}"}}"#, "x".repeat(11 * 1024 * 1024));
    let response = Response::builder().header("content-type", "application/json");
    let upstream = Recorder::answering(response.body(long.clone()).expect("a response")).await;
    let proxy = proxy(upstream.address).await;
    let answer = call_as_stranger(&proxy, Method::GET, "/pets/1", &[], "").await;
    assert_eq!(answer.bytes().await.expect("bytes").len(), long.len());
    assert_eq!(found(&proxy), [("not-judged", Level::Info, Blame::Server)]);
    call_as_stranger(&proxy, Method::POST, "/pets", &[JSON], &long).await;
    assert_eq!(upstream.last().body.len(), long.len());
    assert!(found(&proxy).contains(&("not-judged", Level::Info, Blame::Client)));
}
