//! Where something is wrong: lines of a file in the words of an import's rejections, parts of a request by pointer.

use serde_json::{Value, json};

use crate::support::interface::Interface;

const HEADER: &str = "employee_number,first_name,last_name,email,start_date\n";
const STAFF: &str = "/api/imports/staff";

/// A staff list of forty people, of whom so many have a start date that is none.
fn list(faulty: usize) -> String {
    let row = |number: usize| {
        let start = if number < faulty { "soon" } else { "2020-01-01" };
        format!("{number:05},Ann,Bello,ann{number}@example.org,{start}\n")
    };
    HEADER.to_owned() + &(0..40).map(row).collect::<String>()
}

fn line(line: u64, column: &str, value: &str, reason: &str) -> Value {
    json!({ "line": line, "column": column, "value": value, "reason": reason })
}

const REPEATED: &str = "line 1 has the header employee_number twice: take one of the columns away";
const OPEN_QUOTE: &str = "the quote opened on line 2 is never closed: put a quote at the end of that cell, or take the one \
                          at its beginning away";
const NO_SUCH_PARAMETER: &str =
    "there is no parameter \"a/b~\" here: it takes as_of, name, partial, dry_run, strict, sheet";
const DAY: &str = "write a day such as 2026-11-22";

fn part(pointer: &str, value: &str, reason: &str) -> Value {
    json!({ "pointer": pointer, "column": "", "value": value, "reason": reason })
}

#[test]
fn a_problem_says_at_which_line_or_part_of_the_request_something_is_wrong() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff", "facts:read"]);
    let twice = format!("employee_number,{HEADER}00001,00001,Ann,Bello,ann@example.org,2020-01-01\n");
    let open = format!("{HEADER}00001,\"Ann,Bello,ann@example.org,2020-01-01\n");
    for (path, headers, body, status, errors) in [
        (STAFF, &[][..], twice.as_str(), 422, vec![line(1, "employee_number", "", REPEATED)]),
        (STAFF, &[], &open, 422, vec![line(2, "", "", OPEN_QUOTE)]),
        (STAFF, &[], "", 422, vec![]),
        ("/api/imports/staff?as_of=soon", &[], HEADER, 400, vec![part("/query/as_of", "soon", DAY)]),
        (
            "/api/imports/staff?a%2Fb~=1",
            &[],
            HEADER,
            400,
            vec![part("/query/a~1b~0", "1", NO_SUCH_PARAMETER)],
        ),
        (
            "/api/imports/staff?strict=true&strict=false",
            &[],
            HEADER,
            400,
            vec![part("/query/strict", "false", "the parameter strict stands twice: send it once")],
        ),
        (
            STAFF,
            &[("Idempotency-Key", "two words")],
            HEADER,
            400,
            vec![part(
                "/header/Idempotency-Key",
                "two words",
                "the Idempotency-Key is 1 to 255 letters, digits and signs, without spaces",
            )],
        ),
        (
            STAFF,
            &[("Content-Encoding", "gzip")],
            HEADER,
            415,
            vec![part(
                "/header/Content-Encoding",
                "gzip",
                "the Content-Encoding \"gzip\" is not undone here: send the file as it is",
            )],
        ),
        ("/api/imports/everything", &[], HEADER, 404, vec![]),
    ] {
        let problem = interface.ask(&token, "PUT", path, headers, body.as_bytes()).has(status).json();
        let told = problem.get("errors").cloned().unwrap_or_else(|| json!([]));
        assert_eq!(told, Value::from(errors), "{path} {headers:?}: {problem:#}");
    }
}

#[test]
fn what_is_asked_of_figures_and_lists_is_told_by_its_part_too() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff", "facts:read"]);
    for (query, pointer) in [("as_at=soon", "/query/as_at"), ("known_at=2026", "/query/known_at")] {
        let told = interface.get_as(&token, &format!("/api/facts/people.csv?{query}")).has(400);
        assert_eq!(told.json()["errors"][0]["pointer"], pointer);
    }
    let limit = interface.get_as(&token, "/api/imports?limit=0").has(400).json();
    assert_eq!(limit["errors"], json!([part("/query/limit", "0", "write 1 to 1000")]));
}

