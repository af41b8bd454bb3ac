//! The demo as it is run: its headline, its mails, its closing words.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::support::engine::{CatalogueColumn, catalogue, connect, demo_database};
use crate::support::mailing::{Daemon, until};
use crate::support::program::{Folder, lines};

#[test]
fn about_54_of_100_staff_are_up_to_date_whatever_day_it_is() {
    // A working day, a leap day, a Sunday before a bank holiday.
    for today in ["2026-11-23", "2028-02-29", "2030-05-05"] {
        let folder = Folder::empty();
        let done = folder.run(&format!("--today {today} --json demo --once")).ended(0).json();
        let rate = done["status"]["staff"]["rate"].as_f64().unwrap();
        assert!((0.53..0.555).contains(&rate), "{rate} on {today}");
        assert!(done["mails"].as_u64().unwrap() > 250, "{today}");
    }
}

/// Every engine keeps that much; one that kept more would tell two instants apart that are one to another.
#[test]
fn no_instant_is_kept_to_more_than_a_microsecond() {
    let folder = Folder::empty();
    folder.run("--today 2026-11-24 demo --once").ended(0);
    let file = demo_database(&folder);
    let mut kept = 0;
    let instants = catalogue(&mut connect(&file))
        .into_iter()
        .filter(|column| column.r#type.to_lowercase().starts_with("timestamp"));
    for CatalogueColumn { of_table: table, name: column, .. } in
        instants.filter(|column| !column.of_table.starts_with("__"))
    {
        let query = format!("SELECT CAST({column} AS TEXT) AS line FROM {table} WHERE {column} IS NOT NULL");
        for at in lines(&file, &query) {
            assert!(at.len() <= "2026-11-24 08:00:00.123456".len(), "{table}.{column}: {at}");
            kept += 1;
        }
    }
    assert!(kept > 1_000, "{kept}");
}

#[test]
fn the_demo_says_in_its_own_words_what_happened_where_to_look_and_what_to_try() {
    let folder = Folder::empty();
    let ran = folder.run("--today 2026-11-24 demo --once").ended(0);
    assert!(!ran.err.contains("WARN"), "{}", ran.err);
    let words = ran.out.replace(env!("CARGO_BIN_EXE_refresher"), "refresher");
    insta::assert_snapshot!("demo", words);
    // Everything that is named is there, and everything that is to be tried works.
    let mut tried = 0;
    for line in words.lines().filter_map(|line| line.strip_prefix("  ")) {
        if let Some(command) = line.strip_prefix("refresher ") {
            folder.run_as(command).ended(0);
            tried += 1;
        } else if let Some(path) = line.split("  ").next().filter(|path| path.starts_with("demo/")) {
            assert!(folder.file(path).exists(), "{path}");
        }
    }
    assert!(tried >= 5);
    let rejected = folder.read("demo/files/staff-with-mistakes.csv.rejected.csv");
    assert_eq!(rejected.lines().count(), 7, "six faulty rows and the header: {rejected}");
}

/// What is answered to a request.
fn ask(address: &str, request: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "{request}\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_demo_serves_its_console_to_an_account_of_each_role() {
    let folder = Folder::empty();
    folder.run("demo --listen 0.0.0.0:1").ended(2);
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut command = folder.command();
    command.args(["demo", "--listen", &address]);
    let daemon = Daemon::spawn(command);
    // Each of these takes its time where the machine is busy.
    for made in ["files", "mail", "accounts.txt"] {
        until(made, || folder.file(&format!("demo/{made}")).exists()).await;
    }
    until("the console listens", || TcpStream::connect(&address).is_ok()).await;
    let accounts = folder.read("demo/accounts.txt");
    let mut lines = accounts.lines();
    assert_eq!(lines.next(), Some(format!("http://{address}").as_str()));
    let mut roles = Vec::new();
    for line in lines {
        let (email, password) = line.split_once(' ').unwrap();
        let form = "POST /sign-in HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
        let answer = ask(&address, form, &format!("email={email}&password={}", password.trim()));
        assert!(
            answer.starts_with("HTTP/1.1 303") && answer.contains("location: /\r\n"),
            "{email}: {answer}"
        );
        let cookie = answer.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap();
        let page = ask(&address, &format!("GET /account HTTP/1.1\r\nCookie: {cookie}"), "");
        assert!(page.starts_with("HTTP/1.1 200") && page.contains(email), "{page}");
        roles.push(email.split('@').next().unwrap());
    }
    assert_eq!(roles, ["operator", "hr", "manager", "board", "auditor"]);
    assert_eq!(daemon.terminate().0, Some(0));
    // A demo that was signed in to can be made anew.
    folder.run("demo --once").ended(0);
    assert!(!folder.file("demo/accounts.txt").exists());
}
