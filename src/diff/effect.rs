//! Contravariance, once: how the set of allowed values changed, and what that means to each side.

use crate::finding::Level;
use crate::schema::Direction;

/// How the set of values that are allowed at one place changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// The same values are allowed.
    Same,
    /// Some values are allowed no more.
    Narrows,
    /// Some values are allowed that were not.
    Widens,
    /// Some are allowed no more, others are now.
    Incomparable,
}

impl Effect {
    /// The effect of one change seen from the other side of a negation, or of going back.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Narrows => Self::Widens,
            Self::Widens => Self::Narrows,
            Self::Same | Self::Incomparable => self,
        }
    }

    /// Both effects together, one on top of the other.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Same, it) | (it, Self::Same) => it,
            (Self::Narrows, Self::Narrows) => Self::Narrows,
            (Self::Widens, Self::Widens) => Self::Widens,
            _ => Self::Incomparable,
        }
    }

    /// Whether it breaks those that were built on the old description: clients may have sent what
    /// is refused now, and have no case for answers that there were not.
    ///
    /// # Examples
    ///
    /// ```
    /// use standin::diff::Effect;
    /// use standin::schema::Direction;
    ///
    /// assert!(Effect::Narrows.breaks(Direction::Request));
    /// assert!(!Effect::Narrows.breaks(Direction::Response));
    /// ```
    #[must_use]
    pub const fn breaks(self, direction: Direction) -> bool {
        match (self, direction) {
            (Self::Incomparable, _)
            | (Self::Narrows, Direction::Request)
            | (Self::Widens, Direction::Response) => true,
            (Self::Same, _)
            | (Self::Widens, Direction::Request)
            | (Self::Narrows, Direction::Response) => false,
        }
    }

    /// The level of a change with this effect.
    #[must_use]
    pub const fn level(self, direction: Direction) -> Level {
        if self.breaks(direction) { Level::Error } else { Level::Info }
    }
}
