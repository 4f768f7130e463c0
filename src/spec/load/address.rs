//! Where a document is found: a file, an address of the web, standard input.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::spec::assemble::source::Refusal;

/// Where a document is found, as a person writes it.
///
/// # Examples
///
/// ```
/// use standin::spec::load::Address;
///
/// assert_eq!(Address::new("-"), Address::Stdin);
/// assert_eq!(Address::new("openapi.yaml"), Address::File("openapi.yaml".into()));
/// let url = "https://example.com/openapi.json";
/// assert_eq!(Address::new(url), Address::Url(url.to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// `-`: standard input, read to its end.
    Stdin,
    /// A file.
    File(PathBuf),
    /// An address with `http` or `https`.
    Url(String),
}

impl Address {
    /// Reads what was typed; whatever is neither `-` nor an address of the web is a file.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        if typed == "-" {
            Self::Stdin
        } else if is_remote(typed) {
            Self::Url(typed.to_owned())
        } else {
            Self::File(PathBuf::from(typed))
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => formatter.write_str("standard input"),
            Self::File(path) => path.display().fmt(formatter),
            Self::Url(url) => formatter.write_str(url),
        }
    }
}

/// Whether a text begins as an address of the web.
pub(super) fn is_remote(text: &str) -> bool {
    matches!(scheme(text).as_deref(), Some("http" | "https"))
}

/// The scheme of a URI in lower case; `None` for a relative reference (RFC 3986, 3.1 and 4.2).
pub(super) fn scheme(text: &str) -> Option<String> {
    let (scheme, _) = text.split_once(':')?;
    let mut letters = scheme.chars();
    let begins = letters.next().is_some_and(|first| first.is_ascii_alphabetic());
    let goes_on = letters.all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
    (begins && goes_on).then(|| scheme.to_ascii_lowercase())
}

/// The path of a relative reference, decoded: only those lead to files.
pub(super) fn relative(reference: &str) -> Result<Cow<'_, str>, Refusal> {
    if scheme(reference).is_some() || reference.starts_with(['/', '\\']) {
        return Err(Refusal::new(
            "and only files below the document's own folder are read, by relative paths",
            "write the path relative to the file with the reference",
        ));
    }
    let path = reference.split('?').next().unwrap_or_default();
    percent_decode_str(path).decode_utf8().map_err(|_| {
        Refusal::new("whose path is not UTF-8", "percent-encode the path's bytes in UTF-8")
    })
}
