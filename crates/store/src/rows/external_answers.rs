//! External answers as rows: their columns in order, both ways, for every dialect.

use domain::Edition;
use jiff::Timestamp;
use pipeline::rows::ExternalAnswer;

use super::predictions::{law_bytes, read_law};
use super::tasks::Named;
use super::{Cells, Columns, Corrupt, Value};

/// The columns of an answer to an edition, received at an instant.
pub(crate) fn answer(edition: Edition, answer: &ExternalAnswer, received_at: Timestamp) -> Named<'_> {
    let ExternalAnswer { game, player, market, system, law } = answer;
    vec![
        (":slate", Value::Text(edition.slate.to_string().into())),
        (":cutoff", Value::Integer(edition.cutoff.instant().as_microsecond())),
        (":game_id", Value::Text(game.to_string().into())),
        (":player_id", Value::Integer(player.number().into())),
        (":market", Value::Text(market.code().into())),
        (":system", Value::Text(system.id().into())),
        (":law", Value::Blob(law_bytes(law).into())),
        (":received_at", Value::Integer(received_at.as_microsecond())),
    ]
}

/// Columns: game, player, market, system, law.
pub(crate) fn read_answer(row: &dyn Columns) -> Result<ExternalAnswer, Corrupt> {
    let mut cells = Cells::from(row, 0);
    let (game, player, market, system) = (cells.parse()?, cells.player()?, cells.parse()?, cells.parse()?);
    let law = read_law(&cells.blob()?).ok_or_else(|| Corrupt(format!("the law for {player} does not sum to one")))?;
    Ok(ExternalAnswer { game, player, market, system, law })
}

/// Column: a count.
pub(crate) fn count(row: &dyn Columns) -> Result<u64, Corrupt> {
    Cells::from(row, 0).whole()
}
