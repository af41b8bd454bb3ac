//! What is written, counted and hashed on its way.

use std::io::{self, Write};

use super::FactTable;

/// The tables written so far: how many rows each has, and the BLAKE3 hash of all their files, one after another.
#[derive(Debug, Default)]
pub struct FactsDigest {
    hasher: blake3::Hasher,
    pub(super) tables: Vec<(FactTable, u64)>,
}

impl FactsDigest {
    /// The hash so far, in hexadecimal.
    pub(super) fn blake3(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }

    /// How many rows there are in all so far.
    pub(super) fn rows(&self) -> u64 {
        self.tables.iter().map(|(_, rows)| rows).sum()
    }

    /// A writer to `out` of which the hash is told.
    pub(super) fn over<W: Write>(&mut self, out: W) -> HashedWriter<'_, W> {
        HashedWriter { hasher: &mut self.hasher, out }
    }
}

/// Hashes what goes through it.
pub(super) struct HashedWriter<'d, W> {
    hasher: &'d mut blake3::Hasher,
    out: W,
}

impl<W: Write> Write for HashedWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = Write::write(&mut self.out, bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
