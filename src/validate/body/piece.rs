//! One named piece of a body: a member of a form, or a part of multipart content.
//!
//! A piece has no types of its own. It is JSON where its media type says so or where the schema
//! wants an object, and otherwise text that means what the schema says.

use std::borrow::Cow;

use serde_json::Value;

use crate::message::MediaType;
use crate::params::coerce::Target;
use crate::params::style::Wanted;
use crate::pointer::Pointer;
use crate::schema::Types;
use crate::spec::model::Encoding;
use crate::validate::body::Fault;
use crate::validate::body::charset;
use crate::validate::body::reader;

/// The bytes of one piece.
#[derive(Clone, Debug)]
pub(super) struct Piece<'b> {
    /// What they are said to be; a member of a form has no place to say it.
    pub(super) media_type: Option<MediaType>,
    /// In which character encoding they are said to be.
    pub(super) charset: Option<String>,
    /// The bytes, decoded as far as the whole body is encoded.
    pub(super) bytes: Cow<'b, [u8]>,
    /// Its value, where it has parts of its own and was read.
    pub(super) read: Option<Value>,
}

/// All pieces of one name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'s> {
    /// What a piece is called: `member` or `part`.
    pub(super) word: &'static str,
    /// The name.
    pub(super) name: &'s str,
    /// What the schema says of the whole.
    pub(super) holder: Target<'s>,
    /// What it says of the value of this name.
    pub(super) target: Target<'s>,
    /// What the document says of the way in which it is written.
    pub(super) encoding: Option<&'s Encoding>,
}

impl Named<'_> {
    /// The value that the pieces of one name have together: a list where the schema wants one.
    ///
    /// # Errors
    ///
    /// [`Fault`] where one value is wanted and several are there, or a piece can not be read.
    ///
    /// # Source
    ///
    /// OpenAPI 3.0.4 and 3.1.1, *Encoding Object*, of the field `contentType`: objects are JSON,
    /// and each item of a list is a piece of its own.
    pub(super) fn value(&self, pieces: &[Piece<'_>]) -> Result<Value, Fault> {
        let is_list = match self.target.wanted() {
            Wanted::List => true,
            Wanted::Scalar | Wanted::Object => pieces.len() > 1 && self.target.allows(Types::ARRAY),
        };
        match pieces {
            [Piece { read: Some(list @ Value::Array(_)), .. }]
                if is_list && !self.target.items().wants_list() =>
            {
                Ok(list.clone())
            }
            [only] if is_list => {
                // Some write a list as one piece of JSON.
                if self.is_json(only)
                    && let Ok(list @ Value::Array(_)) = self.one(only, self.target)
                {
                    return Ok(list);
                }
                if only.bytes.is_empty() {
                    return Ok(Value::Array(Vec::new()));
                }
                Ok(Value::Array(vec![self.one(only, self.target.items())?]))
            }
            pieces if is_list => {
                let items = self.target.items();
                let values = pieces.iter().map(|piece| self.one(piece, items));
                values.collect::<Result<_, _>>().map(Value::Array)
            }
            [only] => self.one(only, self.target),
            several => {
                let count = several.len();
                let help = Some("send it once".to_owned());
                Err(self.fault(&format!("is sent {count} times, though it is no list"), help))
            }
        }
    }

    /// The value of one piece.
    fn one(&self, piece: &Piece<'_>, target: Target<'_>) -> Result<Value, Fault> {
        if let Some(value) = &piece.read {
            return Ok(value.clone());
        }
        if self.is_json(piece) {
            return match reader::json::parse(&piece.bytes, &format!("that {}", self.word)) {
                Ok(input) => Ok(input.view().to_value().into_owned()),
                // Nobody said that a file of JSON has to be right.
                Err(_) if target.is_any() && self.encoding.is_none() => self.text(piece, target),
                Err(fault) => Err(self.fault(&fault.title, fault.help)),
            };
        }
        let is_xml = piece.media_type.as_ref().is_some_and(reader::xml::takes);
        if is_xml && !target.is_string() && !target.is_any() {
            return match reader::xml::value(&piece.bytes, piece.charset.as_deref(), target) {
                Ok((value, _)) => Ok(value),
                Err(fault) => Err(self.fault(&fault.title, fault.help)),
            };
        }
        if target.wanted() == Wanted::Object
            && let Ok(value) = serde_json::from_slice(&piece.bytes)
        {
            return Ok(value);
        }
        self.text(piece, target)
    }

    /// The value of a piece that is no JSON.
    fn text(&self, piece: &Piece<'_>, target: Target<'_>) -> Result<Value, Fault> {
        if !target.is_binary() || self.target.is_any() {
            match charset::decode(&piece.bytes, piece.charset.as_deref()) {
                Ok(text) => return Ok(target.text(text)),
                Err(fault) if fault.is_unsupported => {
                    return Err(self.fault(&fault.title, fault.help));
                }
                Err(_) => {}
            }
        }
        Ok(Value::String(reader::binary::opaque(&piece.bytes, target).into_owned()))
    }

    /// Whether a piece has to be JSON. A string that is sent as a file of JSON is that file.
    fn is_json(&self, piece: &Piece<'_>) -> bool {
        let declared = self.encoding.map_or(&[][..], |encoding| &encoding.content_type);
        match &piece.media_type {
            Some(sent) => {
                let is_meant = declared.iter().any(MediaType::is_json) || !self.target.is_string();
                sent.is_json() && is_meant
            }
            None => declared.first().is_some_and(MediaType::is_json),
        }
    }

    /// Whether the schema declares the name.
    pub(super) fn is_declared(&self) -> bool {
        self.holder.members().contains(&self.name)
    }

    /// What is wrong with the pieces of this name: a predicate of theirs. A name that nobody
    /// declared is something that was sent, and no place.
    pub(super) fn fault(&self, predicate: &str, help: Option<String>) -> Fault {
        let Self { word, name, .. } = self;
        Fault {
            title: format!("has the {word} `{name}`, which {predicate}"),
            instance: if self.is_declared() {
                Pointer::root().child(name)
            } else {
                Pointer::root()
            },
            help,
            is_unsupported: false,
        }
    }
}
