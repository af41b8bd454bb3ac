//! What to look at, though it rejects nothing.

crate::wording::messages! {
    /// What to look at in a row that was taken.
    pub(in crate::import) Warning {
        NotAnEmail => "this is not an email address and was left out: nobody can be written to at it",
        PerhapsSwapped { column } => "every text in {column} has a day above 12 and every date cell one of 12 or below: a spreadsheet has probably swapped days and months; export the list again and import the export itself",
        FarExpiry { completed } => "this expires long after the course's validity, counted from {completed}: is the year right? (told once a file)",
        DecoratedNew => "this new number holds spaces, quotes or an apostrophe, or ends in a mark, and was taken as it stands: if a spreadsheet put them there, take the import back with `import undo`, save the column as text and export again (told once a file)",
        NoteBelow => "this stands alone below the last person: it was taken for a note, and skipped (told once a file)",
        SlashInLevel => "a slash inside a level makes no further unit: it is read as a hyphen (told once a file)",
        InTheFuture { completed } => "{completed} is in the future: it counts from that day on",
        AnsweredInTheFuture { answered } => "{answered} is in the future: the answer stands from that day on",
        AsksNobody { what } => "a rule asks nobody, and makes people look trained: {what}",
        UnknownStatus { status } => "the policy does not know the assignment status {status}: it counts as present; add it to absent_statuses or present_statuses",
        DifferingNames { number, first } => "other rows of {number} say {first}: the row marked primary holds, else the first",
        PerhapsMisspelt { name } => "this column is not used: if it is meant for {name}, call it so, or map it with --map",
        NoSuchMapped { name } => "--map says which header means {name}, and no header here does: check how the map spells it",
        NoSheets { name } => "a CSV file has no sheets, so --sheet {name} was not used: name a workbook, or leave it out",
        Headless { place } => "column {place} has no header, and this date in it was not read: name the column, or empty it (told once a file)",
        ExpiriesUnread { header } => "the dates below {header} are expiries, and were not read: import with --cells expires to take them",
        ExpiriesOfNone { header } => "the dates below {header} are expiries of no course that stands to its left, and were not read: move the column to the right of its course, or name the course in its header",
        SecondHeader { header } => "what stands below the header ({header}) is not understood: the column was left out; delete the second row of the header, or name it Completed or Expires",
        PerhapsCourse { near } => "this column is not used: if it is meant for {near}, call it so, or add its name with `policy alias add`",
        Planned { header } => "the dates below {header} are of places booked or of plans, not of completions, and were not read: booked places are imported with `import bookings`",
        TellTale { header, what, kind, column } => "the column {header} is not used, and its header speaks of {what}: if that is what it says, import with --map and a file that says [{kind}] \"{header}\" = \"{column}\"; if it is not, with \"{header}\" = \"\"",
        OlderList { people, newest } => "this list is older than one imported before (as of {newest}), so {people} in it who left since keep their leave date: if they are back, import a list as of a later day",
        NoEncoding => "a spreadsheet says itself how its text is encoded, so --encoding was not used: leave it out",
        NoMatrix => "--cells says what the dates of a matrix are, and this file is none: it was not used; leave it out",
        Places { column, values } => "no value of {column} is a known organisation ({values}): the column was left out; if it names places, map it to unit with --map",
        ExemptFromAll => "the file has no column for courses, so everybody in it is exempt from every course: if that is not meant, take the import back with `import undo` and name the courses in a column called course",
        Parts { part, course } => "each row is of one {part} of a {course}, so its {part} is looked up as the course: if rows are of whole courses, leave that column out with \"{part}\" = \"\" in a map",
        SeveralDays { taken, passed } => "{taken} and {passed} both say when training was completed: {taken} is used, and rows in which {passed} says another day are rejected; if it is another day rightly, leave it out with [training] \"{passed}\" = \"\" in a map",
        SeveralExpiries { taken, passed } => "{taken} and {passed} both say when training expires: in each row the earlier of the days counts; if only one of them says it, leave the other out with [training] \"{passed}\" = \"\" in a map",
        SameMeaning { taken, passed } => "{taken} and {passed} both mean the same column: {taken} is used",
        ManyLastNames { changed, in_post, organisation } => "{changed} of the {in_post} people in post at {organisation} have another last name than before: was a column sorted by itself? If so, take the import back with `import undo`",
        TooMany { most } => "there are more than {most} warnings: those from here on are not listed",
    }
}
