//! What is said of a file that can't be used, and what to do about it.

/// Words of the engine and the system, and the step that helps where one of them is said.
pub(crate) const STEPS: &[(&[&str], &str)] = &[
    (&["disk is full", "No space left"], "free space on the disk"),
    (
        &["readonly database", "Permission denied", "unable to open database file", "Read-only file system"],
        "give the program's user write permission on the file and its folder",
    ),
    (
        &["malformed", "file is not a database"],
        "stop the daemon, keep the damaged file, and put the newest backup in its place",
    ),
    (&["disk I/O error"], "free space on the disk, and see that it is in order"),
];

/// What to do where nothing can be written.
pub(crate) const TO_WRITE: &str = "see that this user may write it, the files of its name beside it, and its folder, that \
     the disk has room, and that no other program holds it";

#[cfg(test)]
mod tests {
    use crate::db::DbError;

    #[test]
    fn what_the_system_says_of_a_database_comes_with_what_to_do() {
        for (why, step) in [
            ("database or disk is full", Some("free space on the disk")),
            ("attempt to write a readonly database", Some("give the program's user write permission")),
            ("unable to open database file", Some("give the program's user write permission")),
            ("database disk image is malformed", Some("put the newest backup in its place")),
            ("no such table: person", None),
        ] {
            let said = DbError::Open("x.db".to_owned(), why.to_owned()).to_string();
            assert!(step.is_none_or(|step| said.contains(step)), "{said}");
            assert_eq!(said.ends_with(why), step.is_none(), "{said}");
        }
    }
}
