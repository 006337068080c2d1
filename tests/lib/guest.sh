# SPDX-License-Identifier: Apache-2.0
#
# shellcheck shell=dash
# Functions of tests in guests, where this file is /test/guest.sh.

n=0
check() { # WHAT COMMAND...: one test
	n=$((n + 1))
	what=$1
	shift
	if "$@" >/tmp/said 2>&1; then echo "ok $n - $what"; else echo "not ok $n - $what"; sed 's/^/# /' /tmp/said; fi
}

until_true() { # COMMAND...: waits a minute at most; loading eBPF is slow on an emulated CPU
	for _ in $(seq 600); do
		"$@" && return
		sleep 0.1
	done
	return 1
}

# start_saker LOG ALERTS ARGUMENT...: in the background; its number is in $agent. The log is emptied
# first, as the background shell may do that only after the first look into it.
start_saker() {
	: >"$1"
	log=$1 alerts=$2
	shift 2
	./saker "$@" >"$alerts" 2>"$log" &
	agent=$!
}
