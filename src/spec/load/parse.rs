//! Text to value: JSON or YAML, bounded, with the place of what does not parse.

use std::fmt;

use serde_json::Value;

use crate::spec::LoadError;
use crate::spec::tree::Row;
use crate::spec::tree::Text;
use crate::spec::tree::Tree;

/// Most nodes of a YAML document, aliases written out.
const MOST_NODES: usize = 4_000_000;

/// Most nodes that aliases of a YAML document may repeat.
const MOST_REPEATED: usize = 100_000;

/// Deepest nesting of a YAML document, about twice that of the deepest in use. The parser calls
/// itself at every step down: at double this depth, an unoptimised build ends a thread's stack of
/// 2 MiB, and with it the process.
const DEEPEST: usize = 64;

/// What a text holds.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) tree: Tree,
    /// Whether some object has a key twice; the last one counts.
    pub(crate) has_doubles: bool,
}

/// Where and why a text does not parse.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) reason: String,
}

impl Fault {
    /// The fault as the end of loading a document.
    pub(super) fn of(self, name: &str) -> LoadError {
        let Self { line, column, reason } = self;
        LoadError::Malformed { name: name.to_owned(), line, column, reason }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.line, self.column, self.reason)
    }
}

/// Parses JSON where the text begins like it, else YAML, of which JSON is nearly a part.
pub(crate) fn parse(text: Text) -> Result<Parsed, Fault> {
    if let Some(fault) = foreign(&text) {
        return Err(fault);
    }
    if !text.trim_start().starts_with(['{', '[']) {
        return parse_yaml(text);
    }
    parse_json(&text).or_else(|error| {
        // YAML in flow style begins with a brace, too. What is nested deeper than JSON may be is
        // too deep for YAML as well.
        parse_yaml(text).map_err(|_| Fault {
            line: error.line(),
            column: error.column().max(1),
            reason: reason(&error.to_string()),
        })
    })
}

/// What is neither, and told best by its first characters.
fn foreign(text: &str) -> Option<Fault> {
    let begins = text.trim_start();
    let reason = if begins.is_empty() {
        "the document is empty"
    } else if begins.starts_with('<') {
        "this is HTML or XML; an OpenAPI document is YAML or JSON"
    } else if begins.starts_with('\0') {
        "this is no text"
    } else {
        return None;
    };
    // Where something stands, it is that; where nothing does, the document as a whole is wrong.
    let before = if begins.is_empty() { "" } else { &text[..text.len() - begins.len()] };
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    Some(Fault { line, column, reason: reason.to_owned() })
}

fn parse_json(text: &Text) -> Result<Parsed, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut row = Row::within(text);
    row.read(&mut reader)?;
    reader.end()?;
    let (tree, has_doubles) = row.finish(text.clone());
    // Of members with one name the last counts, which a row can not leave out once it is written.
    let tree = match has_doubles {
        true => Tree::of(&serde_json::from_str::<Value>(text)?),
        false => tree,
    };
    Ok(Parsed { tree, has_doubles })
}

fn parse_yaml(text: Text) -> Result<Parsed, Fault> {
    let mut budget = serde_saphyr::Budget::default();
    budget.max_nodes = MOST_NODES;
    budget.max_events = 4 * MOST_NODES;
    budget.max_depth = DEEPEST;
    budget.flow_nesting_limit = DEEPEST;
    budget.max_recorded_anchor_events = MOST_REPEATED;
    let options = serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
        budget: Some(budget),
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_REPEATED },
    };
    let row: Row = serde_saphyr::from_str_with_options(&text, options).map_err(|error| {
        let error = error.without_snippet();
        let place = error.location();
        let number = |number: Option<u64>| {
            number.and_then(|number| usize::try_from(number).ok()).unwrap_or(1).max(1)
        };
        Fault {
            line: number(place.map(|place| place.line())),
            column: number(place.map(|place| place.column())),
            reason: reason(&error.to_string()),
        }
    })?;
    // The parser refuses a key that stands twice.
    Ok(Parsed { tree: row.finish(text).0, has_doubles: false })
}

/// The parser's sentence without the place that it repeats at its end, and in a writer's words
/// where it speaks to a programmer.
fn reason(message: &str) -> String {
    let message = message.lines().next().unwrap_or_default();
    let message =
        message.find(" at line ").map_or(message, |end| &message[..end]).trim_end_matches(',');
    let said = |word: &str| message.contains(word);
    if said("AnchorEvents") || said("replay") {
        format!("aliases repeat more than {MOST_REPEATED} values")
    } else if said("budget breached: Nodes") || said("budget breached: Events") {
        format!("the document has more than {MOST_NODES} values")
    } else if said("recursion limit") || said("budget breached: Depth") {
        "the document is nested too deep".to_owned()
    } else if said("weak recursion types") {
        "an alias stands inside of what it repeats".to_owned()
    } else if said("multiple YAML documents") {
        "a second document begins here; a file holds one".to_owned()
    } else {
        message.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::parse;

    #[test]
    fn json_is_read_as_serde_json_reads_it() {
        let text = r#"{"a": [1, -2, 3.5, 1e400, true, null, "\ud83d\ude00"], "b": {"": {}}}"#;
        let text = text.replace("1e400", "1e300");
        let parsed = parse(text.clone().into()).expect("parses");
        assert_eq!(
            parsed.tree.root().to_value(),
            serde_json::from_str::<Value>(&text).expect("parses")
        );
        assert!(!parsed.has_doubles);
        let doubled = r#"{"a": 1, "b": {"c": 1, "c": 2}}"#.to_owned();
        let doubled = parse(doubled.into()).expect("parses");
        assert!(doubled.has_doubles);
        assert_eq!(doubled.tree.root().to_value()["b"]["c"], 2, "the last one counts");
    }

    #[test]
    fn a_document_tells_whether_it_may_refer_to_others() {
        let table = [
            (r##"{"$ref": "#/a"}"##, false),
            ("$ref: '#/a'", false),
            ("\"$ref\" : \n \"#/a\"", false),
            ("properties: {$ref: {type: string}}", false),
            ("$ref: a.yaml", true),
            (r#"{"$ref":"a.json#/b"}"#, true),
            ("$ref: # a comment\n  a.yaml", true),
            ("$ref: &anchor a.yaml", true),
            (r##"{"\u0024ref": "a.json"}"##, true),
            ("openapi: 3.0.3", false),
        ];
        for (text, leaves) in table {
            let parsed = parse(text.to_owned().into()).expect("parses");
            assert_eq!(parsed.tree.leaves(), leaves, "{text}");
        }
    }
}
