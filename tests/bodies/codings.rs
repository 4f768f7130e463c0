//! Content codings: what is compressed is refused, and says what is taken.

use bytes::Bytes;
use http::HeaderValue;
use http::Method;
use http::header::CONTENT_ENCODING;
use http::header::CONTENT_TYPE;
use serde_json::json;
use standin::message::Request;

use super::Api;
use super::lines;

fn coded(codings: &[&str], body: &'static str) -> Request {
    let mut call = Request::new(Method::POST, "/it");
    call.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for coding in codings {
        let field = HeaderValue::from_str(coding).unwrap();
        call.headers.append(CONTENT_ENCODING, field);
    }
    call.body = Bytes::from_static(body.as_bytes());
    call
}

#[test]
fn what_is_coded_is_refused_before_it_is_read() {
    let api = Api::new(&json!({ "application/json": { "schema": { "type": "object" } } }));
    for codings in [&[][..], &["identity"], &["Identity", ""], &["identity, identity"]] {
        let outcome = api.read(&coded(codings, "{}"));
        assert_eq!(lines(&outcome.violations), Vec::<String>::new(), "{codings:?}");
        assert_eq!(outcome.value, Some(json!({})), "{codings:?}");
    }
    let table = [
        (&["gzip"][..], "gzip"),
        (&["deflate"], "deflate"),
        (&["br"], "br"),
        (&["zstd"], "zstd"),
        (&["klingon"], "klingon"),
        (&["identity, gzip"], "gzip"),
        (&["gzip", "br"], "gzip, br"),
    ];
    for (codings, named) in table {
        let outcome = api.read(&coded(codings, "{}"));
        assert_eq!(lines(&outcome.violations), ["content-coding-unsupported"], "{codings:?}");
        assert_eq!(outcome.violations[0].got.as_deref(), Some(named));
        let refusal = outcome.refusal.unwrap();
        assert_eq!((refusal.id(), refusal.status().as_u16()), ("content-coding-unsupported", 415));
        assert_eq!(outcome.value, None);
    }
    let empty = api.read(&coded(&["gzip"], ""));
    assert_eq!(lines(&empty.violations), ["request-body-missing required"]);
}
