//! The way through schemas: for each value the names that are described, what is said of others, and
//! the alternatives.
//!
//! Schemas are followed through their references, so that each place of the document is one part,
//! however many operations share it. Several schemas that judge one value are one shape.

use std::cell::OnceCell;
use std::collections::HashMap as StandardMap;
use std::rc::Rc;

use foldhash::HashMap;
use serde_json::Map;
use serde_json::Value;

use crate::drift::parts::Item;
use crate::drift::parts::PartId;
use crate::drift::parts::Parts;
use crate::pointer::Pointer;
use crate::schema::REFERENCE;
use crate::schema::SchemaId;
use crate::schema::nearest;
use crate::schema::nearest::DISCRIMINATOR;
use crate::spec::Document;

/// A schema at its place, by its number.
type NodeId = usize;

/// Some schemas that judge one value together, by their number.
pub(crate) type ShapeId = usize;

/// Marks a schema whose alternatives were chosen among.
const CHOSEN: usize = 1 << (usize::BITS - 1);

/// All shapes that somebody came to, and the parts that they name.
#[derive(Debug)]
pub(crate) struct Shapes<'d> {
    document: &'d Document,
    pub(crate) parts: Parts,
    nodes: Vec<Node<'d>>,
    by_place: HashMap<(SchemaId, Pointer), NodeId>,
    shapes: Vec<Rc<Shape<'d>>>,
    by_nodes: HashMap<Vec<NodeId>, ShapeId>,
}

/// A schema, or a part of one.
#[derive(Clone, Debug)]
struct Node<'d> {
    schema: SchemaId,
    /// Its place in the lowered schema.
    at: Pointer,
    lowered: &'d Value,
}

/// Some schemas that judge one value together, each reference followed.
#[derive(Debug, Default)]
pub(crate) struct Shape<'d> {
    nodes: Vec<NodeId>,
    pub(crate) named: HashMap<&'d str, Named>,
    /// Whether names that are not listed are described all the same, or forbidden.
    pub(crate) rest: Rest,
    items: Vec<NodeId>,
    item_shape: OnceCell<ShapeId>,
    prefix: Vec<Vec<NodeId>>,
    /// Lists of alternatives; a value is of some of each.
    pub(crate) choices: Vec<Choice<'d>>,
    pub(crate) enums: Vec<(&'d Value, PartId)>,
    /// The place in the document of a schema that lists names.
    pub(crate) holder: Option<Pointer>,
    /// Whether there is nothing to be seen here.
    pub(crate) is_blank: bool,
}

/// A property.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) parts: Vec<PartId>,
    nodes: Vec<NodeId>,
    shape: OnceCell<ShapeId>,
    /// Where it is marked deprecated.
    pub(crate) deprecated: Option<Pointer>,
}

/// What an object may hold beside what is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Whatever it likes: nobody says anything about it.
    #[default]
    Open,
    /// Nothing.
    Closed,
    /// Values of a schema, under names that are data.
    Map(Vec<NodeId>),
}

/// Alternatives of which a value is at least one.
#[derive(Debug)]
pub(crate) struct Choice<'d> {
    pub(crate) branches: Vec<(&'d Value, NodeId)>,
    /// The property that tells the branches apart, and the branch of each tag.
    pub(crate) tags: Option<(&'d str, StandardMap<String, usize>)>,
}

/// A shape that is being made.
#[derive(Default)]
struct Making<'d> {
    shape: Shape<'d>,
    nodes: Vec<NodeId>,
}

