"""One page of a directory of services as Open Referral UK wraps it, or a file of them. Pure."""

from dataclasses import dataclass
from typing import Any

from hub.directory.open_referral import Services
from hub.errors import InvalidDirectory, NotJson
from hub.json_gate import parse

LISTS = ("contents", "services")


@dataclass(frozen=True, slots=True)
class Page:
    """The entries of a page, with what it says of itself; None where it says nothing.

    pointer   where its entries stand
    """

    entries: tuple[Any, ...]
    pointer: str
    number: int | None = None
    pages: int | None = None
    items: int | None = None
    last: bool | None = None

    @property
    def is_all(self) -> bool:
        """Whether there is no other page, as far as it says."""
        return (self.pages is None or self.pages <= 1) and self.last is not False


def read_page(body: bytes, what: str) -> Page:
    """The page behind these bytes; raises InvalidDirectory, which says of `what` and where."""
    try:
        said = parse(body)
    except NotJson as error:
        faults = "; ".join(f"{f.pointer or 'as a whole'}: {f.says}" for f in error.faults)
        raise InvalidDirectory(f"{what} is not strict JSON. {faults or error.says}") from None
    if isinstance(said, list):
        return Page(tuple(said), "")
    if not isinstance(said, dict):
        raise InvalidDirectory(f"{what} holds no services: an object or a list is expected.")
    for name in LISTS:
        if name in said:
            return _wrapped(said, name, what)
    if "id" in said and "name" in said:
        return Page((said,), "", last=False)  # one record: a part of a directory
    raise InvalidDirectory(f"{what} holds no services: it has neither {' nor '.join(LISTS)}.")


def _wrapped(said: dict[str, Any], name: str, what: str) -> Page:
    entries = said[name]
    if not isinstance(entries, list):
        raise InvalidDirectory(f"{what}, /{name}: a list is expected here.")
    for member in ("page_number", "total_pages", "total_items"):
        number = said.get(member)
        if number is not None and (type(number) is not int or number < 0):
            raise InvalidDirectory(f"{what}, /{member}: a whole number is expected here.")
    last = said.get("last_page")
    if last is not None and not isinstance(last, bool):
        raise InvalidDirectory(f"{what}, /last_page: true or false is expected here.")
    return Page(
        tuple(entries),
        f"/{name}",
        number=said.get("page_number"),
        pages=said.get("total_pages"),
        items=said.get("total_items"),
        last=last,
    )


def read_file(body: bytes, what: str) -> tuple[Services, bool]:
    """The services of a file, and whether it holds the whole directory: a page of several does not."""
    page = read_page(body, what)
    services = Services()
    for number, entry in enumerate(page.entries):
        services.take(entry, f"{page.pointer}/{number}")
    return services, page.is_all
