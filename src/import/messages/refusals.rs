//! Why nothing of a file is taken.

impl Refusal {
    /// The line that it is about, and the header there, where it is one that names a column.
    pub(in crate::import) fn place(&self) -> Option<(u64, &str)> {
        let (line, header) = match self {
            Self::OtherKind { line, .. }
            | Self::NoDay { line, .. }
            | Self::OneCell { line }
            | Self::KnownReport { line, .. }
            | Self::MissingColumns { line, .. }
            | Self::NoStartDate { line }
            | Self::ExemptFromWhat { line, .. }
            | Self::SecondHeader { line, .. }
            | Self::NothingBelow { line } => (line, ""),
            Self::RepeatedHeader { line, header }
            | Self::RepeatedHeaderAs { line, header, .. }
            | Self::WhoseStatus { line, header, .. }
            | Self::NoExemptions { line, header, .. }
            | Self::OnlyExpiries { line, header }
            | Self::ExpiriesBeside { line, header, .. } => (line, header.as_str()),
            _ => return None,
        };
        Some((line.parse().ok()?, header)) // A line is a number.
    }
}

crate::wording::messages! {
    /// Why nothing of a file is taken.
    pub(in crate::import) Refusal {
        TooManyFaults { most } => "has more than {most} faults: they mostly have one cause, so put that right and export it again",
        // The header.
        OtherKind { line, kind, other } => "is no {kind} file: the header on its line {line} is that of {other} files. Import it as such, with `import {other}`",
        NoDay { line, date } => "the header on line {line} has no column that says when training was completed: if {date} does, call it completed_on, or map it with --map and a file that says [training] \"{date}\" = \"completed_on\"; if it is a list of booked places, use `import bookings`",
        OneCell { line } => "line {line} names columns in one cell: part them with commas, with no quotes around whole lines, or save the list as CSV UTF-8 again",
        NoHeader { rows, fewest, kind, instead, columns } => "has no header row: none of the first {rows} names at least {fewest} columns of {kind} files{instead}. {columns}. Name yours so, or use --map",
        KnownReport { line, report, lacks, remedy } => "looks like {report} (line {line}), which {lacks}: {remedy}",
        RepeatedHeader { line, header } => "line {line} has the header {header} twice: take one of the columns away",
        RepeatedHeaderAs { line, header, first } => "line {line} has the header {header} twice (also as {first}): take one of the columns away",
        MissingColumns { line, names, example } => "the header on line {line} lacks the required {names}{example}: add what is missing, or name yours with --map",
        NoStartDate { line } => "the header on line {line} lacks the required start_date (it may also be called Latest Start Date): add it, name yours with --map, or give --start-date DATE for the people who are new",
        NoExemptions { line, header, other } => "is no exemptions file: the header on its line {line} has {header}, as {other} files have. Import it as such, with `import {other}`, or, where it is one, leave that column out with [exemptions] \"{header}\" = \"\" in a map",
        ExemptFromWhat { line, header } => "the header on line {line} has no column for courses, and {header} is not one that exemptions have: if it is a list of exemptions, add a column called course, empty where somebody is exempt from every course",
        NoKnownOrganisation { column, values, known } => "no value of {column} is a known organisation ({values}): write codes or names of those known ({known}), import the organisations first, or leave the column out with \"{column}\" = \"\" in a map",
        OnlyExpiries { line, header } => "the header on line {line} names courses by their expiry alone, such as {header}: if the dates are expiries, import it with --cells expires",
        ExpiriesBeside { line, header, other } => "the header on line {line} says expiry of some columns, such as {header}, and {other} is not understood: if days of completion stand below it, call it Completed",
        SecondHeader { line, words } => "line {line} stands below the header like a second row of it ({words}), and says of no course what the dates below it are: name courses there, or write Completed or Expires; only where all dates are completions, delete that row",
        WhoseStatus { line, header, example } => "line {line} has the header {header}, and it can't be told of which course it says whether that was completed: name the course in it, like {example}, or leave the column out with [training] \"{header}\" = \"\" in a map",
        PerhapsExpiries { place, said } => "speaks of expiries {place} ({said}), and does not say whether the dates below are completions: import it with --cells expires if they are expiries, with --cells completed if they are not",
        PerhapsPlanned { place, said } => "speaks of bookings or plans {place} ({said}), and does not say whether its dates are completions: import it with --cells completed if they are; booked places are imported with `import bookings`",
        ManyAhead { dates, ahead } => "{ahead} of its {dates} dates are in the future, and completions are not: import it with --cells expires if they are expiries, with --cells completed if they are not",
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
        TooManyLeavers { people, most } => "it would make leavers of {people}, more than max_leavers ({most}): is the list complete? --partial ends nobody who is not in it, --force=leavers imports it as it is",
        TooManyAddresses { people, most } => "it would give {people} another email address or none, or another first and last name, more than max_addresses ({most}): was a column sorted by itself? --force=addresses imports it as it is",
        ZerosLost { count, number, known } => "has the file lost its leading zeros? {number} is {known} in the register, and {count} of its employee numbers match there but for zeros: save that column as text and export again",
        RegisterLacksZeros { number, known, count } => "did an earlier staff list lose its leading zeros? {number} is {known} in the register, and {count} of the file's employee numbers match there but for zeros: take that list back with `import undo ID` (`import list` shows the ID), and import this one again",
    }
}
