/* SPDX-License-Identifier: ISC */
/* The compiled form of a template; for template.c and template_fit.c. */
#ifndef RULES_TEMPLATE_PART_H
#define RULES_TEMPLATE_PART_H

#include "rules/template.h"

enum part_kind {
	PART_LITERAL,
	PART_CAPTURE, /* a named group; number is its index in names */
	PART_GROUP,   /* {1} … {9} */
	PART_FIELD,
};

struct part {
	enum part_kind kind;
	size_t number; /* of capture, group or field */
	char *text;    /* the literal, or the date's format */
	bool lower;    /* in small letters */
};

struct template
{
	struct part *parts;
	size_t n;
};

/* Bytes up to the last slash before the first {…}. */
size_t template_fixed_directory(const struct template *t);

/* Bytes that the configuration puts behind part i into its component. */
size_t template_bytes_behind(const struct template *t, size_t i);

/* Was it written in the configuration? Then its slashes separate folders. */
bool template_is_configured(const struct part *part);

/* Is it {folder}, whose levels stay levels? */
bool template_is_server_folder(const struct part *part);

#endif
