//! The line to a mail server, over which lettre holds the conversation: bounded answers, one for each command, each step
//! in its time, and nothing read across the beginning of TLS.
//!
//! Whatever a server does, no more of it is held than an answer may be long, and nothing that it says unasked is taken
//! for an answer to what is asked afterwards (spec 5). lettre is handed a line at a time, so that it holds nothing back
//! of what has arrived: what is not read yet is all here.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep, timeout};
use tokio_rustls::TlsConnector;

use self::answer::AnswerBeingRead;
use super::outcome::SendFault;

mod answer;

/// The longest line of an answer, its end included.
const LINE_BYTES: usize = 4 * 1024;
/// What is read at once.
const READ_BYTES: usize = 2 * 1024;
/// How much is written within the time for a block.
const BLOCK_BYTES: usize = 64 * 1024;
/// A farewell, which lettre says of its own accord too when a greeting is refused.
const FAREWELL: &[u8] = b"QUIT\r\n";
/// How long a server may take over what no message depends on: a farewell, or taking back a refused one.
pub(super) const COURTESY: Duration = Duration::from_secs(1);

/// What bytes go over.
pub(super) trait WireStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> WireStream for T {}

/// A connection to a mail server. Its clones are the same connection: lettre speaks over one, and whoever holds another
/// says how long each step may take and begins TLS.
#[derive(Clone)]
pub(super) struct Wire(Arc<Mutex<WireLine>>);

/// How long a step may take: writing each block, and the answer.
#[derive(Debug, Clone, Copy)]
struct StepTimeouts {
    block: Duration,
    answer: Duration,
}

struct WireLine {
    /// None while TLS is agreed on, and when it is over.
    stream: Option<Box<dyn WireStream>>,
    local: Option<SocketAddr>,
    peer: Option<SocketAddr>,
    /// What has arrived and is not read yet: never more than a line and what is read at once.
    arrived: Vec<u8>,
    /// What of a line lettre has not read yet.
    handed: Vec<u8>,
    answer: AnswerBeingRead,
    /// Whether a command is being written, of which the beginning has been.
    speaking: bool,
    /// How much of a block is written.
    written: usize,
    /// How much of all that is being said is, and after how much of it an answer may come.
    spoken: usize,
    asks: usize,
    step: StepTimeouts,
    /// When what is waited for has taken too long.
    patience: Option<Pin<Box<Sleep>>>,
    /// What broke the line. Nothing is said or heard after it.
    broken: Option<SendFault>,
}

impl Wire {
    /// Over a stream that stands.
    pub(super) fn over(stream: Box<dyn WireStream>) -> Self {
        Self(Arc::new(Mutex::new(WireLine {
            stream: Some(stream),
            local: None,
            peer: None,
            arrived: Vec::new(),
            handed: Vec::new(),
            answer: AnswerBeingRead::greeting(),
            speaking: false,
            written: 0,
            spoken: 0,
            asks: usize::MAX,
            step: StepTimeouts { block: COURTESY, answer: COURTESY },
            patience: None,
            broken: None,
        })))
    }

