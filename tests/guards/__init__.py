"""Guards: what must hold of everything in this repository, however much is added."""
