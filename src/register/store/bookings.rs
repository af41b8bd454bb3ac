//! Booked places as an import compares and changes them.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::versions::{CurrentVersion, close};
use crate::db::Conn;
use crate::db::row::next_id;
use crate::db::schema::booking;

/// What a version of a booking says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CurrentBooking {
    /// Whose it is.
    pub(crate) staff_id: i32,
    /// The course.
    pub(crate) course_id: i32,
    /// The day of the training.
    pub(crate) takes_place_on: NaiveDate,
    /// Where; empty when we were not told.
    pub(crate) place: String,
}

impl CurrentVersion for CurrentBooking {
    fn current(conn: &mut Conn) -> QueryResult<Vec<(i32, Self)>> {
        use booking as b;
        let rows: Vec<(i32, i32, i32, NaiveDate, String)> = b::table
            .filter(b::closed_by.is_null())
            .order(b::id)
            .select((b::id, b::staff_id, b::course_id, b::takes_place_on, b::place))
            .load(conn)?;
        let current = |(id, staff_id, course_id, takes_place_on, place)| {
            (id, CurrentBooking { staff_id, course_id, takes_place_on, place })
        };
        Ok(rows.into_iter().map(current).collect())
    }

    fn close(conn: &mut Conn, import: i32, versions: &[i32]) -> QueryResult<()> {
        close!(conn, booking, versions, import);
        Ok(())
    }

    fn open(&self, conn: &mut Conn, import: i32) -> QueryResult<()> {
        use booking as b;
        let next = next_id!(conn, booking)?;
        diesel::insert_into(b::table)
            .values((
                b::id.eq(next),
                b::staff_id.eq(self.staff_id),
                b::course_id.eq(self.course_id),
                b::takes_place_on.eq(self.takes_place_on),
                b::place.eq(&self.place),
                b::opened_by.eq(import),
            ))
            .execute(conn)?;
        Ok(())
    }
}
