//! Cases of the reminders (2.8). 15 June 2026 is a Monday; 25 May 2026 is a bank holiday.

use super::Check::{Digest, Figure, Mail};
use super::{BASE, Scenario};

const ASH: &str = "employee_number,last_name,start_date,email\n0101,Ash,2020-01-01,ash@northbank.test\n";

/// Fifty people in post.
const FIFTY: &str = "employee_number,last_name,start_date,email\n\
    01,Tree,2026-05-01,p01@rx1.test\n02,Tree,2026-05-01,p02@rx1.test\n\
    03,Tree,2026-05-01,p03@rx1.test\n04,Tree,2026-05-01,p04@rx1.test\n\
    05,Tree,2026-05-01,p05@rx1.test\n06,Tree,2026-05-01,p06@rx1.test\n\
    07,Tree,2026-05-01,p07@rx1.test\n08,Tree,2026-05-01,p08@rx1.test\n\
    09,Tree,2026-05-01,p09@rx1.test\n10,Tree,2026-05-01,p10@rx1.test\n\
    11,Tree,2026-05-01,p11@rx1.test\n12,Tree,2026-05-01,p12@rx1.test\n\
    13,Tree,2026-05-01,p13@rx1.test\n14,Tree,2026-05-01,p14@rx1.test\n\
    15,Tree,2026-05-01,p15@rx1.test\n16,Tree,2026-05-01,p16@rx1.test\n\
    17,Tree,2026-05-01,p17@rx1.test\n18,Tree,2026-05-01,p18@rx1.test\n\
    19,Tree,2026-05-01,p19@rx1.test\n20,Tree,2026-05-01,p20@rx1.test\n\
    21,Tree,2026-05-01,p21@rx1.test\n22,Tree,2026-05-01,p22@rx1.test\n\
    23,Tree,2026-05-01,p23@rx1.test\n24,Tree,2026-05-01,p24@rx1.test\n\
    25,Tree,2026-05-01,p25@rx1.test\n26,Tree,2026-05-01,p26@rx1.test\n\
    27,Tree,2026-05-01,p27@rx1.test\n28,Tree,2026-05-01,p28@rx1.test\n\
    29,Tree,2026-05-01,p29@rx1.test\n30,Tree,2026-05-01,p30@rx1.test\n\
    31,Tree,2026-05-01,p31@rx1.test\n32,Tree,2026-05-01,p32@rx1.test\n\
    33,Tree,2026-05-01,p33@rx1.test\n34,Tree,2026-05-01,p34@rx1.test\n\
    35,Tree,2026-05-01,p35@rx1.test\n36,Tree,2026-05-01,p36@rx1.test\n\
    37,Tree,2026-05-01,p37@rx1.test\n38,Tree,2026-05-01,p38@rx1.test\n\
    39,Tree,2026-05-01,p39@rx1.test\n40,Tree,2026-05-01,p40@rx1.test\n\
    41,Tree,2026-05-01,p41@rx1.test\n42,Tree,2026-05-01,p42@rx1.test\n\
    43,Tree,2026-05-01,p43@rx1.test\n44,Tree,2026-05-01,p44@rx1.test\n\
    45,Tree,2026-05-01,p45@rx1.test\n46,Tree,2026-05-01,p46@rx1.test\n\
    47,Tree,2026-05-01,p47@rx1.test\n48,Tree,2026-05-01,p48@rx1.test\n\
    49,Tree,2026-05-01,p49@rx1.test\n50,Tree,2026-05-01,p50@rx1.test\n";

