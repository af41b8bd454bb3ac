//! Cases of the state of a course: who needs it, since when, and what counts until when (2.2 to 2.4).

use super::Check::State;
use super::{BASE, Scenario};

/// Three levels, the upper ones satisfying the lower; level 1 at once, level 3 within a year.
const LEVELS: &str = "[[course]]\ncode = 'L1'\ntitle = 'Level 1'\nvalid_months = 12\n\
    [[course]]\ncode = 'L2'\ntitle = 'Level 2'\nvalid_months = 24\nsatisfies = ['L1']\n\
    [[course]]\ncode = 'L3'\ntitle = 'Level 3'\nvalid_months = 36\nsatisfies = ['L2']\n\
    [[requirement]]\ncourse = 'L1'\n[[requirement]]\ncourse = 'L3'\nwithin_days = 365\n";

/// A course counted in hours, four of them over three years.
const HOURS: &str = "[[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 36\ndefault_hours = 1.33\n\
    [[requirement]]\ncourse = 'C'\nhours = 4\n";

pub const ALL: &[Scenario] = &[
    Scenario {
        name: "a completion counts on its lapse date and not on the day after",
        training: "employee_number,course,completed_on\n0101,C,2025-06-15\n",
        checks: &[
            State("2025-06-14", "0101", "C", "not_done 2020-01-31 -"),
            State("2025-06-15", "0101", "C", "up_to_date 2026-06-15 2026-06-15"),
            State("2026-05-15", "0101", "C", "up_to_date 2026-06-15 2026-06-15"),
            State("2026-05-16", "0101", "C", "due_soon 2026-06-15 2026-06-15"),
            State("2026-06-15", "0101", "C", "due_soon 2026-06-15 2026-06-15"),
            State("2026-06-16", "0101", "C", "lapsed 2026-06-15 2026-06-15"),
        ],
        ..BASE
    },
    Scenario {
        name: "a lapse date is clamped to the month's end",
        rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 6\n[[requirement]]\ncourse = 'C'\n",
        training: "employee_number,course,completed_on\n0101,C,2022-08-31\n0101,C,2023-08-31\n",
        checks: &[
            State("2023-02-28", "0101", "C", "due_soon 2023-02-28 2023-02-28"),
            State("2023-03-01", "0101", "C", "lapsed 2023-02-28 2023-02-28"),
            State("2024-02-29", "0101", "C", "due_soon 2024-02-29 2024-02-29"),
            State("2024-03-01", "0101", "C", "lapsed 2024-02-29 2024-02-29"),
        ],
        ..BASE
    },
    Scenario {
        name: "what was completed on 29 February lapses on 28 February of a common year",
        training: "employee_number,course,completed_on\n0101,C,2024-02-29\n",
        checks: &[
            State("2025-02-28", "0101", "C", "due_soon 2025-02-28 2025-02-28"),
            State("2025-03-01", "0101", "C", "lapsed 2025-02-28 2025-02-28"),
        ],
        ..BASE
    },
    Scenario {
        name: "a course without validity never lapses unless its record says so",
        rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\n[[requirement]]\ncourse = 'C'\n",
        staff: "employee_number,last_name,start_date\n0101,Ash,2020-01-01\n0102,Birch,2020-01-01\n",
        training: "employee_number,course,completed_on,expires_on\n\
                   0101,C,2021-01-01,\n0102,C,2021-01-01,2021-03-01\n",
        checks: &[
            State("2026-06-15", "0101", "C", "up_to_date - -"),
            State("2021-03-01", "0102", "C", "due_soon 2021-03-01 2021-03-01"),
            State("2021-03-02", "0102", "C", "lapsed 2021-03-01 2021-03-01"),
        ],
        ..BASE
    },
    Scenario {
        name: "the latest lapse date holds, not the latest completion",
        training: "employee_number,course,completed_on,expires_on\n\
                   0101,C,2025-01-10,2026-12-31\n0101,C,2025-06-15,\n",
        checks: &[
            State("2026-06-16", "0101", "C", "up_to_date 2026-12-31 2026-12-31"),
            State("2027-01-01", "0101", "C", "lapsed 2026-12-31 2026-12-31"),
        ],
        ..BASE
    },
    Scenario {
        name: "grace runs to its last day inclusive",
        staff: "employee_number,last_name,start_date\n0101,Ash,2026-01-10\n",
        checks: &[
            State("2026-01-09", "0101", "C", "not in post"),
            State("2026-01-10", "0101", "C", "in_grace 2026-02-09 -"),
            State("2026-02-09", "0101", "C", "in_grace 2026-02-09 -"),
            State("2026-02-10", "0101", "C", "not_done 2026-02-09 -"),
        ],
        ..BASE
    },
    Scenario {
        name: "a requirement without within_days has a grace of the first day alone",
        rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\n[[requirement]]\ncourse = 'C'\n",
        staff: "employee_number,last_name,start_date\n0101,Ash,2026-01-10\n",
        checks: &[
            State("2026-01-10", "0101", "C", "in_grace 2026-01-10 -"),
            State("2026-01-11", "0101", "C", "not_done 2026-01-10 -"),
        ],
        ..BASE
    },
    Scenario {
        name: "what lapsed within the grace is lapsed, not in grace",
        staff: "employee_number,last_name,start_date\n0101,Ash,2026-01-10\n",
        training: "employee_number,course,completed_on,expires_on\n0101,C,2026-01-12,2026-01-20\n",
        checks: &[
            State("2026-01-11", "0101", "C", "in_grace 2026-02-09 -"),
            State("2026-01-12", "0101", "C", "due_soon 2026-01-20 2026-01-20"),
            State("2026-01-21", "0101", "C", "lapsed 2026-01-20 2026-01-20"),
            State("2026-02-10", "0101", "C", "lapsed 2026-01-20 2026-01-20"),
        ],
        ..BASE
    },
    Scenario {
        name: "training from before the start counts, and what had lapsed by then leaves the grace whole",
        staff: "employee_number,last_name,start_date\n0101,Ash,2026-01-10\n0102,Birch,2026-01-10\n\
                0103,Cedar,2026-01-10\n",
        training: "employee_number,course,completed_on,expires_on\n\
                   0101,C,2024-01-01,\n0102,C,2025-02-01,\n0103,C,2024-01-01,2026-01-10\n",
        checks: &[
            State("2026-01-10", "0101", "C", "in_grace 2026-02-09 -"),
            State("2026-02-09", "0101", "C", "in_grace 2026-02-09 -"),
            State("2026-02-10", "0101", "C", "lapsed 2026-02-09 2025-01-01"),
            State("2026-01-10", "0102", "C", "due_soon 2026-02-01 2026-02-01"),
            State("2026-02-02", "0102", "C", "lapsed 2026-02-01 2026-02-01"),
            State("2026-01-11", "0103", "C", "lapsed 2026-01-10 2026-01-10"),
        ],
        ..BASE
    },
    Scenario {
        name: "a new rule gives everyone its grace, and asks nothing outside its dates",
        rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\n[[requirement]]\ncourse = 'C'\n\
                within_days = 30\nfrom = 2026-03-01\nuntil = 2026-06-30\n",
        checks: &[
            State("2026-02-28", "0101", "C", "not needed"),
            State("2026-03-01", "0101", "C", "in_grace 2026-03-31 -"),
            State("2026-03-31", "0101", "C", "in_grace 2026-03-31 -"),
            State("2026-04-01", "0101", "C", "not_done 2026-03-31 -"),
            State("2026-06-30", "0101", "C", "not_done 2026-03-31 -"),
            State("2026-07-01", "0101", "C", "not needed"),
        ],
        ..BASE
    },
    Scenario {
        name: "of several requirements the earliest end of grace holds, once it applies",
        rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\n\
                [[requirement]]\ncourse = 'C'\nwithin_days = 90\n\
                [[requirement]]\ncourse = 'C'\nwithin_days = 10\nfrom = 2026-03-01\n",
        staff: "employee_number,last_name,start_date\n0101,Ash,2026-01-01\n",
        checks: &[
            State("2026-02-28", "0101", "C", "in_grace 2026-04-01 -"),
            State("2026-03-01", "0101", "C", "in_grace 2026-03-11 -"),
            State("2026-03-11", "0101", "C", "in_grace 2026-03-11 -"),
            State("2026-03-12", "0101", "C", "not_done 2026-03-11 -"),
        ],
        ..BASE
    },
    Scenario {
        name: "of equal ends of grace the earlier start holds",
        rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\n\
                [[requirement]]\ncourse = 'C'\nwithin_days = 5\nfrom = 2026-01-06\n\
                [[requirement]]\ncourse = 'C'\nwithin_days = 10\n",
        staff: "employee_number,last_name,start_date\n0101,Ash,2026-01-01\n",
        training: "employee_number,course,completed_on,expires_on\n0101,C,2026-01-02,2026-01-04\n",
        checks: &[
            State("2026-01-05", "0101", "C", "lapsed 2026-01-04 2026-01-04"),
            State("2026-01-11", "0101", "C", "lapsed 2026-01-04 2026-01-04"),
        ],
        ..BASE
    },
    Scenario {
        name: "in post on the leave date, out on the day after, and only a gap starts a new grace",
        staff: "employee_number,last_name,assignment_number,start_date,leave_date\n\
                0101,Ash,1,2025-01-01,2026-03-31\n0101,Ash,2,2026-04-01,\n\
                0102,Birch,1,2025-01-01,2026-03-31\n0102,Birch,2,2026-04-02,\n",
        checks: &[
            State("2026-03-31", "0101", "C", "not_done 2025-01-31 -"),
            State("2026-04-01", "0101", "C", "not_done 2025-01-31 -"),
            State("2026-03-31", "0102", "C", "not_done 2025-01-31 -"),
            State("2026-04-01", "0102", "C", "not in post"),
            State("2026-04-02", "0102", "C", "in_grace 2026-05-02 -"),
        ],
        ..BASE
    },
    Scenario {
        name: "absent is whom every post has as absent, whatever the case and the spaces",
        staff: "employee_number,last_name,assignment_number,start_date,leave_date,assignment_status\n\
                0101,Ash,1,2025-01-01,,MATERNITY  &  Adoption\n0101,Ash,2,2025-01-01,2026-03-31,\n\
                0102,Birch,1,2025-01-01,,Maternity\n0103,Cedar,1,2025-01-01,,Career Break\n",
        checks: &[
            State("2026-03-31", "0101", "C", "not_done 2025-01-31 -"),
            State("2026-04-01", "0101", "C", "absent"),
            State("2026-04-01", "0102", "C", "not_done 2025-01-31 -"),
            State("2026-04-01", "0103", "C", "absent"),
        ],
        ..BASE
    },
    Scenario {
        name: "an absent post asks for nothing",
        rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\n\
                [[requirement]]\ncourse = 'C'\njob_titles = ['*nurse*']\n",
        staff: "employee_number,last_name,assignment_number,start_date,job_title,assignment_status\n\
                0101,Ash,1,2025-01-01,Staff Nurse,Career Break\n0101,Ash,2,2025-01-01,Clerk,\n\
                0102,Birch,1,2025-01-01,Staff  Nurse,\n",
        checks: &[
            State("2026-04-01", "0101", "C", "not needed"),
            State("2026-04-01", "0102", "C", "not_done 2025-01-01 -"),
        ],
        ..BASE
    },
    Scenario {
        name: "an exemption holds from its first day to its last",
        exemptions: "employee_number,course,from,until,reason\n0101,C,2026-03-01,2026-03-31,Court order\n",
        checks: &[
            State("2026-02-28", "0101", "C", "not_done 2020-01-31 -"),
            State("2026-03-01", "0101", "C", "exempt - -"),
            State("2026-03-31", "0101", "C", "exempt - -"),
            State("2026-04-01", "0101", "C", "not_done 2020-01-31 -"),
        ],
        ..BASE
    },
    Scenario {
        name: "an upper level covers the lower once its grace is over",
        rules: LEVELS,
        staff: "employee_number,last_name,start_date\n0101,Ash,2025-01-01\n",
        checks: &[
            State("2025-06-01", "0101", "L3", "in_grace 2026-01-01 -"),
            State("2025-06-01", "0101", "L1", "not_done 2025-01-01 -"),
            State("2026-01-01", "0101", "L1", "not_done 2025-01-01 -"),
            State("2026-01-02", "0101", "L1", "covered by L3"),
            State("2026-01-02", "0101", "L3", "not_done 2026-01-01 -"),
            State("2026-01-02", "0101", "L2", "not needed"),
        ],
        ..BASE
    },
    Scenario {
        name: "an exempt level covers no other, and credit reaches down with its own lapse date",
        rules: LEVELS,
        training: "employee_number,course,completed_on\n0101,L2,2024-06-15\n",
        exemptions: "employee_number,course,from,until,reason\n0101,L3,2026-01-01,,Non-clinical year\n",
        checks: &[
            State("2025-12-31", "0101", "L1", "covered by L3"),
            State("2025-12-31", "0101", "L3", "not_done 2020-12-31 -"),
            State("2026-01-01", "0101", "L3", "exempt - -"),
            State("2026-01-01", "0101", "L1", "up_to_date 2026-06-15 2026-06-15"),
            State("2026-06-16", "0101", "L1", "lapsed 2026-06-15 2026-06-15"),
        ],
        ..BASE
    },
    Scenario {
        name: "where grace counts, an upper level in grace covers the lower",
        policy: "due_soon_days = 30\ntarget = 90.0\namber_margin = 5.0\ngrace = 'count'\nabsent_statuses = []\n",
        rules: LEVELS,
        staff: "employee_number,last_name,start_date\n0101,Ash,2025-01-01\n",
        checks: &[
            State("2025-06-01", "0101", "L3", "in_grace 2026-01-01 -"),
            State("2025-06-01", "0101", "L1", "covered by L3"),
        ],
        ..BASE
    },
    Scenario {
        name: "hours add up while they last, in exact hundredths",
        rules: HOURS,
        staff: "employee_number,last_name,start_date\n0101,Ash,2020-01-01\n0102,Birch,2020-01-01\n",
        training: "employee_number,course,completed_on,hours\n\
                   0101,C,2023-07-01,2\n0101,C,2024-01-10,2\n\
                   0102,C,2024-01-10,\n0102,C,2024-01-11,\n0102,C,2024-01-12,\n0102,C,2024-02-01,0.01\n",
        checks: &[
            State("2024-01-09", "0101", "C", "not_done 2020-01-01 -"),
            State("2024-01-10", "0101", "C", "up_to_date 2026-07-01 2026-07-01"),
            State("2026-07-01", "0101", "C", "due_soon 2026-07-01 2026-07-01"),
            State("2026-07-02", "0101", "C", "lapsed 2026-07-01 2026-07-01"),
            State("2024-01-31", "0102", "C", "not_done 2020-01-01 -"),
            State("2024-02-01", "0102", "C", "up_to_date 2027-01-10 2027-01-10"),
        ],
        ..BASE
    },
    Scenario {
        name: "the initial hours are asked for until they have once been met",
        rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 36\n\
                [[requirement]]\ncourse = 'C'\nhours = 4\ninitial_hours = 8\n",
        training: "employee_number,course,completed_on,hours\n\
                   0101,C,2024-01-10,5\n0101,C,2024-02-01,3\n0101,C,2027-01-20,1\n",
        checks: &[
            State("2024-01-31", "0101", "C", "not_done 2020-01-01 -"),
            State("2024-02-01", "0101", "C", "up_to_date 2027-01-10 2027-01-10"),
            State("2027-01-11", "0101", "C", "lapsed 2027-01-10 2027-01-10"),
            State("2027-01-20", "0101", "C", "due_soon 2027-02-01 2027-02-01"),
            State("2027-02-02", "0101", "C", "lapsed 2027-02-01 2027-02-01"),
        ],
        ..BASE
    },
    Scenario {
        name: "the participatory share is of the threshold in force, exactly",
        rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 36\n\
                [[requirement]]\ncourse = 'C'\nhours = 3\ninitial_hours = 6\nparticipatory_share = 0.1\n",
        training: "employee_number,course,completed_on,hours,mode\n\
                   0101,C,2023-01-10,6,e-learning\n0101,C,2023-02-10,0.59,participatory\n\
                   0101,C,2023-03-10,0.01,participatory\n0101,C,2025-03-10,0.29,participatory\n\
                   0101,C,2025-04-10,3,e-learning\n",
        checks: &[
            State("2023-03-09", "0101", "C", "not_done 2020-01-01 -"),
            State("2023-03-10", "0101", "C", "up_to_date 2026-01-10 2026-01-10"),
            // 0.29 and 0.01 are just a tenth of 3 hours; the 0.01 lapses on 10 March 2026.
            State("2025-04-10", "0101", "C", "up_to_date 2026-03-10 2026-03-10"),
            State("2026-03-11", "0101", "C", "lapsed 2026-03-10 2026-03-10"),
        ],
        ..BASE
    },
    Scenario {
        name: "the strictest holds, each number by itself",
        rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 36\n\
                [[requirement]]\ncourse = 'C'\nhours = 2\ninitial_hours = 3\n\
                [[requirement]]\ncourse = 'C'\nhours = 4\nparticipatory_share = 0.5\nfrom = 2026-01-01\n",
        training: "employee_number,course,completed_on,hours,mode\n\
                   0101,C,2025-01-10,2,e-learning\n0101,C,2025-02-10,1,e-learning\n\
                   0101,C,2026-02-10,1,participatory\n0101,C,2026-03-10,1,participatory\n",
        checks: &[
            State("2025-02-09", "0101", "C", "not_done 2020-01-01 -"),
            State("2025-02-10", "0101", "C", "up_to_date 2028-01-10 2028-01-10"),
            State("2026-01-01", "0101", "C", "not_done 2020-01-01 -"),
            State("2026-02-10", "0101", "C", "not_done 2020-01-01 -"),
            State("2026-03-10", "0101", "C", "up_to_date 2028-01-10 2028-01-10"),
        ],
        ..BASE
    },
    Scenario {
        name: "units match whole steps and below, whatever the case and the spaces",
        rules: "[[course]]\ncode = 'C'\ntitle = 'Course C'\n\
                [[requirement]]\ncourse = 'C'\nunits = ['Surgery/ Theatres']\n",
        staff: "employee_number,last_name,start_date,unit\n\
                0101,Ash,2025-01-01,SURGERY  /theatres / Recovery\n0102,Birch,2025-01-01,Surgery\n\
                0103,Cedar,2025-01-01,Surgery / Theatres 2\n",
        checks: &[
            State("2026-01-01", "0101", "C", "not_done 2025-01-01 -"),
            State("2026-01-01", "0102", "C", "not needed"),
            State("2026-01-01", "0103", "C", "not needed"),
        ],
        ..BASE
    },
];
