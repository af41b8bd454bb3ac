//! What the interface is, for programs (OpenAPI 3.1).

use crate::api::asked::ApiRequest;
use crate::api::problem::ApiAnswered;
use crate::api::reply::ApiReply;

/// The description, made when the interface began to listen. It says nothing of this installation.
pub(crate) fn document(asked: &ApiRequest) -> ApiAnswered {
    asked.refuse_unknown(&[])?;
    Ok(ApiReply::new(200, "application/json", asked.state.described.clone()))
}
