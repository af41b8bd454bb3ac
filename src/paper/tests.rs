mod page;
mod reader;
mod sentences;

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataType, Reader, Xlsx, open_workbook_from_rs};

#[cfg(feature = "pdf")]
use super::page_table::PageTable;
use super::*;
use crate::board::example::{disclosed_example, earlier, october};
use crate::compliance::{Group, GroupCounts, Rate};

fn sheets(figures: &BoardFigures, earlier: &[BoardFigures]) -> BTreeMap<String, Vec<Vec<Data>>> {
    let paper = Paper::new(figures, earlier).unwrap();
    let book = paper.workbook(&paper.content().unwrap()).unwrap();
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(book)).unwrap();
    let rows = |range: calamine::Range<Data>| range.rows().map(<[Data]>::to_vec).collect();
    book.worksheets().into_iter().map(|(name, range)| (name, rows(range))).collect()
}

/// The cell below the heading `column` in the row that begins with `row`.
fn cell<'a>(sheet: &'a [Vec<Data>], row: &str, column: &str) -> &'a Data {
    let at = sheet[0].iter().position(|heading| heading.get_string() == Some(column)).unwrap();
    &sheet.iter().find(|cells| cells[0].get_string() == Some(row)).unwrap()[at]
}

#[test]
fn a_workbook_has_a_cover_and_a_sheet_for_each_table_with_headings_and_typed_cells() {
    let sheets = sheets(&october(), &earlier());
    for (sheet, row, column, expected) in [
        ("Summary", "People up to date", "Figure", Data::Float(312.0)),
        ("Summary", "Staff rate", "Figure", Data::Float(0.539)),
        ("Courses", "Safeguarding Children Level 3", "Not up to date", Data::Float(83.0)),
        ("Courses", "Safeguarding Children Level 3", "Target", Data::Float(0.85)),
        ("Staff groups", "Medical and Dental", "Counted", Data::Float(71.0)),
        ("Job titles", "Staff Nurse", "Not up to date", Data::Float(51.0)),
        ("Job titles", "Porter", "Staff group", Data::String("Estates and Ancillary".to_owned())),
        ("Units", "Surgery / Ward 7", "Level", Data::Float(2.0)),
        ("Budget", "Allocated", "Figure", Data::Float(48_000.0)),
        ("Budget", "Budget used", "Figure", Data::Float(0.381)),
        ("Data quality", "Rows that imports rejected in the month", "Figure", Data::Float(6.0)),
        ("Reminders", "Reminders sent", "Figure", Data::Float(141.0)),
    ] {
        assert_eq!(cell(&sheets[sheet], row, column), &expected, "{sheet}: {row}, {column}");
    }
    for (sheet, column) in [("Trend", 0), ("Forecast", 0), ("To train", 2), ("Assurance", 2)] {
        let cell = &sheets[sheet][1][column];
        assert!(matches!(cell, Data::DateTime(_)), "{sheet}: {cell:?} is a date");
    }
    assert_eq!(sheets["Trend"].len(), 13, "a heading and twelve months");
    let words: Vec<String> = sheets["About"].iter().flatten().map(ToString::to_string).collect();
    let snapshot = disclosed_example(&october(), &earlier()).snapshot;
    for word in ["Figures as at", "31 October 2026", &snapshot, "Counted", "Sheet: Units"] {
        assert!(words.iter().any(|found| found == word), "{word} in {words:?}");
    }
    for name in sheets.keys().filter(|name| *name != "About") {
        assert!(words.contains(&format!("Sheet: {name}")), "{name} is on the cover");
    }
}

