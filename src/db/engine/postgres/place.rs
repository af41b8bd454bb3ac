//! Where a database is, as people write it: libpq's URL.

use std::fmt;
use std::path::Path;
use std::process::Command;

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::Conn;
use crate::db::conn::{Home, Statements};
use crate::db::error::DbError;

/// The database of an installation that names none.
pub(crate) const DEFAULT_URL: &str = "postgresql:///refresher";

/// Whether whoever opens a database of older tables brings them up to date, unless told otherwise: on one of several
/// nodes that is for its owner to do.
pub(crate) const DEFAULT_MIGRATES: bool = false;

/// How one is written.
const WRITTEN: &str = "postgresql://USER@HOST/DATABASE";

/// What the program asks for unless the URL says otherwise (spec 20.7): a server that is gone is noticed within seconds.
const UNLESS_GIVEN: [(&str, &str); 5] = [
    ("connect_timeout", "5"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "20000"),
];

/// The URL of a database as it is: it depends on no folder.
pub(crate) fn url_beside(_: &Path, url: &str) -> String {
    url.to_owned()
}

/// Where a database is, and how it is reached.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    url: String,
    /// The same for people: without a password.
    shown: String,
    /// Whether statements are kept.
    statements: Statements,
}

impl Place {
    /// The database at `url`: `postgresql://USER@HOST/DATABASE`, as libpq takes it, several hosts included.
    ///
    /// # Errors
    /// When this build opens none of its kind.
    pub fn of(url: &str) -> Result<Self, DbError> {
        match url.split_once("://") {
            Some(("postgresql" | "postgres", rest)) => Ok(Self {
                url: completed(url, rest),
                shown: without_password(rest),
                statements: Statements::Kept,
            }),
            Some((scheme, _)) if scheme != "sqlite" => Err(DbError::UnknownUrl(scheme.to_owned(), WRITTEN)),
            _ => Err(DbError::OtherEngine { engine: "SQLite", package: "refresher", write: WRITTEN }),
        }
    }

    /// The file, where the engine keeps a database in one of its own: it never does.
    pub fn file(&self) -> Option<&Path> {
        None
    }

    /// The same, with statements kept or not.
    pub(crate) fn with(self, statements: Statements) -> Self {
        Self { statements, ..self }
    }

    /// Whether statements are kept.
    pub(super) fn statements(&self) -> Statements {
        self.statements
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Has one of PostgreSQL's own programs reach the database: the password by the environment, since everybody can see
    /// what a program was called with.
    pub(super) fn programs<'c>(&self, program: &'c mut Command) -> &'c mut Command {
        let (url, password) = apart(&self.url);
        program.arg("--dbname").arg(url);
        match password {
            Some(password) => program.env("PGPASSWORD", password),
            None => program,
        }
    }
}

/// A URL without its password, and the password as it is meant.
fn apart(url: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.to_owned(), None) };
    let (authority, database, parameters) = parts(rest);
    let (user, password, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => match user.split_once(':') {
            Some((user, password)) => (format!("{user}@"), Some(password), hosts),
            None => (format!("{user}@"), None, hosts),
        },
        None => (String::new(), None, authority),
    };
    let others: Vec<&str> = parameters.split('&').filter(|one| !one.starts_with("password=")).collect();
    let password = password.or_else(|| parameter(parameters, "password")).map(unescaped);
    (format!("{scheme}://{user}{hosts}/{database}?{}", others.join("&")), password)
}

/// A part of a URL as it is meant: `%40` is `@`.
fn unescaped(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(meant) if byte == b'%' => {
                bytes.push(meant);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Place").field(&self.shown).finish()
    }
}

/// What stands before the database's name in a URL without its scheme, the name, and the parameters.
fn parts(rest: &str) -> (&str, &str, &str) {
    let (before, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = before.split_once('/').unwrap_or((before, ""));
    (authority, database, parameters)
}

fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    let mut each = parameters.split('&').filter_map(|one| one.split_once('='));
    each.find_map(|(given, value)| (given == name).then_some(value))
}

/// The URL with what it leaves out.
fn completed(url: &str, rest: &str) -> String {
    let (authority, _, parameters) = parts(rest);
    let hosts = match parameter(parameters, "host") {
        Some(host) => host,
        None => authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts),
    };
    let mut url = url.to_owned();
    let mut add = |name: &str, value: &str| {
        if parameter(parameters, name).is_none() {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(name);
            url.push('=');
            url.push_str(value);
        }
    };
    for (name, value) in UNLESS_GIVEN {
        add(name, value);
    }
    let node = whoami::hostname().unwrap_or_else(|_| "node".to_owned());
    add("application_name", &format!("refresher%2F{node}"));
    add("sslmode", if hosts.split(',').all(is_here) { "prefer" } else { "verify-full" });
    url
}

