//! The file with settings: TOML, one key a setting, all of them text.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use toml::{Table, Value};

use super::{Place, SETTINGS, Secrecy, Setting, meant};

/// Whether somebody asked for this very file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Somebody named it.
    Named,
    /// It is read if it is there.
    IfThere,
}

impl From<bool> for Wanted {
    fn from(is_named: bool) -> Self {
        if is_named { Self::Named } else { Self::IfThere }
    }
}

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) values: Vec<(&'static Setting, String)>,
    pub(super) problems: Vec<String>,
    pub(super) warnings: Vec<String>,
}

/// Reads a file; nothing where there is none and nobody named it.
pub(super) fn read(path: &Path, wanted: Wanted) -> Result<Option<Read>, String> {
    let shown = path.display();
    let failed = |error: std::io::Error| format!("{shown} cannot be read: {error}");
    let mut file = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && wanted == Wanted::IfThere => return Ok(None),
        opened => opened.map_err(failed)?,
    };
    let mode = file.metadata().map_err(failed)?.permissions().mode();
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    let mut read = parse(&text).map_err(|problem| format!("{shown}: {problem}"))?;
    for problem in &mut read.problems {
        *problem = format!("{shown}: {problem}");
    }
    let holds_secret = read.values.iter().any(|(setting, _)| setting.secrecy == Secrecy::Secret);
    if holds_secret && mode & 0o004 != 0 {
        read.warnings
            .push(format!("{shown} holds secrets, and everybody on this machine may read it: chmod 600 {shown}"));
    }
    Ok(Some(read))
}

/// What a text says. A parser's own words would repeat the line, which may hold a secret.
pub(super) fn parse(text: &str) -> Result<Read, String> {
    let table: Table = toml::from_str(text).map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        format!("line {} is no TOML: a line is `key = \"value\"`", before.matches('\n').count() + 1)
    })?;
    let mut read = Read::default();
    for (key, value) in table {
        match (setting_of(&key), value) {
            (Some(setting), Value::String(text)) if setting.place == Place::File => {
                if !text.trim().is_empty() {
                    read.values.push((setting, text.trim().to_owned()));
                }
            }
            (Some(setting), Value::String(_)) => {
                read.problems.push(format!("{key} cannot be set here: use the variable {}", setting.variable));
            }
            (Some(_), _) => read.problems.push(format!("{key} must be text in quotes")),
            (None, _) => read
                .problems
                .push(meant(&key, SETTINGS.iter().filter(|setting| setting.place == Place::File).map(Setting::key))),
        }
    }
    Ok(read)
}

fn setting_of(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key() == key)
}
