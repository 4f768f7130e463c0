//! What the properties of a schema look like in XML: worked out once for each schema of a document
//! that is read, because a list has thousands of elements and one schema.

use std::fmt;
use std::rc::Rc;

use foldhash::HashMap;
use serde_json::Value;

use crate::params::coerce::Target;

/// What a property is in XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// An attribute of the element.
    Attribute,
    /// The element's own text.
    Text,
    /// An element in the element.
    Element,
    /// Each item is an element in the element.
    Items,
}

/// A property.
#[derive(Clone, Debug)]
pub(super) struct Member<'s> {
    /// Its name in the schema.
    pub(super) name: &'s str,
    /// What the schema says of it.
    pub(super) target: Target<'s>,
    /// What it is in XML.
    pub(super) node: Node,
    /// The name of its element or attribute.
    local: &'s str,
}

impl<'s> Member<'s> {
    /// The name of its element or attribute; of a list without an element of its own, the name of
    /// each item's.
    pub(super) fn local(&self) -> &'s str {
        self.local
    }
}

impl fmt::Display for Member<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node {
            Node::Attribute => write!(formatter, "the attribute `{}`", self.local),
            Node::Element | Node::Items => write!(formatter, "the element `{}`", self.local),
            Node::Text => formatter.write_str("the text of the element around it"),
        }
    }
}

/// The properties of one schema.
#[derive(Debug)]
pub(super) struct Shape<'s> {
    members: Vec<Member<'s>>,
}

impl<'s> Shape<'s> {
    /// The property of that element or attribute. Where none is called so in XML, one that is
    /// called so in the schema is meant: `xml.name` behind a reference is overlooked by many.
    pub(super) fn member(
        &self,
        local: &str,
        is_node: impl Fn(Node) -> bool,
    ) -> Option<&Member<'s>> {
        let fitting = || self.members.iter().filter(|member| is_node(member.node));
        fitting().find(|member| member.local == local).or_else(|| {
            fitting().find(|member| member.name == local && !member.target.is_named_itself())
        })
    }

    /// The property of that name in the schema, whatever it is in XML.
    pub(super) fn named(&self, name: &str) -> Option<&Member<'s>> {
        self.members.iter().find(|member| member.name == name)
    }

    /// The property that is the element's own text.
    pub(super) fn text(&self) -> Option<&Member<'s>> {
        self.members.iter().find(|member| member.node == Node::Text)
    }
}

/// The shapes worked out so far, by schema.
#[derive(Debug, Default)]
pub(super) struct Shapes<'s>(HashMap<usize, Rc<Shape<'s>>>);

impl<'s> Shapes<'s> {
    /// The shape of a schema.
    pub(super) fn of(&mut self, target: Target<'s>) -> Rc<Shape<'s>> {
        let known = self.0.entry(target.address());
        Rc::clone(known.or_insert_with(|| {
            let members = target.members().into_iter();
            let members = members.map(|name| member(name, target.property(name)));
            Rc::new(Shape { members: members.collect() })
        }))
    }
}

/// What a property is in XML.
///
/// # Source
///
/// OpenAPI 3.0.4, *XML Object* (`name`, `attribute`, `wrapped`); 3.2.0, *XML Object* (`nodeType`).
fn member<'s>(name: &'s str, target: Target<'s>) -> Member<'s> {
    let said = |keyword| target.xml(keyword);
    let is_said = |keyword| said(keyword) == Some(&Value::Bool(true));
    let node = match said("nodeType").and_then(Value::as_str) {
        Some("attribute") => Node::Attribute,
        Some("text" | "cdata") => Node::Text,
        Some("element") => Node::Element,
        Some("none") if target.wants_list() => Node::Items,
        _ if is_said("attribute") => Node::Attribute,
        _ if target.wants_list() && !is_said("wrapped") => Node::Items,
        _ => Node::Element,
    };
    let own = said("name").and_then(Value::as_str);
    let local = if node == Node::Items {
        // The name of a list that is not wrapped counts only where its items have none.
        target.items().xml("name").and_then(Value::as_str).or(own)
    } else {
        own
    };
    Member { name, target, node, local: local.unwrap_or(name) }
}
