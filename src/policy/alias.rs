//! Another name for a course, written into the policy's file (spec 3.2); the rest of the file stays as it is.

use serde::Deserialize;
use toml::Spanned;

use super::file::{PolicyError, parse};
use super::folded_key;
use super::types::Course;

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
    /// There is no name.
    #[error("\"{name}\" is no name for {code}: write the name as files have it, with letters or digits")]
    NoName {
        /// The course's code.
        code: String,
        /// What was given.
        name: String,
    },
    /// Another course goes by the name.
    #[error(
        "\"{name}\" is no name for {code}: it is {other}'s, whose name \"{known}\" is the same in case, dashes, colons and \
         brackets; if it is meant for {other}, it is found there already"
    )]
    Others {
        /// The course's code.
        code: String,
        /// What was given.
        name: String,
        /// The code of the course that goes by it.
        other: String,
        /// The name of that course which is the same.
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
/// `file` is what messages call it, and `key` what of a name is compared where files name courses.
///
/// # Errors
/// When there is no such course, what is given is no name, another course goes by it, or the policy is not sound.
pub(crate) fn with_alias(
    text: &str,
    file: &str,
    (code, name): (&str, &str),
    key: fn(&str) -> String,
) -> Result<Option<String>, AliasError> {
    let policy = parse(text, file)?.policy;
    let same = |known: &String| folded_key(known) == folded_key(name);
    let course = policy.courses.iter().find(|course| course.code.eq_ignore_ascii_case(code));
    let unknown = || AliasError::NoSuchCourse {
        code: code.to_owned(),
        known: policy.courses.iter().map(|course| course.code.as_str()).collect::<Vec<_>>().join(", "),
    };
    let course = course.ok_or_else(unknown)?;
    let course_code = course.code.clone();
    if !key(name).chars().any(char::is_alphanumeric) {
        return Err(AliasError::NoName { code: course_code, name: name.to_owned() });
    }
    if names(course).any(same) {
        return Ok(None);
    }
    let others = policy.courses.iter().filter(|other| other.code != course_code);
    let mut of_others = others.flat_map(|other| names(other).map(move |known| (other, known)));
    if let Some((other, known)) = of_others.find(|(_, known)| key(known) == key(name)) {
        let (name, other, known) = (name.to_owned(), other.code.clone(), known.clone());
        return Err(AliasError::Others { code: course_code, name, other, known });
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

/// Every name of a course.
fn names(course: &Course) -> impl Iterator<Item = &String> {
    [&course.code, &course.title].into_iter().chain(&course.aliases)
}

fn inserted(text: &str, at: usize, what: &str) -> String {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    format!("{before}{what}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str, name: &str) -> Option<String> {
        with_alias(text, "policy.toml", ("A", name), folded_key).unwrap()
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
        let text = &format!("{text}[[course]]\ncode = 'L2'\ntitle = 'Children Level 2'\n");
        let key = |name: &str| folded_key(&name.replace([':', '-'], " "));
        for (code, name, told) in [
            ("C", "x", "the policy has no course C: write one of A, B, L2"),
            ("A", "", "\"\" is no name for A: write the name"),
            ("a", "  ", "is no name for A: write the name"),
            ("A", "- :", "is no name for A: write the name"),
            ("A", "second", "\"second\" is no name for A: it is B's, whose name \"Second\""),
            ("A", "b", "it is B's"),
            ("A", "Children: Level 2", "it is L2's, whose name \"Children Level 2\""),
        ] {
            let error = with_alias(text, "p", (code, name), key).unwrap_err().to_string();
            assert!(error.contains(told), "{code} {name}: {error}");
        }
        assert!(with_alias(text, "p", ("L2", "Children: Level 2"), key).unwrap().is_some());
    }
}
