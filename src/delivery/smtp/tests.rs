use std::sync::Arc;

use chrono::DateTime;
use lettre::Address;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::super::SmtpTimeouts;
use super::*;

const GREETING: &str = "220 mail.example.test";
const OFFERS: &str = "250-mail.example.test\r\n250 PIPELINING";
const OK: &str = "250 OK";
const MORE: &str = " and more";
const GO_ON: &str = "354 go on";
/// [`GO_ON`], after a while.
const LATE: &str = "354 go on at last";

/// What a server heard, in order: each line of each connection, and the first line of each content, with [`MORE`] where more
/// came with it.
type Heard = Arc<Mutex<Vec<(usize, String)>>>;

/// A server whose connections give these answers, one to each command and to each content, and end then.
async fn server(connections: Vec<Vec<&'static str>>) -> (Smtp, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let hears = Arc::clone(&heard);
    tokio::spawn(async move {
        for (number, answers) in connections.into_iter().enumerate() {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(answer(stream, number, answers, Arc::clone(&hears)));
        }
    });
    let times = SmtpTimeouts::all(Duration::from_secs(20));
    let settings = SmtpSettings { times, ..SmtpSettings::new("localhost", port, MailSecurity::None) };
    (Smtp::new(settings).unwrap(), heard)
}

async fn answer(stream: TcpStream, number: usize, answers: Vec<&'static str>, heard: Heard) {
    let mut stream = BufReader::new(stream);
    let mut within_content = false;
    for said in answers {
        if said != GREETING {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            let mut first = line.trim_end().to_owned();
            while within_content && line != ".\r\n" {
                line.clear();
                stream.read_line(&mut line).await.unwrap();
            }
            if within_content && !stream.buffer().is_empty() {
                first += MORE;
            }
            heard.lock().unwrap().push((number, first));
        }
        within_content = said.starts_with(GO_ON);
        if said == LATE {
            tokio::time::sleep(PROMPT).await;
        }
        stream.write_all(format!("{said}\r\n").as_bytes()).await.unwrap();
    }
}

fn mail(to: &str) -> PreparedMail {
    let address = |text: &str| text.parse::<Address>().unwrap();
    PreparedMail {
        id: 1,
        dated: DateTime::UNIX_EPOCH,
        recipient: to.to_owned(),
        message_id: format!("<{to}>"),
        text: format!("To: {to}\r\n\r\nyour training lapses\r\n"),
        envelope: Envelope::new(Some(address("us@example.org")), vec![address(to)]).unwrap(),
    }
}

/// Sends the mail to `a` with that to `b` announced behind it, then that to `then`.
async fn both(smtp: &Smtp, then: &str) -> [Result<(), SendError>; 2] {
    let first = smtp.send(&mail("a@example.org"), Some(&mail("b@example.org").envelope)).await;
    [first, smtp.send(&mail(then), None).await]
}

fn lines(heard: &Heard, of: usize) -> Vec<String> {
    let heard = heard.lock().unwrap();
    heard.iter().filter(|(number, _)| *number == of).map(|(_, line)| line.clone()).collect()
}

const FIRST: [&str; 5] = [
    "MAIL FROM:<us@example.org>",
    "RCPT TO:<a@example.org>",
    "DATA",
    "To: a@example.org and more",
    "MAIL FROM:<us@example.org>",
];

#[tokio::test]
async fn the_next_mail_is_announced_behind_a_content_and_only_its_content_follows() {
    let answers = vec![GREETING, OFFERS, OK, OK, GO_ON, OK, OK, OK, GO_ON, OK];
    let (smtp, heard) = server(vec![answers]).await;
    assert_eq!(both(&smtp, "b@example.org").await, [Ok(()), Ok(())]);
    let heard = lines(&heard, 0);
    assert_eq!(heard[1..6], FIRST);
    assert_eq!(heard[6..], ["RCPT TO:<b@example.org>", "DATA", "To: b@example.org"]);
}

#[tokio::test]
async fn a_refused_content_takes_nothing_from_what_was_announced_behind_it() {
    let refused = "550 5.1.1 no such user";
    let answers = vec![GREETING, OFFERS, OK, OK, GO_ON, refused, OK, OK, GO_ON, OK];
    let (smtp, heard) = server(vec![answers]).await;
    let [first, second] = both(&smtp, "b@example.org").await;
    assert!(matches!(first, Err(SendError::Failed(_))), "{first:?}");
    assert_eq!(second, Ok(()));
    assert_eq!(lines(&heard, 0)[6..], ["RCPT TO:<b@example.org>", "DATA", "To: b@example.org"]);
}

