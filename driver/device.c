// SPDX-License-Identifier: GPL-2.0-only
/*
 * Implements /dev/saker: open, hello, map, wait, close. The open file is only
 * the right to consume; everything that outlives it belongs to the session.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <saker/device.h>
#include "device.h"
#include "fill.h"
#include "rings.h"
#include "session.h"
#include "wake.h"

/* State of one open file. */
struct consumer {
	u64 cookie;
	bool greeted;			/* the ABI fits; nothing else works before */
};

static int device_open(struct inode *inode, struct file *file)
{
	struct consumer *c;
	int ret;

	/* In the initial user namespace: root of a container may not, whatever the file mode. */
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	ret = saker_session_attach(file, &c->cookie);
	if (ret) {
		kfree(c);
		return ret;
	}
	file->private_data = c;
	return nonseekable_open(inode, file);
}

static int device_release(struct inode *inode, struct file *file)
{
	saker_session_detach();
	kfree(file->private_data);
	return 0;
}

static long device_hello(struct consumer *c, void __user *arg)
{
	struct saker_hello hello;
	bool fits;

	if (copy_from_user(&hello, arg, sizeof(hello)))
		return -EFAULT;
	fits = hello.abi_major == SAKER_ABI_MAJOR;
	hello = (struct saker_hello){
		.abi_major = SAKER_ABI_MAJOR,
		.abi_minor = SAKER_ABI_MINOR,
		.cookie = fits ? c->cookie : 0,
	};
	if (copy_to_user(arg, &hello, sizeof(hello)))
		return -EFAULT;
	if (!fits)
		return -EPROTO;
	c->greeted = true;
	return 0;
}

static long device_snapshot(void __user *arg)
{
	struct saker_snapshot snapshot;
	int ret;

	if (copy_from_user(&snapshot, arg, sizeof(snapshot)))
		return -EFAULT;
	snapshot.tasks = 0;
	ret = saker_snapshot_step(&snapshot.cursor, &snapshot.tasks);
	if (ret)
		return ret;
	return copy_to_user(arg, &snapshot, sizeof(snapshot)) ? -EFAULT : 0;
}

static long device_prefilter(void __user *arg)
{
	struct saker_prefilter_at load;

	if (copy_from_user(&load, arg, sizeof(load)))
		return -EFAULT;
	return load.reserved ? -EINVAL :
	       saker_session_prefilter((const void __user *)(unsigned long)load.at, load.size);
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct consumer *c = file->private_data;

	if (cmd == SAKER_IOC_HELLO)
		return device_hello(c, (void __user *)arg);
	if (!c->greeted)
		return -EPROTO;
	switch (cmd) {
	case SAKER_IOC_SNAPSHOT:
		return device_snapshot((void __user *)arg);
	case SAKER_IOC_PREFILTER:
		return device_prefilter((void __user *)arg);
	case SAKER_IOC_FLUSH:
		saker_session_flush();
		return 0;
	default:
		return -ENOTTY;
	}
}

static int device_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct consumer *c = file->private_data;

	return c->greeted ? saker_rings_mmap(vma) : -EPROTO;
}

static __poll_t device_poll(struct file *file, poll_table *wait)
{
	return saker_wake_poll(file, wait, saker_rings_due);
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.unlocked_ioctl = device_ioctl,
	.mmap = device_mmap,
	.poll = device_poll,
	.llseek = noop_llseek,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "saker",
	.mode = 0600,
	.fops = &device_fops,
};

int saker_device_init(void)
{
	return misc_register(&device);
}

void saker_device_uninit(void)
{
	misc_deregister(&device);
}