/// All but thirteen of them trained.
const MOST: &str = "employee_number,course,completed_on\n\
    01,C,2026-05-01\n02,C,2026-05-01\n03,C,2026-05-01\n04,C,2026-05-01\n\
    05,C,2026-05-01\n06,C,2026-05-01\n07,C,2026-05-01\n08,C,2026-05-01\n\
    09,C,2026-05-01\n10,C,2026-05-01\n11,C,2026-05-01\n12,C,2026-05-01\n\
    13,C,2026-05-01\n14,C,2026-05-01\n15,C,2026-05-01\n16,C,2026-05-01\n\
    17,C,2026-05-01\n18,C,2026-05-01\n19,C,2026-05-01\n20,C,2026-05-01\n\
    21,C,2026-05-01\n22,C,2026-05-01\n23,C,2026-05-01\n24,C,2026-05-01\n\
    25,C,2026-05-01\n26,C,2026-05-01\n27,C,2026-05-01\n28,C,2026-05-01\n\
    29,C,2026-05-01\n30,C,2026-05-01\n31,C,2026-05-01\n32,C,2026-05-01\n\
    33,C,2026-05-01\n34,C,2026-05-01\n35,C,2026-05-01\n36,C,2026-05-01\n\
    37,C,2026-05-01\n";

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
        name: "what is long overdue is told every 30 days, on the next sending day, for as long as it lasts",
        staff: "employee_number,last_name,start_date,email\n0101,Ash,2026-01-01,ash@northbank.test\n",
        checks: &[
            // Due on 31 January: 84 days over on 25 April, a Saturday.
            Mail("2026-04-24", "0101 C not_done -78!"),
            Mail("2026-04-27", "0101 C not_done -85!"),
            Mail("2026-05-22", ""),
            Mail("2026-05-26", "0101 C not_done -115!"),
            Mail("2026-12-29", "0101 C not_done -325!"),
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
    Scenario {
        name: "the brake holds what is over its share of everyone in post, and held counts as told",
        staff: FIFTY,
        checks: &[
            Figure("2026-06-15", "remind", "/account/held", "50"),
            Figure("2026-06-15", "remind", "/account/already_told", "50"),
            Figure("2026-06-15", "remind", "/account/held", "0"),
        ],
        ..BASE
    },
    Scenario {
        name: "what is just the brake's share goes out",
        rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 12\n\
                [[requirement]]\ncourse = 'C'\n[reminders]\nmax_messages = 100.0\n",
        staff: FIFTY,
        checks: &[Figure("2026-06-15", "remind", "/account/messaged", "50")],
        ..BASE
    },
    Scenario {
        name: "fewer than fifty reminders go out, whatever their share",
        staff: FIFTY,
        training: MOST,
        // 13 of 50 is more than 25%.
        checks: &[
            Figure("2026-06-15", "remind", "/account/messaged", "13"),
            Figure("2026-06-15", "remind", "/account/nothing_due", "37"),
            Figure("2026-06-15", "remind", "/account/considered", "50"),
        ],
        ..BASE
    },
    Scenario {
        name: "managers are told once a week, and the contact of whom no manager can be reached",
        staff: "employee_number,last_name,start_date,leave_date,email,assignment_number,\
                assignment_status,manager_employee_number\n\
                01,Ash,2020-01-01,,ash@northbank.test,1,,01\n\
                02,Beech,2020-01-01,,,1,,01\n02,Beech,2020-01-01,,,2,,03\n\
                03,Cedar,2020-01-01,,cedar@northbank.test,1,,02\n\
                04,Date,2020-01-01,,,1,Career Break,01\n\
                05,Elm,2020-01-01,,,1,,06\n06,Fir,2020-01-01,2026-06-15,fir@northbank.test,1,,01\n",
        training: "employee_number,course,completed_on,expires_on\n\
                   01,C,2026-01-01,2026-07-15\n02,C,2026-01-01,2026-07-16\n03,C,2026-01-01,2026-06-01\n\
                   06,C,2026-01-01,2026-12-01\n",
        checks: &[
            Digest(
                "2026-06-15",
                "fir@northbank.test < 05 C not_done; \
                 safeguarding@northbank.test < 01 C due_soon, 03 C lapsed",
            ),
            Digest("2026-06-16", ""),
            Digest(
                "2026-06-23",
                "ash@northbank.test < 02 C due_soon; cedar@northbank.test < 02 C due_soon; \
                 safeguarding@northbank.test < 01 C due_soon, 03 C lapsed, 05 C not_done",
            ),
        ],
        ..BASE
    },
];
