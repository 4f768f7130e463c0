//! The properties of a form that are written in a style of their own, such as `tags=a|b`.

use serde_json::Map;
use serde_json::Value;

use crate::params::coerce::Target;
use crate::params::style::Decode;
use crate::params::style::Wanted;
use crate::params::style::deep_object;
use crate::params::style::form::Pairs;
use crate::params::style::pairs::Manner;
use crate::spec::model::Encoding;
use crate::spec::model::Encodings;
use crate::spec::model::Style;
use crate::validate::body::Fault;
use crate::validate::body::piece::Named;

/// A property that is written in a style.
#[derive(Debug)]
pub(super) struct Styled<'s> {
    name: &'s str,
    style: Style,
    explode: bool,
    /// The members of an object, where they stand as keys of their own.
    members: Vec<&'s str>,
}

impl Styled<'_> {
    fn manner(&self, decode: Decode) -> Manner<'_> {
        let Self { name, style, explode, members } = self;
        Manner { name, style: *style, explode: *explode, members, decode }
    }

    /// Whether a key is the property's, or a part of it.
    pub(super) fn owns(&self, key: &str) -> bool {
        let is_part = self.style == Style::DeepObject && deep_object::owns(self.name, key);
        is_part || key == self.name || self.members.contains(&key)
    }
}

/// Reads the properties that are written in a style, adds them to the object, and returns which
/// they are.
///
/// # Errors
///
/// [`Fault`] where one can not be read in its style.
pub(super) fn read<'s>(
    (holder, encodings): (Target<'s>, &'s Encodings),
    word: &'static str,
    (pairs, decode): (&Pairs<'_>, Decode),
    object: &mut Map<String, Value>,
) -> Result<Vec<Styled<'s>>, Fault> {
    let mut found = Vec::new();
    for (name, encoding) in &encodings.by_name {
        let Some(style) = encoding.style else { continue };
        let target = holder.property(name);
        let wanted = target.wanted();
        if is_plain(encoding, wanted) {
            continue;
        }
        let is_spread = style == Style::Form && encoding.explode;
        let members = if is_spread { target.members() } else { Vec::new() };
        let property = Styled { name, style, explode: encoding.explode, members };
        let written = property.manner(decode).gather(pairs, wanted).map_err(|malformed| {
            let encoding = Some(encoding);
            Named { word, name, holder, target, encoding }.fault(&malformed.to_string(), None)
        })?;
        if let Some(written) = written {
            object.insert(name.clone(), target.value(written));
        }
        found.push(property);
    }
    Ok(found)
}

/// Whether a style says what forms do anyhow: a key for each item, and nothing taken apart.
fn is_plain(encoding: &Encoding, wanted: Wanted) -> bool {
    let is_exploded = encoding.style != Some(Style::DeepObject) && encoding.explode;
    is_exploded && wanted != Wanted::Object
}
