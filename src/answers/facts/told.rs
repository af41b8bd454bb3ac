//! What was handed out, said once for all tables.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::json;

use super::cells::{FactCell, FactRows};
use super::{FactTable, Facts, FactsDigest, FactsNaming};
use crate::answers::{Answer, ListColumn, shapes, table};

/// What the tables are of, and what they came to.
#[derive(Debug)]
pub struct FactsMeta {
    as_at: chrono::NaiveDate,
    known_at: String,
    known_import: i32,
    policy_hash: String,
    rows: u64,
    blake3: String,
}

impl FactsMeta {
    /// The name of its file.
    pub const FILE: &'static str = "meta.csv";

    /// Writes it as a table of one row.
    ///
    /// # Errors
    /// When `out` can't be written.
    pub fn table(&self, out: impl Write) -> io::Result<()> {
        let headers = ["as_at", "known_at", "known_import", "policy_hash", "version", "rows", "blake3"];
        let mut rows = FactRows::below(&headers, out)?;
        rows.row(&[
            FactCell::Day(self.as_at),
            self.known_at.as_str().into(),
            FactCell::Number(self.known_import.into()),
            self.policy_hash.as_str().into(),
            env!("CARGO_PKG_VERSION").into(),
            self.rows.into(),
            self.blake3.as_str().into(),
        ])?;
        rows.finish()?;
        Ok(())
    }
}

/// Facts that were written.
#[derive(Debug)]
pub struct FactsTold {
    /// What they are of.
    pub meta: FactsMeta,
    naming: FactsNaming,
    tables: Vec<(FactTable, u64)>,
}

impl Facts {
    /// What was told by the tables that the digest has seen.
    pub fn told(&self, digest: &FactsDigest) -> FactsTold {
        let meta = FactsMeta {
            as_at: self.as_at,
            known_at: shapes::instant(self.known_at),
            known_import: self.known_import,
            policy_hash: self.policy_hash.clone(),
            rows: digest.rows(),
            blake3: digest.blake3(),
        };
        FactsTold { meta, naming: self.naming, tables: digest.tables.clone() }
    }
}

impl FactsTold {
    /// How many rows this table has.
    pub fn rows_of(&self, table: FactTable) -> u64 {
        self.tables.iter().filter(|(of, _)| *of == table).map(|(_, rows)| rows).sum()
    }

    /// How many rows all tables have.
    pub fn rows(&self) -> u64 {
        self.meta.rows
    }
}

impl Serialize for FactsTold {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let files = self.tables.iter().map(|(table, rows)| json!({ "file": table.file(), "rows": rows }));
        json!({
            "as_at": self.meta.as_at,
            "known_at": self.meta.known_at,
            "known_import": self.meta.known_import,
            "policy_hash": self.meta.policy_hash,
            "version": env!("CARGO_PKG_VERSION"),
            "identified": self.naming == FactsNaming::Identified,
            "files": files.collect::<Vec<_>>(),
            "rows": self.meta.rows,
            "blake3": self.meta.blake3,
        })
        .serialize(serializer)
    }
}

impl Answer for FactsTold {
    fn words(&self, width: usize) -> String {
        let columns = [ListColumn::code("file"), ListColumn::figure("rows")];
        let rows = self.tables.iter().map(|(table, rows)| vec![table.file().to_owned(), rows.to_string()]);
        table(&columns, rows, width)
    }
}
