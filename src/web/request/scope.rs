//! Whose people and whose figures a page is about: what a right reaches, and which organisation of that is asked for.

use std::collections::BTreeSet;

use super::asked::{Admitted, PageRequest};
use super::parameter::{Parameter, ParameterValue};
use crate::access::{AccessReach, GrantScope};
use crate::answers::{self, Viewer};
use crate::web::answer::Fault;

/// What a right reaches, organisation by organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReachedScope {
    reach: Vec<AccessReach>,
    /// The member of staff whose account it is.
    staff_id: Option<i32>,
    /// The codes of the organisations that are reached, in whole or in part.
    codes: BTreeSet<String>,
    /// Whether all are reached at once.
    all: bool,
}

impl ReachedScope {
    /// What the page's right reaches.
    ///
    /// # Errors
    /// Where it reaches no part of an organisation: a page of lists and figures is not there for somebody who sees
    /// themselves alone.
    pub(crate) fn of(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Self, Fault> {
        let known: Vec<String> =
            answers::organisations(asked.app())?.into_iter().map(|organisation| organisation.code).collect();
        Self::among(by.reach(), by.who().holder.staff_id, &known).ok_or(Fault::NotFound)
    }

    fn among(reach: Vec<AccessReach>, staff_id: Option<i32>, known: &[String]) -> Option<Self> {
        let mut codes = BTreeSet::new();
        let mut all = false;
        for one in &reach {
            match one {
                AccessReach::Granted { organisation: Some(code), .. } if known.contains(code) => {
                    codes.insert(code.clone());
                }
                AccessReach::Granted { organisation: None, scope } => {
                    codes.extend(known.iter().cloned());
                    all |= *scope == GrantScope::Everyone;
                }
                AccessReach::Granted { .. } | AccessReach::Own(_) => {}
            }
        }
        (!codes.is_empty()).then_some(Self { reach, staff_id, codes, all })
    }

    /// The codes of the organisations that are reached, in order.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &str> {
        self.codes.iter().map(String::as_str)
    }

    /// Whether all organisations are reached at once, those to come as well.
    pub(crate) fn reaches_all(&self) -> bool {
        self.all
    }

    /// The choice of an organisation.
    pub(crate) fn parameter(&self) -> Parameter {
        let mut values: Vec<ParameterValue> = Vec::new();
        if self.all && self.codes.len() > 1 {
            values.push(ParameterValue { value: String::new(), words: "All".to_owned() });
        }
        values.extend(
            self.codes.iter().map(|code| ParameterValue { value: code.clone(), words: code.clone() }),
        );
        let default = if self.all { "" } else { self.codes.first().map_or("", String::as_str) };
        let label = if self.codes.len() > 1 { "Organisation" } else { "" };
        let fault = "There is no such organisation, or it is not for you to see";
        Parameter::one_of("organisation", label, (values, default), fault)
    }

    /// The choice of one organisation, for what is of one alone.
    pub(crate) fn parameter_of_one(&self) -> Parameter {
        let Self { codes, reach, staff_id, .. } = self.clone();
        Self { codes, reach, staff_id, all: false }.parameter()
    }

    /// Whose eyes an answer is for that is about the organisation with this code, or about all.
    pub(crate) fn viewer(&self, organisation: Option<&str>) -> Viewer {
        let Some(code) = organisation else {
            // Without a choice one is meant, but where all are reached.
            return if self.all {
                Viewer::Everything
            } else {
                self.viewer(Some(self.codes.first().map_or("", String::as_str)))
            };
        };
        let here = self.reach.iter().filter_map(|reach| match reach {
            AccessReach::Granted { organisation, scope } => {
                organisation.as_deref().is_none_or(|at| at == code).then_some(scope)
            }
            AccessReach::Own(_) => None,
        });
        let scopes: Vec<&GrantScope> = here.collect();
        if scopes.contains(&&GrantScope::Everyone) {
            return Viewer::Organisation(code.to_owned());
        }
        let viewers = scopes.into_iter().filter_map(|scope| match scope {
            GrantScope::Everyone => None,
            GrantScope::Reports => self.staff_id.map(Viewer::DirectReports),
            GrantScope::Unit(unit) => {
                Some(Viewer::Unit { organisation: code.to_owned(), unit: unit.clone() })
            }
        });
        Viewer::Together { organisation: code.to_owned(), viewers: viewers.collect() }
    }

