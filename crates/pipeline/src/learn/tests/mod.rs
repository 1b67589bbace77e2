//! What is learned and what it is learned from knows nothing of the future, and leaks that are planted are found.

mod kept;
mod late;
mod planted;
mod world;

use domain::{Cutoff, Edition, GameDate, Market};
use predict::inputs::Sight;

use self::world::{World, absurd};
use super::{Depth, Learned, PastRow, artifacts};
use crate::pipeline::Progress;
use crate::rows::ModelArtifact;
use crate::steps::train;

/// Nobody listens.
struct Quiet;

impl Progress for Quiet {
    fn beat(&self, _: &str, _: u64, _: u64) {}
}

/// The month that is poisoned.
fn january() -> GameDate {
    GameDate::first_of(2025, 1)
}

/// From the end of October to the end of January.
fn world() -> World {
    World::of("2024-10-22".parse().unwrap(), 102)
}

/// A row of the month.
pub(crate) fn row() -> PastRow {
    let slate = january();
    let rows = world().past(&(slate..=slate)).rows((Market::Points, Sight::Morning), |_| Depth::Formulas, &Quiet);
    rows.into_iter().next().expect("eighty play")
}

/// Everybody's rows of a slate as text, to the last bit.
fn rows(world: &World, slate: GameDate) -> Vec<String> {
    let rows = world.past(&(slate..=slate)).rows((Market::Points, Sight::Morning), |_| Depth::Originals, &Quiet);
    rows.iter().map(bits).collect()
}

fn bits(row: &PastRow) -> String {
    let PastRow { edition, game, player, games, inputs, formulas, originals, quotes, told_out } = row;
    let inputs = inputs.values().map(f32::to_bits);
    format!("{edition} {game} {player} {games} {told_out} {inputs:?} {formulas:?} {originals:?} {quotes:?}")
}

fn learned(world: &World, month: GameDate) -> Learned {
    let past = world.past(&train::training_slates(month));
    train::learned(&past, month, (Market::Points, Sight::Morning), &Quiet)
        .unwrap()
        .expect("there is enough to learn from")
}

/// Weights, laws, shrinks, blend and trees, to the last byte.
fn models(world: &World, month: GameDate) -> Vec<ModelArtifact> {
    artifacts(Market::Points, &learned(world, month)).unwrap()
}

#[test]
fn a_poisoned_future_moves_no_bit_of_a_months_slates() {
    let world = world();
    for day in 0..31 {
        let slate = january().plus_days(day);
        let cutoff = Edition::morning(slate, None).cutoff;
        let honest = rows(&world, slate);
        assert_eq!(honest.len(), 80, "{slate}");
        assert_eq!(rows(&world.poisoned(cutoff), slate), honest, "{slate}");
    }
}

#[test]
fn a_poisoned_past_moves_every_slate() {
    let world = world();
    for day in [0, 15, 30] {
        let slate = january().plus_days(day);
        // One second earlier than the last box score of the evening before.
        let poisoned = world.poisoned(Cutoff::at(slate.plus_days(-1).at(22, 29)));
        assert_ne!(rows(&poisoned, slate), rows(&world, slate), "{slate}");
        let mut one = world.clone();
        let game = one.players.iter_mut().rfind(|fact| fact.value.slate < slate).unwrap();
        absurd(&mut game.value);
        assert_ne!(rows(&one, slate), rows(&world, slate), "{slate}");
    }
}

#[test]
fn a_poisoned_future_moves_no_byte_of_a_months_models() {
    let world = world();
    let honest = models(&world, january());
    let through = Cutoff::at(january().at(0, 0));
    assert!(models(&world.poisoned(through), january()) == honest, "models know what came after the month began");
    let mut one = world;
    let game = one.players.iter_mut().rfind(|fact| fact.known_at <= through.instant()).unwrap();
    absurd(&mut game.value);
    assert!(models(&one, january()) != honest, "models do not read the last game before the month");
}
