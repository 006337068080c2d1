#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The guest's side of tests/bench/tax/run.
exec ./tax "$@"
