//! Settings: what there is to set, as data, and where each value comes from. A flag goes before a variable, a variable
//! before the file, the file before what is usual.

mod file;
mod list;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::env::VarError;
use std::path::{Path, PathBuf};

pub use list::{Flag, Place, SETTINGS, Secrecy, Setting};

/// Name of the file with settings in the data directory.
pub const FILE: &str = "tipoff.toml";

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// A variable of the environment.
    Environment,
    /// The file with settings.
    File,
    /// Nobody set it.
    Default,
}

impl Origin {
    /// Name in tables and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        }
    }
}

/// A setting with its value.
#[derive(Clone)]
struct Value {
    text: String,
    origin: Origin,
}

/// The settings of this process.
#[derive(Clone, Default)]
pub struct Settings {
    values: BTreeMap<&'static str, Value>,
    file: Option<PathBuf>,
    problems: Vec<String>,
    warnings: Vec<String>,
}

/// Variables of the environment, by name.
pub type Environment<'a> = &'a dyn Fn(&str) -> Result<String, VarError>;

impl Settings {
    /// What flags (by the settings' variables), environment and file come to. Reads the file that is named, or else the one in
    /// the data directory if there is one. What is wrong is kept as a problem and sets nothing.
    pub fn load(flags: &BTreeMap<&'static str, String>, environment: Environment) -> Self {
        let mut settings = Self::default();
        for setting in &SETTINGS {
            settings.take(setting, flags.get(setting.variable), environment);
        }
        let named = settings.text("TIPOFF_CONFIG").map(PathBuf::from);
        let usual = Path::new(settings.text("TIPOFF_DATA_DIR").unwrap_or_default()).join(FILE);
        settings.read_file(named.as_deref().unwrap_or(&usual), named.is_some().into());
        settings
    }

    fn take(&mut self, setting: &'static Setting, flag: Option<&String>, environment: Environment) {
        let variable = match environment(setting.variable) {
            Ok(text) if !text.trim().is_empty() => Some((text.trim().to_owned(), Origin::Environment)),
            Ok(_) | Err(VarError::NotPresent) => None,
            Err(VarError::NotUnicode(_)) => {
                self.problems.push(format!("{} is not valid UTF-8", setting.variable));
                None
            }
        };
        let flag = flag.map(|text| (text.clone(), Origin::Flag));
        let usual = setting.usual.map(|text| (text.to_owned(), Origin::Default));
        if let Some((text, origin)) = flag.or(variable).or(usual) {
            self.values.insert(setting.variable, Value { text, origin });
        }
    }

    fn read_file(&mut self, path: &Path, wanted: file::Wanted) {
        let file::Read { values, problems, warnings } = match file::read(path, wanted) {
            Ok(Some(read)) => read,
            Ok(None) => return,
            Err(problem) => return self.problems.push(problem),
        };
        self.file = Some(path.to_owned());
        self.problems.extend(problems);
        self.warnings.extend(warnings);
        for (setting, text) in values {
            let is_set = self.values.get(setting.variable).is_some_and(|value| value.origin != Origin::Default);
            if !is_set {
                self.values.insert(setting.variable, Value { text, origin: Origin::File });
            }
        }
    }

    /// The value of the setting with this variable, from wherever it comes.
    pub fn text(&self, variable: &str) -> Option<&str> {
        self.values.get(variable).map(|value| value.text.as_str())
    }

    /// The same, as the environment would tell it.
    ///
    /// # Errors
    /// When nothing sets it.
    pub fn variable(&self, variable: &str) -> Result<String, VarError> {
        self.text(variable).map(ToOwned::to_owned).ok_or(VarError::NotPresent)
    }

    /// Where a setting's value comes from.
    pub fn origin(&self, setting: &Setting) -> Origin {
        self.values.get(setting.variable).map_or(Origin::Default, |value| value.origin)
    }

    /// A setting's value for people: none where it has none, and never a secret.
    pub fn shown(&self, setting: &Setting) -> Option<&str> {
        match (self.text(setting.variable), setting.secrecy) {
            (Some(_), Secrecy::Secret) => Some("[hidden]"),
            (text, _) => text,
        }
    }

    /// The file that was read.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// What is wrong, each with what to do. Without a look at whether values make sense to those who use them.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// What works and is dangerous all the same.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

/// What somebody may have meant by a name that is no setting.
pub fn meant(name: &str, names: impl Iterator<Item = String>) -> String {
    let close = |known: &String| strsim::normalized_damerau_levenshtein(name, known);
    let best = names.max_by(|one, other| close(one).total_cmp(&close(other)));
    match best.filter(|best| close(best) > 0.6) {
        Some(best) => format!("{name} is no setting: did you mean {best}?"),
        None => format!("{name} is no setting: `tipoff config show` lists them"),
    }
}
