//! JSON as text, to be sent as it is.

use std::sync::OnceLock;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

/// JSON as text; its value is read where somebody asks for it.
///
/// Most of what a document or an API has to say is said by sending it, and nobody looks into it.
/// As text it is a tenth of the size, and copies share it.
#[derive(Debug)]
pub struct Written {
    bytes: Bytes,
    value: OnceLock<Value>,
}

impl Written {
    /// Writes a value down; one that serde can not write is `null`.
    ///
    /// # Examples
    ///
    /// ```
    /// use standin::json::Written;
    ///
    /// let written = Written::of(&[1, 2]);
    /// assert_eq!(written.bytes(), "[1,2]");
    /// assert_eq!(written.value()[1], 2);
    /// ```
    #[must_use]
    pub fn of(value: &impl Serialize) -> Self {
        let json = serde_json::to_vec(value).unwrap_or_else(|_| b"null".to_vec());
        Self { bytes: json.into(), value: OnceLock::new() }
    }

    /// The text.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The text alone.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }

    /// The value, read once.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.value.get_or_init(|| self.to_value())
    }

    /// The value, for whoever changes it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
}

/// A copy shares the text; its value is read anew where somebody asks for it.
impl Clone for Written {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes.clone(), value: OnceLock::new() }
    }
}
