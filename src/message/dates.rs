//! The `Date` of answers: written once a second, not once an answer.

use std::sync::Mutex;
use std::sync::PoisonError;

use http::HeaderValue;

use crate::clock::Instant;

/// The latest second as HTTP writes it.
#[derive(Debug, Default)]
pub struct Dates(Mutex<Option<(i64, HeaderValue)>>);

impl Dates {
    /// The value of `Date` at an instant; `None` only for instants that HTTP can not write.
    #[must_use]
    pub fn at(&self, now: Instant) -> Option<HeaderValue> {
        let second = now.as_secs();
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, date)) = &*latest
            && *known == second
        {
            return Some(date.clone());
        }
        let date = HeaderValue::from_str(&now.to_http_date()).ok()?;
        *latest = Some((second, date.clone()));
        Some(date)
    }
}
