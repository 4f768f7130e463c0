//! The engine: one call's way through standin.
