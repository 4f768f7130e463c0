//! STUB (reader helper).
