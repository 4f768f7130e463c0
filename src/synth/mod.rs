//! Values made from schemas: for answers that a document declares and gives no example of, and for
//! whoever needs a value that is right, or wrong in one way.
//!
//! A walk along the schema makes a value of everything that the schema is combined of; the very
//! validator that judges messages judges it before it goes out. Where it is wrong the walk tries
//! other choices, and judges more of what it makes on the way. The same seed gives the same value.

mod array;
mod breach;
mod choices;
mod demands;
mod deny;
mod faker;
mod format;
mod maker;
mod number;
mod object;
mod pattern;
mod random;
mod sample;
mod text;
mod words;
mod wrong;

use serde_json::Value;

use crate::schema::Direction;
use crate::schema::SchemaId;
use crate::schema::Schemas;
pub use breach::Breach;
pub use breach::breach;
pub use breach::keywords;
pub(crate) use format::has_form;
use maker::Care;
use maker::Maker;
use maker::Place;
pub(crate) use sample::Variation;
pub use sample::sample;
pub(crate) use sample::varied;

/// A value that can not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unmade {
    /// The schema demands objects inside objects without end.
    #[error("the schema demands values that nest without end")]
    Endless,
    /// The schema demands more than a mock should send.
    #[error("the schema demands a value too large to be sent")]
    TooLarge,
    /// No value satisfies the schema.
    #[error("no value satisfies the schema")]
    Unsatisfiable,
    /// No value was found, and nothing says that there is none.
    #[error("no value that satisfies the schema was found")]
    NotFound,
}

/// How values are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// What the schema shows (`default`, `examples`, `example`), else the plainest value; arrays
    /// have one item.
    #[default]
    Static,
    /// Anything that the schema allows, by the seed.
    Dynamic,
}

/// What kind of values are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// How values are chosen.
    pub manner: Manner,
    /// Tells values apart: the same seed makes the same value.
    pub seed: u64,
    /// Whether what schemas show is taken, where the manner is [`Manner::Static`].
    pub examples: bool,
    /// Whether objects that only say what their members are get one, though nothing demands it.
    pub fill_properties: bool,
    /// The least and the most items of arrays at random, where their schemas allow that.
    pub items: (usize, usize),
}

impl Default for Options {
    fn default() -> Self {
        let (manner, items) = (Manner::Static, (1, array::SOME));
        Self { manner, seed: 0, examples: true, fill_properties: true, items }
    }
}

impl Options {
    /// Values at random, by a seed.
    #[must_use]
    pub fn dynamic(seed: u64) -> Self {
        Self { manner: Manner::Dynamic, seed, ..Self::default() }
    }
}

/// Makes the plain value of a schema, for a message that travels in `direction`.
///
/// # Errors
///
/// [`Unmade`] where the schema demands something endless, too large, or impossible.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use standin::pointer::Pointer;
/// use standin::schema::Direction;
///
/// let text = "
/// openapi: 3.0.3
/// info: {title: Pets, version: '1'}
/// paths: {}
/// components:
///   schemas:
///     Pet:
///       type: object
///       properties: {name: {type: string}, age: {type: integer, minimum: 1}}
/// ";
/// let document = standin::spec::load::from_text("pets.yaml", text).unwrap();
/// let pet = document.schemas.find(&Pointer::new("/components/schemas/Pet")).unwrap();
/// let made = standin::synth::value(&document.schemas, pet, Direction::Response).unwrap();
/// assert_eq!(made, json!({"name": "string", "age": 1}));
/// ```
pub fn value(schemas: &Schemas, schema: SchemaId, direction: Direction) -> Result<Value, Unmade> {
    make(schemas, schema, direction, &Options::default())
}

/// Makes a value of a schema, for a message that travels in `direction`; it is always valid.
///
/// # Errors
///
/// [`Unmade`] where the schema demands something endless, too large, or impossible.
pub fn make(
    schemas: &Schemas,
    schema: SchemaId,
    direction: Direction,
    options: &Options,
) -> Result<Value, Unmade> {
    let lowered = schemas.lowered(schema);
    let root = schemas.pointer(schema).as_str();
    let mut failure = None;
    for care in [Care::Trusting, Care::Wary, Care::Strict] {
        let mut maker = Maker::new(schemas, root, direction, options, care);
        match maker.value(&[lowered], Place { depth: 0, name: None }) {
            Ok(value) if schemas.is_valid(schema, direction, &value) => return Ok(value),
            Ok(_) => failure = Some(Unmade::NotFound),
            Err(unmade) => failure = Some(unmade),
        }
    }
    Err(failure.unwrap_or(Unmade::NotFound))
}
