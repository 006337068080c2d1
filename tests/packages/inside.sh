#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Tests, in the machine of tests/packages/machine, what is installed, and what is left when one
# package or all are removed. No systemd runs there and the kernel is the host's, so no service
# is started; tests/packages/service.test does that.

version=$(saker --version | sed 's/^saker //')
release=$(basename /lib/modules/*)
module=/lib/modules/$release/updates/dkms/saker.ko
rules=/usr/share/saker/rules/saker_rules.yaml
own=/etc/saker/rules.d once=/etc/saker/rules.d/saker_rules.yaml
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

# says TEXT STATUS COMMAND...: COMMAND exits with STATUS, and its output has TEXT.
says() {
	local text=$1 status=$2 code=0

	shift 2
	"$@" >/tmp/output 2>&1 || code=$?
	cat /tmp/output
	[ "$code" = "$status" ] && { [ -z "$text" ] || grep -qF -- "$text" /tmp/output; }
}

quiet() { says '' 0 "$@" && [ ! -s /tmp/output ]; }
silent_on_command() { local word=$1; shift; ! "$@" | grep -E "$word"; }
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

linked_files_exist() (
	cd /usr/share/doc/saker || exit
	for link in $(grep -o ']([^)]*)' README.md | tr -d '()]'); do
		case $link in http*) continue ;; esac
		[ -e "$link" ] || { echo "$link does not exist"; exit 1; }
	done
)

# next_version: makes a newer version of the agent's package, with other rules.
next_version() {
	dpkg-deb -R /repo/saker_*.deb /tmp/next
	sed -i 's/^Version: .*/&+next/' /tmp/next/DEBIAN/control
	echo '# theirs' >>"/tmp/next$rules"
	dpkg-deb -Znone -b /tmp/next /tmp/next.deb >/dev/null
}

# previous_version: makes an older version of the agent's package, with its rules in /etc.
previous_version() {
	dpkg-deb -R /repo/saker_*.deb /tmp/old
	sed -i 's/^Version: .*/&~old/' /tmp/old/DEBIAN/control
	mv /tmp/old$rules /tmp/old$once
	rm -r /tmp/old/usr/share/saker /tmp/old$own/README /tmp/old/DEBIAN/postinst
	echo $once >/tmp/old/DEBIAN/conffiles
	dpkg-deb -Znone -b /tmp/old /tmp/old.deb >/dev/null
}
upgrade_from_old() { apt install -o Dpkg::Options::=--force-confmiss --allow-downgrades /tmp/old.deb && eval "$1" && apt install /repo/saker_*.deb; }
edited_stays() { upgrade_from_old "echo '# mine' >>$once" && [ "$(tail -n 1 $once)" = '# mine' ]; }
unedited_goes() { upgrade_from_old true && [ ! -e $once ] && [ -s $rules ]; }

# -- a kernel that the module does not build for --

headers=$(echo /usr/src/linux-headers-*-common/include/linux/tracepoint.h)
break_headers() { cp "$headers" /tmp/tracepoint.h && sed -i '1i #error seeded' "$headers" && dkms unbuild "saker/$version" -k "$release"; }
headers_come() { run-parts --verbose --exit-on-error --arg="$release" /etc/kernel/header_postinst.d; }
build_log=/var/lib/saker/dkms/$release/make.log
# doctor_there TEXT: runs doctor with the release of the installed kernel instead of the host's.
doctor_there() {
	echo "$release" >/tmp/osrelease
	unshare --mount --propagation unchanged sh -c 'mount --bind /tmp/osrelease /proc/sys/kernel/osrelease && saker doctor' >/tmp/doctor 2>&1
	cat /tmp/doctor
	grep -F -- "$1" /tmp/doctor
}
not_kmod() { ! grep "would be chosen: kmod" /tmp/doctor; }

remove_ebpf() { apt remove saker-ebpf && apt autoremove && ! installed saker-ebpf && ! installed libbpf1; }
last_driver_stays() { apt -s remove saker-dkms | grep -E '^(Remv saker |Inst saker-ebpf )'; }
remove_all() { apt remove saker saker-dkms && ! installed saker && [ -e $own/README ] && [ -e /var/lib/saker/driver.mark ]; }
module_is_deleted() { [ ! -e "$module" ] && ! dkms status | grep saker; }
purge_all() { apt purge saker saker-dkms saker-ebpf && [ -e /etc/saker/rules.d/own.yaml ]; }

# nothing_left: no file has saker in its name, except apt's records and the test's own files.
nothing_left() {
	quiet find / -xdev -name '*saker*' ! -path '/repo/*' ! -path '/var/cache/*' ! -path '/var/log/*' \
		! -path '/tmp/*' ! -path '/var/lib/apt/*' ! -path /etc/apt/sources.list.d/saker.list
}

