//! A mail server in the test's own process: it answers by script, and keeps what it received.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A point of the conversation at which a script can say what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the content.
    Content,
}

impl Point {
    pub const ALL: [Self; 7] =
        [Self::Greeting, Self::Ehlo, Self::Auth, Self::Mail, Self::Rcpt, Self::Data, Self::Content];
}

/// What the server does instead of its usual answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Answers as usual.
    Usual,
    /// Answers this.
    Say(&'static str),
    /// Answers this and ends the connection.
    SayAndClose(&'static str),
    /// Answers as usual, after a while.
    Late(Duration),
    /// Never answers.
    Hang,
    /// Ends the connection.
    Drop,
    /// Ends the connection in the middle of its answer.
    DropMidReply,
    /// Answers with a line that never ends.
    Pour,
}

/// How the server protects its connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protection {
    #[default]
    None,
    Tls,
    StartTls,
}

/// How the server behaves.
#[derive(Debug, Clone, Default)]
pub struct Script {
    acts: Vec<(Point, Act, usize)>,
    protection: Protection,
    per_connection: Option<usize>,
    mechanisms: Option<&'static str>,
    one_at_a_time: bool,
    careless: bool,
}

impl Script {
    /// Accepts everything.
    pub fn accepting() -> Self {
        Self::default()
    }

    /// At this point does this instead, always.
    pub fn at(self, point: Point, act: Act) -> Self {
        self.first(usize::MAX, point, act)
    }

    /// At this point does this instead, the first so many times.
    pub fn first(mut self, times: usize, point: Point, act: Act) -> Self {
        self.acts.push((point, act, times));
        self
    }

    /// At this point does this instead, the `nth` time only.
    pub fn nth(mut self, nth: usize, point: Point, act: Act) -> Self {
        self.acts.extend((1..nth).map(|_| (point, Act::Usual, 1)));
        self.first(1, point, act)
    }

    pub fn protected(mut self, protection: Protection) -> Self {
        self.protection = protection;
        self
    }

    /// Offers these ways to sign in, instead of PLAIN and LOGIN.
    pub fn offering(mut self, mechanisms: &'static str) -> Self {
        self.mechanisms = Some(mechanisms);
        self
    }

    /// Does not offer to take several commands at once.
    pub fn one_at_a_time(mut self) -> Self {
        self.one_at_a_time = true;
        self
    }

    /// Asks for the content even where no recipient was taken.
    pub fn careless(mut self) -> Self {
        self.careless = true;
        self
    }

    /// The answer to EHLO.
    fn offer(&self, secure: bool) -> String {
        let to_start = self.protection == Protection::StartTls && !secure;
        let offer = if to_start { "250-STARTTLS\r\n" } else { "" };
        let several = if self.one_at_a_time { "" } else { "250-PIPELINING\r\n" };
        let mechanisms = self.mechanisms.unwrap_or("PLAIN LOGIN");
        format!("250-mail.example.test\r\n{several}{offer}250-8BITMIME\r\n250 AUTH {mechanisms}")
    }

    /// Closes each connection without a word after so many messages.
    pub fn closing_after(mut self, messages: usize) -> Self {
        self.per_connection = Some(messages);
        self
    }
}

/// A message that reached the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub sender: String,
    pub recipients: Vec<String>,
    /// The mail, its line ends CRLF, its dots unstuffed.
    pub data: String,
    /// Whether the server was to confirm it.
    pub confirmed: bool,
    /// When it had arrived whole.
    pub at: Instant,
}

