//! Answers of servers that mean ill or are broken.

use tokio::io::{DuplexStream, duplex};

use super::*;

const PATIENT: Duration = Duration::from_secs(20);

/// A wire, and the server's end of it.
fn wire() -> (Wire, DuplexStream) {
    let (ours, theirs) = duplex(1 << 20);
    (Wire::over(Box::new(ours), None), theirs)
}

/// What comes of an answer of these bytes, after which the server ends the connection.
async fn read(bytes: &[u8]) -> Result<Answer, Fault> {
    let (mut wire, mut server) = wire();
    server.write_all(bytes).await.unwrap();
    drop(server);
    wire.answer(PATIENT).await
}

fn answer(code: u16, lines: &[&str]) -> Answer {
    Answer { code, lines: lines.iter().map(ToString::to_string).collect() }
}

#[tokio::test]
async fn an_answer_is_read_whole_and_what_is_none_is_a_lost_connection() {
    for (bytes, code, lines) in [
        (&b"250 OK\r\n"[..], 250, &["OK"][..]),
        (b"250\r\n", 250, &[""]),
        (b"250-one\r\n250-\r\n250 three\r\n", 250, &["one", "", "three"]),
        (b"250-bare\n250 line ends\n", 250, &["bare", "line ends"]),
        (b"354 go\ron\r\n", 354, &["go\ron"]),
        (b"550 caf\xe9 \0\r\n", 550, &["caf\u{fffd} \0"]),
    ] {
        assert_eq!(read(bytes).await, Ok(answer(code, lines)), "{}", bytes.escape_ascii());
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
        assert!(matches!(read, Err(Fault::Lost(_))), "{}: {read:?}", bytes.escape_ascii());
    }
}

#[tokio::test]
async fn a_line_of_4_kb_and_an_answer_of_64_kb_are_read_and_longer_ones_are_not() {
    let line = |length: usize| format!("250 {}\r\n", "x".repeat(length - 6)).into_bytes();
    assert_eq!(read(&line(LINE_BYTES)).await.unwrap().lines[0].len(), LINE_BYTES - 6);
    assert!(matches!(read(&line(LINE_BYTES + 1)).await, Err(Fault::Lost(why)) if why.contains("4 KB")));
    let lines = |count: usize| {
        let mut bytes = format!("250-{}\r\n", "x".repeat(1018)).repeat(count - 1).into_bytes();
        bytes.extend(line(1022));
        bytes
    };
    assert_eq!(read(&lines(64)).await.unwrap().lines.len(), 64);
    assert!(matches!(read(&lines(66)).await, Err(Fault::Lost(why)) if why.contains("64 KB")));
}

#[tokio::test]
async fn of_a_line_without_an_end_no_more_is_held_than_a_line_may_be_long() {
    let (mut wire, mut server) = wire();
    let pouring = tokio::spawn(async move {
        let mut poured = 0usize;
        // Until nobody listens any more.
        while server.write_all(&[b'2'; 65536]).await.is_ok() {
            poured += 65536;
        }
        poured
    });
    assert!(matches!(wire.answer(PATIENT).await, Err(Fault::Lost(why)) if why.contains("4 KB")));
    assert!(wire.arrived.capacity() <= 2 * (LINE_BYTES + READ_BYTES), "{}", wire.arrived.capacity());
    drop(wire);
    assert!(pouring.await.unwrap() <= 4 << 20);
}

#[tokio::test]
async fn lines_without_an_end_of_the_answer_end_it() {
    let (mut wire, mut server) = wire();
    tokio::spawn(async move { while server.write_all(b"250-and so on\r\n").await.is_ok() {} });
    assert!(matches!(wire.answer(PATIENT).await, Err(Fault::Lost(why)) if why.contains("64 KB")));
}

#[tokio::test]
async fn what_is_said_unasked_is_no_answer_to_what_is_said_next() {
    for (unasked, why) in [
        ("250 2.0.0 queued\r\n", "without being asked"),
        ("2", "without being asked"),
        ("421 4.4.2 idle\r\n", "421"),
    ] {
        let (mut wire, mut server) = wire();
        server.write_all(format!("354 go on\r\n{unasked}").as_bytes()).await.unwrap();
        assert_eq!(wire.answer(PATIENT).await.unwrap().code, 354);
        let written = wire.write(b"the content", PATIENT).await;
        assert!(matches!(&written, Err(Fault::Lost(said)) if said.contains(why)), "{unasked:?}: {written:?}");
    }
    let (mut wire, server) = wire();
    drop(server);
    assert!(matches!(wire.write(b"NOOP\r\n", PATIENT).await, Err(Fault::Lost(_))), "it has gone");
}

#[tokio::test]
async fn several_answers_that_arrive_together_are_read_one_by_one() {
    let (mut wire, mut server) = wire();
    server.write_all(b"250 sender\r\n550-no\r\n550 such\r\n503 order\r\n").await.unwrap();
    for code in [250, 550, 503] {
        assert_eq!(wire.answer(PATIENT).await.unwrap().code, code);
    }
    wire.write(b"RSET\r\n", PATIENT).await.unwrap();
}

#[tokio::test]
async fn a_server_that_drips_has_no_more_time_than_one_that_is_silent() {
    let (mut wire, mut server) = wire();
    tokio::spawn(async move {
        while server.write_all(b"2").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let read = wire.answer(Duration::from_millis(200)).await;
    assert_eq!(read, Err(Fault::Lost("no answer within 200 milliseconds".to_owned())));
}

#[test]
fn a_time_is_said_as_one_says_it() {
    for (millis, words) in [(400, "400 milliseconds"), (60_000, "60 seconds"), (600_000, "10 minutes")] {
        assert_eq!(in_words(Duration::from_millis(millis)), words);
    }
}
