//! Why nothing of a file is taken.

super::messages! {
    /// Why nothing of a file is taken.
    Refusal {
        // What the file is.
        Empty => "is empty: export it again",
        TooLarge { size, most } => "has {size} MB, more than the {most} MB that are read: split it",
        NoSheet { what } => "is {what}, not a CSV file or spreadsheet: export the list itself as Excel or CSV",
        Utf32 => "is in UTF-32, which is not read: save it as CSV UTF-8",
        NoEncoding { byte } => "is in no encoding that is read (UTF-8, UTF-16 or Windows-1252; byte {byte} fits none): save it as CSV UTF-8",
        Changed => "changed while it was read: try again once it is written",
        // Spreadsheets.
        DamagedZip { why } => "is a damaged spreadsheet ({why}): open it and save it again",
        UnpacksTooLarge { most } => "unpacks to more than the {most} MB that are read: save it as CSV UTF-8",
        BinaryWorkbook => "is a binary workbook (XLSB), which is not read: save it as XLSX or CSV UTF-8",
        PlainZip => "is a zip file, not a spreadsheet: unpack it and name the file inside",
        VastTable { most } => "has tables of more than {most} cells: save the sheet as CSV UTF-8",
        DamagedSheet { why } => "is damaged ({why}): open it in a spreadsheet and save it again as XLSX or CSV UTF-8",
        RowsOutOfOrder { row, above } => "is damaged (row {row} stands below row {above}): open it in a spreadsheet and save it again",
        NoSuchSheet { name, sheets } => "has no sheet called {name}: name one of its sheets, {sheets}",
        NoVisibleSheet { sheets } => "has no visible sheet: name one with --sheet ({sheets})",
        Password => "is protected by a password: save it without one",
        OldWorkbook => "is a workbook of Excel 95 or older, which is not read: open it in a spreadsheet and save it as XLSX or CSV UTF-8",
        LongRow { row } => "row {row} holds more text than any row does: this is not a list",
        // Text out of shape.
        LongLine { line } => "line {line} is longer than any row: this is not a CSV file",
        UnclosedQuote { line } => "the quote opened on line {line} is never closed: put a quote at the end of that cell, or take the one at its beginning away",
        TooManyColumns { line, most } => "line {line} has more than the {most} columns that are read: split the file",
        TooManyRows { most } => "has more than the {most} rows that are read: split it",
        TooManyFaults { most } => "has more than {most} faults: they mostly have one cause, so put that right and export it again",
        // The header.
        OtherKind { line, kind, other } => "is no {kind} file: the header on its line {line} is that of {other} files. Import it as such, with `import {other}`",
        NoHeader { rows, fewest, kind, instead, columns } => "has no header row: none of the first {rows} names at least {fewest} columns of {kind} files{instead}. {columns}. Name yours so, or use --map",
        RepeatedHeader { line, header } => "line {line} has the header {header} twice: take one of the columns away",
        RepeatedHeaderAs { line, header, first } => "line {line} has the header {header} twice (also as {first}): take one of the columns away",
        MissingColumns { line, names, example } => "the header on line {line} lacks the required {names}{example}: add what is missing, or name yours with --map",
        NothingBelow { line } => "has nothing below its header on line {line}: there is nothing to import",
        // The `--map` file.
        MapUnreadable { why } => "can't be read: {why}",
        MapShape { why, kind } => "{why} (write a table for each kind: [{kind}] \"Their header\" = \"employee_number\")",
        MapUnknownKind { name, kinds } => "[{name}] is not a kind of file: write one of {kinds}",
        MapUnknownColumn { kind, header, name, columns } => "[{kind}] \"{header}\" = \"{name}\": there is no column {name}: write one of {columns}",
        MapUnknownColumnNear { kind, header, name, near } => "[{kind}] \"{header}\" = \"{name}\": there is no column {name}: did you mean {near}?",
        // The brakes.
        Strict { rejected, rows } => "{rejected} of {rows} rows are rejected, and --strict allows none: put them right and import again",
        TooManyRejected { rejected, rows, most } => "{rejected} of {rows} rows are rejected, more than max_rejected ({most}): see the reasons, or import the good rows with --force=rejected",
        TooManyLeavers { people, most } => "it would end {people}, more than max_leavers ({most}): is the list complete? --partial ends nobody who is not in it, --force=leavers imports it as it is",
        TooManyAddresses { people, most } => "it would give {people} another e-mail address, or none, more than max_addresses ({most}): was a column sorted by itself? --force=addresses imports it as it is",
        ZerosLost { count, number, known } => "has the file lost its leading zeros? {number} is {known} in the register, and {count} of its employee numbers match there but for zeros: save that column as text and export again",
        RegisterLacksZeros { number, known, count } => "did an earlier staff list lose its leading zeros? {number} is {known} in the register, and {count} of the file's employee numbers match there but for zeros: take that list back with `import undo ID` (`import list` shows the ID), and import this one again",
    }
}
