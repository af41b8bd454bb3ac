//! Writes the import files of a large fictional organisation: `cargo run --release --example generate -- DIR PEOPLE`.
//! A third argument is the day that it is to be (ISO; 2026-11-23 if left out).

use std::path::Path;
use std::process::ExitCode;

use chrono::NaiveDate;
use refresher::demo;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wishes = match arguments.as_slice() {
        [dir, people] => {
            people.parse().ok().zip(NaiveDate::from_ymd_opt(2026, 11, 23)).map(|wish| (dir, wish))
        }
        [dir, people, today] => people.parse().ok().zip(today.parse().ok()).map(|wish| (dir, wish)),
        _ => None,
    };
    let Some((dir, (people, today))) = wishes else {
        eprintln!("usage: generate DIR PEOPLE [TODAY]");
        return ExitCode::from(2);
    };
    match demo::write_large(Path::new(dir), people, 2009, today) {
        Ok(files) => {
            eprintln!("{}: {} rows", files.staff.display(), files.staff_rows);
            eprintln!("{}: {} rows", files.training.display(), files.training_rows);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
