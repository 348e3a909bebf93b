"""A directory of services at an address, read through the adapter that fetches its pages."""

from adapters.open_referral import HttpDirectory, read_address
from hub.directory.endpoint import Reading, Tell
from hub.directory.open_referral import Services
from hub.settings import Settings


def address_of(url: str) -> str:
    """The address in its one form, by which the directory is known; raises InvalidDirectory."""
    return str(read_address(url))


def read_directory(
    settings: Settings, url: str, tell: Tell, *, fresh: bool = False
) -> tuple[Services, HttpDirectory]:
    """All of a directory, and where its pages are kept: to be forgotten once it was recorded. Raises InvalidDirectory."""
    directory = HttpDirectory(read_address(url), settings.home / "directory")
    if fresh:
        directory.forget()
    return Reading(directory, directory.limits.pages, tell).read(), directory
