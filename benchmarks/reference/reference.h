// The C++ reference kernels: what the library's C# is measured against. Same model file, same slot lookup, same checks, same
// prefetch pipeline; one build for each x86-64 level (score.cpp is compiled once with each -march).
#pragma once

#include <cstddef>
#include <cstdint>

namespace ctr_reference {

enum class Kind : uint32_t { lr = 1, poly2 = 2, mf = 3, fm = 4, ffm = 5 };
enum class WeightType : uint32_t { f32 = 1, bf16 = 2, int8 = 3 };
enum class IndexKind : uint32_t { exact = 1, direct = 2, hashed = 3 };

constexpr size_t line = 64;
constexpr uint32_t unknown_slot = 0xFFFFFFFF;

// An entry of the exact index: four to a cache line.
struct Entry {
    uint64_t key;
    uint32_t slot;
    float weight;
};

// A mapped model (see FORMAT.md), with what the kernels need worked out.
struct Model {
    Kind kind;
    WeightType type;
    uint32_t latent;        // k
    uint32_t padded_latent; // kA: k rounded up to 4
    uint32_t fields;        // F
    uint32_t slots;
    uint32_t stride;       // bytes of a slot
    uint32_t scale_offset; // int8: bytes to the slot's scale
    IndexKind index;
    uint32_t index_bits;
    uint32_t max_probes;
    const Entry *entries;  // exact
    const float *linear;   // direct, hashed
    const char *weights;   // NULL for kinds without latent vectors
    const void *pairs;     // poly2
    uint32_t pair_bits;
    float pair_scale;      // poly2 int8
    float bias;
    const char *zero_slot; // one slot of zeros: what unknown features and missing fields point to

    uint32_t element_size() const { return type == WeightType::f32 ? 4 : type == WeightType::bf16 ? 2 : 1; }
    uint32_t slot_lines() const { return weights == nullptr ? 0 : (stride + line - 1) / line; }
};

// Rows in CSR form, as in ctr.h.
struct Rows {
    uint64_t count;
    const uint64_t *offsets;
    const uint32_t *fields; // NULL: one feature per field, in field order
    const uint64_t *keys;
    const float *values;    // NULL: all 1
};

enum class Status { ok, offsets, field, value, too_long, fields_missing, unsupported };

// The cache lines that scoring reads, in its order: for "touch". They are worked out beforehand, as numbers, so that reading them costs little.
struct Lines {
    const uint64_t *offsets;     // of the rows
    uint32_t features_per_row;   // about
    const uint32_t *index;       // for each feature the line of the index where its search starts
    const uint32_t *index_found; // and the line where it ends
    const uint32_t *slot;        // and its slot
    uint32_t pairs_per_row;      // poly2, else 0
    const uint32_t *pair;        // for each pair of features its line of the pair table
};

// One instruction set level.
struct Level {
    const char *name;

    // The logits of a batch. The whole batch is checked first.
    Status (*score)(const Model &model, const Rows &rows, float *logits);

    // Reads one word of every line of the rows [first, first + count), with the prefetches that scoring makes; answers their sum.
    uint64_t (*touch)(const Model &model, const Lines &lines, uint64_t first, uint64_t count);
};

extern const Level level_v2, level_v3, level_v4;

// Most features of a row, as the library has without scratch memory.
constexpr uint64_t max_features = 512;

} // namespace ctr_reference
