/*
 * host LIBRARY MODEL MODE [ARGUMENTS]: a C program that loads libctr at run time and does one thing that a host may do.
 *
 *     first EXPORT   calls EXPORT as the first call of the process and prints what it answered
 *     fork           opens a model, forks, and scores in the child what the parent scores
 *     close          closes the library while threads that have called it are alive, then lets them end
 *     stack          scores and encodes on a thread with 64 KB of stack, after opening on one with 256 KB
 *     facts          prints what loading the library and opening a model do to the process
 *     fault          a fault of the host, with a handler from before the library was loaded: exit code 42
 *     quiet          encodes numbers and texts of every form, and makes every other call that must not allocate, for the first time
 *     memory WIDE N  opens and closes models, this one and a wide one, at the edge of the library's memory, N times in each of some threads
 *
 * The model has one feature per field whose key is the field's number, so that any model of ids can be scored. Exit code 0: all is well;
 * 1: a message says what is not.
 */
#define _GNU_SOURCE
#include <ctr.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIELDS 64
#define ROWS 1000
#define SIZED(type, name) type name = {.struct_size = sizeof name}
#define FUNCTION(name) ((__typeof__(&name))symbol(#name))
#define REQUIRE(holds) ((holds) ? (void)0 : fail(#holds, __LINE__))

static void *library;
static const char *model_path;
static ctr_model *model;
static uint32_t field_count;

static void fail(const char *what, int line) {
    fprintf(stderr, "host.c:%d: %s\n", line, what);
    _exit(1);
}

static void *symbol(const char *name) {
    void *found = dlsym(library, name);
    if (found == NULL) fail(dlerror(), __LINE__);
    return found;
}

static void load(const char *path) {
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) fail(dlerror(), __LINE__);
}

static void open_model(void) {
    SIZED(struct ctr_model_info, info);
    REQUIRE(FUNCTION(ctr_model_open)(model_path, NULL, &model) == CTR_OK);
    REQUIRE(FUNCTION(ctr_model_info)(model, &info) == CTR_OK);
    field_count = info.field_count;
    REQUIRE(field_count > 0 && field_count <= FIELDS);
}

/* Scores ROWS rows, the r-th of keys r % 7 to r % 7 + field_count - 1. */
static void score(float *scores) {
    static __thread uint64_t offsets[ROWS + 1], keys[ROWS * FIELDS];
    SIZED(ctr_rows, rows);
    for (uint64_t r = 0; r < ROWS; r++) {
        for (uint64_t f = 0; f < field_count; f++) keys[r * field_count + f] = r % 7 + f;
        offsets[r + 1] = (r + 1) * field_count;
    }
    rows.row_count = ROWS;
    rows.offsets = offsets;
    rows.keys = keys;
    REQUIRE(FUNCTION(ctr_score)(model, &rows, NULL, scores) == CTR_OK);
}

/* Ranks ROWS candidates, the r-th with the key r % 7 in its last field, with a context of the fields before it. */
static void rank(float *scores) {
    static __thread uint64_t offsets[ROWS + 1], keys[ROWS], memory[1 << 15], all[] = {0, 0}, context[FIELDS], best[10];
    static __thread uint32_t fields[ROWS], context_fields[FIELDS];
    float top[10];
    SIZED(ctr_rows, rows);
    SIZED(ctr_rows, row);
    SIZED(ctr_rank_options, options);
    for (uint32_t f = 0; f < field_count; f++) context[f] = context_fields[f] = f;
    for (uint64_t r = 0; r < ROWS; r++) {
        offsets[r + 1] = r + 1;
        keys[r] = r % 7;
        fields[r] = field_count - 1;
    }
    all[1] = field_count - 1;
    row.row_count = 1;
    row.offsets = all;
    row.fields = context_fields;
    row.keys = context;
    rows.row_count = ROWS;
    rows.offsets = offsets;
    rows.fields = fields;
    rows.keys = keys;
    options.top_k = 10;
    options.indices = best;
    REQUIRE(FUNCTION(ctr_context_prepare)(model, &row, NULL, memory, sizeof memory) == CTR_OK);
    REQUIRE(FUNCTION(ctr_rank)(model, memory, sizeof memory, &rows, NULL, scores) == CTR_OK);
    REQUIRE(FUNCTION(ctr_rank)(model, memory, sizeof memory, &rows, &options, top) == CTR_OK);
    for (int i = 0; i < 10; i++) REQUIRE(top[i] == scores[best[i]] && best[i] % 7 == best[0] % 7 && (i == 0 || best[i] > best[i - 1]));
}

