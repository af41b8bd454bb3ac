//! Known names that an unknown one may have been meant for.

pub(in crate::import) use crate::wording::{NEAREST, nearest};

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
}
