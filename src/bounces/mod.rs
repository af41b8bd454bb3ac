//! Returned mail in: which addresses mail can't reach.
//!
//! Comes in: a Maildir or a folder of files, as a mail server leaves what comes back to the sender's address. Goes out:
//! what each report said of an address, kept for good, and the addresses that no mail can reach ([`store::bouncing`]).
//! A report counts only where it is about a message of ours, known by its `Message-ID`, or, where a delivery report
//! (RFC 3464) carries no copy of what it is about, by an address that we sent to. A hard bounce belongs to the address,
//! not to the person: another address in the next staff list is another address.
//! It never changes or moves a file, never decides who is mailed, and takes any bytes without breaking.

mod delivery_status;
mod folder;
mod report;
pub mod store;
mod weight;

pub use folder::{Found, Reader};
pub use report::{NotAReport, Report, Returned, read};
pub use weight::Weight;
