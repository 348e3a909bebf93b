"""A kept message is sent again as it came: what was kept is enough to make it anew."""

import pytest

from hub.contacts.cloud_event import Message
from hub.contacts.receive import message_of, raw_of

BINARY = {"id": "m-1", "source": "urn:ods:F81XXX", "specversion": "1.0", "subject": "Zoë \udcff"}


@pytest.mark.parametrize(
    "message",
    [
        Message(b'{"specversion": "1.0"}', "application/cloudevents+json"),
        Message(b"not json at all\r\n\r\nce-id: m-1", "text/plain"),
        Message(b"", None),
        Message(b'{"door": "health"}', "application/json", BINARY),
        Message(b"{}", "application/json", {}),
        Message(b"a body\r\n\r\nof two parts", "application/json", {"id": "m-2"}),
    ],
)
def test_what_was_kept_is_the_message_as_it_came(message: Message) -> None:
    assert message_of(raw_of(message), len(message.body)) == message
