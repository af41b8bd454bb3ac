//! What is said of a server that can't be used, and what to do about it.

/// Words of the server and its library, and the step that helps where one of them is said.
pub(crate) const STEPS: &[(&[&str], &str)] = &[
    (
        &["authentication failed", "no password supplied", "no pg_hba.conf entry"],
        "put the user right in `database`, and the password in the file that PGPASSFILE names or in REFRESHER_DATABASE, and \
         see that pg_hba.conf lets this machine in",
    ),
    (
        &["role \"", "database \""],
        "correct `database` or --database, or make it as `refresher migrate-schema --print-grants` prints",
    ),
    (
        &[
            "could not translate host name",
            "Connection refused",
            "Permission denied",
            "No such file or directory",
            "Network is unreachable",
            "timeout expired",
            "No route to host",
        ],
        "see that the server runs and can be reached from here, and that `database` names its host and port",
    ),
    (
        &["certificate", "SSL"],
        "see that sslrootcert in `database` names the authority of the server's certificate",
    ),
    (
        &["permission denied"],
        "give this role the rights that `refresher migrate-schema --print-grants` prints",
    ),
    (&["No space left", "could not extend file"], "free space on the server's disk"),
    (
        &["read-only transaction", "session is read-only"],
        "name every host in `database`, with target_session_attrs=read-write",
    ),
    (&["invalid connection option", "invalid URI", "missing \"=\""], "correct `database` or --database"),
];

/// What to do where nothing can be written.
pub(crate) const TO_WRITE: &str = "see that the server runs and is the one that takes writes, that its disk has room, and \
     that this role has the rights that `refresher migrate-schema --print-grants` prints";

#[cfg(test)]
mod tests {
    use crate::db::DbError;

    #[test]
    fn what_a_server_says_comes_with_what_to_do() {
        for (why, step) in [
            ("FATAL:  password authentication failed for user \"refresher\"", Some("PGPASSFILE")),
            ("FATAL:  role \"nobody\" does not exist", Some("--print-grants")),
            ("FATAL:  database \"registre\" does not exist", Some("--print-grants")),
            ("could not translate host name \"db1\" to address", Some("can be reached from here")),
            (
                "connection to server at \"127.0.0.1\", port 9 failed: Connection refused",
                Some("the server runs"),
            ),
            ("permission denied for table message", Some("the rights")),
            ("could not extend file \"base/5/1\": No space left on device", Some("free space")),
            ("cannot execute INSERT in a read-only transaction", Some("target_session_attrs")),
            ("relation \"person\" does not exist", None),
        ] {
            let said = DbError::Open("postgresql://db/r".to_owned(), why.to_owned()).to_string();
            assert!(step.is_none_or(|step| said.contains(step)), "{said}");
            assert_eq!(said.ends_with(why), step.is_none(), "{said}");
        }
    }
}
