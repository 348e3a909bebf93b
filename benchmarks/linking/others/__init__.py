"""The hub's linking of files beside other tools' (Splink) on other people's data (FEBRL, pseudopeople)."""
