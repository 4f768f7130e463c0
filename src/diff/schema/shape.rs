//! What a value must satisfy, keyword by keyword, wherever it is said.

use serde_json::Value;

use crate::diff::schema::node::Node;
use crate::diff::schema::node::conjuncts;
use crate::diff::schema::node::lone;
use crate::diff::schema::same::SILENT;
use crate::pointer::Pointer;
use crate::schema::Types;

/// All that one place demands, references followed and `allOf` merged.
#[derive(Debug)]
pub(in crate::diff) struct Shape<'s> {
    /// Where it was asked for.
    pub(super) asked: Vec<Node<'s>>,
    /// Its parts, each of which counts.
    pub(super) parts: Vec<Node<'s>>,
}

/// A keyword with the part that says it.
pub(in crate::diff) type Said<'n, 's> = (&'n Node<'s>, &'s Value);

/// A choice of several alternatives.
#[derive(Clone, Debug)]
pub(super) struct Union<'s> {
    /// `anyOf` or `oneOf`.
    pub(super) keyword: &'static str,
    /// The part that has it.
    pub(super) node: Node<'s>,
    /// The alternatives, null left out.
    pub(super) branches: Vec<Node<'s>>,
}

impl<'s> Shape<'s> {
    pub(super) fn new(asked: &[Node<'s>]) -> Self {
        Self { asked: asked.to_vec(), parts: conjuncts(asked) }
    }

    /// Where it stands in the user's document.
    pub(super) fn place(&self) -> Option<Pointer> {
        Some(self.asked.first()?.place())
    }

    /// Whether nothing is valid.
    pub(super) fn is_never(&self) -> bool {
        self.parts.iter().any(|part| part.value == &Value::Bool(false))
    }

    /// Every part that says a keyword.
    pub(in crate::diff) fn all<'n>(
        &'n self,
        keyword: &'n str,
    ) -> impl Iterator<Item = Said<'n, 's>> {
        self.parts.iter().filter_map(move |part| Some((part, part.get(keyword)?)))
    }

    /// The first part that says a keyword.
    pub(super) fn first<'n>(&'n self, keyword: &'n str) -> Option<Said<'n, 's>> {
        self.all(keyword).next()
    }

    /// Whether a keyword is `true` anywhere.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.all(keyword).any(|(_, value)| value == &Value::Bool(true))
    }

    /// Where a keyword is said, or the whole.
    pub(super) fn place_of(&self, keyword: &str) -> Option<Pointer> {
        self.first(keyword).map(|(part, _)| part.place_of(keyword)).or_else(|| self.place())
    }

    /// The parts at a keyword that holds one schema.
    pub(super) fn below(&self, keyword: &str) -> Vec<Node<'s>> {
        self.parts.iter().filter_map(|part| part.keyword(keyword)).collect()
    }

    /// The parts that describe a property.
    pub(super) fn named(&self, keyword: &str, name: &str) -> Vec<Node<'s>> {
        self.parts.iter().filter_map(|part| part.named(keyword, name)).collect()
    }

    /// The names under a keyword that holds schemas by name, each once, in order.
    pub(super) fn names(&self, keyword: &str) -> Vec<&'s str> {
        let mut names: Vec<&str> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for (_, value) in self.all(keyword) {
            for name in value.as_object().into_iter().flat_map(|map| map.keys()) {
                if seen.insert(name.as_str()) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// Whether a property must be there.
    pub(super) fn demands(&self, name: &str) -> bool {
        self.all("required").any(|(_, names)| {
            names.as_array().is_some_and(|names| names.iter().any(|each| each == name))
        })
    }

    /// The choices of several alternatives.
    pub(super) fn unions(&self) -> Vec<Union<'s>> {
        let mut unions = Vec::new();
        for part in &self.parts {
            for keyword in ["anyOf", "oneOf"] {
                let all = part.listed(keyword);
                if all.is_empty() || lone(&all).0.is_some() {
                    continue;
                }
                if all.iter().all(is_mere_type) {
                    continue;
                }
                let branches: Vec<Node<'_>> = all.into_iter().filter(|it| !it.is_null()).collect();
                if !branches.is_empty() {
                    unions.push(Union { keyword, node: part.clone(), branches });
                }
            }
        }
        unions
    }

    /// The types that it allows, by `type` alone; `None` where nothing says.
    pub(super) fn declared_types(&self) -> Option<Types> {
        let types = self.all("type").map(|(_, kinds)| Types::read(kinds));
        let chosen = self.parts.iter().filter(|part| chooses_type(part));
        let chosen = chosen.map(|part| part.schemas().types_of(part.value));
        types.chain(chosen).reduce(Types::and).map(|types| types.and(Types::NULL.others()))
    }

    /// Whether it lists types as alternatives.
    pub(super) fn chooses_type(&self) -> bool {
        self.parts.iter().any(chooses_type)
    }

    /// The types that it allows, as far as that can be told, null left out.
    pub(super) fn types(&self) -> Types {
        let of = |part: &Node<'s>| part.schemas().types_of(part.value);
        let types = self.parts.iter().map(of).fold(Types::ANY, Types::and);
        // An alternative that is null lets null in, and nothing else.
        types.and(Types::NULL.others())
    }

    /// Whether null is allowed.
    pub(super) fn is_nullable(&self) -> bool {
        self.parts.iter().all(|part| part.or_null || allows_null(part))
    }
}

