//! A fictional trust to try everything on: the import files of an acute trust of some 600 people with years of
//! training history ([`write()`]), and of an organisation of any size for measuring ([`write_large`]).
//!
//! What goes in: how many people, the share of them to be up to date, a seed and the day it is. What comes out: files
//! in the formats of spec section 3, the same ones for the same wishes. Nothing here reads them or knows what becomes
//! of them. Every address is at example.org, and every person is made up.

mod assurance;
mod bookings;
mod dice;
mod files;
mod history;
mod large;
mod money;
mod names;
mod people;
mod posts;
#[cfg(test)]
mod tests;
mod trust;
mod wishes;

use std::path::Path;

pub use files::DemoError;
pub(crate) use files::TrustFiles;
pub use large::{LargeFiles, write_large};
pub(crate) use trust::FictionalTrust;
pub(crate) use wishes::{ORGANISATION_CODE, ORGANISATION_NAME, SAFEGUARDING_EMAIL, TrustOptions};

/// Makes up a trust and writes its import files into `dir`, which is made if it is missing.
pub(crate) fn write(dir: &Path, options: &TrustOptions) -> Result<TrustFiles, DemoError> {
    crate::files::private::make_folder(dir)
        .map_err(|source| DemoError::Write { path: dir.to_owned(), source })?;
    files::write(dir, &FictionalTrust::generate(options))
}
