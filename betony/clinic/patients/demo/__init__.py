"""The patients of the demo: a few that stories are told with, and as many invented ones as wanted."""

from betony.clinic.patients.demo.load import CLINICS, WITH_HISTORY, load, patient_id

__all__ = ["CLINICS", "WITH_HISTORY", "load", "patient_id"]