impl Received {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.data.split("\r\n\r\n").next()?;
        head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

#[derive(Default)]
struct State {
    script: Mutex<Script>,
    received: Mutex<Vec<Received>>,
    sign_ins: Mutex<Vec<String>>,
    connections: AtomicUsize,
    open: AtomicUsize,
    answered: AtomicUsize,
    most_open: AtomicUsize,
    at_once: AtomicUsize,
    announced: AtomicUsize,
    poured: AtomicUsize,
    greeted_as: Mutex<Vec<String>>,
}

impl State {
    fn act(&self, point: Point) -> Option<Act> {
        let mut script = self.script.lock().unwrap();
        let (_, act, left) = script.acts.iter_mut().find(|(at, _, left)| *at == point && *left > 0)?;
        *left -= 1;
        Some(*act)
    }
}

/// A running server; it ends when it is dropped.
pub struct SmtpServer {
    pub address: SocketAddr,
    /// Its own certificate, for `localhost`, as PEM.
    pub certificate: String,
    state: Arc<State>,
    listening: JoinHandle<()>,
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl SmtpServer {
    pub async fn start(script: Script) -> Self {
        let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![key.cert.der().clone()], private)
            .unwrap();
        let tls = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State { script: Mutex::new(script), ..State::default() });
        let shared = Arc::clone(&state);
        let listening = tokio::spawn(async move {
            let mut conversations = tokio::task::JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let (state, tls) = (Arc::clone(&shared), tls.clone());
                conversations.spawn(async move {
                    state.connections.fetch_add(1, Ordering::SeqCst);
                    let open = state.open.fetch_add(1, Ordering::SeqCst) + 1;
                    state.most_open.fetch_max(open, Ordering::SeqCst);
                    // A connection that breaks off is part of many scripts.
                    let _ = converse(Box::new(socket), &state, &tls).await;
                    state.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, certificate: key.cert.pem(), state, listening }
    }

    /// Behaves by another script from now on.
    pub fn follow(&self, script: Script) {
        *self.state.script.lock().unwrap() = script;
    }

    /// Listens no more.
    pub async fn stop(&self) {
        self.listening.abort();
        while !self.listening.is_finished() {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until so many messages have arrived.
    pub async fn until_received(&self, count: usize) {
        while self.received().len() < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// What was confirmed, by `Message-ID`.
    pub fn confirmed_ids(&self) -> Vec<String> {
        let received = self.received();
        let confirmed = received.iter().filter(|one| one.confirmed);
        confirmed.map(|one| one.header("Message-ID").unwrap().to_owned()).collect()
    }

    /// The AUTH lines received, and what answered questions.
    pub fn sign_ins(&self) -> Vec<String> {
        self.state.sign_ins.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.state.open.load(Ordering::SeqCst)
    }

    /// How many messages were answered, as far as the server can tell.
    pub fn answered(&self) -> usize {
        self.state.answered.load(Ordering::SeqCst)
    }

    /// How many connections were open at once, at most.
    pub fn most_open(&self) -> usize {
        self.state.most_open.load(Ordering::SeqCst)
    }

    /// How many times more commands had come with the naming of a sender.
    pub fn at_once(&self) -> usize {
        self.state.at_once.load(Ordering::SeqCst)
    }

    /// How many times the next message had been announced when a content was to be answered.
    pub fn announced(&self) -> usize {
        self.state.announced.load(Ordering::SeqCst)
    }

    /// How many bytes of lines without an end were taken.
    pub fn poured(&self) -> usize {
        self.state.poured.load(Ordering::SeqCst)
    }

    /// The names with which it was greeted.
    pub fn greeted_as(&self) -> Vec<String> {
        self.state.greeted_as.lock().unwrap().clone()
    }

    pub fn write_certificate(&self, path: &Path) {
        std::fs::write(path, &self.certificate).unwrap();
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

type Connection = BufReader<Box<dyn Stream>>;

fn over() -> std::io::Error {
    std::io::ErrorKind::ConnectionAborted.into()
}

async fn say(connection: &mut Connection, answer: &str) -> std::io::Result<()> {
    connection.write_all(format!("{answer}\r\n").as_bytes()).await?;
    connection.flush().await
}

/// Answers as the script says, else as usual; an error ends the conversation.
async fn answer(
    connection: &mut Connection,
    state: &State,
    point: Point,
    usual: &str,
) -> std::io::Result<bool> {
    let said = match state.act(point) {
        None | Some(Act::Usual) => usual,
        Some(Act::Say(other)) => other,
        Some(Act::Late(wait)) => {
            tokio::time::sleep(wait).await;
            usual
        }
        Some(Act::SayAndClose(other)) => {
            say(connection, other).await?;
            return Err(over());
        }
        Some(Act::Hang) => std::future::pending().await,
        Some(Act::Drop) => return Err(over()),
        Some(Act::Pour) => {
            let beginning: &[u8] = if usual.starts_with('3') { b"354 " } else { b"250 " };
            connection.write_all(beginning).await?;
            loop {
                connection.write_all(&[b'x'; 64 * 1024]).await?;
                state.poured.fetch_add(64 * 1024, Ordering::SeqCst);
            }
        }
        Some(Act::DropMidReply) => {
            connection.write_all(b"250-half an ans").await?;
            connection.flush().await?;
            return Err(over());
        }
    };
    say(connection, said).await?;
    Ok(said.starts_with(['2', '3']))
}

async fn line(connection: &mut Connection) -> std::io::Result<String> {
    let mut line = String::new();
    if connection.read_line(&mut line).await? == 0 {
        return Err(over());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn converse(socket: Box<dyn Stream>, state: &State, tls: &TlsAcceptor) -> std::io::Result<()> {
    let script = state.script.lock().unwrap().clone();
    let protection = script.protection;
    let mut secure = protection == Protection::Tls;
    let socket = if secure { Box::new(tls.accept(socket).await?) } else { socket };
    let mut connection: Connection = BufReader::new(socket);
    answer(&mut connection, state, Point::Greeting, "220 mail.example.test ESMTP").await?;
    let (mut sender, mut recipients, mut messages) = (None, Vec::new(), 0);
    loop {
        let command = line(&mut connection).await?;
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                state.greeted_as.lock().unwrap().extend(command.split(' ').nth(1).map(str::to_owned));
                answer(&mut connection, state, Point::Ehlo, &script.offer(secure)).await?;
            }
            "STARTTLS" => {
                if answer(&mut connection, state, Point::StartTls, "220 go ahead").await? {
                    connection = BufReader::new(Box::new(tls.accept(connection.into_inner()).await?));
                    secure = true;
                }
            }
            "AUTH" => {
                ask(&mut connection, state, command).await?;
                answer(&mut connection, state, Point::Auth, "235 2.7.0 welcome").await?;
            }
            "MAIL" => {
                if !connection.buffer().is_empty() {
                    state.at_once.fetch_add(1, Ordering::SeqCst);
                }
                recipients.clear();
                let taken = answer(&mut connection, state, Point::Mail, "250 2.1.0 OK").await?;
                sender = taken.then(|| bracketed(&command));
            }
            "RCPT" if sender.is_none() => say(&mut connection, "503 5.5.1 no sender").await?,
            "DATA" if recipients.is_empty() && !script.careless => {
                say(&mut connection, "503 5.5.1 no recipient").await?;
            }
            "RCPT" => {
                if answer(&mut connection, state, Point::Rcpt, "250 2.1.5 OK").await? {
                    recipients.push(bracketed(&command));
                }
            }
            "DATA" => {
                if let Some(data) = take_content(&mut connection, state).await? {
                    messages += 1;
                    keep(state, sender.as_deref().unwrap_or_default(), &recipients, data);
                    answer(&mut connection, state, Point::Content, "250 2.0.0 queued").await?;
                    state.answered.fetch_add(1, Ordering::SeqCst);
                }
                if script.per_connection == Some(messages) {
                    return Ok(());
                }
            }
            "QUIT" => return say(&mut connection, "221 2.0.0 bye").await,
            _ => say(&mut connection, "250 2.0.0 OK").await?,
        }
    }
}

/// Keeps an AUTH line, and where it asks for questions, what answers them: a name and a password, as that way has it.
async fn ask(connection: &mut Connection, state: &State, command: String) -> std::io::Result<()> {
    let by_questions = command.eq_ignore_ascii_case("AUTH LOGIN");
    state.sign_ins.lock().unwrap().push(command);
    for question in ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"].into_iter().filter(|_| by_questions) {
        say(connection, question).await?;
        let said = line(connection).await?;
        state.sign_ins.lock().unwrap().push(said);
    }
    Ok(())
}

/// Keeps a message, before it is answered: confirmed when the answer to come is the usual one or another yes.
fn keep(state: &State, sender: &str, recipients: &[String], data: String) {
    let script = state.script.lock().unwrap();
    let act = script.acts.iter().find(|(at, _, left)| *at == Point::Content && *left > 0);
    let confirmed = match act {
        None | Some((_, Act::Usual | Act::Late(_), _)) => true,
        Some((_, Act::Say(said) | Act::SayAndClose(said), _)) => said.starts_with('2'),
        Some(_) => false,
    };
    let (sender, recipients) = (sender.to_owned(), recipients.to_vec());
    let received = Received { sender, recipients, data, confirmed, at: Instant::now() };
    state.received.lock().unwrap().push(received);
}

/// The content, if the script lets it be sent.
async fn take_content(connection: &mut Connection, state: &State) -> std::io::Result<Option<String>> {
    if !answer(connection, state, Point::Data, "354 go on").await? {
        return Ok(None);
    }
    let mut data = String::new();
    loop {
        let line = line(connection).await?;
        if line == "." {
            let is_next_announced = !connection.buffer().is_empty();
            state.announced.fetch_add(usize::from(is_next_announced), Ordering::SeqCst);
            return Ok(Some(data));
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
        data.push_str("\r\n");
    }
}

fn bracketed(command: &str) -> String {
    let inner = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or_else(String::new, |(address, _)| address.to_owned())
}
