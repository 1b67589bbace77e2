//! The program as its users meet it: real files in, exit codes, JSON and published files out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod alerting;
mod archive;
mod backfill;
mod backtest;
mod by_hand;
mod coordinator;
mod crash_points;
mod dead_letters;
mod demo;
mod doctor;
mod documents;
mod external;
mod features;
mod grades;
mod import;
mod judging;
mod late;
mod looking;
mod measuring;
mod night;
mod odds;
mod parquet_file;
mod process;
mod program;
mod promises;
mod replica;
mod schemas;
mod serve;
mod serve_on_postgres;
mod settings;
mod showing;
mod simulating;
mod supervised;
