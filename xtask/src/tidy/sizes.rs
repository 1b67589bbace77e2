//! How long files and functions may be: limits, and exceptions that only shrink.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Finding, Source};

/// Longest file and function, in lines, and the exact sizes of those that are longer for now.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    file_lines: usize,
    function_lines: usize,
    /// By path.
    long_files: BTreeMap<String, usize>,
    /// By `path::function`.
    long_functions: BTreeMap<String, usize>,
}

pub(super) fn check(sources: &[Source], limits: &Limits) -> Vec<Finding> {
    let rust: Vec<&Source> = sources.iter().filter(|source| source.is_rust()).collect();
    let files = rust.iter().map(|source| Size {
        source,
        name: source.path.display().to_string(),
        what: "the file".to_owned(),
        lines: source.text.lines().count(),
    });
    let functions = rust.iter().flat_map(|source| functions(source));
    let mut findings = over(files, limits.file_lines, &limits.long_files);
    findings.extend(over(functions, limits.function_lines, &limits.long_functions));
    findings
}

struct Size<'a> {
    source: &'a Source,
    /// Its name among the exceptions.
    name: String,
    what: String,
    lines: usize,
}

fn over<'a>(sizes: impl Iterator<Item = Size<'a>>, limit: usize, exceptions: &BTreeMap<String, usize>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut unmet = exceptions.clone();
    for Size { source, name, what, lines } in sizes {
        let allowed = exceptions.get(&name).copied();
        if lines > allowed.unwrap_or(limit) {
            let most = allowed.unwrap_or(limit);
            findings.push(source.finding(format!("{what} has {lines} lines, at most {most} are allowed: split it")));
        }
        if allowed == Some(lines) {
            unmet.remove(&name);
        } else if lines > limit {
            unmet.remove(&name);
            findings.extend(allowed.filter(|allowed| *allowed > lines).map(|_| shrunk(&name, lines)));
        }
    }
    findings.extend(unmet.into_keys().map(|name| shrunk(&name, 0)));
    findings
}

/// An exception that is larger than what it excuses.
fn shrunk(name: &str, lines: usize) -> Finding {
    let now = if lines > 0 { format!("now has {lines} lines") } else { "needs no exception any more".to_owned() };
    Finding { path: "xtask/tidy.toml".into(), problem: format!("{name} {now}: lower it") }
}

/// The functions of a formatted file: each ends where a brace closes at the indentation it began with.
fn functions(source: &Source) -> Vec<Size<'_>> {
    let lines: Vec<&str> = source.text.lines().collect();
    let begins = lines.iter().enumerate().filter_map(|(index, line)| Some((index, function_name(line)?)));
    begins
        .filter_map(|(begin, function)| {
            let indentation = &lines[begin][..lines[begin].len() - lines[begin].trim_start().len()];
            let closing = format!("{indentation}}}");
            let ends = lines[begin..].iter().position(|line| *line == closing || is_one_liner(line, indentation))?;
            let name = format!("{}::{function}", source.path.display());
            Some(Size { source, name, what: format!("`{function}`"), lines: ends + 1 })
        })
        .collect()
}

/// A whole body on the line where a function begins, or a declaration without a body.
fn is_one_liner(line: &str, indentation: &str) -> bool {
    let at_this_depth = line.starts_with(indentation) && !line[indentation.len()..].starts_with([' ', '/', '#']);
    at_this_depth && (line.ends_with(" }") || line.ends_with("{}") || line.ends_with(';'))
}

fn function_name(line: &str) -> Option<&str> {
    let words = line.trim_start();
    let mut rest = words;
    for qualifier in ["pub ", "pub(crate) ", "pub(super) ", "const ", "async ", "unsafe "] {
        rest = rest.strip_prefix(qualifier).unwrap_or(rest);
    }
    let name = rest.strip_prefix("fn ")?;
    name.split(['(', '<']).next()
}
