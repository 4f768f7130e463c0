//! XML: elements and attributes to the value that the schema, with its `xml` keywords, makes of
//! them.

mod shape;
mod write;

use std::borrow::Cow;

use serde_json::Map;
use serde_json::Value;
use serde_json::map::Entry;

use crate::finding::Violation;
use crate::json::Input;
use crate::message::MediaType;
use crate::params::coerce::Target;
use crate::params::style::Wanted;
use crate::pointer::Pointer;
use crate::schema::Types;
use crate::validate::body::Fault;
use crate::validate::body::Sent;
use crate::validate::body::charset;
use crate::validate::body::element;
use crate::validate::body::element::Element;
use crate::validate::body::reader::Kept;
use crate::validate::body::reader::Reader;
use shape::Node;
use shape::Shape;
use shape::Shapes;

/// `application/xml`, `text/xml`, `…+xml`.
pub(super) static READER: Reader = Reader { id: "xml", takes, read, write: Some(write) };

pub(in crate::validate::body) fn takes(media_type: &MediaType) -> bool {
    media_type.subtype == "xml" || media_type.subtype.ends_with("+xml")
}

fn write(kept: Kept<'_>, value: &Value) -> Option<String> {
    let schema = kept.content.schema;
    let target = Target::new(kept.schemas, schema);
    let pointer = schema.map(|schema| kept.schemas.pointer(schema));
    let component = pointer
        .filter(|pointer| !kept.is_anonymous && pointer.as_str().starts_with("/components/"));
    let component = component.and_then(Pointer::last);
    write::document(target, component.as_deref(), value)
}

fn read<'b>(
    sent: &Sent<'_, 'b>,
    violations: &mut Vec<Violation>,
) -> Result<Option<Input<'b>>, Fault> {
    let charset = sent.parameter("charset");
    let (value, complaints) = value(sent.bytes, charset.as_deref(), sent.target())?;
    violations.extend(complaints.into_iter().map(|complaint| Violation {
        instance: complaint.instance,
        place: sent.content.pointer.clone(),
        got: Some(complaint.got),
        expected: Some(complaint.expected),
        ..Violation::new(sent.subject.rule, sent.subject.location, complaint.title)
    }));
    Ok(Some(Input::Value(value)))
}

/// What the names of elements break, which no value tells any more.
#[derive(Debug)]
pub(in crate::validate::body) struct Complaint {
    instance: Pointer,
    title: String,
    got: String,
    expected: String,
}

/// How many complaints are listed.
const MOST_COMPLAINTS: usize = 200;

/// The value that XML means to a schema.
///
/// # Shapes
///
/// | schema            | XML                            | value                        |
/// |-------------------|--------------------------------|------------------------------|
/// | object            | `<a><b>1</b></a>`              | `{"b": 1}`                   |
/// | an `attribute`    | `<a b="1"/>`                   | `{"b": 1}`                   |
/// | list              | `<a><b>1</b><b>2</b></a>`      | `{"b": [1, 2]}`              |
/// | `wrapped` list    | `<a><b><b>1</b></b></a>`       | `{"b": [1]}`                 |
/// | nullable          | `<a xsi:nil="true"/>`          | `null`                       |
/// | anything          | `<a><b>1</b></a>`, `<a>1</a>`  | `{"b": "1"}`, `"1"`          |
///
/// # Errors
///
/// [`Fault`] where it is not well-formed.
///
/// # Source
///
/// OpenAPI 3.0.4 and 3.2.0, *XML Object*; RFC 7303, section 3 (the charset of the field counts
/// before the document's own).
pub(in crate::validate::body) fn value(
    bytes: &[u8],
    charset: Option<&str>,
    target: Target<'_>,
) -> Result<(Value, Vec<Complaint>), Fault> {
    let text = charset::decode_xml(bytes, charset)?;
    let root = element::parse(&text)?;
    let mut walk = Walk { shapes: Shapes::default(), path: Vec::new(), complaints: Vec::new() };
    if let Some(name) = target.xml("name").and_then(Value::as_str)
        && name != root.name
    {
        let title = format!("the root element is not `{name}`");
        walk.complain(title, root.name.clone(), name.to_owned());
    }
    walk.is_in_namespace(&root, target);
    let value = walk.value(&root, target);
    Ok((value, walk.complaints))
}

/// The walk through a tree beside its schema.
struct Walk<'w> {
    shapes: Shapes<'w>,
    path: Vec<Cow<'w, str>>,
    complaints: Vec<Complaint>,
}

impl<'w> Walk<'w> {
    fn value(&mut self, element: &'w Element, target: Target<'w>) -> Value {
        if element.is_nil {
            return Value::Null;
        }
        let is_leaf = element.children.is_empty();
        match target.wanted() {
            Wanted::List if !is_leaf || element.text.trim().is_empty() => {
                self.list(element, target)
            }
            Wanted::Object => self.object(element, target),
            Wanted::List | Wanted::Scalar => {
                let is_open = target.is_any() && !element.attributes.is_empty();
                if !is_leaf || is_open {
                    return self.object(element, target);
                }
                let text =
                    if target.allows(Types::STRING) { &*element.text } else { element.text.trim() };
                target.text(Cow::Borrowed(text))
            }
        }
    }

