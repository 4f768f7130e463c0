//! One difference between two schemas.

use crate::diff::Effect;
use crate::finding::Level;
use crate::finding::Rule;
use crate::pointer::Pointer;
use crate::schema::Direction;

/// What carries the value that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// A parameter of path, query or cookie.
    Parameter,
    /// A parameter that travels in a header field.
    HeaderParameter,
    /// The content of a request or a response.
    Body,
    /// A header field of a response.
    Header,
}

/// Where a schema is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seat {
    /// Which way the value travels.
    pub direction: Direction,
    /// What carries it.
    pub carrier: Carrier,
    /// Whether the value must always be there, so that its default never counts.
    pub is_required: bool,
    /// Whether each item of a list is written as a value of its own (`key=a&key=b`), so that one
    /// value is a list of one.
    pub is_repeated: bool,
    /// Whether the value is text that types are read from (parameters, headers, forms, XML), so
    /// that `1` is a string and a number alike.
    pub is_loose: bool,
}

/// One difference between two schemas.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What kind of difference it is; its id is oasdiff's where that has the same meaning.
    pub rule: &'static Rule,
    /// How the set of allowed values changed.
    pub effect: Effect,
    /// Whether the effect is certain: not so where schemas can not be compared by their meaning.
    pub is_decided: bool,
    /// How bad it is, unless `--severity` says otherwise.
    pub level: Level,
    /// How bad it is to a reader that takes nothing but what the old description allows.
    pub strict_level: Level,
    /// Where in the value: a JSON Pointer in which `*` stands for every item or key.
    pub at: String,
    /// Where in the base document, if it is there.
    pub base: Option<Pointer>,
    /// Where in the revision, if it is there.
    pub revision: Option<Pointer>,
    /// What it was.
    pub was: Option<String>,
    /// What it is.
    pub is: Option<String>,
    /// What is different, one fragment without a full stop.
    pub title: String,
}
