//! The operator's handbook tells all there is to tell: every setting, every cause of an alert, every rule of Prometheus.

use std::path::Path;

use runtime::alerts::Cause;
use tipoff::settings::SETTINGS;

use crate::program::Tipoff;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

/// The names of a table's first column.
fn rows(text: &str) -> Vec<&str> {
    let firsts = text.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    firsts.flat_map(|cell| cell.split(", ")).map(|name| name.trim_matches('`')).collect()
}

#[test]
fn operations_list_what_is_promised() {
    let listed = Tipoff::new().run(&["sla", "--list"]).exits(0);
    let operations = read("docs/operations.md");
    let (_, rest) = operations.split_once("<!-- made by `tipoff sla --list` -->\n").unwrap();
    assert_eq!(rest.split_once("<!-- end -->").unwrap().0, listed.out);
}

#[test]
fn operations_tell_what_every_alert_means_and_every_setting() {
    let operations = read("docs/operations.md");
    let told = rows(&operations);
    let rules = read("ops/prometheus/rules.yml");
    let rules = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
    let wanted = Cause::ALL.map(Cause::code).into_iter().chain(rules).chain(SETTINGS.iter().map(|set| set.variable));
    let missing: Vec<_> = wanted.filter(|name| !told.contains(name)).collect();
    assert!(missing.is_empty(), "docs/operations.md has no row of {missing:?}");
}
