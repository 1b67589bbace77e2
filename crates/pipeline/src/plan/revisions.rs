//! How often facts were added to, by table and slate: planning compares these instead of the facts.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use domain::GameDate;

use crate::ports::Revision;

/// Revisions of every table. Read once for each version of the facts, shared by whoever plans.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revisions(BTreeMap<String, TableRevisions>);

/// Revisions of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableRevisions {
    /// Versions of facts about slates.
    pub slates: BTreeMap<GameDate, u64>,
    /// Versions of facts about no slate, such as names.
    pub others: u64,
}

impl TableRevisions {
    /// Versions of facts of this table, whatever they are about.
    pub fn versions(&self) -> u64 {
        self.others + self.slates.values().sum::<u64>()
    }
}

impl FromIterator<Revision> for Revisions {
    fn from_iter<I: IntoIterator<Item = Revision>>(revisions: I) -> Self {
        let mut known = Self::default();
        known.extend(revisions);
        known
    }
}

impl Extend<Revision> for Revisions {
    fn extend<I: IntoIterator<Item = Revision>>(&mut self, revisions: I) {
        for Revision { table, slate, rows } in revisions {
            let table = self.0.entry(table).or_default();
            match slate {
                Some(slate) => *table.slates.entry(slate).or_default() += rows,
                None => table.others += rows,
            }
        }
    }
}

/// What the directory of games, players and teams is filled from.
const DIRECTORY_FACTS: [&str; 4] = ["game", "player_name", "team_name", "alias"];

impl Revisions {
    /// How many versions of a table's facts about a slate there are.
    pub fn of(&self, table: &str, slate: GameDate) -> u64 {
        self.0.get(table).and_then(|table| table.slates.get(&slate)).copied().unwrap_or(0)
    }

    /// Every table that was ever added to, by name.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &TableRevisions)> {
        self.0.iter().map(|(name, table)| (name.as_str(), table))
    }

    /// What was added about these slates, by table and slate.
    pub fn within(&self, slates: RangeInclusive<GameDate>) -> impl Iterator<Item = (&str, GameDate, u64)> {
        self.tables().flat_map(move |(name, table)| {
            table.slates.range(slates.clone()).map(move |(slate, rows)| (name, *slate, *rows))
        })
    }

    /// How often the directory of games, players and teams was added to.
    pub fn of_directory(&self) -> u64 {
        DIRECTORY_FACTS.iter().filter_map(|table| self.0.get(*table)).map(TableRevisions::versions).sum()
    }
}
