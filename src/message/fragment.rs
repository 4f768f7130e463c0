//! A piece of JSON that was written once and is sent many times.
//!
//! A list of records is the same few hundred objects with every call. What never changes is written
//! once and judged once: a fragment remembers the schema that it was found to satisfy.

use std::sync::Arc;
use std::sync::OnceLock;

use serde::Serialize;
use serde_json::Value;

use crate::json;
use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::schema::SchemaId;
use crate::schema::Schemas;

/// A JSON value as text.
#[derive(Debug)]
pub struct Fragment {
    text: Box<str>,
    /// The schema that the value was first found to satisfy, by its table and its number there.
    sound: OnceLock<(usize, SchemaId)>,
}

impl Fragment {
    /// Writes a value down; one that serde can not write is `null`.
    #[must_use]
    pub fn of(value: &impl Serialize) -> Self {
        let text = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
        Self { text: text.into_boxed_str(), sound: OnceLock::new() }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the value satisfies a schema of responses; asked again of the same schema, it costs
    /// nothing.
    #[must_use]
    pub fn is_sound(&self, schemas: &Schemas, schema: SchemaId) -> bool {
        let judge = (schemas.address(), schema);
        if self.sound.get() == Some(&judge) {
            return true;
        }
        let is_sound = json::read(self.text.as_bytes())
            .is_ok_and(|read| schemas.is_valid(schema, Direction::Response, read.view()));
        if is_sound {
            // Whoever else came first remembers another schema, and this one is judged each time.
            let _ = self.sound.set(judge);
        }
        is_sound
    }
}

/// A JSON value with one array of fragments in it: a list, or a page with a list.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The value, with an empty array where the fragments go.
    pub frame: Value,
    /// The place of the array: the whole value, or a member of it.
    pub at: Pointer,
    /// The items of the array.
    pub items: Vec<Arc<Fragment>>,
}

impl Listing {
    /// Fragments as an array.
    #[must_use]
    pub fn array(items: Vec<Arc<Fragment>>) -> Self {
        Self { frame: Value::Array(Vec::new()), at: Pointer::root(), items }
    }

    /// The whole as text.
    #[must_use]
    pub fn text(&self) -> String {
        let member = self.at.last();
        let (Some(member), Value::Object(members)) = (&member, &self.frame) else {
            let mut text = String::with_capacity(self.length());
            self.write_items(&mut text);
            return text;
        };
        let mut text = String::with_capacity(self.length() + 256);
        text.push('{');
        for (number, (name, value)) in members.iter().enumerate() {
            if number > 0 {
                text.push(',');
            }
            text.push_str(&Value::from(name.as_str()).to_string());
            text.push(':');
            if name == member {
                self.write_items(&mut text);
            } else {
                text.push_str(&value.to_string());
            }
        }
        text.push('}');
        text
    }

    fn length(&self) -> usize {
        2 + self.items.iter().map(|item| item.text().len() + 1).sum::<usize>()
    }

    fn write_items(&self, text: &mut String) {
        text.push('[');
        for (number, item) in self.items.iter().enumerate() {
            if number > 0 {
                text.push(',');
            }
            text.push_str(item.text());
        }
        text.push(']');
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::Fragment;
    use super::Listing;
    use crate::pointer::Pointer;

    #[test]
    fn fragments_stand_where_the_empty_array_stands() {
        let items = vec![Arc::new(Fragment::of(&json!({"a": 1}))), Arc::new(Fragment::of(&2))];
        assert_eq!(Listing::array(items.clone()).text(), r#"[{"a":1},2]"#);
        assert_eq!(Listing::array(Vec::new()).text(), "[]");
        let frame = json!({"data": [], "total_count": 7});
        let page = Listing { frame, at: Pointer::new("/data"), items };
        assert_eq!(page.text(), r#"{"data":[{"a":1},2],"total_count":7}"#);
    }
}
