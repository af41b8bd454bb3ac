//! A content and a manifest put into a sound package; a package as it comes where it is one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use refresher_fuzz::{parts, read, zipped};

fuzz_target!(|data: &[u8]| {
    if data.starts_with(b"PK") {
        return read(data);
    }
    let [content, manifest] = parts(data);
    read(&zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest.unwrap_or(b"<manifest></manifest>")),
        ("content.xml", content.unwrap_or_default()),
    ]));
});
