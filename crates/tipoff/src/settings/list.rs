//! Everything there is to set.

/// Something to set. Its key in the file is its variable without `TIPOFF_`, in small letters.
#[derive(Debug)]
pub struct Setting {
    /// Its variable of the environment.
    pub variable: &'static str,
    /// Whether the command line can set it.
    pub flag: Flag,
    /// Whether the file can.
    pub place: Place,
    /// Whether its value may be shown.
    pub secrecy: Secrecy,
    /// What holds if nobody sets it.
    pub usual: Option<&'static str>,
    /// What it is.
    pub meaning: &'static str,
}

/// Whether the command line can set something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// By a flag of its key's name.
    Named,
    /// It cannot.
    None,
}

/// Whether the file can set something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It can.
    File,
    /// It cannot: the file is found by it, or a rehearsal must not last.
    NotTheFile,
}

/// Whether a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// It may.
    Open,
    /// It is, or may hold, a password.
    Secret,
}

/// Of what every command and the service are set up with.
pub static SETTINGS: [Setting; 23] = [
    Setting {
        flag: Flag::Named,
        place: Place::NotTheFile,
        usual: Some("tipoff-data"),
        ..open("TIPOFF_DATA_DIR", "where everything is kept: the database and the published files")
    },
    Setting {
        flag: Flag::Named,
        place: Place::NotTheFile,
        ..open("TIPOFF_CONFIG", "the file with settings, if not tipoff.toml in the data directory")
    },
    Setting {
        flag: Flag::Named,
        ..secret(
            "TIPOFF_STORE",
            "a Postgres database that many machines share, instead of the file in the data directory",
        )
    },
    Setting {
        flag: Flag::Named,
        place: Place::NotTheFile,
        ..open("TIPOFF_NOW", "rehearse: act as if it were this instant")
    },
    Setting {
        flag: Flag::Named,
        place: Place::NotTheFile,
        ..open("TIPOFF_SPEED", "rehearse: let the time go on so many times as fast; only with TIPOFF_NOW")
    },
    Setting {
        flag: Flag::Named,
        usual: Some("127.0.0.1:8420"),
        ..open("TIPOFF_LISTEN", "where `tipoff serve` offers pages and API: an address and port, or off")
    },
    Setting {
        flag: Flag::Named,
        usual: Some("off"),
        ..open(
            "TIPOFF_LIVE",
            "the live providers that `tipoff serve` asks: off, on (all that need no key or have one), or names with commas",
        )
    },
    secret("TIPOFF_ODDS_API_KEY", "the key to The Odds API: books' lines"),
    secret("TIPOFF_BALLDONTLIE_KEY", "the key to BallDontLie: box scores and injuries beside NBA.com's"),
    secret("TIPOFF_BETTINGPROS_KEY", "the key to BettingPros: lines beside The Odds API's"),
    open(
        "TIPOFF_RECORDS_SINCE",
        "a date before which systems' records raise no alarm: the day on which a leak was mended",
    ),
    open("TIPOFF_REPLICA", "rehearse: a replica that stands in for every live provider, such as http://127.0.0.1:8421"),
    Setting {
        usual: Some("points"),
        ..open(
            "TIPOFF_MARKETS",
            "what is forecast, separated by commas, points always; alike on every machine of a store",
        )
    },
    open(
        "TIPOFF_LOG",
        "what is logged to stderr, such as debug or info,store=debug; info for serve and worker, else nothing",
    ),
    Setting { usual: Some("text"), ..open("TIPOFF_LOG_FORMAT", "text for people or json for programs") },
    Setting {
        flag: Flag::Named,
        ..open("TIPOFF_OTLP_URL", "where traces go, by OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces")
    },
    secret("TIPOFF_ALERT_WEBHOOK_URL", "where alerts are posted as JSON"),
    secret("TIPOFF_ALERT_WEBHOOK_SECRET", "the key that signs them"),
    secret("TIPOFF_ALERT_SLACK_URL", "a Slack incoming webhook for alerts"),
    secret(
        "TIPOFF_ALERT_SMTP_URL",
        "the mail server for alerts, smtps://user:password@host:465 or smtp:// for STARTTLS",
    ),
    open("TIPOFF_ALERT_EMAIL_FROM", "the sender of alert mails"),
    open("TIPOFF_ALERT_EMAIL_TO", "their receivers, separated by commas"),
    secret(
        "TIPOFF_PING_URL",
        "asked once a minute while all is watched: whoever is behind it misses us when we are gone",
    ),
];

const fn open(variable: &'static str, meaning: &'static str) -> Setting {
    Setting { variable, flag: Flag::None, place: Place::File, secrecy: Secrecy::Open, usual: None, meaning }
}

const fn secret(variable: &'static str, meaning: &'static str) -> Setting {
    Setting { secrecy: Secrecy::Secret, ..open(variable, meaning) }
}

impl Setting {
    /// Its name in the file and in tables.
    pub fn key(&self) -> String {
        self.variable.trim_start_matches("TIPOFF_").to_lowercase()
    }

    /// Its flag, if it has one.
    pub fn flag(&self) -> Option<String> {
        (self.flag == Flag::Named).then(|| format!("--{}", self.key().replace('_', "-")))
    }

    /// The setting with this variable.
    pub fn of_variable(variable: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.variable == variable)
    }
}
