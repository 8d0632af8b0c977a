#!/usr/bin/env bash
# Sets up everything on a bare Debian or Ubuntu machine. Safe to repeat; asks for sudo only when a package is missing.
set -euo pipefail
cd "$(dirname "$0")"
venv=${VENV:-.venv}

packages=(
  python3 python3-venv                                             # 3.11 or later
  tesseract-ocr tesseract-ocr-eng tesseract-ocr-osd tesseract-ocr-cym  # reading
  fonts-liberation libgl1 libglib2.0-0                             # letters, pictures
  postgresql dovecot-imapd chromium nodejs npm                     # tests, web assets
  cups-ipp-utils dbus-daemon dbus-session-bus-common               # tests: a real IPP printer
  cups-daemon cups-client cups-filters-core-drivers                # tests: a real CUPS queue in front of it
)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
command -v node >/dev/null && command -v npm >/dev/null && missing=("${missing[@]/#nodejs}") && missing=("${missing[@]/#npm}")
read -ra missing <<<"${missing[*]-}"

if ((${#missing[@]})); then
  echo "Installing system packages: ${missing[*]}"
  as_root=()
  ((EUID)) && as_root=(sudo)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

python=""
for candidate in python3 python3.13 python3.12 python3.11; do
  "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && python=$candidate && break
done
[ -n "$python" ] || { echo "Python 3.11 or later is needed. Install python3.11 and try again." >&2; exit 1; }
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .

./mailroom/web/fetch_assets.sh