/// Whether the alternatives of a part are types and nothing else.
fn chooses_type(part: &Node<'_>) -> bool {
    ["anyOf", "oneOf"].iter().any(|keyword| {
        let all = part.listed(keyword);
        all.len() > 1 && all.iter().all(is_mere_type)
    })
}

/// Whether an alternative says its type and nothing else: a choice of such is a list of types.
fn is_mere_type(branch: &Node<'_>) -> bool {
    branch.members().is_some_and(|members| {
        members.contains_key("type")
            && members.keys().all(|keyword| keyword == "type" || SILENT.contains(&keyword.as_str()))
    })
}

/// Whether what a part says itself lets null in; what it refers to is a part of its own.
fn allows_null(part: &Node<'_>) -> bool {
    let Some(members) = part.members() else { return part.value == &Value::Bool(true) };
    let lists = |value: &Value| value.as_array().is_some_and(|list| list.contains(&Value::Null));
    members.iter().all(|(keyword, value)| match keyword.as_str() {
        "type" => Types::read(value).has(Types::NULL),
        "enum" => lists(value),
        "const" => value.is_null(),
        "anyOf" | "oneOf" => part
            .listed(keyword)
            .iter()
            .any(|branch| Shape::new(std::slice::from_ref(branch)).is_nullable()),
        _ => true,
    })
}

impl<'s> Shape<'s> {
    /// What is demanded of a part of the value, as far as that can be told without the value.
    pub(in crate::diff) fn reached(self, at: &str) -> Self {
        let pointer = Pointer::new(at);
        pointer.tokens().fold(self, |shape, token| Self::new(&shape.step(&token)))
    }

    fn step(&self, token: &str) -> Vec<Node<'s>> {
        let mut found = self.named("properties", token);
        if let Ok(position) = token.parse::<usize>() {
            let first = |part: &Node<'s>| part.listed("prefixItems").into_iter().nth(position);
            found.extend(self.parts.iter().filter_map(first));
        }
        if found.is_empty() {
            let keywords = ["items", "additionalProperties", "contains", "unevaluatedProperties"];
            found.extend(keywords.iter().flat_map(|keyword| self.below(keyword)));
            for pattern in self.names("patternProperties") {
                found.extend(self.named("patternProperties", pattern));
            }
        }
        for union in self.unions() {
            for branch in union.branches {
                found.extend(Self::new(&[branch]).step(token));
            }
        }
        found.retain(|node| node.value.is_object());
        found
    }
}
