//! What a policy that is only written would change.

use super::{PolicyImpact, policy_impact};
use crate::answers::{Question, Viewer};
use crate::app::App;
use crate::policy;

/// What messages call a draft.
const DRAFT: &str = "the draft";

/// What became of trying a draft.
#[derive(Debug)]
pub(crate) enum DraftTried {
    /// It is not sound: every fault with its line.
    Faulty(Vec<String>),
    /// It is sound.
    Sound {
        /// What is probably not meant, with its line.
        warnings: Vec<String>,
        /// What it would change.
        impact: Box<PolicyImpact>,
    },
}

/// Whether the policy that is written so is sound, and what it would change of what the viewer sees.
pub(crate) fn try_draft(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    text: &str,
) -> anyhow::Result<DraftTried> {
    let parsed = match policy::parse(text, DRAFT) {
        Ok(parsed) => parsed,
        Err(error) => return Ok(DraftTried::Faulty(error.faults.iter().map(ToString::to_string).collect())),
    };
    let impact = policy_impact(app, question, viewer, &parsed.policy, false)?;
    Ok(DraftTried::Sound { warnings: parsed.warnings, impact: Box::new(impact.with_people_beside()) })
}
