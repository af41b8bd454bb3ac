//! What a policy may say, and what is told of one that may not.

use chrono::Weekday;

use super::*;
use crate::register::Hours;

fn faults(text: &str) -> String {
    parse(text, "policy.toml").unwrap_err().to_string()
}

fn warnings(text: &str) -> Vec<String> {
    parse(text, "policy.toml").unwrap().warnings
}

const TWO_COURSES: &str =
    "course = [{ code = \"A\" }, { code = \"B\", title = \"Bee\", aliases = [\"b-1\"] }]\n";

/// Each text with what is told of it.
fn each_with_faults(table: &[String]) -> String {
    let told: Vec<String> = table.iter().map(|text| format!("{text}\n=>\n{}\n", faults(text))).collect();
    told.join("\n")
}

/// One fault a policy, each with the line it is on.
#[test]
fn faulty_settings_and_courses_are_refused_with_the_line_and_what_to_do() {
    let table = [
        "due_soon_dys = 90".to_owned(),
        "target = 90\ntarget = 91".to_owned(),
        "target = ".to_owned(),
        "target = 100.5".to_owned(),
        "target = -0.1".to_owned(),
        "target = nan".to_owned(),
        "target = \"90\"".to_owned(),
        "amber_margin = -1".to_owned(),
        "due_soon_days = -1".to_owned(),
        "due_soon_days = 90.0".to_owned(),
        "due_soon_days = 99999999999999999999".to_owned(),
        "grace = \"sometimes\"".to_owned(),
        "absent_statuses = [\"Maternity\",\n 3,\n \"\"]".to_owned(),
        "course = 3".to_owned(),
        "course = [3]".to_owned(),
        "[course]\ncode = \"A\"".to_owned(),
        "[[course]]\ntitle = \"A\"".to_owned(),
        "[[course]]\ncode = \"A\"\nvalid_months = 0".to_owned(),
        "[[course]]\ncode = \"A\"\ndefault_hours = 1.255".to_owned(),
        "[[course]]\ncode = \"A\"\ntarget = 101".to_owned(),
        "[[course]]\ncode = \"A\"\nalias = [\"x\"]".to_owned(),
        "[[course]]\ncode = \"A\"\nbook_url = \"learn.example.org/a\"".to_owned(),
        "[[course]]\ncode = \"A\"\nbook_url = \"javascript:alert(1)\"".to_owned(),
        "[[course]]\ncode = \"A\"\nbook_url = \"https://\"".to_owned(),
        "[[course]]\ncode = \"A\"\nbook_url = \"https://learn.example.org/a b\"".to_owned(),
        "[[course]]\ncode = \"A\"\nbook_url = 'https://learn.example.org/\"onclick=\"'".to_owned(),
        format!("[[course]]\ncode = \"A\"\nbook_url = \"https://learn.example.org/{}\"", "x".repeat(480)),
        "[[course]]\ncode = \"A\"\nmodes = \"e-learning\"".to_owned(),
        "[[course]]\ncode = \"A\"\nmodes = [\n \"\"]".to_owned(),
        "[[course]]\ncode = \"A\"\nsatisfies = [\n \"A\"]".to_owned(),
        "[[course]]\ncode = \"ABC\"\nsatisfies = [\n \"ABD\",\n \"Z\"]".to_owned(),
        "[[course]]\ncode = \"A\"\n[[course]]\ncode = \"a\"".to_owned(),
        "[[course]]\ncode = \"A\"\n[[course]]\ncode = \"B\"\ntitle = \" a\"".to_owned(),
        "[[course]]\ncode = \"A\"\naliases = [\"Two  words\"]\n[[course]]\ncode = \"B\"\naliases = [\"two words\"]"
            .to_owned(),
        "[[course]]\ncode = \"A\"\nsatisfies = [\"B\"]\n[[course]]\ncode = \"B\"\nsatisfies = [\"C\"]\n\
         [[course]]\ncode = \"C\"\nsatisfies = [\"A\"]\n[[course]]\ncode = \"D\"\nsatisfies = [\"A\"]"
            .to_owned(),
    ];
    insta::assert_snapshot!(each_with_faults(&table));
}

