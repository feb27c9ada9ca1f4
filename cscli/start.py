"""Where the process begins and ends: a command lives less than a tenth of a second, and every part of it counts.

Collecting garbage costs more than it frees; in a large store git is asked before anything is loaded; and at the end the
interpreter is left as it stands, for taking it apart takes longer than most commands do.
"""

import gc
import os
import sys

from cscli.store import probe

gc.disable()
probe.begin(sys.argv[1:])

from cscli import app  # noqa: E402 - everything imported from here on is what collecting would walk over


def main() -> None:
    """Be the command `cscli`; what is printed has been flushed, what is written has been synced."""
    os._exit(app.main())
