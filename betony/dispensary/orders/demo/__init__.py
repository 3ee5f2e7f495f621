"""The patients of the demo's dispensaries, with a year of plans and orders. The same on every machine."""
