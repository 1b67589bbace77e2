//! Boundaries that types alone do not draw: who may call what, and which words a crate must not know.

use std::collections::BTreeMap;

use super::{Finding, Source};

pub(super) fn check(
    sources: &[Source],
    restricted: &BTreeMap<String, Vec<String>>,
    forbidden_words: &BTreeMap<String, Vec<String>>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| !source.path.starts_with("xtask")) {
        findings.extend(calls(source, restricted));
        findings.extend(words(source, forbidden_words));
        findings.extend(outside(source));
    }
    findings
}

/// Uses of restricted names, tests excepted: called, or handed on as functions.
fn calls(source: &Source, restricted: &BTreeMap<String, Vec<String>>) -> Vec<Finding> {
    let Some(of_crate) = source.of_crate().filter(|_| source.is_rust() && !is_test(source)) else { return Vec::new() };
    let mut findings = Vec::new();
    for (name, allowed) in restricted.iter().filter(|(_, allowed)| !allowed.iter().any(|name| name == of_crate)) {
        let lines = source.lines_before_tests().filter(|(_, line)| uses(line, name));
        findings.extend(lines.map(|(index, _)| {
            let allowed = allowed.join(" and ");
            source.finding(format!("line {}: only {allowed} may use `{name}`", index + 1))
        }));
    }
    findings
}

/// Whether a line uses a name: a method or function as `.name` or `::name`, a path as it stands.
fn uses(line: &str, name: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    let stands = |text: &str| line.split(text).skip(1).any(ends);
    if name.contains("::") { stands(name) } else { stands(&format!(".{name}")) || stands(&format!("::{name}")) }
}

fn is_test(source: &Source) -> bool {
    source.path.iter().any(|part| part == "tests" || part == "tests.rs" || part == "benches")
}

fn words(source: &Source, forbidden: &BTreeMap<String, Vec<String>>) -> Vec<Finding> {
    let words = source.of_crate().and_then(|name| forbidden.get(name)).into_iter().flatten();
    let text = source.text.to_lowercase();
    let lines = |word: &str| text.lines().position(|line| line.contains(word));
    words
        .filter_map(|word| {
            let line = lines(word)? + 1;
            Some(source.finding(format!("line {line}: `{word}` is a word this crate must not know")))
        })
        .collect()
}

/// What lies beside the repository on a developer's machine is nobody else's.
fn outside(source: &Source) -> Option<Finding> {
    let line = source.text.lines().position(|line| line.contains("../shared"))? + 1;
    Some(source.finding(format!("line {line}: names a folder outside the repository, which users do not have")))
}
