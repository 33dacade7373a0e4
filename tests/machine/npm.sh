#!/bin/sh
# Installs what the package-lock.json of a folder names, with its hashes, unless it is there already.
set -u
cd "$1" || exit 1

[ node_modules/.package-lock.json -nt package-lock.json ] && exit 0
if ! command -v npm >/dev/null; then
    echo "Not installed: npm. The tests that need $1 will be skipped; CI=true makes them fail."
    exit 0
fi
echo "Installing $1"
# A failure here is told by the tests that miss a package. No script of a package is run, nothing is reported.
PUPPETEER_SKIP_DOWNLOAD=1 npm ci --silent --ignore-scripts --no-audit --no-fund </dev/null || true