#[test]
fn faulty_requirements_and_reminders_are_refused_with_the_line_and_what_to_do() {
    let requirement = |lines: &str| format!("{TWO_COURSES}[[requirement]]\ncourse = \"A\"\n{lines}");
    let reminders = |line: &str| format!("[reminders]\n{line}");
    let table = [
        format!("{TWO_COURSES}[[requirement]]\nwithin_days = 3"),
        format!("{TWO_COURSES}[[requirement]]\ncourse = \"C\""),
        requirement("within_days = -1"),
        requirement("staff_groups = []"),
        requirement("job_titles = []"),
        requirement("units = \"Surgery\""),
        requirement("organisations = []"),
        requirement("hours = 0"),
        requirement("hours = -1"),
        requirement("hours = 2.005"),
        requirement("hours = 8\ninitial_hours = 7.99"),
        requirement("initial_hours = 8"),
        requirement("participatory_share = 0.5"),
        requirement("hours = 8\nparticipatory_share = 1.01"),
        requirement("hours = 8\nparticipatory_share = -0.5"),
        requirement("from = \"1 October 2025\""),
        requirement("until = 2025-10-01T08:00:00"),
        requirement("job_title = [\"x\"]"),
        reminders("before_days = [30, 7, 30]"),
        reminders("before_days = [-1]"),
        reminders("overdue_every_days = 0"),
        reminders("overdue_limit = -1"),
        reminders("overdue_then_every_days = 0"),
        reminders("max_messages = 101"),
        reminders("manager_day = \"sunday\""),
        reminders("manager_day = \"Mon\""),
        reminders("manager_from_days = -1"),
        reminders("working_days_only = \"yes\""),
        reminders("escalate_after_days = 60"),
        reminders("escalate_to = \"chief.nurse@example.org\""),
        reminders("escalate_after_days = 0\nescalate_to = \"chief.nurse@example.org\""),
        reminders("escalate_after_days = 60\nescalate_to = \"the chief nurse\""),
        reminders("extra_holidays = [2026-12-28, 3]"),
        reminders("manager_days = 3"),
        "reminders = 3".to_owned(),
        "[[statement]]\nid = \"x\"\nquestion = \"?\"\nanswers = []".to_owned(),
        "[[statement]]\nid = \"x\"\nquestion = \"?\"\nanswers = [\"y\"]\n[[statement]]\nid = \"X\"\nquestion = \"?\"\n\
         answers = [\"y\"]"
            .to_owned(),
        format!("{TWO_COURSES}[[statement]]\nid = \"x\""),
        format!("{TWO_COURSES}[[change]]\non = 2026-04-01"),
        format!("{TWO_COURSES}[[change]]\nwhat = \"x\""),
        format!("{TWO_COURSES}[[change]]\non = \"April\"\nwhat = \"x\""),
        format!("{TWO_COURSES}[[change]]\non = 2026-04-01\nwhat = \"x\"\nwhy = \"y\""),
        format!(
            "{TWO_COURSES}[[change]]\non = 2026-04-01\nwhat = \"x\"\n[[change]]\non = 2026-04-01\nwhat = \"y\""
        ),
    ];
    insta::assert_snapshot!(each_with_faults(&table));
}

#[test]
fn changes_are_kept_in_the_order_of_their_days() {
    let text =
        "[[change]]\non = 2026-04-01\nwhat = \"second\"\n[[change]]\non = 2025-04-01\nwhat = \"first\"\n";
    let changes = parse(&format!("{TWO_COURSES}{text}"), "policy.toml").unwrap().policy.changes;
    let told: Vec<String> = changes.iter().map(|change| format!("{} {}", change.on, change.what)).collect();
    assert_eq!(told, ["2025-04-01 first", "2026-04-01 second"]);
}

#[test]
fn more_courses_or_requirements_than_can_be_numbered_are_refused() {
    let courses = |many: usize| -> String {
        (0..many).map(|number| format!("[[course]]\ncode = \"C{number}\"\n")).collect()
    };
    assert_eq!(parse(&courses(10_000), "policy.toml").unwrap().policy.courses.len(), 10_000);
    assert!(faults(&courses(10_001)).contains("the policy has 10001 [[course]] and may have 10000 at most"));
    let asked: String =
        (0..10_001).map(|days| format!("[[requirement]]\ncourse = \"A\"\nwithin_days = {days}\n")).collect();
    let told = faults(&format!("{TWO_COURSES}{asked}"));
    assert!(told.contains("the policy has 10001 [[requirement]] and may have 10000 at most"), "{told}");
}

#[test]
fn all_faults_are_told_at_once_from_the_top_down() {
    let text = "grace = \"no\"\n[[course]]\nvalid_months = 0\n[[requirement]]\ncourse = \"A\"\nunits = []\ncolour = 1\n";
    let lines: Vec<usize> = parse(text, "p.toml")
        .unwrap_err()
        .faults
        .iter()
        .map(|fault| match fault.place {
            crate::toml_file::ValuePlace::Line(line) => line,
            crate::toml_file::ValuePlace::Variable(_) => 0,
        })
        .collect();
    assert_eq!(lines, [1, 2, 3, 5, 6, 7]);
}

