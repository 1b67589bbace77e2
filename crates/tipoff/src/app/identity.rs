//! Who is who: names that nobody could resolve, and what a person says about them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use domain::{Alias, Meaning, PlayerId, PlayerName};
use jiff::Timestamp;
use pipeline::Partition;
use pipeline::source::{Directory, all};

use super::App;

/// A name that a source's payloads spell, and that nobody known bears.
#[derive(Debug, Clone, PartialEq)]
pub struct Unresolved {
    /// The source.
    pub source: String,
    /// The name as it is spelled there.
    pub name: String,
    /// How often it occurs in its payloads.
    pub times: u64,
    /// When a payload with it landed last.
    pub newest_seen: Option<Timestamp>,
    /// Who may be meant, the likeliest first.
    pub candidates: Vec<(PlayerId, String)>,
}

/// Why a name cannot be linked: the asker's mistake.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoLink {
    /// There is no such player.
    #[error("nobody known has the id {0}; `tipoff identity unresolved` names candidates")]
    Nobody(PlayerId),
    /// Nobody can be called so.
    #[error("{0:?} holds no letter: it is no name")]
    NoName(String),
}

/// So many candidates are named, each at least so like the name: 1 is the same.
const CANDIDATES: usize = 3;
const LIKE_ENOUGH: f64 = 0.8;

impl App {
    /// The names that could not be resolved when each payload was parsed last, the most frequent first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn unresolved(&self) -> anyhow::Result<Vec<Unresolved>> {
        let directory = self.directory().await?;
        let landed = self.store.raw.landed().await?;
        let seen: BTreeMap<_, _> = landed.iter().map(|payload| (payload.hash, payload.fetched_at)).collect();
        let parsers: BTreeMap<_, _> = all().iter().map(|source| (source.id(), source.parser_version())).collect();
        let mut found = BTreeMap::<(String, String), (u64, Option<Timestamp>)>::new();
        for unresolved in self.store.views.unresolved_names().await? {
            let Partition::Payload { source, parser, hash, .. } = unresolved.partition else { continue };
            // A payload that is to be parsed again, because its parser has changed or a name is known now, says nothing.
            if parsers.get(source.as_str()) != Some(&parser) || directory.player(&unresolved.name).is_some() {
                continue;
            }
            let (times, newest) = found.entry((source, unresolved.name)).or_default();
            *times += unresolved.times;
            *newest = (*newest).max(seen.get(&hash).copied());
        }
        let likeness = self.likeness().await?;
        let mut names: Vec<Unresolved> = found
            .into_iter()
            .map(|((source, name), (times, newest_seen))| {
                let candidates = likeness.candidates(&name);
                Unresolved { source, name, times, newest_seen, candidates }
            })
            .collect();
        names.sort_by_key(|unresolved| std::cmp::Reverse(unresolved.times));
        Ok(names)
    }

    /// What a link would say: that the name is that of a player.
    pub(super) async fn would_link(&self, name: &str, player: PlayerId) -> anyhow::Result<String> {
        let directory = self.directory().await?;
        let known = directory.name(player);
        let known = known.ok_or(NoLink::Nobody(player))?;
        anyhow::ensure!(!PlayerName::lookup(name).is_empty(), NoLink::NoName(name.to_owned()));
        let before = match directory.player(name) {
            Some(other) if other != player => {
                format!(", and no longer {}", directory.name(other).unwrap_or("somebody else"))
            }
            _ => String::new(),
        };
        Ok(format!("{name:?} is {known} ({player}){before}"))
    }

    /// Keeps that a name is that of a player. Payloads whose rows it was lacking are parsed again with the next plan.
    pub(super) async fn link(&self, name: &str, player: PlayerId) -> anyhow::Result<Vec<String>> {
        let linked = self.would_link(name, player).await?;
        let alias = Alias {
            provider: Alias::OPERATOR.to_owned(),
            foreign_id: PlayerName::lookup(name),
            meaning: Meaning::PlayerName(player),
        };
        self.store.views.link(alias, self.now()).await?;
        Ok(vec![linked])
    }
}