static void encode(void) {
    uint32_t fields[FIELDS];
    uint64_t keys[FIELDS];
    float values[FIELDS];
    ctr_value raw[2] = {{1, CTR_VALUE_TEXT, "17", 2, 0}, {0, CTR_VALUE_NUMBER, NULL, 0, 4}};
    SIZED(ctr_row_buffer, row);
    row.capacity = FIELDS;
    row.fields = fields;
    row.keys = keys;
    row.values = values;
    REQUIRE(FUNCTION(ctr_encode)(model, raw, 2, &row) == CTR_OK);
    REQUIRE(row.count == 2 && keys[0] == 4 && keys[1] == 17);
}

/* ---- first ---- */

static void first(const char *export) {
    SIZED(ctr_rows, rows);
    SIZED(ctr_row_buffer, row);
    SIZED(ctr_counters, counters);
    SIZED(struct ctr_model_info, info);
    SIZED(struct ctr_field_info, field_info);
    ctr_model *none = (ctr_model *)&rows, *opened;
    char text[8];
    uint64_t number, memory[8] = {0};
    uint32_t field;
    float result;
#define IF(name, call) if (strcmp(export, #name) == 0) { printf("%d\n", (int)FUNCTION(name) call); return; }
    IF(ctr_abi_version, ())
    IF(ctr_last_error, (text, sizeof text, NULL))
    IF(ctr_model_open, (model_path, NULL, &opened))
    IF(ctr_model_open_memory, (text, 0, NULL, &opened))
    IF(ctr_model_close, (none))
    IF(ctr_model_info, (none, &info))
    IF(ctr_field_info, (none, 0, &field_info))
    IF(ctr_field_find, (none, "age", &field))
    IF(ctr_key, (none, 0, "a", 1, &number))
    IF(ctr_encode, (none, NULL, 0, &row))
    IF(ctr_score, (none, &rows, NULL, &result))
    IF(ctr_scratch_size, (none, 1000, &number))
    IF(ctr_context_size, (none, 24, &number))
    IF(ctr_context_prepare, (none, &rows, NULL, memory, sizeof memory))
    IF(ctr_rank, (none, memory, sizeof memory, &rows, NULL, &result))
    IF(ctr_runtime_counters, (&counters))
    if (strcmp(export, "ctr_version") == 0) puts(FUNCTION(ctr_version)());
    else if (strcmp(export, "ctr_status_text") == 0) puts(FUNCTION(ctr_status_text)(CTR_OK));
    else fail("no such export", __LINE__);
}

/* ---- fork ---- */

static void fork_and_score(void) {
    static float expected[ROWS], scores[ROWS], ranked[ROWS];
    SIZED(ctr_counters, before);
    SIZED(ctr_counters, after);
    int status;
    open_model();
    score(expected);
    rank(ranked);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        REQUIRE(FUNCTION(ctr_runtime_counters)(&before) == CTR_OK);
        for (int i = 0; i < 1000; i++) {
            score(scores);
            encode();
            REQUIRE(memcmp(scores, expected, sizeof scores) == 0);
            rank(scores);
            REQUIRE(memcmp(scores, ranked, sizeof scores) == 0);
        }
        REQUIRE(FUNCTION(ctr_runtime_counters)(&after) == CTR_OK);
        REQUIRE(after.collections == before.collections && after.allocated_bytes == before.allocated_bytes);
        _exit(0);
    }
    REQUIRE(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    score(scores);
    REQUIRE(memcmp(scores, expected, sizeof scores) == 0);
}

/* ---- close ---- */

static pthread_barrier_t scored, closed;

