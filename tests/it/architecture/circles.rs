//! No file needs, by way of others of its room, itself: what can be read in one order can be understood in one order.
//!
//! An edge is a path in the code, comments and unit tests left out, followed through what doors re-export. That a door
//! declares and re-exports its files is none.

use std::collections::{BTreeMap, BTreeSet};

use super::{Source, room, sources};

/// The files of one room that need each other all the same, and why. A circle may be smaller than its entry, never larger.
const CIRCLES: &[(&[&str], &str)] = &[
    (
        &[
            "answers/board/asked.rs",
            "answers/board/changes.rs",
            "answers/board/months.rs",
            "answers/board/why.rs",
            "answers/board/worked_out.rs",
            "answers/budget.rs",
            "answers/mod.rs",
            "answers/organisations.rs",
            "answers/question.rs",
            "answers/register.rs",
            "answers/viewer.rs",
        ],
        "an answer says what is asked and for whom in the room's door, and asks the others",
    ),
    (
        &["answers/person/document.rs", "answers/person/mod.rs", "answers/person/words.rs"],
        "what is told of a person, and its two forms",
    ),
    (
        &["answers/review/mod.rs", "answers/review/words.rs"],
        "what is told across organisations, and its words",
    ),
    (
        &[
            "board/disclosure/across.rs",
            "board/disclosure/ahead.rs",
            "board/disclosure/changes.rs",
            "board/disclosure/groups.rs",
            "board/disclosure/mod.rs",
            "board/disclosure/sums.rs",
            "board/mod.rs",
            "board/trend.rs",
        ],
        "the figures that are withheld stand in the door, and so does what withholds them",
    ),
    (
        &["board/disclosure/between.rs", "board/review/mod.rs"],
        "the groups across organisations and what withholds them",
    ),
    (
        &["bounces/delivery_status.rs", "bounces/report.rs"],
        "a report holds a delivery status, whose reading needs the report's addresses",
    ),
    (
        &["cli/check.rs", "cli/daemon.rs", "cli/demo.rs", "cli/mod.rs", "cli/policy.rs"],
        "the door runs every command, and opens the installation for some",
    ),
    (
        &["db/backup.rs", "db/instant.rs", "db/mod.rs", "db/opening.rs", "db/pool.rs", "db/versions.rs"],
        "the database, its pool and what is done to it whole",
    ),
    (&["delivery/deliver.rs", "delivery/desk.rs"], "two halves of one delivery"),
    (
        &["delivery/smtp.rs", "delivery/tls.rs", "delivery/transport.rs"],
        "a transport is one of those that name its errors",
    ),
    (
        &[
            "demo/assurance.rs",
            "demo/bookings.rs",
            "demo/files.rs",
            "demo/history.rs",
            "demo/mod.rs",
            "demo/money.rs",
            "demo/people.rs",
        ],
        "the trust in the door and what is made up for it",
    ),
    (
        &["toml_file/mod.rs", "toml_file/value.rs"],
        "a file is read into values, whose faults name places in it",
    ),
    (
        &[
            "import/brakes.rs",
            "import/cells.rs",
            "import/columns.rs",
            "import/destination.rs",
            "import/diff/keyed.rs",
            "import/diff/listed.rs",
            "import/error.rs",
            "import/header_search.rs",
            "import/kinds/assurance.rs",
            "import/kinds/mod.rs",
            "import/kinds/placed.rs",
            "import/layout.rs",
            "import/map.rs",
            "import/messages/notes.rs",
            "import/messages/refusals.rs",
            "import/messages/warnings.rs",
            "import/mod.rs",
            "import/no_header.rs",
            "import/organisation_codes.rs",
            "import/reading.rs",
            "import/repeats.rs",
            "import/report.rs",
            "import/row_shape.rs",
            "import/rows.rs",
            "import/run.rs",
            "import/visiting.rs",
        ],
        "what a kind of file says of itself is asked by whoever reads, compares and reports it",
    ),
    (&["mail/import_report.rs", "mail/import_report/page.rs"], "a report and its page"),
    (
        &[
            "paper/chart/budget.rs",
            "paper/chart/courses.rs",
            "paper/chart/draw/bars.rs",
            "paper/chart/draw/grid.rs",
            "paper/chart/draw/lines.rs",
            "paper/chart/heat_map.rs",
            "paper/chart/mod.rs",
            "paper/chart/outlook.rs",
            "paper/chart/png.rs",
            "paper/chart/trend.rs",
        ],
        "what every chart is made of stands in the room's door",
    ),
    (
        &[
            "paper/content/assurance.rs",
            "paper/content/changes.rs",
            "paper/content/groups.rs",
            "paper/content/headline.rs",
            "paper/content/mod.rs",
            "paper/content/months.rs",
            "paper/content/places.rs",
            "paper/content/running.rs",
            "paper/mod.rs",
            "paper/page.rs",
            "paper/workbook.rs",
        ],
        "a paper and its forms stand in the door, and are made of its content",
    ),
    (
        &["register/file_names.rs", "register/traces.rs"],
        "files' names are traces of people, and are searched as such",
    ),
];

