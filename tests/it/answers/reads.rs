//! A question about one person, one unit or one organisation reads the rows of that person, unit or organisation and
//! nobody else's: none of its queries goes through a table of them all, and rows of others that can't be read any more
//! make no difference.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, Once, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::prelude::*;
use diesel::sql_types::Text;
use refresher::answers::{self, ExemptionFilter, JudgedBy, PeopleFilter, Question, Viewer};
use refresher::app::App;
use refresher::compliance::{Doubt, GroupBy};
use refresher::db::Locks;

use super::{app, shown, staff_id, trusts};
use crate::support::trust::Trust;

/// Queries, by the folder of the database that they are put to.
static QUERIES: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);

/// Remembers the queries of one connection, if somebody wants to know them.
#[derive(Default)]
struct Listener {
    url: String,
}

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => url.clone_into(&mut self.url),
            InstrumentationEvent::StartQuery { query, .. } => {
                let mut queries = QUERIES.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((_, queries)) = queries.iter_mut().find(|(folder, _)| self.url.contains(*folder))
                {
                    queries.push(query.to_string());
                }
            }
            _ => {}
        }
    }
}

fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| set_default_instrumentation(|| Some(Box::<Listener>::default())).unwrap());
}

/// The queries that `ask` puts to the trust's database, without what is bound to them.
fn queries<T>(trust: &Trust, ask: impl FnOnce() -> T) -> (T, Vec<String>) {
    let folder = trust.folder.path().file_name().unwrap().to_str().unwrap().to_owned();
    QUERIES.lock().unwrap().insert(folder.clone(), Vec::new());
    let answer = ask();
    let queries = QUERIES.lock().unwrap().remove(&folder).unwrap();
    let bare = |query: String| query.split(" -- binds").next().unwrap().to_owned();
    (answer, queries.into_iter().map(bare).filter(|query| query.starts_with("SELECT")).collect())
}

/// What holds people's rows.
const TABLES: [&str; 7] =
    ["staff", "staff_version", "assignment_version", "training_record", "exemption", "booking", "told"];

/// An index of unit names tells nobody's rows.
const NAMES_OF_UNITS: &str = "SCAN assignment_version USING COVERING INDEX assignment_version_by_unit";

/// The steps of a query that go through all of a table of people's rows, by the database's own plan.
fn scans(app: &App, query: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }
    let plan = format!("EXPLAIN QUERY PLAN {query}");
    let steps = app.db.read(|conn| diesel::sql_query(plan).load::<Step>(conn)).unwrap();
    let all = |step: &String| {
        TABLES
            .iter()
            .any(|table| *step == format!("SCAN {table}") || step.starts_with(&format!("SCAN {table} ")))
            && step != NAMES_OF_UNITS
    };
    steps.into_iter().map(|step| step.detail).filter(all).collect()
}

fn asked(app: &App, organisation: Option<&str>, earlier: bool) -> Question {
    let known_at = earlier.then(|| app.db.known_by(None, app.clock).unwrap());
    Question::asked(app, None, known_at, organisation, JudgedBy::PolicyThen).unwrap()
}

