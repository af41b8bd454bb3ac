//! A folder of the files people bring, as text, ready to be written and read by both sides.

use std::path::Path;

/// The settings every folder has: one configured organisation, mail to files, nothing scheduled.
const CONFIG: &str = r#"database = "sqlite:refresher.db"
time_zone = "Europe/London"
policy = "policy.toml"

[organisation]
code = "RX1"
name = "Northbank Trust"
kind = "acute"
safeguarding_email = "safeguarding@northbank.test"

[smtp]
transport = "file"
from = "training@northbank.test"
file_dir = "mail"
"#;

/// The texts of the files; an empty one is not written.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    pub policy: String,
    pub organisations: String,
    pub staff: String,
    pub training: String,
    pub exemptions: String,
    pub budget: String,
    pub expenses: String,
}

impl Folder {
    /// The CSV files in the order in which they are imported: kind and text.
    pub fn imports(&self) -> Vec<(&'static str, &str)> {
        [
            ("organisations", &self.organisations),
            ("staff", &self.staff),
            ("training", &self.training),
            ("exemptions", &self.exemptions),
            ("budget", &self.budget),
            ("expenses", &self.expenses),
        ]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(kind, text)| (kind, text.as_str()))
        .collect()
    }

    /// Writes settings and policy.
    pub fn write_settings(&self, dir: &Path) {
        std::fs::write(dir.join("refresher.toml"), CONFIG).unwrap();
        std::fs::write(dir.join("policy.toml"), &self.policy).unwrap();
    }

    /// Writes everything.
    pub fn write(&self, dir: &Path) {
        self.write_settings(dir);
        for (kind, text) in self.imports() {
            std::fs::write(dir.join(format!("{kind}.csv")), text).unwrap();
        }
    }
}
