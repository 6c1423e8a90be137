/* SPDX-License-Identifier: ISC */
#include "sort/failures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct failure *failures_add(struct failures *f, enum failure_kind kind,
			     const char *key, const char *why)
{
	struct failure *one;

	for (size_t i = 0; i < f->n; i++) {
		one = &f->list[i];
		if (one->kind != kind || strcmp(one->key, key) != 0)
			continue;
		one->n++;
		return one;
	}
	xgrow(&f->list, f->n, sizeof(*f->list));
	one = &f->list[f->n++];
	*one = (struct failure){.kind = kind, .key = xstrdup(key), .n = 1};
	(void)snprintf(one->why, sizeof(one->why), "%s", why);
	return one;
}

void failures_release(struct failures *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->list[i].key);
		free(f->list[i].who);
		free(f->list[i].rule);
	}
	free(f->list);
	memset(f, 0, sizeof(*f));
}

void failures_tell(struct failures *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->list[i].n == 1)
			log_warning("rule %s; the message goes on unchanged",
				    f->list[i].why);
		else
			log_warning("rule %s; %zu messages go on unchanged",
				    f->list[i].why, f->list[i].n);
	}
	failures_release(f);
}
