"""Splink 5, which is no part of the hub: the second opinion that `hub linking audit` asks for."""
