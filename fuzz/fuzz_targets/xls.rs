//! The records of a workbook put into a sound compound file; a compound file as it comes where it is one.

#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use refresher_fuzz::read;

fuzz_target!(|data: &[u8]| {
    if data.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return read(data);
    }
    let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory takes it");
    let mut stream = container.create_stream("/Workbook").expect("memory takes it");
    stream.write_all(data).expect("memory takes it");
    drop(stream);
    container.flush().expect("memory takes it");
    read(&container.into_inner().into_inner());
});
