//! How two schemas differ: compared by what they allow, each difference where it stands.
//!
//! References are followed and `allOf` is merged on both sides, so that it does not matter where
//! something is said. What is compared are the keywords of JSON Schema 2020-12, to which every
//! version was lowered: the version does not matter either.

mod array;
mod bounds;
mod change;
mod combined;
mod compare;
mod kinds;
mod members;
mod node;
mod notes;
mod object;
mod rules;
mod same;
mod shape;
mod values;

pub use change::Carrier;
pub use change::Change;
pub use change::Seat;
pub use compare::Comparer;
pub use rules::all as rules;
pub use rules::is_about_xml;
pub(in crate::diff) use shape::Shape;

use crate::diff::Effect;
use crate::diff::schema::compare::About;
use crate::diff::schema::compare::Spot;
use crate::diff::schema::compare::Told;
use crate::diff::schema::node::Node;
use crate::diff::witness::Side;
use crate::schema::Direction;
use crate::schema::SchemaId;

impl Comparer<'_> {
    /// The differences between two schemas; where one side has none, everything is allowed there.
    ///
    /// # Examples
    ///
    /// ```
    /// use standin::diff::schema::{Carrier, Comparer, Seat};
    /// use standin::pointer::Pointer;
    /// use standin::schema::Direction;
    ///
    /// let document = |most: u32| {
    ///     let text = format!("
    /// openapi: 3.0.3
    /// info: {{title: Pets, version: '1'}}
    /// paths: {{}}
    /// components:
    ///   schemas:
    ///     Pet: {{type: object, properties: {{name: {{type: string, maxLength: {most}}}}}}}
    /// ");
    ///     standin::spec::load::from_text("pets.yaml", &text).unwrap()
    /// };
    /// let (base, revision) = (document(20), document(10));
    /// let pet = |document: &standin::spec::Document| {
    ///     document.schemas.find(&Pointer::new("/components/schemas/Pet"))
    /// };
    /// let seat =
    ///     Seat { direction: Direction::Request, carrier: Carrier::Body, is_required: false, is_repeated: false, is_loose: false };
    /// let mut comparer = Comparer::new(&base.schemas, &revision.schemas);
    /// let changes = comparer.compare(pet(&base), pet(&revision), seat);
    /// assert_eq!(changes[0].rule.id, "request-property-max-length-decreased");
    /// assert_eq!(changes[0].at, "/name");
    /// ```
    pub fn compare(
        &mut self,
        base: Option<SchemaId>,
        revision: Option<SchemaId>,
        seat: Seat,
    ) -> Vec<Change> {
        let spot = Spot { seat, is_whole: true, is_hidden: false };
        let (old, new) = (self.base, self.revision);
        let one = base.map(|id| Node::root(old, id));
        let other = revision.map(|id| Node::root(new, id));
        if let (Carrier::Body, true) = (seat.carrier, one.is_some() != other.is_some()) {
            let about = About::at(one.as_ref().map(Node::place), other.as_ref().map(Node::place));
            let (rule, effect) = match (seat.direction, one.is_some()) {
                (Direction::Request, false) => (&rules::SCHEMA_ADDED_REQUEST, Effect::Narrows),
                (Direction::Request, true) => (&rules::SCHEMA_REMOVED_REQUEST, Effect::Widens),
                (Direction::Response, false) => (&rules::SCHEMA_ADDED_RESPONSE, Effect::Narrows),
                (Direction::Response, true) => (&rules::SCHEMA_REMOVED_RESPONSE, Effect::Widens),
            };
            let mut told = Told::new(spot);
            let verb = if one.is_some() { "has no schema any more" } else { "has a schema now" };
            told.tell_rule(rule, effect, about, verb);
            return told.changes;
        }
        self.parts(one.as_slice(), other.as_slice(), spot).to_vec()
    }
}

/// What a schema demands of a part of its values.
pub(in crate::diff) fn reached<'s>(side: Side<'s>, at: &str) -> Shape<'s> {
    let root = side.schema.map(|schema| Node::root(side.schemas, schema));
    Shape::new(root.as_slice()).reached(at)
}
