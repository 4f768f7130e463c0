//! What is taken out of recordings beyond what everybody would: as whoever records says.

use fancy_regex::Regex;

/// What is taken out.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// What is a secret besides.
    added: Vec<Pattern>,
    /// What is none, whatever it looks like.
    allowed: Vec<Pattern>,
    /// Whether data about persons is taken out as well.
    pub personal: bool,
}

/// Something that is or is no secret: values of a name, or values of a shape.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// The name of a header field, parameter, member, cookie; in small letters.
    Name(String),
    /// The shape of a value, wherever it stands.
    Shape(Box<Regex>),
}

/// A pattern that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no pattern: {reason}")]
pub struct PatternError {
    text: String,
    reason: String,
}

impl Pattern {
    /// Reads a pattern: a name, or a regular expression between slashes.
    ///
    /// # Errors
    ///
    /// [`PatternError`] where what stands between the slashes is no regular expression.
    ///
    /// # Examples
    ///
    /// ```
    /// use standin::tape::redact::Pattern;
    ///
    /// assert!(Pattern::parse("X-Tenant").is_ok());
    /// assert!(Pattern::parse("/acct_[0-9]+/").is_ok());
    /// assert!(Pattern::parse("/[/").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let failed =
            |reason: &str| PatternError { text: text.to_owned(), reason: reason.to_owned() };
        if text.trim().is_empty() {
            return Err(failed("it is empty"));
        }
        match text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
            Some("") => Err(failed("nothing stands between its slashes")),
            Some(shape) => match Regex::new(shape) {
                Ok(shape) => Ok(Self::Shape(Box::new(shape))),
                Err(error) => Err(failed(&error.to_string())),
            },
            None => Ok(Self::Name(text.to_ascii_lowercase())),
        }
    }
}

impl Policy {
    /// Takes this out, too.
    #[must_use]
    pub fn adding(mut self, pattern: Pattern) -> Self {
        self.added.push(pattern);
        self
    }

    /// Leaves this in.
    #[must_use]
    pub fn allowing(mut self, pattern: Pattern) -> Self {
        self.allowed.push(pattern);
        self
    }

    /// Whether a name tells, as far as the policy says.
    pub(super) fn says(&self, name: &str) -> Option<bool> {
        let is_named = |patterns: &[Pattern]| {
            let mut patterns = patterns.iter();
            patterns.any(|it| matches!(it, Pattern::Name(own) if own.eq_ignore_ascii_case(name)))
        };
        if is_named(&self.allowed) {
            return Some(false);
        }
        is_named(&self.added).then_some(true)
    }

    /// Whether a value may be shown, whatever it looks like.
    pub(super) fn allows(&self, value: &str) -> bool {
        self.allowed.iter().any(|pattern| match pattern {
            Pattern::Shape(shape) => shape
                .find(value)
                .is_ok_and(|found| found.is_some_and(|it| it.as_str().len() == value.len())),
            Pattern::Name(_) => false,
        })
    }

    /// The shapes that are secrets besides.
    pub(super) fn shapes(&self) -> impl Iterator<Item = &Regex> {
        self.added.iter().filter_map(|pattern| match pattern {
            Pattern::Shape(shape) => Some(&**shape),
            Pattern::Name(_) => None,
        })
    }
}
