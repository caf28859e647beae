"""`python -m generator` is `watchspec generate`."""

import sys

from watchspec.cli import main

if __name__ == "__main__":
    sys.exit(main(["generate", *sys.argv[1:]], sys.stdout, sys.stderr))
