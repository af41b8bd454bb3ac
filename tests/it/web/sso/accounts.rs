//! Whose account it is that a provider vouches for, and what groups let it do.

use refresher::access::{AccessGrant, AccessRole, GrantScope};
use refresher::answers::{self, Viewer};
use refresher::audit::Actor;
use refresher::import::FileKind;
use refresher::jobs::{self, UserChange};
use refresher::register::store as register;
use serde_json::{Value, json};

use super::{ANN, account, provider, signs_in};
use crate::support::console::Console;
use crate::support::trust::day;

/// People in post and one who left: two share an address at one trust, one works at two.
const PEOPLE: &str = "organisation,employee_number,first_name,last_name,email,job_title,staff_group,unit,start_date,leave_date\n\
    RXX,1,Ann,Ashe,ann@example.org,Nurse,Nursing,Surgery,2020-01-01,\n\
    RXX,2,Bob,Birch,shared@example.org,Nurse,Nursing,Surgery,2020-01-01,\n\
    RXX,3,Cat,Cole,Shared@example.org,Nurse,Nursing,Surgery,2020-01-01,\n\
    RXX,4,Dan,Dale,dan@example.org,Nurse,Nursing,Surgery,2020-01-01,\n\
    RXX,5,Eve,Elm,eve@example.org,Nurse,Nursing,Surgery,2020-01-01,2026-10-31\n";
const ELSEWHERE: &str = "organisation,employee_number,first_name,last_name,email,job_title,staff_group,unit,start_date,leave_date\n\
    RYY,4,Dan,Dale,dan@example.org,Nurse,Nursing,Theatres,2021-01-01,\n\
    RYY,9,Fay,Fern,fay@example.org,Nurse,Nursing,Theatres,2021-01-01,\n";

fn with_people(provider: &crate::support::identity_provider::IdentityProvider, more: &str) -> Console {
    let console = Console::with_provider(provider, more);
    let first = day("2026-11-02");
    let organisations = "code,name,kind,safeguarding_email\nRYY,Otherborough Trust,community,y@example.org\n";
    console.trust.import(first, FileKind::Organisations, organisations);
    console.trust.import(first, FileKind::Staff, PEOPLE);
    console.trust.import(first, FileKind::Staff, ELSEWHERE);
    console
}

#[test]
fn an_account_is_bound_where_the_address_is_vouched_for_and_it_may_not_do_too_much() {
    let board = AccessRole::Board;
    for (name, role, settings, claims, is_let_in) in [
        ("verified", board, "", json!({}), true),
        ("written otherwise", board, "", json!({ "email": "ANN@Example.org" }), true),
        ("not verified", board, "", json!({ "email_verified": false }), false),
        ("trusted", board, "trust_email = true\n", json!({ "email_verified": null }), true),
        ("of nobody", board, "", json!({ "email": "nobody@example.org" }), false),
        ("a manager", AccessRole::Manager, "", json!({}), true),
        ("an operator", AccessRole::Operator, "trust_email = true\n", json!({}), false),
        ("hr", AccessRole::Hr, "", json!({}), false),
        ("an auditor", AccessRole::Auditor, "", json!({}), false),
        (
            "another claim",
            board,
            "match = \"upn\"\ntrust_email = true\n",
            json!({ "upn": ANN, "email": null }),
            true,
        ),
        ("not that claim", board, "match = \"upn\"\ntrust_email = true\n", json!({}), false),
        (
            "a claim nobody trusts",
            board,
            "match = \"upn\"\ntrust_email = false\n",
            json!({ "upn": ANN }),
            false,
        ),
    ] {
        let provider = provider();
        provider.says_of(claims);
        let console = Console::with_provider(&provider, settings);
        console.invite(ANN, role);
        let browser = console.browser();
        let status = signs_in(&browser, &provider).status;
        assert_eq!(status, if is_let_in { 303 } else { 422 }, "{name}");
        let bound = account(&console, ANN).unwrap()["identities"].as_array().unwrap().len();
        assert_eq!(bound, usize::from(is_let_in), "{name}");
        assert_eq!(browser.cookie.borrow().is_some(), is_let_in, "{name}");
    }
}

