//! House rules that no compiler knows, checked on the text of the repository. The rules themselves are `tidy.toml`.

mod boundaries;
mod dependencies;
mod names;
mod promises;
mod sizes;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

/// Something that is not as the house wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which file or folder, from the root.
    pub path: PathBuf,
    /// What is wrong and what to do.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem)
    }
}

/// `tidy.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    root: Vec<String>,
    banned_names: Vec<String>,
    restricted: BTreeMap<String, Vec<String>>,
    forbidden_words: BTreeMap<String, Vec<String>>,
    sizes: sizes::Limits,
    crates: BTreeMap<String, dependencies::Allowed>,
}

/// A text file of the repository.
struct Source {
    /// From the root.
    path: PathBuf,
    text: String,
}

impl Source {
    fn finding(&self, problem: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), problem: problem.into() }
    }

    fn is_rust(&self) -> bool {
        self.path.extension().is_some_and(|extension| extension == "rs")
    }

    /// The crate it belongs to, for files below `crates`.
    fn of_crate(&self) -> Option<&str> {
        let mut parts = self.path.iter().filter_map(|part| part.to_str());
        (parts.next() == Some("crates")).then(|| parts.next()).flatten()
    }

    /// The lines before its unit tests.
    fn lines_before_tests(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]")
    }
}

/// Everything in the repository at `root` that breaks a rule.
///
/// # Errors
/// When the repository or its `tidy.toml` cannot be read.
pub fn check(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let rules = fs::read_to_string(root.join("xtask/tidy.toml")).context("reading xtask/tidy.toml")?;
    let rules: Rules = toml::from_str(&rules).context("reading xtask/tidy.toml")?;
    let mut sources = Vec::new();
    for folder in ["crates", "xtask", "scripts", "docs", ".ci"] {
        collect(root, Path::new(folder), &mut sources)?;
    }
    let mut findings = names::root_entries(root, &rules.root)?;
    findings.extend(dependencies::check(&sources, &rules.crates));
    findings.extend(names::check(&sources, &rules.banned_names));
    findings.extend(sizes::check(&sources, &rules.sizes));
    findings.extend(promises::check(&sources));
    findings.extend(boundaries::check(&sources, &rules.restricted, &rules.forbidden_words));
    Ok(findings)
}

