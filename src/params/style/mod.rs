//! How parameters are written: one file per style.
//!
//! A style only takes text apart, before it is decoded: an encoded separator is data. Which JSON values the pieces become is [`coerce`]'s question,
//! and whether they are right is the schema's.
//!
//! [`coerce`]: crate::params::coerce

pub mod cookie;
pub mod decode;
pub mod deep_object;
pub mod delimited;
pub mod form;
pub mod label;
pub mod matrix;
pub mod pairs;
pub mod simple;

use std::borrow::Cow;

pub use decode::Decode;
pub use deep_object::Tree;

/// What a parameter's schema lets its text be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One value.
    Scalar,
    /// A list of values.
    List,
    /// Named values.
    Object,
}

/// A parameter's text, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written<'t> {
    /// One value.
    Scalar(Cow<'t, str>),
    /// A list of values.
    List(Vec<Cow<'t, str>>),
    /// Named values; one that is named several times has them all.
    Object(Members<'t>),
    /// Named values inside named values.
    Tree(Tree<'t>),
}

/// Names with their values.
pub type Members<'t> = Vec<(Cow<'t, str>, Cow<'t, str>)>;

impl Written<'_> {
    /// The same, independent of the text that it was read from.
    #[must_use]
    pub fn into_owned(self) -> Written<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Self::Scalar(text) => Written::Scalar(own(text)),
            Self::List(items) => Written::List(items.into_iter().map(own).collect()),
            Self::Object(members) => Written::Object(
                members.into_iter().map(|(name, value)| (own(name), own(value))).collect(),
            ),
            Self::Tree(tree) => Written::Tree(tree.into_owned()),
        }
    }
}

/// The pieces of a text between separators; none of the empty text.
pub(crate) fn pieces<'t>(
    text: &'t str,
    separators: &'static [&'static str],
) -> impl Iterator<Item = &'t str> {
    let mut rest = Some(text).filter(|text| !text.is_empty());
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let found = text.char_indices().find_map(|(at, _)| {
            let here = &text[at..];
            let found = separators.iter().find(|separator| here.starts_with(**separator))?;
            Some((at, at + found.len()))
        });
        let Some((end, next)) = found else { return Some(text) };
        rest = Some(&text[next..]);
        Some(&text[..end])
    })
}

/// Reads pieces in which names and values follow each other.
///
/// # Errors
///
/// [`Malformed`] where the last name has no value, or a piece can not be decoded.
pub(crate) fn taken_in_turn<'t>(
    mut pieces: impl Iterator<Item = &'t str>,
    decode: Decode,
) -> Result<Written<'t>, Malformed> {
    let mut members = Vec::new();
    while let Some(name) = pieces.next() {
        let value = pieces.next().ok_or(Malformed::Unpaired)?;
        members.push((decode(name)?, decode(value)?));
    }
    Ok(Written::Object(members))
}

/// Reads pieces that each have a name and a value.
///
/// # Errors
///
/// As of [`taken_in_turn`].
pub(crate) fn exploded_members<'t>(
    pieces: impl Iterator<Item = &'t str>,
    decode: Decode,
) -> Result<Written<'t>, Malformed> {
    let mut members = Vec::new();
    for piece in pieces {
        let (name, value) = piece.split_once('=').ok_or(Malformed::Unpaired)?;
        members.push((decode(name)?, decode(value)?));
    }
    Ok(Written::Object(members))
}

/// Text that its style can not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// Percent-encoding that can not be undone.
    #[error("can not be decoded: {reason}")]
    Encoding {
        /// What is wrong with it.
        reason: String,
    },
    /// One value is wanted, several are there.
    #[error("is sent {count} times, though it is no list")]
    Repeated {
        /// How many.
        count: usize,
    },
    /// A name without its value.
    #[error("has a member without a value")]
    Unpaired,
    /// Bytes that are no text.
    #[error("is no text")]
    Binary,
    /// The sign that the style begins with is not there.
    #[error("does not begin with `{sign}`")]
    Unprefixed {
        /// The sign.
        sign: char,
    },
    /// A name inside the text that is not the parameter's.
    #[error("is written under another name than its own")]
    Misnamed,
    /// An opening bracket without the closing one.
    #[error("has brackets that do not pair up")]
    Unclosed,
    /// More brackets than anybody means.
    #[error("has more than {limit} pairs of brackets")]
    TooDeep {
        /// How many are read.
        limit: usize,
    },
    /// A member that has a value and members.
    #[error("gives `{member}` a value and members at once")]
    Contradictory {
        /// The member.
        member: String,
    },
    /// Text that should be JSON.
    #[error("is {}", if *.is_cut { "JSON that ends too early" } else { "no JSON" })]
    Json {
        /// Whether it could become JSON if it went on.
        is_cut: bool,
        /// The character at which it is wrong, counted in bytes from 1.
        column: usize,
        /// Why it is.
        reason: String,
    },
}
