"""Contacts in and answers out by Kafka: real brokers, real databases."""
