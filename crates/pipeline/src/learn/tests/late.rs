//! A late edition asks trained trees with what teams had told by its cutoff, and with nothing that they tell afterwards.

use std::collections::BTreeMap;

use domain::{Cutoff, Edition, GameId, Known, LineupSpot, Market, PlayerId, Provenance, Spot};
use jiff::SignedDuration;
use predict::Booster;
use predict::features::{feature_tables, lines_known};
use predict::inputs::Sight;

use super::world::World;
use super::{Quiet, january, world};
use crate::Coverage;
use crate::learn::BoostedTrees;
use crate::steps::forecast::slate_inputs;
use crate::steps::train;

const POINTS_LATE: (Market, Sight) = (Market::Points, Sight::Late);

/// The late edition of the month's first slate: half an hour before all of its games.
fn evening() -> Edition {
    Edition { slate: january(), cutoff: Cutoff::at(january().at(19, 0)) }
}

/// Everybody's place in the line-ups, told in the minute before: of each team the players six to ten start.
fn told(world: &World) -> Vec<Known<LineupSpot>> {
    let seen = evening().cutoff.instant() - SignedDuration::from_secs(20);
    let of_team = |game: GameId, team: domain::Team| {
        let first = World::first_player(team);
        (0..10).map(move |place| {
            let spot = if place >= 5 { Spot::Starts } else { Spot::Bench };
            let player = PlayerId::new(first + place);
            Known::new(LineupSpot { game, slate: january(), player, team, spot }, seen, Provenance::Observed)
        })
    };
    let games = world.games(january());
    games
        .iter()
        .flat_map(|game| [(game.id, game.home), (game.id, game.away)])
        .flat_map(|(game, team)| of_team(game, team))
        .collect()
}

/// What the trees say of everybody, to the last bit.
fn means(trees: &BoostedTrees, world: &World, spots: &[Known<LineupSpot>]) -> BTreeMap<PlayerId, u64> {
    let Edition { slate, cutoff } = evening();
    let past = world.past(&(slate..=slate));
    let snapshot = past.history.as_of(cutoff);
    let coverage = Coverage::of(evening(), &world.sealed_games(slate), spots);
    assert_eq!(coverage.lineups.len(), 4, "every game's line-ups are told");
    let tables = feature_tables(&snapshot, &coverage.games, &lines_known(cutoff, &[]));
    let inputs = slate_inputs(&snapshot, Market::Points, (&tables.teams, &tables.players), &coverage.lineups);
    tables.players.iter().zip(&inputs).map(|(player, row)| (player.player, trees.predict(row).to_bits())).collect()
}

/// The same spots with a starter and a substitute of one team changed about, so long before the cutoff or after it.
fn swapped(spots: &[Known<LineupSpot>], after: SignedDuration) -> Vec<Known<LineupSpot>> {
    let at = evening().cutoff.instant() + after;
    let mut moved = spots.to_vec();
    for (place, spot) in [(0, Spot::Starts), (9, Spot::Bench)] {
        let before = moved[place].open(Cutoff::at(jiff::Timestamp::MAX)).copied().unwrap();
        moved[place].supersede(at);
        moved.push(Known::new(LineupSpot { spot, ..before }, at, Provenance::Observed));
    }
    moved
}

#[test]
fn a_starter_who_is_benched_after_the_cutoff_moves_no_bit_and_before_it_he_does() {
    let world = world();
    let past = world.past(&train::training_slates(january()));
    let learned = train::learned(&past, january(), POINTS_LATE, &Quiet).unwrap().expect("there is enough");
    let spots = told(&world);
    let honest = means(&learned.trees, &world, &spots);
    assert_eq!(honest.len(), 80);
    let second = SignedDuration::from_secs(1);
    assert_eq!(means(&learned.trees, &world, &swapped(&spots, second)), honest, "told a second after the cutoff");
    assert_ne!(means(&learned.trees, &world, &swapped(&spots, -second)), honest, "told a second before it");
}
