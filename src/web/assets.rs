//! What pages load: a few files, compiled in, each at an address that changes with its content.

use std::io::Write;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;

/// A file that pages load.
#[derive(Debug)]
pub(super) struct Asset {
    /// Its address.
    pub(super) path: String,
    /// What it is.
    pub(super) content_type: &'static str,
    /// Its content.
    pub(super) bytes: &'static [u8],
    /// The same, packed.
    pub(super) packed: Vec<u8>,
}

/// The style of every page.
pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    asset("style.css", "text/css; charset=utf-8", include_bytes!("../../assets/web/style.css"))
});

/// What pages do beside what they do without it.
pub(super) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    asset("script.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/web/script.js"))
});

/// The picture by which a browser's tab is told from others.
pub(super) static ICON: LazyLock<Asset> =
    LazyLock::new(|| asset("icon.svg", "image/svg+xml", include_bytes!("../../assets/web/icon.svg")));

/// The file at this address.
pub(super) fn at(path: &str) -> Option<&'static Asset> {
    [&*STYLE, &*SCRIPT, &*ICON].into_iter().find(|asset| asset.path == path)
}

fn asset(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    let hash = crate::access::token_hash(&String::from_utf8_lossy(bytes));
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    let path = format!("/assets/{stem}-{}.{ending}", hash.get(..12).unwrap_or_default());
    Asset { path, content_type, bytes, packed: packed(bytes) }
}

/// The bytes, packed: quickly, as a page is each time it is asked for.
pub(super) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(3));
    // Into memory it can't fail; what is cut off would be told by its end.
    let written = encoder.write_all(bytes);
    written.and_then(|()| encoder.finish()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_small_and_found_at_their_own_address_alone() {
        for asset in [&*STYLE, &*SCRIPT, &*ICON] {
            assert!(std::ptr::eq(at(&asset.path).unwrap(), asset));
            assert!(asset.packed.len() < asset.bytes.len() && !asset.packed.is_empty(), "{}", asset.path);
        }
        assert!(STYLE.bytes.len() <= 25_000, "{}", STYLE.bytes.len());
        assert!(SCRIPT.bytes.len() <= 10_000, "{}", SCRIPT.bytes.len());
        assert!(at("/assets/style.css").is_none() && at("/assets/style-000000000000.css").is_none());
    }
}
