//! The ledger of nodes: the table `node`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{KEPT, KnownNode, NodeRole, ThisNode};
use crate::db::schema::node;
use crate::db::{Conn, Lock, expect_held};

/// Stands in the place of the process that was told to stop.
const SIGNED_OFF: &str = "";

/// What renewing a line found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeRenewal {
    /// Nobody else has written it since.
    Alone,
    /// Another daemon of the same name has.
    Twin,
}

/// Writes that `this` was seen at `now`, and forgets who has been gone for long. Holds the lock of the schedule.
///
/// Whoever wrote the line before a daemon's `first` renewal may be its predecessor; whoever does after it is another of the
/// same name.
pub(crate) fn renew(
    conn: &mut Conn,
    this: &ThisNode,
    first: bool,
    now: DateTime<Utc>,
) -> QueryResult<NodeRenewal> {
    expect_held(Lock::Schedule);
    let before: Option<(String, Option<NaiveDateTime>)> =
        node::table.find(&this.name).select((node::process, node::twin_at)).first(conn).optional()?;
    let is_another = |process: &str| process != this.process && process != SIGNED_OFF;
    let is_twin = !first && before.as_ref().is_some_and(|(process, _)| is_another(process));
    let twin_at = if is_twin { Some(now.naive_utc()) } else { before.and_then(|(_, at)| at) };
    let roles = NodeRole::join(&this.roles);
    let seen = (
        node::version.eq(this.version),
        node::roles.eq(&roles),
        node::seen_at.eq(now.naive_utc()),
        node::process.eq(&this.process),
        node::twin_at.eq(twin_at),
    );
    diesel::insert_into(node::table)
        .values((node::name.eq(&this.name), seen))
        .on_conflict(node::name)
        .do_update()
        .set(seen)
        .execute(conn)?;
    diesel::delete(node::table.filter(node::seen_at.lt((now - KEPT).naive_utc()))).execute(conn)?;
    Ok(if is_twin { NodeRenewal::Twin } else { NodeRenewal::Alone })
}

/// Writes that `this` was told to stop at `now`, unless another daemon of its name has written the line since. Holds the
/// lock of the schedule.
pub(crate) fn sign_off(conn: &mut Conn, this: &ThisNode, now: DateTime<Utc>) -> QueryResult<()> {
    expect_held(Lock::Schedule);
    diesel::update(node::table.find(&this.name).filter(node::process.eq(&this.process)))
        .set((node::process.eq(SIGNED_OFF), node::seen_at.eq(now.naive_utc())))
        .execute(conn)?;
    Ok(())
}

