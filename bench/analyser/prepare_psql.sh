#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The least that a check of queries can be on PostgreSQL: a server made with initdb, the migrations, and
# each query prepared once.
#
#     prepare_psql.sh FILE.sql…
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "$0")/../lib.sh"
# shellcheck source=../postgres/server.sh
source "$here/../postgres/server.sh"

files=()
for file in "$@"; do files+=(-f "$file"); done
server_start
psql -X -q -v ON_ERROR_STOP=1 -d postgres "${files[@]}"
server_stop
