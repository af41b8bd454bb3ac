//! Settings from the environment: `REFRESHER_SMTP_HOST` is `host` in `[smtp]`, `REFRESHER_DATABASE` is `database`.

use crate::toml_file::TomlTable;

const PREFIX: &str = "REFRESHER_";
const SECTIONS: [&str; 13] = [
    "engine",
    "organisation",
    "node",
    "smtp",
    "bounces",
    "schedule",
    "operator",
    "backup",
    "web",
    "api",
    "metrics",
    "retention",
    "import",
];
/// Read elsewhere: the place of the settings themselves, and what is logged.
const NOT_SETTINGS: [&str; 2] = ["config", "log"];

/// Lays every variable that begins with `REFRESHER_` over the file's settings. An empty one is as good as unset.
pub(super) fn lay_over(table: &mut TomlTable, environment: impl IntoIterator<Item = (String, String)>) {
    for (variable, value) in environment {
        let Some(name) = variable.strip_prefix(PREFIX).map(str::to_lowercase) else {
            continue;
        };
        if value.trim().is_empty() || NOT_SETTINGS.contains(&name.as_str()) {
            continue;
        }
        let in_section = name.split_once('_').filter(|(section, _)| SECTIONS.contains(section));
        let (section, key) = in_section.unwrap_or(("", &name));
        table.lay_over(section, key, &variable, &value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_of_the_settings_can_be_set_from_the_environment() {
        let settings = include_str!("default.toml").lines();
        let names =
            settings.filter_map(|line| line.trim_start_matches("# ").strip_prefix('[')?.strip_suffix(']'));
        // Tables within others, and those of which there may be several, are for the file alone.
        let sections: Vec<&str> = names.filter(|name| !name.contains(['.', '['])).collect();
        assert_eq!(sections, SECTIONS);
    }
}
