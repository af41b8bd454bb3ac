//! Cases of the reminders (2.8). 15 June 2026 is a Monday; 25 May 2026 is a bank holiday.

use super::Check::Mail;
use super::{BASE, Scenario};

const ASH: &str = "employee_number,last_name,start_date,email\n0101,Ash,2020-01-01,ash@northbank.test\n";

pub const ALL: &[Scenario] = &[
    Scenario {
        name: "only the latest stage is told, once, and none after a renewal",
        staff: ASH,
        training: "employee_number,course,completed_on\n0101,C,2025-06-15\n0101,C,2026-06-29\n",
        checks: &[
            Mail("2026-05-15", ""),
            Mail("2026-05-16", ""),
            Mail("2026-05-18", "0101 C due_soon 30!"),
            Mail("2026-05-19", ""),
            Mail("2026-06-12", "0101 C due_soon 7!"),
            Mail("2026-06-15", "0101 C due_soon 1!"),
            Mail("2026-06-16", "0101 C lapsed -1!"),
            Mail("2026-06-22", ""),
            Mail("2026-06-23", "0101 C lapsed -8!"),
            Mail("2026-06-29", ""),
            Mail("2026-07-07", ""),
        ],
        ..BASE
    },
    Scenario {
        name: "nothing goes out on a bank holiday, to the absent, or to whom has no address",
        staff: "employee_number,last_name,start_date,leave_date,email,assignment_status\n\
                0101,Ash,2026-05-01,,ash@northbank.test,\n0102,Birch,2026-05-01,,,\n\
                0103,Cedar,2026-05-01,,cedar@northbank.test,Career Break\n\
                0104,Date,2026-05-01,2026-05-26,date@northbank.test,\n",
        checks: &[
            Mail("2026-05-25", ""),
            Mail("2026-05-26", "0101 C in_grace 7!; 0104 C in_grace 7!"),
            Mail("2026-06-01", "0101 C not_done -1!"),
        ],
        ..BASE
    },
    Scenario {
        name: "a message lists everything of theirs, the triggering first, then by due date",
        rules: "[[course]]\ncode = 'A'\ntitle = 'Course A'\n[[course]]\ncode = 'B'\ntitle = 'Course B'\n\
                [[course]]\ncode = 'C'\ntitle = 'Course C'\n[[course]]\ncode = 'D'\ntitle = 'Course D'\n\
                [[requirement]]\ncourse = 'A'\n[[requirement]]\ncourse = 'B'\n[[requirement]]\ncourse = 'C'\n\
                [[requirement]]\ncourse = 'D'\nwithin_days = 365\n",
        staff: "employee_number,last_name,start_date,email\n0101,Ash,2026-06-01,ash@northbank.test\n",
        training: "employee_number,course,completed_on,expires_on\n\
                   0101,A,2026-06-01,2026-06-17\n0101,B,2026-06-01,2026-06-16\n0101,C,2026-06-01,2026-06-22\n",
        checks: &[
            Mail(
                "2026-06-15",
                "0101 B due_soon 1!, 0101 A due_soon 7!, 0101 C due_soon 7!, 0101 D in_grace -",
            ),
            Mail("2026-06-16", "0101 A due_soon 1!, 0101 B due_soon 1, 0101 C due_soon 7, 0101 D in_grace -"),
            Mail("2026-06-17", "0101 B lapsed -1!, 0101 A due_soon 1, 0101 C due_soon 7, 0101 D in_grace -"),
        ],
        ..BASE
    },
];
