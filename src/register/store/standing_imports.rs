//! Which imports still stand: those that no undo took back, or that an undo of the undo put back.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::known_at::{KnownAt, newest_import};
use crate::db::Conn;
use crate::db::schema::{import, import_organisation};

/// Imports that are undone when `at` is the newest import known, each with the undo that did it.
pub(super) fn undone(conn: &mut Conn, at: i32) -> QueryResult<HashMap<i32, i32>> {
    let undos: Vec<(i32, Option<i32>)> = import::table
        .filter(import::undoes.is_not_null().and(import::id.le(at)))
        .order(import::id.desc())
        .select((import::id, import::undoes))
        .load(conn)?;
    let mut undone = HashMap::new();
    // The newest first: whether an undo stands is known by the time it is come to.
    for (undo, of) in undos {
        if let Some(of) = of
            && !undone.contains_key(&undo)
        {
            undone.insert(of, undo);
        }
    }
    Ok(undone)
}

/// The latest day that a staff list which stands speaks of, of those that touched the organisation.
pub(crate) fn newest_staff_list(conn: &mut Conn, organisation_id: i32) -> QueryResult<Option<NaiveDate>> {
    let newest = newest_import(conn, KnownAt::Latest)?;
    let undone = undone(conn, newest)?;
    let lists: Vec<(i32, NaiveDate)> = import_organisation::table
        .inner_join(import::table)
        .filter(import::kind.eq("staff").and(import_organisation::organisation_id.eq(organisation_id)))
        .select((import::id, import::as_of))
        .load(conn)?;
    Ok(lists.into_iter().filter(|(id, _)| !undone.contains_key(id)).map(|(_, as_of)| as_of).max())
}

/// The imports after `import` whose changes stand. Of an import and its undo, both later, neither does.
pub(super) fn standing_since(conn: &mut Conn, import: i32) -> QueryResult<BTreeSet<i32>> {
    let later: Vec<(i32, Option<i32>)> = import::table
        .filter(import::id.gt(import))
        .order(import::id.desc())
        .select((import::id, import::undoes))
        .load(conn)?;
    Ok(imports_that_stand(import, &later))
}

/// Of these imports after `import`, the newest first, those that stand.
fn imports_that_stand(import: i32, later: &[(i32, Option<i32>)]) -> BTreeSet<i32> {
    let mut cancelled = HashSet::new();
    for (id, undoes) in later {
        if let Some(of) = undoes
            && *of > import
            && !cancelled.contains(id)
        {
            cancelled.extend([*id, *of]);
        }
    }
    later.iter().map(|(id, _)| *id).filter(|id| !cancelled.contains(id)).collect()
}

/// Each undo with what it undoes.
fn undos(conn: &mut Conn) -> QueryResult<HashMap<i32, i32>> {
    let undos: Vec<(i32, Option<i32>)> =
        import::table.filter(import::undoes.is_not_null()).select((import::id, import::undoes)).load(conn)?;
    Ok(undos.into_iter().filter_map(|(id, of)| Some((id, of?))).collect())
}

/// The import of a file that an undo, or the undo of an undo, is in the end about; itself for any other.
pub(super) fn origin(undos: &HashMap<i32, i32>, import: i32) -> i32 {
    let mut origin = import;
    while let Some(of) = undos.get(&origin) {
        origin = *of;
    }
    origin
}

/// The import in whose changes those of `import` stand today: itself; the undo of its undo, if it was undone and put
/// back; `Err` with the undo that took it back.
pub(crate) fn stands_in(conn: &mut Conn, import: i32) -> QueryResult<Result<i32, i32>> {
    let by: HashMap<i32, i32> = undos(conn)?.into_iter().map(|(undo, of)| (of, undo)).collect();
    let mut standing = import;
    Ok(loop {
        let Some(undo) = by.get(&standing) else { break Ok(standing) };
        let Some(put_back) = by.get(undo) else { break Err(*undo) };
        standing = *put_back;
    })
}

/// The standing import of this kind that had the same content, unless a later change of the kind touched one of its
/// organisations (spec 3.6).
pub(crate) fn recognise(conn: &mut Conn, kind: &str, content_hash: &str) -> QueryResult<Option<i32>> {
    let same: Vec<i32> = import::table
        .filter(import::kind.eq(kind).and(import::content_hash.eq(content_hash)))
        .order(import::id.desc())
        .select(import::id)
        .load(conn)?;
    if same.is_empty() {
        return Ok(None);
    }
    let newest = newest_import(conn, KnownAt::Latest)?;
    let undone = undone(conn, newest)?;
    let Some(same) = same.into_iter().find(|import| !undone.contains_key(import)) else {
        return Ok(None);
    };
    let touched: Vec<i32> = import_organisation::table
        .filter(import_organisation::import_id.eq(same))
        .select(import_organisation::organisation_id)
        .load(conn)?;
    let undos = undos(conn)?;
    for later in standing_since(conn, same)? {
        let origin = origin(&undos, later);
        let of_kind = import::table.filter(import::id.eq(origin).and(import::kind.eq(kind)));
        let touches = import_organisation::table
            .filter(import_organisation::import_id.eq(later))
            .filter(import_organisation::organisation_id.eq_any(&touched));
        if diesel::select(exists(of_kind)).get_result(conn)?
            && diesel::select(exists(touches)).get_result(conn)?
        {
            return Ok(None);
        }
    }
    Ok(Some(same))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_and_its_undo_cancel_each_other_out_when_both_are_later() {
        for (imports, expected) in [
            (&[][..], &[][..]),
            (&[(2, None), (3, None)], &[2, 3]),
            (&[(2, None), (3, Some(2))], &[]),
            (&[(2, None), (3, Some(2)), (4, Some(3))], &[2]),
            (&[(2, None), (3, Some(2)), (4, Some(3)), (5, Some(4))], &[]),
            // The undo of something before counts by itself, until it is undone.
            (&[(2, Some(0))], &[2]),
            (&[(2, Some(0)), (3, Some(2))], &[]),
            (&[(2, Some(0)), (3, None), (4, Some(3))], &[2]),
        ] {
            let newest_first: Vec<_> = imports.iter().rev().copied().collect();
            let expected: BTreeSet<i32> = expected.iter().copied().collect();
            assert_eq!(imports_that_stand(1, &newest_first), expected, "{imports:?}");
        }
    }

    #[test]
    fn an_undo_is_about_the_file_at_the_end_of_its_chain() {
        let undos = HashMap::from([(5, 2), (7, 5), (8, 3)]);
        for (import, expected) in [(2, 2), (5, 2), (7, 2), (8, 3), (4, 4)] {
            assert_eq!(origin(&undos, import), expected);
        }
    }
}
