#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Inside the virtual machine of tests/bench/engine-capture --vm: the work, and the
# recorder beside it. The second disk takes the capture.

seconds=$1
world=/mnt

insmod ./saker.ko || exit 1
mkdir -p $world
mount -t ext4 /dev/vda $world || exit 1
cp $world/etc/passwd $world/etc/group /etc/

./saker record /tmp/capture --for "$seconds" 2>/tmp/said &
recorder=$!
sleep 2
sh ./engine-work.sh $world /sys/fs/cgroup &
wait $recorder
cat /tmp/said
dd if=/tmp/capture of=/dev/vdb bs=1M 2>/dev/null
sync
echo "capture: $(wc -c </tmp/capture) bytes"
