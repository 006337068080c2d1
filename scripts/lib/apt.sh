# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Debian packages of any suite, from the mirror this host already uses, without
# touching its apt: each suite has its own lists and an empty status file in the
# cache. Sourced after common.sh. No host name is written here: the mirror is
# what apt's own sources say.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# apt_mirror PATTERN: URI of the first configured source whose suite matches. The
# files are read and not `apt-get indextargets`, which knows only what was updated.
apt_mirror() {
	find /etc/apt -maxdepth 2 -name '*.list' -o -maxdepth 2 -name '*.sources' |
		sort | xargs -r awk '
			FNR == 1 { uris = "" }
			/^deb / { sub(/\[[^]]*\] */, ""); print $3, $2 }
			/^URIs:/ { uris = $2 }
			/^Suites:/ { for (i = 2; i <= NF; i++) suites[i] = $i }
			/^(URIs|Suites):/ && uris != "" { for (i in suites) print suites[i], uris; delete suites }
			/^[ \t]*$/ { uris = ""; delete suites }' |
		awk -v p="$1" '$1 ~ p && !found++ { print $2 }'
}

# apt_sources SUITE: its sources.list. "trixie-backports" is read as trixie
# with its backports. A suite the mirror lacks is found out by the update.
apt_sources() {
	local base=${1%-backports} main security

	main=$(apt_mirror '^(bullseye|bookworm|trixie|forky|sid|stable|testing|oldstable)$')
	security=$(apt_mirror '-security$')
	[ -n "$main" ] || die "apt's sources (/etc/apt/sources.list, sources.list.d/) name no Debian mirror"
	set -- "$1" "deb [signed-by=$keyring check-valid-until=no]"
	echo "$2 $main $base main"
	echo "$2 $main $base-updates main"
	[ -z "$security" ] || echo "$2 $security $base-security main"
	[ "$1" = "$base" ] || echo "$2 $main $1 main"
}

# apt_suite SUITE TOOL ARGS...: run apt-get or apt-cache as if on that suite.
apt_suite() {
	local dir=$cache/apt/$1 tool=$2

	case $1 in
	*-backports) set -- "$@" -t "$1" ;;	# else apt prefers the release
	esac
	shift 2
	"$tool" -q -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
		-o Dir::State::lists="$dir/lists" -o Dir::State::status="$dir/status" \
		-o Dir::Cache="$dir/cache" -o Acquire::Check-Valid-Until=false \
		-o Acquire::Languages=none -o Acquire::Retries=3 \
		-o APT::Sandbox::User=root -o APT::Architecture=amd64 "$@"
}

# apt_update SUITE: once a day is enough; a missing package is an error when it is downloaded.
apt_update() {
	local dir=$cache/apt/$1

	[ -z "$(find "$dir/updated" -mmin -1440 2>/dev/null)" ] || return 0
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	: >"$dir/status"
	apt_sources "$1" >"$dir/sources.list"
	note "reading the package lists of $1"
	apt_suite "$1" apt-get update >"$dir/update.log" 2>&1 ||
		note "some lists of $1 could not be read, see $dir/update.log"
	touch "$dir/updated"
}

# apt_depends SUITE PACKAGE PATTERN: the dependency of PACKAGE that matches.
apt_depends() {
	apt_suite "$1" apt-cache depends --important "$2" 2>/dev/null |
		awk -v p="$3" '$1 == "Depends:" && $2 ~ p { print $2; exit }'
}

# apt_download SUITE DIR PACKAGE...: the .deb files, into DIR.
apt_download() {
	local suite=$1 dir=$2

	shift 2
	(cd "$dir" && apt_suite "$suite" apt-get download "$@" >&2) ||
		die "cannot download $* of $suite: try again; the mirror's answers are in $cache/apt/$suite/update.log"
}
