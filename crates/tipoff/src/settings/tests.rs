//! Where values come from, and what is said of those that are wrong.

use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;

/// Settings of a data directory with this file, these flags and these variables.
fn load(file: &str, flags: &[(&'static str, &str)], variables: &[(&str, &str)]) -> (TempDir, Settings) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(FILE);
    std::fs::write(&path, file).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let settings = loaded(folder.path(), flags, variables);
    (folder, settings)
}

fn loaded(folder: &Path, flags: &[(&'static str, &str)], variables: &[(&str, &str)]) -> Settings {
    let mut flags: BTreeMap<_, _> = flags.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    flags.insert("TIPOFF_DATA_DIR", folder.display().to_string());
    Settings::load(&flags, &|name| {
        let set = variables.iter().find(|(variable, _)| *variable == name);
        set.map(|(_, text)| (*text).to_owned()).ok_or(VarError::NotPresent)
    })
}

fn value(settings: &Settings, variable: &str) -> (Option<String>, Origin) {
    let setting = Setting::of_variable(variable).unwrap();
    (settings.text(variable).map(ToOwned::to_owned), settings.origin(setting))
}

#[test]
fn a_flag_goes_before_a_variable_before_the_file_before_what_is_usual() {
    let listen = |flags: &[_], variables: &[_], file: &str| value(&load(file, flags, variables).1, "TIPOFF_LISTEN");
    let (flag, variable) = (("TIPOFF_LISTEN", "flag:1"), ("TIPOFF_LISTEN", "variable:1"));
    let file = "listen = 'file:1'";
    let some = |text: &str, origin| (Some(text.to_owned()), origin);
    assert_eq!(listen(&[flag], &[variable], file), some("flag:1", Origin::Flag));
    assert_eq!(listen(&[], &[variable], file), some("variable:1", Origin::Environment));
    assert_eq!(listen(&[], &[("TIPOFF_LISTEN", " ")], file), some("file:1", Origin::File));
    assert_eq!(listen(&[], &[], ""), some("127.0.0.1:8420", Origin::Default));
    assert_eq!(value(&load("", &[], &[]).1, "TIPOFF_PING_URL"), (None, Origin::Default));
}

#[test]
fn a_file_that_is_named_must_be_there_and_the_usual_one_need_not() {
    let folder = TempDir::new().unwrap();
    assert_eq!(loaded(folder.path(), &[], &[]).problems(), [] as [String; 0]);
    let missing = folder.path().join("missing.toml").display().to_string();
    let problems = loaded(folder.path(), &[], &[("TIPOFF_CONFIG", &missing)]).problems().to_vec();
    assert!(problems.len() == 1 && problems[0].contains("missing.toml cannot be read"), "{problems:?}");
    std::fs::write(&missing, "log = 'debug'").unwrap();
    let settings = loaded(folder.path(), &[("TIPOFF_CONFIG", &missing)], &[]);
    assert_eq!(value(&settings, "TIPOFF_LOG"), (Some("debug".to_owned()), Origin::File));
}

#[test]
fn what_is_wrong_in_a_file_is_named_and_secrets_are_not() {
    for (file, said) in [
        ("alert_slak_url = 'https://hunter2'", "alert_slak_url is no setting: did you mean alert_slack_url?"),
        ("colour = 'hunter2'", "colour is no setting: `tipoff config show` lists them"),
        ("data_dir = 'hunter2'", "data_dir cannot be set here: use the variable TIPOFF_DATA_DIR"),
        ("listen = 8420", "listen must be text in quotes"),
        ("\nping_url = https://hunter2", "line 2 is no TOML"),
    ] {
        let (_folder, settings) = load(file, &[], &[]);
        let [problem] = settings.problems() else { panic!("{file}: {:?}", settings.problems()) };
        assert!(problem.contains(said) && problem.contains(FILE) && !problem.contains("hunter2"), "{problem}");
    }
}

#[test]
fn a_secret_is_not_shown_and_a_file_that_everybody_may_read_is_warned_of() {
    let (folder, settings) = load("ping_url = 'https://hunter2'\nlog = 'debug'", &[], &[]);
    let shown = |variable| settings.shown(Setting::of_variable(variable).unwrap());
    assert_eq!((shown("TIPOFF_PING_URL"), shown("TIPOFF_LOG")), (Some("[hidden]"), Some("debug")));
    assert_eq!(settings.warnings(), [] as [String; 0]);
    let open = |file: &str| {
        let path = folder.path().join(FILE);
        std::fs::write(&path, file).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        loaded(folder.path(), &[], &[]).warnings().to_vec()
    };
    assert!(open("ping_url = 'https://hunter2'")[0].contains("chmod 600"));
    assert_eq!(open("log = 'debug'"), [] as [String; 0], "it holds no secret");
}

#[test]
fn every_setting_has_a_name_of_its_own_and_a_meaning() {
    let keys: std::collections::BTreeSet<_> = SETTINGS.iter().map(Setting::key).collect();
    assert_eq!(keys.len(), SETTINGS.len());
    assert!(SETTINGS.iter().all(|setting| setting.variable.starts_with("TIPOFF_") && !setting.meaning.is_empty()));
}
