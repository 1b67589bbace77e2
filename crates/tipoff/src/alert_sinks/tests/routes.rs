//! Environment variables, and what they set up.

use std::collections::BTreeMap;
use std::env::VarError;

use super::super::AlertRoutes;

const WEBHOOK: [(&str, &str); 2] =
    [("TIPOFF_ALERT_WEBHOOK_URL", "http://hook.example.org/hunter2"), ("TIPOFF_ALERT_WEBHOOK_SECRET", "hunter2-key")];
const SLACK: [(&str, &str); 1] = [("TIPOFF_ALERT_SLACK_URL", "https://hooks.slack.example/services/hunter2")];
const MAIL: [(&str, &str); 3] = [
    ("TIPOFF_ALERT_SMTP_URL", "smtps://user:hunter2@mail.example.org:465"),
    ("TIPOFF_ALERT_EMAIL_FROM", "Tipoff <alerts@example.org>"),
    ("TIPOFF_ALERT_EMAIL_TO", "a@example.org, b@example.org"),
];

fn read(variables: &[(&'static str, &str)]) -> anyhow::Result<AlertRoutes> {
    let variables: BTreeMap<_, _> = variables.iter().copied().collect();
    AlertRoutes::read(|name| variables.get(name).map(|value| (*value).to_owned()).ok_or(VarError::NotPresent))
}

fn names(variables: &[(&'static str, &str)]) -> Vec<String> {
    let sinks = read(variables).unwrap().sinks().unwrap();
    sinks.iter().map(|sink| sink.route().to_owned()).collect()
}

#[test]
fn the_log_is_always_a_route_and_the_others_where_they_are_set_up() {
    assert_eq!(names(&[]), ["log"]);
    assert_eq!(names(&[("TIPOFF_ALERT_SLACK_URL", " ")]), ["log"]);
    let all = [&WEBHOOK[..], &SLACK, &MAIL].concat();
    assert_eq!(names(&all), ["log", "webhook", "slack", "email"]);
}

#[test]
fn the_debug_output_of_routes_shows_no_secret() {
    let routes = format!("{:?}", read(&[&WEBHOOK[..], &SLACK, &MAIL].concat()).unwrap());
    assert!(routes.contains("a@example.org") && !routes.contains("hunter2"), "{routes}");
}

#[test]
fn a_wrong_value_is_told_by_the_name_of_its_variable() {
    let wrong = [
        ("TIPOFF_ALERT_WEBHOOK_URL", "hunter2"),
        ("TIPOFF_ALERT_WEBHOOK_URL", "ftp://hunter2.example.org"),
        ("TIPOFF_ALERT_WEBHOOK_URL", "http://"),
        ("TIPOFF_ALERT_SLACK_URL", "http://hooks.slack.example/hunter2"),
        ("TIPOFF_ALERT_SMTP_URL", "https://hunter2.example.org"),
        ("TIPOFF_ALERT_SMTP_URL", "smtp://hunter2@mail.example.org"),
        ("TIPOFF_ALERT_EMAIL_FROM", "hunter2"),
        ("TIPOFF_ALERT_EMAIL_TO", "a@example.org, hunter2"),
        ("TIPOFF_ALERT_EMAIL_TO", ","),
        ("TIPOFF_ALERT_EMAIL_TO", ""),
    ];
    for (name, value) in wrong {
        let all = [&WEBHOOK[..], &SLACK, &MAIL, &[(name, value)]].concat();
        let error = format!("{:#}", read(&all).unwrap_err());
        assert!(error.contains(name) && !error.contains("hunter2"), "{name}={value}: {error}");
    }
}

#[test]
fn a_half_set_up_route_names_what_is_missing() {
    let error = read(&WEBHOOK[1..]).unwrap_err().to_string();
    assert!(error.contains("TIPOFF_ALERT_WEBHOOK_URL is not"), "{error}");
    for missing in 0..MAIL.len() {
        let mut some = MAIL.to_vec();
        let (name, _) = some.remove(missing);
        let error = read(&some).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name} is not set")), "{error}");
    }
    let unreadable = AlertRoutes::read(|_| Err(VarError::NotUnicode("hunter2".into()))).unwrap_err().to_string();
    assert_eq!(unreadable, "TIPOFF_ALERT_WEBHOOK_URL is not valid UTF-8");
}

#[test]
fn a_mail_server_elsewhere_is_never_talked_to_in_clear() {
    use super::super::routes::mail_server;
    let cover = |url: &str| mail_server(url).unwrap().reveal().query().map(ToOwned::to_owned);
    assert_eq!(cover("smtp://user:hunter2@mail.example.org").as_deref(), Some("tls=required"));
    assert_eq!(cover("smtp://mail.example.org?tls=opportunistic").as_deref(), Some("tls=required"));
    assert_eq!(cover("smtps://mail.example.org?tls=opportunistic"), None, "TLS comes first");
    for url in ["smtp://localhost", "smtp://127.0.0.1:25", "smtp://[::1]:2525"] {
        assert_eq!(cover(url), None, "{url}");
    }
}
