/*
 * ctr.h - score click-through-rate models (LR, POLY2, MF, FM, FFM) inside your process.
 *
 * This header is the manual of libctr. C99; also C++11. Everything here is since ABI 1 unless it says otherwise.
 *
 *     ctr_model *model;
 *     if (ctr_model_open("model.ctr", NULL, &model) != CTR_OK) return 1;
 *     uint64_t offsets[] = {0, 2}, keys[] = {17, 42};         // one row with two features
 *     uint32_t fields[] = {0, 1};
 *     ctr_rows rows = {sizeof rows, 0, 1, offsets, fields, keys, NULL};
 *     float score;
 *     if (ctr_score(model, &rows, NULL, &score) != CTR_OK) return 1;
 *     ctr_model_close(model);
 *
 * WORDS
 *     field     a column of the log, such as "advertiser"; numbered from 0
 *     feature   one value within a field; it is identified by a 64-bit key, and has a real value (1 for a category)
 *     row       the features of one impression
 *     logit     what the model computes; score: the logit after the model's link (for clicks: a probability, 0 to 1)
 *
 * RULES FOR ALL FUNCTIONS
 *     Result     A function that can fail returns a ctr_status: CTR_OK is 0, every error is negative. Results come back through
 *                pointers. Each function below lists the errors that are its own; every function may also return
 *                CTR_ERROR_OUT_OF_MEMORY and CTR_ERROR_INTERNAL (a defect of ours: please report it).
 *     Detail     ctr_last_error() has a sentence about the last call that failed on the calling thread.
 *     NULL       Where NULL is allowed, the text says so. Anywhere else it is CTR_ERROR_INVALID_ARGUMENT.
 *     Pointers   We see a NULL and a closed model. We cannot see that a pointer is wild or an array too short: that is undefined
 *                behaviour, as in any C function. Arrays must be aligned as their type demands.
 *     On error   Nothing has been written through any pointer, unless the text says so.
 *     Text       UTF-8. Text that we return is terminated by a zero byte.
 *     Structs    The first member is struct_size: set it to sizeof the struct. `reserved` members must be 0. A struct that is larger
 *                than this library knows is accepted if the unknown tail is zero (input), or the tail is zeroed (output), so a
 *                program built with a newer header runs until it uses what this library lacks. A struct smaller than at ABI 1,
 *                or larger than 4096 bytes, is CTR_ERROR_INVALID_ARGUMENT.
 *     Owner      Whoever allocates memory frees it. All we give out is the model (ctr_model_close) and static text. We keep no
 *                pointer of yours beyond the call.
 *     Threads    Every function may be called from any thread at any time. A model is immutable: any number of threads may use it
 *                at once, without locks. The one exception: ctr_model_close() while another thread is inside a call with the same
 *                model is an error that we cannot see, and undefined behaviour.
 *     Memory     ctr_score, ctr_rank, ctr_context_prepare, ctr_context_size, ctr_key, ctr_encode, ctr_field_find, ctr_field_info,
 *                ctr_model_info and ctr_scratch_size allocate nothing from the managed heap when they succeed, not even when a
 *                process calls them for the first time, and take no lock. ctr_runtime_counters() lets you check.
 *     Stack      64 KB of free stack are enough for every function but ctr_model_open and ctr_model_open_memory (256 KB).
 *     Output     Our code never prints, exits, aborts, raises a signal, changes the locale or starts a thread.
 *
 * WHICH LIBRARY IS LOADED
 *     On arm64 (aarch64) there is one build for every processor: lib/libctr.so.1.
 *     On x86-64 there is one build for each level of the instruction set, because the compiler decides at build time what to use:
 *         lib/libctr.so.1                               x86-64-v2 (any processor since about 2009)
 *         lib/glibc-hwcaps/x86-64-v3/libctr.so.1        x86-64-v3 (AVX2, FMA)
 *         lib/glibc-hwcaps/x86-64-v4/libctr.so.1        x86-64-v4 (AVX-512)
 *     The dynamic loader picks the best one for -lctr and for dlopen("libctr.so.1"). A program that opens a file by its path must
 *     check the processor itself, because a build for a level that the processor lacks ABORTS the process at the first call:
 *         const char *folder = __builtin_cpu_supports("x86-64-v4") ? "glibc-hwcaps/x86-64-v4/"
 *                            : __builtin_cpu_supports("x86-64-v3") ? "glibc-hwcaps/x86-64-v3/" : "";
 *     (GCC 12 or newer; `ld.so --help` prints the same for scripts.) Needs Linux with glibc 2.34 or newer, and nothing else.
 *
 * WHAT THE .NET RUNTIME DOES TO YOUR PROCESS
 *     libctr is C# compiled ahead of time and carries a small .NET runtime, which starts when the library is loaded. It
 *     - ignores SIGPIPE (as most network programs do);
 *     - installs handlers for SIGSEGV, SIGFPE and a real-time signal (SIGRTMIN); faults that are not its own go to the handlers
 *       that were there before, so install yours before the library is loaded;
 *     - starts one thread, the finalizer, which sleeps;
 *     - takes about 1.4 GB of address space, mostly for its heap, of which it uses a few MB and at most 256 MB. Weights are not there.
 *       DOTNET_GCHeapHardLimit in the environment (bytes, in hexadecimal) replaces the 256 MB, as in every .NET program;
 *     - attaches each thread that calls us at its first call (about 5 microseconds), and detaches it when the thread ends;
 *     - cannot be unloaded: dlclose() is harmless and leaves the library where it is.
 *     fork: a child of a process that has loaded the library may score models that the parent opened, if at the moment of the fork no
 *     other thread was inside a call. The child has no finalizer thread, so it must not make the managed heap collect: scoring
 *     and encoding do not allocate, but opening models and failing calls do. Prefer to load the library after the fork.
 *
 * LIMITS
 *     65,535 fields; 2^32 - 2 features; 2^32 - 1 features in a row; 65,535 models open at a time, if there is memory for them:
 *     Open models share half of the managed heap's limit, 128 MB. Weights and indexes are not in it, fields are: a model takes about 2 KB,
 *     75 bytes for each field without a name (libffm) and 200 to 300 for each one with a name. So 60,000 models of 4 named fields fit, 26,000 of
 *     39 without names, 6,000 of 100, 300 of 2,000, or 7 of 60,000. What does not fit is CTR_ERROR_OUT_OF_MEMORY, found out before anything
 *     is allocated; so is a file whose description of the fields is above some 30 MB. Closing models makes room. Where room is short,
 *     opening a model first collects garbage, which stops the calls of all threads for up to about 100 ms.
 */
