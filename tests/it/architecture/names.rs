//! A name means one thing in the whole house.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::files_of;

/// The types that a text declares. An associated type has the name that its trait gives it: it is the same thing wherever
/// the trait is kept.
fn declared(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut in_impl_or_trait = false;
    for line in text.lines() {
        let code = line.trim_start();
        let depth = line.len() - code.len();
        if depth == 0 && !code.is_empty() && !code.starts_with("//") && !code.starts_with("#[") {
            let first = without_visibility(code).split([' ', '<']).next();
            in_impl_or_trait = matches!(first, Some("impl" | "trait"));
        }
        let mut words = without_visibility(code).split(|c: char| !c.is_alphanumeric() && c != '_');
        let is_associated = in_impl_or_trait && depth <= 4 && code.starts_with("type ");
        let is_type =
            matches!(words.next(), Some("struct" | "enum" | "union" | "trait" | "type")) && !is_associated;
        names.extend(words.next().filter(|name| is_type && name.starts_with(char::is_uppercase)));
    }
    names
}

fn without_visibility(code: &str) -> &str {
    match code.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ").map_or(code, |(_, rest)| rest),
        Some(rest) => rest.trim_start(),
        None => code,
    }
}

#[test]
fn no_two_types_have_one_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    // Both engines call the same things by the same names, and a build has one of them.
    for path in files_of(&root).into_iter().filter(|path| !path.starts_with(root.join("db/engine/postgres")))
    {
        let text = fs::read_to_string(&path).unwrap();
        for name in declared(&text) {
            let place = path.strip_prefix(&root).unwrap().display().to_string();
            places.entry(name.to_owned()).or_default().push(place);
        }
    }
    assert!(places.len() > 500, "few types were found: {}", places.len());
    let twice: Vec<_> = places.iter().filter(|(_, of)| of.len() > 1).collect();
    assert!(twice.is_empty(), "one name, several meanings: {twice:#?}");
}

#[test]
fn types_are_found_wherever_they_are_declared() {
    let text = "pub struct One;\npub(in crate::a) enum Two {\n}\ntype Three = u8;\nimpl Kind for One {\n    type Row = u8;\n}\n\
                fn a() {\n    type Four = u8;\n    struct Five(u8);\n}\nimpl One {\n    fn a() {\n        type Six = u8;\n    }\n}\n\
                pub trait Seven {\n    type Key;\n}\nmod tests {\n    struct Eight<'a>(&'a str);\n}\n// struct Nine;\n";
    assert_eq!(declared(text), ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"]);
}
