use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::schema::organisation;
use super::*;
use crate::clock::Clock;
use crate::sample::database::url;

fn database() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&url(&folder.path().join("register.db")), IfMissing::Create).unwrap();
    (folder, db)
}

fn count(conn: &mut Conn) -> DbResult<i64> {
    organisation::table.count().get_result(conn)
}

#[test]
fn two_readers_side_by_side_give_both_answers_whoever_ends_first() {
    let (_folder, db) = database();
    db.write(Locks::ALL, |conn| {
        diesel::insert_into(organisation::table)
            .values((organisation::id.eq(1), organisation::code.eq("RXX")))
            .execute(conn)?;
        Ok(())
    })
    .unwrap();
    let late = |conn: &mut Conn| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        count(conn)
    };
    assert_eq!(db.read_side_by_side(count, late).unwrap(), Some((1, 1)));
    assert_eq!(db.read_side_by_side(late, count).unwrap(), Some((1, 1)));
}

#[test]
fn a_reader_that_fails_beside_another_is_told_and_both_connections_are_used_again() {
    let (_folder, db) = database();
    let fails = |_: &mut Conn| -> DbResult<i64> { Err(diesel::result::Error::NotFound) };
    let panics = |_: &mut Conn| -> DbResult<i64> { panic!("as a fault of the program does") };
    for _ in 0..3 {
        assert!(db.read_side_by_side(fails, count).is_err());
        assert!(db.read_side_by_side(count, fails).is_err());
        assert!(matches!(db.read_side_by_side(count, panics), Err(DbError::Stopped(_))));
        assert_eq!(db.read_side_by_side(count, count).unwrap(), Some((0, 0)));
    }
}

#[test]
fn after_an_import_what_refers_to_nothing_is_refused_again() {
    let (_folder, db) = database();
    db.try_write_import(Locks::REGISTER, Clock::System, |_| Ok::<_, DbError>(())).unwrap();
    let dangling = "INSERT INTO exemption (id, staff_id, reason, opened_by) VALUES (1, 4711, 'none', 4711)";
    assert!(db.write(Locks::REGISTER, |conn| conn.batch_execute(dangling)).is_err());
}
