//! Rows of a staff list whose numbers can't be told from known ones (spec 3.7, *Numbers and cells*).

use crate::import::diff::near_numbers::{NearNumber, NearNumberOf};
use crate::import::diff::numbers::{file_lacks_zeros, is_decorated};
use crate::import::messages::{Refusal, Rejection};
use crate::import::run::ImportRun;
use crate::import::{CheckedFile, StaffRow};

/// Rejects rows with a number like a known one, and says, where it is the person's, on which side zeros are missing.
pub(super) fn reject_near(run: &mut ImportRun<'_>, near: &[NearNumber<'_>], checked: &CheckedFile<StaffRow>) {
    let employee_column = checked.employee_column.as_str();
    for NearNumber { line, of, number, known } in near {
        let known = (*known).to_owned();
        let (column, reason) = match of {
            NearNumberOf::Manager => {
                (checked.header_of("manager_employee_number"), Rejection::LikeKnown { known })
            }
            NearNumberOf::Assignment => {
                (checked.header_of("assignment_number"), Rejection::LikeKnown { known })
            }
            NearNumberOf::Person if is_decorated(number) || is_decorated(&known) => {
                (employee_column, Rejection::DecoratedNumber { known })
            }
            NearNumberOf::Person if file_lacks_zeros(number, &known) => {
                (employee_column, Rejection::LostZeros { known })
            }
            NearNumberOf::Person => (employee_column, Rejection::RegisterLacksZeros { known }),
        };
        run.reject(*line, column, number, &reason);
    }
    let of_zeros = |one: &&NearNumber<'_>| {
        one.of == NearNumberOf::Person && !is_decorated(one.number) && !is_decorated(one.known)
    };
    run.hint = near.iter().find(of_zeros).map(|NearNumber { number, known, .. }| {
        let count = near.iter().filter(of_zeros).count().to_string();
        let (number, known) = ((*number).to_owned(), (*known).to_owned());
        if file_lacks_zeros(&number, &known) {
            Refusal::ZerosLost { count, number, known }
        } else {
            Refusal::RegisterLacksZeros { count, number, known }
        }
    });
}
