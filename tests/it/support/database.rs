//! Where the database of a test is: the file that it names, or, where this build is for PostgreSQL, a database of its own
//! on the server that `TEST_POSTGRES` names, made when it is first asked for.

use std::path::Path;

/// The URL of the database that stands for this file.
#[cfg(not(feature = "postgres"))]
#[allow(unreachable_pub, reason = "unit tests have it too")]
pub fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// The URL of the database that stands for this file.
#[cfg(feature = "postgres")]
#[allow(unreachable_pub, reason = "unit tests have it too")]
pub fn url(file: &Path) -> String {
    use std::collections::HashMap;
    use std::hash::{DefaultHasher, Hash, Hasher};
    use std::path::PathBuf;
    use std::sync::Mutex;

    use diesel::connection::SimpleConnection;
    use diesel::{Connection, PgConnection};

    static MADE: Mutex<Option<HashMap<String, PathBuf>>> = Mutex::new(None);

    let server = std::env::var("TEST_POSTGRES")
        .expect("the tests of PostgreSQL need a server: `./test` starts one and names it");
    let folder = file.parent().and_then(|folder| folder.canonicalize().ok()).unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    (&folder, file.file_name()).hash(&mut hasher);
    let name = format!("t{:016x}", hasher.finish());
    let mut made = MADE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let made = made.get_or_insert_default();
    if !made.contains_key(&name) {
        let mut conn = PgConnection::establish(&server.replace("%s", "postgres")).unwrap();
        // Those of tests that have ended go, or a thousand of them would take gigabytes.
        made.retain(|ended, folder| {
            let stays = folder.exists();
            if !stays {
                // Somebody may just be leaving it: then it stays, and is only larger than it need be.
                let _ = conn.batch_execute(&format!("DROP DATABASE IF EXISTS {ended} WITH (FORCE)"));
            }
            stays
        });
        if let Err(error) = conn.batch_execute(&format!("CREATE DATABASE {name}")) {
            assert!(error.to_string().contains("already exists"), "{error}");
        }
        made.insert(name.clone(), folder);
    }
    server.replace("%s", &name)
}
