//! A view to a value of some type, as serde reads it.

use serde::de::Deserializer;
use serde::de::Error as _;
use serde::de::IntoDeserializer;
use serde::de::Visitor;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::value::MapAccessDeserializer;
use serde::de::value::MapDeserializer;
use serde::de::value::SeqDeserializer;
use serde::forward_to_deserialize_any;
use serde_json::Error;

use crate::json::Kind;
use crate::json::View;

impl<'v> IntoDeserializer<'v, Error> for View<'v> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'v> Deserializer<'v> for View<'v> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.kind() {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool(truth) => visitor.visit_bool(truth),
            Kind::Number(number) => number.deserialize_any(visitor),
            Kind::Text(text) => visitor.visit_borrowed_str(text),
            Kind::Array(items) => {
                let mut items = SeqDeserializer::new(items.iter());
                let value = visitor.visit_seq(&mut items)?;
                items.end()?;
                Ok(value)
            }
            Kind::Object(members) => {
                let mut members = MapDeserializer::new(members.iter());
                let value = visitor.visit_map(&mut members)?;
                members.end()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.kind() {
            Kind::Null => visitor.visit_none(),
            Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Array(_) | Kind::Object(_) => {
                visitor.visit_some(self)
            }
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'v>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'v>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.kind() {
            Kind::Text(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            Kind::Object(members) => {
                let members = MapDeserializer::new(members.iter());
                visitor.visit_enum(MapAccessDeserializer::new(members))
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Array(_) => {
                Err(Error::custom("a string or an object is wanted"))
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <W: Visitor<'v>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::Value;

    use crate::json::read;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "kebab-case")]
    enum Choice {
        Plain,
        Named { x: u8 },
        Held(String),
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(untagged)]
    enum Either {
        Number(f64),
        Texts(Vec<String>),
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Length(f64);

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Whole {
        name: String,
        #[serde(default)]
        count: Option<i64>,
        length: Option<Length>,
        choices: Vec<Choice>,
        either: Option<Either>,
        by_name: BTreeMap<String, Value>,
        pair: (bool, u8),
    }

    /// Whatever serde_json makes of a text, a view makes of it too.
    fn same<T: DeserializeOwned + PartialEq + std::fmt::Debug>(text: &str) -> Option<T> {
        let input = read(text.as_bytes()).unwrap();
        let value = input.view().to_value().into_owned();
        let other: Option<T> = serde_json::from_str(text).ok();
        assert_eq!(T::deserialize(input.view()).ok(), other, "{text}");
        assert_eq!(T::deserialize(crate::json::View::from(&value)).ok(), other, "{text}");
        other
    }

    #[test]
    fn a_type_reads_a_view_as_it_reads_the_text() {
        let text = r#"{"name":"\u00e9","length":2,"by_name":{"b":[1,null],"a":{}},"pair":[true,7],
            "choices":["plain",{"named":{"x":1}},{"held":"y"}],"either":["a"]}"#;
        assert!(same::<Whole>(text).is_some());
        let wrong = [
            text.replace("\"pair\":[true,7]", "\"pair\":[true,7,8]"),
            text.replace("\"pair\":[true,7]", "\"pair\":[true]"),
            text.replace("\"plain\"", "\"none\""),
            text.replace("\"plain\"", "1"),
            text.replace("\"length\":2", "\"length\":\"2\""),
            text.replace("\"length\":2", "\"size\":2"),
            text.replace("[\"a\"]", "true"),
        ];
        for text in wrong {
            assert!(same::<Whole>(&text).is_none(), "{text}");
        }
        for text in ["null", "1", "-1", "1.5", "\"a\"", "[]", "{}", "[[1,{\"a\":null}]]"] {
            same::<Value>(text);
            same::<Option<u8>>(text);
            same::<Either>(text);
        }
    }
}
