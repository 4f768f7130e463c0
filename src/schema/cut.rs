//! Cuts references: `$ref` becomes a keyword that calls the target's own validator.
//!
//! Annotations do not cross a cut, so a schema with `unevaluatedProperties` or `unevaluatedItems`
//! gets its in-place references written out instead.

use serde_json::Map;
use serde_json::Value;

use crate::pointer::Pointer;
use crate::schema::walk;

/// The keyword that stands for a cut reference; its value is the target's document pointer.
pub(crate) const KEYWORD: &str = "x-standin-ref";

/// A schema, lowered to JSON Schema 2020-12; `$ref` names the target by document pointer.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its place in the user's document.
    pub(crate) pointer: Pointer,
    /// The lowered schema.
    pub(crate) schema: Value,
    /// Where places of the lowered schema that the user did not write so come from.
    pub(crate) origins: Vec<(Pointer, Pointer)>,
}

impl Source {
    /// The place in the user's document of a place in the lowered schema.
    pub(crate) fn origin(&self, lowered: &str) -> Pointer {
        let below = |prefix: &str| {
            lowered.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let best = self
            .origins
            .iter()
            .filter(|(prefix, _)| below(prefix.as_str()).is_some())
            .max_by_key(|(prefix, _)| prefix.as_str().len());
        match best {
            Some((prefix, origin)) => origin.join(&lowered[prefix.as_str().len()..]),
            None => self.pointer.join(lowered),
        }
    }
}

/// A schema whose references are cut.
#[derive(Debug)]
pub(crate) struct Cut {
    /// The schema.
    pub(crate) source: Source,
    /// Its references that judge the very same value.
    pub(crate) edges: Vec<Edge>,
}

/// One in-place reference: where it stands in its schema, and its target.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) place: Pointer,
    pub(crate) target: u32,
}

/// What cutting asks of the other schemas.
pub(crate) trait Others {
    /// The schema of a key as it was lowered, nothing cut.
    fn original(&self, key: &Pointer) -> Option<Source>;

    /// The number of the schema of a key.
    fn number(&self, key: &str) -> Option<u32>;
}

/// Cuts every reference of a schema.
pub(crate) fn cut(mut source: Source, others: &dyn Others) -> Cut {
    let mut cutter = Cutter { others, origins: Vec::new(), open: Vec::new() };
    cutter.cut(&mut source.schema, &Pointer::root(), false);
    source.origins.append(&mut cutter.origins);
    let mut edges = Vec::new();
    collect_in_place(&source.schema, &Pointer::root(), others, &mut edges);
    Cut { source, edges }
}

/// Whether annotations of in-place subschemas matter to a schema.
fn is_unevaluated(members: &Map<String, Value>) -> bool {
    members.contains_key("unevaluatedProperties") || members.contains_key("unevaluatedItems")
}

/// The walk that cuts one schema.
struct Cutter<'s> {
    others: &'s dyn Others,
    origins: Vec<(Pointer, Pointer)>,
    open: Vec<Pointer>,
}

impl Cutter<'_> {
    fn cut(&mut self, schema: &mut Value, at: &Pointer, inline: bool) {
        let Value::Object(members) = schema else { return };
        let inline = inline || is_unevaluated(members);
        let mut opened = 0;
        if let Some(Value::String(target)) = members.remove("$ref") {
            let target = Pointer::new(target);
            let is_written_out = inline && !self.open.contains(&target);
            match is_written_out.then(|| self.others.original(&target)).flatten() {
                None => {
                    members.insert(KEYWORD.to_owned(), Value::String(target.to_string()));
                }
                Some(source) => {
                    self.write_out(source, members, at);
                    self.open.push(target);
                    opened = 1;
                }
            }
        }
        for step in walk::steps_mut(members, at) {
            self.cut(step.schema, &step.path, inline && step.in_place);
        }
        self.open.truncate(self.open.len() - opened);
    }

    /// Appends a copy of the target to `allOf`, and notes where it comes from.
    fn write_out(&mut self, source: Source, members: &mut Map<String, Value>, at: &Pointer) {
        let list = members.entry("allOf").or_insert_with(|| Value::Array(Vec::new()));
        let Value::Array(branches) = list else { return };
        let place = at.child("allOf").child(branches.len().to_string());
        branches.push(source.schema);
        for (lowered, origin) in source.origins {
            self.origins.push((place.join(lowered.as_str()), origin));
        }
        self.origins.push((place, source.pointer));
    }
}

fn collect_in_place(schema: &Value, at: &Pointer, others: &dyn Others, found: &mut Vec<Edge>) {
    let Value::Object(members) = schema else { return };
    if let Some(target) = members.get(KEYWORD).and_then(Value::as_str)
        && let Some(target) = others.number(target)
    {
        found.push(Edge { place: at.clone(), target });
    }
    for step in walk::steps(members, at) {
        if step.in_place {
            collect_in_place(step.schema, &step.path, others, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Others;
    use super::Source;
    use super::cut;
    use crate::pointer::Pointer;

    /// Two schemas, `/a` and `/b`.
    struct Two([Source; 2]);

    impl Others for Two {
        fn original(&self, key: &Pointer) -> Option<Source> {
            self.0.iter().find(|source| source.pointer == *key).cloned()
        }

        fn number(&self, key: &str) -> Option<u32> {
            (0..).zip(&self.0).find(|(_, source)| source.pointer.as_str() == key).map(|(id, _)| id)
        }
    }

    #[test]
    fn references_beside_unevaluated_keywords_are_written_out() {
        let source = |place: &str, schema| Source {
            pointer: Pointer::new(place),
            schema,
            origins: Vec::new(),
        };
        let two = Two([
            source("/a", json!({"$ref": "/b", "unevaluatedProperties": false})),
            source("/b", json!({"properties": {"x": {"$ref": "/b"}}})),
        ]);
        let written_out = json!({
            "unevaluatedProperties": false,
            "allOf": [{"properties": {"x": {"x-standin-ref": "/b"}}}],
        });
        let found = cut(two.0[0].clone(), &two);
        assert_eq!(found.source.schema, written_out);
        assert_eq!(found.source.origin("/allOf/0/properties/x").as_str(), "/b/properties/x");
        assert!(found.edges.is_empty());
    }
}
