//! No file needs, by way of others of its room, itself: what can be read in one order can be understood in one order.
//!
//! An edge is a path in the code, comments and unit tests left out, followed through what doors re-export. That a door
//! declares and re-exports its files is none.

use std::collections::{BTreeMap, BTreeSet};

use super::{Source, room, sources};

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

/// Without comments, and without who may see what.
fn code_of(source: &Source) -> String {
    let lines = source.code.lines().map(|line| match line.find("//") {
        Some(at) if !line[..at].contains('"') => &line[..at],
        _ => line,
    });
    let mut code = lines.collect::<Vec<_>>().join("\n");
    while let Some((before, after)) = code.split_once("pub(in ") {
        code = format!("{before}pub {}", after.split_once(") ").map_or("", |(_, after)| after));
    }
    code
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
        let begin = statement.rfind("\n}\n").map_or(statement, |at| &statement[at + 2..]).trim_start();
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
fn no_files_of_one_room_need_each_other() {
    let files: BTreeMap<Module, File> =
        sources().iter().map(|source| (module_of(&source.path), file(source))).collect();
    let needs = needs(&files);
    for (from, to) in [
        ("jobs/planning/run.rs", "jobs/planning/planned.rs"),
        // By way of what the door brings in on several lines.
        ("import/kinds/staff.rs", "import/reading/rows.rs"),
    ] {
        assert!(needs[from].contains(to), "that {from} needs {to} is not found any more");
    }
    let found: Vec<String> = circles(&needs).iter().map(|circle| circle.join(" ")).collect();
    assert!(found.is_empty(), "files that need each other:\n{}", found.join("\n"));
}

#[test]
fn a_circle_is_found_however_long_and_what_only_leads_to_it_is_not_in_it() {
    let needs = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"), ("e", "f"), ("f", "e"), ("g", "h")];
    let mut by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in needs {
        by.entry(from).or_default().insert(to);
        by.entry(to).or_default();
    }
    assert_eq!(circles(&by), BTreeSet::from([vec!["a", "b", "c"], vec!["e", "f"]]));
}

/// What is brought in from a glob can't be followed.
#[test]
fn no_door_opens_on_everything_that_is_behind_it() {
    let is_glob = |line: &&str| {
        // Modules within a file, further in, may take all of it.
        let brings =
            line.split_once("use ").is_some_and(|(before, _)| before.is_empty() || before.starts_with("pub"));
        brings && line.ends_with("::*;") && !line.contains("prelude::*")
    };
    let mut found = Vec::new();
    for source in sources() {
        let globs = source.code.lines().filter(is_glob);
        found.extend(globs.map(|line| format!("{}: {}", source.path, line.trim())));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
