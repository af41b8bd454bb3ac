//! The page for the people who bring files says what the program says.

use refresher::import::{columns, wordings};

const PAGE: &str = include_str!("../../docs/imports.md");

/// The first cells of the page's table rows.
fn first_cells() -> Vec<&'static str> {
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| "));
    rows.filter_map(|row| row.split_once(" |")).map(|(first, _)| first).collect()
}

#[test]
fn every_message_about_a_file_is_explained_as_it_is_worded() {
    let explained = first_cells();
    for (sort, wordings) in wordings() {
        for wording in wordings {
            assert!(explained.contains(wording), "docs/imports.md does not explain ({sort}): {wording}");
        }
    }
}

#[test]
fn no_message_is_explained_that_is_never_said() {
    let said: Vec<&str> = wordings().into_iter().flat_map(|(_, wordings)| wordings.to_vec()).collect();
    let messages = PAGE.split_once("## What the messages mean").unwrap().1;
    for row in messages.lines().filter_map(|line| line.strip_prefix("| ")) {
        let message = row.split_once(" |").unwrap().0;
        assert!(message == "message" || said.contains(&message), "docs/imports.md explains: {message}");
    }
}

#[test]
fn every_column_is_explained_with_all_its_headers() {
    for (kind, name, aliases) in columns() {
        let heading = format!("### {}", kind[..1].to_uppercase() + &kind[1..]);
        let section = PAGE.split_once(&format!("{heading}\n")).unwrap_or_else(|| panic!("no {heading}")).1;
        let section = section.split("\n#").next().unwrap();
        if name.starts_with("org_l") {
            continue;
        }
        let row = section
            .lines()
            .find(|line| {
                line.starts_with(&format!("| {name} |")) || line.starts_with(&format!("| **{name}** |"))
            })
            .unwrap_or_else(|| panic!("docs/imports.md, {kind}: no column {name}"));
        let as_above = row.contains("| as above |");
        for alias in aliases {
            assert!(
                as_above || row.contains(alias),
                "docs/imports.md, {kind}: {name} is also called {alias}"
            );
        }
    }
}
