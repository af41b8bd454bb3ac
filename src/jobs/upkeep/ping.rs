//! Calls about runs, for a service elsewhere that notices when the calls stop.

use std::time::Duration;

use crate::config::{OperatorSettings, PingStyle};

/// How long the call may take in all.
const WITHIN: Duration = Duration::from_secs(10);

/// What is told of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunTold {
    /// It begins.
    Start,
    /// It ended well.
    Good,
    /// It failed.
    Failure,
}

/// Tells the watching service of a run, where there is one that is told of such. That it can't be reached is logged, and is
/// no failure of the run: whoever waits for the call will notice. The address is a secret and stays out of the log.
pub(crate) fn tell(operator: &OperatorSettings, what: RunTold) {
    let Some(address) = &operator.ping_url else { return };
    match (what, operator.ping_style) {
        (RunTold::Good, _) => call(address.reveal()),
        (_, PingStyle::GoodRuns) => {}
        (RunTold::Start, PingStyle::EveryRun) => call(&below(address.reveal(), "start")),
        (RunTold::Failure, PingStyle::EveryRun) => call(&below(address.reveal(), "fail")),
    }
}

/// The address with a further step of its path, before what is asked with it.
fn below(address: &str, step: &str) -> String {
    let (path, query) = address.split_once('?').map_or((address, None), |(path, query)| (path, Some(query)));
    let query = query.map_or(String::new(), |query| format!("?{query}"));
    format!("{}/{step}{query}", path.trim_end_matches('/'))
}

fn call(address: &str) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(WITHIN))
        .max_redirects(3)
        .user_agent(concat!("refresher/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    match agent.get(address).call() {
        Ok(_) => tracing::debug!("told the watching service of a run"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_and_a_failure_are_told_below_the_address() {
        for (address, at) in [
            ("https://ping.example.org/key", "https://ping.example.org/key/fail"),
            ("https://ping.example.org/key/", "https://ping.example.org/key/fail"),
            ("https://ping.example.org/key?a=1", "https://ping.example.org/key/fail?a=1"),
        ] {
            assert_eq!(below(address, "fail"), at);
        }
    }
}
