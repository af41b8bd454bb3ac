//! What a requirement selects by, as JSON and in words.

use serde_json::{Value, json};

use crate::policy::Requirement;

/// `staff groups Nursing* or Students; units *Ward*`.
pub(crate) fn selector_words(selectors: &Value) -> String {
    let named = selectors.as_object().into_iter().flatten().map(|(selector, patterns)| {
        let patterns: Vec<&str> =
            patterns.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        format!("{} {}", selector.replace('_', " "), patterns.join(" or "))
    });
    let named: Vec<String> = named.collect();
    if named.is_empty() { "everyone".to_owned() } else { named.join("; ") }
}

/// The selectors a requirement names.
pub(crate) fn selectors(requirement: &Requirement) -> Value {
    let named = [
        ("staff_groups", &requirement.staff_groups),
        ("job_titles", &requirement.job_titles),
        ("units", &requirement.units),
        ("organisations", &requirement.organisations),
        ("categories", &requirement.categories),
    ];
    let named =
        named.into_iter().filter_map(|(name, patterns)| Some((name.to_owned(), json!(patterns.as_ref()?))));
    Value::Object(named.collect())
}
