"""What a container of the image runs, run here: the web server answers the health check, and only for its own name."""

import ast
import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
SERVER = ast.literal_eval(re.search(r"^CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)[1])
CHECK = ast.literal_eval(re.search(r"^ +CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)[1])


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(tmp_path):
    """The settings of a production whose servers do not answer."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SECRET_KEY": secrets.token_hex(40),
        "DATABASE_URL": "postgres://vetting@127.0.0.1:1/vetting",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "ALLOWED_HOSTS": ".vetting.example, other.example",
        "VAR_DIR": str(tmp_path),
    }


@pytest.fixture
def server(port, environment, tmp_path):
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]  # as the image is built
    subprocess.run(collect, cwd=PROJECT, env=environment, check=True)
    command = [part.replace("8000", str(port)).replace("0.0.0.0", "127.0.0.1") for part in SERVER]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)
        try:
            await_port(port, process)
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)


def await_port(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("The web server does not start.")


def health(port: int, environment: dict[str, str]) -> int:
    return subprocess.run(
        [part.replace("8000", str(port)) for part in CHECK], env=environment, stderr=subprocess.DEVNULL
    ).returncode


def status(port: int, path: str, host: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse().status
    connection.close()
    return answer


def test_the_container_is_healthy_while_its_web_server_answers(server, port, environment):
    assert health(port, environment) == 0
    assert status(port, "/healthz/ready", "www.vetting.example") == 503
    assert status(port, "/admin/", "www.vetting.example") == 301  # to HTTPS
    assert status(port, "/healthz/live", "stranger.example") == 400

    server.terminate()
    assert server.wait(timeout=60) == 0
    assert health(port, environment) != 0
