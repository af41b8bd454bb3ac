//! Answers of servers that mean ill or are broken.

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Noop, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;

const PATIENT: Duration = Duration::from_secs(20);

/// A wire that lettre and the server have greeted each other over, and the server's end of it.
async fn greeted() -> (Wire, AsyncSmtpConnection, DuplexStream) {
    greeted_over(1 << 20).await
}

/// [`greeted`], over a line that takes so many bytes before the other end reads them.
async fn greeted_over(bytes: usize) -> (Wire, AsyncSmtpConnection, DuplexStream) {
    let (ours, mut theirs) = duplex(bytes);
    let wire = Wire::over(Box::new(ours));
    wire.allow(PATIENT, PATIENT);
    let server = async {
        theirs.write_all(b"220 mail.test\r\n").await.unwrap();
        let mut hello = [0; 12];
        theirs.read_exact(&mut hello).await.unwrap();
        assert_eq!(&hello, b"EHLO there\r\n");
        theirs.write_all(b"250 mail.test\r\n").await.unwrap();
    };
    let name = ClientId::Domain("there".to_owned());
    let ours = AsyncSmtpConnection::connect_with_transport(Box::new(wire.clone()), &name);
    let (smtp, ()) = tokio::join!(ours, server);
    (wire, smtp.unwrap(), theirs)
}

/// What an answer comes to: its code and words.
fn told(wire: &Wire, answer: Result<Response, Error>) -> Result<(u16, String), SendFault> {
    match answer {
        Ok(answer) => Ok((wire.said(answer.code().into()), answer.message().collect::<Vec<_>>().join("\n"))),
        Err(error) => match SendFault::of_conversation(&error) {
            SendFault::Answer { code, text } => Ok((wire.said(code), text)),
            fault => Err(fault),
        },
    }
}

/// What comes of an answer of these bytes, after which the server ends the connection.
async fn read(bytes: &[u8]) -> Result<(u16, String), SendFault> {
    let (wire, mut smtp, mut server) = greeted().await;
    server.write_all(bytes).await.unwrap();
    drop(server);
    told(&wire, smtp.read_response().await)
}

#[tokio::test]
async fn an_answer_is_read_whole_and_what_is_none_is_a_lost_connection() {
    for (bytes, code, words) in [
        (&b"250 OK\r\n"[..], 250, "OK"),
        (b"250\r\n", 250, ""),
        (b"250-one\r\n250-\r\n250 three\r\n", 250, "one\n\nthree"),
        (b"250-bare\n250 line ends\n", 250, "bare\nline ends"),
        (b"354 go\ron\r\n", 354, "go\ron"),
        (b"550 caf\xe9 \0\r\n", 550, "caf\u{fffd} \0"),
        (b"550-5.1.1 no\r\n550 5.1.1 such\r\n", 550, "5.1.1 no such"),
        (b"571 not authorized\r\n", 571, "not authorized"),
    ] {
        assert_eq!(read(bytes).await, Ok((code, words.to_owned())), "{}", bytes.escape_ascii());
    }
    for bytes in [
        &b""[..],
        b"25",
        b"250 unfinished",
        b"250-more\r\n",
        b"250-one\r\n550 two\r\n",
        b"250-one\r\n251 two\r\n",
        b"hello there\r\n",
        b"\r\n250 OK\r\n",
        b"999 what\r\n",
        b"150 soon\r\n",
        b"099 x\r\n",
        b"2500 OK\r\n",
        b"250_OK\r\n",
        b" 250 OK\r\n",
        b"\xff\xfe\x00\r\n",
        "\u{ff12}50 OK\r\n".as_bytes(),
    ] {
        let read = read(bytes).await;
        assert!(matches!(read, Err(SendFault::Lost(_))), "{}: {read:?}", bytes.escape_ascii());
    }
}