/// A module by its path from the root on: `["jobs", "planning", "run"]`.
type Module = Vec<String>;

/// What is known of a file.
#[derive(Default)]
struct File {
    path: String,
    /// The modules that it declares.
    children: BTreeSet<String>,
    /// What it brings in by `use`, by the name that it has there, whatever its visibility.
    brought_in: BTreeMap<String, Module>,
    /// Every path that its code names, re-exports left out, as written.
    named: Vec<Module>,
}

fn module_of(path: &str) -> Module {
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').map(str::to_owned).collect()
}

/// Without comments.
fn code_of(source: &Source) -> String {
    let lines = source.code.lines().map(|line| match line.find("//") {
        Some(at) if !line[..at].contains('"') => &line[..at],
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A path and those in the braces behind it: `a::b::{c, d::e}` are three, as are names brought in under another.
fn paths_at(text: &str) -> Vec<(Module, String)> {
    let mut found = Vec::new();
    read_paths(text, &[], &mut found);
    found
}

/// Reads one path of a use tree at the beginning of `text`; gives what follows.
fn read_paths<'a>(text: &'a str, before: &[String], found: &mut Vec<(Module, String)>) -> &'a str {
    let mut path = before.to_vec();
    let mut rest = text.trim_start();
    loop {
        if let Some(inner) = rest.strip_prefix('{') {
            rest = inner;
            while !rest.trim_start().starts_with('}') && !rest.trim().is_empty() {
                rest = read_paths(rest, &path, found).trim_start();
                rest = rest.strip_prefix(',').unwrap_or(rest);
            }
            return rest.trim_start().strip_prefix('}').unwrap_or_default();
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if end == 0 {
            // A glob, or what is no path at all.
            found.push((path.clone(), String::new()));
            return rest.get(1..).unwrap_or_default();
        }
        path.push(rest[..end].to_owned());
        rest = &rest[end..];
        match rest.strip_prefix("::") {
            Some(more) => rest = more.trim_start(),
            None => break,
        }
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if let Some(other) = rest.trim_start().strip_prefix("as ") {
        let end = other.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(other.len());
        name = other[..end].to_owned();
        rest = &other[end..];
    }
    if name == "self" {
        path.pop();
        name = path.last().cloned().unwrap_or_default();
    }
    found.push((path, name));
    rest
}

fn file(source: &Source) -> File {
    let code = code_of(source);
    let mut file = File { path: source.path.clone(), ..File::default() };
    for line in code.lines().map(str::trim) {
        let declared = line.strip_suffix(';').and_then(|line| line.rsplit_once("mod "));
        if let Some((before, name)) = declared
            && (before.is_empty() || before.starts_with("pub"))
        {
            file.children.insert(name.to_owned());
        }
    }
    // A statement at a time, so that a re-export is told from a need.
    for statement in code.split(';') {
        // The last brace may be that of a list of names over several lines.
        let behind = statement.trim_end().strip_suffix('}').unwrap_or(statement);
        let begin = behind.rfind("\n}").map_or(statement, |at| &statement[at + 2..]).trim_start();
        let brings = begin.strip_prefix("use ").or_else(|| begin.strip_prefix("pub use "));
        let brings = brings.or_else(|| begin.strip_prefix("pub(crate) use "));
        let brings = brings.or_else(|| begin.strip_prefix("pub(super) use "));
        let Some(tree) = brings else {
            file.named.extend(named(statement, &file.children));
            continue;
        };
        for (path, name) in paths_at(tree) {
            if begin.starts_with("use ") {
                file.named.push(path.clone());
            }
            file.brought_in.insert(name, path);
        }
    }
    file
}

/// The paths in a statement that begin at the root, above, here, or with a module declared here.
fn named(statement: &str, children: &BTreeSet<String>) -> Vec<Module> {
    let mut found = Vec::new();
    for (at, _) in statement.match_indices("::") {
        let start = statement[..at].rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        let begins = !statement[..start].ends_with("::");
        let first = &statement[start..at];
        if begins && (["crate", "super", "self"].contains(&first) || children.contains(first)) {
            found.extend(paths_at(&statement[start..]).into_iter().take(1).map(|(path, _)| path));
        }
    }
    found
}

/// The file that a path named in the module `here` leads to.
fn leads_to(files: &BTreeMap<Module, File>, here: &Module, path: &[String], depth: usize) -> Option<Module> {
    let (first, mut rest) = path.split_first()?;
    let mut at = match first.as_str() {
        "crate" => Module::new(),
        "self" => here.clone(),
        "super" => {
            let mut above = here.clone();
            above.pop();
            while let Some((next, more)) = rest.split_first().filter(|(next, _)| *next == "super") {
                let _ = next;
                above.pop();
                rest = more;
            }
            above
        }
        _ if files.get(here).is_some_and(|file| file.children.contains(first)) => {
            rest = path;
            here.clone()
        }
        _ => return None,
    };
    while let Some((next, more)) = rest.split_first() {
        let below: Module = at.iter().cloned().chain([next.clone()]).collect();
        if files.contains_key(&below) {
            (at, rest) = (below, more);
            continue;
        }
        let through = files.get(&at).and_then(|file| file.brought_in.get(next));
        return match through {
            Some(through) if depth < 8 => {
                let through: Module = through.iter().cloned().chain(more.iter().cloned()).collect();
                leads_to(files, &at, &through, depth + 1).or(Some(at))
            }
            _ => Some(at),
        };
    }
    Some(at)
}

/// For each file the files of its room that it needs.
fn needs(files: &BTreeMap<Module, File>) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut needs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (module, file) in files {
        let found = file.named.iter().filter_map(|path| leads_to(files, module, path, 0));
        let found = found.filter_map(|found| Some(files.get(&found)?.path.as_str()));
        let of_room = found.filter(|path| room(path) == room(&file.path) && *path != file.path);
        needs.insert(&file.path, of_room.collect());
    }
    needs
}

/// All that a file needs, by way of others too.
fn reaches<'a>(needs: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut ahead: Vec<&str> = needs.get(from).into_iter().flatten().copied().collect();
    while let Some(next) = ahead.pop() {
        if reached.insert(next) {
            ahead.extend(needs.get(next).into_iter().flatten());
        }
    }
    reached
}

/// The sets of files that all need each other.
fn circles<'a>(needs: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<Vec<&'a str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        needs.keys().map(|path| (*path, reaches(needs, path))).collect();
    let in_one = needs.keys().copied().filter(|path| reached[path].contains(path));
    in_one
        .map(|path| {
            let others = reached[path].iter().copied();
            others.filter(|other| reached[other].contains(path)).collect()
        })
        .collect()
}

#[test]
fn no_files_of_one_room_need_each_other_but_those_listed_with_a_reason() {
    let files: BTreeMap<Module, File> =
        sources().iter().map(|source| (module_of(&source.path), file(source))).collect();
    let needs = needs(&files);
    assert!(needs["jobs/planning/run.rs"].contains("jobs/planning/planned.rs"), "nothing is found any more");
    let found = circles(&needs);
    let is_listed =
        |circle: &Vec<&str>| CIRCLES.iter().any(|(files, _)| circle.iter().all(|file| files.contains(file)));
    let new: Vec<String> =
        found.iter().filter(|circle| !is_listed(circle)).map(|circle| circle.join(" ")).collect();
    assert!(new.is_empty(), "files that need each other:\n{}", new.join("\n"));
    let stands = |files: &&[&str]| found.iter().any(|circle| circle.iter().all(|file| files.contains(file)));
    let gone: Vec<String> =
        CIRCLES.iter().filter(|(files, _)| !stands(files)).map(|(files, _)| files.join(" ")).collect();
    assert!(gone.is_empty(), "listed, and no circle any more:\n{}", gone.join("\n"));
    assert!(CIRCLES.iter().all(|(_, why)| !why.is_empty()));
}
