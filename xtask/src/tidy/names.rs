//! What files are called, and whether each starts by saying what lives in it.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::{Finding, Source};

pub(super) fn check(sources: &[Source], banned: &[String]) -> Vec<Finding> {
    sources.iter().flat_map(|source| empty_names(source, banned).into_iter().chain(first_sentence(source))).collect()
}

/// Entries of the root that are not meant to be there. What version control ignores is none of our business.
pub(super) fn root_entries(root: &Path, allowed: &[String]) -> anyhow::Result<Vec<Finding>> {
    let ignored = fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
    let ignored: Vec<&str> = ignored.lines().map(|line| line.trim_matches('/')).chain([".git"]).collect();
    let mut findings = Vec::new();
    for entry in fs::read_dir(root).context("reading the root")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !allowed.contains(&name) && !ignored.contains(&name.as_str()) {
            let problem = "does not belong in the root: find it a folder, or tell tidy.toml".to_owned();
            findings.push(Finding { path: name.into(), problem });
        }
    }
    Ok(findings)
}

fn empty_names(source: &Source, banned: &[String]) -> Option<Finding> {
    let parts = source.path.iter().map(Path::new).filter_map(|part| part.file_stem()?.to_str());
    let empty = parts.into_iter().find(|stem| banned.iter().any(|name| name == stem))?;
    Some(source.finding(format!("`{empty}` says nothing about what lives there: name it after its content")))
}

/// The mark of a comment that describes a file of this kind; nothing for files that cannot have one.
fn mark(source: &Source) -> Option<&'static str> {
    match source.path.extension()?.to_str()? {
        "rs" => Some("//! "),
        "sql" => Some("-- "),
        "md" => Some("# "),
        "sh" => Some("# "),
        _ => None,
    }
}

fn first_sentence(source: &Source) -> Option<Finding> {
    let mark = mark(source)?;
    let first = source.text.lines().find(|line| !line.starts_with("#!/"))?;
    let is_title = mark == "# " && source.path.extension().is_some_and(|extension| extension == "md");
    let opening =
        || source.text.lines().take_while(|line| line.starts_with(mark.trim_end()) && line.len() > mark.len());
    let is_sentence = is_title || opening().any(|line| line.contains('.') || line.ends_with(':'));
    if first.starts_with(mark) && is_sentence {
        return None;
    }
    Some(source.finding(format!("must start with a sentence after `{mark}` that says what lives in it")))
}
