//! Where a document is found: a file, an address of the web, standard input.

use std::fmt;
use std::path::PathBuf;

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