    /// Whose eyes may see one thing, wherever it is: everybody's eyes that the right gives.
    pub(crate) fn viewers(&self) -> Vec<Viewer> {
        if self.all {
            return vec![Viewer::Everything];
        }
        self.codes.iter().map(|code| self.viewer(Some(code))).collect()
    }

    /// What the first of everybody's eyes that the right gives sees.
    pub(crate) fn first_seen<T>(
        &self,
        mut see: impl FnMut(&Viewer) -> anyhow::Result<Option<T>>,
    ) -> Result<T, Fault> {
        for viewer in self.viewers() {
            if let Some(seen) = see(&viewer)? {
                return Ok(seen);
            }
        }
        Err(Fault::NotFound)
    }

    /// Why a list of everybody is empty, and what to do: nobody is there at all, or nobody whom the right reaches.
    pub(crate) fn nobody_words(&self, organisation: Option<&str>) -> &'static str {
        if self.is_whole(organisation) {
            "Nobody is in post yet. Whoever keeps the register imports a staff list."
        } else {
            "Nobody in post is within your scope. Whoever gave you this role can say whom it is for."
        }
    }

    /// Whether the whole of the organisation with this code, or of all, is reached.
    pub(crate) fn is_whole(&self, organisation: Option<&str>) -> bool {
        matches!(self.viewer(organisation), Viewer::Everything | Viewer::Organisation(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(code: Option<&str>, scope: GrantScope) -> AccessReach {
        AccessReach::Granted { organisation: code.map(str::to_owned), scope }
    }

    fn unit(organisation: &str, unit: &str) -> Viewer {
        Viewer::Unit { organisation: organisation.to_owned(), unit: unit.to_owned() }
    }

    #[test]
    fn each_organisation_is_seen_as_far_as_the_grants_together_reach() {
        use GrantScope::{Everyone, Reports, Unit};
        let together = |viewers| Viewer::Together { organisation: "RXX".to_owned(), viewers };
        let whole = || Viewer::Organisation("RXX".to_owned());
        let surgery = || Unit("Surgery".to_owned());
        for (reach, seen) in [
            (vec![granted(Some("RXX"), Everyone)], whole()),
            (vec![granted(Some("RXX"), surgery()), granted(Some("RXX"), Everyone)], whole()),
            (vec![granted(None, Everyone)], whole()),
            (
                vec![granted(Some("RXX"), surgery()), granted(Some("RXX"), Reports)],
                together(vec![unit("RXX", "Surgery"), Viewer::DirectReports(7)]),
            ),
            (vec![granted(None, surgery())], together(vec![unit("RXX", "Surgery")])),
            (vec![granted(Some("RXX"), Reports)], together(vec![Viewer::DirectReports(7)])),
        ] {
            let known = ["RXX", "RYY"].map(str::to_owned);
            let scope = ReachedScope::among(reach.clone(), Some(7), &known).unwrap();
            assert_eq!(scope.viewer(Some("RXX")), seen, "{reach:?}");
        }
    }

    #[test]
    fn what_is_reached_nowhere_is_not_there_and_all_are_one_choice_for_who_reaches_all() {
        let known = ["RXX", "RYY"].map(str::to_owned);
        for reach in [vec![], vec![AccessReach::Own(3)], vec![granted(Some("RQQ"), GrantScope::Everyone)]] {
            assert_eq!(ReachedScope::among(reach.clone(), Some(3), &known), None, "{reach:?}");
        }
        let all = ReachedScope::among(vec![granted(None, GrantScope::Everyone)], None, &known).unwrap();
        assert_eq!((all.viewer(None), all.parameter().default.as_str()), (Viewer::Everything, ""));
        let managed = granted(None, GrantScope::Unit("Surgery".to_owned()));
        let part = ReachedScope::among(vec![managed], None, &known).unwrap();
        assert_eq!(part.parameter().default, "RXX");
        assert!(!part.is_whole(None) && !part.is_whole(Some("RYY")));
        // Who has no member of staff has no reports.
        let reports = granted(Some("RYY"), GrantScope::Reports);
        let nobody = ReachedScope::among(vec![reports], None, &known).unwrap().viewer(None);
        assert_eq!(nobody, Viewer::Together { organisation: "RYY".to_owned(), viewers: Vec::new() });
    }
}
