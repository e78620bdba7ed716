#!/bin/sh
# Makes a virtual environment, or installs pinned packages into one.
#   tools/environment.sh create .venv
#   tools/environment.sh install .venv requirements/demo.txt
set -eu

fits() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null
}

# The system's own comes first: distributions let a profile guide the compiler, and those who compile it by themselves
# seldom do, which costs our work an eighth of its speed (docs/decisions/0037-the-interpreter.md).
find_python() {
    for python in ${PYTHON:-/usr/bin/python3.12 /usr/bin/python3.11 python3.12 python3.11 python3}; do
        if fits "$python"; then
            echo "$python"
            return
        fi
    done
    echo "Python 3.11 or 3.12 with its venv module is needed (on Debian: apt-get install python3-venv);" \
        "set PYTHON to its path if it is installed elsewhere." >&2
    exit 1
}

seconds_since() {
    echo "$(($(date +%s) - $1))"
}

create() {
    python=$(find_python)
    printf 'Making a virtual environment with %s … ' "$("$python" --version)"
    start=$(date +%s)
    "$python" -m venv --clear --without-pip "$1"
    echo "done in $(seconds_since "$start") s"
}

install() {
    printf 'Installing the packages of %s … ' "$2"
    start=$(date +%s)
    install_by_uv "$@" 2>/dev/null || install_by_pip "$@"
    echo "done in $(seconds_since "$start") s"
}

# Of our own packages, and much quicker; but it is not yet there when .venv is made, and reads no settings of pip.
install_by_uv() {
    .venv/bin/uv pip install --quiet --python "$1/bin/python" --require-hashes -r "$2"
}

install_by_pip() {
    "$1/bin/python" -m ensurepip --default-pip >/dev/null
    "$1/bin/python" -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r "$2"
}

"$@"