#[tokio::test]
async fn a_connection_that_ends_before_an_announced_content_costs_the_mail_nothing() {
    for ends in [
        vec![],
        vec!["421 4.7.0 too many"],
        vec![OK, "421 4.7.0 too many"],
        vec![OK, OK, "421 4.7.0 too many"],
        vec![OK, OK, GO_ON],
        vec![OK, OK, "354 go on\r\n421 4.4.2 waited too long"],
        vec![OK, OK, "250 what"],
        vec!["503 5.5.1 not now"],
        vec!["550 5.7.1 you again"],
    ] {
        let first = [vec![GREETING, OFFERS, OK, OK, GO_ON, OK], ends.clone()].concat();
        let second = vec![GREETING, OFFERS, OK, OK, GO_ON, OK];
        let (smtp, heard) = server(vec![first, second]).await;
        let both = async {
            let first = smtp.send(&mail("a@example.org"), Some(&mail("b@example.org").envelope)).await;
            // Until what it says in the end has arrived.
            tokio::time::sleep(Duration::from_millis(50)).await;
            [first, smtp.send(&mail("b@example.org"), None).await]
        };
        assert_eq!(both.await, [Ok(()), Ok(())], "{ends:?}");
        assert_eq!(lines(&heard, 1).last().unwrap(), "To: b@example.org", "{ends:?}");
        assert!(!lines(&heard, 0).contains(&"To: b@example.org".to_owned()), "{ends:?}");
    }
}

#[tokio::test]
async fn an_announced_mail_that_is_refused_is_refused_and_taken_back() {
    let refused = "550 5.1.1 no such user";
    let answers =
        vec![GREETING, OFFERS, OK, OK, GO_ON, OK, OK, refused, "503 no recipient", OK, OK, OK, GO_ON, OK];
    let (smtp, heard) = server(vec![answers]).await;
    let [first, second] = both(&smtp, "b@example.org").await;
    assert_eq!(first, Ok(()));
    assert!(matches!(second, Err(SendError::Failed(_))), "{second:?}");
    assert_eq!(smtp.send(&mail("c@example.org"), None).await, Ok(()));
    assert_eq!(lines(&heard, 0)[8], "RSET");
}

#[tokio::test]
async fn a_server_that_does_not_take_an_announcement_well_is_announced_no_more() {
    let first = vec![GREETING, OFFERS, OK, OK, GO_ON, OK, "503 5.5.1 not now"];
    let second = vec![GREETING, OFFERS, OK, OK, GO_ON, OK, OK, OK, GO_ON, OK];
    let (smtp, heard) = server(vec![first, second]).await;
    let to = |to: &str| mail(to).envelope;
    assert_eq!(smtp.send(&mail("a@example.org"), Some(&to("b@example.org"))).await, Ok(()));
    assert_eq!(smtp.send(&mail("b@example.org"), Some(&to("c@example.org"))).await, Ok(()));
    assert_eq!(smtp.send(&mail("c@example.org"), None).await, Ok(()));
    assert_eq!(lines(&heard, 0)[5..], ["MAIL FROM:<us@example.org>"]);
    assert_eq!(
        lines(&heard, 1)[3..6],
        ["DATA", "To: b@example.org", "MAIL FROM:<us@example.org>"],
        "nothing with it"
    );
}

#[tokio::test]
async fn a_server_that_takes_long_is_announced_nobody() {
    let answers = vec![GREETING, OFFERS, OK, OK, LATE, OK, OK, OK, GO_ON, OK];
    let (smtp, heard) = server(vec![answers]).await;
    assert_eq!(both(&smtp, "c@example.org").await, [Ok(()), Ok(())]);
    assert_eq!(lines(&heard, 0).len(), 9);
}

#[tokio::test]
async fn old_answers_to_an_announcement_are_given_up() {
    let first = vec![GREETING, OFFERS, OK, OK, GO_ON, OK, OK, "450 4.2.0 busy", "503 no recipient"];
    let second = vec![GREETING, OFFERS, OK, OK, GO_ON, OK];
    let (smtp, heard) = server(vec![first, second]).await;
    let to = mail("b@example.org").envelope;
    assert_eq!(smtp.send(&mail("a@example.org"), Some(&to)).await, Ok(()));
    for one in smtp.free().iter_mut() {
        one.announced.as_mut().unwrap().since = Instant::now().checked_sub(ANNOUNCED_FOR).unwrap();
    }
    assert_eq!(smtp.send(&mail("b@example.org"), None).await, Ok(()));
    assert_eq!(lines(&heard, 1).last().unwrap(), "To: b@example.org");
}

#[tokio::test]
async fn a_connection_that_waits_for_one_mail_never_takes_another() {
    let first = vec![GREETING, OFFERS, OK, OK, GO_ON, OK, OK, OK, GO_ON, OK];
    let second = vec![GREETING, OFFERS, OK, OK, GO_ON, OK];
    let (smtp, heard) = server(vec![first, second]).await;
    assert_eq!(both(&smtp, "c@example.org").await, [Ok(()), Ok(())]);
    assert_eq!(lines(&heard, 1).last().unwrap(), "To: c@example.org");
    assert!(!lines(&heard, 0).contains(&"To: c@example.org".to_owned()));
    assert_eq!(smtp.free().len(), 1, "the first is given up");
}
