/* SPDX-License-Identifier: ISC */
/* The compiler attributes we use, behind names that say what they mean. */
#ifndef UTIL_ATTR_H
#define UTIL_ATTR_H

#define ATTR_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define ATTR_NORETURN	       __attribute__((noreturn))
#define ATTR_MUST_USE	       __attribute__((warn_unused_result))
#define ATTR_WEAK	       __attribute__((weak))

#endif
