"""The made-up borough."""
