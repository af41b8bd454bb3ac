//! The installation itself: whose it is, whether it is sound, its backups, what is removed from it for good, and who is
//! told when something is wrong.

pub(crate) mod adopt;
pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod facts_export;
pub(crate) mod installation;
pub(crate) mod left_behind;
pub(crate) mod moving;
pub(crate) mod nodes;
pub(crate) mod person_export;
pub(crate) mod ping;
pub(crate) mod purge;
pub(crate) mod purge_guard;
pub(crate) mod put_away;
pub(crate) mod readiness;
pub(crate) mod reread;
pub(super) mod restore_mark;
pub(crate) mod silent_rules;
pub(crate) mod watch;
pub(crate) mod watch_backups;
pub(crate) mod watch_returned;
