#!/usr/bin/env bash
# Makes one archive a system, with both programs, the launcher parquetpool and a list of what is in it (CycloneDX), in the folder `archives`: deploy/publish.sh [SYSTEM ...] [-- OPTIONS OF dotnet publish]
# The programs need the .NET 10 runtime of ASP.NET Core; with `-- --self-contained true` they bring it.
set -euo pipefail
cd "$(dirname "$0")/.."

systems=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do systems+=("$1"); shift; done
shift $(($# > 0))
[ "${#systems[@]}" -gt 0 ] || systems=(linux-x64 linux-arm64 win-x64 osx-arm64)

out=$PWD/archives
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
version=$(dotnet msbuild trainer -getProperty:Version)

for system in "${systems[@]}"; do
  name=parquetpool-$version-$system
  # Both in one folder. The trainer's publication has a scorer in it too, but not the list of what that depends on.
  for program in trainer scorer; do
    dotnet publish "$program" -c Release -r "$system" --self-contained false --nologo -v quiet -p:DebugType=none -p:PublishDocumentationFiles=false -p:PublishReadyToRun=true --artifacts-path "$work/build" -o "$work/$name" "$@"
  done
  deploy/sbom.sh "$work/$name" "$version" > "$out/$name.sbom.json"
  cp "$out/$name.sbom.json" "$work/$name/sbom.cdx.json"
  cp LICENSE NOTICES.md SECURITY.md "$work/$name/"
  cp deploy/completion.ps1 "$work/$name/"
  case $system in win-*) cp deploy/parquetpool.cmd "$work/$name/" ;; *) cp deploy/parquetpool deploy/completion.sh "$work/$name/" ;; esac
  case $system in
    win-*) archive=$name.zip; (cd "$work" && zip -qr "$out/$archive" "$name") ;;
    *) archive=$name.tar.gz; tar -czf "$out/$archive" -C "$work" "$name" ;;
  esac
  rm -rf "${work:?}/$name" "$work/build"
  echo "archives/$archive $(du -m "$out/$archive" | cut -f1) MB"
done
