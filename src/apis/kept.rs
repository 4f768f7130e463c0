//! A record together with what was written of it.

use std::ops::Deref;
use std::ops::DerefMut;
use std::sync::Arc;
use std::sync::OnceLock;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;

use crate::message::Fragment;

/// A record that is shown in up to `N` ways, each written down when it is first asked for.
///
/// Whoever changes the record through `DerefMut` starts afresh: nothing is shown of what it was.
#[derive(Debug)]
pub(crate) struct Kept<T, const N: usize> {
    record: T,
    shown: [OnceLock<Arc<Fragment>>; N],
}

impl<T, const N: usize> Kept<T, N> {
    pub(crate) fn new(record: T) -> Self {
        Self { record, shown: [const { OnceLock::new() }; N] }
    }

    /// What the record is shown as in the way of that number.
    pub(crate) fn shown(&self, way: usize, write: impl FnOnce(&T) -> Fragment) -> Arc<Fragment> {
        let write = || Arc::new(write(&self.record));
        match self.shown.get(way) {
            Some(shown) => Arc::clone(shown.get_or_init(write)),
            None => write(),
        }
    }
}

impl<T, const N: usize> Deref for Kept<T, N> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.record
    }
}

impl<T, const N: usize> DerefMut for Kept<T, N> {
    fn deref_mut(&mut self) -> &mut T {
        self.shown = [const { OnceLock::new() }; N];
        &mut self.record
    }
}

impl<T: Clone, const N: usize> Clone for Kept<T, N> {
    fn clone(&self) -> Self {
        Self::new(self.record.clone())
    }
}

impl<T: PartialEq, const N: usize> PartialEq for Kept<T, N> {
    fn eq(&self, other: &Self) -> bool {
        self.record == other.record
    }
}

impl<T: Serialize, const N: usize> Serialize for Kept<T, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.record.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>, const N: usize> Deserialize<'de> for Kept<T, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::new)
    }
}