    /// The elements in another, as items.
    fn list(&mut self, element: &'w Element, target: Target<'w>) -> Value {
        let items = target.items();
        let name = items.xml("name").and_then(Value::as_str);
        let mut values = Vec::with_capacity(element.children.len());
        for (index, child) in element.children.iter().enumerate() {
            self.path.push(Cow::Owned(index.to_string()));
            if let Some(name) = name.filter(|name| *name != child.name) {
                let title = format!("an element that should be `{name}` has another name");
                self.complain(title, child.name.clone(), name.to_owned());
            }
            self.is_in_namespace(child, items);
            values.push(self.value(child, items));
            self.path.pop();
        }
        Value::Array(values)
    }

    /// An element as an object: attributes, elements, and text where a property is its text.
    fn object(&mut self, element: &'w Element, target: Target<'w>) -> Value {
        let shape = self.shapes.of(target);
        let mut object = Map::new();
        for attribute in &element.attributes {
            let declared = shape.member(&attribute.name, |node| node == Node::Attribute);
            let (name, target) = match declared {
                Some(member) => (member.name, member.target),
                None => {
                    self.is_no_other(&shape, "attribute", &attribute.name);
                    (&*attribute.name, target.property(&attribute.name))
                }
            };
            object.insert(name.to_owned(), target.text(Cow::Borrowed(&attribute.value)));
        }
        for child in &element.children {
            let declared =
                shape.member(&child.name, |node| matches!(node, Node::Element | Node::Items));
            let (name, target, is_item) = match declared {
                Some(member) => (member.name, member.target, member.node == Node::Items),
                None => {
                    self.is_no_other(&shape, "element", &child.name);
                    let target = target.property(&child.name);
                    (&*child.name, target, target.wants_list())
                }
            };
            self.path.push(Cow::Borrowed(name));
            if is_item {
                self.item(child, target.items(), name, &mut object);
            } else {
                self.is_in_namespace(child, target);
                let value = self.value(child, target);
                add(&mut object, name, value);
            }
            self.path.pop();
        }
        if let Some(member) = shape.text() {
            object.insert(member.name.to_owned(), member.target.text(Cow::Borrowed(&element.text)));
        } else if object.is_empty() && !element.text.trim().is_empty() {
            // Text alone is no object: the schema says so.
            return Value::String(element.text.clone());
        }
        Value::Object(object)
    }

    /// Complains where something is called as a property that should be something else in XML.
    fn is_no_other(&mut self, shape: &Shape<'w>, word: &str, name: &'w str) {
        let Some(meant) = shape.named(name) else { return };
        self.path.push(Cow::Borrowed(meant.name));
        let title = format!("the {word} `{name}` should be {meant}");
        self.complain(title, format!("{word} `{name}`"), meant.to_string());
        self.path.pop();
    }

    /// One more item of a list that has no element of its own.
    fn item(
        &mut self,
        child: &'w Element,
        items: Target<'w>,
        name: &str,
        object: &mut Map<String, Value>,
    ) {
        let place = match object.entry(name) {
            Entry::Occupied(place) => place.into_mut(),
            Entry::Vacant(place) => place.insert(Value::Array(Vec::new())),
        };
        let Value::Array(list) = place else { return };
        self.path.push(Cow::Owned(list.len().to_string()));
        self.is_in_namespace(child, items);
        let value = self.value(child, items);
        self.path.pop();
        list.push(value);
    }

    /// Complains where an element has another namespace than its schema declares.
    fn is_in_namespace(&mut self, element: &Element, target: Target<'_>) {
        let Some(declared) = target.xml("namespace").and_then(Value::as_str) else { return };
        if element.namespace.as_deref() != Some(declared) {
            let title = format!("the element `{}` is in another namespace", element.name);
            let got = element.namespace.as_deref().unwrap_or("no namespace").to_owned();
            self.complain(title, got, declared.to_owned());
        }
    }

    fn complain(&mut self, title: String, got: String, expected: String) {
        if self.complaints.len() < MOST_COMPLAINTS {
            let mut instance = Pointer::root();
            for token in &self.path {
                instance = instance.child(&**token);
            }
            self.complaints.push(Complaint { instance, title, got, expected });
        }
    }
}

/// Adds a value; one of several that should be one makes a list, which the schema then refuses.
fn add(object: &mut Map<String, Value>, name: &str, value: Value) {
    match object.entry(name) {
        Entry::Vacant(place) => {
            place.insert(value);
        }
        Entry::Occupied(mut place) => {
            let known = place.get_mut();
            if let Value::Array(values) = known {
                values.push(value);
            } else {
                *known = Value::Array(vec![known.take(), value]);
            }
        }
    }
}
