//! Another name for a course, written into the policy's file (spec 3.2); the rest of the file stays as it is.

use serde::Deserialize;
use toml::Spanned;

use super::file::{PolicyError, parse};
use super::folded_key;

/// Why a name can't be added.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AliasError {
    /// No course has the code.
    #[error("the policy has no course {code}: write one of {known}")]
    NoSuchCourse {
        /// The code.
        code: String,
        /// Those it has.
        known: String,
    },
    /// The policy is not sound, as it is or with the name.
    #[error("{0}")]
    Unsound(#[from] PolicyError),
}

#[derive(Deserialize)]
struct PolicyText {
    #[serde(default)]
    course: Vec<AliasCourse>,
}

#[derive(Deserialize)]
struct AliasCourse {
    code: Spanned<String>,
    aliases: Option<Spanned<Vec<String>>>,
}

/// The text of a policy with `name` among the aliases of the course `code`; `None` where the course goes by it already.
/// `file` is what messages call it.
///
/// # Errors
/// When there is no such course, or the policy would not be sound: another course may go by the name.
pub(crate) fn with_alias(
    text: &str,
    file: &str,
    code: &str,
    name: &str,
) -> Result<Option<String>, AliasError> {
    let policy = parse(text, file)?.policy;
    let same = |known: &String| folded_key(known) == folded_key(name);
    let course = policy.courses.iter().find(|course| course.code.eq_ignore_ascii_case(code));
    let unknown = || AliasError::NoSuchCourse {
        code: code.to_owned(),
        known: policy.courses.iter().map(|course| course.code.as_str()).collect::<Vec<_>>().join(", "),
    };
    let course = course.ok_or_else(unknown)?;
    if [&course.code, &course.title].into_iter().chain(&course.aliases).any(same) {
        return Ok(None);
    }
    // A policy that was read is TOML.
    let written: PolicyText = toml::from_str(text).map_err(|_| unknown())?;
    let place = written.course.iter().find(|written| *written.code.get_ref() == course.code);
    let place = place.ok_or_else(unknown)?;
    let quoted = toml::Value::String(name.to_owned()).to_string();
    let added = match &place.aliases {
        Some(aliases) => {
            let opened = aliases.span().start + 1;
            let inside = text.get(opened..aliases.span().end).unwrap_or_default();
            // On a line of its own where the others are.
            let blank: String = inside.chars().take_while(|c| c.is_whitespace()).collect();
            let blank = if blank.contains('\n') { blank } else { String::new() };
            let comma = if aliases.get_ref().is_empty() { "" } else { "," };
            let space = if comma.is_empty() || !blank.is_empty() { "" } else { " " };
            inserted(text, opened, &format!("{blank}{quoted}{comma}{space}"))
        }
        None => {
            let code_ends = place.code.span().end;
            let line_ends = text
                .get(code_ends..)
                .and_then(|rest| rest.find('\n'))
                .map_or(text.len(), |end| code_ends + end);
            inserted(text, line_ends, &format!("\naliases = [{quoted}]"))
        }
    };
    parse(&added, file)?;
    Ok(Some(added))
}

fn inserted(text: &str, at: usize, what: &str) -> String {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    format!("{before}{what}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str, name: &str) -> Option<String> {
        with_alias(text, "policy.toml", "A", name).unwrap()
    }

    #[test]
    fn a_name_is_added_and_the_rest_of_the_file_stays() {
        for (before, after) in [
            (
                "# ours\n[[course]]\ncode = \"A\" # a code\ntitle = \"First\"\n",
                "# ours\n[[course]]\ncode = \"A\" # a code\naliases = [\"Their \\\"A\\\"\"]\ntitle = \"First\"\n",
            ),
            (
                "[[course]]\ncode = 'A'\ntitle = 'First'\naliases = []\n",
                "[[course]]\ncode = 'A'\ntitle = 'First'\naliases = [\"Their \\\"A\\\"\"]\n",
            ),
            (
                "[[course]]\ncode = 'A'\ntitle = 'First'\naliases = ['x']\n",
                "[[course]]\ncode = 'A'\ntitle = 'First'\naliases = [\"Their \\\"A\\\"\", 'x']\n",
            ),
            (
                "[[course]]\ncode = 'A'\ntitle = 'First'\naliases = [\n    'x', # why\n]\n",
                "[[course]]\ncode = 'A'\ntitle = 'First'\naliases = [\n    \"Their \\\"A\\\"\",\n    'x', # why\n]\n",
            ),
        ] {
            let text = added(before, "Their \"A\"").unwrap();
            // Which quotes a text gets is the writer's to choose.
            let quotes = |text: &str| text.replace("'Their \"A\"'", "\"Their \\\"A\\\"\"");
            assert_eq!(quotes(&text), after);
            let read = parse(&text, "policy.toml").unwrap().policy;
            assert!(read.courses[0].aliases.contains(&"Their \"A\"".to_owned()));
            assert_eq!(added(&text, "their  \"a\""), None);
        }
    }

    #[test]
    fn what_another_course_goes_by_or_no_course_is_is_refused() {
        let text = "[[course]]\ncode = 'A'\ntitle = 'First'\n[[course]]\ncode = 'B'\ntitle = 'Second'\n";
        assert!(matches!(with_alias(text, "p", "A", "second"), Err(AliasError::Unsound(_))));
        let error = with_alias(text, "p", "C", "x").unwrap_err().to_string();
        assert_eq!(error, "the policy has no course C: write one of A, B");
    }
}
