"""The hub in containers, and containers under the hub."""
