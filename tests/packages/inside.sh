#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# In the machine that tests/packages/machine makes: what is installed, and what is
# left when one package or all of them go. No systemd runs there, and the kernel is
# that of the host, so nothing is started: that is tests/packages/service.test.

version=$(saker --version | sed 's/^saker //')
release=$(basename /lib/modules/*)
module=/lib/modules/$release/updates/dkms/saker.ko
rules=/etc/saker/rules.d/saker_rules.yaml
absent="the driver ebpf is not installed: install the package saker-ebpf"

n=0
check() { # WHAT COMMAND...
	local what=$1

	n=$((n + 1))
	shift
	if "$@" >/tmp/said 2>&1; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		sed 's/^/# /' /tmp/said
	fi
}

# says TEXT STATUS COMMAND...: it ends so, and TEXT is in what it prints.
says() {
	local text=$1 status=$2 code=0

	shift 2
	"$@" >/tmp/output 2>&1 || code=$?
	cat /tmp/output
	[ "$code" = "$status" ] && { [ -z "$text" ] || grep -qF -- "$text" /tmp/output; }
}

quiet() { says '' 0 "$@" && [ ! -s /tmp/output ]; }
silent_on() { ! grep -e "$1" "$2"; }
apt() { apt-get -q -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"; }

installed() { # PACKAGE...
	local package

	for package; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || return
	done
}

needed() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }
needs_no_ebpf() { needed "$1" | grep -F libc.so && ! needed "$1" | grep -E 'libbpf|libelf'; }
plugin_needs_libbpf() {
	needed /usr/lib/*/saker/saker-ebpf.so | grep libbpf && dpkg-query -W -f '${Depends}' saker-ebpf | grep libbpf
}
documented() {
	# shellcheck disable=SC1090 # in the machine
	man -w "$1" && (. "/usr/share/bash-completion/completions/$1" && complete -p "$1")
}

# next_version: the agent's package once more, newer, with other rules.
next_version() {
	dpkg-deb -R /repo/saker_*.deb /tmp/next
	sed -i 's/^Version: .*/&+next/' /tmp/next/DEBIAN/control
	echo '# theirs' >>"/tmp/next$rules"
	dpkg-deb -Znone -b /tmp/next /tmp/next.deb >/dev/null
}

remove_ebpf() { apt remove saker-ebpf && apt autoremove && ! installed saker-ebpf && ! installed libbpf1; }
last_driver_stays() { apt -s remove saker-dkms | grep -E '^(Remv saker |Inst saker-ebpf )'; }
remove_all() { apt remove saker saker-dkms && ! installed saker && [ -e $rules ] && [ -e /var/lib/saker/driver.mark ]; }
module_is_gone() { [ ! -e "$module" ] && ! dkms status | grep saker; }
purge_all() { apt purge saker saker-dkms saker-ebpf && [ -e /etc/saker/rules.d/own.yaml ]; }

# nothing_left: with the name, but for apt's memory and what the test brought along.
nothing_left() {
	quiet find / -xdev -name '*saker*' ! -path '/repo/*' ! -path '/var/cache/*' ! -path '/var/log/*' \
		! -path '/tmp/*' ! -path '/var/lib/apt/*' ! -path /etc/apt/sources.list.d/saker.list
}

check "apt brings module and eBPF driver along with the agent" installed saker saker-dkms saker-ebpf
for name in saker saker-driver; do
	check "$name.service is installed and enabled" says enabled 0 systemctl is-enabled $name.service
	check "$name.service: systemd has nothing to say against it" quiet systemd-analyze verify /lib/systemd/system/$name.service
	check "$name has a manual and completion" documented $name
	check "$name prints its version" says "$name $version" 0 $name --version
	check "$name needs neither libbpf nor libelf" needs_no_ebpf "$(command -v $name)"
done
check "the plugin does, and so its package" plugin_needs_libbpf
# shellcheck disable=SC2016 # dpkg's
check "the rules are configuration" says $rules 0 dpkg-query -W -f '${Conffiles}' saker
check "the rules are right" says '' 0 saker check -r /etc/saker/rules.d
check "what is installed is what was packed" quiet dpkg --verify saker saker-dkms saker-ebpf
check "DKMS has built the module for $release" says "saker/$version, $release, x86_64: installed" 0 dkms status
check "the module is of that kernel" says "$release " 0 modinfo -F vermagic "$module"
saker doctor >/tmp/doctor 2>&1
check "doctor answers" grep "^would be chosen: " /tmp/doctor
check "doctor finds the eBPF driver" silent_on saker-ebpf /tmp/doctor

check "the eBPF driver can be removed, and libbpf with it" remove_ebpf
check "without it: agent and module stay" installed saker saker-dkms
check "without it: the agent works" says '' 0 saker check -r /etc/saker/rules.d
saker doctor >/tmp/doctor 2>&1
check "without it: doctor says so, and how to get it" grep "^stops  *plugin  *$absent" /tmp/doctor
check "without it: doctor does not choose it" silent_on "would be chosen: ebpf" /tmp/doctor
check "without it: the agent refuses --driver ebpf and says why" says "$absent" 3 saker run -r $rules --driver ebpf
check "the agent is not left without any driver" last_driver_stays

echo '# mine' >>$rules
next_version
check "an upgrade brings other rules" apt install /tmp/next.deb
check "an upgrade keeps rules that were edited" says '# mine' 0 tail -n 1 $rules
check "an upgrade lays its own beside them" says '# theirs' 0 tail -n 1 $rules.dpkg-dist
check "after an upgrade the rules are right" says '' 0 saker check -r /etc/saker/rules.d

# As the services and the administrator leave it.
mkdir -p /var/lib/saker /run/saker
touch /var/lib/saker/driver.mark /run/saker/driver.json /etc/saker/rules.d/own.yaml
check "removing keeps configuration and state" remove_all
check "removing takes the module away" module_is_gone
check "purging keeps rules of the administrator's own" purge_all
rm /etc/saker/rules.d/own.yaml
rmdir /etc/saker/rules.d /etc/saker
check "purging leaves nothing else" nothing_left
check "nothing in /run either" test ! -e /run/saker
echo "1..$n"
