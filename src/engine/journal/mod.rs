//! The journal: the latest exchanges, bounded by number and by bytes.
//!
//! Every call is written down and hardly any is ever looked at. So writing is what has to be cheap:
//! an exchange is copied flat onto a page whose room was used by one that is forgotten, and
//! becomes an exchange again when somebody looks.

mod page;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use crate::engine::journal::page::Page;
use crate::message::Exchange;

/// How many exchanges are kept.
const MAX_EXCHANGES: usize = 1_000;

/// How many bytes of messages are kept.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The latest exchanges, in order.
#[derive(Debug, Default)]
pub struct Journal {
    last_number: AtomicU64,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    pages: VecDeque<Page>,
    bytes: usize,
    /// How many pages were ever written.
    pushed: u64,
}

impl Journal {
    /// Takes the number of the exchange that begins now; numbers count from 1.
    pub fn number(&self) -> u64 {
        self.last_number.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Writes an exchange down; the oldest ones make room.
    pub fn push(&self, exchange: &Exchange) {
        let mut book = self.lock();
        let mut room = None;
        while book.pages.len() >= MAX_EXCHANGES || book.bytes > MAX_BYTES {
            let Some(oldest) = book.pages.pop_front() else { break };
            book.bytes -= oldest.size();
            room = Some(oldest.into_room());
        }
        let page = Page::write(exchange, room.unwrap_or_default());
        book.bytes += page.size();
        book.pages.push_back(page);
        book.pushed += 1;
    }

    /// All exchanges that are kept, oldest first.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Arc<Exchange>> {
        self.lock().pages.iter().map(|page| Arc::new(page.read())).collect()
    }

    /// The exchanges that were written down after the first `seen`, at most so many: how many were
    /// forgotten before them, then the exchanges, oldest first.
    #[must_use]
    pub fn behind(&self, seen: u64, most: usize) -> (u64, Vec<Exchange>) {
        let book = self.lock();
        let kept = book.pages.len() as u64;
        let first = book.pushed - kept;
        let missed = first.saturating_sub(seen);
        let start = usize::try_from(seen.saturating_sub(first)).unwrap_or(usize::MAX);
        (missed, book.pages.iter().skip(start).take(most).map(Page::read).collect())
    }

    /// How many exchanges are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().pages.len()
    }

    /// Whether no exchange is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The exchange of that number, if it is still kept.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<Arc<Exchange>> {
        let book = self.lock();
        let page = book.pages.iter().find(|page| page.number() == number)?;
        Some(Arc::new(page.read()))
    }

    /// The latest exchange.
    #[must_use]
    pub fn last(&self) -> Option<Arc<Exchange>> {
        self.lock().pages.back().map(|page| Arc::new(page.read()))
    }

    /// Forgets what is kept; numbers go on.
    pub fn clear(&self) {
        let mut book = self.lock();
        *book = Book { pushed: book.pushed, ..Book::default() };
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
