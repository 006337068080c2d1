/* SPDX-License-Identifier: Apache-2.0 */
/* What driver-test is when it is not the tests: the programs its tests execute. */
#ifndef PROGRAM_H
#define PROGRAM_H

int be(int argc, char **argv);		/* argv[1] is --be-WHAT */
void umask_and_home(void);		/* plain surroundings for a test */

#endif