    /// Connects to the server.
    pub(super) async fn connect(host: &str, port: u16, within: Duration) -> Result<Self, SendFault> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let stream = in_time(within, TcpStream::connect((bare, port)))
            .await?
            .map_err(|error| SendFault::of_connecting(&error, host, port))?;
        // An answer is waited for after each write: nothing is gained by holding one back.
        stream.set_nodelay(true).map_err(|error| SendFault::of_line(&error))?;
        let (local, peer) = (stream.local_addr().ok(), stream.peer_addr().ok());
        let wire = Self::over(Box::new(stream));
        let mut line = wire.line();
        (line.local, line.peer) = (local, peer);
        drop(line);
        Ok(wire)
    }

    /// Goes on by TLS. What the server has said before and was not asked for ends it: somebody in between may have
    /// slipped it in, to be read as if it had come from the server (RFC 3207).
    pub(super) async fn secure(
        &self,
        tls: &TlsConnector,
        host: &str,
        port: u16,
        within: Duration,
    ) -> Result<(), SendFault> {
        if poll_fn(|context| Poll::Ready(self.line().arrives(context))).await? {
            return Err(SendFault::Interfered(format!("{host} port {port}")));
        }
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(bare)
            .map_err(|_| SendFault::Unusable(format!("{host} is no name that a certificate could bear")))?;
        let stream = self.line().stream.take().ok_or_else(ended)?;
        let stream = in_time(within, tls.connect(name, stream))
            .await?
            .map_err(|error| SendFault::of_connecting(&error, host, port))?;
        self.line().stream = Some(Box::new(stream));
        Ok(())
    }

    /// Has lettre read a greeting, which a server does not say again after it has gone over to TLS (RFC 3207): so it
    /// begins a conversation anew over this line, and knows nothing of what was offered before.
    pub(super) fn greet_again(&self) {
        self.line().handed = b"220 by TLS\r\n".to_vec();
    }

    /// Holds that the line stands, and that nothing was said over it that nobody asked for.
    pub(super) async fn stands(&self) -> Result<(), SendFault> {
        poll_fn(|context| Poll::Ready(self.line().expect_silence(context))).await
    }

    /// How long the next step may take: writing each block, and the answer, which must be whole within that time.
    pub(super) fn allow(&self, block: Duration, answer: Duration) {
        let mut line = self.line();
        line.step = StepTimeouts { block, answer };
        line.patience = None;
    }

    /// Has the server answer once it has heard so many bytes of what is said next, before the rest of it.
    pub(super) fn may_be_answered_after(&self, bytes: usize) {
        self.line().asks = bytes;
    }

    /// Our own address of it.
    pub(super) fn local(&self) -> Option<SocketAddr> {
        self.line().local
    }

    /// Whether the server offered this extension when it was greeted last.
    pub(super) fn offers(&self, extension: &str) -> bool {
        self.line().answer.offers(extension)
    }

    /// The code that the server said where lettre read this one.
    pub(super) fn said(&self, read: u16) -> u16 {
        self.line().answer.said(read)
    }

    fn line(&self) -> MutexGuard<'_, WireLine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WireLine {
    /// The next of what lettre is to read.
    fn poll_line(&mut self, context: &mut Context<'_>) -> Poll<Result<(), SendFault>> {
        while self.handed.is_empty() {
            self.in_time(context, self.step.answer)?;
            if let Some(line) = self.next_line()? {
                self.handed = self.answer.take(&line)?.unwrap_or_default().into_bytes();
                if self.answer.whole {
                    self.patience = None;
                }
            } else {
                ready!(self.poll_arrival(context))?;
            }
        }
        Poll::Ready(Ok(()))
    }

    /// A line, its end included, if a whole one has arrived.
    fn next_line(&mut self) -> Result<Option<Vec<u8>>, SendFault> {
        let end = self.arrived.iter().position(|byte| *byte == b'\n');
        if end.unwrap_or(self.arrived.len()) >= LINE_BYTES {
            return Err(SendFault::lost("it sent a line of more than 4 KB"));
        }
        Ok(end.map(|end| self.arrived.drain(..=end).collect()))
    }

    fn poll_arrival(&mut self, context: &mut Context<'_>) -> Poll<Result<(), SendFault>> {
        let mut read = [0; READ_BYTES];
        let mut buffer = ReadBuf::new(&mut read);
        let stream = self.stream.as_mut().ok_or_else(ended)?;
        ready!(Pin::new(stream).poll_read(context, &mut buffer))
            .map_err(|error| SendFault::of_line(&error))?;
        if buffer.filled().is_empty() {
            return Poll::Ready(Err(ended()));
        }
        self.arrived.extend_from_slice(buffer.filled());
        Poll::Ready(Ok(()))
    }

    /// Whether anything has arrived that was not asked for. The end of the connection is an error.
    fn arrives(&mut self, context: &mut Context<'_>) -> Result<bool, SendFault> {
        if self.arrived.is_empty()
            && let Poll::Ready(arrived) = self.poll_arrival(context)
        {
            arrived?;
        }
        Ok(!self.arrived.is_empty())
    }

    /// Holds that nothing was said unasked: it would be read as the answer to what is said next.
    fn expect_silence(&mut self, context: &mut Context<'_>) -> Result<(), SendFault> {
        match self.arrives(context)? {
            false => Ok(()),
            true if self.arrived.starts_with(b"421") => {
                Err(SendFault::lost("the server ended it with 421, as when it has waited too long"))
            }
            true => Err(SendFault::lost("the server spoke without being asked")),
        }
    }

    /// Writes on, where the server has said nothing unasked. Once it was asked, its answer is what counts, whether or not it
    /// hears the rest.
    fn poll_words(&mut self, context: &mut Context<'_>, words: &[u8]) -> Poll<Result<usize, SendFault>> {
        if !self.speaking {
            self.begin(words);
        }
        self.in_time(context, self.step.block)?;
        let is_asked = self.spoken >= self.asks;
        if !is_asked {
            self.expect_silence(context)?;
        }
        let block = words.get(..BLOCK_BYTES - self.written).unwrap_or(words);
        let stream = self.stream.as_mut().ok_or_else(ended)?;
        let written = match ready!(Pin::new(stream).poll_write(context, block)) {
            Ok(0) => return Poll::Ready(Err(ended())),
            Ok(written) => written,
            Err(_) if is_asked => block.len(),
            Err(error) => return Poll::Ready(Err(SendFault::of_line(&error))),
        };
        self.spoken += written;
        self.written += written;
        if self.written >= BLOCK_BYTES {
            (self.written, self.patience) = (0, None);
        }
        Poll::Ready(Ok(written))
    }

    /// A command, or a content, begins.
    fn begin(&mut self, words: &[u8]) {
        if words == FAREWELL {
            self.step = StepTimeouts { block: COURTESY, answer: COURTESY };
        }
        (self.speaking, self.spoken, self.written, self.patience) = (true, 0, 0, None);
        self.answer.to(words);
    }

    fn poll_all_gone(&mut self, context: &mut Context<'_>) -> Poll<Result<(), SendFault>> {
        self.in_time(context, self.step.block)?;
        let stream = self.stream.as_mut().ok_or_else(ended)?;
        ready!(Pin::new(stream).poll_flush(context)).map_err(|error| SendFault::of_line(&error))?;
        (self.speaking, self.asks, self.patience) = (false, usize::MAX, None);
        Poll::Ready(Ok(()))
    }

    /// Holds that what is waited for takes no longer than this, from the first time it was waited for.
    fn in_time(&mut self, context: &mut Context<'_>, within: Duration) -> Result<(), SendFault> {
        let patience = self.patience.get_or_insert_with(|| Box::pin(sleep(within)));
        match patience.as_mut().poll(context) {
            Poll::Ready(()) => Err(too_late(within)),
            Poll::Pending => Ok(()),
        }
    }

    /// Does something where the line stands, and keeps what breaks it.
    fn poll_whole<T>(
        &mut self,
        what: impl FnOnce(&mut Self) -> Poll<Result<T, SendFault>>,
    ) -> Poll<io::Result<T>> {
        let fault = match &self.broken {
            Some(fault) => fault.clone(),
            None => match ready!(what(self)) {
                Ok(done) => return Poll::Ready(Ok(done)),
                Err(fault) => fault,
            },
        };
        self.broken = Some(fault.clone());
        Poll::Ready(Err(fault.into_io()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut line = self.line();
        ready!(line.poll_whole(|line| line.poll_line(context)))?;
        let count = buffer.remaining().min(line.handed.len());
        let rest = line.handed.split_off(count);
        buffer.put_slice(&line.handed);
        line.handed = rest;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, words: &[u8]) -> Poll<io::Result<usize>> {
        self.line().poll_whole(|line| line.poll_words(context, words))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.line().poll_whole(|line| line.poll_all_gone(context))
    }

    /// Hangs up. Everything that the server was to know has been said.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.line().stream = None;
        Poll::Ready(Ok(()))
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.line().peer.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

fn ended() -> SendFault {
    SendFault::lost("the server ended it")
}

fn too_late(within: Duration) -> SendFault {
    SendFault::lost(format!("no answer within {}", in_words(within)))
}

async fn in_time<T>(within: Duration, what: impl Future<Output = T>) -> Result<T, SendFault> {
    timeout(within, what).await.map_err(|_| too_late(within))
}

fn in_words(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds > 60 && seconds % 60 == 0 => format!("{} minutes", seconds / 60),
        0 => format!("{} milliseconds", time.as_millis()),
        seconds => format!("{seconds} seconds"),
    }
}

#[cfg(test)]
mod tests;
