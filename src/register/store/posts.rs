//! What assignments in post say that requirements select by, each text once.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::known_at::{KnownAt, newest_import, visible};
use crate::db::Conn;
use crate::db::schema::{assignment_version, organisation, staff};
use crate::register::{PostText, PostTexts};

/// The texts of the assignments held on `on`, as known then, but for those of the organisations `without`.
pub(crate) fn post_texts(
    conn: &mut Conn,
    known: KnownAt,
    on: NaiveDate,
    without: &[String],
) -> QueryResult<PostTexts> {
    use assignment_version as a;
    let at = newest_import(conn, known)?;
    let rows: Vec<(String, String, String, String, String)> = a::table
        .inner_join(staff::table.inner_join(organisation::table))
        .filter(visible!(a, at))
        .filter(a::start_on.le(on).and(a::leave_on.is_null().or(a::leave_on.ge(on))))
        .select((organisation::code, a::staff_group, a::job_title, a::unit, a::category))
        .distinct()
        .order((organisation::code, a::staff_group, a::job_title, a::unit, a::category))
        .load(conn)?;
    let mut texts = PostTexts::default();
    for (code, staff_group, job_title, unit, category) in rows {
        if !without.contains(&code) {
            texts.add(PostText {
                organisation: &code,
                staff_group: &staff_group,
                job_title: &job_title,
                unit: &unit,
                category: &category,
            });
        }
    }
    Ok(texts)
}
