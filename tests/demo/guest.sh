#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs the demonstration in a guest: loads the module, creates the files it needs.

set -e
insmod ./saker.ko
echo "saker.ko is loaded into Linux $(uname -r)"
mkdir -p /etc /usr/bin /tmp
[ -e /etc/passwd ] || echo 'root:x:0:0:root:/root:/bin/sh' >/etc/passwd
[ -e /etc/group ] || echo 'root:x:0:' >/etc/group
echo 'root:*:20000:0:99999:7:::' >/etc/shadow
chmod 600 /etc/shadow
rm -f /usr/bin/passwd
cp ./demo /usr/bin/passwd
cp ./saker /usr/bin/saker
exec ./demo ./saker_rules.yaml
