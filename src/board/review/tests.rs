use proptest::prelude::*;

use super::*;

fn reviewed(code: &str, kind: OrganisationKind, up_to_date: u64, counted: u64) -> ReviewedOrganisation {
    ReviewedOrganisation { code: code.to_owned(), kind, staff: Rate { counted, up_to_date } }
}

fn told<'a>(
    statements: &'a [Statement],
    answers: &'a [&'a AssuranceAnswer],
    budgets: &'a [Budget],
) -> ReviewInputs<'a> {
    ReviewInputs { statements, answers, budgets, as_at: "2026-11-25".parse().unwrap() }
}

const NOTHING: ReviewInputs<'static> =
    ReviewInputs { statements: &[], answers: &[], budgets: &[], as_at: NaiveDate::MIN };

#[test]
fn organisations_are_compared_by_kind_and_all_together_each_rate_both_ways() {
    use OrganisationKind::{Acute, Ambulance};
    let organisations = [
        reviewed("A1", Acute, 900, 1_000),
        reviewed("A2", Acute, 49, 100),
        reviewed("A3", Acute, 0, 0),
        reviewed("B1", Ambulance, 50, 100),
    ];
    let groups = review(&organisations, NOTHING);
    let lines: Vec<_> = groups
        .iter()
        .map(|group| {
            let spread = (group.spread.with_rate, group.spread.below_50, group.spread.at_least_90);
            let kind = group.kind.map(OrganisationKind::as_str);
            (kind, group.organisations, group.pooled.shown(), group.mean_millionths, spread)
        })
        .collect();
    let expected = [
        (Some("acute"), 3, "86.2%".to_owned(), Some(695_000), (2, 1, 1)),
        (Some("ambulance"), 1, "50.0%".to_owned(), Some(500_000), (1, 0, 0)),
        (None, 4, "83.2%".to_owned(), Some(630_000), (3, 1, 1)),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn each_answer_is_counted_out_of_those_who_answered_it_and_a_budget_out_of_those_who_have_one() {
    let organisations = ["A1", "A2", "A3", "A4"].map(|code| reviewed(code, OrganisationKind::Acute, 9, 20));
    let answer = |organisation: &str, statement: &str, answer: &str| AssuranceAnswer {
        organisation: organisation.into(),
        statement: statement.into(),
        answer: answer.into(),
        answered_on: "2026-06-01".parse().unwrap(),
        evidence: String::new(),
        owner_email: String::new(),
        review_by: None,
    };
    let answers = [
        answer("A1", "dna", "yes"),
        answer("A2", "dna", "no"),
        answer("A2", "lead", "yes"),
        answer("A3", "gone", "yes"),
        answer("B9", "dna", "yes"),
    ];
    let answers: Vec<&AssuranceAnswer> = answers.iter().collect();
    let statement = |id: &str| Statement {
        id: id.into(),
        question: String::new(),
        answers: vec!["yes".into(), "in-part".into(), "no".into()],
    };
    let budget = |organisation: &str, year, dedicated| Budget {
        organisation: organisation.into(),
        year: FinancialYear(year),
        allocated_pence: 1,
        dedicated,
    };
    let budgets = [
        budget("A1", 2026, Some(true)),
        budget("A2", 2026, Some(false)),
        budget("A3", 2025, Some(true)),
        budget("A4", 2026, None),
        budget("B9", 2026, Some(true)),
    ];
    let statements = [statement("dna"), statement("lead")];
    let groups = review(&organisations, told(&statements, &answers, &budgets));
    let all = groups.last().unwrap();
    assert_eq!((all.answered, all.dedicated_budget), (3, DedicatedBudget { yes: 1, no: 1 }));
    let told: Vec<String> = all
        .statements
        .iter()
        .map(|of| {
            let answers = of.answers.iter().map(|(answer, times)| format!("{answer} {times}"));
            format!("{} of {}: {}", of.statement, of.base, answers.collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(told, ["dna of 2: yes 1 in-part 0 no 1", "lead of 1: yes 1 in-part 0 no 0"]);
}

/// One organisation a kind with these people: the kinds withheld, and whether the group of all is.
fn withheld(people: &[(u64, u64)]) -> (Vec<usize>, bool) {
    let kinds = OrganisationKind::ALL.into_iter();
    let organisations: Vec<ReviewedOrganisation> = kinds
        .zip(people)
        .map(|(kind, (up_to_date, counted))| reviewed(kind.as_str(), kind, *up_to_date, *counted))
        .collect();
    let groups = review(&organisations, NOTHING);
    let of_kinds = groups.iter().filter(|group| group.kind.is_some()).enumerate();
    let hidden = of_kinds.filter(|(_, group)| group.is_small).map(|(at, _)| at).collect();
    (hidden, groups.last().unwrap().is_small)
}

#[test]
fn a_group_of_fewer_than_five_is_withheld_with_another_one_so_that_the_total_does_not_tell_it() {
    for (people, hidden, all) in [
        (&[(10, 20), (30, 40)][..], &[][..], false),
        (&[(0, 20), (40, 40)], &[], false),
        (&[(2, 20), (30, 40), (50, 60)], &[0, 1], false),
        (&[(18, 20), (30, 40), (20, 30)], &[0, 2], false),
        (&[(2, 4), (3, 4), (50, 60)], &[0, 1, 2], false),
        (&[(0, 4), (5, 10), (50, 60)], &[0, 1], false),
        (&[(1, 2), (1, 2), (50, 60), (30, 60)], &[0, 1, 2], false),
        (&[(2, 4)], &[0], true),
        (&[(2, 4), (0, 0)], &[0], true),
        (&[(1, 2), (1, 2)], &[0, 1], true),
        (&[(2, 20), (30, 40)], &[0, 1], false),
    ] {
        assert_eq!(withheld(people), (hidden.to_vec(), all), "{people:?}");
    }
}

#[test]
fn kinds_of_whom_all_or_nobody_is_up_to_date_are_not_withheld_alone_together() {
    // Of the two smallest nobody is up to date: all less those told would say so of each.
    assert_eq!(withheld(&[(0, 4), (0, 20), (50, 60), (60, 90)]), (vec![0, 1, 2], false));
    assert_eq!(withheld(&[(4, 4), (20, 20), (50, 60), (60, 90)]), (vec![0, 1, 2], false));
}

/// Organisations of each kind: the kinds whose mean and spread are withheld, and whether those of all are.
fn of_few(kinds: &[&[(u64, u64)]]) -> (Vec<usize>, bool) {
    let of_kind = OrganisationKind::ALL.into_iter().zip(kinds);
    let organisations: Vec<ReviewedOrganisation> = of_kind
        .flat_map(|(kind, of)| {
            of.iter().map(move |(up_to_date, counted)| reviewed(kind.as_str(), kind, *up_to_date, *counted))
        })
        .collect();
    let groups = review(&organisations, NOTHING);
    let of_kinds = groups.iter().filter(|group| group.kind.is_some()).enumerate();
    let few = of_kinds.filter(|(_, group)| group.is_of_few).map(|(at, _)| at).collect();
    (few, groups.last().unwrap().is_of_few)
}

#[test]
fn the_mean_and_the_spread_of_few_organisations_do_not_tell_of_a_small_one() {
    const LARGE: (u64, u64) = (20, 40);
    const SMALL: (u64, u64) = (1, 3);
    for (what, kinds, expected) in [
        ("no small one", &[&[LARGE, LARGE][..], &[LARGE]][..], (vec![], false)),
        // From the pool, 21 of 43, and the mean, 41.6%, each of the two could be found.
        ("one of two", &[&[LARGE, SMALL], &[LARGE; 3]], (vec![0, 1], false)),
        ("one of two beside few", &[&[LARGE, SMALL], &[LARGE; 2]], (vec![0, 1], true)),
        ("the smallest kinds go with it", &[&[LARGE, SMALL], &[LARGE; 3], &[LARGE; 9]], (vec![0, 1], false)),
        ("one of five", &[&[LARGE, LARGE, LARGE, LARGE, SMALL], &[LARGE]], (vec![], false)),
        ("all the database", &[&[LARGE, SMALL]], (vec![0], true)),
        ("a kind whose pool is withheld", &[&[LARGE; 9], &[SMALL], &[LARGE; 5]], (vec![1, 2], false)),
    ] {
        assert_eq!(of_few(kinds), expected, "{what}");
    }
}

proptest! {
    #[test]
    fn no_small_group_can_be_worked_out_from_what_is_told(
        people in prop::collection::vec((0u64..12, 0u64..12), 1..7),
    ) {
        let people: Vec<(u64, u64)> = people.iter().map(|(done, behind)| (*done, done + behind)).collect();
        let (hidden, all) = withheld(&people);
        let small = |done: u64, counted: u64| [done, counted, counted - done].iter().any(|n| (1..5).contains(n));
        for (at, (done, counted)) in people.iter().enumerate() {
            prop_assert!(hidden.contains(&at) || !small(*done, *counted));
        }
        if !all && !hidden.is_empty() {
            // The total less every kind told.
            let rest = hidden.iter().map(|at| people[*at]).fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
            prop_assert!(hidden.len() > 1 && !small(rest.0, rest.1), "{:?} hides {:?}", people, hidden);
        }
    }
}

/// The national review of July 2009, as at 31 December 2008 (Care Quality Commission: Safeguarding children, a review of
/// arrangements in the NHS): 851,000 staff eligible for basic training, fewer than 400,000 of them up to date, and yet
/// the mean of the trusts' rates 54%.
#[test]
fn the_published_counts_of_2009_give_the_published_rates_both_ways() {
    use OrganisationKind::{Acute, Ambulance, MentalHealth, PrimaryCare};
    let kinds = [(PrimaryCare, 153), (Acute, 169), (MentalHealth, 59), (Ambulance, 11)];
    let kinds = kinds.into_iter().flat_map(|(kind, trusts)| std::iter::repeat_n(kind, trusts));
    // Half are small and well trained, half large and not: so a mean of 54% can go with less than 47% of the people.
    let organisations: Vec<ReviewedOrganisation> = kinds
        .enumerate()
        .map(|(number, kind)| {
            let (up_to_date, counted) = match number {
                1 => (1_470, 3_505),
                large if large % 2 == 1 => (1_370, 3_341),
                _ => (670, 1_000),
            };
            reviewed(&format!("T{number:03}"), kind, up_to_date, counted)
        })
        .collect();
    let groups = review(&organisations, NOTHING);
    let sizes: Vec<u64> = groups.iter().map(|group| group.organisations).collect();
    assert_eq!(sizes, [169, 59, 11, 153, 392]);
    let all = groups.last().unwrap();
    assert_eq!((all.pooled.counted, all.pooled.up_to_date), (851_000, 399_940));
    assert_eq!((all.pooled.shown(), all.mean_millionths), ("46.9%".to_owned(), Some(540_052)));
}
