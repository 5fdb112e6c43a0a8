// SPDX-License-Identifier: GPL-2.0
/* Faults that only C can have. */
#include <linux/rcupdate.h>

int fwctl_faults_shift(unsigned int by);
void *fwctl_faults_rcu(void);

static void __rcu *protected;

/* The sign bit, and beyond. */
int fwctl_faults_shift(unsigned int by)
{
	return 1 << by;
}

/* Outside of any read-side critical section. */
void *fwctl_faults_rcu(void)
{
	return rcu_dereference(protected);
}
