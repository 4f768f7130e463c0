//! Text to document: parse, ask which version it is, lower it.

use std::borrow::Cow;
use std::path::Path;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Map;
use serde_json::Value;

use crate::spec::Bundled;
use crate::spec::Document;
use crate::spec::dialect;

/// Most nodes of a YAML document, aliases written out.
const MOST_NODES: usize = 4_000_000;

/// Most nodes that aliases of a YAML document may repeat.
const MOST_REPEATED: usize = 200_000;

/// Deepest nesting of a YAML document, about twice that of the deepest in use. The parser calls
/// itself at every step down: at double this depth, an unoptimised build ends a thread's stack of
/// 2 MiB, and with it the process.
const DEEPEST: usize = 64;

/// A document that can not be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file can not be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The text is neither YAML nor JSON.
    #[error("{name}:{line}:{column}: {reason}")]
    Malformed {
        /// The document's name.
        name: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// No dialect reads this version.
    #[error("{name}: {found} is not a version that standin reads")]
    UnknownVersion {
        /// The document's name.
        name: String,
        /// What it says of itself.
        found: String,
    },
}

/// Reads a document from text; `name` is what places are shown under.
///
/// # Errors
///
/// [`LoadError`] when the text is no YAML or JSON, or of no known version.
pub fn from_text(name: &str, text: &str) -> Result<Document, LoadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let root = parse(text).map_err(|fault| fault.of(name))?;
    document(name, Cow::Owned(text.to_owned()), OnceLock::new(), &root)
}

/// Reads a document that comes with the program.
///
/// # Errors
///
/// As [`from_text`]; the build rules them out.
pub fn bundled(bundled: &Bundled) -> Result<Document, LoadError> {
    written(bundled, bundled.json)
}

/// Reads the outline of a document that comes with the program.
///
/// # Errors
///
/// As [`from_text`]; the build rules them out.
pub fn outline(bundled: &Bundled) -> Result<Document, LoadError> {
    written(bundled, bundled.outline)
}

/// Reads what the build wrote of a document.
fn written(bundled: &Bundled, json: &str) -> Result<Document, LoadError> {
    let root = parse(json).map_err(|fault| fault.of(bundled.name))?;
    let places = OnceLock::from(Cow::Borrowed(bundled.places));
    document(bundled.name, Cow::Borrowed(bundled.text), places, &root)
}

/// Lowers what was parsed.
fn document(
    name: &str,
    text: Cow<'static, str>,
    places: OnceLock<Cow<'static, str>>,
    root: &Value,
) -> Result<Document, LoadError> {
    let Value::Object(members) = root else {
        let reason = "the document is not an object".to_owned();
        return Err(Fault { line: 1, column: 1, reason }.of(name));
    };
    let dialect = dialect::find(members).ok_or_else(|| LoadError::UnknownVersion {
        name: name.to_owned(),
        found: version(members),
    })?;
    let parts = (dialect.read)(root);
    let title = root.pointer("/info/title").and_then(Value::as_str).unwrap_or(name);
    let extensions = members.iter().filter(|(key, _)| key.starts_with("x-"));
    Ok(Document {
        name: name.into(),
        title: title.to_owned(),
        operations: parts.operations,
        schemas: parts.schemas,
        examples: parts.examples,
        extensions: extensions.map(|(key, value)| (key.clone(), value.clone())).collect(),
        violations: parts.violations,
        text,
        root: OnceLock::new(),
        places,
    })
}

/// The document as it was written, read once more.
pub(super) fn root(text: &str) -> Value {
    // It was read before, so it can be read.
    parse(text).unwrap_or(Value::Null)
}

/// Reads a document from a file.
///
/// # Errors
///
/// As [`from_text`], and when the file can not be read.
pub fn from_file(path: &Path) -> Result<Document, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    from_text(&path.to_string_lossy(), &text)
}

/// Where and why a text does not parse.
struct Fault {
    line: usize,
    column: usize,
    reason: String,
}

impl Fault {
    fn of(self, name: &str) -> LoadError {
        let Self { line, column, reason } = self;
        LoadError::Malformed { name: name.to_owned(), line, column, reason }
    }
}

/// Parses JSON where the text begins like it, else YAML, of which JSON is nearly a part.
fn parse(text: &str) -> Result<Value, Fault> {
    if !text.trim_start().starts_with(['{', '[']) {
        return parse_yaml(text);
    }
    serde_json::from_str(text).or_else(|error| {
        // YAML in flow style begins with a brace, too.
        parse_yaml(text).map_err(|_| Fault {
            line: error.line(),
            column: error.column().max(1),
            reason: without_place(&error.to_string()).to_owned(),
        })
    })
}

fn parse_yaml(text: &str) -> Result<Value, Fault> {
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
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let error = error.without_snippet();
        let place = error.location();
        let number = |number: Option<u64>| {
            number.and_then(|number| usize::try_from(number).ok()).unwrap_or(1).max(1)
        };
        Fault {
            line: number(place.map(|place| place.line())),
            column: number(place.map(|place| place.column())),
            reason: without_place(&error.to_string()).to_owned(),
        }
    })
}

/// The parser's sentence without the place that it repeats at its end.
fn without_place(message: &str) -> &str {
    let message = message.lines().next().unwrap_or_default();
    message.find(" at line ").map_or(message, |end| &message[..end]).trim_end_matches(',')
}

/// What a document says of its version.
fn version(members: &Map<String, Value>) -> String {
    let said = |key: &str| {
        let value = members.get(key)?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    match (said("openapi"), said("swagger")) {
        (Some(version), _) => format!("OpenAPI {version}"),
        (None, Some(version)) => format!("Swagger {version}"),
        (None, None) => "a document without the member `openapi`".to_owned(),
    }
}
