/*
 * ctr_score MODEL.ctr [DATA.ffm|-] [--logit] [--level 2|3|4|5] [--repeat N]
 *
 * Scores libffm text (label field:feature:value ...; labels may be absent) and prints one score per line, in digits that read back to the
 * same float. On stderr: rows, unknown features, and the time of one row in the batch, the least of N repetitions.
 */
#define _POSIX_C_SOURCE 200809L
#include <ctr.h>
#include <errno.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A batch that grows. */
typedef struct batch {
    uint64_t *offsets, *keys;
    uint32_t *fields;
    float *values;
    size_t rows, features, row_room, feature_room;
} batch;

static void fail(const char *what, const char *detail) {
    fprintf(stderr, "ctr_score: %s: %s\n", what, detail);
    exit(1);
}

static void check(ctr_status status) {
    char detail[1024];
    if (status == CTR_OK) return;
    ctr_last_error(detail, sizeof detail, NULL);
    fail(ctr_status_text(status), detail);
}

static void *grow(void *array, size_t count, size_t size) {
    void *larger = realloc(array, count * size);
    if (larger == NULL) fail("out of memory", "the batch does not fit");
    return larger;
}

static void add_feature(batch *b, uint32_t field, uint64_t key, float value) {
    if (b->features == b->feature_room) {
        b->feature_room = b->feature_room ? b->feature_room * 2 : 4096;
        b->fields = grow(b->fields, b->feature_room, sizeof *b->fields);
        b->keys = grow(b->keys, b->feature_room, sizeof *b->keys);
        b->values = grow(b->values, b->feature_room, sizeof *b->values);
    }
    b->fields[b->features] = field;
    b->keys[b->features] = key;
    b->values[b->features++] = value;
}

static void end_row(batch *b) {
    if (b->rows + 1 >= b->row_room) {
        b->row_room = b->row_room ? b->row_room * 2 : 4096;
        b->offsets = grow(b->offsets, b->row_room, sizeof *b->offsets);
        b->offsets[0] = 0;
    }
    b->offsets[++b->rows] = b->features;
}

/* Reads digits and the colon behind them; NULL if there is something else, or a number above most. strtoull would take signs and spaces. */
static const char *parse_integer(const char *text, uint64_t most, uint64_t *number) {
    const char *start = text;
    for (*number = 0; *text >= '0' && *text <= '9'; text++) {
        uint64_t digit = (uint64_t)(*text - '0');
        if (*number > (most - digit) / 10) return NULL;
        *number = *number * 10 + digit;
    }
    return text == start || *text != ':' ? NULL : text + 1;
}

/* Reads field:feature:value; 0 if the text is something else. */
static int parse_feature(const char *text, batch *b) {
    char *end;
    uint64_t field, key;
    float value;
    if ((text = parse_integer(text, UINT32_MAX, &field)) == NULL) return 0;
    if ((text = parse_integer(text, UINT64_MAX, &key)) == NULL) return 0;
    /* strtof would also take spaces, hexadecimal numbers, "nan" and "inf"; it makes infinity of what is too large, and rounds what is tiny. */
    if (*text == '\0' || text[strspn(text, "0123456789+-.eE")] != '\0') return 0;
    value = strtof(text, &end);
    if (*end != '\0' || value > FLT_MAX || value < -FLT_MAX) return 0;
    add_feature(b, (uint32_t)field, key, value);
    return 1;
}

static void read_rows(FILE *file, const char *name, batch *b) {
    char *line = NULL, where[64];
    size_t room = 0, number = 0;
    while (getline(&line, &room, file) >= 0) {
        char *rest = NULL, *word = strtok_r(line, " \t\r\n", &rest);
        number++;
        if (word == NULL) continue;                                       /* a blank line is no row */
        if (strchr(word, ':') == NULL) word = strtok_r(NULL, " \t\r\n", &rest); /* the label */
        for (; word != NULL; word = strtok_r(NULL, " \t\r\n", &rest)) {
            if (parse_feature(word, b)) continue;
            snprintf(where, sizeof where, "line %zu is not libffm text", number);
            fail(name, where);
        }
        end_row(b);
    }
    if (ferror(file)) fail(name, strerror(errno));
    free(line);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int count, char **arguments) {
    const char *model_path = NULL, *data_path = NULL;
    ctr_open_options open = {sizeof open, CTR_OPEN_MAP, CTR_VERIFY_LIGHT, CTR_LEVEL_BEST};
    ctr_score_options options = {sizeof options, CTR_OUTPUT_SCORE, NULL, NULL, 0};
    ctr_rows rows = {sizeof rows, 0, 0, NULL, NULL, NULL, NULL};
    struct ctr_model_info info = {sizeof info, 0, 0, 0, {0}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    ctr_model *model;
    batch b = {NULL, NULL, NULL, NULL, 0, 0, 0, 0};
    FILE *file = stdin;
    float *scores;
    uint64_t longest = 0, unknown = 0;
    double best = 0;
    size_t i;
    int repeat = 1;

    for (i = 1; i < (size_t)count; i++) {
        const char *a = arguments[i];
        if (strcmp(a, "--logit") == 0) options.output = CTR_OUTPUT_LOGIT;
        else if (strcmp(a, "--level") == 0 && i + 1 < (size_t)count) open.level = (uint32_t)atoi(arguments[++i]);
        else if (strcmp(a, "--repeat") == 0 && i + 1 < (size_t)count) repeat = atoi(arguments[++i]);
        else if (model_path == NULL) model_path = a;
        else if (data_path == NULL) data_path = a;
        else repeat = 0;
    }
    if (model_path == NULL || repeat < 1) {
        fprintf(stderr, "usage: ctr_score MODEL.ctr [DATA.ffm|-] [--logit] [--level 2|3|4|5] [--repeat N]\n");
        return 2;
    }

    check(ctr_model_open(model_path, &open, &model));
    check(ctr_model_info(model, &info));
    if (data_path != NULL && strcmp(data_path, "-") != 0 && (file = fopen(data_path, "r")) == NULL) fail(data_path, strerror(errno));
    read_rows(file, data_path == NULL ? "stdin" : data_path, &b);
    if (b.rows == 0) return 0;

    for (i = 0; i < b.rows; i++)
        if (b.offsets[i + 1] - b.offsets[i] > longest) longest = b.offsets[i + 1] - b.offsets[i];
    check(ctr_scratch_size(model, longest, &options.scratch_size));
    if (options.scratch_size > 0) options.scratch = grow(NULL, options.scratch_size, 1);
    options.unknown_counts = grow(NULL, b.rows, sizeof *options.unknown_counts);
    scores = grow(NULL, b.rows, sizeof *scores);
    rows.row_count = b.rows;
    rows.offsets = b.offsets;
    rows.fields = b.fields;
    rows.keys = b.keys;
    rows.values = b.values;
    while (repeat-- > 0) {
        double start = now(), time;
        check(ctr_score(model, &rows, &options, scores));
        time = now() - start;
        if (best == 0 || time < best) best = time;
    }

    for (i = 0; i < b.rows; i++) {
        printf("%.9g\n", (double)scores[i]);
        unknown += options.unknown_counts[i];
    }
    fprintf(stderr, "%s: %s, %zu rows, %llu unknown features, %.0f ns per row\n", ctr_version(), info.kind, b.rows,
            (unsigned long long)unknown, best / (double)b.rows);
    check(ctr_model_close(model));
    free(b.offsets);
    free(b.keys);
    free(b.fields);
    free(b.values);
    free(options.scratch);
    free(options.unknown_counts);
    free(scores);
    return 0;
}
