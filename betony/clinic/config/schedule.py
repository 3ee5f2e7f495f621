"""Every job of the clinic: imported here, so that workers know them all."""

from betony.clinic.accounts import jobs as accounts_jobs
from betony.clinic.practice import jobs as practice_jobs
from betony.clinic.prescriptions import jobs as prescriptions_jobs
from betony.clinic.unfinished import jobs as unfinished_jobs
from betony.clinic.workspace.notices import jobs as notices_jobs
from betony.kit.jobs import upkeep

__all__ = [
    "accounts_jobs", "notices_jobs", "practice_jobs", "prescriptions_jobs", "unfinished_jobs", "upkeep",
]  # fmt: skip
