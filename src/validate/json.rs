//! JSON text to a value, with room for an object's members made beforehand.
//!
//! serde_json's own value grows each object member by member; most objects of bodies have a few
//! members, and growing cost a call more than reading them.

use std::fmt;

use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Map;
use serde_json::Number;
use serde_json::Value;

/// Members that an object has room for at first.
const MEMBERS: usize = 7;

/// Reads a text that is one JSON value; of members with one name the last counts.
///
/// # Errors
///
/// serde_json's, with line and column; a value deeper than 128 is one.
pub(super) fn read(text: &[u8]) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Tree.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// A value of any kind.
struct Tree;

impl<'de> DeserializeSeed<'de> for Tree {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(Tree)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let Some(mut name) = members.next_key::<String>()? else {
            return Ok(Value::Object(Map::new()));
        };
        let mut object = Map::with_capacity(MEMBERS);
        loop {
            object.insert(name, members.next_value_seed(Tree)?);
            match members.next_key()? {
                Some(next) => name = next,
                None => return Ok(Value::Object(object)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::read;

    #[test]
    fn every_text_reads_as_serde_json_reads_it() {
        let deep = "[".repeat(200);
        let texts = [
            r#"{"a":[1,-2,0.5,1e3,18446744073709551615,true,false,null,"\u00e9\n"],"b":{},"":{"a":[]}}"#,
            r#"{"a":1,"b":2,"a":3}"#,
            "  7 ",
            "\"\u{e9}\"",
            "",
            "{",
            "[1,]",
            "{} {}",
            "nul",
            "1e999",
            "\"\\ud800\"",
            &deep,
        ];
        for text in texts {
            let own = read(text.as_bytes()).map_err(|error| error.to_string());
            let other = serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
            assert_eq!(own, other, "{text}");
        }
    }
}
