//! How long a sign-in stands (spec 8.5). Pure.

use chrono::{DateTime, TimeDelta, Utc};

/// Whoever gave their password within this time need not give it again.
const RECENT: TimeDelta = TimeDelta::minutes(10);
/// Whoever gave the password alone has so long to give the code.
const FOR_THE_CODE: TimeDelta = TimeDelta::minutes(10);
/// When a sign-in was last seen is written no oftener.
const WRITTEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// How somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInWay {
    /// With their password.
    Password,
    /// At the identity provider, which told their groups.
    Sso,
    /// At the identity provider, which did not: what groups let an account do is not theirs in this sign-in.
    SsoWithoutGroups,
}

impl SignInWay {
    const ALL: [Self; 3] = [Self::Password, Self::Sso, Self::SsoWithoutGroups];

    /// Its name in the table.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Sso => "sso",
            Self::SsoWithoutGroups => "sso-without-groups",
        }
    }

    /// The way with exactly this name; the one that lets do least for any other.
    pub(crate) fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|way| way.as_str() == text).unwrap_or(Self::Password)
    }
}

/// How long sign-ins stand, as the settings say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SignInLimits {
    /// Unused.
    pub(crate) idle: TimeDelta,
    /// At most.
    pub(crate) longest: TimeDelta,
}

/// The times of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SignInTimes {
    /// When it began.
    pub(crate) began_at: DateTime<Utc>,
    /// When it was last seen.
    pub(crate) seen_at: DateTime<Utc>,
    /// When the password (and the code) was last given.
    pub(crate) proved_at: DateTime<Utc>,
}

impl SignInTimes {
    /// Whether it stands at `now`.
    pub(crate) fn stands(&self, limits: SignInLimits, now: DateTime<Utc>) -> bool {
        now - self.seen_at < limits.idle && now - self.began_at < limits.longest
    }

    /// Whether the code can still be given to a sign-in that has the password alone.
    pub(crate) fn waits_for_the_code(&self, now: DateTime<Utc>) -> bool {
        now - self.began_at < FOR_THE_CODE
    }

    /// Whether the password was given so lately that it need not be given again.
    pub(crate) fn is_recent(&self, now: DateTime<Utc>) -> bool {
        now - self.proved_at < RECENT
    }

    /// Whether it is to be written that it was seen.
    pub(crate) fn is_to_be_noted(&self, now: DateTime<Utc>) -> bool {
        now - self.seen_at >= WRITTEN_EVERY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_ends_unused_and_after_its_longest_whatever_is_done() {
        let limits = SignInLimits { idle: TimeDelta::minutes(30), longest: TimeDelta::hours(12) };
        let now: DateTime<Utc> = "2026-11-02T21:00:00Z".parse().unwrap();
        for (began, seen, stands) in
            [(0, 0, true), (30, 29, true), (30, 30, false), (719, 0, true), (720, 0, false)]
        {
            let [began_at, seen_at] = [began, seen].map(|minutes| now - TimeDelta::minutes(minutes));
            let times = SignInTimes { began_at, seen_at, proved_at: began_at };
            assert_eq!(times.stands(limits, now), stands, "began {began}, seen {seen} minutes ago");
        }
    }

    #[test]
    fn what_is_recent_is_ten_minutes_old_at_most() {
        let now: DateTime<Utc> = "2026-11-02T21:00:00Z".parse().unwrap();
        for (seconds, recent, noted) in
            [(0, true, false), (59, true, false), (60, true, true), (599, true, true), (600, false, true)]
        {
            let at = now - TimeDelta::seconds(seconds);
            let times = SignInTimes { began_at: at, seen_at: at, proved_at: at };
            assert_eq!((times.is_recent(now), times.is_to_be_noted(now)), (recent, noted), "{seconds}");
            assert_eq!(times.waits_for_the_code(now), recent, "{seconds}");
        }
    }
}