#ifndef CTR_H
#define CTR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. A library of another ABI version has another SONAME (libctr.so.1 is ABI 1). */
#define CTR_ABI_VERSION 1u

/* ---- Status --------------------------------------------------------------------------------------------------------------- */

/* What a function answers. Numbers are fixed and never reused; treat an unknown negative number as an error. */
typedef int32_t ctr_status;

enum {
    CTR_OK = 0,

    CTR_ERROR_INVALID_ARGUMENT = -1,       /* a NULL where none is allowed, a bad struct_size, a reserved member not 0, an unknown option */
    CTR_ERROR_INVALID_HANDLE = -2,         /* the model is closed, or was never one of ours */
    CTR_ERROR_IO = -3,                     /* the operating system refused to open, map or read the file */
    CTR_ERROR_BUFFER_TOO_SMALL = -4,       /* the function says where the needed size is */
    CTR_ERROR_UNSUPPORTED = -5,            /* this build or this processor cannot do that (a kernel level, too many models) */
    CTR_ERROR_OUT_OF_MEMORY = -6,          /* memory could not be had */
    CTR_ERROR_INTERNAL = -7,               /* a defect of the library */

    /* The model file is refused. One status per reason; see FORMAT.md. */
    CTR_ERROR_MODEL_MAGIC = -20,           /* not a model file */
    CTR_ERROR_MODEL_BYTE_ORDER = -21,      /* written with the other byte order */
    CTR_ERROR_MODEL_VERSION = -22,         /* a major version that this build does not read */
    CTR_ERROR_MODEL_LENGTH = -23,          /* shorter or longer than its header says */
    CTR_ERROR_MODEL_HEADER_CHECKSUM = -24, /* the header does not match its checksum */
    CTR_ERROR_MODEL_LAYOUT = -25,          /* a data layout that this build does not know */
    CTR_ERROR_MODEL_KIND = -26,            /* a model kind, weight type, index or link that this build does not know */
    CTR_ERROR_MODEL_COUNTS = -27,          /* an impossible count in the header */
    CTR_ERROR_MODEL_TABLE_CHECKSUM = -28,  /* the section table does not match its checksum */
    CTR_ERROR_MODEL_SECTIONS = -29,        /* sections overlap, leave holes, are misplaced, out of order or of the wrong length */
    CTR_ERROR_MODEL_SECTION_UNKNOWN = -30, /* a required section is unknown to this build */
    CTR_ERROR_MODEL_SECTION_MISSING = -31, /* a section that the kind needs is absent */
    CTR_ERROR_MODEL_SECTION_CHECKSUM = -32,/* a section does not match its checksum */
    CTR_ERROR_MODEL_SCHEMA = -33,          /* the schema cannot be read, or its hash test vectors do not come out */
    CTR_ERROR_MODEL_INDEX = -34,           /* the slot index is inconsistent */
    CTR_ERROR_MODEL_GOLDEN_ROWS = -35,     /* a golden row does not score to its recorded logit */
    CTR_ERROR_MODEL_WEIGHTS = -36,         /* a weight is NaN or infinite */

