//! Column values on their way in and out, independent of any database.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use domain::{DecimalOdds, Fraction, GameDate, GameId, HalfPoints, PlayerId, Probability, RestDays, Team, Venue};
use jiff::Timestamp;
use pipeline::PayloadHash;
use predict::SystemId;

/// A column's value on its way in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(Cow<'a, str>),
    Blob(Cow<'a, [u8]>),
}

/// Collects a row's values in column order.
#[derive(Default)]
pub(crate) struct Writer<'a>(Vec<Value<'a>>);

impl<'a> Writer<'a> {
    pub(crate) fn values(&self) -> &[Value<'a>] {
        &self.0
    }

    /// Appends values, one a column.
    pub(crate) fn extend(&mut self, values: impl IntoIterator<Item = Value<'a>>) -> &mut Self {
        self.0.extend(values);
        self
    }

    pub(crate) fn integer(&mut self, value: impl Into<i64>) -> &mut Self {
        self.push(Value::Integer(value.into()))
    }

    pub(crate) fn integer_if_any(&mut self, value: Option<impl Into<i64>>) -> &mut Self {
        self.push(value.map_or(Value::Null, |value| Value::Integer(value.into())))
    }

    /// A number; what is not finite is not a number and stays out.
    pub(crate) fn real(&mut self, value: f64) -> &mut Self {
        self.push(if value.is_finite() { Value::Real(value) } else { Value::Null })
    }

    pub(crate) fn real_if_any(&mut self, value: Option<f64>) -> &mut Self {
        self.real(value.unwrap_or(f64::NAN))
    }

    pub(crate) fn text(&mut self, value: impl Into<Cow<'a, str>>) -> &mut Self {
        self.push(Value::Text(value.into()))
    }

    pub(crate) fn text_if_any(&mut self, value: Option<impl Into<Cow<'a, str>>>) -> &mut Self {
        self.push(value.map_or(Value::Null, |value| Value::Text(value.into())))
    }

    pub(crate) fn blob(&mut self, value: impl Into<Cow<'a, [u8]>>) -> &mut Self {
        self.push(Value::Blob(value.into()))
    }

    pub(crate) fn blob_if_any(&mut self, value: Option<impl Into<Cow<'a, [u8]>>>) -> &mut Self {
        self.push(value.map_or(Value::Null, |value| Value::Blob(value.into())))
    }

    pub(crate) fn date(&mut self, date: GameDate) -> &mut Self {
        self.text(date.to_string())
    }

    pub(crate) fn instant(&mut self, instant: Timestamp) -> &mut Self {
        self.integer(instant.as_microsecond())
    }

    pub(crate) fn game(&mut self, game: GameId) -> &mut Self {
        self.text(game.to_string())
    }

    pub(crate) fn player(&mut self, player: PlayerId) -> &mut Self {
        self.integer(player.number())
    }

    pub(crate) fn team(&mut self, team: &'a Team) -> &mut Self {
        self.text(team.code())
    }

    pub(crate) fn venue(&mut self, venue: Venue) -> &mut Self {
        self.text(match venue {
            Venue::Home => "home",
            Venue::Away => "away",
        })
    }

    pub(crate) fn rest(&mut self, rest: Option<RestDays>) -> &mut Self {
        self.integer_if_any(rest.map(RestDays::days))
    }

    pub(crate) fn fraction(&mut self, fraction: Option<Fraction>) -> &mut Self {
        self.real_if_any(fraction.map(Fraction::get))
    }

    pub(crate) fn line(&mut self, line: HalfPoints) -> &mut Self {
        self.integer(line.halves())
    }

    /// Odds in ten-thousandths.
    pub(crate) fn odds(&mut self, odds: Option<DecimalOdds>) -> &mut Self {
        self.integer_if_any(odds.map(|odds| (odds.decimal() * 10_000.0).round() as i64))
    }

    fn push(&mut self, value: Value<'a>) -> &mut Self {
        self.0.push(value);
        self
    }
}

/// A stored value that is not what its column holds.
#[derive(Debug)]
pub(crate) struct Corrupt(pub(crate) String);

impl fmt::Display for Corrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Corrupt {}

/// A row of a result, whichever database it came from.
pub(crate) trait Columns {
    /// The value of a column.
    fn column(&self, index: usize) -> Result<Value<'_>, Corrupt>;
}

/// A row's values on their way out, in column order.
pub(crate) struct Cells<'a> {
    row: &'a (dyn Columns + 'a),
    next: usize,
}

