//! Whether the daemon is well, for whatever watches over it (spec 22.2): without a sign-in, and in one word.

use crate::api::asked::ApiRequest;
use crate::api::problem::ApiAnswered;
use crate::api::reply::ApiReply;
use crate::jobs::Readiness;

/// Its loops turn. The database plays no part: one that is away is no reason to start the daemon anew.
pub(crate) fn live(asked: &ApiRequest) -> ApiAnswered {
    Ok(if asked.app().pulse.is_regular() { ApiReply::word(200, "ok") } else { ApiReply::word(503, "stuck") })
}

/// The work can go on.
pub(crate) fn ready(asked: &ApiRequest) -> ApiAnswered {
    let readiness = asked.state.readiness();
    Ok(ApiReply::word(if readiness == Readiness::Ready { 200 } else { 503 }, readiness.word()))
}