    /* A batch of rows is refused; the detail names the row. */
    CTR_ERROR_ROW_OFFSETS = -50,           /* offsets decrease */
    CTR_ERROR_ROW_FIELD = -51,             /* a field is not below the model's field count */
    CTR_ERROR_ROW_VALUE = -52,             /* a value is NaN or infinite */
    CTR_ERROR_ROW_TOO_LONG = -53,          /* a row has more features than the scratch memory holds */
    CTR_ERROR_ROW_FIELDS_MISSING = -54,    /* fields is NULL, and a row does not have exactly one feature per field */

    CTR_ERROR_CONTEXT = -55,               /* the memory is not a context that was prepared with this model */

    CTR_ERROR_UNKNOWN_FIELD = -60,         /* the model has no field of that name or number */
    CTR_ERROR_FIELD_VALUE = -61,           /* a raw value does not fit its field (no number, or not finite) */

    CTR_ERROR_DATA = -70                   /* an input file is malformed; no function of ABI 1 returns it */
};

/* ---- Versions and errors -------------------------------------------------------------------------------------------------- */

/* The ABI version of the library: compare with CTR_ABI_VERSION. Never fails. */
uint32_t ctr_abi_version(void);

/* Version and instruction set level of the library, such as "0.1.0+x86-64-v3". Static text, never NULL. */
const char *ctr_version(void);

/* What a status means, in a few English words. Static text, never NULL, also for numbers that are no status. */
const char *ctr_status_text(ctr_status status);

/*
 * The detail of the last call that failed on this thread, such as "model.ctr: No such file or directory"; empty if none has.
 * Calls that succeed leave it alone, and so does this one.
 *
 *     buffer   receives the text and a zero byte; may be NULL if size is 0
 *     size     bytes of buffer
 *     needed   receives the bytes that the whole text takes, zero byte included; may be NULL
 *
 * CTR_ERROR_BUFFER_TOO_SMALL: needed has been written, and buffer holds as many whole characters as fit and a zero byte.
 * CTR_ERROR_INVALID_ARGUMENT: buffer is NULL and size is not 0.
 */
ctr_status ctr_last_error(char *buffer, size_t size, size_t *needed);

/* ---- Models --------------------------------------------------------------------------------------------------------------- */

/*
 * An open model. The pointer is a number, not the address of anything: do not dereference it. No valid pointer can be equal to it, and
 * the number of a closed model is never used again, so a closed model and a pointer that is not ours are always recognised
 * (CTR_ERROR_INVALID_HANDLE).
 */
typedef struct ctr_model ctr_model;

/* ctr_open_options.mode: how the file comes into memory. Opening from memory ignores it. */
enum {
    CTR_OPEN_MAP = 0,      /* mapped: opens at once, pages are read when first used, and are shared between processes */
    CTR_OPEN_READ = 1,     /* read into private memory */
    CTR_OPEN_PREFAULT = 2  /* mapped, with every page read before the call returns */
};

/* ctr_open_options.verify */
enum {
    CTR_VERIFY_LIGHT = 0,  /* everything but the bulk of index and weights: a damaged weight may give a wrong score, never a crash */
    CTR_VERIFY_FULL = 1    /* every checksum: reads the whole file */
};

/*
 * Instruction set level of the kernels. At one level, every front end (library, ctr, Python, C#) gives the same bits for a row;
 * levels differ within the stated error. A build for x86-64 has the kernels of its own level and of the levels below; the build for arm64 has its own.
 */
