/* SPDX-License-Identifier: ISC */
#include "rules/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "rules/marks.h"
#include "util/buf.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * Limits of one search (tests/FAULTS.md C1 to C3). PCRE2 restarts the match
 * limit at each position of the subject, so it does not bound time: the judge's
 * timer does.
 */
#define MATCH_LIMIT	1000000
#define DEPTH_LIMIT	100000
#define HEAP_LIMIT_KIB	(32 * 1024)
#define JIT_STACK_START (32 * 1024)
#define JIT_STACK_MAX	(1024 * 1024)

/* Bytes of a pattern in which each \b is written out. */
#define PATTERN_MAX ((size_t)256 * 1024)

struct regex {
	pcre2_code *code;
	pcre2_code *marked; /* for text that is not ASCII, or NULL */
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	uint32_t groups;
	uint32_t names, name_size;
	PCRE2_SPTR name_table;
};

static void get_info(struct regex *re)
{
	(void)pcre2_pattern_info(re->code, PCRE2_INFO_CAPTURECOUNT,
				 &re->groups);
	(void)pcre2_pattern_info(re->code, PCRE2_INFO_NAMECOUNT, &re->names);
	(void)pcre2_pattern_info(re->code, PCRE2_INFO_NAMEENTRYSIZE,
				 &re->name_size);
	(void)pcre2_pattern_info(re->code, PCRE2_INFO_NAMETABLE,
				 &re->name_table);
}

/* Without JIT (no executable memory) the interpreter gives the same answers. */
static void prepare_match(struct regex *re)
{
	re->context = pcre2_match_context_create(NULL);
	re->data = pcre2_match_data_create_from_pattern(re->code, NULL);
	if (re->context == NULL || re->data == NULL)
		abort(); /* out of memory */
	(void)pcre2_set_match_limit(re->context, MATCH_LIMIT);
	(void)pcre2_set_depth_limit(re->context, DEPTH_LIMIT);
	(void)pcre2_set_heap_limit(re->context, HEAP_LIMIT_KIB);
	if (pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE) != 0)
		return;
	if (re->marked != NULL)
		(void)pcre2_jit_compile(re->marked, PCRE2_JIT_COMPLETE);
	re->stack =
		pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
	if (re->stack != NULL)
		pcre2_jit_stack_assign(re->context, NULL, re->stack);
}

static uint32_t options_of(unsigned flags)
{
	return PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF |
	       PCRE2_NEVER_BACKSLASH_C |
	       ((flags & REGEX_CASE) != 0 ? 0 : PCRE2_CASELESS) |
	       ((flags & REGEX_LINES) != 0 ? PCRE2_MULTILINE : 0);
}

static pcre2_code *compile(struct slice pattern, unsigned flags, int *code,
			   PCRE2_SIZE *offset)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *out;

	if (context == NULL)
		abort(); /* out of memory */
	if ((flags & REGEX_LINES) != 0)
		(void)pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
	out = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.len,
			    options_of(flags), code, offset, context);
	pcre2_compile_context_free(context);
	return out;
}

/* The first one has been accepted, so that its errors are those of the user. */
static void compile_marked(struct regex *re, struct slice pattern,
			   unsigned flags)
{
	struct buf marked = BUF_INIT(PATTERN_MAX);
	PCRE2_SIZE offset;
	int code;

	if (marks_rewrite(pattern, &marked))
		re->marked = compile(buf_slice(&marked), flags, &code, &offset);
	buf_release(&marked);
}

struct regex *regex_new(struct slice pattern, unsigned flags,
			size_t *offset_out, struct error *err)
{
	struct regex *re = xcalloc(1, sizeof(*re));
	PCRE2_UCHAR text[256] = "";
	PCRE2_SIZE offset = 0;
	int code;

	re->code = compile(pattern, flags, &code, &offset);
	if (re->code == NULL) {
		(void)pcre2_get_error_message(code, text, sizeof(text));
		*offset_out = offset;
		(void)error_set(err, ERR_CONFIG, "%s", (const char *)text);
		regex_free(re);
		return NULL;
	}
	get_info(re);
	if (re->groups > REGEX_GROUPS_MAX) {
		*offset_out = 0;
		(void)error_set(err, ERR_CONFIG, "more than %d groups",
				REGEX_GROUPS_MAX);
		regex_free(re);
		return NULL;
	}
	compile_marked(re, pattern, flags);
	prepare_match(re);
	return re;
}

void regex_free(struct regex *re)
{
	if (re == NULL)
		return;
	pcre2_jit_stack_free(re->stack);
	pcre2_match_data_free(re->data);
	pcre2_match_context_free(re->context);
	pcre2_code_free(re->marked);
	pcre2_code_free(re->code);
	free(re);
}

size_t regex_groups(const struct regex *re)
{
	return re->groups;
}

bool regex_group_name(const struct regex *re, size_t i, struct slice *name_out,
		      size_t *number_out)
{
	PCRE2_SPTR entry;

	if (i >= re->names)
		return false;
	/* Two bytes of number, then the NUL-terminated name. */
	entry = re->name_table + i * re->name_size;
	*number_out = (size_t)entry[0] << 8 | entry[1];
	*name_out = slice_str((const char *)entry + 2);
	return true;
}

static enum match failed(int code, struct error *err)
{
	PCRE2_UCHAR text[256] = "";

	switch (code) {
	case PCRE2_ERROR_MATCHLIMIT:
	case PCRE2_ERROR_DEPTHLIMIT:
	case PCRE2_ERROR_HEAPLIMIT:
	case PCRE2_ERROR_JIT_STACKLIMIT:
		(void)error_set(err, ERR_MESSAGE,
				"a pattern needs more steps than allowed");
		break;
	default:
		(void)pcre2_get_error_message(code, text, sizeof(text));
		(void)error_set(err, ERR_MESSAGE, "a pattern failed: %s",
				(const char *)text);
	}
	return MATCH_ERROR;
}

enum match regex_search(const struct regex *re, struct slice subject,
			struct slice *captures, size_t n, struct error *err)
{
	const pcre2_code *code = re->code;
	const PCRE2_SIZE *at;
	int rc;

	if (subject.len > REGEX_SUBJECT_MAX) {
		(void)error_set(err, ERR_MESSAGE,
				"a text of more than %d MiB is not searched",
				REGEX_SUBJECT_MAX >> 20);
		return MATCH_ERROR;
	}
	/* Without marks, as in ASCII, PCRE2's own \w and \b are faster. */
	if (re->marked != NULL && !slice_is_ascii(subject))
		code = re->marked;
	rc = pcre2_match(code, (PCRE2_SPTR)subject.p, subject.len, 0, 0,
			 re->data, re->context);
	if (rc == PCRE2_ERROR_NOMATCH)
		return MATCH_NO;
	if (rc < 0)
		return failed(rc, err);
	at = pcre2_get_ovector_pointer(re->data);
	for (size_t i = 0; i < n; i++) {
		captures[i] = slice_of(NULL, 0);
		/* With \K a match may start behind its end. */
		if ((int)i < rc && at[2 * i] != PCRE2_UNSET &&
		    at[2 * i] <= at[2 * i + 1])
			captures[i] = slice_of(subject.p + at[2 * i],
					       at[2 * i + 1] - at[2 * i]);
	}
	return MATCH_YES;
}
