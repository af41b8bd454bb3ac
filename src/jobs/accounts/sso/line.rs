//! Calls to the identity provider: each within its time and of a size, and to where it was asked for alone.

use std::time::Duration;

use crate::access::sso::{LineFault, ProviderRequest, ProviderResponse};

/// How long a call may take in all: a sign-in has four of them.
const WITHIN: Duration = Duration::from_secs(6);
/// The most that is read of an answer.
const MOST: u64 = 1024 * 1024;

/// Asks the provider. What it answers, whatever its status, is the caller's to judge.
pub(super) fn ask(request: ProviderRequest) -> Result<ProviderResponse, LineFault> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(WITHIN))
        .max_redirects(0)
        .http_status_as_error(false)
        .user_agent(concat!("refresher/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let (parts, body) = request.into_parts();
    let answer = match body.is_empty() {
        true => agent.run(ureq::http::Request::from_parts(parts, ())),
        false => agent.run(ureq::http::Request::from_parts(parts, body)),
    };
    let (parts, body) = answer.map_err(|error| fault(&error))?.into_parts();
    let body = body.into_with_config().limit(MOST).read_to_vec().map_err(|error| fault(&error))?;
    Ok(ureq::http::Response::from_parts(parts, body))
}

/// What went wrong, without the address that some errors name.
fn fault(error: &ureq::Error) -> LineFault {
    LineFault(match error {
        ureq::Error::Timeout(_) => "it did not answer in time".to_owned(),
        ureq::Error::HostNotFound => "there is no such host".to_owned(),
        ureq::Error::Io(error) => error.kind().to_string(),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "its certificate is not one to trust".to_owned(),
        ureq::Error::BodyExceedsLimit(_) => "it answered more than is read".to_owned(),
        _ => "the call failed".to_owned(),
    })
}