/// A question, of which organisation, for whom; and a condition on `staff` that holds of those whom it is about.
type Case = (&'static str, Option<&'static str>, fn(&App) -> Viewer, &'static str);

const CEDAR: &str = "staff.employee_number = '1103' AND organisation.code = 'RXX'";
/// Those of the unit, and those who have, or had, another post there.
const SURGERY: &str =
    "staff.employee_number IN ('1102', '1103', '1104', '1105', '1106') AND organisation.code = 'RXX'";
/// Their managers with them, of whom it matters whether they can be told.
const SURGERY_AND_MANAGERS: &str = "staff.employee_number IN ('1101', '1102', '1103', '1104', '1105', '1106') \
    AND organisation.code = 'RXX'";
const REPORTS: &str = "staff.employee_number IN ('1103', '1104', '1105') AND organisation.code = 'RXX'";
const RYY: &str = "organisation.code = 'RYY'";

const CASES: [Case; 20] = [
    ("explain", Some("RXX"), everything, CEDAR),
    ("explain", None, oneself, CEDAR),
    ("staff", None, oneself, CEDAR),
    ("status", None, oneself, CEDAR),
    ("exempt list", Some("RXX"), everything, CEDAR),
    ("staff of Surgery", Some("RXX"), everything, SURGERY),
    ("doubts in Surgery", Some("RXX"), everything, SURGERY_AND_MANAGERS),
    ("staff of a manager", Some("RXX"), everything, REPORTS),
    ("staff of a manager", None, manager, REPORTS),
    ("staff of a name", Some("RXX"), everything, CEDAR),
    ("staff of a name", None, oneself, CEDAR),
    ("status", None, surgery, SURGERY),
    ("forecast", None, surgery, SURGERY),
    ("status", None, manager, REPORTS),
    ("staff", None, manager, REPORTS),
    ("status", Some("RYY"), everything, RYY),
    ("staff", Some("RYY"), everything, RYY),
    ("forecast", Some("RYY"), everything, RYY),
    ("budget", Some("RYY"), everything, RYY),
    ("status", None, organisation, RYY),
];

fn everything(_: &App) -> Viewer {
    Viewer::Everything
}

fn oneself(app: &App) -> Viewer {
    Viewer::Oneself(staff_id(app, "RXX", "1103"))
}

fn manager(app: &App) -> Viewer {
    Viewer::DirectReports(staff_id(app, "RXX", "1102"))
}

fn surgery(_: &App) -> Viewer {
    Viewer::Unit { organisation: "RXX".to_owned(), unit: "Surgery".to_owned() }
}

fn organisation(_: &App) -> Viewer {
    Viewer::Organisation("RYY".to_owned())
}

fn ask(app: &App, (what, organisation, viewer, _): Case, earlier: bool) -> String {
    let (question, viewer) = (asked(app, organisation, earlier), viewer(app));
    let of_surgery = PeopleFilter { unit: Some("Surgery".to_owned()), ..PeopleFilter::default() };
    let people = |filter| shown(&answers::people(app, &question, &viewer, &filter).unwrap());
    match what {
        "explain" => shown(&answers::person(app, &question, &viewer, "1103").unwrap()),
        "status" => shown(&answers::status(app, &question, &viewer, &[GroupBy::Unit]).unwrap()),
        "staff" => people(PeopleFilter::default()),
        "staff of Surgery" => people(of_surgery),
        "staff of a manager" => {
            people(PeopleFilter { manager: Some("1102".to_owned()), ..PeopleFilter::default() })
        }
        "staff of a name" => {
            people(PeopleFilter { name: Some("cedar".to_owned()), ..PeopleFilter::default() })
        }
        "doubts in Surgery" => {
            people(PeopleFilter { data_quality: Some(Doubt::UnknownManager), ..of_surgery })
        }
        "forecast" => shown(&answers::forecast(app, &question, &viewer, 2).unwrap()),
        "budget" => shown(&answers::budget(app, &question, &viewer, None).unwrap()),
        "exempt list" => {
            let filter = ExemptionFilter {
                employee_number: Some("1103".to_owned()),
                organisation: question.organisation.clone(),
                known_at: earlier.then_some(question.known_at),
                ..ExemptionFilter::default()
            };
            shown(&answers::exemptions(app, &viewer, &filter).unwrap())
        }
        _ => panic!("nobody asks {what}"),
    }
}

/// Each question, as known now and as known at an instant.
fn cases() -> impl Iterator<Item = (Case, bool)> {
    CASES.into_iter().flat_map(|case| [(case, false), (case, true)])
}

#[cfg_attr(
    feature = "postgres",
    ignore = "how a query is planned is said otherwise there, and depends on how much there is"
)]
#[test]
fn no_query_goes_through_everybody() {
    listen();
    let trust = trusts();
    let app = app(&trust);
    let (_, all) = queries(&trust, || {
        answers::people(&app, &asked(&app, None, false), &Viewer::Everything, &PeopleFilter::default())
            .unwrap()
    });
    let scanned: Vec<String> = all.iter().flat_map(|query| scans(&app, query)).collect();
    assert!(
        scanned.iter().any(|step| step.contains("assignment_version")),
        "what is asked of everybody scans: {scanned:?}"
    );
    for (case, earlier) in cases() {
        let name = case.0;
        let (_, queries) = queries(&trust, || ask(&app, case, earlier));
        assert!(queries.len() > 5, "{name} was listened to: {queries:?}");
        for query in queries {
            assert_eq!(scans(&app, &query), [""; 0], "{name}: {query}");
        }
    }
}

#[cfg_attr(feature = "postgres", ignore = "no column there can hold what is no date")]
#[test]
fn rows_of_others_that_cannot_be_read_make_no_difference() {
    for (case, earlier) in cases() {
        let (name, _, _, whose) = case;
        let trust = trusts();
        let before = without_instants(&ask(&app(&trust), case, earlier));
        let app = app(&trust);
        spoil(&app, whose);
        let everybody = asked(&app, None, false);
        let all = answers::people(&app, &everybody, &Viewer::Everything, &PeopleFilter::default());
        assert!(all.is_err(), "what is asked of everybody fails on them");
        assert_eq!(without_instants(&ask(&app, case, earlier)), before, "{name}");
    }
}

/// Makes every date in the rows of people of whom `whose` does not hold one that can't be read.
fn spoil(app: &App, whose: &str) {
    let others = format!(
        "SELECT staff.id FROM staff JOIN organisation ON organisation.id = staff.organisation_id WHERE NOT ({whose})"
    );
    let dates = [
        ("assignment_version", "start_on"),
        ("training_record", "completed_on"),
        ("exemption", "from_on"),
        ("booking", "takes_place_on"),
        ("promise", "due_on"),
    ];
    app.db
        .write(Locks::ALL, |conn| {
            for (table, column) in dates {
                // Another one each: what a table holds only once stays so.
                let spoilt =
                    format!("UPDATE {table} SET {column} = 'spoilt ' || id WHERE staff_id IN ({others})");
                diesel::sql_query(spoilt).execute(conn)?;
            }
            Ok(())
        })
        .unwrap();
}

/// The instant of asking is another each time.
fn without_instants(text: &str) -> String {
    text.lines().filter(|line| !line.contains("known_at")).collect::<Vec<_>>().join("\n")
}
