//! Returned mail in: which mailboxes are not there.
//!
//! Comes in: a Maildir or a folder of files, as a mail server leaves what comes back to the sender's address. Goes out:
//! what each delivery report (RFC 3464) said of the address that a message of ours went to, kept for good, and the
//! addresses that staff are not mailed at ([`store::silenced`]). A report counts only where it is about a message of
//! ours, known by its `Message-ID`, and about the address that this very message went to: whoever does not know a
//! `Message-ID` can say nothing, and whoever knows one can say something of one address. What a person wrote never
//! counts. A hard bounce belongs to the address, not to the person: another address in the next staff list is another
//! address.
//! It never changes or moves a file, never decides who is mailed, and takes any bytes without breaking.

mod delivery_status;
mod folder;
mod recipient;
mod report;
mod report_bytes;
pub mod store;
mod weight;
mod words;
mod written_by;

pub(crate) use folder::{BounceFolder, NewBounceFile};
pub(crate) use report::{DeliveryReport, read};
pub use weight::BounceWeight;
