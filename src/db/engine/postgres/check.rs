//! What is looked at on a server: what the program relies on and somebody else may have changed (spec 20.8).

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::Conn;
use crate::db::upkeep::{Gravity, ServerFinding};

/// The indexes that the steps make: without one of them a question reads everybody.
const INDEXES: [&str; 55] = [
    "access_grant_at_all",
    "access_grant_at_one",
    "account_by_staff",
    "account_identity_by_account",
    "account_link_by_account",
    "api_run_by_import",
    "api_run_by_recorded_at",
    "api_run_once",
    "assignment_version_by_manager",
    "assignment_version_by_unit",
    "assignment_version_closed",
    "assignment_version_closed_of",
    "assignment_version_open",
    "assurance_answer_open",
    "audit_by_action",
    "booking_closed_of",
    "booking_open",
    "bounce_by_address",
    "bounce_by_message",
    "bounce_report_by_report_id",
    "budget_open",
    "digest_item_by_staff",
    "exemption_closed",
    "exemption_closed_of",
    "exemption_open",
    "expense_open",
    "import_by_recorded_at",
    "import_draft_at_all",
    "import_draft_at_one",
    "import_map_at_all",
    "import_map_at_one",
    "import_undone_once",
    "job_run_open",
    "looked_at_by_day",
    "message_by_organisation",
    "message_by_staff",
    "message_by_state",
    "organisation_version_open",
    "planning_run_recorded",
    "promise_by_message",
    "promise_by_staff",
    "promise_once",
    "saved_filter_of_all",
    "saved_filter_of_one",
    "sign_in_by_account",
    "staff_version_closed",
    "staff_version_closed_of",
    "staff_version_open",
    "taken_file_by_content",
    "taken_file_in_hand",
    "training_record_closed",
    "training_record_closed_of",
    "training_record_open",
    "work_comment_by_item",
    "work_item_person_by_staff",
];

#[derive(QueryableByName)]
struct CheckedServer {
    #[diesel(sql_type = Text)]
    autovacuum: String,
    #[diesel(sql_type = BigInt)]
    idle_in_transaction: i64,
    #[diesel(sql_type = Bool)]
    may_change_audit: bool,
    #[diesel(sql_type = Bool)]
    may_write: bool,
    #[diesel(sql_type = BigInt)]
    nodes: i64,
    #[diesel(sql_type = Text)]
    standbys: String,
    #[diesel(sql_type = Text)]
    unswept: String,
}

#[derive(QueryableByName)]
struct FoundName {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The engine and its version, for people.
pub(crate) fn version(conn: &mut Conn) -> QueryResult<String> {
    let query = "SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) AS name";
    Ok(sql_query(query).get_result::<FoundName>(conn)?.name)
}

#[derive(QueryableByName)]
struct LastArchived {
    #[diesel(sql_type = Nullable<Timestamp>)]
    at: Option<NaiveDateTime>,
}

/// When the server last archived what was written, where it archives at all.
pub(crate) fn last_archived(conn: &mut Conn) -> QueryResult<Option<DateTime<Utc>>> {
    let query = "SELECT last_archived_time AT TIME ZONE 'UTC' AS at FROM pg_stat_archiver";
    Ok(sql_query(query).get_result::<LastArchived>(conn)?.at.map(|at| at.and_utc()))
}

fn look(conn: &mut Conn) -> QueryResult<CheckedServer> {
    sql_query(
        "SELECT current_setting('autovacuum') AS autovacuum, \
         (SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
          AND state LIKE 'idle in transaction%' AND state_change < clock_timestamp() - INTERVAL '60 seconds') \
         AS idle_in_transaction, \
         has_table_privilege(current_user, 'audit', 'UPDATE') OR has_table_privilege(current_user, 'audit', 'DELETE') \
         AS may_change_audit, \
         has_table_privilege(current_user, 'audit', 'INSERT') AND has_table_privilege(current_user, 'message', 'UPDATE') \
         AND has_table_privilege(current_user, 'import', 'INSERT') AS may_write, \
         (SELECT COUNT(*) FROM node) AS nodes, current_setting('synchronous_standby_names') AS standbys, \
         COALESCE((SELECT string_agg(relname::text, ', ' ORDER BY relname) FROM pg_stat_user_tables \
          WHERE schemaname = ANY (current_schemas(FALSE)) AND n_dead_tup > 10000 AND n_dead_tup > n_live_tup / 2 \
          AND COALESCE(GREATEST(last_vacuum, last_autovacuum), '-infinity') < clock_timestamp() - INTERVAL '1 day'), '') \
         AS unswept",
    )
    .get_result(conn)
}

/// What is not as it should be, each with what to do.
pub(crate) fn server_findings(conn: &mut Conn) -> QueryResult<Vec<ServerFinding>> {
    let server = look(conn)?;
    let otherwise = names(
        conn,
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns \
         WHERE table_schema = ANY (current_schemas(FALSE)) AND data_type = 'text' \
         AND COALESCE(collation_name, '') <> 'C' ORDER BY 1",
    )?;
    let there = names(
        conn,
        "SELECT indexname::text AS name FROM pg_indexes WHERE schemaname = ANY (current_schemas(FALSE)) ORDER BY 1",
    )?;
    let missing: Vec<&str> =
        INDEXES.into_iter().filter(|index| !there.iter().any(|name| name == index)).collect();
    Ok(judged(&server, &otherwise, &missing))
}

