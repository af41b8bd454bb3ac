//! `/health`: the jobs, the daemons, and what was found when everything was looked over.

use refresher::access::AccessRole;
use serde_json::Value;

use crate::support::console::Console;

#[test]
fn whoever_runs_the_machine_looks_everything_over_and_others_see_what_ran() {
    let console = Console::start();
    let operator = console.user("operator@example.org", AccessRole::Operator).signs_in();
    let hr = console.user("hr@example.org", AccessRole::Hr).signs_in();
    let page = operator.get("/health").has(200).says("Scheduled jobs").says("reminders");
    let page = page.says("Nobody has looked everything over here");
    page.submit("check", &[]).sees("/health");
    let page = operator.get("/health").has(200).says("to be looked at").says("Database").says("Settings");
    assert!(page.body.matches("<tr data-id").count() > 10, "{}", page.body);
    let document: Value = serde_json::from_str(&operator.get("/health.json").has(200).body).unwrap();
    assert!(document["checks"].as_array().unwrap().len() > 5 && document["jobs"].is_array(), "{document}");
    // Who keeps one organisation sees that jobs ran, and runs nothing.
    let theirs = hr
        .get("/health")
        .has(200)
        .says("Scheduled jobs")
        .never_says("data-do=\"check\"")
        .never_says("<th scope=\"row\">Database");
    let (_, token) = theirs.form("sign-out");
    let fields: Vec<(&str, &str)> =
        token.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    hr.post("/health/check", &fields).has(404);
    for role in [AccessRole::Board, AccessRole::Manager] {
        let browser = console.user(&format!("{role}@example.org"), role).signs_in();
        browser.get("/health").has(404);
    }
    hr.get("/health?x=1").has(422);
    hr.get("/health/live").has(200);
}
