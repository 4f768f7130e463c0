//! Text to document: read, parse, put together, ask which version it is, lower it.

mod address;
mod archive;
mod error;
#[cfg(feature = "server")]
mod fetch;
mod folder;
mod gather;
pub(crate) mod parse;
mod reach;
mod remote;

use std::fs::File as SystemFile;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::OnceLock;

use serde_json::Map;
use serde_json::Value;

pub use address::Address;
pub use archive::Archive;
pub use error::LoadError;
pub use remote::FetchError;

use crate::finding::Violation;
use crate::json::plain;
use crate::spec::Bundled;
use crate::spec::Document;
use crate::spec::dialect;
use crate::spec::files::File;
use crate::spec::files::Files;
use crate::spec::read::Parts;
use crate::spec::tree::Text;
use crate::spec::tree::Tree;
use crate::spec::wrong::Wrong;
use gather::Gathered;
use gather::Named;
use reach::Reach;

/// What loading a document may reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Whether references to other hosts than the document's own are followed; hosts of private
    /// networks never are.
    pub remote_references: bool,
}

/// The text at an address that the user named, which may be anywhere.
///
/// # Errors
///
/// [`FetchError`] when there is none to be had.
pub fn fetched(url: &str) -> Result<String, FetchError> {
    remote::fetch(url, true)
}

/// Reads a document from text; `name` is what places are shown under. What it refers to outside of
/// itself is not read.
///
/// # Errors
///
/// [`LoadError`] when the text is no YAML or JSON, or of no known version.
pub fn from_text(name: &str, text: &str) -> Result<Document, LoadError> {
    let text = without_mark(text.to_owned());
    read(Named { name: name.to_owned(), text: text.into() }, None, Vec::new())
}

/// Reads a document from a file, with the files below its folder that it refers to.
///
/// # Errors
///
/// As [`from_text`], and when the file can not be read.
pub fn from_file(path: &Path) -> Result<Document, LoadError> {
    from_address(&Address::File(path.to_owned()), Access::default())
}

/// Reads a document from wherever it is, with what it refers to.
///
/// A file may refer to files below its own folder, a document of the web to addresses of its own
/// origin; what else may be asked, `access` says. A reference that may not or can not be followed
/// is a violation, not an error.
///
/// # Errors
///
/// As [`from_text`], and when the document can not be read or fetched.
///
/// # Examples
///
/// ```
/// use standin::spec::load::{Access, Address, from_address};
///
/// let error = from_address(&Address::new("nowhere.yaml"), Access::default()).unwrap_err();
/// assert_eq!(error.to_string(), "cannot read nowhere.yaml");
/// ```
pub fn from_address(address: &Address, access: Access) -> Result<Document, LoadError> {
    with_overlays(address, access, &[])
}

/// As [`from_address`], with overlays applied in their order before anything is read.
///
/// A document that is itself an overlay is applied to the one that it `extends`. An action that
/// selects nothing or is malformed is a violation, with its place in the overlay.
///
/// # Errors
///
/// As [`from_address`], of the overlays too.
///
/// # Source
///
/// OpenAPI Overlay Specification 1.0.0 and 1.1.0.
pub fn with_overlays(
    address: &Address,
    access: Access,
    overlays: &[Address],
) -> Result<Document, LoadError> {
    let main = text_at(address)?;
    let overlays = overlays.iter().map(text_at).collect::<Result<Vec<_>, _>>()?;
    let reach = match address {
        Address::File(path) => Reach::file(path, access),
        Address::Stdin => Reach::nowhere(access),
        Address::Url(url) => Reach::url(url, access),
    };
    read(main, Some(&reach), overlays)
}

/// Reads a document from files that are kept elsewhere than in the file system, with those below its
/// folder that it refers to; `name` is what places in it are shown under.
///
/// # Errors
///
/// As [`from_text`], and when the file can not be read.
pub fn from_archive(
    name: &str,
    path: &str,
    archive: &dyn Archive,
    access: Access,
) -> Result<Document, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: name.into(), source };
    let bytes = archive.read(path).map_err(unreadable)?;
    let text = text(name, (bytes.len() as u64 <= folder::MOST_BYTES).then_some(bytes))?;
    let main = Named { name: name.to_owned(), text: without_mark(text).into() };
    read(main, Some(&Reach::archive(name, path, archive, access)), Vec::new())
}

