//! Mail as files: one `.eml` a message.

use std::io::{self, Write};
use std::path::Path;

use super::PreparedMail;
use crate::files::private;

/// Writes the mail below `folder`, whole or not at all, for nobody else to read. The name comes from the message alone, so that sending one
/// again replaces its file.
pub(super) fn write(folder: &Path, mail: &PreparedMail) -> io::Result<()> {
    private::make_folder(folder)?;
    let name = file_name(mail);
    let unfinished = folder.join(format!(".{name}.part"));
    let mut file = private::make_file(&unfinished)?;
    file.write_all(mail.text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&unfinished, folder.join(name))
}

/// `<yyyymmdd>-<id>-<local part>.eml`, with a hash in place of a local part that a file name should not hold.
fn file_name(mail: &PreparedMail) -> String {
    let local = mail.recipient.split('@').next().unwrap_or_default();
    let plain = !local.is_empty()
        && local.len() <= 64
        && local.chars().all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c));
    let who = if plain {
        local.to_owned()
    } else {
        blake3::hash(mail.recipient.as_bytes()).to_hex().chars().take(12).collect()
    };
    format!("{}-{:06}-{who}.eml", mail.dated.format("%Y%m%d"), mail.id)
}
