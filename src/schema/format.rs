//! STUB (spec helper): formats.
