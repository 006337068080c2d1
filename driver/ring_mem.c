// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocates and maps the memory of a ring: single pages of the CPU's node, the
 * data mapped twice in a row for the kernel and for the agent. With the double
 * mapping no record wraps on either side, so padding at the end and a second
 * code path are not needed. The cost is one more page table entry per page.
 * Direct-mapped chunks would avoid that cost, but need high-order pages and
 * padding.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>
#include "compat/mm.h"
#include "ring.h"

enum { RING_PRODUCER, RING_CONSUMER, RING_DATA };	/* index in pages[] */

static void ring_free_pages(struct saker_ring *r)
{
	unsigned int i;

	for (i = 0; i < RING_DATA + r->npages; i++)
		if (r->pages[i])
			__free_page(r->pages[i]);
}

static bool ring_alloc_pages(struct saker_ring *r, int node)
{
	unsigned int i;

	for (i = 0; i < RING_DATA + r->npages; i++) {
		r->pages[i] = alloc_pages_node(node, GFP_KERNEL | __GFP_ZERO |
					       __GFP_NOWARN | __GFP_RETRY_MAYFAIL, 0);
		if (!r->pages[i])
			return false;
		if (i >= RING_DATA)
			r->pages[i + r->npages] = r->pages[i];
	}
	return true;
}

static void ring_describe(struct saker_ring *r, u64 generation)
{
	struct saker_producer *p = r->producer;

	p->magic = SAKER_RING_MAGIC;
	p->abi_major = SAKER_ABI_MAJOR;
	p->abi_minor = SAKER_ABI_MINOR;
	p->ring_generation = generation;
	p->size = r->size;
	p->cpu = r->cpu;
}

struct saker_ring *saker_ring_new(unsigned int cpu, u64 size, u64 generation)
{
	int node = cpu_to_node(cpu);
	struct saker_ring *r = kzalloc_node(sizeof(*r), GFP_KERNEL, node);

	if (!r)
		return NULL;
	r->cpu = cpu;
	r->size = size;
	r->watermark = size / 8;
	r->npages = size >> PAGE_SHIFT;
	r->pages = kvcalloc(RING_DATA + 2 * r->npages, sizeof(*r->pages), GFP_KERNEL);
	if (!r->pages)
		goto free_ring;
	if (!ring_alloc_pages(r, node))
		goto free_pages;
	r->data = vmap(r->pages + RING_DATA, 2 * r->npages, VM_MAP, PAGE_KERNEL);
	if (!r->data)
		goto free_pages;
	r->producer = page_address(r->pages[RING_PRODUCER]);
	r->consumer = page_address(r->pages[RING_CONSUMER]);
	ring_describe(r, generation);
	return r;
free_pages:
	ring_free_pages(r);
	kvfree(r->pages);
free_ring:
	kfree(r);
	return NULL;
}

void saker_ring_free(struct saker_ring *r)
{
	if (!r)
		return;
	vunmap(r->data);
	ring_free_pages(r);
	kvfree(r->pages);
	kfree(r);
}

void saker_ring_info(const struct saker_ring *r, struct saker_ring_info *info)
{
	u64 base = r->cpu * SAKER_RING_STRIDE;

	*info = (struct saker_ring_info){
		.cpu = r->cpu,
		.producer_off = base + RING_PRODUCER * PAGE_SIZE,
		.consumer_off = base + RING_CONSUMER * PAGE_SIZE,
		.data_off = base + RING_DATA * PAGE_SIZE,
		.data_size = r->size,
	};
}

int saker_ring_mmap(struct saker_ring *r, struct vm_area_struct *vma, u64 off)
{
	unsigned long first = off >> PAGE_SHIFT;
	unsigned long count = first == RING_DATA ? 2ul * r->npages : 1;
	unsigned long i;
	int ret = 0;

	if (first > RING_DATA || vma_pages(vma) != count)
		return -EINVAL;
	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if (first != RING_CONSUMER) {
		if (vma->vm_flags & VM_WRITE)
			return -EPERM;
		saker_vm_flags_clear(vma, VM_MAYWRITE);
	}
	saker_vm_flags_clear(vma, VM_MAYEXEC);
	saker_vm_flags_set(vma, VM_DONTCOPY | VM_DONTDUMP | VM_DONTEXPAND);
	for (i = 0; i < count && !ret; i++)
		ret = vm_insert_page(vma, vma->vm_start + i * PAGE_SIZE, r->pages[first + i]);
	return ret;
}
