//! From what was written down back to messages, with the quirks of those who write.
//!
//! Browsers record HTTP/2's pseudo fields, text that is decoded already beside a
//! `content-encoding`, several `Set-Cookie` in one field, and the fields of a form in place of its
//! text. None of it is sent again.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;

use crate::message::Answer;
use crate::message::Body;
use crate::message::MediaType;
use crate::message::Request;
use crate::message::parameters;
use crate::tape::entry::Unreadable;
use crate::tape::outline::Param;

/// What was taken off the content, or is computed anew on its way.
const ON_THE_WAY: [&str; 4] =
    ["content-length", "content-encoding", "transfer-encoding", "connection"];

/// What separates the parts of a form whose own boundary is not known.
const BOUNDARY: &str = "boundary";

/// Content as it was written down.
#[derive(Debug)]
pub(crate) struct Content<'a> {
    pub(crate) text: Cow<'a, str>,
    /// `base64`, or nothing.
    pub(crate) encoding: &'a str,
    pub(crate) mime_type: &'a str,
    /// How many bytes there are said to be.
    pub(crate) size: Option<u64>,
}

impl Content<'_> {
    /// Whether it is encoded as it says.
    pub(crate) fn judge(&self) -> Result<(), Unreadable> {
        if self.encoding == "base64" { self.bytes().map(|_| ()) } else { Ok(()) }
    }

    /// The content itself.
    pub(crate) fn bytes(&self) -> Result<Cow<'_, [u8]>, Unreadable> {
        if self.encoding == "base64" {
            let decoded = STANDARD.decode(self.text.trim().as_bytes());
            return decoded.map(Cow::Owned).map_err(|_| Unreadable::Base64);
        }
        Ok(self.narrow().map_or(Cow::Borrowed(self.text.as_bytes()), Cow::Owned))
    }

    /// The bytes of content that was written down with a character for each byte, as mitmproxy does
    /// where nothing says that it is Unicode. The size gives it away.
    pub(crate) fn narrow(&self) -> Option<Vec<u8>> {
        if self.text.is_ascii() || self.size == Some(self.text.len() as u64) {
            return None;
        }
        let is_unicode = MediaType::parse(self.mime_type).is_some_and(|it| it.is_json())
            || self.mime_type.to_ascii_lowercase().contains("utf-8");
        if is_unicode || self.size != Some(self.text.chars().count() as u64) {
            return None;
        }
        self.text.chars().map(|letter| u8::try_from(letter).ok()).collect()
    }
}

/// Why an exchange makes no messages, if it does not.
pub(crate) fn judge(method: &str, status: u16) -> Result<(), Unreadable> {
    Method::from_bytes(method.as_bytes()).map_err(|_| Unreadable::Method(method.to_owned()))?;
    StatusCode::from_u16(status).map_err(|_| Unreadable::Status(status))?;
    Ok(())
}

/// A request; `is_plain`: the codings of its content were undone, whatever its fields say.
pub(crate) fn request<'f>(
    method: &str,
    target: &str,
    fields: impl Iterator<Item = (&'f str, &'f str)>,
    content: Option<Content<'_>>,
    is_plain: bool,
) -> Result<Request, Unreadable> {
    let method =
        Method::from_bytes(method.as_bytes()).map_err(|_| Unreadable::Method(method.to_owned()))?;
    let mut request = Request::new(method, target);
    request.headers = header_map(fields);
    // What is text has no codings any more.
    if is_plain || content.as_ref().is_some_and(|content| content.encoding != "base64") {
        request.headers.remove("content-encoding");
    }
    if let Some(content) = content {
        request.body = Bytes::from(content.bytes()?.into_owned());
        add_content_type(&mut request.headers, content.mime_type);
    }
    Ok(request)
}

/// An answer.
pub(crate) fn answer<'f>(
    status: u16,
    fields: impl Iterator<Item = (&'f str, &'f str)>,
    content: Option<Content<'_>>,
) -> Result<Answer, Unreadable> {
    let status = StatusCode::from_u16(status).map_err(|_| Unreadable::Status(status))?;
    let mut answer = Answer::empty(status);
    answer.headers = header_map(fields);
    for name in ON_THE_WAY {
        answer.headers.remove(name);
    }
    if let Some(content) = content.filter(|content| !content.text.is_empty()) {
        let bytes = Bytes::from(content.bytes()?.into_owned());
        add_content_type(&mut answer.headers, content.mime_type);
        answer.body = Body::Whole { bytes, value: None };
    }
    Ok(answer)
}

/// Reads the content of an answer, for whoever looks into it; most of what is played is only sent.
pub(crate) fn fill(answer: &mut Answer) {
    let media_type = answer.headers.get(CONTENT_TYPE).and_then(|text| text.to_str().ok());
    let is_json = media_type.and_then(MediaType::parse).is_some_and(|it| it.is_json());
    if let Body::Whole { bytes, value: value @ None } = &mut answer.body
        && is_json
    {
        *value = serde_json::from_slice(bytes).ok();
    }
}

/// What header fields say that the content is: empty where that is no text.
pub(crate) fn content_type<'f>(
    fields: impl Iterator<Item = (&'f str, &'f str)>,
) -> Option<&'f str> {
    let named = fields.filter(|(name, _)| name.eq_ignore_ascii_case(CONTENT_TYPE.as_str()));
    let mut values = named.flat_map(|(_, values)| lines(values));
    let value = values.find(|value| HeaderValue::from_bytes(value.as_bytes()).is_ok())?;
    Some(if value.is_ascii() { value } else { "" })
}

/// The values of a field that was written down once for all of its lines.
fn lines(values: &str) -> impl Iterator<Item = &str> {
    values.split('\n').map(|value| value.trim_end_matches('\r'))
}

/// Header fields again, each by itself; HTTP/2's pseudo fields are left out.
fn header_map<'f>(fields: impl Iterator<Item = (&'f str, &'f str)>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, values) in fields {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        for value in lines(values) {
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                headers.append(name.clone(), value);
            }
        }
    }
    headers
}

fn add_content_type(headers: &mut HeaderMap, mime_type: &str) {
    if !headers.contains_key(CONTENT_TYPE)
        && !mime_type.is_empty()
        && let Ok(value) = HeaderValue::from_str(mime_type)
    {
        headers.insert(CONTENT_TYPE, value);
    }
}

/// The text of a form of which only the fields were written down.
pub(crate) fn written(params: &[Param<'_>], mime_type: &str) -> String {
    let is_multipart = MediaType::parse(mime_type).is_some_and(|it| it.kind == "multipart");
    if !is_multipart {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs = params.iter().map(|it| format!("{}={}", encoded(&it.name), encoded(&it.value)));
        return pairs.collect::<Vec<_>>().join("&");
    }
    let boundary = parameters::find(mime_type, "boundary").unwrap_or_else(|| BOUNDARY.to_owned());
    let mut text = String::new();
    for param in params {
        // Writing to a string never fails.
        let _ = write!(
            text,
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"",
            &*param.name
        );
        if !param.file_name.is_empty() {
            let _ = write!(text, "; filename=\"{}\"", &*param.file_name);
        }
        if !param.content_type.is_empty() {
            let _ = write!(text, "\r\nContent-Type: {}", &*param.content_type);
        }
        let _ = write!(text, "\r\n\r\n{}\r\n", &*param.value);
    }
    let _ = write!(text, "--{boundary}--\r\n");
    text
}
