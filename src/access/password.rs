//! Passwords: which are refused, and whether one is right (spec 8.3).

use std::sync::{Condvar, Mutex, PoisonError};

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use super::secrets::{self, NoRandomness};

/// The shortest and the longest, in code points.
const SHORTEST: usize = 15;
const LONGEST: usize = 256;

/// KiB of memory, passes and lanes.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many are worked out at once: each takes its memory.
const AT_ONCE: usize = 2;

/// The common ones of that length, in order.
const COMMON: &str = include_str!("../../assets/passwords/common.txt");

/// What anybody would try here.
const LIKELY_WORDS: [&str; 3] = ["refresher", "safeguarding", "nhs"];

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasswordFault {
    /// It has fewer than 15 characters.
    TooShort,
    /// It has more than 256.
    TooLong,
    /// It is among those that are tried first.
    Common,
    /// It says nothing but the names of the organisation, its holder or this program.
    MadeOfNames,
}

impl PasswordFault {
    /// What is wrong and what to do.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::TooShort => {
                "The password must be 15 characters or more. Three or four words that do not belong together make a good one"
            }
            Self::TooLong => "The password must be 256 characters or fewer",
            Self::Common => "Choose another password: this one is among those that are guessed first",
            Self::MadeOfNames => {
                "Choose another password: this one is made of your name, your organisation's name or the name of this service"
            }
        }
    }
}

/// Everything that is wrong with `password`, of somebody with these names: their own and their organisation's.
pub(crate) fn password_faults(password: &str, names: &[&str]) -> Vec<PasswordFault> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let faults = [
        (length < SHORTEST, PasswordFault::TooShort),
        (length > LONGEST, PasswordFault::TooLong),
        (is_common(&lower), PasswordFault::Common),
        (length <= LONGEST && is_made_of(&lower, names), PasswordFault::MadeOfNames),
    ];
    faults.into_iter().filter(|(is, _)| *is).map(|(_, fault)| fault).collect()
}

fn is_common(lower: &str) -> bool {
    COMMON.lines().any(|common| common == lower)
}

/// Whether the letters of it are words of these names and nothing else.
fn is_made_of(lower: &str, names: &[&str]) -> bool {
    let letters: Vec<char> = lower.chars().filter(|c| c.is_alphabetic()).collect();
    if letters.is_empty() {
        return false;
    }
    let words =
        names.iter().flat_map(|name| words_of(name)).chain(LIKELY_WORDS.map(|word| word.chars().collect()));
    let words: Vec<Vec<char>> = words.collect();
    let mut reached = vec![false; letters.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for at in 0..letters.len() {
        if reached.get(at) != Some(&true) {
            continue;
        }
        let rest = letters.get(at..).unwrap_or_default();
        for word in words.iter().filter(|word| rest.starts_with(word)) {
            if let Some(end) = reached.get_mut(at + word.len()) {
                *end = true;
            }
        }
    }
    reached.last() == Some(&true)
}

fn words_of(name: &str) -> Vec<Vec<char>> {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphabetic()).map(|word| word.chars().collect::<Vec<char>>());
    words.filter(|word| word.len() > 1).collect()
}

/// Whether a password is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PasswordOutcome {
    /// It is.
    Right,
    /// It is, and it is to be kept anew: by what is asked of a hash today.
    RightKeepAnew(String),
    /// It is not, or there is none.
    Wrong,
}

/// Works passwords out, few at a time.
#[derive(Debug)]
pub(crate) struct PasswordWork {
    free: Mutex<usize>,
    freed: Condvar,
    /// Of nothing that anybody knows: what is asked about nobody takes as long as about somebody.
    of_nobody: String,
}

impl PasswordWork {
    /// Ready to work.
    pub(crate) fn new() -> Result<Self, NoRandomness> {
        let of_nobody = hash(secrets::random_token()?.as_bytes())?;
        Ok(Self { free: Mutex::new(AT_ONCE), freed: Condvar::new(), of_nobody })
    }

    /// What is kept of a password. It takes a while, and waits while others are worked out.
    pub(crate) fn keep(&self, password: &str) -> Result<String, NoRandomness> {
        self.one_of_few(|| hash(password.as_bytes()))
    }

