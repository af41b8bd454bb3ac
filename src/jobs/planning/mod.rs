//! Who is told what on which days: a planning run into the outbox, or days rehearsed with nothing stored (spec 2.8).

pub(crate) mod brake_alert;
pub(crate) mod planned;
pub(crate) mod planned_parts;
pub(crate) mod prepared_writes;
pub(crate) mod rehearse;
pub(crate) mod reviews;
pub(crate) mod run;
pub(crate) mod scheduled;
pub(crate) mod weeks;
pub(crate) mod written;
