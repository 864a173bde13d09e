#!/usr/bin/env bash
# Makes the generated types anew beside the committed ones and says when they differ. $1 is the command of oapi-codegen.
set -euo pipefail
cd "$(dirname "$0")/.."
before=$(sha256sum web/api/api.gen.go web/app/api/schema.gen.ts)
$1 -config web/oapi.yaml web/openapi.yaml
(cd web/app && npm run --silent gen)
if [ "$before" != "$(sha256sum web/api/api.gen.go web/app/api/schema.gen.ts)" ]; then
  git --no-pager diff --stat -- web/api web/app/api || true
  echo "the generated types are not those of web/openapi.yaml: run make generate and commit" >&2
  exit 1
fi
