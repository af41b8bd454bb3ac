//! What the documentation says is there, and what is there the documentation says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::CommandFactory;
use refresher::cli::Cli;
use refresher::config::DEFAULT_CONFIG;

use crate::support::program::Folder;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README and everything in `docs/`, with their paths.
fn pages() -> Vec<(PathBuf, String)> {
    let in_docs = files_below("docs", "md");
    let named = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"].map(|name| root().join(name));
    named
        .into_iter()
        .chain(in_docs)
        .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()))
        .collect()
}

fn files_below(folder: &str, ending: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What stands between backticks in running text: not in the blocks fenced by three.
fn spans(page: &str) -> Vec<String> {
    let mut fenced = false;
    let text = page.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    let text = text.collect::<Vec<_>>().join("\n");
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(|span| span.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// The pages for those who use the program; the statement of its rules is for those who check it.
fn readers_pages() -> Vec<(PathBuf, String)> {
    let others = ["CHANGELOG.md", "CONTRIBUTING.md", "docs/spec.md"];
    pages().into_iter().filter(|(path, _)| !others.iter().any(|other| path.ends_with(other))).collect()
}

#[test]
fn every_command_is_in_the_readme_or_in_docs() {
    fn leaves(command: &clap::Command, words: &str, into: &mut Vec<String>) {
        let words = format!("{words} {}", command.get_name());
        if command.get_subcommands().next().is_none() || !command.is_subcommand_required_set() {
            into.push(words.clone());
        }
        command.get_subcommands().for_each(|command| leaves(command, &words, into));
    }
    let mut commands = Vec::new();
    Cli::command().get_subcommands().for_each(|command| leaves(command, "refresher", &mut commands));
    let spans: Vec<String> = readers_pages().iter().flat_map(|(_, page)| spans(page)).collect();
    let written =
        |command: &&String| spans.iter().any(|span| format!("{span} ").starts_with(&format!("{command} ")));
    let missing: Vec<&String> = commands.iter().filter(|command| !written(command)).collect();
    assert!(missing.is_empty(), "say in the table of commands in README.md what these do: {missing:?}");
    let cli = Cli::command();
    let unknown: Vec<&String> =
        spans.iter().filter(|span| span.starts_with("refresher ") && !is_known(&cli, span)).collect();
    assert!(unknown.is_empty(), "there are no such commands: {unknown:?}");
}

/// Whether a span that begins with `refresher` names a command that exists, as far as it is written in small letters.
fn is_known(cli: &clap::Command, span: &str) -> bool {
    let mut command = cli;
    for word in span.split(' ').skip(1).take_while(|word| word.bytes().all(|b| b.is_ascii_lowercase())) {
        match command.find_subcommand(word) {
            Some(found) => command = found,
            // An argument: any, or where there are commands as well, one of those it may be.
            None => {
                let mut values = command.get_positionals().flat_map(|arg| arg.get_possible_values());
                return command.get_subcommands().next().is_none()
                    || values.any(|value| value.matches(word, true));
            }
        }
    }
    true
}

#[test]
fn every_part_of_the_settings_is_in_the_readme() {
    let readme = spans(&std::fs::read_to_string(root().join("README.md")).unwrap());
    let parts = DEFAULT_CONFIG
        .lines()
        .map(|line| line.trim_start_matches("# "))
        .filter(|line| line.starts_with('[') && line.ends_with(']') && !line.contains(' '));
    let missing: Vec<&str> = parts.filter(|part| !readme.iter().any(|span| span == part)).collect();
    assert!(missing.is_empty(), "say in the table of settings in README.md what is in these: {missing:?}");
}

/// Every key of the settings: those of the file that `init` writes, commented out or not, and those the code asks for.
fn settings() -> BTreeSet<String> {
    let is_key = |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let written = DEFAULT_CONFIG.lines().filter_map(|line| {
        let (key, _) = line.strip_prefix("# ").unwrap_or(line).split_once(" = ")?;
        is_key(key).then(|| key.to_owned())
    });
    let mut keys: BTreeSet<String> = written.collect();
    for file in files_below("src/config", "rs") {
        if file.ends_with("tests.rs") {
            continue;
        }
        let source = std::fs::read_to_string(file).unwrap();
        for question in [".text(\"", ".texts(\"", ".integer(\"", ".parsed(\"", ".choice(\"", ".number(\""] {
            let asked = source.split(question).skip(1).filter_map(|rest| rest.split('"').next());
            keys.extend(asked.filter(|key| is_key(key)).map(str::to_owned));
        }
    }
    keys
}

#[test]
fn every_setting_is_in_the_readme_or_in_docs_and_in_the_file_that_init_writes() {
    let settings = settings();
    assert!(settings.len() > 30, "{settings:?}");
    let spans: BTreeSet<String> = readers_pages().iter().flat_map(|(_, page)| spans(page)).collect();
    let missing: Vec<&String> = settings.iter().filter(|key| !spans.contains(*key)).collect();
    assert!(missing.is_empty(), "say in the table of settings in README.md what these are for: {missing:?}");
    // A password in the settings themselves is possible, but nothing to suggest.
    let written = |key: &str| key == "password" || DEFAULT_CONFIG.contains(&format!("{key} = "));
    let missing: Vec<&String> = settings.iter().filter(|key| !written(key)).collect();
    assert!(missing.is_empty(), "write these into src/config/default.toml: {missing:?}");
}

#[test]
fn every_job_is_in_the_readme_or_in_docs() {
    let folder = Folder::new();
    let jobs = folder.run("--json jobs").ended(0).json();
    let spans: BTreeSet<String> = readers_pages().iter().flat_map(|(_, page)| spans(page)).collect();
    let jobs = jobs["jobs"].as_array().unwrap();
    assert!(jobs.len() > 1);
    for job in jobs {
        let name = job["job"].as_str().unwrap();
        assert!(spans.contains(name), "say in the table of jobs in README.md what {name} does");
    }
}

#[test]
fn every_file_that_is_named_exists() {
    for (page, text) in pages() {
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let links = links.filter(|link| !link.contains("://") && !link.starts_with('#'));
        for link in links {
            let target = page.parent().unwrap().join(link.split('#').next().unwrap());
            assert!(target.exists(), "{} links to {link}, which is not there", page.display());
        }
        let rooms = ["src", "tests", "templates", "migrations", "benches", "docs", "examples"];
        for span in spans(&text) {
            let is_path =
                span.split('/').next().is_some_and(|room| rooms.contains(&room)) && span.contains('/');
            if is_path && !span.contains(['<', '*', ' ']) {
                assert!(root().join(&span).exists(), "{} names {span}, which is not there", page.display());
            }
        }
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let sources: Vec<String> = ["src", "tests"]
        .iter()
        .flat_map(|folder| files_below(folder, "rs"))
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let promises = readme.split("\n## ").find(|section| section.starts_with("Promises")).unwrap();
    let security = std::fs::read_to_string(root().join("docs/security.md")).unwrap();
    for (page, text, least) in [("README.md", promises, 8), ("docs/security.md", &security, 30)] {
        let named: Vec<String> =
            spans(text).into_iter().filter(|span| span.matches('_').count() > 3).collect();
        assert!(named.len() > least, "{page}: {named:?}");
        for test in named {
            let there = sources.iter().any(|source| source.contains(&format!("fn {test}(")));
            assert!(there, "{page} names the test {test}, which is not there");
        }
    }
}

#[cfg_attr(feature = "postgres", ignore = "the README walks with the other engine")]
#[test]
fn the_five_minute_walk_can_be_walked() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let walk = readme.split("\n## ").find(|section| section.starts_with("Five minutes")).unwrap();
    let blocks: Vec<&str> =
        walk.split("```sh\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect();
    assert!(blocks.len() >= 4);
    let folder = Folder::empty();
    let program = Path::new(env!("CARGO_BIN_EXE_refresher"));
    // A day on which mail goes out, or the last step would depend on the day that this is run.
    let script = format!(
        "set -euo pipefail\nrefresher() {{\n\
         case \"$*\" in *--dry-run*) ;; remind*|send*) set -- \"$@\" --yes;; esac\n{} --today 2026-11-24 \"$@\"; }}\n{}\n",
        program.display(),
        blocks.join("\n")
    );
    folder.write("walk.sh", script);
    let ran = Command::new("bash").arg("walk.sh").current_dir(folder.path()).output().unwrap();
    let [out, err] = [ran.stdout, ran.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(ran.status.success(), "{out}\n{err}");
    assert!(out.trim_end().ends_with(".eml"), "no reminder at the end of the walk:\n{out}\n{err}");
}

#[test]
fn the_readme_opens_with_the_two_commands() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let first_block = readme.split("```sh\n").nth(1).and_then(|rest| rest.split("\n```").next());
    assert_eq!(first_block, Some("cargo run -- demo\n./test"));
}

/// A source without its line ends and the signs that begin its comments.
fn unwrapped(source: &str) -> String {
    let lines = source.lines().map(|line| line.trim_start().trim_start_matches(['/', '!', '-', '#']).trim());
    lines.collect::<Vec<_>>().join(" ")
}

/// The sections of the rules that a source cites, such as `2.4`, each with the part of it that is named, if one is:
/// `spec 2.3, 2.4`, `spec 3.1 to 3.5`, `spec 3.7, *Text*`.
fn cited(source: &str) -> Vec<(String, Option<String>)> {
    let mut cited = Vec::new();
    let source = unwrapped(source);
    for (at, _) in source.match_indices("spec ") {
        let (before, mut rest) = (&source[..at], &source[at + "spec ".len()..]);
        while !before.ends_with(char::is_alphanumeric) {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let (number, after) = rest.split_at(end);
            let number = number.trim_end_matches('.');
            if number.is_empty() {
                break;
            }
            let part = after.strip_prefix(", *").and_then(|part| part.split_once('*'));
            cited.push((number.to_owned(), part.map(|(part, _)| part.to_owned())));
            match [", ", " and ", " to "].iter().find_map(|between| after.strip_prefix(between)) {
                Some(next) => rest = next,
                None => break,
            }
        }
    }
    cited
}

#[test]
fn every_rule_that_is_cited_stands_in_the_rules() {
    let rules = std::fs::read_to_string(root().join("docs/spec.md")).unwrap();
    let sections: Vec<(&str, &str)> = rules
        .split("\n#")
        .filter_map(|section| {
            Some((section.trim_start_matches('#').trim_start().split_once(' ')?.0, section))
        })
        .collect();
    let mut count = 0;
    let mut missing = BTreeSet::new();
    for folder in ["src", "tests", "benches", "migrations", "examples"] {
        for file in ["rs", "sql", "toml"].iter().flat_map(|ending| files_below(folder, ending)) {
            for (number, part) in cited(&std::fs::read_to_string(&file).unwrap()) {
                count += 1;
                let section = sections.iter().find(|(of, _)| *of == number);
                let stands = section.is_some_and(|(_, text)| {
                    part.as_ref().is_none_or(|part| text.contains(&format!("**{part}.**")))
                });
                if !stands {
                    missing.insert(format!("{}: spec {number} {}", file.display(), part.unwrap_or_default()));
                }
            }
        }
    }
    assert!(count > 150, "only {count} citations were found");
    assert!(missing.is_empty(), "docs/spec.md has no such rule: {missing:#?}");
}

#[test]
fn citations_are_found_however_they_are_written() {
    let of = |source: &str| {
        cited(source).into_iter().map(|(number, part)| number + &part.unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(of("//! As told (spec 2.8,\n//! 2.9)."), ["2.8", "2.9"]);
    assert_eq!(of("/// (spec 3.1 to 3.5); (spec 3 and 3.7, *Text*)."), ["3.1", "3.5", "3", "3.7Text"]);
    assert_eq!(of("a spec of three, inspec 7, spec 6.1."), ["6.1"]);
}
