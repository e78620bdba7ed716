"""The browser's script under Node.js: one process that answers line by line."""

import json
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from vetting.risk.versions import as_json

HERE = Path(__file__).parent
SCRIPTS = HERE.parents[2] / "static" / "js"


class Browser:
    """Calls functions of the script; see recompute.mjs for their names."""

    def __init__(self, process):
        self.process = process

    def call(self, name, *args):
        """Return what the script answers: its `value`, or the `position` and `message` of a refused vector."""
        self.process.stdin.write(json.dumps([name, *args]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def value(self, name, *args):
        return self.call(name, *args)["value"]


@contextmanager
def browser(folder):
    """Start the script in a folder of its own, where Node.js takes it for the module that it is in a browser."""
    node = shutil.which("node")
    assert node, "The browser's script is tested with Node.js: install the package nodejs."
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "method.json").write_text(json.dumps(as_json()))
    shutil.copytree(SCRIPTS, folder / "js")
    command = [node, HERE / "recompute.mjs", folder / "js" / "risk.js", folder / "method.json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Browser(process)
        process.stdin.close()
