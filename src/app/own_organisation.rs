//! Which of the organisations in the register the code in the settings is of.
//!
//! A code that changed in the settings alone would make a second organisation, and everybody twice: so a code that is not
//! known is taken for a new organisation only where none is known yet, or several are.

use super::App;
use crate::db::{Conn, DbError, DbResult};
use crate::register::store;

/// How the code in the settings stands towards the organisations that are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OwnCode {
    /// It is that of one of them, or of one that is new.
    AsConfigured,
    /// The organisation has another code since, and the settings still have the one before.
    Former {
        /// The code that it has.
        now: String,
    },
    /// One organisation is known, and has another code.
    Astray {
        /// The code of that one.
        known: String,
    },
}

impl OwnCode {
    /// How `configured` stands where these organisations are known, and that code was until now of the one `now`, if of
    /// any.
    fn of(configured: &str, known: &[String], now: Option<String>) -> Self {
        match (now, known) {
            _ if known.iter().any(|code| code == configured) => Self::AsConfigured,
            (Some(now), _) => Self::Former { now },
            (None, [known]) => Self::Astray { known: known.clone() },
            _ => Self::AsConfigured,
        }
    }

    /// What is wrong with it, and what to do, where the settings in `file` have the code `configured`; `None` where nothing
    /// is.
    pub(crate) fn fault(&self, configured: &str, file: &str) -> Option<(String, String)> {
        match self {
            Self::AsConfigured => None,
            Self::Former { now } => Some((
                format!(
                    "the settings name the organisation {configured}, which has the code {now} since it was renamed"
                ),
                format!("write code = \"{now}\" into [organisation] of {file}"),
            )),
            Self::Astray { known } => Some((
                format!(
                    "the settings name the organisation {configured}, and the register knows {known} alone"
                ),
                format!(
                    "if {known} has the code {configured} from now on: `refresher organisation rename {known} {configured}`; \
                     if it does not, correct `code` in [organisation] of {file}; if {configured} is one more, bring it with \
                     `refresher import organisations FILE`"
                ),
            )),
        }
    }
}

impl App {
    /// How the code in the settings stands towards the organisations that are known now.
    pub(crate) fn own_code(&self, conn: &mut Conn) -> DbResult<OwnCode> {
        let configured = &self.config.organisation.code;
        let known = store::current_organisations(conn)?;
        let former = store::former_codes(conn)?;
        let was_theirs = former.iter().rev().filter(|one| one.code == *configured);
        let now = was_theirs.into_iter().find_map(|one| {
            let of = known.iter().find(|(_, (id, ..))| *id == one.organisation_id);
            of.map(|(code, _)| code.clone())
        });
        let codes: Vec<String> = known.into_keys().collect();
        Ok(OwnCode::of(configured, &codes, now))
    }

    /// What is wrong with the code in the settings, and what to do; `None` where nothing is.
    pub(crate) fn own_code_fault(&self) -> Result<Option<(String, String)>, DbError> {
        let stands = self.db.read(|conn| self.own_code(conn))?;
        Ok(stands.fault(&self.config.organisation.code, &self.config.file.display().to_string()))
    }

    /// Says what is wrong with the code in the settings, and whether anything is.
    pub(super) fn tell_own_code_fault(&self) -> Result<bool, DbError> {
        let fault = self.own_code_fault()?;
        if let Some((says, to_do)) = &fault {
            tracing::warn!("{says}: {to_do}");
        }
        Ok(fault.is_some())
    }

    /// The code by which the register knows the organisation that the settings mean.
    pub(crate) fn own_organisation(&self, conn: &mut Conn) -> DbResult<String> {
        Ok(match self.own_code(conn)? {
            OwnCode::AsConfigured => self.config.organisation.code.clone(),
            OwnCode::Former { now: code } | OwnCode::Astray { known: code } => code,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_is_not_known_is_of_a_new_organisation_only_where_none_is_known_or_several() {
        let astray = |known: &str| OwnCode::Astray { known: known.to_owned() };
        let former = |now: &str| OwnCode::Former { now: now.to_owned() };
        for (known, now, expected) in [
            (&[][..], None, OwnCode::AsConfigured),
            (&["RXX"], None, OwnCode::AsConfigured),
            (&["RXX", "RYY"], None, OwnCode::AsConfigured),
            (&["RYY", "RZZ"], None, OwnCode::AsConfigured),
            (&["RYY"], None, astray("RYY")),
            (&["RYY"], Some("RYY"), former("RYY")),
            (&["RYY", "RZZ"], Some("RZZ"), former("RZZ")),
            // Another organisation has the code since.
            (&["RXX", "RYY"], Some("RYY"), OwnCode::AsConfigured),
        ] {
            let known: Vec<String> = known.iter().map(|code| (*code).to_owned()).collect();
            assert_eq!(OwnCode::of("RXX", &known, now.map(str::to_owned)), expected, "{known:?} {now:?}");
        }
    }

    #[test]
    fn a_code_that_is_another_names_what_puts_it_right() {
        let fault = |stands: OwnCode| stands.fault("RXX", "refresher.toml");
        assert_eq!(fault(OwnCode::AsConfigured), None);
        let (says, to_do) = fault(OwnCode::Astray { known: "RYY".to_owned() }).unwrap();
        assert!(says.contains("RXX") && says.contains("RYY alone"), "{says}");
        assert!(to_do.contains("`refresher organisation rename RYY RXX`"), "{to_do}");
        let (says, to_do) = fault(OwnCode::Former { now: "RYY".to_owned() }).unwrap();
        assert!(says.contains("has the code RYY since"), "{says}");
        assert!(to_do.contains("code = \"RYY\"") && !to_do.contains("rename RYY"), "{to_do}");
    }
}