/// Whether a host is this machine, by a socket or over loopback.
fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[');
    let name = if host.starts_with('[') { bare.split(']').next() } else { host.split(':').next() };
    let name = name.unwrap_or_default();
    name.is_empty()
        || name == "localhost"
        || name.starts_with('/')
        || name.to_ascii_lowercase().starts_with("%2f")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The URL for people.
fn without_password(rest: &str) -> String {
    let (authority, database, parameters) = parts(rest);
    let authority = match authority.rsplit_once('@') {
        Some((user, hosts)) => format!("{}@{hosts}", user.split(':').next().unwrap_or_default()),
        None => authority.to_owned(),
    };
    let host = parameter(parameters, "host").map_or(String::new(), |host| format!("?host={host}"));
    format!("postgresql://{authority}/{database}{host}")
}

#[derive(QueryableByName)]
struct ClusterRow {
    #[diesel(sql_type = Text)]
    system: String,
    #[diesel(sql_type = Text)]
    database: String,
}

/// What the database is known by: its cluster, which a standby has in common with its primary, and its name.
pub(crate) fn home(place: &Place, conn: &mut Conn) -> Result<Home, DbError> {
    let query = "SELECT system_identifier::text AS system, current_database()::text AS database FROM pg_control_system()";
    let row: ClusterRow = sql_query(query)
        .get_result(conn)
        .map_err(|error| DbError::Open(place.to_string(), error.to_string()))?;
    Ok(Home::Server { system: row.system, database: row.database })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_shown_to_nobody() {
        for (url, shown) in [
            (
                "postgresql://refresher:secret@db.example.org:5432/r",
                "postgresql://refresher@db.example.org:5432/r",
            ),
            ("postgres://u:a@b@h/r?password=secret&sslmode=disable", "postgresql://u@h/r"),
            ("postgresql:///r?host=/run/postgresql", "postgresql:///r?host=/run/postgresql"),
        ] {
            let place = Place::of(url).unwrap();
            assert_eq!(place.to_string(), shown);
            assert!(!format!("{place:?}").contains("secret"));
        }
    }

    #[test]
    fn a_program_is_called_without_the_password_and_has_it_from_its_environment() {
        for (url, without, password) in [
            ("postgresql://u:p%40ss@h/r?a=1", "postgresql://u@h/r?a=1", Some("p@ss")),
            ("postgresql://u@h/r?password=x%25y&a=1", "postgresql://u@h/r?a=1", Some("x%y")),
            ("postgresql://h:5433/r?a=1", "postgresql://h:5433/r?a=1", None),
        ] {
            assert_eq!(apart(url), (without.to_owned(), password.map(str::to_owned)), "{url}");
        }
    }

    #[test]
    fn what_is_asked_for_unless_given_is_added_once() {
        for (url, has, hasnt) in [
            ("postgresql://h.example.org/r", "&sslmode=verify-full", "prefer"),
            ("postgresql://127.0.0.1:5433/r", "&sslmode=prefer", "verify-full"),
            ("postgresql://[::1]:5433/r", "&sslmode=prefer", "verify-full"),
            ("postgresql:///r?host=%2Ftmp", "&connect_timeout=5", "verify-full"),
            (
                "postgresql://a,b.example.org/r?target_session_attrs=read-write",
                "&sslmode=verify-full",
                "prefer",
            ),
            (
                "postgresql://h/r?sslmode=disable&connect_timeout=9",
                "?sslmode=disable&connect_timeout=9",
                "verify-full",
            ),
        ] {
            let place = Place::of(url).unwrap();
            assert!(place.url().starts_with(url) && place.url().contains(has), "{}", place.url());
            assert!(!place.url().contains(hasnt), "{}", place.url());
        }
    }

    #[test]
    fn a_database_of_another_kind_is_refused_with_the_package_that_opens_it() {
        for url in ["sqlite:refresher.db", "refresher.db", "sqlite:///var/lib/refresher.db"] {
            let said = Place::of(url).unwrap_err().to_string();
            assert!(said.contains("the package refresher,") && said.contains("postgresql://"), "{said}");
        }
        assert!(Place::of("mysql://h/r").unwrap_err().to_string().contains("mysql"));
    }
}