enum { CTR_LEVEL_BEST = 0, CTR_LEVEL_V2 = 2, CTR_LEVEL_V3 = 3, CTR_LEVEL_V4 = 4, CTR_LEVEL_ARM64 = 5 };

typedef struct ctr_open_options {
    uint32_t struct_size; /* sizeof(ctr_open_options) */
    uint32_t mode;        /* CTR_OPEN_... */
    uint32_t verify;      /* CTR_VERIFY_... */
    uint32_t level;       /* CTR_LEVEL_... */
} ctr_open_options;

/*
 * Opens a model file.
 *
 *     path     zero-terminated UTF-8
 *     options  NULL means all 0: mapped, light check, best level
 *     out      receives the model
 *
 * While a model is mapped, never write to its file or truncate it (the access would be a SIGBUS): put a new file in its place by
 * rename(), as ctr does. The open model goes on with the old contents.
 * Errors: CTR_ERROR_IO, CTR_ERROR_MODEL_..., CTR_ERROR_UNSUPPORTED (the level; more than 65,535 models), CTR_ERROR_OUT_OF_MEMORY
 * (see LIMITS above), CTR_ERROR_INVALID_ARGUMENT.
 */
ctr_status ctr_model_open(const char *path, const ctr_open_options *options, ctr_model **out);

/*
 * Opens a model from memory, which is copied: the caller may free it when the call returns.
 * Errors: CTR_ERROR_MODEL_..., CTR_ERROR_UNSUPPORTED, CTR_ERROR_OUT_OF_MEMORY, CTR_ERROR_INVALID_ARGUMENT (bytes may be NULL only if
 * size is 0).
 */
ctr_status ctr_model_open_memory(const void *bytes, size_t size, const ctr_open_options *options, ctr_model **out);

/*
 * Closes a model and gives its memory back. NULL is fine and does nothing. See "Threads" above.
 * Errors: CTR_ERROR_INVALID_HANDLE (closed before, or not a model).
 */
ctr_status ctr_model_close(ctr_model *model);

/* ctr_model_info.link: what turns a logit into a score. */
enum {
    CTR_LINK_SIGMOID = 1,  /* 1 / (1 + exp(-t)), a probability */
    CTR_LINK_IDENTITY = 2, /* t, a rating */
    CTR_LINK_PROBIT = 3    /* the normal distribution function of t, a probability */
};

/* ctr_model_info.weight_type: how latent and pair weights are stored. */
enum {
    CTR_WEIGHTS_F32 = 1,
    CTR_WEIGHTS_BF16 = 2,
    CTR_WEIGHTS_INT8 = 3   /* with a scale for each feature's latent weights, or one for all pair weights */
};

/* ctr_model_info.index_kind: how a key finds its weights. */
enum {
    CTR_INDEX_EXACT = 1,   /* a stored table: keys that were not trained are known to be unknown, and count as 0 */
    CTR_INDEX_DIRECT = 2,  /* the key is the number of the slot; larger keys are unknown */
    CTR_INDEX_HASHED = 3   /* keys share a fixed number of slots; none is unknown */
};

/* ctr_model_info.key_kind: what a key is. */
enum {
    CTR_KEY_ID = 1,        /* the integer id of the feature, shared by all fields (libffm and libsvm text) */
    CTR_KEY_TEXT = 2       /* a hash of the value's text, different for each field (CSV): see ctr_key */
};

/* The struct and the function share a name, as stat and stat() do, so write "struct ctr_model_info". */
struct ctr_model_info {
    uint32_t struct_size;  /* in: sizeof(struct ctr_model_info) */
    uint32_t field_count;  /* fields; 0 if features have none (libsvm) */
    uint64_t slot_count;   /* features that have weights */
    uint64_t file_size;    /* bytes */
    char kind[16];         /* "lr", "poly2", "mf", "fm" or "ffm", zero-terminated */
    uint32_t latent;       /* length k of the latent vectors, 0 if the kind has none */
    uint32_t slot_size;    /* bytes of one feature's latent weights, 0 if the kind has none */
    uint32_t link;         /* CTR_LINK_... */
    uint32_t index_kind;   /* CTR_INDEX_... */
    uint32_t key_kind;     /* CTR_KEY_... */
    uint32_t level;        /* level of the kernels in use: 2, 3 or 4 */
    uint32_t format_major; /* version of the file format */
    uint32_t format_minor;
    float bias;            /* the logit of a row without features */
    uint32_t weight_type;  /* CTR_WEIGHTS_... */
};

