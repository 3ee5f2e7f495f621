"""Stories that cross modules, one file each."""
