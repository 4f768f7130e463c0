//! A world: state, clock and journal that nothing outside shares.

use std::fmt;
use std::sync::Arc;

/// The name of an isolated world.
///
/// Every key of every store begins with one; today there is only the default world.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct World(Arc<str>);

impl Default for World {
    fn default() -> Self {
        Self(Arc::from("default"))
    }
}

impl World {
    /// The world's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The world's name, to be kept.
    #[must_use]
    pub fn shared_name(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl fmt::Display for World {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