#[test]
fn an_account_that_is_bound_to_somebody_or_disabled_lets_nobody_else_in() {
    let provider = provider();
    let console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Board);
    signs_in(&console.browser(), &provider).sees("/");
    provider.says_of(json!({ "sub": "ann-2" }));
    signs_in(&console.browser(), &provider).has(422);
    provider.says(|_| {});
    let by = Actor::named("test");
    jobs::change_user(&console.app(), ANN, &UserChange::Disable, &by, console.now).unwrap();
    signs_in(&console.browser(), &provider).has(422);
    jobs::change_user(&console.app(), ANN, &UserChange::Enable, &by, console.now).unwrap();
    signs_in(&console.browser(), &provider).sees("/");
}

#[test]
fn somebody_in_post_gets_an_account_for_themselves_and_nobody_else_does() {
    for (email, is_made) in [
        ("ann@example.org", true),
        ("ANN@example.org", true),
        // The same at two trusts.
        ("dan@example.org", true),
        ("fay@example.org", true),
        ("shared@example.org", false),
        ("eve@example.org", false),
        ("stranger@nhs.example.org", false),
    ] {
        for (settings, may) in [("provision = \"staff\"\n", true), ("", false)] {
            let provider = provider();
            provider.says_of(json!({ "email": email }));
            let console = with_people(&provider, settings);
            let browser = console.browser();
            let status = signs_in(&browser, &provider).status;
            assert_eq!(status, if is_made && may { 303 } else { 422 }, "{email} {settings}");
            let made = account(&console, &email.to_lowercase());
            assert_eq!(made.is_some(), is_made && may, "{email} {settings}");
            if let Some(made) = made {
                assert_eq!(
                    (&made["grants"], &made["identities"][0]["subject"]),
                    (&json!([]), &json!("ann-1"))
                );
                browser.get("/account").has(200);
                browser.get("/people").has(404);
            }
        }
    }
}

#[test]
fn an_address_that_several_share_binds_to_none_of_them_even_where_an_account_has_it() {
    let provider = provider();
    provider.says_of(json!({ "email": "shared@example.org" }));
    let console = with_people(&provider, "provision = \"staff\"\n");
    console.invite("shared@example.org", AccessRole::Board);
    signs_in(&console.browser(), &provider).has(422);
    assert_eq!(account(&console, "shared@example.org").unwrap()["identities"], json!([]));
}

#[test]
fn an_account_is_found_by_the_employee_number_of_its_holder() {
    for (number, is_let_in) in [("1", true), ("01", false), ("4", false), ("5", false), ("77", false)] {
        let provider = provider();
        provider.says_of(json!({ "email": null, "employeeid": number }));
        let console = with_people(&provider, "match = \"employeeid\"\ntrust_email = true\n");
        let grant = AccessGrant {
            role: AccessRole::Board,
            organisation: Some("RXX".to_owned()),
            scope: GrantScope::Everyone,
        };
        console.invite_as("a.ashe@example.org", Some("1"), grant);
        let status = signs_in(&console.browser(), &provider).status;
        assert_eq!(status, if is_let_in { 303 } else { 422 }, "{number}");
    }
}

const ROLES: &str = "groups_claim = \"teams\"\n\
    [[web.oidc.role]]\ngroup = \"keepers\"\nrole = \"hr\"\norganisation = \"RXX\"\n\
    [[web.oidc.role]]\ngroup = \"leads\"\nrole = \"manager\"\norganisation = \"RXX\"\nscope = \"unit:Surgery\"\n\
    [[web.oidc.role]]\ngroup = \"nowhere\"\nrole = \"board\"\norganisation = \"RZZ\"\n";

fn grants(console: &Console) -> Vec<String> {
    let grants = account(console, ANN).unwrap()["grants"].clone();
    let text = |grant: &Value, key: &str| grant[key].as_str().unwrap().to_owned();
    let grants = grants.as_array().unwrap().iter();
    grants
        .map(|one| ["role", "organisation", "scope", "source"].map(|key| text(one, key)).join(" "))
        .collect()
}

