//! Bodies: bytes to a JSON value by their media type, of requests and responses alike.
//!
//! Which reader takes which media type is a list (`reader/`). A reader knows the declared content,
//! because what has no types of its own (forms, parts, text, XML) gets those of the schema. The
//! value is then judged by the schema like any other.

mod charset;
mod element;
pub mod inflate;
mod parts;
mod piece;
pub mod reader;
mod styled;
pub(crate) mod writer;

use std::borrow::Cow;

use http::HeaderMap;
use http::HeaderValue;
use http::header::CONTENT_ENCODING;
use http::header::CONTENT_LENGTH;
use serde_json::Value;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::json::Input;
use crate::json::View;
use crate::message::MediaType;
use crate::message::parameters;
use crate::params::breach;
use crate::params::breach::Subject;
use crate::params::coerce::Target;
use crate::params::style::Wanted;
use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::schema::Schemas;
use crate::schema::Types;
use crate::spec::model::Content;
pub use crate::validate::body::reader::Kept;

/// How many violations the items of a sequence are listed with.
const MOST_VIOLATIONS: usize = 200;

/// What is wrong with bytes that can not be read as their media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong: a predicate.
    pub title: String,
    /// The member of a form that is wrong.
    pub instance: Pointer,
    /// Where to look, and what to do.
    pub help: Option<String>,
    /// Whether the bytes may be right, and only nobody here reads them.
    pub is_unsupported: bool,
}

impl Fault {
    /// A fault of the content as a whole.
    fn new(title: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            instance: Pointer::root(),
            help: Some(help.into()),
            is_unsupported: false,
        }
    }

    /// The fault as a violation of whoever sent the content.
    #[must_use]
    pub fn violation(self, sent: &Sent<'_, '_>) -> Violation {
        let (word, rule) = match sent.subject.direction {
            Direction::Request => ("request", &rule::REQUEST_BODY_MALFORMED),
            Direction::Response if self.is_unsupported => ("response", &rule::NOT_JUDGED),
            Direction::Response => ("response", &rule::RESPONSE_BODY_MALFORMED),
        };
        let title = format!("the {word} body {}", self.title);
        Violation {
            instance: self.instance,
            place: sent.content.pointer.clone(),
            expected: Some(sent.media_type.to_string()),
            help: self.help,
            ..Violation::new(rule, Location::Body, title)
        }
    }
}

/// Bytes, with all that is known of them before they are read.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'s, 'b> {
    /// The schemas of the document.
    pub schemas: &'s Schemas,
    /// The declared content.
    pub content: &'s Content,
    /// The media type that was sent.
    pub media_type: &'s MediaType,
    /// The field that named it, for its parameters.
    pub field: Option<&'s HeaderValue>,
    /// The rule that the content breaks where it is wrong, and which way it travels.
    pub subject: Subject<'s>,
    /// The content.
    pub bytes: &'b [u8],
}

impl<'s> Sent<'s, '_> {
    /// What the schema lets the content be.
    fn target(&self) -> Target<'s> {
        Target::new(self.schemas, self.content.schema)
    }

    /// Whether the document describes the content as a sequence: its items, or the list of them.
    fn is_sequence(&self) -> bool {
        self.content.item_schema.is_some() || self.target().allows(Types::ARRAY)
    }

    /// What the schema lets the item at a position be, where the content is a sequence.
    fn item_target(&self, position: usize) -> Target<'s> {
        match (self.content.schema, self.content.item_schema) {
            (None, Some(item)) => Target::new(self.schemas, Some(item)),
            _ => self.target().item(position),
        }
    }

    /// A parameter of the media type, by its name in lower case.
    fn parameter(&self, name: &str) -> Option<String> {
        parameters::find(self.field?.to_str().ok()?, name)
    }
}

/// The media type that a field names, and the declared content that it falls under.
///
/// A type that is declared with the same parameters beats one without, and that beats a range. A
/// declared parameter has to be there; `charset` and `boundary` are no part of the comparison. One
/// that the field spells as the document does is not read again. Content without the field is
/// taken for `application/octet-stream` (RFC 9110, section 8.3).
#[must_use]
pub fn find<'c>(
    declared: &'c [Content],
    field: Option<&HeaderValue>,
) -> (Option<MediaType>, Option<&'c Content>) {
    let Some(field) = field else {
        const UNNAMED: MediaType = MediaType {
            kind: Cow::Borrowed("application"),
            subtype: Cow::Borrowed("octet-stream"),
        };
        let content = nearest(declared, &UNNAMED, &[]);
        return (content.map(|_| UNNAMED), content);
    };
    if let Some(spelled) = declared.iter().find(|content| content.header == *field) {
        return (Some(spelled.media_type.clone()), Some(spelled));
    }
    let Ok(text) = field.to_str() else { return (None, None) };
    let Some(media_type) = MediaType::parse(text) else { return (None, None) };
    let is_asked = declared.iter().any(|content| !content.parameters.is_empty());
    let parameters = if is_asked { parameters::read(text) } else { Vec::new() };
    let content = nearest(declared, &media_type, &parameters);
    (Some(media_type), content)
}

