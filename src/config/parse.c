/* SPDX-License-Identifier: ISC */
/*
 * How libconfuse 3.3 becomes a parser that keeps the order of the file. All
 * values are lists with a callback, and callbacks run in the order of the file.
 * Each section has a hidden integer with a default: libconfuse "parses" the
 * default when the section opens, which calls on_begin(). The validator of a
 * section runs at its end, on_end().
 *
 * A schema cannot contain itself, but groups nest. A section therefore gets the
 * schemas of its groups only when it opens, and they are dropped when it
 * closes, so that the cost is linear. We do not use cfg_include(): after one
 * failure it breaks all later parses.
 */
#include "config/parse.h"

#include <confuse.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config/settings.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct parser {
	const char *file;
	struct parse_events *events;
	struct diagnostics *diags;
};

/* libconfuse has no user data; `def.number` of our options is free for it. */
_Static_assert(sizeof(long) >= sizeof(void *), "no room for it");

static void tie(cfg_opt_t *opt, struct parser *p)
{
	memcpy(&opt->def.number, &p, sizeof(void *));
}

static struct parser *parser_of(const cfg_opt_t *opt)
{
	struct parser *p;

	memcpy(&p, &opt->def.number, sizeof(void *));
	return p;
}

/* A pointer that we allocated and may free, from a const member. */
static char *owned(const char *text)
{
	char *p;

	memcpy(&p, &text, sizeof(p));
	return p;
}

static struct parse_event *add_event(struct parser *p, enum parse_kind kind,
				     const char *name, int line)
{
	struct parse_events *events = p->events;
	struct parse_event *e;

	xgrow(&events->list, events->n, sizeof(*events->list));
	e = &events->list[events->n++];
	*e = (struct parse_event){
		.kind = kind, .line = line, .name = xstrdup(name)};
	return e;
}

static void add_value(struct parse_event *e, const char *value, int line)
{
	xgrow(&e->values, e->n, sizeof(*e->values));
	e->values[e->n++] = (struct rule_value){xstrdup(value), line};
}

/* `nvalues` includes this value: it is 1 for the first of a statement. */
static int on_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	struct parser *p = parser_of(opt);
	struct parse_event *e;

	if (opt->nvalues == 1)
		e = add_event(p, PARSE_SET, opt->name, cfg->line);
	else
		e = &p->events->list[p->events->n - 1];
	add_value(e, value, cfg->line);
	*(const char **)result = value;
	return 0;
}

static int on_include(cfg_t *cfg, cfg_opt_t *opt, int argc, const char **argv)
{
	struct parse_event *e =
		add_event(parser_of(opt), PARSE_INCLUDE, opt->name, cfg->line);

	for (int i = 0; i < argc; i++)
		add_value(e, argv[i], cfg->line);
	return 0;
}

static int on_begin(cfg_t *cfg, cfg_opt_t *opt, const char *value,
		    void *result);

static int on_end(cfg_t *cfg, cfg_opt_t *opt)
{
	add_event(parser_of(opt), PARSE_END, opt->name, cfg->line);
	return cfg_opt_rmnsec(opt, cfg_opt_size(opt) - 1);
}

/*
 * The options that may stand in a section, allocated so that libconfuse can
 * free them with the section; free_schema() frees those of the main part.
 */
static cfg_opt_t *new_schema(enum section where, struct parser *p)
{
	cfg_opt_t *opts = NULL;
	const char *name;
	size_t n = 0;

	for (; (name = setting_name(where, n)) != NULL; n++) {
		xgrow(&opts, n, sizeof(*opts));
		opts[n] = (cfg_opt_t)CFG_STR_LIST_CB(NULL, NULL, CFGF_NONE,
						     on_value);
		opts[n].name = xstrdup(name);
		tie(&opts[n], p);
	}
	for (size_t i = 0; section_row(i) != NULL; i++) {
		if (!section_allowed(where, section_row(i)->opens))
			continue;
		xgrow(&opts, n, sizeof(*opts));
		opts[n] = (cfg_opt_t)CFG_SEC(NULL, NULL, CFGF_MULTI);
		if (section_row(i)->has_title)
			opts[n].flags |= CFGF_TITLE;
		opts[n].name = xstrdup(section_row(i)->name);
		opts[n].validcb = on_end;
		tie(&opts[n++], p);
	}
	xgrow(&opts, n, sizeof(*opts));
	if (where == SECTION_MAIN)
		opts[n] = (cfg_opt_t)CFG_FUNC(NULL, on_include);
	else
		opts[n] = (cfg_opt_t)CFG_INT_CB(NULL, 0, CFGF_NONE, on_begin);
	opts[n].name = xstrdup(where == SECTION_MAIN ? "include" : " begin");
	opts[n].def.parsed = where == SECTION_MAIN ? NULL : xstrdup("0");
	tie(&opts[n++], p);
	xgrow(&opts, n, sizeof(*opts));
	opts[n] = (cfg_opt_t)CFG_END();
	return opts;
}

/* Give a schema to each section that may open inside this one. */
static void attach_schemas(cfg_opt_t *opts, struct parser *p)
{
	for (cfg_opt_t *opt = opts; opt->name != NULL; opt++) {
		if (opt->type == CFGT_SEC && opt->subopts == NULL)
			opt->subopts =
				new_schema(section_find(opt->name)->opens, p);
	}
}

static int on_begin(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	struct parser *p = parser_of(opt);
	struct parse_event *e = add_event(p, PARSE_BEGIN, cfg->name, cfg->line);

	(void)value;
	if (cfg->title != NULL)
		e->title = xstrdup(cfg->title);
	attach_schemas(cfg->opts, p);
	*(long *)result = 0;
	return 0;
}

static void on_error(cfg_t *cfg, const char *fmt, va_list ap) ATTR_PRINTF(2, 0);

static void on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	struct parser *p = parser_of(cfg->opts);
	char text[256];

	(void)vsnprintf(text, sizeof(text), fmt, ap);
	diagnostics_add(p->diags, true, p->file, cfg->line, 0, "%s", text);
}

static void free_schema(cfg_opt_t *opts)
{
	for (cfg_opt_t *opt = opts; opt->name != NULL; opt++)
		free(owned(opt->name));
	free(opts);
}

int config_parse(const char *file, const char *text, struct parse_events *out,
		 struct diagnostics *diags)
{
	struct parser p = {.file = file, .events = out, .diags = diags};
	cfg_opt_t *schema = new_schema(SECTION_MAIN, &p);
	cfg_t *cfg = cfg_init(schema, CFGF_NONE);
	int rc;

	free_schema(schema);
	if (cfg == NULL) {
		diagnostics_add(diags, true, file, 0, 0, "out of memory");
		return -1;
	}
	(void)cfg_set_error_function(cfg, on_error);
	attach_schemas(cfg->opts, &p);
	rc = cfg_parse_buf(cfg, text);
	(void)cfg_free(cfg);
	return rc == CFG_SUCCESS ? 0 : -1;
}

void parse_replace(struct parse_event *e, size_t i, char *text)
{
	free(owned(e->values[i].text));
	e->values[i].text = text;
}

void parse_events_release(struct parse_events *events)
{
	for (size_t i = 0; i < events->n; i++) {
		struct parse_event *e = &events->list[i];

		for (size_t j = 0; j < e->n; j++) {
			char *text = owned(e->values[j].text);

			explicit_bzero(text, strlen(text));
			free(text);
		}
		free(e->values);
		free(e->name);
		free(e->title);
	}
	free(events->list);
	*events = (struct parse_events){0};
}
