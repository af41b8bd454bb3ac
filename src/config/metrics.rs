//! `[metrics]`: what is told in numbers (spec 22.2).

use crate::toml_file::TableSection;

/// What is told in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MetricsSettings {
    /// Whether figures are told of each organisation, by its code, rather than of all together. Default: of all together.
    pub by_organisation: bool,
}

pub(super) fn read(root: &TableSection<'_>) -> MetricsSettings {
    let mut metrics = MetricsSettings::default();
    let Some(section) = root.table("metrics", "[metrics]") else { return metrics };
    metrics.by_organisation = section.boolean("by_organisation").unwrap_or_default();
    section.finish();
    metrics
}
