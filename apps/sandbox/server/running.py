"""Running the server: the port, the signals, the line that says it is ready."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
import sys
import threading
from pathlib import Path

import orjson
import uvicorn

from apps.sandbox.control.overview import overview
from apps.sandbox.graph import dispatch
from apps.sandbox.persistence.store import StateFileError
from apps.sandbox.server.asgi import Application
from apps.sandbox.server.building import open_world
from apps.sandbox.server.options import Options
from apps.sandbox.server.protocol import BreakableProtocol
from apps.sandbox.server.sandbox import Sandbox

BACKLOG = 512


class StartError(Exception):
    """Why the sandbox cannot start, in one line for a person."""


def run(options: Options) -> None:
    """Serve until told to stop (Ctrl-C or SIGTERM); the state is saved then.

    Raises:
        StartError: the port is taken, a file cannot be used, an export cannot be read.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    listener = _bound(options.host, options.port)
    sandbox = _sandbox(options)
    sandbox.weather_changed(options.weather)
    dispatch.router()  # made now, so that the first request does not wait for it
    gc.collect()
    gc.freeze()  # what was seeded stays; collections need not walk it again
    _serve(sandbox, listener, options)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        reason = problem.strerror or str(problem)
        raise StartError(f"cannot listen on {host} port {port}: {reason}") from problem
    return listener


def _sandbox(options: Options) -> Sandbox:
    _check_writable(options.request_log, "request log")
    _check_writable(options.ready_file, "ready file")
    try:
        opened = open_world(options)
    except StateFileError as problem:
        raise StartError(f"the state file {options.state} {problem}") from problem
    except (OSError, ValueError) as problem:
        raise StartError(f"the tenants cannot be made: {problem}") from problem
    return Sandbox(
        opened.world,
        opened.ring,
        opened.seed_state,
        seed=options.seed,
        request_log=options.request_log,
        store=opened.store,
        control_key=_key_of_owner() if options.owned else "",
    )


def _key_of_owner() -> str:
    """By standard input, which no list of processes shows."""
    key = sys.stdin.readline().strip()
    if not key:
        raise StartError("there is no key on standard input")
    return key


def _end_with_owner(server: uvicorn.Server) -> None:
    """End when standard input does: it is held open by the owner as long as he lives."""

    def wait() -> None:
        # Not by the buffered reader, which may not be in use when the process ends otherwise.
        while os.read(sys.stdin.fileno(), 4096):
            continue
        server.should_exit = True

    threading.Thread(target=wait, name="owner", daemon=True).start()


def _check_writable(path: Path | None, what: str) -> None:
    if path is None:
        return
    try:
        path.open("ab").close()
    except OSError as problem:
        raise StartError(f"the {what} {path} cannot be written: {problem.strerror}") from problem


def _serve(sandbox: Sandbox, listener: socket.socket, options: Options) -> None:
    config = uvicorn.Config(
        Application(sandbox),
        http=BreakableProtocol,
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=120,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    if options.owned:
        _end_with_owner(server)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve_and_say(server, sandbox, listener, options))


async def _serve_and_say(
    server: uvicorn.Server, sandbox: Sandbox, listener: socket.socket, options: Options
) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.005)
    if server.started:
        _say_ready(sandbox, listener, options)
    await serving


def _say_ready(sandbox: Sandbox, listener: socket.socket, options: Options) -> None:
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if options.owned:
        _say(orjson.dumps({"url": url}).decode())
        return
    facts = overview(sandbox.world, sandbox.seed)
    lab = facts["applications"][0]
    lines = [f"Sandbox ready at {url} (tenants, people and links: {url}/_sandbox/)"]
    lines.append(f"  lab client {lab['client_id']} secret {lab['client_secret']}")
    lines += [
        f"  tenant {each['id']} {each['domain']} ({each['users']} users, {each['category']})"
        for each in facts["tenants"][:10]
    ]
    _say("\n".join(lines))
    if options.ready_file is not None:
        ready = {"url": url, "lab": lab, "tenants": facts["tenants"]}
        partial = options.ready_file.with_suffix(".partial")
        partial.write_bytes(orjson.dumps(ready, option=orjson.OPT_INDENT_2))
        partial.replace(options.ready_file)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
