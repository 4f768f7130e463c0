//! The other way: a value as XML, by the same `xml` keywords.

use serde_json::Map;
use serde_json::Value;

use crate::json::plain;
use crate::params::coerce::Target;
use crate::params::style::Wanted;
use crate::validate::body::element::INSTANCE;
use crate::validate::body::reader::xml::shape::Node;
use crate::validate::body::reader::xml::shape::Shapes;

/// The name of a root that nobody has named, as Prism gives it.
const ROOT: &str = "xml";

/// A value as an XML document; `None` where it has names that no element can have.
///
/// The root is called as `xml.name` says, or as the schema's component is.
pub(super) fn document(
    target: Target<'_>,
    component: Option<&str>,
    value: &Value,
) -> Option<String> {
    let mut writing = Writing { shapes: Shapes::default(), xml: String::new() };
    let name = own_name(target).or(component.filter(|name| is_name(name))).unwrap_or(ROOT);
    writing.element(name, value, target)?;
    Some(writing.xml)
}

struct Writing<'w> {
    shapes: Shapes<'w>,
    xml: String,
}

impl<'w> Writing<'w> {
    fn element(&mut self, name: &str, value: &Value, target: Target<'w>) -> Option<()> {
        if !is_name(name) {
            return None;
        }
        let (namespace, prefix) = (text(target, "namespace"), text(target, "prefix"));
        let prefix = prefix.filter(|prefix| namespace.is_some() && is_name(prefix));
        let name = prefix.map_or_else(|| name.to_owned(), |prefix| format!("{prefix}:{name}"));
        self.xml.extend(["<", &name]);
        if let Some(namespace) = namespace {
            let declared = prefix.map_or_else(|| "xmlns".to_owned(), |it| format!("xmlns:{it}"));
            self.attribute(&declared, namespace);
        }
        match value {
            Value::Object(members) => self.object(members, target)?,
            Value::Array(items) => {
                self.xml.push('>');
                let item = own_name(target.items());
                let item = item.unwrap_or(name.rsplit(':').next().unwrap_or(ROOT)).to_owned();
                for value in items {
                    self.element(&item, value, target.items())?;
                }
            }
            Value::Null => {
                self.attribute("xmlns:xsi", INSTANCE);
                self.attribute("xsi:nil", "true");
                self.xml.push('>');
            }
            scalar @ (Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                self.xml.push('>');
                self.escaped(&plain(scalar));
            }
        }
        self.xml.extend(["</", &name, ">"]);
        Some(())
    }

    /// Attributes, the end of the opening tag, and what stands in the element.
    fn object(&mut self, members: &Map<String, Value>, target: Target<'w>) -> Option<()> {
        let shape = self.shapes.of(target);
        let node = |name: &str| shape.named(name).map(|member| (member.node, member.target));
        for (name, value) in members {
            if let Some((Node::Attribute, _)) = node(name) {
                self.attribute(shape.named(name)?.local(), &plain(value));
            }
        }
        self.xml.push('>');
        for (name, value) in members {
            let (node, target) = node(name).unwrap_or_else(|| {
                let target = target.property(name);
                let is_list = target.wanted() == Wanted::List;
                (if is_list { Node::Items } else { Node::Element }, target)
            });
            let local = shape.named(name).map_or(&**name, |member| member.local());
            match (node, value) {
                (Node::Attribute, _) => {}
                (Node::Text, value) => self.escaped(&plain(value)),
                (Node::Items, Value::Array(items)) => {
                    for item in items {
                        self.element(local, item, target.items())?;
                    }
                }
                (Node::Items | Node::Element, value) => self.element(local, value, target)?,
            }
        }
        Some(())
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.xml.extend([" ", name, "=\""]);
        self.escaped(value);
        self.xml.push('"');
    }

    /// Text as it stands in XML; what no XML can have is left out.
    fn escaped(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.xml.push_str("&amp;"),
                '<' => self.xml.push_str("&lt;"),
                '>' => self.xml.push_str("&gt;"),
                '"' => self.xml.push_str("&quot;"),
                '\r' | '\n' | '\t' => self.xml.push_str(&format!("&#{};", u32::from(character))),
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
                plain => self.xml.push(plain),
            }
        }
    }
}

fn own_name(target: Target<'_>) -> Option<&str> {
    text(target, "name")
}

fn text<'s>(target: Target<'s>, keyword: &str) -> Option<&'s str> {
    target.xml(keyword).and_then(Value::as_str)
}

/// Whether an element or prefix can have the name.
fn is_name(name: &str) -> bool {
    let is_first = |first: char| first.is_alphabetic() || first == '_';
    let is_further = |further: char| further.is_alphanumeric() || "-._".contains(further);
    name.chars().next().is_some_and(is_first) && name.chars().all(is_further)
}