impl<'a> Cells<'a> {
    /// The columns of a row from this one on.
    pub(crate) fn from(row: &'a (dyn Columns + 'a), first: usize) -> Self {
        Self { row, next: first }
    }

    fn take(&mut self) -> Result<Value<'a>, Corrupt> {
        let value = self.row.column(self.next)?;
        self.next += 1;
        Ok(value)
    }

    fn needed<T>(&self, value: Option<T>) -> Result<T, Corrupt> {
        value.ok_or_else(|| Corrupt(format!("column {} is empty", self.next)))
    }

    fn not_a<T>(&self, kind: &str, value: &Value<'_>) -> Result<T, Corrupt> {
        Err(Corrupt(format!("column {} holds {value:?}, which is no {kind}", self.next)))
    }

    pub(crate) fn whole_if_any<T: TryFrom<i64>>(&mut self) -> Result<Option<T>, Corrupt> {
        match self.take()? {
            Value::Null => Ok(None),
            Value::Integer(number) => match T::try_from(number) {
                Ok(number) => Ok(Some(number)),
                Err(_) => self.not_a("number of this width", &Value::Integer(number)),
            },
            other => self.not_a("whole number", &other),
        }
    }

    pub(crate) fn whole<T: TryFrom<i64>>(&mut self) -> Result<T, Corrupt> {
        let number = self.whole_if_any()?;
        self.needed(number)
    }

    pub(crate) fn real_if_any(&mut self) -> Result<Option<f64>, Corrupt> {
        match self.take()? {
            Value::Null => Ok(None),
            Value::Real(number) => Ok(Some(number)),
            Value::Integer(number) => Ok(Some(number as f64)),
            other => self.not_a("number", &other),
        }
    }

    pub(crate) fn real(&mut self) -> Result<f64, Corrupt> {
        let number = self.real_if_any()?;
        self.needed(number)
    }

    pub(crate) fn text_if_any(&mut self) -> Result<Option<Cow<'a, str>>, Corrupt> {
        match self.take()? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => self.not_a("text", &other),
        }
    }

    pub(crate) fn text(&mut self) -> Result<Cow<'a, str>, Corrupt> {
        let text = self.text_if_any()?;
        self.needed(text)
    }

    pub(crate) fn blob_if_any(&mut self) -> Result<Option<Cow<'a, [u8]>>, Corrupt> {
        match self.take()? {
            Value::Null => Ok(None),
            Value::Blob(bytes) => Ok(Some(bytes)),
            other => self.not_a("bytes", &other),
        }
    }

    pub(crate) fn blob(&mut self) -> Result<Cow<'a, [u8]>, Corrupt> {
        let bytes = self.blob_if_any()?;
        self.needed(bytes)
    }

    /// The hash of a payload.
    pub(crate) fn hash(&mut self) -> Result<PayloadHash, Corrupt> {
        let bytes = <[u8; 32]>::try_from(&*self.blob()?).map_err(|error| Corrupt(error.to_string()))?;
        Ok(PayloadHash::from_bytes(bytes))
    }

    /// Text that reads as a domain value: a date, a game, a team, a book, a market.
    pub(crate) fn parse<T: FromStr<Err = domain::ParseError>>(&mut self) -> Result<T, Corrupt> {
        self.text()?.parse().map_err(|error: domain::ParseError| Corrupt(error.to_string()))
    }

    /// The id of a system, ours or an external one.
    pub(crate) fn system(&mut self) -> Result<SystemId, Corrupt> {
        SystemId::named(&self.text()?).map_err(|error| Corrupt(error.to_string()))
    }

    /// Text that names a value by a code.
    pub(crate) fn code<T>(&mut self, from_code: impl Fn(&str) -> Option<T>) -> Result<T, Corrupt> {
        let text = self.text()?;
        from_code(&text).ok_or_else(|| Corrupt(format!("{text:?} is no known code")))
    }

    pub(crate) fn instant_if_any(&mut self) -> Result<Option<Timestamp>, Corrupt> {
        let micros = self.whole_if_any::<i64>()?;
        micros.map(|micros| Timestamp::from_microsecond(micros).map_err(|error| Corrupt(error.to_string()))).transpose()
    }

    pub(crate) fn instant(&mut self) -> Result<Timestamp, Corrupt> {
        let instant = self.instant_if_any()?;
        self.needed(instant)
    }

    pub(crate) fn player(&mut self) -> Result<PlayerId, Corrupt> {
        self.whole().map(PlayerId::new)
    }

    pub(crate) fn venue(&mut self) -> Result<Venue, Corrupt> {
        self.code(|code| match code {
            "home" => Some(Venue::Home),
            "away" => Some(Venue::Away),
            _ => None,
        })
    }

    pub(crate) fn rest(&mut self) -> Result<Option<RestDays>, Corrupt> {
        Ok(self.whole_if_any::<u16>()?.and_then(|days| RestDays::from_gap(i32::from(days) + 1)))
    }

    pub(crate) fn fraction(&mut self) -> Result<Option<Fraction>, Corrupt> {
        let Some(number) = self.real_if_any()? else { return Ok(None) };
        Fraction::of(number, 1.0).map(Some).ok_or_else(|| Corrupt(format!("{number} is no fraction")))
    }

    pub(crate) fn probability_if_any(&mut self) -> Result<Option<Probability>, Corrupt> {
        match self.real_if_any()? {
            None => Ok(None),
            Some(number) => match Probability::new(number) {
                Some(probability) => Ok(Some(probability)),
                None => self.not_a("probability", &Value::Real(number)),
            },
        }
    }

    pub(crate) fn probability(&mut self) -> Result<Probability, Corrupt> {
        let probability = self.probability_if_any()?;
        self.needed(probability)
    }

    pub(crate) fn line(&mut self) -> Result<HalfPoints, Corrupt> {
        self.whole().map(HalfPoints::from_halves)
    }

    pub(crate) fn odds(&mut self) -> Result<Option<DecimalOdds>, Corrupt> {
        let Some(number) = self.whole_if_any::<u32>()? else { return Ok(None) };
        let odds = DecimalOdds::new(f64::from(number) / 10_000.0);
        odds.map(Some).ok_or_else(|| Corrupt(format!("{number} ten-thousandths are no price")))
    }
}
