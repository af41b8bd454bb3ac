//! The words of messages as they are kept: compressed, since they are kept for good and are alike but for a few of them.
//!
//! A mail of a few kilobytes has too little in it for a compressor to learn from. So each is compressed with a dictionary of
//! what mails have in common, trained with fictional mails of this program's own templates and compiled in. A dictionary that
//! was used is kept as a row for ever: what was compressed with it is read with it, by whichever version of the program.

use std::collections::HashMap;
use std::sync::LazyLock;

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::get_frame_content_size;

use crate::mail::{MailPart, Rendered};

/// The dictionary of this version: the test `the_dictionary_serves_the_mails_of_today` says when and how to make a new one.
const OURS: &[u8] = include_bytes!("packed/dictionary.zstd");

/// Of zstd's levels, the last that costs next to nothing with a dictionary.
const LEVEL: i32 = 3;

/// The most that a kept text may come to, in bytes: a damaged row may claim anything.
const LONGEST: usize = 1 << 28;

/// Of the dictionary's head, where its number stands.
const NUMBER_AT: std::ops::Range<usize> = 4..8;

static PREPARED: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(OURS, LEVEL));

/// A dictionary as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BodyDictionary<'a> {
    /// The number that zstd gave it, of a hash of what it holds. Every text that was compressed with it bears it.
    pub(crate) id: i32,
    /// What it holds.
    pub(crate) content: &'a [u8],
}

/// The dictionary that this version compresses with.
pub(crate) fn own_dictionary() -> BodyDictionary<'static> {
    BodyDictionary { id: number_of(OURS), content: OURS }
}

/// The number that stands in the head of a dictionary; 0 where it has none.
fn number_of(dictionary: &[u8]) -> i32 {
    let number = dictionary.get(NUMBER_AT).and_then(|bytes| bytes.try_into().ok());
    number.map_or(0, i32::from_le_bytes)
}

/// How a text is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyEncoding {
    /// As it is.
    Plain,
    /// Compressed by zstd, with the dictionary that the row names, if it names one.
    Zstd,
}

impl BodyEncoding {
    /// Its name in tables.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Zstd => "zstd",
        }
    }
}

/// Some bytes as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PackedBytes {
    /// How they are kept.
    pub(crate) encoding: BodyEncoding,
    /// The dictionary that they are compressed with.
    pub(crate) dictionary: Option<i32>,
    /// They themselves.
    pub(crate) content: Vec<u8>,
}

impl PackedBytes {
    /// Bytes that are kept as they are.
    pub(crate) fn plain(content: Vec<u8>) -> Self {
        Self { encoding: BodyEncoding::Plain, dictionary: None, content }
    }
}

/// The words of a message as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PackedWords {
    /// How many bytes of what is kept are of the text part, which comes first; the rest are of the HTML part.
    pub(crate) text_bytes: i32,
    /// Both bodies.
    pub(crate) body: PackedBytes,
    /// What the message carries beside them, in its order.
    pub(crate) parts: Vec<PackedBytes>,
}

/// Compresses the words of messages, one after another.
pub(crate) struct WordsPacker {
    /// None where there is no memory for it: all is kept as it is then.
    compressor: Option<Compressor<'static>>,
}

impl WordsPacker {
    pub(crate) fn new() -> Self {
        let compressor = Compressor::with_prepared_dictionary(&PREPARED).ok();
        // What was damaged on the disk is not to be taken for what was said.
        let checked = compressor.and_then(|mut one| one.include_checksum(true).is_ok().then_some(one));
        Self { compressor: checked }
    }

    /// What is kept of a message's words.
    pub(crate) fn pack(&mut self, content: &Rendered) -> PackedWords {
        let Rendered { text, html, parts, .. } = content;
        let mut both = Vec::with_capacity(text.len() + html.len());
        both.extend_from_slice(text.as_bytes());
        both.extend_from_slice(html.as_bytes());
        let part = |part: &MailPart| self.pack_bytes(part.content.clone());
        PackedWords {
            text_bytes: i32::try_from(text.len()).unwrap_or(i32::MAX),
            parts: parts.iter().map(part).collect(),
            body: self.pack_bytes(both),
        }
    }

    /// These bytes compressed, where that makes them fewer.
    pub(crate) fn pack_bytes(&mut self, bytes: Vec<u8>) -> PackedBytes {
        let compressed = self.compressor.as_mut().and_then(|compressor| compressor.compress(&bytes).ok());
        match compressed.filter(|compressed| compressed.len() < bytes.len()) {
            Some(content) => {
                PackedBytes { encoding: BodyEncoding::Zstd, dictionary: Some(own_dictionary().id), content }
            }
            None => PackedBytes::plain(bytes),
        }
    }
}

/// Why the words of a message can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the words of message {message} can't be read ({why}): take the database from a backup to see them")]
pub struct UnreadableWords {
    /// The number of the message.
    pub message: i32,
    /// What is wrong with what is kept of them.
    pub why: String,
}

/// Reads what was packed, with the dictionaries that it names.
pub(crate) struct WordsUnpacker {
    dictionaries: HashMap<i32, DecoderDictionary<'static>>,
}

impl WordsUnpacker {
    /// One that knows these dictionaries: the number that each is kept under, and what it holds.
    pub(crate) fn with(kept: impl IntoIterator<Item = (i32, Vec<u8>)>) -> Self {
        let dictionaries = kept.into_iter().map(|(id, content)| (id, DecoderDictionary::copy(&content)));
        Self { dictionaries: dictionaries.collect() }
    }

    /// Both bodies of a message.
    ///
    /// # Errors
    /// What is wrong with what is kept.
    pub(crate) fn words(
        &self,
        (text_bytes, encoding, dictionary, content): (i32, &str, Option<i32>, Vec<u8>),
    ) -> Result<(String, String), String> {
        let both = String::from_utf8(self.bytes(encoding, dictionary, content)?)
            .map_err(|_| "it is no text".to_owned())?;
        let split = usize::try_from(text_bytes).ok().and_then(|at| both.split_at_checked(at));
        let (text, html) = split.ok_or_else(|| format!("it is shorter than {text_bytes} bytes"))?;
        Ok((text.to_owned(), html.to_owned()))
    }

    /// The bytes that were packed so.
    ///
    /// # Errors
    /// What is wrong with what is kept.
    pub(crate) fn bytes(
        &self,
        encoding: &str,
        dictionary: Option<i32>,
        content: Vec<u8>,
    ) -> Result<Vec<u8>, String> {
        if encoding == BodyEncoding::Plain.as_str() {
            return Ok(content);
        }
        if encoding != BodyEncoding::Zstd.as_str() {
            return Err(format!("it is kept as {encoding:?}, which this version does not know"));
        }
        let prepared = match dictionary {
            None => None,
            Some(id) => {
                Some(self.dictionaries.get(&id).ok_or_else(|| format!("its dictionary {id} is not there"))?)
            }
        };
        let decompressor = match prepared {
            Some(dictionary) => Decompressor::with_prepared_dictionary(dictionary),
            None => Decompressor::new(),
        };
        let says = get_frame_content_size(&content).map_err(|_| "it is not what zstd makes")?;
        let long = says.and_then(|bytes| usize::try_from(bytes).ok()).filter(|bytes| *bytes <= LONGEST);
        let long = long.ok_or("it does not say how long it is")?;
        decompressor.and_then(|mut one| one.decompress(&content, long)).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests;
