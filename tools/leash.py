"""Run a module that ends with its parent: ``python -m tools.leash MODULE [ARGUMENT ...]``.

The parent holds the other end of standard input. When it goes, even killed hard, that end closes.
"""

import os
import runpy
import sys
from threading import Thread


def end_with_parent() -> None:
    """Wait for the end of standard input, then leave at once."""
    # The descriptor itself: a thread inside sys.stdin holds a lock that the interpreter's exit waits for.
    while os.read(0, 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    Thread(target=end_with_parent, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
