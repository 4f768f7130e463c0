//! The journal as a HAR 1.2 archive.
//!
//! # Source
//!
//! HAR 1.2 (W3C, historical draft of 2012), section 2: `log`, `entries`, `request`, `response`.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use serde_json::json;

use crate::message::Exchange;
use crate::params::style::form;
use crate::server::admin::endpoints::exchanges::duration_ms;
use crate::server::admin::endpoints::exchanges::fields;

/// Writes exchanges as one archive.
pub(super) fn archive(exchanges: &[Arc<Exchange>]) -> Value {
    let entries: Vec<Value> = exchanges.iter().map(|exchange| entry(exchange)).collect();
    json!({
        "log": {
            "version": "1.2",
            "creator": { "name": "standin", "version": env!("CARGO_PKG_VERSION") },
            "entries": entries,
        }
    })
}

fn entry(exchange: &Exchange) -> Value {
    let (request, answer) = (&exchange.request, &exchange.answer);
    let time = duration_ms(exchange);
    let host = request.header(&http::header::HOST).unwrap_or("localhost");
    let pairs = request.query.as_deref().map(form::pairs).unwrap_or_default();
    let decoded = |text: &str| form::decode(text).map_or_else(|_| text.to_owned(), String::from);
    let query: Vec<Value> = pairs
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": decoded(value) }))
        .collect();
    let mut asked = json!({
        "method": request.method.as_str(),
        "url": format!("http://{host}{}", request.target()),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": fields(&request.headers),
        "queryString": query,
        "headersSize": -1,
        "bodySize": request.body.len(),
    });
    if !request.body.is_empty() {
        asked["postData"] = json!({
            "mimeType": media_type(&request.headers),
            "text": String::from_utf8_lossy(&request.body),
        });
    }
    let bytes = answer.body.bytes();
    let mut content = json!({ "size": bytes.len(), "mimeType": media_type(&answer.headers) });
    match std::str::from_utf8(bytes) {
        Ok(text) => content["text"] = json!(text),
        Err(_) => {
            content["text"] = json!(STANDARD.encode(bytes));
            content["encoding"] = json!("base64");
        }
    }
    json!({
        "startedDateTime": exchange.started.to_rfc3339(),
        "time": time,
        "request": asked,
        "response": {
            "status": answer.status.as_u16(),
            "statusText": answer.status.canonical_reason().unwrap_or_default(),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": fields(&answer.headers),
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": bytes.len(),
        },
        "cache": {},
        "timings": { "send": 0, "wait": time, "receive": 0 },
        "_standinNumber": exchange.number,
        "_standinApi": exchange.api.as_deref(),
        "_standinOperation": exchange.operation.as_deref(),
    })
}

fn media_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