/* Describes a model. Errors: CTR_ERROR_INVALID_HANDLE, CTR_ERROR_INVALID_ARGUMENT. */
ctr_status ctr_model_info(const ctr_model *model, struct ctr_model_info *info);

/* ---- Fields, keys, encoding ----------------------------------------------------------------------------------------------- */

/* ctr_field_info.kind: how a raw value of the field becomes a feature. */
enum {
    CTR_FIELD_CATEGORICAL = 0, /* every distinct text is a feature of value 1 */
    CTR_FIELD_NUMERIC = 1,     /* one feature, whose value is the number, shifted and scaled */
    CTR_FIELD_BINNED = 2       /* one feature of value 1 for each interval between stored edges */
};

/* ctr_field_info.missing: what a missing value of the field becomes. */
enum {
    CTR_MISSING_FEATURE = 0,   /* a feature of its own */
    CTR_MISSING_SKIP = 1       /* no feature */
};

struct ctr_field_info {
    uint32_t struct_size; /* in: sizeof(struct ctr_field_info) */
    uint32_t kind;        /* CTR_FIELD_... */
    uint32_t missing;     /* CTR_MISSING_... */
    uint32_t name_size;   /* bytes of name without the zero byte; 0 if the field has only a number (libffm) */
    const char *name;     /* zero-terminated UTF-8; belongs to the model, valid until it is closed; never NULL */
};

/* Describes a field, 0 to field_count - 1. Errors: CTR_ERROR_UNKNOWN_FIELD, CTR_ERROR_INVALID_HANDLE, CTR_ERROR_INVALID_ARGUMENT. */
ctr_status ctr_field_info(const ctr_model *model, uint32_t field, struct ctr_field_info *info);

/* The number of the field with a zero-terminated name. Errors: as ctr_field_info. */
ctr_status ctr_field_find(const ctr_model *model, const char *name, uint32_t *field);

/*
 * The key of a text in a field: its hash, or the number it spells if the model's keys are ids. It needs no terminator; utf8 may be NULL
 * if size is 0. For raw values of log columns use ctr_encode, which also knows bins, scales and missing values.
 * Errors: CTR_ERROR_UNKNOWN_FIELD, CTR_ERROR_FIELD_VALUE (keys are ids and the text is none), CTR_ERROR_INVALID_HANDLE,
 * CTR_ERROR_INVALID_ARGUMENT.
 */
ctr_status ctr_key(const ctr_model *model, uint32_t field, const void *utf8, size_t size, uint64_t *key);

/* ctr_value.type */
enum { CTR_VALUE_MISSING = 0, CTR_VALUE_TEXT = 1, CTR_VALUE_NUMBER = 2 };

/* A raw value of a field, as it stands in a log. */
typedef struct ctr_value {
    uint32_t field;
    uint32_t type;    /* CTR_VALUE_... */
    const char *text; /* CTR_VALUE_TEXT: UTF-8, needs no terminator; may be NULL if size is 0. Empty text is missing */
    uint64_t size;    /* CTR_VALUE_TEXT: bytes of text */
    double number;    /* CTR_VALUE_NUMBER: finite */
} ctr_value;

/* Where ctr_encode writes. */
typedef struct ctr_row_buffer {
    uint32_t struct_size; /* in: sizeof(ctr_row_buffer) */
    uint32_t reserved;    /* in: 0 */
    uint64_t capacity;    /* in: elements of each array; field_count is always enough */
    uint64_t count;       /* out: features written, or needed */
    uint32_t *fields;     /* the arrays may be NULL if capacity is 0 */
    uint64_t *keys;
    float *values;
} ctr_row_buffer;

/*
 * Turns the raw values of one impression into a row, exactly as training did: one feature per field, or none where the model says that a
 * missing value is none; in the order of the fields. Fields that are not among the values are missing. To score several impressions as one
 * batch, encode each one behind the last, moving the pointers.
 *
 *     text    in a numeric or binned field must be a number ("12", " 3.5e-2 "), in a model of ids a whole number
 *     number  in a categorical field means the category of its shortest text (5.0 is "5"), in a model of ids it must be whole
 *
 * values may be NULL if count is 0. If an error is returned the contents of the arrays are unspecified.
 * Errors: CTR_ERROR_BUFFER_TOO_SMALL (out->count is the needed capacity; the values have all been checked),
 * CTR_ERROR_UNKNOWN_FIELD, CTR_ERROR_FIELD_VALUE, CTR_ERROR_INVALID_HANDLE, CTR_ERROR_INVALID_ARGUMENT (also: two values of one field).
 */
