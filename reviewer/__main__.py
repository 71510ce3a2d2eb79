"""`python -m reviewer` is the command `reviewer`."""

import sys

from reviewer.cli import main

sys.exit(main())
