//! What is done for one organisation after the other: a fault of one never keeps the next from its turn, and is named.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::bail;

use crate::register::Organisation;

/// How much of an organisation's fault is told: what follows is for the log.
const LONGEST_FAULT: usize = 400;

/// What came of doing something for each organisation.
#[derive(Debug)]
pub(crate) struct OrganisationResults<T> {
    /// What came of those that it could be done for, in their order.
    pub done: Vec<T>,
    faults: Vec<String>,
}

impl<T> Default for OrganisationResults<T> {
    fn default() -> Self {
        Self { done: Vec::new(), faults: Vec::new() }
    }
}

impl<T> OrganisationResults<T> {
    /// Does `work` for each organisation by itself. `what` names it for people: `the board summary`.
    pub(crate) fn of(
        organisations: &[Organisation],
        what: &str,
        work: impl Fn(&Organisation) -> anyhow::Result<Option<T>>,
    ) -> Self {
        let mut each = Self::default();
        for organisation in organisations {
            let why = match unbroken(|| work(organisation)) {
                Ok(done) => {
                    each.done.extend(done);
                    continue;
                }
                Err(why) => why,
            };
            tracing::error!(organisation = organisation.code, why, "{what} could not be made; others go on");
            let why: String = why.chars().take(LONGEST_FAULT).collect();
            each.faults.push(format!("{what} of {} ({}): {why}", organisation.code, organisation.name));
        }
        each
    }

    /// What was done for all of them at once.
    pub(crate) fn done(done: Option<T>) -> Self {
        Self { done: done.into_iter().collect(), faults: Vec::new() }
    }

    /// Adds what came of something else.
    pub(crate) fn extend(&mut self, other: Self) {
        self.done.extend(other.done);
        self.faults.extend(other.faults);
    }

    /// `said`, or, where a fault kept an organisation from it, an error that names each and what was done all the same.
    /// The job has then failed, and is tried again for those.
    pub(crate) fn or_faults(&self, said: String) -> anyhow::Result<String> {
        if self.faults.is_empty() {
            return Ok(said);
        }
        bail!(
            "could not be made: {}. All others were served ({said}). Put that right; only these are tried again, by \
             themselves",
            self.faults.join("; ")
        )
    }
}

/// What `work` comes to, or in words why it does not, if only because the program broke down over it.
pub(crate) fn unbroken<T>(work: impl FnOnce() -> anyhow::Result<T>) -> Result<T, String> {
    // A transaction that a panic leaves behind is taken back with its connection; nothing else is shared.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| format!("{error:#}")),
        Err(_) => {
            Err("the program broke down over it, which is a fault of the program: report it with the log of \
                       that minute"
                .to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::OrganisationKind;

    fn organisation(code: &str) -> Organisation {
        let (code, name) = (code.to_owned(), format!("Trust {code}"));
        Organisation { code, name, kind: OrganisationKind::Acute, safeguarding_email: String::new() }
    }

    #[test]
    fn neither_an_error_nor_a_panic_of_one_organisation_keeps_the_next_from_its_turn() {
        let organisations = ["R01", "R02", "R03", "R04"].map(organisation);
        let each =
            OrganisationResults::of(&organisations, "the board summary", |one| match one.code.as_str() {
                "R01" => bail!("the disk is full: free some"),
                "R02" => panic!("index out of bounds"),
                "R03" => Ok(None),
                code => Ok(Some(code.to_owned())),
            });
        assert_eq!(each.done, ["R04"]);
        let said = each.or_faults("issued R04".to_owned()).unwrap_err().to_string();
        for what in [
            "the board summary of R01 (Trust R01): the disk is full: free some",
            "of R02 (Trust R02)",
            "issued R04",
        ] {
            assert!(said.contains(what), "{said}");
        }
        assert!(!said.contains("R03"), "{said}");
    }

    #[test]
    fn without_a_fault_it_is_what_was_done() {
        let each = OrganisationResults::of(&[organisation("R01")], "the plan", |_| Ok(Some(1)));
        assert_eq!(each.or_faults("1 planned".to_owned()).unwrap(), "1 planned");
    }
}