#[tokio::test]
async fn a_line_of_4_kb_and_an_answer_of_64_kb_are_read_and_longer_ones_are_not() {
    let line = |length: usize| format!("250 {}\r\n", "x".repeat(length - 6)).into_bytes();
    assert!(read(&line(LINE_BYTES)).await.unwrap().1.starts_with(&"x".repeat(800)));
    assert!(matches!(read(&line(LINE_BYTES + 1)).await, Err(SendFault::Lost(why)) if why.contains("4 KB")));
    let lines = |count: usize| {
        let mut bytes = format!("250-{}\r\n", "x".repeat(1018)).repeat(count - 1).into_bytes();
        bytes.extend(line(1022));
        bytes
    };
    assert_eq!(read(&lines(64)).await.unwrap().1.lines().count(), 64);
    assert!(matches!(read(&lines(66)).await, Err(SendFault::Lost(why)) if why.contains("64 KB")));
    // Of many short lines the last one counts too.
    let many = |end: &str| format!("{}{end}", "550-no\r\n".repeat(8000)).into_bytes();
    assert_eq!(read(&many("550 no\r\n")).await.unwrap().0, 550);
    assert!(matches!(read(&many("250 yes\r\n")).await, Err(SendFault::Lost(_))));
    assert!(matches!(read(&many("nonsense\r\n")).await, Err(SendFault::Lost(_))));
}

#[tokio::test]
async fn of_a_line_without_an_end_no_more_is_held_than_a_line_may_be_long() {
    let (wire, mut smtp, mut server) = greeted().await;
    let pouring = tokio::spawn(async move {
        let mut poured = 0usize;
        // Until nobody listens any more.
        while server.write_all(&[b'2'; 65536]).await.is_ok() {
            poured += 65536;
        }
        poured
    });
    let read = told(&wire, smtp.read_response().await);
    assert!(matches!(read, Err(SendFault::Lost(why)) if why.contains("4 KB")));
    let held = wire.line().arrived.capacity();
    assert!(held <= 2 * (LINE_BYTES + READ_BYTES), "{held}");
    drop((wire, smtp));
    assert!(pouring.await.unwrap() <= 4 << 20);
}

#[tokio::test]
async fn lines_without_an_end_of_the_answer_end_it() {
    let (wire, mut smtp, mut server) = greeted().await;
    tokio::spawn(async move { while server.write_all(b"250-and so on\r\n").await.is_ok() {} });
    let read = told(&wire, smtp.read_response().await);
    assert!(matches!(read, Err(SendFault::Lost(why)) if why.contains("64 KB")));
}

#[tokio::test]
async fn what_is_said_unasked_is_no_answer_to_what_is_said_next() {
    for (unasked, why) in [
        ("250 2.0.0 queued\r\n", "without being asked"),
        ("2", "without being asked"),
        ("421 4.4.2 idle\r\n", "421"),
    ] {
        let (wire, mut smtp, mut server) = greeted().await;
        server.write_all(format!("354 go on\r\n{unasked}").as_bytes()).await.unwrap();
        assert_eq!(told(&wire, smtp.read_response().await).unwrap().0, 354);
        let written = told(&wire, smtp.command("the content").await);
        assert!(
            matches!(&written, Err(SendFault::Lost(said)) if said.contains(why)),
            "{unasked:?}: {written:?}"
        );
    }
    let (wire, mut smtp, server) = greeted().await;
    drop(server);
    assert!(matches!(told(&wire, smtp.command(Noop).await), Err(SendFault::Lost(_))), "it has gone");
}

#[tokio::test]
async fn an_answer_to_what_asked_counts_whatever_becomes_of_what_is_said_behind_it() {
    for (heard, answered, hears_the_rest) in
        [(100, true, true), (100, true, false), (150, true, true), (150, true, false), (40, false, true)]
    {
        let (wire, mut smtp, mut server) = greeted_over(64).await;
        wire.may_be_answered_after(100);
        let serving = tokio::spawn(async move {
            server.read_exact(&mut vec![0; heard]).await.unwrap();
            server.write_all(b"250 queued\r\n").await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
            if hears_the_rest && server.read_exact(&mut vec![0; 200 - heard]).await.is_ok() {
                server.write_all(b"250 next\r\n").await.unwrap();
            }
        });
        let answer = told(&wire, smtp.command("x".repeat(200)).await);
        assert_eq!(answer.is_ok(), answered, "{heard}, {hears_the_rest}: {answer:?}");
        if answered {
            let next = told(&wire, smtp.read_response().await);
            assert_eq!(next.is_ok(), hears_the_rest, "{heard}, {hears_the_rest}: {next:?}");
        }
        drop((wire, smtp));
        serving.await.unwrap();
    }
}