ctr_status ctr_encode(const ctr_model *model, const ctr_value *values, size_t count, ctr_row_buffer *out);

/* ---- Scoring -------------------------------------------------------------------------------------------------------------- */

/*
 * Rows in CSR form: row r has the features offsets[r] up to, not including, offsets[r + 1] of the three arrays. Features of a row may come in
 * any order, several may be of one field, and none is fine; two equal features count twice. Sorted by field is fastest.
 */
typedef struct ctr_rows {
    uint32_t struct_size;    /* sizeof(ctr_rows) */
    uint32_t reserved;       /* 0 */
    uint64_t row_count;
    const uint64_t *offsets; /* row_count + 1 offsets that do not decrease; the first may be above 0. NULL only if there are no rows */
    const uint32_t *fields;  /* NULL: each row has exactly one feature per field, in field order. Kinds without vectors per field (all
                                but ffm) do not look at fields: NULL is right for any row */
    const uint64_t *keys;    /* NULL only if there are no features */
    const float *values;     /* finite; NULL: all 1 */
} ctr_rows;

/* ctr_score_options.output */
enum { CTR_OUTPUT_SCORE = 0, CTR_OUTPUT_LOGIT = 1 };

typedef struct ctr_score_options {
    uint32_t struct_size;     /* sizeof(ctr_score_options) */
    uint32_t output;          /* CTR_OUTPUT_... */
    uint32_t *unknown_counts; /* receives for each row how many of its features the model does not know; NULL: nobody asks */
    void *scratch;            /* memory for rows of more than 512 features, see ctr_scratch_size, for this call only; may be NULL */
    uint64_t scratch_size;    /* bytes of scratch */
} ctr_score_options;

/*
 * Scores a batch of rows. The whole batch is checked before anything is written. Batches are faster than single rows: while a row is
 * computed, the next one is fetched from memory. Offsets are checked first: what decreasing offsets point to is never read.
 *
 *     options  NULL means all 0: scores
 *     out      receives row_count scores or logits; may be NULL if there are no rows
 *
 * Unknown features add nothing to the logit. The score of a row does not depend on the other rows of its batch.
 * Errors: CTR_ERROR_ROW_OFFSETS, CTR_ERROR_ROW_FIELD, CTR_ERROR_ROW_VALUE, CTR_ERROR_ROW_TOO_LONG, CTR_ERROR_ROW_FIELDS_MISSING,
 * CTR_ERROR_INVALID_HANDLE, CTR_ERROR_INVALID_ARGUMENT.
 */
ctr_status ctr_score(const ctr_model *model, const ctr_rows *rows, const ctr_score_options *options, float *out);

/*
 * Bytes of scratch memory that ctr_score needs if the longest row of a batch has longest_row features; 0 up to 512. The memory needs an
 * alignment of 8 bytes, and one piece for each thread that scores.
 * Errors: CTR_ERROR_ROW_TOO_LONG (no such row can be scored), CTR_ERROR_INVALID_HANDLE, CTR_ERROR_INVALID_ARGUMENT.
 */
ctr_status ctr_scratch_size(const ctr_model *model, uint64_t longest_row, uint64_t *size);

/* ---- Ranking -------------------------------------------------------------------------------------------------------------- */

