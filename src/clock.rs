//! The only source of time: real, fixed, or moved by the control surface.
//!
//! Expiry, `Date` headers, tokens and the journal all ask this clock, so that a test can stand
//! still at an instant or jump a fortnight without waiting. An answer reads the clock once.

use std::sync::RwLock;
use std::time::Duration;

use chrono::DateTime;
use chrono::SecondsFormat;
use chrono::TimeZone;
use chrono::Utc;
use serde::Deserialize;
use serde::Serialize;

/// A point in time.
///
/// # Units
///
/// Milliseconds since 1970-01-01T00:00:00Z; serialised as that integer.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Instant(i64);

/// An instant that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is not an instant of RFC 3339, for example 2026-01-01T00:00:00Z")]
pub struct InstantError {
    text: String,
    #[source]
    source: chrono::ParseError,
}

impl Instant {
    /// The last instant that RFC 3339 and HTTP can write.
    pub const LAST: Self = Self(253_402_300_799_999);

    /// Takes milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Reads an instant as RFC 3339 writes it.
    ///
    /// # Errors
    ///
    /// [`InstantError`] when `text` is no such instant.
    ///
    /// # Examples
    ///
    /// ```
    /// use standin::clock::Instant;
    ///
    /// let instant = Instant::parse("2026-01-01T00:00:00Z")?;
    /// assert_eq!(instant.as_millis(), 1_767_225_600_000);
    /// assert_eq!(instant.to_http_date(), "Thu, 01 Jan 2026 00:00:00 GMT");
    /// # Ok::<(), standin::clock::InstantError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, InstantError> {
        DateTime::parse_from_rfc3339(text)
            .map(|instant| Self(instant.timestamp_millis()))
            .map_err(|source| InstantError { text: text.to_owned(), source })
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, as JSON Web Tokens count.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant, `duration` later.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis).min(Self::LAST.0))
    }

    /// The time from `earlier` to this instant; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The instant in RFC 3339, UTC, with milliseconds.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        self.to_chrono().to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// The instant as an HTTP `Date` header writes it (RFC 9110, section 5.6.7).
    #[must_use]
    pub fn to_http_date(self) -> String {
        self.to_chrono().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// The instant as the generated types hold it.
    #[must_use]
    pub fn to_chrono(self) -> DateTime<Utc> {
        Utc.timestamp_millis_opt(self.0).single().unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

/// How the time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    /// The machine's time, moved by so many milliseconds.
    Running { offset_ms: i64 },
    /// Stands still.
    Frozen(Instant),
}

/// The clock that every floor above asks.
#[derive(Debug)]
pub struct Clock(RwLock<Pace>);

impl Clock {
    /// A clock that follows the machine's.
    #[must_use]
    pub const fn real() -> Self {
        Self(RwLock::new(Pace::Running { offset_ms: 0 }))
    }

    /// A clock that stands still at `instant`.
    #[must_use]
    pub const fn fixed(instant: Instant) -> Self {
        Self(RwLock::new(Pace::Frozen(instant)))
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Instant {
        match self.pace() {
            Pace::Running { offset_ms } => {
                let moved = Utc::now().timestamp_millis().saturating_add(offset_ms);
                Instant(moved.min(Instant::LAST.0))
            }
            Pace::Frozen(instant) => instant,
        }
    }

    /// Moves the clock forward: a running clock runs on from there, a fixed one stands still there.
    pub fn advance(&self, duration: Duration) {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.change(|pace| match pace {
            Pace::Running { offset_ms } => {
                Pace::Running { offset_ms: offset_ms.saturating_add(millis) }
            }
            Pace::Frozen(instant) => Pace::Frozen(instant.after(duration)),
        });
    }

    /// Stops the clock at `instant`.
    pub fn set(&self, instant: Instant) {
        self.change(|_| Pace::Frozen(instant));
    }

    /// Lets the clock follow the machine's again.
    pub fn resume(&self) {
        self.change(|_| Pace::Running { offset_ms: 0 });
    }

    /// Whether the clock stands still.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        matches!(self.pace(), Pace::Frozen(_))
    }

    fn pace(&self) -> Pace {
        *self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn change(&self, step: impl FnOnce(Pace) -> Pace) {
        let mut pace = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *pace = step(*pace);
    }
}

/// Measures how long something took, whatever the clock shows.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts measuring.
    #[must_use]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// The time since the start.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
