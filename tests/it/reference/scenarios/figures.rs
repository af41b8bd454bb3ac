//! Cases of the rates, colours, forecast and budget (2.5 to 2.7).

use super::Check::Figure;
use super::{BASE, Scenario};

/// Twenty people, 18 of them trained for good but two, whose training lapses on 28 February and 15 March 2026.
const TWENTY: &str = "employee_number,last_name,start_date\n\
    01,Ash,2020-01-01\n02,Beech,2020-01-01\n03,Cedar,2020-01-01\n04,Date,2020-01-01\n05,Elm,2020-01-01\n\
    06,Fir,2020-01-01\n07,Gum,2020-01-01\n08,Hazel,2020-01-01\n09,Iris,2020-01-01\n10,Juniper,2020-01-01\n\
    11,Kauri,2020-01-01\n12,Larch,2020-01-01\n13,Maple,2020-01-01\n14,Nutmeg,2020-01-01\n15,Oak,2020-01-01\n\
    16,Pine,2020-01-01\n17,Quince,2020-01-01\n18,Rowan,2020-01-01\n19,Spruce,2020-01-01\n20,Teak,2020-01-01\n";

const EIGHTEEN: &str = "employee_number,course,completed_on,expires_on\n\
    01,C,2025-01-01,2026-02-28\n02,C,2025-01-01,2026-03-15\n03,C,2025-01-01,2030-01-01\n\
    04,C,2025-01-01,2030-01-01\n05,C,2025-01-01,2030-01-01\n06,C,2025-01-01,2030-01-01\n\
    07,C,2025-01-01,2030-01-01\n08,C,2025-01-01,2030-01-01\n09,C,2025-01-01,2030-01-01\n\
    10,C,2025-01-01,2030-01-01\n11,C,2025-01-01,2030-01-01\n12,C,2025-01-01,2030-01-01\n\
    13,C,2025-01-01,2030-01-01\n14,C,2025-01-01,2030-01-01\n15,C,2025-01-01,2030-01-01\n\
    16,C,2025-01-01,2030-01-01\n17,C,2025-01-01,2030-01-01\n18,C,2025-01-01,2030-01-01\n";

/// Four people in one tree: trained, in grace, absent, and untrained; one of them under level 1 alone.
const TREE: &str = "employee_number,last_name,start_date,unit,staff_group,assignment_status\n\
    01,Ash,2020-01-01,Surgery / Theatres / Recovery,Nursing,\n\
    02,Beech,2026-06-01,Surgery/Theatres,Nursing,\n\
    03,Cedar,2020-01-01,Surgery,Medical,Career Break\n\
    04,Date,2020-01-01,,,\n";

