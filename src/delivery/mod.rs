//! Mail out: takes promised messages from the outbox and hands them to a mail server, or writes them as files.
//!
//! Comes in: messages that are due, and the caller's second look at whether, to whom and with what words to send them
//! ([`SendingRecheck`]). Goes out: SMTP, and what became of each message, recorded at once. One message's way: look again and
//! claim, its words kept → send with no transaction open → record. A refusal that is about one message touches that
//! message alone; one that is about us (sign-in, sender, relaying, certificate) stops delivery with nothing lost (spec 5).
//! It never chooses who is mailed, and never logs an address or an answer that might hold one above `debug`.

mod ahead;
mod deliver;
mod desk;
mod dkim;
mod envelope;
mod file;
mod outcome;
pub(crate) mod pace;
mod refusal;
mod round;
mod settings;
mod smtp;
mod summary;
mod tls;
mod transport;
mod wire;

use deliver::broke_off;
pub use deliver::{
    Delivery, DeliveryError, MailCompletion, RecheckFailed, SendingRecheck, SendingVerdict, StopSending,
    complete_as_kept, send_as_planned,
};
pub use dkim::{DkimError, DkimSettings, Signer};
pub use envelope::PreparedMail;
pub use outcome::{SendError, StopReason};
pub use pace::SendingRate;
pub use settings::{
    Credentials, MailSecurity, SenderIdentity, SmtpSettings, SmtpTimeouts, TransportError, TransportSettings,
};
pub use summary::{DeliverySummary, Patience};
pub use transport::{MemoryTransport, SentMail, Transport};