/// The text that stands somewhere.
fn text_at(address: &Address) -> Result<Named, LoadError> {
    let name = address.to_string();
    let unreadable = |source| LoadError::Unreadable { path: name.clone().into(), source };
    let bytes = match address {
        Address::File(path) => SystemFile::open(path).and_then(folder::all_of),
        Address::Stdin => folder::bounded(io::stdin().lock(), 0),
        Address::Url(url) => {
            let unfetched = |source| LoadError::Unfetched { url: url.clone(), source };
            let text = remote::fetch(url, true).map_err(unfetched)?;
            return Ok(Named { name, text: without_mark(text).into() });
        }
    };
    let bytes = bytes.map_err(unreadable)?;
    let text = text(&name, bytes)?;
    Ok(Named { name, text: without_mark(text).into() })
}

/// A text without a byte order mark.
fn without_mark(mut text: String) -> String {
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    text
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
fn written(bundled: &Bundled, json: &'static str) -> Result<Document, LoadError> {
    let parsed = parse::parse(Text::Static(json)).map_err(|fault| fault.of(bundled.name))?;
    let file = File::listed(bundled.name, bundled.text, bundled.places);
    document(file.into(), parsed.tree, Vec::new())
}

/// The text of a document's bytes.
fn text(name: &str, bytes: Option<Vec<u8>>) -> Result<String, LoadError> {
    let mebibytes = folder::MOST_BYTES / 1024 / 1024;
    let bytes = bytes.ok_or_else(|| LoadError::TooLarge { name: name.to_owned(), mebibytes })?;
    String::from_utf8(bytes).map_err(|error| {
        let bytes = error.as_bytes();
        let (before, rest) = bytes.split_at(error.utf8_error().valid_up_to());
        let last = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let reason = match (bytes, rest.first()) {
            ([0xff, 0xfe, ..] | [0xfe, 0xff, ..], _) => "this is UTF-16; save it as UTF-8".into(),
            (_, Some(byte)) => format!("the byte 0x{byte:02X} is not UTF-8; save it as UTF-8"),
            (_, None) => String::new(),
        };
        LoadError::NotUtf8 {
            name: name.to_owned(),
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: String::from_utf8_lossy(last).chars().count() + 1,
            reason,
        }
    })
}

/// Puts a document together, and reads what it has.
fn read(
    main: Named,
    reach: Option<&Reach<'_>>,
    overlays: Vec<Named>,
) -> Result<Document, LoadError> {
    let Gathered { tree, files, violations } = gather::gather(main, reach, overlays)?;
    document(files, tree, violations)
}

/// Reads what was parsed; what is known to be wrong stands before what is found then.
fn document(files: Files, tree: Tree, known: Vec<Violation>) -> Result<Document, LoadError> {
    let name = &files.main().name;
    let Value::Object(members) = &tree.root().shallow() else {
        let reason = "the document is not an object".to_owned();
        return Err(parse::Fault { line: 1, column: 1, reason }.of(name));
    };
    let dialect = dialect::find(members).ok_or_else(|| LoadError::UnknownVersion {
        name: name.to_string(),
        found: version(members),
    })?;
    let title = tree.root().get("info").and_then(|info| info.get("title")?.as_str());
    let title = title.unwrap_or(name).to_owned();
    let (tree, wrong) = (Arc::new(tree), Arc::new(Wrong::new(known)));
    let Parts { operations, schemas, library } = (dialect.read)(&tree, &wrong);
    Ok(Document {
        name: name.clone(),
        title,
        operations,
        schemas,
        files,
        library,
        tree,
        wrong,
        root: OnceLock::new(),
        extensions: OnceLock::new(),
        examples: OnceLock::new(),
        violations: OnceLock::new(),
    })
}

/// What a document says of its version.
fn version(members: &Map<String, Value>) -> String {
    let said = |key: &str| {
        let value = members.get(key)?;
        Some(plain(value))
    };
    let formats = [
        ("openapi", "OpenAPI"),
        ("swagger", "Swagger"),
        ("swaggerVersion", "Swagger"),
        ("asyncapi", "AsyncAPI"),
        ("arazzo", "Arazzo"),
        ("overlay", "Overlay"),
    ];
    let found = formats.into_iter().find_map(|(key, name)| Some((name, said(key)?)));
    found.map_or_else(
        || "a document without the member `openapi`".to_owned(),
        |(name, version)| format!("{name} {version}"),
    )
}