#[test]
fn a_file_that_a_brake_refuses_is_a_problem_with_the_document_and_the_rows_at_fault() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    for (path, faulty) in [(STAFF, 10), ("/api/imports/staff?strict=true", 1)] {
        let told = interface.ask(&token, "PUT", path, &[], list(faulty).as_bytes()).has(409);
        let problem = told.tells_problem("refused", "rejected").json();
        assert_eq!(problem["detail"], problem["refused"]);
        assert_eq!(problem["errors"], problem["rejected"]);
        assert_eq!(problem["errors"].as_array().unwrap().len(), faulty);
        let reason = "soon is not a date: write it like 22/11/2026, 2026-11-22 or 22-Nov-2026";
        assert_eq!(problem["errors"][0], line(2, "start_date", "soon", reason));
        assert_eq!((&problem["rows"], &problem["id"]), (&40.into(), &Value::Null));
    }
}

#[test]
fn a_problem_lists_a_thousand_places_and_no_more() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    let rows = (0..1_200).map(|number| format!("{number:05},Ann,Bello,,soon\n")).collect::<String>();
    let told =
        interface.ask(&token, "PUT", STAFF, &[], (HEADER.to_owned() + &rows).as_bytes()).has(409).json();
    assert_eq!(told["errors"].as_array().unwrap().len(), 1_000);
    assert_eq!(told["rejected"].as_array().unwrap().len(), 1_200);
}

#[test]
fn what_is_described_is_what_is_answered() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    let described = interface.get("/api/openapi.json").has(200).json();
    let schemas = &described["components"]["schemas"];
    let put = &described["paths"]["/api/imports/{id}"]["put"]["responses"];
    let refused = &put["409"]["content"]["application/problem+json"]["schema"]["anyOf"];
    assert_eq!(refused[0]["allOf"].as_array().unwrap().len(), 2, "{put:#}");
    let accepted = interface.ask(&token, "PUT", STAFF, &[], list(0).as_bytes()).has(200).json();
    let problem = interface.get_as(&token, "/api/imports?limit=0").has(400).json();
    let faults = interface.ask(&token, "PUT", STAFF, &[], list(10).as_bytes()).has(409).json();
    let one = interface.get_as(&token, &format!("/api/imports/{}", accepted["id"])).has(200).json();
    let listed = interface.get_as(&token, "/api/imports").has(200).json();
    for (name, answered) in [
        ("ImportOutcome", &accepted),
        ("ProblemDocument", &problem),
        ("ProblemFault", &problem["errors"][0]),
        ("ProblemFault", &faults["errors"][0]),
        ("Remark", &faults["rejected"][0]),
        ("ImportList", &listed),
        ("ImportDocument", &listed["imports"][0]),
        ("ImportAlone", &one),
    ] {
        let (mut allowed, mut required) = (Vec::new(), Vec::new());
        read_schema(schemas, &schemas[name], &mut allowed, &mut required);
        let keys: Vec<&str> = answered.as_object().unwrap().keys().map(String::as_str).collect();
        for key in &keys {
            assert!(allowed.iter().any(|one| one == key), "{name} has {key}, which is not described");
        }
        for key in &required {
            assert!(keys.contains(&key.as_str()), "{name} lacks {key}");
        }
    }
}

/// The names of a schema, and those that are always there.
fn read_schema(schemas: &Value, schema: &Value, allowed: &mut Vec<String>, required: &mut Vec<String>) {
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let name = part["$ref"].as_str().and_then(|path| path.rsplit('/').next());
        read_schema(schemas, name.map_or(part, |name| &schemas[name]), allowed, required);
    }
    allowed.extend(schema["properties"].as_object().into_iter().flat_map(|all| all.keys().cloned()));
    let names = schema["required"].as_array().into_iter().flatten();
    required.extend(names.filter_map(|name| name.as_str().map(str::to_owned)));
}
