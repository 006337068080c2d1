#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs the demonstration on this machine, in a mount namespace of its own: the attacks change
# only files made here (a password file, a program that may read it, /tmp), which are deleted
# at the end.
#
#   unshare --mount sh tests/demo/here.sh BUILD RULES

set -e
build=$1 rules=$2
work=$(mktemp -d /run/saker-demo.XXXXXX)
trap 'umount -l "$work"; rmdir "$work"' EXIT
mount -t tmpfs -o mode=755 demo "$work"
cp "$build/agent/saker" "$build/demo" "$rules" "$work"
cp "$build/demo" "$work/passwd"
[ ! -e "$build/agent/agent/ebpf/saker-ebpf.so" ] || cp "$build/agent/agent/ebpf/saker-ebpf.so" "$work"
echo 'root:*:20000:0:99999:7:::' >"$work/shadow"
chmod 600 "$work/shadow"
mount --bind "$work/shadow" /etc/shadow
mount --bind "$work/passwd" /usr/bin/passwd
mount -t tmpfs -o mode=1777 demo /tmp
cd "$work"
echo "Linux $(uname -r), this machine itself"
PATH=$work:$PATH SAKER_PLUGIN_DIR=$work ./demo --here "./$(basename "$rules")"
