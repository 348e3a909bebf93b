"""Whole ways through the hub, as its users go them."""
