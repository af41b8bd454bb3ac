//! The built program as people call it: what a command leaves behind, its exit status, its JSON.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A folder in which the program is called.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    /// With `refresher.toml`, `policy.toml` and a database, as `init` makes them on a day.
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.json("2026-11-02", &["init"], 0);
        desk
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(file), content).unwrap();
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path().join(file)).unwrap()
    }

    /// What a command answers on a day, with the exit status it must have; null where it prints no JSON.
    fn json(&self, today: &str, args: &[&str], status: i32) -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_refresher"))
            .current_dir(self.path())
            .args(["--today", today, "--json"])
            .args(args)
            .output()
            .unwrap();
        let [out, err] =
            [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
        assert_eq!(output.status.code(), Some(status), "{args:?} on {today}: {err}\n{out}");
        serde_json::from_str(&out).unwrap_or_default()
    }
}

#[test]
fn an_example_that_was_never_put_right_is_in_no_figure() {
    let desk = Desk::new();
    desk.write("refresher.toml", desk.read("refresher.toml").replace("RXX", "RAB"));
    desk.write(
        "policy.toml",
        "absent_statuses = []\n[[course]]\ncode = 'C'\ntitle = 'Course'\n[[requirement]]\ncourse = 'C'\n",
    );
    desk.write("staff.csv", "employee_number,last_name,start_date\n0101,Ash,2020-01-01\n");
    desk.json("2026-11-20", &["import", "staff", "staff.csv"], 0);

    let organisations = desk.json("2026-11-20", &["budget"], 0)["organisations"].clone();
    assert_eq!(organisations.as_array().unwrap().len(), 1, "{organisations}");
    assert_eq!(organisations[0]["organisation"], "RAB");
    // Days before the first policy have the first: the one that was put right, not the example.
    let status = desk.json("2026-11-20", &["status", "--as-at", "2026-11-10", "--by", "course"], 0);
    assert_eq!(status["groups"].as_array().unwrap().len(), 1, "{status}");
    assert_eq!(status["groups"][0]["key"], "C");
}

#[test]
fn the_next_reminder_is_the_day_on_which_it_will_be_planned() {
    let desk = Desk::new();
    // One yearly course, needed on wards until the end of 2026; 2 November 2026 is a Monday.
    desk.write(
        "policy.toml",
        "due_soon_days = 30\nabsent_statuses = ['Career Break']\n\
         [[course]]\ncode = 'C'\ntitle = 'Course'\nvalid_months = 12\n\
         [[requirement]]\ncourse = 'C'\nunits = ['Ward*']\nwithin_days = 30\nuntil = 2026-12-31\n\
         [reminders]\nbefore_days = [30, 7]\n",
    );
    desk.write(
        "staff.csv",
        "employee_number,last_name,start_date,leave_date,unit,email\n\
         now,Ash,2020-01-01,,Ward 1,a@example.org\n\
         lapsing,Elm,2020-01-01,,Ward 1,b@example.org\n\
         no-mail,Fir,2020-01-01,,Ward 1,\n\
         exempt,Oak,2020-01-01,,Ward 1,c@example.org\n\
         leaver,Yew,2020-01-01,2026-11-16,Ward 1,d@example.org\n\
         too-late,Box,2020-01-01,,Ward 1,e@example.org\n\
         weekend,Bay,2026-10-10,,Ward 1,f@example.org\n",
    );
    desk.write(
        "training.csv",
        "employee_number,course,completed_on\nlapsing,C,2025-12-17\nleaver,C,2025-12-17\ntoo-late,C,2026-02-10\n",
    );
    desk.write(
        "exemptions.csv",
        "employee_number,from,until,reason\nexempt,2026-10-01,2026-11-13,On a course\n",
    );
    for kind in ["staff", "training", "exemptions"] {
        desk.json("2026-11-02", &["import", kind, &format!("{kind}.csv")], 0);
    }
    for (number, next) in [
        ("now", Some("2026-11-02")),
        // 30 days before 17 December 2026.
        ("lapsing", Some("2026-11-17")),
        ("no-mail", None),
        // The exemption ends on a Friday.
        ("exempt", Some("2026-11-16")),
        ("leaver", None),
        ("too-late", None),
        // In grace until 9 November; stage 7 was reached today.
        ("weekend", Some("2026-11-02")),
    ] {
        let person = desk.json("2026-11-02", &["explain", number], 0);
        assert_eq!(person["courses"][0]["next_reminder"].as_str(), next, "{number}: {person}");
    }
    desk.json("2026-11-02", &["remind"], 0);
    // "now" was due on 31 January 2020 and told stage -2455; 20 November 2026 is 2485 days after that.
    for (number, next) in [("now", "2026-11-20"), ("lapsing", "2026-11-17"), ("weekend", "2026-11-10")] {
        let person = desk.json("2026-11-03", &["explain", number], 0);
        assert_eq!(person["courses"][0]["next_reminder"].as_str(), Some(next), "{number}: {person}");
    }
}
