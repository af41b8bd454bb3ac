//! Mail through a real mail server: signed in over TLS, delivered to a Maildir, and read back with a MIME parser.
#![cfg(target_os = "linux")]

use std::fmt::Write as _;

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use crate::support::postfix::{PASSWORD, Postfix, USER, has_postfix};
use crate::support::program::Folder;

const STAFF: &str = "employee_number,first_name,last_name,email,staff_group,manager_employee_number,start_date\n\
    001,Zoë,Ní Bhriain,zoe@example.org,Nursing and Midwifery Registered,002,2020-01-01\n\
    002,Søren,Østergård,soren@example.org,Nursing and Midwifery Registered,,2020-01-01\n";
const BOOKINGS: &str =
    "employee_number,course,date,place\n001,SGC-L2,2026-12-10,\"Æther Room, Level 2; bring £3\"\n";

/// A trust with something of every kind to mail, through that port.
fn trust(postfix: &Postfix, port: u16, security: &str) -> Folder {
    let folder = Folder::new();
    let settings = folder.read("refresher.toml");
    let smtp = format!(
        "transport = \"smtp\"\nhost = \"localhost\"\nport = {port}\nsecurity = \"{security}\"\nusername = \"{USER}\"\n\
         password_file = \"password\"\nca_file = \"ca.pem\"\nfrom = \"Safeguarding – Trust <training@example.org>\""
    );
    let contact = "safeguarding_email = \"safeguarding@example.org\"";
    let settings = settings
        .replace("transport = \"file\"", &smtp)
        .replace(&format!("# {contact}"), contact)
        .replace("per_minute = 30", "per_minute = 1000");
    let board = "\n[[board]]\norganisation = \"RXX\"\nrecipients = [\"board@example.org\"]\n";
    folder.write("refresher.toml", settings + board);
    folder.write("password", format!("{PASSWORD}\n"));
    folder.write("ca.pem", postfix.authority());
    folder.write("staff.csv", STAFF);
    folder.write("bookings.csv", BOOKINGS);
    folder.run("import staff staff.csv").ended(0);
    folder.run("import bookings bookings.csv").ended(0);
    folder.run("remind").ended(0);
    folder.run("board --month 2026-10 --send").ended(0);
    folder
}

/// What the outbox holds, by `Message-ID`, without its brackets.
fn queued(folder: &Folder) -> Vec<(String, serde_json::Value)> {
    let listed = folder.run("--json outbox").ended(0).json();
    let ids = listed["messages"].as_array().unwrap().iter().map(|message| message["id"].clone());
    ids.map(|id| {
        let message = folder.run(&format!("--json outbox show {id}")).ended(0).json();
        (message["message_id"].as_str().unwrap().trim_matches(['<', '>']).to_owned(), message)
    })
    .collect()
}

/// The line ends of a text are the transport's matter.
fn lines(text: &str) -> Vec<&str> {
    text.trim_end().lines().collect()
}

/// The headers that a reader or a filter goes by, and the tree of parts; not the words, which other snapshots hold.
fn outline(mail: &Message) -> String {
    let mut outline = String::new();
    for name in ["From", "Reply-To", "To", "Auto-Submitted", "MIME-Version"] {
        writeln!(outline, "{name}: {}", mail.header_raw(name).unwrap_or("none").trim()).unwrap();
    }
    writeln!(outline, "Sender as shown: {}", mail.from().unwrap().first().unwrap().name().unwrap_or(""))
        .unwrap();
    part(mail, 0, 0, &mut outline);
    outline
}

fn part(mail: &Message, id: u32, depth: usize, outline: &mut String) {
    let part = &mail.parts[id as usize];
    let kind = part
        .content_type()
        .map_or("none".to_owned(), |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()));
    let place = part.content_disposition().map_or("", |place| place.ctype());
    let name = part.attachment_name().unwrap_or_default();
    writeln!(outline, "{}{}", "  ".repeat(depth), format!("{kind} {place} {name}").trim_end()).unwrap();
    if let PartType::Multipart(children) = &part.body {
        children.iter().for_each(|child| self::part(mail, *child, depth + 1, outline));
    }
}

