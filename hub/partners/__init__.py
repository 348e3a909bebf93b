"""Partners: the organisations whose systems publish contacts, their sources and their keys. One command a file."""
