"""Run the service here, offline: ``make dev``.

``PORT``, ``API_KEY`` and ``STATE`` come from the environment. The Worker's settings are those of
``wrangler.toml``, under those of ``.dev.vars``, under that key; only what none of them sets gets a value that
suits development. Ctrl-C or SIGTERM ends it all.
"""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

import httpx

from tools.children import ROOT, Child, DidNotStartError
from tools.stack import NODE, Stack, Worker, wrangler_configuration
from tools.stand_in import StandIn

_DEVELOPMENT_KEY: Final = "flux-development-key"
_KEY_SETTINGS: Final = ("API_KEY", "API_MASTER_KEY", "API_KEYS")
_REST_SETTINGS: Final = ("CF_API_BASE", "CF_ACCOUNT_ID", "ACCOUNT", "CF_API_TOKEN")

_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ANSWER_SECONDS: Final = 60
_LOOK_SECONDS: Final = 0.2


class UnableError(Exception):
    """What keeps the service from running, in words for the person at the terminal."""


def main() -> int:
    """Run until told to stop, and return the status for the shell."""
    for number in _STOP_SIGNALS:
        signal.signal(number, _stop)
    try:
        run(os.environ)
    except KeyboardInterrupt:
        return 0
    except (UnableError, DidNotStartError) as problem:
        print(problem, file=sys.stderr)
        return 1


def run(environment: Mapping[str, str]) -> NoReturn:
    """Start the stand-in and the Worker, say where they are, and watch over them."""
    port = usable_port(environment.get("PORT") or "8787")
    state = Path(environment.get("STATE") or ROOT / ".wrangler" / "state")
    with StandIn.start() as stand_in:
        settings = development_settings(environment.get("API_KEY", ""), stand_in.rest)
        worker = Worker("flux-api", settings, ai=stand_in.base)
        with Stack.start(worker, port=port, state=state, watch=True) as stack:
            children = (stand_in.child, stack.child)
            await_health(stack.url, children)
            announce(stand_in.base, stack.url, key_in_force(settings))
            watch_over(children)


def usable_port(text: str) -> int:
    """Read the port's number and see that the port is free."""
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        raise UnableError(f"PORT must be a number from 1 to 65535; it is {text!r}.")
    try:
        socket.create_server(("127.0.0.1", int(text))).close()
    except OSError as error:
        raise UnableError(
            f"Port {text} is taken, or not yours to take. Choose another: PORT=8790 make dev"
        ) from error
    return int(text)


def development_settings(api_key: str, rest: Mapping[str, str]) -> dict[str, str]:
    """Put the settings together; *rest* are those that lead REST calls to the stand-in."""
    written = {**wrangler_configuration().get("vars", {}), **dev_vars()}
    given = {"API_KEY": api_key} if api_key else {}
    settings = {**written, **given}
    if not any(map(settings.get, _KEY_SETTINGS)):
        settings["API_KEY"] = _DEVELOPMENT_KEY
    # All of them or none: half an account of one's own and half the stand-in's would reach neither.
    if not any(map(settings.get, _REST_SETTINGS)):
        settings.update(rest)
    return settings


def dev_vars() -> dict[str, str]:
    """Read ``.dev.vars``, where there is one, by Node's own rules for such files."""
    try:
        text = (ROOT / ".dev.vars").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    program = "JSON.stringify(util.parseEnv(fs.readFileSync(0, 'utf8')))"
    parsed = subprocess.run(
        [NODE, "-p", program], input=text, capture_output=True, encoding="utf-8", check=True
    )
    variables: dict[str, str] = json.loads(parsed.stdout)
    return variables


def key_in_force(settings: Mapping[str, str]) -> str:
    """Choose a key that opens the service, or an empty one when the settings hold none that can be read."""
    single = settings.get("API_KEY") or settings.get("API_MASTER_KEY")
    if single:
        return single
    try:
        return str(next(iter(json.loads(settings["API_KEYS"]).values())))
    except (ValueError, AttributeError, StopIteration):
        return ""  # /health says what is wrong with API_KEYS


def await_health(url: str, children: Iterable[Child]) -> None:
    """Wait until the Worker answers; what it says of itself is shown unless all is well."""
    deadline = time.monotonic() + _ANSWER_SECONDS
    while time.monotonic() < deadline:
        see_to(children)
        try:
            answer = httpx.get(f"{url}/health", timeout=_ANSWER_SECONDS, trust_env=False)
        except httpx.TransportError:
            time.sleep(_LOOK_SECONDS)
            continue
        if not answer.is_success:
            print(f"Not all is well: /health answers {answer.status_code}\n{answer.text}", file=sys.stderr)
        return
    raise UnableError(f"The Worker gave no answer in {_ANSWER_SECONDS} seconds.")


def announce(stand_in: str, url: str, key: str) -> None:
    """Say where everything is; the last line is for programs that wait for it."""
    body = json.dumps({"messages": [{"role": "user", "content": "A cute cat 3:2"}]})
    command = ["curl", f"{url}/v1/chat/completions", "-H", f"Authorization: Bearer {key}", "-d", body]
    print("Workers AI stand-in:", stand_in)
    print("Studio:", f"{url}/")
    print("Try:", shlex.join([*command, "-H", "Content-Type: application/json"]))
    print("Ready on", url, flush=True)


def watch_over(children: Iterable[Child]) -> NoReturn:
    """Look after *children* until one of them ends."""
    while True:
        see_to(children)
        time.sleep(_LOOK_SECONDS)


def see_to(children: Iterable[Child]) -> None:
    """Refuse to go on when one of *children* has ended."""
    for child in children:
        if child.exit_status() is not None:
            raise UnableError(f"{child.name} ended by itself, with status {child.exit_status()}.")


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    # Once is enough: make passes on the SIGTERM that its whole group has already had.
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
