//! `[[statement]]`: what boards are asked to assure themselves of (spec 2.11).

use super::folded_key;
use super::types::{Statement, StatementIndex};
use crate::register::Indexed;
use crate::toml_file::TableSection;

/// Every statement, in the order of the file.
pub(super) fn read_all(root: &TableSection<'_>) -> Indexed<StatementIndex, Statement> {
    let mut statements: Indexed<StatementIndex, Statement> = Indexed::default();
    for section in root.tables("statement", "a statement") {
        let statement = read(&section);
        let same_id = |other: &&Statement| folded_key(&other.id) == folded_key(&statement.id);
        if let Some(other) = statements.iter().find(same_id).filter(|_| section.has("id")) {
            let message = format!("two statements have the id \"{}\": give one of them another", other.id);
            section.fault("id", message);
        }
        section.finish();
        statements.push(statement);
    }
    statements
}

fn read(section: &TableSection<'_>) -> Statement {
    section.missing("id", "\"missed-appointments\"");
    section.missing("question", "\"Is there ...?\"");
    section.missing("answers", "[\"yes\", \"in-part\", \"no\"]");
    let mut answers: Vec<String> = Vec::new();
    for answer in section.texts("answers").unwrap_or_default() {
        if answers.iter().any(|other| folded_key(other) == folded_key(&answer.value)) {
            section.warning("answers", format!("the answer \"{}\" is listed twice", answer.value));
        } else {
            answers.push(answer.value);
        }
    }
    if section.is_empty_list("answers") {
        section.fault(
            "answers",
            "`answers` is an empty list: name the answers allowed, such as \"yes\", \"no\"",
        );
    }
    Statement {
        id: section.text("id").unwrap_or_default(),
        question: section.text("question").unwrap_or_default(),
        answers,
    }
}