fn names(conn: &mut Conn, query: &str) -> QueryResult<Vec<String>> {
    Ok(sql_query(query).load::<FoundName>(conn)?.into_iter().map(|row| row.name).collect())
}

fn judged(server: &CheckedServer, otherwise: &[String], missing: &[&str]) -> Vec<ServerFinding> {
    let mut found = Vec::new();
    let mut note = |is_so: bool, gravity, says: String, to_do| {
        if is_so {
            found.push(ServerFinding { gravity, says, to_do });
        }
    };
    note(
        !otherwise.is_empty(),
        Gravity::Fault,
        format!("text is not compared byte by byte in {}", otherwise.join(", ")),
        "give each of them COLLATE \"C\" again: imports find people by this order",
    );
    note(
        !missing.is_empty(),
        Gravity::Fault,
        format!("there is no index {}", missing.join(", ")),
        "make it again, as migrations/postgres has it",
    );
    note(
        !server.may_write,
        Gravity::Fault,
        "this role may not write to the tables".to_owned(),
        "give it the rights that docs/postgres.md lists",
    );
    note(
        server.may_change_audit,
        Gravity::Warning,
        "this role may change or delete entries of the audit log".to_owned(),
        "use a role that does not own the tables, as docs/postgres.md has it",
    );
    found.extend(upkeep(server));
    found
}

/// What the server does not do for what is kept in it.
fn upkeep(server: &CheckedServer) -> Vec<ServerFinding> {
    let mut found = Vec::new();
    let mut note = |is_so: bool, says: String, to_do| {
        if is_so {
            found.push(ServerFinding { gravity: Gravity::Warning, says, to_do });
        }
    };
    note(
        server.autovacuum == "off",
        "autovacuum is off, so that what was replaced or deleted is never freed".to_owned(),
        "set autovacuum on",
    );
    note(
        server.idle_in_transaction > 0,
        format!(
            "{} connections have been idle within a transaction for more than a minute",
            server.idle_in_transaction
        ),
        "see in pg_stat_activity whose they are, and end them: nothing is freed meanwhile",
    );
    note(
        server.nodes > 1 && server.standbys.trim().is_empty(),
        format!(
            "{} daemons work here and no standby is waited for: what was confirmed last can be lost with the server",
            server.nodes
        ),
        "set synchronous_standby_names, as docs/postgres.md has it, or accept that some mails may go twice after a failover",
    );
    note(
        !server.unswept.is_empty(),
        format!(
            "more than half of {} is rows that were replaced or deleted, and nothing has freed them for a day",
            server.unswept
        ),
        "see in pg_stat_activity what holds VACUUM up, and run it",
    );
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> CheckedServer {
        CheckedServer {
            autovacuum: "on".to_owned(),
            idle_in_transaction: 0,
            may_change_audit: false,
            may_write: true,
            nodes: 1,
            standbys: String::new(),
            unswept: String::new(),
        }
    }

    #[test]
    fn each_thing_that_is_not_as_it_should_be_is_found_with_what_to_do() {
        assert!(judged(&sound(), &[], &[]).is_empty());
        let of = |server: CheckedServer, otherwise: &[String], missing: &[&str], gravity, said: &str| {
            let found = judged(&server, otherwise, missing);
            let [one] = found.as_slice() else { panic!("{said}: {found:?}") };
            assert!(one.gravity == gravity && one.says.contains(said) && !one.to_do.is_empty(), "{one:?}");
        };
        use Gravity::{Fault, Warning};
        of(sound(), &["staff.employee_number".to_owned()], &[], Fault, "staff.employee_number");
        of(sound(), &[], &["message_by_state"], Fault, "message_by_state");
        of(CheckedServer { may_write: false, ..sound() }, &[], &[], Fault, "may not write");
        of(CheckedServer { may_change_audit: true, ..sound() }, &[], &[], Warning, "audit log");
        of(CheckedServer { autovacuum: "off".to_owned(), ..sound() }, &[], &[], Warning, "autovacuum");
        of(CheckedServer { idle_in_transaction: 2, ..sound() }, &[], &[], Warning, "2 connections");
        of(CheckedServer { nodes: 3, ..sound() }, &[], &[], Warning, "3 daemons");
        of(CheckedServer { unswept: "message".to_owned(), ..sound() }, &[], &[], Warning, "half of message");
        let with_standby = CheckedServer { nodes: 3, standbys: "one".to_owned(), ..sound() };
        assert!(judged(&with_standby, &[], &[]).is_empty());
    }

    #[test]
    fn every_index_that_the_steps_make_is_looked_for() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
        let mut made = Vec::new();
        for step in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(step.unwrap().path().join("up.sql")).unwrap();
            let indexes = text.lines().filter_map(|line| {
                line.split_once("INDEX ").filter(|(before, _)| before.starts_with("CREATE"))
            });
            made.extend(indexes.map(|(_, rest)| rest.split(' ').next().unwrap().to_owned()));
        }
        made.sort();
        // A later step may make one anew.
        made.dedup();
        assert_eq!(made, INDEXES);
    }
}