#[test]
fn mail_goes_signed_in_over_tls_through_a_real_server_and_arrives_as_it_was_queued() {
    if !has_postfix() {
        return;
    }
    let postfix = Postfix::start();
    for (port, security, method) in [
        (postfix.ports.starttls, "starttls", "PLAIN"),
        (postfix.ports.login_only, "starttls", "LOGIN"),
        (postfix.ports.tls, "tls", "PLAIN"),
    ] {
        let folder = trust(&postfix, port, security);
        let queued = queued(&folder);
        folder.run_as("check").ended(0);
        let sent = folder.run("--json send").ended(0).json();
        assert_eq!(sent["sent"], queued.len(), "{sent}");
        let mails = postfix.take_mails(queued.len());
        let mut outlines = Vec::new();
        for mail in &mails {
            let parsed = MessageParser::default().parse(mail).unwrap();
            let id = parsed.message_id().unwrap();
            let (_, kept) = queued.iter().find(|(queued, _)| queued == id).unwrap();
            assert_eq!(parsed.subject(), kept["subject"].as_str());
            assert_eq!(lines(&parsed.body_text(0).unwrap()), lines(kept["text"].as_str().unwrap()));
            if kept["html"] != "" {
                assert_eq!(lines(&parsed.body_html(0).unwrap()), lines(kept["html"].as_str().unwrap()));
            }
            assert!(parsed.date().is_some());
            outlines.push(format!("{}\n{}", kept["kind"].as_str().unwrap(), outline(&parsed)));
        }
        outlines.sort();
        // The same whichever way it went.
        insta::assert_snapshot!("mail-through-postfix", outlines.join("\n"));
        let log = postfix.log();
        let signed_in = log.lines().rev().find_map(|line| line.split_once("sasl_method=")).unwrap().1;
        assert!(signed_in.starts_with(method), "{signed_in}");
    }
}

#[test]
fn a_real_server_that_refuses_the_sign_in_or_can_not_be_trusted_stops_delivery() {
    if !has_postfix() {
        return;
    }
    let postfix = Postfix::start();
    let another = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap().cert.pem();
    for (file, content, told) in
        [("password", "wrong", "refuses the sign-in"), ("ca.pem", &*another, "certificate does not verify")]
    {
        let folder = trust(&postfix, postfix.ports.starttls, "starttls");
        folder.write(file, content);
        let stopped = folder.run("send").ended(1);
        assert!(stopped.err.contains(told), "{stopped:?}");
        let listed = folder.run("--json outbox").ended(0).json();
        for message in listed["messages"].as_array().unwrap() {
            assert_eq!((&message["state"], &message["attempts"]), (&"queued".into(), &0.into()));
        }
    }
}

#[test]
fn a_real_server_that_takes_nothing_from_us_stops_delivery_and_nothing_is_given_up() {
    if !has_postfix() {
        return;
    }
    let postfix = Postfix::start();
    let folder = trust(&postfix, postfix.ports.starttls, "starttls");
    let settings = folder.read("refresher.toml");
    let there = format!("port = {}\nsecurity = \"starttls\"", postfix.ports.starttls);
    let closed = format!("port = {}\nsecurity = \"none\"", postfix.ports.closed);
    let settings = settings
        .replace(&there, &closed)
        .replace(&format!("username = \"{USER}\"\n"), "")
        .replace("password_file = \"password\"\n", "");
    for hello in ["", "hello = \"refresher.example.test\"\n"] {
        folder.write("refresher.toml", settings.replace("[smtp]\n", &format!("[smtp]\n{hello}")));
        folder.run_as("check");
        let stopped = folder.run("send").ended(1);
        assert!(
            stopped.err.contains("refuses mail from here") && stopped.err.contains("Client host rejected"),
            "{stopped:?}"
        );
        let listed = folder.run("--json outbox").ended(0).json();
        let messages = listed["messages"].as_array().unwrap();
        assert!(messages.len() > 3);
        for message in messages {
            assert_eq!((&message["state"], &message["attempts"]), (&"queued".into(), &0.into()));
        }
    }
    assert!(postfix.log().contains("helo=<refresher.example.test>"), "{}", postfix.log());
}
