/* SPDX-License-Identifier: ISC */
/* One way to log in: USER and PASS, APOP, or a mechanism of SASL. */
#ifndef POP3_WAY_H
#define POP3_WAY_H

#include "net/way.h"
#include "net/wire.h"
#include "util/error.h"

/* Try it. `in_flight` sends POP3_FIRST_COMMANDS. */
enum way_result way_try(struct wire *w, unsigned way, struct way_try *t,
			struct error *err);

#endif
