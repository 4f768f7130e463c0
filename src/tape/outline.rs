//! One recorded exchange as it is read: lenient, and without copying what nobody looks at.
//!
//! Whoever writes a recording leaves out what it does not know, and writes `null`, a number or
//! nothing where HAR has a text. So there is one reader for all of them: [`Outline`] borrows from
//! the text that it reads, and becomes messages, or an [`Entry`] for whoever keeps it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::Visitor;
use serde_json::value::RawValue;

use crate::message::Answer;
use crate::message::Request;
use crate::tape::entry::Entry;
use crate::tape::entry::Named;
use crate::tape::entry::Own;
use crate::tape::entry::PostData;
use crate::tape::entry::RecordedContent;
use crate::tape::entry::RecordedRequest;
use crate::tape::entry::RecordedResponse;
use crate::tape::entry::Unreadable;
use crate::tape::entry::target;
use crate::tape::heard;
use crate::tape::heard::Content;
use crate::tape::placeholder;

/// A recorded exchange.
#[derive(Debug, Deserialize)]
pub(crate) struct Outline<'a> {
    #[serde(borrow, default, rename = "startedDateTime")]
    pub(crate) started: Text<'a>,
    #[serde(default)]
    time: Option<f64>,
    #[serde(borrow)]
    pub(crate) request: Asked<'a>,
    #[serde(borrow)]
    response: Answered<'a>,
    #[serde(borrow, default, rename = "_standin")]
    own: Option<&'a RawValue>,
}

/// What was asked.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked<'a> {
    #[serde(borrow)]
    pub(crate) method: Text<'a>,
    #[serde(borrow)]
    url: Text<'a>,
    #[serde(borrow, default, rename = "httpVersion")]
    http_version: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) headers: Vec<Field<'a>>,
    #[serde(borrow, default, rename = "postData")]
    post_data: Option<Posted<'a>>,
    #[serde(default, rename = "bodySize")]
    body_size: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Posted<'a> {
    #[serde(borrow, default, rename = "mimeType")]
    mime_type: Text<'a>,
    #[serde(borrow, default)]
    text: Text<'a>,
    #[serde(borrow, default, rename = "_encoding")]
    encoding: Text<'a>,
    #[serde(borrow, default)]
    params: Option<Vec<Param<'a>>>,
}

/// A field of a form, which some tools write in place of its text.
#[derive(Debug, Deserialize)]
pub(crate) struct Param<'a> {
    #[serde(borrow, default)]
    pub(crate) name: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) value: Text<'a>,
    #[serde(borrow, default, rename = "fileName")]
    pub(crate) file_name: Text<'a>,
    #[serde(borrow, default, rename = "contentType")]
    pub(crate) content_type: Text<'a>,
}

#[derive(Debug, Deserialize)]
struct Answered<'a> {
    status: u16,
    #[serde(borrow, default, rename = "statusText")]
    status_text: Text<'a>,
    #[serde(borrow, default, rename = "httpVersion")]
    http_version: Text<'a>,
    #[serde(borrow, default)]
    headers: Vec<Field<'a>>,
    #[serde(borrow, default)]
    content: Option<AnsweredContent<'a>>,
}

#[derive(Debug, Deserialize)]
struct AnsweredContent<'a> {
    #[serde(default)]
    size: Option<f64>,
    #[serde(borrow, default, rename = "mimeType")]
    mime_type: Text<'a>,
    #[serde(borrow, default)]
    text: Option<&'a RawValue>,
    #[serde(borrow, default)]
    encoding: Text<'a>,
}

/// A header field.
#[derive(Debug, Deserialize)]
pub(crate) struct Field<'a> {
    #[serde(borrow, default)]
    pub(crate) name: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) value: Text<'a>,
}

/// A text that stays where it was read, unless it has escapes; `null` is none, a number its own.
#[derive(Debug, Default)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Text<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }

            fn visit_bool<E: Error>(self, truth: bool) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(if truth { "true" } else { "false" })))
            }

            fn visit_unit<E: Error>(self) -> Result<Text<'de>, E> {
                Ok(Text::default())
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

impl<'a> Outline<'a> {
    /// Reads an exchange.
    pub(crate) fn read(text: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(text)
    }

    /// Whether it is an exchange of HTTP: browsers also record what they made up themselves.
    pub(crate) fn is_http(&self) -> bool {
        let made_up = ["data:", "blob:", "about:", "chrome-extension:", "moz-extension:"];
        !made_up.iter().any(|scheme| self.request.url.starts_with(scheme))
    }

    /// Why it makes no messages, if it does not; much cheaper than making them.
    pub(crate) fn judge(&self) -> Result<(), Unreadable> {
        heard::judge(&self.request.method, self.response.status)?;
        let content = self.response.content.as_ref();
        if content.is_some_and(|content| &*content.encoding == "base64") {
            self.content().map_or(Ok(()), |content| content.judge())?;
        }
        self.request.posted().map_or(Ok(()), |content| content.judge())
    }

