"""What stands in a patient's Actions menu and on the patient's page: the functions that offer it, in order.

See betony/clinic/patients/page_parts.py for what they take and return.
"""

MENU_ENTRIES = ["betony.clinic.workspace.menu.entries", "betony.clinic.prescriptions.menu.entries"]
PANELS = ["betony.clinic.workspace.panels.panels", "betony.clinic.prescriptions.menu.panels"]
