//! Whose messages are one sender's, as a condition.

use diesel::prelude::*;

use crate::db::schema::{message, organisation};
use crate::db::{Backend, Conn};
use crate::outbox::{MailRoute, RoutedOrganisations};

/// The organisations whose mail a sender sends, by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MailOf {
    Everybody,
    Only(Vec<i32>),
    AllBut(Vec<i32>),
}

impl MailOf {
    pub(super) fn read(conn: &mut Conn, sender: &MailRoute) -> QueryResult<Self> {
        let mut ids = |codes: &[String]| {
            let named = organisation::table.filter(organisation::code.eq_any(codes));
            named.order(organisation::id).select(organisation::id).load(conn)
        };
        Ok(match &sender.organisations {
            RoutedOrganisations::AllBut(codes) if codes.is_empty() => Self::Everybody,
            RoutedOrganisations::AllBut(codes) => Self::AllBut(ids(codes)?),
            RoutedOrganisations::Only(codes) => Self::Only(ids(codes)?),
        })
    }

    /// The messages that are of those.
    pub(super) fn messages(&self) -> message::BoxedQuery<'_, Backend> {
        let all = message::table.into_boxed();
        match self {
            Self::Everybody => all,
            Self::Only(ids) => all.filter(message::organisation_id.eq_any(ids)),
            Self::AllBut(ids) => all.filter(message::organisation_id.ne_all(ids)),
        }
    }
}
