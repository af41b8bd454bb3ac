//! The tables of facts, fetched by a program.

use refresher::import::FileKind;

use crate::support::interface::Interface;
use crate::support::trust::{Trust, day, instant};

const POLICY: &str = include_str!("../../../src/policy/default.toml");
const STAFF: &str = "employee_number,first_name,last_name,email,staff_group,start_date,organisation
0900111,Zebedee,Quillfeather,zq@example.org,Nursing and Midwifery Registered,2015-09-01,RXX
0900222,Ann,Archer,ann@example.org,Estates and Ancillary,2015-09-01,RYY
";

fn two_organisations() -> Interface {
    let trust = Trust::new(POLICY);
    let on = day("2026-11-20");
    trust.import(on, FileKind::Organisations, "code,name,kind\nRYY,Other NHS Trust,acute\n");
    trust.import(on, FileKind::Staff, STAFF);
    Interface::of(trust, instant("2026-11-24T09:00:00Z"))
}

#[test]
fn a_table_is_the_one_that_is_written_to_a_folder_and_known_again_by_its_mark() {
    let interface = two_organisations();
    let token = interface.token("power-bi", &["facts:read"]);
    let people = interface.get_as(&token, "/api/facts/people.csv").has(200);
    assert_eq!(people.headers["content-type"], "text/csv; charset=utf-8");
    assert!(people.body.contains("person_key") && people.body.contains("RXX") && people.body.contains("RYY"));
    for name in ["Zebedee", "0900111", "zq@"] {
        assert!(!people.body.contains(name), "{name}");
    }
    let etag = people.headers["etag"].clone();
    let known = [("If-None-Match", etag.as_str())];
    let again = interface.ask(&token, "GET", "/api/facts/people.csv", &known, b"").has(304);
    assert_eq!((again.body.as_str(), &again.headers["etag"]), ("", &etag));
    interface.ask(&token, "GET", "/api/facts/rates.csv", &known, b"").has(200);
    interface.ask(&token, "GET", "/api/facts/people.csv?as_at=2026-11-01", &known, b"").has(200);
    interface.trust.import(day("2026-11-23"), FileKind::Staff, &STAFF.replace("Ann", "Anna"));
    interface.ask(&token, "GET", "/api/facts/people.csv", &known, b"").has(200);
}

#[test]
fn who_is_named_is_for_a_token_that_is_for_it_and_in_the_audit_log() {
    let interface = two_organisations();
    let token = interface.token("power-bi", &["facts:read"]);
    let path = "/api/facts/people.csv?identified=true";
    interface.get_as(&token, path).has(403).tells_problem("not-for-this", "facts:identified");
    let named = interface.token("hr", &["facts:identified"]);
    let people = interface.get_as(&named, path).has(200);
    assert!(people.body.contains("Zebedee") && people.body.contains("0900111"), "{}", people.body);
    interface.get_as(&named, "/api/facts/people.csv").has(403).tells_problem("not-for-this", "facts:read");
    let entries = interface.app().db.read(|conn| refresher::audit::entries(conn, 1)).unwrap();
    assert_eq!((entries[0].actor.as_str(), entries[0].action.as_str()), ("token:hr", "facts-export"));
    assert!(entries[0].details.contains("\"people\":2"), "{}", entries[0].details);
}

#[test]
fn a_token_of_one_organisation_reads_nothing_of_another() {
    let interface = two_organisations();
    let token = interface.token_of("ours", &["facts:read"], &["RXX"], &[]);
    for table in ["budget", "courses", "organisations", "people", "person_courses", "rates", "units"] {
        let told = interface.get_as(&token, &format!("/api/facts/{table}.csv")).has(200);
        assert!(!told.body.contains("RYY") && !told.body.contains("Other NHS"), "{table}: {}", told.body);
    }
    let other = "/api/facts/people.csv?organisation=RYY";
    interface.get_as(&token, other).has(400).tells_problem("bad-request", "RXX");
    let both = interface.token_of("both", &["facts:read"], &["RXX", "RYY"], &[]);
    interface
        .get_as(&both, "/api/facts/people.csv")
        .has(400)
        .tells_problem("bad-request", "organisation=CODE");
    interface.get_as(&both, other).has(200);
    let all = interface.token("all", &["facts:read"]);
    for (query, says) in [
        ("organisation=RQQ", "RQQ"),
        ("as_at=soon", "2026-11-22"),
        ("as_at=1066-10-14", "1900"),
        ("known_at=now", "2026-11-22T09:00:00Z"),
        ("known_at=2099-01-01T00:00:00Z", ""),
        ("identified=perhaps", "true or false"),
        ("format=parquet", "it takes as_at"),
    ] {
        interface
            .get_as(&all, &format!("/api/facts/rates.csv?{query}"))
            .has(400)
            .tells_problem("bad-request", says);
    }
    interface.get_as(&all, "/api/facts/secrets.csv").has(404).tells_problem("not-found", "people.csv");
}
