//! The built program in a folder of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable, Text};
use serde_json::Value;

use super::engine::{catalogue, connect, with_database};

/// A folder to run the program in.
pub struct Folder {
    dir: tempfile::TempDir,
}

/// What a query of one column named `line` finds in a database file.
pub fn lines(file: &Path, query: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let mut conn = connect(file);
    let found: Vec<Line> = diesel::sql_query(query).load(&mut conn).unwrap();
    found.into_iter().map(|line| line.line).collect()
}

/// The rows of a table whose `content` is the words of mails, in whatever way they are kept.
fn packed_rows(file: &Path, table: &str, row: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        line: String,
        #[diesel(sql_type = Text)]
        encoding: String,
        #[diesel(sql_type = Nullable<Binary>)]
        dictionary: Option<Vec<u8>>,
        #[diesel(sql_type = Binary)]
        content: Vec<u8>,
    }
    let mut conn = connect(file);
    let query = format!(
        "SELECT {row} AS line, encoding, content, \
         (SELECT d.content FROM body_dictionary d WHERE d.id = dictionary_id) AS dictionary FROM {table} ORDER BY 1"
    );
    let rows: Vec<Row> = diesel::sql_query(query).load(&mut conn).unwrap();
    let read = |Row { line, encoding, dictionary, content }| {
        let content = match encoding.as_str() {
            "plain" => content,
            _ => zstd::bulk::Decompressor::with_dictionary(&dictionary.unwrap_or_default())
                .and_then(|mut one| one.decompress(&content, 1 << 24))
                .unwrap(),
        };
        format!("{table}: {line},'{}'", String::from_utf8_lossy(&content))
    };
    rows.into_iter().map(read).collect()
}

/// What a run of the program came to.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The one JSON document that standard output holds, and nothing else.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no JSON ({error}): {self:#?}"))
    }

    /// It ended with this status.
    #[track_caller]
    pub fn ended(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }
}

/// Whether the words are of a command that plans, sends or freezes, and wants `--yes` beside a `--today`.
pub fn is_for_real<'a>(words: impl Iterator<Item = &'a str> + Clone) -> bool {
    let is = |wanted: &str| words.clone().any(|word| word == wanted);
    is("remind") && !is("--dry-run") || is("send") || is("--send")
}

impl Folder {
    pub fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// After `init`, with the organisation RXX.
    pub fn new() -> Self {
        let folder = Self::empty();
        folder.run("init").ended(0);
        folder
    }

    /// With two organisations, four people, records, money, an exemption and a board: something for every command.
    pub fn with_everything() -> Self {
        let folder = Self::new();
        for (name, content) in FILES {
            folder.write(&format!("{name}.csv"), content);
        }
        let settings = folder.read("refresher.toml");
        let contact = "safeguarding_email = \"safeguarding@example.org\"";
        let settings = settings.replace(&format!("# {contact}"), contact);
        let board = "\n[[board]]\norganisation = \"RXX\"\nrecipients = [\"board.secretary@example.org\"]\n";
        folder.write("refresher.toml", &(settings + board));
        for (kind, _) in FILES {
            folder.run(&format!("import {kind} {kind}.csv")).ended(0);
        }
        folder
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.file(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap()
    }

    /// The program in this folder, with nothing of the surroundings' settings.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refresher"));
        command.current_dir(self.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars() {
            if name.starts_with("REFRESHER_") || name == "RUST_LOG" || name == "COLUMNS" {
                command.env_remove(name);
            }
        }
        with_database(&mut command, self.path());
        command
    }

    /// Runs the program with words separated by spaces, on Tuesday 24 November 2026 unless they say otherwise.
    pub fn run(&self, words: &str) -> Ran {
        let today = if words.contains("--today") { "" } else { "--today 2026-11-24 " };
        let yes = if is_for_real(words.split_whitespace()) { " --yes" } else { "" };
        self.run_as(&format!("{today}{words}{yes}"))
    }

    /// Runs the program as `run` does, where every table has room.
    pub fn run_wide(&self, words: &str) -> Ran {
        let today = if words.contains("--today") { "" } else { "--today 2026-11-24 " };
        Self::ran(self.command().env("COLUMNS", "1000"), &format!("{today}{words}"))
    }

    /// Runs the program with exactly these words.
    pub fn run_as(&self, words: &str) -> Ran {
        Self::ran(&mut self.command(), words)
    }

    fn ran(command: &mut Command, words: &str) -> Ran {
        let output = command.args(words.split_whitespace()).output().unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        Ran { status: output.status.code().unwrap(), out, err }
    }

    /// Every row of every table, a line a row: what two databases are compared by.
    pub fn database(&self) -> Vec<String> {
        let file = self.file("refresher.db");
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        // Drawn anew for every database.
        let columns = catalogue(&mut connect(&file)).into_iter();
        for column in columns.filter(|column| column.of_table != "installation_secret") {
            let text = if cfg!(feature = "postgres") { "quote_nullable" } else { "quote" };
            tables.entry(column.of_table).or_default().push(format!("{text}(\"{}\")", column.name));
        }
        let mut all = Vec::new();
        for (table, columns) in tables {
            let is_packed = ["message_body", "message_part"].contains(&&*table);
            let shown = columns.into_iter().filter(|column| !is_packed || !column.contains("\"content\""));
            let row = shown.collect::<Vec<_>>().join(" || ',' || ");
            if is_packed {
                all.extend(packed_rows(&file, &table, &row));
                continue;
            }
            let rows = lines(&file, &format!("SELECT {row} AS line FROM \"{table}\" ORDER BY 1"));
            all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
        all
    }
}

/// Files in the order in which they are imported. On 24 November 2026: Aisha's level 2 lapses in 20 days, Tom has nothing,
/// Maria is up to date but for level 3 for adults and exempt from Prevent, Femi has just begun.
pub const FILES: [(&str, &str); 6] = [
    ("organisations", "code,name,kind,safeguarding_email\nRYY,Other Trust,community,other@example.org\n"),
    (
        "staff",
        "employee_number,first_name,last_name,email,job_title,staff_group,unit,manager_employee_number,start_date\n\
         00123456,Aisha,Bello,aisha.bello@example.org,Staff Nurse,Nursing and Midwifery Registered,Surgery/Recovery,00123458,2021-09-01\n\
         00123457,Tom,Okafor,tom.okafor@example.org,Porter,Estates and Ancillary,Facilities,00123458,2019-03-04\n\
         00123458,Maria,Costa,maria.costa@example.org,Matron,Nursing and Midwifery Registered,Surgery/Recovery,,2015-01-12\n\
         00123459,Femi,Ade,,Staff Nurse,Nursing and Midwifery Registered,Surgery/Theatres,00123458,2026-11-02\n",
    ),
    (
        "training",
        "employee_number,course,completed_on,hours,mode,certificate\n\
         00123456,SGC-L2,2023-12-14,4,participatory,C1\n\
         00123456,SGA-L2,2025-12-14,,,C2\n\
         00123456,PREVENT-AWARE,2025-12-14,,,C3\n\
         00123458,SGC-L2,2025-05-20,,,C4\n\
         00123458,SGA-L2,2025-05-20,,,C5\n",
    ),
    ("budget", "organisation,financial_year,allocated,dedicated\nRXX,2026-27,\"10,000\",yes\n"),
    ("expenses", "date,description,amount,reference\n2026-05-12,Level 3 day,1250.00,E1\n"),
    (
        "exemptions",
        "employee_number,course,from,until,reason\n00123458,PREVENT-AWARE,2026-01-01,2026-12-31,Secondment\n",
    ),
];
