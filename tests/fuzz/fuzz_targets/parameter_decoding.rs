//! The property `parameter_decoding`, fed by libFuzzer.

#![no_main]

#[path = "../properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|data: &[u8]| properties::hold("parameter_decoding", data));
