//! Why nothing of a file can be read, in words.

impl Fault {
    /// The line that it is about, where it is about one.
    pub(crate) fn line(&self) -> Option<u64> {
        match self {
            Self::WrongEncoding { line, .. }
            | Self::LongLine { line }
            | Self::UnclosedQuote { line }
            | Self::TooManyColumns { line, .. }
            | Self::LongRow { row: line }
            | Self::RowsOutOfOrder { row: line, .. }
            | Self::RowTwice { row: line }
            | Self::RepeatedRow { row: line, .. }
            | Self::CellTwice { row: line, .. }
            | Self::CellOfAnotherRow { row: line, .. } => line.parse().ok(), // A line is a number.
            _ => None,
        }
    }
}

crate::wording::messages! {
    /// Why nothing of a file can be read.
    pub(crate) Fault {
        // What the file is.
        Empty => "is empty: export it again",
        TooLarge { size, most } => "has {size} MB, more than the {most} MB that are read: split it",
        NoSheet { what } => "is {what}, not a CSV file or spreadsheet: export the list itself as Excel or CSV",
        Utf32 => "is in UTF-32, which is not read: save it as CSV UTF-8",
        WrongEncoding { line, seen, readings } => "is in another encoding than it seems (line {line} has {seen}, which is no word): save it as CSV UTF-8, or say which it is: {readings}, or --encoding windows-1252 if it is that all the same",
        OtherMark { mark } => "begins with the mark of {mark}: leave --encoding out",
        Changed => "changed while it was read: try again once it is written",
        // Spreadsheets.
        DamagedZip { why } => "is a damaged spreadsheet ({why}): open it and save it again",
        UnpacksTooLarge { most } => "unpacks to more than the {most} MB that are read: save it as CSV UTF-8",
        BinaryWorkbook => "is a binary workbook (XLSB), which is not read: save it as XLSX or CSV UTF-8",
        Packed { what } => "is {what}, not a spreadsheet: unpack it and name the file inside",
        VastTable { most } => "has tables of more than {most} cells: save the sheet as CSV UTF-8",
        DamagedSheet { why } => "is damaged ({why}): open it in a spreadsheet and save it again as XLSX or CSV UTF-8",
        RowsOutOfOrder { row, above } => "is damaged (row {row} stands below row {above}): open it in a spreadsheet and save it again",
        RowTwice { row } => "is damaged (it has row {row} twice): open it in a spreadsheet and save it again",
        RepeatedRow { row, times } => "has row {row} {times} times, which no list has: delete those that repeat it",
        CellTwice { row, column } => "is damaged (row {row} has its cell {column} twice): open it in a spreadsheet and save it again",
        CellOfAnotherRow { row, other } => "is damaged (row {row} has a cell of row {other}): open it in a spreadsheet and save it again",
        NoSuchSheet { name, sheets } => "has no sheet called {name}: name one of its sheets, {sheets}",
        NoVisibleSheet { sheets } => "has no visible sheet: name one with --sheet ({sheets})",
        Password => "is protected by a password: save it without one",
        OldWorkbook => "is a workbook of Excel 95 or older, which is not read: open it in a spreadsheet and save it as XLSX or CSV UTF-8",
        LongRow { row } => "row {row} holds more text than any row does: this is not a list",
        // Text out of shape, and too much of it.
        LongLine { line } => "line {line} is longer than any row: this is not a CSV file",
        UnclosedQuote { line } => "the quote opened on line {line} is never closed: put a quote at the end of that cell, or take the one at its beginning away",
        TooManyColumns { line, most } => "line {line} has more than the {most} columns that are read: split the file",
        TooManyRows { most } => "has more than the {most} rows that are read: split it",
    }
}

/// The fault of a spreadsheet that is not what spreadsheets are.
pub(super) fn damaged(why: impl ToString) -> Fault {
    Fault::DamagedSheet { why: why.to_string() }
}
