//! The readers of bodies, one file per kind of media type, some of which write as well.
//!
//! | reader      | media types                           | value                                  |
//! |-------------|---------------------------------------|----------------------------------------|
//! | `json`      | `application/json`, `…+json`          | the value; of one name's members the last |
//! | `form`      | `application/x-www-form-urlencoded`   | an object, its members of the schema's types |
//! | `multipart` | `multipart/…`                         | an object of named parts, or a list of parts |
//! | `xml`       | `application/xml`, `text/xml`, `…+xml` | what the elements mean to the schema  |
//! | `lines`     | `application/x-ndjson`, `…/jsonl`, `…/json-seq` | a list of values             |
//! | `events`    | `text/event-stream`                   | a list of events                       |
//! | `text`      | `text/…`                              | what the text means to the schema      |
//! | `binary`    | any other                             | a string, if the schema takes one      |

pub(super) mod binary;
mod events;
mod form;
pub(super) mod json;
mod lines;
mod multipart;
mod text;
pub(super) mod xml;

use std::fmt;

use serde_json::Value;

use crate::finding::Violation;
use crate::json::Input;
use crate::message::MediaType;
use crate::schema::Schemas;
use crate::spec::model::Content;
use crate::validate::body::Fault;
use crate::validate::body::Sent;

/// Reads bytes; what is wrong with parts that can be read all the same is added to the violations.
pub type Read = for<'b> fn(&Sent<'_, 'b>, &mut Vec<Violation>) -> Result<Option<Input<'b>>, Fault>;

/// Content as a document declares it, which a value is written as.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'s> {
    /// The schemas of the document.
    pub schemas: &'s Schemas,
    /// The declared content.
    pub content: &'s Content,
    /// Whether the value goes by no name that it has from its schema's place in the document.
    pub is_anonymous: bool,
}

/// Writes a value as content; `None` where that can not be.
pub type Write = fn(Kept<'_>, &Value) -> Option<String>;

/// One way to read bodies.
pub struct Reader {
    /// Its name: that of its file.
    pub id: &'static str,
    /// Whether it reads a media type.
    pub takes: fn(&MediaType) -> bool,
    /// Reads.
    pub read: Read,
    /// Writes, where what is read is more than text or JSON, and can be written without more.
    pub write: Option<Write>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Reader").field(&self.id).finish()
    }
}

/// Every reader; the first that takes a media type counts, and the last takes all.
pub static READERS: &[&Reader] = &[
    &json::READER,
    &form::READER,
    &multipart::READER,
    &xml::READER,
    &lines::READER,
    &events::READER,
    &text::READER,
    &binary::READER,
];

/// Whether content of a media type is one item after the other, of which there may always be a
/// next.
pub(super) fn is_sequence(media_type: &MediaType) -> bool {
    (events::READER.takes)(media_type) || (lines::READER.takes)(media_type)
}

/// Whether nobody here looks into content of a media type.
pub(super) fn is_opaque(media_type: &MediaType) -> bool {
    std::ptr::eq(find(media_type), &binary::READER)
}

/// The reader of a media type.
#[must_use]
pub fn find(media_type: &MediaType) -> &'static Reader {
    READERS.iter().copied().find(|reader| (reader.takes)(media_type)).unwrap_or(&binary::READER)
}
