# SPDX-License-Identifier: Apache-2.0
#
# shellcheck shell=dash
# Tests that names and descriptors of a process are the same before and after a restart of the
# agent, whatever the process calls itself. $driver, $limited: with eBPF a device is a file after
# the restart, with the same name.

export SAKER_PLUGIN_DIR=/test/plugins
# shellcheck source=tests/lib/guest.sh
. /test/guest.sh
start_agent() {
	start_saker /tmp/log /tmp/alerts run --driver "$driver" -r /test/rules.yaml
	until_true grep -q "rules\? active" /tmp/log
}
stop_agent() { kill $agent; wait $agent; }
# says BY NAME COMM: an alert of the file that BY opened has this name of its program and thread.
says() {
	until_true grep -q "by-$1 " /tmp/alerts
	sort /tmp/alerts | uniq -c | tail -n 5
	grep -q "by-$1 name=$2 comm=$3 in=/tmp/in out=/dev/null err=/tmp/err" /tmp/alerts &&
		! grep "by-$1 " /tmp/alerts | grep -v "name=$2 comm=$3 in=/tmp/in out=/dev/null err=/tmp/err"
}
compare() { # WHEN
	check "$1: the process has the name of its exec, and that of now" says main names sshd
	check "$1: its thread has the name of the exec too" says thread names sshd
	check "$1: its child has the name of the exec too" says child names sshd
}

cat >/test/rules.yaml <<'END'
- rule: names
  desc: d
  priority: INFO
  condition: evt.type in (open, openat) and fd.name startswith /tmp/by-
  output: "%fd.name name=%proc.name comm=%proc.comm in=%proc.stdin.name out=%proc.stdout.name err=%proc.stderr.name"
END
touch /tmp/in
start_agent
./names </tmp/in >/dev/null 2>/tmp/err &
names=$!
sleep 1
compare "with the agent from its start"
stop_agent
start_agent
compare "after a restart of the agent"
stop_agent
check "no form of the eBPF programs was refused" [ ! -e /run/saker/ebpf-verifier.log ]
kill $names
sed 's/^/# /' /tmp/log
echo "1..$n"
