//! A body that is written while it is sent: a thread writes, and waits where nobody reads.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The pieces that are on their way at once.
const PIECES: usize = 4;
/// How large a piece is, but for the last.
const PIECE: usize = 64 * 1024;

/// What is written into the body.
#[derive(Debug)]
pub(crate) struct BodyWriter {
    sender: Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

struct WrittenBody(Receiver<io::Result<Bytes>>);

/// A body, and what writes it: on a thread that may wait.
pub(crate) fn written_body() -> (Body, BodyWriter) {
    let (sender, receiver) = channel(PIECES);
    (Body::new(WrittenBody(receiver)), BodyWriter { sender, piece: Vec::with_capacity(PIECE) })
}

impl BodyWriter {
    /// Nothing more comes; or it can't be written to its end, and whoever reads is told so by a connection that breaks.
    pub(crate) fn end(mut self, written: io::Result<()>) {
        let last = written.and_then(|()| self.flush());
        if let Err(error) = last {
            // Whoever went away needs no telling.
            let _ = self.sender.blocking_send(Err(error));
        }
    }
}

impl Write for BodyWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        let sent = self.sender.blocking_send(Ok(piece.into()));
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl HttpBody for WrittenBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
