"""Every job of the clinic: imported here, so that workers know them all."""

from betony.kit.jobs import upkeep

__all__ = ["upkeep"]
