"""The made-up borough: the same people and contacts on every machine for the same seed, end date and size.

Nobody in it is real. NHS numbers are of the 999 range, telephone numbers are Ofcom's for drama, e-mail goes to example.org,
streets, schools and surgeries are invented. What is true of it (who was meant by which mention, who is family) is told
apart from the messages, for tests, and is never in the log.
"""

from hub.demo.borough.chronicle import Borough, Truth, begun_with, borough_of
from hub.demo.borough.contacts import Sent

__all__ = ["Borough", "Sent", "Truth", "begun_with", "borough_of"]
