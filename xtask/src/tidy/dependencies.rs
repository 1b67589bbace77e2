//! Which crate may depend on which: every manifest against its allow-list, both ways.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Finding, Source};

/// What a crate may depend on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Allowed {
    dependencies: BTreeSet<String>,
    dev: BTreeSet<String>,
}

pub(super) fn check(sources: &[Source], rules: &BTreeMap<String, Allowed>) -> Vec<Finding> {
    sources
        .iter()
        .filter(|source| source.path.ends_with("Cargo.toml"))
        .flat_map(|source| manifest(source, rules))
        .collect()
}

fn manifest(source: &Source, rules: &BTreeMap<String, Allowed>) -> Vec<Finding> {
    let Some(name) = source.of_crate() else { return Vec::new() };
    let Some(allowed) = rules.get(name) else { return vec![source.finding("tidy.toml says nothing about this crate")] };
    let manifest: toml::Table = match source.text.parse() {
        Ok(manifest) => manifest,
        Err(error) => return vec![source.finding(format!("not TOML: {error}"))],
    };
    let used = |section: &str| dependencies(&manifest, section);
    let mut normal = used("dependencies");
    normal.extend(used("build-dependencies"));
    let mut findings = compare(source, &normal, &allowed.dependencies);
    findings.extend(compare(source, &used("dev-dependencies"), &allowed.dev));
    findings
}

/// The names in a section, those of every target included.
fn dependencies(manifest: &toml::Table, section: &str) -> BTreeSet<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flatten();
    let tables = targets.filter_map(|(_, target)| target.as_table()).chain([manifest]);
    tables
        .filter_map(|table| table.get(section).and_then(toml::Value::as_table))
        .flat_map(|table| table.keys().cloned())
        .collect()
}

fn compare(source: &Source, used: &BTreeSet<String>, allowed: &BTreeSet<String>) -> Vec<Finding> {
    let unknown = used
        .difference(allowed)
        .map(|name| source.finding(format!("depends on {name}, which tidy.toml does not allow")));
    let unused = allowed
        .difference(used)
        .map(|name| source.finding(format!("tidy.toml allows {name}, which is not used: take it out there")));
    unknown.chain(unused).collect()
}