/// Who may be meant by names that nobody bears, as of one directory. Each name is compared with everybody once.
pub(super) struct Likeness {
    known: Vec<Known>,
    candidates: Mutex<BTreeMap<String, Vec<(PlayerId, String)>>>,
}

/// Somebody whom a name may mean.
struct Known {
    player: PlayerId,
    name: String,
    lookup: String,
}

impl Likeness {
    pub(super) fn of(directory: &Directory) -> Self {
        let known = |(player, name): (PlayerId, &str)| Known {
            player,
            name: name.to_owned(),
            lookup: PlayerName::lookup(name),
        };
        Self { known: directory.names().map(known).collect(), candidates: Mutex::default() }
    }

    fn candidates(&self, name: &str) -> Vec<(PlayerId, String)> {
        let mut compared = self.candidates.lock().unwrap_or_else(PoisonError::into_inner);
        compared.entry(name.to_owned()).or_insert_with(|| self.compare(name)).clone()
    }

    fn compare(&self, name: &str) -> Vec<(PlayerId, String)> {
        let wanted = PlayerName::lookup(name);
        let mut like: Vec<(f64, &Known)> = self
            .known
            .iter()
            .map(|known| (strsim::jaro_winkler(&wanted, &known.lookup), known))
            .filter(|(likeness, _)| *likeness >= LIKE_ENOUGH)
            .collect();
        like.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.player.cmp(&b.1.player)));
        like.into_iter().take(CANDIDATES).map(|(_, known)| (known.player, known.name.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use runtime::AuditOutcome;

    use super::super::past::Past;
    use super::*;
    use crate::app::Action;

    const GALLINARI: u32 = 201_568;

    #[tokio::test]
    async fn a_name_that_nobody_bears_is_listed_until_somebody_links_it() {
        let past = Past::seen_from("2026-01-15T18:00:00Z");
        let [early, late] = ["2026-01-15T12:00:00Z", "2026-01-15T13:00:00Z"].map(|at| at.parse().unwrap());
        past.lacked(early, 1, &["Danillo Galinary", "Danillo Galinary"]).await;
        past.lacked(late, 1, &["Danillo Galinary", "Xu"]).await;
        past.lacked(late, 0, &["An Earlier Parser's"]).await;
        let found = past.app.unresolved().await.unwrap();
        assert_eq!(
            found.iter().map(|name| (name.name.as_str(), name.times)).collect::<Vec<_>>(),
            [("Danillo Galinary", 3), ("Xu", 1)]
        );
        assert_eq!(found[0].newest_seen, Some(late));
        assert_eq!(found[0].candidates[0], (PlayerId::new(GALLINARI), "Danilo Gallinari".to_owned()));

        let link = |player| Action::Link { name: "Danillo Galinary".to_owned(), player: PlayerId::new(player) };
        let foreseen = past.app.foresee(&link(GALLINARI)).await.unwrap();
        assert_eq!(foreseen.lines, ["\"Danillo Galinary\" is Danilo Gallinari (201568)"]);
        assert_eq!(past.app.unresolved().await.unwrap().len(), 2, "looking changes nothing");
        assert!(past.app.act(&link(4711), "anna").await.is_err(), "nobody has that id");
        past.app.act(&link(GALLINARI), "anna").await.unwrap();
        let left: Vec<String> = past.app.unresolved().await.unwrap().into_iter().map(|name| name.name).collect();
        assert_eq!(left, ["Xu"]);
        let audits = past.app.store.oversight.newest_audits(10).await.unwrap();
        let noted: Vec<_> = audits.into_iter().map(|entry| (entry.actor, entry.subject, entry.outcome)).collect();
        let subject = |player: u32| format!("Danillo Galinary, {player}");
        let expected = [(subject(GALLINARI), AuditOutcome::Done), (subject(4711), AuditOutcome::Failed)];
        assert_eq!(noted, expected.map(|(subject, outcome)| ("anna".to_owned(), subject, outcome)));

        let again =
            past.app.foresee(&Action::Link { name: "Danillo Galinary".to_owned(), player: PlayerId::new(7) }).await;
        assert_eq!(again.unwrap().lines, ["\"Danillo Galinary\" is Nikola Jokić (7), and no longer Danilo Gallinari"]);
    }
}
