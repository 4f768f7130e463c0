//! Where a request of a collection goes: path template, variables, query.

use serde_json::Value;

use crate::spec::read::items;
use crate::spec::read::text;

/// A target, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The path as a template: `/pets/{id}`.
    pub(super) template: String,
    /// The names of the template's variables.
    pub(super) variables: Vec<String>,
    /// The names in the query, with their numbers in the collection's list where there is one.
    pub(super) query: Vec<(String, Option<usize>)>,
}

/// Reads a URL, a text or an object; `None` where it has no path.
pub(super) fn read(url: &Value) -> Option<Target> {
    let raw = url.as_str().or_else(|| text(url, "raw"));
    let path = match url.get("path") {
        Some(Value::String(path)) => path.clone(),
        Some(Value::Array(segments)) => {
            let segments: Vec<&str> = segments.iter().filter_map(segment).collect();
            segments.join("/")
        }
        Some(_) | None => path_of(raw?).to_owned(),
    };
    let mut variables = Vec::new();
    let segments: Vec<String> = path
        .trim_start_matches('/')
        .split('/')
        .map(|segment| templated(segment, &mut variables))
        .collect();
    let mut query: Vec<(String, Option<usize>)> = Vec::new();
    let listed = items(url.get("query"));
    for (number, each) in listed {
        if let Some(name) = text(each, "key") {
            query.push((name.to_owned(), Some(number)));
        }
    }
    if query.is_empty()
        && let Some((_, rest)) = raw.and_then(|raw| raw.split_once('?'))
    {
        let rest = rest.split('#').next().unwrap_or_default();
        for pair in rest.split('&').filter(|pair| !pair.is_empty()) {
            query.push((pair.split('=').next().unwrap_or_default().to_owned(), None));
        }
    }
    query.dedup_by(|one, other| one.0 == other.0);
    Some(Target { template: format!("/{}", segments.join("/")), variables, query })
}

/// A segment of a path, which may be a text or an object with a value.
fn segment(segment: &Value) -> Option<&str> {
    segment.as_str().or_else(|| text(segment, "value"))
}

/// The path of an address; what stands before it, a host or a variable for one, goes.
fn path_of(address: &str) -> &str {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').map_or("", |start| &rest[start..])
}

/// A segment as OpenAPI writes it: `:id` and `{{id}}` are variables.
fn templated(segment: &str, variables: &mut Vec<String>) -> String {
    let doubled = segment.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    let single = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let colon = segment.strip_prefix(':').filter(|name| !name.is_empty());
    match doubled.or(single).or(colon) {
        Some(name) => {
            variables.push(name.to_owned());
            format!("{{{name}}}")
        }
        None => segment.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn addresses_are_read_in_every_form() {
        let table = [
            (json!("https://x.example.com/pets/:id?a=1&b=2#c"), "/pets/{id}", "id", "a b"),
            (json!("{{base}}/pets/{{id}}"), "/pets/{id}", "id", ""),
            (json!({"raw": "x/y?q=1", "path": ["pets", "{id}"]}), "/pets/{id}", "id", "q"),
            (json!({"path": "/pets", "query": [{"key": "limit"}]}), "/pets", "", "limit"),
            (json!({"raw": "https://x.example.com"}), "/", "", ""),
        ];
        for (url, template, variables, query) in table {
            let target = read(&url).unwrap();
            let names: Vec<&str> = target.query.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(target.template, template, "{url}");
            assert_eq!(target.variables.join(" "), variables, "{url}");
            assert_eq!(names.join(" "), query, "{url}");
        }
        assert!(read(&json!({})).is_none());
    }
}
