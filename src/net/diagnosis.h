/* SPDX-License-Identifier: ISC */
/*
 * Words for what went wrong with TLS, and what to do: computed from what was
 * seen of the handshake.
 */
#ifndef NET_DIAGNOSIS_H
#define NET_DIAGNOSIS_H

#include <stdbool.h>

#include "account/account.h"
#include "net/tls.h"
#include "util/error.h"

/*
 * Explain a failed handshake. `refused`: libcurl did not accept the
 * certificate. Returns false, with *err untouched, when nothing was seen that
 * explains it.
 */
bool diagnosis_of_tls(const struct tls_seen *seen, const struct account *a,
		      bool refused, struct error *err);

#endif
