//! What each configuration that works on a database last told it, so that two that differ don't take turns.

pub(crate) mod store;

/// What a configuration tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ConfigurationTold {
    /// The hash of its policy.
    pub(crate) policy_hash: Option<String>,
    /// Its organisation, in words that are the same for the same.
    pub(crate) organisation: Option<String>,
}

/// How what a configuration tells stands towards what holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConfigurationStanding {
    /// It holds.
    Holds,
    /// It is told for the first time, or anew: it is to be taken up.
    IsNew,
    /// It was told before, and another configuration has told something newer since.
    Overtaken,
    /// It was told before, and somebody has put something else in force over it since, in the console.
    StoodOver,
    /// The day asked about is one before what holds today: what held then stays.
    Past,
}

/// How `ours` stands, which holds or not. `last_told` is what the configuration told the last time; of one that never
/// told anything, `told_before` says whether anybody ever told this: then it is an old copy.
pub(crate) fn configuration_standing<T: PartialEq>(
    ours: &T,
    holds: bool,
    last_told: Option<&T>,
    told_before: bool,
) -> ConfigurationStanding {
    match last_told {
        _ if holds => ConfigurationStanding::Holds,
        Some(told) if told == ours => ConfigurationStanding::Overtaken,
        None if told_before => ConfigurationStanding::Overtaken,
        _ => ConfigurationStanding::IsNew,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_configuration_tells_is_taken_up_when_it_changes_and_not_when_another_did() {
        for (holds, last_told, told_before, expected) in [
            (true, None, true, ConfigurationStanding::Holds),
            (true, Some("old"), true, ConfigurationStanding::Holds),
            // The first configuration, and a second one with something of its own.
            (false, None, false, ConfigurationStanding::IsNew),
            // A second one with an old copy.
            (false, None, true, ConfigurationStanding::Overtaken),
            // Unchanged, while another told something newer.
            (false, Some("ours"), true, ConfigurationStanding::Overtaken),
            // Edited, be it back to what held before.
            (false, Some("old"), false, ConfigurationStanding::IsNew),
            (false, Some("old"), true, ConfigurationStanding::IsNew),
        ] {
            let found = configuration_standing(&"ours", holds, last_told.as_ref(), told_before);
            assert_eq!(found, expected, "{holds} {last_told:?} {told_before}");
        }
    }
}
