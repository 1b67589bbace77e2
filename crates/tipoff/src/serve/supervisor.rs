//! What systemd is told of this process, where it supervises it: ready, still at work, about to stop.

use sd_notify::NotifyState;

/// Tells it; nothing happens where nobody listens.
pub(super) fn tell(state: NotifyState) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!("systemd was not told: {error}");
    }
}