/*
 * Many candidates for one impression share most of their features: those of the user, the page, the time. Prepare these once, as a context, and
 * rank the candidates, each a row of only what it adds; that takes about half as long as scoring the whole rows.
 *
 *     uint64_t size;
 *     ctr_context_size(model, 24, &size);                    // for contexts of up to 24 features
 *     void *context = malloc(size);
 *     ctr_context_prepare(model, &user, NULL, context, size); // user: a ctr_rows of one row
 *     ctr_rank(model, context, size, &ads, NULL, scores);     // ads: a ctr_rows of one row for each candidate
 *
 * The score of a candidate is that of the row of the context's features and its own, within the error that scores have: the logit is off by
 * at most 2^-20 of the sum of the magnitudes of bias, linear terms and pair products. It is not bound to have the bits that ctr_score gives for that row.
 * It does not depend on the other candidates. A field may be on both sides, and an unknown feature adds nothing.
 *
 * A context is memory of yours, of any alignment that is a multiple of 8 (64 is fastest). It holds no pointers: you may copy it, prepare
 * over it, and free it without telling anybody, and any number of threads may rank with it at once. It is good for the open model it was
 * prepared with, in this process and its forks. Anything else in its place (memory that is not one, a context of another model or another run, half a context)
 * is CTR_ERROR_CONTEXT; one that was damaged later gives wrong scores, never a crash. Changing it during a call is the caller's error.
 */

/*
 * Bytes of a context of up to feature_count features: at most 64 for lr, and 64 and 8 per latent weight for fm and mf, 64 and 16 per
 * feature for poly2, about 4 field_count^2 per latent weight for ffm.
 * Errors: CTR_ERROR_ROW_TOO_LONG (no such context can be prepared), CTR_ERROR_INVALID_HANDLE, CTR_ERROR_INVALID_ARGUMENT.
 */
ctr_status ctr_context_size(const ctr_model *model, uint64_t feature_count, uint64_t *size);

typedef struct ctr_context_options {
    uint32_t struct_size;    /* sizeof(ctr_context_options) */
    uint32_t reserved;       /* 0 */
    uint32_t *unknown_count; /* receives how many features of the context the model does not know; NULL: nobody asks */
    void *scratch;           /* memory for contexts of more than 512 features, see ctr_scratch_size, for this call only; may be NULL */
    uint64_t scratch_size;   /* bytes of scratch */
} ctr_context_options;

/*
 * Prepares a context. The row is checked before anything is written.
 *
 *     row      exactly one row; it may have no features
 *     options  NULL means all 0
 *     memory   receives the context
 *     size     bytes of memory, at least what ctr_context_size says for the features of the row, unknown ones included
 *
 * Errors: those of ctr_score; CTR_ERROR_BUFFER_TOO_SMALL (ctr_context_size says what is needed).
 */
ctr_status ctr_context_prepare(const ctr_model *model, const ctr_rows *row, const ctr_context_options *options, void *memory, size_t size);

typedef struct ctr_rank_options {
    uint32_t struct_size;     /* sizeof(ctr_rank_options) */
    uint32_t output;          /* CTR_OUTPUT_... */
    uint32_t *unknown_counts; /* receives for each candidate, in their order, how many of its features the model does not know; may be NULL */
    void *scratch;            /* memory for candidates of more than 512 features, see ctr_scratch_size, for this call only; may be NULL */
    uint64_t scratch_size;    /* bytes of scratch */
    uint64_t top_k;           /* 0: all candidates, in their order. Else only the best top_k, best first */
    uint64_t *indices;        /* with top_k: receives the numbers of the best candidates, from 0; without: NULL */
} ctr_rank_options;

/*
 * Scores the candidates of a context. The whole batch is checked before anything is written.
 *
 *     context       what ctr_context_prepare has written
 *     context_size  bytes of that memory
 *     candidates    one row for each candidate
 *     options       NULL means all 0: the scores of all candidates
 *     out           receives row_count scores or logits; with top_k the best of them, min(top_k, row_count), in descending order, equal ones in the
 *                   order of the candidates, and indices as many numbers. May be NULL if there are no candidates
 *
 * Errors: CTR_ERROR_CONTEXT, and those of ctr_score.
 */
ctr_status ctr_rank(const ctr_model *model, const void *context, size_t context_size, const ctr_rows *candidates, const ctr_rank_options *options,
                    float *out);

/* ---- For tests and doubters ------------------------------------------------------------------------------------------------ */

typedef struct ctr_counters {
    uint32_t struct_size;     /* in: sizeof(ctr_counters) */
    uint32_t reserved;        /* out: 0 */
    uint64_t allocated_bytes; /* bytes that the calling thread has ever allocated from the managed heap */
    uint64_t collections;     /* garbage collections of the process, of every generation */
} ctr_counters;

/* Reads the counters of the .NET runtime in the library. Errors: CTR_ERROR_INVALID_ARGUMENT. */
ctr_status ctr_runtime_counters(ctr_counters *counters);

#ifdef __cplusplus
}
#endif

#endif
