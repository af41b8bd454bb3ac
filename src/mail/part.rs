//! What a mail carries beside its two bodies.

/// A picture or an attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailPart {
    /// Its file name, unique within the mail; an inline part is shown in the HTML by `cid:<name>`.
    pub name: String,
    /// Its media type, parameters included, such as `image/png` or `text/calendar; charset=utf-8; method=PUBLISH`.
    pub content_type: String,
    /// Where it goes.
    pub place: PartPlace,
    /// What it holds.
    pub content: Vec<u8>,
}

/// Where a part of a mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartPlace {
    /// Within the HTML part.
    Inline,
    /// After the bodies, to be opened or saved.
    Attached,
}