#[test]
fn a_file_from_windows_is_read_and_its_lines_are_counted() {
    let text = "\u{feff}grace = \"count\"\r\ntarget = 101\r\n[[course]]\r\ncode = 3\r\n";
    let told = faults(text);
    assert!(
        told.starts_with("policy.toml:2: `target`") && told.contains("\npolicy.toml:4: `code`"),
        "{told}"
    );
}

#[test]
fn an_empty_policy_has_the_defaults_of_the_spec() {
    let policy = parse("", "policy.toml").unwrap().policy;
    assert_eq!((policy.due_soon_days, policy.grace), (90, Grace::Exclude));
    assert_eq!((policy.target, policy.amber_margin), (Percent(90_000_000), Percent(5_000_000)));
    assert_eq!(policy.absent_statuses.len(), 10);
    assert!(policy.present_statuses.contains(&"Acting Up".to_owned()));
    let reminders = policy.reminders;
    assert_eq!(reminders.before_days, [90, 60, 30, 14, 7, 1]);
    let overdue = (reminders.overdue_every_days, reminders.overdue_limit, reminders.overdue_then_every_days);
    assert_eq!(overdue, (7, 12, 30));
    assert_eq!((reminders.manager_day, reminders.manager_from_days), (Weekday::Mon, 30));
    assert!(reminders.working_days_only && reminders.max_messages == Percent(25_000_000));
}

#[test]
fn numbers_are_kept_exactly_and_dates_are_read_with_or_without_quotes() {
    let text = "target = 92.5\namber_margin = 0.000001\n[[course]]\ncode = \"A\"\ndefault_hours = 1.15\ntarget = 0\n\
                book_url = \"http://learn.example.org:8080/a?b=1&c=%20\"\nmodes = [\" e-learning\", \"classroom\"]\n\
                [[requirement]]\ncourse = \"a\"\nhours = 8\ninitial_hours = 8\nparticipatory_share = 0.333333333\n\
                from = 2025-10-01\nuntil = \"2025-10-01\"\nunits = [\"\"]\n[reminders]\nbefore_days = [1, 0, 30]\n\
                manager_day = \"sunday\"\nworking_days_only = false\noverdue_limit = 0";
    let ParsedPolicy { policy, warnings } = parse(text, "policy.toml").unwrap();
    assert_eq!(warnings, [] as [&str; 0]);
    assert_eq!((policy.target, policy.amber_margin), (Percent(92_500_000), Percent(1)));
    assert_eq!(policy.courses[0].title, "A");
    assert_eq!(policy.courses[0].default_hours, Some(Hours(115)));
    assert_eq!(policy.courses[0].target, Some(Percent(0)));
    assert_eq!(policy.courses[0].book_url.as_deref(), Some("http://learn.example.org:8080/a?b=1&c=%20"));
    assert_eq!(policy.courses[0].modes, ["e-learning", "classroom"]);
    let requirement = &policy.requirements[0];
    assert_eq!(requirement.participatory_share, Some(Share(333_333_333)));
    assert_eq!(requirement.from, requirement.until);
    assert_eq!(requirement.from, chrono::NaiveDate::from_ymd_opt(2025, 10, 1));
    assert_eq!(policy.reminders.before_days, [30, 1, 0]);
    assert_eq!(policy.reminders.manager_day, Weekday::Sun);
}