fn nearest<'c>(
    declared: &'c [Content],
    media_type: &MediaType,
    parameters: &[(String, String)],
) -> Option<&'c Content> {
    declared
        .iter()
        .filter(|content| content.media_type.matches(media_type))
        .filter(|content| content.parameters.iter().all(|own| parameters.contains(own)))
        // Of several that are equally exact the first counts.
        .rev()
        .max_by_key(|content| (content.media_type.precision(), content.parameters.len()))
}

/// The codings that content has, such as `gzip`; `None` where it is as it is. Requests that are
/// answered here have none of them undone: whoever inflates for strangers needs more bounds than it
/// is worth.
///
/// # Source
///
/// RFC 9110, section 8.4: `identity` says nothing; names compare without case.
#[must_use]
pub fn coding(headers: &HeaderMap) -> Option<String> {
    if !headers.contains_key(CONTENT_ENCODING) {
        return None;
    }
    let fields = headers.get_all(CONTENT_ENCODING).iter();
    let fields = fields.map(|field| String::from_utf8_lossy(field.as_bytes()).into_owned());
    let names: Vec<String> = fields
        .flat_map(|field| field.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>())
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"))
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Reads content as what its media type says it is, and judges it; `None` where no reader makes a
/// value of it.
///
/// # Errors
///
/// [`Fault`] where it is something else.
pub fn read<'b>(
    sent: &Sent<'_, 'b>,
    violations: &mut Vec<Violation>,
) -> Result<Option<Input<'b>>, Fault> {
    let reader = reader::find(sent.media_type);
    let input = (reader.read)(sent, violations)?;
    judge(sent, input.as_ref().map(Input::view), violations);
    Ok(input)
}

/// Whether content can be judged once it is at hand whole: bytes that no reader looks into are
/// not, nor is a sequence that may never end.
#[must_use]
pub fn is_judged(content: &Content, media_type: &MediaType, headers: &HeaderMap) -> bool {
    let has_schema = content.schema.or(content.item_schema).is_some();
    let may_go_on = reader::is_sequence(media_type) && !headers.contains_key(CONTENT_LENGTH);
    has_schema && !may_go_on && !reader::is_opaque(media_type)
}

/// What is to be said of content that passed by unread, where anything could have been said of it.
#[must_use]
pub fn unread(content: &Content, word: &str) -> Option<Violation> {
    content.schema.or(content.item_schema)?;
    let title = format!("the {word} body passed by unread, and is not judged");
    let violation = Violation::new(&rule::NOT_JUDGED, Location::Body, title);
    Some(Violation { place: content.pointer.clone(), ..violation })
}

/// A value as content of its media type, where that is neither JSON nor text; `None` where it is,
/// or nobody here writes it.
#[must_use]
pub fn write(kept: Kept<'_>, value: &Value) -> Option<String> {
    let write = reader::find(&kept.content.media_type).write?;
    write(kept, value)
}

/// Whether a value of its schema can be content of its media type: text has no way to write what
/// has parts.
#[must_use]
pub fn is_writable(schemas: &Schemas, content: &Content) -> bool {
    let media_type = &content.media_type;
    media_type.kind != "text"
        || media_type.is_json()
        || reader::find(media_type).write.is_some()
        || Target::new(schemas, content.schema).wanted() == Wanted::Scalar
}

/// Judges a body by the schema of its content, and says where nothing could be judged.
pub fn judge(sent: &Sent<'_, '_>, input: Option<View<'_>>, violations: &mut Vec<Violation>) {
    let Sent { schemas, content, subject, .. } = *sent;
    let Some(view) = input else {
        if content.schema.or(content.item_schema).is_some() {
            let title = format!("content of {} is not judged", sent.media_type);
            let mut violation = Violation::new(&rule::NOT_JUDGED, subject.location, title);
            violation.place = content.pointer.clone();
            violations.push(violation);
        }
        return;
    };
    if let Some(schema) = content.schema {
        breach::judge(schemas, schema, subject, view, violations);
    }
    let Some((schema, items)) = content.item_schema.zip(view.items()) else { return };
    for (position, item) in items.iter().enumerate() {
        if violations.len() >= MOST_VIOLATIONS {
            break;
        }
        let at = Pointer::root().child(position.to_string());
        breach::judge_at(schemas, schema, subject, (item, &at), violations);
    }
}
