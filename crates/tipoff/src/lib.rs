//! The composition root: the store, the pipeline and the runtime put together, and the command line on top.
//!
//! Every operator action is one function of [`app::App`]; the command line parses, calls it and prints.

mod agenda;
pub mod alert_sinks;
pub mod app;
mod archive_files;
mod backtest_page;
mod bench;
mod bench_backtest;
mod bench_history;
mod bench_league;
mod bench_queue;
pub mod cli;
pub mod clock_words;
mod demo;
pub mod doctor;
mod fetch;
mod handlers;
mod http;
mod league;
pub mod metrics;
mod progress;
mod promises;
mod published;
mod replica;
mod reports;
mod schedules;
mod secret;
mod serve;
pub mod settings;
mod simulated_season;
mod traces;
mod watch;

pub use app::App;
