//! How a process ends: with its command, whatever its steps still do.

/// Runs a command. Steps that go on after it are not waited for: one that never ends would keep the process, and whoever is
/// to start a fresh one, waiting for ever.
pub(super) fn to_its_end<T>(command: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(command);
    runtime.shutdown_background();
    ended
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::to_its_end;

    #[test]
    fn a_step_that_does_not_end_keeps_no_process() {
        let (started, starts) = mpsc::channel();
        let (_never, for_ever) = mpsc::channel::<()>();
        let ended = to_its_end(async move {
            tokio::task::spawn_blocking(move || {
                started.send(()).unwrap();
                for_ever.recv()
            });
            starts.recv().unwrap();
            Ok(7)
        });
        assert_eq!(ended.unwrap(), 7);
    }
}