#[tokio::test]
async fn several_answers_that_arrive_together_are_read_one_by_one() {
    let (wire, mut smtp, mut server) = greeted().await;
    server.write_all(b"250 sender\r\n550-no\r\n550 such\r\n503 order\r\n").await.unwrap();
    for code in [250, 550, 503] {
        assert_eq!(told(&wire, smtp.read_response().await).unwrap().0, code);
    }
    let later = tokio::spawn(async move {
        server.read_exact(&mut [0; 6]).await.unwrap();
        server.write_all(b"250 reset\r\n").await.unwrap();
    });
    assert_eq!(told(&wire, smtp.command(Rset).await), Ok((250, "reset".to_owned())));
    later.await.unwrap();
}

#[tokio::test]
async fn a_server_that_drips_has_no_more_time_than_one_that_is_silent() {
    for drop in [&b"2"[..], b"250-and so on\r\n"] {
        let (wire, mut smtp, mut server) = greeted().await;
        tokio::spawn(async move {
            while server.write_all(drop).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        wire.allow(PATIENT, Duration::from_millis(200));
        let read = told(&wire, smtp.read_response().await);
        assert_eq!(read, Err(SendFault::Lost("no answer within 200 milliseconds".to_owned())));
    }
}

#[tokio::test]
async fn each_block_of_a_content_has_its_time_and_the_answer_has_its_own() {
    let short = Duration::from_millis(200);
    // A server that takes no more of it than fits in between.
    let (wire, mut smtp, server) = greeted().await;
    wire.allow(short, PATIENT);
    let written = told(&wire, smtp.command("x".repeat(2 << 20)).await);
    assert_eq!(written, Err(SendFault::Lost("no answer within 200 milliseconds".to_owned())));
    drop(server);
    // One that takes it slowly, but each block in its time, and answers late.
    let (wire, mut smtp, mut server) = greeted().await;
    wire.allow(Duration::from_secs(1), PATIENT);
    let blocks = 60;
    tokio::spawn(async move {
        let mut block = vec![0; BLOCK_BYTES];
        for _ in 0..blocks {
            tokio::time::sleep(Duration::from_millis(30)).await;
            server.read_exact(&mut block).await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(1200)).await;
        server.write_all(b"250 queued\r\n").await.unwrap();
        server.read_exact(&mut block).await
    });
    let written = told(&wire, smtp.command("x".repeat(blocks * BLOCK_BYTES)).await);
    assert_eq!(written, Ok((250, "queued".to_owned())));
}

#[tokio::test]
async fn a_conversation_begins_anew_with_nothing_of_what_was_offered_before() {
    let (ours, mut theirs) = duplex(1 << 20);
    let wire = Wire::over(Box::new(ours));
    wire.allow(PATIENT, PATIENT);
    tokio::spawn(async move {
        theirs.write_all(b"220 mail.test\r\n").await.unwrap();
        for offer in ["250-mail.test\r\n250-PIPELINING\r\n250 AUTH LOGIN\r\n", "250-me\r\n250 8BITMIME\r\n"] {
            theirs.read_exact(&mut [0; 12]).await.unwrap();
            theirs.write_all(offer.as_bytes()).await.unwrap();
        }
        theirs.read_exact(&mut [0; 1]).await
    });
    let name = ClientId::Domain("there".to_owned());
    for (pipelines, ways) in [(true, true), (false, false)] {
        let smtp = AsyncSmtpConnection::connect_with_transport(Box::new(wire.clone()), &name).await.unwrap();
        assert_eq!(wire.offers("PIPELINING"), pipelines);
        assert_eq!(smtp.server_info().get_auth_mechanism(DEFAULT_MECHANISMS).is_some(), ways);
        wire.greet_again();
    }
}

#[test]
fn a_time_is_said_as_one_says_it() {
    for (millis, words) in [(400, "400 milliseconds"), (60_000, "60 seconds"), (600_000, "10 minutes")] {
        assert_eq!(in_words(Duration::from_millis(millis)), words);
    }
}
