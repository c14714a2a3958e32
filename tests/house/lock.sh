#!/bin/sh
# Pin what pyproject.toml asks for, without addresses. Usage: lock.sh PIP_COMPILE
set -eu
compile="$1 --quiet --upgrade --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --strip-extras --allow-unsafe"
title="# Pinned by 'make lock' from pyproject.toml"
$compile --all-build-deps --output-file requirements.txt pyproject.toml
$compile --all-build-deps --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml
for file in requirements.txt requirements-dev.txt; do
    printf '%s: Python 3.11 on Linux.\n%s\n' "$title" "$(grep == "$file")" > "$file"
done
