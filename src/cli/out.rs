//! What a command prints: its result on standard output, messages for people on standard error.

use std::io::{BufWriter, Write};

use serde::Serialize;

use super::exit::Exit;
use crate::answers::{Answer, prose};

/// How much is said besides the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Nothing but failures (`-q`).
    Quiet,
    /// Notes a person needs.
    Normal,
    /// More (`-v`).
    Verbose,
}

/// Where a command's words go. With `--json` the result is one JSON document and nothing else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Out {
    /// Whether the result is JSON.
    pub(crate) json: bool,
    /// How much is said besides.
    pub(crate) talk: Verbosity,
}

impl Out {
    /// Prints a JSON document.
    pub(crate) fn document(self, document: &impl Serialize) -> anyhow::Result<()> {
        // Standard output by itself writes at every line's end.
        let mut out = BufWriter::new(std::io::stdout().lock());
        serde_json::to_writer_pretty(&mut out, document)?;
        writeln!(out)?;
        out.flush()?;
        Ok(())
    }

    /// Prints an answer, as a document or in words.
    pub(crate) fn answer(self, answer: &impl Answer) -> anyhow::Result<Exit> {
        if self.json {
            self.document(answer)?;
        } else {
            self.text(&answer.words(width()))?;
        }
        Ok(Exit::Done)
    }

    /// Prints lines of the result for people.
    pub(crate) fn text(self, text: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", text.trim_end())?;
        Ok(())
    }

    /// Says what is being done, to whoever asked to hear more.
    pub(crate) fn detail(self, text: &str) {
        if self.talk >= Verbosity::Verbose {
            complain(text);
        }
    }

    /// Says something to the person at the terminal, besides the result, in lines that fit it.
    pub(crate) fn note(self, text: &str) {
        if self.talk >= Verbosity::Normal {
            complain(&fitted(text, "", room(std::io::stderr())));
        }
    }
}

/// The least width of tables for people, in characters, and what is taken where nothing tells.
const WIDTH: usize = 80;

/// How many characters a line of the terminal has: by `COLUMNS`, else by itself.
pub(crate) fn width() -> usize {
    room(std::io::stdout()).unwrap_or(WIDTH)
}

/// The same of a stream; `None` for one that is no terminal, where nobody said how wide to write: in a file or a log a
/// sentence is found better on one line.
#[cfg(unix)]
pub(crate) fn room(stream: impl std::os::fd::AsFd) -> Option<usize> {
    let of_terminal = || {
        let size = rustix::termios::tcgetwinsize(stream).ok()?; // A file or a pipe has none.
        (size.ws_col > 0).then(|| usize::from(size.ws_col))
    };
    said_width().or_else(of_terminal).map(|width| width.max(WIDTH))
}

#[cfg(not(unix))]
pub(crate) fn room<Stream>(_: Stream) -> Option<usize> {
    said_width().map(|width| width.max(WIDTH))
}

fn said_width() -> Option<usize> {
    std::env::var("COLUMNS").ok().and_then(|said| said.trim().parse().ok()) // What is no number says nothing.
}

/// The text in lines that fit where there is so much room, each further one behind `hanging`.
pub(crate) fn fitted(text: &str, hanging: &str, room: Option<usize>) -> String {
    let Some(room) = room else { return text.to_owned() };
    prose(text, room.saturating_sub(hanging.len())).replace('\n', &format!("\n{hanging}"))
}

/// Says something on standard error, whatever was asked: a failure.
pub(crate) fn complain(text: &str) {
    // A closed standard error leaves nobody to tell.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// An error with its causes, each said once: many an error names its cause itself.
pub(crate) fn sentence(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |said, cause| match said.as_str() {
        "" => cause,
        told if told.contains(&cause) => said,
        told => format!("{told}: {cause}"),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cause_that_was_named_is_not_named_again() {
        let error = anyhow::anyhow!("the disk is full").context("x.csv can't be written: the disk is full");
        assert_eq!(super::sentence(&error), "x.csv can't be written: the disk is full");
        let error = anyhow::anyhow!("the disk is full").context("x.csv can't be written");
        assert_eq!(super::sentence(&error), "x.csv can't be written: the disk is full");
    }
}
