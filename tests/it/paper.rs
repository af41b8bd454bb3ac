//! The board summary in all its forms, by the program itself.

use std::collections::BTreeMap;
use std::path::Path;

use mail_parser::{MessageParser, MimeHeaders};

use crate::support::program::Folder;

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect()
}

fn mails_below(folder: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(mails_below(&entry));
        } else if entry.extension().is_some_and(|ending| ending == "eml") {
            found.push(std::fs::read(entry).unwrap());
        }
    }
    found
}

#[test]
fn a_summary_that_was_issued_is_written_in_every_form_and_the_same_whenever_it_is() {
    let folder = Folder::with_everything();
    folder.run("--today 2026-11-02 board --send").ended(0);
    folder.run("--today 2026-12-01 board --send").ended(0);
    let ran = folder.run("--today 2026-12-01 board --out first").ended(0);
    let first = contents(&folder.file("first"));
    for ending in
        [".html", ".txt", ".xlsx", ".json", "-courses.svg", "-trend.svg", "-outlook.svg", "-heat-map.svg"]
    {
        let name = format!("board-summary-RXX-2026-11{ending}");
        assert!(first.contains_key(&name), "{name} in {:?}", first.keys());
        assert!(ran.err.contains(&format!("wrote first/{name}")), "{}", ran.err);
    }
    // Leavers, new records, another day: what was issued stays as it was.
    let staff = folder.read("staff.csv");
    let (header_and_first, _) = staff.trim_end().rsplit_once('\n').unwrap();
    folder.write("fewer.csv", header_and_first);
    folder.run("--today 2027-01-15 import staff fewer.csv --force").ended(0);
    folder.run("--today 2027-01-15 board --month 2026-11 --out again").ended(0);
    assert_eq!(contents(&folder.file("again")), first);
}

#[test]
fn the_mail_to_a_board_carries_the_pictures_it_shows_and_the_workbook() {
    let folder = Folder::with_everything();
    folder.run("--today 2026-11-02 board --send").ended(0);
    folder.run("--today 2026-11-02 send").ended(0);
    let mails = mails_below(&folder.file("mail"));
    let [raw] = &mails[..] else { panic!("{} mails", mails.len()) };
    assert!(raw.len() < 1_000_000, "{} bytes", raw.len());
    let mail = MessageParser::default().parse(raw).unwrap();
    let html = mail.body_html(0).unwrap();
    let pictures: Vec<&str> =
        html.split("src=\"cid:").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(pictures.len() >= 3, "{pictures:?}");
    for picture in pictures {
        let part = mail.parts.iter().find(|part| part.content_id() == Some(picture));
        let part = part.unwrap_or_else(|| panic!("no part {picture}"));
        assert!(part.contents().starts_with(b"\x89PNG"), "{picture}");
        assert!(part.content_disposition().is_some_and(|disposition| disposition.is_inline()), "{picture}");
    }
    let attached: Vec<&str> = mail
        .parts
        .iter()
        .filter(|part| part.content_disposition().is_some_and(|disposition| disposition.is_attachment()))
        .filter_map(|part| part.attachment_name())
        .collect();
    assert_eq!(attached, ["board-summary-RXX-2026-10.xlsx"]);
}
