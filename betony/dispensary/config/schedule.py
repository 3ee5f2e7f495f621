"""Every job of the dispensary: imported here, so that workers know them all."""

from betony.kit.jobs import upkeep

__all__ = ["upkeep"]
