//! The second factor: codes of a device (RFC 6238), and recovery codes for whoever lost it (spec 8.3).

use chrono::{DateTime, Utc};
use totp_rs::{Builder, Secret, Totp};

use super::roles::{AccessGrant, AccessRole, GrantScope};
use super::secrets::{self, NoRandomness};

/// How many recovery codes there are at first.
const RECOVERY_CODES: usize = 10;

/// A code is another after so many seconds.
const STEP_SECONDS: i64 = 30;

/// Of whom a second factor is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecondFactorRule {
    /// Of those who see or change what is about many.
    Privileged,
    /// Of everybody.
    All,
    /// Of nobody.
    Off,
}

/// Whether whoever has these grants must have a second factor.
pub(crate) fn needs_second_factor(rule: SecondFactorRule, grants: &[AccessGrant]) -> bool {
    match rule {
        SecondFactorRule::All => true,
        SecondFactorRule::Off => false,
        SecondFactorRule::Privileged => grants.iter().any(|grant| match grant.role {
            AccessRole::Operator | AccessRole::Hr | AccessRole::Auditor => true,
            AccessRole::Manager => grant.scope != GrantScope::Reports,
            AccessRole::Board | AccessRole::Staff => false,
        }),
    }
}

/// What a device and this program share.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SharedSecret(Vec<u8>);

impl std::fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedSecret(..)")
    }
}

impl SharedSecret {
    /// One that nobody has yet: 160 bits.
    pub(crate) fn new() -> Result<Self, NoRandomness> {
        Ok(Self(secrets::random_bytes::<20>()?.to_vec()))
    }

    /// The one with these bytes.
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it is typed into a device: base 32.
    pub(crate) fn written(&self) -> String {
        Secret::from(self.0.clone()).to_base32()
    }

    /// The address that a device reads from a picture, for the account with this address.
    pub(crate) fn device_address(&self, email: &str) -> String {
        let email: String = email.bytes().map(percent_encoded).collect();
        format!("otpauth://totp/refresher:{email}?secret={}&issuer=refresher", self.written())
    }

    /// The step for which `code` is right at `now`: the present one or the one before, and newer than the `newest` of which
    /// a code was taken. `None` where it is right for none.
    pub(crate) fn step_of(&self, code: &str, newest: i64, now: DateTime<Utc>) -> Option<i64> {
        let present = now.timestamp().div_euclid(STEP_SECONDS);
        let totp = self.totp()?;
        [present, present - 1].into_iter().filter(|step| *step > newest).find(|step| {
            let seconds = u64::try_from(step * STEP_SECONDS);
            seconds.is_ok_and(|seconds| totp.check(code, seconds).is_some())
        })
    }

    fn totp(&self) -> Option<Totp> {
        // Never fails: the secret is as long as it should be, the rest as the standard has it.
        Builder::new().with_secret(self.0.clone()).with_skew(0).build().ok()
    }
}

fn percent_encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// Ten codes of 80 bits, as they are shown once: `ABCD-EFGH-IJKL-MNOP`.
pub(crate) fn recovery_codes() -> Result<Vec<String>, NoRandomness> {
    let one = || {
        let letters = Secret::from(secrets::random_bytes::<10>()?.to_vec()).to_base32();
        let groups: Vec<String> =
            letters.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
        Ok(groups.join("-"))
    };
    (0..RECOVERY_CODES).map(|_| one()).collect()
}

/// A code as it is compared: however it was grouped or written.
pub(crate) fn tidy_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// The values of RFC 6238, appendix B, of which six digits are used.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = SharedSecret::of(b"12345678901234567890".to_vec());
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.step_of(code, 0, at(seconds)), Some(seconds / 30), "{seconds}");
        }
        assert_eq!(secret.written(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_is_taken_in_its_step_and_the_one_after_and_once() {
        let secret = SharedSecret::of(b"12345678901234567890".to_vec());
        // Right from 30 to 59 seconds.
        for (seconds, newest, step) in [
            (29, 0, None),
            (30, 0, Some(1)),
            (59, 0, Some(1)),
            (60, 0, Some(1)),
            (89, 0, Some(1)),
            (90, 0, None),
            (59, 1, None),
            (60, 2, None),
        ] {
            assert_eq!(secret.step_of("287082", newest, at(seconds)), step, "at {seconds}, after {newest}");
        }
        for wrong in ["287083", "28708", "2870822", "", "28708a", "２87082"] {
            assert_eq!(secret.step_of(wrong, 0, at(59)), None, "{wrong:?}");
        }
    }

    #[test]
    fn who_must_have_one() {
        let grant = |role, scope| AccessGrant { role, organisation: None, scope };
        let unit = GrantScope::Unit("Surgery".to_owned());
        for (role, scope, privileged) in [
            (AccessRole::Operator, GrantScope::Everyone, true),
            (AccessRole::Hr, GrantScope::Everyone, true),
            (AccessRole::Auditor, GrantScope::Everyone, true),
            (AccessRole::Manager, GrantScope::Everyone, true),
            (AccessRole::Manager, unit, true),
            (AccessRole::Manager, GrantScope::Reports, false),
            (AccessRole::Board, GrantScope::Everyone, false),
        ] {
            let grants = [grant(role, scope)];
            assert_eq!(needs_second_factor(SecondFactorRule::Privileged, &grants), privileged, "{grants:?}");
            assert!(needs_second_factor(SecondFactorRule::All, &grants));
            assert!(!needs_second_factor(SecondFactorRule::Off, &grants));
        }
    }

    #[test]
    fn recovery_codes_are_ten_of_eighty_bits_and_read_however_they_are_typed() {
        let codes = recovery_codes().unwrap();
        assert_eq!(codes.len(), RECOVERY_CODES);
        for code in &codes {
            assert_eq!((code.len(), tidy_code(code).len()), (19, 16), "{code}");
            assert_eq!(tidy_code(&format!(" {} ", code.to_lowercase().replace('-', " "))), tidy_code(code));
        }
        assert!(codes.iter().all(|code| codes.iter().filter(|other| *other == code).count() == 1));
    }

    #[test]
    fn a_device_reads_an_address_that_names_the_account() {
        let secret = SharedSecret::of(b"12345678901234567890".to_vec());
        assert_eq!(
            secret.device_address("aisha+x@example.org"),
            "otpauth://totp/refresher:aisha%2Bx%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=refresher"
        );
    }
}
