//! How two schemas differ: compared by what they allow, each difference where it stands.

pub mod change;

pub use change::Carrier;
pub use change::Change;
pub use change::Seat;
