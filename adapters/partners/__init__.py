"""What partners' files look like: one format a file, told apart by content; each gives messages of the native contract."""