#[test]
fn what_is_sound_but_odd_is_warned_about() {
    let before = "[[requirement]]\ncourse = \"A\"\n";
    let table = [
        "due_soon_days = 60".to_owned(),
        "due_soon_days = 60\n[reminders]\nbefore_days = [60,\n 61]".to_owned(),
        "present_statuses = [\"career  break\"]".to_owned(),
        "[[course]]\ncode = \"B\"\n[[course]]\ncode = \"C\"\nsatisfies = [\"B\", \"B\"]".to_owned(),
        "[[course]]\ncode = \"B\"\nmodes = [\"classroom\",\n \"Classroom\"]".to_owned(),
        format!("{TWO_COURSES}{before}within_days = 3\n{before}within_days = 3"),
        format!("{TWO_COURSES}{before}from = 2026-02-01\nuntil = 2026-01-31"),
        "[reminders]\nextra_holidays = [2026-12-28]\nnot_holidays = [2026-12-28]".to_owned(),
    ];
    let told: Vec<String> =
        table.iter().map(|text| format!("{text}\n=>\n{}\n", warnings(text).join("\n"))).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_default_policy_is_sound_and_warns_of_nothing() {
    let ParsedPolicy { policy, warnings } = parse(DEFAULT_POLICY, "policy.toml").unwrap();
    assert_eq!(warnings, [] as [&str; 0]);
    let codes: Vec<&str> = policy.courses.iter().map(|course| course.code.as_str()).collect();
    let expected =
        "SGC-L1 SGC-L2 SGC-L3 SGC-L4 SGC-L5 SGC-BOARD SGA-L1 SGA-L2 SGA-L3 PREVENT-BASIC PREVENT-AWARE";
    assert_eq!(codes.join(" "), expected);
    assert!(policy.courses.iter().all(|course| course.valid_months == Some(36)));
    let closure = policy.closure();
    let at = CourseIndex::at;
    assert_eq!(closure.satisfied_by(at(4)), [0, 1, 2, 3].map(at));
    let satisfies = |higher, lower| closure.satisfies(at(higher), at(lower));
    assert!(satisfies(5, 0) && satisfies(8, 6) && satisfies(10, 9));
    assert_eq!(policy.absent_statuses, parse("", "").unwrap().policy.absent_statuses);
    assert_eq!(policy.reminders, ReminderRules::default());
    assert!(policy.requirements.iter().all(|requirement| requirement.hours.is_none()));
}

/// The codes that the default policy asks of an assignment, covered ones included.
fn asked_by_default(staff_group: &str, job_title: &str, unit: &str) -> Vec<String> {
    let policy = parse(DEFAULT_POLICY, "policy.toml").unwrap().policy;
    let any = |patterns: &Option<Vec<String>>, kind, text: &str| {
        patterns
            .as_ref()
            .is_none_or(|all| all.iter().any(|pattern| Pattern::new(pattern, kind).matches(text)))
    };
    let applies = policy.requirements.iter().filter(|requirement| {
        any(&requirement.staff_groups, PatternKind::Text, staff_group)
            && any(&requirement.job_titles, PatternKind::Text, job_title)
            && any(&requirement.units, PatternKind::Unit, unit)
    });
    applies.map(|requirement| policy.courses[requirement.course.place()].code.clone()).collect()
}

#[test]
fn the_default_policy_asks_a_level_by_post_and_setting() {
    let nurse = "Nursing and Midwifery Registered";
    let table = [
        ("Administrative and Clerical", "Ward Clerk", "Paediatrics / Ward 3", "SGC-L3", false),
        (nurse, "Staff Nurse", "Medicine / Ward 7", "SGC-L3", false),
        (nurse, "Staff Nurse", "Women and Children / Paediatrics / Ward 3", "SGC-L3", true),
        ("Medical and Dental", "Specialty Doctor", "Urgent Care / Emergency Department", "SGC-L3", true),
        (nurse, "Community Midwife", "Community", "SGC-L3", true),
        (nurse, "Named Nurse for Safeguarding Children", "Corporate", "SGC-L4", true),
        (nurse, "Designated Nurse Safeguarding", "Corporate", "SGC-L5", true),
        ("Administrative and Clerical", "Non-Executive Director", "Board", "SGC-BOARD", true),
        ("Administrative and Clerical", "Chief Executive", "Board", "SGC-BOARD", true),
        (nurse, "Ward Manager", "Medicine / Ward 7", "SGA-L3", true),
        ("Administrative and Clerical", "Ward Manager", "Medicine / Ward 7", "SGA-L3", false),
    ];
    for (group, title, unit, course, expected) in table {
        let asked = asked_by_default(group, title, unit);
        assert_eq!(asked.contains(&course.to_owned()), expected, "{title} in {unit}: {asked:?}");
    }
}

/// The nine staff groups, as the national statistics and as ESR spell them.
#[test]
fn the_default_policy_knows_both_spellings_of_every_clinical_staff_group() {
    let needs = |group: &str, course: &str| asked_by_default(group, "", "").contains(&course.to_owned());
    let clinical = [
        "Additional Clinical Services",
        "Additional Professional Scientific and Technical",
        "Add Prof Scientific and Technic",
        "Allied Health Professional",
        "Allied Health Professionals",
        "Healthcare Scientist",
        "Healthcare Scientists",
        "Medical and Dental",
        "Nursing and Midwifery Registered",
        "Students",
    ];
    for group in clinical {
        assert!(needs(group, "SGC-L2") && needs(group, "SGA-L2") && needs(group, "PREVENT-AWARE"), "{group}");
    }
    for group in ["Administrative and Clerical", "Estates and Ancillary", "Unknown", ""] {
        assert!(needs(group, "SGC-L1") && needs(group, "PREVENT-BASIC"), "{group}");
        assert!(!needs(group, "SGC-L2") && !needs(group, "SGA-L2"), "{group}");
    }
}
