"""Run the stand-in: `python -m simulator --port 9000`."""

import argparse
import logging
import signal
import socket
import sys

import uvicorn

from simulator.app import create_app
from simulator.connection import BreakableProtocol
from simulator.wire import Credentials


class Announced(uvicorn.Server):
    """A server that says in one line where it listens, once it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the address."""
        await super().startup(sockets)
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        print(f"Workers AI stand-in on http://{shown}:{port}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Break off what is still under way, quietly: a call that hangs must not hold the server."""
        for connection in self.server_state.connections:
            connection.transport.close()
        logging.getLogger("uvicorn.error").disabled = True
        await super().shutdown(sockets)


def main() -> None:
    """Serve until told to stop."""
    options = _options()
    app = create_app(Credentials(options.account, options.token, options.key))
    config = uvicorn.Config(
        app,
        host=options.host,
        port=options.port,
        http=BreakableProtocol,
        ws="none",
        lifespan="off",
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    # The server finishes first and raises the signal again; being told to stop is no failure.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    Announced(config).run()


def _options() -> argparse.Namespace:
    accepted = Credentials()
    parser = argparse.ArgumentParser(prog="simulator", description="The local stand-in for Workers AI.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000, help="0 picks a free one")
    parser.add_argument("--account", default=accepted.account, help="the account id the REST API accepts")
    parser.add_argument("--token", default=accepted.token, help="the token the REST API accepts")
    parser.add_argument("--key", default=accepted.key, help="the key the chat API accepts")
    return parser.parse_args()


if __name__ == "__main__":
    main()