#[test]
fn what_changed_adds_up_in_the_workbook_too() {
    let mut figures = october();
    let (bridge, restatement) = (figures.bridge.as_mut().unwrap(), figures.restatement.as_mut().unwrap());
    for step in bridge.steps.iter_mut().chain(&mut restatement.steps) {
        step.people = step.people.max(5);
    }
    let sheets = sheets(&figures, &earlier());
    for name in ["What changed", "Restatement"] {
        let numbers = |column: usize| -> Vec<f64> {
            let cells = sheets[name].iter().skip(1).map(|row| row[column].clone());
            cells
                .filter_map(|cell| if let Data::Float(number) = cell { Some(number) } else { None })
                .collect()
        };
        for column in [2, 3] {
            let (end, steps) =
                numbers(column).split_last().map(|(end, steps)| (*end, steps.to_vec())).unwrap();
            assert!((steps.iter().sum::<f64>() - end).abs() < 1e-9, "{name}: {steps:?} make {end}");
        }
    }
}

#[test]
fn no_counts_of_groups_of_fewer_than_five_people_and_no_address_are_in_the_workbook() {
    let mut figures = october();
    let few = |group: &mut Group| {
        let staff = Rate { counted: 4, up_to_date: 1 };
        group.counts = GroupCounts { in_post: 4, staff, requirements: staff, ..GroupCounts::default() };
    };
    few(&mut figures.staff_groups[2]);
    few(&mut figures.units[3]);
    figures.unit_courses[0].courses[1] = Rate { counted: 3, up_to_date: 2 };
    let sheets = sheets(&figures, &earlier());
    for (sheet, row, hidden) in [
        ("Staff groups", "Administrative and Clerical", &["Up to date", "Rate", "Not up to date"][..]),
        ("Units", "Corporate / People Services", &["Up to date", "Rate", "Not up to date"]),
    ] {
        assert_eq!(cell(&sheets[sheet], row, "Counted").to_string(), "under 5");
        assert_eq!(cell(&sheets[sheet], row, "In post").to_string(), "under 5");
        assert_eq!(cell(&sheets[sheet], row, "Standing"), &Data::Empty);
        for column in hidden {
            assert_eq!(cell(&sheets[sheet], row, column).to_string(), "under 5", "{sheet}: {row}, {column}");
        }
    }
    let by_course = sheets["Units by course"]
        .iter()
        .find(|row| row[0].get_string() == Some("Corporate") && row[2].get_string() == Some("SGC-L2"));
    assert_eq!(by_course.unwrap()[4].to_string(), "under 5");
    assert!(sheets.values().flatten().flatten().all(|cell| !cell.to_string().contains('@')));
}

#[test]
fn a_month_frozen_before_there_were_job_titles_lacks_their_table_and_is_else_the_same() {
    let lacking = BoardFigures { job_titles: Vec::new(), ..october() };
    let snapshot = lacking.content().unwrap().0;
    assert!(!snapshot.contains("job_title") && !snapshot.contains("Staff Nurse"));
    let read: BoardFigures = serde_json::from_str(&snapshot).unwrap();
    let with = sheets(&october(), &earlier());
    let without = sheets(&read, &earlier());
    let names: Vec<&String> = with.keys().filter(|name| *name != "Job titles").collect();
    assert_eq!(without.keys().collect::<Vec<_>>(), names);
    for name in names.into_iter().filter(|name| *name != "About") {
        assert_eq!(without[name], with[name], "{name}");
    }
    let text = Paper::new(&read, &earlier()).unwrap().words().unwrap().1;
    assert!(!text.contains("By job title") && text.contains("By staff group\n"), "{text}");
}

#[test]
fn what_looks_like_a_formula_is_a_word_with_an_apostrophe_before_it() {
    let mut figures = october();
    figures.units[0].key = "=HYPERLINK(\"https://example.org\")".to_owned();
    let sheets = sheets(&figures, &[]);
    let written = Data::String(format!("'{}", figures.units[0].key));
    assert!(sheets["Units"].iter().any(|row| row[0] == written));
}

#[test]
fn the_same_figures_give_the_same_bytes_in_every_form() {
    let (figures, earlier) = (october(), earlier());
    let paper = Paper::new(&figures, &earlier).unwrap();
    assert_eq!(paper.files().unwrap(), paper.files().unwrap());
    assert_eq!(paper.mail().unwrap(), paper.mail().unwrap());
}

