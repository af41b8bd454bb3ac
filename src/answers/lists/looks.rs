//! Who looked at whom in the console.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

pub(crate) use crate::access::store::LookFilter;
use crate::access::store::{self, KeptLook};
use crate::answers::Viewer;
use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::ListColumn;
use crate::answers::viewer::Visibility;
use crate::app::App;

/// Who looked at whom, the newest first.
#[derive(Debug)]
pub(crate) struct Looks {
    looks: Vec<KeptLook>,
}

/// The looks at people whom the viewer may see that are asked for.
pub(crate) fn looks(app: &App, viewer: &Viewer, filter: &LookFilter) -> anyhow::Result<Looks> {
    let sight = Visibility::of(app, viewer, filter.organisation.as_deref())?;
    let organisation = sight.organisation().map(str::to_owned);
    let filter = LookFilter { organisation, ..filter.clone() };
    let mut looks = app.db.read(|conn| store::looks(conn, &filter))?;
    looks.retain(|look| sight.includes(&look.organisation, look.staff_id));
    Ok(Looks { looks })
}

impl Looks {
    /// The looks, a row each.
    pub(crate) fn sheet(&self) -> AnswerRows<'_> {
        let columns = vec![
            ListColumn::code("on"),
            ListColumn::code("account"),
            ListColumn::words("who"),
            ListColumn::code("organisation"),
            ListColumn::code("employee number"),
        ];
        let row = |look: &KeptLook| {
            vec![
                AnswerCell::Day(Some(look.on)),
                AnswerCell::Text(look.account.to_string()),
                AnswerCell::Text(look.email.clone()),
                AnswerCell::Text(look.organisation.clone()),
                AnswerCell::Text(look.employee_number.clone()),
            ]
        };
        AnswerRows::new("Looks", columns, self.looks.iter().map(row))
    }
}

impl Serialize for Looks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let look = |look: &KeptLook| {
            json!({
                "on": look.on,
                "account": look.account,
                "email": look.email,
                "organisation": look.organisation,
                "employee_number": look.employee_number,
            })
        };
        let looks: Vec<Value> = self.looks.iter().map(look).collect();
        json!({ "looks": looks }).serialize(serializer)
    }
}
