/* SPDX-License-Identifier: ISC */
/*
 * How an account fares, and when a person is told: a dead network is silence
 * until it lasts, a refused login is said at once, neither is repeated every
 * five minutes. See postroom.conf(5), complain-after.
 */
#ifndef HEALTH_H
#define HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"
#include "util/error.h"

struct health_policy {
	int64_t now;		/* seconds since 1970 */
	int64_t complain_after; /* seconds of trouble before it is said */
	bool watched;		/* a person looks on: say everything */
};

/*
 * Take in the outcome of a session (trouble->kind is ERR_NONE after a good
 * one; session 0: there was no listing). Returns whether to tell a person.
 */
bool health_update(struct account_health *health, const struct error *trouble,
		   int64_t session, const struct health_policy *policy);

#endif
