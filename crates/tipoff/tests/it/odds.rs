//! What the program says about two prices.

use serde_json::Value;

use crate::program::Tipoff;

fn near(value: &Value, expected: f64) -> bool {
    (value.as_f64().unwrap() - expected).abs() < 1e-4
}

#[test]
fn two_prices_are_explained_in_every_notation_and_by_every_method() {
    let tipoff = Tipoff::new();
    let report = tipoff.run(&["odds", "--over", "-300", "--under", "+240", "--json"]).exits(0).json();
    let over = &report["over"];
    assert_eq!((&over["american"], &over["fractional"]), (&Value::from(-300), &Value::from("1/3")));
    assert!(near(&over["decimal"], 1.3333) && near(&over["break_even"], 0.75) && near(&report["margin"], 0.044_14));
    let methods = report["no_vig"].as_array().unwrap();
    let names: Vec<&str> = methods.iter().map(|row| row["method"].as_str().unwrap()).collect();
    assert_eq!(names, ["multiplicative", "additive", "power", "shin", "odds_ratio"]);
    assert!(near(&methods[0]["over"], 0.7183) && near(&methods[0]["fair_under"], 3.5501));
    assert_eq!((&over["bet"], &report["recommendation"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_probability_is_weighed_against_both_prices() {
    let tipoff = Tipoff::new();
    let weighed = |probability| {
        let prices = ["odds", "--over", "2.0", "--under", "1.8", "--probability", probability, "--json"];
        tipoff.run(&prices).exits(0).json()
    };
    let report = weighed("0.53");
    let bet = &report["over"]["bet"];
    assert!(near(&bet["edge"], 0.03) && near(&bet["expected_value"], 0.06) && near(&bet["kelly"], 0.06));
    assert!(near(&bet["stake"], 0.015) && near(&report["under"]["bet"]["kelly"], 0.0));
    let recommended = ["0.53", "0.51", "0.40"].map(|probability| weighed(probability)["recommendation"].clone());
    assert_eq!(recommended, ["OVER", "PASS", "UNDER"]);
}

#[test]
fn people_read_a_table_of_one_method_if_they_like() {
    let prices = ["odds", "--over=-110", "--under", "10/11", "--method", "logit", "--probability", "0.6"];
    let out = Tipoff::new().run(&prices).exits(0).out;
    for part in ["-110", "1.9091", "10/11", "4.76 %", "odds_ratio", "+100 (2.00)", "14.55 %", "OVER"] {
        assert!(out.contains(part), "{part} is missing: {out}");
    }
    assert!(!out.contains("shin"), "{out}");
}

#[test]
fn what_is_no_price_is_wrong_usage() {
    let tipoff = Tipoff::new();
    let refused = |over, more: &[&str], hint: &str| {
        let arguments = [&["odds", "--under", "-110", "--over", over], more].concat();
        let err = tipoff.run(&arguments).exits(2).err;
        assert!(err.contains(hint), "{err}");
    };
    refused("110", &[], "+150");
    refused("-110", &["--probability", "1.2"], "from 0 to 1");
    refused("-110", &["--method", "guess"], "odds_ratio");
}
