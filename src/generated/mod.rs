//! The wall around what `build.rs` wrote from `openapi/*.yaml`.
//!
//! One module per document, named as its file. Here stand the types with which the bundled APIs
//! speak: they write `null` where the vendor does. The clients, under [`crate::clients`], have
//! types of their own that read more than the mock writes. Constraints that Rust's types can't
//! say (`maximum`, `maxProperties`) are held by the validators, never by these types.

include!(concat!(env!("OUT_DIR"), "/types.rs"));

#[cfg(test)]
#[expect(unreachable_pub, reason = "shared with build.rs")]
mod faults;
#[cfg(test)]
#[expect(unreachable_pub, reason = "shared with build.rs")]
mod normalize;

/// The typed asynchronous clients, one module per bundled document.
#[cfg(feature = "clients")]
pub mod clients {
    include!(concat!(env!("OUT_DIR"), "/clients.rs"));
}
