//! `docs/guarantees.md` names a test for each guarantee, `docs/leaks.md` for each leak: each of them must exist.

use super::{Finding, Source};

const DOCUMENTS: [&str; 2] = ["docs/guarantees.md", "docs/leaks.md"];

/// Tests that are named and do not exist.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let exists = |name: &str| {
        let (plain, property) = (format!("fn {name}()"), format!("fn {name}("));
        sources
            .iter()
            .any(|source| source.is_rust() && (source.text.contains(&plain) || source.text.contains(&property)))
    };
    let documents = sources.iter().filter(|source| DOCUMENTS.iter().any(|path| source.path.as_os_str() == *path));
    let missing = |document: &Source| {
        let names = tests_named(&document.text).filter(|name| !exists(name));
        names.map(|name| document.finding(format!("no test is named {name}; name the one that would fail"))).collect()
    };
    documents.flat_map(|document| -> Vec<Finding> { missing(document) }).collect()
}

/// What stands in backquotes in the last column of the first table: names of functions.
fn tests_named(text: &str) -> impl Iterator<Item = &str> {
    let rows = text.lines().filter(|line| line.starts_with('|') && line.matches('|').count() == 4);
    let last = rows.filter_map(|row| row.trim_end_matches('|').rsplit('|').next());
    let quoted = last.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    quoted.filter(|name| {
        name.contains('_') && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_test_must_exist() {
        let source = |path: &str, text: &str| Source { path: path.into(), text: text.to_owned() };
        for path in DOCUMENTS {
            let document = source(path, "| It holds | a mechanism | `it_holds`, `it_does_not` |\n| R1 | `a_word` |");
            let code = source("crates/x/src/lib.rs", "#[test]\nfn it_holds() {}");
            let problems: Vec<String> = check(&[document, code]).into_iter().map(|finding| finding.problem).collect();
            assert_eq!(problems, ["no test is named it_does_not; name the one that would fail"]);
        }
    }
}