/// Reads every text file below a folder, in order of path.
fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> anyhow::Result<()> {
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return Ok(()) };
    let mut entries: Vec<_> = entries.collect::<Result<_, _>>().with_context(|| folder.display().to_string())?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(root, &path, sources)?;
        } else if let Ok(text) = fs::read_to_string(root.join(&path)) {
            sources.push(Source { path, text });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with one file of each kind, in order; `change` then breaks it.
    fn findings(change: impl Fn(&Path)) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(
            "xtask/tidy.toml",
            "# Rules.\nroot = ['crates', 'xtask']\nbanned_names = ['utils']\n[restricted]\nunseal = ['store']\n\
             [forbidden_words]\nruntime = ['player']\n[sizes]\nfile_lines = 12\nfunction_lines = 3\n\
             [sizes.long_files]\n[sizes.long_functions]\n[crates.runtime]\ndependencies = ['jiff']\ndev = []\n",
        );
        write("xtask/Cargo.toml", "# Automation.\n[package]\nname = 'xtask'\n");
        write("crates/runtime/Cargo.toml", "[package]\nname = 'runtime'\n[dependencies]\njiff.workspace = true\n");
        write("crates/runtime/src/lib.rs", "//! Orchestration.\n\nfn one() {\n    two();\n}\n");
        change(root.path());
        check(root.path()).unwrap().into_iter().map(|finding| finding.to_string()).collect()
    }

    fn append(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        let before = fs::read_to_string(&path).unwrap_or_default();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, before + text).unwrap();
    }

    fn check_finds(path: &str, text: &str, expected: &str) {
        let found = findings(|root| append(root, path, text));
        assert!(found.len() == 1 && found[0].contains(expected), "{path} {text:?}: {found:?}");
    }

    #[test]
    fn a_repository_in_order_has_no_findings() {
        assert_eq!(findings(|_| ()), Vec::<String>::new());
    }

    #[test]
    fn a_new_dependency_is_found_wherever_it_is_written() {
        let manifest = "crates/runtime/Cargo.toml";
        check_finds(manifest, "tokio = '1'\n", "depends on tokio");
        check_finds(manifest, "[dev-dependencies]\nproptest = '1'\n", "depends on proptest");
        check_finds(manifest, "[build-dependencies]\ncc = '1'\n", "depends on cc");
        check_finds(manifest, "[target.'cfg(unix)'.dependencies]\nlibc = '1'\n", "depends on libc");
    }

    #[test]
    fn an_allowance_that_nobody_uses_is_found() {
        let found = findings(|root| {
            let path = root.join("crates/runtime/Cargo.toml");
            fs::write(path, "[package]\nname = 'runtime'\n").unwrap();
        });
        assert_eq!(found, ["crates/runtime/Cargo.toml: tidy.toml allows jiff, which is not used: take it out there"]);
    }

    #[test]
    fn a_crate_without_rules_is_found() {
        check_finds("crates/betting/Cargo.toml", "[package]\nname = 'betting'\n", "tidy.toml says nothing about");
    }

    #[test]
    fn long_files_and_functions_are_found() {
        let library = "crates/runtime/src/lib.rs";
        check_finds(library, &"// A line.\n".repeat(8), "13 lines");
        check_finds(library, "fn long() {\n    two();\n    three();\n    four();\n}\n", "`long` has 5 lines");
    }

    #[test]
    fn sizes_may_only_shrink() {
        let rule = |text: &str| {
            let text = text.to_owned();
            findings(move |root| {
                let path = root.join("xtask/tidy.toml");
                let rules = fs::read_to_string(&path).unwrap();
                fs::write(path, rules.replace("[sizes.long_files]", &format!("[sizes.long_files]\n{text}"))).unwrap();
                append(root, "crates/runtime/src/lib.rs", &"// A line.\n".repeat(8));
            })
        };
        assert_eq!(rule("'crates/runtime/src/lib.rs' = 13"), Vec::<String>::new());
        assert!(rule("'crates/runtime/src/lib.rs' = 12")[0].contains("13 lines"));
        assert!(rule("'crates/runtime/src/lib.rs' = 20")[0].contains("lower it"));
        assert!(rule("'crates/gone.rs' = 20").iter().any(|finding| finding.contains("lower it")));
    }

    #[test]
    fn names_that_say_nothing_are_found() {
        check_finds("crates/runtime/src/utils.rs", "//! Odds and ends.\n", "says nothing");
        check_finds("crates/runtime/src/utils/odds.rs", "//! Odds and ends.\n", "says nothing");
    }

    #[test]
    fn files_without_a_first_sentence_are_found() {
        check_finds("crates/runtime/src/clock.rs", "use std::fmt;\n", "what lives in it");
        check_finds("crates/runtime/sql/a.sql", "SELECT 1;\n", "what lives in it");
        check_finds("crates/runtime/src/clock.rs", "//! Clock\n", "what lives in it");
    }

    #[test]
    fn names_are_called_only_where_they_may_be() {
        let call = "//! Opens.\nfn open() {\n    fact.unseal();\n}\n";
        check_finds("crates/predict/src/open.rs", call, "`unseal`");
        let handed_on = "//! Opens.\nfn open() {\n    facts.map(Known::unseal);\n}\n";
        check_finds("crates/predict/src/open.rs", handed_on, "`unseal`");
        let another = "//! Opens.\nfn open() {\n    fact.unsealed();\n}\n";
        assert_eq!(findings(|root| append(root, "crates/predict/src/open.rs", another)), Vec::<String>::new());
        let in_test = format!("//! Opens.\n#[cfg(test)]\n{call}");
        assert_eq!(findings(|root| append(root, "crates/predict/src/open.rs", &in_test)), Vec::<String>::new());
        assert_eq!(findings(|root| append(root, "crates/store/src/open.rs", call)), Vec::<String>::new());
    }

    #[test]
    fn the_runtime_learns_no_trade() {
        check_finds("crates/runtime/src/lib.rs", "// Every player.\n", "player");
    }

    #[test]
    fn what_lies_about_in_the_root_is_found() {
        check_finds("notes.txt", "Remember.\n", "does not belong in the root");
    }

    #[test]
    fn the_product_does_not_need_what_lies_beside_it() {
        check_finds("crates/store/src/open.rs", "//! Reads `../shared/data`.\n", "outside the repository");
    }
}
