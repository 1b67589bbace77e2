//! The real program, run on data directories of the tests' own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use jiff::Timestamp;
use runtime::{Attempt, AttemptFilter, Which};
use serde_json::Value;
use store::Store;
use tempfile::TempDir;
use xtask::postgres::Server;

use crate::archive::Archive;
use crate::process::{Process, Rehearsal};

/// A data directory, and the program run on it.
pub(crate) struct Tipoff {
    folder: TempDir,
    /// What keeps the store instead of the directory.
    server: Option<Server>,
}

/// Whoever is frozen with locks in hand loses them soon.
const UNFREEZES: &str = "?options=-c%20idle_in_transaction_session_timeout%3D2s";

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Outcome {
    /// The JSON it printed.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The same, of a run that must have ended with this code.
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

impl Tipoff {
    /// An empty place.
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), server: None }
    }

    /// A place whose store a Postgres server of its own keeps, with an archive imported; nothing where none is installed.
    pub(crate) fn on_server_with(archive: &Archive) -> Option<Self> {
        let tipoff = Self { server: Some(Server::for_test().unwrap()?), ..Self::new() };
        tipoff.import(archive).exits(0);
        Some(tipoff)
    }

    /// A place into which an archive has been imported.
    pub(crate) fn with(archive: &Archive) -> Self {
        let tipoff = Self::new();
        tipoff.import(archive).exits(0);
        tipoff
    }

    /// A place into which the season has been imported: a copy, because the import is the same for all.
    pub(crate) fn with_season() -> Self {
        static SEASON: OnceLock<Tipoff> = OnceLock::new();
        SEASON.get_or_init(|| Self::with(&Archive::season())).copied()
    }

    /// Another place with a copy of the same store.
    pub(crate) fn copied(&self) -> Self {
        let (from, copy) = (self.data_dir(), Self::new());
        std::fs::create_dir_all(copy.data_dir()).unwrap();
        std::fs::copy(from.join("tipoff.db"), copy.data_dir().join("tipoff.db")).unwrap();
        copy
    }

    /// Where the program keeps everything.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The server that keeps the store.
    pub(crate) fn server(&mut self) -> &mut Server {
        self.server.as_mut().unwrap()
    }

    fn url(&self) -> Option<String> {
        self.server.as_ref().map(|server| server.url() + UNFREEZES)
    }

    /// The store, for looking.
    async fn store(&self) -> Store {
        match self.url() {
            Some(url) => Store::look(&url).await.unwrap(),
            None => Store::open(&self.data_dir()).unwrap(),
        }
    }

    /// Where the next archive to import is written.
    pub(crate) fn archive_dir(&self) -> PathBuf {
        self.folder.path().join("archive")
    }

    /// The program, about to be run here.
    fn program(&self, arguments: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_tipoff"));
        program.env_remove("TIPOFF_DATA_DIR").env_remove("TIPOFF_STORE").current_dir(self.folder.path());
        program.envs(self.url().map(|url| ("TIPOFF_STORE", url)));
        program.args(["--data-dir", "data"]).args(arguments);
        program
    }

    /// Starts the program, which goes on beside the test.
    pub(crate) fn start(&self, arguments: &[&str]) -> Process {
        Process::start(self.program(arguments))
    }

    /// The same with these variables in its environment.
    pub(crate) fn start_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Process {
        let mut program = self.program(arguments);
        program.envs(variables.iter().copied());
        Process::start(program)
    }

    /// The same at a rehearsed instant.
    pub(crate) fn start_at(&self, rehearsal: &Rehearsal, command: &str) -> Process {
        self.start(&["--now", &rehearsal.now(), command])
    }

    /// Runs the program.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with(&[], arguments)
    }

    /// The same with these variables in its environment.
    pub(crate) fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Outcome {
        let output = self.program(arguments).envs(variables.iter().copied()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let code = output.status.code().expect("ended by itself");
        Outcome { code, out: text(output.stdout), err: text(output.stderr) }
    }

    /// Writes an archive and imports it.
    pub(crate) fn import(&self, archive: &Archive) -> Outcome {
        archive.write(&self.archive_dir());
        self.run(&["import", "archive", "--json"])
    }

    /// Runs a command on a slate and returns what it printed, whatever its exit code.
    pub(crate) fn on(&self, command: &str, slate: domain::GameDate) -> Outcome {
        self.run(&[command, "--date", &slate.to_string(), "--json"])
    }

    /// Every attempt ever made, oldest first, of a ledger that keeps its own rules.
    pub(crate) fn history(&self) -> Vec<Attempt> {
        let filter = AttemptFilter { step: None, which: Which::All, since: Timestamp::UNIX_EPOCH, at_most: 100_000 };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let history = self.store().await.history;
            assert_eq!(history.broken_rules().await.unwrap(), []);
            let mut attempts = history.attempts(&filter).await.unwrap();
            attempts.sort_by_key(|attempt| attempt.id);
            attempts
        })
    }

    /// Whether nobody keeps others from writing to the store at this moment.
    pub(crate) fn takes_writes(&self) -> bool {
        if self.server.is_some() {
            return true;
        }
        let store = rusqlite::Connection::open(self.data_dir().join("tipoff.db")).unwrap();
        store.busy_timeout(Duration::ZERO).unwrap();
        store.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok()
    }

    /// Every published file with its text; none where nothing was published yet.
    pub(crate) fn published(&self) -> Files {
        let root = self.data_dir().join("published");
        let mut files = BTreeMap::new();
        let mut folders: Vec<PathBuf> = root.exists().then(|| root.clone()).into_iter().collect();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "json") {
                    let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                    files.insert(name, std::fs::read_to_string(&path).unwrap());
                }
            }
        }
        files
    }

    /// A published document.
    pub(crate) fn document(&self, path: &str) -> Value {
        let path = self.data_dir().join("published/v1").join(path);
        serde_json::from_slice(&std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
            .unwrap()
    }
}

/// Published files by name.
pub(crate) type Files = BTreeMap<String, String>;

/// Files are equal, or the first line that is not is shown.
pub(crate) fn assert_same(left: &Files, right: &Files) {
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>());
    for (name, text) in left {
        let mut lines = text.lines().zip(right[name].lines()).enumerate();
        if let Some((line, (one, other))) = lines.find(|(_, (one, other))| one != other) {
            panic!("{name}, line {}:\n{one}\n{other}", line + 1);
        }
        assert_eq!(text.len(), right[name].len(), "{name}");
    }
}