impl<'d> Shapes<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        Self {
            document,
            parts: Parts::default(),
            nodes: Vec::new(),
            by_place: HashMap::default(),
            shapes: Vec::new(),
            by_nodes: HashMap::default(),
        }
    }

    /// Comes to all that the shapes lead to.
    pub(crate) fn complete(&mut self) {
        let mut next = 0;
        while next < self.shapes.len() {
            let shape = Rc::clone(&self.shapes[next]);
            for named in shape.named.values() {
                self.property(named);
            }
            let map = match &shape.rest {
                Rest::Map(nodes) => nodes.clone(),
                Rest::Open | Rest::Closed => Vec::new(),
            };
            let branches = shape.choices.iter().flat_map(|choice| &choice.branches);
            let branches = branches.map(|(_, node)| vec![*node]);
            let lists = [map, shape.items.clone()];
            for nodes in lists.into_iter().chain(branches).chain(shape.prefix.clone()) {
                if !nodes.is_empty() {
                    self.shape(nodes);
                }
            }
            next += 1;
        }
    }

    /// The shape of a whole schema.
    pub(crate) fn whole(&mut self, schema: SchemaId) -> ShapeId {
        let lowered = self.document.schemas.lowered(schema);
        let node = self.node(Node { schema, at: Pointer::root(), lowered });
        self.shape(vec![node])
    }

    /// A shape that is known.
    pub(crate) fn get(&self, shape: ShapeId) -> Rc<Shape<'d>> {
        Rc::clone(&self.shapes[shape])
    }

    /// The shape of a property.
    pub(crate) fn property(&mut self, named: &Named) -> ShapeId {
        match named.shape.get() {
            Some(known) => *known,
            None => {
                let shape = self.shape(named.nodes.clone());
                *named.shape.get_or_init(|| shape)
            }
        }
    }

    /// The shape of an item of an array, if one is described.
    pub(crate) fn item_of(&mut self, shape: &Shape<'d>, position: usize) -> Option<ShapeId> {
        if let Some(nodes) = shape.prefix.get(position) {
            return Some(self.shape(nodes.clone()));
        }
        if shape.items.is_empty() {
            return None;
        }
        if let Some(known) = shape.item_shape.get() {
            return Some(*known);
        }
        let made = self.shape(shape.items.clone());
        Some(*shape.item_shape.get_or_init(|| made))
    }

    /// The shape of these schemas together with those of another shape, its choices made.
    pub(crate) fn chosen(&mut self, shape: &Shape<'d>, mut nodes: Vec<NodeId>) -> ShapeId {
        // Marked as chosen: the alternatives of these are not looked at again.
        nodes.extend(shape.nodes.iter().map(|node| node | CHOSEN));
        self.shape(nodes)
    }

    /// The shape of some schemas.
    pub(crate) fn shape(&mut self, mut nodes: Vec<NodeId>) -> ShapeId {
        nodes.sort_unstable();
        nodes.dedup();
        if let Some(known) = self.by_nodes.get(&nodes) {
            return *known;
        }
        let number = self.shapes.len();
        self.by_nodes.insert(nodes.clone(), number);
        self.shapes.push(Rc::default());
        let mut making = Making::default();
        // Those that were chosen among come first: their alternatives are settled.
        for node in nodes.iter().rev() {
            self.open(*node, &mut making);
        }
        let mut shape = making.shape;
        shape.nodes = making.nodes;
        shape.is_blank = shape.named.is_empty()
            && shape.items.is_empty()
            && shape.prefix.is_empty()
            && shape.choices.is_empty()
            && shape.enums.is_empty()
            && !matches!(shape.rest, Rest::Map(_));
        self.shapes[number] = Rc::new(shape);
        number
    }

    fn node(&mut self, node: Node<'d>) -> NodeId {
        let place = (node.schema, node.at.clone());
        if let Some(known) = self.by_place.get(&place) {
            return *known;
        }
        let number = self.nodes.len();
        self.by_place.insert(place, number);
        self.nodes.push(node);
        number
    }

    /// Puts a schema, and what it refers to or combines, into a shape.
    fn open(&mut self, id: NodeId, making: &mut Making<'d>) {
        let (number, is_chosen) = (id & !CHOSEN, id & CHOSEN != 0);
        if making.nodes.contains(&number) {
            return;
        }
        making.nodes.push(number);
        let node = self.nodes[number].clone();
        let Some(members) = node.lowered.as_object() else { return };
        if let Some(Value::String(key)) = members.get(REFERENCE)
            && let Some(schema) = self.document.schemas.find(&Pointer::new(key.as_str()))
        {
            let lowered = self.document.schemas.lowered(schema);
            let target = self.node(Node { schema, at: Pointer::root(), lowered });
            self.open(target | (id & CHOSEN), making);
        }
        self.read_object(&node, members, making);
        self.read_array(&node, members, making);
        self.read_enum(&node, members, making);
        for keyword in ["allOf", "then", "else", "dependentSchemas"] {
            for child in self.children(&node, members, keyword) {
                self.open(child | (id & CHOSEN), making);
            }
        }
        if is_chosen {
            return;
        }
        for keyword in ["oneOf", "anyOf"] {
            let branches = self.children(&node, members, keyword);
            let values = members.get(keyword).and_then(Value::as_array).into_iter().flatten();
            let branches: Vec<(&'d Value, NodeId)> = values.zip(branches).collect();
            if !branches.is_empty() {
                let tags = tags(members, &branches);
                making.shape.choices.push(Choice { branches, tags });
            }
        }
    }

    fn read_object(
        &mut self,
        node: &Node<'d>,
        members: &'d Map<String, Value>,
        making: &mut Making<'d>,
    ) {
        let at = node.at.child("properties");
        for (name, lowered) in
            members.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            let child = Node { schema: node.schema, at: at.child(name), lowered };
            let place = self.document.schemas.origin(node.schema, &child.at);
            let part = self.parts.number(Item::property(&place));
            let is_deprecated = lowered.get("deprecated") == Some(&Value::Bool(true));
            let child = self.node(child);
            let named = making.shape.named.entry(name).or_insert_with(|| Named {
                parts: Vec::new(),
                nodes: Vec::new(),
                shape: OnceCell::new(),
                deprecated: None,
            });
            named.parts.push(part);
            named.nodes.push(child);
            if is_deprecated {
                named.deprecated = Some(place.child("deprecated"));
            }
            let holder = || self.document.schemas.origin(node.schema, &node.at);
            making.shape.holder.get_or_insert_with(holder);
        }
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            let Some(rest) = members.get(keyword) else { continue };
            let is_free = rest.as_object().is_some_and(Map::is_empty) || rest == &Value::Bool(true);
            if *rest == Value::Bool(false) {
                making.shape.rest = Rest::Closed;
            } else if !is_free {
                let at = node.at.child(keyword);
                let child = self.node(Node { schema: node.schema, at, lowered: rest });
                match &mut making.shape.rest {
                    Rest::Closed => {}
                    Rest::Map(nodes) => nodes.push(child),
                    own @ Rest::Open => *own = Rest::Map(vec![child]),
                }
            }
        }
        let patterns = self.children(node, members, "patternProperties");
        if !patterns.is_empty() {
            match &mut making.shape.rest {
                Rest::Map(nodes) => nodes.extend(patterns),
                Rest::Closed => {}
                own @ Rest::Open => *own = Rest::Map(patterns),
            }
        }
    }

    fn read_array(
        &mut self,
        node: &Node<'d>,
        members: &'d Map<String, Value>,
        making: &mut Making<'d>,
    ) {
        let items = self.children(node, members, "items");
        making.shape.items.extend(items);
        for (position, child) in self.children(node, members, "prefixItems").into_iter().enumerate()
        {
            if making.shape.prefix.len() <= position {
                making.shape.prefix.push(Vec::new());
            }
            making.shape.prefix[position].push(child);
        }
    }

    fn read_enum(
        &mut self,
        node: &Node<'d>,
        members: &'d Map<String, Value>,
        making: &mut Making<'d>,
    ) {
        let Some(values) = members.get("enum").and_then(Value::as_array) else { return };
        let place = self.document.schemas.origin(node.schema, &node.at);
        for value in values.iter().filter(|value| !value.is_null()) {
            let part = self.parts.number(Item::of_enum(&place, value));
            making.shape.enums.push((value, part));
        }
    }

    /// The subschemas of a keyword.
    fn children(
        &mut self,
        node: &Node<'d>,
        members: &'d Map<String, Value>,
        keyword: &str,
    ) -> Vec<NodeId> {
        let Some(value) = members.get(keyword) else { return Vec::new() };
        let at = node.at.child(keyword);
        let schema = node.schema;
        match value {
            Value::Array(items) => {
                let nodes = items.iter().enumerate().map(|(index, lowered)| Node {
                    schema,
                    at: at.child(index.to_string()),
                    lowered,
                });
                nodes.map(|node| self.node(node)).collect()
            }
            Value::Object(schemas)
                if matches!(keyword, "dependentSchemas" | "patternProperties") =>
            {
                let nodes = schemas.iter().map(|(name, lowered)| Node {
                    schema,
                    at: at.child(name),
                    lowered,
                });
                nodes.map(|node| self.node(node)).collect()
            }
            Value::Object(_) | Value::Bool(_) => {
                vec![self.node(Node { schema, at, lowered: value })]
            }
            Value::Null | Value::Number(_) | Value::String(_) => Vec::new(),
        }
    }
}

/// The branch of each tag of a discriminator.
fn tags<'d>(
    members: &'d Map<String, Value>,
    branches: &[(&'d Value, NodeId)],
) -> Option<(&'d str, StandardMap<String, usize>)> {
    let discriminator = members.get(DISCRIMINATOR)?;
    let property = discriminator.get("propertyName")?.as_str()?;
    let key = |branch: &Value| Some(branch.get(REFERENCE)?.as_str()?.to_owned());
    let keys: Vec<Option<String>> = branches.iter().map(|(branch, _)| key(branch)).collect();
    let keys: Vec<Option<&str>> = keys.iter().map(Option::as_deref).collect();
    let mapped = discriminator.get("tags").and_then(Value::as_object).into_iter().flatten();
    let mapped = mapped.map(|(tag, _)| tag.clone());
    let own = keys.iter().flatten();
    let own = own.filter_map(|key| Some(Pointer::new(*key).last()?.into_owned()));
    let named =
        |tag: &String| nearest::named_by(discriminator, &keys, tag).map(|at| (tag.clone(), at));
    let all: Vec<String> = mapped.chain(own).collect();
    Some((property, all.iter().filter_map(named).collect()))
}
