//! What every mail keeps to.

pub(crate) mod samples;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;

/// Subject, text and HTML one below the other, for a snapshot.
pub(crate) fn page_of(mail: &impl Mail) -> String {
    let Rendered { subject, text, html, .. } = mail.render().unwrap();
    format!("Subject: {subject}\n\n{text}\n================ HTML ================\n{html}")
}

#[test]
fn every_mail_has_its_three_templates_and_a_snapshot() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = files_below(&root.join("src/mail"));
    let shared = ["_layout.html", "_layout.txt", "_weekly.html", "_weekly.txt"];
    let mut expected: BTreeSet<String> = shared.map(str::to_owned).into();
    for source in
        sources.iter().filter(|source| source.extension().is_some_and(|extension| extension == "rs"))
    {
        let is_mail =
            std::fs::read_to_string(source).unwrap().lines().any(|line| line.starts_with("impl Mail for "));
        if is_mail {
            let named_by =
                if source.ends_with("mod.rs") { source.parent().unwrap() } else { source.as_path() };
            let mail = named_by.file_stem().unwrap().to_str().unwrap();
            expected.extend(["html", "subject.txt", "txt"].map(|extension| format!("{mail}.{extension}")));
            let snapshot = format!("__{mail}__");
            assert!(
                sources.iter().any(|path| path.to_string_lossy().contains(&snapshot)),
                "{mail} has no snapshot"
            );
        }
    }
    let templates: BTreeSet<String> = files_below(&root.join("templates/mail"))
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(templates, expected);
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn hours_are_told_with_what_is_needed_of_them() {
    use crate::compliance::HoursStanding;
    use crate::register::Hours;
    for (needed, participatory_needed, counted, participatory, initial, words) in [
        (800, 400, 1550, 200, false, "15.5 of 8 hours, 2 of 4 participatory"),
        (1600, 800, 0, 0, true, "0 of 16 hours, 0 of 8 participatory (initial training)"),
        (800, 0, 725, 300, false, "7.25 of 8 hours"),
    ] {
        let [needed, participatory_needed, counted, participatory] =
            [needed, participatory_needed, counted, participatory].map(Hours);
        let hours = HoursStanding { needed, participatory_needed, counted, participatory, initial };
        assert_eq!(super::hours_words(hours), words);
    }
}
