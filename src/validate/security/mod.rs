//! Security: the credentials of a call, by the schemes that its operation declares.
//!
//! Reads whether credentials of a declared scheme are there and well-formed. Whether they are the
//! right ones is the API's own question (state), never a finding.

/// The credentials of a call, as far as they could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The value of `Authorization: Bearer …`.
    pub bearer: Option<String>,
    /// User and password of `Authorization: Basic …`.
    pub basic: Option<(String, String)>,
    /// Keys of their own, by parameter name.
    pub api_keys: Vec<(String, String)>,
}
