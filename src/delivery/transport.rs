//! Where mail goes: a mail server, a folder, or memory.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use lettre::address::Envelope;

use super::outcome::StopReason;
use super::smtp::Smtp;
use super::{PreparedMail, SendError, TransportError, TransportSettings, file};
use crate::files::private;

/// A way for mail to go.
#[derive(Debug)]
pub enum Transport {
    /// A mail server.
    Smtp(Box<Smtp>),
    /// A folder, one `.eml` file a message.
    File(PathBuf),
    /// Memory, for tests.
    Memory(MemoryTransport),
}

/// A mail that was kept in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMail {
    /// Who it went to.
    pub recipient: String,
    /// Its `Message-ID`.
    pub message_id: String,
    /// The whole mail.
    pub bytes: Vec<u8>,
}

/// Mail kept in memory; clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryTransport(Arc<Mutex<Vec<SentMail>>>);

impl MemoryTransport {
    /// Everything sent so far, in order.
    pub fn sent(&self) -> Vec<SentMail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Transport {
    /// The transport these settings describe; nothing is connected yet.
    pub fn new(settings: TransportSettings) -> Result<Self, TransportError> {
        match settings {
            TransportSettings::Smtp(smtp) => Ok(Self::Smtp(Box::new(Smtp::new(smtp)?))),
            TransportSettings::File { folder } => Ok(Self::File(folder)),
        }
    }

    /// Sends one mail. An `Ok` is the server's confirmation. A server may be told meanwhile of the `next` one for it.
    pub(super) async fn send(&self, mail: &PreparedMail, next: Option<&Envelope>) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.send(mail, next).await,
            Self::File(folder) => {
                let (folder, mail) = (folder.clone(), mail.clone());
                let written = tokio::task::spawn_blocking(move || file::write(&folder, &mail)).await;
                match written {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(error)) => Err(folder_fault(&error.to_string())),
                    Err(error) => Err(folder_fault(&error.to_string())),
                }
            }
            Self::Memory(memory) => {
                memory.0.lock().unwrap_or_else(PoisonError::into_inner).push(SentMail {
                    recipient: mail.recipient.clone(),
                    message_id: mail.message_id.clone(),
                    bytes: mail.text.clone().into_bytes(),
                });
                Ok(())
            }
        }
    }

    /// Whether mail could be sent: connects and signs in, or looks at the folder. Sends nothing and makes nothing.
    pub async fn check(&self) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.check().await,
            Self::File(folder) => {
                private::look_at_folder(folder).map(drop).map_err(|error| folder_fault(&error.to_string()))
            }
            Self::Memory(_) => Ok(()),
        }
    }

    /// Ends the connections kept between messages.
    pub async fn close(&self) {
        if let Self::Smtp(smtp) = self {
            smtp.close().await;
        }
    }
}

/// A folder that can't be written is no message's fault.
fn folder_fault(why: &str) -> SendError {
    SendError::Stop(StopReason::Folder(why.to_owned()))
}
