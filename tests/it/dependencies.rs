//! The dependencies, held to `deny.toml` without a network: `cargo deny` itself, which knows more, is run by `./test`
//! where it is installed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

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
