#!/bin/sh
# Installs the Debian packages that the tests use, where they are missing and where it may: as root, or by sudo without a password.
set -u

missing=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v chromium >/dev/null || missing="$missing chromium fonts-dejavu-core"
command -v chromium-headless-shell >/dev/null || missing="$missing chromium-headless-shell"
command -v softhsm2-util >/dev/null || missing="$missing softhsm2"
command -v smsbox >/dev/null || missing="$missing kannel"
command -v pinentry-tty >/dev/null || missing="$missing pinentry-tty"
command -v java >/dev/null || missing="$missing default-jre-headless"
command -v npm >/dev/null || missing="$missing nodejs npm"
ls /usr/lib/apache2/modules/mod_auth_openidc.so >/dev/null 2>&1 || missing="$missing libapache2-mod-auth-openidc"
[ -z "$missing" ] && exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
    as_root="sudo -n"
    if ! $as_root true 2>/dev/null; then
        echo "Not installed:$missing. The tests that need them will be skipped; CI=true makes them fail."
        exit 0
    fi
fi
export DEBIAN_FRONTEND=noninteractive
echo "Installing$missing"
$as_root apt-get update -qq
# A failure here is told by the tests that miss the package, each with its reason.
$as_root apt-get install -qq -y --no-install-recommends $missing </dev/null >/dev/null || true
