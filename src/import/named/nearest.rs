//! Known names that an unknown one may have been meant for.

/// How many are suggested.
pub(in crate::import) const NEAREST: usize = 3;
/// The least likeness of a name worth suggesting, from 0 to 1.
const LIKENESS: f64 = 0.6;

/// The names most like `name`, the likest first; none where nothing is like it. Case is ignored.
pub(in crate::import) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let name = name.to_lowercase();
    let likeness = |known: &'n str| (strsim::jaro_winkler(&name, &known.to_lowercase()), known);
    let mut near: Vec<(f64, &str)> =
        known.into_iter().map(likeness).filter(|(likeness, _)| *likeness >= LIKENESS).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.dedup_by(|a, b| a.1 == b.1);
    near.truncate(NEAREST);
    near.into_iter().map(|(_, name)| name).collect()
}

/// Whether `header` is most likely `known` misspelt, both in letters and digits alone: a letter more, less, wrong or
/// swapped (two in long ones), and the same digits.
pub(in crate::import) fn is_misspelling(header: &str, known: &str) -> bool {
    const SHORTEST: usize = 6;
    const LONG: usize = 12;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let length = known.chars().count();
    let most = if length < LONG { 1 } else { 2 };
    length >= SHORTEST
        && header.len().abs_diff(known.len()) <= 2 * most
        && header != known
        && digits(header) == digits(known)
        && strsim::osa_distance(header, known) <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_or_two_make_a_misspelling_and_a_digit_makes_another_column() {
        for (header, known) in [
            ("employenumber", "employeenumber"),
            ("emplyoeenumber", "employeenumber"),
            ("competancyname", "competencyname"),
            ("departement", "department"),
            ("surnmae", "surname"),
        ] {
            assert!(is_misspelling(header, known), "{header}");
        }
        for (header, known) in [
            ("orgl2", "orgl3"),
            ("orglevel2", "orglevel3"),
            ("managername", "managernumber"),
            ("positionnumber", "positionname"),
            ("coursedate", "coursename"),
            ("role", "rule"),
            ("username", "surname"),
            ("lateststartdatenhs", "lateststartdate"),
            ("surname", "surname"),
        ] {
            assert!(!is_misspelling(header, known), "{header}");
        }
    }

    #[test]
    fn the_likest_names_come_first_and_unlike_ones_not_at_all() {
        let known = ["SGC-L1", "SGC-L2", "PREVENT", "SGA-L2"];
        assert_eq!(nearest("sgc2", known).first(), Some(&"SGC-L2"));
        assert!(nearest("sgc2", known).len() <= NEAREST);
        assert!(nearest("zzz", known).is_empty());
    }
}
