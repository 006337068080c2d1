# SPDX-License-Identifier: Apache-2.0
#
# Captures of ABI major 1 (version 1) are decoded to the text that the agent printed which wrote them. older/ has
# one, recorded by 0.1.0 in a guest with the module, and its text; the sums are those of the text in JSON, which
# has every field, then and now. A call that has its own event since then keeps its name (chdir in the second).

$ saker trace --driver replay:older/major1.cap 2>&1 >/dev/null
| saker: driver replay: older/major1.cap, captured on guest
$ saker trace --driver replay:older/major1.cap 2>/dev/null | cmp - older/major1.txt
$ saker trace --json --driver replay:older/major1.cap 2>/dev/null | sha256sum
| 64c6da2d11ba662cd75804e2860967871c9946de4921edb1f0ba3979d4756316  -
$ saker trace --json --driver replay:../fuzz/corpus/guest.cap 2>/dev/null | sha256sum
| 333297241ef2bc7f12b5c6dd06e71836e02695879afd6662614e2584d868451d  -

# Recorded again, a capture has the same text: its records are written in today's form.
$ saker record --driver replay:older/major1.cap /tmp/older.$$ 2>/dev/null; saker trace --json --driver replay:/tmp/older.$$ 2>/dev/null | sha256sum; rm -f /tmp/older.$$
| 64c6da2d11ba662cd75804e2860967871c9946de4921edb1f0ba3979d4756316  -
