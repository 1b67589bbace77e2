//! The log: one line an event on stderr, for people or, with TIPOFF_LOG_FORMAT=json, for programs.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::settings::Settings;

/// How much is logged unless TIPOFF_LOG says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chatter {
    /// What happens, as it happens: nobody watches.
    Unattended,
    /// Nothing: the command prints what a person asked for.
    Attended,
}

impl From<bool> for Chatter {
    fn from(unattended: bool) -> Self {
        if unattended { Self::Unattended } else { Self::Attended }
    }
}

/// Starts logging. A filter that cannot be read is said so, and the default used.
pub(super) fn start(chatter: Chatter, settings: &Settings) {
    let default = match chatter {
        Chatter::Unattended => "info",
        Chatter::Attended => "off",
    };
    let wanted = settings.text("TIPOFF_LOG").unwrap_or(default);
    let filter = EnvFilter::try_new(wanted).unwrap_or_else(|error| {
        eprintln!("warning: TIPOFF_LOG is {wanted:?}, which is no filter ({error}); using {default:?}");
        EnvFilter::new(default)
    });
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if settings.text("TIPOFF_LOG_FORMAT") == Some("json") {
        log.json().init();
    } else {
        log.with_ansi(std::io::stderr().is_terminal()).init();
    }
}
