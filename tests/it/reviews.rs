//! Overdue assurance reviews: their owners hear of them, monthly, until they are done.

use serde_json::Value;

use crate::support::program::{Folder, Ran};

/// An owner's review and one without an owner, both overdue since 20 November 2026; another overdue from 2027 on.
fn trust() -> Folder {
    let folder = Folder::with_everything();
    folder.write(
        "assurance.csv",
        "statement,answer,answered_on,evidence,owner_email,review_by\n\
         missed-appointments,yes,2025-11-20,Audit of May,owner@example.org,2026-11-20\n\
         flagging-concerns,in-part,2025-11-20,,,2026-11-20\n\
         supervision,no,2025-11-20,,owner@example.org,2026-12-31\n",
    );
    folder.run("import assurance assurance.csv").ended(0);
    folder
}

/// The messages about reviews: day and address.
fn reviews(ran: &Ran) -> Vec<String> {
    let document = ran.json();
    let messages = document["messages"].as_array().unwrap().iter();
    let of = |message: &Value| {
        let [on, to] = ["on", "to"].map(|field| message[field].as_str().unwrap().to_owned());
        format!("{on} {to}")
    };
    messages.filter(|message| message["kind"] == "assurance-review").map(of).collect()
}

fn remind(folder: &Folder, day: &str) -> Vec<String> {
    reviews(&folder.run(&format!("--json --today {day} remind")).ended(0))
}

fn state_of(folder: &Folder, to: &str) -> Vec<String> {
    let listed = folder.run("--json outbox").ended(0).json();
    let of_kind = listed["messages"].as_array().unwrap().iter();
    let mine = of_kind.filter(|message| message["kind"] == "assurance-review" && message["to"] == to);
    mine.map(|message| message["state"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_owner_or_else_the_contact_hears_once_a_month() {
    let folder = trust();
    let both = ["owner@example.org", "safeguarding@example.org"];
    let on = |day: &str| both.map(|to| format!("{day} {to}"));
    assert_eq!(remind(&folder, "2026-11-20"), [""; 0], "it may still be done today");
    assert_eq!(remind(&folder, "2026-11-21"), [""; 0], "a Saturday");
    assert_eq!(remind(&folder, "2026-11-23"), on("2026-11-23"));
    for day in ["2026-11-23", "2026-11-24", "2026-12-18"] {
        assert_eq!(remind(&folder, day), [""; 0], "{day}");
    }
    assert_eq!(remind(&folder, "2026-12-21"), on("2026-12-21"));
    let text = folder.run("--today 2027-01-04 remind --dry-run").ended(0).out;
    assert!(text.contains("One owner is told of overdue assurance reviews"), "{text}");
}

#[test]
fn a_rehearsal_shows_them_on_their_days() {
    let folder = trust();
    let rehearsed = reviews(&folder.run("--json --today 2026-11-23 rehearse --until 2027-01-22").ended(0));
    assert_eq!(
        rehearsed,
        [
            "2026-11-23 owner@example.org",
            "2026-11-23 safeguarding@example.org",
            "2026-12-21 owner@example.org",
            "2026-12-21 safeguarding@example.org",
            "2027-01-04 owner@example.org",
            "2027-01-21 owner@example.org",
            "2027-01-21 safeguarding@example.org",
        ]
    );
}

#[test]
fn a_review_done_before_the_mail_goes_stops_it() {
    let folder = trust();
    remind(&folder, "2026-11-23");
    folder.write(
        "done.csv",
        "statement,answer,answered_on,owner_email,review_by\n\
         missed-appointments,yes,2026-11-23,owner@example.org,2027-11-20\n",
    );
    folder.run("--today 2026-11-23 import assurance done.csv").ended(0);
    folder.run("--today 2026-11-23 send").ended(0);
    assert_eq!(state_of(&folder, "owner@example.org"), ["cancelled"]);
    assert_eq!(state_of(&folder, "safeguarding@example.org"), ["sent"]);
}

#[test]
fn a_new_owner_hears_in_the_place_of_the_old_one() {
    let folder = trust();
    remind(&folder, "2026-11-23");
    let answers = folder
        .read("assurance.csv")
        .replace("owner@example.org,2026-11-20", "successor@example.org,2026-11-20");
    folder.write("corrected.csv", answers);
    folder.run("--today 2026-11-24 import assurance corrected.csv").ended(0);
    assert_eq!(remind(&folder, "2026-11-24"), ["2026-11-24 successor@example.org"]);
    folder.run("--today 2026-11-24 send").ended(0);
    assert_eq!(state_of(&folder, "owner@example.org"), ["cancelled"]);
    assert_eq!(state_of(&folder, "successor@example.org"), ["sent"]);
}
