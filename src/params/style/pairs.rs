//! A value that a form's pairs have, in whatever style it is written there.

use crate::params::style::Decode;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::params::style::Written;
use crate::params::style::deep_object;
use crate::params::style::delimited;
use crate::params::style::delimited::Delimiter;
use crate::params::style::form;
use crate::params::style::form::Pairs;
use crate::spec::model::Style;

/// How a value is written among pairs.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'m> {
    /// Its name.
    pub name: &'m str,
    /// Its style; one that pairs do not have is read as `form`.
    pub style: Style,
    /// Whether lists and objects are written one item a key.
    pub explode: bool,
    /// The names of an object's members, where they stand as keys of their own.
    pub members: &'m [&'m str],
    /// How its text is decoded once it is taken apart.
    pub decode: Decode,
}

impl Manner<'_> {
    /// Gathers the value; `None` where nothing of it is there.
    ///
    /// # Errors
    ///
    /// [`Malformed`] where the text can not be taken apart in this style.
    ///
    /// # Source
    ///
    /// OpenAPI 3.0.4, *Style Values*, which the *Encoding Object* lets a form's properties have.
    pub fn gather<'t>(
        &self,
        pairs: &Pairs<'t>,
        wanted: Wanted,
    ) -> Result<Option<Written<'t>>, Malformed> {
        let Self { name, style, explode, members, decode } = *self;
        let delimiter = match style {
            Style::DeepObject => return deep_object::gather(pairs, name, decode),
            Style::SpaceDelimited if !explode => Delimiter::Space,
            Style::PipeDelimited if !explode => Delimiter::Pipe,
            Style::TabDelimited if !explode => Delimiter::Tab,
            // What is exploded needs no delimiter.
            Style::SpaceDelimited
            | Style::PipeDelimited
            | Style::TabDelimited
            | Style::Form
            | Style::Simple
            | Style::Label
            | Style::Matrix
            | Style::Cookie
            | Style::QueryString => {
                return form::gather(pairs, name, wanted, explode, members, decode);
            }
        };
        let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| *value);
        let Some(text) = values.next() else { return Ok(None) };
        match values.count() {
            0 => delimited::split(text, delimiter, true, wanted, decode).map(Some),
            others => Err(Malformed::Repeated { count: others + 1 }),
        }
    }
}
