//! XML as a tree of elements, its depth and size bounded, its entities only the five of XML itself.
//!
//! A document type declaration is refused as a whole: without it no entity grows and none fetches.

use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::BytesRef;
use quick_xml::events::BytesStart;
use quick_xml::events::Event;

use crate::validate::body::Fault;

/// How deep elements may stand in each other: as deep as serde_json lets JSON go.
const DEEPEST: usize = 128;

/// How many elements and attributes are read.
const MOST_NODES: usize = 100_000;

/// How many attributes of one element are read; each is compared with those before it.
const MOST_ATTRIBUTES: usize = 256;

/// How many declarations of namespaces count at one place.
const MOST_NAMESPACES: usize = 64;

/// What `xsi:nil` and its like belong to.
pub(super) const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An element, with all that stands in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    /// Its name without the prefix.
    pub(super) name: String,
    /// The namespace that its prefix, or the lack of one, stands for.
    pub(super) namespace: Option<Arc<str>>,
    /// Its attributes but those of XML itself.
    pub(super) attributes: Vec<Attribute>,
    /// The elements in it.
    pub(super) children: Vec<Element>,
    /// The text in it, its pieces put together.
    pub(super) text: String,
    /// Whether it says of itself that it is null (`xsi:nil`).
    pub(super) is_nil: bool,
}

/// An attribute.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    /// Its name without the prefix.
    pub(super) name: String,
    /// Its value.
    pub(super) value: String,
}

/// Reads a document.
///
/// # Errors
///
/// [`Fault`] with the place where it is not well-formed, or is more than is read.
///
/// # Source
///
/// XML 1.0, fifth edition; Namespaces in XML 1.0.
pub(super) fn parse(text: &str) -> Result<Element, Fault> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut building = Building::default();
    loop {
        let event = match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => event,
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.split_once("ill-formed document: ").map_or(&*reason, |it| it.1);
                return Err(at(text, reader.error_position(), "is no XML", reason));
            }
        };
        let place = reader.buffer_position();
        building.event(event).map_err(|wrong| match wrong {
            Wrong::Broken(reason) => at(text, place, "is no XML", &reason),
            Wrong::Refused(title, help) => Fault::new(title, help),
        })?;
    }
    if !building.open.is_empty() {
        return Err(at(text, text.len() as u64, "is XML that ends too early", "elements are open"));
    }
    building.root.ok_or_else(|| Fault::new("is no XML", "write one element"))
}

/// A fault at a place of the text.
fn at(text: &str, place: u64, title: &str, reason: &str) -> Fault {
    let end = usize::try_from(place).unwrap_or(usize::MAX).min(text.len());
    let before = &text.as_bytes()[..end];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let column = end - begin + 1;
    Fault::new(title, format!("look at line {line}, column {column} of the body: {reason}"))
}

