//! The dependencies, held to `deny.toml` without a network: `cargo deny` itself, which knows more, is run by `./test`
//! where it is installed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::architecture::is_named_in;

/// Where all that is not ours comes from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn deny() -> toml::Table {
    file("deny.toml").parse().unwrap()
}

/// Every package that any feature on any platform builds with.
fn packages() -> Vec<Value> {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--all-features", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        // Its dependencies are looked up by the real clock, whatever day the tests run on.
        .env_remove("LD_PRELOAD")
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Whether a licence expression can be met with what is allowed; `/` is how older manifests write OR.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let text = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = text.split_whitespace().peekable();
    let met = any_of(&mut words, allowed);
    assert_eq!(words.next(), None, "{expression} is no expression that this test reads");
    met
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    let mut met = all_of(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= all_of(words, allowed);
    }
    met
}

fn all_of(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let met = any_of(words, allowed);
        assert_eq!(words.next(), Some(")"));
        return met;
    }
    let mut licence = words.next().unwrap().to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        licence = format!("{licence} WITH {}", words.next().unwrap());
    }
    allowed.contains(&licence)
}

#[test]
fn every_dependency_comes_from_the_registry_under_a_licence_that_is_allowed() {
    let deny = deny();
    let allowed = deny["licenses"]["allow"].as_array().unwrap();
    let allowed: BTreeSet<String> = allowed.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("MIT/GPL-3.0-only", true),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR GPL-3.0-only) AND ISC", true),
        ("GPL-3.0-only OR MIT AND BSL-1.0", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("GPL-2.0-only WITH LLVM-exception", false),
    ] {
        assert_eq!(is_allowed(expression, &allowed), met, "{expression}");
    }
    let packages = packages();
    assert!(packages.len() > 100, "all of them are looked at");
    for package in packages {
        let name = &package["name"];
        let licence = package["license"].as_str().unwrap_or("none that is named");
        assert!(is_allowed(licence, &allowed), "{name}: {licence}");
        assert!(name == "refresher" || package["source"] == REGISTRY, "{name}: {}", package["source"]);
    }
}

#[test]
fn no_dependency_of_ours_takes_any_version() {
    let manifest: toml::Table = file("Cargo.toml").parse().unwrap();
    for table in ["dependencies", "dev-dependencies"] {
        for (name, of) in manifest[table].as_table().unwrap() {
            let version = of.as_str().or_else(|| of.get("version").and_then(toml::Value::as_str));
            assert!(version.is_some_and(|version| !version.contains('*')), "{name}");
        }
    }
}

#[test]
fn every_advisory_that_is_passed_over_says_why_and_speaks_of_a_dependency_that_there_is() {
    let locked: toml::Table = file("Cargo.lock").parse().unwrap();
    let locked = locked["package"].as_array().unwrap();
    for ignored in deny()["advisories"]["ignore"].as_array().unwrap() {
        let (id, reason) = (ignored["id"].as_str().unwrap(), ignored["reason"].as_str().unwrap());
        let named = reason.split_whitespace().next().unwrap();
        assert!(locked.iter().any(|package| package["name"].as_str() == Some(named)), "{id}: {named}");
        assert!(reason.len() > 60, "{id}: {reason}");
    }
}

/// Dependencies that no code names, and what they are for.
const UNNAMED: &[(&str, &str)] = &[(
    "libsqlite3-sys",
    "its feature `bundled` has the engine built into the program, whatever a machine has",
)];

/// The code of the sources below a folder that is part of the program, and that of its tests.
fn code_below(folder: &str) -> (String, String) {
    let (mut program, mut tests) = (String::new(), String::new());
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                let code: String = lines.flat_map(|line| [line, "\n"]).collect();
                let shown = path.to_str().unwrap().replace('\\', "/");
                let is_test = ["/tests/", "/tests.rs", "/sample.rs", "/example.rs"];
                match code.split_once("#[cfg(test)]\nmod tests {") {
                    _ if is_test.iter().any(|part| shown.contains(part)) => tests += &code,
                    Some((before, after)) => {
                        program += before;
                        tests += after;
                    }
                    None => program += &code,
                }
            }
        }
    }
    (program, tests)
}

/// The dependencies that code does not name.
fn unnamed(manifest: &str, table: &str, code: &str) -> Vec<String> {
    let manifest: toml::Table = file(manifest).parse().unwrap();
    let keys = manifest[table].as_table().unwrap().keys();
    let is_named = |key: &String| {
        // Under the name that it has in the manifest, another crate's or its own.
        let name = key.replace('-', "_");
        is_named_in(code, &format!("{name}::")) || is_named_in(code, &format!("use {name};"))
    };
    keys.filter(|key| !is_named(key)).cloned().collect()
}

/// Also where a build leaves the code out that names one: for an optional one, all code counts. A dependency that only
/// tests name is one of tests. What only a macro's own code names would be told as unused, and belongs in [`UNNAMED`].
#[test]
fn every_dependency_is_used_and_those_of_the_program_not_by_its_tests_alone() {
    let (program, unit_tests) = code_below("src");
    let further = ["tests", "benches", "examples"].map(|folder| {
        let (code, tests) = code_below(folder);
        code + &tests
    });
    let listed: Vec<&str> = UNNAMED.iter().map(|(name, _)| *name).collect();
    assert_eq!(unnamed("Cargo.toml", "dependencies", &program), listed);
    assert_eq!(unnamed("Cargo.toml", "dev-dependencies", &(unit_tests + &further.concat())), [""; 0]);
    let (fuzz, targets) = (code_below("fuzz/src"), code_below("fuzz/fuzz_targets"));
    assert_eq!(unnamed("fuzz/Cargo.toml", "dependencies", &[fuzz.0, targets.0].concat()), [""; 0]);
    assert!(UNNAMED.iter().all(|(_, why)| !why.is_empty()));
}
