//! A part of a schema, and where it stands.

use serde_json::Map;
use serde_json::Value;

use crate::pointer::Pointer;
use crate::schema::REFERENCE;
use crate::schema::SchemaId;
use crate::schema::Schemas;

/// How many schemas refer to one another until nobody looks further.
const DEEPEST: usize = 64;

/// A part of a lowered schema.
#[derive(Clone, Debug)]
pub(in crate::diff) struct Node<'s> {
    schemas: &'s Schemas,
    root: SchemaId,
    at: Pointer,
    /// The lowered part.
    pub(super) value: &'s Value,
    /// Whether null is let in beside whatever the part says, by an alternative that is null.
    pub(super) or_null: bool,
}

impl<'s> Node<'s> {
    /// A whole schema.
    pub(super) fn root(schemas: &'s Schemas, root: SchemaId) -> Self {
        let value = schemas.lowered(root);
        Self { schemas, root, at: Pointer::root(), value, or_null: false }
    }

    /// The schemas that it is one of.
    pub(super) const fn schemas(&self) -> &'s Schemas {
        self.schemas
    }

    /// What tells it from all others; a mere reference is what it refers to.
    pub(super) fn address(&self) -> usize {
        let is_mere = self.members().is_some_and(|members| members.len() == 1);
        let referred = is_mere.then(|| self.schemas.referred(self.value)).flatten();
        std::ptr::from_ref(referred.unwrap_or(self.value)).addr()
    }

    /// Its members, if it is an object.
    pub(super) fn members(&self) -> Option<&'s Map<String, Value>> {
        self.value.as_object()
    }

    /// The value of a keyword.
    pub(super) fn get(&self, keyword: &str) -> Option<&'s Value> {
        self.value.get(keyword)
    }

    /// The part at a keyword.
    pub(super) fn keyword(&self, keyword: &str) -> Option<Self> {
        Some(self.below(self.get(keyword)?, self.at.child(keyword)))
    }

    /// The part of a keyword that lists schemas by name.
    pub(super) fn named(&self, keyword: &str, name: &str) -> Option<Self> {
        let value = self.get(keyword)?.get(name)?;
        Some(self.below(value, self.at.child(keyword).child(name)))
    }

    /// The parts of a keyword that lists schemas.
    pub(super) fn listed(&self, keyword: &str) -> Vec<Self> {
        let at = self.at.child(keyword);
        let list = self.get(keyword).and_then(Value::as_array).into_iter().flatten();
        list.enumerate()
            .map(|(index, value)| self.below(value, at.child(index.to_string())))
            .collect()
    }

    fn below(&self, value: &'s Value, at: Pointer) -> Self {
        Self { schemas: self.schemas, root: self.root, at, value, or_null: false }
    }

    /// The place in the user's document.
    pub(super) fn place(&self) -> Pointer {
        self.schemas.origin(self.root, &self.at)
    }

    /// The place of a keyword in the user's document.
    pub(super) fn place_of(&self, keyword: &str) -> Pointer {
        self.schemas.origin(self.root, &self.at.child(keyword))
    }

    /// The schema that it refers to.
    pub(super) fn referred(&self) -> Option<Self> {
        let target = self.schemas.referred_id(self.value)?;
        Some(Self { or_null: self.or_null, ..Self::root(self.schemas, target) })
    }

    /// What it calls itself: the name of what it refers to, or its title.
    pub(super) fn name(&self) -> Option<String> {
        let referred = self.get(REFERENCE).and_then(Value::as_str);
        let last = referred.and_then(|key| Pointer::new(key).last().map(|it| it.into_owned()));
        last.or_else(|| self.get("title").and_then(Value::as_str).map(str::to_owned))
    }

    /// Whether it is the schema of null alone.
    pub(super) fn is_null(&self) -> bool {
        let Some(members) = self.members() else { return false };
        let only = |keyword: &str, value: &Value| match keyword {
            "type" => {
                value == "null"
                    || value.as_array().is_some_and(|list| list.len() == 1 && list[0] == "null")
            }
            "const" => value.is_null(),
            "enum" => value.as_array().is_some_and(|list| list.len() == 1 && list[0].is_null()),
            _ => false,
        };
        members.iter().any(|(keyword, value)| only(keyword, value))
    }
}

/// All that a value must satisfy at once: references followed, `allOf` merged, and alternatives of
/// which only one is left beside null taken in.
pub(super) fn conjuncts<'s>(nodes: &[Node<'s>]) -> Vec<Node<'s>> {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for node in nodes {
        gather(node.clone(), &mut found, &mut seen, 0);
    }
    found
}

fn gather<'s>(node: Node<'s>, found: &mut Vec<Node<'s>>, seen: &mut Vec<usize>, depth: usize) {
    let own = std::ptr::from_ref(node.value).addr();
    if node.value == &Value::Bool(true) || depth > DEEPEST || seen.contains(&own) {
        return;
    }
    seen.push(own);
    if let Some(target) = node.referred() {
        gather(target, found, seen, depth + 1);
    }
    for branch in node.listed("allOf") {
        gather(Node { or_null: node.or_null, ..branch }, found, seen, depth + 1);
    }
    for keyword in ["anyOf", "oneOf"] {
        let branches = node.listed(keyword);
        if let (Some(only), is_nullable) = lone(&branches) {
            let or_null = node.or_null || is_nullable;
            gather(Node { or_null, ..only.clone() }, found, seen, depth + 1);
        }
    }
    found.push(node);
}

/// The only alternative beside null, and whether there is null.
pub(super) fn lone<'n, 's>(branches: &'n [Node<'s>]) -> (Option<&'n Node<'s>>, bool) {
    let mut others = branches.iter().filter(|branch| !branch.is_null());
    let is_nullable = branches.iter().any(Node::is_null);
    match (others.next(), others.next()) {
        (Some(only), None) => (Some(only), is_nullable),
        _ => (None, is_nullable),
    }
}