static void *score_and_wait(void *unused) {
    static __thread float scores[ROWS];
    score(scores);
    pthread_barrier_wait(&scored);
    pthread_barrier_wait(&closed);
    return unused;
}

static void close_library(void) {
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    open_model();
    pthread_barrier_init(&scored, NULL, THREADS + 1);
    pthread_barrier_init(&closed, NULL, THREADS + 1);
    for (int t = 0; t < THREADS; t++) REQUIRE(pthread_create(&threads[t], NULL, score_and_wait, NULL) == 0);
    pthread_barrier_wait(&scored);
    REQUIRE(FUNCTION(ctr_model_close)(model) == CTR_OK);
    REQUIRE(dlclose(library) == 0);
    pthread_barrier_wait(&closed);
    for (int t = 0; t < THREADS; t++) REQUIRE(pthread_join(threads[t], NULL) == 0);
}

/* ---- stack ---- */

static void *open_on_small_stack(void *unused) {
    open_model();
    return unused;
}

static void *score_on_small_stack(void *unused) {
    static float scores[ROWS];
    SIZED(ctr_counters, counters);
    score(scores);
    rank(scores);
    encode();
    REQUIRE(FUNCTION(ctr_runtime_counters)(&counters) == CTR_OK);
    /* A call that fails is an exception inside. */
    REQUIRE(FUNCTION(ctr_model_close)((ctr_model *)&counters) == CTR_ERROR_INVALID_HANDLE);
    REQUIRE(FUNCTION(ctr_model_close)(model) == CTR_OK);
    return unused;
}

/* The stack that a thread function may use: what glibc puts there itself (thread-local memory) comes on top. */
static void run_with_stack(size_t bytes, void *(*function)(void *)) {
    pthread_attr_t attributes;
    pthread_t thread;
    size_t own = sizeof(uint64_t) * (ROWS + 1 + ROWS * FIELDS) + sizeof(float) * ROWS + 8192;
    own += sizeof(uint64_t) * (2 * ROWS + 1 + (1 << 15) + FIELDS + 12) + sizeof(uint32_t) * (ROWS + FIELDS);
    REQUIRE(pthread_attr_init(&attributes) == 0);
    REQUIRE(pthread_attr_setstacksize(&attributes, (bytes + own + 4095) & ~(size_t)4095) == 0);
    REQUIRE(pthread_create(&thread, &attributes, function, NULL) == 0);
    REQUIRE(pthread_join(thread, NULL) == 0);
}

/* ---- facts ---- */

static long proc_status(const char *key) {
    char line[256];
    long number = -1;
    FILE *file = fopen("/proc/self/status", "r");
    REQUIRE(file != NULL);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, key, strlen(key)) == 0) number = strtol(line + strlen(key), NULL, 10);
    fclose(file);
    return number;
}

static void facts(const char *path) {
    static float scores[ROWS];
    long threads = proc_status("Threads:"), kilobytes = proc_status("VmSize:");
    struct sigaction action;
    load(path);
    open_model();
    score(scores);
    printf("threads %ld\n", proc_status("Threads:") - threads);
    printf("megabytes %ld\n", (proc_status("VmSize:") - kilobytes) / 1024);
    for (int number = 1; number <= SIGRTMAX; number++) {
        if (sigaction(number, NULL, &action) != 0) continue;
        if (action.sa_handler == SIG_IGN) printf("ignores %s\n", strsignal(number));
        else if (action.sa_handler != SIG_DFL) printf("handles %s\n", strsignal(number));
    }
}

/* ---- fault ---- */

static void on_fault(int number) {
    (void)number;
    _exit(42);
}

static void fault(const char *path) {
    struct sigaction action = {.sa_handler = on_fault};
    volatile float *volatile nowhere = NULL;
    REQUIRE(sigaction(SIGSEGV, &action, NULL) == 0);
    load(path);
    open_model();
    *nowhere = 1;
}

/* ---- quiet ---- */

static uint64_t allocated_bytes(void) {
    SIZED(ctr_counters, counters);
    REQUIRE(FUNCTION(ctr_runtime_counters)(&counters) == CTR_OK);
    return counters.allocated_bytes;
}

