"""Which person a mention is: mentions and what is known in, people out. Pure but for the tables it reads."""

from hub.linking.contact import PeopleLinker

__all__ = ["PeopleLinker"]
