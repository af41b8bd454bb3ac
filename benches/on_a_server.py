"""A PostgreSQL server for benches/compare, and psql's own load of what refresher has imported into it."""
import getpass
import os
import pathlib
import shutil
import subprocess
import tempfile

# The tables that imports of staff and training fill.
TABLES = ("staff", "staff_version", "assignment_version", "training_record")
OF_THEM = "('" + "', '".join(TABLES) + "')"


def programs():
    """Where the server's programs are: the newest that Debian's packages installed."""
    installed = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else None


class Server:
    """A cluster in a folder of its own, reached by a socket in it; as durable as it is by default."""

    def __init__(self):
        self.bin = programs()
        self.folder = tempfile.mkdtemp(prefix="pg", dir="/tmp")
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.as_server("initdb", "-D", f"{self.folder}/data", "-U", "owner", "-A", "trust", "-E", "UTF8")
        options = f"-c listen_addresses='' -k {self.folder} -c shared_buffers=512MB -c max_wal_size=4GB"
        self.as_server("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o", options, "start")
        role = ["-d", "postgres", "-qc", "CREATE ROLE refresher LOGIN CREATEDB"]
        subprocess.run(["psql", "-h", self.folder, "-U", "owner", *role], check=True)

    def as_server(self, program, *words):
        # The server refuses to be run by root.
        as_whom = ["runuser", "-u", "postgres", "--"] if getpass.getuser() == "root" else []
        with open(os.devnull, "wb") as nowhere:
            subprocess.run([*as_whom, self.bin / program, *words], cwd="/", check=True, stdout=nowhere, stderr=nowhere)

    def stop(self):
        self.as_server("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)

    def url(self, database):
        return f"postgresql://refresher@/{database}?host={self.folder}"

    def psql(self, database, *words):
        command = ["psql", "-h", self.folder, "-U", "refresher", "-d", database, "-v", "ON_ERROR_STOP=1", "-qAt", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def make(self, database):
        self.psql("postgres", "-c", f"DROP DATABASE IF EXISTS {database}", "-c", f"CREATE DATABASE {database}")

    def prepare_load(self, filled):
        """Copies the rows of the database `filled` to files; gives the script with which psql puts them into the same
        tables of an empty database with refresher's own trick: what is kept up is made again after the rows."""
        of = f"conrelid::regclass::text IN {OF_THEM} AND contype IN ('f', 'u')"
        drop_keys = f"SELECT format('ALTER TABLE %s DROP CONSTRAINT %I;', conrelid::regclass, conname) FROM pg_constraint WHERE {of}"
        # What the other tables hold is not loaded: references to them are made, and not looked at.
        make_keys = (f"SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s%s;', conrelid::regclass, conname, "
                     f"pg_get_constraintdef(oid), CASE WHEN confrelid::regclass::text IN ('organisation') THEN ' NOT VALID' ELSE '' END) "
                     f"FROM pg_constraint WHERE {of} ORDER BY contype DESC")
        plain = (f"FROM pg_index i WHERE indrelid::regclass::text IN {OF_THEM} AND NOT indisprimary AND NOT EXISTS "
                 f"(SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid AND contype = 'u')")
        script = ["BEGIN;", self.psql(filled, "-c", drop_keys), self.psql(filled, "-c", f"SELECT 'DROP INDEX ' || indexrelid::regclass || ';' {plain}")]
        for table in TABLES:
            file = f"{self.folder}/{table}.copy"
            self.psql(filled, "-c", f"\\copy {table} TO '{file}' (FORMAT binary)")
            script.append(f"\\copy {table} FROM '{file}' (FORMAT binary)")
        script += [self.psql(filled, "-c", f"SELECT pg_get_indexdef(indexrelid) || ';' {plain}"), self.psql(filled, "-c", make_keys), "COMMIT;"]
        written = pathlib.Path(self.folder) / "load.sql"
        written.write_text("\n".join(script))
        return written

    def empty_tables(self, filled, empty):
        """Has a database have the tables of another, and none of its rows."""
        self.make(empty)
        words = ["pg_dump", "-h", self.folder, "-U", "refresher", "--schema-only", filled]
        tables = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        written = pathlib.Path(self.folder) / "tables.sql"
        written.write_text(tables)
        self.psql(empty, "-f", written)

    def load_command(self, database, script):
        return ["psql", "-h", self.folder, "-U", "refresher", "-d", database, "-v", "ON_ERROR_STOP=1", "-q", "-f", script]
