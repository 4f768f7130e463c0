//! Which way a value travels: `readOnly` and `writeOnly` depend on it.

/// Which way a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// To the server: what is `readOnly` need not be there.
    Request,
    /// To the client: what is `writeOnly` need not be there.
    Response,
}
