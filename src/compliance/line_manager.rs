//! Who hears of a person from whom they report to: the manager of a post, or why there is none to hear (spec 2.8).

use chrono::NaiveDate;

use super::{Judge, Presence};
use crate::register::{Assignment, PersonIndex};

/// Why the manager of a post can't be told of whoever holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoLineManager {
    /// The staff list names nobody.
    NotNamed,
    /// It names a number that nobody of the organisation has.
    NotFound,
    /// It names the person themselves.
    Themselves,
    /// It names somebody who is not in post.
    NotInPost,
    /// It names somebody who is absent.
    Absent,
    /// It names somebody without an address that mail reaches.
    NotReached,
}

/// Who is told on `day` of the holder of this post.
pub(crate) fn line_manager(
    judge: &Judge<'_>,
    person: PersonIndex,
    post: &Assignment,
    day: NaiveDate,
) -> Result<PersonIndex, NoLineManager> {
    let view = judge.view;
    let named = view.texts.get(post.manager);
    if named.is_empty() {
        return Err(NoLineManager::NotNamed);
    }
    let organisation = view.people.get(person).map(|who| who.organisation);
    let manager = organisation.and_then(|organisation| view.find(organisation, named));
    let manager = manager.ok_or(NoLineManager::NotFound)?;
    if manager == person {
        return Err(NoLineManager::Themselves);
    }
    can_be_told(judge, manager, day).map(|()| manager)
}

/// Whether somebody can be told of those who report to them.
pub(crate) fn can_be_told(
    judge: &Judge<'_>,
    manager: PersonIndex,
    day: NaiveDate,
) -> Result<(), NoLineManager> {
    match judge.presence(manager, day) {
        Presence::NotInPost => Err(NoLineManager::NotInPost),
        Presence::Absent => Err(NoLineManager::Absent),
        Presence::Present if !judge.view.is_reached(manager) => Err(NoLineManager::NotReached),
        Presence::Present => Ok(()),
    }
}

/// The first reason why a post of the person's that is held and not absent has no manager to tell; `None` where all have.
pub(crate) fn no_line_manager(
    judge: &Judge<'_>,
    person: PersonIndex,
    day: NaiveDate,
) -> Option<NoLineManager> {
    let posts = judge.held(person, day).filter(|post| !judge.is_absent(post));
    posts.filter_map(|post| line_manager(judge, person, post, day).err()).next()
}
