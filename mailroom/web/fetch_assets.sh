#!/usr/bin/env bash
# Installs GOV.UK Frontend with npm and copies its style sheet and script to static/vendor. Safe to repeat.
# The Crown font and crest are left out: they may be used on GOV.UK only.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --silent --no-audit --no-fund
built=node_modules/govuk-frontend/dist/govuk
mkdir -p static/vendor
sed -E 's/@font-face ?\{[^}]*\}//g; s/"?GDS Transport"?, ?//g; s#background[^;}]*govuk-crest.svg[^;}]*;?##g' \
  "$built/govuk-frontend.min.css" > static/vendor/govuk-frontend.min.css
sed -E 's#//\# sourceMappingURL=.*##' "$built/govuk-frontend.min.js" > static/vendor/govuk-frontend.min.js
cp node_modules/govuk-frontend/LICENSE* static/vendor/ 2>/dev/null || true
gzip --keep --force --best static/vendor/*.css static/vendor/*.js
