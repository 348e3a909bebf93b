"""A door in front of PostgreSQL that cuts a connection at COMMIT: before the question arrives, or after the answer was given."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

Cut = Callable[[bytes], bool]


class CuttingProxy:
    """Carries bytes between a client and the server's socket; cuts once, where told."""

    def __init__(self, server: Path, own: Path) -> None:
        self._server = server / ".s.PGSQL.5432"
        self._own = own
        self._listener: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.before: Cut | None = None
        self.after: Cut | None = None
        self.cuts = 0

    async def __aenter__(self) -> "CuttingProxy":
        self._listener = await asyncio.start_unix_server(
            self._carry, str(self._own / ".s.PGSQL.5432")
        )
        return self

    async def __aexit__(self, *_exception: object) -> None:
        assert self._listener is not None
        self._listener.close()
        for writer in self._writers:
            writer.close()
        await asyncio.sleep(0.05)

    def cut_before(self, cut: Cut) -> None:
        """The first question that `cut` is true of never arrives."""
        self.before = cut

    def cut_after(self, cut: Cut) -> None:
        """The first question that `cut` is true of is done, but its answer never comes back."""
        self.after = cut

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_unix_connection(str(self._server))
        self._writers |= {writer, forth}
        mute = asyncio.Event()

        async def answers() -> None:
            while data := await back.read(65536):
                if mute.is_set():
                    break
                writer.write(data)
            writer.close()

        answering = asyncio.create_task(answers())
        with suppress(OSError):
            while data := await reader.read(65536):
                if self.before is not None and self.before(data):
                    self.before, self.cuts = None, self.cuts + 1
                    break
                if self.after is not None and self.after(data):
                    self.after, self.cuts = None, self.cuts + 1
                    mute.set()
                forth.write(data)
        if not mute.is_set():
            forth.close()
        await answering
        writer.close()
        forth.close()
