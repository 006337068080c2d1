# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
#
# For tests that run the storm more than once: `. ./storms.sh`, then
#
#   storm_holds OPTION...                   every line must be ok
#   storm_finds WHAT LINE... -- OPTION...   on a bad module: each LINE must fail
#   result WORD TEXT                        a line of one's own
#   storms_end                              the plan
#
# A storm that ends before its plan is a line that failed.

lines=0

result() {
	lines=$((lines + 1))
	echo "$1 $lines - $2"
}

storm_holds() {
	storm "$@" >/tmp/storm.out
	code=$?
	while read -r line; do
		case $line in
		ok* | not\ ok*) result "${line%% [0-9]*}" "${line#* - }" ;;
		1..*) ;;
		*) echo "$line" ;;
		esac
	done </tmp/storm.out
	grep -q '^1\.\.' /tmp/storm.out || result 'not ok' "storm $* came to its end # status $code"
}

storm_finds() {
	what=$1 missed=
	shift
	while [ "$1" != -- ]; do
		echo "^not ok .*$1"
		shift
	done >/tmp/storm.find
	shift
	storm "$@" >/tmp/storm.out
	[ $? -eq 1 ] || missed=1
	while read -r line; do
		grep -q "$line" /tmp/storm.out || missed=1
	done </tmp/storm.find
	[ -z "$missed" ] && result ok "$what is found out" || result 'not ok' "$what is found out"
	[ -z "$missed" ] || sed 's/^/# /' /tmp/storm.out
}

storms_end() { echo "1..$lines"; }