#[test]
fn every_form_is_named_by_organisation_and_month() {
    let renamed = |figures: BoardFigures| BoardFigures { organisation: "R/X X".to_owned(), ..figures };
    let earlier: Vec<BoardFigures> = earlier().into_iter().map(renamed).collect();
    let figures = renamed(october());
    let files = Paper::new(&figures, &earlier).unwrap().files().unwrap().content;
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let expected = [
        ".html",
        ".txt",
        ".xlsx",
        ".json",
        "-courses.svg",
        "-trend.svg",
        "-outlook.svg",
        "-heat-map.svg",
        "-budget.svg",
    ];
    let expected: Vec<String> =
        expected.iter().map(|ending| format!("board-summary-R-X-X-2026-10{ending}")).collect();
    let but_pdf: Vec<&str> = names.into_iter().filter(|name| !name.ends_with(".pdf")).collect();
    assert_eq!(but_pdf, expected);
}

#[test]
fn a_program_without_the_pdf_says_so_and_one_with_it_makes_it() {
    let (figures, earlier) = (october(), earlier());
    let files = Paper::new(&figures, &earlier).unwrap().files().unwrap().content;
    let made = files.iter().any(|file| file.name == "board-summary-RMV-2026-10.pdf");
    assert_eq!(made, cfg!(feature = "pdf"));
    assert_eq!(WITHOUT_PDF.is_none(), made);
}

#[cfg(feature = "pdf")]
fn printed(figures: &BoardFigures, earlier: &[BoardFigures]) -> Vec<u8> {
    let figures = disclosed_example(figures, earlier);
    print(&figures, &PaperContent::of(&figures).unwrap()).unwrap().unwrap()
}

#[cfg(feature = "pdf")]
#[test]
fn a_pdf_is_a_few_pages_of_a4_titled_and_tagged_for_screen_readers_and_the_same_each_time() {
    let (figures, earlier) = (october(), earlier());
    let pdf = printed(&figures, &earlier);
    let text = String::from_utf8_lossy(&pdf);
    let count = |what: &str| text.matches(what).count();
    assert!((2..=8).contains(&count("/Type/Page/")), "{} pages", count("/Type/Page/"));
    assert_eq!(count("/MediaBox[0 0 595.2756 841.8898]"), count("/Type/Page/"));
    for what in ["<pdfuaid:part>1", "/Lang(en-GB)", "/MarkInfo<</Marked true", "/DisplayDocTitle true"] {
        assert!(text.contains(what), "{what}");
    }
    let title = "Marlow Vale NHS Foundation Trust: safeguarding training, October 2026";
    assert!(count(title) >= 1, "a title");
    assert_eq!(count("/S/Figure"), 7, "every chart is a figure, and every icon");
    assert!(count("/S/Table") >= 8 && count("/S/TH") >= 30, "real tables with headings");
    for chart in PaperContent::of(&disclosed_example(&figures, &earlier)).unwrap().charts() {
        assert!(count(&format!("/Alt({}. ", chart.title)) == 1, "{}", chart.name);
    }
    assert!(pdf.len() < 300_000, "{} bytes", pdf.len());
    assert_eq!(printed(&figures, &earlier), pdf);
}

#[cfg(feature = "pdf")]
#[test]
fn every_table_of_the_pdf_has_a_heading_over_each_column_and_one_before_each_row() {
    let (figures, earlier) = (october(), earlier());
    let text = String::from_utf8_lossy(&printed(&figures, &earlier)).into_owned();
    let content = PaperContent::of(&disclosed_example(&figures, &earlier)).unwrap();
    let tables: Vec<PageTable> = content
        .tables()
        .filter(|table| table.shown_in.includes(PaperForm::Print))
        .map(|table| PageTable::of(table, PaperForm::Print))
        .filter(|table| !table.rows.is_empty())
        .collect();
    let rows: usize = tables.iter().map(|table| table.rows.len()).sum();
    let columns: usize = tables.iter().map(|table| table.columns.len()).sum();
    assert!(tables.len() >= 9 && rows > 70);
    for (what, expected) in [
        ("/S/Table", tables.len()),
        ("/Scope/Row", rows),
        ("/Scope/Column", columns),
        ("/S/TH", rows + columns),
    ] {
        assert_eq!(text.matches(what).count(), expected, "{what}");
    }
}

