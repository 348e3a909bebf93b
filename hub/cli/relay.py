"""`hub relay`: Kafka, in and out."""

from hub.settings import read_settings


def command() -> None:
    """Carry contacts in from Kafka and answers out to it (HUB_KAFKA)."""
    from hub import bootstrap

    settings = read_settings()
    if settings.kafka is None:
        raise ValueError("HUB_KAFKA names no broker: set it to the bootstrap servers.")
    bootstrap.serve(settings, parts=("relay",))