static void quiet(void) {
    static const double numbers[] = {0, 5, -5, 0.5, -0.5, 1.5e-7, -1.5e-7, 0.1 + 0.2, 1e15, 1e16, 1e300, -1e300, 5e-324, 9.5367431640625e-7};
    static const char *const texts[] = {"", "a", " ", "5", "-5", "+.5", "1e3", "-1.5E-7", "2.2250738585072011e-308", "-12345678901234567890.1234567890e+10"};
    enum { NUMBERS = sizeof numbers / sizeof *numbers, TEXTS = sizeof texts / sizeof *texts };
    uint32_t fields[FIELDS], field;
    uint64_t keys[FIELDS], offsets[] = {0, 1}, number;
    float values[FIELDS], result;
    SIZED(struct ctr_model_info, info);
    SIZED(struct ctr_field_info, field_info);
    SIZED(ctr_row_buffer, row);
    SIZED(ctr_rows, rows);
    REQUIRE(FUNCTION(ctr_model_open)(model_path, NULL, &model) == CTR_OK);
    row.capacity = FIELDS;
    rows.fields = row.fields = fields;
    row.keys = keys;
    row.values = values;
    rows.row_count = 1;
    rows.offsets = offsets;
    rows.keys = keys;
    const uint64_t before = allocated_bytes();
    REQUIRE(FUNCTION(ctr_model_info)(model, &info) == CTR_OK);
    for (uint32_t f = 0; f < info.field_count; f++) {
        REQUIRE(FUNCTION(ctr_field_info)(model, f, &field_info) == CTR_OK);
        REQUIRE(FUNCTION(ctr_field_find)(model, field_info.name, &field) == CTR_OK && field == f);
        REQUIRE(FUNCTION(ctr_key)(model, f, "5", 1, &number) == CTR_OK);
        for (int n = 0; n < NUMBERS; n++) {
            ctr_value value = {f, CTR_VALUE_NUMBER, NULL, 0, numbers[n]};
            /* Scaled beyond a float is the only refusal there may be, and refusals do allocate: numbers that large are for other kinds. */
            if (field_info.kind == CTR_FIELD_NUMERIC && (numbers[n] > 1e30 || numbers[n] < -1e30)) continue;
            REQUIRE(FUNCTION(ctr_encode)(model, &value, 1, &row) == CTR_OK && row.count > 0);
            REQUIRE(FUNCTION(ctr_score)(model, &rows, NULL, &result) == CTR_OK);
        }
        for (int t = 0; t < TEXTS; t++) {
            ctr_value value = {f, CTR_VALUE_TEXT, texts[t], strlen(texts[t]), 0};
            if (field_info.kind != CTR_FIELD_CATEGORICAL && *texts[t] == 'a') continue;
            REQUIRE(FUNCTION(ctr_encode)(model, &value, 1, &row) == CTR_OK);
        }
    }
    REQUIRE(FUNCTION(ctr_scratch_size)(model, 1000, &number) == CTR_OK);
    REQUIRE(allocated_bytes() == before);
}

/* ---- memory ---- */

typedef struct { char *bytes; size_t size; } file_bytes;

static file_bytes read_file(const char *path) {
    file_bytes file;
    long size;
    FILE *stream = fopen(path, "rb");
    REQUIRE(stream != NULL && fseek(stream, 0, SEEK_END) == 0 && (size = ftell(stream)) > 0);
    rewind(stream);
    file.size = (size_t)size;
    file.bytes = malloc(file.size);
    REQUIRE(file.bytes != NULL && fread(file.bytes, 1, file.size, stream) == file.size);
    fclose(stream);
    return file;
}

enum { MOST = 65535, THREADS = 8 };
static ctr_model *models[MOST];

/* Whether the model was opened; the only other answer is that memory is used up, in words. */
static int try_open(file_bytes file, ctr_model **opened) {
    char detail[256];
    ctr_status status = FUNCTION(ctr_model_open_memory)(file.bytes, file.size, NULL, opened);
    if (status == CTR_OK) return 1;
    REQUIRE(status == CTR_ERROR_OUT_OF_MEMORY);
    REQUIRE(FUNCTION(ctr_last_error)(detail, sizeof detail, NULL) == CTR_OK && strstr(detail, "of the managed heap") != NULL);
    return 0;
}

