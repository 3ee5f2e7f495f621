"""Patients, treatment plans, orders, events and webhook deliveries, in the public API's words."""
