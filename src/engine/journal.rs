//! The journal: the latest exchanges, bounded by number and by bytes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use crate::message::Exchange;

/// How many exchanges are kept.
const MAX_EXCHANGES: usize = 1_000;

/// How many bytes of content are kept.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The latest exchanges, in order.
#[derive(Debug, Default)]
pub struct Journal {
    last_number: AtomicU64,
    pages: Mutex<Pages>,
}

#[derive(Debug, Default)]
struct Pages {
    exchanges: VecDeque<Arc<Exchange>>,
    bytes: usize,
}

impl Journal {
    /// Takes the number of the exchange that begins now; numbers count from 1.
    pub fn number(&self) -> u64 {
        self.last_number.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Writes an exchange down; the oldest ones make room.
    pub fn push(&self, exchange: Arc<Exchange>) {
        let mut pages = self.lock();
        pages.bytes += size(&exchange);
        pages.exchanges.push_back(exchange);
        while pages.exchanges.len() > MAX_EXCHANGES
            || (pages.bytes > MAX_BYTES && pages.exchanges.len() > 1)
        {
            let Some(oldest) = pages.exchanges.pop_front() else { break };
            pages.bytes -= size(&oldest);
        }
    }

    /// All exchanges that are kept, oldest first.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Arc<Exchange>> {
        self.lock().exchanges.iter().cloned().collect()
    }

    /// The exchange of that number, if it is still kept.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<Arc<Exchange>> {
        self.lock().exchanges.iter().find(|exchange| exchange.number == number).cloned()
    }

    /// The latest exchange.
    #[must_use]
    pub fn last(&self) -> Option<Arc<Exchange>> {
        self.lock().exchanges.back().cloned()
    }

    /// Forgets what is kept; numbers go on.
    pub fn clear(&self) {
        *self.lock() = Pages::default();
    }

    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size(exchange: &Exchange) -> usize {
    exchange.request.body.len() + exchange.answer.body.bytes().len()
}
