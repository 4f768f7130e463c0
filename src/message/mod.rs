//! standin's own words for HTTP: what every floor above reads and makes.
//!
//! Not axum's and not hyper's: the engine also runs without a socket, and recordings, judges and
//! replay speak of the same messages.

pub mod answer;
pub mod dates;
pub mod exchange;
pub mod fragment;
pub mod media_type;
pub mod parameters;
pub mod refusal;
pub mod request;
pub mod unanswered;

pub use answer::Answer;
pub use answer::Body;
pub use dates::Dates;
pub use exchange::Exchange;
pub use exchange::Line;
pub use exchange::Subject;
pub use fragment::Fragment;
pub use fragment::Listing;
pub use media_type::MediaType;
pub use refusal::Refusal;
pub use request::Flaw;
pub use request::Request;
pub use unanswered::Unanswered;
