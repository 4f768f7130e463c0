//! Encodings: how the properties of forms and the parts of multipart content are written.

use serde_json::Value;

use crate::message::MediaType;
use crate::pointer::Pointer;
use crate::spec::model::Encoding;
use crate::spec::model::Encodings;
use crate::spec::model::Style;
use crate::spec::read::Reader;
use crate::spec::read::is_set;
use crate::spec::read::items;
use crate::spec::read::members;
use crate::spec::read::text;

impl<'d> Reader<'d> {
    /// The encodings of a media type, or those inside another encoding: by name, and by position
    /// where the parts have no names.
    pub(super) fn encodings(&mut self, media_type: &'d Value, at: &Pointer) -> Encodings {
        let mut encodings = Encodings::default();
        for (name, value) in members(media_type.get("encoding")) {
            let place = at.child("encoding").child(name);
            encodings.by_name.push((name.clone(), self.encoding(value, place)));
        }
        for (number, value) in items(media_type.get("prefixEncoding")) {
            let place = at.child("prefixEncoding").child(number.to_string());
            encodings.prefix.push(self.encoding(value, place));
        }
        let item = media_type.get("itemEncoding");
        encodings.item = item.map(|value| Box::new(self.encoding(value, at.child("itemEncoding"))));
        encodings
    }

    fn encoding(&mut self, value: &'d Value, at: Pointer) -> Encoding {
        let mut content_type = Vec::new();
        for name in text(value, "contentType").unwrap_or_default().split(',').map(str::trim) {
            match MediaType::parse(name) {
                Some(media_type) => content_type.push(media_type),
                None if name.is_empty() => {}
                None => self.malformed(at.child("contentType"), "is no list of media types"),
            }
        }
        // Where one of the three is given, it counts instead of `contentType`.
        let is_styled =
            ["style", "explode", "allowReserved"].iter().any(|key| value.get(key).is_some());
        let style = is_styled.then(|| match text(value, "style") {
            None | Some("form") => Some(Style::Form),
            Some("spaceDelimited") => Some(Style::SpaceDelimited),
            Some("pipeDelimited") => Some(Style::PipeDelimited),
            Some("deepObject") => Some(Style::DeepObject),
            Some(_) => {
                self.malformed(at.child("style"), "is no style that a form can have");
                None
            }
        });
        let style = style.flatten();
        let explode = value.get("explode").and_then(Value::as_bool);
        Encoding {
            content_type,
            headers: self.headers(value, &at),
            style,
            explode: explode.unwrap_or(style == Some(Style::Form)),
            allow_reserved: is_set(value, "allowReserved"),
            nested: self.encodings(value, &at),
            pointer: at,
        }
    }
}
