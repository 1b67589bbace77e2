//! `tipoff config`, and that what a file sets is what the service uses.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::alerting::receiver;
use crate::program::Tipoff;

/// A place with a file of settings.
fn with_file(text: &str) -> Tipoff {
    let tipoff = Tipoff::new();
    std::fs::create_dir_all(tipoff.data_dir()).unwrap();
    std::fs::write(tipoff.data_dir().join("tipoff.toml"), text).unwrap();
    tipoff
}

/// Value and origin of a setting, as `tipoff config show` has them.
fn shown(tipoff: &Tipoff, variables: &[(&str, &str)], key: &str) -> (Value, Value) {
    let report = tipoff.run_with(variables, &["config", "show", "--json"]).exits(0).json();
    let row = report["settings"].as_array().unwrap().iter().find(|row| row["key"] == key).unwrap().clone();
    (row["value"].clone(), row["origin"].clone())
}

#[test]
fn what_is_set_is_shown_with_where_it_comes_from_and_without_secrets() {
    let tipoff = with_file("log = 'debug'\nlisten = 'off'\nping_url = 'https://ping.example.org/hunter2'\n");
    assert_eq!(shown(&tipoff, &[], "data_dir"), (json!("data"), json!("flag")));
    assert_eq!(shown(&tipoff, &[], "log"), (json!("debug"), json!("file")));
    assert_eq!(shown(&tipoff, &[("TIPOFF_LOG", "warn")], "log"), (json!("warn"), json!("environment")));
    assert_eq!(shown(&tipoff, &[], "log_format"), (json!("text"), json!("default")));
    assert_eq!(shown(&tipoff, &[], "ping_url"), (json!("[hidden]"), json!("file")));
    let text = tipoff.run(&["config", "show"]).exits(0).out;
    assert!(text.contains("tipoff.toml") && !text.contains("hunter2"), "{text}");
}

#[test]
fn a_file_that_is_wrong_stops_every_command_and_the_check_says_why() {
    let tipoff = with_file("listn = 'off'\n");
    let refused = tipoff.run(&["schedules"]).exits(1).err;
    assert!(refused.contains("did you mean listen?") && refused.contains("tipoff config check"), "{refused}");
    let checked = tipoff.run(&["config", "check", "--json"]).exits(1).json();
    assert!(checked["problems"][0].as_str().unwrap().contains("listn is no setting"), "{checked}");
    let senseless = with_file("listen = 'here'\nlog_format = 'xml'\nalert_slack_url = 'http://example.org/hunter2'\n");
    let checked = senseless.run(&["config", "check"]).exits(1).out;
    for said in ["TIPOFF_LISTEN", "text or json", "TIPOFF_ALERT_SLACK_URL", "chmod 600"] {
        assert!(checked.contains(said) && !checked.contains("hunter2"), "{said}: {checked}");
    }
    let misspelt = [("TIPOFF_ALERT_SLAK_URL", "hunter2")];
    let warned = Tipoff::new().run_with(&misspelt, &["config", "check"]).exits(3).out;
    assert!(warned.contains("did you mean TIPOFF_ALERT_SLACK_URL?"), "{warned}");
    assert!(Tipoff::new().run(&["config", "check"]).exits(0).out.contains("Nothing is wrong"));
}

#[test]
fn the_service_uses_what_the_file_sets_and_a_variable_goes_before_it() {
    let (url, pinged) = receiver("200 OK");
    let tipoff = with_file(&format!("log_format = 'json'\nlisten = 'off'\nping_url = '{url}'\n"));
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let elsewhere = format!("http://{closed}/hunter2");
    let mut serve = tipoff.start_with(&[("TIPOFF_PING_URL", &elsewhere)], &["serve"]);
    serve.hears(&["\"message\":\"at work\""]);
    serve.hears(&["the ping was not taken"]);
    let log = serve.stops().join("\n");
    assert!(!log.contains("hunter2") && !log.contains("pages at http"), "{log}");
    let serve = tipoff.start(&["serve"]);
    assert!(pinged.join().unwrap().is_empty(), "a ping says nothing but that somebody is here");
    serve.stops();
}

#[test]
fn shells_and_manuals_learn_every_command() {
    let tipoff = Tipoff::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = tipoff.run(&["completions", shell]).exits(0).out;
        assert!(script.contains("tipoff") && script.contains("config"), "{shell}");
    }
    let pages = tipoff.archive_dir();
    tipoff.run(&["man", "--out", pages.to_str().unwrap()]).exits(0);
    let page = std::fs::read_to_string(pages.join("tipoff-config-show.1")).unwrap();
    assert!(page.contains("Secrets are hidden"), "{page}");
    assert!(pages.join("tipoff.1").exists());
}
