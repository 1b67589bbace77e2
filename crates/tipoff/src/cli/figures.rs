//! What the commands about runs share: steps by name, durations, and what a severity exits with.

use pipeline::Step;
use runtime::judge::Severity;

use super::Exit;
pub(super) use crate::reports::duration;

/// A step by its name.
pub(super) fn step(name: &str) -> Result<Step, String> {
    Step::named(name).ok_or_else(|| format!("{name:?} is no step; `tipoff registry` lists them"))
}

/// The exit code of a command that judges: 0 fine, 3 worth a look, 1 critical.
pub(super) fn exit_of(worst: Severity) -> Exit {
    match worst {
        Severity::Fine => Exit::Done,
        Severity::Warning => Exit::Degraded,
        Severity::Critical => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_finding_is_the_exit_code() {
        assert_eq!(
            [Severity::Fine, Severity::Warning, Severity::Critical].map(exit_of),
            [Exit::Done, Exit::Degraded, Exit::Failed]
        );
    }
}
