"""The directory of services: read from Open Referral UK, searched, and suggested with reasons. It holds nobody's data."""
