"""Which person a mention is: mentions and what is known in, people out. Pure but for the tables it reads."""

from hub.linking.contact import PeopleLinker
from hub.linking.linker import Linker

__all__ = ["Linker", "PeopleLinker"]
