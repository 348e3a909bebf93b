"""Reads a directory of services from an address, page by page, to its end or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from hub.directory.open_referral import Services, id_of, is_line
from hub.directory.pages import Page, read_page
from hub.errors import InvalidDirectory, NotJson, NotKnown
from hub.json_gate import parse

A_PAGE = 100


class Directory(Protocol):
    """Where pages come from. What was read and understood is kept, so that a reading that broke off goes on where it was."""

    def get(self, path: str) -> bytes:
        """What stands there. Raises NotKnown where nothing does, and InvalidDirectory where it does not answer as it should."""

    def keep(self, path: str, body: bytes) -> None:
        """It was understood, and need not be asked for again soon."""

    def forget(self) -> None:
        """Nothing that was kept is of use any more."""


Tell = Callable[[int, int], None]
"""Told how many services of how many have been read."""


def nobody(_read: int, _of: int) -> None:
    """Where nobody looks."""


@dataclass(slots=True)
class Reading:
    """A directory on its way in."""

    directory: Directory
    most_pages: int
    tell: Tell = nobody
    services: Services = field(default_factory=Services)
    met: set[str] = field(default_factory=set)
    entries: int = 0
    items: int | None = None

    def read(self) -> Services:
        """All of it. Raises InvalidDirectory: then nothing of it may be used."""
        number = 0
        while True:
            number += 1
            if number > self.most_pages:
                raise InvalidDirectory(f"The directory has more than {self.most_pages} pages.")
            page = self.page(number)
            for place, entry in enumerate(page.entries):
                self.take(entry, f"{page.pointer}/{place}", f"page {number}, ")
                self.tell(self.entries, max(page.items or 0, self.entries))
            if is_last(page, number):
                break
        if self.items is not None and self.items != self.entries:
            self.directory.forget()
            says = f"The directory says that it has {self.items} services, and sent {self.entries}."
            raise InvalidDirectory(says)
        return self.services

    def page(self, number: int) -> Page:
        """One page, where it is the one that was asked for and the directory has not changed meanwhile."""
        path = f"/services?page={number}&per_page={A_PAGE}"
        body = self.directory.get(path)
        page = read_page(body, f"Page {number}")
        if page.number is not None and page.number != number:
            says = f"Page {number} was asked for, and page {page.number} came."
            raise InvalidDirectory(says)
        ids = {found for entry in page.entries if (found := id_of(entry))}
        if ids and ids <= self.met:
            raise InvalidDirectory(f"Page {number} repeats what earlier pages had: it would never end.")  # fmt: skip
        if number > 1 and page.items != self.items:
            self.directory.forget()
            raise InvalidDirectory("The directory changed while it was read.")
        self.met |= ids
        self.items = page.items
        self.directory.keep(path, body)
        return page

    def take(self, entry: object, place: str, where: str) -> None:
        """Read one entry; of a line in a list, its full record."""
        self.entries += 1
        service = id_of(entry)
        if service is None or not is_line(entry):
            self.services.take(entry, place, where)
            return
        path = f"/services/{quote(service, safe='')}"
        try:
            body = self.directory.get(path)
            full = parse(body)
        except (NotKnown, NotJson) as error:
            self.services.leave_out(service, f"{where}{place}", f"Its full record: {error.says}")
            return
        if id_of(full) != service:
            says = "Its full record is that of another."
            self.services.leave_out(service, f"{where}{place}/id", says)
            return
        self.directory.keep(path, body)
        self.services.take(full, "", f"{path}, ")


def is_last(page: Page, number: int) -> bool:
    """Whether no page follows; raises InvalidDirectory where the page contradicts itself."""
    more = page.pages is not None and number < page.pages
    if page.last and more:
        says = f"Page {number} says that it is the last, and that there are {page.pages}."
        raise InvalidDirectory(says)
    if not page.entries and more:
        raise InvalidDirectory(f"Page {number} is empty, and there are {page.pages}.")
    if page.last is None and page.pages is None:
        return not page.entries or page.pointer == ""
    return bool(page.last) or not page.entries or (page.pages is not None and not more)
