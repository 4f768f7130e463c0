//! All that one family keeps in one world, and its form as plain JSON.

use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;

use crate::pointer::Pointer;
use crate::store::Collection;
use crate::store::Family;
use crate::store::Record;
use crate::store::StoreError;
use crate::store::memory::table::Table;

/// The member of a snapshot that is no collection.
const SEQUENCE: &str = "sequence";

/// The largest number that a snapshot may begin with: JSON keeps it exactly, and counting on from
/// it never ends.
const LAST_SEQUENCE: u64 = 1 << 53;

/// The tables of one family in one world.
#[derive(Debug)]
pub(super) struct Shelf {
    /// In the order in which the family declares its collections.
    pub(super) tables: Vec<Table>,
    /// How much reproducible randomness was taken.
    pub(super) sequence: u64,
    /// Whether the family's seed is in, or was replaced.
    pub(super) seeded: bool,
}

/// A shelf's content at one moment: sharing is cheap, so the lock is not held while JSON is made.
#[derive(Debug)]
pub(super) struct Frozen {
    tables: Vec<(&'static str, Vec<Arc<dyn Record>>)>,
    sequence: u64,
}

impl Shelf {
    pub(super) fn new(family: &'static Family) -> Self {
        let tables = family.collections.iter().map(|collection| Table::new(collection)).collect();
        Self { tables, sequence: 0, seeded: false }
    }

    /// The number of the collection's table; `None` when the family does not declare it.
    pub(super) fn table(&self, collection: &'static Collection) -> Option<usize> {
        self.tables.iter().position(|table| std::ptr::eq(table.collection(), collection))
    }

    pub(super) fn freeze(&self) -> Frozen {
        let freeze = |table: &Table| (table.collection().name, table.in_order_of_making());
        Frozen { tables: self.tables.iter().map(freeze).collect(), sequence: self.sequence }
    }

    /// Reads what [`Frozen::into_json`] wrote; collections that are left out are empty.
    ///
    /// # Errors
    ///
    /// [`StoreError::Rejected`] with the first place that is wrong.
    pub(super) fn from_json(family: &'static Family, state: &Value) -> Result<Self, StoreError> {
        let root = Pointer::root().child(family.id);
        let members = object(state, &root, "the state of a family is an object of collections")?;
        let mut shelf = Self::new(family);
        shelf.seeded = true;
        for (name, value) in members {
            let place = root.child(name);
            if name == SEQUENCE {
                let wanted = || rejected(place.clone(), "a whole number from 0 to 2^53 is wanted");
                let number = value.as_u64().filter(|number| *number <= LAST_SEQUENCE);
                shelf.sequence = number.ok_or_else(wanted)?;
                continue;
            }
            let table = shelf.tables.iter_mut().find(|table| table.collection().name == name);
            let table = table.ok_or_else(|| {
                let known: Vec<&str> =
                    family.collections.iter().map(|collection| collection.name).collect();
                let reason = format!("no such collection; there are {}", known.join(", "));
                rejected(place.clone(), reason)
            })?;
            let records = object(value, &place, "a collection is an object of records")?;
            let records: Result<Vec<_>, _> = records
                .iter()
                .map(|(key, record)| read(table.collection(), key, record, &place.child(key)))
                .collect();
            table.put_all(records?);
        }
        Ok(shelf)
    }
}

impl Frozen {
    /// `{ "<collection>": { "<key>": record }, "sequence": n }`, records in the order of making.
    pub(super) fn into_json(self) -> Value {
        let mut state = Map::new();
        for (name, records) in self.tables {
            let records: Map<String, Value> = records
                .into_iter()
                .map(|record| (record.key().to_owned(), record.to_json()))
                .collect();
            state.insert(name.to_owned(), Value::Object(records));
        }
        state.insert(SEQUENCE.to_owned(), Value::from(self.sequence));
        Value::Object(state)
    }
}

fn read(
    collection: &Collection,
    key: &str,
    record: &Value,
    place: &Pointer,
) -> Result<Arc<dyn Record>, StoreError> {
    object(record, place, "a record is an object")?;
    if record.get(collection.key).and_then(Value::as_str) != Some(key) {
        let reason = format!("the record stands under {key:?}, so this is {key:?} too");
        return Err(rejected(place.child(collection.key), reason));
    }
    (collection.read)(record)
        .map_err(|misfit| rejected(place.join(misfit.at.as_str()), misfit.reason))
}

fn object<'v>(
    value: &'v Value,
    place: &Pointer,
    wanted: &str,
) -> Result<&'v Map<String, Value>, StoreError> {
    value.as_object().ok_or_else(|| rejected(place.clone(), wanted))
}

fn rejected(place: Pointer, reason: impl Into<String>) -> StoreError {
    StoreError::Rejected { place, reason: reason.into() }
}
