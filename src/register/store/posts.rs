//! What assignments in post say that requirements select by, each text once.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::known_at::{KnownAt, newest_import, visible};
use super::renames::{former_codes, meant_by};
use crate::db::TextColumn;
use crate::db::schema::{assignment_version, organisation, staff};
use crate::db::{Conn, Streaming};
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
    let all: Vec<(i32, String)> = organisation::table
        .order(organisation::id)
        .select((organisation::id, organisation::code))
        .load(conn)?;
    let mut texts = PostTexts::default();
    let former = former_codes(conn)?;
    for (id, code) in &all {
        if former.iter().any(|one| one.organisation_id == *id) {
            texts.is_meant_by(code, meant_by(&former, *id, code, at));
        }
    }
    let asked: BTreeMap<i32, String> = all.into_iter().filter(|(_, code)| !without.contains(code)).collect();
    if asked.is_empty() {
        return Ok(texts);
    }
    let posts = a::table
        .inner_join(staff::table)
        .filter(staff::organisation_id.eq_any(asked.keys()).and(visible!(a, at)))
        .filter(a::start_on.le(on).and(a::leave_on.is_null().or(a::leave_on.ge(on))))
        .select((staff::organisation_id, a::staff_group, a::job_title, a::unit, a::category));
    // Each combination is kept once: sorting them all first, to leave out the others, took longer.
    for post in posts.load_iter::<(i32, TextColumn, TextColumn, TextColumn, TextColumn), Streaming>(conn)? {
        let (
            organisation,
            TextColumn(staff_group),
            TextColumn(job_title),
            TextColumn(unit),
            TextColumn(category),
        ) = post?;
        if let Some(organisation) = asked.get(&organisation) {
            texts.add(PostText {
                organisation,
                staff_group: &staff_group,
                job_title: &job_title,
                unit: &unit,
                category: &category,
            });
        }
    }
    Ok(texts)
}
