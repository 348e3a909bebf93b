"""Which person a mention is. Pure: mentions and candidates in, people out."""
