"""`python -m tomoni.cli`: the same as the `tomoni` command."""

import sys

from tomoni.cli import main

sys.exit(main())
