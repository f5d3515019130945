//! A throw-away Postgres: made in a temporary folder, gone when it is dropped.

use std::{
    fmt,
    io::{BufRead, BufReader},
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde::Deserialize;
use sqlx::{
    Connection, PgConnection,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgSslMode},
};
use tempfile::TempDir;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The settings that the product's migrator is compiled with.
const MIGRATOR_SETTINGS: &str = "crates/runtime/store/sqlx.toml";

#[derive(Deserialize)]
struct MigratorSettings {
    migrate: MigrateSection,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct MigrateSection {
    table_name: String,
    create_schemas: Vec<String>,
}

/// What the log of a whole run and the databases side by side may take.
const ROOM_BYTES: u64 = 4 << 30;

/// Something the machine lacks; the command exits with 3.
#[derive(Debug)]
pub(crate) struct Missing(String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// A running server without durability, reachable through a socket in its own folder only.
pub(crate) struct Cluster {
    server: Child,
    folder: TempDir,
    binaries: PathBuf,
}

impl Cluster {
    /// Creates and starts one; the result accepts connections.
    pub(crate) fn start() -> Result<Self> {
        let binaries = find_binaries()?;
        // Not under TMPDIR: a socket path has room for about 100 bytes.
        let folder = tempfile::Builder::new()
            .prefix("hx")
            .tempdir_in(memory().unwrap_or("/tmp"))?;
        let user = unprivileged()?;
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid))?;
        }
        let data = folder.path().join("data");
        let mut initdb = command(&binaries, "initdb", user, folder.path());
        initdb.arg("-D").arg(&data);
        initdb.args([
            "-U",
            "homeostat",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        output(&mut initdb)?;
        let mut postgres = command(&binaries, "postgres", user, folder.path());
        postgres.arg("-D").arg(&data).arg("-k").arg(folder.path());
        for setting in [
            "listen_addresses=",
            "fsync=off",
            "full_page_writes=off",
            "max_connections=400",
            "timezone=UTC",
        ] {
            postgres.args(["-c", setting]);
        }
        let mut server = postgres
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        wait_until_ready(&mut server)?;
        Ok(Self {
            server,
            folder,
            binaries,
        })
    }

    /// Where its first database is, for other processes. Its folder needs no escaping.
    pub(crate) fn url(&self) -> String {
        let host = self.folder.path().display();
        format!("postgres://homeostat@localhost/postgres?host={host}")
    }

    /// Opens a connection that plans as the query macros do: without looking at parameters.
    pub(crate) async fn connect(&self) -> Result<PgConnection> {
        let options = PgConnectOptions::new_without_pgpass()
            .socket(self.folder.path())
            .port(5432)
            .username("homeostat")
            .database("postgres")
            .ssl_mode(PgSslMode::Disable)
            .options([("plan_cache_mode", "force_generic_plan")]);
        Ok(PgConnection::connect_with(&options).await?)
    }

    /// Applies the migrations of the checkout with the migrator that the product uses.
    pub(crate) async fn migrate(&self, root: &Path) -> Result<()> {
        let mut migrator = Migrator::new(root.join("db/migrations")).await?;
        let settings = std::fs::read_to_string(root.join(MIGRATOR_SETTINGS))?;
        let MigratorSettings { migrate } = toml::from_str(&settings)?;
        migrator.dangerous_set_table_name(migrate.table_name);
        for schema in migrate.create_schemas {
            migrator.create_schema(schema);
        }
        let mut connection = self.connect().await?;
        migrator.run(&mut connection).await?;
        Ok(connection.close().await?)
    }

    /// The schema `homeostat` as SQL, as `pg_dump` prints it.
    pub(crate) fn dump(&self) -> Result<String> {
        let mut dump = Command::new(self.binaries.join("pg_dump"));
        dump.args([
            "--schema-only",
            "--no-owner",
            "--no-privileges",
            "-n",
            "homeostat",
        ]);
        dump.args(["-U", "homeostat", "-d", "postgres", "-p", "5432", "-h"])
            .arg(self.folder.path());
        output(&mut dump)
    }

    /// The major version of the server, for example 15.
    pub(crate) fn major(&self) -> Result<String> {
        let text = output(Command::new(self.binaries.join("postgres")).arg("--version"))?;
        Ok(text
            .split(|c: char| !c.is_ascii_digit())
            .find(|s| !s.is_empty())
            .unwrap_or("")
            .into())
    }
}

/// A place in memory with room for a cluster. Each test makes a database of six hundred files, and making
/// files is half of what that costs on a disk.
fn memory() -> Option<&'static str> {
    const PLACE: &str = "/dev/shm";
    let room = rustix::fs::statvfs(PLACE).ok()?;
    (room.f_bavail * room.f_frsize >= ROOM_BYTES).then_some(PLACE)
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Nothing in it is worth a clean shutdown: the other backends leave when it is gone.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn command(binaries: &Path, name: &str, user: Option<(u32, u32)>, folder: &Path) -> Command {
    let mut command = Command::new(binaries.join(name));
    // A fixed language: the line that says "ready" is read below.
    command
        .current_dir(folder)
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .env_remove("PGPORT");
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} failed:\n{text}").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Reads the server's log until it accepts connections, then drains it in the background.
fn wait_until_ready(server: &mut Child) -> Result<()> {
    let log = server.stderr.take().ok_or("postgres: no log")?;
    let mut lines = BufReader::new(log).lines();
    let mut seen = String::new();
    for line in lines.by_ref() {
        let line = line?;
        if line.contains("ready to accept connections") {
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(());
        }
        seen.push_str(&line);
        seen.push('\n');
    }
    server.wait()?;
    Err(format!("postgres did not start:\n{seen}").into())
}

/// The user to run as when we are root, since Postgres refuses root.
fn unprivileged() -> Result<Option<(u32, u32)>> {
    use std::os::unix::fs::MetadataExt;
    // A file we make belongs to whom we run as.
    if tempfile::tempfile()?.metadata()?.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| user_ids(&users, name))
        .map(Some)
        .ok_or_else(|| {
            Missing("root needs a user to run Postgres as: add `postgres` or `nobody`".into())
                .into()
        })
}

fn user_ids(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let line = passwd
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// The folder of the server's binaries: `PATH` first, then where distributions put them.
fn find_binaries() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    for (parent, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql@"),
        ("/usr/local/opt", "postgresql@"),
    ] {
        folders.extend(versioned(Path::new(parent), prefix));
    }
    folders.push("/usr/local/pgsql/bin".into());
    folders
        .into_iter()
        .filter_map(|folder| {
            folder
                .join("postgres")
                .canonicalize()
                .ok()?
                .parent()
                .map(Path::to_owned)
        })
        .find(|folder| {
            ["initdb", "postgres", "pg_dump"]
                .iter()
                .all(|b| folder.join(b).is_file())
        })
        .ok_or_else(|| {
            Missing("no Postgres server binaries: run ./dev test, it installs them".into()).into()
        })
}

/// The binaries of each version below `parent`, newest first.
fn versioned(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let passwd =
            "root:x:0:0::/:/bin/sh\npostgres2:x:7:8::/:/bin/sh\npostgres:x:105:110::/:/bin/sh";
        assert_eq!(user_ids(passwd, "postgres"), Some((105, 110)));
        assert_eq!(user_ids(passwd, "nobody"), None);
    }
}
