"""`hub relay`: Kafka, in and out."""

from hub.cli._say import AsJson, when_up
from hub.settings import read_settings


def command(as_json: AsJson = False) -> None:
    """Carry contacts in from Kafka and answers out to it (HUB_KAFKA)."""
    from hub.bootstrap import serving

    settings = read_settings()
    if settings.kafka is None:
        raise ValueError("HUB_KAFKA names no broker: set it to the bootstrap servers.")
    serving.serve(settings, parts=("relay",), tell=when_up("relay", as_json))
