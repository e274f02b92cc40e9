# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034
# What the experiments share. bench/run sets BENCH_BIN (folder of the measured programs), BENCH_TENON
# (the program), BENCH_SAMPLES (the file that samples are added to) and BENCH_ROUNDS.
set -euo pipefail

: "${BENCH_BIN:?call bench/run}" "${BENCH_TENON:?}" "${BENCH_SAMPLES:?}" "${BENCH_ROUNDS:?}"
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tenon-bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# On one processor, where that can be asked for: the last one, which interrupts visit least.
pin=()
if command -v taskset >/dev/null; then
    pin=(taskset -c "${BENCH_CPU:-$(($(nproc) - 1))}")
fi

say() {
    echo "$*" >&2
}

# sample EXPERIMENT WORKLOAD METRIC SIDE ROUND VALUE: SIDE is tenon or peer.
sample() {
    (IFS=$'\t' && echo "$*") >>"$BENCH_SAMPLES"
}
