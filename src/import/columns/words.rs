//! What headers, titles and notes say, for comparing.

/// Words in lower case, without punctuation.
pub(super) fn folded(words: &str) -> String {
    let plain: String = words.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    plain.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
