"""``python -m analysis``: the commands of ``discourse``."""

import sys

from analysis.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
