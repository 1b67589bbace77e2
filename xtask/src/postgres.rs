//! A Postgres server of our own for the time of a command or of a test: in a directory of its own, on a Unix socket, without
//! any care for durability.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::Context;

/// The variable by which tests find their server: the URL of a database in which they make schemas of their own.
pub const VARIABLE: &str = "TIPOFF_TEST_POSTGRES";

/// Where Debian and its descendants keep the server's programs, which are not in the path.
const DEBIAN: &str = "/usr/lib/postgresql";
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// A server that runs until this is dropped.
pub struct Server {
    installation: Installation,
    directory: PathBuf,
    process: Child,
}

impl Server {
    /// Makes a cluster in a new directory and starts its server.
    ///
    /// # Errors
    /// When Postgres is not installed, or does not start.
    pub fn start() -> anyhow::Result<Self> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let installation = Installation::find()?;
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("tipoff-postgres-{}-{number}", std::process::id()));
        fs::create_dir(&directory).with_context(|| format!("making {}", directory.display()))?;
        if let Some((user, group)) = installation.owner {
            chown(&directory, Some(user), Some(group))?;
        }
        let data = directory.join("data");
        // The server's own order of text is a dictionary's: a column that forgets COLLATE "C" is found out.
        let made = installation
            .command("initdb")
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .args(["--locale-provider=icu", "--icu-locale=en", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status();
        anyhow::ensure!(made.context("starting initdb")?.success(), "initdb failed");
        let process = installation.serve(&directory)?;
        let mut server = Self { installation, directory, process };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// A server for one test alone; nothing, and a line that says so, where none is installed.
    ///
    /// # Errors
    /// When one is installed and does not start.
    pub fn for_test() -> anyhow::Result<Option<Self>> {
        match Installation::find() {
            Ok(_) => Self::start().map(Some),
            Err(missing) => {
                // Straight to the terminal: what a passing test prints is kept from it.
                let _ = writeln!(std::io::stderr(), "skipped: a test that crashes a server of its own; {missing:#}");
                Ok(None)
            }
        }
    }

    /// Stops it at once, in the middle of whatever it does.
    pub fn crash(&mut self) {
        let stop = ["stop", "--silent", "--mode=immediate", "-D"];
        let stopped = self.installation.command("pg_ctl").args(stop).arg(self.directory.join("data")).status();
        if !stopped.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }

    /// Starts it again where it crashed.
    ///
    /// # Errors
    /// When it does not start.
    pub fn recover(&mut self) -> anyhow::Result<()> {
        self.process = self.installation.serve(&self.directory)?;
        self.wait_until_ready()
    }

    /// The URL of a database on it.
    pub fn url(&self) -> String {
        format!("postgres://postgres@{}/postgres", self.directory.display().to_string().replace('/', "%2F"))
    }

    fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
            if self.installation.command("pg_isready").arg("-qh").arg(&self.directory).status()?.success() {
                return Ok(());
            }
            if self.process.try_wait()?.is_some() {
                break;
            }
            std::thread::sleep(PAUSE);
        }
        let log = fs::read_to_string(self.directory.join("log")).unwrap_or_default();
        anyhow::bail!("Postgres did not start:\n{log}")
    }
}

impl Drop for Server {
    /// Stops the server and removes what it wrote.
    fn drop(&mut self) {
        self.crash();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// The server's programs, and whom they run as.
struct Installation {
    programs: PathBuf,
    /// User and group to become: Postgres refuses to run as root.
    owner: Option<(u32, u32)>,
}

impl Installation {
    fn find() -> anyhow::Result<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let in_path = std::env::split_paths(&path).find(|folder| folder.join("initdb").exists());
        let programs = in_path.or_else(newest_of_debian).with_context(|| {
            format!("no Postgres server is installed: apt-get install postgresql, or set {VARIABLE} to a server's URL")
        })?;
        // A link in the path leads to where all the programs are.
        let programs = fs::canonicalize(programs.join("initdb"))?.parent().map(Path::to_owned).unwrap_or(programs);
        let owner = match id_of("-u", None)? {
            0 => Some((id_of("-u", Some("postgres"))?, id_of("-g", Some("postgres"))?)),
            _ => None,
        };
        Ok(Self { programs, owner })
    }

    /// Starts a server on the cluster in a directory.
    fn serve(&self, directory: &Path) -> anyhow::Result<Child> {
        self.command("postgres")
            .arg("-D")
            .arg(directory.join("data"))
            .arg("-k")
            .arg(directory)
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off"])
            .args(["-c", "max_connections=200", "-c", "max_locks_per_transaction=256"])
            .stdout(Stdio::null())
            .stderr(File::create(directory.join("log"))?)
            .spawn()
            .context("starting postgres")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        // Whoever it runs as may not be allowed to be here.
        command.current_dir("/").env_remove("LC_ALL");
        command
    }
}

fn newest_of_debian() -> Option<PathBuf> {
    let version = |folder: &PathBuf| folder.file_name()?.to_str()?.parse::<u32>().ok();
    let folders = fs::read_dir(DEBIAN).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let newest = folders.filter(|folder| folder.join("bin/initdb").exists()).max_by_key(version)?;
    Some(newest.join("bin"))
}

fn id_of(which: &str, user: Option<&str>) -> anyhow::Result<u32> {
    let answer = Command::new("id").arg(which).args(user).output().context("starting id")?;
    let text = String::from_utf8_lossy(&answer.stdout);
    text.trim().parse().with_context(|| format!("there is no user {}", user.unwrap_or("here")))
}
