//! From a URL to connections: what it may say, and what every connection is told.

use std::time::Duration;

use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use runtime::WorkerId;
use tokio_postgres::config::{Config, Host, SslMode};

use super::Access;
use crate::error::Fault;
use crate::opening::Place;

/// So many connections at most; the server keeps a process for each.
const CONNECTIONS: usize = 8;
/// A read that takes longer has gone wrong. Settling has [`super::SETTLING`].
const READING: &str = "30s";
/// Whoever holds a transaction open and does nothing for so long has died or hangs, and others wait for its locks.
const IDLE: &str = "60s";
/// How long to wait for a connection when all are in use, for a new one, and for a server that fell silent.
const WAIT: Duration = Duration::from_secs(30);
const CONNECT: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(30);
/// Postgres cuts names off after 63 bytes, and other names are made from this one.
const LONGEST_SCHEMA: usize = 50;

/// A server, as a URL names it.
pub(super) struct Server {
    config: Config,
    /// The schema of all tables.
    pub(super) schema: String,
}

impl Server {
    /// Reads a URL.
    pub(super) fn parse(url: &str) -> Result<Self, Fault> {
        let tls = || Fault::Refused("the URL asks for TLS (sslmode), which is not built in".to_owned());
        if url.contains("sslmode=verify-") {
            return Err(tls());
        }
        let config: Config = url.parse()?;
        if config.get_ssl_mode() == SslMode::Require {
            return Err(tls());
        }
        let schema = schema(config.get_options().unwrap_or_default())?;
        Ok(Self { config, schema })
    }

    /// Its name for people, without the password.
    pub(super) fn place(&self) -> Place {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            Some(Host::Unix(path)) => path.display().to_string(),
            None => String::new(),
        };
        let port = self.config.get_ports().first().map(|port| format!(":{port}")).unwrap_or_default();
        let database = self.config.get_dbname().or(self.config.get_user()).unwrap_or_default();
        Place::Server(format!("postgres://{host}{port}/{database}, schema {}", self.schema))
    }

    /// Connections to it, made as they are needed. One that broke is noticed before it is used again.
    pub(super) fn pool(&self, access: Access) -> Result<Pool, Fault> {
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Verified };
        let manager = Manager::from_config(self.config(access), tokio_postgres::NoTls, recycling);
        let timeouts = Timeouts { wait: Some(WAIT), create: Some(CONNECT), recycle: Some(CONNECT) };
        let pool = Pool::builder(manager).max_size(CONNECTIONS).runtime(Runtime::Tokio1).timeouts(timeouts).build();
        pool.map_err(|error| Fault::Refused(error.to_string()))
    }

    /// How to connect to it.
    pub(super) fn config(&self, access: Access) -> Config {
        let mut config = self.config.clone();
        config.options(self.options(access)).keepalives_idle(SILENCE);
        if config.get_application_name().is_none() {
            config.application_name("tipoff");
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        config
    }

    /// Settings of a session. Those of the URL come later and so win, except that who looks never writes.
    fn options(&self, access: Access) -> String {
        let theirs = self.config.get_options().unwrap_or_default();
        let ours = format!(
            "-c search_path={} -c statement_timeout={READING} -c idle_in_transaction_session_timeout={IDLE} -c jit=off",
            self.schema
        );
        match access {
            Access::Work => format!("{ours} {theirs}"),
            Access::Look => format!("{ours} {theirs} -c default_transaction_read_only=on"),
        }
    }
}

/// A name for this process that no other ever bore or will: the number is the store's.
pub(super) async fn new_worker(client: &Client) -> Result<WorkerId, Fault> {
    let number: i64 = client.query_one("SELECT nextval('worker_number')", &[]).await?.try_get(0)?;
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_else(|_| "host".to_owned());
    Ok(WorkerId::new(format!("worker-{}-{}-{number}", host.trim(), std::process::id())))
}

/// The one schema that a URL's options name; `public` when they name none.
fn schema(options: &str) -> Result<String, Fault> {
    let settings = options.split_whitespace().map(|word| word.trim_start_matches("--").trim_start_matches("-c"));
    let Some(schema) = settings.filter_map(|setting| setting.strip_prefix("search_path=")).next_back() else {
        return Ok("public".to_owned());
    };
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    if schema.is_empty() || schema.len() > LONGEST_SCHEMA || !schema.chars().all(plain) {
        let problem = "name one schema, of at most 50 small letters, digits and underscores";
        return Err(Fault::Refused(format!("the URL's search_path is {schema:?}: {problem}")));
    }
    Ok(schema.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> String {
        Server::parse(url).unwrap().place().to_string()
    }

    fn refusal(url: &str) -> String {
        Server::parse(url).err().unwrap().to_string()
    }

    #[test]
    fn a_place_has_no_password() {
        assert_eq!(place("postgres://me:secret@db:5433/nba"), "postgres://db:5433/nba, schema public");
        assert_eq!(place("postgres://me@%2Frun%2Fpg/nba"), "postgres:///run/pg:5432/nba, schema public");
    }

    #[test]
    fn the_schema_is_the_search_path_of_the_url() {
        let named = |options: &str| place(&format!("postgres://me@db/nba?options={options}"));
        for options in ["-c%20search_path%3Dtip_off1", "-csearch_path%3Dtip_off1", "--search_path%3Dtip_off1"] {
            assert_eq!(named(options), "postgres://db:5432/nba, schema tip_off1");
        }
        assert_eq!(named("-c%20work_mem%3D64MB"), "postgres://db:5432/nba, schema public");
    }

    #[test]
    fn several_schemas_are_refused() {
        for path in ["a,b", "", "Nba", "a-b", "%22$user%22", &"n".repeat(51)] {
            let told = refusal(&format!("postgres://me@db/nba?options=-c%20search_path%3D{path}"));
            assert!(told.contains("name one schema"), "{told}");
        }
    }

    #[test]
    fn tls_is_refused_by_name() {
        for mode in ["require", "verify-ca", "verify-full"] {
            let told = refusal(&format!("postgres://me@db/nba?sslmode={mode}"));
            assert!(told.contains("TLS") && told.contains("not built in"), "{told}");
        }
        assert_eq!(place("postgres://me@db/nba?sslmode=prefer"), "postgres://db:5432/nba, schema public");
    }

    #[test]
    fn who_looks_cannot_be_made_to_write() {
        let url = "postgres://me@db/nba?options=-c%20default_transaction_read_only%3Doff";
        let options = Server::parse(url).unwrap().options(Access::Look);
        assert!(options.ends_with("default_transaction_read_only=on"), "{options}");
    }
}
