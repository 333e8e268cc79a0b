#!/usr/bin/env bash
# Lists what a published folder holds, as CycloneDX 1.6: deploy/sbom.sh FOLDER VERSION > FOLDER/sbom.cdx.json
# From *.deps.json, in which the build wrote the very packages that it took: names, versions, SHA-512.
set -euo pipefail
folder=$1 version=$2

# NAME VERSION SHA512 of each package, hashes as the files have them (base64); of other libraries nothing.
packages() {
  cat "$folder"/*.deps.json | tr -d '\r' | awk '
    /^  "libraries": \{/ { inside = 1 }
    /^  \}/ { inside = 0 }
    inside && /^    "[^"]+\/[^"]+": \{/ { split($0, quoted, "\""); split(quoted[2], of, "/"); type = "" }
    inside && /^      "type": / { split($0, quoted, "\""); type = quoted[4] }
    inside && /^      "sha512": / { split($0, quoted, "\""); sub(/^sha512-/, "", quoted[4]); if (type == "package") print of[1], of[2], quoted[4] }
  ' | LC_ALL=C sort -u
}

list=$(packages)
[ -n "$list" ] || { echo "no package is named in $folder/*.deps.json: give a published folder" >&2; exit 1; }
components=() references=()
for name in trainer.dll scorer.dll ParquetPool.Shared.dll; do
  [ ! -e "$folder/$name" ] || components+=("{ \"type\": \"file\", \"name\": \"$name\", \"hashes\": [{ \"alg\": \"SHA-256\", \"content\": \"$(sha256sum "$folder/$name" | cut -d' ' -f1)\" }] }")
done
while read -r name number hash; do
  reference="pkg:nuget/$name@$number"
  references+=("\"$reference\"")
  hashes=
  [ -z "$hash" ] || hashes=", \"hashes\": [{ \"alg\": \"SHA-512\", \"content\": \"$(base64 -d <<< "$hash" | od -An -v -tx1 | tr -d ' \n')\" }]"
  components+=("{ \"type\": \"library\", \"bom-ref\": \"$reference\", \"name\": \"$name\", \"version\": \"$number\", \"purl\": \"$reference\"$hashes }")
done <<< "$list"

joined() { local IFS=$'\n'; printf '%s' "$*" | sed '$!s/$/,/; s/^/    /'; }
cat << JSON
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "metadata": { "component": { "type": "application", "bom-ref": "parquetpool", "name": "parquetpool", "version": "$version" } },
  "components": [
$(joined "${components[@]}")
  ],
  "dependencies": [{ "ref": "parquetpool", "dependsOn": [
$(joined "${references[@]}")
  ] }]
}
JSON