#[test]
fn nothing_is_printed_in_less_than_ten_points() {
    let template = include_str!("../../templates/paper/board_summary.typ");
    let sizes = template.split("size: ").skip(1).map(|rest| rest.split("pt").next().unwrap());
    let sizes: Vec<f64> = sizes.filter_map(|size| size.parse().ok()).collect();
    assert!(sizes.len() >= 5 && sizes.iter().all(|size| *size >= 10.0), "{sizes:?}");
}

#[cfg(feature = "pdf")]
#[test]
fn words_that_look_like_markup_are_words_in_the_pdf() {
    let mut figures = october();
    figures.units[0].key = "#panic(1) $x$ *b* \\ @nobody <label> [".to_owned();
    figures.units[0].counts.staff = Rate { counted: 1_000, up_to_date: 0 };
    figures.organisation_name = "#read(\"/etc/passwd\")".to_owned();
    assert!(!printed(&figures, &[]).is_empty());
}

#[cfg(feature = "pdf")]
#[test]
fn a_first_month_with_nobody_counted_makes_a_pdf_too() {
    let figures = BoardFigures {
        counts: GroupCounts::default(),
        courses: Vec::new(),
        units: Vec::new(),
        staff_groups: Vec::new(),
        job_titles: Vec::new(),
        unit_courses: Vec::new(),
        forecast: Vec::new(),
        assurance: None,
        bridge: None,
        ..october()
    };
    assert!(!printed(&figures, &[]).is_empty());
}

#[test]
fn no_printed_form_names_who_answers_for_a_statement() {
    let figures = october();
    let owners = figures.assurance.iter().flatten().filter_map(|of| of.answer.as_ref());
    assert!(owners.into_iter().any(|answer| answer.owner_email.contains('@')), "there is one to leave out");
    let told = disclosed_example(&figures, &[]);
    let content = PaperContent::of(&told).unwrap();
    let data = serde_json::to_value(BoardSummaryPage::of(&content, PaperForm::Print)).unwrap();
    assert!(
        serde_json::to_string(&BoardSummaryPage::of(&content, PaperForm::Page)).unwrap().contains('@'),
        "a mail names them"
    );
    assert!(!data.to_string().contains('@'), "{data}");
    assert!(told.snapshot.starts_with(data["snapshot"].as_str().unwrap()), "it is that of what is told");
}

#[test]
fn a_mail_has_its_pictures_and_the_workbook_and_weighs_less_than_a_megabyte() {
    let (figures, earlier) = (october(), earlier());
    let mail = Paper::new(&figures, &earlier).unwrap().mail().unwrap().content;
    let attached: Vec<&str> = mail
        .parts
        .iter()
        .filter(|part| part.place == PartPlace::Attached)
        .map(|part| part.name.as_str())
        .collect();
    let attached: Vec<&str> = attached.into_iter().filter(|name| !name.ends_with(".pdf")).collect();
    assert_eq!(attached, ["board-summary-RMV-2026-10.xlsx"]);
    assert!(wire_bytes(&mail) < 900_000, "{}", wire_bytes(&mail));
    let plain = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plain.contains("the tables as a workbook."), "{plain}");
}

#[test]
fn a_workbook_too_heavy_for_a_mail_stays_away_and_the_mail_does_not_promise_it() {
    let mut figures = october();
    // Words that do not compress, as the names of 15,000 units would not.
    let unit = |number: u64| {
        let key = blake3::hash(&number.to_le_bytes()).to_hex().to_string();
        Group { key, ..figures.units[0].clone() }
    };
    figures.units = (0..15_000).map(unit).collect();
    let mail = Paper::new(&figures, &[]).unwrap().mail().unwrap().content;
    assert!(mail.parts.iter().all(|part| part.place == PartPlace::Inline));
    assert!(wire_bytes(&mail) < MOST_MAIL_BYTES && !mail.text.contains("Attached"), "{}", wire_bytes(&mail));
}