    /// Whether `password` is the one that this was `kept` of; as long for one that nobody has. It takes a while, and waits
    /// while others are worked out.
    pub(crate) fn check(&self, password: &str, kept: Option<&str>) -> Result<PasswordOutcome, NoRandomness> {
        self.one_of_few(|| {
            let against = kept.unwrap_or(&self.of_nobody);
            let is_right = Argon2::default().verify_password(password.as_bytes(), against).is_ok();
            if !is_right || kept.is_none() {
                return Ok(PasswordOutcome::Wrong);
            }
            if against.starts_with(&format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}$")) {
                return Ok(PasswordOutcome::Right);
            }
            Ok(PasswordOutcome::RightKeepAnew(hash(password.as_bytes())?))
        })
    }

    fn one_of_few<T>(&self, work: impl FnOnce() -> T) -> T {
        // A count is right whoever panicked while it was held.
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        drop(free);
        let done = work();
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.freed.notify_one();
        done
    }
}

fn hash(password: &[u8]) -> Result<String, NoRandomness> {
    let salt: [u8; 16] = secrets::random_bytes()?;
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(|_| NoRandomness)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(argon2.hash_password_with_salt(password, &salt).map_err(|_| NoRandomness)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_common_ones_are_kept_each_long_enough_and_in_order() {
        let common: Vec<&str> = COMMON.lines().collect();
        assert_eq!(common.len(), 10_000);
        assert!(
            common.is_sorted()
                && common.iter().all(|one| one.len() >= SHORTEST && *one == one.to_lowercase())
        );
    }

    #[test]
    fn what_is_refused_and_why() {
        use PasswordFault::{Common, MadeOfNames, TooLong, TooShort};
        let names = ["Marlow Vale NHS Foundation Trust", "Aisha Bello-Okafor", "aisha.bello@example.org"];
        let long = "ab".repeat(128);
        let too_long = format!("{long}c");
        let cases: &[(&str, &[PasswordFault])] = &[
            ("fourteen chars", &[TooShort]),
            ("fifteen letters", &[]),
            ("åäöåäöåäöåäöåäö", &[]),
            (&long, &[]),
            (&too_long, &[TooLong]),
            ("passwordpassword", &[Common]),
            ("PasswordPassword", &[Common]),
            ("passwordpassworc", &[]),
            ("MarlowVale2026!!", &[MadeOfNames]),
            ("nhs-trust-marlow-01", &[MadeOfNames]),
            ("Safeguarding.2026", &[MadeOfNames]),
            ("bello aisha okafor", &[MadeOfNames]),
            ("refresher", &[TooShort, MadeOfNames]),
            ("marlow safeguards vale", &[]),
            ("31415926535897932384", &[]),
            ("               ", &[]),
        ];
        for (password, faults) in cases {
            assert_eq!(password_faults(password, &names), *faults, "{password}");
        }
    }

    #[test]
    fn only_the_same_characters_are_the_same_password() {
        let work = PasswordWork::new().unwrap();
        let kept = work.keep("Fünf blaue Kühe tanzen").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        for (password, outcome) in [
            ("Fünf blaue Kühe tanzen", PasswordOutcome::Right),
            ("fünf blaue kühe tanzen", PasswordOutcome::Wrong),
            (" Fünf blaue Kühe tanzen", PasswordOutcome::Wrong),
            // The same to the eye, in other code points.
            ("Fu\u{308}nf blaue Ku\u{308}he tanzen", PasswordOutcome::Wrong),
        ] {
            assert_eq!(work.check(password, Some(&kept)).unwrap(), outcome, "{password}");
        }
        assert_eq!(work.check("Fünf blaue Kühe tanzen", None).unwrap(), PasswordOutcome::Wrong);
        assert_ne!(work.keep("Fünf blaue Kühe tanzen").unwrap(), kept);
    }

    #[test]
    fn what_was_kept_by_less_is_kept_anew() {
        let work = PasswordWork::new().unwrap();
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(1024, 1, 1, None).unwrap());
        let kept = weak.hash_password_with_salt(b"five blue cows dance", &[7; 16]).unwrap().to_string();
        let PasswordOutcome::RightKeepAnew(anew) = work.check("five blue cows dance", Some(&kept)).unwrap()
        else {
            panic!("it was to be kept anew")
        };
        assert_eq!(work.check("five blue cows dance", Some(&anew)).unwrap(), PasswordOutcome::Right);
        assert_eq!(work.check("five red cows dance", Some(&kept)).unwrap(), PasswordOutcome::Wrong);
    }
}
