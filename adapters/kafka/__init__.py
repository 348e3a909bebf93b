"""Kafka carries contacts in, and answers, events and refusals out."""
