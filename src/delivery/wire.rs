//! The line to a mail server: bounded answers, one for each command, and nothing read across the beginning of TLS.
//!
//! Whatever a server does, no more of it is held than an answer may be long, and nothing that it says unasked is taken
//! for an answer to what is asked afterwards (spec 5).

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::outcome::Fault;

/// The longest line of an answer, its end included.
const LINE_BYTES: usize = 4 * 1024;
/// The longest answer, all its lines together.
const ANSWER_BYTES: usize = 64 * 1024;
/// What is read at once.
const READ_BYTES: usize = 2 * 1024;

/// What bytes go over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// An answer: the code that all its lines bear, and the words of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub code: u16,
    pub lines: Vec<String>,
}

impl Answer {
    /// The words as one text.
    pub(super) fn text(&self) -> String {
        self.lines.join("\n")
    }
}

/// A connection to a mail server.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    /// Our own address of it.
    pub local: Option<SocketAddr>,
    /// What has arrived and is not read yet: never more than a line and what is read at once.
    arrived: Vec<u8>,
}

impl Wire {
    /// Over a stream that stands.
    pub(super) fn over(stream: Box<dyn Stream>, local: Option<SocketAddr>) -> Self {
        Self { stream, local, arrived: Vec::new() }
    }

    /// Connects to the server.
    pub(super) async fn connect(host: &str, port: u16, within: Duration) -> Result<Self, Fault> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let stream = in_time(within, TcpStream::connect((bare, port)))
            .await?
            .map_err(|error| Fault::of_connecting(&error, host, port))?;
        // An answer is waited for after each write: nothing is gained by holding one back.
        stream.set_nodelay(true).map_err(|error| Fault::of_line(&error))?;
        let local = stream.local_addr().ok();
        Ok(Self::over(Box::new(stream), local))
    }

    /// Goes on by TLS. What the server has said before and was not asked for ends it: somebody in between may have
    /// slipped it in, to be read as if it had come from the server (RFC 3207).
    pub(super) async fn secure(
        mut self,
        tls: &TlsConnector,
        host: &str,
        port: u16,
        within: Duration,
    ) -> Result<Self, Fault> {
        if self.arrives().await.map_err(|error| Fault::of_line(&error))? {
            return Err(Fault::Interfered(format!("{host} port {port}")));
        }
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(bare)
            .map_err(|_| Fault::Unusable(format!("{host} is no name that a certificate could bear")))?;
        let stream = in_time(within, tls.connect(name, self.stream))
            .await?
            .map_err(|error| Fault::of_connecting(&error, host, port))?;
        Ok(Self::over(Box::new(stream), self.local))
    }

    /// Writes, where the server has said nothing unasked.
    pub(super) async fn write(&mut self, bytes: &[u8], within: Duration) -> Result<(), Fault> {
        self.expect_silence().await?;
        let writing = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        in_time(within, writing).await?.map_err(|error| Fault::of_line(&error))
    }

    /// The next answer, which must be whole within this time.
    pub(super) async fn answer(&mut self, within: Duration) -> Result<Answer, Fault> {
        in_time(within, self.read_answer()).await?
    }

    async fn read_answer(&mut self) -> Result<Answer, Fault> {
        let (mut answer, mut length) = (None, 0);
        loop {
            let line = self.read_line().await?;
            length += line.len();
            if length > ANSWER_BYTES {
                return Err(Fault::lost("it sent an answer of more than 64 KB"));
            }
            let (code, is_last, words) = parse(&line)?;
            let all = answer.get_or_insert_with(|| Answer { code, lines: Vec::new() });
            if all.code != code {
                return Err(Fault::lost("the lines of its answer contradict each other"));
            }
            all.lines.push(words);
            if is_last && let Some(answer) = answer.take() {
                return Ok(answer);
            }
        }
    }

    /// A line, without its end.
    async fn read_line(&mut self) -> Result<Vec<u8>, Fault> {
        loop {
            if let Some(end) = self.arrived.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.arrived.drain(..=end).collect();
                if line.len() > LINE_BYTES {
                    return Err(too_long());
                }
                line.pop();
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(line);
            }
            if self.arrived.len() >= LINE_BYTES {
                return Err(too_long());
            }
            let mut read = [0; READ_BYTES];
            let count = self.stream.read(&mut read).await.map_err(|error| Fault::of_line(&error))?;
            if count == 0 {
                return Err(Fault::lost("the server ended it"));
            }
            self.arrived.extend(read.iter().take(count));
        }
    }

    /// Whether anything has arrived that was not asked for. The end of the connection is an error.
    async fn arrives(&mut self) -> io::Result<bool> {
        if !self.arrived.is_empty() {
            return Ok(true);
        }
        let mut read = [0; READ_BYTES];
        let mut buffer = ReadBuf::new(&mut read);
        let stream = &mut self.stream;
        let looked = poll_fn(|context| {
            Poll::Ready(match Pin::new(&mut *stream).poll_read(context, &mut buffer) {
                Poll::Ready(read) => Some(read),
                Poll::Pending => None,
            })
        });
        match looked.await {
            None => Ok(false),
            Some(Err(error)) => Err(error),
            Some(Ok(())) if buffer.filled().is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
            Some(Ok(())) => {
                self.arrived.extend_from_slice(buffer.filled());
                Ok(true)
            }
        }
    }

    /// Holds that nothing was said unasked: it would be read as the answer to what is said next.
    pub(super) async fn expect_silence(&mut self) -> Result<(), Fault> {
        match self.arrives().await {
            Ok(false) => Ok(()),
            Ok(true) if self.arrived.starts_with(b"421") => {
                Err(Fault::lost("the server ended it with 421, as when it has waited too long"))
            }
            Ok(true) => Err(Fault::lost("the server spoke without being asked")),
            Err(error) => Err(Fault::of_line(&error)),
        }
    }
}

fn too_long() -> Fault {
    Fault::lost("it sent a line of more than 4 KB")
}

/// Three digits, of which the first tells good from bad, and a hyphen where more lines follow (RFC 5321, 4.2).
fn parse(line: &[u8]) -> Result<(u16, bool, String), Fault> {
    let code = match line {
        [first @ b'2'..=b'5', second @ b'0'..=b'9', third @ b'0'..=b'9', ..] => {
            [first, second, third].into_iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'))
        }
        _ => return Err(no_answer()),
    };
    let is_last = match line.get(3) {
        None | Some(b' ') => true,
        Some(b'-') => false,
        Some(_) => return Err(no_answer()),
    };
    let words = line.get(4..).unwrap_or_default();
    Ok((code, is_last, String::from_utf8_lossy(words).into_owned()))
}

fn no_answer() -> Fault {
    Fault::lost("what it sent is no answer of a mail server")
}

async fn in_time<T>(within: Duration, what: impl Future<Output = T>) -> Result<T, Fault> {
    timeout(within, what).await.map_err(|_| Fault::lost(format!("no answer within {}", in_words(within))))
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
