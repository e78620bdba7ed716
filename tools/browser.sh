#!/bin/sh
# Makes sure that the browser tests have a browser, and letters for Arabic and Chinese names.
set -eu

for browser in chromium chromium-browser google-chrome; do
    if command -v "$browser" >/dev/null; then
        exit 0
    fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium and fonts for the browser tests …"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        chromium fonts-noto-core fonts-droid-fallback >/dev/null
    exit 0
fi

echo "There is no Chromium, so the browser tests are left out. Install the package chromium to run them." >&2
test -z "${CI:-}" # where a machine decides, a test left out is a failure
