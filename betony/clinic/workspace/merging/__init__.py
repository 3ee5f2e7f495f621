"""The pages of merging two patients and of taking it back; what they do is workflows/merge_patients.py."""