/// Every node of which something is known at `now`, in order of name.
pub(crate) fn known_nodes(conn: &mut Conn, now: DateTime<Utc>) -> QueryResult<Vec<KnownNode>> {
    type Row = (String, String, String, NaiveDateTime, Option<NaiveDateTime>, String);
    let rows: Vec<Row> = node::table
        .filter(node::seen_at.ge((now - KEPT).naive_utc()))
        .order(node::name)
        .select((node::name, node::version, node::roles, node::seen_at, node::twin_at, node::process))
        .load(conn)?;
    let known = |(name, version, roles, seen_at, twin_at, process): Row| KnownNode {
        name,
        version,
        // A role of a newer version is none that this one asks about.
        roles: roles.split(", ").filter_map(NodeRole::parse).collect(),
        seen_at: seen_at.and_utc(),
        twin_at: twin_at.map(|at| at.and_utc()),
        signed_off: process == SIGNED_OFF,
    };
    Ok(rows.into_iter().map(known).collect())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::db::{Db, IfMissing, Locks};
    use crate::installation::nodes::NodeStanding;
    use crate::sample::database::url;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn this(name: &str, process: &str) -> ThisNode {
        ThisNode {
            name: name.to_owned(),
            version: "1.0.0",
            roles: vec![NodeRole::Delivery, NodeRole::Folders],
            process: process.to_owned(),
        }
    }

    #[test]
    fn two_daemons_of_one_name_find_each_other_and_one_that_is_started_anew_finds_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&url(&folder.path().join("a.db")), IfMissing::Create).unwrap();
        let renew = |process: &str, first: bool, seconds: i64| {
            db.write(Locks::SCHEDULE, |conn| renew(conn, &this("a", process), first, at(seconds))).unwrap()
        };
        let standing =
            |seconds: i64| db.read(|conn| known_nodes(conn, at(seconds))).unwrap()[0].standing(at(seconds));
        assert_eq!(renew("1", true, 0), NodeRenewal::Alone);
        assert_eq!(renew("1", false, 30), NodeRenewal::Alone);
        assert_eq!(renew("2", true, 40), NodeRenewal::Alone, "it may be the next of the first");
        assert_eq!(standing(40), NodeStanding::Running);
        assert_eq!(renew("2", false, 70), NodeRenewal::Alone, "the first is gone");
        assert_eq!(renew("1", false, 75), NodeRenewal::Twin, "or isn't");
        assert_eq!(renew("2", false, 100), NodeRenewal::Twin);
        assert_eq!(standing(100), NodeStanding::SharedName);
        assert_eq!(renew("2", false, 130), NodeRenewal::Alone);
        assert_eq!(standing(191), NodeStanding::Running, "one of them was stopped");
    }

    #[test]
    fn a_daemon_that_was_told_to_stop_has_stopped_until_it_or_another_of_its_name_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&url(&folder.path().join("a.db")), IfMissing::Create).unwrap();
        let renew = |process: &str, first: bool, seconds: i64| {
            db.write(Locks::SCHEDULE, |conn| renew(conn, &this("a", process), first, at(seconds))).unwrap()
        };
        let sign_off = |process: &str, seconds: i64| {
            db.write(Locks::SCHEDULE, |conn| sign_off(conn, &this("a", process), at(seconds))).unwrap();
        };
        let known = |seconds: i64| db.read(|conn| known_nodes(conn, at(seconds))).unwrap().remove(0);
        renew("1", true, 0);
        sign_off("1", 10);
        assert_eq!((known(11).standing(at(11)), known(11).seen_at), (NodeStanding::Stopped, at(10)));
        renew("2", true, 20);
        assert_eq!(known(21).standing(at(21)), NodeStanding::Running);
        sign_off("1", 30);
        assert_eq!(known(31).standing(at(31)), NodeStanding::Running, "another has the line");
        renew("3", true, 40);
        sign_off("3", 50);
        assert_eq!(renew("2", false, 60), NodeRenewal::Alone, "the other has gone");
        assert_eq!(known(61).standing(at(61)), NodeStanding::Running);
    }

    #[test]
    fn a_node_is_told_with_its_roles_until_it_was_gone_for_thirty_days() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&url(&folder.path().join("a.db")), IfMissing::Create).unwrap();
        let seen = |name: &str, now| {
            db.write(Locks::SCHEDULE, |conn| renew(conn, &this(name, name), true, now)).unwrap()
        };
        let names = |now| {
            let known = db.read(|conn| known_nodes(conn, now)).unwrap();
            known.into_iter().map(|node| node.name).collect::<Vec<_>>()
        };
        seen("b", at(0));
        seen("a", at(1));
        let known = db.read(|conn| known_nodes(conn, at(2))).unwrap();
        assert_eq!(known[0].roles, [NodeRole::Delivery, NodeRole::Folders]);
        assert_eq!((known[0].version.as_str(), known[0].seen_at), ("1.0.0", at(1)));
        assert_eq!(names(at(0) + TimeDelta::days(30)), ["a", "b"]);
        assert_eq!(names(at(1) + TimeDelta::days(30)), ["a"]);
        seen("c", at(1) + TimeDelta::days(30));
        assert_eq!(names(at(2)), ["a", "c"], "what is forgotten is gone from the table");
    }
}
