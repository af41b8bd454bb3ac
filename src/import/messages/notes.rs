//! How a file was taken, where that may surprise.

crate::wording::messages! {
    /// How a file was taken, where that may surprise.
    pub(in crate::import) Note {
        Recognised { id } => "this file was imported before, as import {id}, and nothing of its kind since: nothing is changed (--force imports it again)",
        WouldChange { rows } => "by now {rows} of it would change something, as what it is compared with is not what it was",
        EndsInReason => "the last column is `reason`: taken as rejected rows put right, as with --partial, so nobody who is not in it becomes a leaver",
        ExpensesAdded => "the last column is `reason`: taken as rejected rows put right, so those without a reference are added, also where the register has one that says the same",
        ColumnAbsent { column } => "the file has no column for {column}: what is known is kept",
        MatrixCompletions { headers } => "read as a matrix: a date is a completion below {headers}",
        MatrixExpiries { headers } => "read as a matrix: a date is an expiry below {headers}",
        NotACompletion { rows, said } => "not a completion: {rows} skipped ({said})",
        NotExempt { rows } => "{rows} of an exemption that was not given, or holds no more: nobody is exempt by them, nor any longer by what was known of the same",
        NotOurCourse { rows, said } => "not our course: {rows} skipped, as the policy's ignored_courses say ({said})",
        NothingElse => "every row of the file was skipped, so there was nothing to import",
        MoreSheets { sheets } => "more of the staff may stand on {sheets}, so nobody who is not in the list was made a leaver: put everybody on one sheet, or, if the one that was read has everybody, name it with --sheet",
        MayNameAnybody => "some rejected rows may name anybody, so nobody who is not in the list was made a leaver: put them right and import the whole list again",
    }
}
