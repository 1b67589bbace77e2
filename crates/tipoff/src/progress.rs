//! Progress on a terminal: one bar, for a plan of many tasks or for a long task of a short plan.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use runtime::{Event, Observer, Silent};

/// A bar when a person watches, silence otherwise.
pub(crate) fn observer() -> Arc<dyn Observer> {
    if std::io::stderr().is_terminal() { Arc::new(Bar::new()) } else { Arc::new(Silent) }
}

struct Bar {
    bar: ProgressBar,
    /// Whether the bar counts the tasks of a plan; else it counts what a task is busy with.
    counts_tasks: AtomicBool,
}

/// A plan of fewer tasks is over before a bar could be read.
const LONG_PLAN: usize = 5;

impl Bar {
    fn new() -> Self {
        let style = ProgressStyle::with_template("{spinner} {bar:24.cyan/blue} {pos:>5}/{len} {wide_msg} {elapsed} ");
        let bar = ProgressBar::hidden().with_style(style.expect("a template without mistakes, see the test"));
        Self { bar, counts_tasks: AtomicBool::new(false) }
    }

    fn begin(&self, length: u64) {
        self.bar.reset();
        self.bar.set_length(length);
        self.bar.set_message("");
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        self.bar.enable_steady_tick(Duration::from_millis(120));
    }

    fn end(&self) {
        self.bar.disable_steady_tick();
        self.bar.finish_and_clear();
        self.bar.set_draw_target(ProgressDrawTarget::hidden());
    }
}

impl Observer for Bar {
    fn on(&self, event: &Event<'_>) {
        let counts_tasks = self.counts_tasks.load(Ordering::Relaxed);
        match event {
            Event::Planned { ready } => {
                let long = *ready >= LONG_PLAN;
                self.counts_tasks.store(long, Ordering::Relaxed);
                if long {
                    self.begin(*ready as u64);
                } else if counts_tasks {
                    self.end();
                }
            }
            Event::Started { key } if counts_tasks => self.bar.set_message(key.to_string()),
            Event::Progress { key, stage, done, total } if counts_tasks => {
                self.bar.set_message(format!("{key}: {done}/{total} {stage}"));
            }
            Event::Progress { stage, done, total, .. } => {
                if *done == 0 {
                    self.begin(*total);
                }
                self.bar.set_message((*stage).to_owned());
                self.bar.set_position(*done);
                if done >= total {
                    self.end();
                }
            }
            Event::Settled { .. } if counts_tasks => {
                self.bar.inc(1);
                if self.bar.length().is_some_and(|length| self.bar.position() >= length) {
                    self.end();
                }
            }
            Event::Started { .. } | Event::Settled { .. } => {}
        }
    }
}

/// A bar over many long steps, when a person watches.
pub(crate) struct Steps(ProgressBar);

impl Steps {
    /// A bar over so many.
    pub(crate) fn of(count: usize) -> Self {
        let style =
            ProgressStyle::with_template("{spinner} {bar:24.cyan/blue} {pos:>5}/{len} {msg} {elapsed}, {eta} left");
        let bar = ProgressBar::new(count as u64).with_style(style.expect("a template without mistakes, see the test"));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// What is being done.
    pub(crate) fn doing(&self, what: impl Into<String>) {
        self.0.set_message(what.into());
    }

    /// One is done.
    pub(crate) fn done(&self) {
        self.0.inc(1);
    }

    /// All are.
    pub(crate) fn end(&self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Bar, Steps};

    #[test]
    fn the_template_is_one() {
        assert!(Bar::new().bar.is_hidden(), "nothing is drawn before there is something to tell");
        Steps::of(3).end();
    }
}
