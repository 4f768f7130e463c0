//! Whether the items of a list can be judged one by one, apart from the value that holds the list.
//!
//! They can where every schema on the way to them says nothing else of the list: then the whole is
//! valid exactly if the whole with an empty list is, and each item is. Where that is not certain,
//! the answer is no, and the whole is judged as a whole.

use serde_json::Map;
use serde_json::Value;

use crate::pointer::Pointer;
use crate::schema::allowed;
use crate::schema::allowed::Types;
use crate::schema::cut;
use crate::schema::table::Table;

/// How many references and alternatives are followed; real documents need three.
const DEPTH: usize = 8;

/// Keywords of an array's schema that judge no more than each item.
const OF_ARRAYS: [&str; 2] = ["type", "items"];

/// Keywords of an object's schema that do not depend on what is in a member.
const OF_OBJECTS: [&str; 4] = ["type", "properties", "required", "additionalProperties"];

/// Keywords that judge nothing.
const ANNOTATIONS: [&str; 8] = [
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$comment",
];

/// The number of the schema of the items of the array at `at`, if items can be judged apart.
pub(crate) fn items(table: &Table, id: u32, at: &Pointer) -> Option<u32> {
    let tokens: Vec<String> = at.tokens().map(|token| token.into_owned()).collect();
    walk(table, &table.source(id).schema, &tokens, DEPTH)
}

fn walk(table: &Table, schema: &Value, tokens: &[String], depth: usize) -> Option<u32> {
    let deeper = depth.checked_sub(1)?;
    let members = schema.as_object()?;
    if says_only(members, &[cut::KEYWORD]) {
        return walk(table, table.referred(schema)?, tokens, deeper);
    }
    if let Some(branch) = alternative(table, members, tokens) {
        return walk(table, branch, tokens, deeper);
    }
    match tokens.split_first() {
        None if says_only(members, &OF_ARRAYS) => {
            let pointer = members.get("items")?.as_object()?;
            says_only(pointer, &[cut::KEYWORD]).then_some(())?;
            table.find(pointer.get(cut::KEYWORD)?.as_str()?)
        }
        Some((token, rest)) if says_only(members, &OF_OBJECTS) => {
            walk(table, members.get("properties")?.get(token)?, rest, deeper)
        }
        None | Some(_) => None,
    }
}

/// The one alternative whose type the value has; what the others say of other types does not
/// depend on the list.
fn alternative<'s>(
    table: &Table,
    members: &'s Map<String, Value>,
    tokens: &[String],
) -> Option<&'s Value> {
    let wanted = if tokens.is_empty() { Types::ARRAY } else { Types::OBJECT };
    let keyword = ["oneOf", "anyOf"].into_iter().find(|keyword| says_only(members, &[*keyword]))?;
    let branches = members.get(keyword)?.as_array()?.iter();
    let mut fitting = branches.filter(|branch| allowed::types_of(table, branch).has(wanted));
    let only = fitting.next()?;
    fitting.next().is_none().then_some(only)
}

/// Whether a schema has some of these keywords, and beside them nothing that judges.
fn says_only(members: &Map<String, Value>, keywords: &[&str]) -> bool {
    let is_known = |name: &str| {
        keywords.contains(&name)
            || ANNOTATIONS.contains(&name)
            || (name.starts_with("x-") && name != cut::KEYWORD)
    };
    keywords.iter().any(|keyword| members.contains_key(*keyword))
        && members.keys().all(|name| is_known(name))
}
