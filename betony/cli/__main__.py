"""`python -m betony.cli` is the `betony` command."""

import sys

from betony.cli import main

sys.exit(main.main())
