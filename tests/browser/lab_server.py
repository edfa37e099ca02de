"""JupyterLab on a free port, with folders of its own, stopped in any case."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "only-for-this-test"
START = 90.0  # seconds that a server may take to answer
QUIET = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": False}


class Lab:
    """A running JupyterLab.

    Attributes
    ----------
    folder : pathlib.Path
        What it serves: notebooks/ and corpus/, copies.
    """

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self.process = process

    def address(self, notebook: str) -> str:
        """Where a notebook is opened, in a workspace that nothing was left in."""
        return f"{self.url}/lab/tree/notebooks/{notebook}?token={TOKEN}&reset"

    def ask(self, path: str, method: str = "GET") -> Any:
        """Ask the server itself."""
        request = urllib.request.Request(
            f"{self.url}/api/{path}", method=method, headers={"Authorization": f"token {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def stop_kernels(self) -> None:
        """Shut all kernels down, as the menu does."""
        for session in self.ask("sessions"):
            with contextlib.suppress(urllib.error.URLError):
                self.ask(f"sessions/{session['id']}", "DELETE")


@contextlib.contextmanager
def serve_lab(folder: Path, room: Path) -> Iterator[Lab]:
    """Start JupyterLab on a folder, as `make lab` does.

    Parameters
    ----------
    folder : pathlib.Path
        With notebooks/ and corpus/.
    room : pathlib.Path
        For what Jupyter writes: settings, workspaces, its log.
    """
    port = _free_port()
    _write_settings(room, port)
    with open(room / "lab.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab"],
            cwd=folder,
            env=_environment(room),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that its kernels can be ended with it
        )
    try:
        lab = Lab(folder, port, process)
        _wait(lab, room / "lab.log")
        yield lab
    finally:
        _stop(process)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _write_settings(room: Path, port: int) -> None:
    """Let JupyterLab listen to this machine alone, ask nobody for news and open no browser."""
    config = {
        "ServerApp": {
            "ip": "127.0.0.1",
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            "allow_root": True,
        },
        "IdentityProvider": {"token": TOKEN},
        "LabApp": {
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "news_url": None,
            "expose_app_in_browser": True,  # to change the theme
        },
    }
    (room / "config").mkdir(parents=True)
    (room / "config" / "jupyter_server_config.json").write_text(json.dumps(config))
    settings = room / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(QUIET))


def _environment(room: Path) -> dict[str, str]:
    ours = {
        "IPYTHONDIR": str(room / "ipython"),
        "JUPYTER_CONFIG_DIR": str(room / "config"),
        "JUPYTER_DATA_DIR": str(room / "data"),
        "JUPYTER_RUNTIME_DIR": str(room / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(room / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(room / "workspaces"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }
    mine = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    return {**mine, **ours}


def _wait(lab: Lab, log: Path) -> None:
    """Wait until it answers; tell what it said if it does not."""
    end = time.monotonic() + START
    while time.monotonic() < end and lab.process.poll() is None:
        with contextlib.suppress(OSError):
            lab.ask("status")
            return
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start: {log.read_text('utf-8', 'replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and whatever it started: it leads a process group of its own."""
    for sign, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(ProcessLookupError):  # a kernel that outlived it
        os.killpg(process.pid, signal.SIGKILL)


def copy_repository(folder: Path, *, documents: int = 12) -> Path:
    """The notebooks and a part of the corpus: every third document, and the article."""
    shutil.copytree(
        ROOT / "notebooks", folder / "notebooks", ignore=lambda *_: [".ipynb_checkpoints"]
    )
    shutil.copytree(ROOT / "corpus", folder / "corpus", ignore=lambda *_: ["originals"])
    place = folder / "corpus" / "sources.csv"
    with open(place, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    kept = (rows[:1] + rows[1::3])[:documents]
    for row in rows:
        if row not in kept:
            (folder / "corpus" / "briefs" / f"{row[0]}.txt").unlink(missing_ok=True)
    with open(place, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *kept])
    return folder
