//! How parameters are written: one file per style.
//!
//! A style only takes text apart. Which JSON values the pieces become is [`coerce`]'s question,
//! and whether they are right is the schema's.
//!
//! [`coerce`]: crate::params::coerce

pub mod form;
pub mod simple;

use std::borrow::Cow;

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
    /// Named values.
    Object(Members<'t>),
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
        }
    }
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
}
