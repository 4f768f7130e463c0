//! STUB (reader helper): several documents on one port.

/// Two documents claim one path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{first} and {second} both claim {method} {path}; mount one apart: --mount {second_id}=/{second_id}"
)]
pub struct Conflict {
    /// Id and place of the one.
    pub first: String,
    /// Id and place of the other.
    pub second: String,
    /// The other's id.
    pub second_id: String,
    /// The method.
    pub method: String,
    /// The path with its base path.
    pub path: String,
}
