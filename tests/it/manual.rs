//! Man pages and completions say what `--help` says.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use clap::CommandFactory;
use refresher::cli::Cli;

use crate::support::program::Folder;

type Options = BTreeSet<String>;

/// The long option that a line begins with.
fn option(line: &str) -> Option<String> {
    let at = line.find("--")?;
    let name: String = line[at + 2..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
    (!name.is_empty()).then_some(name)
}

/// The options that `--help` lists, by the words of the command.
fn helps(folder: &Folder) -> BTreeMap<String, Options> {
    fn add(command: &clap::Command, words: &str, folder: &Folder, into: &mut BTreeMap<String, Options>) {
        let help = folder.run_as(&format!("{words} --help")).ended(0).out;
        let is_listed = |line: &&str| {
            let indent = line.len() - line.trim_start().len();
            indent <= 6 && line.trim_start().starts_with('-')
        };
        into.insert(words.trim().to_owned(), help.lines().filter(is_listed).filter_map(option).collect());
        for below in command.get_subcommands() {
            add(below, &format!("{words} {}", below.get_name()), folder, into);
        }
    }
    let mut all = BTreeMap::new();
    add(&Cli::command(), "", folder, &mut all);
    all
}

#[test]
fn a_man_page_of_each_command_has_the_options_of_its_help() {
    let folder = Folder::empty();
    let helps = helps(&folder);
    assert!(helps.len() > 40 && helps["status"].contains("as-at"), "{helps:?}");
    folder.run_as("manual --man man").ended(0);
    let mut expected: Options = BTreeSet::new();
    for (words, options) in &helps {
        let name = format!("refresher {words}").trim().replace(' ', "-");
        let page = folder.read(&format!("man/{name}.1")).replace("\\-", "-");
        let lines: Vec<&str> = page.lines().collect();
        let listed: Options =
            lines.windows(2).filter(|pair| pair[0] == ".TP").filter_map(|pair| option(pair[1])).collect();
        // The program's own page explains its exit statuses by names of options too.
        assert_eq!(listed, *options, "{name}: {page}");
        expected.insert(format!("{name}.1"));
    }
    let pages: Options = std::fs::read_dir(folder.file("man"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(pages, expected);
    assert!(folder.read("man/refresher.1").contains("EXIT STATUS"));
    let whole = folder.run_as("manual").ended(0).out;
    for (words, options) in &helps {
        assert!(whole.contains(&format!("refresher {words}")), "{words}");
        assert!(options.iter().all(|option| whole.contains(&format!("--{option}"))), "{words}");
    }
}

#[test]
fn pages_that_refresher_wrote_are_written_again_and_what_somebody_else_did_is_not() {
    let folder = Folder::empty();
    folder.run_as("manual --man man").ended(0);
    let page = folder.read("man/refresher-send.1");
    std::fs::remove_file(folder.file("man/refresher-status.1")).unwrap();
    folder.run_as("manual --man man").ended(0);
    folder.write("man/refresher-send.1", "mine");
    std::fs::remove_file(folder.file("man/refresher-status.1")).unwrap();
    let refused = folder.run_as("manual --man man").ended(1);
    assert!(refused.err.contains("refresher-send.1") && refused.err.contains("--force"), "{refused:?}");
    assert_eq!(folder.read("man/refresher-send.1"), "mine");
    assert!(!folder.file("man/refresher-status.1").exists(), "all of them or none");
    folder.run_as("manual --man man --force").ended(0);
    assert_eq!(folder.read("man/refresher-send.1"), page);
}

#[test]
fn completions_have_the_options_of_every_help() {
    let folder = Folder::empty();
    let helps = helps(&folder);
    let bash = folder.run_as("completions bash").ended(0).out;
    let mut found: BTreeMap<String, Options> = BTreeMap::new();
    let mut label = None;
    for line in bash.lines().map(str::trim) {
        if let Some(name) = line.strip_suffix(')').filter(|name| name.starts_with("refresher")) {
            label = Some(name.to_owned());
        } else if let (Some(opts), Some(label)) = (line.strip_prefix("opts=\""), &label) {
            let options = opts.trim_end_matches('"').split(' ').filter_map(|word| word.strip_prefix("--"));
            found.entry(label.clone()).or_default().extend(options.map(str::to_owned));
        }
    }
    for (words, options) in &helps {
        let below = words.split([' ', '-']).filter(|word| !word.is_empty());
        let label = ["refresher"].into_iter().chain(below).collect::<Vec<_>>().join("__subcmd__");
        let named = found.get(&label).unwrap_or_else(|| panic!("no {label} in {:?}", found.keys()));
        assert_eq!(named, options, "{words}");
    }
    let all: Options = helps.into_values().flatten().collect();
    for (shell, mark) in [("zsh", "--"), ("fish", "-l "), ("elvish", "--"), ("powershell", "--")] {
        let script = folder.run_as(&format!("completions {shell}")).ended(0).out;
        let missing: Vec<&String> =
            all.iter().filter(|option| !script.contains(&format!("{mark}{option}"))).collect();
        assert!(missing.is_empty(), "{shell}: {missing:?}");
    }
    folder.run_as("completions cmd.exe").ended(2);
}

/// The shells that are here read what is for them.
#[test]
fn shells_take_the_completions() {
    let folder = Folder::empty();
    for shell in ["bash", "zsh", "fish"] {
        let script = folder.run_as(&format!("completions {shell}")).ended(0).out;
        folder.write(shell, script);
        let read = Command::new(shell).arg("-n").arg(folder.file(shell)).stderr(Stdio::piped()).output();
        match read {
            Ok(read) => assert!(read.status.success(), "{shell}: {}", String::from_utf8_lossy(&read.stderr)),
            Err(error) => assert_ne!(shell, "bash", "{error}"),
        }
    }
}
