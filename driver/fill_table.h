/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Declares the fillers that the table in fill_table.c names.
 */
#ifndef SAKER_FILL_TABLE_H
#define SAKER_FILL_TABLE_H

#include <linux/stddef.h>
#include "fill.h"

int saker_fill_snapshot_end(struct saker_fill *f);	/* snapshot.c */
int saker_fill_task(struct saker_fill *f);
int saker_fill_execve(struct saker_fill *f);		/* fill_exec.c */
int saker_fill_clone(struct saker_fill *f);		/* fill_proc.c */
int saker_fill_procexit(struct saker_fill *f);
int saker_fill_open(struct saker_fill *f);		/* fill_file.c */
int saker_fill_dup(struct saker_fill *f);
int saker_fill_connect(struct saker_fill *f);		/* fill_net.c */
int saker_fill_row(struct saker_fill *f);		/* fill_row.c */
int saker_fill_setname(struct saker_fill *f);
int saker_fill_module_load(struct saker_fill *f);	/* fill_module.c */
int saker_fill_cgroup_mkdir(struct saker_fill *f);	/* fill_cgroup.c */
int saker_fill_cgroup_rmdir(struct saker_fill *f);
int saker_fill_cgroup_attach(struct saker_fill *f);

/* saker_fill_row_init() - before the first record by a row */
void saker_fill_row_init(void);

u32 saker_need_task(const struct saker_fill *f);
u32 saker_need_execve(const struct saker_fill *f);

/* Longest cgroup path that the kernel passes to its tracepoints; it truncates a longer one. */
#define SAKER_CGROUP_PATH_MAX	1024

int saker_predicate_setname(const struct saker_fill *f);

#endif /* SAKER_FILL_TABLE_H */