/// Why reading ends.
enum Wrong {
    /// It is not well-formed, for a reason.
    Broken(String),
    /// It is more than is read: a title, and what to do.
    Refused(String, &'static str),
}

/// A tree in the making.
#[derive(Default)]
struct Building {
    open: Vec<Element>,
    root: Option<Element>,
    nodes: usize,
    /// Prefixes with what they stand for, and the depth from which on they do.
    namespaces: Vec<(usize, String, Arc<str>)>,
}

impl Building {
    fn event(&mut self, event: Event<'_>) -> Result<(), Wrong> {
        match event {
            Event::Start(start) | Event::Empty(start) => self.start(&start),
            Event::End(_) => {
                let depth = self.open.len();
                self.namespaces.retain(|(from, ..)| *from < depth);
                let Some(done) = self.open.pop() else { return Ok(()) };
                match self.open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => self.root = Some(done),
                }
                Ok(())
            }
            Event::Text(text) => self.text(&text.xml10_content().map_err(broken)?),
            Event::CData(text) => self.text(&text.xml10_content().map_err(broken)?),
            Event::GeneralRef(reference) => {
                let mut buffer = [0; 4];
                self.text(character(&reference, &mut buffer)?)
            }
            Event::DocType(_) => Err(Wrong::Refused(
                "is XML with a document type declaration, which is not read".to_owned(),
                "leave out <!DOCTYPE …>, and write what its entities stand for",
            )),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Wrong> {
        if self.open.is_empty() && self.root.is_some() {
            return Err(Wrong::Broken("there is more than one root element".to_owned()));
        }
        if self.open.len() == DEEPEST {
            let title = format!("is XML deeper than {DEEPEST} elements");
            return Err(Wrong::Refused(title, "nest it less"));
        }
        let depth = self.open.len() + 1;
        let mut attributes = Vec::new();
        for (number, attribute) in start.attributes().enumerate() {
            if number == MOST_ATTRIBUTES {
                let title = format!("has an element of more than {MOST_ATTRIBUTES} attributes");
                return Err(Wrong::Refused(title, "write them as elements"));
            }
            let attribute = attribute.map_err(broken)?;
            let name = utf8(attribute.key.as_ref())?;
            // What follows an ampersand is not told: it may be a piece of a secret.
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.map_err(|_| undeclared())?;
            let declared = match name.split_once(':') {
                Some(("xmlns", prefix)) => Some(prefix),
                _ => (name == "xmlns").then_some(""),
            };
            match declared {
                Some(prefix) => self.declare(depth, prefix, &value)?,
                None => attributes.push((name.to_owned(), value.into_owned())),
            }
        }
        self.nodes += 1 + attributes.len();
        if self.nodes > MOST_NODES {
            let title = format!("is XML of more than {MOST_NODES} elements and attributes");
            return Err(Wrong::Refused(title, "send it in several calls"));
        }
        let name = start.name();
        let (prefix, local) = split(utf8(name.as_ref())?);
        let mut element = Element {
            name: local.to_owned(),
            namespace: self.resolve(prefix, local)?,
            ..Element::default()
        };
        for (name, value) in attributes {
            let (prefix, local) = split(&name);
            if prefix == "xml" {
                continue;
            }
            // Without a prefix an attribute has no namespace, whatever the default is.
            let namespace = if prefix.is_empty() { None } else { self.resolve(prefix, local)? };
            if namespace.as_deref() == Some(INSTANCE) {
                element.is_nil |= local == "nil" && matches!(&*value, "true" | "1");
                continue;
            }
            element.attributes.push(Attribute { name: local.to_owned(), value });
        }
        self.open.push(element);
        Ok(())
    }

    fn declare(&mut self, depth: usize, prefix: &str, name: &str) -> Result<(), Wrong> {
        if self.namespaces.len() == MOST_NAMESPACES {
            let title = format!("declares more than {MOST_NAMESPACES} namespaces at one place");
            return Err(Wrong::Refused(title, "declare each once, at the root"));
        }
        self.namespaces.push((depth, prefix.to_owned(), name.into()));
        Ok(())
    }

    /// What a prefix stands for here.
    fn resolve(&self, prefix: &str, name: &str) -> Result<Option<Arc<str>>, Wrong> {
        let known = self.namespaces.iter().rev().find(|(_, own, _)| own == prefix);
        match known {
            Some((.., name)) => Ok(Some(Arc::clone(name)).filter(|name| !name.is_empty())),
            None if prefix.is_empty() => Ok(None),
            None => Err(Wrong::Broken(format!("the prefix of `{prefix}:{name}` is not declared"))),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Wrong> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(Wrong::Broken("text stands outside the root element".to_owned())),
        }
        Ok(())
    }
}

/// The character that a reference stands for.
fn character<'b>(reference: &BytesRef<'_>, buffer: &'b mut [u8; 4]) -> Result<&'b str, Wrong> {
    if let Some(character) = reference.resolve_char_ref().map_err(broken)? {
        return Ok(character.encode_utf8(buffer));
    }
    let name = reference.decode().map_err(broken)?;
    quick_xml::escape::resolve_predefined_entity(&name).ok_or_else(undeclared)
}

fn undeclared() -> Wrong {
    Wrong::Broken("an entity is not declared; the sign & itself is `&amp;`".to_owned())
}

/// The prefix of a name, empty where there is none, and the rest.
fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

fn utf8(name: &[u8]) -> Result<&str, Wrong> {
    std::str::from_utf8(name).map_err(broken)
}

fn broken(error: impl std::fmt::Display) -> Wrong {
    Wrong::Broken(error.to_string())
}
