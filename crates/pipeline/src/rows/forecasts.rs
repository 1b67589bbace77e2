//! What forecasting makes of features: trained models, and the answers and silences of systems, ours and others'.

use domain::{GameId, Market, PlayerId, Probability};
use jiff::Timestamp;
use predict::{Abstain, CountLaw, ExternalSystem, SystemId};

use crate::{MARKET, PayloadHash};

/// A trained model, as bytes with a card.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelArtifact {
    /// What it counts.
    pub market: Market,
    /// The system it serves.
    pub system: SystemId,
    /// Feature schema it was trained on.
    pub schema: String,
    /// Nothing known later than this was used.
    pub trained_through: Timestamp,
    /// Player-games it was trained on.
    pub rows: u64,
    /// What it measured on rows it had not seen, and its parameters, as JSON.
    pub card: String,
    /// The model: XGBoost's binary JSON for trees, nothing where the card says it all.
    pub body: Vec<u8>,
}

impl ModelArtifact {
    /// The artifact's name: a hash over all that decides what it predicts. Those of points had names before there were others.
    pub fn hash(&self) -> PayloadHash {
        let market = if self.market == MARKET { String::new() } else { format!("{}|", self.market) };
        let head = format!("{market}{}|{}|{}|{}|", self.system, self.schema, self.trained_through, self.card);
        PayloadHash::of(&[head.as_bytes(), &self.body].concat())
    }
}

/// One system's answer to one question: a staging row.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Which game.
    pub game: GameId,
    /// Which player.
    pub player: PlayerId,
    /// Which statistic.
    pub market: Market,
    /// Which system.
    pub system: SystemId,
    /// The trained artifact that answered, for systems that have one.
    pub model: Option<PayloadHash>,
    /// How likely the player plays, where that was learned. The law is given that he does.
    pub p_plays: Option<Probability>,
    /// Its law, or why it is silent.
    pub answer: Result<CountLaw, Silence>,
}

/// An answer of a system outside this program. Its type keeps it from taking the place of one of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct ExternalAnswer {
    /// Which game.
    pub game: GameId,
    /// Which player.
    pub player: PlayerId,
    /// Which statistic.
    pub market: Market,
    /// Which system.
    pub system: ExternalSystem,
    /// Its law.
    pub law: CountLaw,
}

impl From<ExternalAnswer> for Forecast {
    fn from(said: ExternalAnswer) -> Self {
        let ExternalAnswer { game, player, market, system, law } = said;
        Self { game, player, market, system: SystemId::External(system), model: None, p_plays: None, answer: Ok(law) }
    }
}

/// A stored reason for silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Name of the reason.
    pub code: String,
    /// The reason in words.
    pub detail: String,
}

impl From<&Abstain> for Silence {
    fn from(abstain: &Abstain) -> Self {
        Self { code: abstain.code().to_owned(), detail: abstain.to_string() }
    }
}
