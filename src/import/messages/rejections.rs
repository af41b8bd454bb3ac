//! Why a row can't be used.

super::messages! {
    /// Why a row can't be used.
    Rejection {
        // Cells of every sort.
        Missing { column } => "{column} is missing: fill it in",
        CellTooLong => "this cell is longer than 500 characters: shorten it",
        SpreadsheetError { value } => "{value} is a spreadsheet's error: put the value in its place, or empty the cell",
        NoStoredResult => "this formula has no stored result: open the file in a spreadsheet, save it, and import it again",
        Unreadable => "this cell holds a character that can't be read (bytes that do not fit the file's encoding): type the cell again and save the file as CSV UTF-8",
        Nul => "this cell holds a NUL character: type it again",
        ControlCharacter { code } => "this cell holds a control character ({code}): type it again",
        // Dates.
        NotADate { value } => "{value} is not a date: write it like 22/11/2026, 2026-11-22 or 22-Nov-2026",
        NotADateNorEmpty { value } => "{value} is not a date: write it like 22/11/2026, 2026-11-22 or 22-Nov-2026, or leave it empty",
        NoSuchDay { value } => "{value} is not a date, there is no such day: write it like 22/11/2026, 2026-11-22 or 22-Nov-2026",
        NoSuchMonth { value, month } => "{value} is not a date, there is no month {month} (the day comes before the month): write it like 22/11/2026, 2026-11-22 or 22-Nov-2026",
        PlainNumberForDate { value } => "{value} is a plain number, not a date: format the column as a date, or write it like 22/11/2026, 2026-11-22 or 22-Nov-2026",
        TwoDigitYear { value } => "{value} has a year of two digits, which is read only beside a month's name: write it like 22/11/2026, 2026-11-22 or 22-Nov-2026",
        YearOutOfRange { value } => "{value} is outside the years 1900 to 2100: check the year",
        OpenDate { value } => "{value} means no date, and one is needed here: write it like 22/11/2026, 2026-11-22 or 22-Nov-2026",
        LeavesBeforeStart { start } => "the leave date is before the start date {start}: check both",
        ExpiresBeforeCompleted { completed } => "it would expire before it was completed on {completed}: check both dates",
        ReviewBeforeAnswer { answered } => "its review would be before the answer of {answered}: check both dates",
        EndsBeforeBegins { begins } => "it ends before it begins on {begins}: check both dates",
        // Numbers and words.
        NumberTooLong => "this number is longer than 100 characters: check it",
        SpoiltNumber { value } => "{value} was spoilt by a spreadsheet: format the column as text and type the whole number again",
        FormulaForNumber { value } => "{value} is a formula, not a number: let the cell hold the number alone, as text",
        NotHours { value } => "{value} is not a number of hours: write 0 to 1000 with at most two decimals, like 7.5",
        NotPeople { value } => "{value} is not a number of people: write a whole number like 12",
        NotYesOrNo { value } => "{value} is neither yes nor no: write yes or no",
        NotAnAmount { value } => "{value} is not an amount: write pounds like 1234.50 or £1,234.50",
        AmountDecimals { value } => "{value} has no one or two decimals after its point: write pounds like 1234.50 or £1,234.50",
        AmountTooLarge { value } => "{value} is more than £1,000 million: check the amount",
        NegativeAllocation => "an allocation is not negative: write 0 or more",
        NotAFinancialYear { value } => "{value} is not a financial year: write it like 2026-27, for 1 April 2026 to 31 March 2027",
        NotAMode { value } => "{value} is not a mode: write participatory or e-learning, or leave it empty",
        NotAKind { value, kinds } => "{value} is not a kind of organisation: write one of {kinds}",
        NotAnAnswer { value, statement, answers } => "{value} is not an answer to {statement}: write one of {answers}",
        EmailLineBreak => "an e-mail address has no line breaks: write one address",
        SeveralEmails => "this is more than one e-mail address: write one",
        // Names that must be known.
        UnknownCourse { name, nearest } => "no course called {name}; the nearest the policy knows are {nearest}: if it is another name for one, add it to that course's aliases; if it is not, leave it out",
        UnknownCourseNear { name, near } => "no course called {name}: did you mean {near}? If it is another name for one, add it to that course's aliases in the policy",
        SeveralCourses { name } => "several courses are called {name} but for their ending: write the whole name, or the course's code",
        UnknownOrganisation { code, known } => "no organisation has the code {code}: check it, or import the organisation first (known: {known})",
        UnknownOrganisationNear { code, near } => "no organisation has the code {code}: did you mean {near}? If it is a new one, import the organisation first",
        OrganisationNotThere { code } => "the register has no organisation {code}: correct it, or import the organisations",
        UnknownPerson { organisation } => "{organisation} has no staff member with this number: correct it, or import the staff list first",
        LostZeros { known } => "the register has {known}, which differs only in leading zeros: save the column as text and export again",
        LostZerosInPost { number, known } => "{number} is {known} in the register but for its leading zeros: save the column as text and export again, or list both if they are two people",
        RegisterLacksZeros { known } => "the register has {known}, without the leading zeros of this number: if a staff list had lost them, take it back with `import undo ID` (`import list` shows the ID), and import the right one",
        UnknownStatement { id, known } => "the policy has no statement {id}: write one of its statements' ids ({known}), or add this one to the policy",
        UnknownStatementNear { id, near } => "the policy has no statement {id}: did you mean {near}? If it is a new one, add it to the policy",
        // Rows as a whole.
        NamesNobody => "this row names nobody, and only below the last person is such a row a total: fill it in or delete it",
        RepeatsHeader => "this row repeats the header: delete it",
        Merged { with } => "this cell is merged with {with}: unmerge the cells and write the value into each",
        SwallowsRow => "a quote in this row takes in the row below it: put the missing quote in, or take the stray one away",
        TooManyCells { cells, columns } => "this row has {cells} cells and the header has {columns}: put quotes around a cell that holds the separator",
        // Rows beside others.
        SomeWithoutAssignmentNumber { lines } => "{lines} are about one person and only some have an assignment number: give one to each, or to none",
        Differing { lines, same } => "{lines} give the same {same} with different content: keep the right one and delete the others",
        DiffersFromLine { line } => "line {line} says something else about the same: keep one and delete the other",
    }
}
