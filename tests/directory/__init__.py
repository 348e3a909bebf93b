"""The directory of services: read, kept, and suggested with reasons."""
