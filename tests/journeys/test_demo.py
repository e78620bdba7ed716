"""The one command: it starts on an empty folder, shows the case, keeps its data and leaves no process."""

import http.client
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request

import pytest

from tests.machine import PROJECT, eventually, family, living, network_listeners, open_folder
from vetting.demo.environment import MADE

CASE = "ahmed-naser-al-raisi"


class Demo:
    """A running `manage.py demo`, spoken to as a visitor would."""

    def __init__(self, folder, port, archive_port):
        self.var, self.output = folder / "var", folder / "output"
        self.port, self.site = port, f"http://127.0.0.1:{port}"
        self.archive_port, self.copies = archive_port, f"http://localhost:{archive_port}"
        environment = {name: value for name, value in os.environ.items() if name not in MADE}
        ports = [f"--port={port}", f"--archive-port={archive_port}"]
        command = [sys.executable, "manage.py", "demo", f"--var={self.var}", *ports]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.visitor = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    @property
    def said(self):
        return self.output.read_text()

    def wait(self):
        eventually(lambda: "Ready after" in self.said or self.process.poll() is not None, within=180)
        assert "Ready after" in self.said, self.said

    def get(self, path):
        with self.visitor.open(self.site + path, timeout=60) as answer:
            return answer.read().decode()

    def sign_in(self, name, password):
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get("/admin/login/")).group(1)
        fields = {"username": name, "password": password, "csrfmiddlewaretoken": token, "next": "/admin/"}
        with self.visitor.open(self.site + "/admin/login/", urllib.parse.urlencode(fields).encode()) as answer:
            return answer.geturl()

    def stop(self):
        """Stop it as `kill` does; return its exit code and what is left of its processes."""
        processes = family(self.process.pid)
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(120), living(processes)


@pytest.fixture
def start():
    """Start a demo on a folder that lasts for the test."""
    started = []
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        ports = [probe.getsockname()[1] for probe in (one, other)]
    with open_folder() as folder:

        def start():
            started.append(Demo(folder, *ports))
            started[-1].wait()
            return started[-1]

        yield start
        for demo in started:
            if demo.process.poll() is None:
                demo.stop()


def test_demo_from_an_empty_folder_to_a_second_start(start):
    demo = start()
    accounts = dict(line.split() for line in (demo.var / "accounts.txt").read_text().splitlines())

    assert "Al-Raisi" in demo.get(f"/candidates/{CASE}/")
    assert json.loads(demo.get(f"/api/v1/candidates/{CASE}/summary/"))
    assert demo.sign_in("editor", accounts["editor"]) == demo.site + "/admin/"
    assert network_listeners(family(demo.process.pid)) == sorted(
        [("127.0.0.1", demo.port), ("127.0.0.1", demo.archive_port)]
    )
    assert_two_origins(demo)
    assert_kept_to_itself(demo, accounts)
    assert demo.stop() == (0, [])

    again = start()

    assert (again.var / "accounts.txt").read_text().split() == [part for pair in accounts.items() for part in pair]
    assert again.sign_in("contributor", accounts["contributor"]) == again.site + "/admin/"
    assert all(password not in again.said for password in accounts.values())
    assert again.stop() == (0, [])


def assert_two_origins(demo):
    """The server of the copies knows no page of the site under any name, and the site is not under theirs."""

    def ask(port, host):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/admin/login/", headers={"Host": host})
        answer = connection.getresponse()
        connection.close()
        return answer.status, answer.headers["Location"]

    copies, site = demo.copies.removeprefix("http://"), demo.site.removeprefix("http://")
    assert ask(demo.archive_port, copies) == (404, None)
    assert ask(demo.archive_port, f"127.0.0.1:{demo.archive_port}") == (400, None)
    assert ask(demo.archive_port, site) == (400, None)
    assert ask(demo.port, f"localhost:{demo.port}") == (302, f"{demo.site}/admin/login/")


def assert_kept_to_itself(demo, accounts):
    """Passwords are shown once and stand in no log; what is private is closed to others."""
    secrets = [*accounts.values(), (demo.var / "secret").read_text()]
    logs = "".join(log.read_text() for log in (demo.var / "log").iterdir())

    assert all(password in demo.said for password in accounts.values())
    assert [secret for secret in secrets if secret in logs] == []
    for name in ("secret", "accounts.txt", "env", "log/web.log"):
        assert (demo.var / name).stat().st_mode & 0o077 == 0
