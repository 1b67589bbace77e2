//! What a person may stop until a person lets it go on: a step, every step, or a provider. All are breakers.

use std::fmt;

use pipeline::Step;
use pipeline::source::Provider;
use runtime::{Breaker, Moved, StepId};

use super::App;
use crate::fetch::breaker_of;

/// What is stopped, or goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holdable {
    /// A step; `publish` is publication.
    Step(Step),
    /// Every step.
    EveryStep,
    /// Everything that is asked of a provider; what was landed of it before is still made use of.
    Provider(Provider),
}

impl Holdable {
    /// A step or a provider by its name; no two are named alike.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Step::named(name).map(Self::Step).or_else(|| Provider::named(name).map(Self::Provider))
    }

    /// The names of its breakers.
    fn breakers(self) -> Vec<StepId> {
        match self {
            Self::Step(step) => vec![StepId::from(step.name())],
            Self::EveryStep => Step::all().map(|step| StepId::from(step.name())).collect(),
            Self::Provider(provider) => vec![breaker_of(provider)],
        }
    }
}

impl fmt::Display for Holdable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Step(step) => step.name(),
            Self::EveryStep => "every step",
            Self::Provider(provider) => provider.name(),
        })
    }
}

impl App {
    /// The breakers of what is to be held that are not held yet.
    pub(super) async fn holds(&self, what: Holdable) -> anyhow::Result<Vec<(StepId, Breaker)>> {
        let mut breakers = self.store.ledger.breakers().await?;
        let names = what.breakers().into_iter();
        let standing = names.map(|name| (name.clone(), breakers.remove(&name).unwrap_or_default()));
        Ok(standing.filter(|(_, breaker)| !matches!(breaker, Breaker::Held { .. })).collect())
    }

    /// The breakers of this that are held.
    pub(super) async fn held(&self, what: Holdable) -> anyhow::Result<Vec<(StepId, Breaker)>> {
        let breakers = self.store.ledger.breakers().await?.into_iter();
        let names = what.breakers();
        Ok(breakers.filter(|(name, breaker)| names.contains(name) && matches!(breaker, Breaker::Held { .. })).collect())
    }

    /// Moves breakers, unless somebody has moved them meanwhile; says of each that it was.
    pub(super) async fn moved(
        &self,
        breakers: Vec<(StepId, Breaker)>,
        to: &Breaker,
        now: &str,
    ) -> anyhow::Result<Vec<String>> {
        let mut lines = Vec::new();
        for (name, from) in breakers {
            if self.store.ledger.move_breaker(&name, &from, to).await? == Moved::Yes {
                lines.push(format!("{name} {now}"));
            }
        }
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_providers_are_told_apart_by_their_names() {
        for step in Step::all() {
            assert_eq!(Holdable::named(step.name()), Some(Holdable::Step(step)));
            assert_eq!(Provider::named(step.name()), None, "{step} is also a provider");
        }
        for provider in Provider::ALL {
            assert_eq!(Holdable::named(provider.name()), Some(Holdable::Provider(provider)));
        }
        assert_eq!(Holdable::named("every step"), None);
    }
}
