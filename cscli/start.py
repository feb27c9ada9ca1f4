"""Where the process begins: a command lives a tenth of a second, and collecting garbage costs more than it frees."""

import gc
import sys

from cscli.store import probe

gc.disable()
probe.begin(sys.argv[1:])

from cscli.app import main  # noqa: E402 - everything imported from here on is what collecting would walk over

__all__ = ["main"]