check "apt installs module and eBPF driver with the agent" installed saker saker-dkms saker-ebpf
for name in saker saker-driver; do
	check "$name.service is installed and enabled" says enabled 0 systemctl is-enabled $name.service
	check "$name.service: systemd-analyze finds no mistake" quiet systemd-analyze verify /lib/systemd/system/$name.service
	check "$name has a manual and completion" documented $name
	check "$name prints its version" says "$name $version" 0 $name --version
	check "$name needs neither libbpf nor libelf" needs_no_ebpf "$(command -v $name)"
done
check "what README.md links to is in the package" linked_files_exist
check "the plugin and its package need libbpf" plugin_needs_libbpf
# shellcheck disable=SC2016 # dpkg's
check "the shipped rules are not configuration files" silent_on_command yaml dpkg-query -W -f '${Conffiles}' saker
check "the shipped rules are valid" says "$rules: Ok" 0 saker check
check "what is installed is what was packed" quiet dpkg --verify saker saker-dkms saker-ebpf
check "DKMS has built the module for $release" says "saker/$version, $release, x86_64: installed" 0 dkms status
check "the module is of that kernel" says "$release " 0 modinfo -F vermagic "$module"
check "the module's package holds only what it is built from" silent_on_command '_kunit|/bpf(/|\.h)|/fault/[^n]' dpkg -L saker-dkms
saker doctor >/tmp/doctor 2>&1
check "doctor chooses a driver" grep "^would be chosen: " /tmp/doctor
check "doctor finds the eBPF driver" silent_on saker-ebpf /tmp/doctor

check "the eBPF driver can be removed, and libbpf with it" remove_ebpf
check "without it: agent and module stay" installed saker saker-dkms
check "without it: the agent works" says '' 0 saker check
saker doctor >/tmp/doctor 2>&1
check "without it: doctor prints that, and how to install it" grep "^stops  *plugin  *$absent" /tmp/doctor
check "without it: doctor does not choose it" silent_on "would be chosen: ebpf" /tmp/doctor
check "without it: the agent refuses --driver ebpf and says why" says "$absent" 3 saker run -r $rules --driver ebpf
check "the last driver cannot be removed alone" last_driver_stays

# Its name sorts before those of the shipped files.
cat >$own/my_rules.yaml <<'END'
- rule: Sensitive file read by unexpected program
  condition: and not proc.name = backup
  override:
    condition: append
END
check "own rules override shipped ones" says "$own/my_rules.yaml: Ok" 0 saker check
check "own rules are read with -r DIRECTORY too" says "$own/my_rules.yaml: Ok" 0 saker check -r $own
next_version
check "an upgrade brings other rules" apt install /tmp/next.deb
check "the shipped rules are the new ones" says '# theirs' 0 tail -n 1 $rules
check "an upgrade keeps own rules" says "$own/my_rules.yaml: Ok" 0 saker check

echo '- rule: [' >$own/bad.yaml
check "check fails on an own file with errors" says "$own/bad.yaml: Invalid" 1 saker check
# The agent fails later, as there is no driver here.
check "the agent prints the error, and continues with the other files" says "$own/bad.yaml:2:1: error" 3 saker run --driver replay:/nonexistent
rm $own/bad.yaml
check "the agent does not start if a file given by -r has errors" says "/tmp/bad.yaml:2:1: error" 1 \
	sh -c 'echo "- rule: [" >/tmp/bad.yaml; exec saker run --driver replay:/nonexistent -r /tmp/bad.yaml'
previous_version
check "unedited shipped rules of an older version are deleted from /etc" unedited_goes
check "own rules are valid with the new shipped ones" says "$rules: Ok" 0 saker check
check "edited shipped rules stay" edited_stays
check "edited shipped rules are in force, and check prints that" says "$once replaces $rules" 0 saker check
rm $own/my_rules.yaml

check "the headers of a kernel break" break_headers
check "installing such headers does not fail in apt" headers_come
check "the log of the failed build is kept" grep "error: #error seeded" "$build_log"
check "no module is installed" test ! -e "$module"
check "doctor prints that the build failed, and where the log is" doctor_there "the module does not build for $release, see $build_log"
check "the module is not chosen" not_kmod
check "the module's package can be installed with such headers" dpkg -i /repo/saker-dkms_*.deb
check "the log of that build is kept too" grep "error: #error seeded" "$build_log"
check "no package is half configured" quiet dpkg --audit
cp /tmp/tracepoint.h "$headers"
check "with repaired headers the module is built" headers_come
check "the module is installed" says "$release " 0 modinfo -F vermagic "$module"
check "the log is deleted" test ! -e "$build_log"

# State as the services write it, and a rule file of the administrator.
mkdir -p /var/lib/saker /run/saker
touch /var/lib/saker/driver.mark /run/saker/driver.json /etc/saker/rules.d/own.yaml
check "removing keeps configuration and state" remove_all
check "removing the packages deletes the module" module_is_deleted
check "purging keeps rules of the administrator's own" purge_all
rm /etc/saker/rules.d/own.yaml
rmdir /etc/saker/rules.d /etc/saker
check "purging leaves nothing else" nothing_left
check "purging deletes /run/saker" test ! -e /run/saker
echo "1..$n"
