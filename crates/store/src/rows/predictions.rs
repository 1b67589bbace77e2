//! Phase 5 as rows: forecasts, predictions, scenarios.

use domain::TwoWayPrice;
use pipeline::PayloadHash;
use pipeline::rows::{Forecast, Prediction, PredictionId, Quote, Scenario, Silence, Variant};
use predict::{CountLaw, Recommendation, Settlement};

use super::{Cells, Corrupt, Record, Writer};
use domain::Availability;

impl Record for Forecast {
    const TABLE: &'static str = "forecast";
    const KEY: &'static [&'static str] = &["game_id", "player_id", "market", "system"];
    const CONTENT: &'static [&'static str] = &["model", "p_plays", "law", "silence", "silence_detail"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game).player(self.player).text(self.market.code()).text(self.system.code());
        row.blob_if_any(self.model.map(|model| model.bytes().to_vec()));
        row.real_if_any(self.p_plays.map(domain::Probability::get));
        match &self.answer {
            Ok(law) => {
                row.blob(law_bytes(law)).text_if_any(None::<&str>).text_if_any(None::<&str>);
            }
            Err(silence) => {
                row.blob_if_any(None::<&[u8]>).text(&silence.code).text(&silence.detail);
            }
        }
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        let (game, player, market, system) = (row.parse()?, row.player()?, row.parse()?, row.system()?);
        let model = row
            .blob_if_any()?
            .map(|hash| <[u8; 32]>::try_from(&*hash).map_err(|_| Corrupt("a model's hash has 32 bytes".to_owned())))
            .transpose()?
            .map(PayloadHash::from_bytes);
        let p_plays = row.probability_if_any()?;
        let (law, code, detail) = (row.blob_if_any()?, row.text_if_any()?, row.text_if_any()?);
        let answer = match (law, code) {
            (Some(bytes), None) => Ok(read_law(&bytes)
                .ok_or_else(|| Corrupt(format!("the law of {system} for {player} does not sum to one")))?),
            (None, Some(code)) => {
                Err(Silence { code: code.into_owned(), detail: detail.unwrap_or_default().into_owned() })
            }
            _ => return Err(Corrupt(format!("{system} both answers and is silent about {player}"))),
        };
        Ok(Self { game, player, market, system, model, p_plays, answer })
    }
}

/// A law's probabilities, eight bytes each.
pub(crate) fn law_bytes(law: &CountLaw) -> Vec<u8> {
    law.mass().iter().flat_map(|p| p.to_le_bytes()).collect()
}

/// Reads a law.
pub(crate) fn read_law(bytes: &[u8]) -> Option<CountLaw> {
    let doubles = bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes")));
    CountLaw::from_mass(doubles.collect())
}

impl Record for Prediction {
    const TABLE: &'static str = "prediction";
    const KEY: &'static [&'static str] = &["game_id", "player_id", "market", "system"];
    const CONTENT: &'static [&'static str] = &[
        "prediction_id",
        "slate",
        "team",
        "opponent",
        "venue",
        "mean",
        "median",
        "deviation",
        "availability",
        "p_plays",
        "recommendation",
        "book",
        "half_points",
        "over_odds",
        "under_odds",
        "line_observed_at",
        "law_over",
        "push",
        "over",
        "expected_value",
    ];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .player(self.player)
            .text(self.market.code())
            .text(self.system.code())
            .text(&self.id.0)
            .date(self.slate)
            .team(&self.team)
            .team(&self.opponent)
            .venue(self.venue)
            .real(self.mean)
            .integer(self.median)
            .real(self.deviation)
            .text(self.availability.code())
            .real_if_any(self.p_plays.map(domain::Probability::get))
            .text(self.recommendation.code());
        let quote = self.quote.as_ref();
        row.text_if_any(quote.map(|quote| quote.book.key()))
            .integer_if_any(quote.map(|quote| quote.line.halves()))
            .odds(quote.and_then(|quote| quote.over_odds))
            .odds(quote.and_then(|quote| quote.under_odds))
            .integer_if_any(quote.map(|quote| quote.observed_at.as_microsecond()))
            .real_if_any(quote.map(|quote| quote.law_over.get()))
            .real_if_any(quote.map(|quote| quote.push.get()))
            .real_if_any(quote.and_then(|quote| quote.over).map(domain::Probability::get))
            .real_if_any(quote.and_then(|quote| quote.expected_value));
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        let (game, player, market, system) = (row.parse()?, row.player()?, row.parse()?, row.system()?);
        Ok(Self {
            game,
            player,
            market,
            system,
            id: PredictionId(row.text()?.into_owned()),
            slate: row.parse()?,
            team: row.parse()?,
            opponent: row.parse()?,
            venue: row.venue()?,
            mean: row.real()?,
            median: row.whole()?,
            deviation: row.real()?,
            availability: row.code(Availability::from_code)?,
            p_plays: row.probability_if_any()?,
            recommendation: row.code(Recommendation::from_code)?,
            quote: read_quote(row)?,
        })
    }
}

fn read_quote(row: &mut Cells<'_>) -> Result<Option<Quote>, Corrupt> {
    let Some(book) = row.text_if_any()? else { return Ok(None) };
    Ok(Some(Quote {
        book: book.parse().map_err(|error: domain::ParseError| Corrupt(error.to_string()))?,
        line: row.line()?,
        over_odds: row.odds()?,
        under_odds: row.odds()?,
        observed_at: row.instant()?,
        law_over: row.probability()?,
        push: row.probability()?,
        over: row.probability_if_any()?,
        expected_value: row.real_if_any()?,
    }))
}

impl Record for Scenario {
    const TABLE: &'static str = "scenario";
    const KEY: &'static [&'static str] = &["game_id", "player_id", "market", "system", "variant", "half_points"];
    const CONTENT: &'static [&'static str] = &["law_over", "push", "law_under", "over_odds", "under_odds", "over"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .player(self.player)
            .text(self.market.code())
            .text(self.system.code())
            .text(match &self.variant {
                Variant::Book(book) => book.key().to_owned(),
                Variant::Base(halves) => format!("base{halves:+}"),
            })
            .line(self.line)
            .real(self.settlement.over.get())
            .real(self.settlement.push.get())
            .real(self.settlement.under.get())
            .odds(self.price.map(|price| price.over))
            .odds(self.price.map(|price| price.under))
            .real_if_any(self.over.map(domain::Probability::get));
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            player: row.player()?,
            market: row.parse()?,
            system: row.system()?,
            variant: row.code(|text| match text.strip_prefix("base").map(str::parse) {
                Some(Ok(halves)) => Some(Variant::Base(halves)),
                _ => text.parse().ok().map(Variant::Book),
            })?,
            line: row.line()?,
            settlement: Settlement { over: row.probability()?, push: row.probability()?, under: row.probability()? },
            price: row.odds()?.zip(row.odds()?).map(|(over, under)| TwoWayPrice { over, under }),
            over: row.probability_if_any()?,
        })
    }
}