    /// How many bytes of content were answered and not written down.
    pub(crate) fn missing_bytes(&self) -> Option<u64> {
        let content = self.response.content.as_ref()?;
        let is_there = content.text.is_some_and(|text| text.get() != "null");
        let size = counted(content.size).filter(|size| *size > 0)?;
        (!is_there && &*self.request.method != "HEAD").then_some(size)
    }

    /// The request again.
    pub(crate) fn request(&self) -> Result<Request, Unreadable> {
        let asked = &self.request;
        // Placeholders are as everywhere, which no URL may have.
        let target = placeholder::unescape(asked.target());
        let is_plain = self.own.is_some_and(|own| own.get().contains("\"request_coding\""));
        let fields = fields(&asked.headers);
        heard::request(&asked.method, &target, fields, asked.posted(), is_plain)
    }

    /// The answer again.
    pub(crate) fn answer(&self) -> Result<Answer, Unreadable> {
        let answered = &self.response;
        heard::answer(answered.status, fields(&answered.headers), self.content())
    }

    fn content(&self) -> Option<Content<'_>> {
        let content = self.response.content.as_ref()?;
        let text: Text<'_> = serde_json::from_str(content.text?.get()).ok()?;
        Some(Content {
            text: text.0,
            encoding: &content.encoding,
            mime_type: &content.mime_type,
            size: counted(content.size),
        })
    }

    /// What standin wrote beside it, if it did.
    pub(crate) fn own(&self) -> Option<Own> {
        self.own.and_then(|own| serde_json::from_str(own.get()).ok())
    }

    /// The same, to be kept.
    pub(crate) fn entry(&self) -> Entry {
        let (asked, answered) = (&self.request, &self.response);
        let named = |fields: &[Field<'_>]| {
            let fields = fields.iter().map(|field| Named {
                name: field.name.0.clone().into_owned(),
                value: field.value.0.clone().into_owned(),
            });
            fields.collect::<Vec<_>>()
        };
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let kept = |content: Content<'_>| match content.narrow() {
            Some(bytes) => (STANDARD.encode(bytes), Some("base64".to_owned())),
            None => (content.text.to_string(), filled(content.encoding)),
        };
        let content = self.content().map(kept);
        let sizes = answered.content.as_ref();
        Entry {
            started_date_time: self.started.to_string(),
            time: self.time.unwrap_or(0.0),
            request: RecordedRequest {
                method: asked.method.to_string(),
                url: asked.url.to_string(),
                http_version: version(&asked.http_version),
                headers: named(&asked.headers),
                post_data: asked.posted().map(|content| {
                    let mime_type = content.mime_type.to_owned();
                    let (text, encoding) = kept(content);
                    PostData { mime_type, text, encoding }
                }),
                ..RecordedRequest::default()
            },
            response: RecordedResponse {
                status: answered.status,
                status_text: answered.status_text.to_string(),
                http_version: version(&answered.http_version),
                headers: named(&answered.headers),
                content: RecordedContent {
                    size: sizes.and_then(|content| content.size).map_or(-1, |size| size as i64),
                    mime_type: sizes.map_or_else(String::new, |it| it.mime_type.to_string()),
                    encoding: content.as_ref().and_then(|(_, encoding)| encoding.clone()),
                    text: content.map(|(text, _)| text),
                    ..RecordedContent::default()
                },
                ..RecordedResponse::default()
            },
            own: self.own(),
            ..Entry::default()
        }
    }
}

impl Asked<'_> {
    /// The path and query of its URL.
    pub(crate) fn target(&self) -> &str {
        target(&self.url)
    }

    /// The host that its URL names.
    pub(crate) fn host(&self) -> Option<&str> {
        let (_, rest) = self.url.split_once("://")?;
        Some(rest.split(['/', '?', '#']).next().unwrap_or(rest))
    }

    /// Its content.
    pub(crate) fn posted(&self) -> Option<Content<'_>> {
        let posted = self.post_data.as_ref()?;
        let params = posted.params.as_deref().filter(|params| !params.is_empty());
        let text = match params {
            Some(params) if posted.text.is_empty() => {
                Cow::Owned(heard::written(params, &posted.mime_type))
            }
            Some(_) | None => Cow::Borrowed(&*posted.text),
        };
        // What was sent is what the field says; HAR only says it once more.
        let mime_type = heard::content_type(fields(&self.headers)).unwrap_or(&posted.mime_type);
        Some(Content { text, encoding: &posted.encoding, mime_type, size: counted(self.body_size) })
    }
}

fn fields<'f>(fields: &'f [Field<'_>]) -> impl Iterator<Item = (&'f str, &'f str)> {
    fields.iter().map(|field| (&*field.name, &*field.value))
}

/// A number of bytes, unless it is one of those that say that nobody knows.
fn counted(size: Option<f64>) -> Option<u64> {
    size.filter(|size| *size >= 0.0).map(|size| size as u64)
}

fn version(text: &str) -> String {
    if text.is_empty() { "HTTP/1.1".to_owned() } else { text.to_owned() }
}
