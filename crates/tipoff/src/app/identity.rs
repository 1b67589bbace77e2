//! Who is who: names that nobody could resolve, and what a person says about them.

use std::collections::BTreeMap;

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
            let Partition::Payload { source, parser, hash } = unresolved.partition else { continue };
            // A payload that is to be parsed again, because its parser has changed or a name is known now, says nothing.
            if parsers.get(source.as_str()) != Some(&parser) || directory.player(&unresolved.name).is_some() {
                continue;
            }
            let (times, newest) = found.entry((source, unresolved.name)).or_default();
            *times += unresolved.times;
            *newest = (*newest).max(seen.get(&hash).copied());
        }
        let mut all: Vec<Unresolved> = found
            .into_iter()
            .map(|((source, name), (times, newest_seen))| {
                let candidates = candidates(&name, &directory);
                Unresolved { source, name, times, newest_seen, candidates }
            })
            .collect();
        all.sort_by(|a, b| b.times.cmp(&a.times));
        Ok(all)
    }

    /// What a link would say: that the name is that of a player.
    pub(super) async fn would_link(&self, name: &str, player: PlayerId) -> anyhow::Result<String> {
        let directory = self.directory().await?;
        let known = directory.name(player);
        let known = known.ok_or_else(|| {
            anyhow::anyhow!("nobody known has the id {player}; `tipoff identity unresolved` names candidates")
        })?;
        anyhow::ensure!(!PlayerName::lookup(name).is_empty(), "{name:?} holds no letter: it is no name");
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

fn candidates(name: &str, directory: &Directory) -> Vec<(PlayerId, String)> {
    let wanted = PlayerName::lookup(name);
    let mut like: Vec<(f64, PlayerId, &str)> = directory
        .names()
        .map(|(player, known)| (strsim::jaro_winkler(&wanted, &PlayerName::lookup(known)), player, known))
        .filter(|(likeness, ..)| *likeness >= LIKE_ENOUGH)
        .collect();
    like.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    like.into_iter().take(CANDIDATES).map(|(_, player, known)| (player, known.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_the_likeliest_first() {
        let named = |number, name: &str| PlayerName { player: PlayerId::new(number), name: name.to_owned() };
        let players = vec![named(1, "Danilo Gallinari"), named(2, "Daniel Gafford"), named(3, "Nikola Jokić")];
        let directory = Directory::new(Vec::new(), players, Vec::new());
        let found: Vec<u32> =
            candidates("Danillo Galinary", &directory).iter().map(|(player, _)| player.number()).collect();
        assert_eq!(found.first(), Some(&1));
        assert!(!found.contains(&3), "{found:?}");
    }
}
