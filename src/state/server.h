/* SPDX-License-Identifier: ISC */
/* Faults of a server in what it announces, remembered for some time. */
#ifndef STATE_SERVER_H
#define STATE_SERVER_H

#include <stdint.h>

#include "state/state.h"

/* In seconds since 1970; 0: it works, as far as is known. */
struct server_faults {
	int64_t no_pipelining_until;
	int64_t no_top_until;
};

/* `server` is "HOST:PORT". A server that is not known has no faults. */
int state_get_server(struct state *s, const char *server,
		     struct server_faults *out, struct error *err);
int state_set_server(struct state *s, const char *server,
		     const struct server_faults *faults, struct error *err);

#endif
