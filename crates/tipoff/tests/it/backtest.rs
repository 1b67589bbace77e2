//! `tipoff backtest` through the binary: one that is killed goes on where it was, and says what it would have said.

use std::fs;

use crate::archive::Archive;
use crate::program::Tipoff;

const BACKTEST: [&str; 6] = ["backtest", "--season", "2024-25", "--refit", "7d", "--json"];

#[test]
fn one_that_was_killed_goes_on_and_its_report_has_the_same_bytes() {
    let tipoff = Tipoff::with(&Archive::long_season());
    let undisturbed = tipoff.copied().run(&BACKTEST).exits(0);
    assert!(undisturbed.json()["n_slates"].as_u64() > Some(30), "{}", undisturbed.out);

    let mut killed = tipoff.start(&BACKTEST);
    (0..2).for_each(|_| _ = killed.hears(&["written", "backtest/"]));
    killed.kill();
    let folder = tipoff.data_dir().join("backtest");
    let of_this_program = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let kept = fs::read_dir(of_this_program).unwrap().next().unwrap().unwrap().path();
    fs::write(kept, b"half a tree").unwrap();

    let resumed = tipoff.run(&BACKTEST).exits(0);
    assert!(resumed.err.contains("sets of trees that an interrupted backtest has left"), "{}", resumed.err);
    assert!(undisturbed.out == resumed.out, "{}\n{}", undisturbed.out, resumed.out);
    assert!(!folder.exists(), "nothing is left of a backtest that has come to its end");
}

#[test]
fn what_another_program_has_left_is_not_used_and_goes() {
    let tipoff = Tipoff::with_season();
    let folder = tipoff.data_dir().join("backtest");
    fs::create_dir_all(folder.join("another/program")).unwrap();
    let alone = tipoff.run(&BACKTEST).exits(0);
    assert!(!alone.err.contains("interrupted"), "{}", alone.err);
    assert!(!folder.exists());
}
