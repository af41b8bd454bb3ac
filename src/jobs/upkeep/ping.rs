//! The call after a good run, for a service elsewhere that notices when the calls stop.

use std::time::Duration;

use crate::config::Secret;

/// How long the call may take in all.
const WITHIN: Duration = Duration::from_secs(10);

/// Calls the address. That it can't be reached is logged, and is no failure of the run: whoever waits for the call
/// will notice. The address is a secret and stays out of the log.
pub(crate) fn ping(address: &Secret) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(WITHIN))
        .max_redirects(3)
        .user_agent(concat!("refresher/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    match agent.get(address.reveal()).call() {
        Ok(_) => tracing::debug!("told the watching service of a good run"),
        Err(ureq::Error::StatusCode(status)) => {
            tracing::warn!(status, "the watching service at ping_url refused the call");
        }
        Err(error) => {
            tracing::warn!(kind = %kind_of(&error), "the watching service at ping_url can't be reached");
        }
    }
}

/// What went wrong, without the address that some errors name.
fn kind_of(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "no answer in time".to_owned(),
        ureq::Error::HostNotFound => "no such host".to_owned(),
        ureq::Error::Io(error) => error.kind().to_string(),
        ureq::Error::ConnectionFailed => "connection failed".to_owned(),
        _ => "the call failed".to_owned(),
    }
}
