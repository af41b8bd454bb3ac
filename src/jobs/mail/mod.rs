//! Mail on its way: what a planned message promises and comes to say, the second look at the moment of sending, delivery,
//! and what comes back (spec 5).

pub(crate) mod booked;
pub(crate) mod deliver;
pub(crate) mod digest;
pub(crate) mod divisions;
pub(crate) mod outbox_change;
pub(crate) mod read_bounces;
pub(crate) mod receivers;
pub(crate) mod recheck;
pub(crate) mod reminder;
pub(crate) mod returned_mail;
pub(crate) mod review;
