# SPDX-License-Identifier: Apache-2.0
#
# shellcheck shell=dash
# Functions of the tests in this directory, for the guest. The first line of output says whether
# the eBPF driver was built: then it must be chosen, else the agent must refuse to start.

export PATH=/test/choice:$PATH SAKER_PLUGIN_DIR=/test/choice/plugins
ebpf=
[ ! -e $SAKER_PLUGIN_DIR/saker-ebpf.so ] || ebpf=yes
[ -n "$ebpf" ] && echo "# with the eBPF driver" || echo "# without the eBPF driver: it was not built"
mkdir -p /usr/sbin /var/lib /lib/modules
ln -sf /test/choice/modprobe /usr/sbin/modprobe
ln -sf /test/choice/modprobe /usr/sbin/rmmod	# the same program as modprobe
printf -- '- rule: R\n  desc: d\n  condition: evt.type in (open, openat) and fd.name = /etc/hosts\n  output: "opened %%fd.name"\n  priority: INFO\n' >/test/rules.yaml
mount -t securityfs securityfs /sys/kernel/security 2>/dev/null

# shellcheck source=tests/lib/guest.sh
. /test/guest.sh

# build_module: puts the module where DKMS installs it, for the running kernel.
build_module() {
	mkdir -p "/lib/modules/$(uname -r)/updates/dkms"
	cp /test/saker.ko "/lib/modules/$(uname -r)/updates/dkms/"
	touch "/lib/modules/$(uname -r)/modules.order" "/lib/modules/$(uname -r)/modules.builtin"
	/test/choice/depmod 2>/dev/null	# not depmod of busybox, which its shell prefers
}

said() { # TEXT FILE: whether TEXT is in FILE, which is printed if not
	grep -qF -- "$1" "$2" && return
	echo "no '$1' in:"
	cat "$2"
	return 1
}


runs() { [ -e /proc/$agent/exe ]; }
watches_or_ended() { grep -q "rules\? active" /tmp/log || ! runs; }

# start_agent [COMMAND...]: starts the agent with COMMAND, and waits until its rules are active or it ends.
start_agent() {
	: >/tmp/log
	"$@" saker run -r /test/rules.yaml >/tmp/alerts 2>/tmp/log &
	agent=$!
	until_true watches_or_ended
}

# run_agent [COMMAND...]: runs the agent until it raises an alert.
run_agent() {
	start_agent "$@"
	if runs; then
		cat /etc/hosts >/dev/null
		until_true test -s /tmp/alerts
		kill $agent
	fi
	wait $agent
}

# skips_module REASON [COMMAND...]: the agent skips the module with REASON, and uses eBPF if it was built.
skips_module() {
	reason=$1
	shift
	run_agent "$@"
	status=$?
	said "driver kmod skipped: $reason" /tmp/log || return
	if [ -n "$ebpf" ]; then
		said "driver ebpf: chosen because" /tmp/log && said "opened /etc/hosts" /tmp/alerts && [ $status = 0 ]
	else
		said "driver ebpf skipped: the driver ebpf is not installed: install the package saker-ebpf" /tmp/log &&
			said "no driver: " /tmp/log && [ $status = 3 ]
	fi
}

# refuses KMOD_REASON EBPF_REASON [COMMAND...]: the agent skips both drivers and does not start.
refuses() {
	kmod=$1 other=$2
	shift 2
	run_agent "$@"
	[ $? = 3 ] || { echo "exit status is not 3"; return 1; }
	said "driver kmod skipped: $kmod" /tmp/log && said "driver ebpf skipped: $other" /tmp/log &&
		said "no driver: \`saker doctor\` shows" /tmp/log
}

# not_loaded REASON: saker-driver does not load the module, and writes REASON to driver.json.
not_loaded() {
	saker-driver load >/tmp/loader 2>&1
	[ $? = 1 ] || { echo "exit status is not 1"; return 1; }
	said "the module is not loaded: $1" /tmp/loader && said '"loaded":false' /run/saker/driver.json &&
		said "$1" /run/saker/driver.json && [ ! -e /sys/module/saker ]
}

# covers EVENT LINE: the coverage of the eBPF driver, which does not run, has the line.
covers() {
	saker list events --coverage "$1" >/tmp/coverage
	said "driver ebpf: it would be chosen, because" /tmp/coverage && grep "$2" /tmp/coverage
}

# doctor_says PROBE TEXT: doctor prints that PROBE stops, and chooses the same driver as the agent.
doctor_says() {
	saker doctor >/tmp/doctor
	status=$?
	grep "^stops *$1 " /tmp/doctor | grep -F "$2" || { echo "not: stops $1 $2"; cat /tmp/doctor; return 1; }
	if [ -n "$ebpf" ]; then
		said "would be chosen: ebpf, because" /tmp/doctor && said "docs/drivers.md" /tmp/doctor &&
			said "limits:          " /tmp/doctor &&
			said " execve.argv: a failed exec has at most 256 arguments" /tmp/doctor &&
			[ "$(grep -c "a path of more than 64 directories is unreadable" /tmp/doctor)" = 1 ] &&
			covers open "security_file_open .* idle .* yes *the file" &&
			[ $status = 0 ]
	else
		said "would be chosen: none" /tmp/doctor && [ $status = 1 ]
	fi
}
