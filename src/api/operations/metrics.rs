//! What watches over the installation reads in numbers (spec 22.2).

use crate::api::asked::ApiRequest;
use crate::api::problem::ApiAnswered;
use crate::api::reply::ApiReply;

/// All numbers, as text that Prometheus reads. Nothing is worked out for it.
pub(crate) fn text(asked: &ApiRequest) -> ApiAnswered {
    asked.refuse_unknown(&[])?;
    Ok(ApiReply::new(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        asked.state.measured.text(&asked.app().db),
    ))
}
