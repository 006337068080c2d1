# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Functions shared by all scripts: failing, the cache, locks. Sourced, never run.
# A cached item is a directory with a file `stamp`; the stamp is written last, so an
# interrupted build is repeated.

me=${0##*/}
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${SAKER_CACHE:-/var/cache/saker}

note() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { note "$*"; exit 125; }

# The comment a script opens with is its help: print it.
usage() { sed -n '4,/^[^#]/{/^#/!q; s/^# \{0,1\}//; p}' "$0"; }

# give_build: what root made in build/ belongs to the owner of the tree afterwards, who would not
# be able to build otherwise. Runs when a script ends; one with a trap of its own calls it there.
give_build() {
	local owner

	[ "$EUID" -eq 0 ] && owner=$(stat -c %u:%g "$top") && [ "${owner%:*}" -ne 0 ] && [ -d "$top/build" ] || return 0
	find "$top/build" -xdev -user 0 -exec chown -h "$owner" {} + || :
}
trap give_build EXIT

# need_writable PATH...: say what to do with a build/ of another user, before a step fails in it.
need_writable() {
	local path

	for path; do
		[ ! -e "$path" ] || [ -w "$path" ] ||
			die "cannot write $path, which belongs to $(stat -c %U "$path"): run 'sudo chown -R $(id -un): $top/build', or delete build/ with 'sudo make clean'"
	done
}

# progress COMMAND...: until it is killed, a line each minute with what COMMAND prints. It has
# no child that would keep a pipe open when it is killed.
progress() {
	local start=$SECONDS said

	while :; do
		read -rt "${SAKER_PROGRESS_S:-60}" _ <> <(:) || :
		said=$("$@" 2>/dev/null)
		note "$(((SECONDS - start) / 60)) min $(((SECONDS - start) % 60)) s; $said"
	done
}

# last_line FILE: what a program printed last, as far as it fits on a line.
last_line() { tail -n 1 "$1" | tr '\r' '\n' | tail -n 1 | cut -c 1-120; }

# logged LOG COMMAND...: what it prints goes to LOG, and a line each minute to the terminal.
# Returns its status.
logged() {
	local log=$1 ticks status=0

	shift
	need_writable "$top/build" "$(dirname "$log")" "$log"
	mkdir -p "$(dirname "$log")"
	progress last_line "$log" &
	ticks=$!
	"$@" >"$log" 2>&1 </dev/null || status=$?
	kill "$ticks"
	wait "$ticks" 2>/dev/null || :
	return "$status"
}

# step WHAT LOG COMMAND...: one line to the terminal says what is done; if it fails, the end of
# LOG follows.
step() {
	local log=$2

	note "$1"
	shift 2
	logged "$log" "$@" && return
	note "failed; the end of $log:"
	tail -n 20 "$log" >&2
	return 1
}

# need COMMAND PACKAGE: say what to install, before anything is half done.
need() { command -v "$1" >/dev/null || die "'$1' is missing: run 'make deps', or apt-get install $2"; }

# lock NAME: hold it until this process ends. It uses descriptor 9; a long-lived child
# must close it (9>&-).
lock() {
	mkdir -p "$cache/lock" || die "cannot write $cache: run as root, or set SAKER_CACHE"
	exec 9>"$cache/lock/${1//\//_}"
	flock -n 9 || { note "waiting for another '$1'"; flock 9; }
}

# kernel_check NAME: a kernel that the scripts can fetch, build or use, or the path of one.
kernel_check() {
	local suites=bullseye,bookworm,trixie,trixie-backports suite=${1%-cloud} own

	suite=${suite%-rt}
	own=$(find "$cache/source-kernel" -mindepth 1 -maxdepth 1 -type d -printf ', %f' 2>/dev/null) || :
	case $1 in
	*/*) [ ! -f "$1" ] || return 0 ;;
	debug | el* | focal) return 0 ;;
	esac
	[[ ,$suites, != *,"$suite",* ]] || return 0
	die "no kernel $1; there are ${suites//,/, }, each of them also with -cloud or -rt, and debug$own"
}

# own_kernel NAME: the directory of a kernel that is not Debian's, and that nothing here fetches or
# builds: its vmlinuz, release, build tree and lib/modules were put there by hand.
own_kernel() {
	local dir=$cache/source-kernel/$1 part

	for part in vmlinuz release tree/Makefile; do
		[ -e "$dir/$part" ] || die "no kernel $1: $dir/$part is missing (tests/README.md)"
	done
	echo "$dir"
}

# The files of the tree, without what is built: also where the checkout belongs to
# somebody else, and where it is none, though it may lie within one.
tree_files() {
	[ -e "$top/.git" ] && git -C "$top" -c safe.directory="$top" ls-files --cached --others --exclude-standard 2>/dev/null ||
		(cd "$top" && find . -type f ! -path './build/*' ! -path './.git/*' | sed 's,^\./,,')
}

# project_version: that of meson.build, which all others have to repeat.
project_version() { sed -n "s/^.*version : '\([^']*\)',$/\1/p" "$top/meson.build" | head -n 1; }

# cached DIR: is it complete?   cached_begin DIR: start over, prints a fresh
# temporary beside it.   cached_end TMP DIR: it is complete, put it in place.
cached() { [ -e "$1/stamp" ]; }
cached_begin() {
	rm -rf "$1.tmp"
	mkdir -p "$1.tmp" || die "cannot write $1.tmp: run as root, or set SAKER_CACHE"
	printf '%s\n' "$1.tmp"
}
cached_end() {
	date -u +%FT%TZ >"$1/stamp"
	rm -rf "$2"
	mv "$1" "$2"
}
