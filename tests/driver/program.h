/* SPDX-License-Identifier: Apache-2.0 */
/* Declares the programs that the driver tests execute. */
#ifndef PROGRAM_H
#define PROGRAM_H

int be(int argc, char **argv);		/* argv[1] is --be-WHAT */
void umask_and_home(void);		/* plain surroundings for a test */

#endif
