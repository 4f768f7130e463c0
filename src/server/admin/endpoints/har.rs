//! The journal as a HAR 1.2 archive, fit to be replayed: secrets are placeholders, as in every
//! recording.

use std::sync::Arc;

use crate::message::Exchange;
use crate::tape::Entry;
use crate::tape::har::Har;
use crate::tape::redact::Redactor;

/// Writes exchanges as one archive.
pub(super) fn archive(exchanges: &[Arc<Exchange>]) -> Har {
    let mut redactor = Redactor::default();
    let entries = exchanges.iter().map(|exchange| {
        let mut entry = Entry::from_exchange(exchange);
        redactor.entry(&mut entry);
        entry
    });
    Har::new(entries.collect())
}
