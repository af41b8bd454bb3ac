//! The quality of the data about people in post, as the board's summary counts it.

use super::checked::CheckedThing;
use crate::answers::{self, Question, Viewer};
use crate::app::App;
use crate::compliance::Doubt;
use crate::wording::counted;

/// Whom mail can't reach as it should, of each organisation.
pub(super) fn data_quality(app: &App) -> anyhow::Result<Vec<CheckedThing>> {
    let mut checked = Vec::new();
    for organisation in answers::organisations(app)? {
        let code = organisation.code;
        let question = Question::now(app.today(), app.now(), Some(&code));
        checked.push(of_organisation(&code, &answers::doubts(app, &question, &Viewer::Everything)?));
    }
    Ok(checked)
}

fn of_organisation(code: &str, counts: &[(Doubt, u64)]) -> CheckedThing {
    const WHAT: &str = "data quality";
    let found = counts.iter().filter(|(_, count)| *count > 0);
    let words = |(doubt, count): &(Doubt, u64)| {
        let people = counted(*count, "person", "people");
        match doubt {
            Doubt::NoEmail => format!("{people} without an email address"),
            Doubt::Bouncing => format!("{people} whose mail comes back"),
            Doubt::UnknownManager => format!("{people} without a manager who can be told"),
        }
    };
    let found: Vec<String> = found.map(words).collect();
    if found.is_empty() {
        return CheckedThing::good(
            WHAT,
            format!("mail reaches everybody in post at {code}, and their managers"),
        );
    }
    let to_do = format!(
        "complete the staff list; `refresher staff --data-quality no-email --organisation {code}` lists them, as bouncing and \
         unknown-manager do"
    );
    CheckedThing::warning(WHAT, format!("in post at {code}: {}", found.join(", ")), to_do)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::upkeep::check::CheckVerdict;

    #[test]
    fn what_is_doubtful_of_people_is_counted_by_name_and_nothing_is_in_order() {
        for (counts, verdict, says) in [
            ([0, 0, 0], CheckVerdict::Good, "mail reaches everybody in post at RXX, and their managers"),
            ([1, 0, 0], CheckVerdict::Warning, "in post at RXX: 1 person without an email address"),
            (
                [2, 1, 1_200],
                CheckVerdict::Warning,
                "in post at RXX: 2 people without an email address, 1 person whose mail comes back, 1,200 people without a \
                 manager who can be told",
            ),
        ] {
            let counts: Vec<(Doubt, u64)> = Doubt::ALL.into_iter().zip(counts).collect();
            let found = of_organisation("RXX", &counts);
            assert_eq!((found.verdict, found.says.as_str()), (verdict, says));
        }
    }
}
