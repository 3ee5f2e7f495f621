"""A dispensary in memory, for tests: it answers as the real API does, and makes trouble when told to.

`tests/contract` holds the same conversations with it and with Betony's own dispensary server, so that what
tests learn here is true there. Nothing that ships imports it.
"""

from betony.clinic.prescriptions.dispensary.fake.client import FakeDispensary, fresh_servers, server
from betony.clinic.prescriptions.dispensary.fake.server import FakeServer
from betony.clinic.prescriptions.dispensary.fake.state import Clinic, new_id

__all__ = ["Clinic", "FakeDispensary", "FakeServer", "fresh_servers", "new_id", "server"]