pub const ALL: &[Scenario] = &[
    Scenario {
        name: "a colour is decided on exact counts, at the target and at the margin",
        staff: TWENTY,
        training: EIGHTEEN,
        checks: &[
            Figure("2026-02-28", "status", "/rag", "\"green\""),
            Figure("2026-02-28", "status", "/staff/rate", "0.9"),
            Figure("2026-02-28", "status", "/requirements/due_soon", "2"),
            Figure("2026-03-01", "status", "/rag", "\"amber\""),
            Figure("2026-03-01", "status", "/staff/rate", "0.85"),
            Figure("2026-03-16", "status", "/rag", "\"red\""),
            Figure("2026-03-16", "status", "/requirements/lapsed", "2"),
            Figure("2026-03-16", "status", "/requirements/not_done", "2"),
            Figure("2026-02-28", "status", "/target", "0.9"),
            Figure("2026-02-28", "forecast --months 2", "/months/0/as_at", "\"2026-03-31\""),
            Figure("2026-02-28", "forecast --months 2", "/months/0/staff/up_to_date", "16"),
            Figure("2026-02-28", "forecast --months 2", "/months/0/courses/0/needed", "2"),
            Figure("2026-02-27", "forecast --months 2", "/months/0/as_at", "\"2026-02-28\""),
            Figure("2026-02-27", "forecast --months 2", "/months/0/courses/0/needed", "0"),
        ],
        ..BASE
    },
    Scenario {
        name: "a rate is rounded down, and nobody counted is no rate",
        staff: "employee_number,last_name,start_date\n01,Ash,2020-01-01\n02,Beech,2020-01-01\n\
                03,Cedar,2020-01-01\n",
        training: "employee_number,course,completed_on\n01,C,2026-01-01\n02,C,2026-01-01\n",
        checks: &[
            Figure("2026-06-15", "status", "/staff/rate", "0.666666"),
            Figure("2020-01-10", "status", "/staff/rate", "null"),
            Figure("2020-01-10", "status", "/rag", "null"),
            Figure("2020-01-10", "status", "/staff/in_post", "3"),
            Figure("2020-01-10", "status", "/excluded/in_grace", "3"),
            Figure("2019-12-31", "status", "/staff/in_post", "0"),
        ],
        ..BASE
    },
    Scenario {
        name: "every node of the tree counts everyone at or below it",
        staff: TREE,
        training: "employee_number,course,completed_on\n01,C,2026-01-01\n",
        checks: &[
            Figure("2026-06-15", "status --by unit", "/groups/0/key", "\"\""),
            Figure("2026-06-15", "status --by unit", "/groups/0/staff/counted", "1"),
            Figure("2026-06-15", "status --by unit", "/groups/0/organisation", "\"RX1\""),
            Figure("2026-06-15", "status --by unit", "/groups/1/key", "\"Surgery\""),
            Figure("2026-06-15", "status --by unit", "/groups/1/staff/in_post", "3"),
            Figure("2026-06-15", "status --by unit", "/groups/1/staff/counted", "1"),
            Figure("2026-06-15", "status --by unit", "/groups/1/rag", "\"green\""),
            Figure("2026-06-15", "status --by unit", "/groups/2/key", "\"Surgery / Theatres\""),
            Figure("2026-06-15", "status --by unit", "/groups/2/staff/in_post", "2"),
            Figure("2026-06-15", "status --by unit", "/groups/3/staff/in_post", "1"),
            Figure("2026-06-15", "status --by staff-group", "/groups/1/key", "\"Medical\""),
            Figure("2026-06-15", "status --by staff-group", "/groups/1/staff/rate", "null"),
            Figure("2026-06-15", "status --by staff-group", "/groups/1/organisation", "null"),
            Figure("2026-06-15", "status --by organisation", "/groups/0/title", "\"Northbank Trust\""),
            Figure("2026-06-15", "status --by course", "/groups/0/staff/in_post", "3"),
            Figure("2026-06-15", "status --by course", "/groups/0/title", "\"Course C\""),
            Figure("2026-06-15", "status", "/excluded/absent", "1"),
            Figure("2026-06-15", "forecast --months 1", "/months/0/staff/counted", "2"),
            Figure("2026-06-30", "forecast --months 1", "/months/0/staff/counted", "3"),
        ],
        ..BASE
    },
    Scenario {
        name: "where grace counts, it counts as not done",
        policy: "due_soon_days = 30\ntarget = 50\namber_margin = 5\ngrace = 'count'\nabsent_statuses = []\n",
        staff: "employee_number,last_name,start_date\n01,Ash,2020-01-01\n02,Beech,2026-06-01\n",
        training: "employee_number,course,completed_on\n01,C,2026-01-01\n",
        checks: &[
            Figure("2026-06-15", "status", "/requirements/not_done", "1"),
            Figure("2026-06-15", "status", "/excluded/in_grace", "0"),
            Figure("2026-06-15", "status", "/staff/rate", "0.5"),
            Figure("2026-06-15", "status", "/rag", "\"green\""),
        ],
        ..BASE
    },
    Scenario {
        name: "a budget is spent up to the day and committed after it, within its year",
        training: "employee_number,course,completed_on\n0101,C,2026-03-31\n0101,C,2026-04-01\n\
                   0101,C,2026-06-15\n0101,C,2026-06-16\n",
        budget: "organisation,financial_year,allocated,dedicated\nRX1,2026-27,\"1,000.00\",yes\n",
        expenses: "organisation,date,description,amount,reference\n\
                   RX1,2026-03-31,Trainer,7.00,R1\nRX1,2026-04-01,Trainer,100.00,R2\n\
                   RX1,2026-06-15,Room,50.01,R3\nRX1,2026-06-16,Room,20.00,R4\n\
                   RX1,2027-03-31,Room,10.00,R5\nRX1,2027-04-01,Room,5.00,R6\n",
        checks: &[
            Figure("2026-06-15", "budget", "/year", "\"2026-27\""),
            Figure("2026-06-15", "budget", "/organisations/0/allocated_pence", "100000"),
            Figure("2026-06-15", "budget", "/organisations/0/spent_pence", "15001"),
            Figure("2026-06-15", "budget", "/organisations/0/committed_pence", "3000"),
            Figure("2026-06-15", "budget", "/organisations/0/remaining_pence", "81999"),
            Figure("2026-06-15", "budget", "/organisations/0/use", "0.15001"),
            Figure("2026-06-15", "budget", "/organisations/0/elapsed", "0.208219"),
            Figure("2026-06-15", "budget", "/organisations/0/cost_per_completion_pence", "7500"),
            Figure("2026-03-31", "budget", "/organisations/0/allocated_pence", "null"),
            Figure("2026-03-31", "budget", "/organisations/0/use", "null"),
            Figure("2026-03-31", "budget", "/organisations/0/spent_pence", "700"),
            Figure("2026-03-31", "budget", "/organisations/0/elapsed", "1.0"),
            Figure("2026-03-31", "budget --year 2026-27", "/organisations/0/elapsed", "0.0"),
            Figure("2026-04-01", "budget", "/organisations/0/elapsed", "0.002739"),
        ],
        ..BASE
    },
    Scenario {
        name: "a person is grouped by the post marked primary, else by the first number as text, of those held",
        staff: "employee_number,last_name,first_name,start_date,leave_date,assignment_number,primary_assignment,\
                staff_group\n\
                01,Ash,Robin,2020-01-01,,9,no,Nursing\n01,Ash,Rob,2020-01-01,2026-06-14,10,no,Medical\n\
                02,Beech,Kim,2020-01-01,,1,no,Estates\n02,Beech,Kimberley,2020-01-01,,2,yes,Nursing\n",
        checks: &[
            Figure("2026-06-14", "status --by staff-group", "/groups/0/key", "\"Medical\""),
            Figure("2026-06-14", "status --by staff-group", "/groups/1/key", "\"Nursing\""),
            Figure("2026-06-14", "status --by staff-group", "/groups/1/staff/in_post", "1"),
            Figure("2026-06-15", "status --by staff-group", "/groups/0/key", "\"Nursing\""),
            Figure("2026-06-15", "status --by staff-group", "/groups/0/staff/in_post", "2"),
            Figure("2026-06-15", "staff", "/people/0/name", "\"Robin Ash\""),
            Figure("2026-06-15", "staff", "/people/1/name", "\"Kimberley Beech\""),
        ],
        ..BASE
    },
    Scenario {
        name: "a forecast has nobody join or train, while leave dates, graces and exemptions run",
        staff: "employee_number,last_name,start_date,leave_date\n\
                01,Ash,2020-01-01,2026-07-30\n02,Beech,2020-01-01,\n03,Cedar,2026-06-16,\n04,Date,2026-06-15,\n\
                05,Elm,2020-01-01,\n",
        training: "employee_number,course,completed_on,expires_on\n\
                   01,C,2026-01-01,2027-01-01\n02,C,2025-01-01,2026-06-30\n02,C,2026-06-16,2030-01-01\n",
        exemptions: "employee_number,course,from,until,reason\n05,,2026-01-01,2026-08-30,Agreed\n",
        checks: &[
            Figure("2026-06-15", "forecast", "/months/0/staff/counted", "2"),
            Figure("2026-06-15", "forecast", "/months/0/staff/up_to_date", "2"),
            // Ash has left, Beech lapsed, Date's grace is over, Elm is exempt still.
            Figure("2026-06-15", "forecast", "/months/1/staff/counted", "2"),
            Figure("2026-06-15", "forecast", "/months/1/staff/up_to_date", "0"),
            Figure("2026-06-15", "forecast", "/months/1/courses/0/needed", "2"),
            Figure("2026-06-15", "forecast", "/months/2/staff/counted", "3"),
            Figure("2026-06-15", "forecast", "/months/11/as_at", "\"2027-05-31\""),
            // From the day on which Cedar has joined and Beech has trained again.
            Figure("2026-06-16", "forecast", "/months/1/staff/counted", "3"),
            Figure("2026-06-16", "forecast", "/months/1/staff/up_to_date", "1"),
            Figure("2026-06-16", "forecast", "/months/1/courses/0/needed", "2"),
        ],
        ..BASE
    },
];