/// Letters that people paste: of word processors, of phones, of all the world.
const ODD: [&str; 24] = [
    "\u{f0b7} a bullet of Word",
    "\u{f0a7}\u{f0d8}\u{f0fc}",
    "✓ ✔ ☑ ✗ ★ ➤ ► ■ ●",
    "👍 🎉 👩\u{1f3fd}\u{200d}⚕\u{fe0f} 🇬🇧 ❤\u{fe0f}",
    "السلام عليكم لا إله",
    "שלום עולם",
    "日本語の研修",
    "한국어",
    "हिन्दी क्षेत्र",
    "ภาษาไทย",
    "தமிழ்",
    "বাংলা",
    "Ελληνικά ἀρχή",
    "Українська ґ",
    "Հայերեն",
    "ქართული",
    "e\u{301}\u{302}\u{303} x\u{336} \u{301}",
    "ﬁ ﬂ ﷺ ﻻ",
    "\u{e000}\u{f8ff}\u{100000}",
    "\u{378}\u{fffe}\u{1fffe}",
    "a\u{202e}b\u{2066}c\u{200b}d\u{feff}",
    "𝒜𝔸𝟘 🄰 ㏂ Ⅷ ½ №",
    "\u{fffd} \u{2028} \u{2029} \u{ad}",
    "ᚠᛇᚻ ⠓⠑ ꙮ 𐍈 𓀀",
];

fn with_odd_letters() -> BoardFigures {
    let mut figures = october();
    let all = ODD.join(" ");
    figures.organisation_name = all.clone();
    for of in figures.assurance.iter_mut().flatten() {
        of.question.push_str(&all);
        of.answer.iter_mut().for_each(|answer| answer.evidence = all.clone());
    }
    for (group, odd) in figures.units.iter_mut().chain(&mut figures.staff_groups).zip(ODD.iter().cycle()) {
        group.key = (*odd).to_owned();
    }
    for (row, odd) in figures.unit_courses.iter_mut().zip(ODD) {
        row.unit = odd.to_owned();
    }
    figures
}

#[test]
fn no_letter_stops_the_summary_or_any_form_of_it() {
    let figures = with_odd_letters();
    let made = Paper::new(&figures, &earlier()).unwrap().files().unwrap();
    assert_eq!(made.without_pdf, None);
    assert_eq!(made.content.iter().any(|file| file.name.ends_with(".pdf")), cfg!(feature = "pdf"));
    assert_eq!(Paper::new(&figures, &earlier()).unwrap().mail().unwrap().without_pdf, None);
}

#[cfg(feature = "pdf")]
#[test]
fn every_letter_there_is_can_stand_in_a_pdf() {
    let mut figures = october();
    let letters: String =
        ('!'..='\u{2ffff}').step_by(7).chain(['\u{f0b7}', '\u{e0041}', '\u{10ffff}']).collect();
    for of in figures.assurance.iter_mut().flatten() {
        of.answer.iter_mut().for_each(|answer| answer.evidence.clone_from(&letters));
    }
    printed(&figures, &[]);
}

#[test]
fn a_mail_goes_without_a_pdf_that_can_not_be_made_and_says_so() {
    let figures = october();
    let broken: [Printer; 2] = [
        |_, _| Err(PaperError::Pdf("the glyph is not there".to_owned())),
        |_, _| panic!("index out of bounds"),
    ];
    for printer in broken {
        let paper = Paper { printer, ..Paper::new(&figures, &[]).unwrap() };
        let mail = paper.mail().unwrap();
        assert!(mail.without_pdf.is_some());
        let names: Vec<&str> = mail.content.parts.iter().map(|part| part.name.as_str()).collect();
        assert!(
            names.iter().any(|name| name.ends_with(".xlsx"))
                && !names.iter().any(|name| name.ends_with(".pdf"))
        );
        let words = mail.content.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("The summary to print (PDF) could not be made this time"), "{words}");
        let files = paper.files().unwrap();
        assert!(files.without_pdf.is_some() && files.content.len() >= 5);
    }
}