#[test]
fn groups_let_an_account_do_what_they_say_at_each_sign_in_and_what_is_granted_by_hand_stays() {
    let provider = provider();
    let console = Console::with_provider(&provider, ROLES);
    console.invite(ANN, AccessRole::Board);
    let both = ["board RXX  hand", "hr RXX  group", "manager RXX unit:Surgery group"];
    let browser = console.browser();
    provider.says_of(json!({ "teams": ["keepers", "leads", "nowhere", "others"] }));
    signs_in(&browser, &provider).sees("/");
    assert_eq!(grants(&console), both);
    browser.get("/imports/new").has(200);
    browser.get("/account").says("hr at RXX").says("board at RXX");
    // Told nothing: nothing is taken away, and nothing of it is hers this time, which she is told.
    for claims in [
        json!({}),
        json!({ "teams": null, "_claim_names": { "teams": "src1" }, "_claim_sources": { "src1": { "endpoint": "x" } } }),
        json!({ "teams": 7 }),
    ] {
        provider.says_of(claims.clone());
        let without = console.browser();
        signs_in(&without, &provider).sees("/");
        without.get("/").has(200).says("without the roles that your groups give you");
        without.get("/").has(200).never_says("without the roles that your groups give you");
        assert_eq!(grants(&console), both, "{claims}");
        without.get("/imports/new").has(404);
        without.get("/board").has(200);
        // Who was told of before has it still.
        browser.get("/imports/new").has(200);
    }
    // One taken away, at once everywhere; then all.
    provider.says_of(json!({ "teams": ["leads"] }));
    signs_in(&console.browser(), &provider).sees("/");
    assert_eq!(grants(&console), ["board RXX  hand", "manager RXX unit:Surgery group"]);
    browser.get("/imports/new").has(404);
    provider.says_of(json!({ "teams": [] }));
    signs_in(&console.browser(), &provider).sees("/");
    assert_eq!(grants(&console), ["board RXX  hand"]);
}

#[test]
fn userinfo_tells_the_groups_that_a_token_does_not_hold() {
    let provider = provider();
    provider.says(|said| said.userinfo = json!({ "sub": "ann-1", "teams": ["keepers"] }));
    let console = Console::with_provider(&provider, ROLES);
    console.invite(ANN, AccessRole::Board);
    signs_in(&console.browser(), &provider).sees("/");
    assert_eq!(grants(&console), ["board RXX  hand", "hr RXX  group"]);
}

#[test]
fn a_role_that_is_granted_by_hand_and_by_a_group_stays_by_hand() {
    let provider = provider();
    provider.says_of(json!({ "teams": ["keepers"] }));
    let console = Console::with_provider(&provider, ROLES);
    console.invite(ANN, AccessRole::Board);
    signs_in(&console.browser(), &provider).sees("/");
    let hr = AccessGrant {
        role: AccessRole::Hr,
        organisation: Some("RXX".to_owned()),
        scope: GrantScope::Everyone,
    };
    let by = Actor::named("test");
    jobs::change_user(&console.app(), ANN, &UserChange::Grant(hr), &by, console.now).unwrap();
    provider.says_of(json!({ "teams": [] }));
    signs_in(&console.browser(), &provider).sees("/");
    assert_eq!(grants(&console), ["hr RXX  hand", "board RXX  hand"]);
}

#[test]
fn who_somebody_is_at_the_provider_is_handed_out_with_the_rest_and_removed_with_it() {
    let provider = provider();
    let console = with_people(&provider, "provision = \"staff\"\n");
    signs_in(&console.browser(), &provider).sees("/");
    let exported = || {
        let export = answers::person_export(&console.app(), &Viewer::Everything, "1", Some("RXX"));
        serde_json::to_value(export.unwrap()).unwrap()
    };
    assert_eq!(exported()["accounts"][0]["identities"][0]["subject"], "ann-1");
    let hr = console.user("hr@example.org", AccessRole::Hr).signs_in();
    let who =
        console.app().db.read(|conn| register::find_staff_member(conn, "1", Some("RXX"))).unwrap().unwrap();
    let page = hr.get(&format!("/people/{}/data", who.id)).has(200);
    page.submit("purge", &[("employee_number", "1")]).sees("/people");
    let users =
        serde_json::to_string(&answers::users(&console.app(), &Viewer::Everything, None).unwrap()).unwrap();
    assert!(!users.contains("ann-1") && !users.contains("ann@example.org"), "{users}");
    // Whoever comes from there again is nobody here.
    signs_in(&console.browser(), &provider).has(422);
}
