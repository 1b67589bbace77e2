//! What documents say of an edition: when each game's forecasts were made, and whose a late one has changed, and why.

use domain::{GameId, Spot};
use predict::features::UpcomingPlayerGameContext;
use schemars::JsonSchema;
use serde::Serialize;

use super::words;
use super::{HEADLINE, Slate, rounded};

/// When a game's forecasts were made, and what its teams had told by then.
#[derive(JsonSchema, Serialize)]
pub(super) struct Told {
    /// Nothing later was known.
    #[schemars(extend("format" = "date-time"))]
    forecast_at: Option<String>,
    line_ups_known: bool,
    /// Whom one could have expected and who is not dressed, once the line-ups are known.
    not_dressed: Vec<String>,
}

/// A player's place in the line-up, and what was said of him before it was known.
#[derive(JsonSchema, Serialize)]
pub(super) struct Change {
    /// `starts`, `bench` or `out`; nothing while nobody has told.
    #[schemars(schema_with = "words::line_up")]
    line_up: Option<&'static str>,
    /// What the edition before said of him, where this game's forecasts were made anew.
    earlier: Option<Earlier>,
}

#[derive(JsonSchema, Serialize)]
struct Earlier {
    #[schemars(extend("format" = "date-time"))]
    forecast_at: String,
    /// Nothing where nobody had an answer.
    predicted: Option<f64>,
}

impl Told {
    pub(super) fn of(slate: &Slate<'_>, game: GameId) -> Self {
        let lineup = slate.about.lineups.get(&game);
        let out =
            |player: &&UpcomingPlayerGameContext| lineup.is_some_and(|told| told.spot(player.player) == Spot::Out);
        Self {
            forecast_at: forecast_at(slate, game),
            line_ups_known: lineup.is_some(),
            not_dressed: slate.players_of(game).filter(out).map(|player| slate.name(player.player)).collect(),
        }
    }
}

impl Change {
    pub(super) fn of(slate: &Slate<'_>, context: &UpcomingPlayerGameContext) -> Self {
        let lineup = slate.about.lineups.get(&context.game);
        let earlier = slate.about.page.before(context.game).map(|part| {
            let mut headline = part.predictions.iter().filter(|row| row.system == HEADLINE);
            let his = headline.find(|row| (row.game, row.player) == (context.game, context.player));
            Earlier {
                forecast_at: part.edition.cutoff.instant().to_string(),
                predicted: his.map(|row| rounded(row.mean)),
            }
        });
        Self { line_up: lineup.map(|told| told.spot(context.player).code()), earlier }
    }
}

/// When a game's forecasts were made: nothing later was known.
pub(super) fn forecast_at(slate: &Slate<'_>, game: GameId) -> Option<String> {
    Some(slate.about.page.edition_of(game)?.cutoff.instant().to_string())
}