static int open_all(file_bytes file, int most) {
    int n = 0;
    while (n < most && try_open(file, &models[n])) n++;
    return n;
}

static void close_all(int n) {
    for (int i = 0; i < n; i++) REQUIRE(FUNCTION(ctr_model_close)(models[i]) == CTR_OK);
    /* A closed model stays closed. */
    for (int i = 0; i < n; i += 97) REQUIRE(FUNCTION(ctr_model_close)(models[i]) == CTR_ERROR_INVALID_HANDLE);
}

typedef struct { file_bytes files[2]; unsigned seed; int rounds, refused; } opener;

/* Opens and closes models of both files in random order, and leaves none open. */
static void *open_and_close(void *argument) {
    enum { HELD = 64 };
    opener *mine = argument;
    ctr_model *held[HELD] = {NULL};
    for (int i = 0; i < mine->rounds; i++) {
        int place = rand_r(&mine->seed) % HELD;
        if (held[place] != NULL) {
            REQUIRE(FUNCTION(ctr_model_close)(held[place]) == CTR_OK);
            held[place] = NULL;
        }
        else if (!try_open(mine->files[rand_r(&mine->seed) % 8 == 0], &held[place])) mine->refused++;
    }
    for (int place = 0; place < HELD; place++) REQUIRE(FUNCTION(ctr_model_close)(held[place]) == CTR_OK);
    return NULL;
}

static void memory(const char *wide_path, int rounds) {
    static float scores[ROWS];
    file_bytes narrow = read_file(model_path), wide = read_file(wide_path);
    opener openers[THREADS];
    pthread_t threads[THREADS];
    int narrow_count = open_all(narrow, MOST), refused = 0, wide_count;
    REQUIRE(narrow_count > THREADS && narrow_count < MOST);
    model = models[narrow_count - 1];
    field_count = 2;
    score(scores);
    close_all(narrow_count);
    wide_count = open_all(wide, MOST);
    REQUIRE(wide_count > 0);
    close_all(wide_count);
    /* What was closed has given its memory back, but for a few models' worth: the heap is not laid out as the first time. */
    narrow_count -= narrow_count / 100;
    REQUIRE(open_all(narrow, narrow_count) == narrow_count);
    close_all(narrow_count);
    /* Threads compete for the last tenth. */
    narrow_count = open_all(narrow, narrow_count / 10 * 9);
    for (int t = 0; t < THREADS; t++) {
        openers[t] = (opener){{narrow, wide}, (unsigned)t, rounds, 0};
        REQUIRE(pthread_create(&threads[t], NULL, open_and_close, &openers[t]) == 0);
    }
    for (int t = 0; t < THREADS; t++) {
        REQUIRE(pthread_join(threads[t], NULL) == 0);
        refused += openers[t].refused;
    }
    REQUIRE(refused > 0);
    close_all(narrow_count);
    REQUIRE(open_all(wide, wide_count) == wide_count);
    close_all(wide_count);
}

int main(int count, char **arguments) {
    if (count < 4) fail("usage: host LIBRARY MODEL MODE [ARGUMENTS]", __LINE__);
    const char *path = arguments[1], *mode = arguments[3];
    model_path = arguments[2];
    if (strcmp(mode, "facts") == 0) facts(path);
    else if (strcmp(mode, "fault") == 0) fault(path);
    else {
        load(path);
        if (strcmp(mode, "first") == 0) first(arguments[4]);
        else if (strcmp(mode, "fork") == 0) fork_and_score();
        else if (strcmp(mode, "close") == 0) close_library();
        else if (strcmp(mode, "quiet") == 0) quiet();
        else if (strcmp(mode, "memory") == 0) memory(arguments[4], atoi(arguments[5]));
        else if (strcmp(mode, "stack") == 0) {
            run_with_stack(256 * 1024, open_on_small_stack);
            run_with_stack(64 * 1024, score_on_small_stack);
        }
        else fail("no such mode", __LINE__);
    }
    return 0;
}
