//! Whether an answer's JSON may be written otherwise on its way, and doing so.
//!
//! Prism reads what passes and writes it anew; whoever compares its answers counts on that. Only
//! white space is left out here, and only where nobody could tell by a sum, a range or a tag.
//!
//! # Source
//!
//! RFC 9110, sections 7.7 (transformations) and 8.8.1 (strong validators); RFC 9530 (digests);
//! RFC 9421 (signatures).

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use http::header::CONTENT_ENCODING;
use http::header::CONTENT_LENGTH;
use http::header::CONTENT_RANGE;
use http::header::CONTENT_TYPE;
use http::header::ETAG;
use http::header::TRAILER;

use crate::json::Compactor;
use crate::json::is_compact;
use crate::message::MediaType;

/// Fields that speak of the very bytes.
const OF_BYTES: [HeaderName; 8] = [
    CONTENT_ENCODING,
    CONTENT_RANGE,
    TRAILER,
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("digest"),
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
    HeaderName::from_static("signature"),
];

/// Whether content with these fields is JSON that may be written otherwise.
pub(super) fn may(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_json = text(&CONTENT_TYPE).and_then(MediaType::parse).is_some_and(|it| it.is_json());
    let is_tagged = headers.get(ETAG).is_some_and(|tag| !tag.as_bytes().starts_with(b"W/"));
    let forbids = text(&CACHE_CONTROL).is_some_and(|control| control.contains("no-transform"));
    // Few names are looked through sooner than one is hashed.
    let speaks_of_bytes = || headers.keys().any(|name| OF_BYTES.contains(name));
    is_json && !is_tagged && !forbids && !speaks_of_bytes()
}

/// Content at hand, written anew.
pub(super) fn whole(headers: &mut HeaderMap, content: Bytes) -> Bytes {
    if is_compact(&content) {
        return content;
    }
    let compact = Compactor::default().pass(content);
    if headers.contains_key(CONTENT_LENGTH) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(compact.len()));
    }
    compact
}
