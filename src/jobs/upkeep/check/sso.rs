//! Single sign-on: whether the provider can be asked and is who the settings say, and whether the roles are at places that are.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::checked::CheckedThing;
use crate::answers;
use crate::app::App;
use crate::jobs::accounts::sso::SingleSignOn;

const WHAT: &str = "single sign-on";

/// Looks at it; nobody is signed in by looking. Where the settings name no provider, there is nothing to say.
pub(super) async fn sso(app: &App, now: DateTime<Utc>) -> anyhow::Result<Vec<CheckedThing>> {
    let Some((sso, settings)) = SingleSignOn::of(app).zip(app.config.web.oidc.as_ref()) else {
        return Ok(Vec::new());
    };
    // Calls are made on a thread that may wait.
    let looked = tokio::task::spawn_blocking(move || sso.look(now)).await?;
    let mut checked = vec![match looked {
        Ok(()) => CheckedThing::good(WHAT, format!("the provider at {} answers as itself", settings.issuer)),
        Err(fault) => CheckedThing::fault(
            WHAT,
            format!("{fault} ({})", settings.issuer),
            "correct `issuer` in [web.oidc], or see what keeps this machine from reaching it; until then people sign in with \
             passwords alone",
        ),
    }];
    let known: BTreeSet<String> =
        answers::organisations(app)?.into_iter().map(|organisation| organisation.code).collect();
    let unknown = settings.roles.iter().filter_map(|role| role.organisation.as_ref());
    let unknown: BTreeSet<&String> = unknown.filter(|code| !known.contains(*code)).collect();
    checked.extend(unknown.into_iter().map(|code| {
        CheckedThing::warning(
            WHAT,
            format!("a role of [web.oidc] is at {code}, which nobody knows, and is given to nobody"),
            "correct `organisation` there, or import the staff of that organisation",
        )
    }));
    Ok(checked)
}
