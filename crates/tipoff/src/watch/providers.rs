//! What is stated of live providers, and when tonight rests on them: while nobody has told a line of its games and the page
//! is soon to be made. What one does not tell before, another may, or the same one later.

use jiff::{SignedDuration, Timestamp};
use pipeline::Partition;
use pipeline::plan::tells_lines;
use pipeline::source::{self, Provider};
use runtime::Task;
use runtime::alerts::{Cause, Condition, Severity, Threat};

use super::{Scene, at_stake};
use crate::app::{ProviderStanding, SlaReport};

/// Lines that nobody has told are missed so long before the page is made of them: enough for somebody to act.
const NEAR: SignedDuration = SignedDuration::from_hours(2);

/// Whether lines of tonight are missed.
fn are_lines_missed(scene: &Scene, now: Timestamp) -> bool {
    let is_near = |tonight: &SlaReport| tonight.edition.cutoff.instant().duration_since(now) <= NEAR;
    !scene.are_lines_known && scene.tonight.as_ref().is_some_and(is_near)
}

/// Whether a provider would tell lines.
fn has_lines(provider: Provider) -> bool {
    source::all().into_iter().any(|source| source.provider() == Some(provider) && tells_lines(source.id()))
}

/// Whether tonight's page may be without any line because a provider is not asked. Looks at lines pass, so
/// that none need be waiting.
pub(super) fn is_missed(provider: Provider, scene: &Scene, now: Timestamp) -> bool {
    has_lines(provider) && are_lines_missed(scene, now)
}

/// Whether tonight's page may be without any line because this is not done: it asks for lines of tonight, or reads what was
/// answered today.
pub(super) fn would_tell_lines(task: &Task, scene: &Scene, now: Timestamp) -> bool {
    let Some(tonight) = &scene.tonight else { return false };
    let slate = tonight.edition.slate;
    let source = match task.key.partition.as_str().parse() {
        Ok(Partition::Delivery { delivery, source }) if delivery.slate() == Some(slate) => source,
        Ok(Partition::Payload { source, .. }) if task.updated_at >= slate.at(0, 0) => source,
        _ => return false,
    };
    tells_lines(&source) && are_lines_missed(scene, now)
}

/// A quota of which little is left. It threatens tonight where less is left than a day takes.
pub(super) fn quota_low(standing: &ProviderStanding, scene: &Scene) -> Option<Condition> {
    let (provider, quota) = (standing.provider(), standing.today.quota?);
    let runs_out = has_lines(provider) && standing.runs_out_today();
    quota.is_nearly_spent().then(|| Condition {
        subject: format!("quota of {provider}"),
        cause: Cause::QuotaLow,
        severity: Severity::Warning,
        threatens: if runs_out { at_stake(scene) } else { Threat::Nothing },
        root: None,
        message: format!("{provider} counts {} of {} as used", quota.used, quota.used + quota.left),
        what_to_do: format!("buy more, or save what is left for later with `tipoff hold --provider {provider}`"),
    })
}
