//! Bytes as they come: text in any encoding and dialect, or what their beginning says they are.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| refresher_fuzz::read(data));
